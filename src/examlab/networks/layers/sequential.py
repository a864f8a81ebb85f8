"""Layers in a row."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import numpy as np

from examlab.arguments import Floats, entries
from examlab.networks.layers.base import Layer

__all__ = ["Sequential"]


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
        for layer in self.layers:
            X = layer.forward(X, training=training)
        return X

    def backward(self, dY: Floats) -> Floats:
        """Leave all gradients in `gradient`, and return the gradient in the network's input."""
        for layer in reversed(self.layers):
            dY = layer.backward(dY)
        return dY

    def learn(self, dY: Floats) -> None:
        """Leave all gradients in `gradient`: `backward` without the gradient in the input."""
        for layer in reversed(self.layers[1:]):
            dY = layer.backward(dY)
        self.layers[0].learn(dY)

    def pull(self, dY: Floats) -> Floats:
        """Return the gradient in the network's input: `backward` without the parameters' gradients."""
        for layer in reversed(self.layers):
            dY = layer.pull(dY)
        return dY

    def push(self, dX: Floats) -> Floats:
        """Return how the output moves when the input moves by dX."""
        for layer in self.layers:
            dX = layer.push(dX)
        return dX


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
