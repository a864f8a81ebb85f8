"""The dual of the one-class support vector machine: its coefficients, and whether they are optimal.

The dual problem is: make half of sum_ij alpha_i alpha_j k(x_i, x_j) small, subject to
0 <= alpha_i <= 1 / (nu n) and sum alpha_i = 1. Its decision function is f(x) = sum_i alpha_i k(x_i, x) - rho.
Both are as in B. Schölkopf et al., *Estimating the support of a high-dimensional distribution*, Neural
Computation 13(7), 2001, equations 3.7 to 3.12. scikit-learn stores nu n times alpha, rho and f.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike
from sklearn.svm import OneClassSVM

from examlab.arguments import Floats, Interval, floats, instance, number, representable

__all__ = ["NU", "dual_coefficients", "dual_offset", "kkt_violations"]

NU = Interval(0, 1, open_low=True, open_high=True)


def dual_coefficients(model: OneClassSVM) -> Floats:
    """Return the dual solution of a fitted machine, one alpha for each training point, with sum 1.

    Parameters
    ----------
    model : OneClassSVM
        Fitted, with any kernel, every training point counting alike (no `sample_weight`).

    Returns
    -------
    array, shape (n_samples,)
        Between 0 and 1 / (nu n); 0 for each point that is no support vector.

    Raises
    ------
    TypeError, ValueError
        If `model` is no `OneClassSVM`, is not fitted, or was fitted with weights.

    Examples
    --------
    >>> from examlab.hyperspectral.one_class import cloud
    >>> X = cloud(random_state=0)
    >>> alpha = dual_coefficients(OneClassSVM(gamma=1.0, nu=0.1).fit(X))
    >>> alpha.shape, round(float(alpha.sum()), 9), round(float(alpha.max()) * 12, 9)
    ((120,), 1.0, 1.0)
    """
    scale = _scale(model)
    alpha = np.zeros(model.shape_fit_[0])
    alpha[model.support_] = model.dual_coef_[0] / scale
    return alpha


def dual_offset(model: OneClassSVM) -> float:
    """Return rho of a fitted machine, in the scale in which the alpha add up to 1.

    Parameters
    ----------
    model : OneClassSVM
        As for `dual_coefficients`.

    Returns
    -------
    float
        rho, so that f(x) = sum_i alpha_i k(x_i, x) - rho.

    Raises
    ------
    TypeError, ValueError
        As `dual_coefficients` does.

    Examples
    --------
    Two far points share the weight, and f is 0 at both:

    >>> dual_offset(OneClassSVM(gamma=1.0, nu=0.5).fit([[0.0], [9.0]]))
    0.5
    """
    scale = _scale(model)
    return float(model.offset_[0] / scale)


def kkt_violations(kernel: ArrayLike, alpha: ArrayLike, *, rho: float, nu: float) -> dict[str, float]:
    """Measure by how much each condition of Karush, Kuhn and Tucker is violated; all 0 at the solution.

    For this convex problem the conditions are necessary and sufficient: alpha is optimal if and only if some
    rho makes all of them 0.

    Parameters
    ----------
    kernel : array, shape (n_samples, n_samples)
        k(x_i, x_j) of the training points, symmetric.
    alpha : array, shape (n_samples,)
        The dual coefficients, with sum 1 at the solution.
    rho : float
        The offset, in the same scale.
    nu : float
        In (0, 1).

    Returns
    -------
    dict
        Largest violations, none negative. ``sum``: of sum alpha_i = 1. ``box``: of
        0 <= alpha_i <= 1 / (nu n), times nu n. ``below``: of f(x_i) >= 0 where alpha_i is less than the
        upper bound. ``above``: of f(x_i) <= 0 where alpha_i is positive.

    Raises
    ------
    TypeError, ValueError
        If an argument is not of its type, shape or range, or `kernel` is not symmetric.

    Examples
    --------
    Two far points share the weight, and sit on the boundary together:

    >>> kkt_violations(np.eye(2), [0.5, 0.5], rho=0.5, nu=0.5)
    {'sum': 0.0, 'box': 0.0, 'below': 0.0, 'above': 0.0}
    >>> kkt_violations(np.eye(2), [0.75, 0.25], rho=0.5, nu=0.5)
    {'sum': 0.0, 'box': 0.0, 'below': 0.25, 'above': 0.25}
    """
    alpha = floats("alpha", alpha, shape=(None,))
    n = len(alpha)
    kernel = floats("kernel", kernel, shape=(n, n))
    if not np.allclose(kernel, kernel.T):
        raise ValueError(f"kernel must be symmetric, got a difference of {np.abs(kernel - kernel.T).max()}")
    rho, nu = number("rho", rho), number("nu", nu, NU)
    with representable("kernel", "alpha", "rho", "nu"):
        ceiling = np.divide(1, nu * n)
        f = kernel @ alpha - rho
        rounding = 1e-9 * ceiling
        free_to_grow, free_to_shrink = alpha < ceiling - rounding, alpha > rounding
        return {
            "sum": abs(float(alpha.sum()) - 1),
            "box": _most(np.concatenate([-alpha, alpha - ceiling]) / ceiling),
            "below": _most(-f[free_to_grow]),
            "above": _most(f[free_to_shrink]),
        }


def _most(violations: Floats) -> float:
    return max(0.0, float(violations.max(initial=0.0)))


def _scale(model: OneClassSVM) -> float:
    """Return nu n, by which scikit-learn multiplies."""
    instance("model", model, OneClassSVM)
    if not hasattr(model, "support_"):
        raise ValueError(f"model must be fitted, got {model!r}")
    scale = float(model.nu) * int(model.shape_fit_[0])
    total = float(model.dual_coef_.sum())
    if abs(total - scale) > 1e-6 * scale:
        raise ValueError(
            f"model must be fitted without sample_weight, got coefficients that add up to {total:g} "
            f"instead of nu n = {scale:g}"
        )
    return scale
