"""Figures of question 2: both activations, their derivatives, and what passes through them."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from examlab.arguments import Floats, Interval
from examlab.arguments import number as checked
from examlab.figures import preamble, style
from examlab.figures.gan.looks import DASHES, LOOKS, Look, labelled, two_points
from examlab.figures.style import number
from examlab.i18n import gettext as _
from examlab.networks import activations, two_layer

__all__ = ["describe_relu_or_leaky", "relu_or_leaky"]


@dataclass(frozen=True)
class _Received:
    """What one activation makes of z1, and what it lets through to w11."""

    look: Look
    value: float
    derivative: float
    gradient: float


def _other_factors() -> float:
    """Return the product of the preamble's four factors other than f'(z1), at its example."""
    factors = two_layer.gradient_factors(preamble.EXAMPLE, preamble.EXAMPLE_INPUT, preamble.EXAMPLE_TARGET)
    return math.prod(value for name, value in factors.items() if name != "dh1/dz1")


def _received(activation: str, alpha: float, z1: float) -> _Received:
    f, f_prime = activations.activation_pair(activation, alpha=checked("alpha", alpha, Interval(0, 0.5)))
    z1 = checked("z1", z1, Interval(-3, 3))
    derivative = float(f_prime(z1))
    gradient = derivative * _other_factors() if derivative else 0.0  # no negative zero
    return _Received(LOOKS[activation], float(f(z1)), derivative, gradient)


@style.styled
def relu_or_leaky(*, alpha: float, z1: float, narrow: bool = False) -> Figure:
    """Draw ReLU and LeakyReLU, their derivatives, and what w11 receives through each.

    Parameters
    ----------
    alpha
        LeakyReLU's slope on the negative side, in [0, 0.5].
    z1
        The pre-activation, in [-3, 3].
    narrow
        Whether to draw for a narrow screen.

    Returns
    -------
    Figure
        The other four factors of w11's gradient are those of the preamble's example, the same at every z1.

    Raises
    ------
    TypeError, ValueError
        If an argument is not a number or out of its interval.

    Examples
    --------
    >>> len(relu_or_leaky(alpha=0.2, z1=-1).axes)
    3
    """
    relu, leaky = _received("relu", alpha, z1), _received("leaky-relu", alpha, z1)
    figure, (left, right, strip) = style.panels(
        style.Cell(height=2.75),
        style.Cell(height=2.75),
        style.Cell(height=1.45, share=0, left=1.12, right=0.82, bottom=0.4),
        narrow=narrow,
    )
    _draw_functions(left, alpha)
    _draw_derivatives(right, alpha)
    for ax, key in ((left, "value"), (right, "derivative")):
        two_points(ax, z1, getattr(relu, key), getattr(leaky, key))
    title = _("What w₁₁ receives: f′(z₁) · ({others})").format(others=number(_other_factors()))
    style.dress(strip, title=title, grid="x", outdent=1.0)
    bars = [one.look.row(one.gradient, number(one.gradient, digits=3)) for one in (relu, leaky)]
    style.rows(strip, bars, limits=(-1.25, 0.05), ticks=(-1, -0.5, 0), column=0.74)
    return figure


def _draw_functions(ax: Axes, alpha: float) -> None:
    style.dress(ax, title=_("The functions"), x="z₁", y="f(z₁)", outdent=0.5)
    style.scale(ax.yaxis, (-2.4, 3.2), range(-2, 4))
    z = np.array([-3.2, 0.0, 3.2])
    _two_curves(ax, z, activations.relu(z), activations.leaky_relu(z, alpha=alpha))
    style.note(ax, -3.1, 0.32, "ReLU", colour=style.BLUE, va="bottom")
    style.note(ax, -3.1, -3.1 * alpha - 0.32, "LeakyReLU", colour=style.ORANGE, va="top")


def _draw_derivatives(ax: Axes, alpha: float) -> None:
    style.dress(ax, title=_("Their derivatives"), x="z₁", y="f′(z₁)", grid="x", outdent=0.5)
    style.scale(ax.yaxis, (-0.2, 1.2), (0, 0.5, 1))
    z = np.array([-3.2, 0.0, np.nan, 0.0, 3.2])  # broken where the derivative jumps
    _two_curves(ax, z, np.array([0, 0, np.nan, 1, 1]), np.array([alpha, alpha, np.nan, 1, 1]))
    slope = labelled("LeakyReLU", number(alpha, digits=None))
    style.note(ax, 0.25, 0, labelled("ReLU", number(0)), colour=style.BLUE)
    style.note(ax, 0.25, max(alpha, 0.14), slope, colour=style.ORANGE)


def _two_curves(ax: Axes, z: Floats, relu: Floats, leaky: Floats) -> None:
    """Draw the thin dashed curve on the broad one, so that both are seen where they coincide."""
    style.scale(ax.xaxis, (-3.2, 3.2), range(-3, 4))
    ax.axvline(0, color=style.SPINE, lw=0.8, zorder=1)
    ax.plot(z, relu, color=style.BLUE, lw=5, solid_capstyle="butt")
    ax.plot(z, leaky, color=style.ORANGE, lw=2, dashes=DASHES)


def describe_relu_or_leaky(*, alpha: float, z1: float) -> str:
    """Say what `relu_or_leaky` draws at the same parameters.

    Examples
    --------
    >>> print(describe_relu_or_leaky(alpha=0.2, z1=-1).split(". ")[0])
    At z₁ = −1, ReLU gives 0 with derivative 0, and LeakyReLU with α = 0.2 gives −0.20 with derivative 0.20
    """
    relu, leaky = _received("relu", alpha, z1), _received("leaky-relu", alpha, z1)
    sentences = [
        _(
            "At z₁ = {z1}, ReLU gives {relu} with derivative {relu_slope}, and LeakyReLU with α = {alpha} "
            "gives {leaky} with derivative {leaky_slope}."
        ).format(
            z1=number(z1, digits=None),
            alpha=number(alpha, digits=None),
            relu=number(relu.value),
            relu_slope=number(relu.derivative),
            leaky=number(leaky.value),
            leaky_slope=number(leaky.derivative),
        ),
        _(
            "With the preamble's other four factors fixed at a product of {others}, w₁₁ receives {relu} "
            "through ReLU and {leaky} through LeakyReLU."
        ).format(
            others=number(_other_factors()),
            relu=number(relu.gradient, digits=3),
            leaky=number(leaky.gradient, digits=3),
        ),
    ]
    if z1 == 0:
        sentences.append(_("At z₁ = 0 both derivatives are a convention, the slope of the left side."))
    return " ".join(sentences)
