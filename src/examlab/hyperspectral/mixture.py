"""The density of a Gaussian mixture: a point comes from class k with probability pi_k, and is Gaussian there.

    p(x) = sum over k of pi_k N(x; m_k, Sigma_k),
    N(x; m, S) = exp(-(x - m)ᵀ S⁻¹ (x - m) / 2) / sqrt((2 pi)^d det S)

C. M. Bishop, *Pattern Recognition and Machine Learning*, Springer, 2006, section 2.3.9. Fitting one is left
to scikit-learn's `GaussianMixture`: its `weights_`, `means_` and full `covariances_` are the arguments.
"""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np
from scipy.linalg import solve_triangular
from scipy.special import logsumexp

from examlab.arguments import (
    FINITE,
    POSITIVE,
    UNIT,
    Floats,
    Interval,
    floats,
    number,
    representable,
)

__all__ = [
    "gaussian_mixture_density",
    "gaussian_mixture_log_density",
    "gaussian_mixture_responsibilities",
    "plane_covariance",
]

PLACES = Interval(-1e300, 1e300)
"""Where points and means may lie: the difference of two can be represented."""

BLOCK = 1 << 20
"""Numbers in a block of points: what is held beside the result stays near 30 MB, however many points."""


def gaussian_mixture_density(X: object, *, weights: object, means: object, covariances: object) -> Floats:
    """Return the density of a Gaussian mixture at each point.

    Parameters
    ----------
    X : array, shape (n_samples, n_features)
        The points.
    weights : array, shape (n_classes,)
        The probability pi_k of each class: none negative, sum 1.
    means : array, shape (n_classes, n_features)
        The mean m_k of each class, in the unit of `X`.
    covariances : array, shape (n_classes, n_features, n_features)
        The covariance matrix Sigma_k of each class, symmetric and positive definite, in that unit squared.

    Returns
    -------
    array, shape (n_samples,)
        Per unit of volume, so it may well exceed 1. Far from every mean, or in many dimensions, it leaves the
        range of floating-point numbers: then take `gaussian_mixture_log_density`.

    Raises
    ------
    TypeError, ValueError
        If an argument is not of its type or shape, or no mixture; the message names the class, from 0.

    Examples
    --------
    >>> two = {"weights": [0.5, 0.5], "means": [[-1], [1]], "covariances": [[[1]], [[1]]]}
    >>> gaussian_mixture_density([[-1], [0], [1]], **two).round(3)
    array([0.226, 0.242, 0.226])
    """
    log_density = gaussian_mixture_log_density(X, weights=weights, means=means, covariances=covariances)
    with np.errstate(over="ignore", under="ignore"):
        density: Floats = np.exp(log_density)
    return density


def gaussian_mixture_log_density(X: object, *, weights: object, means: object, covariances: object) -> Floats:
    """Return the natural logarithm of the density of a Gaussian mixture at each point.

    It stays finite where the density itself would be rounded to 0: 103 bands away from every mean, say.

    Parameters
    ----------
    X, weights, means, covariances
        As for `gaussian_mixture_density`.

    Returns
    -------
    array, shape (n_samples,)
        The logarithms.

    Raises
    ------
    TypeError, ValueError
        As for `gaussian_mixture_density`.

    Examples
    --------
    >>> one = {"weights": [1], "means": np.zeros((1, 103)), "covariances": np.eye(103)[None]}
    >>> far = np.full((1, 103), 5.0)
    >>> gaussian_mixture_density(far, **one), gaussian_mixture_log_density(far, **one).round(2)
    (array([0.]), array([-1382.15]))
    """
    return np.concatenate([logsumexp(terms, axis=1) for terms in _terms(X, weights, means, covariances)])


def gaussian_mixture_responsibilities(
    X: object, *, weights: object, means: object, covariances: object
) -> Floats:
    """Return the probability that each point comes from each class, by Bayes' rule.

    Parameters
    ----------
    X, weights, means, covariances
        As for `gaussian_mixture_density`.

    Returns
    -------
    array, shape (n_samples, n_classes)
        pi_k N(x; m_k, Sigma_k) / p(x); each row adds up to 1. Its largest entry gives a class map.

    Raises
    ------
    TypeError, ValueError
        As for `gaussian_mixture_density`.

    Examples
    --------
    >>> two = {"weights": [0.5, 0.5], "means": [[-1], [1]], "covariances": [[[1]], [[1]]]}
    >>> gaussian_mixture_responsibilities([[0], [1]], **two).round(2)
    array([[0.5 , 0.5 ],
           [0.12, 0.88]])
    """
    return np.concatenate([_shares(terms) for terms in _terms(X, weights, means, covariances)])


def _shares(terms: Floats) -> Floats:
    totals = logsumexp(terms, axis=1, keepdims=True)
    if not np.isfinite(totals).all():
        raise ValueError(
            "X must hold points near enough to a mean for their density to differ from 0, got another one"
        )
    shares: Floats = np.exp(terms - totals)
    return shares


def plane_covariance(*, spreads: object, angle: float) -> Floats:
    """Return the covariance matrix in the plane with given spreads along two perpendicular axes.

    Parameters
    ----------
    spreads : array, shape (2,)
        The standard deviations along the two axes, positive.
    angle : float
        From the first coordinate's axis to the axis of the first spread, in radians.

    Returns
    -------
    array, shape (2, 2)
        R diag(spreads²) Rᵀ with the rotation R by `angle`.

    Raises
    ------
    TypeError, ValueError
        If a spread is not positive or the angle not finite.

    Examples
    --------
    >>> plane_covariance(spreads=[2, 1], angle=np.pi / 2).round(12)
    array([[1., 0.],
           [0., 4.]])
    """
    spread = floats("spreads", spreads, POSITIVE, shape=(2,))
    turn = number("angle", angle, FINITE)
    rotation = np.array([[math.cos(turn), -math.sin(turn)], [math.sin(turn), math.cos(turn)]])
    half = rotation * spread
    with representable("spreads"):
        covariance: Floats = half @ half.T
    return covariance


def _terms(X: object, weights: object, means: object, covariances: object) -> Iterator[Floats]:
    """Yield log(pi_k N(x; m_k, Sigma_k)) block by block, each of shape (some points, n_classes)."""
    points = floats("X", X, PLACES, shape=(None, None)).astype(np.float64, copy=False)
    pi, centres, halves = _mixture(weights, means, covariances, n_features=points.shape[1])
    d = points.shape[1]
    with np.errstate(divide="ignore"):  # a class of weight 0 has log-weight -inf, which is right
        constants = np.log(pi) - d / 2 * math.log(2 * math.pi)
    constants = constants - np.log(np.diagonal(halves, axis1=1, axis2=2)).sum(axis=1)
    rows = max(1, BLOCK // d)
    for first in range(0, len(points), rows):
        block = points[first : first + rows]
        terms = np.empty((len(block), len(pi)))
        for k, (centre, half) in enumerate(zip(centres, halves, strict=True)):
            # With Sigma = L Lᵀ the exponent is the squared length of L⁻¹ (x - m): no inverse, no determinant.
            whitened = solve_triangular(half, (block - centre).T, lower=True, check_finite=False)
            with np.errstate(over="ignore"):  # too far for a float: the density is 0 there
                terms[:, k] = constants[k] - np.einsum("ij,ij->j", whitened, whitened) / 2
        yield terms


def _mixture(
    weights: object, means: object, covariances: object, *, n_features: int
) -> tuple[Floats, Floats, Floats]:
    """Check a mixture and return its weights, its means and the Cholesky factors of its covariances."""
    pi = floats("weights", weights, UNIT, shape=(None,))
    # What adding them up may have rounded away, in the precision they came in.
    total = float(pi.sum(dtype=np.float64))
    if abs(total - 1) > 8 * len(pi) * np.finfo(pi.dtype).eps:
        raise ValueError(f"weights must add up to 1, got {total!r} as their sum")
    K, d = len(pi), n_features
    centres = floats("means", means, PLACES, shape=(K, d)).astype(np.float64)
    given = floats("covariances", covariances, shape=(K, d, d))
    halves = np.stack([_half(matrix, k) for k, matrix in enumerate(given)])
    return pi.astype(np.float64), centres, halves


def _half(matrix: Floats, k: int) -> Floats:
    """Return the lower Cholesky factor of the covariance of class `k`, or say why it has none."""
    must = f"covariances must hold symmetric positive definite matrices, got one for class {k}"
    precision = float(np.finfo(matrix.dtype).eps)
    matrix = matrix.astype(np.float64)
    variances = np.diagonal(matrix)
    if not (variances > 0).all():
        raise ValueError(f"{must} with the variance {float(variances.min())!r}")
    # Judged as correlations: features may have very different units, which neither symmetry nor a Cholesky
    # factor minds.
    scales = np.sqrt(variances)
    correlation = matrix / scales / scales[:, None]
    uneven = np.abs(correlation - correlation.T)
    if uneven.max() > math.sqrt(precision):
        i, j = map(int, np.unravel_index(uneven.argmax(), uneven.shape))
        raise ValueError(
            f"{must} that is not symmetric: {float(matrix[i, j])!r} in row {i}, column {j} and "
            f"{float(matrix[j, i])!r} across the diagonal"
        )
    correlation = (correlation + correlation.T) / 2
    smallest = float(np.linalg.eigvalsh(correlation)[0])
    if smallest <= len(matrix) * np.finfo(np.float64).eps:
        raise ValueError(
            f"{must} that is not positive definite: its correlation matrix has the eigenvalue {smallest:.3g}"
        )
    half: Floats = scales[:, None] * np.linalg.cholesky(correlation)
    return half
