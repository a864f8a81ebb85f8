"""How well a clustering agrees with a ground truth, once its clusters are matched with the classes.

Clusters have no names: which of them stands for which class is chosen so that the most pixels agree
(H. W. Kuhn, *The Hungarian method for the assignment problem*, Naval Research Logistics 2, 1955).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.optimize import linear_sum_assignment
from scipy.special import entr

from examlab.arguments import Floats, whole_numbers

__all__ = ["match_classes", "scores"]

Integers = NDArray[np.int64]


def scores(truth: ArrayLike, predicted: ArrayLike) -> dict[str, float]:
    """Score a clustering against a ground truth, each cluster matched with one class at most.

    Pixels whose truth is 0 are left out. A pixel that belongs to no cluster (any negative number), or to a
    cluster that no class is matched with, counts as an error; a class that no cluster is matched with has
    recall 0. For NMI and ARI, which need no matching, the pixels of no cluster form a group of their own.

    Parameters
    ----------
    truth : array of int, any shape
        The class of each pixel, 1 or more; 0 where it is not known.
    predicted : array of int, same shape
        The cluster of each pixel, 0 or more as in scikit-learn; negative where it has none.

    Returns
    -------
    dict
        ``OA``, overall accuracy: share of the pixels whose cluster is matched with their class; ``AA``,
        average accuracy: mean over the classes of that share; ``kappa``, Cohen's: how far OA is above what
        the sizes of clusters and classes alone would give; ``NMI``, mutual information over the mean of both
        entropies; ``ARI``, adjusted Rand index: agreement over pairs of pixels, 0 for chance. OA, AA and NMI
        lie between 0 and 1, the others may be negative.

    Raises
    ------
    TypeError
        If an argument does not hold whole numbers.
    ValueError
        If an argument is empty, `truth` holds a negative number or nothing but 0, or the shapes differ.

    See Also
    --------
    match_classes : the clusters under the names of their classes.

    Notes
    -----
    Where several matchings agree in as many pixels, the one with the highest AA is taken. Where truth and
    prediction are one and the same group, kappa, NMI and ARI have the form 0/0 and are 1.

    Examples
    --------
    >>> found = scores([1, 1, 1, 2, 2, 0], [7, 7, 3, 3, 3, 5])
    >>> {name: round(value, 2) for name, value in found.items()}
    {'OA': 0.8, 'AA': 0.83, 'kappa': 0.62, 'NMI': 0.43, 'ARI': 0.17}
    """
    table = _compare(*_checked(truth, predicted))
    counts = table.counts
    n, classes = counts.sum(), counts.sum(axis=1)
    row, column = table.matching
    right = np.zeros(len(classes))
    right[row] = counts[row, column]
    overall = right.sum() / n
    by_chance = (classes[row] * counts.sum(axis=0)[column]).sum() / n**2
    return {
        "OA": float(overall),
        "AA": float((right / classes).mean()),
        "kappa": 1.0 if by_chance == 1 else float((overall - by_chance) / (1 - by_chance)),
        "NMI": _mutual_information(counts),
        "ARI": _adjusted_rand(counts),
    }


def match_classes(truth: ArrayLike, predicted: ArrayLike) -> Integers:
    """Write each cluster under the name of the class that `scores` matches it with.

    Parameters
    ----------
    truth, predicted : array of int
        As in `scores`.

    Returns
    -------
    array of int, same shape
        A class for each pixel, labelled or not. Clusters left without a class get numbers above all classes;
        pixels of no cluster get 0.

    Raises
    ------
    TypeError, ValueError
        As `scores` does.

    Examples
    --------
    >>> match_classes([1, 1, 1, 2, 2, 0, 0, 0], [7, 7, 3, 3, 3, 5, 3, -1])
    array([1, 1, 2, 2, 2, 3, 2, 0])
    """
    known, found = _checked(truth, predicted)
    table = _compare(known, found)
    row, column = table.matching
    names = dict(zip(table.clusters[column].tolist(), table.classes[row].tolist(), strict=True))
    clusters, place = np.unique(found, return_inverse=True)
    spare = iter(range(int(known.max()) + 1, int(known.max()) + 1 + len(clusters)))
    renamed = [0 if c < 0 else names[c] if c in names else next(spare) for c in clusters.tolist()]
    return np.array(renamed, dtype=np.int64)[place.reshape(found.shape)]


@dataclass(frozen=True, eq=False)
class _Table:
    """How many pixels each class and each cluster share.

    The last column of `counts` may be the pixels of no cluster; `clusters` then has one entry less.
    """

    classes: Integers
    clusters: Integers
    counts: Floats
    matching: tuple[NDArray[np.intp], NDArray[np.intp]]


def _compare(truth: Integers, predicted: Integers) -> _Table:
    known = truth > 0
    classes, row = np.unique(truth[known], return_inverse=True)
    found = predicted[known]
    nowhere = np.iinfo(np.int64).max  # after all clusters
    clusters, column = np.unique(np.where(found < 0, nowhere, found), return_inverse=True)
    shape = len(classes), len(clusters)
    flat = np.bincount(np.ravel_multi_index((row, column), shape), minlength=shape[0] * shape[1])
    counts: Floats = flat.reshape(shape).astype(np.float64)
    if clusters[-1] == nowhere:
        clusters = clusters[:-1]
    # Recalls add up to the number of classes at most: all together they weigh less than one pixel.
    gain = counts + counts / counts.sum(axis=1, keepdims=True) / (2 * len(classes))
    matching = linear_sum_assignment(gain[:, : len(clusters)], maximize=True)
    return _Table(classes, clusters, counts, matching)


def _mutual_information(counts: Floats) -> float:
    shares = counts / counts.sum()
    of_classes, of_clusters = entr(shares.sum(axis=1)).sum(), entr(shares.sum(axis=0)).sum()
    if of_classes + of_clusters == 0:
        return 1.0
    mutual = of_classes + of_clusters - entr(shares).sum()
    return float(np.clip(2 * mutual / (of_classes + of_clusters), 0, 1))


def _adjusted_rand(counts: Floats) -> float:
    def pairs(sizes: Floats) -> float:
        return float((sizes * (sizes - 1)).sum() / 2)

    together, same_class, same_cluster = pairs(counts), pairs(counts.sum(axis=1)), pairs(counts.sum(axis=0))
    all_pairs = pairs(counts.sum())
    by_chance = same_class * same_cluster / all_pairs if all_pairs else 0.0
    most = (same_class + same_cluster) / 2
    return 1.0 if most == by_chance else (together - by_chance) / (most - by_chance)


def _checked(truth: ArrayLike, predicted: ArrayLike) -> tuple[Integers, Integers]:
    known = whole_numbers("truth", truth, at_least=0)
    found = whole_numbers("predicted", predicted)
    if found.shape != known.shape:
        raise ValueError(f"predicted must have the shape of truth, {known.shape}, got {found.shape}")
    if not known.any():
        raise ValueError("truth must hold a class, 1 or more, somewhere, got nothing but 0")
    return known, found
