"""Sliders in a live notebook, without a browser: what each position shows, and what happens if one fails."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

import ipywidgets as widgets
import pytest
from ipywidgets.widgets.widget import _instances
from ipywidgets.widgets.widget_link import Link
from matplotlib.figure import Figure

from examlab.reading import choice, explore, show, slider
from examlab.reading.explorer import Explorer, Position
from examlab.reading.live import LiveExplorer, mime_bundle
from examlab.reading.page import html


def draw(*, n: int, kind: str = "line", narrow: bool = False) -> Figure:
    figure = Figure(figsize=(3.0 if narrow else 4.0, 2.0))
    ax = figure.add_axes((0.2, 0.2, 0.7, 0.7))
    ax.set(xlim=(0, 8), ylim=(0, 8), title=f"n = {n}")
    ax.plot(range(n), range(n), "-" if kind == "line" else "o", color="#0062a3")
    return figure


def describe(*, n: int, kind: str = "line") -> str:
    return f'{n} points, drawn as "{kind}" & nothing <else>.'


def refuse(*, n: int, kind: str = "line") -> str | None:
    return "No line through two points." if (n, kind) == (2, "line") else None


def fail(*, n: int) -> Figure:
    if n == 2:
        raise ZeroDivisionError("<two>")
    return draw(n=n)


def both(**changes: Any) -> Explorer:
    kinds = choice("Kind of mark", {"line": "a line", "dots": "dots"})
    return explore(
        draw,
        describe=describe,
        **{"n": slider("Points", [1, 2, 4, 8], unit="in all"), "kind": kinds, **changes},
    )


def move(live: LiveExplorer, position: Position) -> None:
    for control, index in zip(live.controls.values(), position, strict=True):
        control.index = index


@pytest.fixture(autouse=True)
def _close_widgets() -> Iterator[None]:
    before = set(_instances)
    yield
    for key in set(_instances) - before:
        _instances[key].close()


# ---- What is shown


def test_every_position_is_described_and_drawn() -> None:
    explorer = both()
    live = LiveExplorer(explorer)
    assert live.position == explorer.start
    for position in explorer.positions():
        move(live, position)
        says = explorer.description(position)
        assert ElementTree.fromstring(live.readout.value).text == says
        picture = ElementTree.fromstring(live.picture.value)
        assert picture.tag == "svg" and picture.attrib["role"] == "img"
        assert picture.attrib["aria-label"] == says
        assert (picture.attrib["width"], picture.attrib["height"]) == ("288pt", "144pt")


def test_a_picture_is_the_one_of_the_page() -> None:
    explorer = both()
    live = LiveExplorer(explorer)
    page = pictures_of_the_page(explorer)
    assert len({text for text, _ in page.values()}) == len(page) == 8
    for position, (drawing, definitions) in page.items():
        move(live, position)
        own = ElementTree.fromstring(re.sub(r"live-\w+-", "w", live.picture.value))
        assert "".join(map(text_of, own[1:])) == drawing
        assert {text_of(item) for item in own[0]} <= definitions


def pictures_of_the_page(explorer: Explorer) -> dict[Position, tuple[str, set[str]]]:
    """Put each picture of the page together as its script does: the drawing, and what it may refer to."""
    page = html(explorer)
    block = re.search(r'data-layout="wide">(<svg.*?</svg>)<script[^>]*>(.*?)</script>', page, re.DOTALL)
    assert block is not None
    data = json.loads(block[2].replace("<\\/", "</"))
    found = {}
    for position, row in zip(explorer.positions(), data["table"], strict=True):
        root = filled(ElementTree.fromstring(block[1]), iter([data["parts"][part] for part in row]))
        found[position] = ("".join(map(text_of, root[1])), {text_of(item) for item in root[0]})
    return found


def filled(element: Element, parts: Iterator[str]) -> Element:
    for index, child in enumerate(element):
        slot = child.attrib.pop("data-slot", None)
        if slot:
            child.set(slot, next(parts))
        element[index] = filled(child, parts) if slot != "" else ElementTree.fromstring(next(parts))
    return element


def text_of(element: Element) -> str:
    return ElementTree.tostring(element, encoding="unicode")


def test_two_figures_share_no_id() -> None:
    values = [LiveExplorer(both()).picture.value for _ in range(2)]
    first, second = (set(re.findall(r' id="([^"]+)"', value)) for value in values)
    assert first and second and not first & second


def test_a_move_is_one_change_and_never_an_empty_picture() -> None:
    live = LiveExplorer(both())
    seen: list[str] = []
    live.picture.observe(lambda change: seen.append(change["new"]), names="value")
    live.controls["n"].index = 3
    live.controls["kind"].index = 1
    assert len(seen) == 2
    assert all(value.startswith("<svg") for value in seen)


def test_sliders_for_what_has_an_order_and_radio_buttons_for_the_rest() -> None:
    controls = LiveExplorer(both(start={"n": 4, "kind": "dots"})).controls
    assert isinstance(controls["n"], widgets.SelectionSlider)
    assert isinstance(controls["kind"], widgets.RadioButtons)
    assert [control.description for control in controls.values()] == ["Points", "Kind of mark"]
    assert [control.label for control in controls.values()] == ["4 in all", "dots"]
    assert all(control.tooltip == control.description for control in controls.values())


def test_a_figure_without_sliders() -> None:
    live = LiveExplorer(show(draw, describe=describe, given={"n": 4}))
    assert live.controls == {} and live.position == ()
    assert live.picture.value.startswith("<svg")


def test_style_and_script_come_with_each_figure_once() -> None:
    style, *_, script = LiveExplorer(both()).children
    assert (
        style.value.count("<style>") == 1 and "examlab-readout" in style.value and "--x1f2328" in style.value
    )
    text = script.outputs[0]["data"]["text/html"]
    assert "aria-valuetext" in text and text.count("</script>") == 1


# ---- What cannot be shown


def test_a_position_that_fails_says_so_and_keeps_the_picture() -> None:
    live = LiveExplorer(explore(fail, describe=describe, n=[1, 2, 4], start={"n": 1}))
    before = live.picture.value
    live.controls["n"].index = 1
    message = ElementTree.fromstring(live.readout.value).text
    assert message == "This position could not be drawn (n=2): ZeroDivisionError: <two>"
    assert live.picture.value == before
    assert "examlab-stale" in live.picture._dom_classes
    live.controls["n"].index = 2
    assert live.picture.value != before
    assert "examlab-stale" not in live.picture._dom_classes
    assert ElementTree.fromstring(live.readout.value).text == describe(n=4)


def test_a_description_that_fails_says_so() -> None:
    def words(*, n: int) -> str:
        return f"{1 / (n - 2):g}"

    live = LiveExplorer(explore(draw, describe=words, n=[1, 2, 4], start={"n": 1}))
    live.controls["n"].index = 1
    assert "(n=2): ZeroDivisionError" in live.readout.value
    assert "examlab-stale" in live.picture._dom_classes


def test_an_impossible_position_is_marked_and_says_why() -> None:
    live = LiveExplorer(both(impossible=refuse, start={"n": 1, "kind": "line"}))
    before = live.picture.value
    move(live, (1, 0))
    assert ElementTree.fromstring(live.readout.value).text == "No line through two points."
    assert live.picture.value == before and "examlab-stale" in live.picture._dom_classes
    move(live, (1, 1))
    assert live.picture.value != before and "examlab-stale" not in live.picture._dom_classes


# ---- Time


def test_a_slider_through_time_plays() -> None:
    moments = slider("Step", [0, 5, 10], time=True)
    live = LiveExplorer(explore(draw, describe=describe, n=moments, start={"n": 5}))
    [play] = [widget for widget in descendants(live) if isinstance(widget, widgets.Play)]
    assert (play.min, play.max, play.value) == (0, 2, 1)
    assert play.tooltip == "Play: Step"
    joined = [(link.source, link.target) for link in _instances.values() if isinstance(link, Link)]
    assert ((play, "value"), (live.controls["n"], "index")) in joined


def test_no_other_slider_plays() -> None:
    assert not [widget for widget in descendants(LiveExplorer(both())) if isinstance(widget, widgets.Play)]


def descendants(widget: widgets.Widget) -> Iterator[widgets.Widget]:
    for child in getattr(widget, "children", ()):
        yield child
        yield from descendants(child)


# ---- What the notebook stores


def test_the_notebook_gets_widgets_words_and_a_small_picture() -> None:
    explorer = both()
    bundle = mime_bundle(explorer)
    assert set(bundle) == {"application/vnd.jupyter.widget-view+json", "text/plain", "image/png"}
    assert bundle["text/plain"] == explorer.description(explorer.start)
    assert bundle["image/png"].startswith(b"\x89PNG") and len(bundle["image/png"]) < 40_000
    view = _instances[bundle["application/vnd.jupyter.widget-view+json"]["model_id"]]
    assert isinstance(view, LiveExplorer) and view.explorer is explorer


def test_outside_a_build_an_explorer_shows_its_live_face(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("EXAMLAB_FACE", raising=False)
    assert "application/vnd.jupyter.widget-view+json" in both()._repr_mimebundle_()
