"""The one-class support vector machine on a cloud in the plane: its support vectors and its boundary.

The kernel is exp(-|x - y|² / sigma²), so scikit-learn's `gamma` is 1 / sigma². The machine is that of
B. Schölkopf et al., *Estimating the support of a high-dimensional distribution*, Neural Computation 13(7),
2001. How rough its boundary is, the article does not measure: `boundary_roughness` is this book's own.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components
from sklearn.svm import OneClassSVM

from examlab.arguments import (
    MODERATE,
    MOST,
    POSITIVE,
    Floats,
    Interval,
    floats,
    instance,
    number,
    random_source,
    representable,
    whole,
)
from examlab.hyperspectral.linear_one_class import LinearOneClassSVM, one_sided_cloud

__all__ = [
    "DecisionField",
    "LinearOneClassSVM",
    "boundary_roughness",
    "cloud",
    "decision_field",
    "one_sided_cloud",
    "support_vector_kinds",
]

FINEST = 2000  # points along a side of a grid that is not asked for by number: 32 MB of values

NU = Interval(0, 1, open_low=True, open_high=True)

# The solver's: an isolated support vector sits on a summit of height 0, which a coarser one turns into an
# island by chance.
TOLERANCE = 1e-7


@dataclass(frozen=True, eq=False)
class DecisionField:
    """A function of the plane, known on a grid; its boundary is where it is 0.

    Attributes
    ----------
    x, y : arrays, shape (columns,) and (rows,)
        The grid, evenly spaced.
    values : array, shape (rows, columns)
        The function at each point of the grid, positive inside the boundary.
    model : OneClassSVM or None
        The fitted machine the values come from, if they come from one.
    """

    x: Floats
    y: Floats
    values: Floats
    model: OneClassSVM | None = None


def cloud(*, n_samples: int = 120, random_state: int | np.random.Generator | None = None) -> Floats:
    """Draw a cloud in the plane on which sigma² shows: a bent band, a group in its opening, a few far points.

    One point in twenty is far, drawn evenly over a square; one in three belongs to the group; the rest lie
    along the band. The dents and gaps between them are what a boundary may follow or pass over.

    Parameters
    ----------
    n_samples : int
        How many points, 20 or more.
    random_state : int, Generator or None
        Where they come from.

    Returns
    -------
    array, shape (n_samples, 2)
        Points within about 3 of the origin: first the band, then the group, then the far ones.

    Raises
    ------
    TypeError, ValueError
        If `n_samples` is not a whole number or less than 20.

    Examples
    --------
    >>> cloud(random_state=0).shape
    (120, 2)
    """
    n = whole("n_samples", n_samples, at_least=20, at_most=MOST)
    far, group = n // 20, n // 3
    rng = random_source(random_state)
    angle = rng.uniform(0.15 * np.pi, 1.05 * np.pi, n - group - far)
    band = np.column_stack([1.7 * np.cos(angle) - 0.5, 2.0 * np.sin(angle) - 0.9])
    return np.concatenate(
        [
            band + rng.normal(scale=0.2, size=band.shape),
            rng.normal((1.3, -1.4), (0.45, 0.35), size=(group, 2)),
            rng.uniform(-2.8, 2.8, size=(far, 2)),
        ]
    )


def decision_field(
    X: object,
    *,
    sigma2: float,
    nu: float,
    window: Sequence[float] | None = None,
    resolution: int | None = None,
) -> DecisionField:
    """Fit a one-class SVM to points of the plane and return its decision function on a grid.

    Parameters
    ----------
    X : array, shape (n_samples, 2)
        The points.
    sigma2 : float
        The kernel's sigma², in the squared unit of `X`, positive.
    nu : float
        Upper bound on the share of outliers and lower bound on the share of support vectors, in (0, 1). At 1
        every point may be an outlier and nothing fixes the boundary.
    window : (left, right, bottom, top), optional
        Where the grid lies. Unless told: the points' bounding box, widened on each side by half of its longer
        side.
    resolution : int, optional
        Points of the grid along each side, 3 or more. Unless told: 160, or more where the kernel is so
        narrow that a step of a tenth of sigma asks for it; coarser grids cut the corners of the boundary.

    Returns
    -------
    DecisionField
        With `values` of shape (resolution, resolution), as scikit-learn's ``decision_function`` gives them,
        and the fitted `model`.

    Raises
    ------
    TypeError, ValueError
        If an argument is not of its type or outside its range.

    Examples
    --------
    >>> field = decision_field(cloud(random_state=0), sigma2=1.0, nu=0.1, resolution=50)
    >>> field.values.shape
    (50, 50)
    """
    X = floats("X", X, MODERATE, shape=(None, 2)).astype(np.float64)
    sigma2, nu = number("sigma2", sigma2, POSITIVE), number("nu", nu, NU)
    left, right, bottom, top = _window(X) if window is None else floats("window", window, shape=(4,)).tolist()
    if not (left < right and bottom < top):
        raise ValueError(
            f"window must be (left, right, bottom, top) with left < right and bottom < top, got {window!r}"
        )
    if resolution is None:
        tenths_of_sigma = 10 * max(right - left, top - bottom) / math.sqrt(sigma2)
        resolution = math.ceil(min(max(160, tenths_of_sigma), FINEST))
    resolution = whole("resolution", resolution, at_least=3, at_most=2 * FINEST)
    with representable("X", "sigma2", "window"):
        model = OneClassSVM(kernel="rbf", gamma=np.divide(1, sigma2), nu=nu, tol=TOLERANCE).fit(X)
        x, y = np.linspace(left, right, resolution), np.linspace(bottom, top, resolution)
        # The Gaussian kernel is a product over the coordinates: the grid is one product of two matrices.
        across, up = (
            np.exp(-((grid[:, None] - vectors) ** 2) / sigma2)
            for grid, vectors in zip((x, y), model.support_vectors_.T, strict=True)
        )
        values = (up * model.dual_coef_) @ across.T + model.intercept_
    return DecisionField(x, y, values, model)


def support_vector_kinds(model: OneClassSVM, X: object) -> NDArray[np.str_]:
    """Tell for each training point what the dual solution makes of it.

    With 0 <= alpha_i <= 1 / (nu n) and sum alpha_i = 1: alpha_i = 0 is ``"inside"``, no support vector;
    strictly between the bounds is ``"margin"``, a support vector on the boundary; the upper bound is
    ``"outlier"``. scikit-learn stores alpha_i nu n, whose bound is 1.

    Parameters
    ----------
    model : OneClassSVM
        Fitted, with any kernel.
    X : array, shape (n_samples, n_features)
        The points it was fitted to.

    Returns
    -------
    array of str, shape (n_samples,)
        ``"inside"``, ``"margin"`` or ``"outlier"``.

    Examples
    --------
    >>> X = cloud(random_state=0)
    >>> kinds = support_vector_kinds(OneClassSVM(nu=0.1).fit(X), X)
    >>> sorted(set(kinds.tolist()))
    ['inside', 'margin', 'outlier']
    """
    instance("model", model, OneClassSVM)
    if not hasattr(model, "support_"):
        raise ValueError(f"model must be fitted, got {model!r}")
    X = floats("X", X, shape=(None, None))
    if X.shape != model.shape_fit_ or not np.array_equal(X[model.support_], model.support_vectors_):
        raise ValueError(
            f"X must be what the model was fitted to, shape {model.shape_fit_}, got shape {X.shape}"
        )
    kinds = np.full(len(X), "inside", dtype="<U7")
    at_bound = model.dual_coef_[0] >= 1 - 1e-9  # the solver sets a clipped coefficient to the bound itself
    kinds[model.support_] = np.where(at_bound, "outlier", "margin")
    return kinds


def boundary_roughness(field: DecisionField) -> dict[str, float]:
    """Measure the zero level of a field: how long, in how many pieces, and how much it turns.

    The boundary is traced cell by cell, crossings placed by linear interpolation. Turning is read off the
    field's gradient, which is everywhere at right angles to the boundary: the corners of the traced polygon
    would add their own. The grid has to be fine enough for the boundary: that of a Gaussian kernel asks for a
    step of sigma / 10 or less.

    Parameters
    ----------
    field : DecisionField
        Negative along the whole edge of its window, so that the boundary closes inside it.

    Returns
    -------
    dict
        ``length``, in the unit of the grid; ``pieces``, the number of closed curves; ``turning``, in radians,
        the sum of the absolute changes of direction along all of them: 2 pi for one convex curve whatever its
        size, more for every dent and for every further piece. All three are 0 if the field is negative
        everywhere.

    Raises
    ------
    TypeError
        If `field` is not a `DecisionField`.
    ValueError
        If its shapes disagree or it is not negative along the edge of the window. The measures of a boundary
        that is cut off would be those of the window: choose a larger one.

    Examples
    --------
    >>> side = np.linspace(-2, 2, 101)
    >>> circle = DecisionField(side, side, 1 - side**2 - side[:, None] ** 2)
    >>> {name: round(value, 2) for name, value in boundary_roughness(circle).items()}
    {'length': 6.28, 'pieces': 1, 'turning': 6.28}
    """
    x, y, values = _checked(field)
    segments = _segments(values)
    crossings, ends = np.unique(segments, return_inverse=True)
    if not crossings.size:
        return {"length": 0.0, "pieces": 0, "turning": 0.0}
    start, end = _edges(np.arange(values.size).reshape(values.shape))
    low, high = start[crossings], end[crossings]
    share = values.flat[low] / (values.flat[low] - values.flat[high])

    def at_crossings(of_grid: NDArray[Any]) -> NDArray[Any]:
        between = of_grid.flat[low] * (1 - share) + of_grid.flat[high] * share
        return np.asarray(between[ends.reshape(-1, 2)].T)

    up, across = np.gradient(values, y, x)
    here, there = at_crossings(x + 1j * y[:, None])
    normal_here, normal_there = at_crossings(np.asarray(across + 1j * up))
    joined = coo_array((np.ones(len(segments)), ends.reshape(-1, 2).T), shape=2 * crossings.shape)
    return {
        "length": float(np.abs(there - here).sum()),
        "pieces": int(connected_components(joined, directed=False, return_labels=False)),
        "turning": float(np.abs(np.angle(normal_there * normal_here.conj())).sum()),
    }


def _edges(grid: NDArray[np.int_]) -> tuple[NDArray[np.int_], NDArray[np.int_]]:
    """Return both ends of every edge of the grid, the horizontal edges first."""
    start = np.concatenate([grid[:, :-1].ravel(), grid[:-1].ravel()])
    end = np.concatenate([grid[:, 1:].ravel(), grid[1:].ravel()])
    return start, end


def _segments(values: Floats) -> NDArray[np.int_]:
    """Return the boundary's segments, each as the two edges that it joins, numbered as by `_edges`."""
    rows, columns = values.shape
    horizontal = np.arange(rows * (columns - 1)).reshape(rows, columns - 1)
    vertical = horizontal.size + np.arange((rows - 1) * columns).reshape(rows - 1, columns)
    # Around each cell: bottom, left, top, right.
    edges = np.stack([horizontal[:-1], vertical[:, :-1], horizontal[1:], vertical[:, 1:]], axis=-1)
    inside = values > 0
    across, up = inside[:, :-1] != inside[:, 1:], inside[:-1] != inside[1:]
    crossed = np.stack([across[:-1], up[:, :-1], across[1:], up[:, 1:]], axis=-1)
    # Two crossings make a segment. Four make two, which cut off the two corners unlike the cell's centre.
    centre = values[:-1, :-1] + values[:-1, 1:] + values[1:, :-1] + values[1:, 1:] > 0
    other = crossed.all(axis=-1) & (centre == inside[:-1, :-1])
    edges[other] = edges[other][:, [0, 3, 2, 1]]
    segments: NDArray[np.int_] = edges[crossed].reshape(-1, 2)
    return segments


def _checked(field: DecisionField) -> tuple[Floats, Floats, Floats]:
    instance("field", field, DecisionField)
    x, y = floats("field.x", field.x, shape=(None,)), floats("field.y", field.y, shape=(None,))
    for name, side in (("field.x", x), ("field.y", y)):
        if len(side) < 3 or (np.diff(side) <= 0).any():
            raise ValueError(f"{name} must hold three or more increasing numbers, got {side}")
    values = floats("field.values", field.values, shape=(len(y), len(x)))
    edge = max(values[[0, -1]].max(), values[:, [0, -1]].max())
    if edge > 0:
        raise ValueError(
            f"field must be negative along the edge of its window (a larger one), got {edge:.3g} there"
        )
    return x, y, values


def _window(X: Floats) -> tuple[float, float, float, float]:
    low, high = X.min(axis=0), X.max(axis=0)
    margin = 0.5 * float((high - low).max()) or 1.0
    return low[0] - margin, high[0] + margin, low[1] - margin, high[1] + margin
