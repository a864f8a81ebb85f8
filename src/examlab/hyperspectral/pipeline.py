"""The steps of the article's method on arrays of pixels: what `segmentation` and `large` have in common.

Every step that looks at all pixels of a scene does so block by block and one pixel at a time, so that a scene
gives the same labels whether it is in memory or not.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree
from sklearn.svm import OneClassSVM

from examlab.arguments import Floats, random_source
from examlab.hyperspectral.clustering import SubtractiveClustering
from examlab.hyperspectral.validity import Choice, choose_n_clusters

__all__ = [
    "Clustering",
    "Domains",
    "Model",
    "Moments",
    "Neighbours",
    "cluster",
    "half_distance",
    "moments",
    "partitions",
    "space",
]

Integers = NDArray[np.int64]

BLOCK = 2**16
"""Pixels that are looked at together: a few tens of megabytes."""
LEARNT = 2000
"""Pixels of a cluster that its one-class SVM learns at most: its time grows with their square."""
WIDTH = 4.0
"""A domain's sigma² over the cluster's total variance."""
TRACE = 1e-12
"""A deviation that is smaller against the mean is rounding."""
SOLVED = 1e-5
"""To what libsvm solves."""
EDGE = 1e-4
"""Pixels on the boundary of a domain belong to it: so far outside, libsvm's single precision may put them."""
NEVER = 1e-5
"""Chiu's bounds on the potential, when the number of centres is chosen in another way: above rounding."""


@dataclass(frozen=True, eq=False)
class Moments:
    """Number, mean and sum of squared deviations of pixels in each band."""

    count: int
    mean: Floats
    squares: Floats

    @property
    def varies(self) -> NDArray[np.bool_]:
        """Whether a band varies: rounding leaves a constant one a trace of variance."""
        return np.asarray(self.squares > self.count * (TRACE * np.abs(self.mean)) ** 2)

    @property
    def deviation(self) -> Floats:
        """The standard deviation with 1/(n - 1); 1 where a band is constant and nothing is to be divided."""
        return np.where(self.varies, np.sqrt(self.squares / max(1, self.count - 1)), 1.0)


def moments(pixels: Floats) -> Moments:
    """Return the moments of a block of pixels, in double precision."""
    exact = pixels.astype(np.float64)
    mean = exact.mean(axis=0)
    return Moments(len(exact), mean, ((exact - mean) ** 2).sum(axis=0))


def combine(parts: Iterable[Moments]) -> Moments:
    """Join the moments of blocks, always in the order in which they come (Chan, Golub and LeVeque, 1983)."""
    one, *others = parts
    for other in others:
        count, shift = one.count + other.count, other.mean - one.mean
        share = other.count / count
        squares = one.squares + other.squares + shift**2 * one.count * share
        one = Moments(count, one.mean + shift * share, squares)
    return one


@dataclass(frozen=True, eq=False)
class Space:
    """Where distances between pixels are taken: normalised bands, then principal components.

    Attributes
    ----------
    mean, axes : arrays, shape (bands,) and (bands, components)
        A pixel x stands at (x - mean) @ axes.
    kept : float
        The share of the normalised bands' variance that the components hold.
    """

    mean: Floats
    axes: Floats
    kept: float

    def place(self, pixels: Floats) -> NDArray[np.float32]:
        """Return where pixels stand, shape (n_pixels, components)."""
        centred = pixels.astype(np.float64) - self.mean
        # einsum, and no matrix product, which rounds differently in blocks of another size
        placed: Floats = np.einsum("ij,jk->ik", centred, self.axes)
        return placed.astype(np.float32)


def space(labelled: Floats, all_pixels: Moments, components: int | None) -> Space:
    """Return the space of bands normalised over all pixels, turned to the components of the labelled ones."""
    deviation = all_pixels.deviation
    normalised = (labelled.astype(np.float64) - all_pixels.mean) / deviation
    if components is None or components >= normalised.shape[1]:
        return Space(all_pixels.mean, np.diag(1 / deviation), 1.0)
    centred = normalised - normalised.mean(axis=0)
    variances, axes = np.linalg.eigh(centred.T @ centred)
    total = variances.sum()
    kept = float(variances[-components:].sum() / total) if total > 0 else 1.0
    return Space(all_pixels.mean, axes[:, : -components - 1 : -1] / deviation[:, None], kept)


@dataclass(frozen=True, eq=False)
class Clustering:
    """The clusters of the labelled pixels.

    Attributes
    ----------
    labels : array of int, shape (n_labelled,)
        Their clusters, from 0 in the order in which the centres were found.
    centres : array of int, shape (n_clusters,)
        Which of them are the centres.
    radius : float
        Of the subtractive clustering.
    values : mapping of int to float
        What the validity index says of each number of clusters at this radius; empty where none was asked.
    """

    labels: Integers
    centres: NDArray[np.intp]
    radius: float
    values: Mapping[int, float]


def cluster(
    X: Floats, *, numbers: Sequence[int], radius: float | None, index: str, random_state: int
) -> Clustering:
    """Cluster by subtraction; let the index choose the number of clusters."""
    radius = half_distance(X) if radius is None else radius
    found = SubtractiveClustering(radius=radius, accept=NEVER, reject=NEVER, max_clusters=numbers[-1]).fit(X)
    found_partitions = partitions(X, found.cluster_centers_, numbers)
    choice = _judged(X, found_partitions, index, random_state)
    if choice is None:
        raise ValueError(
            f"n_clusters must be at most the number of different labelled pixels, got {numbers[0]}"
        )
    centres = found.cluster_centers_indices_[: choice.n_clusters]
    return Clustering(found_partitions[choice.n_clusters], centres, radius, choice.values)


def half_distance(X: Floats) -> float:
    """Return half of the root of the mean squared distance between two points; 1 where all are the same.

    Chiu's usual radius is half of the side of the box that holds his data. Here, the typical distance between
    two points stands for the side. Its median, which `suggested_radius` takes, falls where one material holds
    half of the pixels, because most pairs then lie within a material. Far pairs make the mean square.
    """
    if not np.ptp(X, axis=0).any():
        return 1.0
    # The mean squared distance between two points is twice that of a point from the mean.
    return float(np.sqrt(X.var(axis=0, dtype=np.float64).sum() / 2))


def partitions(X: Floats, centres: Floats, numbers: Sequence[int]) -> dict[int, Integers]:
    """Return the nearest of the first centres for each pixel, for each number of centres that differ."""
    nearest, found = np.full(len(X), np.inf), np.zeros(len(X), dtype=np.int64)
    by_number = {}
    for place, centre in enumerate(centres[: max(numbers)]):
        distances = ((X - centre) ** 2).sum(axis=1)
        closer = distances < nearest
        nearest[closer], found[closer] = distances[closer], place
        if not closer.any():
            break  # a pixel equal to an earlier centre: nothing is left to part
        if place + 1 in numbers:
            by_number[place + 1] = found.copy()
    return by_number


def _judged(X: Floats, partitions: Mapping[int, Integers], index: str, random_state: int) -> Choice | None:
    """Return what an index makes of partitions; nothing has to be judged where there is one."""
    judged = [labels for number, labels in partitions.items() if 2 <= number < len(X)]
    if not judged:
        return Choice({}, max(partitions)) if partitions else None
    return choose_n_clusters(X, judged, indices=[index], random_state=random_state)[index]


class Domains:
    """The normal domain of each cluster, by a one-class SVM: what lies outside is rejected.

    The kernel is exp(-|x - y|²/sigma²), with sigma² four times the cluster's total variance: a narrower one
    follows the few pixels that it learns, and rejects others of the same material.
    """

    def __init__(self, X: Floats, labels: Integers, *, nu: float, random_state: int) -> None:
        rng = random_source(random_state)
        self.models = [self._learn(X[labels == number], nu, rng) for number in range(int(labels.max()) + 1)]

    @staticmethod
    def _learn(X: Floats, nu: float, rng: np.random.Generator) -> OneClassSVM | None:
        if len(X) > LEARNT:
            X = X[np.sort(rng.choice(len(X), LEARNT, replace=False))]
        # In double precision: in single, equal pixels can seem to differ.
        width = WIDTH * float(X.astype(np.float64).var(axis=0).sum())
        # Two pixels have no rim; a cluster of equal pixels has no width.
        if len(X) < 3 or not width > 0:
            return None
        return OneClassSVM(kernel="rbf", gamma=1 / width, nu=nu, tol=SOLVED).fit(X)

    def outside(self, X: Floats, labels: Integers) -> NDArray[np.bool_]:
        """Return which pixels lie outside the domain of their cluster."""
        found = np.zeros(len(X), dtype=bool)
        for number, model in enumerate(self.models):
            here = np.flatnonzero(labels == number)
            if model is not None and here.size:
                found[here] = model.decision_function(X[here]) < -EDGE
        return found


class Neighbours:
    """Gives a pixel the cluster of most of its nearest accepted pixels; of two with as many, the first."""

    def __init__(self, X: Floats, labels: Integers, *, n_neighbors: int) -> None:
        self.tree, self.labels, self.n_clusters = cKDTree(X), labels, int(labels.max()) + 1
        self.n_neighbors = min(n_neighbors, len(X))

    def vote(self, X: Floats, *, n_threads: int) -> Integers:
        """Return the cluster of each pixel."""
        _, found = self.tree.query(X, k=self.n_neighbors, workers=n_threads)
        neighbours = self.labels[found.reshape(len(X), -1)]
        votes = np.zeros((len(X), self.n_clusters), dtype=np.int32)
        for column in neighbours.T:
            votes[np.arange(len(X)), column] += 1
        winners: Integers = votes.argmax(axis=1).astype(np.int64)
        return winners


@dataclass(frozen=True, eq=False)
class Model:
    """All that is learnt from a scene: it gives any pixel its cluster."""

    space: Space
    domains: Domains
    neighbours: Neighbours

    def assign(self, pixels: Floats, *, n_threads: int = 1) -> tuple[Integers, NDArray[np.bool_]]:
        """Return the clusters of pixels, and which of them lie outside the domain of theirs."""
        X = self.space.place(pixels)
        labels = self.neighbours.vote(X, n_threads=n_threads)
        return labels, self.domains.outside(X, labels)


def cores() -> int:
    """Return how many cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def block_rows(columns: int) -> int:
    """Return how many rows make a block: everyone has to cut a scene in the same way."""
    return max(1, BLOCK // columns)


def as_pixels(cube: NDArray[Any]) -> NDArray[Any]:
    """Return a cube as a list of its pixels, row by row, without a copy."""
    return cube.reshape(-1, cube.shape[-1])
