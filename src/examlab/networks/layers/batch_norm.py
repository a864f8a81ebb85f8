"""Batch normalisation."""

from __future__ import annotations

import numpy as np
from numpy.typing import DTypeLike

from examlab.arguments import MOST, Floats, flag, whole
from examlab.networks.layers.base import Layer, batch, precision
from examlab.networks.pixels import channel_sums, in_chunks
from examlab.networks.threads import is_first, over_halves

__all__ = ["BatchNorm"]

EPSILON = 1e-5
MOMENTUM = 0.9


class BatchNorm(Layer):
    """Every channel brought to mean 0 and variance 1 over the batch, then to a learned mean and scale.

    The channel is the last axis; all others are averaged over. While training, the batch's own mean and
    variance are used and recorded; otherwise the moving averages of those records.

    Source: S. Ioffe and C. Szegedy, *Batch normalization*, ICML 2015, algorithms 1 and 2.

    Parameters
    ----------
    channels : int
        The length of the last axis, at least 1.
    dtype : float32 or float64
        The precision of everything in the layer.

    Raises
    ------
    TypeError, ValueError
        If an argument is not of its type or not allowed; from `forward`, if X does not fit.

    Examples
    --------
    >>> BatchNorm(1, dtype=float).forward(np.array([[-3.0], [3.0]])).round(3)
    array([[-1.],
           [ 1.]])
    """

    piecewise_linear = False

    def __init__(self, channels: int, *, dtype: DTypeLike = np.float32) -> None:
        super().__init__()
        self.channels, self.dtype = whole("channels", channels, at_least=1, at_most=MOST), precision(dtype)
        self._start(scale=np.ones(channels, self.dtype), shift=np.zeros(channels, self.dtype))
        self.statistics = {"mean": np.zeros(channels, self.dtype), "variance": np.ones(channels, self.dtype)}

    def forward(self, X: Floats, *, training: bool = True) -> Floats:
        """Return the normalised batch, scaled and shifted."""
        training = flag("training", training)
        batch(X, 4 if getattr(X, "ndim", 2) == 4 else 2, self.channels, self.dtype)
        total, count = over_halves(channel_sums(X), X.size // self.channels)
        mean = total / count if training else self.statistics["mean"]
        normal, Y = np.empty_like(X), np.empty_like(X)
        in_chunks(X, lambda chunk: np.subtract(X[chunk], mean, out=normal[chunk]))
        (total,) = over_halves(channel_sums(normal, normal))
        variance = total / count if training else self.statistics["variance"]
        if training and is_first():
            self._record(mean=mean, variance=variance)
        shrink = 1 / np.sqrt(variance + self.dtype.type(EPSILON))

        def work(chunk: slice) -> None:
            normal[chunk] *= shrink
            np.multiply(normal[chunk], self.parameters["scale"], out=Y[chunk])
            Y[chunk] += self.parameters["shift"]

        in_chunks(X, work)
        self._memory = normal, shrink, training
        return Y

    def learn(self, dY: Floats) -> None:
        """Leave the sum of dY times the normalised input for the scale, and the sum of dY for the shift."""
        normal, _, _ = self._remembered
        self.gradients["scale"][...] = channel_sums(dY, normal)
        self.gradients["shift"][...] = channel_sums(dY)

    def pull(self, dY: Floats) -> Floats:
        """Return the gradient in X, which moves the batch's mean and variance too.

        While training, an input can neither shift nor stretch the normalised batch: the parts of dY that
        would do so, its mean and its slope along the normalised input, are taken out.
        """
        self.learn(dY)
        normal, shrink, training = self._remembered
        *totals, count = over_halves(*self.gradients.values(), dY.size // self.channels)
        slope, mean = (total * self.dtype.type(training / count) for total in totals)
        factor, dX = self.parameters["scale"] * shrink, np.empty_like(dY)

        def work(chunk: slice) -> None:
            np.multiply(normal[chunk], slope, out=dX[chunk])
            dX[chunk] += mean
            np.subtract(dY[chunk], dX[chunk], out=dX[chunk])
            dX[chunk] *= factor

        in_chunks(dY, work)
        return dX

    def backward(self, dY: Floats) -> Floats:
        """Leave the gradients in scale and shift, and return the gradient in X."""
        return self.pull(dY)

    def _record(self, **new: Floats) -> None:
        for name, value in new.items():
            self.statistics[name] *= MOMENTUM
            self.statistics[name] += (1 - MOMENTUM) * value
