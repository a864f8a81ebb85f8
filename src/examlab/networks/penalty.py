"""The R1 penalty, which keeps the discriminator from growing steep around real images."""

from __future__ import annotations

import math

import numpy as np

from examlab.arguments import Floats, Interval, floats, instance, number, representable
from examlab.networks.layers import Sequential

__all__ = ["r1_penalty"]

NOT_NEGATIVE = Interval(0, math.inf, open_high=True)


def r1_penalty(discriminator: Sequential, X: Floats, *, weight: float) -> float:
    """Return weight / 2 times the mean squared length of a logit's gradient in its image.

    The penalty's own gradient in the parameters is left in `discriminator.gradient`. It needs no second
    derivatives where the discriminator is piecewise linear: a push along the images' gradients gives the
    penalty as a linear network's output, which `learn` differentiates.

    Source: L. Mescheder, A. Geiger and S. Nowozin, *Which training methods for GANs do actually converge?*,
    ICML 2018, equation 9.

    Parameters
    ----------
    discriminator : Sequential
        Images in, one logit out, each layer piecewise linear.
    X : array, shape (batch, height, width, channels)
        Real images.
    weight : float
        Gamma in the source.

    Raises
    ------
    TypeError, ValueError
        If an argument is not of its type or not allowed, or a layer is not piecewise linear.

    Examples
    --------
    The logit 3x has the gradient 3 everywhere, and the penalty 9 w²/2 at w = 3.

    >>> from examlab.networks.layers import Dense
    >>> line = Sequential([Dense(1, 1, dtype=float)])
    >>> line.vector[:] = 3, 0
    >>> r1_penalty(line, np.array([[5.0], [7.0]]), weight=1), line.gradient.tolist()
    (4.5, [3.0, 0.0])
    """
    instance("discriminator", discriminator, Sequential)
    X, weight = floats("X", X), number("weight", weight, NOT_NEGATIVE)
    with representable("X", "weight"):
        return penalise(discriminator, X, weight=weight)


def penalise(discriminator: Sequential, X: Floats, *, weight: float) -> float:
    """Do what `r1_penalty` does, in a step of a training, where all arguments are known."""
    bent = [type(layer).__name__ for layer in discriminator.layers if not layer.piecewise_linear]
    if bent:
        raise ValueError(f"discriminator must be piecewise linear for an R1 penalty, got {', '.join(bent)}")
    ones = np.ones_like(discriminator.forward(X))
    slopes = discriminator.pull(ones)
    discriminator.push(slopes * slopes.dtype.type(weight / len(X)))
    discriminator.learn(ones)
    return 0.5 * weight * float(np.vdot(slopes, slopes)) / len(X)
