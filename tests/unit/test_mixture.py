"""The density of a Gaussian mixture, against SciPy, scikit-learn, integrals and more digits."""

import math
import tracemalloc
from decimal import Decimal, localcontext

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.integrate import cubature, quad
from scipy.stats import multivariate_normal
from sklearn.mixture import GaussianMixture

from examlab.hyperspectral import mixture as gaussian
from examlab.hyperspectral.mixture import (
    gaussian_mixture_density,
    gaussian_mixture_log_density,
    gaussian_mixture_responsibilities,
    plane_covariance,
)

TWO = {"weights": [0.3, 0.7], "means": [[0.0, 1.0], [2.0, -1.0]], "covariances": [np.eye(2), 2 * np.eye(2)]}


def drawn(seed, K, d, spread=2.0):
    """Return a mixture of K classes in d dimensions."""
    rng = np.random.default_rng(seed)
    halves = rng.normal(size=(K, d, d)) / math.sqrt(d)
    return {
        "weights": rng.dirichlet(np.ones(K)),
        "means": spread * rng.normal(size=(K, d)),
        "covariances": halves @ halves.transpose(0, 2, 1) + 0.1 * np.eye(d),
    }


mixtures = st.builds(drawn, st.integers(0, 2**32 - 1), st.integers(1, 5), st.integers(1, 6))


# Against others


@settings(max_examples=40, deadline=None)
@given(mixtures, st.integers(0, 2**32 - 1))
def test_the_density_is_that_of_scipys_normals(mixture, seed):
    X = 3 * np.random.default_rng(seed).normal(size=(7, mixture["means"].shape[1]))
    parts = zip(mixture["weights"], mixture["means"], mixture["covariances"], strict=True)
    theirs = sum(weight * multivariate_normal(mean, cov).pdf(X) for weight, mean, cov in parts)
    np.testing.assert_allclose(gaussian_mixture_density(X, **mixture), theirs, rtol=1e-9)


@pytest.mark.parametrize(("K", "d"), [(1, 1), (3, 2), (4, 10)])
def test_it_is_scikit_learns_score_samples_and_predict_proba(K, d):
    mixture = drawn(K, K, d)
    rng = np.random.default_rng(0)
    X = np.concatenate([rng.multivariate_normal(m, c, size=80) for m, c in zip(
        mixture["means"], mixture["covariances"], strict=True)])  # fmt: skip
    model = GaussianMixture(K, random_state=0).fit(X)
    fitted = {"weights": model.weights_, "means": model.means_, "covariances": model.covariances_}
    np.testing.assert_allclose(
        gaussian_mixture_log_density(X, **fitted), model.score_samples(X), rtol=1e-9, atol=1e-9
    )
    np.testing.assert_allclose(
        gaussian_mixture_responsibilities(X, **fitted), model.predict_proba(X), rtol=1e-7, atol=1e-12
    )


@pytest.mark.parametrize("seed", range(3))
def test_it_integrates_to_one(seed):
    line = drawn(seed, 3, 1)
    low, high = line["means"].min() - 12, line["means"].max() + 12
    one, _ = quad(lambda x: gaussian_mixture_density([[x]], **line)[0], low, high, limit=200)
    assert one == pytest.approx(1, abs=1e-7)
    plane = drawn(seed, 2, 2, spread=1.0)
    found = cubature(lambda X: gaussian_mixture_density(X, **plane), [-12, -12], [12, 12], atol=1e-6)
    assert found.status == "converged" and found.estimate == pytest.approx(1, abs=1e-5)


def test_far_away_in_103_bands_the_logarithm_keeps_what_the_density_loses():
    d = 103
    mixture = {"weights": [0.25, 0.75], "means": np.zeros((2, d)), "covariances": [np.eye(d), 4 * np.eye(d)]}
    X = np.full((1, d), 100.0)
    with localcontext() as context:
        context.prec = 60
        normal = [
            w / ((2 * Decimal(math.pi) * v) ** d).sqrt() * (-Decimal(d) * 10_000 / (2 * v)).exp()
            for w, v in ((Decimal("0.25"), 1), (Decimal("0.75"), 4))
        ]
        exact = float(sum(normal).ln())
    assert gaussian_mixture_density(X, **mixture)[0] == 0
    assert gaussian_mixture_log_density(X, **mixture)[0] == pytest.approx(exact, rel=1e-12)
    np.testing.assert_allclose(gaussian_mixture_responsibilities(X, **mixture), [[0, 1]])


def test_blocks_change_nothing(monkeypatch):
    X, mixture = np.random.default_rng(0).normal(size=(50, 4)), drawn(1, 3, 4)
    whole = gaussian_mixture_log_density(X, **mixture)
    monkeypatch.setattr("examlab.hyperspectral.mixture.BLOCK", 28)
    np.testing.assert_allclose(gaussian_mixture_log_density(X, **mixture), whole, rtol=1e-13)


@pytest.mark.parametrize(("block", "rows"), [(31, [7, 7, 1]), (3, [1] * 15)])
def test_blocks_hold_as_many_rows_as_fit_and_one_at_least(monkeypatch, block, rows):
    monkeypatch.setattr(gaussian, "BLOCK", block)
    assert [len(terms) for terms in gaussian._terms([[0.0] * 4] * 15, **drawn(1, 3, 4))] == rows


def test_memory_holds_blocks_beside_the_result():
    X = np.random.default_rng(0).normal(size=(300_000, 16))
    tracemalloc.start()
    gaussian_mixture_log_density(X, **drawn(0, 1, 16))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 36e6 < X.nbytes


# Theorems


@settings(max_examples=30, deadline=None)
@given(mixtures, st.randoms(use_true_random=False))
def test_the_order_of_the_classes_does_not_matter(mixture, random):
    order = random.sample(range(len(mixture["weights"])), len(mixture["weights"]))
    swapped = {name: values[order] for name, values in mixture.items()}
    X = np.linspace(-3, 3, 5)[:, None] * np.ones(mixture["means"].shape[1])
    before, after = gaussian_mixture_density(X, **mixture), gaussian_mixture_density(X, **swapped)
    np.testing.assert_allclose(after, before, rtol=1e-9)
    np.testing.assert_allclose(
        gaussian_mixture_responsibilities(X, **swapped),
        gaussian_mixture_responsibilities(X, **mixture)[:, order],
        rtol=1e-7,
        atol=1e-12,
    )


@settings(max_examples=30, deadline=None)
@given(mixtures, st.floats(-3, 3), st.floats(0.01, 100))
def test_a_change_of_unit_divides_the_density_by_the_volume(mixture, shift, unit):
    d = mixture["means"].shape[1]
    X = np.linspace(-2, 2, 5)[:, None] * np.ones(d)
    moved = {
        "weights": mixture["weights"],
        "means": unit * mixture["means"] + shift,
        "covariances": unit**2 * mixture["covariances"],
    }
    np.testing.assert_allclose(
        gaussian_mixture_log_density(unit * X + shift, **moved) + d * math.log(unit),
        gaussian_mixture_log_density(X, **mixture),
        rtol=1e-6,
        atol=1e-6,
    )


def test_a_class_of_weight_zero_is_not_there():
    X = np.random.default_rng(0).normal(size=(6, 2))
    alone = {"weights": [1.0], "means": TWO["means"][1:], "covariances": TWO["covariances"][1:]}
    absent = TWO | {"weights": [0.0, 1.0]}
    np.testing.assert_allclose(
        gaussian_mixture_density(X, **absent), gaussian_mixture_density(X, **alone), rtol=1e-14
    )
    np.testing.assert_array_equal(gaussian_mixture_responsibilities(X, **absent)[:, 0], 0)


def test_features_in_very_different_units():
    scales = np.array([1e-12, 1.0, 1e12])
    mixture = {
        "weights": [1],
        "means": [np.zeros(3)],
        "covariances": [np.outer(scales, scales) * (0.5 + 0.5 * np.eye(3))],
    }
    plain = mixture | {"covariances": [0.5 + 0.5 * np.eye(3)]}
    X = np.array([[1.0, -1.0, 0.5]])
    ours = gaussian_mixture_log_density(X * scales, **mixture)
    np.testing.assert_allclose(ours, gaussian_mixture_log_density(X, **plain), rtol=1e-9)


@given(st.floats(0.1, 5), st.floats(0.1, 5), st.floats(-7, 7))
def test_plane_covariance_has_its_spreads_along_its_axes(first, second, angle):
    covariance = plane_covariance(spreads=(first, second), angle=angle)
    for spread, turned in ((first, angle), (second, angle + math.pi / 2)):
        axis = np.array([math.cos(turned), math.sin(turned)])
        np.testing.assert_allclose(covariance @ axis, spread**2 * axis, atol=1e-12 * max(first, second) ** 2)


# Refusals


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"X": [[np.nan, 0]]}, "X must .*got nan"),
        ({"X": [[np.inf, 0]]}, "X must .*got inf"),
        ({"X": [[1.5e300, 0]]}, r"X must hold numbers in \[-1e\+300, 1e\+300\] only, got 1.5e\+300"),
        ({"X": [[-1.5e300, 0]]}, r"X must hold .*got -1.5e\+300"),
        ({"X": np.empty((0, 2))}, "X must .*empty"),
        ({"X": [0, 0]}, r"X must have shape \(any, any\), got shape \(2,\)"),
        ({"X": [[0, 0, 0]]}, r"means must have shape \(2, 3\), got shape \(2, 2\)"),
        ({"weights": [[0.5, 0.5]]}, r"weights must have shape \(any,\), got shape \(1, 2\)"),
        ({"weights": [0.5, 0.4]}, "weights must add up to 1, got 0.9"),
        ({"weights": [1.5, -0.5]}, r"weights must hold numbers in \[0, 1\] only, got 1.5"),
        ({"weights": [0.5, np.nan]}, "weights must .*got nan"),
        ({"weights": [1.0]}, r"means must have shape \(1, 2\), got shape \(2, 2\)"),
        ({"means": [[0, 0]]}, r"means must have shape \(2, 2\), got shape \(1, 2\)"),
        ({"covariances": [np.eye(2)]}, r"covariances must have shape \(2, 2, 2\), got shape \(1, 2, 2\)"),
        (
            {"covariances": [np.eye(2), [[1, 0.5], [0.2, 1]]]},
            "covariances must .*class 1 .*not symmetric: 0.5 in row 0, column 1 and 0.2",
        ),
        ({"covariances": [np.eye(2), [[1, 2], [2, 1]]]}, "covariances must .*class 1 .*eigenvalue -1"),
        (
            {"covariances": [[[1, 1], [1, 1]], np.eye(2)]},
            "covariances must .*class 0 .*not positive",
        ),
        ({"covariances": [[[0, 0], [0, 1]], np.eye(2)]}, "covariances must .*class 0 .*variance 0.0"),
        ({"covariances": [[[1, np.nan], [0, 1]], np.eye(2)]}, "covariances must .*got nan"),
    ],
)
@pytest.mark.parametrize(
    "function",
    [gaussian_mixture_density, gaussian_mixture_log_density, gaussian_mixture_responsibilities],
)
def test_what_is_no_mixture_is_refused_by_name(function, changed, message):
    arguments = {"X": [[0.0, 0.0]], **TWO} | changed
    with pytest.raises(ValueError, match=f"^{message}"):
        function(arguments.pop("X"), **arguments)


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 2**32 - 1), st.integers(1, 8))
def test_a_matrix_is_refused_exactly_when_an_eigenvalue_is_not_positive(seed, d):
    rng = np.random.default_rng(seed)
    axes = np.linalg.qr(rng.normal(size=(d, d)))[0]
    eigenvalues = rng.uniform(0.1, 2, size=d) * rng.choice([1, 1, 1, 1, 1, -1], size=d)
    matrix = (axes * eigenvalues) @ axes.T
    arguments = {"weights": [1], "means": np.zeros((1, d)), "covariances": [matrix]}
    if eigenvalues.min() > 0:
        assert gaussian_mixture_density(np.zeros((1, d)), **arguments)[0] == pytest.approx(
            1 / math.sqrt((2 * math.pi) ** d * eigenvalues.prod()), rel=1e-9
        )
    else:
        with pytest.raises(ValueError, match=r"^covariances must .*class 0"):
            gaussian_mixture_density(np.zeros((1, d)), **arguments)


@pytest.mark.parametrize("spreads", [[1, 0], [1, -1], [1], [1, 1, 1], [np.inf, 1]])
def test_bad_spreads(spreads):
    with pytest.raises(ValueError, match=r"^spreads must "):
        plane_covariance(spreads=spreads, angle=0)
    with pytest.raises(ValueError, match=r"^angle must .*got nan"):
        plane_covariance(spreads=[1, 1], angle=math.nan)


def test_too_far_for_a_float_the_density_is_0_without_a_warning():
    far = [[1e200, 0.0], [0.0, -1e300]]
    mixture = {"weights": [1.0], "means": [[0.0, 0.0]], "covariances": [np.eye(2)]}
    assert np.all(gaussian_mixture_log_density(far, **mixture) == -np.inf)
    assert np.all(gaussian_mixture_density(far, **mixture) == 0)
    with pytest.raises(ValueError, match=r"^X must hold points near enough to a mean"):
        gaussian_mixture_responsibilities([[0.0, 0.0], *far], **mixture)


def test_too_high_for_a_float_the_density_is_infinite_without_a_warning():
    narrow = {"weights": [1.0], "means": np.zeros((1, 103)), "covariances": [1e-8 * np.eye(103)]}
    assert gaussian_mixture_density(np.zeros((1, 103)), **narrow)[0] == np.inf


def density_at_a_mean(weights=(0.5, 0.5), covariance=((1, 0.5), (0.5, 1))):
    mixture = {"weights": weights, "means": np.zeros((2, 2)), "covariances": [covariance] * 2}
    return gaussian_mixture_density(np.zeros((1, 2)), **mixture)[0]


def test_what_rounding_does_to_weights_and_symmetry_is_let_pass_and_more_is_not():
    step = np.finfo(np.float64).eps
    right = density_at_a_mean()
    # 8 steps for each of 2 weights; the root of a step for a correlation.
    assert density_at_a_mean(weights=(0.5, 0.5 + 16 * step)) == pytest.approx(right)
    assert density_at_a_mean(covariance=((1, 0.5), (0.5 + 2.0**-26, 1))) == pytest.approx(right)
    with pytest.raises(ValueError, match=r"^weights must add up to 1, got 1\.0000000000000"):
        density_at_a_mean(weights=(0.5, 0.5 + 18 * step))
    with pytest.raises(ValueError, match=r"^covariances must .* not symmetric"):
        density_at_a_mean(covariance=((1, 0.5), (0.5 + 2.0**-25, 1)))
