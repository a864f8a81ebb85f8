"""Convolutions against SciPy and against kernels that really slide, over random settings."""

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose
from scipy.signal import convolve2d, correlate2d

from examlab.networks.convolution import (
    conv2d,
    conv_transpose2d,
    output_size,
    parameter_count,
    transposed_output_size,
    windows,
)
from examlab.networks.layers import Conv2d

small = st.integers(1, 3)


@st.composite
def convolutions(draw):
    """Draw images, a kernel that fits them, and its stride and padding."""
    kernel, stride, padding = draw(st.integers(1, 5)), draw(st.integers(1, 4)), draw(st.integers(0, 3))
    sides = st.integers(max(1, kernel - 2 * padding), kernel + 6)
    X_shape = draw(small), draw(sides), draw(sides), draw(small)
    W_shape = kernel, kernel, X_shape[-1], draw(small)
    rng = np.random.default_rng(draw(st.integers(0, 2**32)))
    X, W, b = (rng.standard_normal(shape) for shape in (X_shape, W_shape, W_shape[-1:]))
    return X, W, b, {"stride": stride, "padding": padding}


def zeros_around(image, padding):
    return np.pad(image, padding)


def each(X, W):
    """Yield the indices of every image, channel in and channel out."""
    return itertools.product(range(len(X)), range(W.shape[2]), range(W.shape[3]))


@settings(max_examples=1200, deadline=None)
@given(convolutions())
def test_conv2d_is_scipys_correlation(case):
    X, W, b, places = case
    found = conv2d(X, W, b, **places)
    expected = np.zeros_like(found) + b
    for n, c, f in each(X, W):
        full = correlate2d(zeros_around(X[n, :, :, c], places["padding"]), W[:, :, c, f], mode="valid")
        expected[n, :, :, f] += full[:: places["stride"], :: places["stride"]]
    assert_allclose(found, expected, rtol=1e-10, atol=1e-10)


@settings(max_examples=1200, deadline=None)
@given(convolutions())
def test_conv_transpose2d_is_scipys_convolution_of_spread_pixels(case):
    X, W, b, places = case
    stride, padding = places["stride"], places["padding"]
    uncut = [(side - 1) * stride + len(W) for side in X.shape[1:3]]
    if min(uncut) <= 2 * padding:
        with pytest.raises(ValueError, match="padding"):
            conv_transpose2d(X, W, b, **places)
        return
    expected = np.zeros((len(X), *uncut, W.shape[3]))
    for n, c, f in each(X, W):
        spread = np.zeros([(side - 1) * stride + 1 for side in X.shape[1:3]])
        spread[::stride, ::stride] = X[n, :, :, c]
        expected[n, :, :, f] += convolve2d(spread, W[:, :, c, f])
    expected = expected[:, padding : uncut[0] - padding, padding : uncut[1] - padding] + b
    assert_allclose(conv_transpose2d(X, W, b, **places), expected, rtol=1e-10, atol=1e-10)


@settings(max_examples=600, deadline=None)
@given(convolutions())
def test_conv_transpose2d_is_the_adjoint_of_conv2d(case):
    X, W, _, places = case
    kernel, stride, padding = len(W), places["stride"], places["padding"]
    # Where the stride drops pixels at the end, the transposed convolution cannot know of them.
    rows, columns = (side - (side + 2 * padding - kernel) % stride for side in X.shape[1:3])
    if min(rows, columns) < 1:
        return
    X = X[:, :rows, :columns]
    Y = conv2d(X, W, **places)
    dY = np.random.default_rng(0).standard_normal(Y.shape)
    back = conv_transpose2d(dY, W.transpose(0, 1, 3, 2), **places)
    assert back.shape == X.shape
    assert_allclose(np.vdot(Y, dY), np.vdot(X, back), rtol=1e-9, atol=1e-9)


@settings(max_examples=1000, deadline=None)
@given(st.integers(1, 60), st.integers(1, 12), st.integers(1, 9), st.integers(0, 8))
def test_output_size_is_the_number_of_places_of_a_kernel_that_slides(size, kernel, stride, padding):
    place, count = 0, 0
    while place + kernel <= size + 2 * padding:
        place, count = place + stride, count + 1
    if count:
        assert output_size(size, kernel, stride=stride, padding=padding) == count
    else:
        with pytest.raises(ValueError, match="kernel"):
            output_size(size, kernel, stride=stride, padding=padding)


@given(st.integers(1, 40), st.integers(1, 9), st.integers(1, 5), st.integers(0, 4))
def test_transposed_output_size_is_painted(size, kernel, stride, padding):
    painted = set()
    for place in range(0, size * stride, stride):
        painted |= set(range(place, place + kernel))
    side = max(painted) + 1 - 2 * padding
    if side >= 1:
        assert transposed_output_size(size, kernel, stride=stride, padding=padding) == side
    else:
        with pytest.raises(ValueError, match="padding"):
            transposed_output_size(size, kernel, stride=stride, padding=padding)


@given(small, small, small, st.booleans())
def test_parameter_count_counts_a_layers_arrays(channels, filters, kernel, bias):
    parameters = Conv2d(channels, filters, kernel).parameters
    count = sum(array.size for name, array in parameters.items() if bias or name != "b")
    assert parameter_count(channels, filters, kernel, bias=bias) == count


X, W = np.ones((1, 4, 4, 2)), np.ones((3, 3, 2, 5))


@pytest.mark.parametrize("function", [conv2d, conv_transpose2d])
@pytest.mark.parametrize(
    ("arguments", "places", "error", "name"),
    [
        ((X[0], W), {}, ValueError, "X"),
        ((X * np.nan, W), {}, ValueError, "X"),
        ((X[:0], W), {}, ValueError, "X"),
        ((X.astype(complex), W), {}, TypeError, "X"),
        ((X, W[:2]), {}, ValueError, "W"),
        ((X, W[..., 0]), {}, ValueError, "W"),
        ((X, W[:, :, :1]), {}, ValueError, "W"),
        ((X, W.astype(np.float32)), {}, TypeError, "W"),
        ((X, W, np.ones(4)), {}, ValueError, "b"),
        ((X, W, np.ones(5, np.float32)), {}, TypeError, "b"),
        ((X, W), {"stride": 0}, ValueError, "stride"),
        ((X, W), {"stride": 1.5}, TypeError, "stride"),
        ((X, W), {"padding": -1}, ValueError, "padding"),
        ((X, W), {"padding": "same"}, TypeError, "padding"),
    ],
)
def test_a_bad_argument_is_named(function, arguments, places, error, name):
    with pytest.raises(error, match=rf"^{name} must"):
        function(*arguments, **places)


@pytest.mark.parametrize(("height", "width"), [(4, 4), (4, 9), (9, 4)])
def test_a_kernel_that_does_not_fit_is_refused(height, width):
    with pytest.raises(ValueError, match="kernel must be at most"):
        conv2d(np.ones((1, height, width, 2)), np.ones((5, 5, 2, 1)))


@pytest.mark.parametrize("function", [conv2d, conv_transpose2d])
def test_the_precision_is_kept(function):
    assert function(X.astype(np.float32), W.astype(np.float32)).dtype == np.float32


def test_what_a_kernel_sees_is_not_to_be_written():
    # The windows overlap in memory: a number written to one would change others.
    with pytest.raises(ValueError, match="read-only"):
        windows(X, 3, 1, 0)[:] = 0.0
