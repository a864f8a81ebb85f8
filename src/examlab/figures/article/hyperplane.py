"""The decision rule of a one-class SVM without a kernel: which side of a hyperplane, seen from the origin."""

from __future__ import annotations

import math
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Polygon
from numpy.typing import NDArray

from examlab.arguments import Floats, Interval, whole
from examlab.arguments import number as checked
from examlab.figures import style
from examlab.figures.style import number
from examlab.hyperspectral import one_class
from examlab.i18n import gettext as _

__all__ = ["anomaly_rule", "describe_anomaly_rule", "draw_line", "draw_plane"]

_LOW, _HIGH = -0.7, 4.1  # of both features
_LOOKS: Mapping[bool, dict[str, Any]] = {
    True: {"marker": "x", "ms": 6, "mfc": style.ORANGE, "mec": style.ORANGE, "mew": 2},
    False: {"marker": "o", "ms": 3.5, "mfc": style.INK, "mec": style.INK, "mew": 0},
}


@lru_cache(maxsize=4)
def _cloud(random_state: int) -> Floats:
    return one_class.one_sided_cloud(random_state=random_state)


def _checked(angle: float, rho: float, random_state: int) -> tuple[float, float, Floats]:
    angle = checked("angle", angle, Interval(-180, 180))
    rho = checked("rho", rho, Interval(0, 4))
    return angle, rho, _cloud(whole("random_state", random_state, at_least=0))


def _normal(angle: float) -> Floats:
    return np.array([math.cos(math.radians(angle)), math.sin(math.radians(angle))])


@style.styled
def anomaly_rule(*, angle: float, rho: float, random_state: int = 0, narrow: bool = False) -> Figure:
    """Draw a line in the plane, the points behind it, and the number w·x - rho that tells each point's side.

    Parameters
    ----------
    angle
        Of w with the axis of the first feature, in degrees, in [-180, 180]; w has length 1.
    rho
        The threshold, in [0, 4]: the distance of the line from the origin, because w has length 1.
    random_state
        Of the cloud, a whole number.
    narrow
        Whether to draw for a narrow screen.

    Raises
    ------
    TypeError, ValueError
        If an argument is not allowed.

    Examples
    --------
    >>> len(anomaly_rule(angle=45, rho=1.5).axes)
    2
    """
    angle, rho, X = _checked(angle, rho, random_state)
    w = _normal(angle)
    values = X @ w - rho
    figure, (left, right) = style.panels(
        style.Cell(height=3.9, top=0.42, left=0.55, right=0.1),
        style.Cell(height=2.6 if narrow else 3.9, left=0.3),
        narrow=narrow,
    )
    style.dress(left, title=_("The line and the points"), x=_("feature 1"), y=_("feature 2"), grid="none")
    draw_plane(left, w, rho)
    draw_line(left, w, rho)
    _draw_points(left, X, values <= 0)
    _draw_normal(left, w)
    style.point(left, 0, 0, colour=style.INK, marker="s", size=7)

    style.dress(right, title=_("On which side"), x="w·x − ρ", grid="none", outdent=0.0)
    style.scale(right.xaxis, (-4.6, 4.6), (-4, -2, 0, 2, 4))
    right.set_ylim(-1.5, len(X) + 9)
    right.spines["left"].set_visible(False)
    style.scale(right.yaxis, right.get_ylim(), (), labels=())
    right.add_patch(Polygon([(0, -2), (5, -2), (5, 99), (0, 99)], fc=style.BLUE_TINT, ec=style.BLUE_TINT))
    right.axvline(0, color=style.BLUE, lw=1.8)
    _draw_points(right, np.column_stack([values, np.arange(len(X))]), values <= 0)
    counts = int((values <= 0).sum()), int((values > 0).sum())
    names = _("anomalies: {count}"), _("normal: {count}")
    for x, name, count, side, colour in zip(
        (-0.3, 0.3), names, counts, ("right", "left"), (style.ORANGE, style.INK), strict=True
    ):
        style.note(right, x, len(X) + 5, name.format(count=count), ha=side, colour=colour)
    return figure


def _draw_normal(ax: Axes, w: Floats) -> None:
    across, up = w.tolist()
    arrow = {"arrowstyle": "-|>", "color": style.TEAL, "lw": 2, "shrinkA": 0, "shrinkB": 0}
    ax.annotate("", (across, up), (0, 0), arrowprops=arrow)
    beside = 0.8 * across + 0.2 * up, 0.8 * up - 0.2 * across
    style.note(ax, *beside, "w", colour=style.TEAL, ha="center", fontsize=style.NORMAL)


def draw_plane(ax: Axes, w: Floats, rho: float) -> None:
    """Fill the side of w·x = rho where w·x is larger, and fix the scales of the plane."""
    style.scale(ax.xaxis, (_LOW, _HIGH), (0, 1, 2, 3, 4))
    style.scale(ax.yaxis, (_LOW, _HIGH), (0, 1, 2, 3, 4))
    ax.set_aspect("equal", anchor="SW")
    foot, along = rho * w, 20 * np.array([-w[1], w[0]])
    corners = [foot - along, foot + along, foot + along + 40 * w, foot - along + 40 * w]
    ax.add_patch(Polygon(corners, fc=style.BLUE_TINT, ec=style.BLUE_TINT))


def draw_line(ax: Axes, w: Floats, rho: float) -> None:
    """Draw the line w·x = rho, for a w of length 1."""
    foot, along = rho * w, 20 * np.array([-w[1], w[0]])
    ax.plot(*np.array([foot - along, foot + along]).T, color=style.BLUE, lw=1.8)


def _draw_points(ax: Axes, points: Floats, anomalous: NDArray[np.bool_]) -> None:
    for kind, look in _LOOKS.items():
        ax.plot(*points[anomalous == kind].T, ls="", **look)


def describe_anomaly_rule(*, angle: float, rho: float, random_state: int = 0) -> str:
    """Say what `anomaly_rule` draws at the same parameters.

    Examples
    --------
    >>> print(describe_anomaly_rule(angle=45, rho=0).split(". ")[-1])
    With ρ = 0 the line passes through the origin.
    """
    angle, rho, X = _checked(angle, rho, random_state)
    anomalies = int((X @ _normal(angle) - rho <= 0).sum())
    said = _(
        "w points {angle}° from the first axis and has length 1; the line stands ρ = {rho} from the origin. "
        "{anomalies} of {total} points have w·x − ρ ≤ 0: they lie on the origin's side, and are anomalies."
    ).format(
        angle=number(angle, digits=None), rho=number(rho, digits=None), anomalies=anomalies, total=len(X)
    )
    return f"{said} {_('With ρ = 0 the line passes through the origin.')}" if rho == 0 else said
