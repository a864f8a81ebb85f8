"""Activations and their derivatives, against automatic differentiation and central differences."""

import math

import autograd.numpy as anp
import numpy as np
import pytest
from autograd import elementwise_grad
from hypothesis import given
from hypothesis import strategies as st

from examlab.networks import activations
from examlab.networks.activations import ACTIVATIONS, activation_pair, relu_derivative, sigmoid, tanh

ALPHA = 0.2
INDEPENDENT = {
    "relu": lambda z: z * (z > 0),
    "leaky-relu": lambda z: anp.where(z > 0, z, ALPHA * z),
    "tanh": lambda z: (anp.exp(z) - anp.exp(-z)) / (anp.exp(z) + anp.exp(-z)),
    "sigmoid": lambda z: 1 / (1 + anp.exp(-z)),
}
moderate = st.floats(-20, 20)
finite = st.floats(-1e300, 1e300)
names = st.sampled_from(ACTIVATIONS)


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_against_automatic_differentiation(name):
    z = np.linspace(-8, 8, 400)  # an even number of points: none is 0
    f, f_prime = activation_pair(name, alpha=ALPHA)
    np.testing.assert_allclose(f(z), INDEPENDENT[name](z), rtol=1e-12, atol=1e-15)
    np.testing.assert_allclose(f_prime(z), elementwise_grad(INDEPENDENT[name])(z), rtol=1e-9, atol=1e-13)


@given(name=names, z=moderate.filter(lambda z: abs(z) > 1e-3))
def test_against_central_differences(name, z):
    f, f_prime = activation_pair(name, alpha=ALPHA)
    step = 1e-5
    assert (f(z + step) - f(z - step)) / (2 * step) == pytest.approx(float(f_prime(z)), rel=1e-6, abs=1e-9)


@given(z=finite)
def test_sigmoid_is_symmetric(z):
    assert sigmoid(-z) == pytest.approx(float(1 - sigmoid(z)), abs=1e-15)


@given(z=moderate)
def test_tanh_is_a_stretched_sigmoid(z):
    assert tanh(z) == pytest.approx(float(2 * sigmoid(2 * z) - 1), abs=1e-14)


@given(name=names, z=finite)
def test_no_overflow_and_no_slope_beyond_its_bound(name, z):
    f, f_prime = activation_pair(name, alpha=ALPHA)
    with np.errstate(over="raise", invalid="raise", divide="raise"):
        assert np.isfinite(f(z))
        assert 0 <= f_prime(z) <= (0.25 if name == "sigmoid" else 1)


@pytest.mark.parametrize("size", [np.float32(1e-5), 1e-8])
def test_the_slope_of_sigmoid_is_bounded_where_its_product_is_rounded_up(size):
    assert activations.sigmoid_derivative(size * np.linspace(-1, 1, 999).astype(type(size))).max() == 0.25


@given(name=names, a=finite, b=finite)
def test_never_decreases(name, a, b):
    f, _ = activation_pair(name, alpha=ALPHA)
    assert f(min(a, b)) <= f(max(a, b))


def test_derivatives_keep_their_digits_far_from_zero():
    for z in (-300.0, -40.0, 40.0, 300.0):
        small = math.exp(-abs(z))
        assert activations.sigmoid_derivative(z) == pytest.approx(small / (1 + small) ** 2, rel=1e-13, abs=0)
        assert activations.tanh_derivative(z) == pytest.approx(1 / math.cosh(z) ** 2, rel=1e-12, abs=0)


def test_the_slope_at_zero_is_the_left_one():
    assert relu_derivative(0) == 0
    assert activation_pair("leaky-relu", alpha=ALPHA)[1](0) == ALPHA


@pytest.mark.parametrize("name", ACTIVATIONS)
@pytest.mark.parametrize("shape", [(), (3,), (2, 1, 4)])
def test_shape_and_precision_are_kept(name, shape):
    z = np.linspace(-2, 2, math.prod(shape)).reshape(shape)
    for function in activation_pair(name, alpha=ALPHA):
        single = function(z.astype(np.float32))
        assert single.shape == shape
        assert single.dtype == np.float32
        assert function(z.round().astype(int)).dtype == np.float64
        np.testing.assert_allclose(single, function(z), rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("name", ACTIVATIONS)
@pytest.mark.parametrize(
    ("z", "error", "says"),
    [
        (math.nan, ValueError, "nan"),
        ([1.0, -math.inf], ValueError, "-inf"),
        ([], ValueError, "empty"),
        ([[1.0], [1.0, 2.0]], ValueError, "row"),
        ("2", TypeError, "'2'"),
        (None, TypeError, "None"),
        (1j, TypeError, "1j"),
        (True, TypeError, "bool"),
    ],
)
def test_bad_numbers_are_refused(name, z, error, says):
    for function in activation_pair(name):
        with pytest.raises(error, match=f"^z must .*{says}"):
            function(z)


@pytest.mark.parametrize("alpha", [-0.01, 1.5, math.nan, math.inf, [0.1, 0.2]])
def test_a_bad_slope_is_refused(alpha):
    for function in (activations.leaky_relu, activations.leaky_relu_derivative):
        with pytest.raises(ValueError, match=r"^alpha must be a number in \[0, 1\], got "):
            function(1.0, alpha=alpha)
    with pytest.raises(ValueError, match="alpha"):
        activation_pair("relu", alpha=alpha)


def test_a_bad_name_is_refused():
    with pytest.raises(ValueError, match=r"name must be one of 'relu', 'leaky-relu', .*got 'elu'"):
        activation_pair("elu")
    with pytest.raises(TypeError, match=r"name must be one of .*got 3"):
        activation_pair(3)
