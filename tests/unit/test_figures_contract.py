"""What every drawing function promises, at the start and at every corner of what a reader can move."""

from __future__ import annotations

import inspect
import io
import itertools
import re
from functools import cache

import matplotlib
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.text import Text

from examlab.figures import style
from examlab.figures.style import number
from tests.unit.cases import BAD, CASES, SAID, WRONG_TYPE

EVERY = [(name, index) for name, case in CASES.items() for index in range(len(case.positions()))]
LAYOUTS = {"wide": False, "narrow": True}
MOVED = [(name, parameter) for name, case in CASES.items() for parameter in case.moved]


def drawn(name, layout, **position):
    return CASES[name].draw(**position, **CASES[name].fixed, narrow=LAYOUTS[layout])


def as_svg(figure):
    buffer = io.StringIO()
    nothing = dict.fromkeys(("Date", "Creator", "Format", "Type"))
    with matplotlib.rc_context({"svg.fonttype": "path", "svg.hashsalt": "examlab"}):
        figure.savefig(buffer, format="svg", metadata=nothing)
    return buffer.getvalue()


@cache
def figure_at(name, index, layout):
    return drawn(name, layout, **CASES[name].positions()[index])


@cache
def svg_at(name, index, layout):
    return as_svg(figure_at(name, index, layout))


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize(("name", "index"), EVERY)
def test_texts_are_whole_legible_and_apart(name, index, layout):
    figure = figure_at(name, index, layout)
    assert figure.get_figwidth() == {"wide": style.WIDE, "narrow": style.NARROW}[layout]
    check_texts(figure)


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("name", CASES)
def test_french_texts_have_the_room_they_need(name, layout, monkeypatch):
    monkeypatch.setenv("EXAMLAB_LANGUAGE", "fr")
    check_texts(drawn(name, layout, **CASES[name].positions()[-1]))


def check_texts(figure):
    """Fail if a text is small, leaves the figure, or lies on another."""
    canvas = FigureCanvasAgg(figure)
    canvas.draw()
    texts = [text for text in figure.findobj(Text) if text.get_visible() and text.get_text().strip()]
    assert min(text.get_fontsize() for text in texts) >= 9.5
    boxes = {text: text.get_window_extent(canvas.get_renderer()) for text in texts}
    page = figure.bbox
    for text, box in boxes.items():
        inside = page.x0 <= box.x0 and box.x1 <= page.x1 and page.y0 <= box.y0 and box.y1 <= page.y1
        assert inside, f"{text.get_text()!r} leaves the figure: give its Cell a wider margin"
    for one, other in itertools.combinations(texts, 2):
        common = boxes[one].intersection(boxes[one], boxes[other])
        apart = common is None or min(common.width, common.height) < 1
        assert apart, f"{one.get_text()!r} and {other.get_text()!r} overlap"


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("name", CASES)
def test_all_positions_share_one_skeleton(name, layout):
    def skeleton(index):
        figure = figure_at(name, index, layout)
        return [[(type(child), child.get_zorder()) for child in ax.get_children()] for ax in figure.axes]

    def groups(index):
        return re.findall(r'<g id="([a-z]+[\w.]*)"', svg_at(name, index, layout))

    everywhere = range(len(CASES[name].positions()))
    assert all(skeleton(index) == skeleton(0) for index in everywhere)
    assert all(groups(index) == groups(0) for index in everywhere)


@pytest.mark.parametrize(("name", "index"), EVERY)
def test_only_colours_with_a_dark_partner(name, index):
    svg = svg_at(name, index, "wide")
    assert set(re.findall(r"#[0-9a-fA-F]{6}\b", svg)) <= set(style.DARK)
    assert set(re.findall(r"opacity: ([\d.]+)", svg)) <= {"0"}  # an empty marker, never a mixed colour
    # Black is what an SVG shape has when it names no colour, and so would stay black in dark mode.
    assert not re.search(r"\b(black|white|rgb\()", svg)
    painted = re.findall(r'<(?:path|use)(?=[^>]*clip-path)[^>]*style="([^"]*)"', svg)
    assert painted and all(re.search(r"(fill|stroke): (#|url)", paint) for paint in painted)


@pytest.mark.parametrize("name", CASES)
def test_blue_and_teal_lines_differ_in_more_than_their_colour(name):
    """Readers without short-wave cones hardly see which is which: dashes or markers have to say it."""
    for ax in figure_at(name, 0, "wide").axes:
        lines = [line for line in ax.lines if line.get_visible() and len(line.get_xdata())]
        blue, teal = (
            {(line.get_linestyle(), line.get_marker()) for line in lines if line.get_color() == colour}
            for colour in (style.BLUE, style.TEAL)
        )
        assert not blue & teal


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("name", CASES)
def test_same_parameters_same_bytes_whatever_the_reader_prefers(name, layout):
    preferences = {
        "lines.linewidth": 9,
        "patch.linewidth": 5,
        "axes.grid": True,
        "axes.spines.top": True,
        "font.size": 20,
        "text.color": "#ff0000",
        "axes.titlepad": 40,
        "xtick.direction": "in",
    }
    with matplotlib.rc_context(preferences):
        figure = drawn(name, layout, **CASES[name].positions()[0])
        assert matplotlib.rcParams["font.size"] == 20
    assert as_svg(figure) == svg_at(name, 0, layout)


@pytest.mark.parametrize(("name", "parameter"), MOVED)
def test_each_slider_alone_changes_the_picture_and_the_words(name, parameter):
    case = CASES[name]
    start = case.positions()[0]
    moved = start | {parameter: case.moved[parameter][-1]}
    assert as_svg(drawn(name, "narrow", **moved)) != svg_at(name, 0, "narrow")
    assert case.describe(**moved, **case.fixed) != case.describe(**start, **case.fixed)


@pytest.mark.parametrize(("name", "index"), EVERY)
def test_words_state_what_was_chosen(name, index):
    case = CASES[name]
    position = case.positions()[index]
    words = case.describe(**position, **case.fixed)
    assert words.endswith(".") and not re.search(r"[{}$\\]|nan|None", words)
    assert len(re.findall(r"\.(?:\s|$)", words)) <= 4
    for value in position.values():
        assert (SAID.get(value) or number(value, digits=None)) in words


@pytest.mark.parametrize("name", CASES)
def test_draw_and_describe_take_the_same_parameters(name):
    drawing, telling = (inspect.signature(f).parameters for f in (CASES[name].draw, CASES[name].describe))
    assert [*telling, "narrow"] == list(drawing)
    assert all(telling[parameter] == drawing[parameter] for parameter in telling)
    assert {parameter.kind for parameter in drawing.values()} == {inspect.Parameter.KEYWORD_ONLY}


@pytest.mark.parametrize(("name", "argument", "value", "got"), BAD)
def test_a_bad_value_is_named(name, argument, value, got):
    case = CASES[name]
    arguments = {**case.positions()[0], **case.fixed, argument: value}
    for function in (case.draw, case.describe):
        with pytest.raises(ValueError, match=rf"^{argument} must .*got .*{re.escape(got)}"):
            function(**arguments)


@pytest.mark.parametrize(("name", "argument"), WRONG_TYPE)
def test_a_wrong_type_is_named(name, argument):
    case = CASES[name]
    for function in (case.draw, case.describe):
        with pytest.raises(TypeError, match=argument):
            function(**{**case.positions()[0], **case.fixed, argument: [None]})
