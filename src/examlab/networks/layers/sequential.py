"""Layers in a row."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from copy import copy
from functools import cached_property

import numpy as np

from examlab.arguments import Floats, entries
from examlab.networks.layers.base import Layer
from examlab.networks.threads import in_halves

__all__ = ["Sequential"]

ENOUGH = 32
"""Images in a batch that is worth two threads."""


class Sequential:
    """A network: each layer reads what the one before it gives.

    All parameters lie in one long vector, of which the layers hold pieces, and so do all gradients and all
    statistics. An optimiser is then a line of vector arithmetic, and a copy of the vectors is a copy of the
    network.

    Parameters
    ----------
    layers : iterable of Layer
        The layers from input to output, all of one precision, none of them in two networks.

    Attributes
    ----------
    layers : list of Layer
    vector, gradient, statistics : array, one axis
        All parameters, all gradients and all statistics, layer after layer.

    Raises
    ------
    TypeError, ValueError
        If there is no layer, something else among them, or more than one precision.

    Examples
    --------
    >>> from examlab.networks.layers import Dense, ReLU
    >>> model = Sequential([Dense(2, 2), ReLU(), Dense(2, 1)])
    >>> model.parameter_count(), [name for name, _ in model.named_parameters()]
    (9, ['0.W', '0.b', '2.W', '2.b'])
    """

    def __init__(self, layers: Iterable[Layer]) -> None:
        self.layers = entries("layers", layers)
        if not self.layers or not all(isinstance(layer, Layer) for layer in self.layers):
            raise TypeError(f"layers must be one layer or more, got {self.layers!r}")
        self.vector = _joined([layer.parameters for layer in self.layers])
        self.gradient = _joined([layer.gradients for layer in self.layers])
        self.statistics = _joined([layer.statistics for layer in self.layers])
        self._cut: int | None = None

    def __reduce__(self) -> tuple[type[Sequential], tuple[list[Layer]]]:
        # A copy, or a pickle, lays out its own vectors.
        return Sequential, (self.layers,)

    @property
    def parameters(self) -> dict[str, Floats]:
        """The parameters by name: the layer's place, a dot, the layer's own name for it."""
        return dict(self.named_parameters())

    @property
    def gradients(self) -> dict[str, Floats]:
        """The gradients, by the names of the parameters."""
        return {
            f"{i}.{name}": g for i, layer in enumerate(self.layers) for name, g in layer.gradients.items()
        }

    def named_parameters(self) -> Iterator[tuple[str, Floats]]:
        """Yield the name and the array of each parameter."""
        for place, layer in enumerate(self.layers):
            for name, array in layer.parameters.items():
                yield f"{place}.{name}", array

    def parameter_count(self) -> int:
        """Return how many numbers the network learns."""
        return sum(array.size for _, array in self.named_parameters())

    def forward(self, X: Floats, *, training: bool = True) -> Floats:
        """Return the last layer's output."""
        self._cut = len(X) // 2 if self._is_worth_two(X) else None
        try:
            return self._go(X, lambda layers, X: _through(layers, "forward", X, training=training))
        except (TypeError, ValueError):
            self._cut = None  # so that the message tells the shape of the whole batch
            return _through(self.layers, "forward", X, training=training)

    def backward(self, dY: Floats) -> Floats:
        """Leave all gradients in `gradient`, and return the gradient in the network's input."""
        dX = self._go(dY, lambda layers, dY: _through(layers[::-1], "backward", dY))
        self._join_gradients()
        return dX

    def learn(self, dY: Floats) -> None:
        """Leave all gradients in `gradient`: `backward` without the gradient in the input."""
        self._go(dY, _learn)
        self._join_gradients()

    def pull(self, dY: Floats) -> Floats:
        """Return the gradient in the network's input: `backward` without the parameters' gradients."""
        return self._go(dY, lambda layers, dY: _through(layers[::-1], "pull", dY))

    def push(self, dX: Floats) -> Floats:
        """Return how the output moves when the input moves by dX."""
        return self._go(dX, lambda layers, dX: _through(layers, "push", dX))

    def _is_worth_two(self, X: Floats) -> bool:
        is_batch = isinstance(X, np.ndarray) and X.ndim > 0  # what is none, the first layer refuses
        return is_batch and len(X) >= ENOUGH and any(layer.convolves for layer in self.layers)

    def _go(self, X: Floats, way: Callable[[list[Layer], Floats], Floats]) -> Floats:
        """Return what a way through the layers makes of a batch: at once, or of its halves in two threads."""
        if self._cut is None:
            return way(self.layers, X)
        first, second = X[: self._cut], X[self._cut :]
        return np.concatenate(in_halves(lambda: way(self.layers, first), lambda: way(self._others, second)))

    @cached_property
    def _others(self) -> list[Layer]:
        """The layers for the second half: the same parameters, but a memory and gradients of their own."""
        others = [copy(layer) for layer in self.layers]
        for layer in others:
            layer.gradients = {name: np.empty_like(array) for name, array in layer.gradients.items()}
        self._other_gradient = _joined([layer.gradients for layer in others])
        return others

    def _join_gradients(self) -> None:
        if self._cut is not None:
            self.gradient += self._other_gradient


def _through(layers: list[Layer], way: str, X: Floats, **options: bool) -> Floats:
    for layer in layers:
        X = getattr(layer, way)(X, **options)
    return X


def _learn(layers: list[Layer], dY: Floats) -> Floats:
    """Leave the gradients in the layers; return nothing, as an array: nobody joins what nobody reads."""
    dY = _through(layers[:0:-1], "backward", dY)
    layers[0].learn(dY)
    return dY[:0]


def _joined(owners: list[dict[str, Floats]]) -> Floats:
    """Move the arrays of all owners into one vector, and give each owner views of its pieces."""
    arrays = [array for owner in owners for array in owner.values()]
    if len({array.dtype for array in arrays}) > 1:
        raise ValueError(f"layers must have one dtype, got {sorted({str(array.dtype) for array in arrays})}")
    vector = np.concatenate([array.ravel() for array in arrays]) if arrays else np.empty(0, np.float32)
    start = 0
    for owner in owners:
        for name, array in owner.items():
            owner[name] = vector[start : start + array.size].reshape(array.shape)
            start += array.size
    return vector
