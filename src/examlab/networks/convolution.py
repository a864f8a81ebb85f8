"""The arithmetic of convolutions: how large their output is, and how many parameters they have.

Convolution means cross-correlation, as in every framework: the kernel is not turned around. Sizes round down,
as V. Dumoulin and F. Visin, *A guide to convolution arithmetic for deep learning*, 2016, relationship 6.
"""

from __future__ import annotations

from examlab.arguments import whole

__all__ = ["output_size", "parameter_count"]


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
    return filters * (in_channels * kernel**2 + bool(bias))
