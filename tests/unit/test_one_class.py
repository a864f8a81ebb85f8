"""The one-class support vector machine: its dual, its decision function and the roughness of its boundary."""

import math
from itertools import pairwise

import contourpy
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import ellipe
from sklearn.svm import OneClassSVM

from examlab.hyperspectral.one_class import (
    DecisionField,
    boundary_roughness,
    cloud,
    decision_field,
    support_vector_kinds,
)

WINDOW = (-4, 4, -4, 4)
SIGMA2 = (0.1, 0.5, 2.5, 12.0)
NUS = (0.05, 0.1, 0.2, 0.5)
every_fit = pytest.mark.parametrize(("sigma2", "nu"), [(s, nu) for s in SIGMA2 for nu in NUS])


def field_of(function, size=161, half=3.0):
    side = np.linspace(-half, half, size)
    return DecisionField(side, side, function(side[None, :], side[:, None]))


def fitted(X, sigma2, nu):
    return OneClassSVM(gamma=1 / sigma2, nu=nu, tol=1e-9).fit(X)


def dual(model, X, nu):
    alpha = np.zeros(len(X))
    alpha[model.support_] = model.dual_coef_[0] / (nu * len(X))
    return alpha


# The decision function


@every_fit
def test_the_field_is_scikit_learns_decision_function(sigma2, nu):
    X = cloud(random_state=5)
    field = decision_field(X, sigma2=sigma2, nu=nu, window=WINDOW, resolution=40)
    model = OneClassSVM(gamma=1 / sigma2, nu=nu, tol=1e-7).fit(X)
    points = np.array([(x, y) for y in field.y for x in field.x])
    theirs = model.decision_function(points).reshape(40, 40)
    np.testing.assert_allclose(field.values, theirs, rtol=1e-9, atol=1e-10)


def test_the_windows():
    X = cloud(random_state=0)
    given_window = decision_field(X, sigma2=1, nu=0.1, window=(-4, 3, -2, 5), resolution=8)
    assert [given_window.x[0], given_window.x[-1], given_window.y[0], given_window.y[-1]] == [-4, 3, -2, 5]
    for sigma2 in (0.1, 1, 100):  # by itself it holds the points and the whole boundary
        field = decision_field(X, sigma2=sigma2, nu=0.02)
        assert field.x[0] < X[:, 0].min() < X[:, 0].max() < field.x[-1]
        assert boundary_roughness(field)["pieces"] >= 1
    # Around the points lies half of their longer side.
    long = decision_field([[0.0, 0.0], [4.0, 1.0]], sigma2=1, nu=0.5, resolution=3)
    assert [*long.x[[0, -1]], *long.y[[0, -1]]] == [-2, 6, -2, 3]
    single = decision_field([[1.0, 2.0]], sigma2=1, nu=0.5, resolution=5)
    np.testing.assert_array_equal([single.x[[0, 2, -1]], single.y[[0, 2, -1]]], [[0, 1, 2], [1, 2, 3]])


@pytest.mark.parametrize(
    ("sigma2", "window", "points"),
    [
        (0.25, (-4, 4, -3, 4), 160),
        (0.0625, (-4, 4, -3, 4), 320),
        (0.0625, (-4, 2, -1, 7), 320),
        (0.0625, (-4, 4.01, -3, 4), 321),
        (1e-6, (-4, 4, -3, 4), 2000),
    ],
)
def test_a_narrow_kernel_gets_a_grid_of_a_tenth_of_sigma_while_there_is_memory(sigma2, window, points):
    field = decision_field([[0.0, 0.0], [1.0, 1.0]], sigma2=sigma2, nu=0.5, window=window)
    assert field.values.shape == (points, points)


def test_single_precision_is_accepted():
    X = cloud(random_state=0).astype(np.float32)
    field = decision_field(X, sigma2=1, nu=0.1, window=WINDOW, resolution=20)
    exact = decision_field(X.astype(float), sigma2=1, nu=0.1, window=WINDOW, resolution=20)
    np.testing.assert_array_equal(field.values, exact.values)


# The dual solution


@every_fit
def test_the_conditions_of_the_optimum(sigma2, nu):
    X = cloud(random_state=1)
    n, model = len(X), fitted(X, sigma2, nu)
    alpha, kinds = dual(model, X, nu), support_vector_kinds(model, X)
    assert alpha.sum() == pytest.approx(1, abs=1e-12)
    squared_distance = ((X[:, None] - X) ** 2).sum(axis=-1)
    values = np.exp(-squared_distance / sigma2) @ alpha
    rho = model.offset_[0] / (nu * n)
    tolerance = 1e-8
    inside, margin, outlier = (kinds == kind for kind in ("inside", "margin", "outlier"))
    assert (inside | margin | outlier).all()
    assert (alpha[inside] == 0).all()
    assert ((alpha[margin] > 0) & (alpha[margin] < 1 / (nu * n))).all()
    np.testing.assert_allclose(alpha[outlier], 1 / (nu * n))
    assert (values[inside] >= rho - tolerance).all()
    assert (values[outlier] <= rho + tolerance).all()
    # Any margin vector gives rho back.
    assert margin.any()
    np.testing.assert_allclose(values[margin], rho, atol=tolerance)


@given(seed=st.integers(0, 10**6), nu=st.floats(0.01, 0.99), log_sigma2=st.floats(-3, 4))
@settings(max_examples=60, deadline=None)
def test_nu_lies_between_the_two_shares(seed, nu, log_sigma2):
    X = cloud(n_samples=80, random_state=seed)
    kinds = support_vector_kinds(fitted(X, math.exp(log_sigma2), nu), X)
    rounding = 1e-7
    assert np.mean(kinds == "outlier") <= nu + rounding
    assert np.mean(kinds != "inside") >= nu - rounding


def test_predict_flags_more_than_nu_allows_because_margin_vectors_sit_on_zero():
    X, nu = cloud(random_state=0), 0.1
    model = fitted(X, 0.1, nu)
    kinds, flagged = support_vector_kinds(model, X), model.predict(X) < 0
    assert np.mean(kinds == "outlier") <= nu < flagged.mean()
    assert set(kinds[flagged]) == {"margin"}


def test_kinds_hold_for_another_kernel():
    X = cloud(random_state=2) + 5
    kinds = support_vector_kinds(OneClassSVM(kernel="linear", nu=0.2, tol=1e-9).fit(X), X)
    assert np.mean(kinds == "outlier") <= 0.2 <= np.mean(kinds != "inside")


def test_rounding_does_not_take_a_coefficient_off_its_bound():
    X = cloud(random_state=0)
    model = fitted(X, 1.0, 0.1)
    outlier = np.flatnonzero(support_vector_kinds(model, X) == "outlier")[0]
    for below, kind in ((1e-9, "outlier"), (1.5e-9, "margin")):
        model.dual_coef_[0, model.support_ == outlier] = 1 - below
        assert support_vector_kinds(model, X)[outlier] == kind


def test_kinds_refuse_what_was_not_fitted():
    X = cloud(random_state=0)
    model = fitted(X, 1.0, 0.1)
    with pytest.raises(ValueError, match="model must be fitted, got OneClassSVM"):
        support_vector_kinds(OneClassSVM(), X)
    with pytest.raises(TypeError, match="model must be of type OneClassSVM, got 'svm'"):
        support_vector_kinds("svm", X)
    for other in (X[:-1], X + 1, X[:, :1]):
        with pytest.raises(
            ValueError, match=r"X must be what the model was fitted to, shape \(120, 2\), got"
        ):
            support_vector_kinds(model, other)
    with pytest.raises(ValueError, match=r"X must hold .*nan"):
        support_vector_kinds(model, np.full_like(X, np.nan))
    with pytest.raises(ValueError, match=r"X must have shape \(any, any\), got shape \(120,\)"):
        support_vector_kinds(model, X[:, 0])


# The roughness of known shapes


def test_a_circle():
    measured = boundary_roughness(field_of(lambda x, y: 1.7**2 - (x - 0.1) ** 2 - (y + 0.2) ** 2))
    assert measured["length"] == pytest.approx(2 * math.pi * 1.7, rel=1e-3)
    assert measured["pieces"] == 1
    assert measured["turning"] == pytest.approx(2 * math.pi, rel=1e-9)


@pytest.mark.parametrize(("a", "b"), [(2.5, 2.0), (2.5, 1.0), (2.5, 0.4)])
def test_an_ellipse_turns_as_much_as_a_circle(a, b):
    measured = boundary_roughness(field_of(lambda x, y: 1 - (x / a) ** 2 - (y / b) ** 2))
    assert measured["length"] == pytest.approx(4 * a * ellipe(1 - (b / a) ** 2), rel=2e-3)
    assert measured["pieces"] == 1
    assert measured["turning"] == pytest.approx(2 * math.pi, rel=1e-9)


def test_two_circles_and_a_ring():
    def hill(x, y, centre, radius):
        return radius**2 - (x - centre) ** 2 - y**2

    two = boundary_roughness(field_of(lambda x, y: np.maximum(hill(x, y, -1.3, 1.0), hill(x, y, 1.3, 0.6))))
    ring = boundary_roughness(field_of(lambda x, y: hill(x, y, 0, 2.4) * -hill(x, y, 0, 0.8)))
    for measured, radii in ((two, 1.6), (ring, 3.2)):
        assert measured["length"] == pytest.approx(2 * math.pi * radii, rel=2e-3)
        assert measured["pieces"] == 2
        assert measured["turning"] == pytest.approx(4 * math.pi, rel=1e-3)


@pytest.mark.parametrize("lobes", [2, 3, 5])
def test_dents_turn_back_and_forth(lobes):
    # A flower: its turning by fine sampling of the curve itself, which shares nothing with the grid.
    angle = np.linspace(0, 2 * np.pi, 200_001)
    curve = (2 + 0.6 * np.cos(lobes * angle)) * np.exp(1j * angle)
    steps = np.diff(curve)
    turns = np.angle(np.roll(steps, -1) / steps)
    measured = boundary_roughness(
        field_of(lambda x, y: 2 + 0.6 * np.cos(lobes * np.arctan2(y, x)) - np.hypot(x, y), size=300)
    )
    assert measured["length"] == pytest.approx(np.abs(steps).sum(), rel=1e-3)
    assert measured["pieces"] == 1
    assert measured["turning"] == pytest.approx(np.abs(turns).sum(), rel=5e-3)
    assert measured["turning"] > 2.2 * math.pi


def test_a_saddle_cell_is_settled_by_its_centre():
    side, values = np.arange(4.0), np.full((4, 4), -1.0)
    # A centre at 0 is outside, as a point at 0 is. A corner that is cut off is half of a square.
    for height, pieces, corners in ((0.9, 2, (8, 0)), (1.0, 2, (8, 0)), (1.1, 1, (6, 2))):
        values[1, 1] = values[2, 2] = height
        half_diagonals = math.sqrt(2) * np.array([height, 1]) / (1 + height)
        for turned in (values, values[::-1]):
            measured = boundary_roughness(DecisionField(side, side, turned))
            assert measured["pieces"] == pieces
            assert measured["length"] == pytest.approx(corners @ half_diagonals, rel=1e-12)


def test_nothing_inside_is_nothing_to_measure():
    measured = boundary_roughness(field_of(lambda x, y: -1 - x**2 - y**2))
    assert measured == {"length": 0, "pieces": 0, "turning": 0}
    side, touching = np.arange(5.0), np.full((5, 5), -1.0)
    touching[2, 2] = 0
    assert boundary_roughness(DecisionField(side, side, touching)) == measured


def test_a_summit_on_the_smallest_grid_is_a_diamond():
    values = np.full((3, 3), -1.0)
    values[1, 1] = 3.0  # so that the crossings are at three quarters of the way
    measured = boundary_roughness(DecisionField(np.arange(3.0), np.arange(3.0), values))
    assert measured["length"] == pytest.approx(4 * 0.75 * math.sqrt(2), rel=1e-12)
    assert measured["pieces"] == 1


def test_a_boundary_may_lie_on_the_edge_of_the_window_itself():
    values = np.zeros((5, 5))
    values[1:-1, 1:-1] = 1.0
    measured = boundary_roughness(DecisionField(np.arange(5.0), np.arange(5.0), values))
    assert measured["length"] == pytest.approx(8 + 4 * math.sqrt(2), rel=1e-12)  # the corners are cut
    assert measured["pieces"] == 1


@given(
    seed=st.integers(0, 10**6),
    log_sigma2=st.floats(-1.5, 2.5),
    scale=st.floats(0.01, 100),
    transposed=st.booleans(),
)
@settings(max_examples=30, deadline=None)
def test_roughness_is_that_of_the_curve(seed, log_sigma2, scale, transposed):
    field = decision_field(
        cloud(random_state=seed), sigma2=math.exp(log_sigma2), nu=0.1, window=(-5, 5, -5, 5)
    )
    measured = boundary_roughness(field)
    # Every closed curve turns by 2 pi or more (a little less where the grid is coarse for a tiny island).
    assert measured["turning"] >= 2 * math.pi * measured["pieces"] * 0.99
    # Multiplying the field changes nothing; stretching the plane stretches the length alone.
    values = field.values.T if transposed else field.values
    other = boundary_roughness(DecisionField(2 * field.x, 2 * field.y, scale * values))
    assert other["pieces"] == measured["pieces"]
    assert other["turning"] == pytest.approx(measured["turning"], rel=1e-6)
    assert other["length"] == pytest.approx(2 * measured["length"], rel=1e-9)


@pytest.mark.parametrize("sigma2", [0.05, 0.1, 0.3, 1.0, 3.0])
@pytest.mark.parametrize("seed", range(4))
def test_length_and_pieces_against_a_contouring_library(seed, sigma2):
    field = decision_field(cloud(random_state=seed), sigma2=sigma2, nu=0.1, window=WINDOW)
    lines = contourpy.contour_generator(field.x, field.y, field.values).lines(0.0)
    measured = boundary_roughness(field)
    assert measured["pieces"] == len(lines)
    length = sum(np.hypot(*np.diff(line, axis=0).T).sum() for line in lines)
    assert measured["length"] == pytest.approx(length, rel=1e-9)


# The story of question 11: what falls as sigma² grows, and what does not


@pytest.mark.parametrize("nu", NUS)
@pytest.mark.parametrize("seed", range(6))
def test_the_boundary_calms_down_as_sigma2_grows(seed, nu):
    X = cloud(random_state=seed)
    found = [
        boundary_roughness(decision_field(X, sigma2=s, nu=nu, window=WINDOW, resolution=240)) for s in SIGMA2
    ]
    turning = [measured["turning"] for measured in found]
    assert all(before > after for before, after in pairwise(turning))
    assert turning[-1] == pytest.approx(2 * math.pi, rel=0.01)  # at last one convex curve
    assert found[-1]["pieces"] == 1 < found[0]["pieces"]
    assert found[-1]["length"] < found[0]["length"]


def test_in_small_steps_turning_almost_always_falls_and_length_often_does_not():
    sigma2 = (0.05, 0.08, 0.12, 0.2, 0.3, 0.5, 0.8, 1.2, 2, 3, 5, 8, 12, 20)
    rises = dict.fromkeys(("length", "pieces", "turning"), 0)
    steps = 0
    for seed in range(8):
        X = cloud(random_state=seed)
        for nu in (0.02, 0.1, 0.3):
            found = [
                boundary_roughness(decision_field(X, sigma2=s, nu=nu, window=WINDOW, resolution=240))
                for s in sigma2
            ]
            steps += len(sigma2) - 1
            for name in rises:
                rises[name] += np.sum(np.diff([measured[name] for measured in found]) > 0.01)
    assert rises["turning"] < 0.03 * steps
    assert rises["pieces"] < 0.15 * steps
    assert rises["length"] > 0.2 * steps


# The cloud, and what is refused


@pytest.mark.parametrize("n_samples", [20, 120, 333])
def test_the_cloud(n_samples):
    X = cloud(n_samples=n_samples, random_state=3)
    assert X.shape == (n_samples, 2)
    assert np.abs(X).max() < 4
    np.testing.assert_array_equal(X, cloud(n_samples=n_samples, random_state=np.random.default_rng(3)))
    assert not np.array_equal(X, cloud(n_samples=n_samples, random_state=4))


FIT = {"X": [[0.0, 0.0], [1.0, 0.0], [0.0, 1.0]], "sigma2": 1.0, "nu": 0.5}


@pytest.mark.parametrize(
    ("change", "error", "says"),
    [
        ({"sigma2": 0}, ValueError, r"sigma2 must be a number in \(0, inf\), got 0"),
        ({"sigma2": math.nan}, ValueError, "sigma2 must .*nan"),
        ({"nu": 0}, ValueError, r"nu must be a number in \(0, 1\), got 0"),
        ({"nu": 1}, ValueError, r"nu must be a number in \(0, 1\), got 1"),
        ({"nu": "0.1"}, TypeError, "nu must .*'0.1'"),
        ({"X": [[0.0, math.nan]]}, ValueError, "X must .*nan"),
        ({"X": np.empty((0, 2))}, ValueError, "X must .*empty"),
        ({"X": np.zeros((4, 3))}, ValueError, r"X must have shape \(any, 2\), got shape \(4, 3\)"),
        ({"window": (1, 0, 0, 1)}, ValueError, r"window must be .*left < right.*got \(1, 0, 0, 1\)"),
        ({"window": (1, 1, 0, 1)}, ValueError, r"window must be .*left < right.*got \(1, 1, 0, 1\)"),
        ({"window": (0, 1, 2, 2)}, ValueError, r"window must be .*bottom < top, got \(0, 1, 2, 2\)"),
        ({"window": (0, 1)}, ValueError, r"window must have shape \(4,\), got shape \(2,\)"),
        ({"resolution": 2}, ValueError, "resolution must be a whole number, 3 or more, got 2"),
        ({"resolution": 10.0}, TypeError, "resolution must be a whole number, .*got 10.0"),
    ],
)
def test_bad_fits_are_refused(change, error, says):
    with pytest.raises(error, match=says):
        decision_field(**{**FIT, **change})


def test_bad_fields_are_refused():
    with pytest.raises(ValueError, match=r"field must be negative along the edge of its window .*got 1"):
        boundary_roughness(field_of(lambda x, y: 10 - x**2 - y**2))
    with pytest.raises(TypeError, match="field must be of type DecisionField, got 3"):
        boundary_roughness(3)
    side = np.linspace(-2, 2, 5)
    for x, y, values, says in (
        (side, side, np.full((5, 4), -1.0), r"field.values must have shape \(5, 5\), got shape \(5, 4\)"),
        (side, side, np.full((5, 5), np.nan), "field.values must .*nan"),
        (side[::-1], side, np.full((5, 5), -1.0), "field.x must hold three or more increasing numbers"),
        (side[[0, 1, 1, 2, 4]], side, np.full((5, 5), -1.0), "field.x must hold three or more increasing"),
        (side, side[:2], np.full((2, 5), -1.0), "field.y must hold three or more increasing numbers"),
        (side[None], side, np.full((5, 5), -1.0), r"field.x must have shape \(any,\), got shape \(1, 5\)"),
        (side, side[None], np.full((5, 5), -1.0), r"field.y must have shape \(any,\), got shape \(1, 5\)"),
    ):
        with pytest.raises(ValueError, match=says):
            boundary_roughness(DecisionField(x, y, values))


@pytest.mark.parametrize("place", [(0, 2), (-1, 2), (2, 0), (2, -1)])
def test_a_field_that_is_positive_at_any_place_of_its_edge_is_refused(place):
    values = np.full((5, 5), -1.0)
    values[place] = 0.5
    with pytest.raises(ValueError, match=r"field must be negative along the edge .*got 0\.5 there"):
        boundary_roughness(DecisionField(np.arange(5.0), np.arange(5.0), values))


def test_a_cloud_too_small_is_refused():
    with pytest.raises(ValueError, match="n_samples must be a whole number, 20 or more, got 19"):
        cloud(n_samples=19)
