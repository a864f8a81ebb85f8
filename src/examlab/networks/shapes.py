"""What a convolution reads, and the sizes of all layers of the exam's discriminator.

Nothing is convolved here, only counted, as in V. Dumoulin and F. Visin, *A guide to convolution
arithmetic for deep learning*, 2016.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from examlab.arguments import MOST, flag, whole
from examlab.networks.convolution import output_size, parameter_count

__all__ = ["LayerShape", "discriminator_shapes", "times_read", "window_starts"]

Shape = tuple[int, ...]


def window_starts(size: int, kernel: int, *, stride: int = 1, padding: int = 0) -> NDArray[np.int64]:
    """Return where the kernel stands for each output along one side: the first pixel that it reads.

    Parameters
    ----------
    size, kernel, stride, padding
        As for `examlab.networks.convolution.output_size`.

    Returns
    -------
    array of shape (output_size,)
        In pixels of the input; a negative one lies in the padding.

    Raises
    ------
    TypeError, ValueError
        As `examlab.networks.convolution.output_size` does.

    Examples
    --------
    >>> window_starts(8, 3, stride=2, padding=1)
    array([-1,  1,  3,  5])
    """
    # There is an entry for each place.
    size, stride = (
        whole(name, value, at_least=1, at_most=MOST) for name, value in (("size", size), ("stride", stride))
    )
    padding = whole("padding", padding, at_least=0, at_most=MOST)
    places = output_size(size, kernel, stride=stride, padding=padding)
    return np.arange(places, dtype=np.int64) * stride - padding


def times_read(size: int, kernel: int, *, stride: int = 1, padding: int = 0) -> NDArray[np.int64]:
    """Return how many outputs read each pixel along one side, padding included.

    Parameters
    ----------
    size, kernel, stride, padding
        As for `examlab.networks.convolution.output_size`.

    Returns
    -------
    array of shape (size + 2 padding,)
        A zero is a pixel that no output reads.

    Raises
    ------
    TypeError, ValueError
        As `examlab.networks.convolution.output_size` does.

    Examples
    --------
    With padding 1, stride 2 and an even side, what the rounding drops is padding, not image:

    >>> times_read(8, 3, stride=2, padding=1)
    array([1, 1, 2, 1, 2, 1, 2, 1, 1, 0])
    """
    starts = window_starts(size, kernel, stride=stride, padding=padding)  # checks the arguments
    read = np.zeros(int(size) + 2 * int(padding), dtype=np.int64)
    for start in starts + int(padding):
        read[start : start + kernel] += 1
    return read


@dataclass(frozen=True)
class LayerShape:
    """One layer: its kind, the sizes of what enters and what leaves, and what it learns.

    Attributes
    ----------
    kind : {"convolution", "flatten", "dense"}
        What the layer does.
    entering, leaving : tuple of int
        Height, width and channels, or the length of a vector.
    weights, biases : int
        How many of each the layer learns.
    """

    kind: str
    entering: Shape
    leaving: Shape
    weights: int = 0
    biases: int = 0

    @property
    def parameters(self) -> int:
        """How many numbers the layer learns."""
        return self.weights + self.biases


def discriminator_shapes(
    *, size: int = 32, kernel: int = 3, stride: int = 2, filters: int = 32, bias: bool = True
) -> tuple[LayerShape, ...]:
    """Return the layers of the exam's discriminator, or of one with other settings.

    Two convolutions, the second with twice as many filters, then flatten, a dense layer of 32 neurons, and
    one neuron. Padding is (kernel - 1) / 2, the exam's 1 for its kernel of 3.

    Parameters
    ----------
    size
        Side of the image, which has one channel.
    kernel
        Side of both kernels, odd, at most 2 size.
    stride
        Of both convolutions.
    filters
        Of the first convolution.
    bias
        Whether the layers have biases.

    Raises
    ------
    TypeError, ValueError
        If an argument is not a whole number, or not one that is allowed.

    Examples
    --------
    >>> layers = discriminator_shapes()
    >>> [layer.leaving for layer in layers]
    [(16, 16, 32), (8, 8, 64), (4096,), (32,), (1,)]
    >>> [layer.parameters for layer in layers], sum(layer.parameters for layer in layers)
    ([320, 18496, 0, 131104, 33], 149953)
    """
    kernel, filters = whole("kernel", kernel, at_least=1), whole("filters", filters, at_least=1)
    size, bias = whole("size", size, at_least=1), flag("bias", bias)
    if kernel % 2 == 0:
        raise ValueError(f"kernel must be odd, got {kernel}: padding (kernel - 1) / 2 is a whole number")
    padding = kernel // 2
    shape: Shape = (size, size, 1)
    layers = []
    for leaving in (filters, 2 * filters):
        side = output_size(shape[0], kernel, stride=stride, padding=padding)
        weights = parameter_count(shape[2], leaving, kernel, bias=False)
        layers.append(
            LayerShape("convolution", shape, (side, side, leaving), weights, leaving if bias else 0)
        )
        shape = layers[-1].leaving
    layers.append(LayerShape("flatten", shape, (math.prod(shape),)))
    for neurons in (32, 1):
        (length,) = layers[-1].leaving
        layers.append(LayerShape("dense", (length,), (neurons,), length * neurons, neurons if bias else 0))
    return tuple(layers)
