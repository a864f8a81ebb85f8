"""The figure that opens exercise 1: a forger, a detective, and the number over which they disagree."""

from __future__ import annotations

import math
from functools import cache

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Circle, PathPatch, Polygon, Rectangle
from matplotlib.path import Path
from sklearn.datasets import load_digits

from examlab.arguments import Floats, Interval
from examlab.arguments import number as checked
from examlab.figures import style
from examlab.figures.style import number
from examlab.i18n import gettext as _

__all__ = ["describe_forger_and_detective", "forger_and_detective"]

_D = Interval(0, 1)


@cache
def _pictures() -> tuple[Floats, Floats]:
    """Return a handwritten digit in black and white, and the order in which a forgery loses its pixels."""
    digit = np.asarray(load_digits().images[3] > 7, dtype=float)
    return digit, np.random.default_rng(0).permutation(64).reshape(8, 8).astype(float)


def _forgery(d: float) -> Floats:
    """Return the digit with pixels turned over: half of them at d = 0, none from d = 1/2 on."""
    digit, order = _pictures()
    return np.where(order < round(32 * max(0.0, 1 - 2 * d)), 1 - digit, digit)


@style.styled
def forger_and_detective(*, d: float, narrow: bool = False) -> Figure:
    """Draw the two networks of a GAN, what they exchange, and how each pulls at d = D(G(z)).

    Parameters
    ----------
    d
        How real the detective finds the forgery, in [0, 1].
    narrow
        Whether to draw for a narrow screen.

    Returns
    -------
    Figure
        The forgery is an illustration, not the work of a trained network. The arrows are as long as the
        slopes along the logit of the losses -log(1 - d), the detective's, and -log d, the forger's.

    Raises
    ------
    TypeError, ValueError
        If `d` is not a number in its interval.

    Examples
    --------
    >>> len(forger_and_detective(d=0.2).axes)
    1
    """
    checked("d", d, _D)
    height = 5.4 if narrow else 3.0
    cell = style.Cell(height=height, left=0.08, right=0.08, top=0.06, bottom=0.06)
    figure, (ax,) = style.panels(cell, narrow=narrow)
    ax.set_axis_off()
    ax.set(xlim=(0, style.NARROW if narrow else style.WIDE), ylim=(0, height), aspect="equal")
    if narrow:
        places = {"noise": (0.42, 4.75), "forger": (1.6, 4.75), "fake": (2.98, 4.75), "real": (1.2, 3.2)}
        places |= {"detective": (2.98, 3.2), "verdict": (2.35, 0.4)}
    else:
        places = {"noise": (0.42, 0.8), "forger": (1.66, 0.8), "fake": (3.08, 0.8), "real": (3.08, 2.25)}
        places |= {"detective": (4.66, 1.5), "verdict": (6.15, 0.55)}
    _draw_exchange(ax, places, d, narrow)
    _draw_verdict(ax, places["verdict"], d, 1.3 if narrow else 1.7)
    return figure


def _draw_exchange(ax: Axes, at: dict[str, tuple[float, float]], d: float, narrow: bool) -> None:
    """Draw noise, forger, forgery, real picture and detective, with an arrow for each handing over."""
    digit, _order = _pictures()
    _picture(ax, at["real"], digit, _("real picture x"))
    _picture(ax, at["fake"], _forgery(d), _("forgery G(z)"))
    x, y = at["noise"]
    style.note(ax, x, y, "z", fontsize=15, ha="center", style="italic")
    style.note(ax, x, y - 0.42, _("noise"), ha="center", colour=style.MUTED)
    for name, words, colour in (
        ("forger", _("Forger\ngenerator G"), style.ORANGE),
        ("detective", _("Detective\ndiscriminator D"), style.BLUE),
    ):
        x, y = at[name]
        ax.add_patch(
            Rectangle((x - 0.62, y - 0.6), 1.24, 1.2, facecolor=style.PAPER, edgecolor=colour, lw=2, zorder=2)
        )
        style.note(ax, x, y - 0.28, words, ha="center", colour=colour, zorder=3)
    _pencil(ax, *at["forger"])
    _magnifier(ax, *at["detective"])
    _arrow(ax, _beside(at["noise"], 0.16), _beside(at["forger"], -0.68))
    _arrow(ax, _beside(at["forger"], 0.68), _beside(at["fake"], -0.5))
    x, y = at["detective"]
    if narrow:
        _arrow(ax, _beside(at["real"], 0.5), _beside(at["detective"], -0.68))
        _arrow(ax, (x, at["fake"][1] - 0.7), (x, y + 0.68))
        _arrow(ax, (x, y - 0.66), (x, y - 0.92))
    else:
        _arrow(ax, _beside(at["real"], 0.5), (x - 0.68, y + 0.3))
        _arrow(ax, _beside(at["fake"], 0.5), (x - 0.68, y - 0.3))
        _arrow(ax, _beside(at["detective"], 0.68), (at["verdict"][0] - 0.3, y))


def _beside(place: tuple[float, float], right: float) -> tuple[float, float]:
    return place[0] + right, place[1]


def _arrow(ax: Axes, start: tuple[float, float], end: tuple[float, float]) -> None:
    ax.annotate("", end, start, arrowprops={"arrowstyle": "-|>", "color": style.INK, "lw": 1.4})


def _picture(ax: Axes, place: tuple[float, float], pixels: Floats, words: str) -> None:
    """Draw black and white pixels as one shape in a frame, with a line of words below."""
    x, y = place[0] - 0.4, place[1] - 0.4
    side = 0.1
    squares = [
        Path([(a, b), (a + side, b), (a + side, b + side), (a, b + side), (a, b)], closed=True)
        for row, column in np.argwhere(pixels > 0)
        for a, b in [(x + column * side, y + (7 - row) * side)]
    ]
    ax.add_patch(PathPatch(Path.make_compound_path(*squares), facecolor=style.INK, lw=0))
    ax.add_patch(Rectangle((x, y), 0.8, 0.8, facecolor="none", edgecolor=style.SPINE, lw=1))
    style.note(ax, place[0], y - 0.16, words, ha="center", colour=style.MUTED)


def _pencil(ax: Axes, x: float, y: float) -> None:
    """Draw a pencil that has just written a line."""
    tip, along, across = np.array([x - 0.2, y + 0.1]), np.array([0.8, 0.6]), np.array([-0.6, 0.8])
    shoulder, end = tip + 0.14 * along, tip + 0.5 * along
    side = 0.06 * across
    outline = [tip, shoulder + side, end + side, end - side, shoulder - side]
    ax.add_patch(Polygon(outline, closed=True, facecolor=style.ORANGE, lw=0, zorder=3))
    ax.plot([x - 0.42, x - 0.2], [y + 0.09, y + 0.09], color=style.ORANGE, lw=1.6, zorder=3)


def _magnifier(ax: Axes, x: float, y: float) -> None:
    """Draw a magnifying glass."""
    ax.add_patch(
        Circle((x - 0.06, y + 0.32), 0.16, facecolor=style.BLUE_TINT, edgecolor=style.BLUE, lw=2.2, zorder=3)
    )
    ax.plot([x + 0.06, x + 0.24], [y + 0.21, y + 0.06], color=style.BLUE, lw=3.5, zorder=3)


def _draw_verdict(ax: Axes, place: tuple[float, float], d: float, length: float) -> None:
    """Draw the scale from 0 to 1 with the verdict on the forgery, and both pulls beside it."""
    x, low = place
    ax.plot([x, x], [low, low + length], color=style.SPINE, lw=3, zorder=1)
    for share, words in ((1.0, _("1 real")), (0.5, "½"), (0.0, _("0 forged"))):
        height = low + share * length
        ax.plot([x - 0.06, x], [height, height], color=style.SPINE, lw=1.5, zorder=1)
        style.note(ax, x - 0.12, height, words, ha="right", colour=style.MUTED)
    title = _("verdict on the forgery\nd = D(G(z)) = {d}").format(d=number(d, digits=None))
    style.note(ax, x + 0.28, low + length + 0.38, title, ha="center")
    style.point(ax, x, low + d * length, colour=style.TEAL, size=12)
    middle = low + length / 2
    for right, name, pull, colour in ((0.36, "G", 1 - d, style.ORANGE), (0.72, "D", -d, style.BLUE)):
        _pull(ax, x + right, middle, pull * length / 2, colour)
        style.note(ax, x + right, low - 0.2, name, ha="center", colour=colour, weight="bold")


def _pull(ax: Axes, x: float, middle: float, up: float, colour: str) -> None:
    """Draw an upright arrow twice as long as `up`, pointing down if `up` is below 0."""
    head = math.copysign(min(0.14, abs(up)), up)
    neck, half = middle + up - head, abs(head) * 0.7
    ax.plot([x, x], [middle - up, neck], color=colour, lw=3, solid_capstyle="butt")
    tip = [(x - half, neck), (x + half, neck), (x, middle + up)]
    ax.add_patch(Polygon(tip, closed=True, facecolor=colour, lw=0))


def describe_forger_and_detective(*, d: float) -> str:
    """Say what `forger_and_detective` draws at the same parameters.

    Examples
    --------
    >>> print(describe_forger_and_detective(d=0.2).split(". ")[0])
    A forger, the generator G, turns noise z into a forgery
    """
    checked("d", d, _D)
    return _(
        "A forger, the generator G, turns noise z into a forgery. A detective, the discriminator D, sees "
        "real pictures and forgeries, and here gives the forgery the probability d = {d} of being real. The "
        "forger pulls d up with strength {up}, the detective pulls it down with strength {down}."
    ).format(d=number(d, digits=None), up=number(1 - d), down=number(d))
