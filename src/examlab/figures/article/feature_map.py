"""A feature map at work: a ring that no line parts from the origin, and the plane that does in the space."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import PathPatch, Polygon
from matplotlib.path import Path
from numpy.typing import NDArray
from sklearn.svm import OneClassSVM

from examlab.arguments import Floats, Interval
from examlab.arguments import number as checked
from examlab.figures import style
from examlab.figures.article import machine
from examlab.figures.style import number
from examlab.hyperspectral.dual import dual_coefficients, dual_offset
from examlab.hyperspectral.feature_map import quadratic_map, ring
from examlab.hyperspectral.one_class import support_vector_kinds
from examlab.i18n import gettext as _

__all__ = ["describe_feature_map", "feature_map"]

_TURN = np.linspace(0, math.tau, 73)
_TOP = 5.6  # the height at which the cone is cut off
# In the space of phi, the cone stands upright on these axes: its own, and two across.
_UP, _ACROSS, _ASIDE = (
    np.array([1, 0, 1]) / math.sqrt(2),
    np.array([1, 0, -1]) / math.sqrt(2),
    np.array([0.0, 1, 0]),
)


@dataclass(frozen=True)
class _Lifted:
    """The ring, its image, and the plane w · z = rho that the machine has put there."""

    X: Floats
    kinds: NDArray[np.str_]
    w: Floats
    rho: float

    @property
    def ellipse(self) -> Floats:
        """The points of the plane whose images lie on the plane in the space, shape (73, 2)."""
        # w is a sum of alpha_i phi(x_i), so w · phi(x) is the form x · A x with A = sum alpha_i x_i x_i.
        A = np.array([[self.w[0], self.w[1] / math.sqrt(2)], [self.w[1] / math.sqrt(2), self.w[2]]])
        values, axes = np.linalg.eigh(A)
        circle = np.column_stack([np.cos(_TURN), np.sin(_TURN)])
        found: Floats = circle * np.sqrt(self.rho / values) @ axes.T
        return found


@lru_cache(maxsize=64)
def _lifted(nu: float) -> _Lifted:
    X = ring(random_state=0)
    Z = quadratic_map(X)
    model = OneClassSVM(kernel="linear", nu=nu, tol=1e-8).fit(Z)
    return _Lifted(X, support_vector_kinds(model, Z), dual_coefficients(model) @ Z, dual_offset(model))


def _checked(nu: float, height: float) -> tuple[float, float]:
    return checked("nu", nu, Interval(0.01, 0.9)), checked("height", height, Interval(0, 45))


@style.styled
def feature_map(*, nu: float, height: float, narrow: bool = False) -> Figure:
    """Draw a ring in the plane, and its image on a cone in the space of phi, where a plane parts it from 0.

    Parameters
    ----------
    nu
        The one-class SVM's nu, in [0.01, 0.9].
    height
        From how many degrees above the horizon the space is seen, in [0, 45]; at 0 along the plane.
    narrow
        Whether to draw for a narrow screen.

    Raises
    ------
    TypeError, ValueError
        If an argument is not allowed.

    Notes
    -----
    phi(x) = (x1², sqrt(2) x1 x2, x2²), whose images lie on a cone with its tip at 0. The picture of the space
    is a parallel projection with the cone's axis upright, turned so that the plane is never seen askew.

    Examples
    --------
    >>> len(feature_map(nu=0.1, height=20).axes)
    2
    """
    nu, height = _checked(nu, height)
    found = _lifted(nu)
    figure, (left, right) = style.panels(
        style.Cell(height=4.2, top=0.42 + machine.KEY, left=0.55, right=0.1),
        style.Cell(height=3.5 if narrow else 4.2, left=0.2, right=0.1, bottom=0.25),
        narrow=narrow,
    )
    machine.frame(left, _("In the plane"))
    around = machine.REACH * np.array([[-2, -2], [2, -2], [2, 2], [-2, 2], [-2, -2]])
    outside = Path.make_compound_path(Path(around), Path(found.ellipse))
    left.add_patch(PathPatch(outside, fc=style.BLUE_TINT, ec=style.BLUE, lw=1.8))
    machine.draw_kinds(left, found.X, found.kinds)
    left.plot([0], [0], "P", ms=9, mfc=style.INK, mec=style.PAPER, mew=1)
    style.note(left, 0.2, 0.05, "0")
    _draw_space(right, found, math.radians(height))
    title = _("In the space of φ, from {height}° above")
    style.dress(right, title=title.format(height=number(height, digits=None)), grid="none", outdent=0.1)
    return figure


def _draw_space(ax: Axes, found: _Lifted, height: float) -> None:
    box = ax.get_window_extent()
    half = 5.9 * box.height / box.width  # one unit is as long upwards as it is across
    ax.set(xlim=(-5.9, 5.9), ylim=(3.3 - half, 3.3 + half), xticks=[], yticks=[])
    ax.spines[:].set_visible(False)
    tilt = np.array([found.w @ _ACROSS, found.w @ _ASIDE])
    sideways = (tilt[0] * _ACROSS + tilt[1] * _ASIDE) / np.linalg.norm(tilt)
    away = np.cross(sideways, _UP)

    def seen(Z: Floats) -> Floats:
        return np.column_stack([Z @ sideways, math.cos(height) * (Z @ _UP) + math.sin(height) * (Z @ away)])

    rim = _TOP * (_UP + np.cos(_TURN)[:, None] * sideways + np.sin(_TURN)[:, None] * away)
    spokes = np.stack([np.zeros((12, 3)), rim[:-1:6], np.full((12, 3), np.nan)], axis=1).reshape(-1, 3)
    ax.plot(*seen(np.vstack([rim, np.full((1, 3), np.nan), spokes])).T, color=style.GRID, lw=1, zorder=1)
    cut = quadratic_map(found.ellipse)
    centre, along = cut[:-1].mean(axis=0), np.cross(found.w, away)
    along /= np.linalg.norm(along)
    reach = 1.25 * np.abs((cut - centre) @ np.column_stack([along, away])).max(axis=0)
    corners = [
        centre + a * reach[0] * along + b * reach[1] * away for a, b in ((1, 1), (1, -1), (-1, -1), (-1, 1))
    ]
    ax.add_patch(Polygon(seen(np.array(corners)), fc=style.BLUE_TINT, ec=style.BLUE, lw=1.2, zorder=1.5))
    ax.plot(*seen(cut).T, color=style.BLUE, lw=1.8)
    machine.draw_kinds(ax, seen(quadratic_map(found.X)), found.kinds, key=False)
    ax.plot([0], [0], "P", ms=9, mfc=style.INK, mec=style.PAPER, mew=1, zorder=5)
    style.note(ax, 0.35, -0.45, "φ(0) = 0")


def describe_feature_map(*, nu: float, height: float) -> str:
    """Say what `feature_map` draws at the same parameters.

    Examples
    --------
    >>> print(describe_feature_map(nu=0.1, height=0).split(": ")[0])
    In the plane the origin lies within the ring and no line parts them
    """
    nu, height = _checked(nu, height)
    found = _lifted(nu)
    kinds = machine.count(found.kinds)
    space = (
        _("Seen along the plane, from {height}° above, it is a line")
        if height == 0
        else _("Seen from {height}° above, it cuts the cone of all φ(x) in an oval")
    )
    words = _(
        "In the plane the origin lies within the ring and no line parts them: the boundary is an ellipse. "
        "In the space of φ it is a plane. {space}. At ν = {nu}, {outlier} of {n} points lie on the side of 0 "
        "and {margin} on the plane."
    )
    return words.format(
        space=space.format(height=number(height, digits=None)),
        nu=number(nu, digits=None),
        n=len(found.X),
        outlier=kinds["outlier"],
        margin=kinds["margin"],
    )
