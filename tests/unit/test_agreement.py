"""Scores of a clustering: against scikit-learn, against every matching there is, and by their properties."""

from __future__ import annotations

from itertools import permutations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_array_equal
from sklearn import metrics

from examlab.hyperspectral.agreement import match_classes, scores

some = settings(max_examples=40, deadline=None)
pairs = st.lists(st.tuples(st.integers(0, 4), st.integers(-1, 4)), min_size=1, max_size=40).filter(
    lambda rows: any(truth for truth, _ in rows)
)


def columns(rows):
    truth, predicted = np.array(rows).T
    return truth, predicted


def every_matching(truth, predicted):
    """Return all one-to-one ways to call clusters by classes, as arrays of classes; 0 for no class."""
    truth, predicted = truth[truth > 0], predicted[truth > 0]
    clusters = sorted(set(predicted[predicted >= 0].tolist()))
    names = sorted(set(truth.tolist())) + [0] * len(clusters)
    for chosen in set(permutations(names, len(clusters))):
        named = dict(zip(clusters, chosen, strict=True)) | {-1: 0}
        yield truth, np.array([named[cluster] for cluster in predicted.tolist()])


@some
@given(pairs)
def test_no_matching_agrees_in_more_pixels(rows):
    truth, predicted = columns(rows)
    found = scores(truth, predicted)
    tried = [(np.mean(y == named), recall(y, named)) for y, named in every_matching(truth, predicted)]
    best, highest = max(tried)
    assert found["OA"] == pytest.approx(best)
    assert found["AA"] == pytest.approx(highest)


def recall(truth, named):
    return np.mean([np.mean(named[truth == label] == label) for label in set(truth.tolist())])


@some
@given(pairs)
@pytest.mark.filterwarnings("ignore")  # scikit-learn remarks on classes that are seen once, and on 0/0
def test_scores_are_those_of_scikit_learn(rows):
    truth, predicted = columns(rows)
    found = scores(truth, predicted)
    known = truth > 0
    y, cluster, named = truth[known], predicted[known], match_classes(truth, predicted)[known]
    assert found["OA"] == pytest.approx(metrics.accuracy_score(y, named))
    kappa = metrics.cohen_kappa_score(y, named)
    assert found["kappa"] == pytest.approx(1.0 if np.isnan(kappa) else kappa)
    assert found["NMI"] == pytest.approx(metrics.normalized_mutual_info_score(y, cluster), abs=1e-9)
    assert found["ARI"] == pytest.approx(metrics.adjusted_rand_score(y, cluster))


@some
@given(pairs, st.permutations(range(5)))
def test_names_of_clusters_do_not_matter(rows, names):
    truth, predicted = columns(rows)
    renamed = np.where(predicted < 0, predicted, 10 * np.array([*names, 0])[predicted])
    for measure in ("OA", "AA", "NMI", "ARI"):
        assert scores(truth, renamed)[measure] == pytest.approx(scores(truth, predicted)[measure])


@some
@given(pairs)
def test_the_truth_scores_one(rows):
    truth, _ = columns(rows)
    assert list(scores(truth, truth).values()) == pytest.approx([1.0] * 5)
    assert_array_equal(match_classes(truth, 7 * truth)[truth > 0], truth[truth > 0])


@pytest.mark.parametrize(
    ("predicted", "oa", "aa"),
    [
        ([0, 0, 0, 0, 1, 1], 1, 1),
        ([0, 0, 0, 0, 0, 0], 4 / 6, 1 / 2),  # fewer clusters than classes
        ([0, 0, 1, 2, 3, 4], 3 / 6, 1 / 2),  # more
        ([0, 1, 2, 3, 4, 5], 2 / 6, 3 / 8),  # every pixel by itself
        ([-1, -1, 0, 0, 1, 1], 4 / 6, 3 / 4),  # two pixels of no cluster
        ([-1, -1, -1, -1, -1, -1], 0, 0),
        ([-2, -1, 0, 0, -3, -1], 2 / 6, 1 / 4),
        ([-1, -1, -1, 0, 0, -1], 1 / 6, 1 / 4),  # matched with the class where a pixel counts for more
    ],
)
def test_unequal_numbers_and_pixels_of_no_cluster(predicted, oa, aa):
    truth = [3, 3, 3, 3, 8, 8]
    found = scores([*truth, 0, 0], [*predicted, 0, 9])
    assert found["OA"] == pytest.approx(oa)
    assert found["AA"] == pytest.approx(aa)


def test_a_rare_class_does_not_outweigh_a_pixel():
    truth = [1, *[2] * 10, 3]
    assert scores(truth, [0, 0, 0, 0, *range(1, 8), 8])["OA"] == pytest.approx(4 / 12)


def test_halves_across_halves_share_no_information():
    assert scores([1, 1, 2, 2], [0, 1, 0, 1])["NMI"] == pytest.approx(0)


def test_pixels_of_no_cluster_are_errors_and_one_group():
    truth, predicted = [1, 1, 1, 2, 2, 2], [0, 0, -1, 1, 1, -5]
    found = scores(truth, predicted)
    assert found["OA"] == pytest.approx(4 / 6)
    assert found["ARI"] == pytest.approx(metrics.adjusted_rand_score(truth, [0, 0, 2, 1, 1, 2]))


def test_shared_information_is_never_more_than_all_of_it():
    rng = np.random.default_rng(0)
    for _ in range(100):  # one in ten would be above 1 by rounding
        truth = np.repeat(np.arange(1, 6), rng.integers(1, 20, size=5))
        assert scores(truth, truth)["NMI"] <= 1


def test_every_cluster_without_a_class_gets_a_number_of_its_own_above_the_classes():
    assert match_classes([4, 4, 0, 0, 0, 0], [0, 0, 1, 2, 3, -1]).tolist() == [4, 4, 5, 6, 7, 0]


def test_chance_scores_nothing():
    rng = np.random.default_rng(0)
    found = scores(rng.integers(1, 10, (200, 300)), rng.integers(0, 9, (200, 300)))
    assert abs(found["ARI"]) < 1e-3 and found["NMI"] < 1e-2 and abs(found["kappa"]) < 0.01


def test_images_are_scored_like_lists_and_keep_their_shape():
    rng = np.random.default_rng(1)
    truth, predicted = rng.integers(0, 4, (6, 7)), rng.integers(-1, 5, (6, 7))
    assert scores(truth, predicted) == scores(truth.ravel(), predicted.ravel())
    named = match_classes(truth, predicted)
    assert named.shape == (6, 7)
    # One name for each cluster, and no two clusters under one.
    assert len({(p, q) for p, q in zip(predicted.flat, named.flat, strict=True)}) == 6
    assert len(set(named.flat)) == 6 and set(named[predicted < 0]) == {0}


@pytest.mark.parametrize(
    ("truth", "predicted", "error", "says"),
    [
        ([], [], ValueError, "truth must hold at least one number"),
        ([0, 0], [1, 2], ValueError, "truth must hold a class.*nothing but 0"),
        ([1, -1], [1, 2], ValueError, "truth must hold whole numbers, 0 or more, got -1"),
        ([1, 2], [1, 2, 3], ValueError, r"predicted must have the shape of truth, \(2,\), got \(3,\)"),
        ([[1, 2]], [1, 2], ValueError, "predicted must have the shape"),
        ([1.5, 2], [1, 2], TypeError, "truth must hold whole numbers.*float64"),
        ([1, 2], [1, float("nan")], TypeError, "predicted must hold whole numbers.*float64"),
        ([1, 2], ["a", "b"], TypeError, "predicted must hold whole numbers"),
        ([[1], [1, 2]], [1, 2], ValueError, "truth must be an array, each row as long"),
    ],
)
def test_a_bad_argument_is_named(truth, predicted, error, says):
    for function in (scores, match_classes):
        with pytest.raises(error, match=says):
            function(truth, predicted)
