"""The method end to end: each step against another way to do it, the whole against the truth, bad input."""

from __future__ import annotations

import itertools
import os
from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal
from scipy.spatial.distance import cdist
from sklearn.decomposition import PCA
from sklearn.neighbors import KNeighborsClassifier
from sklearn.svm import OneClassSVM

from examlab.hyperspectral import pipeline, segmentation
from examlab.hyperspectral.clustering import SubtractiveClustering
from examlab.hyperspectral.scenes import simulated_scene
from examlab.hyperspectral.segmentation import STEPS, Clock, Settings, scores, segment
from examlab.hyperspectral.spectra import standardize

SCENE = simulated_scene((60, 50), random_state=3)
MASK = SCENE.ground_truth > 0
SIX = {"n_clusters": 6, "radius": 8.0, "random_state": 0}
FOUND = segment(SCENE.cube, MASK, **SIX)


def easy(*, rows=24, columns=30, seed=0):
    """Return an image of three materials in stripes, far from each other, and its truth."""
    truth = np.broadcast_to(np.arange(columns) // (columns // 3), (rows, columns))
    spectra = np.array([[5.0, 1, 1, 9], [1, 5, 2, 8], [1, 2, 6, 7]])
    return spectra[truth] + 0.05 * np.random.default_rng(seed).normal(size=(rows, columns, 4)), truth


# ---- The whole


@pytest.mark.parametrize("index", ["calinski-harabasz", "support-vectors", "silhouette"])
def test_materials_that_are_far_apart_are_found_from_a_few_labelled_pixels(index):
    cube, truth = easy()
    mask = np.zeros(truth.shape, dtype=bool)
    mask[::3, ::2] = True
    found = segment(cube, mask, index=index, max_clusters=6, random_state=0)
    assert found.n_clusters == 3
    assert scores(truth + 1, found.labels) == pytest.approx(
        dict.fromkeys(("OA", "AA", "kappa", "NMI", "ARI"), 1)
    )
    assert found.rejected[mask].mean() < 0.25


def test_a_simulated_scene_is_segmented_far_better_than_by_chance():
    shuffled = np.random.default_rng(0).permutation(FOUND.labels.ravel()).reshape(MASK.shape)
    assert scores(SCENE.materials, FOUND.labels)["ARI"] > 0.25
    assert abs(scores(SCENE.materials, shuffled)["ARI"]) < 0.02


def test_classes_are_never_looked_at():
    rng = np.random.default_rng(0)
    other_names = rng.permutation(np.arange(1, 10))[SCENE.ground_truth.astype(int) - 1]
    again = segment(SCENE.cube, (other_names > 0) & MASK, **SIX)
    assert_array_equal(again.labels, FOUND.labels)


def test_what_comes_back_has_the_size_of_the_scene_and_says_what_was_chosen():
    assert FOUND.labels.shape == FOUND.rejected.shape == MASK.shape
    assert set(np.unique(FOUND.labels)) == set(range(6)) and FOUND.n_clusters == 6
    assert tuple(FOUND.seconds) == STEPS and min(FOUND.seconds.values()) > 0
    assert list(FOUND.values) == [6] and 0.9 < FOUND.kept <= 1


def test_the_number_with_the_best_index_is_chosen():
    found = segment(SCENE.cube, MASK, max_clusters=8, random_state=0)
    assert list(found.values) == list(range(2, 9))
    assert found.n_clusters == max(found.values, key=found.values.get) == found.labels.max() + 1
    worst = segment(SCENE.cube, MASK, max_clusters=8, radius=8.0, index="davies-bouldin")
    assert worst.n_clusters == min(worst.values, key=worst.values.get)


def test_the_seed_decides_which_pixels_an_index_looks_at():
    X = np.random.default_rng(0).normal(size=(1200, 2))
    halves = {2: (X[:, 0] > 0).astype(np.int64)}
    first, again, other = (pipeline._judged(X, halves, "support-vectors", seed).values for seed in (0, 0, 1))
    assert first == again != other


def test_the_same_seed_gives_the_same_map_and_the_unit_of_the_cube_does_not_matter():
    again = segment(SCENE.cube, MASK, **SIX)
    assert_array_equal(again.rejected, FOUND.rejected)
    scaled = segment(SCENE.cube.astype(np.float64) * 1e-4 + 3, MASK, **SIX)
    assert (scaled.labels == FOUND.labels).mean() > 0.999


def test_progress_reaches_its_end_step_by_step():
    told = []
    segment(SCENE.cube, MASK, n_clusters=3, progress=lambda done, of: told.append((done, of)))
    assert told == [(done, len(told)) for done in range(1, len(told) + 1)]
    assert len(told) == len(STEPS)


def test_the_time_of_a_step_is_that_of_its_parts(monkeypatch):
    monkeypatch.setattr(segmentation.time, "perf_counter", itertools.count(100).__next__)
    clock = Clock(None)
    for name, last in (("normalise", True), ("cluster", False), ("cluster", True)):
        with clock.step(name, last=last):
            pass
    assert clock.seconds == dict.fromkeys(STEPS, 0) | {"normalise": 1, "cluster": 2}


def test_blocks_are_whole_rows_of_65_536_pixels_together():
    assert [pipeline.block_rows(columns) for columns in (1, 256, 340, 10**6)] == [65_536, 256, 192, 1]


def test_as_many_cores_are_used_as_this_process_may(monkeypatch):
    monkeypatch.setattr(os, "sched_getaffinity", lambda who: {0, 3, 4} if who == 0 else {0}, raising=False)
    assert pipeline.cores() == 3
    monkeypatch.delattr(os, "sched_getaffinity")
    for counted, cores in ((6, 6), (None, 1)):
        monkeypatch.setattr(os, "cpu_count", lambda counted=counted: counted)
        assert pipeline.cores() == cores


# ---- Its steps


def normalised():
    """Return the labelled pixels as the method places them, by scikit-learn."""
    pixels = standardize(SCENE.cube.reshape(-1, 103))[MASK.ravel()]
    return PCA(10, svd_solver="full").fit(pixels), pixels


def placed(components=10):
    pixels = SCENE.cube.reshape(-1, 103)
    return pipeline.space(pixels[MASK.ravel()], pipeline.moments(pixels), components).place(pixels)


def test_distances_are_those_of_normalised_bands_and_their_components():
    components, pixels = normalised()
    theirs, ours = components.transform(pixels), placed()[MASK.ravel()]
    assert_allclose(np.diff(np.abs(ours), axis=0), np.diff(np.abs(theirs), axis=0), atol=20)
    some = np.random.default_rng(0).integers(0, len(ours), (2, 200))
    gaps = [np.linalg.norm(found[some[0]] - found[some[1]], axis=1) for found in (ours, theirs)]
    assert_allclose(*gaps, rtol=1e-4)
    all_bands = placed(None)[MASK.ravel()]
    assert_allclose(all_bands, pixels, atol=1e-4)
    assert FOUND.kept == pytest.approx(components.explained_variance_ratio_.sum())


def test_of_pixels_that_are_all_alike_components_keep_everything():
    alike = np.full((9, 4), 3.0)
    assert pipeline.space(alike, pipeline.moments(alike), 2).kept == 1


@pytest.mark.parametrize("components", [None, 103])
def test_all_bands_keep_everything(components):
    pixels = SCENE.cube.reshape(-1, 103)
    space = pipeline.space(pixels, pipeline.moments(pixels), components)
    assert space.kept == 1 and (space.axes == np.diag(np.diag(space.axes))).all()


def test_components_keep_what_labelled_pixels_vary_by_however_little_that_is():
    X = np.random.default_rng(0).normal(size=(200, 3))
    labelled = 1e-3 * X[:20]
    variances = np.linalg.eigvalsh(np.cov((labelled / X.std(axis=0, ddof=1)).T))
    space = pipeline.space(labelled, pipeline.moments(X), 1)
    assert space.axes.shape == (3, 1) and space.kept == pytest.approx(variances[-1] / variances.sum())


def test_moments_of_blocks_are_those_of_the_whole():
    pixels = SCENE.cube.reshape(-1, 103)
    parts = pipeline.combine(pipeline.moments(part) for part in np.array_split(pixels, 7))
    assert parts.count == len(pixels)
    assert_allclose(parts.mean, pixels.mean(axis=0))
    assert_allclose(parts.deviation, pixels.std(axis=0, ddof=1))
    constant = pipeline.combine(pipeline.moments(np.full((n, 1), 0.1)) for n in (3, 5, 8))
    assert constant.deviation == 1
    assert pipeline.moments(np.array([[0.0, 0], [2, 0]])).deviation.tolist() == [pytest.approx(2**0.5), 1]


@pytest.mark.parametrize("mean", [1e-3, -1.0, 1e3])
def test_a_deviation_is_rounding_up_to_1e_12_of_the_mean(mean):
    squares = 50 * (np.array([0.9e-12, 1.1e-12]) * mean) ** 2
    assert pipeline.Moments(50, np.full(2, mean), squares).varies.tolist() == [False, True]


def test_clusters_are_the_nearest_centres_of_a_subtractive_clustering():
    X = placed()[MASK.ravel()]
    found = SubtractiveClustering(radius=FOUND.radius, accept=1e-5, reject=1e-5, max_clusters=6).fit(X)
    kept = ~FOUND.rejected[MASK]
    assert_array_equal(FOUND.labels[MASK][kept], found.labels_[kept])
    assert kept[found.cluster_centers_indices_].all()


def test_a_pixel_as_near_to_two_centres_goes_to_the_first():
    X = np.array([[0.0], [2], [1], [5]])
    assert pipeline.partitions(X, X, [2])[2].tolist() == [0, 1, 0, 1]


def test_rejected_pixels_are_outside_their_one_class_svm():
    X = placed()
    clusters = SubtractiveClustering(
        radius=FOUND.radius, accept=1e-5, reject=1e-5, max_clusters=6
    ).fit_predict(X[MASK.ravel()])
    for number in range(6):
        own = X[MASK.ravel()][clusters == number]
        model = OneClassSVM(nu=0.05, gamma=0.25 / own.astype(float).var(axis=0).sum()).fit(own)
        elsewhere = ~MASK.ravel() & (FOUND.labels.ravel() == number)
        outside = model.predict(X[elsewhere]) < 0
        assert (outside == FOUND.rejected.ravel()[elsewhere]).mean() > 0.99
    more = segment(SCENE.cube, MASK, nu=0.3, **SIX)
    # What lies on the rim itself is not outside: ν is the most that can be, in small clusters less.
    assert 0.02 < FOUND.rejected[MASK].mean() <= 0.05
    assert more.rejected[MASK].mean() == pytest.approx(0.3, abs=0.04)


@pytest.mark.parametrize("n_neighbors", [1, 5, 8])
def test_the_others_take_the_cluster_of_most_neighbours(n_neighbors):
    found = segment(SCENE.cube, MASK, n_neighbors=n_neighbors, **SIX)
    X, accepted = placed(), MASK & ~found.rejected
    theirs = KNeighborsClassifier(n_neighbors).fit(X[accepted.ravel()], found.labels[accepted])
    assert_array_equal(found.labels[~accepted], theirs.predict(X[~accepted.ravel()]))


def test_a_tie_goes_to_the_cluster_that_was_found_first():
    X, labels = np.array([[0.0], [1], [2], [3]], dtype=np.float32), np.array([1, 1, 0, 0])
    vote = pipeline.Neighbours(X, labels, n_neighbors=4).vote(np.array([[-5.0]]), n_threads=1)
    assert vote.tolist() == [0]


def test_the_radius_is_half_of_the_root_mean_square_distance_unless_given():
    components, pixels = normalised()
    squares = cdist(*[components.transform(pixels)] * 2, "sqeuclidean")
    found = segment(SCENE.cube, MASK, random_state=0)
    assert found.radius == pytest.approx(np.sqrt(squares.mean()) / 2, rel=1e-5)
    assert pipeline.half_distance(np.full((10, 3), [0.1, 7, 9])) == 1
    assert pipeline.half_distance(np.array([[0.0, 7], [2, 7]])) == pytest.approx(0.5**0.5)
    far = np.random.default_rng(0).normal(1000, 1, size=(5000, 1)).astype(np.float32)
    assert pipeline.half_distance(far) == pytest.approx(np.sqrt(far.astype(float).var() / 2), rel=1e-12)


def test_the_radius_decides_and_is_kept_when_given():
    found = [segment(SCENE.cube, MASK, n_clusters=6, radius=radius, random_state=0) for radius in (2.0, 12.0)]
    assert [one.radius for one in found] == [2.0, 12.0]
    assert (found[0].labels != found[1].labels).any()


# ---- Odd scenes and bad input


def test_one_cluster_two_labelled_pixels_and_constant_bands_are_fine():
    cube, truth = easy()
    mask = np.zeros(truth.shape, dtype=bool)
    mask[0, 0] = mask[5, 29] = True
    assert segment(cube, mask, n_clusters=1, n_neighbors=1).labels.max() == 0
    found = segment(cube, mask, n_clusters=2, n_neighbors=1)
    assert found.labels[0, 0] != found.labels[5, 29]
    cube[..., 3] = 9.3
    assert segment(cube, truth >= 0, random_state=0).n_clusters == 3


CUBE, TRUTH = easy()
ALL = np.ones(TRUTH.shape, dtype=bool)


def with_number(value):
    cube = CUBE.copy()
    cube[3, 4, 2] = value
    return cube


@pytest.mark.parametrize(
    ("cube", "labelled", "options", "error", "says"),
    [
        (with_number(np.nan), ALL, {}, ValueError, "cube must hold numbers in .*nan"),
        (with_number(np.inf), ALL, {}, ValueError, "cube must hold numbers in .*inf"),
        (np.zeros((0, 3, 4)), np.zeros((0, 3), bool), {}, ValueError, "cube must hold at least one number"),
        (np.zeros((0, 3, 4), int), np.zeros((0, 3), bool), {}, ValueError, "cube must hold at least one"),
        (CUBE[0], ALL, {}, ValueError, "cube must have shape"),
        (CUBE[0].astype(int), ALL, {}, ValueError, "cube must have shape"),
        (CUBE.astype(str), ALL, {}, TypeError, "cube must hold real numbers"),
        (CUBE[:1, :1], ALL[:1, :1], {"n_neighbors": 1}, ValueError, "cube must hold different pixels"),
        (np.full_like(CUBE, 0.1), ALL, {}, ValueError, "cube must hold different pixels.*constant"),
        (CUBE, ALL[:5], {}, ValueError, r"labelled must have the rows and columns of cube, \(24, 30\), got"),
        (CUBE, ALL & False, {}, ValueError, "labelled must mark at least one pixel"),
        (CUBE, ALL.astype(int), {}, TypeError, "labelled must hold True and False.*int"),
        (CUBE, ALL, {"n_clusters": 721}, ValueError, "n_clusters must be at most.*720, got 721"),
        (CUBE, ALL, {"n_neighbors": 721}, ValueError, "n_neighbors must be at most.*720, got 721"),
        (CUBE, ALL, {"n_clusters": 0}, ValueError, "n_clusters must"),
        (CUBE, ALL, {"n_clusters": "all"}, ValueError, "n_clusters must be one of 'auto'"),
        (CUBE, ALL, {"n_clusters": 2.5}, TypeError, "n_clusters must"),
        (CUBE, ALL, {"max_clusters": 1}, ValueError, "max_clusters must"),
        (CUBE, ALL, {"radius": 0}, ValueError, "radius must"),
        (CUBE, ALL, {"radius": "large"}, ValueError, "radius must be one of 'auto'"),
        (CUBE, ALL, {"index": "dunn"}, ValueError, "index must be one of"),
        (CUBE, ALL, {"nu": 1}, ValueError, "nu must"),
        (CUBE, ALL, {"n_neighbors": 0}, ValueError, "n_neighbors must"),
        (CUBE, ALL, {"n_components": 0}, ValueError, "n_components must"),
        (CUBE, ALL, {"n_neighbors": 2.5}, TypeError, "n_neighbors must"),
        (CUBE, ALL, {"progress": "bar"}, TypeError, "progress must be a function"),
    ],
)
def test_bad_input_is_named(cube, labelled, options, error, says):
    with pytest.raises(error, match=says):
        segment(cube, labelled, **options)


def test_options_are_taken_from_their_ends_on_and_as_python_s_numbers():
    least = {"n_clusters": 1, "max_clusters": 2, "radius": 1e-9, "n_neighbors": 1, "n_components": 1}
    options = {"index": "silhouette", "nu": 0.5} | {
        name: np.float64(value) if name == "radius" else np.int64(value) for name, value in least.items()
    }
    taken = Settings(**options)
    assert {name: getattr(taken, name) for name in least} == least
    assert all(type(getattr(taken, name)) in (int, float) for name in least)
    for name in least:
        with pytest.raises(ValueError, match=f"^{name} must"):
            Settings(**options | {name: 0})
    assert segment(CUBE, ALL, n_clusters=1, n_components=1).labels.dtype == np.int64


def test_more_clusters_than_different_pixels_are_refused():
    cube = np.repeat(CUBE[:1, ::15], 20, axis=0)
    with pytest.raises(
        ValueError, match="n_clusters must be at most the number of different labelled pixels"
    ):
        segment(cube, np.ones(cube.shape[:2], bool), n_clusters=7)


@settings(max_examples=25, deadline=None)
@given(
    st.integers(1, 5),
    st.integers(1, 5),
    st.integers(1, 3),
    st.integers(0, 10),
    st.one_of(st.just("auto"), st.integers(1, 6)),
    st.integers(1, 4),
)
def test_small_scenes_are_segmented_or_refused_by_name(rows, columns, bands, seed, n_clusters, n_neighbors):
    rng = np.random.default_rng(seed)
    cube, mask = rng.integers(0, 4, (rows, columns, bands)), rng.random((rows, columns)) < 0.6
    try:
        found = segment(cube, mask, n_clusters=n_clusters, n_neighbors=n_neighbors, random_state=seed)
    except ValueError as error:
        assert str(error).split()[0] in {"cube", "labelled", "n_clusters", "n_neighbors"}
    else:
        assert found.labels.shape == (rows, columns)
        assert found.labels.min() >= 0 and found.labels.max() < found.n_clusters
        assert n_clusters in ("auto", found.n_clusters)


def test_a_domain_of_many_pixels_is_learnt_from_so_many_different_ones():
    n = 2500
    X = np.random.default_rng(0).normal(size=(n, 2))
    (machine,) = pipeline.Domains(X, np.zeros(n, dtype=np.int64), nu=0.5, random_state=0).models
    assert machine.shape_fit_[0] == 2000
    vectors = machine.support_vectors_
    assert len(vectors) > 900 and len(np.unique(vectors, axis=0)) == len(vectors)


def test_pixels_on_the_boundary_belong_to_the_domain():
    X = np.random.default_rng(0).normal(size=(300, 3))
    domains = pipeline.Domains(X, np.zeros(300, dtype=np.int64), nu=0.2, random_state=0)
    (machine,) = domains.models
    height = machine.dual_coef_.ravel()
    on_it = machine.support_[height < height.max() * (1 - 1e-6)]
    assert len(on_it) > 3
    assert (machine.predict(X[on_it]) < 0).any(), "rounding rejects none here: take other points"
    outside = domains.outside(X, np.zeros(300, dtype=np.int64))
    assert not outside[on_it].any()
    assert 0.15 < outside.mean() < 0.2


def test_outside_is_what_lies_farther_than_libsvm_s_rounding():
    labels = np.zeros(3, dtype=np.int64)
    domains = pipeline.Domains(np.eye(3), labels, nu=0.5, random_state=0)
    domains.models = [SimpleNamespace(decision_function=np.ravel)]
    assert domains.outside(np.array([[-0.9e-4], [-1e-4], [-1.1e-4]]), labels).tolist() == [False, False, True]


def test_three_different_pixels_have_a_domain_and_two_or_equal_ones_do_not():
    X = 0.1 * np.array([[0.0, 0], [1, 0], [0, 1], [5, 5], [6, 5], [9, 9], [9, 9], [9, 9]])
    labels = np.array([0, 0, 0, 1, 1, 2, 2, 2])
    domains = pipeline.Domains(X, labels, nu=0.2, random_state=0)
    assert [model is None for model in domains.models] == [False, True, True]
    assert not domains.outside(X + 100, labels)[3:].any()
    assert domains.outside(X[:0], labels[:0]).size == 0
