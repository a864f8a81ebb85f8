"""A feature map that can be written down and drawn: the squares and products of two coordinates.

The kernel (x · y)² is the inner product of phi(x) and phi(y) in three dimensions, with
phi(x) = (x1², sqrt(2) x1 x2, x2²): the usual first example, for instance in B. Schölkopf and A. J. Smola,
*Learning with Kernels*, MIT Press, 2002, chapter 2. For the kernel of question 11, phi has infinitely many
coordinates.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import ArrayLike
from scipy.optimize import linprog

from examlab.arguments import MOST, Floats, floats, random_source, representable, whole

__all__ = ["quadratic_map", "ring", "separable_from_origin"]


def ring(*, n_samples: int = 120, random_state: int | np.random.Generator | None = None) -> Floats:
    """Draw a cloud that no line separates from the origin: an oval ring around it, and a few points within.

    Parameters
    ----------
    n_samples : int
        How many points, 20 or more; one in twenty lies within the ring.
    random_state : int, Generator or None
        Where they come from.

    Returns
    -------
    array, shape (n_samples, 2)
        First the points of the ring, whose half-axes are 2.2 and 1.5, then those within.

    Raises
    ------
    TypeError, ValueError
        If `n_samples` is not a whole number or less than 20.

    Examples
    --------
    >>> ring(random_state=0).shape
    (120, 2)
    """
    n = whole("n_samples", n_samples, at_least=20, at_most=MOST)
    within = n // 20
    rng = random_source(random_state)
    angle = rng.uniform(0, math.tau, n)
    size = np.concatenate([rng.normal(1, 0.1, n - within), rng.uniform(0.2, 0.7, within)])
    return size[:, None] * np.column_stack([2.2 * np.cos(angle), 1.5 * np.sin(angle)])


def quadratic_map(X: ArrayLike) -> Floats:
    """Return phi(x) = (x1², sqrt(2) x1 x2, x2²) for each point of the plane.

    Parameters
    ----------
    X : array, shape (n_samples, 2)
        The points.

    Returns
    -------
    array, shape (n_samples, 3)
        Points of a cone: the square of the second coordinate is twice the product of the other two.

    Raises
    ------
    TypeError, ValueError
        If `X` does not hold finite numbers or has another shape.

    Examples
    --------
    The inner product of two images is the square of the inner product of the points:

    >>> x, y = np.array([1.0, 2.0]), np.array([3.0, -1.0])
    >>> one, other = quadratic_map([x, y])
    >>> float((x @ y) ** 2), round(float(one @ other), 12)
    (1.0, 1.0)
    """
    x1, x2 = floats("X", X, shape=(None, 2)).T
    with representable("X"):
        return np.column_stack([x1**2, math.sqrt(2) * x1 * x2, x2**2])


def separable_from_origin(X: ArrayLike) -> bool:
    """Tell whether some hyperplane has the origin strictly on one side and every point on the other.

    That is, whether some w gives w · x > 0 for every point. A linear program decides: w · x >= 1 has a
    solution or not.

    Parameters
    ----------
    X : array, shape (n_samples, n_features)
        The points.

    Returns
    -------
    bool
        False exactly if the origin lies in the convex hull of the points.

    Raises
    ------
    TypeError, ValueError
        If `X` does not hold finite numbers or has another shape.
    RuntimeError
        If the linear program ends without an answer.

    Examples
    --------
    >>> separable_from_origin([[1, 2], [2, -1]]), separable_from_origin([[1, 2], [2, -1], [-3, 0]])
    (True, False)
    """
    X = floats("X", X, shape=(None, None))
    scaled = X / (np.abs(X).max() or 1.0)
    found = linprog(
        np.zeros(X.shape[1]), A_ub=-scaled, b_ub=-np.ones(len(X)), bounds=(None, None), method="highs"
    )
    if found.status not in (0, 2):  # solved, or no solution
        raise RuntimeError(f"the linear program ended without an answer: {found.message}")
    return bool(found.status == 0)
