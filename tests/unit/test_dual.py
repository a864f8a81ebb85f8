"""The dual of the one-class machine, against a general solver and a machine in an explicit feature space."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy.optimize import OptimizeResult, minimize
from scipy.spatial import ConvexHull
from scipy.spatial.distance import cdist
from sklearn.svm import OneClassSVM

from examlab.hyperspectral import feature_map
from examlab.hyperspectral.dual import dual_coefficients, dual_offset, kkt_violations
from examlab.hyperspectral.feature_map import quadratic_map, ring, separable_from_origin
from examlab.hyperspectral.nu_property import nu_fractions
from examlab.hyperspectral.one_class import cloud, support_vector_kinds


def gaussian(X, sigma2):
    return np.exp(-cdist(X, X, "sqeuclidean") / sigma2)


def general_solution(K, nu):
    """Solve the dual with SciPy's sequential quadratic programming, which knows nothing of SVMs."""
    n = len(K)
    found = minimize(
        lambda alpha: alpha @ K @ alpha / 2,
        np.full(n, 1 / n),
        jac=lambda alpha: K @ alpha,
        bounds=[(0, 1 / (nu * n))] * n,
        constraints={"type": "eq", "fun": lambda alpha: alpha.sum() - 1, "jac": np.ones_like},
        method="SLSQP",
        options={"ftol": 1e-15, "maxiter": 1000},
    )
    assert found.success
    return found.x


@pytest.mark.parametrize("sigma2", [0.2, 1.0, 5.0])
@pytest.mark.parametrize("nu", [0.1, 0.15, 0.3, 0.62])
def test_a_general_solver_finds_the_same_alphas_and_kinds(sigma2, nu):
    X = cloud(n_samples=40, random_state=0)
    model = OneClassSVM(gamma=1 / sigma2, nu=nu, tol=1e-9).fit(X)
    theirs, ours = general_solution(gaussian(X, sigma2), nu), dual_coefficients(model)
    np.testing.assert_allclose(ours, theirs, atol=1e-6)
    ceiling = 1 / (nu * len(X))
    assert np.array_equal(ours == 0, theirs < 1e-5 * ceiling)
    kinds = np.select(
        [theirs < 1e-5 * ceiling, theirs > ceiling * (1 - 1e-5)], ["inside", "outlier"], "margin"
    )
    assert np.array_equal(support_vector_kinds(model, X), kinds)


@given(seed=st.integers(0, 10**6), nu=st.floats(0.02, 0.95), log_sigma2=st.floats(-2, 3))
@settings(max_examples=40, deadline=None)
def test_the_solution_violates_nothing_and_nothing_is_better(seed, nu, log_sigma2):
    X, sigma2 = cloud(n_samples=60, random_state=seed), float(np.exp(log_sigma2))
    model = OneClassSVM(gamma=1 / sigma2, nu=nu, tol=1e-9).fit(X)
    alpha, rho, K = dual_coefficients(model), dual_offset(model), gaussian(X, sigma2)
    # The solver keeps its kernel in single precision, and the alpha add up to 1.
    assert max(kkt_violations(K, alpha, rho=rho, nu=nu).values()) < np.finfo(np.float32).eps
    # Moving weight from one point to another never pays: what the dual makes small grows.
    most, least = alpha.argmax(), alpha.argmin()
    worse = alpha.copy()
    worse[[most, least]] += np.array([-0.5, 0.5]) * min(alpha[most], 1 / (nu * 60) - alpha[least])
    assert worse @ K @ worse > alpha @ K @ alpha - 1e-12


def test_each_condition_is_told_apart():
    X, nu = cloud(n_samples=60, random_state=0), 0.2
    model = OneClassSVM(gamma=1.0, nu=nu, tol=1e-9).fit(X)
    alpha, rho, K = dual_coefficients(model), dual_offset(model), gaussian(X, 1.0)

    def violated(alpha, rho=rho):
        return {name for name, by in kkt_violations(K, alpha, rho=rho, nu=nu).items() if by > 1e-7}

    assert violated(alpha) == set()
    assert violated(alpha, rho + 1e-3) == {"below"}
    assert violated(alpha, rho - 1e-3) == {"above"}
    assert "sum" in violated(1.01 * alpha)
    outlier, margin = np.flatnonzero(support_vector_kinds(model, X) == "outlier")[0], alpha.argmin()
    shifted = alpha.copy()
    shifted[[outlier, margin]] += [1e-3, -1e-3]
    found = kkt_violations(K, shifted, rho=rho, nu=nu)
    assert found["box"] == pytest.approx(1e-3 * nu * 60) and found["sum"] < 1e-12


@pytest.mark.parametrize(("share", "counts"), [(1e-9, False), (1.5e-9, True), (1e-6, True)])
def test_up_to_a_billionth_of_the_bound_is_rounding(share, counts):
    n, nu = 200, 0.5
    ceiling, first = 1 / (nu * n), np.arange(n) == 0
    constant = np.ones((n, n))  # so that f is sum alpha - rho everywhere
    low, high = ceiling * share * first, ceiling - ceiling * share * first
    above = kkt_violations(constant, low, rho=-1.0, nu=nu)["above"]
    below = kkt_violations(constant, high, rho=3.0, nu=nu)["below"]
    np.testing.assert_allclose([above, below], [1.0 * counts, 1.0 * counts], atol=1e-6)


def test_the_dual_is_that_of_the_decision_function():
    X, new = cloud(random_state=1), cloud(random_state=2)
    model = OneClassSVM(gamma=0.5, nu=0.2, tol=1e-9).fit(X)
    f = np.exp(-0.5 * cdist(new, X, "sqeuclidean")) @ dual_coefficients(model) - dual_offset(model)
    np.testing.assert_allclose(f * 0.2 * len(X), model.decision_function(new), atol=1e-10)


def test_what_is_no_fitted_machine_is_refused():
    X = cloud(random_state=0)
    for function in (dual_coefficients, dual_offset):
        with pytest.raises(TypeError, match="model must be of type OneClassSVM, got 'svm'"):
            function("svm")
        with pytest.raises(ValueError, match="model must be fitted, got OneClassSVM"):
            function(OneClassSVM())
        weighted = OneClassSVM(nu=0.2).fit(X, sample_weight=np.linspace(0.1, 3, len(X)))
        with pytest.raises(ValueError, match="model must be fitted without sample_weight, got"):
            function(weighted)


def test_coefficients_that_miss_their_sum_by_more_than_a_millionth_are_those_of_weights():
    model = OneClassSVM(nu=0.2).fit(cloud(random_state=0))
    model.dual_coef_ = model.dual_coef_ * (1 + 5e-7)
    assert dual_coefficients(model).sum() == pytest.approx(1, rel=1e-6)
    model.dual_coef_ = model.dual_coef_ * (1 + 1e-6)
    with pytest.raises(ValueError, match="model must be fitted without sample_weight, got"):
        dual_coefficients(model)


@pytest.mark.parametrize(
    ("change", "error", "says"),
    [
        ({"kernel": np.eye(3)}, ValueError, r"kernel must have shape \(2, 2\), got shape \(3, 3\)"),
        ({"kernel": [[1, 0], [0.5, 1]]}, ValueError, "kernel must be symmetric, got a difference of 0.5"),
        ({"kernel": np.full((2, 2), np.nan)}, ValueError, "kernel must hold .*nan"),
        ({"alpha": [[0.5, 0.5]]}, ValueError, r"alpha must have shape \(any,\), got shape \(1, 2\)"),
        ({"alpha": []}, ValueError, "alpha must hold at least one number, got an empty"),
        ({"alpha": [np.inf, 0]}, ValueError, "alpha must hold .*inf"),
        ({"rho": np.nan}, ValueError, "rho must be a number .*nan"),
        ({"nu": 1}, ValueError, r"nu must be a number in \(0, 1\), got 1"),
        ({"nu": "0.5"}, TypeError, "nu must .*'0.5'"),
    ],
)
def test_bad_conditions_are_refused(change, error, says):
    with pytest.raises(error, match=says):
        kkt_violations(**{"kernel": np.eye(2), "alpha": [0.5, 0.5], "rho": 0.5, "nu": 0.5} | change)


# The two fractions


@given(seed=st.integers(0, 10**6), nu=st.floats(0.01, 0.99), log_sigma2=st.floats(-3, 4))
@settings(max_examples=40, deadline=None)
def test_nu_lies_between_the_fractions(seed, nu, log_sigma2):
    X = cloud(n_samples=80, random_state=seed)
    model = OneClassSVM(gamma=float(np.exp(-log_sigma2)), nu=nu, tol=1e-8).fit(X)
    found = nu_fractions(model, X)
    assert found.margin_errors <= nu + 1e-9 and found.support_vectors >= nu - 1e-9
    # The fractions count what the decision function says, which knows no alpha.
    f = model.decision_function(X)
    assert np.mean(f < -1e-5) <= found.margin_errors + 1e-9
    assert np.mean(f < 1e-5) >= found.support_vectors - 1e-9
    assert found.flagged == np.mean(f < 0)


def test_the_fractions_meet_at_nu_as_the_points_grow():
    def gap(n):
        X = cloud(n_samples=n, random_state=0)
        found = nu_fractions(OneClassSVM(gamma=1.0, nu=0.1, tol=1e-8).fit(X), X)
        return found.support_vectors - found.margin_errors

    gaps = [gap(n) for n in (40, 200, 1000, 4000)]
    assert gaps == sorted(gaps, reverse=True) and gaps[0] > 0.2 and gaps[-1] < 0.01


# The explicit feature map


@given(arrays(float, (7, 2), elements=st.floats(-100, 100)))
def test_the_map_s_inner_product_is_the_kernel(X):
    np.testing.assert_allclose(quadratic_map(X) @ quadratic_map(X).T, (X @ X.T) ** 2, rtol=1e-9, atol=1e-6)


@pytest.mark.parametrize("nu", [0.05, 0.1, 0.3])
def test_a_plane_in_the_space_of_phi_is_the_machine_with_the_kernel(nu):
    X = ring(random_state=0)
    plane = OneClassSVM(kernel="linear", nu=nu, tol=1e-9).fit(quadratic_map(X))
    kernel = OneClassSVM(kernel="poly", degree=2, gamma=1, coef0=0, nu=nu, tol=1e-9).fit(X)
    new = ring(random_state=1)
    theirs = kernel.decision_function(new)
    np.testing.assert_allclose(plane.decision_function(quadratic_map(new)), theirs, rtol=1e-6, atol=1e-4)


@given(arrays(float, (6, 2), elements=st.floats(-10, 10).map(lambda value: round(value, 1)), unique=True))
@settings(max_examples=60, deadline=None)
def test_separable_means_that_the_origin_is_no_vertex_s_mixture(X):
    if np.linalg.matrix_rank(X - X[0]) < 2:
        return
    beyond = ConvexHull(X).equations[:, -1].max()  # signed distance of the origin to the farthest facet
    if abs(beyond) > 1e-6:
        assert separable_from_origin(X) == (beyond > 0)


@pytest.mark.parametrize("size", [1e-12, 1e-6, 1e6, 1e12])
def test_the_unit_does_not_decide_what_is_separable(size):
    X = cloud(random_state=0)
    assert separable_from_origin(size * (X + 5)) and not separable_from_origin(size * X)
    assert not separable_from_origin(0 * X)


def test_a_tiny_coordinate_does_not_decide_what_is_separable():
    assert separable_from_origin([[1.0, 1e-300], [1.0, 2.0]])
    assert not separable_from_origin([[1.0, 1e-300], [1.0, 2.0], [-1.0, -1.0]])


@pytest.mark.parametrize("status", [1, 3, 4])
def test_a_linear_program_without_an_answer_is_no_answer(monkeypatch, status):
    ended = OptimizeResult(status=status, message="ended")
    monkeypatch.setattr(feature_map, "linprog", lambda *given, **named: ended)
    with pytest.raises(RuntimeError, match="the linear program ended without an answer: ended"):
        separable_from_origin([[1.0, 2.0]])


def test_the_ring_is_separable_after_the_map_only():
    for seed in range(5):
        X = ring(random_state=seed)
        assert not separable_from_origin(X)
        assert separable_from_origin(quadratic_map(X))
    assert not separable_from_origin(quadratic_map(np.vstack([X, [0, 0]])))


def test_the_ring_is_what_it_says():
    X = ring(n_samples=400, random_state=3)
    size = np.hypot(X[:, 0] / 2.2, X[:, 1] / 1.5)
    assert np.all(size[-20:] < 0.71) and np.mean(size[:-20]) == pytest.approx(1, abs=0.02)
    np.testing.assert_array_equal(X, ring(n_samples=400, random_state=np.random.default_rng(3)))


def test_bad_points_are_refused():
    for function in (quadratic_map, separable_from_origin):
        with pytest.raises(ValueError, match=r"X must hold .*nan"):
            function([[0.0, np.nan]])
        with pytest.raises(ValueError, match=r"X must .*empty"):
            function(np.empty((0, 2)))
        with pytest.raises(TypeError, match="X must hold real numbers"):
            function([["a", "b"]])
    with pytest.raises(ValueError, match=r"X must have shape \(any, 2\), got shape \(1, 3\)"):
        quadratic_map([[1.0, 2.0, 3.0]])
    with pytest.raises(ValueError, match="n_samples must be a whole number, 20 or more, got 19"):
        ring(n_samples=19)
    with pytest.raises(ValueError, match="X must be what the model was fitted to"):
        nu_fractions(OneClassSVM().fit(cloud(random_state=0)), cloud(random_state=1))
