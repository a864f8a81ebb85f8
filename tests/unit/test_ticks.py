"""Ticks as few artists show what Matplotlib's own show, pixel by pixel."""

import numpy as np
import pytest
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.text import Text

from examlab.figures import style
from examlab.figures.style import Cell, panels
from examlab.figures.ticks import Ticks

PLACES, LABELS = (0.1, 1, 10, 100), ("a", "b₂", "10", "−d")
LIMITS = (0.5, 200)
LOOK = {"colours": (style.SPINE, style.MUTED), "size": 9.5}


def pixels(figure):
    canvas = FigureCanvasAgg(figure)
    canvas.draw()
    return np.asarray(canvas.buffer_rgba()).copy()


def axes():
    figure, (ax,) = panels(Cell(), narrow=True)
    ax.set(xscale="log", xlim=LIMITS, ylim=LIMITS[::-1])
    return figure, ax


def draw_ours(*, grid, marks, narrow=True):
    figure, ax = axes()
    for axis in (ax.xaxis, ax.yaxis):
        ax.add_artist(Ticks(axis, PLACES, LABELS, grid=style.GRID if grid else None, marks=marks, **LOOK))
    return figure


def draw_theirs(*, grid, marks, narrow=True):
    figure, ax = axes()
    if grid:
        ax.grid(True, color=style.GRID)
    for axis in (ax.xaxis, ax.yaxis):
        axis.set_ticks(PLACES, labels=LABELS)
        axis.set_ticks([], minor=True)
    ax.set(xlim=LIMITS, ylim=LIMITS[::-1])  # which Matplotlib widens for ticks outside them
    ax.tick_params(
        length=3 if marks else 0, pad=3.5, labelsize=9.5, color=style.SPINE, labelcolor=style.MUTED
    )
    return figure


@pytest.mark.parametrize("grid", [True, False])
@pytest.mark.parametrize("marks", [True, False])
def test_the_same_pixels_as_matplotlib(grid, marks):
    ours, theirs = (style.styled(draw)(grid=grid, marks=marks) for draw in (draw_ours, draw_theirs))
    assert np.array_equal(pixels(ours), pixels(theirs))
    assert not np.array_equal(pixels(ours), pixels(style.styled(draw_ours)(grid=not grid, marks=marks)))


def test_a_few_artists_and_only_ticks_within_the_limits():
    ticks = draw_ours(grid=True, marks=True).axes[0].artists[0]
    assert [type(part) for part in ticks.get_children()] == [Line2D, Line2D, Text, Text, Text]
    assert [text.get_text() for text in ticks.findobj(Text)] == ["b₂", "10", "−d"]


def test_scale_draws_the_grid_that_dress_asked_for():
    def lines(grid):
        _figure, (ax,) = panels(Cell(), narrow=False)
        style.dress(ax, grid=grid)
        style.scale(ax.xaxis, (0, 1), (0, 1))
        style.scale(ax.yaxis, (0, 1), (0, 1))
        return [len(ticks.findobj(Line2D)) - 1 for ticks in ax.artists]

    assert [lines(grid) for grid in ("both", "x", "y", "none")] == [[1, 1], [1, 0], [0, 1], [0, 0]]


def test_plain_axes_have_no_grid():
    ax = Axes(Figure(), (0.1, 0.1, 0.8, 0.8))
    ax.figure.add_axes(ax)
    style.dress(ax, grid="both")
    style.scale(ax.xaxis, (0, 1), (0, 1))
    assert len(ax.artists[0].findobj(Line2D)) == 1
