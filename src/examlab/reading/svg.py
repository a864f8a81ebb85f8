"""Matplotlib's figures as SVG for a page: small, quick to paint, with the colours of the page.

Neighbouring positions of a slider give trees that differ only where the figures differ, as far as that can be
arranged: names follow content, and every number is rounded in one way.
"""

from __future__ import annotations

import base64
import hashlib
import io
import itertools
import re
from functools import lru_cache
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

import matplotlib
import numpy as np
from matplotlib.figure import Figure
from PIL import Image

__all__ = ["compact_path", "svg_text", "svg_tree"]

_NAMESPACE = re.compile(r"\{[^}]*\}")
_REFERENCE = re.compile(r"#[^)\"]+")
_COLOUR = re.compile(r"^#([0-9a-f]{6})$")
_LONG_NUMBER = re.compile(r"-?\d+\.\d{3,}")
_PATH_TOKEN = re.compile(r"[A-Za-z]|[-+]?[\d.]+(?:[eE][-+]?\d+)?")
_START = re.compile(r"m(\S+) (-?[\d.]+)")  # of a path from `compact_path`
_PLACE = re.compile(r"translate\((\S+) (\S+)\)")
_GLYPH_SCALE = "scale(0.015625)"  # Matplotlib's outlines of glyphs, in 64ths of a point
_POINTS_OF = {"M": 1, "L": 1, "Q": 2, "C": 3}
_PNG = "data:image/png;base64,"


def svg_tree(figure: Figure, *, prefix: str = "") -> Element:
    """Return a figure as a small SVG tree; the same figure and libraries always give the same tree.

    Text becomes outlines, one path a text (the reader's machine need not have the font), styles become
    attributes (a strict content security policy forbids inline styles), flat colours become CSS variables
    that default to the colour itself (``#0072b2`` becomes ``var(--x0072b2,#0072b2)``, so that a style sheet
    can recolour for dark mode), and paths are written in relative coordinates, in tenths of a point. Pixels
    stay as they are, without a loss, and so keep their colours in dark mode: draw them with
    ``interpolation="none"`` on a ground that suits both, and with few colours.

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
        if element.tag == "image":
            element.attrib["href"] = _small_picture(element.attrib["href"])
    _join_glyphs(root)
    for element in root.iter():
        element.attrib = _small_attributes(element)
    width, height = (root.attrib["viewBox"].split()[i] for i in (2, 3))
    root.attrib = {"viewBox": f"0 0 {width} {height}", "stroke-linejoin": "round"}
    _stamp_markers(root)
    _hoist_definitions(root, prefix)
    _drop_needless_groups(root)
    _join_markers(root)
    return root


def svg_text(tree: Element) -> str:
    """Return the tree as text, ready to stand inside an HTML page."""
    return ElementTree.tostring(tree, encoding="unicode")


def _small_picture(address: str) -> str:
    """Write a PNG of at most 256 colours with a palette, which takes a few bits a pixel instead of 32."""
    encoded = address.removeprefix(_PNG)
    with Image.open(io.BytesIO(base64.b64decode(encoded))) as image:
        pixels = np.asarray(image.convert("RGBA"))
    colours, indices = np.unique(pixels.reshape(-1, 4), axis=0, return_inverse=True)
    if len(colours) > 256:
        return _PNG + encoded.strip()
    small = Image.fromarray(indices.reshape(pixels.shape[:2]).astype(np.uint8)).convert("P")
    small.putpalette(colours[:, :3].tobytes())
    bits = next(bits for bits in (1, 2, 4, 8) if len(colours) <= 2**bits)
    buffer = io.BytesIO()
    small.save(buffer, format="png", optimize=True, bits=bits, transparency=colours[:, 3].tobytes())
    return _PNG + base64.b64encode(buffer.getvalue()).decode()


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


def _stamp_markers(root: Element) -> None:
    """Draw each marker where it stands: a browser takes longer for a reference than for a path."""
    outlines = {f"#{path.attrib.get('id')}": path.attrib for path in root.iter("path")}
    for use in list(root.iter("use")):
        marker = outlines.get(use.attrib.get("href", ""), {})
        if "transform" in marker or not {"x", "y"} <= use.attrib.keys() or "d" not in marker:
            continue
        place = {name: float(use.attrib.pop(name)) for name in ("x", "y")}
        use.tag = "path"
        use.attrib = {**use.attrib, **marker, "d": _stamp(marker["d"], **place)}
        del use.attrib["href"]


def _stamp(outline: str, x: float, y: float) -> str:
    """Return a compact outline at another place, the start to a tenth: its shape stays as it is."""
    start = _START.match(outline)
    if start is None:
        raise ValueError(f"outline is {outline!r}: a marker starts with the place of its first point")
    left, top = (
        _decimal(round(10 * (float(at) + by)), 1) for at, by in zip(start.groups(), (x, y), strict=True)
    )
    return f"M{left} {top}{outline[start.end() :]}"


def _drop_needless_groups(element: Element) -> None:
    """Put the only child of a group in its place: a browser keeps fewer boxes."""
    for index, child in enumerate(element):
        _drop_needless_groups(child)
        if child.tag != "g" or len(child) != 1:
            continue
        both = _both(child.attrib, child[0].attrib)
        if both is not None:
            element[index] = child[0]
            element[index].attrib = both


def _join_markers(root: Element) -> None:
    """Make one path of each run of markers of one look."""
    for group in root.iter("g"):
        runs = [list(run) for _, run in itertools.groupby(group, key=_look)]
        for first, *others in runs:
            for marker in others:
                first.attrib["d"] += marker.attrib["d"]
                group.remove(marker)


def _look(element: Element) -> object:
    """Return what markers share that may be one path; for what is no marker, itself."""
    is_marker = element.attrib.get("d", "").startswith("M")  # the outline of all else starts with an "m"
    return {name: value for name, value in element.attrib.items() if name != "d"} if is_marker else element


def _both(outer: dict[str, str], inner: dict[str, str]) -> dict[str, str] | None:
    """Return what a group and its only child say together; None if one element cannot say it."""
    if "clip-path" in outer and ("transform" in inner or "clip-path" in inner):
        return None  # the window would move with the child
    if "opacity" in outer and "opacity" in inner:
        return None
    transforms = [attributes["transform"] for attributes in (outer, inner) if "transform" in attributes]
    return outer | inner | ({"transform": " ".join(transforms)} if transforms else {})


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
