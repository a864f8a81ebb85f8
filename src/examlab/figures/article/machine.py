"""How a one-class machine is drawn in every figure of the article: its points by kind, its boundary."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import PathPatch
from numpy.typing import NDArray

from examlab.arguments import Floats
from examlab.figures import style
from examlab.hyperspectral.one_class import DecisionField
from examlab.i18n import gettext as _

__all__ = ["KEY", "KINDS", "LOOKS", "REACH", "count", "draw_boundary", "draw_key", "draw_kinds", "frame"]

KINDS = ("inside", "margin", "outlier")
LOOKS: Mapping[str, Mapping[str, Any]] = MappingProxyType(
    {
        "inside": {"marker": "o", "ms": 3.5, "mfc": style.INK, "mec": style.INK, "mew": 0},
        "margin": {"marker": "s", "ms": 4, "mfc": "none", "mec": style.BLUE, "mew": 1.3},
        "outlier": {"marker": "x", "ms": 6, "mfc": style.ORANGE, "mec": style.ORANGE, "mew": 2},
    }
)
"""Kinds differ by the shape of their marker, not by colour alone."""

REACH = 3.3  # of both axes of the clouds
KEY = 0.28  # inches between a cloud and its title, where the key to the markers stands


def frame(ax: Axes, title: str, *, x: str = "", y: str = "") -> None:
    """Dress axes for a cloud of the plane, with room for the key."""
    x, y = x or _("feature 1"), y or _("feature 2")
    style.dress(ax, title=title, x=x, y=y, grid="none", outdent=0.43, lift=KEY)
    style.scale(ax.xaxis, (-REACH, REACH), (-2, 0, 2))
    style.scale(ax.yaxis, (-REACH, REACH), (-2, 0, 2))
    ax.set_aspect("equal", anchor="SW")


def draw_boundary(ax: Axes, field: DecisionField) -> None:
    """Draw where a field is 0, and fill where it is positive."""
    outline = ax.contour(field.x, field.y, field.values, levels=[0])
    outline.remove()  # only its path is wanted: as a patch, it is stored once for its line and its filling
    ax.add_patch(PathPatch(outline.get_paths()[0], fc=style.BLUE_TINT, ec=style.BLUE, lw=1.8))


def draw_key(ax: Axes, kind: str, number: int, *, place: float) -> None:
    """Draw the marker of a kind above the axes, and how many points are of that kind."""
    names = {
        "inside": _("inside: {count}"),
        "margin": _("margin: {count}"),
        "outlier": _("outliers: {count}"),
    }
    ax.plot([place + 0.02], [1.05], ls="", transform=ax.transAxes, clip_on=False, **LOOKS[kind])
    style.note(
        ax,
        place + 0.055,
        1.05,
        names[kind].format(count=number),
        transform=ax.transAxes,
        va="center_baseline",
    )


def draw_kinds(
    ax: Axes,
    X: Floats,
    kinds: NDArray[np.str_],
    *,
    places: Sequence[float] = (-0.14, 0.24, 0.6),
    key: bool = True,
) -> None:
    """Draw points by kind and, unless told otherwise, the key to their markers above the axes."""
    for kind, place in zip(KINDS, places, strict=True):
        chosen = X[kinds == kind]
        ax.plot(*chosen.T, ls="", **LOOKS[kind])
        if key:
            draw_key(ax, kind, len(chosen), place=place)


def count(kinds: NDArray[np.str_]) -> dict[str, int]:
    """Return how many points are of each kind."""
    return {kind: int((kinds == kind).sum()) for kind in KINDS}
