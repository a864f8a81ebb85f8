"""Subtractive clustering: centres where points lie densest, one after the other.

The method is S. L. Chiu's, *Fuzzy model identification based on cluster estimation*, Journal of Intelligent
and Fuzzy Systems 2(3), 1994. How the radius is chosen when nobody gives one is this book's own.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.spatial.distance import pdist
from sklearn.base import BaseEstimator, ClusterMixin
from sklearn.metrics import pairwise_distances_argmin
from sklearn.utils.validation import check_is_fitted, validate_data

from examlab.arguments import (
    POSITIVE,
    Floats,
    Interval,
    choice,
    floats,
    function,
    number,
    representable,
    whole,
)
from examlab.hyperspectral.density import mountain, mountain_error

__all__ = ["SubtractiveClustering", "suggested_radius"]

SAME = 1e-5
"""Potentials closer than this, relative to the first centre's, count as equal: rounding decides nothing."""

SAMPLE = 2000
"""How many points a radius is suggested from."""
GOLDEN = (math.sqrt(5) - 1) / 2


class SubtractiveClustering(ClusterMixin, BaseEstimator):  # type: ignore[misc]  # scikit-learn has no types
    """Take the densest point as a centre, subtract its mountain, and go on until what remains is low.

    The potential of point i is M_i, the sum over all points j of exp(-4 |x_i - x_j|²/r_a²). The point of the
    highest potential, M*, is tested. With M_1 that of the *first* centre, it becomes a centre if M* is at
    least `accept` M_1, and the search ends if M* is at most `reject` M_1. Between the two, the point becomes
    a centre if d/r_a + M*/M_1 >= 1, where d is its distance to the nearest centre; if not, it is never tested
    again. A new centre takes M* exp(-4 |x_i - x*|²/r_b²) from each potential, with r_b = `squash` r_a, and is
    not tested again either. Each point gets the label of the nearest centre.

    Parameters
    ----------
    radius : float or "auto"
        r_a, in the unit of the distances between points. ``"auto"`` takes half of the median distance between
        two points, more where that leaves every point alone: see `suggested_radius`.
    squash : float
        r_b/r_a, positive. Above 1 it keeps centres from standing close together; Chiu takes 1.25 to 1.5.
    accept, reject : float
        The two bounds on M*/M_1, with 0 < reject <= accept <= 1.
    max_clusters : int, optional
        Stop at so many centres.
    components : int, optional
        Sum the mountain over so many principal components only, faster and with an error, as `mountain` does;
        how large it is says `density_error_`.
    progress : callable, optional
        Called as ``progress(done, of)`` while the mountain is summed, which takes nearly all of the time.

    Attributes
    ----------
    cluster_centers_indices_ : array of int, shape (n_clusters,)
        Which points are centres, in the order in which they were found.
    cluster_centers_ : array, shape (n_clusters, n_features)
        These points.
    potentials_ : array, shape (n_samples,)
        M before anything is subtracted.
    labels_ : array of int, shape (n_samples,)
        The nearest centre of each point.
    n_clusters_ : int
        How many there are.
    radius_ : float
        The r_a that was used.
    density_error_ : float
        With `components`: the largest relative error of 100 potentials drawn at random, else 0.
    n_features_in_ : int
        How many features the points have.

    Notes
    -----
    The same points in the same order give the same centres, whatever the number of threads. Among potentials
    that are equal but for rounding (1e-5 of M_1), the lowest index is taken.

    Examples
    --------
    >>> X = np.array([[0.0, 0.0], [0.1, 0.0], [0.0, 0.1], [5.0, 5.0], [5.1, 5.0]])
    >>> found = SubtractiveClustering(radius=1.0).fit(X)
    >>> found.cluster_centers_indices_, found.labels_
    (array([0, 3]), array([0, 0, 0, 1, 1]))
    """

    def __init__(
        self,
        *,
        radius: float | str = "auto",
        squash: float = 1.5,
        accept: float = 0.5,
        reject: float = 0.15,
        max_clusters: int | None = None,
        components: int | None = None,
        progress: Callable[[int, int], object] | None = None,
    ) -> None:
        self.radius = radius
        self.squash = squash
        self.accept = accept
        self.reject = reject
        self.max_clusters = max_clusters
        self.components = components
        self.progress = progress

    def fit(self, X: Any, y: None = None) -> SubtractiveClustering:
        """Find the centres.

        Parameters
        ----------
        X : array, shape (n_samples, n_features)
            The points.
        y : None
            Not used.

        Returns
        -------
        SubtractiveClustering
            Itself.

        Raises
        ------
        TypeError, ValueError
            If a parameter is not of its type or outside its range, or X is not what scikit-learn's estimators
            take.
        """
        self._check()
        X = validate_data(self, X, dtype=[np.float64, np.float32])
        self.radius_ = suggested_radius(X) if self.radius == "auto" else float(self.radius)
        options: dict[str, Any] = {"radius": self.radius_}
        self.potentials_ = mountain(X, **options, components=self.components, progress=self.progress)
        self.density_error_ = (
            0.0 if self.components is None else mountain_error(X, self.potentials_, **options, random_state=0)
        )
        with representable("X", "squash"):
            self.cluster_centers_indices_ = self._centres(X.astype(np.float64, copy=False))
        self.n_clusters_ = len(self.cluster_centers_indices_)
        self.cluster_centers_ = X[self.cluster_centers_indices_]
        self.labels_ = self._nearest(X)
        return self

    def predict(self, X: Any) -> NDArray[np.intp]:
        """Return the nearest centre of each point.

        Parameters
        ----------
        X : array, shape (n_samples, n_features)
            Points, those of `fit` or others.

        Returns
        -------
        array of int, shape (n_samples,)
            Numbers of centres, in the order of `cluster_centers_`.
        """
        check_is_fitted(self)
        return self._nearest(validate_data(self, X, dtype=[np.float64, np.float32], reset=False))

    def _check(self) -> None:
        if isinstance(self.radius, str):
            choice("radius", self.radius, ("auto",))
        else:
            number("radius", self.radius, POSITIVE)
        number("squash", self.squash, POSITIVE)
        accept = number("accept", self.accept, Interval(0, 1, open_low=True))
        number("reject", self.reject, Interval(0, accept, open_low=True))
        if self.max_clusters is not None:
            whole("max_clusters", self.max_clusters, at_least=1)
        if self.components is not None:
            whole("components", self.components, at_least=1)
        if self.progress is not None:
            function("progress", self.progress)

    def _centres(self, X: NDArray[np.float64]) -> NDArray[np.intp]:
        """Return the indices of the centres, in order."""
        left = self.potentials_.copy()
        nearest = np.full(len(X), np.inf)  # the distance to the nearest centre
        first = float(left.max())
        centres: list[int] = []
        while self.max_clusters is None or len(centres) < self.max_clusters:
            # A point between the bounds that fails the test fails it for ever, because neither its potential
            # nor its distance can grow. Leaving out all such points at once is testing them one by one.
            ratio = left / first
            passes = (ratio > self.reject) & (nearest / self.radius_ + ratio >= 1)
            candidates = np.flatnonzero((ratio >= self.accept) | passes)
            if not candidates.size:
                break
            equal = left[candidates] >= left[candidates].max() - SAME * first
            centre = int(candidates[equal][0])
            distances = np.sqrt(((X - X[centre]) ** 2).sum(axis=1))
            np.minimum(nearest, distances, out=nearest)
            left -= left[centre] * np.exp(-4 * (distances / (self.squash * self.radius_)) ** 2)
            left[centre] = -np.inf  # whatever rounding leaves there, a point is a centre once
            centres.append(centre)
        return np.array(centres, dtype=np.intp)

    def _nearest(self, X: Floats) -> NDArray[np.intp]:
        labels: NDArray[np.intp] = pairwise_distances_argmin(X, self.cluster_centers_)
        return labels


def suggested_radius(X: object) -> float:
    """Return a radius for points of which nothing else is known: half of the typical distance between two.

    The rule is this book's own. Chiu's usual radius, 0.5, is half of the side of the box that holds his data.
    Standardised spectra fill no box: two unrelated pixels of d bands are about sqrt(2 d) apart. In place of
    the side stands here the median distance between two points, which a few far points cannot move.

    Where points have many independent features, all distances are nearly the same, and at half of them nobody
    has a neighbour. The radius then grows, by a factor of 2^(1/4) at a time, until the densest point counts
    for the square root of the number of points.

    Parameters
    ----------
    X : array, shape (n_samples, n_features)
        The points. Of more than 2000, so many are looked at, always the same, spread over all.

    Returns
    -------
    float
        Proportional to the unit of X; 1 if all points looked at are the same.

    Raises
    ------
    TypeError, ValueError
        If X does not hold finite numbers in this shape, or the distances between them are not finite.

    Notes
    -----
    No rule knows how coarse a partition is wanted. This one looks at no label. Where there are two or three
    groups of few features it gives more centres than groups, because most pairs lie within one group.

    Examples
    --------
    >>> line = np.linspace(0, 1, 101)[:, None]
    >>> round(suggested_radius(line), 3)
    0.15
    """
    X = floats("X", X, shape=(None, None)).astype(np.float64)
    if len(X) > SAMPLE:
        # Multiples of the golden section: spread over all, and in step with no row of an image.
        X = X[np.unique((np.arange(SAMPLE) * GOLDEN % 1 * len(X)).astype(np.intp))]
    distances = pdist(X)
    if not distances.any():
        return 1.0
    radius = float(np.median(distances[distances > 0])) / 2
    if not math.isfinite(radius):
        raise ValueError(
            f"X must hold points whose distances are finite, got numbers up to {np.abs(X).max()}"
        )
    while mountain(X, radius=radius).max() < math.sqrt(len(X)):
        radius *= 2**0.25
    return radius
