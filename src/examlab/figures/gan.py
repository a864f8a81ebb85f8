"""Figures of exercise 1: activations that fall silent, and losses whose slope depends on where one looks."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from examlab.arguments import Floats, Interval, choice, whole
from examlab.arguments import number as checked
from examlab.figures import preamble, style
from examlab.figures.style import number
from examlab.i18n import gettext as _
from examlab.networks import activations, two_layer
from examlab.networks import gan as losses
from examlab.networks.xor import XorStarts, xor_starts

__all__ = [
    "describe_loss_slope",
    "describe_relu_or_leaky",
    "describe_silent_units_over_time",
    "describe_xor_bars",
    "loss_slope",
    "relu_or_leaky",
    "silent_units_over_time",
    "xor_bars",
]


@dataclass(frozen=True)
class _Look:
    """How an activation is named and drawn wherever it occurs."""

    name: str
    colour: str
    hatch: str = ""

    def row(self, value: float, text: str) -> style.Row:
        return style.Row(self.name, value, text, self.colour, self.hatch)


_LOOKS: Mapping[str, _Look] = MappingProxyType(
    {
        "relu": _Look("ReLU", style.BLUE),
        "leaky-relu": _Look("LeakyReLU", style.ORANGE, "///"),
        "tanh": _Look("tanh", style.TEAL, ".."),
    }
)
_DASHES = (3, 1.5)


# Question 2: ReLU or LeakyReLU


@dataclass(frozen=True)
class _Received:
    """What one activation makes of z1, and what it lets through to w11."""

    look: _Look
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
    return _Received(_LOOKS[activation], float(f(z1)), derivative, gradient)


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
        _two_points(ax, z1, getattr(relu, key), getattr(leaky, key))
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
    slope = _labelled("LeakyReLU", number(alpha, digits=None))
    style.note(ax, 0.25, 0, _labelled("ReLU", number(0)), colour=style.BLUE)
    style.note(ax, 0.25, max(alpha, 0.14), slope, colour=style.ORANGE)


def _labelled(name: str, value: str) -> str:
    return _("{name}: {value}").format(name=name, value=value)


def _two_curves(ax: Axes, z: Floats, relu: Floats, leaky: Floats) -> None:
    """Draw the thin dashed curve on the broad one, so that both are seen where they coincide."""
    style.scale(ax.xaxis, (-3.2, 3.2), range(-3, 4))
    ax.axvline(0, color=style.SPINE, lw=0.8, zorder=1)
    ax.plot(z, relu, color=style.BLUE, lw=5, solid_capstyle="butt")
    ax.plot(z, leaky, color=style.ORANGE, lw=2, dashes=_DASHES)


def _two_points(ax: Axes, x: float, relu: float, leaky: float) -> None:
    """Mark a place on both curves, the small diamond on the large disc."""
    style.point(ax, x, relu, colour=style.BLUE, size=12)
    style.point(ax, x, leaky, colour=style.ORANGE, marker="D", size=6.5)


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


# Question 2 again: whole networks on XOR


@lru_cache(maxsize=32)
def _outcome(activation: str, starts: int, steps: int, alpha: float, random_state: int) -> XorStarts:
    # The same arguments always give the same networks: the cache only saves time.
    return xor_starts(
        starts=starts, steps=steps, activation=activation, alpha=alpha, random_state=random_state
    )


def _outcomes(starts: int, steps: int, alpha: float, random_state: int) -> dict[str, XorStarts]:
    starts, steps = whole("starts", starts, at_least=1), whole("steps", steps, at_least=1)
    alpha = checked("alpha", alpha, Interval(0, 1))
    seed = whole("random_state", random_state, at_least=0)
    return {name: _outcome(name, starts, steps, alpha, seed) for name in _LOOKS}


def _percent(share: float) -> str:
    return _("{percent} %").format(percent=number(100 * share, digits=0))


@dataclass(frozen=True)
class _Group:
    """Some of the starts: their share of all, and the share of them that each activation solves."""

    share: float
    solved: Mapping[str, float]


def _groups(starts: int, steps: int, alpha: float, random_state: int) -> tuple[_Group, _Group]:
    """Return the starts with a silent unit and those without, which are the same for each activation."""
    outcomes = _outcomes(starts, steps, alpha, random_state)
    silent = outcomes["relu"].silent_units > 0

    def group(members: np.ndarray[tuple[int], np.dtype[np.bool_]]) -> _Group:
        solved = {
            name: float(outcome.solved[members].mean()) if members.any() else math.nan
            for name, outcome in outcomes.items()
        }
        return _Group(float(members.mean()), solved)

    return group(silent), group(~silent)


@style.styled
def xor_bars(
    *, starts: int = 2000, steps: int = 2000, alpha: float = 0.1, random_state: int = 0, narrow: bool = False
) -> Figure:
    """Draw how many random starts solve XOR, with and without a unit that is silent on all four inputs.

    Parameters
    ----------
    starts, steps, alpha, random_state
        As in `examlab.networks.xor.xor_starts`; `random_state` is a whole number here.
    narrow
        Whether to draw for a narrow screen.

    Raises
    ------
    TypeError, ValueError
        If an argument is not allowed.

    Examples
    --------
    >>> len(xor_bars(starts=50, steps=50).axes)
    2
    """
    silent, others = _groups(starts, steps, alpha, random_state)
    cell = style.Cell(height=2.25, left=1.12, right=0.72)
    figure, (left, right) = style.panels(cell, cell, narrow=narrow)
    titles = _("Starts with a silent unit: {percent}"), _("Starts without: {percent}")
    for ax, title, group in zip((left, right), titles, (silent, others), strict=True):
        style.dress(
            ax,
            title=title.format(percent=_percent(group.share)),
            x=_("of these, XOR solved (%)"),
            grid="x",
            outdent=1.0,
        )
        bars = [
            look.row(100 * group.solved[name], _percent(group.solved[name])) for name, look in _LOOKS.items()
        ]
        style.rows(ax, bars, limits=(0, 100), ticks=(0, 25, 50, 75, 100))
    return figure


def describe_xor_bars(
    *, starts: int = 2000, steps: int = 2000, alpha: float = 0.1, random_state: int = 0
) -> str:
    """Say what `xor_bars` draws at the same parameters.

    Examples
    --------
    >>> describe_xor_bars(starts=50, steps=50).startswith("Of 50 random starts, ")
    True
    """
    silent, others = _groups(starts, steps, alpha, random_state)

    def listed(group: _Group) -> str:
        return ", ".join(f"{look.name} {_percent(group.solved[name])}" for name, look in _LOOKS.items())

    return _(
        "Of {starts} random starts, {share} have a hidden unit that is silent on all four inputs. XOR "
        "is solved in the end by this share of them: {silent}; of the other starts: {others}. "
        "LeakyReLU has α = {alpha}."
    ).format(
        starts=starts,
        share=_percent(silent.share),
        silent=listed(silent),
        others=listed(others),
        alpha=number(alpha, digits=None),
    )


def _silent_shares(
    step: int, starts: int, steps: int, alpha: float, random_state: int
) -> tuple[Floats, Floats]:
    """Check `step`, and return the shares of silent units after each step with ReLU and with LeakyReLU."""
    outcomes = _outcomes(starts, steps, alpha, random_state)
    if whole("step", step, at_least=0) > steps:
        raise ValueError(f"step must be a whole number from 0 to steps={steps}, got {step!r}")
    return outcomes["relu"].silent_share, outcomes["leaky-relu"].silent_share


@style.styled
def silent_units_over_time(
    *,
    step: int,
    starts: int = 2000,
    steps: int = 2000,
    alpha: float = 0.1,
    random_state: int = 0,
    narrow: bool = False,
) -> Figure:
    """Draw the share of hidden units that are silent on all four inputs of XOR, step by step.

    Parameters
    ----------
    step
        The moment that is marked, from 0 to `steps`.
    starts, steps, alpha, random_state
        As in `examlab.networks.xor.xor_starts`; `random_state` is a whole number here.
    narrow
        Whether to draw for a narrow screen.

    Raises
    ------
    TypeError, ValueError
        If an argument is not allowed.

    Examples
    --------
    >>> len(silent_units_over_time(step=10, starts=50, steps=50).axes)
    1
    """
    shares = _silent_shares(step, starts, steps, alpha, random_state)
    figure, (ax,) = style.panels(style.Cell(height=3.1), narrow=narrow)
    style.dress(
        ax,
        title=_("Hidden units silent on all four inputs"),
        x=_("training step (logarithmic)"),
        y=_("share of all units (%)"),
        outdent=0.5,
    )
    ax.set_xscale("symlog", linthresh=1, linscale=0.5)
    style.scale(ax.xaxis, (0, steps * 1.15), [0, *(10**power for power in range(int(math.log10(steps)) + 1))])
    top = 50 if max(share.max() for share in shares) <= 0.5 else 100
    style.scale(ax.yaxis, (0, top), range(0, top + 1, 10))
    # Dense where the axis is: what lies between these steps cannot be seen.
    drawn = np.unique([0, steps, *np.geomspace(1, steps, 80).astype(int)])
    height = 100 * max(share[step] for share in shares)
    ax.plot([step, step], [0, height], color=style.SPINE, lw=1.2, zorder=1)
    for look, share, place, line in zip(
        (_LOOKS["relu"], _LOOKS["leaky-relu"]),
        shares,
        (0.93, 0.84),
        ({"lw": 3.5}, {"lw": 2, "dashes": _DASHES}),
        strict=True,
    ):
        ax.plot(drawn, 100 * share[drawn], color=look.colour, **line)  # type: ignore[arg-type]
        style.note(
            ax,
            0.02,
            place,
            _labelled(look.name, _percent(share[step])),
            colour=look.colour,
            transform=ax.transAxes,
        )
    _two_points(ax, step, *(100 * float(share[step]) for share in shares))
    return figure


def describe_silent_units_over_time(
    *, step: int, starts: int = 2000, steps: int = 2000, alpha: float = 0.1, random_state: int = 0
) -> str:
    """Say what `silent_units_over_time` draws at the same parameters.

    Examples
    --------
    >>> print(describe_silent_units_over_time(step=0, starts=50, steps=50).split(" on XOR")[0])
    After 0 of 50 training steps
    """
    relu, leaky = _silent_shares(step, starts, steps, alpha, random_state)
    return _(
        "After {step} of {steps} training steps on XOR, from {starts} random starts, {relu} of the "
        "hidden units are silent on all four inputs with ReLU and {leaky} with LeakyReLU (α = {alpha}); "
        "before the first step it was {first} for both."
    ).format(
        step=step,
        steps=steps,
        starts=starts,
        relu=_percent(relu[step]),
        leaky=_percent(leaky[step]),
        alpha=number(alpha, digits=None),
        first=_percent(relu[0]),
    )


# Questions 4 and 5: the loss, and along what one takes its slope


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
