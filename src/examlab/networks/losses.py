"""The two players' losses of a generative adversarial network, and their slopes.

The discriminator gives an image the logit s and the probability d = sigmoid(s) of being real. For a generated
image d is D(G(z)). Each curve comes twice: as a function of d, as it is usually drawn, and as a function of
s, which is what gradients flow through. The second slope is the first times dd/ds = d (1 - d).

`kind` names the generator's loss: ``"minimax"`` is log(1 - d), the original game; ``"non-saturating"`` is
-log d. Both are from I. Goodfellow et al., *Generative Adversarial Nets*, NIPS 2014, section 3.

Every function takes a number or an array of any shape, keeps its precision, and raises `TypeError` for what
is not a real number and `ValueError` for a value outside the stated interval, NaN, or an empty array.
"""

from __future__ import annotations

import numpy as np
from scipy.special import expit

from examlab.arguments import Floats, Interval, choice, floats

__all__ = [
    "KINDS",
    "discriminator_loss",
    "fake_loss",
    "fake_loss_logit",
    "fake_loss_logit_slope",
    "fake_loss_slope",
    "generator_curve",
    "generator_curve_logit",
    "generator_loss",
    "generator_slope",
    "generator_slope_logit",
]

KINDS = ("non-saturating", "minimax")
"""The generator's losses."""

BELOW_ONE = Interval(0, 1, open_high=True)
ABOVE_ZERO = Interval(0, 1, open_low=True)


def discriminator_loss(real_logits: object, fake_logits: object) -> float:
    """Return the mean of -log D(x) over real images plus the mean of -log(1 - D(G(z))) over generated ones.

    Computed from the logits, so that no logarithm ever sees a rounded 0.

    Examples
    --------
    >>> discriminator_loss([1000.0], [-1000.0]), discriminator_loss([-1000.0], [1000.0])
    (0.0, 2000.0)
    """
    real, fake = floats("real_logits", real_logits), floats("fake_logits", fake_logits)
    return float(np.mean(_softplus(-real)) + np.mean(_softplus(fake)))


def generator_loss(fake_logits: object, *, kind: str = "non-saturating") -> float:
    """Return the mean of the loss that the generator minimises, from the logits of its images.

    Examples
    --------
    >>> generator_loss([-1000.0]), generator_loss([-1000.0], kind="minimax")
    (1000.0, 0.0)
    """
    return float(np.mean(generator_curve_logit(floats("fake_logits", fake_logits), kind=kind)))


def fake_loss(d: object) -> Floats:
    """Return the discriminator's loss on a generated image, -log(1 - d), d in [0, 1).

    Examples
    --------
    >>> fake_loss([0.0, 0.5]).round(4)
    array([0.    , 0.6931])
    """
    return -np.log1p(-floats("d", d, BELOW_ONE))


def fake_loss_slope(d: object) -> Floats:
    """Return the slope of `fake_loss` in d, 1 / (1 - d), d in [0, 1): 1 at d = 0, never less.

    Examples
    --------
    >>> fake_loss_slope([0.0, 0.5])
    array([1., 2.])
    """
    return 1 / (1 - floats("d", d, BELOW_ONE))


def fake_loss_logit(s: object) -> Floats:
    """Return the discriminator's loss on a generated image of logit s, log(1 + exp(s)).

    Examples
    --------
    >>> fake_loss_logit([-1000.0, 1000.0])
    array([   0., 1000.])
    """
    return _softplus(floats("s", s))


def fake_loss_logit_slope(s: object) -> Floats:
    """Return the slope of `fake_loss_logit` in s, sigmoid(s): it vanishes with d and never exceeds 1.

    Examples
    --------
    >>> fake_loss_logit_slope([-1000.0, 0.0, 1000.0])
    array([0. , 0.5, 1. ])
    """
    return np.asarray(expit(floats("s", s)))


def generator_curve(d: object, *, kind: str) -> Floats:
    """Return the generator's loss: log(1 - d), d in [0, 1), or -log d, d in (0, 1].

    Examples
    --------
    >>> float(generator_curve(0.0, kind="minimax")), float(generator_curve(1.0, kind="non-saturating"))
    (0.0, 0.0)
    """
    # 0 + and 0 - turn the negative zero at the end into a plain one.
    if choice("kind", kind, KINDS) == "minimax":
        return 0 + np.log1p(-floats("d", d, BELOW_ONE))
    return 0 - np.log(floats("d", d, ABOVE_ZERO))


def generator_slope(d: object, *, kind: str) -> Floats:
    """Return the slope of `generator_curve` in d: -1 / (1 - d), d in [0, 1), or -1 / d, d in (0, 1].

    Examples
    --------
    >>> float(generator_slope(0.25, kind="non-saturating"))
    -4.0
    """
    if choice("kind", kind, KINDS) == "minimax":
        return -1 / (1 - floats("d", d, BELOW_ONE))
    return -1 / floats("d", d, ABOVE_ZERO)


def generator_curve_logit(s: object, *, kind: str) -> Floats:
    """Return the generator's loss on an image of logit s: -log(1 + exp(s)) or log(1 + exp(-s)).

    Examples
    --------
    >>> float(generator_curve_logit(-1000.0, kind="non-saturating"))
    1000.0
    """
    s = floats("s", s)
    return 0 - _softplus(s) if choice("kind", kind, KINDS) == "minimax" else _softplus(-s)


def generator_slope_logit(s: object, *, kind: str) -> Floats:
    """Return the slope of `generator_curve_logit` in s: -sigmoid(s) or -sigmoid(-s).

    Where the discriminator is sure that the image is generated (s far below 0), the first is near 0 and the
    second near -1: that is the whole case for the non-saturating loss.

    Examples
    --------
    >>> float(generator_slope_logit(-1000.0, kind="non-saturating"))
    -1.0
    """
    s = floats("s", s)
    return np.asarray(0 - expit(s if choice("kind", kind, KINDS) == "minimax" else -s))


def _softplus(s: Floats) -> Floats:
    return np.asarray(np.logaddexp(0, s))
