"""The one-class support vector machine without a kernel, with slack: the problem of question 7.

For the rows x_i of `X`: minimise |w|² / 2 + C sum xi_i subject to w·x_i >= 1 - xi_i and xi_i >= 0. It is a
linear support vector machine with the hinge loss, every label +1, and no intercept. With a finite C it is
solved through its dual: minimise |X'a|² / 2 - sum a_i over 0 <= a_i <= C, where w = X'a.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Self
from warnings import warn

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import cho_factor, cho_solve
from scipy.optimize import nnls
from sklearn.base import BaseEstimator, OutlierMixin
from sklearn.exceptions import ConvergenceWarning
from sklearn.utils.validation import check_is_fitted, validate_data

from examlab.arguments import MOST, Floats, Interval, number, random_source, representable, whole

__all__ = ["LinearOneClassSVM", "one_sided_cloud"]

PRICE = Interval(0, math.inf)
ITERATIONS = 100  # of the interior-point method, which takes 10 to 30
GAP = 1e-13  # between primal and dual objective, relative, where it stops
TOLERATED = 1e-6  # gap beyond which the reader is warned
NEAR = 1e-7  # a hull nearer to the origin than this share of its farthest point holds the origin


class LinearOneClassSVM(OutlierMixin, BaseEstimator):  # type: ignore[misc]  # scikit-learn has no types
    """A one-class SVM without a kernel: a hyperplane w·x = 1 between the origin and the points, at a price.

    Parameters
    ----------
    C : float
        The price of slack, from 0 on. At 0 the machine is w = 0 with every slack 1. At infinity no slack is
        allowed, and the points must all lie on one side of some hyperplane through the origin.

    Attributes
    ----------
    coef_ : array, shape (n_features,)
        The normal vector w, in the unit 1 / that of `X`.
    offset_ : float
        The threshold of w·x, always 1.
    slack_ : array, shape (n_samples,)
        xi_i = max(0, 1 - w·x_i).
    dual_coef_ : array, shape (n_samples,)
        The dual solution a, with w = sum a_i x_i and 0 <= a_i <= C.
    objective_ : float
        |w|² / 2 + C sum xi_i.
    duality_gap_ : float
        `objective_` less the dual's value, which is never above the minimum: how far from it at most.
    n_iter_ : int
        Steps of the interior-point method; 0 where there was nothing to iterate.
    n_features_in_ : int
        Number of features.

    Raises
    ------
    TypeError, ValueError
        By `fit`: if `C` is no number or negative, if `X` is not a finite table of numbers, or if C is
        infinite and no hyperplane keeps all points away from the origin.

    Notes
    -----
    A primal-dual interior-point method [1]_ at the cost of n d² a step, followed by an exact solve on the
    support vectors that it found. An infinite C is a least-distance problem, solved by non-negative least
    squares [2]_. If the machine of [3]_ with nu ends with rho > 0, it has this machine's hyperplane at
    C = 1 / (nu n rho), and this w is its w / rho.

    References
    ----------
    .. [1] S. Mehrotra, *On the implementation of a primal-dual interior point method*, SIAM Journal on
       Optimization 2(4), 1992.
    .. [2] C. L. Lawson and R. J. Hanson, *Solving Least Squares Problems*, chapter 23, SIAM, 1995.
    .. [3] B. Schölkopf et al., *Estimating the support of a high-dimensional distribution*, Neural
       Computation 13(7), 2001.

    Examples
    --------
    >>> model = LinearOneClassSVM(C=10).fit([[1.0, 0.0], [2.0, 1.0], [3.0, -1.0]])
    >>> model.coef_.round(6), model.slack_.round(6)
    (array([1., 0.]), array([0., 0., 0.]))
    >>> model.predict([[0.5, 0.0], [1.5, 0.0]])
    array([-1,  1])
    """

    def __init__(self, *, C: float = 1.0) -> None:
        self.C = C

    def fit(self, X: object, y: object = None) -> Self:
        """Find w and the slack.

        Parameters
        ----------
        X : array, shape (n_samples, n_features)
            The points.
        y : ignored
            Here because scikit-learn passes it.

        Returns
        -------
        LinearOneClassSVM
            Itself.
        """
        C = number("C", self.C, PRICE)
        points: Floats = validate_data(self, X, dtype=np.float64)
        with representable("C", "X"):
            found = _solve(points, C)
        if found.gap > TOLERATED * found.objective:
            warn(
                f"C = {C:g} is too large for rounding: the objective may be off by {found.gap:.2g} of "
                f"{found.objective:.2g}",
                ConvergenceWarning,
                stacklevel=2,
            )
        self.coef_, self.n_iter_ = found.w, found.steps
        self.dual_coef_ = np.minimum(found.a, C)  # scaling back may round beyond it
        self.slack_ = np.maximum(0, 1 - points @ found.w) * (not math.isinf(C))
        self.objective_, self.duality_gap_ = found.objective, found.gap
        self.offset_ = 1.0
        return self

    def score_samples(self, X: object) -> Floats:
        """Return w·x for each row x of `X`."""
        check_is_fitted(self)
        points: Floats = validate_data(self, X, dtype=np.float64, reset=False)
        with representable("X"):
            return points @ self.coef_

    def decision_function(self, X: object) -> Floats:
        """Return w·x - 1 for each row x of `X`: 0 on the hyperplane, negative on the origin's side."""
        return self.score_samples(X) - self.offset_

    def predict(self, X: object) -> NDArray[np.int_]:
        """Return -1 (an anomaly) where w·x - 1 <= 0, as question 6 asks, and +1 elsewhere.

        A support vector on the hyperplane has 0 up to rounding, so that either can come out.
        """
        return np.where(self.decision_function(X) <= 0, -1, 1)


def one_sided_cloud(*, n_samples: int = 60, random_state: int | np.random.Generator | None = None) -> Floats:
    """Draw a cloud in the plane that a line keeps apart from the origin: a group, and a few stray points.

    One point in twelve is astray, between the group and the origin: the dark pixels of an image.

    Parameters
    ----------
    n_samples : int
        How many points, 12 or more.
    random_state : int, Generator or None
        Where they come from.

    Returns
    -------
    array, shape (n_samples, 2)
        Points with both coordinates between 0.2 and 4: first the group, then those astray.

    Raises
    ------
    TypeError, ValueError
        If `n_samples` is not a whole number or less than 12.

    Examples
    --------
    >>> one_sided_cloud(random_state=0).shape
    (60, 2)
    """
    n = whole("n_samples", n_samples, at_least=12, at_most=MOST)
    rng = random_source(random_state)
    group = rng.multivariate_normal([2.4, 2.1], [[0.3, -0.12], [-0.12, 0.2]], size=n - n // 12)
    astray = rng.uniform(0.3, 1.3, size=(n // 12, 2))
    return np.asarray(np.concatenate([group, astray]).clip(0.2, 4.0))


@dataclass(frozen=True)
class _Solution:
    """What is known of a solution: w, the dual's a, both objectives' distance and how many steps it took."""

    w: Floats
    a: Floats
    objective: float
    gap: float
    steps: int = 0


def _solve(X: Floats, C: float) -> _Solution:
    """Solve the problem on points of length 1 at most, where the steps below are well scaled."""
    length = _longest(X)
    price = C * length**2
    if math.isinf(price) and not math.isinf(C):
        raise ValueError(f"C must be a number still when multiplied by |x|² = {length**2:.3g}, got {C:g}")
    if len(X) < X.shape[1]:  # w lies in the span of the points: fewer numbers describe it
        basis, triangle = np.linalg.qr(X.T / length)
        found = _at_price(np.ascontiguousarray(triangle.T), price)
        w = basis @ found.w
    else:
        found = _at_price(X / length, price)
        w = found.w
    return _Solution(
        w / length, found.a / length**2, found.objective / length**2, found.gap / length**2, found.steps
    )


def _longest(X: Floats) -> float:
    """Return the length of the longest row, or 1 if all are zero."""
    largest = float(np.abs(X).max())
    if largest == 0:
        return 1.0
    if not 1e-140 < largest < 1e140:
        raise ValueError(f"X must hold numbers whose squares are numbers too, got {largest:.3g} at most")
    return largest * math.sqrt(np.square(X / largest).sum(axis=1).max())


def _at_price(X: Floats, C: float) -> _Solution:
    if math.isinf(C):
        return _without_slack(X)
    if C == 0 or not X.any():
        return _Solution(np.zeros(X.shape[1]), np.full(len(X), C), C * len(X), 0.0)
    return _interior_point(X, C)


def _rated(X: Floats, C: float, w: Floats, a: Floats, steps: int) -> _Solution:
    """Return a solution with its objective and the duality gap, `a` taken to the nearest allowed place."""
    a = np.clip(a, 0, C)
    objective = w @ w / 2 + C * np.maximum(0, 1 - X @ w).sum()
    spanned = a @ X
    return _Solution(w, a, float(objective), float(objective + spanned @ spanned / 2 - a.sum()), steps)


@dataclass
class _Iterate:
    """An interior point: a and its room below C, and the multipliers of both bounds, all positive.

    `above` and `slack` are how far w·x is above and below 1: at the solution, one of the two is 0.
    """

    a: Floats
    room: Floats
    above: Floats
    slack: Floats

    def complementarity(self) -> float:
        return float((self.a @ self.above + self.room @ self.slack) / (2 * len(self.a)))


def _interior_point(X: Floats, C: float) -> _Solution:
    """Follow the central path of the dual (Mehrotra 1992) until the objectives meet."""
    n, total = len(X), X.sum(axis=0)
    # The best of all a with equal entries, or half of C: w = a total.
    level = min(C / 2, n / max(total @ total, 1e-300))
    value = level * (X @ total) - 1
    reach = 1 + np.abs(value).max()
    it = _Iterate(
        np.full(n, level), np.full(n, C - level), np.maximum(value, 0) + reach, np.maximum(-value, 0) + reach
    )
    best = _rated(X, C, it.a @ X, it.a, 0)
    for step in range(1, ITERATIONS + 1):
        try:
            _advance(X, C, it)
        except np.linalg.LinAlgError:  # as near as rounding lets the method come
            break
        best = min(_rated(X, C, it.a @ X, it.a, step), best, key=_gap)
        if min(best.gap, 2 * n * it.complementarity()) <= GAP * best.objective:
            break
    return min(_on_support(X, C, it, step), best, key=_gap)


def _gap(solution: _Solution) -> float:
    return solution.gap


def _advance(X: Floats, C: float, it: _Iterate) -> None:
    """Take one predictor-corrector step in place."""
    stiffness = it.above / it.a + it.slack / it.room
    weighted = X / stiffness[:, None]
    factor = cho_factor(np.eye(X.shape[1]) + X.T @ weighted)
    mismatch = X @ (it.a @ X) - 1 - it.above + it.slack
    mu = it.complementarity()

    def direction(low: Floats, high: Floats) -> tuple[Floats, Floats, Floats]:
        """Solve for the step whose products a·above and room·slack change by `low` and `high`."""
        wanted = -mismatch + low / it.a - high / it.room
        w = cho_solve(factor, weighted.T @ wanted)
        step = (wanted - X @ w) / stiffness
        return step, (low - it.above * step) / it.a, (high + it.slack * step) / it.room

    step, above, slack = direction(-it.a * it.above, -it.room * it.slack)
    length = min(_length(it, step, above, slack))
    ahead = _Iterate(
        it.a + length * step, it.room - length * step, it.above + length * above, it.slack + length * slack
    )
    target = mu * (max(ahead.complementarity(), 0) / mu) ** 3
    step, above, slack = direction(
        target - it.a * it.above - step * above, target - it.room * it.slack + step * slack
    )
    along, across = (min(1.0, 0.995 * length) for length in _length(it, step, above, slack))
    it.a, it.room = it.a + along * step, it.room - along * step
    it.above, it.slack = it.above + across * above, it.slack + across * slack


def _length(it: _Iterate, step: Floats, above: Floats, slack: Floats) -> tuple[float, float]:
    """Return how far the step can go until a leaves its bounds, and until a multiplier is 0."""

    def furthest(value: Floats, change: Floats) -> float:
        falling = change < 0
        return float(np.min(-value[falling] / change[falling], initial=1e9))

    primal = min(furthest(it.a, step), furthest(it.room, -step))
    dual = min(furthest(it.above, above), furthest(it.slack, slack))
    return primal, dual


def _on_support(X: Floats, C: float, it: _Iterate, steps: int) -> _Solution:
    """Solve exactly for the support vectors on the hyperplane, once it is known which they are.

    Beside them a is 0 or C, so that w = C sum of the violators + sum of a_i x_i, with w·x_i = 1 on each.
    """
    size = it.a.max()
    beyond, violating = it.a / size < it.above, it.room / size < it.slack
    on = ~beyond & ~violating
    a = np.where(violating, C, 0.0)
    w = a @ X
    if on.any():
        more = np.linalg.lstsq(X[on], 1 - X[on] @ w)[0]
        w = w + more
        a[on] = np.linalg.lstsq(X[on].T, more)[0]
    return _rated(X, C, w, a, steps)


def _without_slack(X: Floats) -> _Solution:
    """Find the shortest w with w·x >= 1 everywhere (Lawson and Hanson's least-distance problem)."""
    u, distance = nnls(np.vstack([X.T, np.ones(len(X))]), np.append(np.zeros(X.shape[1]), 1.0))
    if distance <= NEAR:
        raise ValueError(
            "C must be finite for these points, got inf: no hyperplane through the origin has all of them on "
            "one side"
        )
    a = u / distance**2
    w = a @ X
    return _Solution(w, a, float(w @ w / 2), float(w @ w - a.sum()))
