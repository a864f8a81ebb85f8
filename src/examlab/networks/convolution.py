"""Convolutions of images, how large their output is, and how many parameters they have.

Convolution means cross-correlation, as in every framework: the kernel is not turned around. Sizes round down,
as V. Dumoulin and F. Visin, *A guide to convolution arithmetic for deep learning*, 2016, relationship 6.
"""

from __future__ import annotations

from itertools import product

import numpy as np
from numpy.lib.stride_tricks import as_strided

from examlab.arguments import Floats, flag, floats, whole
from examlab.networks.pixels import times

MOST_PIXELS = 1000
"""The largest step and padding of images: more is a slip."""

__all__ = ["conv2d", "conv_transpose2d", "output_size", "parameter_count", "transposed_output_size"]


def output_size(size: int, kernel: int, *, stride: int = 1, padding: int = 0) -> int:
    """Return how many places a kernel visits along one side: floor((size + 2 padding - kernel) / stride) + 1.

    Parameters
    ----------
    size, kernel, stride
        The input's side, the kernel's side and the step between two places, in pixels, at least 1.
    padding
        Pixels of zeros added at both ends, at least 0.

    Raises
    ------
    TypeError
        If an argument is not a whole number.
    ValueError
        If an argument is too small, or the kernel is larger than the padded input.

    Examples
    --------
    The exam's first layer: 32 pixels become 16, because (32 + 2 - 3) / 2 + 1 = 16.5 rounds down.

    >>> output_size(32, 3, stride=2, padding=1)
    16
    """
    size, kernel = whole("size", size, at_least=1), whole("kernel", kernel, at_least=1)
    stride, padding = whole("stride", stride, at_least=1), whole("padding", padding, at_least=0)
    if kernel > size + 2 * padding:
        raise ValueError(
            f"kernel must be at most size + 2 padding = {size + 2 * padding}, got {kernel}: it does not fit"
        )
    return (size + 2 * padding - kernel) // stride + 1


def transposed_output_size(size: int, kernel: int, *, stride: int = 1, padding: int = 0) -> int:
    """Return the side that a transposed convolution gives: (size - 1) stride + kernel - 2 padding.

    Parameters
    ----------
    size, kernel, stride
        The input's side, the kernel's side and the step between two of its copies, in pixels, at least 1.
    padding
        Pixels cut off at both ends, at least 0.

    Raises
    ------
    TypeError
        If an argument is not a whole number.
    ValueError
        If an argument is too small, or the padding cuts everything off.

    Examples
    --------
    >>> transposed_output_size(8, 4, stride=2, padding=1)
    16
    """
    size, kernel = whole("size", size, at_least=1), whole("kernel", kernel, at_least=1)
    stride, padding = whole("stride", stride, at_least=1), whole("padding", padding, at_least=0)
    uncut = (size - 1) * stride + kernel
    if 2 * padding >= uncut:
        raise ValueError(f"padding must be less than half of {uncut} pixels, got {padding}: nothing is left")
    return uncut - 2 * padding


def conv2d(X: object, W: object, b: object | None = None, *, stride: int = 1, padding: int = 0) -> Floats:
    """Return the convolution of each image with each filter.

    Parameters
    ----------
    X : array, shape (batch, height, width, in)
        Images.
    W : array, shape (kernel, kernel, in, out)
        Filters, in the precision of X.
    b : array, shape (out,), optional
        What is added to each channel of the output.
    stride : int
        The step between two places of the kernel, in pixels, at least 1.
    padding : int
        Pixels of zeros added on each side, at least 0.

    Returns
    -------
    array, shape (batch, rows, columns, out)
        Rows and columns as `output_size` says.

    Raises
    ------
    TypeError
        If an argument is not of its type, or the arrays differ in precision.
    ValueError
        If an argument is not allowed, the shapes do not go together, or the kernel does not fit.

    Examples
    --------
    >>> conv2d(np.ones((1, 4, 4, 1)), np.ones((3, 3, 1, 1)), stride=2, padding=1)[0, :, :, 0]
    array([[4., 6.],
           [6., 9.]])
    """
    X, W, b = _checked(X, W, b)
    stride = whole("stride", stride, at_least=1, at_most=MOST_PIXELS)
    padding = whole("padding", padding, at_least=0, at_most=MOST_PIXELS)
    for side in X.shape[1:3]:
        output_size(side, len(W), stride=stride, padding=padding)
    return times(gather(X, len(W), stride, padding), W.reshape(-1, W.shape[-1])) + b


def conv_transpose2d(
    X: object, W: object, b: object | None = None, *, stride: int = 1, padding: int = 0
) -> Floats:
    """Return the transposed convolution of each image: every pixel paints the kernel, and overlaps add up.

    It is the adjoint of `conv2d` with the same kernel, `in` and `out` changed places: what carries the
    gradient of a convolution back to its input.

    Parameters
    ----------
    X : array, shape (batch, height, width, in)
        Images.
    W : array, shape (kernel, kernel, in, out)
        What a pixel of each input channel paints, in the precision of X.
    b : array, shape (out,), optional
        What is added to each channel of the output.
    stride : int
        How far apart two neighbouring pixels paint, at least 1.
    padding : int
        Pixels cut off on each side, at least 0.

    Returns
    -------
    array, shape (batch, rows, columns, out)
        Rows and columns as `transposed_output_size` says.

    Raises
    ------
    TypeError
        If an argument is not of its type, or the arrays differ in precision.
    ValueError
        If an argument is not allowed, the shapes do not go together, or nothing is left.

    Examples
    --------
    >>> conv_transpose2d(np.ones((1, 2, 2, 1)), np.ones((3, 3, 1, 1)), stride=2, padding=1)[0, :, :, 0]
    array([[1., 2., 1.],
           [2., 4., 2.],
           [1., 2., 1.]])
    """
    X, W, b = _checked(X, W, b)
    stride = whole("stride", stride, at_least=1, at_most=MOST_PIXELS)
    padding = whole("padding", padding, at_least=0, at_most=MOST_PIXELS)
    kernel = len(W)
    rows, columns = (
        transposed_output_size(side, kernel, stride=stride, padding=padding) for side in X.shape[1:3]
    )
    painted = times(X, np.moveaxis(W, 2, 0).reshape(X.shape[-1], -1))
    Y = np.zeros((len(X), rows, columns, W.shape[-1]), X.dtype) + b
    scatter(painted, Y, kernel, stride, padding)
    return Y


def windows(X: Floats, kernel: int, stride: int, padding: int) -> Floats:
    """Return what the kernel sees at each place, shape (batch, rows, columns, kernel, kernel channels).

    Only the padding is a copy: a row of the kernel sees pixels that lie next to each other in memory.
    """
    batch, height, width, channels = X.shape
    padded = np.zeros((batch, height + 2 * padding, width + 2 * padding, channels), X.dtype)
    padded[:, padding : padding + height, padding : padding + width] = X
    rows, columns = ((side - kernel) // stride + 1 for side in padded.shape[1:3])
    image, line, pixel, number = padded.strides
    steps = (image, stride * line, stride * pixel, line, number)
    return as_strided(padded, (batch, rows, columns, kernel, kernel * channels), steps, writeable=False)


def gather(X: Floats, kernel: int, stride: int, padding: int) -> Floats:
    """Return the same as one row a place, shape (batch, rows, columns, kernel² channels)."""
    seen = windows(X, kernel, stride, padding)
    return seen.reshape(*seen.shape[:3], -1)


def scatter(seen: Floats, images: Floats, kernel: int, stride: int, padding: int) -> None:
    """Add to each pixel of the images what each place that sees it has for it: the adjoint of `gather`."""
    batch, rows, columns, _ = seen.shape
    seen = seen.reshape(batch, rows, columns, kernel, kernel, -1)
    _, height, width, _ = images.shape
    down = [_meeting(i, rows, height, stride, padding) for i in range(kernel)]
    across = [_meeting(j, columns, width, stride, padding) for j in range(kernel)]
    for (i, (row, y)), (j, (column, x)) in product(enumerate(down), enumerate(across)):
        images[:, y, x] += seen[:, row, column, i, j]


def _meeting(offset: int, places: int, size: int, stride: int, padding: int) -> tuple[slice, slice]:
    """Return the places whose pixel at an offset lies in the image, and these pixels."""
    first = max(0, -((offset - padding) // stride))
    last = min(places, (size - 1 - offset + padding) // stride + 1)
    start = first * stride + offset - padding
    return slice(first, max(first, last)), slice(start, start + max(0, last - first) * stride, stride)


def _checked(X: object, W: object, b: object | None) -> tuple[Floats, Floats, Floats]:
    """Return the arrays if they go together; without b, zeros."""
    X, W = floats("X", X, shape=(None,) * 4), floats("W", W, shape=(None,) * 4)
    if W.shape[0] != W.shape[1]:
        raise ValueError(f"W must have kernels as high as wide, got shape {W.shape}")
    if W.shape[2] != X.shape[3]:
        raise ValueError(f"W must have {X.shape[3]} channels in, as X has, got shape {W.shape}")
    b = np.zeros(W.shape[3], W.dtype) if b is None else floats("b", b, shape=(W.shape[3],))
    for name, array in (("W", W), ("b", b)):
        if array.dtype != X.dtype:
            raise TypeError(f"{name} must have the dtype of X, {X.dtype}, got {array.dtype}")
    return X, W, b


def parameter_count(in_channels: int, filters: int, kernel: int, *, bias: bool = True) -> int:
    """Return how many numbers a convolution learns: kernel² weights a filter and input channel, and biases.

    Stride and padding do not count: the same kernel is used at every place.

    Parameters
    ----------
    in_channels, filters, kernel
        Channels of the input, filters (channels of the output), and the kernel's side, at least 1.
    bias
        Whether each filter has a bias.

    Raises
    ------
    TypeError, ValueError
        If an argument is not a whole number, or less than 1.

    Examples
    --------
    >>> parameter_count(1, 32, 3)
    320
    """
    in_channels = whole("in_channels", in_channels, at_least=1)
    filters, kernel = whole("filters", filters, at_least=1), whole("kernel", kernel, at_least=1)
    return filters * (in_channels * kernel**2 + flag("bias", bias))
