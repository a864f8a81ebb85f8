"""k-means by half steps: assign each point to its nearest centre, move each centre to the mean of its points.

S. P. Lloyd, *Least squares quantization in PCM*, IEEE Transactions on Information Theory 28(2), 1982. Neither
half step can raise the inertia, and there are finitely many ways to assign the points: so it stops.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from examlab.arguments import MODERATE, MOST, Floats, floats, random_source, whole

__all__ = ["KMeansTrace", "random_start", "round_groups", "trace_k_means"]

BLOCK = 1 << 20
"""Distances held at one time, 8 MB of them."""

_GROUPS = np.array([(-1.9, 1.3), (-0.5, 1.7), (1.8, 1.2), (-1.4, -1.4), (1.6, -1.5)])
_SHARES = np.array([0.2, 0.2, 0.25, 0.2, 0.15])


@dataclass(frozen=True, eq=False)
class KMeansTrace:
    """What k-means went through, from its start to its end.

    Attributes
    ----------
    centers : array, shape (n_iterations + 1, n_clusters, n_features)
        The centres: first the start, then after each iteration.
    labels : array of int, shape (n_iterations, n_samples)
        The cluster of each point after the first half of each iteration: that of the nearest centre, the
        first of several equally near. The last iteration of a run that converged repeats the one before.
    inertia : array, shape (n_iterations, 2)
        The sum of squared distances to the points' own centres, after each half of each iteration: once the
        points are assigned, once the centres have moved.
    converged : bool
        Whether the last iteration changed nothing, so that none ever will.
    """

    centers: Floats
    labels: NDArray[np.int32]
    inertia: Floats
    converged: bool

    @property
    def n_iterations(self) -> int:
        """How often the points were assigned, the confirming last time included, as scikit-learn counts."""
        return len(self.labels)


def trace_k_means(X: object, start: object, *, max_iterations: int = 300) -> KMeansTrace:
    """Run k-means from given centres until nothing changes, and keep every step.

    Parameters
    ----------
    X : array, shape (n_samples, n_features)
        The points.
    start : array, shape (n_clusters, n_features)
        The centres to begin with, as many as there are to be clusters, at most one for each point.
    max_iterations : int
        When to stop at the latest, 1 or more.

    Returns
    -------
    KMeansTrace
        Every step. It ends where scikit-learn's ``KMeans(init=start, n_init=1, algorithm="lloyd", tol=0)``
        does.

    Raises
    ------
    TypeError, ValueError
        If an argument is not of its type or shape, or outside its range.

    Notes
    -----
    A centre to which no point is nearest has no mean. It then takes the point that is farthest from its own
    centre, out of a cluster that keeps another: the next centre stands there, which lowers the inertia too.
    The stored labels name the nearest centre all the same. scikit-learn does this as well; which of several
    empty clusters gets which point, it leaves open. Where every point lies on a centre already, because there
    are fewer different points than clusters, the centre stays where it is.

    Beside the trace itself, memory holds a copy of the points (two if they are not float64) and about 20 MB.

    Examples
    --------
    >>> trace = trace_k_means([[0], [1], [9], [10]], [[0], [1]])
    >>> trace.centers[:, :, 0].round(2).tolist()
    [[0.0, 1.0], [0.0, 6.67], [0.5, 9.5], [0.5, 9.5]]
    >>> trace.inertia[-1, -1], trace.converged
    (np.float64(1.0), True)
    """
    points = floats("X", X, MODERATE, shape=(None, None)).astype(np.float64, copy=False)
    first = floats("start", start, MODERATE, shape=(None, points.shape[1])).astype(np.float64)
    if len(first) > len(points):
        raise ValueError(
            f"start must have at most one centre for each of {len(points)} points, got {len(first)}"
        )
    longest = whole("max_iterations", max_iterations, at_least=1, at_most=MOST)
    middle = points.mean(axis=0)  # distances are told apart best around the origin
    points = points - middle
    centers = [first - middle]
    labels: list[NDArray[np.int32]] = []
    inertia: list[tuple[float, float]] = []
    members, converged = np.empty(0, dtype=np.int32), False
    while not converged and len(labels) < longest:
        nearest, before = _nearest(points, centers[-1]), members
        members = _filled(points, nearest, centers[-1])
        converged = bool(labels) and np.array_equal(nearest, labels[-1]) and np.array_equal(members, before)
        moved = _means(points, members, centers[-1])
        labels.append(nearest)
        inertia.append((_inertia(points, nearest, centers[-1]), _inertia(points, members, moved)))
        centers.append(moved)
    return KMeansTrace(np.array(centers) + middle, np.array(labels), np.array(inertia), converged)


def random_start(
    X: object, *, n_clusters: int, random_state: int | np.random.Generator | None = None
) -> Floats:
    """Choose different points at random to begin with, as the first descriptions of k-means do.

    Parameters
    ----------
    X : array, shape (n_samples, n_features)
        The points.
    n_clusters : int
        How many to choose, from 1 to the number of points.
    random_state : int, Generator or None
        Where the choice comes from.

    Returns
    -------
    array, shape (n_clusters, n_features)
        The points chosen.

    Raises
    ------
    TypeError, ValueError
        If `X` does not hold finite numbers in rows, or there are fewer points than clusters.

    Examples
    --------
    >>> random_start([[0], [1], [9], [10]], n_clusters=2, random_state=0).shape
    (2, 1)
    """
    X = floats("X", X, shape=(None, None))
    k = whole("n_clusters", n_clusters, at_least=1)
    if k > len(X):
        raise ValueError(f"n_clusters must be at most the number of points, {len(X)}, got {k}")
    return X[random_source(random_state).choice(len(X), size=k, replace=False)]


def round_groups(*, n_samples: int = 150, random_state: int | np.random.Generator | None = None) -> Floats:
    """Draw five round groups in the plane, two of them close together: a cloud on which the start matters.

    Parameters
    ----------
    n_samples : int
        How many points, 20 or more.
    random_state : int, Generator or None
        Where they come from.

    Returns
    -------
    array, shape (n_samples, 2)
        Points within about 3 of the origin, group by group.

    Raises
    ------
    TypeError, ValueError
        If `n_samples` is not a whole number or less than 20.

    Examples
    --------
    >>> round_groups(random_state=0).shape
    (150, 2)
    """
    n = whole("n_samples", n_samples, at_least=20, at_most=MOST)
    sizes = np.diff(np.round(np.concatenate([[0], _SHARES.cumsum()]) * n).astype(int))
    centres = np.repeat(_GROUPS, sizes, axis=0)
    return centres + random_source(random_state).normal(scale=0.42, size=centres.shape)


def _blocks(n: int, width: int) -> Iterator[slice]:
    rows = max(1, BLOCK // width)
    return (slice(first, first + rows) for first in range(0, n, rows))


def _nearest(X: Floats, centers: Floats) -> NDArray[np.int32]:
    """Return the number of the centre nearest to each point, the lowest of several."""
    nearest = np.empty(len(X), dtype=np.int32)
    squares = np.einsum("ij,ij->i", centers, centers)
    for rows in _blocks(len(X), len(centers)):
        # Without |x|², which is the same for all centres.
        nearest[rows] = (squares - 2 * (X[rows] @ centers.T)).argmin(axis=1)
    return nearest


def _squared_distances(X: Floats, labels: NDArray[np.int32], centers: Floats) -> Floats:
    """Return the squared distance of each point from its own centre."""
    found = np.empty(len(X))
    for rows in _blocks(len(X), X.shape[1]):
        away = X[rows] - centers[labels[rows]]
        found[rows] = np.einsum("ij,ij->i", away, away)
    return found


def _inertia(X: Floats, labels: NDArray[np.int32], centers: Floats) -> float:
    return float(_squared_distances(X, labels, centers).sum())


def _filled(X: Floats, labels: NDArray[np.int32], centers: Floats) -> NDArray[np.int32]:
    """Return the labels with each empty cluster given the point farthest from its centre, if that is away."""
    sizes = np.bincount(labels, minlength=len(centers))
    empty = np.flatnonzero(sizes == 0)
    if len(empty):
        labels = labels.copy()
        far = _squared_distances(X, labels, centers)
        rounding = X.shape[1] * (8 * np.finfo(np.float64).eps * max(X.max(), -X.min())) ** 2
        for cluster in empty:
            # Not out of a cluster that would then be empty itself.
            free = np.where(sizes[labels] > 1, far, 0)
            point = free.argmax()
            if free[point] <= rounding:
                break
            sizes[labels[point]] -= 1
            labels[point], sizes[cluster], far[point] = cluster, 1, 0
    return labels


def _means(X: Floats, labels: NDArray[np.int32], centers: Floats) -> Floats:
    """Return the mean of each cluster, and of an empty one the centre it has."""
    k, d = centers.shape
    sums = np.zeros((k, d))
    for rows in _blocks(len(X), max(k, d)):
        members = labels[rows] == np.arange(k)[:, None]
        sums += members.astype(np.float64) @ X[rows]
    sizes = np.bincount(labels, minlength=k)[:, None]
    means: Floats = np.where(sizes > 0, sums / np.maximum(sizes, 1), centers)
    return means
