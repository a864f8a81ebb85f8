"""Activations as layers: they act on each number alone and learn nothing."""

from __future__ import annotations

import numpy as np

from examlab.arguments import UNIT, Floats, number
from examlab.networks.layers.base import Layer, numbers
from examlab.networks.pixels import in_chunks

__all__ = ["LeakyReLU", "ReLU", "Tanh"]


class LeakyReLU(Layer):
    """X where it is positive, `alpha` X elsewhere.

    The default slope 0.2 is that of A. Radford et al., *Unsupervised representation learning with deep
    convolutional generative adversarial networks*, ICLR 2016.

    Parameters
    ----------
    alpha : float
        The slope on the negative side, in [0, 1].

    Examples
    --------
    >>> LeakyReLU().forward(np.array([[-1.0, 0.0, 2.0]]))
    array([[-0.2,  0. ,  2. ]])
    """

    def __init__(self, *, alpha: float = 0.2) -> None:
        super().__init__()
        self.alpha = number("alpha", alpha, UNIT)

    def forward(self, X: Floats, *, training: bool = True) -> Floats:
        """Return X times its slope."""
        numbers(X)
        slope, Y = np.empty_like(X), np.empty_like(X)

        def work(chunk: slice) -> None:
            # 1 or alpha, several times as fast as np.where.
            np.maximum(X[chunk] > 0, X.dtype.type(self.alpha), out=slope[chunk])
            np.multiply(X[chunk], slope[chunk], out=Y[chunk])

        in_chunks(X, work)
        self._memory = slope
        return Y

    def pull(self, dY: Floats) -> Floats:
        """Return dY times the slope."""
        return self.push(dY)

    def push(self, dX: Floats) -> Floats:
        """Return dX times the slope."""
        slope, dY = self._remembered, np.empty_like(dX)
        in_chunks(dX, lambda chunk: np.multiply(dX[chunk], slope[chunk], out=dY[chunk]))
        return dY


class ReLU(LeakyReLU):
    """X where it is positive, 0 elsewhere.

    Examples
    --------
    >>> ReLU().forward(np.array([[-1.0, 0.0, 2.0]])) + 0
    array([[0., 0., 2.]])
    """

    def __init__(self) -> None:
        super().__init__(alpha=0)


class Tanh(Layer):
    """The hyperbolic tangent: every number into (-1, 1), the range of the images.

    Examples
    --------
    >>> Tanh().forward(np.array([[-1000.0, 0.0, 1000.0]]))
    array([[-1.,  0.,  1.]])
    """

    piecewise_linear = False

    def forward(self, X: Floats, *, training: bool = True) -> Floats:
        """Return tanh(X)."""
        self._memory = np.tanh(numbers(X))
        return np.asarray(self._memory)

    def pull(self, dY: Floats) -> Floats:
        """Return dY (1 - tanh(X)²)."""
        return np.asarray(dY * (1 - self._remembered**2))
