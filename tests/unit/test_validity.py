"""Cluster validity: our index against loops and a general solver, the others against their definitions."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import minimize

from examlab.hyperspectral import validity
from examlab.hyperspectral.validity import INDICES, choose_n_clusters, kernel_width, support_vector_power


def groups(n_groups, *, each=30, spread=0.05, seed=0, n_bands=4):
    """Return pixels around corners of a cube, far from each other, and which corner each is around."""
    rng = np.random.default_rng(seed)
    corners = rng.permutation(np.array(np.meshgrid(*[[0.0, 1.0]] * n_bands)).reshape(n_bands, -1).T)
    truth = np.repeat(np.arange(n_groups), each)
    return corners[truth] + spread * rng.normal(size=(len(truth), n_bands)), truth


def merged(truth, n_clusters):
    """Return coarser groups, or finer ones: merged from the first, or each split by alternation."""
    n_groups = truth.max() + 1
    if n_clusters <= n_groups:
        return np.minimum(truth, n_clusters - 1)
    halved = truth < n_clusters - n_groups
    return truth + n_groups * (halved & (np.arange(len(truth)) % 2 == 0))


# ---- Our own index


def weights_by_a_general_solver(pixels, gamma, nu):
    """Return the alpha of a one-class SVM from its dual problem as it is written in a textbook."""
    n = len(pixels)
    kernel = np.array([[math.exp(-gamma * sum((x - y) ** 2)) for y in pixels] for x in pixels])
    found = minimize(
        lambda alpha: alpha @ kernel @ alpha / 2,
        np.full(n, 1 / n),
        jac=lambda alpha: kernel @ alpha,
        bounds=[(0, 1 / (nu * n))] * n,
        constraints={"type": "eq", "fun": lambda alpha: alpha.sum() - 1, "jac": lambda alpha: np.ones(n)},
        method="SLSQP",
        options={"ftol": 1e-14, "maxiter": 500},
    )
    return found.x


def power_by_loops(X, labels, sigma2, nu):
    def k(x, y):
        return math.exp(-sum((x - y) ** 2) / sigma2)

    clusters = [X[labels == label] for label in sorted(set(labels))]
    weights = [weights_by_a_general_solver(pixels, 1 / sigma2, nu) for pixels in clusters]

    def m(v, c):
        pixels, alpha = clusters[c], weights[c]
        cross = sum(a * k(v, x) for a, x in zip(alpha, pixels, strict=True))
        own = sum(
            a * b * k(x, y)
            for a, x in zip(alpha, pixels, strict=True)
            for b, y in zip(alpha, pixels, strict=True)
        )
        return math.sqrt(1 - 2 * cross + own)

    powers = []
    for c, pixels in enumerate(clusters):
        others = [j for j in range(len(clusters)) if j != c]
        ratios = [min(m(v, j) for j in others) / m(v, c) for v in pixels]
        powers.append(sum(a * ratio for a, ratio in zip(weights[c], ratios, strict=True)))
    return min(powers)


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize(("sigma2", "nu"), [(0.3, 0.2), (1.0, 0.5)])
def test_the_power_is_what_its_definition_says(seed, sigma2, nu):
    X, labels = groups(3, each=12, spread=0.3, seed=seed, n_bands=2)
    found = support_vector_power(X, labels, sigma2=sigma2, nu=nu)
    assert found == pytest.approx(power_by_loops(X, labels, sigma2, nu), rel=2e-3)  # the solver's tolerance


def test_the_power_grows_as_clusters_move_apart():
    X, labels = np.random.default_rng(0).normal(scale=0.2, size=(60, 2)), np.repeat([0, 1], 30)
    shifts = np.linspace(0, 2, 5)[:, None, None] * labels[:, None]
    found = [support_vector_power(X + shift, labels, sigma2=1.0) for shift in shifts]
    assert np.all(np.diff(found) > 0)
    assert found[0] == pytest.approx(1, abs=0.1) and found[-1] > 2


def test_the_worst_cluster_decides():
    X, labels = groups(4)
    good = support_vector_power(X, labels, sigma2=0.2)
    split = np.where((labels == 2) & (np.arange(len(labels)) % 2 == 0), 4, labels)
    assert good > 2
    assert support_vector_power(X, split, sigma2=0.2) == pytest.approx(1, abs=0.2)


def test_a_cluster_that_is_too_small_to_describe_has_power_one():
    X, labels = groups(3)
    assert support_vector_power(X, np.where(np.arange(len(X)) == 0, 7, labels)) == 1.0
    X[labels == 2] = X[-1]
    assert support_vector_power(X, labels) == 1.0


@pytest.mark.parametrize(("few", "described"), [(2, False), (3, True)])
def test_three_different_pixels_describe_a_cluster_and_two_do_not(few, described):
    X, labels = groups(3)
    kept = np.where((labels == 2) & (np.arange(len(X)) >= 60 + few), -1, labels)
    assert (support_vector_power(X, kept) > 1.0) == described


def test_a_cluster_that_is_too_small_to_describe_draws_others_all_the_same():
    places = np.array([[0.0, 0.0], [3.0, 0.0], [0.0, 3.0]])
    X = np.concatenate([np.repeat(places, 6, axis=0), np.repeat(places, 2, axis=0)])
    X += np.random.default_rng(0).normal(scale=0.05, size=X.shape)
    labels = np.repeat([0, 1, 2, 3], (18, 2, 2, 2))  # wherever the first cluster is, a pair lies closer
    found = support_vector_power(X, labels, sigma2=1.0, nu=0.5)
    assert found == pytest.approx(power_by_loops(X, labels, 1.0, 0.5), rel=2e-3) and found < 0.5


def test_large_clusters_are_sampled_and_the_seed_decides_how():
    X, labels = groups(3, each=200, spread=0.4)
    all_of_them = support_vector_power(X, labels, sigma2=0.2, n_samples=200)
    assert all_of_them == support_vector_power(X, labels, sigma2=0.2, n_samples=10_000)
    first = support_vector_power(X, labels, sigma2=0.2, n_samples=50, random_state=1)
    assert first == support_vector_power(X, labels, sigma2=0.2, n_samples=50, random_state=1)
    assert first != support_vector_power(X, labels, sigma2=0.2, n_samples=50, random_state=2)
    assert first == pytest.approx(all_of_them, rel=0.2)


def test_the_width_follows_the_unit_of_the_data():
    X, _ = groups(4)
    assert kernel_width(10 * X, random_state=0) == pytest.approx(100 * kernel_width(X, random_state=0))


def test_where_most_pixels_are_alike_the_width_is_a_tenth_of_the_mean():
    X = [[0.0, 7.0]] * 50 + [[1.0, 5.0]]  # of 51 · 50/2 pairs, 50 are the root of 5 apart
    assert kernel_width(X) == pytest.approx(0.1 * 5 * 50 / (51 * 25))
    # Two that are alike were drawn: the variance of all stands in, over pairs of a pixel with itself, too.
    assert kernel_width(X, n_samples=2, random_state=0) == pytest.approx(0.1 * 5 * 2 * 50 / 51**2)


def test_what_is_drawn_is_drawn_once():
    drawn = validity._draw(np.arange(100.0)[:, None], 90, np.random.default_rng(0))
    assert len(np.unique(drawn)) == 90


def test_the_seed_decides_all_that_is_drawn():
    X, labels = groups(2, each=600, spread=0.3)
    first, again, other = (
        support_vector_power(X, labels, n_samples=10, random_state=seed) for seed in (0, 0, 1)
    )
    assert first == again != other
    options = {"indices": ["support-vectors"], "n_samples": 10, "random_state": 0}
    assert choose_n_clusters(X, [labels], **options) == choose_n_clusters(X, [labels], **options)


# ---- All indices


@pytest.mark.parametrize("n_groups", [2, 3, 5, 8])
def test_groups_that_are_far_apart_are_counted_by_every_index(n_groups):
    X, truth = groups(n_groups)
    numbers = list(range(2, min(n_groups + 3, 2 * n_groups) + 1))
    found = choose_n_clusters(X, [merged(truth, k) for k in numbers], random_state=0)
    assert {name: choice.n_clusters for name, choice in found.items()} == dict.fromkeys(INDICES, n_groups)
    assert all(list(choice.values) == numbers for choice in found.values())


def test_the_usual_indices_are_those_of_their_definitions():
    X, labels = groups(3, each=8, spread=0.5)
    found = {name: choice.values[3] for name, choice in choose_n_clusters(X, [labels]).items()}
    clusters = [X[labels == label] for label in range(3)]
    centres = [cluster.mean(axis=0) for cluster in clusters]

    def far(x, cluster, less=0):
        return sum(math.dist(x, y) for y in cluster) / (len(cluster) - less)

    widths = []
    for own, cluster in enumerate(clusters):
        for x in cluster:
            a, b = far(x, cluster, less=1), min(far(x, clusters[j]) for j in range(3) if j != own)
            widths.append((b - a) / max(a, b))
    assert found["silhouette"] == pytest.approx(np.mean(widths))

    scatter = [far(centre, cluster) for centre, cluster in zip(centres, clusters, strict=True)]
    worst = [
        max((scatter[i] + scatter[j]) / math.dist(centres[i], centres[j]) for j in range(3) if j != i)
        for i in range(3)
    ]
    assert found["davies-bouldin"] == pytest.approx(np.mean(worst))

    within = sum(((cluster - centre) ** 2).sum() for cluster, centre in zip(clusters, centres, strict=True))
    between = ((X - X.mean(axis=0)) ** 2).sum() - within
    assert found["calinski-harabasz"] == pytest.approx((between / 2) / (within / (24 - 3)))


def test_pixels_of_no_cluster_are_left_out():
    X, labels = groups(3)
    X[::5] = 50.0
    without = choose_n_clusters(X, [np.where(np.arange(len(X)) % 5 == 0, -1, labels)], random_state=0)
    kept = np.arange(len(X)) % 5 != 0
    # The kernel's width is that of all pixels, in the one case with those far away.
    alone = choose_n_clusters(X[kept], [labels[kept]], random_state=0)
    for name in set(INDICES) - {"support-vectors"}:
        assert without[name].values == pytest.approx(alone[name].values)
    width = kernel_width(X)
    assert width > 1.1 * kernel_width(X[kept])
    assert without["support-vectors"].values[3] == pytest.approx(
        support_vector_power(X[kept], labels[kept], sigma2=width)
    )
    given = np.where(np.arange(len(X)) % 5 == 0, -3, labels)
    assert support_vector_power(X, given, sigma2=1) == support_vector_power(X[kept], labels[kept], sigma2=1)


def test_of_equally_good_numbers_the_smallest_is_chosen(monkeypatch):
    monkeypatch.setattr(validity, "davies_bouldin_score", lambda X, labels: 2.0)
    X, truth = groups(4)
    labelings = [merged(truth, k) for k in (5, 3, 4)]
    assert choose_n_clusters(X, labelings, indices=["davies-bouldin"])["davies-bouldin"].n_clusters == 3


def test_a_sampled_silhouette_sees_every_cluster():
    X, labels = groups(3, each=100)
    rare = np.where(np.arange(300) < 2, 3, labels)
    for seed in range(5):
        found = choose_n_clusters(X, [rare], indices=["silhouette"], n_samples=10, random_state=seed)
        assert -1 <= found["silhouette"].values[4] <= 1


def test_a_sampled_silhouette_of_nearly_as_many_clusters_as_pixels_is_that_of_all():
    X, labels = np.arange(13.0)[:, None] ** 2, [*range(12), 0]
    for seed in range(12):
        found = choose_n_clusters(X, [labels], indices=["silhouette"], n_samples=10, random_state=seed)
        # Only the pair counts, and is badly placed: 144 apart, with neighbours at 1 and 23.
        assert found["silhouette"].values[12] == pytest.approx((1 / 144 - 1 + 23 / 144 - 1) / 13)


@settings(max_examples=30, deadline=None)
@given(st.lists(st.integers(-1, 3), min_size=2, max_size=12), st.integers(0, 100))
def test_any_labels_give_finite_numbers_or_an_error_that_names_them(labels, seed):
    X = np.random.default_rng(seed).integers(0, 3, size=(len(labels), 2)).astype(float)
    named = {label for label in labels if label >= 0}
    inside = sum(label >= 0 for label in labels)
    try:
        found = choose_n_clusters(X, [labels], random_state=seed)
    except ValueError as error:
        alike = len(np.unique(X, axis=0)) == 1
        assert str(error).startswith("X must" if alike else "labelings must")
        assert alike or not 2 <= len(named) < inside
    else:
        assert all(math.isfinite(choice.values[len(named)]) for choice in found.values())


SQUARE = [[0.0, 0], [0, 1], [1, 0], [1, 1]]


@pytest.mark.parametrize(
    ("X", "labelings", "options", "says"),
    [
        ([[0, float("nan")]] * 4, [[0, 0, 1, 1]], {}, "X must hold numbers in .*nan"),
        ([[0, float("inf")]] * 4, [[0, 0, 1, 1]], {}, "X must hold numbers in .*inf"),
        ([], [[0]], {}, "X must hold at least one number"),
        ([1.0, 2.0], [[0, 1]], {}, r"X must have shape \(any, any\)"),
        ([[1.0, 2.0]] * 4, [[0, 0, 1, 1]], {}, "X must hold different pixels"),
        (SQUARE, [], {}, "labelings must hold at least one"),
        (SQUARE, [[0, 0, 1, 1], [5, 8, 5, 8]], {}, "labelings must have different numbers.*2 twice"),
        (SQUARE, [[0, 0, 1]], {}, "labelings must hold one number for each of 4 pixels"),
        (SQUARE, [[3, 3, 3, 3]], {}, "labelings must name from 2 clusters"),
        (SQUARE, [[0, 1, 2, 3]], {}, "labelings must name from 2 clusters to one fewer"),
        (SQUARE, [[-1, -1, -1, -1]], {}, "labelings must name from 2 clusters"),
        (SQUARE, [[0, 0, 1, 1]], {"indices": ["xie-beni"]}, "indices must be one of 'support-vectors'"),
        (SQUARE, [[0, 0, 1, 1]], {"indices": []}, "indices must be some of"),
        (SQUARE, [[0, 0, 1, 1]], {"n_samples": 9}, "n_samples must"),
        (SQUARE, [[0, 0, 1, 1]], {"nu": 1}, "nu must"),
    ],
)
def test_a_bad_argument_is_named(X, labelings, options, says):
    with pytest.raises(ValueError, match=says):
        choose_n_clusters(X, labelings, **options)


@pytest.mark.parametrize(
    ("options", "says"),
    [({"sigma2": 0}, "sigma2 must"), ({"nu": 0}, "nu must"), ({"n_samples": 1}, "n_samples")],
)
def test_a_bad_argument_of_the_power_is_named(options, says):
    with pytest.raises(ValueError, match=says):
        support_vector_power(SQUARE, [0, 0, 1, 1], **options)
    with pytest.raises(TypeError, match=next(iter(options))):
        support_vector_power(SQUARE, [0, 0, 1, 1], **dict.fromkeys(options, "1"))
