"""How every figure looks: the colours and their dark partners, the two layouts, the way axes are dressed.

Sizes are inches and points. A figure is shown at its natural size, 96 pixels an inch: `WIDE` fits a text
column on a desk, `NARROW` a telephone.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import wraps
from types import MappingProxyType
from typing import Any, TypeVar, cast

import matplotlib
import numpy as np
from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from matplotlib.text import Text

from examlab.arguments import flag
from examlab.figures.ticks import Ticks
from examlab.i18n import language

__all__ = [
    "BLUE",
    "BLUE_TINT",
    "CLASSES",
    "DARK",
    "GRID",
    "INK",
    "LARGE",
    "MUTED",
    "NARROW",
    "NORMAL",
    "ORANGE",
    "PAPER",
    "SMALL",
    "SPINE",
    "TEAL",
    "WIDE",
    "Cell",
    "Row",
    "dress",
    "note",
    "number",
    "panels",
    "per_cent",
    "point",
    "rows",
    "scale",
    "styled",
    "tangent",
    "whole",
]

# Text and lines.
INK = "#1f2328"
MUTED = "#59626d"
SPINE = "#858d97"
GRID = "#dfe3e8"
PAPER = "#ffffff"
# Three hues that stay apart in the common kinds of colour blindness (after Okabe and Ito), fit for text.
BLUE = "#0062a3"
ORANGE = "#b84a00"
TEAL = "#00755a"
# An area: an explicit tint instead of transparency, so that it has a dark partner.
BLUE_TINT = "#d9eaf8"

# The classes of a map, which is made of pixels: a pixel keeps its colour in dark mode, and so does its key.
# After P. Tol's muted scheme, set further apart; a number on the map says what the colour says.
CLASSES = (
    "#b4b9c0",
    "#999933",
    "#eedd88",
    "#117733",
    "#5ab4e6",
    "#882255",
    "#aa4499",
    "#cc6677",
    "#332288",
)

DARK: Mapping[str, str] = MappingProxyType(
    {
        INK: "#e8eaed",
        MUTED: "#a9b2bc",
        SPINE: "#79828d",
        GRID: "#2f353c",
        PAPER: "#121212",
        BLUE: "#6cb6f2",
        ORANGE: "#ff9f5e",
        TEAL: "#4fd0a5",
        BLUE_TINT: "#16324a",
        **{colour: colour for colour in CLASSES},
    }
)
"""What each colour becomes in dark mode; a figure uses no colour that is not a key."""

WIDE = 7.2
NARROW = 3.75
SMALL, NORMAL, LARGE = 9.5, 10.0, 10.5

# All of Matplotlib's own settings, so that a reader's do not shine through, then ours.
_SETTINGS: Any = {
    name: value
    for name, value in matplotlib.rcParamsDefault.items()
    if not name.startswith(("backend", "interactive"))
} | {
    "font.family": ["DejaVu Sans"],  # comes with Matplotlib: the same outlines on every machine
    "font.size": NORMAL,
    "text.color": INK,
    "axes.edgecolor": SPINE,
    "axes.labelcolor": INK,
    "axes.labelsize": NORMAL,
    "axes.titlecolor": INK,
    "axes.titlesize": LARGE,
    "axes.titlelocation": "left",
    "axes.linewidth": 0.8,
    "axes.axisbelow": True,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.facecolor": "none",
    "figure.facecolor": "none",
    "grid.color": GRID,
    "grid.linewidth": 0.8,
    "hatch.linewidth": 0.8,
    "lines.linewidth": 2.0,
    "xtick.color": SPINE,
    "xtick.labelcolor": MUTED,
    "xtick.labelsize": SMALL,
    "ytick.color": SPINE,
    "ytick.labelcolor": MUTED,
    "ytick.labelsize": SMALL,
}

Drawing = TypeVar("Drawing", bound=Callable[..., Figure])


def styled(draw: Drawing) -> Drawing:
    """Let a drawing function draw in this style, and leave the reader's own settings as they were."""

    @wraps(draw)
    def drawn(*, narrow: bool = False, **parameters: Any) -> Figure:
        with matplotlib.rc_context(_SETTINGS):
            return draw(**parameters, narrow=flag("narrow", narrow))

    return cast(Drawing, drawn)


@dataclass(frozen=True)
class Cell:
    """The room that one panel takes: its height, its share of the row, and the margins around its axes.

    Attributes
    ----------
    height : float
        In inches, margins included, in both layouts.
    share : float
        Of the width, relative to the other cells of the wide row; 0 puts the cell in a row of its own, below.
    left, right, top, bottom : float
        Margins in inches, room for tick labels, axis labels and the title.
    """

    height: float = 2.9
    share: float = 1.0
    left: float = 0.62
    right: float = 0.18
    top: float = 0.42
    bottom: float = 0.56


class Panel(Axes):
    """Axes that remember along which of them a grid is wanted, until `scale` knows where its lines stand."""

    gridded = "none"


def panels(*cells: Cell, narrow: bool) -> tuple[Figure, list[Axes]]:
    """Return a figure with one axes for each cell, at places that never move.

    Parameters
    ----------
    *cells
        The panels, in reading order.
    narrow
        Whether to stack the panels (`NARROW` inches wide) instead of setting them side by side (`WIDE`).

    Examples
    --------
    >>> [panels(Cell(), Cell(), narrow=narrow)[0].get_size_inches().tolist() for narrow in (False, True)]
    [[7.2, 2.9], [3.75, 5.8]]
    """
    width = NARROW if narrow else WIDE
    lines = [[cell] for cell in cells] if narrow else _wide_lines(cells)
    total = sum(max(cell.height for cell in line) for line in lines)
    figure = Figure(figsize=(width, total))
    axes: list[Axes] = []
    ceiling = total
    for line in lines:
        shares = sum(cell.share for cell in line) or 1.0
        x = 0.0
        for cell in line:
            room = width if len(line) == 1 else width * cell.share / shares
            box = (
                x + cell.left,
                ceiling - cell.height + cell.bottom,
                room - cell.left - cell.right,
                cell.height - cell.top - cell.bottom,
            )
            ax = Panel(figure, (box[0] / width, box[1] / total, box[2] / width, box[3] / total))
            figure.add_axes(ax)
            _place_labels(ax, cell, width=box[2], height=box[3])
            axes.append(ax)
            x += room
        ceiling -= max(cell.height for cell in line)
    return figure, axes


def _place_labels(ax: Axes, cell: Cell, *, width: float, height: float) -> None:
    """Set the labels of the axes at the edge of their cell.

    Matplotlib would measure every tick label to find a place, which takes a fifth of the time of a picture.
    """
    gap = 0.07
    ax.xaxis.set_label_coords(0.5, (gap - cell.bottom) / height)
    ax.xaxis.label.set_verticalalignment("bottom")
    ax.yaxis.set_label_coords((gap - cell.left) / width, 0.5)
    ax.yaxis.label.set_verticalalignment("top")


def _wide_lines(cells: Sequence[Cell]) -> list[list[Cell]]:
    return [[cell for cell in cells if cell.share > 0], *([cell] for cell in cells if cell.share == 0)]


def dress(
    ax: Axes,
    *,
    title: str = "",
    x: str = "",
    y: str = "",
    grid: str = "both",
    outdent: float = 0.0,
    lift: float = 0.0,
) -> None:
    """Give panels their title and labels, and a light grid (``"both"``, ``"x"``, ``"y"`` or ``"none"``).

    The title begins `outdent` inches left of the axes, and `lift` inches higher than usual.
    """
    ax.set_title(title, pad=7 + 72 * lift, x=-outdent / _size(ax)[0], y=1)
    ax.set_xlabel(x)
    ax.set_ylabel(y)
    if isinstance(ax, Panel):
        ax.gridded = grid


def _size(ax: Axes) -> tuple[float, float]:
    """Return the width and the height of axes in inches."""
    box, figure = ax.get_position(), ax.get_figure(root=True)
    assert figure is not None
    width, height = figure.get_size_inches()
    return box.width * width, box.height * height


def scale(
    axis: Axis,
    limits: tuple[float, float],
    ticks: Sequence[float],
    *,
    labels: Sequence[str] | None = None,
    colour: str = MUTED,
    marks: bool = True,
    **looks: float,
) -> None:
    """Fix the limits of dressed axes and their ticks, written as the reader's language writes numbers.

    `labels` writes something else at the ticks, in a `colour`; `marks` tells whether they have marks. More
    `looks` are those of `Ticks`: `size` and `pad`, in points.
    """
    name: str = axis.axis_name  # type: ignore[attr-defined]  # "x" or "y", known to the subclasses only
    ax = axis.axes
    ax.set(**{f"{name}lim": limits})
    written = [number(tick, digits=None) for tick in ticks] if labels is None else labels
    grid = GRID if isinstance(ax, Panel) and ax.gridded in ("both", name) else None
    colours = SPINE, colour
    ax.add_artist(
        Ticks(axis, ticks, written, colours=colours, grid=grid, marks=marks, **{"size": SMALL, **looks})
    )


_RAISED = str.maketrans("0123456789-", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻")


def number(value: float, *, digits: int | None = 2) -> str:
    """Write a number for a reader: a true minus sign, the language's decimal mark, no zero that is not one.

    `digits` is the number of decimals; None leaves out those that say nothing, which suits chosen values.

    Examples
    --------
    >>> number(0.1 + 0.2, digits=None)
    '0.3'
    >>> [number(value) for value in (-0.5, 0.0, 0.1 + 0.2, 0.00012, 1234.5)]
    ['−0.50', '0', '0.30', '1.2·10⁻⁴', '1234']
    """
    if not math.isfinite(value):
        return "?" if math.isnan(value) else ("−∞" if value < 0 else "∞")
    if value == 0:
        return "0"
    text = f"{value:g}" if digits is None else f"{value:.{digits}f}"
    if abs(float(text)) >= 100:
        text = f"{value:.0f}"
    elif float(text) == 0 or "e" in text:
        mantissa, exponent = f"{value:.1e}".split("e")
        text = f"{mantissa}·10{str(int(exponent)).translate(_RAISED)}"
    return text.replace("-", "−").replace(".", "," if language().startswith("fr") else ".")


def per_cent(share: float) -> str:
    """Write a share in per cent, to two figures: the third one differs from machine to machine.

    Examples
    --------
    >>> [per_cent(share) for share in (1.0, 0.6696, 0.075, 0.0)]
    ['100', '67', '7.5', '0']
    """
    return number(100 * share, digits=0 if share >= 0.0995 else 1)


def whole(value: int) -> str:
    """Write a whole number for a reader, thousands apart by a thin space from 10 000 on.

    Examples
    --------
    >>> [whole(value) for value in (320, 4096, 149953)]
    ['320', '4096', '149\u202f953']
    """
    return f"{value:,}".replace(",", "\u202f") if abs(value) >= 10_000 else str(value)


def note(ax: Axes, x: float, y: float, text: str, *, colour: str = INK, **options: Any) -> Text:
    """Write a direct label at a place in the data, on nothing: keep it clear of the lines."""
    settings: dict[str, Any] = {"fontsize": SMALL, "ha": "left", "va": "center", "linespacing": 1.25}
    return ax.text(x, y, text, color=colour, **settings | options)


def point(ax: Axes, x: float, y: float, *, colour: str, marker: str = "o", size: float = 9) -> None:
    """Mark the place where the slider stands: a filled marker with a ring of paper around it."""
    ax.plot([x], [y], marker, ms=size, mfc=colour, mec=PAPER, mew=1.5, zorder=5, clip_on=False)


def tangent(ax: Axes, x: float, y: float, slope: float, *, colour: str, length: float = 1.5) -> None:
    """Draw a piece of tangent through (`x`, `y`), `length` inches long on paper whatever its slope.

    The limits of the axes have to be set before.
    """
    (left, right), (low, high) = ax.get_xlim(), ax.get_ylim()
    width, height = _size(ax)
    across, up = (right - left) / width, (high - low) / height
    half = length / 2 / math.hypot(1 / across, slope / up)
    ends = np.array([-half, half])
    ax.plot(x + ends, y + slope * ends, color=colour, lw=2.5, solid_capstyle="round", zorder=4)


@dataclass(frozen=True)
class Row:
    """One horizontal bar: what it is, how long, what is written at its end, and how it is filled."""

    name: str
    value: float
    text: str
    colour: str
    hatch: str = ""


def rows(
    ax: Axes,
    bars: Sequence[Row],
    *,
    limits: tuple[float, float],
    ticks: Sequence[float],
    labels: Sequence[str] | None = None,
    column: float = 0.62,
) -> None:
    """Draw horizontal bars from zero, first on top, names on the left and values in a column on the right.

    A bar never leaves the `limits`: a longer one ends in an arrow head, and its value is written all the
    same. A value that is exactly zero is drawn as an empty ring, one that is not a number not at all.
    `column` is the room of the values in inches, right of the axes.
    """
    scale(ax.xaxis, limits, ticks, labels=labels)
    scale(
        ax.yaxis,
        (len(bars) - 0.5, -0.5),
        range(len(bars)),
        labels=[bar.name for bar in bars],
        colour=INK,
        marks=False,
        size=NORMAL,
        pad=12,
    )
    ax.spines["left"].set_visible(False)
    ax.axvline(0, color=INK, lw=1.0, zorder=3)
    for place, bar in enumerate(bars):
        end = 0.0 if math.isnan(bar.value) else min(max(bar.value, limits[0]), limits[1])
        ax.add_patch(
            Rectangle(
                (0, place - 0.3),
                end,
                0.6,
                facecolor=bar.colour,
                edgecolor=PAPER,
                linewidth=0,
                hatch=bar.hatch or None,
                zorder=2,
            )
        )
        _mark(
            ax,
            [end] if abs(bar.value) > abs(end) else [],
            place,
            marker="<" if bar.value < 0 else ">",
            ms=15,
            mfc=bar.colour,
            mec=bar.colour,
        )
        _mark(ax, [0.0] if bar.value == 0 else [], place, marker="o", ms=8, mfc=PAPER, mec=bar.colour, mew=2)
        ax.annotate(
            bar.text,
            (1, place),
            (column * 72, 0),
            xycoords=ax.get_yaxis_transform(),
            ha="right",
            va="center",
            textcoords="offset points",
            color=INK,
            fontsize=NORMAL,
            annotation_clip=False,
        )


def _mark(ax: Axes, x: list[float], y: float, **look: Any) -> None:
    """Draw a marker, or an empty line that keeps its place among the artists if `x` is empty."""
    ax.plot(x, [y] * len(x), ls="", clip_on=False, zorder=4, **look)
