"""Subtractive clustering: against plain loops, through scikit-learn's checks, and the radius it chooses."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.spatial.distance import cdist, pdist
from sklearn.base import clone
from sklearn.datasets import make_blobs
from sklearn.metrics import adjusted_rand_score
from sklearn.utils.estimator_checks import parametrize_with_checks

from examlab.hyperspectral import density
from examlab.hyperspectral.clustering import SubtractiveClustering, suggested_radius
from examlab.hyperspectral.density import mountain


def chiu(X, radius, squash=1.5, accept=0.5, reject=0.15, max_clusters=None):
    """Chiu's steps one by one, with nothing but Python's own loops."""
    squares = [[sum((a - b) ** 2 for a, b in zip(x, y, strict=True)) for y in X] for x in X]
    left = [sum(math.exp(-4 * square / radius**2) for square in row) for row in squares]
    first, centres = max(left), []
    while len(centres) != max_clusters:
        top = next(i for i, m in enumerate(left) if m >= max(left) - 1e-5 * first)  # the rule for equals
        share = left[top] / first
        if share < accept:
            if share <= reject:
                break
            nearest = min(math.sqrt(squares[top][centre]) for centre in centres)
            if nearest / radius + share < 1:
                left[top] = -math.inf
                continue
        height = left[top]
        left = [
            m - height * math.exp(-4 * square / (squash * radius) ** 2)
            for m, square in zip(left, squares[top], strict=True)
        ]
        left[top] = -math.inf
        centres.append(top)
    return centres


def blobs(n=300, centers=5, d=10, seed=0):
    return make_blobs(n, n_features=d, centers=centers, random_state=seed)


@parametrize_with_checks([SubtractiveClustering(), SubtractiveClustering(radius=2.0, components=1)])
def test_what_scikit_learn_asks_of_an_estimator(estimator, check):
    check(estimator)


@pytest.mark.parametrize("seed", range(30))
def test_plain_loops_find_the_same_centres(seed):
    rng = np.random.default_rng(seed)
    X = rng.normal(size=(60, 2)) + rng.choice([0, 2, 5], size=(60, 1))
    settings = {
        "radius": float(rng.uniform(0.4, 3)),
        "squash": float(rng.uniform(0.8, 2)),
        "accept": float(rng.uniform(0.2, 1)),
        "reject": float(rng.uniform(0.01, 0.2)),
    }
    found = SubtractiveClustering(**settings).fit(X)
    expected = chiu(X.tolist(), **settings)
    assert found.cluster_centers_indices_.tolist() == expected
    assert found.n_clusters_ == len(expected)
    np.testing.assert_array_equal(found.cluster_centers_, X[expected])
    np.testing.assert_array_equal(found.labels_, cdist(X, X[expected]).argmin(axis=1))
    np.testing.assert_allclose(found.potentials_, mountain(X, radius=settings["radius"]))


def test_the_rule_between_the_bounds_decides_for_some():
    X = np.random.default_rng(3).normal(size=(80, 2))
    counts = [
        SubtractiveClustering(radius=1.0, squash=0.8, accept=accept, reject=reject).fit(X).n_clusters_
        for accept, reject in ((0.15, 0.15), (0.5, 0.15), (0.5, 0.5))
    ]
    assert counts[0] > counts[1] > counts[2]


def test_each_is_compared_with_the_first_centre_not_with_the_one_before():
    """Groups of 100, 40 and 14 points: 14 is less than 15 % of 100, but more than that of 40."""
    X = np.repeat([[0.0], [100.0], [200.0]], (100, 40, 14), axis=0)
    assert SubtractiveClustering(radius=1.0).fit(X).cluster_centers_indices_.tolist() == [0, 100]
    assert SubtractiveClustering(radius=1.0, reject=0.1).fit(X).n_clusters_ == 3


def test_between_the_bounds_near_points_are_refused_and_far_ones_taken():
    near = np.repeat([[0.0], [0.9]], (100, 60), axis=0)
    far = np.repeat([[0.0], [1.6]], (100, 60), axis=0)
    options = {"radius": 1.0, "squash": 0.7, "accept": 0.9}
    assert SubtractiveClustering(**options).fit(near).n_clusters_ == len(chiu(near.tolist(), **options)) == 2
    assert SubtractiveClustering(**options, reject=0.5).fit(far).n_clusters_ == 2
    close = np.repeat([[0.0], [0.3]], (100, 60), axis=0)
    assert SubtractiveClustering(**options).fit(close).n_clusters_ == 1


# The order of centres


def test_equal_points_and_equal_potentials_take_the_lowest_index():
    square = np.array([[0.0, 0.0], [0.0, 9.0], [9.0, 0.0], [9.0, 9.0]])
    for X in (square, np.repeat(square, 3, axis=0)):
        found = SubtractiveClustering(radius=2.0).fit(X)
        assert found.cluster_centers_indices_.tolist() == list(range(0, len(X), len(X) // 4))
    turned = square @ np.array([[0.6, -0.8], [0.8, 0.6]]) + 0.1  # the same square, rounded otherwise
    assert SubtractiveClustering(radius=2.0).fit(turned).cluster_centers_indices_.tolist() == [0, 1, 2, 3]


@pytest.mark.parametrize(("above", "first"), [(0.5e-5, 0), (1.5e-5, 100)])
def test_a_potential_has_to_be_higher_by_1e_5_of_the_first_to_come_before_another(above, first):
    """Two pairs of places far from each other, 50 points at each place: the second pair is a bit closer."""
    near, far = 0.5, 0.5 - above * 1.5
    apart = [math.sqrt(-math.log(share) / 4) for share in (far, near)]
    X = np.repeat([[0.0], [apart[0]], [100.0], [100.0 + apart[1]]], 50, axis=0)
    assert SubtractiveClustering(radius=1.0).fit(X).cluster_centers_indices_[0] == first


def test_at_the_bounds_a_point_is_accepted_and_the_search_ends():
    apart = np.repeat([[0.0], [100.0]], (100, 15), axis=0)
    potentials = SubtractiveClustering(radius=1.0).fit(apart).potentials_
    share = potentials[-1] / potentials[0]
    assert SubtractiveClustering(radius=1.0, reject=share).fit(apart).n_clusters_ == 1
    assert SubtractiveClustering(radius=1.0, reject=np.nextafter(share, 0)).fit(apart).n_clusters_ == 2
    close = np.repeat([[0.0], [0.5]], (100, 10), axis=0)  # too close for the rule between the bounds
    options = {"radius": 1.0, "squash": 0.01}
    potentials = SubtractiveClustering(**options).fit(close).potentials_
    share = potentials[-1] / potentials[0]
    assert SubtractiveClustering(**options, accept=share).fit(close).n_clusters_ == 2
    assert SubtractiveClustering(**options, accept=np.nextafter(share, 1)).fit(close).n_clusters_ == 1


def test_no_point_is_a_centre_twice():
    X = np.repeat(blobs(40)[0], 5, axis=0)
    for squash in (0.3, 1.0, 1.5):
        centres = SubtractiveClustering(radius=3.0, squash=squash).fit(X).cluster_centers_
        assert len(np.unique(centres, axis=0)) == len(centres)


def test_the_number_of_cores_changes_nothing(monkeypatch):
    X = np.random.default_rng(0).normal(size=(3000, 5))
    fits = []
    for cores in (1, 2, 5):
        monkeypatch.setattr(density, "_cores", lambda cores=cores: cores)
        fits.append(SubtractiveClustering(radius=1.0).fit(X))
    for other in fits[1:]:
        np.testing.assert_array_equal(other.potentials_, fits[0].potentials_)
        np.testing.assert_array_equal(other.cluster_centers_indices_, fits[0].cluster_centers_indices_)


@settings(deadline=None, max_examples=25)
@given(seed=st.integers(0, 10_000), scale=st.floats(0.01, 100), shift=st.floats(-50, 50))
def test_order_unit_and_origin_change_nothing(seed, scale, shift):
    rng = np.random.default_rng(seed)
    X = rng.normal(size=(80, 3)) + rng.choice([0, 4], size=(80, 1))
    order = rng.permutation(80)
    found = SubtractiveClustering(max_clusters=3).fit(X)
    moved = SubtractiveClustering(max_clusters=3).fit(X[order] * scale + shift)
    assert moved.radius_ == pytest.approx(found.radius_ * scale, rel=1e-6)
    np.testing.assert_array_equal(order[moved.cluster_centers_indices_], found.cluster_centers_indices_)


def test_a_bound_on_the_number_stops_early_and_changes_nothing_else():
    X, _ = blobs(centers=6)
    every = SubtractiveClustering().fit(X).cluster_centers_indices_
    assert len(every) >= 6
    for most in (1, 2, 5, 100):
        found = SubtractiveClustering(max_clusters=most).fit(X)
        np.testing.assert_array_equal(found.cluster_centers_indices_, every[:most])


# The radius that is chosen


@pytest.mark.parametrize(("centers", "d"), [(3, 10), (5, 10), (8, 20), (12, 50)])
def test_separate_groups_are_found_without_being_told_how_many(centers, d):
    X, truth = blobs(400, centers, d, seed=1)
    found = SubtractiveClustering().fit(X)
    assert found.n_clusters_ == centers
    assert adjusted_rand_score(truth, found.labels_) == 1


def test_half_of_the_median_distance():
    X, _ = blobs(100)
    distances = sorted(math.dist(x, y) for i, x in enumerate(X) for y in X[:i])
    middle = (distances[(len(distances) - 1) // 2] + distances[len(distances) // 2]) / 2
    assert suggested_radius(X) == pytest.approx(middle / 2, rel=1e-12)
    assert SubtractiveClustering().fit(X).radius_ == suggested_radius(X)


@pytest.mark.parametrize(("n", "steps"), [(225, 5), (900, 4)])
def test_points_without_neighbours_get_a_radius_that_gives_them_some(n, steps):
    X = np.random.default_rng(0).normal(size=(n, 103))
    half = np.median(pdist(X)) / 2
    assert mountain(X, radius=half).max() < 1.01
    radius = suggested_radius(X)
    enough = math.sqrt(n)
    assert mountain(X, radius=radius).max() >= enough > mountain(X, radius=radius / 2**0.25).max()
    assert 4 * math.log2(radius / half) == pytest.approx(steps, abs=1e-6)
    assert SubtractiveClustering().fit(X).n_clusters_ < 20


def test_half_of_the_unit_box_isolates_standardised_spectra():
    X = np.random.default_rng(0).normal(size=(200, 103))
    assert SubtractiveClustering(radius=0.5).fit(X).n_clusters_ == 200


def test_points_that_stand_on_others_do_not_shorten_the_distances():
    X, _ = blobs(60)
    assert suggested_radius(np.repeat(X, 5, axis=0)) == pytest.approx(suggested_radius(X), rel=1e-12)


def test_of_2000_points_all_are_looked_at():
    X = np.random.default_rng(0).normal(size=(2000, 2))
    assert suggested_radius(X) == pytest.approx(np.median(pdist(X)) / 2, rel=1e-12)


def test_of_more_points_those_at_multiples_of_the_golden_section_are():
    X = np.random.default_rng(0).normal(size=(3000, 2))
    golden = math.sqrt(1.25) - 0.5
    sample = sorted({math.floor(3000 * math.modf(golden * k)[0]) for k in range(2000)})
    assert suggested_radius(X) == pytest.approx(np.median(pdist(X[sample])) / 2, rel=1e-12)


def test_a_sample_suggests_nearly_the_same():
    X = np.random.default_rng(0).normal(size=(9000, 4))
    assert suggested_radius(X) == pytest.approx(suggested_radius(X[:2000]), rel=0.03)
    assert suggested_radius(X) == suggested_radius(X)


@pytest.mark.parametrize("X", [[[3.0, 4.0]], [[2.0]] * 5, [[1.0]] * 2500])
def test_equal_points_are_one_cluster(X):
    found = SubtractiveClustering().fit(X)
    assert found.radius_ == 1 and found.n_clusters_ == 1 and not found.labels_.any()
    np.testing.assert_allclose(found.potentials_, len(X))


# Prediction, reduced components, progress


def test_new_points_go_to_the_nearest_centre():
    X, _ = blobs()
    found = SubtractiveClustering().fit(X[:200])
    expected = cdist(X[200:], found.cluster_centers_).argmin(axis=1)
    np.testing.assert_array_equal(found.predict(X[200:]), expected)


def test_fewer_components_say_what_they_cost():
    X, _ = blobs(d=30)
    exact = SubtractiveClustering(radius=20.0).fit(X)
    assert exact.density_error_ == 0
    errors = [SubtractiveClustering(radius=20.0, components=k).fit(X).density_error_ for k in (2, 8, 30)]
    # With all components only the rounding of single precision is left: 7 to 9 of its steps, by processor.
    assert errors[0] > errors[1] > errors[2] and errors[2] < 16 * np.finfo(np.float32).eps
    near = SubtractiveClustering(radius=20.0, components=30).fit(X)
    np.testing.assert_array_equal(near.cluster_centers_indices_, exact.cluster_centers_indices_)
    assert near.density_error_ == errors[2]


def test_progress_is_told():
    told = []
    model = SubtractiveClustering(progress=lambda done, of: told.append((done, of)))
    model.fit(np.random.default_rng(0).normal(size=(1500, 3)))
    assert told[-1] == (6, 6)
    assert clone(model).progress is not None


# Bad input


@settings(deadline=None, max_examples=40)
@given(bad=st.sampled_from([np.nan, np.inf, -np.inf]), place=st.integers(0, 19), fitted=st.booleans())
def test_numbers_that_are_none_are_refused(bad, place, fitted):
    X = np.arange(20.0).reshape(5, 4)
    model = SubtractiveClustering().fit(X)
    X.flat[place] = bad
    with pytest.raises(ValueError, match=r"X contains (NaN|infinity)"):
        (model.predict if fitted else model.fit)(X)


@pytest.mark.parametrize("X", [np.empty((0, 3)), np.ones(4), np.ones((2, 3, 4)), np.empty((3, 0))])
def test_wrong_shapes_are_refused(X):
    with pytest.raises(ValueError, match=r"0 sample|0 feature|1D array|dim 3"):
        SubtractiveClustering().fit(X)


@pytest.mark.parametrize(
    ("name", "value", "error"),
    [
        ("radius", 0, ValueError),
        ("radius", -2.0, ValueError),
        ("radius", math.inf, ValueError),
        ("radius", "automatic", ValueError),
        ("radius", None, TypeError),
        ("squash", 0, ValueError),
        ("accept", 0, ValueError),
        ("accept", 1.1, ValueError),
        ("reject", 0, ValueError),
        ("reject", 0.6, ValueError),
        ("max_clusters", 0, ValueError),
        ("max_clusters", 2.5, TypeError),
        ("components", 0, ValueError),
        ("components", 3, ValueError),
        ("progress", "yes", TypeError),
    ],
)
def test_bad_parameters_are_named(name, value, error):
    with pytest.raises(error, match=rf"^{name} must .*got "):
        SubtractiveClustering(**{name: value}).fit(np.eye(5, 2))


def test_distances_without_bounds_are_refused():
    with pytest.raises(ValueError, match=r"^X must hold points whose distances are finite"):
        suggested_radius([[-1e200], [1e200], [1e200]])
    with pytest.raises(ValueError, match=r"^X must have shape \(any, any\)"):
        suggested_radius([1.0, 2.0])


@pytest.mark.parametrize(
    ("given", "kept"), [(np.int16, np.float64), (np.float16, np.float64), (np.float32,) * 2]
)
def test_centres_are_floats_of_double_precision_unless_the_points_are_of_single(given, kept):
    X = np.array([[0, 0], [1, 0], [0, 1], [50, 50], [51, 50]], dtype=given)
    found = SubtractiveClustering(radius=3.0).fit(X)
    assert found.cluster_centers_.dtype == kept
    np.testing.assert_array_equal(found.cluster_centers_, [[0, 0], [50, 50]])
