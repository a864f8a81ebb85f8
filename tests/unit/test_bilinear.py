"""The bilinear game: eigenvalues, the conserved ellipse, and the flow without steps."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.integrate import solve_ivp

from examlab.networks.bilinear import UPDATES, trajectory

etas = st.floats(1e-3, 1.9)
steps = st.integers(0, 60)
# Numbers below 1e-307 have few digits, and steps between them are exact to fewer.
coordinates = st.floats(-10, 10, allow_subnormal=False)
places = st.tuples(coordinates, coordinates)


def matrix(eta, updates):
    """Return the linear map of one step: of both players at once, or of x and then of y."""
    if updates == "simultaneous":
        return np.array([[1, -eta], [eta, 1]])
    return np.array([[1, 0], [eta, 1]]) @ np.array([[1, -eta], [0, 1]])


@given(eta=etas, steps=steps, start=places, updates=st.sampled_from(UPDATES))
def test_a_trajectory_is_a_power_of_one_matrix(eta, steps, start, updates):
    found = trajectory(eta=eta, steps=steps, start=start, updates=updates)
    assert found.shape == (steps + 1, 2)
    expected = np.linalg.matrix_power(matrix(eta, updates), steps) @ start
    np.testing.assert_allclose(found[-1], expected, rtol=1e-9, atol=1e-9 * (1 + np.abs(found).max()))


@given(eta=st.floats(1e-3, 10), start=places)
def test_simultaneous_steps_multiply_the_radius_by_the_size_of_the_eigenvalue(eta, start):
    radius = np.hypot(*trajectory(eta=eta, steps=20, start=start).T)
    growth = np.abs(np.linalg.eigvals(matrix(eta, "simultaneous")))
    assert growth == pytest.approx(np.sqrt(1 + eta**2))
    np.testing.assert_allclose(radius[1:], radius[:-1] * growth[0], rtol=1e-12)


@given(eta=etas, start=places)
def test_alternating_steps_stay_on_an_ellipse(eta, start):
    x, y = trajectory(eta=eta, steps=300, start=start, updates="alternating").T
    kept = x**2 + y**2 - eta * x * y
    scale = 1e-300 + np.max(x**2 + y**2)
    np.testing.assert_allclose(kept, kept[0], rtol=0, atol=1e-10 * scale)
    # The ellipse bounds the radius: its longest axis against its shortest.
    bound = np.sqrt((1 + eta / 2) / (1 - eta / 2)) * np.hypot(*start)
    assert np.hypot(x, y).max() <= bound * (1 + 1e-9) + 1e-150
    assert np.abs(np.linalg.eigvals(matrix(eta, "alternating"))) == pytest.approx(1)


def test_alternating_steps_that_are_too_long_are_not_bounded():
    assert np.hypot(*trajectory(eta=2.1, steps=200, updates="alternating").T).max() > 1e6


@pytest.mark.parametrize("updates", UPDATES)
def test_short_steps_follow_the_flow_which_circles(updates):
    flow = solve_ivp(lambda _, place: [-place[1], place[0]], (0, 3), [1.0, 0.5], rtol=1e-10, atol=1e-12)
    end = trajectory(eta=1e-4, steps=30_000, start=(1.0, 0.5), updates=updates)[-1]
    np.testing.assert_allclose(end, flow.y[:, -1], atol=5e-4)
    assert np.hypot(*flow.y) == pytest.approx(np.hypot(1, 0.5), rel=1e-8)


@pytest.mark.parametrize("updates", UPDATES)
def test_a_step_goes_down_for_x_and_up_for_y(updates):
    (x, y), (new_x, new_y) = trajectory(eta=0.1, steps=1, start=(2.0, 3.0), updates=updates)
    assert new_x * y < x * y < x * new_y


@pytest.mark.parametrize(
    ("name", "value", "error"),
    [
        ("eta", 0, ValueError),
        ("eta", float("nan"), ValueError),
        ("steps", -1, ValueError),
        ("steps", 1.5, TypeError),
        ("start", (1.0, 2.0, 3.0), ValueError),
        ("start", (1.0, float("inf")), ValueError),
        ("updates", "random", ValueError),
    ],
)
def test_a_bad_argument_is_named(name, value, error):
    with pytest.raises(error, match=f"^{name} must"):
        trajectory(**({"eta": 0.1, "steps": 1} | {name: value}))
