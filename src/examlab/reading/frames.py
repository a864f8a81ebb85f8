"""Many figures that differ a little, stored once where they agree.

A slider on a page without a kernel needs one picture for each position. Matplotlib's SVG of neighbouring
positions is nearly the same text, so the pictures are compared as trees: what all of them share becomes the
skeleton, and only the branches that differ are kept, each distinct branch once. Nothing is assumed of the
figures: where their trees have another shape, a larger branch is kept, which costs bytes but never a wrong
picture.
"""

from __future__ import annotations

import hashlib
import io
import itertools
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

import matplotlib
from matplotlib.figure import Figure

__all__ = ["Frames", "merge", "svg_text", "svg_tree"]

_NAMESPACE = re.compile(r"\{[^}]*\}")
_REFERENCE = re.compile(r"#[^)\"]+")
_COLOUR = re.compile(r"^#([0-9a-f]{6})$")
_LONG_NUMBER = re.compile(r"-?\d+\.\d{3,}")
_PATH_TOKEN = re.compile(r"[A-Za-z]|[-+]?[\d.]+(?:[eE][-+]?\d+)?")
_PLACE = re.compile(r"translate\((\S+) (\S+)\)")
_GLYPH_SCALE = "scale(0.015625)"  # Matplotlib's outlines of glyphs, in 64ths of a point
_POINTS_OF = {"M": 1, "L": 1, "Q": 2, "C": 3}


@dataclass(frozen=True)
class Frames:
    """Pictures of one figure at many positions.

    Attributes
    ----------
    skeleton : str
        The SVG of the starting position; each branch that changes stands in a ``<g data-slot="…">``, in
        order.
    parts : tuple of str
        Every distinct branch, once.
    table : tuple of tuple of int
        For each picture, the number of the part that stands in each slot.
    """

    skeleton: str
    parts: tuple[str, ...]
    table: tuple[tuple[int, ...], ...]


def svg_tree(figure: Figure, *, prefix: str = "") -> Element:
    """Return a figure as a small SVG tree; the same figure always gives the same tree.

    Text becomes outlines, one path a text (the reader's machine need not have the font), styles become
    attributes (a strict content security policy forbids inline styles), flat colours become CSS variables
    that default to the colour itself (``#0072b2`` becomes ``var(--x0072b2,#0072b2)``, so that a style sheet
    can recolour for dark mode), and paths are written in relative coordinates, in tenths of a point.

    Parameters
    ----------
    figure : matplotlib.figure.Figure
        The figure to write.
    prefix : str
        Put before every ``id``, so that two pictures can stand on one page.
    """
    buffer = io.StringIO()
    nothing = dict.fromkeys(("Date", "Creator", "Format", "Type"))
    with matplotlib.rc_context({"svg.fonttype": "path", "svg.hashsalt": "examlab"}):
        figure.savefig(buffer, format="svg", metadata=nothing)
    root = ElementTree.fromstring(buffer.getvalue())
    for element in root.iter():
        element.tag = _NAMESPACE.sub("", element.tag)
        element.text = element.tail = None
        element.attrib = {_NAMESPACE.sub("", name): value for name, value in element.attrib.items()}
    _join_glyphs(root)
    for element in root.iter():
        element.attrib = _small_attributes(element)
    width, height = (root.attrib["viewBox"].split()[i] for i in (2, 3))
    root.attrib = {"viewBox": f"0 0 {width} {height}", "stroke-linejoin": "round"}
    _hoist_definitions(root, prefix)
    return root


def svg_text(tree: Element) -> str:
    """Return the tree as text, ready to stand inside an HTML page."""
    return ElementTree.tostring(tree, encoding="unicode")


def _join_glyphs(root: Element) -> None:
    """Make one path of each run of glyphs: a browser draws it faster than a reference for each glyph."""
    outlines = {
        f"#{path.attrib.get('id')}": path.attrib.get("d", "")
        for path in root.iter("path")
        if path.attrib.get("transform") == _GLYPH_SCALE
    }
    for run in root.iter("g"):
        glyphs = [child for child in run if child.tag != "defs"]
        places = [_PLACE.fullmatch(glyph.attrib.get("transform", "translate(0 0)")) for glyph in glyphs]
        names = [glyph.attrib.get("href", "") for glyph in glyphs]
        if not glyphs or not all(places) or not outlines.keys() >= set(names):
            continue  # not a text, or a formula with glyphs of several sizes
        moved = [
            _moved(outlines[name], *place.groups())
            for name, place in zip(names, places, strict=True)
            if place
        ]
        run[:] = [*run.findall("defs"), Element("path", {"d": " ".join(moved), "transform": _GLYPH_SCALE})]


@lru_cache(maxsize=2048)
def _moved(outline: str, x: str, y: str) -> str:
    """Return a glyph at its place in a text, to the nearest 64th of a point: its shape stays as it is."""
    shift = itertools.cycle(round(64 * float(number)) for number in (x, y))
    tokens = _PATH_TOKEN.findall(outline)
    return " ".join(token if token.isalpha() else f"{float(token) + next(shift):.1f}" for token in tokens)


def _small_attributes(element: Element) -> dict[str, str]:
    pairs: list[tuple[str, str]] = []
    for name, value in element.attrib.items():
        if name == "style":
            declarations = (part.split(":", 1) for part in value.split(";") if part.strip())
            pairs += [(key.strip(), text.strip()) for key, text in declarations]
        else:
            pairs.append((name, value))
    return {name: _small_value(name, value) for name, value in pairs}


def _small_value(name: str, value: str) -> str:
    if name == "d":
        # Markers and glyphs are drawn around the origin, where a tenth of a point would show.
        return compact_path(value)
    if value == _GLYPH_SCALE:
        return value  # it stretches a whole text: rounded, a long one would end in another place
    if colour := _COLOUR.match(value):
        return f"var(--x{colour[1]},{value})"
    return _LONG_NUMBER.sub(_short_number, value)


def _short_number(match: re.Match[str]) -> str:
    number = float(match[0])
    digits = 2 if abs(number) >= 1 else 5  # small numbers are scales, which magnify what is dropped
    return _decimal(round(number * 10**digits), digits)


@lru_cache(maxsize=2048)  # most paths of a picture are those of the last
def compact_path(path: str) -> str:
    """Return an absolute SVG path in relative coordinates with as few digits as the eye needs.

    Coordinates are kept to a tenth of a unit, or to a hundredth for shapes smaller than 20 units, whose
    corners would show. Rounding does not add up along the path.

    Examples
    --------
    >>> compact_path("M 10.04 20 L 110.11 20 L 110.11 40.26 z")
    'm10 20l100.1 0l0 20.3z'
    """
    tokens = _PATH_TOKEN.findall(path)
    numbers = [float(token) for token in tokens if not token.isalpha()]
    digits = 2 if not numbers or max(map(abs, numbers)) < 20 else 1
    scale = 10**digits
    written: list[str] = []
    here = start = (0, 0)
    at = 0
    while at < len(tokens):
        command = tokens[at]
        at += 1
        if command in "zZ":
            written.append("z")
            here = start
            continue
        count = _POINTS_OF[command]
        flat = [round(float(token) * scale) for token in tokens[at : at + 2 * count]]
        points = list(zip(flat[::2], flat[1::2], strict=True))
        at += 2 * count
        text = " ".join(f"{_decimal(x - here[0], digits)} {_decimal(y - here[1], digits)}" for x, y in points)
        written.append(command.lower() + text)
        here = points[-1]
        if command == "M":
            start = here
    return "".join(written)


def _decimal(units: int, digits: int) -> str:
    """Write ``units / 10**digits`` without needless characters."""
    whole, rest = divmod(abs(units), 10**digits)
    text = f"{whole}.{rest:0{digits}d}".rstrip("0").rstrip(".")
    return f"-{text}" if units < 0 else text


def _hoist_definitions(root: Element, prefix: str) -> None:
    """Gather the definitions of a picture at its top, named by what they hold.

    Matplotlib defines a glyph where it first occurs; a picture that is later changed in part would lose it.
    """
    names: dict[str, str] = {}
    gathered: dict[str, Element] = {}
    for parent in list(root.iter()):
        for definitions in parent.findall("defs"):
            parent.remove(definitions)
            for item in definitions:
                identity = item.attrib.pop("id", None)
                if identity is None:
                    continue
                digest = hashlib.sha256(svg_text(item).encode()).hexdigest()[:8]
                names[f"#{identity}"] = name = f"{prefix}{digest}"
                item.attrib = {"id": name, **item.attrib}
                gathered[name] = item
    wanted = set()
    for element in root.iter():
        element.attrib.pop("id", None)
        for attribute, value in element.attrib.items():
            if "#" in value and not value.startswith("var("):
                wanted |= {names[reference] for reference in _REFERENCE.findall(value)}
                element.attrib[attribute] = _REFERENCE.sub(lambda match: f"#{names[match[0]]}", value)
    top = Element("defs")
    top.extend(item for name, item in gathered.items() if name in wanted)
    root.insert(0, top)


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
    slot = Element("g", {"data-slot": str(len(slots))})
    slot.append(variants[start])
    slots.append(texts)
    return slot
