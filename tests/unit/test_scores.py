"""Scores of generated images: against matrices' square roots, a closed form and brute force."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest
from numpy.testing import assert_allclose
from scipy.linalg import sqrtm
from sklearn.datasets import load_digits

from examlab.networks.scores import Judge, Scores, frechet_distance, nearest, split_halves


@cache
def digits():
    X, y = load_digits(return_X_y=True)
    return X.reshape(-1, 8, 8, 1) / 8 - 1, y


@cache
def judge():
    return Judge(*digits())


# ---- Fréchet distance


@pytest.mark.parametrize("seed", range(5))
def test_frechet_is_that_of_a_general_square_root(seed):
    rng = np.random.default_rng(seed)
    X = rng.normal(size=(60, 7)) @ rng.normal(size=(7, 7)) + rng.normal(size=7)
    Y = rng.normal(size=(40, 7)) @ rng.normal(size=(7, 7))
    C, D = np.cov(X.T), np.cov(Y.T)
    root = sqrtm(C @ D).real
    expected = np.sum((X.mean(0) - Y.mean(0)) ** 2) + np.trace(C + D - 2 * root)
    assert_allclose(frechet_distance(X, Y), expected, rtol=1e-9)
    assert_allclose(frechet_distance(Y, X), expected, rtol=1e-9)


def test_frechet_of_one_dimension_has_a_closed_form():
    rng = np.random.default_rng(0)
    x, y = rng.normal(3, 2, 50), rng.normal(-1, 5, 80)
    expected = (x.mean() - y.mean()) ** 2 + (x.std(ddof=1) - y.std(ddof=1)) ** 2
    assert_allclose(frechet_distance(x[:, None], y[:, None]), expected, rtol=1e-12)


def test_frechet_of_two_points_each():
    assert frechet_distance([[0.0], [2.0]], [[1.0], [7.0]]) == pytest.approx(3**2 + (6 - 2) ** 2 / 2)


def test_frechet_of_fewer_points_than_dimensions_is_finite_and_zero_for_the_same():
    X = np.random.default_rng(0).normal(size=(5, 20))
    assert_allclose(frechet_distance(X, X), 0, atol=1e-6)
    assert frechet_distance(X, X + 1) == pytest.approx(20, abs=1e-6)


# ---- Nearest


def test_nearest_is_that_of_brute_force():
    rng = np.random.default_rng(1)
    images, collection = rng.normal(size=(13, 4, 3, 1)), rng.normal(size=(31, 4, 3, 1))
    apart = np.sqrt(((images[:, None] - collection[None]) ** 2).mean(axis=(2, 3, 4)))
    found = nearest(images, collection)
    assert (found.indices == apart.argmin(axis=1)).all()
    assert_allclose(found.distances, apart.min(axis=1), rtol=1e-9)


def test_a_copied_image_is_found_at_distance_zero():
    X, _ = digits()
    found = nearest(X[[5, 900, 17]], X)
    assert found.indices.tolist() == [5, 900, 17]
    assert_allclose(found.distances, 0, atol=1e-6)


# ---- The judge


def test_halves_share_nothing_and_hold_all():
    X, y = np.arange(100.0)[:, None], np.repeat(np.arange(10), 10)
    X_train, y_train, X_test, y_test = split_halves(X, y, random_state=3)
    assert sorted([*X_train[:, 0], *X_test[:, 0]]) == X[:, 0].tolist()
    assert np.bincount(y_train).tolist() == np.bincount(y_test).tolist() == [5] * 10
    assert (y[X_train[:, 0].astype(int)] == y_train).all() and (y[X_test[:, 0].astype(int)] == y_test).all()


def test_two_of_each_class_can_be_split_and_two_images_scored():
    _, y_train, _, y_test = split_halves(np.ones((4, 1)), [7, 3, 7, 3])
    assert sorted(y_train) == sorted(y_test) == [3, 7]
    assert np.isfinite(judge().scores(digits()[0][:2]).distance)


def test_the_judge_knows_digits_it_has_not_seen():
    assert judge().accuracy > 0.95
    X, y = digits()
    _, _, X_test, y_test = split_halves(X, y)
    assert judge().accuracy == np.mean(judge().classify(X_test) == y_test)


def test_the_judge_is_the_same_each_time():
    again = Judge(*digits())
    assert (again.probabilities(digits()[0]) == judge().probabilities(digits()[0])).all()


def test_another_judge_learns_another_half():
    few = [part[:100] for part in digits()]
    other = Judge(*few, hidden=1, random_state=3)
    assert (other.X_train == split_halves(*few, random_state=3)[0]).all()
    assert (other.X_train != split_halves(*few)[0]).any()


def test_features_are_the_hidden_layer_behind_the_probabilities():
    X = digits()[0][:50]
    logits = judge().features(X) @ judge()._model.coefs_[1] + judge()._model.intercepts_[1]
    softmax = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    assert_allclose(softmax, judge().probabilities(X), rtol=1e-9)


def test_scores_of_real_images_are_the_reference():
    X, y = digits()
    _, _, X_test, y_test = split_halves(X, y)
    found = judge().scores(X_test)
    assert found.distance == pytest.approx(0, abs=1e-6)
    assert found.confidence == judge().reference.confidence
    surest = [max(shares) for shares in judge().probabilities(X_test).tolist()]
    assert found.confidence == pytest.approx(sum(surest) / len(X_test))
    assert_allclose(found.shares, np.bincount(y_test) / len(y_test), atol=0.02)
    X_train = split_halves(X, y)[0]
    expected = frechet_distance(judge().features(X_train), judge().features(X_test))
    assert judge().reference.distance == expected > 0


def test_worse_images_score_worse():
    X = digits()[0]
    rng = np.random.default_rng(0)
    noise = rng.uniform(-1, 1, (899, 8, 8, 1))
    only_ones = X[digits()[1] == 1]
    reference = judge().reference
    assert judge().scores(noise).distance > 20 * reference.distance
    assert judge().scores(noise).confidence < reference.confidence
    assert judge().scores(only_ones).distance > 20 * reference.distance
    assert judge().scores(only_ones).classes == 1 and reference.classes == 10
    taken_for_zeros = X[judge().classify(X) == 0]
    assert judge().scores(taken_for_zeros).shares.tolist() == [1, 0, 0, 0, 0, 0, 0, 0, 0, 0]


def test_a_class_counts_from_one_percent():
    shares = np.array([0.955, 0.01, 0.01, 0.009, 0.016, 0, 0, 0, 0, 0])
    assert Scores(1.0, shares, 0.0).classes == 4


# ---- Bad arguments


@pytest.mark.parametrize(
    ("call", "error", "says"),
    [
        (
            lambda: frechet_distance([[1.0]], [[1.0], [2.0]]),
            ValueError,
            "X must hold at least 2 .* got 1",
        ),
        (lambda: frechet_distance([1.0, 2.0], [1.0, 2.0]), ValueError, "X must have shape"),
        (lambda: frechet_distance(np.ones((3, 2)), np.ones((3, 3))), ValueError, "Y must have points of 2"),
        (lambda: frechet_distance(np.ones((3, 2)), [[1, np.nan], [0, 0]]), ValueError, "Y must .* got nan"),
        (
            lambda: nearest(np.ones((2, 3)), np.ones((2, 4))),
            ValueError,
            r"images must be as large .*\(2, 3\)",
        ),
        (lambda: nearest([1.0, 2.0], [1.0, 2.0]), ValueError, "images must be as large"),
        (lambda: nearest(np.ones((0, 3)), np.ones((2, 3))), ValueError, "images must .* got an empty"),
        (lambda: split_halves(np.ones(4), [0, 0, 1, 1]), ValueError, "X must have shape"),
        (lambda: split_halves(np.ones((4, 2)), [0, 0, 1]), ValueError, "y must hold one class for each"),
        (
            lambda: split_halves(np.ones((3, 2)), [0, 0, 1]),
            ValueError,
            "y must hold each class at least",
        ),
        (lambda: split_halves(np.ones((2, 2)), [0.0, 1.0]), TypeError, "y must hold whole numbers"),
        (lambda: split_halves(np.ones((2, 2)), [0, 0], random_state=-1), ValueError, "random_state must"),
        (lambda: Judge(*digits(), hidden=0), ValueError, "hidden must"),
        (lambda: judge().scores(np.ones((3, 9, 8, 1))), ValueError, r"images must have .*\(3, 9, 8, 1\)"),
        (lambda: judge().scores(np.ones((1, 8, 8, 1))), ValueError, "images must be at least 2, got 1"),
        (lambda: judge().scores([["a"]]), TypeError, "images must hold real numbers"),
    ],
)
def test_a_bad_argument_is_named(call, error, says):
    with pytest.raises(error, match=says):
        call()
