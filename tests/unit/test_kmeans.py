"""k-means, step by step: against scikit-learn, a plain double loop, and what theory promises."""

import itertools
import math
import tracemalloc
import warnings

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from sklearn.cluster import KMeans
from sklearn.exceptions import ConvergenceWarning

from examlab.hyperspectral import kmeans
from examlab.hyperspectral.kmeans import random_start, round_groups, trace_k_means

# Few whole numbers: many ties, equal points, clusters that run empty.
whole_points = arrays(
    np.float64, st.tuples(st.integers(2, 12), st.integers(1, 2)), elements=st.integers(-3, 3)
)


def theirs(X, start):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        return KMeans(len(start), init=start, n_init=1, algorithm="lloyd", tol=0).fit(X)


def sum_of_squares(X, labels, centers):
    """Return the inertia by a plain double loop."""
    return math.fsum((X[i, j] - centers[labels[i], j]) ** 2 for i in range(len(X)) for j in range(X.shape[1]))


# Against scikit-learn


@pytest.mark.parametrize("seed", range(12))
def test_it_ends_where_scikit_learn_does_from_the_same_start(seed):
    rng = np.random.default_rng(seed)
    n, d, k = rng.integers(20, 300), rng.integers(1, 8), rng.integers(1, 9)
    X = rng.normal(size=(n, d)) + 50  # far from the origin, where rounding shows first
    start = random_start(X, n_clusters=k, random_state=seed)
    trace, model = trace_k_means(X, start), theirs(X, start)
    assert trace.converged and trace.n_iterations == model.n_iter_
    np.testing.assert_array_equal(trace.labels[-1], model.labels_)
    np.testing.assert_allclose(trace.centers[-1], model.cluster_centers_, rtol=1e-12)
    assert trace.inertia[-1, -1] == pytest.approx(model.inertia_, rel=1e-10)


def test_far_from_the_origin_it_goes_the_same_way():
    X, away = np.random.default_rng(0).normal(size=(100, 2)), np.array([1e8, -1e8])
    here, there = trace_k_means(X, X[:4]), trace_k_means(X + away, X[:4] + away)
    np.testing.assert_array_equal(there.labels, here.labels)


@pytest.mark.parametrize("seed", range(6))
def test_an_empty_cluster_takes_the_farthest_point_as_in_scikit_learn(seed):
    X = round_groups(random_state=seed)
    start = np.vstack([random_start(X, n_clusters=4, random_state=seed), [[100.0, 100.0]]])
    trace, model = trace_k_means(X, start), theirs(X, start)
    assert 4 not in trace.labels[0] and 4 in trace.labels[1]
    distances = np.linalg.norm(X - start[trace.labels[0]], axis=1)
    np.testing.assert_allclose(trace.centers[1, 4], X[distances.argmax()])
    np.testing.assert_array_equal(trace.labels[-1], model.labels_)


def test_a_cluster_of_two_can_give_up_its_farthest_point():
    trace = trace_k_means([[0.0], [0.1], [9.0], [12.0]], [[0.0], [9.0], [100.0]])
    np.testing.assert_allclose(trace.centers[1].ravel(), [0.05, 9.0, 12.0])


@pytest.mark.parametrize(
    ("X", "start", "after"),
    [
        ([0, 1, 10], [0.4, 100, 200], [0, 10, 1]),  # one after the other, the farthest first
        ([10, 10, 0, 1], [0.4, 10, 100, 200], [0, 10, 1, 200]),  # none that would leave nothing behind
        ([0, 1, 10, 10], [0.4, 10, 100, 200], [0, 10, 1, 200]),  # nor the first, where none is left to take
        ([0, 0.5, 10], [0.2, 10.5, 100], [0, 10, 0.5]),  # a point by itself stays, however far
        ([2, 2], [2, 5], [2, 5]),  # the second point stands where the first does
        ([0, 1e-9, 5], [0, 5, 100], [0, 5, 1e-9]),  # near, and yet not the same
    ],
)
def test_what_empty_clusters_take(X, start, after):
    trace = trace_k_means(np.array(X)[:, None], np.array(start)[:, None])
    np.testing.assert_allclose(trace.centers[1].ravel(), after, rtol=1e-6, atol=1e-12)


@pytest.mark.parametrize("scale", [1e-6, 1.0, 1e6])
def test_rounding_is_no_distance_for_which_an_empty_cluster_takes_a_point(scale):
    for seed, most in itertools.product(range(8), (7, 7000)):  # about as far to all sides, or far to one
        places = scale * np.random.default_rng(seed).normal(size=(3, 2))
        start = np.vstack([places, [[100 * scale, 100 * scale]]])
        trace = trace_k_means(np.repeat(places, (3, 5, most), axis=0), start)
        np.testing.assert_allclose(trace.centers[-1, 3], start[3])


# Theorems


@example(X=np.array([[1.0], [1.0], [0.0], [0.0], [0.0]]), seed=1, outside=False)  # fewer places than clusters
@example(X=np.array([[3.0], [3.0], [0.0], [1.0], [-1.0], [-1.0]]), seed=8010, outside=True)
@settings(max_examples=150, deadline=None)
@given(whole_points, st.integers(0, 2**32 - 1), st.booleans())
def test_no_half_step_raises_the_inertia_and_the_last_changes_nothing(X, seed, outside):
    rng = np.random.default_rng(seed)
    start = random_start(X, n_clusters=int(rng.integers(1, len(X) + 1)), random_state=rng)
    if outside:  # several of the centres far from every point
        start = start + rng.integers(-9, 9, size=start.shape)
    trace = trace_k_means(X, start)
    course = trace.inertia.ravel()
    assert (np.diff(course) <= 1e-9 * (1 + course[0])).all()
    assert trace.converged
    np.testing.assert_allclose(trace.centers[-1], trace.centers[-2], atol=1e-12)
    for step, (labels, (assigned, moved)) in enumerate(zip(trace.labels, trace.inertia, strict=True)):
        before, after = trace.centers[step], trace.centers[step + 1]
        distances = ((X[:, None] - before) ** 2).sum(axis=2)
        np.testing.assert_allclose(distances[range(len(X)), labels], distances.min(axis=1), atol=1e-9)
        assert assigned == pytest.approx(sum_of_squares(X, labels, before), abs=1e-9)
        if len(np.unique(labels)) == len(start):
            means = [X[labels == k].mean(axis=0) for k in range(len(start))]
            np.testing.assert_allclose(after, means, atol=1e-9)
            assert moved == pytest.approx(sum_of_squares(X, labels, after), abs=1e-9)


def test_one_cluster_is_the_mean_and_its_inertia_the_variance():
    X = np.random.default_rng(0).normal(size=(40, 3))
    trace = trace_k_means(X, X[:1])
    np.testing.assert_allclose(trace.centers[-1], [X.mean(axis=0)])
    assert trace.inertia[-1, -1] == pytest.approx(40 * X.var(axis=0).sum())


def test_as_many_clusters_as_points_leave_nothing():
    X = np.random.default_rng(0).normal(size=(9, 2))
    assert trace_k_means(X, X).inertia.max() == pytest.approx(0, abs=1e-25)


def test_stopped_early_it_says_so():
    X = round_groups(random_state=0)
    trace = trace_k_means(X, X[:5], max_iterations=2)
    assert not trace.converged and trace.n_iterations == 2
    assert trace.centers.shape == (3, 5, 2) and trace.labels.shape == (2, 150)


# Size


def test_blocks_change_nothing(monkeypatch):
    X = round_groups(random_state=1)
    whole = trace_k_means(X, X[:5])
    monkeypatch.setattr("examlab.hyperspectral.kmeans.BLOCK", 21)
    parts = trace_k_means(X, X[:5])
    np.testing.assert_array_equal(parts.labels, whole.labels)
    np.testing.assert_allclose(parts.inertia, whole.inertia, rtol=1e-13)


def test_blocks_hold_as_many_rows_as_fit_and_one_at_least(monkeypatch):
    monkeypatch.setattr(kmeans, "BLOCK", 21)
    assert list(kmeans._blocks(5, 10)) == [slice(0, 2), slice(2, 4), slice(4, 6)]
    assert list(kmeans._blocks(2, 22)) == [slice(0, 1), slice(1, 2)]


# Nearly all points in one cluster, where empty ones look for the farthest; and in nine.
@pytest.mark.parametrize("apart", [100, 0])
def test_memory_at_the_size_of_the_labelled_scene(apart):
    X = np.random.default_rng(0).normal(size=(42_776, 103))
    start = X[:9] + apart * np.arange(9)[:, None]
    tracemalloc.start()
    trace_k_means(X, start, max_iterations=2)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < X.nbytes + 30e6  # a copy of the points, and blocks


# The start, the cloud


def test_a_random_start_is_of_different_points_and_reproducible():
    X = np.arange(10.0)[:, None]
    start = random_start(X, n_clusters=10, random_state=3)
    np.testing.assert_array_equal(np.sort(start, axis=0), X)
    np.testing.assert_array_equal(start, random_start(X, n_clusters=10, random_state=3))


@pytest.mark.parametrize("n", [20, 21, 33, 150])
def test_the_cloud_has_the_size_asked_for(n):
    assert round_groups(n_samples=n, random_state=0).shape == (n, 2)


# Refusals


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"X": [[np.nan]]}, r"X must .*got nan"),
        ({"X": [[np.inf]]}, r"X must .*got inf"),
        ({"X": np.empty((0, 1))}, r"X must .*empty"),
        ({"X": [1.0, 2.0]}, r"X must have shape \(any, any\), got shape \(2,\)"),
        ({"start": [[np.nan]]}, r"start must .*got nan"),
        ({"start": np.empty((0, 1))}, r"start must .*empty"),
        ({"start": [[1.0, 2.0]]}, r"start must have shape \(any, 1\), got shape \(1, 2\)"),
        ({"start": [[1.0], [2.0], [3.0]]}, r"start must have at most one centre for each of 2 points, got 3"),
        ({"max_iterations": 0}, r"max_iterations must .*got 0"),
    ],
)
def test_what_cannot_be_clustered_is_refused_by_name(changed, message):
    arguments = {"X": [[0.0], [1.0]], "start": [[0.0]]} | changed
    with pytest.raises(ValueError, match=f"^{message}"):
        trace_k_means(arguments.pop("X"), arguments.pop("start"), **arguments)


def test_bad_counts():
    with pytest.raises(ValueError, match=r"^n_clusters must .*2, got 3"):
        random_start([[0.0], [1.0]], n_clusters=3)
    with pytest.raises(ValueError, match=r"^n_clusters must .*got 0"):
        random_start([[0.0]], n_clusters=0)
    with pytest.raises(ValueError, match=r"^X must have shape \(any, any\), got shape \(2,\)"):
        random_start([0.0, 1.0], n_clusters=1)
    with pytest.raises(ValueError, match=r"^n_samples must .*got 19"):
        round_groups(n_samples=19)
    with pytest.raises(TypeError, match=r"^max_iterations must .*got 2.5"):
        trace_k_means([[0.0]], [[0.0]], max_iterations=2.5)
