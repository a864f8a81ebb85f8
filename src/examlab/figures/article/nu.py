"""nu between two fractions of the training points, and how they close in on it as the points grow."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import NDArray

from examlab.arguments import Floats, Interval
from examlab.arguments import number as checked
from examlab.arguments import whole as checked_whole
from examlab.figures import style
from examlab.figures.article import machine
from examlab.figures.style import number
from examlab.hyperspectral import one_class
from examlab.hyperspectral.nu_property import Fractions, nu_fractions
from examlab.i18n import gettext as _

__all__ = ["FRACTION_NUS", "describe_nu_between", "nu_between"]

FRACTION_NUS = (0.02, 0.05, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5)
"""Where the curves of both fractions are computed, and what a slider best moves through."""

_SIGMA2 = 1.0
_MOST = 2000


@dataclass(frozen=True)
class _Fitted:
    field: one_class.DecisionField
    kinds: NDArray[np.str_]
    fractions: Fractions


@lru_cache(maxsize=8)
def _cloud(n_samples: int) -> Floats:
    # Mixed, so that the first points of a small cloud are not those of its band only.
    X = one_class.cloud(n_samples=n_samples, random_state=0)
    return np.random.default_rng(0).permutation(X)


@lru_cache(maxsize=64)
def _fitted(nu: float, n_samples: int) -> _Fitted:
    X = _cloud(n_samples)
    field = one_class.decision_field(X, sigma2=_SIGMA2, nu=nu, window=(-4, 4, -4, 4), resolution=81)
    assert field.model is not None
    kinds = one_class.support_vector_kinds(field.model, X)
    return _Fitted(field, kinds, nu_fractions(field.model, X))


def _checked(nu: float, n_samples: int) -> tuple[float, int]:
    nu = checked("nu", nu, Interval(FRACTION_NUS[0], FRACTION_NUS[-1]))
    if checked_whole("n_samples", n_samples, at_least=20) > _MOST:
        raise ValueError(f"n_samples must be a whole number from 20 to {_MOST}, got {n_samples!r}")
    return nu, n_samples


@style.styled
def nu_between(*, nu: float, n_samples: int, narrow: bool = False) -> Figure:
    """Draw a one-class SVM around a cloud, and the fractions of margin errors and support vectors by nu.

    Parameters
    ----------
    nu
        The one-class SVM's nu, in [0.02, 0.5].
    n_samples
        How many points the cloud has, 20 to 2000.
    narrow
        Whether to draw for a narrow screen.

    Raises
    ------
    TypeError, ValueError
        If an argument is not allowed.

    Examples
    --------
    >>> len(nu_between(nu=0.1, n_samples=120).axes)
    2
    """
    nu, n_samples = _checked(nu, n_samples)
    found, X = _fitted(nu, n_samples), _cloud(n_samples)
    figure, (left, right) = style.panels(
        style.Cell(height=4.2, top=0.42 + machine.KEY, left=0.55, right=0.1),
        style.Cell(height=3.6 if narrow else 4.2),
        narrow=narrow,
    )
    machine.frame(left, _("The cloud, σ² = {sigma2}").format(sigma2=number(_SIGMA2, digits=None)))
    machine.draw_boundary(left, found.field)
    # All points as dots, whatever their kind: one outline for every nu.
    left.plot(*X.T, ls="", **{**machine.LOOKS["inside"], "ms": 2.2})
    for kind, place in zip(machine.KINDS, (-0.14, 0.24, 0.6), strict=True):
        chosen = X[found.kinds == kind]
        if kind != "inside":
            size = machine.LOOKS[kind]["ms"] * (1 if n_samples <= 200 else 0.6)
            left.plot(*chosen.T, ls="", **{**machine.LOOKS[kind], "ms": size})
        machine.draw_key(left, kind, len(chosen), place=place)
    _draw_fractions(right, nu, n_samples)
    return figure


def _draw_fractions(ax: Axes, nu: float, n_samples: int) -> None:
    style.dress(ax, title=_("Fractions of {n} points").format(n=n_samples), x="ν", outdent=0.5)
    style.scale(ax.xaxis, (0, 0.53), (0, 0.1, 0.2, 0.3, 0.4, 0.5))
    style.scale(ax.yaxis, (0, 1.0), (0, 0.2, 0.4, 0.6, 0.8, 1))
    ax.plot([0, 0.53], [0, 0.53], color=style.MUTED, lw=1.2, dashes=(4, 2))
    places = sorted({*FRACTION_NUS, nu})
    curves = [_fitted(place, n_samples).fractions for place in places]
    ax.plot(places, [found.support_vectors for found in curves], color=style.BLUE, marker="s", ms=3.5)
    ax.plot(places, [found.margin_errors for found in curves], color=style.ORANGE, marker="x", ms=5, mew=1.5)
    found = _fitted(nu, n_samples).fractions
    style.point(ax, nu, found.support_vectors, colour=style.BLUE, marker="s", size=9)
    style.point(ax, nu, found.margin_errors, colour=style.ORANGE, marker="X", size=11)
    lines = (
        (_("support vectors: {share}"), found.support_vectors, style.BLUE),
        (_("ν: {share} (dashed)"), nu, style.MUTED),
        (_("margin errors: {share}"), found.margin_errors, style.ORANGE),
        (_("flagged by predict: {share}"), found.flagged, style.INK),
    )
    for row, (text, share, colour) in enumerate(lines):
        words = text.format(share=number(share, digits=3))
        style.note(ax, 0.03, 0.96 - 0.075 * row, words, colour=colour, transform=ax.transAxes)


def describe_nu_between(*, nu: float, n_samples: int) -> str:
    """Say what `nu_between` draws at the same parameters.

    Examples
    --------
    >>> print(describe_nu_between(nu=0.1, n_samples=120).split(", and")[0])
    With 120 points, ν = 0.1 lies between 0.033, the fraction of margin errors
    """
    nu, n_samples = _checked(nu, n_samples)
    found = _fitted(nu, n_samples).fractions
    return _(
        "With {n} points, ν = {nu} lies between {errors}, the fraction of margin errors, and {vectors}, that "
        "of support vectors. They are {gap} apart. predict flags {flagged} of the points."
    ).format(
        n=n_samples,
        nu=number(nu, digits=None),
        errors=number(found.margin_errors, digits=3),
        vectors=number(found.support_vectors, digits=3),
        gap=number(found.support_vectors - found.margin_errors, digits=3),
        flagged=number(found.flagged, digits=3),
    )
