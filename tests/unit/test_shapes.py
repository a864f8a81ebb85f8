"""Sizes and counts against a kernel that really slides (SciPy) and arrays that really have entries."""

import itertools

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from scipy.signal import correlate2d

from examlab.networks.convolution import output_size, parameter_count
from examlab.networks.shapes import discriminator_shapes, times_read, window_starts

settings = {
    "size": st.integers(1, 20),
    "kernel": st.integers(1, 8),
    "stride": st.integers(1, 6),
    "padding": st.integers(0, 5),
}


def slid(image, weights, stride, padding):
    """Return the convolution with each stride-th place kept: SciPy slides, NumPy picks."""
    return correlate2d(np.pad(image, padding), weights, mode="valid")[::stride, ::stride]


@given(**settings)
def test_output_size_is_what_a_sliding_kernel_leaves(size, kernel, stride, padding):
    assume(kernel <= size + 2 * padding)
    out = slid(np.ones((size, size)), np.ones((kernel, kernel)), stride, padding)
    side = output_size(size, kernel, stride=stride, padding=padding)
    assert out.shape == (side, side)


@given(**settings, random_state=st.integers(0, 2**32 - 1))
def test_windows_read_what_the_sliding_kernel_reads(size, kernel, stride, padding, random_state):
    assume(kernel <= size + 2 * padding)
    rng = np.random.default_rng(random_state)
    image, weights = rng.normal(size=(size, size)), rng.normal(size=(kernel, kernel))
    starts = window_starts(size, kernel, stride=stride, padding=padding)
    padded = np.pad(image, padding)
    read = [
        [(padded[y : y + kernel, x : x + kernel] * weights).sum() for x in starts + padding]
        for y in starts + padding
    ]
    np.testing.assert_allclose(read, slid(image, weights, stride, padding), atol=1e-10)


@given(**settings)
def test_a_pixel_is_read_as_often_as_outputs_change_with_it(size, kernel, stride, padding):
    assume(kernel <= size + 2 * padding)
    counted = [
        np.count_nonzero(np.correlate(np.eye(size + 2 * padding)[pixel], np.ones(kernel))[::stride])
        for pixel in range(size + 2 * padding)
    ]
    assert times_read(size, kernel, stride=stride, padding=padding).tolist() == counted


def test_the_exam_s_rounding_drops_padding_and_no_pixel():
    for size in (32, 16):
        read = times_read(size, 3, stride=2, padding=1)
        assert read[-1] == 0 and read[:-1].min() == 1


@pytest.mark.parametrize("kernel", range(1, 12))
@pytest.mark.parametrize("size", range(1, 12))
def test_the_named_paddings(size, kernel):
    if kernel % 2:
        assert output_size(size, kernel, padding=kernel // 2) == size
    assert output_size(size, kernel, padding=kernel - 1) == size + kernel - 1
    assert set(times_read(size, kernel, padding=kernel - 1)[kernel - 1 : kernel - 1 + size]) == {kernel}


@pytest.mark.parametrize("channels", [1, 3, 32])
@pytest.mark.parametrize("filters", [1, 32])
@pytest.mark.parametrize("kernel", [1, 3, 5])
def test_parameters_are_entries_of_arrays(channels, filters, kernel):
    weights, biases = np.empty((kernel, kernel, channels, filters)), np.empty(filters)
    assert parameter_count(channels, filters, kernel) == weights.size + biases.size
    assert parameter_count(channels, filters, kernel, bias=False) == weights.size


CASES = list(itertools.product((1, 3, 5, 7), (1, 2, 3), (8, 32), (True, False)))


@pytest.mark.parametrize(("kernel", "stride", "filters", "bias"), CASES)
def test_the_discriminator_against_arrays_and_a_kernel_that_slides(kernel, stride, filters, bias):
    layers = discriminator_shapes(kernel=kernel, stride=stride, filters=filters, bias=bias)
    first, second, flatten, hidden, output = layers
    image = np.zeros((32, 32))
    channels = 1
    for layer, leaving in ((first, filters), (second, 2 * filters)):
        assert layer.entering == (*image.shape, channels)
        image = slid(image, np.ones((kernel, kernel)), stride, kernel // 2)
        assert layer.leaving == (*image.shape, leaving)
        assert layer.weights == np.empty((kernel, kernel, channels, leaving)).size
        assert layer.biases == (leaving if bias else 0)
        channels = leaving
    assert flatten.leaving == (np.repeat(image.ravel(), channels).size,) and flatten.parameters == 0
    assert hidden.weights == np.empty((*flatten.leaving, 32)).size and output.weights == 32
    assert [hidden.biases, output.biases] == ([32, 1] if bias else [0, 0])


@pytest.mark.parametrize(
    ("argument", "value", "error"),
    [
        ("kernel", 4, ValueError),
        ("kernel", 0, ValueError),
        ("kernel", 2.5, TypeError),
        ("stride", 0, ValueError),
        ("filters", 0, ValueError),
        ("filters", "32", TypeError),
        ("size", 0, ValueError),
    ],
)
def test_a_bad_setting_is_named(argument, value, error):
    with pytest.raises(error, match=rf"^{argument} must .*got {value!r}"):
        discriminator_shapes(**{argument: value})


def test_a_kernel_that_does_not_fit_is_refused():
    for function in (window_starts, times_read):
        with pytest.raises(ValueError, match="kernel must be at most"):
            function(4, 5)
        with pytest.raises(TypeError, match="padding must"):
            function(4, 3, padding=0.5)
