"""Networks on XOR: the vectorised training against one network at a time, and what silence does to it."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from examlab.networks.activations import ACTIVATIONS
from examlab.networks.two_layer import PARAMETERS, forward, gradient
from examlab.networks.xor import INPUTS, SCALES, TARGETS, xor_starts

seeds = st.integers(0, 2**32 - 1)


def one_at_a_time(starts, activation, alpha, steps, learning_rate, random_state):
    """Train the same starts with the exam's own gradient, example by example."""
    rng = np.random.default_rng(random_state)
    hidden = rng.standard_normal((3, 2, starts)) * SCALES[:, None, None]
    output = rng.standard_normal((3, starts)) * SCALES[:, None]
    examples, options = list(zip(INPUTS, TARGETS, strict=True)), {"activation": activation, "alpha": alpha}
    silent, solved = np.empty((steps + 1, starts, 2)), []
    for start in range(starts):
        first = [*hidden[:, 0, start], *hidden[:, 1, start], *output[:, start]]
        parameters = dict(zip(PARAMETERS, first, strict=True))
        for step in range(steps + 1):
            values = [forward(parameters, x, **options) for x in INPUTS]
            silent[step, start] = [all(v[z] < 0 for v in values) for z in ("z1", "z2")]
            if step < steps:
                slopes = [gradient(parameters, x, y, **options) for x, y in examples]
                for name in PARAMETERS:
                    parameters[name] -= learning_rate * np.mean([slope[name] for slope in slopes])
        solved.append(all((v["z"] > 0) == (y == 1) for v, y in zip(values, TARGETS, strict=True)))
    return silent[0].sum(axis=1), np.array(solved), silent.mean(axis=(1, 2))


@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_all_at_once_is_one_at_a_time(activation):
    options = {"starts": 5, "steps": 120, "alpha": 0.1, "learning_rate": 0.9, "random_state": 3}
    outcome = xor_starts(activation=activation, **options)
    silent_units, solved, silent_share = one_at_a_time(activation=activation, **options)
    np.testing.assert_array_equal(outcome.silent_units, silent_units)
    np.testing.assert_array_equal(outcome.solved, solved)
    np.testing.assert_allclose(outcome.silent_share, silent_share)


def test_a_network_has_solved_it_as_soon_as_every_answer_is_on_its_side():
    options = {"starts": 1, "steps": 20, "alpha": 0.1, "learning_rate": 1.0, "random_state": 15}
    _, solved, _ = one_at_a_time(activation="tanh", **options)
    assert xor_starts(activation="tanh", **options).solved == solved == [True]  # and no answer is sure yet


def test_the_comparison_above_has_both_outcomes_and_all_kinds_of_starts():
    outcome = xor_starts(starts=5, steps=120, activation="leaky-relu", learning_rate=0.9, random_state=3)
    assert 0 < outcome.solved.sum() < 5
    assert len(set(outcome.silent_units.tolist())) > 1


@given(random_state=seeds)
@settings(max_examples=10, deadline=None)
def test_a_silent_relu_unit_never_comes_back(random_state):
    outcome = xor_starts(starts=100, steps=200, random_state=random_state)
    assert (np.diff(outcome.silent_share) >= 0).all()
    assert not outcome.solved[outcome.silent_units > 0].any()


def test_the_same_state_gives_the_same_starts_to_every_activation():
    outcomes = [xor_starts(activation=name, steps=0, random_state=1) for name in ACTIVATIONS]
    for outcome in outcomes[1:]:
        np.testing.assert_array_equal(outcome.silent_units, outcomes[0].silent_units)
        assert outcome.silent_share == outcomes[0].silent_share


def test_no_linear_network_solves_it():
    # LeakyReLU of slope 1 is the identity; no straight line cuts XOR.
    outcome = xor_starts(activation="leaky-relu", alpha=1, steps=500, learning_rate=1, random_state=0)
    assert not outcome.solved.any()


def test_what_is_measured_on_two_thousand_starts():
    relu, leaky, tanh = (
        xor_starts(activation=name, steps=1000, random_state=0) for name in ("relu", "leaky-relu", "tanh")
    )
    silent = relu.silent_units > 0
    # Draw units by the hundred thousand to know how often one is silent, and ask for four standard errors.
    w1, w2, b = np.random.default_rng(1).normal(size=(3, 400_000)) * SCALES[:, None]
    unit = np.mean((b < 0) & (b + w1 < 0) & (b + w2 < 0) & (b + w1 + w2 < 0))
    assert silent.mean() == pytest.approx(1 - (1 - unit) ** 2, abs=4 * np.sqrt(0.25 / 2000))
    # A start with a silent unit is lost to ReLU alone; LeakyReLU then helps more than half of the gap away.
    assert relu.solved[silent].sum() == 0
    assert leaky.solved[silent].mean() > 0.4
    assert tanh.solved[silent].mean() > 0.3
    assert relu.solved.mean() + 0.15 < min(leaky.solved.mean(), tanh.solved.mean())
    assert leaky.silent_share[-1] < leaky.silent_share[0] < relu.silent_share[-1]


def test_the_first_weights_spread_by_one_and_the_biases_by_half():
    assert SCALES.tolist() == [1.0, 1.0, 0.5]


def test_shapes():
    outcome = xor_starts(starts=7, steps=3, random_state=0)
    assert outcome.silent_units.shape == outcome.solved.shape == (7,)
    assert outcome.solved.dtype == bool
    assert outcome.silent_share.shape == (4,)
    assert outcome.silent_share[0] == outcome.silent_units.sum() / 14


@pytest.mark.parametrize(
    ("change", "error", "says"),
    [
        ({"starts": 0}, ValueError, "starts must be a whole number, 1 or more, got 0"),
        ({"starts": 2.5}, TypeError, "starts must be a whole number, .*got 2.5"),
        ({"starts": True}, TypeError, "starts must be a whole number, .*got True"),
        ({"steps": -1}, ValueError, "steps must be a whole number, 0 or more, got -1"),
        ({"learning_rate": 0}, ValueError, r"learning_rate must be a number in \(0, 1\], got 0"),
        ({"learning_rate": 1.001}, ValueError, r"learning_rate must be a number in \(0, 1\], got 1.001"),
        ({"learning_rate": float("nan")}, ValueError, "learning_rate must .*nan"),
        ({"alpha": -1}, ValueError, "alpha must .*-1"),
        ({"activation": "elu"}, ValueError, "must be one of 'relu', .*got 'elu'"),
    ],
)
def test_bad_arguments_are_refused(change, error, says):
    with pytest.raises(error, match=says):
        xor_starts(**change)
