"""Sliders without a browser: what they refuse, what they put on a page, how their pictures are stored."""

from __future__ import annotations

import base64
import copy
import html as web
import io
import json
import os
import re
import subprocess
import sys
from html.parser import HTMLParser
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as some
from matplotlib.figure import Figure
from PIL import Image

from examlab.reading import choice, explore, show, slider
from examlab.reading.explore import MOST_FRAMES
from examlab.reading.frames import Frames, merge
from examlab.reading.page import html
from examlab.reading.svg import compact_path, svg_text, svg_tree


@pytest.fixture(autouse=True)
def no_face(monkeypatch: pytest.MonkeyPatch) -> None:
    """Show nothing unless a test asks for it."""
    monkeypatch.delenv("EXAMLAB_FACE", raising=False)


def line(*, a: float, b: str = "up", narrow: bool = False) -> Figure:
    """A line with a slope and a direction."""
    figure = Figure(figsize=(2, 1) if narrow else (3, 1))
    axes = figure.add_axes((0.2, 0.2, 0.7, 0.7), xlim=(0, 1), ylim=(-3, 3))
    axes.plot([0, 1], [0, a if b == "up" else -a], "o-")
    return figure


def describe(*, a: float, b: str = "up") -> str:
    """Say how steep it is."""
    return f"A line with the slope {a:g}, going {b}."


# ---- What a reader can move


@pytest.mark.parametrize(
    ("make", "error", "message"),
    [
        (lambda: slider("Rate", [1]), ValueError, r"'Rate' has 1 entries: .* at least 2"),
        (lambda: slider("Rate", []), ValueError, r"'Rate' has 0 entries"),
        (lambda: slider("Rate", [0.001, 0.002], format="{:.1f}"), ValueError, r"'Rate' reads '0\.0' twice"),
        (lambda: slider("Rate", [0, 1, 1]), ValueError, r"'Rate' reads '1' twice"),
        (lambda: slider("Rate", [0, float("nan")]), ValueError, r"'Rate' must be a number in .*, got nan"),
        (lambda: slider("Rate", [0, float("-inf")]), ValueError, r"'Rate' must be a number in .*, got -inf"),
        (lambda: choice("Loss", ["one"]), ValueError, r"'Loss' has 1 entries"),
        (lambda: choice("Loss", {1: "same", 2: "same"}), ValueError, r"'Loss' reads 'same' twice"),
        (lambda: explore(line, describe=describe, a="abc"), TypeError, r"a='abc' is not a list of values"),
        (lambda: explore(line, describe=describe, a=3), TypeError, r"a=3 is not a list of values"),
        (lambda: explore(line, describe=describe, a=[1]), ValueError, r"'a' has 1 entries"),
    ],
)
def test_a_bad_list_of_values_is_refused(make, error, message):
    with pytest.raises(error, match=message):
        make()


def test_values_are_written_as_asked():
    rate = slider("Rate", np.linspace(-1, 1, 3), unit="m", format="{:.2f}")
    assert rate.texts == ("−1.00 m", "0.00 m", "1.00 m")
    assert rate.values == (-1.0, 0.0, 1.0)
    assert all(type(value) is float for value in rate.values)
    assert slider("Steps", range(3)).values == (0, 1, 2)
    assert all(type(value) is int for value in slider("Steps", range(3)).values)


def test_plain_lists_become_sliders_and_choices():
    explorer = explore(line, describe=describe, a=[1, 2, 3], b=["up", "down"])
    assert [parameter.kind for parameter in explorer.parameters.values()] == ["slider", "choice"]
    assert [parameter.label for parameter in explorer.parameters.values()] == ["a", "b"]
    assert explore(line, describe=describe, a=[1, 2], b={"up": "rising", "down": "falling"}).parameters[
        "b"
    ].texts == ("rising", "falling")


def test_the_values_reach_both_functions():
    seen = []
    explorer = explore(
        lambda **arguments: seen.append(arguments),
        describe=lambda **arguments: str(sorted(arguments)),
        given={"c": 7},
        a=[1, 2, 3],
        b=["up", "down"],
    )
    assert explorer.shape == (3, 2)
    assert list(explorer.positions()) == [(0, 0), (0, 1), (1, 0), (1, 1), (2, 0), (2, 1)]
    explorer.figure((2, 1))
    assert seen == [{"a": 3, "b": "down", "c": 7}]
    assert explorer.description((0, 0)) == "['a', 'b', 'c']"
    assert explorer.name_of((2, 1)) == "a=3, b='down'"


def test_the_start_is_the_middle_or_what_is_asked():
    def begin(**start: object) -> tuple[int, ...]:
        return explore(line, describe=describe, start=start, a=np.linspace(0, 1, 11), b=["up", "down"]).start

    assert begin() == (5, 0)
    assert begin(b="down") == (5, 1)
    assert begin(a=0.3) == (3, 0), "the list holds 0.30000000000000004"


@pytest.mark.parametrize(
    ("start", "message"),
    [
        ({"a": 7}, r"start\['a'\]=7 is not among its values: 1, 2, 3"),
        ({"b": "sideways"}, r"start\['b'\]='sideways' is not among its values: up, down"),
        ({"c": 1}, r"start names 'c', which is not a parameter: choose from a, b"),
        ({"a": 1, "b": "down"}, r"start is a=1, b='down', which is declared impossible"),
    ],
)
def test_a_bad_start_is_refused(start, message):
    with pytest.raises(ValueError, match=message):
        explore(
            line,
            describe=describe,
            start=start,
            impossible=lambda a, b: "no" if (a, b) == (1, "down") else None,
            a=[1, 2, 3],
            b=["up", "down"],
        )


def test_too_many_positions_are_refused_with_the_list_to_shorten():
    largest = MOST_FRAMES // 2
    explore(line, describe=describe, a=range(largest), b=["up", "down"])
    with pytest.raises(ValueError, match=rf"a {largest + 1} × b 2 = {MOST_FRAMES + 2} .* first of all of a$"):
        explore(line, describe=describe, a=range(largest + 1), b=["up", "down"])


# ---- The page


class Parts(HTMLParser):
    """The elements of a page, with their attributes and the text of the scripts."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.scripts: list[str] = []
        self.words: list[str] = []
        self.in_script = False
        self.feed(text)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.found.append((tag, dict(attrs)))
        self.in_script = tag == "script"
        if self.in_script:
            self.scripts.append("")

    def handle_endtag(self, tag):
        self.in_script = False

    def handle_data(self, data):
        if self.in_script:
            self.scripts[-1] += data
        else:
            self.words.append(data)


HOSTILE = """"'></script><!--<script>alert(1)</script><img src=x onerror=alert(1)>&amp;</figure>"""


def test_hostile_words_stay_words():
    explorer = explore(
        line,
        describe=lambda a, b: f"{HOSTILE} {a} {b}",
        a=slider(HOSTILE, [1, 2], unit=HOSTILE),
        b=choice(HOSTILE, {"up": HOSTILE, "down": "down"}),
        start={"a": 1},
    )
    parts = Parts(html(explorer))
    assert {tag for tag, _ in parts.found} & {"img", "b"} == set()
    assert [attributes.get("type") for tag, attributes in parts.found if tag == "script"] == [
        "application/json"
    ] * 2
    for script in parts.scripts:
        assert "</" not in script and "<!" not in script
        assert json.loads(script)["says"][0] == f"{HOSTILE} 1 up"
    ranges = [attributes for tag, attributes in parts.found if attributes.get("type") == "range"]
    assert ranges[0]["aria-valuetext"] == f"1 {HOSTILE}"
    assert json.loads(ranges[0]["data-texts"] or "") == [f"1 {HOSTILE}", f"2 {HOSTILE}"]
    assert "".join(parts.words).count(HOSTILE) >= 5


def test_the_page_starts_at_the_start():
    explorer = explore(line, describe=describe, a=[1, 2, 3], b=["up", "down"], start={"a": 3, "b": "down"})
    page = html(explorer)
    parts = Parts(page)
    assert [(found["value"], found["max"]) for _, found in parts.found if found.get("type") == "range"] == [
        ("2", "2")
    ]
    assert [found["value"] for _, found in parts.found if "checked" in found] == ["1"]
    assert web.escape(describe(a=3, b="down")) in page
    for script, layout in zip(parts.scripts, explorer.layouts, strict=True):
        data = json.loads(script)
        assert data["says"] == [explorer.description(position) for position in explorer.positions()]
        assert len(data["table"]) == 6
        stored = Frames(picture(page, layout), tuple(data["parts"]), tuple(map(tuple, data["table"])))
        # The skeleton is the starting picture.
        assert branches(ElementTree.fromstring(stored.skeleton)) == branches(put_together(stored, 5))


def picture(page: str, layout: str) -> str:
    """Return the picture of a layout that stands in a page."""
    found = re.search(rf'data-layout="{layout}">(<svg.*?</svg>)', page, re.DOTALL)
    assert found
    return found[1]


def test_impossible_positions_are_marked_and_never_drawn():
    drawn = []

    def draw(*, a: float, b: str) -> Figure:
        drawn.append((a, b))
        return line(a=a, b=b)

    explorer = explore(
        draw,
        describe=describe,
        impossible=lambda a, b: "Not this one." if (a, b) == (1, "down") else None,
        a=[1, 2],
        b=["up", "down"],
    )
    data = json.loads(Parts(html(explorer)).scripts[0])
    assert [row is None for row in data["table"]] == [False, True, False, False]
    assert data["says"][1] == "Not this one."
    assert sorted(drawn) == [(1, "up"), (2, "down"), (2, "up")]


def test_a_figure_that_does_not_move_has_no_frames():
    page = html(show(lambda: line(a=1), describe=lambda: "One line."))
    assert "examlab-frames" not in page
    assert "examlab-controls" not in page
    assert "One line." in page


@pytest.mark.parametrize("count", [4, 60])
def test_a_position_that_cannot_be_drawn_is_named(monkeypatch, count):
    monkeypatch.setenv("EXAMLAB_FACE", "site")

    def broken(*, a: int) -> Figure:
        return line(a=1 / (a - 3))

    with pytest.raises(RuntimeError, match=r"broken failed at a=3: ZeroDivisionError: division by zero"):
        explore(broken, describe=describe, a=range(count))


def test_a_position_that_cannot_be_described_is_named(monkeypatch):
    monkeypatch.setenv("EXAMLAB_FACE", "site")

    def wordless(*, a: int) -> str:
        raise KeyError(a)

    with pytest.raises(RuntimeError, match=r"wordless failed at a=1: KeyError: 1"):
        explore(line, describe=wordless, a=[1, 2])


def test_a_figure_of_another_size_fails_the_build(monkeypatch):
    monkeypatch.setenv("EXAMLAB_FACE", "site")
    with pytest.raises(ValueError, match=r"pictures of 2 sizes \(.*\): draw all in one size"):
        explore(lambda *, a: Figure(figsize=(a, 1)), describe=describe, a=[1, 2])


def test_without_the_site_nothing_is_drawn():
    def never(*, a: float) -> Figure:
        raise AssertionError("drawn")

    assert explore(never, describe=describe, a=[1, 2]).shape == (2,)


BUILD = """
import hashlib
from examlab.reading import explore, slider, choice
from matplotlib.figure import Figure

def draw(*, a, b, narrow=False):
    figure = Figure(figsize=(2, 1) if narrow else (3, 1))
    axes = figure.add_axes((0.2, 0.2, 0.7, 0.6), title=f"{a} {b}")
    axes.plot([0, 1, 2], [0, a, 1], "o-" if b == "up" else "s--", label="α")
    axes.fill_between([0, 1], [0, a], hatch="//")
    axes.legend()
    return figure

page = explore(draw, describe=lambda a, b: f"{a} {b}", a=slider("a", [1, 2, 3]), b=["up", "down"])
print(hashlib.sha256(page._repr_mimebundle_()["text/html"].encode()).hexdigest())
"""


def test_two_builds_give_the_same_bytes():
    digests = {
        subprocess.run(
            [sys.executable, "-c", BUILD],
            env=os.environ | {"EXAMLAB_FACE": "site", "PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    }
    assert len(digests) == 1
    assert re.fullmatch(r"[0-9a-f]{64}\n", digests.pop())


# ---- Pictures


def put_together(stored: Frames, number: int) -> Element:
    """Return picture `number`, as a page would: the skeleton with the parts of its row."""
    root = ElementTree.fromstring(stored.skeleton)
    slots = root.findall(".//*[@data-slot]")
    for slot, part in zip(slots, stored.table[number], strict=True):
        fill(slot, stored.parts[part])
    return root


def fill(slot: Element, part: str) -> None:
    """Put a part where it belongs: in an attribute, or as the only content."""
    if name := slot.attrib["data-slot"]:
        slot.set(name, part)
    else:
        slot[:] = [ElementTree.fromstring(part)]


def branches(root: Element) -> str:
    """Return a picture without its definitions and slots."""
    root = copy.deepcopy(root)
    for parent in list(root.iter()):
        parent[:] = [
            branch
            for child in parent
            if child.tag != "defs"
            for branch in (child if child.attrib.pop("data-slot", None) == "" else [child])
        ]
    return svg_text(root).partition(">")[2]


def definitions(root: Element) -> dict[str, str]:
    """Return the definitions of a picture, by name."""
    return {item.attrib["id"]: svg_text(item) for item in root.iter("defs") for item in item}


def used(text: str) -> set[str]:
    """Return the definitions that a picture refers to."""
    return set(re.findall(r'(?:"|url\()#([\w-]+)', text))


def random_figure(rng: np.random.Generator, *, kinds: int) -> Figure:
    """Return a figure whose artists, texts and numbers of artists are chance."""
    figure = Figure(figsize=(3, 2))
    axes = figure.add_axes((0.2, 0.2, 0.7, 0.6), xlim=(0, 1), ylim=(0, 1))
    for _ in range(rng.integers(1, kinds + 1)):
        x, y = rng.random((2, int(rng.integers(2, 6))))
        match int(rng.integers(0, 5)):
            case 0:
                axes.plot(x, y, rng.choice(["-", "--", "o", "s-"]))
            case 1:
                axes.scatter(x, y, s=100 * rng.random(), c=y)
            case 2:
                axes.bar(x, y, width=0.1, hatch=str(rng.choice(["", "//"])))
            case 3:
                axes.text(x[0], y[0], str(rng.choice(["α", "σ²", "two words"])), clip_on=True)
            case 4:
                axes.contourf(rng.random((4, 4)), extent=(0, 1, 0, 1))
    return figure


@settings(max_examples=12, deadline=None)
@given(seed=some.integers(0, 2**32 - 1), kinds=some.integers(1, 5), data=some.data())
def test_every_picture_comes_back_whole(seed, kinds, data):
    rng = np.random.default_rng(seed)
    trees = [svg_tree(random_figure(rng, kinds=kinds), prefix="w") for _ in range(4)]
    originals = [branches(tree) for tree in trees]
    start = data.draw(some.integers(0, 3))
    stored = merge(trees, start=start)
    assert len(set(stored.parts)) == len(stored.parts), "a part is stored twice"
    for number, (tree, original) in enumerate(zip(trees, originals, strict=True)):
        again = put_together(stored, number)
        # The page gathers the picture in one branch.
        assert branches(again) == f"<g>{original.removesuffix('</svg>')}</g></svg>"
        known, mine = definitions(again), definitions(tree)
        assert used(original) <= set(known)
        assert mine.items() <= known.items()
    assert branches(ElementTree.fromstring(stored.skeleton)) == branches(put_together(stored, start))


def test_what_does_not_change_is_stored_once():
    trees = [svg_tree(line(a=a)) for a in (1, 2, 3, 2)]
    stored = merge(trees, start=1)
    assert stored.table[1] == stored.table[3] != stored.table[0]
    assert sum(map(len, stored.parts)) < len(stored.skeleton)
    same = merge(trees[:1] * 3)
    assert (same.parts, same.table) == ((), ((), (), ()))


def test_bad_pictures_are_refused():
    with pytest.raises(ValueError, match="trees is empty"):
        merge([])
    with pytest.raises(ValueError, match=r"2 sizes \(0 0 216 72, 0 0 72 72\)"):
        merge([svg_tree(Figure(figsize=size)) for size in ((1, 1), (3, 1))])


def test_a_picture_needs_no_style_and_no_font():
    text = svg_text(svg_tree(line(a=1), prefix="w"))
    assert "style=" not in text and "<style" not in text and "<text" not in text and "font" not in text
    assert "var(--x1f77b4,#1f77b4)" in text
    assert all(name.startswith("w") for name in re.findall(r' id="([^"]+)"', text))
    assert used(text) == set(re.findall(r' id="([^"]+)"', text)), "a definition is missing, or of no use"


def pixels(address: str) -> np.ndarray:
    with Image.open(io.BytesIO(base64.b64decode(address.removeprefix("data:image/png;base64,")))) as image:
        return np.asarray(image.convert("RGBA"))


@pytest.mark.parametrize(("colours", "bits"), [(2, 1), (4, 2), (16, 4), (17, 8), (256, 8), (300, None)])
def test_pixels_are_written_without_a_loss_in_few_bits(colours, bits):
    rng = np.random.default_rng(colours)
    palette = rng.integers(0, 256, (colours, 4), dtype=np.uint8)
    drawn = palette[np.append(np.arange(colours), rng.integers(0, colours, 1000 - colours))].reshape(
        40, 25, 4
    )
    figure = Figure(figsize=(4, 3))
    axes = figure.add_axes((0, 0, 1, 1))
    axes.imshow(drawn, interpolation="none", aspect="auto")
    [image] = svg_tree(figure).iter("image")
    assert image.attrib["image-rendering"] == "pixelated"
    written = pixels(image.attrib["href"])
    assert (written == drawn).all()
    header = base64.b64decode(image.attrib["href"].partition(",")[2])[:26]
    assert (header[24], header[25]) == ((bits, 3) if bits else (8, 6)), "bits a channel, kind of colour"
    assert svg_text(svg_tree(figure)) == svg_text(svg_tree(figure))


def absolute(path: str) -> list[tuple[str, list[tuple[float, float]]]]:
    """Read a path, absolute or relative, by the rules of SVG: each command with its points."""
    read, here, start = [], np.zeros(2), np.zeros(2)
    for letter, numbers in re.findall(r"([MLQCZmlqcz])([^MLQCZmlqcz]*)", path):
        points = np.array(re.findall(r"-?\d*\.?\d+(?:e-?\d+)?", numbers), dtype=float).reshape(-1, 2)
        points = points + (here if letter.islower() else 0)
        read.append((letter.upper(), [tuple(point) for point in points]))
        here = points[-1] if len(points) else start
        start = here if letter in "Mm" else start
    return read


numbers = some.floats(-2000, 2000, allow_nan=False).map(lambda number: round(number, 6))
points_of = {"M": 1, "L": 1, "Q": 2, "C": 3, "z": 0}


@some.composite
def paths(draw, scale: float = 1.0) -> str:
    """A path as Matplotlib writes it: absolute, one command after another."""
    letters = ["M", *draw(some.lists(some.sampled_from("LQCzM"), max_size=30))]
    return " ".join(
        " ".join([letter, *(f"{draw(numbers) * scale:.6f}" for _ in range(2 * points_of[letter]))])
        for letter in letters
    )


@pytest.mark.parametrize("scale", [1.0, 0.009])
def test_a_compact_path_is_the_same_path(scale):
    @settings(max_examples=200, deadline=None)
    @given(path=paths(scale=scale))
    def check(path):
        before, after = absolute(path), absolute(compact_path(path))
        assert [letter for letter, _ in after] == [letter for letter, _ in before]
        size = max((abs(x) for _, points in before for point in points for x in point), default=0)
        allowed = 0.005 if size < 20 else 0.05
        for (_, points), (_, compact) in zip(before, after, strict=True):
            assert np.abs(np.subtract(points, compact)).max(initial=0) <= allowed + 1e-9
        assert len(compact_path(path)) <= len(path)

    check()


def test_a_long_path_does_not_drift():
    x = np.linspace(0, 400, 5000)
    path = "M " + " L ".join(f"{a:.6f} {b:.6f}" for a, b in zip(x, 50 + x / 3, strict=True))
    end = absolute(compact_path(path))[-1][1][-1]
    assert np.allclose(end, (400, 50 + 400 / 3), atol=0.05)


def test_definitions_are_named_by_what_they_hold():
    one, other = (svg_tree(line(a=a), prefix="w") for a in (1, 2))
    shared = set(definitions(one)) & set(definitions(other))
    assert shared
    assert all(definitions(one)[name] == definitions(other)[name] for name in shared)


def test_markers_of_one_look_become_one_path_each_in_its_place():
    figure = Figure(figsize=(4, 3))
    axes = figure.add_axes((0, 0, 1, 1), xlim=(0, 4), ylim=(0, 3))
    axes.axis("off")
    points = np.random.default_rng(0).uniform(0.5, 2.5, (120, 2))
    axes.scatter(*points.T, marker="s", c=["#112233"] * 50 + ["#445566"] * 30 + ["#112233"] * 40)
    root = svg_tree(figure)
    assert not list(root.iter("use"))
    outlines = [path.attrib["d"] for path in root.iter("path") if "stroke" in path.attrib]
    squares = [re.findall(r"M([\d.]+) ([\d.]+)l", outline) for outline in outlines]
    assert [len(run) for run in squares] == [50, 30, 40], "markers of another colour are drawn between"
    corners = np.array([corner for run in squares for corner in run], dtype=float)
    centres = points * 72 * (1, -1) + (0, 216)
    assert np.ptp(corners - centres, axis=0).max() <= 0.11, "every corner is as far from its point"
