"""The boundary of a one-class support vector machine, and how sigma² smooths it."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import NDArray

from examlab.arguments import Floats, Interval, whole
from examlab.arguments import number as checked
from examlab.figures import style
from examlab.figures.article import machine
from examlab.figures.style import number
from examlab.hyperspectral import one_class
from examlab.i18n import gettext as _
from examlab.i18n import ngettext

__all__ = ["NU_VALUES", "SIGMA2_VALUES", "boundary", "describe_boundary"]

SIGMA2_VALUES = (0.05, 0.08, 0.13, 0.2, 0.35, 0.6, 1.0, 1.6, 2.5, 4.0, 6.5, 10.0, 20.0)
"""Where the curve of the boundary's turning is computed, and what a slider best moves through."""
NU_VALUES = (0.02, 0.05, 0.1, 0.15, 0.2, 0.3, 0.5)


@dataclass(frozen=True)
class _Boundary:
    """What is known of one boundary."""

    field: one_class.DecisionField
    kinds: NDArray[np.str_]
    length: float
    pieces: int
    turns: float


# The caches below only save time: the same arguments always give the same values.


@lru_cache(maxsize=8)
def _cloud(n_samples: int, random_state: int) -> Floats:
    return one_class.cloud(n_samples=n_samples, random_state=random_state)


@lru_cache(maxsize=16)
def _boundary(sigma2: float, nu: float, n_samples: int, random_state: int) -> _Boundary:
    X = _cloud(n_samples, random_state)
    field = one_class.decision_field(X, sigma2=sigma2, nu=nu)
    assert field.model is not None
    rough = one_class.boundary_roughness(field)
    kinds = one_class.support_vector_kinds(field.model, X)
    return _Boundary(field, kinds, rough["length"], int(rough["pieces"]), rough["turning"] / math.tau)


@lru_cache(maxsize=1024)
def _turns(sigma2: float, nu: float, n_samples: int, random_state: int) -> float:
    return _boundary(sigma2, nu, n_samples, random_state).turns


def _checked(sigma2: float, nu: float, n_samples: int, random_state: int) -> tuple[float, float, int, int]:
    return (
        checked("sigma2", sigma2, Interval(SIGMA2_VALUES[0], SIGMA2_VALUES[-1])),
        checked("nu", nu, Interval(0.01, 0.9)),
        whole("n_samples", n_samples, at_least=10),
        whole("random_state", random_state, at_least=0),
    )


@style.styled
def boundary(
    *, sigma2: float, nu: float, n_samples: int = 120, random_state: int = 0, narrow: bool = False
) -> Figure:
    """Draw the boundary that a one-class SVM puts around a cloud, and how much it turns for each sigma².

    Parameters
    ----------
    sigma2
        The kernel's sigma² in exp(-|x - y|² / sigma²), in [0.05, 20].
    nu
        The one-class SVM's nu, in [0.01, 0.9].
    n_samples, random_state
        Of the cloud; `random_state` is a whole number here.
    narrow
        Whether to draw for a narrow screen.

    Raises
    ------
    TypeError, ValueError
        If an argument is not allowed.

    Notes
    -----
    Turning is the sum of the boundary's absolute changes of direction, in full turns: 1 for one convex curve,
    more for each dent and each further piece. Length would mislead: it can fall as the pieces multiply.

    Examples
    --------
    >>> len(boundary(sigma2=1, nu=0.1).axes)
    2
    """
    sigma2, nu, *cloud = _checked(sigma2, nu, n_samples, random_state)
    found = _boundary(sigma2, nu, *cloud)
    figure, (left, right) = style.panels(
        style.Cell(height=4.2, top=0.42 + machine.KEY, left=0.55, right=0.1),
        style.Cell(height=3.0 if narrow else 4.2),
        narrow=narrow,
    )
    _draw_cloud(left, _cloud(*cloud), found)

    style.dress(
        right,
        title=_("How much the boundary turns"),
        x=_("σ² (logarithmic)"),
        y=_("turns (logarithmic)"),
        outdent=0.5,
    )
    right.set(xscale="log", yscale="log")
    style.scale(right.xaxis, (0.04, 25), (0.05, 0.2, 1, 5, 20))
    style.scale(right.yaxis, (0.8, 60), (1, 2, 5, 10, 20, 50))
    places = sorted({*SIGMA2_VALUES, sigma2})
    right.plot(places, [_turns(place, nu, *cloud) for place in places], color=style.BLUE, marker="o", ms=3.5)
    style.point(right, sigma2, found.turns, colour=style.ORANGE, size=10)
    style.note(
        right,
        0.97,
        0.97,
        _("{turns} turns\npieces: {pieces}\nlength: {length}").format(
            turns=number(found.turns, digits=1), pieces=found.pieces, length=number(found.length, digits=1)
        ),
        colour=style.ORANGE,
        ha="right",
        va="top",
        transform=right.transAxes,
    )
    style.note(right, 0.046, 1.14, _("1 turn: one convex curve"), colour=style.MUTED)
    return figure


def _draw_cloud(ax: Axes, X: Floats, found: _Boundary) -> None:
    machine.frame(ax, _("The normal domain"))
    machine.draw_boundary(ax, found.field)
    machine.draw_kinds(ax, X, found.kinds)


def describe_boundary(*, sigma2: float, nu: float, n_samples: int = 120, random_state: int = 0) -> str:
    """Say what `boundary` draws at the same parameters.

    Examples
    --------
    >>> print(describe_boundary(sigma2=20, nu=0.1).split(" of length")[0])
    At σ² = 20 and ν = 0.1 the boundary is 1 curve
    """
    sigma2, nu, *cloud = _checked(sigma2, nu, n_samples, random_state)
    found = _boundary(sigma2, nu, *cloud)
    shape = ngettext(
        "At σ² = {sigma2} and ν = {nu} the boundary is {pieces} curve of length {length}; in all it makes "
        "{turns} full turns.",
        "At σ² = {sigma2} and ν = {nu} the boundary is {pieces} curves of total length {length}; in all they "
        "make {turns} full turns.",
        found.pieces,
    )
    points = _(
        "One convex curve makes 1. Points: {inside} inside, {margin} on the margin, {outlier} outliers."
    )
    return " ".join([shape, points]).format(
        sigma2=number(sigma2, digits=None),
        nu=number(nu, digits=None),
        pieces=found.pieces,
        length=number(found.length, digits=1),
        turns=number(found.turns, digits=1),
        **machine.count(found.kinds),
    )
