"""The palette in numbers, and the parts that every figure is made of."""

import itertools
import math
import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from examlab.figures import style
from examlab.figures.style import Cell, Row, number, panels
from tests.unit.colour import SEEN_BY, contrast, difference, lab

TEXT = (style.INK, style.MUTED, style.BLUE, style.ORANGE, style.TEAL)
LINES = (*TEXT, style.SPINE)
HUES = (style.BLUE, style.ORANGE, style.TEAL)
MODES = ("light", "dark")


def shown(colour, mode):
    return colour if mode == "light" else style.DARK[colour]


@pytest.mark.parametrize("mode", MODES)
def test_contrast(mode):
    paper, tint = shown(style.PAPER, mode), shown(style.BLUE_TINT, mode)
    assert paper == {"light": "#ffffff", "dark": "#121212"}[mode]
    for colour in TEXT:
        assert contrast(shown(colour, mode), paper) >= 4.5
    for colour in LINES:
        assert contrast(shown(colour, mode), paper) >= 3
    for colour in (style.INK, style.BLUE, style.ORANGE):  # what is drawn on the filled domain
        assert contrast(shown(colour, mode), tint) >= 3


def test_every_colour_has_one_dark_partner():
    assert len(set(style.DARK.values())) == len(style.DARK)
    assert all(re.fullmatch("#[0-9a-f]{6}", colour) for pair in style.DARK.items() for colour in pair)
    assert "#000000" not in style.DARK  # Matplotlib leaves black out of an SVG, where nothing can replace it


# CIELAB pairs and their CIEDE2000, from the table in Sharma, Wu and Dalal, 2005.
SHARMA = [
    ((50, 2.6772, -79.7751), (50, 0, -82.7485), 2.0425),
    ((50, -1, 2), (50, 0, 0), 2.3669),
    ((50, 2.5, 0), (50, 0, -2.5), 4.3065),
    ((50, 2.5, 0), (61, -5, 29), 22.8977),
    ((60.2574, -34.0099, 36.2677), (60.4626, -34.1751, 39.4387), 1.2644),
    ((22.7233, 20.0904, -46.694), (23.0331, 14.973, -42.5619), 2.0373),
    ((2.0776, 0.0795, -1.135), (0.9033, -0.0636, -0.5514), 0.9082),
]


@pytest.mark.parametrize(("one", "other", "expected"), SHARMA)
def test_difference_is_that_of_its_authors(one, other, expected):
    assert difference(np.array(one), np.array(other)) == pytest.approx(expected, abs=5e-5)


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("eyes", SEEN_BY)
def test_hues_stay_apart_whatever_cones_a_reader_lacks(eyes, mode):
    seen = {colour: lab(shown(colour, mode), seen_by=eyes) for colour in HUES}
    for one, other in itertools.combinations(HUES, 2):
        # Without short-wave cones blue and teal are alike: test_figures_contract asks for more between them.
        alike = eyes == "tritanopia" and {one, other} == {style.BLUE, style.TEAL}
        assert difference(seen[one], seen[other]) >= (5 if alike else 12)


@pytest.mark.parametrize(
    ("value", "digits", "text"),
    [
        (-0.5, 2, "−0.50"),
        (0.0, 2, "0"),
        (-0.0, 2, "0"),
        (99.999, 2, "100"),
        (-2671.4, 2, "−2671"),
        (0.00037, 2, "3.7·10⁻⁴"),
        (-0.00037, 2, "−3.7·10⁻⁴"),
        (0.1 + 0.2, None, "0.3"),
        (20.0, None, "20"),
        (1e-7, None, "1.0·10⁻⁷"),
        (math.nan, 2, "?"),
        (-math.inf, 2, "−∞"),
        (12345678.0, None, "12345678"),
    ],
)
def test_number(value, digits, text):
    assert number(value, digits=digits) == text


@given(st.floats(-1e6, 1e6), st.integers(0, 3))
def test_a_written_number_is_zero_only_if_the_number_is(value, digits):
    text = number(value, digits=digits)
    assert (text == "0") == (value == 0)
    assert text.startswith("−") == (value < 0)
    assert "-" not in text


def test_french_numbers_have_a_comma(monkeypatch):
    monkeypatch.setenv("EXAMLAB_LANGUAGE", "fr")
    assert (number(-0.5), number(0.00037)) == ("−0,50", "3,7·10⁻⁴")


def test_panels_stand_beside_or_below_each_other():
    cells = Cell(height=3, share=2), Cell(height=2, share=1), Cell(height=1, share=0, bottom=0.3, top=0.3)
    wide, axes = panels(*cells, narrow=False)
    assert wide.get_size_inches().tolist() == [style.WIDE, 4]
    left, right, below = (ax.get_position() for ax in axes)
    assert left.x1 < right.x0 and left.y1 == pytest.approx(right.y1) and below.y1 < min(left.y0, right.y0)
    assert left.width * style.WIDE == pytest.approx(style.WIDE * 2 / 3 - cells[0].left - cells[0].right)
    narrow, axes = panels(*cells, narrow=True)
    assert narrow.get_size_inches().tolist() == [style.NARROW, 6]
    assert all(upper.get_position().y0 > lower.get_position().y1 for upper, lower in itertools.pairwise(axes))


@pytest.mark.parametrize("slope", [0, 0.01, -1, 100, -100])
def test_a_tangent_has_its_slope_and_one_length_on_paper(slope):
    figure, (ax,) = panels(Cell(), narrow=True)
    ax.set(xlim=(0, 1), ylim=(0, 5))
    style.tangent(ax, 0.5, 2, slope, colour=style.BLUE, length=1.5)
    (x0, x1), (y0, y1) = ax.lines[0].get_data()
    assert (y1 - y0) / (x1 - x0) == pytest.approx(slope)
    ends = ax.transData.transform([(x0, y0), (x1, y1)]) / figure.dpi
    assert math.dist(*ends) == pytest.approx(1.5)


def test_bars_show_zero_and_excess():
    _figure, (ax,) = panels(Cell(), narrow=True)
    values = [0.0, 0.5, 7.0, -7.0, math.nan]
    bars = [Row("a", value, number(value), style.BLUE) for value in values]
    style.rows(ax, bars, limits=(-1, 1), ticks=(0,))
    assert [bar.get_width() for bar in ax.patches] == [0, 0.5, 1, -1, 0]
    heads, rings = ax.lines[1::2], ax.lines[2::2]
    assert [head.get_xdata().tolist() for head in heads] == [[], [], [1], [-1], []]
    assert [head.get_marker() for head in heads[2:4]] == [">", "<"]
    assert [len(ring.get_xdata()) for ring in rings] == [1, 0, 0, 0, 0]
