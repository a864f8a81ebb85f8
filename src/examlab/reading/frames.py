"""Many figures that differ a little, stored once where they agree.

A slider on a page without a kernel needs one picture for each position. Matplotlib's SVG of neighbouring
positions is nearly the same text, so the pictures are compared as trees: what all of them share becomes the
skeleton, and only the branches that differ are kept, each distinct branch once. Nothing is assumed of the
figures: where their trees have another shape, a larger branch is kept, which costs bytes but never a wrong
picture.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from xml.etree.ElementTree import Element

from examlab.reading.svg import svg_text

__all__ = ["Frames", "merge"]


@dataclass(frozen=True)
class Frames:
    """Pictures of one figure at many positions.

    Attributes
    ----------
    skeleton : str
        The SVG of the starting position. What changes stands in elements with a ``data-slot``, in order: the
        outline of a ``<path data-slot="d">``, or the content of a ``<g data-slot="">``.
    parts : tuple of str
        Every distinct outline or content, once.
    table : tuple of tuple of int
        For each picture, the number of the part that stands in each slot.
    """

    skeleton: str
    parts: tuple[str, ...]
    table: tuple[tuple[int, ...], ...]


def merge(trees: Sequence[Element], *, start: int = 0) -> Frames:
    """Return the pictures as one skeleton and the parts that differ.

    Parameters
    ----------
    trees : sequence of xml.etree.ElementTree.Element
        The pictures, each from `svg_tree` with the same prefix.
    start : int
        The picture that the skeleton shows.

    Raises
    ------
    ValueError
        If there is no picture, or if the pictures are not of one size.
    """
    if not trees:
        raise ValueError("trees is empty: a slider needs at least one picture")
    sizes = {tree.attrib["viewBox"] for tree in trees}
    if len(sizes) > 1:
        raise ValueError(
            f"trees are pictures of {len(sizes)} sizes ({', '.join(sorted(sizes))}): draw all in one size"
        )
    definitions = Element("defs")
    known = {item.attrib["id"]: item for tree in trees for item in tree[0]}
    definitions.extend(known[name] for name in sorted(known))
    slots: list[list[str]] = []
    root = Element("svg", trees[start].attrib)
    root.append(definitions)
    bodies = []
    for tree in trees:
        body = Element("g")
        body.extend(tree[1:])
        bodies.append(body)
    root.append(_merge_branches(bodies, start, slots))
    numbers: dict[str, int] = {}
    columns = [[numbers.setdefault(part, len(numbers)) for part in slot] for slot in slots]
    table = tuple(zip(*columns, strict=True)) if columns else tuple(() for _ in trees)
    return Frames(svg_text(root), tuple(numbers), table)


def _merge_branches(variants: list[Element], start: int, slots: list[list[str]]) -> Element:
    texts = [svg_text(variant) for variant in variants]
    if len(set(texts)) == 1:
        return variants[start]
    first = variants[0]
    shapes = {(variant.tag, tuple(variant.attrib.items()), len(variant)) for variant in variants}
    # The glyphs of a formula change together, in number and place: taking it apart would save nothing.
    is_formula = len(first) > 1 and "scale(" in first.attrib.get("transform", "")
    if len(shapes) == 1 and len(first) and not is_formula:
        merged = Element(first.tag, first.attrib)
        for children in zip(*variants, strict=True):
            merged.append(_merge_branches(list(children), start, slots))
        return merged
    if all(variant.tag == "path" and _but_outline(variant) == _but_outline(first) for variant in variants):
        slots.append([variant.attrib.get("d", "") for variant in variants])
        return Element("path", {"data-slot": "d", **variants[start].attrib})
    slot = Element("g", {"data-slot": ""})
    slot.append(variants[start])
    slots.append(texts)
    return slot


def _but_outline(path: Element) -> dict[str, str]:
    return {name: value for name, value in path.attrib.items() if name != "d"}
