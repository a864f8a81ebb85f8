"""The exam's network: its nine derivatives against automatic differentiation and central differences."""

import math

import autograd.numpy as anp
import numpy as np
import pytest
from autograd import grad
from hypothesis import given
from hypothesis import strategies as st

from examlab.networks.activations import ACTIVATIONS
from examlab.networks.two_layer import LOSSES, PARAMETERS, forward, gradient, gradient_factors, loss_value

ALPHA = 0.2
HIDDEN = {
    "relu": lambda z: z * (z > 0),
    "leaky-relu": lambda z: anp.where(z > 0, z, ALPHA * z),
    "tanh": anp.tanh,
    "sigmoid": lambda z: 1 / (1 + anp.exp(-z)),
}
TARGETS = (0, 1, 0.3)


def independent_loss(vector, x, y, activation, loss):
    """Compute the loss in matrices, from the nine numbers in the order of PARAMETERS."""
    W, b = anp.reshape(vector[:6], (2, 3))[:, :2], anp.reshape(vector[:6], (2, 3))[:, 2]
    h = HIDDEN[activation](anp.dot(W, anp.array(x)) + b)
    y_hat = 1 / (1 + anp.exp(-(anp.dot(vector[6:8], h) + vector[8])))
    if loss == "squared":
        return (y_hat - y) ** 2 / 2
    return -(y * anp.log(y_hat) + (1 - y) * anp.log(1 - y_hat))


def random_case(seed):
    rng = np.random.default_rng(seed)
    return rng.normal(size=9), tuple(rng.normal(scale=2, size=2))


def named(vector):
    return dict(zip(PARAMETERS, np.asarray(vector).tolist(), strict=True))


every_case = pytest.mark.parametrize(
    ("activation", "loss", "y"), [(a, k, y) for a in ACTIVATIONS for k in LOSSES for y in TARGETS]
)
weights = st.lists(st.floats(-2, 2), min_size=9, max_size=9).map(named)
inputs = st.tuples(st.floats(-3, 3), st.floats(-3, 3))


@every_case
@pytest.mark.parametrize("seed", range(8))
def test_against_automatic_differentiation(activation, loss, y, seed):
    vector, x = random_case(seed)
    ours = {"activation": activation, "loss": loss, "alpha": ALPHA}
    theirs = (x, y, activation, loss)
    assert loss_value(named(vector), x, y, **ours) == pytest.approx(independent_loss(vector, *theirs))
    slopes = gradient(named(vector), x, y, **ours)
    assert tuple(slopes) == PARAMETERS
    np.testing.assert_allclose(
        list(slopes.values()), grad(independent_loss)(vector, *theirs), rtol=1e-9, atol=1e-14
    )


@every_case
@pytest.mark.parametrize("seed", range(8))
def test_against_central_differences(activation, loss, y, seed):
    vector, x = random_case(seed)
    options = {"activation": activation, "loss": loss, "alpha": ALPHA}
    slopes, step = gradient(named(vector), x, y, **options), 1e-5
    for index, name in enumerate(PARAMETERS):
        aside = step * np.eye(9)[index]
        up, down = (loss_value(named(vector + sign * aside), x, y, **options) for sign in (1, -1))
        assert (up - down) / (2 * step) == pytest.approx(slopes[name], rel=1e-5, abs=1e-9)


@given(
    parameters=weights,
    x=inputs,
    y=st.sampled_from(TARGETS),
    activation=st.sampled_from(ACTIVATIONS),
    loss=st.sampled_from(LOSSES),
)
def test_the_factors_multiply_to_the_gradient(parameters, x, y, activation, loss):
    options = {"activation": activation, "loss": loss, "alpha": ALPHA}
    slopes = gradient(parameters, x, y, **options)
    for name in PARAMETERS:
        factors = gradient_factors(parameters, x, y, name=name, **options)
        assert math.prod(factors.values()) == pytest.approx(slopes[name], rel=1e-9, abs=1e-15)


@given(parameters=weights, x=inputs, y=st.sampled_from(TARGETS))
def test_the_first_two_factors_collapse(parameters, x, y):
    factors = gradient_factors(parameters, x, y)
    error = forward(parameters, x)["y_hat"] - y
    assert factors["dJ/dy_hat"] * factors["dy_hat/dz"] == pytest.approx(error, rel=1e-9, abs=1e-14)
    assert 0 < factors["dy_hat/dz"] <= 0.25


def test_each_chain_is_named_from_the_loss_to_the_parameter():
    start = ["dJ/dy_hat", "dy_hat/dz"]
    for name in PARAMETERS:
        unit = {"w11": 1, "w21": 1, "b1": 1, "w12": 2, "w22": 2, "b2": 2}.get(name)
        rest = [f"dz/dh{unit}", f"dh{unit}/dz{unit}", f"dz{unit}/d{name}"] if unit else [f"dz/d{name}"]
        chain = gradient_factors(dict.fromkeys(PARAMETERS, 1.0), (2, 3), 1, name=name)
        assert list(chain) == start + rest


def test_a_unit_that_is_off_blocks_relu_and_only_relu():
    vector, x = random_case(0)
    parameters = named(vector) | {"w11": 1.0, "w21": 1.0, "b1": -50.0}
    assert forward(parameters, x)["z1"] < 0
    off = gradient(parameters, x, 1, activation="relu")
    assert [off["w11"], off["w21"], off["b1"]] == [0, 0, 0]
    leaky = gradient(parameters, x, 1, activation="leaky-relu", alpha=ALPHA)
    assert all(leaky[name] != 0 for name in ("w11", "w21", "b1"))


@pytest.mark.parametrize(("b3", "y"), [(800.0, 0), (-800.0, 1)])
def test_far_from_the_target_the_fused_gradient_stands_where_the_chain_breaks(b3, y):
    parameters = dict.fromkeys(PARAMETERS, 0.0) | {"b3": b3}
    assert loss_value(parameters, (1, 2), y) == 800
    assert gradient(parameters, (1, 2), y)["b3"] == np.sign(b3)
    chain = gradient_factors(parameters, (1, 2), y, name="b3")
    assert abs(chain["dJ/dy_hat"]) == math.inf
    assert math.isnan(math.prod(chain.values()))


@pytest.mark.parametrize(("b3", "y"), [(800.0, 1), (-800.0, 0)])
def test_on_the_target_nothing_moves(b3, y):
    parameters = dict.fromkeys(PARAMETERS, 0.0) | {"b3": b3}
    assert loss_value(parameters, (1, 2), y) == 0
    assert gradient(parameters, (1, 2), y)["b3"] == 0
    assert math.prod(gradient_factors(parameters, (1, 2), y, name="b3").values()) == 0


def test_single_precision_is_accepted():
    vector, x = random_case(3)
    single = {name: np.float32(value) for name, value in named(vector).items()}
    slopes = gradient(single, np.array(x, dtype=np.float32), np.float32(1))
    for name, slope in gradient(named(vector), x, 1).items():
        assert isinstance(slopes[name], float)
        assert slopes[name] == pytest.approx(slope, rel=1e-4, abs=1e-6)


ONES = dict.fromkeys(PARAMETERS, 1.0)


@pytest.mark.parametrize(
    ("change", "error", "says"),
    [
        ({"parameters": {**ONES, "w1": math.nan}}, ValueError, r"parameters\['w1'\] must .*nan"),
        ({"parameters": {**ONES, "w1": "1"}}, TypeError, r"parameters\['w1'\] must .*'1'"),
        ({"parameters": {**ONES, "w3": 1.0}}, ValueError, "parameters must have the names w11 .*w3"),
        ({"parameters": {"w11": 1.0}}, ValueError, "parameters must have the names .*got w11"),
        ({"parameters": [1.0] * 9}, TypeError, "parameters must map"),
        ({"x": (1, 2, 3)}, ValueError, r"x must have shape \(2,\), got shape \(3,\)"),
        ({"x": (1, math.nan)}, ValueError, "x must .*nan"),
        ({"x": ()}, ValueError, "x must .*empty"),
        ({"y": 1.5}, ValueError, r"y must be a number in \[0, 1\], got 1.5"),
        ({"y": "1"}, TypeError, "y must .*'1'"),
        ({"loss": "hinge"}, ValueError, "loss must be one of 'cross-entropy', 'squared', got 'hinge'"),
        ({"activation": "elu"}, ValueError, "must be one of 'relu', .*got 'elu'"),
        ({"alpha": 2}, ValueError, r"alpha must be a number in \[0, 1\], got 2"),
    ],
)
@pytest.mark.parametrize("function", [loss_value, gradient, gradient_factors])
def test_bad_arguments_are_refused(function, change, error, says):
    with pytest.raises(error, match=says):
        function(**{"parameters": ONES, "x": (1, 2), "y": 1, **change})


def test_a_bad_parameter_name_is_refused():
    with pytest.raises(ValueError, match=r"name must be one of 'w11', .*got 'w3'"):
        gradient_factors(ONES, (1, 2), 1, name="w3")
