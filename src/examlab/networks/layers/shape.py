"""Layers that only arrange numbers anew."""

from __future__ import annotations

import math

from examlab.arguments import Floats, entries, whole
from examlab.networks.layers.base import Layer, numbers

__all__ = ["Flatten", "Reshape"]


class Reshape(Layer):
    """Each example of a batch in another shape.

    Parameters
    ----------
    shape : tuple of int
        The shape of one example.

    Raises
    ------
    ValueError
        From `forward`, if an example has another count of numbers.

    Examples
    --------
    >>> import numpy as np
    >>> Reshape((8, 8, 64)).forward(np.zeros((5, 4096))).shape
    (5, 8, 8, 64)
    """

    def __init__(self, shape: tuple[int, ...]) -> None:
        super().__init__()
        self.shape = tuple(whole("shape", side, at_least=1) for side in entries("shape", shape))

    def forward(self, X: Floats, *, training: bool = True) -> Floats:
        """Return X in the new shape."""
        if math.prod(numbers(X).shape[1:]) != math.prod(self.shape):
            raise ValueError(f"X must have examples of {math.prod(self.shape)} numbers, got shape {X.shape}")
        self._memory = X.shape
        return self.push(X)

    def pull(self, dY: Floats) -> Floats:
        """Return dY in the old shape."""
        return dY.reshape(self._remembered)

    def push(self, dX: Floats) -> Floats:
        """Return dX in the new shape."""
        return dX.reshape(len(dX), *self.shape)


class Flatten(Layer):
    """Each example of a batch as one row.

    Examples
    --------
    >>> import numpy as np
    >>> Flatten().forward(np.zeros((5, 8, 8, 64))).shape
    (5, 4096)
    """

    def forward(self, X: Floats, *, training: bool = True) -> Floats:
        """Return the examples as rows."""
        self._memory = numbers(X).shape
        return self.push(X)

    def pull(self, dY: Floats) -> Floats:
        """Return dY in the old shape."""
        return dY.reshape(self._remembered)

    def push(self, dX: Floats) -> Floats:
        """Return dX as rows."""
        return dX.reshape(len(dX), -1)
