"""Figures of question 1: one output neuron, two instead of it, and a discriminator on held-out images."""

from __future__ import annotations

import math
from functools import lru_cache

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from scipy.special import softmax

from examlab.arguments import Floats, Interval
from examlab.arguments import number as checked
from examlab.figures import style
from examlab.figures.gan.looks import percent
from examlab.figures.style import number
from examlab.i18n import gettext as _
from examlab.networks import real_or_noise
from examlab.networks.activations import sigmoid

__all__ = [
    "describe_held_out_logits",
    "describe_logit_and_threshold",
    "describe_softmax_pair",
    "held_out_logits",
    "logit_and_threshold",
    "softmax_pair",
]

_LOGITS = Interval(-6, 6)
_THRESHOLDS = Interval(0, 1, open_low=True, open_high=True)


def _logit(d: float) -> float:
    return math.log(d / (1 - d))


def _decision(z: float, threshold: float) -> tuple[float, float, bool]:
    """Return sigmoid(z), the threshold's own logit, and whether the image is called real."""
    z = checked("z", z, _LOGITS)
    threshold = checked("threshold", threshold, _THRESHOLDS)
    d = float(sigmoid(z))
    return d, _logit(threshold), d >= threshold


@style.styled
def logit_and_threshold(*, z: float, threshold: float, narrow: bool = False) -> Figure:
    """Draw the sigmoid of one output neuron, and what a threshold makes of it.

    Parameters
    ----------
    z
        The neuron's logit, in [-6, 6].
    threshold
        From which probability on an image is called real, in (0, 1).
    narrow
        Whether to draw for a narrow screen.

    Raises
    ------
    TypeError, ValueError
        If an argument is not a number or out of its interval.

    Examples
    --------
    >>> len(logit_and_threshold(z=1, threshold=0.5).axes)
    1
    """
    d, border, real = _decision(z, threshold)
    figure, (ax,) = style.panels(style.Cell(height=3.2, bottom=0.6), narrow=narrow)
    verdict = (
        _("σ({z}) = {d}, at least {t}: real") if real else _("σ({z}) = {d}, below {t}: not real")
    ).format(z=number(z, digits=None), d=number(d), t=number(threshold, digits=None))
    style.dress(ax, title=verdict, x=_("logit z"), y=_("D(x) = σ(z)"), outdent=0.5)
    style.scale(ax.xaxis, (-6.5, 6.5), range(-6, 7, 2))
    style.scale(ax.yaxis, (-0.16, 1.18), (0, 0.25, 0.5, 0.75, 1))
    edge = min(max(border, -6.5), 6.5)
    ax.add_patch(Rectangle((edge, -0.16), 6.5 - edge, 1.34, facecolor=style.BLUE_TINT, lw=0, zorder=0))
    ax.plot([-6.5, edge, edge], [threshold, threshold, -0.16], color=style.ORANGE, lw=1.8, dashes=(4, 2))
    places = np.linspace(-6.5, 6.5, 53)
    ax.plot(places, sigmoid(places), color=style.BLUE, lw=2.5)
    style.point(ax, z, d, colour=style.BLUE, size=11)
    for x, text, side in ((0.02, _("not real"), "left"), (0.98, _("real"), "right")):
        style.note(ax, x, 0.95, text, ha=side, colour=style.MUTED, transform=ax.transAxes)
    return figure


def describe_logit_and_threshold(*, z: float, threshold: float) -> str:
    """Say what `logit_and_threshold` draws at the same parameters.

    Examples
    --------
    >>> print(describe_logit_and_threshold(z=1, threshold=0.5).split(". ")[0])
    At the logit z = 1 the neuron gives σ(z) = 0.73, at least the threshold 0.5: the image is called real
    """
    d, border, real = _decision(z, threshold)
    text = (
        _(
            "At the logit z = {z} the neuron gives σ(z) = {d}, at least the threshold {t}: the image is "
            "called real. On the logit itself the threshold is {border}."
        )
        if real
        else _(
            "At the logit z = {z} the neuron gives σ(z) = {d}, below the threshold {t}: the image is "
            "called not real. On the logit itself the threshold is {border}."
        )
    )
    return text.format(
        z=number(z, digits=None), d=number(d), t=number(threshold, digits=None), border=number(border)
    )


def _pair(z: float, shift: float) -> tuple[float, float]:
    z, shift = checked("z", z, _LOGITS), checked("shift", shift, _LOGITS)
    return shift, shift + z


@style.styled
def softmax_pair(*, z: float, shift: float, narrow: bool = False) -> Figure:
    """Draw two output neurons with the logits (shift, shift + z), their softmax, and the sigmoid of z.

    Parameters
    ----------
    z
        By how much the logit of "real" exceeds that of "not real", in [-6, 6].
    shift
        What is added to both logits, in [-6, 6].
    narrow
        Whether to draw for a narrow screen.

    Raises
    ------
    TypeError, ValueError
        If an argument is not a number or out of its interval.

    Examples
    --------
    >>> len(softmax_pair(z=1, shift=3).axes)
    2
    """
    pair = _pair(z, shift)
    shares = softmax(pair)
    figure, (left, right) = style.panels(
        style.Cell(height=2.2, left=1.12, right=0.72),
        style.Cell(height=2.2, left=1.5, right=0.72),
        narrow=narrow,
    )
    names = _("not real"), _("real")
    looks = (style.ORANGE, "///"), (style.BLUE, "")
    style.dress(left, title=_("Two logits"), x=_("logit"), grid="x", outdent=1.0)
    rows = [
        style.Row(name, value, number(value, digits=None), *look)
        for name, value, look in zip(names, pair, looks, strict=True)
    ]
    style.rows(left, rows, limits=(-12, 12), ticks=(-12, -6, 0, 6, 12))
    style.dress(right, title=_("What they say"), x=_("probability"), grid="x", outdent=1.38)
    rows = [
        style.Row(_("softmax, {name}").format(name=name), share, number(share, digits=3), *look)
        for name, share, look in zip(names, shares, looks, strict=True)
    ]
    d = float(sigmoid(z))
    rows.append(style.Row(_("one neuron, σ(z)"), d, number(d, digits=3), style.TEAL, ".."))
    style.rows(right, rows, limits=(0, 1), ticks=(0, 0.5, 1))
    return figure


def describe_softmax_pair(*, z: float, shift: float) -> str:
    """Say what `softmax_pair` draws at the same parameters.

    Examples
    --------
    >>> print(describe_softmax_pair(z=1, shift=3).split(": ")[0])
    Both logits are shifted by 3, to 3 and 4, which differ by z = 1
    """
    pair = _pair(z, shift)
    return _(
        "Both logits are shifted by {shift}, to {false} and {real}, which differ by z = {z}: softmax "
        "gives “real” {share}, and one neuron gives σ(z) = {d}. The shift changes neither."
    ).format(
        shift=number(shift, digits=None),
        false=number(pair[0], digits=None),
        real=number(pair[1], digits=None),
        z=number(z, digits=None),
        share=number(float(softmax(pair)[1]), digits=3),
        d=number(float(sigmoid(z)), digits=3),
    )


@lru_cache(maxsize=4)
def _held_out(random_state: int) -> tuple[Floats, Floats]:
    """Return the held-out logits of digits and of noise; the same argument always gives the same."""
    data = real_or_noise.real_and_noise(random_state=random_state)
    model = real_or_noise.fit_discriminator(data.X, data.y, random_state=random_state)
    s = real_or_noise.logits(model, data.X_held_out)
    return s[data.y_held_out == 1], s[data.y_held_out == 0]


def _errors(threshold: float, random_state: int) -> tuple[float, float, float]:
    """Return the shares of digits missed and of noise let through, and of all images judged rightly."""
    border = _logit(checked("threshold", threshold, _THRESHOLDS))
    real, noise = _held_out(random_state)
    missed, let_through = float(np.mean(real < border)), float(np.mean(noise >= border))
    return missed, let_through, 1 - (missed + let_through) / 2


@style.styled
def held_out_logits(*, threshold: float, random_state: int = 0, narrow: bool = False) -> Figure:
    """Draw the logits that a fitted discriminator gives held-out digits and noise, and a threshold.

    Parameters
    ----------
    threshold
        From which probability on an image is called real, in (0, 1).
    random_state
        As in `examlab.networks.real_or_noise`.
    narrow
        Whether to draw for a narrow screen.

    Raises
    ------
    TypeError, ValueError
        If an argument is not allowed.

    Examples
    --------
    >>> len(held_out_logits(threshold=0.5).axes)
    2
    """
    missed, let_through, right = _errors(threshold, random_state)
    figure, (ax, strip) = style.panels(
        style.Cell(height=3.1),
        style.Cell(height=1.5, share=0, left=1.75, right=0.82, bottom=0.56),
        narrow=narrow,
    )
    title = _("Held-out images: {percent} judged rightly").format(percent=percent(right))
    style.dress(ax, title=title, x=_("logit"), y=_("images"), grid="y", outdent=0.5)
    _draw_histograms(ax, random_state)
    border = _logit(threshold)
    ax.axvline(border, color=style.INK, lw=1.8, dashes=(4, 2), zorder=4)
    style.dress(strip, title=_("Mistakes"), x=_("share of its kind (%)"), grid="x", outdent=1.63)
    rows = [
        style.Row(_("digits refused"), 100 * missed, _share(missed), style.BLUE),
        style.Row(_("noise let through"), 100 * let_through, _share(let_through), style.ORANGE, "///"),
    ]
    style.rows(strip, rows, limits=(0, 30), ticks=(0, 10, 20, 30))
    return figure


def _share(share: float) -> str:
    return _("{percent} %").format(percent=number(100 * share, digits=1))


def _draw_histograms(ax: Axes, random_state: int) -> None:
    """Draw the digits upwards and the noise downwards from one line, so that both are seen whole."""
    real, noise = _held_out(random_state)
    edges = np.arange(-20, 17)
    style.scale(ax.xaxis, (-20, 16), range(-20, 17, 4))
    ticks = range(-150, 151, 50)
    # Below the line, counts are counts.
    style.scale(ax.yaxis, (-180, 180), ticks, labels=[number(abs(tick), digits=None) for tick in ticks])
    for values, sign, colour, hatch in (
        (real, 1, style.BLUE, None),
        (noise, -1, style.ORANGE, "///"),
    ):
        counts = sign * np.histogram(np.clip(values, edges[0], edges[-1]), edges)[0]
        ax.stairs(counts, edges, fill=True, facecolor=colour, edgecolor=style.PAPER, hatch=hatch, lw=0)
    ax.axhline(0, color=style.INK, lw=1.0, zorder=3)
    style.note(ax, -19.5, 60, _("real digits ↑"), colour=style.BLUE)
    style.note(ax, -19.5, -150, _("noise ↓"), colour=style.ORANGE)


def describe_held_out_logits(*, threshold: float, random_state: int = 0) -> str:
    """Say what `held_out_logits` draws at the same parameters.

    Examples
    --------
    >>> print(describe_held_out_logits(threshold=0.5).split(",")[0])
    With the threshold 0.5
    """
    missed, let_through, right = _errors(threshold, random_state)
    real, noise = _held_out(random_state)
    return _(
        "With the threshold {t}, a logit of {border}, the discriminator judges {right} of the held-out "
        "images rightly: it refuses {missed} of the {real} digits and lets {noise_share} of the {noise} "
        "images of noise through. Half of the digits have a logit above {real_median}, half of "
        "the noise one below {noise_median}."
    ).format(
        t=number(threshold, digits=None),
        border=number(_logit(threshold)),
        right=_share(right),
        missed=_share(missed),
        noise_share=_share(let_through),
        real=len(real),
        noise=len(noise),
        real_median=number(float(np.median(real)), digits=1),
        noise_median=number(float(np.median(noise)), digits=1),
    )
