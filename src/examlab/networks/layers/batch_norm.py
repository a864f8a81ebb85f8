"""Batch normalisation."""

from __future__ import annotations

import numpy as np
from numpy.typing import DTypeLike

from examlab.arguments import Floats, whole
from examlab.networks.layers.base import Layer, batch, precision

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
        self.channels, self.dtype = whole("channels", channels, at_least=1), precision(dtype)
        self._start(scale=np.ones(channels, self.dtype), shift=np.zeros(channels, self.dtype))
        self.statistics = {"mean": np.zeros(channels, self.dtype), "variance": np.ones(channels, self.dtype)}

    def forward(self, X: Floats, *, training: bool = True) -> Floats:
        """Return the normalised batch, scaled and shifted."""
        batch(X, (*(None,) * (X.ndim - 2), self.channels), self.dtype)
        rows = X.reshape(-1, self.channels)
        mean, variance = self._moments(rows) if training else self.statistics.values()
        deviation = np.sqrt(variance + self.dtype.type(EPSILON))
        normal = (rows - mean) / deviation
        self._memory = normal, deviation, training
        return np.reshape(normal * self.parameters["scale"] + self.parameters["shift"], X.shape)

    def learn(self, dY: Floats) -> None:
        """Leave the sum of dY times the normalised input for the scale, and the sum of dY for the shift."""
        normal, _, _ = self._remembered
        rows = dY.reshape(normal.shape)
        np.einsum("nc,nc->c", rows, normal, out=self.gradients["scale"])
        np.sum(rows, axis=0, out=self.gradients["shift"])

    def pull(self, dY: Floats) -> Floats:
        """Return the gradient in X, which moves the batch's mean and variance too.

        While training, an input can neither shift nor stretch the normalised batch: the parts of dY that
        would do so, its mean and its slope along the normalised input, are taken out.
        """
        normal, deviation, training = self._remembered
        rows = dY.reshape(normal.shape)
        if training:
            self.learn(dY)
            slope, mean = (self.gradients[name] / len(rows) for name in ("scale", "shift"))
            rows = rows - mean - normal * slope
        return np.reshape(rows * (self.parameters["scale"] / deviation), dY.shape)

    def backward(self, dY: Floats) -> Floats:
        """Leave the gradients in scale and shift, and return the gradient in X."""
        if not self._remembered[-1]:
            self.learn(dY)
        return self.pull(dY)

    def _moments(self, rows: Floats) -> tuple[Floats, Floats]:
        """Return the batch's mean and variance, and record them."""
        mean, variance = rows.mean(axis=0), rows.var(axis=0)
        for name, new in (("mean", mean), ("variance", variance)):
            self.statistics[name] *= MOMENTUM
            self.statistics[name] += (1 - MOMENTUM) * new
        return mean, variance
