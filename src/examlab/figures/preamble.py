"""Figures of the preamble: backpropagation by hand in the exam's 2-2-1 network."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from matplotlib.figure import Figure

from examlab.arguments import choice
from examlab.arguments import number as checked
from examlab.figures import style
from examlab.figures.style import number
from examlab.i18n import gettext as _
from examlab.networks import two_layer
from examlab.networks.activations import ACTIVATIONS

__all__ = ["EXAMPLE", "EXAMPLE_INPUT", "EXAMPLE_TARGET", "describe_five_factors", "five_factors"]

EXAMPLE: Mapping[str, float] = MappingProxyType(
    {"w11": 0.55, "w21": -0.4, "b1": -0.25}
    | {"w12": 0.5, "w22": 0.9, "b2": 0.1}
    | {"w1": 1.5, "w2": -0.8, "b3": 0.4}
)
"""Weights and biases of the network that is drawn unless others are given."""
EXAMPLE_INPUT = (1.5, 0.5)
EXAMPLE_TARGET = 1.0

_NAMES = ("∂J/∂ŷ", "∂ŷ/∂z = ŷ(1 − ŷ)", "∂z/∂h₁ = w₁", "∂h₁/∂z₁ = f′(z₁)", "∂z₁/∂w₁₁ = x₁")
_FUNCTIONS = MappingProxyType({"relu": "ReLU", "leaky-relu": "LeakyReLU", "tanh": "tanh", "sigmoid": "σ"})
_STEP = 1e-5  # of the central difference: its error is of the order of 1e-10, far below what is written


@dataclass(frozen=True)
class _Slope:
    """The slope of J along w11 at one place, taken apart and measured."""

    z1: float
    factors: tuple[float, ...]
    measured: float

    @property
    def product(self) -> float:
        return math.prod(self.factors) + 0.0  # no negative zero


def _slope(
    b1: float,
    w1: float,
    activation: str,
    parameters: Mapping[str, float] | None,
    x: Sequence[float] | None,
    y: float | None,
    loss: str,
    alpha: float,
) -> _Slope:
    choice("activation", activation, ACTIVATIONS)
    changed = {"b1": checked("b1", b1), "w1": checked("w1", w1)}
    place = dict(EXAMPLE if parameters is None else parameters) | changed
    inputs = EXAMPLE_INPUT if x is None else x
    target = EXAMPLE_TARGET if y is None else y
    factors = two_layer.gradient_factors(place, inputs, target, activation=activation, loss=loss, alpha=alpha)
    z1 = two_layer.forward(place, inputs, activation=activation, alpha=alpha)["z1"]
    above, below = (
        two_layer.loss_value(
            place | {"w11": place["w11"] + step},
            inputs,
            target,
            activation=activation,
            loss=loss,
            alpha=alpha,
        )
        for step in (_STEP, -_STEP)
    )
    return _Slope(z1, tuple(factors.values()), (above - below) / (2 * _STEP))


@style.styled
def five_factors(
    *,
    b1: float,
    w1: float,
    activation: str = "relu",
    parameters: Mapping[str, float] | None = None,
    x: Sequence[float] | None = None,
    y: float | None = None,
    loss: str = "cross-entropy",
    alpha: float = 0.01,
    narrow: bool = False,
) -> Figure:
    """Draw the five factors of the slope of J along w11, and their product beside the slope as measured.

    Parameters
    ----------
    b1, w1
        The bias of the first hidden neuron and its weight towards the output: what the sliders move.
    activation
        f, the hidden neurons' function: ``"relu"``, ``"leaky-relu"``, ``"tanh"`` or ``"sigmoid"``.
    parameters
        The other weights and biases, by name; those of `EXAMPLE` unless given.
    x, y
        The input, a pair, and the target in [0, 1]; `EXAMPLE_INPUT` and `EXAMPLE_TARGET` unless given.
    loss
        J: ``"cross-entropy"`` or ``"squared"``.
    alpha
        The slope of LeakyReLU on the negative side.
    narrow
        Whether to draw for a narrow screen.

    Returns
    -------
    Figure
        A bar that would leave the axes ends in an arrow head; its value is written all the same.

    Raises
    ------
    TypeError, ValueError
        If an argument is not allowed.

    Examples
    --------
    >>> len(five_factors(b1=-2, w1=1).axes)
    2
    """
    slope = _slope(b1, w1, activation, parameters, x, y, loss, alpha)
    figure, (left, right) = style.panels(
        style.Cell(height=2.75, share=4.25, left=1.42, right=0.78),
        style.Cell(height=1.75, share=2.95, left=0.95, right=0.75),
        narrow=narrow,
    )
    title = _("Five factors at z₁ = {z1}, f = {f}").format(z1=number(slope.z1), f=_FUNCTIONS[activation])
    style.dress(left, title=title, x=_("value of the factor"), grid="x", outdent=1.3)
    style.rows(
        left,
        [
            style.Row(name, value, number(value), style.BLUE)
            for name, value in zip(_NAMES, slope.factors, strict=True)
        ],
        limits=(-4, 4),
        ticks=range(-4, 5, 2),
        column=0.68,
    )
    style.dress(right, title=_("Their product, ∂J/∂w₁₁"), x=_("slope of J"), grid="x", outdent=0.8)
    product, measured = (number(value, digits=3) for value in (slope.product, slope.measured))
    style.rows(
        right,
        [
            style.Row(_("product"), slope.product, product, style.BLUE),
            style.Row(_("measured"), slope.measured, measured, style.ORANGE, "///"),
        ],
        limits=(-3, 3),
        ticks=(-3, 0, 3),
        column=0.66,
    )
    return figure


def describe_five_factors(
    *,
    b1: float,
    w1: float,
    activation: str = "relu",
    parameters: Mapping[str, float] | None = None,
    x: Sequence[float] | None = None,
    y: float | None = None,
    loss: str = "cross-entropy",
    alpha: float = 0.01,
) -> str:
    """Say what `five_factors` draws at the same parameters.

    Examples
    --------
    >>> for sentence in describe_five_factors(b1=-2, w1=1).split(". "):
    ...     print(sentence)
    At b₁ = −2 and w₁ = 1, z₁ = −1.38 and, with f = ReLU, f′(z₁) = 0
    ∂h₁/∂z₁ = f′(z₁) is 0, so the product is exactly 0 and w₁₁ receives nothing
    The slope of J measured by a finite difference is 0.
    """
    slope = _slope(b1, w1, activation, parameters, x, y, loss, alpha)
    zeros = [name for name, value in zip(_NAMES, slope.factors, strict=True) if value == 0]
    sentences = [
        _("At b₁ = {b1} and w₁ = {w1}, z₁ = {z1} and, with f = {f}, f′(z₁) = {derivative}.").format(
            f=_FUNCTIONS[activation],
            b1=number(b1, digits=None),
            w1=number(w1, digits=None),
            z1=number(slope.z1),
            derivative=number(slope.factors[3]),
        )
    ]
    if zeros:
        sentences.append(
            _("{name} is 0, so the product is exactly 0 and w₁₁ receives nothing.").format(
                name=_(" and ").join(zeros)
            )
        )
    else:
        factors = [f"({number(value)})" if value < 0 else number(value) for value in slope.factors]
        sentences.append(
            _("The five factors {factors} multiply to {product}.").format(
                factors=" · ".join(factors), product=number(slope.product, digits=3)
            )
        )
    sentences.append(
        _("The slope of J measured by a finite difference is {measured}.").format(
            measured=number(slope.measured, digits=3)
        )
    )
    if activation in ("relu", "leaky-relu") and abs(slope.z1) <= _STEP * abs(slope.factors[4]):
        sentences.append(
            _(
                "z₁ stands on the corner of f: the derivative there is a convention, and the "
                "measurement sees the mean of both sides."
            )
        )
    return " ".join(sentences)
