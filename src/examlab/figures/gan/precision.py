"""Figures of question 5: the slope near d = 1, in exact arithmetic and in single precision."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from examlab.arguments import Interval
from examlab.arguments import number as checked
from examlab.figures import style
from examlab.figures.gan.looks import DASHES, two_points
from examlab.figures.style import number
from examlab.i18n import gettext as _
from examlab.networks import losses
from examlab.networks.precision import Steps, rounding_logit, step_by_step

__all__ = ["describe_fused_or_not", "describe_slope_near_one", "fused_or_not", "slope_near_one"]

_RAISED = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")
_NINES = Interval(0, 8)
_LOGITS = Interval(14, 19)


def _power(exponent: int) -> str:
    return f"10{str(exponent).translate(_RAISED)}" if exponent else "1"


def _slopes(nines: float) -> tuple[float, float]:
    """Return the slope along d and along the logit at d = 1 - 10^-nines, without rounding 1 - d away."""
    rest = 10.0 ** -checked("nines", nines, _NINES)
    return 1 / rest, 1 - rest


@style.styled
def slope_near_one(*, nines: float, narrow: bool = False) -> Figure:
    """Draw the slope of -log(1 - d) along d and along the logit as d comes close to 1.

    Parameters
    ----------
    nines
        n in d = 1 - 10^-n, in [0, 8]; a whole number is the number of nines of d.
    narrow
        Whether to draw for a narrow screen.

    Raises
    ------
    TypeError, ValueError
        If `nines` is not a number or out of its interval.

    Examples
    --------
    >>> len(slope_near_one(nines=3).axes)
    2
    """
    slopes = _slopes(nines)
    figure, axes = style.panels(style.Cell(left=0.7), style.Cell(), narrow=narrow)
    titles = _("Slope along d: 1 / (1 − d)"), _("Slope along the logit: d")
    places = np.linspace(0, 8, 81)
    curves = places, 1 - 10.0**-places
    for ax, title, curve, slope, shown in zip(axes, titles, curves, (nines, slopes[1]), slopes, strict=True):
        style.dress(ax, title=title, x=_("n, where d = 1 − 10⁻ⁿ"), y=_("slope"), outdent=0.5)
        style.scale(ax.xaxis, (0, 8.3), range(9))
        ax.plot(places, curve, color=style.BLUE, lw=2.5)
        style.point(ax, nines, slope, colour=style.ORANGE, size=11)
        style.note(
            ax,
            0.96,
            0.12,
            _("slope {slope}").format(slope=_many_digits(shown)),
            colour=style.ORANGE,
            fontsize=style.LARGE,
            weight="bold",
            ha="right",
            transform=ax.transAxes,
        )
    powers = range(0, 9, 2)
    style.scale(axes[0].yaxis, (-0.4, 8.4), powers, labels=[_power(power) for power in powers])
    style.scale(axes[1].yaxis, (-0.05, 1.15), (0, 0.25, 0.5, 0.75, 1))
    return figure


def _many_digits(value: float) -> str:
    """Write a slope with as many digits as set it apart from 1."""
    enough = (digits for digits in range(2, 9) if abs(round(value, digits) - value) < 1e-9)
    return number(value, digits=next(enough, 8))


def describe_slope_near_one(*, nines: float) -> str:
    """Say what `slope_near_one` draws at the same parameters.

    Examples
    --------
    >>> print(describe_slope_near_one(nines=2).split(", because")[0])
    At n = 2, that is d = 0.99, the slope of −log(1 − d) is 100 along d but 0.99 along the logit
    """
    along_d, along_s = _slopes(nines)
    return _(
        "At n = {nines}, that is d = {d}, the slope of −log(1 − d) is {along_d} along d but {along_s} "
        "along the logit, because dd/ds = d(1 − d) shrinks as 1/(1 − d) grows."
    ).format(
        nines=number(nines, digits=None),
        d=_many_digits(along_s),
        along_d=number(along_d),
        along_s=_many_digits(along_s),
    )


@dataclass(frozen=True)
class _Place:
    """One logit in single precision: the steps, and the fused loss and slope."""

    steps: Steps
    loss: float
    slope: float


def _place(s: float) -> _Place:
    single = np.float32(checked("s", s, _LOGITS))
    return _Place(
        step_by_step(single),
        float(losses.fake_loss_logit(single)),
        float(losses.fake_loss_logit_slope(single)),
    )


@style.styled
def fused_or_not(*, s: float, narrow: bool = False) -> Figure:
    """Draw the loss -log(1 - sigmoid(s)) and its slope as single precision computes them, in steps and fused.

    Parameters
    ----------
    s
        The logit, in [14, 19].
    narrow
        Whether to draw for a narrow screen.

    Raises
    ------
    TypeError, ValueError
        If `s` is not a number or out of its interval.

    Examples
    --------
    >>> len(fused_or_not(s=16).axes)
    3
    """
    place, border = _place(s), rounding_logit()
    figure, (left, right, table) = style.panels(
        style.Cell(height=2.9),
        style.Cell(height=2.9),
        style.Cell(height=2.2, share=0, left=0.12, right=0.12, top=0.36, bottom=0.1),
        narrow=narrow,
    )
    grid = np.linspace(14, 19, 321, dtype=np.float32)
    before = grid[grid < border]
    steps = step_by_step(before)
    fused = losses.fake_loss_logit(grid), losses.fake_loss_logit_slope(grid)
    moved = (place.loss, place.steps.loss), (place.slope, place.steps.slope)
    titles = _("The loss in float32"), _("Its slope along the logit")
    for ax, title, whole, broken, points, limits, ticks, broken_word in zip(
        (left, right),
        titles,
        fused,
        (steps.loss, steps.slope),
        moved,
        ((13.4, 19.6), (0, 1.4)),
        (range(14, 20), (0, 0.5, 1)),
        (_("in steps:\n∞"), _("in steps:\nNaN")),
        strict=True,
    ):
        style.dress(ax, title=title, x=_("logit s"), outdent=0.5)
        style.scale(ax.xaxis, (14, 19.2), range(14, 20))
        style.scale(ax.yaxis, limits, ticks)
        low, high = limits
        ax.add_patch(
            Rectangle((border, low), 19.2 - border, high - low, facecolor=style.BLUE_TINT, lw=0, zorder=0)
        )
        ax.plot(grid, whole, color=style.BLUE, lw=5, solid_capstyle="butt")
        ax.plot(before, broken, color=style.ORANGE, lw=2, dashes=DASHES)
        style.note(ax, 16.85, low + 0.2 * (high - low), broken_word, colour=style.ORANGE)
        two_points(ax, s, points[0], float(points[1]))
    style.note(left, 14.2, 18.9, _("fused"), colour=style.BLUE, weight="bold")
    style.note(left, 14.2, 18.05, _("in steps (dashed)"), colour=style.ORANGE)
    _write_the_steps(table, place, edge=1.0 if narrow else 0.6)
    return figure


def _write_the_steps(ax: Axes, place: _Place, *, edge: float) -> None:
    """Write what every operation gave, one a line up to an edge, and what the fused functions give."""
    ax.set_axis_off()
    ax.set(xlim=(0, 1), ylim=(6.6, -0.6), xticks=[], yticks=[])
    ax.set_title(_("Step by step in float32"), pad=4)
    steps = place.steps
    lines = (
        (_("d = 1 / (1 + e⁻ˢ)"), _digits(float(steps.d))),
        (_("loss, −log(1 − d)"), _digits(float(steps.loss))),
        (_("1 / (1 − d)"), _digits(float(steps.slope_in_d))),
        (_("times d (1 − d)"), _digits(float(steps.d_slope))),
        (_("is the slope"), _value(steps.slope)),
        (_("fused loss, softplus(s)"), _digits(place.loss)),
        (_("fused slope, σ(s)"), _digits(place.slope)),
    )
    for line, (name, value) in enumerate(lines):
        colour = style.ORANGE if line < 5 else style.BLUE
        style.note(ax, 0, line, name, colour=style.INK)
        style.note(ax, edge, line, value, colour=colour, ha="right")


def _digits(value: float) -> str:
    return number(value, digits=8 if 0.9 < value < 1 else 3)


def _value(slope: object) -> str:
    """Write a slope, or that it is not a number."""
    value = float(np.asarray(slope))
    return _("NaN") if math.isnan(value) else _digits(value)


def describe_fused_or_not(*, s: float) -> str:
    """Say what `fused_or_not` draws at the same parameters.

    Examples
    --------
    >>> print(describe_fused_or_not(s=18).split(". ")[0])
    At the logit s = 18, float32 has rounded d to 1: in steps the loss is ∞ and its slope ∞ · 0, not a number
    """
    place, border = _place(s), number(rounding_logit())
    if math.isinf(place.steps.loss):
        text = _(
            "At the logit s = {s}, float32 has rounded d to 1: in steps the loss is ∞ and its slope ∞ · 0, "
            "not a number. Fused, the loss is {loss} and its slope {slope}. The steps break "
            "from s = {border} on."
        )
    else:
        text = _(
            "At the logit s = {s}, float32 computes in steps the loss {steps_loss} and its slope "
            "{steps_slope}. Fused, the loss is {loss} and its slope {slope}. The steps break from "
            "s = {border} on."
        )
    return text.format(
        s=number(s, digits=None),
        loss=_digits(place.loss),
        slope=_digits(place.slope),
        steps_loss=_digits(float(place.steps.loss)),
        steps_slope=_value(place.steps.slope),
        border=border,
    )
