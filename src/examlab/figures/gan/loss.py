"""Figures of questions 4 and 5: losses whose slope depends on where one looks."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from examlab.arguments import Floats, Interval, choice
from examlab.arguments import number as checked
from examlab.figures import style
from examlab.figures.style import number
from examlab.i18n import gettext as _
from examlab.networks import activations, losses

__all__ = ["describe_loss_slope", "loss_slope"]


@dataclass(frozen=True)
class _Place:
    """One generated image on the loss curve: its d, its logit s, the loss, and its slope along each."""

    d: float
    s: float
    value: float
    slope: float
    logit_slope: float


def _place(d: float, loss: str) -> _Place:
    d = checked("d", d, Interval(0.01, 0.99))
    s = math.log(d / (1 - d))
    if choice("loss", loss, losses.KINDS) == "minimax":
        values = losses.fake_loss(d), losses.fake_loss_slope(d), losses.fake_loss_logit_slope(s)
    else:
        values = (
            losses.generator_curve(d, kind=loss),
            losses.generator_slope(d, kind=loss),
            losses.generator_slope_logit(s, kind=loss),
        )
    return _Place(d, s, *map(float, values))


def _curves(loss: str) -> tuple[tuple[Floats, Floats], tuple[Floats, Floats]]:
    """Return the curve against d and the curve against the logit, each as places and losses."""
    s = np.linspace(-5.2, 5.2, 53)
    d = np.asarray(activations.sigmoid(np.linspace(-6, 6, 121)))
    if loss == "minimax":
        return (d, losses.fake_loss(d)), (s, losses.fake_loss_logit(s))
    return (d, losses.generator_curve(d, kind=loss)), (s, losses.generator_curve_logit(s, kind=loss))


@style.styled
def loss_slope(*, d: float, loss: str = "minimax", narrow: bool = False) -> Figure:
    """Draw a loss against d = D(G(z)) and against the logit of d, with the tangent to both.

    Parameters
    ----------
    d
        What the discriminator gives a generated image, in [0.01, 0.99].
    loss
        ``"minimax"``: the exam's curve, the discriminator's -log(1 - d), whose mirror image log(1 - d) the
        generator minimises; or ``"non-saturating"``: the generator's -log d.
    narrow
        Whether to draw for a narrow screen.

    Raises
    ------
    TypeError, ValueError
        If an argument is not allowed.

    Examples
    --------
    >>> len(loss_slope(d=0.1).axes)
    2
    """
    place, curves = _place(d, loss), _curves(loss)
    rising = loss == "minimax"
    figure, (left, right) = style.panels(style.Cell(), style.Cell(), narrow=narrow)
    formula = "−log(1 − d)" if rising else "−log d"
    style.dress(
        left,
        title=_("{formula} against d = D(G(z))").format(formula=formula),
        x="d",
        y=_("loss"),
        outdent=0.5,
    )
    style.scale(left.xaxis, (0, 1), (0, 0.25, 0.5, 0.75, 1))
    style.dress(
        right, title=_("The same loss against the logit"), x="s = log(d / (1 − d))", y=_("loss"), outdent=0.5
    )
    style.scale(right.xaxis, (-5.2, 5.2), range(-4, 5, 2))
    slopes = place.slope, place.logit_slope
    for ax, x, slope, curve in zip((left, right), (place.d, place.s), slopes, curves, strict=True):
        style.scale(ax.yaxis, (-0.3, 5.2), range(6))
        ax.plot(*curve, color=style.BLUE, lw=2.5)
        style.tangent(ax, x, place.value, slope, colour=style.ORANGE)
        style.point(ax, x, place.value, colour=style.ORANGE)
        style.note(
            ax,
            0.05 if rising else 0.95,
            0.93,
            _("slope {slope}").format(slope=number(slope)),
            colour=style.ORANGE,
            fontsize=style.LARGE,
            weight="bold",
            ha="left" if rising else "right",
            transform=ax.transAxes,
        )
    _note_the_flat_ends(left, right, rising)
    return figure


def _note_the_flat_ends(left: Axes, right: Axes, rising: bool) -> None:
    """Say at the flattest end of each curve how flat it is: not at all in d, truly in the logit."""
    end, slope = ("0", "1") if rising else ("1", "−1")
    steep = _("d = {end}: slope {slope},\nnot flat").format(end=end, slope=slope)
    flat = _("flat: slope → 0") if rising else _("flat only where\nD is fooled")
    for ax, text in ((left, steep), (right, flat)):
        style.note(
            ax,
            0.04 if rising else 0.96,
            0.27,
            text,
            colour=style.MUTED,
            ha="left" if rising else "right",
            transform=ax.transAxes,
        )


def describe_loss_slope(*, d: float, loss: str = "minimax") -> str:
    """Say what `loss_slope` draws at the same parameters.

    Examples
    --------
    >>> print(describe_loss_slope(d=0.1, loss="non-saturating").split(". ")[1])
    Its slope is −10.00 along d and −0.90 along the logit s = −2.20
    """
    place = _place(d, loss)
    if loss == "minimax":
        text = _(
            "At d = {d} the discriminator's loss −log(1 − d) is {value}. Its slope is {slope} along d "
            "but {logit_slope} along the logit s = {s}. The generator minimises the mirror image "
            "log(1 − d), whose slopes are the same with a minus sign."
        )
    else:
        text = _(
            "At d = {d} the generator's loss −log d is {value}. Its slope is {slope} along d and "
            "{logit_slope} along the logit s = {s}. The second vanishes only where D is fooled, near "
            "d = 1."
        )
    return text.format(
        d=number(d, digits=None),
        value=number(place.value),
        slope=number(place.slope),
        logit_slope=number(place.logit_slope),
        s=number(place.s),
    )
