"""What every layer has."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import DTypeLike

from examlab.arguments import Floats, random_source

__all__ = ["Layer", "batch", "he_weights", "numbers", "precision"]

PRECISIONS = (np.float32, np.float64)
LARGEST = 100_000_000
"""The most weights that a layer may have: 800 MB."""


class Layer:
    """A function of an input and of parameters, with its derivatives.

    What is not finite passes through, with NumPy's warnings: a training looks for it in its losses.

    Attributes
    ----------
    parameters, gradients, statistics : dict
        Arrays by name: what the layer learns, the gradients from the last `learn`, and what it merely
        records.
    piecewise_linear : bool
        Whether the derivative is constant around almost every input, so that only the parameters bend it.
    convolves : bool
        Whether it does so much that two threads are worth their while.
    """

    piecewise_linear = True
    convolves = False

    def __init__(self) -> None:
        self.parameters: dict[str, Floats] = {}
        self.gradients: dict[str, Floats] = {}
        self.statistics: dict[str, Floats] = {}
        self._memory: Any = None

    def forward(self, X: Floats, *, training: bool = True) -> Floats:
        """Return the output for a batch."""
        raise NotImplementedError

    def pull(self, dY: Floats) -> Floats:
        """Return the gradient in the input, given the gradient in the output."""
        raise NotImplementedError

    def push(self, dX: Floats) -> Floats:
        """Return how the output moves when the input moves by dX. After it, `learn` differentiates this."""
        raise NotImplementedError(f"{type(self).__name__} has no push")

    def learn(self, dY: Floats) -> None:
        """Leave the gradients in the parameters in `gradients`, given the gradient in the output."""

    def backward(self, dY: Floats) -> Floats:
        """Leave the gradients in the parameters in `gradients`, and return the gradient in the input."""
        self.learn(dY)
        return self.pull(dY)

    @property
    def _remembered(self) -> Any:
        """What `forward` kept for the way back."""
        if self._memory is None:
            raise RuntimeError(
                f"{type(self).__name__}: forward must come before backward, pull, push and learn"
            )
        return self._memory

    def _start(self, **parameters: Floats) -> None:
        self.parameters = parameters
        self.gradients = {name: np.zeros_like(array) for name, array in parameters.items()}


def he_weights(
    shape: tuple[int, ...], inputs: int, dtype: np.dtype[Any], random_state: int | np.random.Generator | None
) -> Floats:
    """Return normal weights of variance 2 / inputs, which keep the size of signals from layer to layer.

    Source: K. He et al., *Delving deep into rectifiers*, ICCV 2015, equation 10.
    """
    if math.prod(shape) > LARGEST:
        raise ValueError(
            f"n_in, n_out and kernel must ask for at most {LARGEST} weights, got the shape {shape}"
        )
    rng = random_source(random_state)
    return (rng.standard_normal(shape) * math.sqrt(2 / inputs)).astype(dtype)


def precision(dtype: DTypeLike) -> np.dtype[Any]:
    """Return the type of a layer's numbers, float32 or float64."""
    try:
        found = np.dtype(dtype)
    except (TypeError, ValueError):
        raise TypeError(f"dtype must be float32 or float64, got {dtype!r}") from None
    if found not in PRECISIONS:
        raise ValueError(f"dtype must be float32 or float64, got {found}")
    return found


def numbers(X: Floats) -> Floats:
    """Return X if it is an array of single or double precision: all that a layer without numbers asks."""
    if not isinstance(X, np.ndarray) or X.dtype not in PRECISIONS:
        raise TypeError(
            f"X must be an array of float32 or float64, got {getattr(X, 'dtype', type(X).__name__)}"
        )
    if not X.size or not X.ndim:
        raise ValueError(f"X must hold one example or more, got shape {X.shape}")
    return X


def batch(X: Floats, axes: int, channels: int, dtype: np.dtype[Any]) -> Floats:
    """Return X if it is a batch that a layer reads: so many axes, so many channels on the last, its dtype."""
    if not isinstance(X, np.ndarray) or X.dtype != dtype:
        raise TypeError(f"X must be an array of {dtype}, got {getattr(X, 'dtype', type(X).__name__)}")
    if X.ndim != axes or X.shape[-1] != channels or not X.size:
        wanted = f"({'any, ' * (axes - 1)}{channels})"
        raise ValueError(f"X must have shape {wanted}, got shape {X.shape}")
    return X
