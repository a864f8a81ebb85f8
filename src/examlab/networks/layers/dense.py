"""The layer that connects everything with everything."""

from __future__ import annotations

import numpy as np
from numpy.typing import DTypeLike

from examlab.arguments import MOST, Floats, whole
from examlab.networks.layers.base import Layer, batch, he_weights, precision

__all__ = ["Dense"]


class Dense(Layer):
    """Y = X W + b, from (batch, n_in) to (batch, n_out).

    Parameters
    ----------
    n_in, n_out : int
        Numbers in and out, at least 1.
    random_state : int, Generator or None
        Where the first weights come from; biases start at 0.
    dtype : float32 or float64
        The precision of everything in the layer.

    Raises
    ------
    TypeError, ValueError
        If an argument is not of its type or not allowed; from `forward`, if X does not fit.

    Examples
    --------
    >>> Dense(4096, 32).parameters["W"].shape
    (4096, 32)
    """

    def __init__(
        self,
        n_in: int,
        n_out: int,
        *,
        random_state: int | np.random.Generator | None = None,
        dtype: DTypeLike = np.float32,
    ) -> None:
        super().__init__()
        self.n_in, self.n_out = (
            whole("n_in", n_in, at_least=1, at_most=MOST),
            whole("n_out", n_out, at_least=1, at_most=MOST),
        )
        self.dtype = precision(dtype)
        W = he_weights((n_in, n_out), n_in, self.dtype, random_state)
        self._start(W=W, b=np.zeros(n_out, self.dtype))

    def forward(self, X: Floats, *, training: bool = True) -> Floats:
        """Return X W + b."""
        self._memory = batch(X, 2, self.n_in, self.dtype), 1
        return X @ self.parameters["W"] + self.parameters["b"]

    def pull(self, dY: Floats) -> Floats:
        """Return dY Wᵀ."""
        return dY @ self.parameters["W"].T

    def push(self, dX: Floats) -> Floats:
        """Return dX W: the bias does not move."""
        self._memory = dX, 0
        return dX @ self.parameters["W"]

    def learn(self, dY: Floats) -> None:
        """Leave Xᵀ dY for W, and the sum over the batch for b."""
        X, one = self._remembered
        np.matmul(X.T, dY, out=self.gradients["W"])
        np.multiply(dY.sum(axis=0), one, out=self.gradients["b"])
