"""How many clusters a set of pixels has: indices that judge a clustering without labels.

Three are the usual ones, as scikit-learn computes them: the silhouette (P. J. Rousseeuw, 1987), and the
indices of D. L. Davies and D. W. Bouldin (1979) and of T. Caliński and J. Harabasz (1974). The fourth is this
book's own. The article chooses by an index that joins support vectors with the spectral discriminatory power
of C.-I Chang (*An information-theoretic approach to spectral variability, similarity, and discrimination*,
IEEE Transactions on Information Theory 46(5), 2000), which it calls SV-PWSD. Its formula is not known here:
`support_vector_power` joins the same two ideas in its own way.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.spatial.distance import pdist
from sklearn.metrics import calinski_harabasz_score, davies_bouldin_score, silhouette_score
from sklearn.metrics.pairwise import euclidean_distances
from sklearn.svm import OneClassSVM

from examlab.arguments import (
    MODERATE,
    POSITIVE,
    Floats,
    Interval,
    choice,
    entries,
    floats,
    number,
    random_source,
    whole,
    whole_numbers,
)

__all__ = ["INDICES", "Choice", "choose_n_clusters", "kernel_width", "support_vector_power"]

Integers = NDArray[np.int64]
Random = int | np.random.Generator | None

INDICES: Mapping[str, str] = MappingProxyType(
    {
        "support-vectors": "largest",
        "silhouette": "largest",
        "davies-bouldin": "smallest",
        "calinski-harabasz": "largest",
    }
)
"""The indices by name, and which of their values is the best."""

NU = Interval(0, 1, open_low=True, open_high=True)
WIDTH = 0.1
"""The kernel's sigma² over the median squared distance between two pixels."""
FEWEST = 3  # different pixels of a cluster that a one-class SVM can describe


@dataclass(frozen=True)
class Choice:
    """What an index says of several clusterings.

    Attributes
    ----------
    values : mapping of int to float
        The index of each clustering, by its number of clusters.
    n_clusters : int
        The number with the best value; of equally good ones the smallest.
    """

    values: Mapping[int, float]
    n_clusters: int


def choose_n_clusters(
    X: ArrayLike,
    labelings: Iterable[ArrayLike],
    *,
    indices: Iterable[str] = tuple(INDICES),
    n_samples: int = 2000,
    nu: float = 0.1,
    random_state: Random = None,
) -> dict[str, Choice]:
    """Let indices choose between clusterings of the same pixels.

    Parameters
    ----------
    X : array, shape (n_pixels, n_bands)
        The pixels.
    labelings : iterable of arrays of int, each of shape (n_pixels,)
        The clusterings, each with another number of clusters, from 2 to one fewer than there are pixels. A
        negative number marks a pixel of no cluster: it is left out.
    indices : iterable of str
        Some of `INDICES`.
    n_samples : int
        How many pixels the silhouette looks at, and how many of each cluster a one-class SVM learns.
    nu : float
        Of the one-class SVMs, in (0, 1).
    random_state : int, Generator or None
        Which pixels these are.

    Returns
    -------
    dict of str to Choice
        One for each index.

    Raises
    ------
    TypeError, ValueError
        If an argument is not allowed.

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> X = np.concatenate([rng.normal(centre, 0.1, size=(30, 2)) for centre in ((0, 0), (1, 0), (0, 1))])
    >>> right, halves = np.repeat([0, 1, 2], 30), np.repeat([0, 1], 45)
    >>> found = choose_n_clusters(X, [halves, right], random_state=0)
    >>> {name: choice.n_clusters for name, choice in found.items()}
    {'support-vectors': 3, 'silhouette': 3, 'davies-bouldin': 3, 'calinski-harabasz': 3}
    """
    pixels = _pixels(X)
    names = [choice("indices", name, INDICES) for name in entries("indices", indices)]
    if not names:
        raise ValueError(f"indices must be some of {', '.join(INDICES)}, got none")
    n_samples, nu = whole("n_samples", n_samples, at_least=10), number("nu", nu, NU)
    rng = random_source(random_state)
    sigma2 = kernel_width(pixels, random_state=rng) if "support-vectors" in names else 1.0
    sample_seed = int(rng.integers(2**31))

    def support_vectors(inside: Floats, labels: Integers) -> float:
        options = {"nu": nu, "n_samples": n_samples, "random_state": sample_seed}
        return support_vector_power(inside, labels, sigma2=sigma2, **options)  # type: ignore[arg-type]

    judges: dict[str, Callable[[Floats, Integers], float]] = {
        "support-vectors": support_vectors,
        "silhouette": lambda inside, labels: _silhouette(inside, labels, n_samples, sample_seed),
        "davies-bouldin": davies_bouldin_score,
        "calinski-harabasz": calinski_harabasz_score,
    }
    values: dict[str, dict[int, float]] = {name: {} for name in names}
    for labels in entries("labelings", labelings):
        inside, clusters = _clusters(pixels, labels, name="labelings")
        n_clusters = int(clusters.max()) + 1
        for name in names:
            if n_clusters in values[name]:
                raise ValueError(f"labelings must have different numbers of clusters, got {n_clusters} twice")
            values[name][n_clusters] = float(judges[name](inside, clusters))
    if not values[names[0]]:
        raise ValueError("labelings must hold at least one clustering, got none")
    return {name: Choice(found, _best(found, INDICES[name])) for name, found in values.items()}


def support_vector_power(
    X: ArrayLike,
    labels: ArrayLike,
    *,
    sigma2: float | None = None,
    nu: float = 0.1,
    n_samples: int = 400,
    random_state: Random = None,
) -> float:
    """Judge a clustering by how well its worst cluster's support vectors tell it from its neighbours.

    A one-class SVM with the kernel exp(-|x - y|² / sigma²) learns each cluster. Its centre c = sum_i alpha_i
    phi(x_i) stands for the cluster in the kernel's feature space, and its support vectors for its rim. With
    m(v, c) = |phi(v) - c|, a support vector v of a cluster with centre c discriminates by
    min_j m(v, c_j) / m(v, c), where j runs through the other clusters: Chang's power of discrimination, but
    below 1 where v is nearer to another cluster. A cluster's power is the mean over its support vectors,
    weighted by alpha. The index is the smallest power of all clusters.

    Parameters
    ----------
    X : array, shape (n_pixels, n_bands)
        The pixels.
    labels : array of int, shape (n_pixels,)
        Their clusters, at least 2 and fewer than pixels; pixels with a negative number are left out.
    sigma2 : float, optional
        The kernel's sigma², in the squared unit of `X`. Unless told: `kernel_width` of `X`.
    nu : float
        Of the one-class SVMs, in (0, 1).
    n_samples : int
        Of a larger cluster, as many pixels are drawn, 10 or more.
    random_state : int, Generator or None
        Which pixels these are.

    Returns
    -------
    float
        The larger, the better. A cluster of fewer than 3 different pixels has power 1: nothing speaks for it.

    Raises
    ------
    TypeError, ValueError
        If an argument is not allowed.

    Notes
    -----
    The index is this book's own. Its distance, and its minimum over the clusters, were chosen on scenes that
    the stored study does not contain.

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> X = np.concatenate([rng.normal(0, 0.1, size=(30, 2)), rng.normal(1, 0.1, size=(30, 2))])
    >>> apart, mixed = np.repeat([0, 1], 30), np.tile([0, 1], 30)
    >>> round(support_vector_power(X, apart), 1), round(support_vector_power(X, mixed), 1)
    (1.8, 1.0)
    """
    pixels, clusters = _clusters(_pixels(X), labels)
    n_samples, nu = whole("n_samples", n_samples, at_least=10), number("nu", nu, NU)
    rng = random_source(random_state)
    width = kernel_width(pixels, random_state=rng) if sigma2 is None else number("sigma2", sigma2, POSITIVE)
    rims = [
        _rim(_draw(pixels[clusters == cluster], n_samples, rng), 1 / width, nu)
        for cluster in range(int(clusters.max()) + 1)
    ]
    return min(_power(place, rims, 1 / width) for place in range(len(rims)))


def kernel_width(X: ArrayLike, *, n_samples: int = 1000, random_state: Random = None) -> float:
    """Return a sigma² for the Gaussian kernel from the pixels alone: a tenth of the median squared distance.

    Parameters
    ----------
    X : array, shape (n_pixels, n_bands)
        The pixels, not all alike.
    n_samples : int
        How many of them are compared, 2 or more.
    random_state : int, Generator or None
        Which ones.

    Returns
    -------
    float
        In the squared unit of `X`. Where more than half of the distances are 0, a tenth of the mean.

    Raises
    ------
    TypeError, ValueError
        If an argument is not allowed, or all pixels are alike.

    Examples
    --------
    >>> round(kernel_width([[0, 0], [3, 4]]), 3)
    2.5
    """
    pixels = _pixels(X)
    if len(pixels) < 2:
        raise ValueError(f"X must hold two pixels or more, got {len(pixels)}")
    rng = random_source(random_state)
    squares = pdist(_draw(pixels, whole("n_samples", n_samples, at_least=2), rng), "sqeuclidean")
    typical = float(np.median(squares)) or float(squares.mean())
    # Those that were drawn may be alike where the others are not.
    typical = typical or float(2 * pixels.var(axis=0).sum())
    if typical == 0:
        raise ValueError(f"X must hold different pixels, got {len(pixels)} times the same")
    return WIDTH * typical


@dataclass(frozen=True, eq=False)
class _Rim:
    """The support vectors of a cluster, their weights (which add up to 1), and |c|²."""

    vectors: Floats
    weights: Floats
    norm: float
    describes: bool


def _rim(pixels: Floats, gamma: float, nu: float) -> _Rim:
    describes = len(np.unique(pixels, axis=0)) >= FEWEST
    if describes:
        model = OneClassSVM(kernel="rbf", gamma=gamma, nu=nu).fit(pixels)
        vectors, weights = model.support_vectors_, model.dual_coef_[0] / model.dual_coef_.sum()
    else:
        vectors, weights = pixels, np.full(len(pixels), 1 / len(pixels))
    return _Rim(vectors, weights, float(weights @ _kernel(vectors, vectors, gamma) @ weights), describes)


def _power(place: int, rims: list[_Rim], gamma: float) -> float:
    own = rims[place]
    if not own.describes:
        return 1.0
    # |phi(v) - c|² = 1 - 2 <phi(v), c> + |c|², since k(v, v) = 1
    squares = [1 - 2 * _kernel(own.vectors, rim.vectors, gamma) @ rim.weights + rim.norm for rim in rims]
    distances = np.sqrt(np.maximum(squares, np.finfo(np.float64).tiny))
    nearest = np.delete(distances, place, axis=0).min(axis=0)
    return float(own.weights @ (nearest / distances[place]))


def _kernel(X: Floats, Y: Floats, gamma: float) -> Floats:
    values: Floats = np.exp(-gamma * euclidean_distances(X, Y, squared=True))
    return values


def _silhouette(X: Floats, labels: Integers, n_samples: int, seed: int) -> float:
    """Return the silhouette of as many pixels, at least one of each cluster."""
    rng = np.random.default_rng(seed)
    order = rng.permutation(len(X))
    _, first = np.unique(labels[order], return_index=True)
    chosen = np.union1d(order[first], order[:n_samples])
    if len(chosen) <= len(first):
        chosen = np.union1d(chosen, order[: len(first) + 1])
    return float(silhouette_score(X[chosen], labels[chosen]))


def _best(values: Mapping[int, float], which: str) -> int:
    sign = 1 if which == "smallest" else -1
    return min(values, key=lambda n_clusters: (sign * values[n_clusters], n_clusters))


def _draw(pixels: Floats, n_samples: int, rng: np.random.Generator) -> Floats:
    few = len(pixels) <= n_samples
    return pixels if few else pixels[np.sort(rng.choice(len(pixels), n_samples, replace=False))]


def _pixels(X: ArrayLike) -> Floats:
    return floats("X", X, MODERATE, shape=(None, None)).astype(np.float64)


def _clusters(pixels: Floats, labels: ArrayLike, *, name: str = "labels") -> tuple[Floats, Integers]:
    """Return the pixels that have a cluster, and their clusters counted from 0."""
    found = whole_numbers(name, labels)
    if found.shape != (len(pixels),):
        raise ValueError(f"{name} must hold one number for each of {len(pixels)} pixels, got {found.shape}")
    inside = pixels[found >= 0]
    names, clusters = np.unique(found[found >= 0], return_inverse=True)
    if not 2 <= len(names) < len(inside):
        raise ValueError(
            f"{name} must name from 2 clusters to one fewer than pixels ({len(inside)}), got {len(names)}"
        )
    return inside, clusters.astype(np.int64)
