"""The two fractions between which nu lies, and the one that `predict` gives, which is neither.

The bounds are proposition 3 of B. Schölkopf et al., *Estimating the support of a high-dimensional
distribution*, Neural Computation 13(7), 2001: nu is an upper bound on the fraction of outliers and a lower
bound on the fraction of support vectors, and for data from a continuous distribution, with a kernel such as
the Gaussian, both fractions tend to nu as the data grow.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from sklearn.svm import OneClassSVM

from examlab.hyperspectral.one_class import support_vector_kinds

__all__ = ["Fractions", "nu_fractions"]


@dataclass(frozen=True)
class Fractions:
    """Shares of the training points.

    Attributes
    ----------
    margin_errors : float
        With alpha at its upper bound: all points strictly on the wrong side are among them. At most nu.
    support_vectors : float
        With alpha above 0. At least nu.
    flagged : float
        Called anomalies by ``predict``: the margin errors, and those vectors on the boundary that the
        solver's tolerance leaves a hair below 0. As a rule between the other two; nu does not bound it.
    """

    margin_errors: float
    support_vectors: float
    flagged: float


def nu_fractions(model: OneClassSVM, X: ArrayLike) -> Fractions:
    """Count margin errors, support vectors and flagged points of a fitted machine, as shares.

    Parameters
    ----------
    model : OneClassSVM
        Fitted, with any kernel. The coarser its `tol`, the less the flagged points mean.
    X : array, shape (n_samples, n_features)
        The points it was fitted to.

    Returns
    -------
    Fractions
        With ``margin_errors <= model.nu <= support_vectors``.

    Raises
    ------
    TypeError, ValueError
        As `support_vector_kinds` does.

    Examples
    --------
    >>> from examlab.hyperspectral.one_class import cloud
    >>> X = cloud(random_state=0)
    >>> found = nu_fractions(OneClassSVM(gamma=1.0, nu=0.1, tol=1e-8).fit(X), X)
    >>> round(found.margin_errors, 3), round(found.support_vectors, 3)
    (0.033, 0.192)
    """
    kinds = support_vector_kinds(model, X)
    return Fractions(
        margin_errors=float(np.mean(kinds == "outlier")),
        support_vectors=float(np.mean(kinds != "inside")),
        flagged=float(np.mean(model.predict(X) < 0)),
    )
