"""The dual solution of a one-class support vector machine: which points carry it, and how much each."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import NDArray

from examlab.arguments import Floats, Interval
from examlab.arguments import number as checked
from examlab.figures import style
from examlab.figures.article import machine
from examlab.figures.style import number
from examlab.hyperspectral import one_class
from examlab.hyperspectral.dual import dual_coefficients
from examlab.i18n import gettext as _

__all__ = ["describe_support_vectors", "support_vectors"]

_N = 60  # points: few enough to see each of their coefficients


@dataclass(frozen=True)
class _Solved:
    field: one_class.DecisionField
    kinds: NDArray[np.str_]
    share: Floats  # each alpha as a share of its upper bound


@lru_cache(maxsize=1)
def _cloud() -> Floats:
    return one_class.cloud(n_samples=_N, random_state=0)


@lru_cache(maxsize=64)
def _solved(sigma2: float, nu: float) -> _Solved:
    X = _cloud()
    field = one_class.decision_field(X, sigma2=sigma2, nu=nu)
    assert field.model is not None
    kinds = one_class.support_vector_kinds(field.model, X)
    return _Solved(field, kinds, dual_coefficients(field.model) * nu * _N)


def _checked(sigma2: float, nu: float) -> tuple[float, float]:
    return checked("sigma2", sigma2, Interval(0.05, 20)), checked("nu", nu, Interval(0.02, 0.9))


@style.styled
def support_vectors(*, sigma2: float, nu: float, narrow: bool = False) -> Figure:
    """Draw a cloud of 60 points by what the dual makes of them, and their coefficients in order.

    Parameters
    ----------
    sigma2
        The kernel's sigma² in exp(-|x - y|² / sigma²), in [0.05, 20].
    nu
        The one-class SVM's nu, in [0.02, 0.9].
    narrow
        Whether to draw for a narrow screen.

    Raises
    ------
    TypeError, ValueError
        If an argument is not allowed.

    Notes
    -----
    The coefficients are drawn as shares of their upper bound 1 / (nu n), as scikit-learn stores them. They
    add up to nu n.

    Examples
    --------
    >>> len(support_vectors(sigma2=1, nu=0.2).axes)
    2
    """
    sigma2, nu = _checked(sigma2, nu)
    found = _solved(sigma2, nu)
    figure, (left, right) = style.panels(
        style.Cell(height=4.2, top=0.42 + machine.KEY, left=0.55, right=0.1),
        style.Cell(height=3.3 if narrow else 4.2),
        narrow=narrow,
    )
    machine.frame(left, _("The points, by kind"))
    machine.draw_boundary(left, found.field)
    machine.draw_kinds(left, _cloud(), found.kinds)
    _draw_coefficients(right, found, nu)
    return figure


def _draw_coefficients(ax: Axes, found: _Solved, nu: float) -> None:
    style.dress(
        ax, title=_("α · νn of the {n} points, sorted").format(n=_N), x=_("rank"), outdent=0.5, grid="y"
    )
    style.scale(ax.xaxis, (0, _N + 1), (1, 20, 40, 60))
    style.scale(ax.yaxis, (-0.06, 1.5), (0, 0.5, 1))
    ax.axhline(0, color=style.SPINE, lw=1, zorder=1)
    ax.axhline(1, color=style.ORANGE, lw=1.2, dashes=(4, 2), zorder=1)
    order = np.argsort(-found.share, kind="stable")
    rank, share, kinds = np.arange(1, _N + 1), found.share[order], found.kinds[order]
    ax.vlines(rank, 0, share, color=style.SPINE, lw=1, zorder=2)
    machine.draw_kinds(ax, np.column_stack([rank, share]), kinds, key=False)
    ceiling = _("ceiling: α = 1/(νn) = {value}").format(value=number(1 / (nu * _N), digits=3))
    total = _("sum of the heights: νn = {value}").format(value=number(nu * _N, digits=1))
    style.note(ax, 0.98, 0.95, total, ha="right", transform=ax.transAxes)
    style.note(ax, 0.98, 0.87, ceiling, ha="right", transform=ax.transAxes, colour=style.ORANGE)


def describe_support_vectors(*, sigma2: float, nu: float) -> str:
    """Say what `support_vectors` draws at the same parameters.

    Examples
    --------
    >>> print(describe_support_vectors(sigma2=1, nu=0.2).split(". ")[0])
    At σ² = 1 and ν = 0.2, 17 of 60 points are support vectors
    """
    sigma2, nu = _checked(sigma2, nu)
    found = _solved(sigma2, nu)
    kinds = machine.count(found.kinds)
    return _(
        "At σ² = {sigma2} and ν = {nu}, {vectors} of {n} points are support vectors. Of these, {margin} lie "
        "on the boundary, with α between 0 and the ceiling 1/(νn) = {ceiling}, and {outlier} are outliers, "
        "with α at the ceiling. For the {inside} points inside, α is 0."
    ).format(
        sigma2=number(sigma2, digits=None),
        nu=number(nu, digits=None),
        vectors=kinds["margin"] + kinds["outlier"],
        n=_N,
        ceiling=number(1 / (nu * _N), digits=3),
        **kinds,
    )
