"""Figures of question 5: the game min over x, max over y of x y, step by step."""

from __future__ import annotations

from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from examlab.arguments import Floats, Interval, whole
from examlab.arguments import number as checked
from examlab.figures import style
from examlab.figures.gan.looks import DASHES, two_points
from examlab.figures.style import number
from examlab.i18n import gettext as _
from examlab.networks.bilinear import UPDATES, trajectory

__all__ = ["describe_two_players", "two_players"]

_MOST = 40
_REACH = 3.0


def _paths(eta: float, step: int) -> tuple[Floats, Floats]:
    """Return the whole trajectories with simultaneous and with alternating updates."""
    checked("eta", eta, Interval(0, 0.5, open_low=True))
    if whole("step", step, at_least=0) > _MOST:
        raise ValueError(f"step must be a whole number from 0 to {_MOST}, got {step!r}")
    simultaneous, alternating = (trajectory(eta=eta, steps=_MOST, updates=name) for name in UPDATES)
    return simultaneous, alternating


@style.styled
def two_players(*, eta: float, step: int, narrow: bool = False) -> Figure:
    """Draw where gradient steps lead in the game of x y, with both players at once and in turn.

    Parameters
    ----------
    eta
        The step size, in (0, 0.5].
    step
        How many steps are drawn, from 0 to 40.
    narrow
        Whether to draw for a narrow screen.

    Returns
    -------
    Figure
        The start is (1, 0). Below the two paths, the distance from (0, 0) after each step.

    Raises
    ------
    TypeError, ValueError
        If an argument is not allowed.

    Examples
    --------
    >>> len(two_players(eta=0.2, step=10).axes)
    3
    """
    paths = _paths(eta, step)
    radii = [np.hypot(*path.T) for path in paths]
    figure, (left, right, below) = style.panels(
        style.Cell(height=3.45),
        style.Cell(height=3.45),
        style.Cell(height=2.1, share=0, left=0.62),
        narrow=narrow,
    )
    looks: tuple[tuple[str, str, dict[str, Any]], ...]
    looks = (style.BLUE, "o", {"lw": 2.5}), (style.ORANGE, "D", {"lw": 2, "dashes": DASHES})
    titles = _("At once: distance {r}"), _("In turn: distance {r}")
    for ax, title, path, radius, (colour, marker, line) in zip(
        (left, right), titles, paths, radii, looks, strict=True
    ):
        style.dress(ax, title=title.format(r=number(float(radius[step]))), x="x", y="y", outdent=0.5)
        _draw_plane(ax)
        ax.plot(*path[: step + 1].T, color=colour, **line)
        # Away from the picture there is no place to mark; the distance is in the title all the same.
        inside = path[step : step + 1] if np.abs(path[step]).max() <= _REACH else path[:0]
        size = 12 if marker == "o" else 9
        ax.plot(*inside.T, marker, color=colour, ms=size, mfc=colour, mec=style.PAPER, mew=1.5, zorder=5)
    style.dress(below, title=_("Distance from (0, 0)"), x=_("step"), outdent=0.5)
    style.scale(below.xaxis, (0, _MOST * 1.02), range(0, _MOST + 1, 10))
    below.set_yscale("log")
    style.scale(below.yaxis, (0.5, 50), (1, 10))
    for radius, (colour, _marker, line) in zip(radii, looks, strict=True):
        below.plot(radius, color=colour, **line)
    two_points(below, step, float(radii[0][step]), float(radii[1][step]))
    notes = (0.92, _("at once: × {growth} a step"), style.BLUE), (0.74, _("in turn"), style.ORANGE)
    for height, text, colour in notes:
        words = text.format(growth=number(float(np.sqrt(1 + eta**2)), digits=3))
        style.note(below, 0.02, height, words, colour=colour, transform=below.transAxes)
    return figure


def _draw_plane(ax: Axes) -> None:
    """Draw the equilibrium, and the circle that infinitely small steps would follow."""
    style.scale(ax.xaxis, (-_REACH, _REACH), range(-3, 4))
    style.scale(ax.yaxis, (-_REACH, _REACH), range(-3, 4))
    ax.set_aspect("equal", anchor="W")
    turn = np.linspace(0, 2 * np.pi, 73)
    ax.plot(np.cos(turn), np.sin(turn), color=style.SPINE, lw=1.2, zorder=1)
    ax.plot([0], [0], "+", color=style.INK, ms=11, mew=1.8)


def describe_two_players(*, eta: float, step: int) -> str:
    """Say what `two_players` draws at the same parameters.

    Examples
    --------
    >>> print(describe_two_players(eta=0.2, step=10).split(". ")[0])
    After 10 steps of size 0.2 from (1, 0), players who move at once are 1.22 away from the equilibrium (0, 0)
    """
    paths = _paths(eta, step)
    simultaneous, alternating = (float(np.hypot(*path[step])) for path in paths)
    return _(
        "After {step} steps of size {eta} from (1, 0), players who move at once are {simultaneous} "
        "away from the equilibrium (0, 0). Each step multiplies their distance by {growth}. "
        "Players who move in turn are {alternating} away, and within {most} at every step."
    ).format(
        step=step,
        eta=number(eta, digits=None),
        simultaneous=number(simultaneous),
        growth=number(float(np.sqrt(1 + eta**2)), digits=4),
        alternating=number(alternating),
        most=number(float(np.hypot(*paths[1].T).max())),
    )
