"""Slack variables and their price C, on a cloud in the plane."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from examlab.arguments import Floats, Interval, whole
from examlab.arguments import number as checked
from examlab.figures import style
from examlab.figures.article.hyperplane import draw_line, draw_plane
from examlab.figures.style import number
from examlab.hyperspectral import one_class
from examlab.i18n import gettext as _
from examlab.i18n import ngettext

__all__ = ["C_VALUES", "describe_slack", "slack"]

C_VALUES = (
    0.0, 0.0003, 0.001, 0.002, 0.003, 0.005, 0.01, 0.02, 0.03, 0.06, 0.1, 0.2, 0.3, 0.6, 1.0, 3.0
)  # fmt: skip
"""Prices to move through: none at all, and then what changes the picture."""

_AT_ZERO = 1e-4  # where C = 0 is drawn on an axis that is logarithmic elsewhere
_KEY = 0.62  # inches between the curves and their title, where the key to them stands


@dataclass(frozen=True)
class _Machine:
    """One solution: w, the slack of each point, how many have some, and the objective."""

    w: Floats
    slack: Floats
    violations: int
    objective: float


@lru_cache(maxsize=4)
def _cloud(random_state: int) -> Floats:
    return one_class.one_sided_cloud(random_state=random_state)


@lru_cache(maxsize=64)
def _machine(C: float, random_state: int) -> _Machine:
    model = one_class.LinearOneClassSVM(C=C).fit(_cloud(random_state))
    return _Machine(model.coef_, model.slack_, int((model.slack_ > 1e-9).sum()), float(model.objective_))


def _checked(C: float, random_state: int) -> tuple[float, int]:
    return checked("C", C, Interval(0, C_VALUES[-1])), whole("random_state", random_state, at_least=0)


@style.styled
def slack(*, C: float, random_state: int = 0, narrow: bool = False) -> Figure:
    """Draw the line that a price of slack gives, the points that pay it, and what a rising price changes.

    Parameters
    ----------
    C
        The price, in [0, 3].
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
    >>> len(slack(C=0.1).axes)
    2
    """
    C, seed = _checked(C, random_state)
    X, found = _cloud(seed), _machine(C, seed)
    figure, (left, right) = style.panels(
        style.Cell(height=3.9, left=0.55, right=0.1),
        style.Cell(height=3.4 if narrow else 3.9, top=0.42 + _KEY, right=0.3),
        narrow=narrow,
    )
    style.dress(left, title=_("The line w·x = 1"), x=_("feature 1"), y=_("feature 2"), grid="none")
    length = float(np.linalg.norm(found.w))
    # Without w there is no line: one far outside the picture takes its place among the artists.
    w, rho = (found.w / length, 1 / length) if length > 0 else (np.array([1.0, 0.0]), 99.0)
    draw_plane(left, w, rho)
    draw_line(left, w, rho)
    paying = found.slack > 1e-9
    feet = X[paying] + found.slack[paying, None] * w / (length or math.nan)
    gaps = np.stack([X[paying], feet, np.full_like(feet, math.nan)], axis=1).reshape(-1, 2)
    left.plot(*gaps.T, color=style.ORANGE, lw=0.9)
    left.plot(*X[~paying].T, ls="", marker="o", ms=3.5, mfc=style.INK, mec=style.INK, mew=0)
    left.plot(*X[paying].T, ls="", marker="x", ms=6, mfc=style.ORANGE, mec=style.ORANGE, mew=2)
    style.point(left, 0, 0, colour=style.INK, marker="s", size=7)

    _draw_course(right, C, seed, tall=(3.4 if narrow else 3.9) - 0.42 - _KEY - 0.56)
    return figure


def _draw_course(ax: Axes, C: float, seed: int, *, tall: float) -> None:
    """Draw the share of violations, and |w| and the objective in shares of their limits.

    `tall` is the height of the axes in inches.
    """
    style.dress(ax, title=_("What C changes"), x=_("C (logarithmic)"), y=_("share"), outdent=0.45, lift=_KEY)
    ax.set_xscale("log")
    style.scale(
        ax.xaxis,
        (0.6 * _AT_ZERO, 5),
        (_AT_ZERO, 0.001, 0.01, 0.1, 1),
        labels=["0", *(number(tick, digits=None) for tick in (0.001, 0.01, 0.1, 1))],
    )
    style.scale(ax.yaxis, (-0.04, 1.04), (0, 0.25, 0.5, 0.75, 1))
    prices = [price for price in sorted({*C_VALUES, C}) if price > 0]
    now, last = _shares(C, seed), _machine(math.inf, seed)
    courses = np.array([_shares(price, seed) for price in prices]).T
    found = _machine(C, seed)
    length, limit = (float(np.linalg.norm(machine.w)) for machine in (found, last))
    texts = (
        _("violations: {count} of {total}").format(count=found.violations, total=len(found.slack)),
        _("|w|: {value} of {limit}").format(value=number(length), limit=number(limit)),
        _("objective: {value} of {limit}").format(
            value=number(found.objective), limit=number(last.objective)
        ),
    )
    looks = (("x", style.ORANGE, "-"), ("o", style.TEAL, "--"), ("s", style.BLUE, ":"))
    ax.axvline(math.sqrt(_AT_ZERO * C_VALUES[1]), color=style.SPINE, lw=0.8, ls=(0, (2, 3)))
    for row, (text, (marker, colour, dashes)) in enumerate(zip(texts, looks, strict=True)):
        look: dict[str, Any] = {"marker": marker, "color": colour, "mew": 2}
        ax.plot(prices, courses[row], color=colour, ls=dashes)
        ax.plot([_AT_ZERO], [_shares(0.0, seed)[row]], ms=5, ls="", **look)
        ax.plot([max(C, _AT_ZERO)], [now[row]], ms=9, ls="", **look)
        height = 1 + (0.53 - 0.19 * row) / tall
        ax.plot([-0.06, 0.04], [height] * 2, ls=dashes, ms=5, transform=ax.transAxes, clip_on=False, **look)
        style.note(ax, 0.08, height, text, colour=colour, transform=ax.transAxes, va="center_baseline")


def _shares(C: float, seed: int) -> tuple[float, float, float]:
    """Return the share of violations, and |w| and the objective as shares of what they are without slack."""
    found, last = _machine(C, seed), _machine(math.inf, seed)
    length, limit = (float(np.linalg.norm(machine.w)) for machine in (found, last))
    return found.violations / len(found.slack), length / limit, found.objective / last.objective


def describe_slack(*, C: float, random_state: int = 0) -> str:
    """Say what `slack` draws at the same parameters.

    Examples
    --------
    >>> print(describe_slack(C=0))
    At C = 0, w = 0 and there is no line: all 60 points violate w·x ≥ 1, each with slack 1, at no cost.
    """
    C, seed = _checked(C, random_state)
    found = _machine(C, seed)
    length = float(np.linalg.norm(found.w))
    if length == 0:
        return _(
            "At C = {C}, w = 0 and there is no line: all {total} points violate w·x ≥ 1, each with slack 1, "
            "at no cost."
        ).format(C=number(C, digits=None), total=len(found.slack))
    return ngettext(
        "At C = {C}, |w| is {length} and the line stands {distance} from the origin. {count} of {total} "
        "points violates w·x ≥ 1; all slack together is {slack}, the objective {objective}.",
        "At C = {C}, |w| is {length} and the line stands {distance} from the origin. {count} of {total} "
        "points violate w·x ≥ 1; all slack together is {slack}, the objective {objective}.",
        found.violations,
    ).format(
        C=number(C, digits=None),
        length=number(length),
        distance=number(1 / length),
        count=found.violations,
        total=len(found.slack),
        slack=number(float(found.slack.sum())),
        objective=number(found.objective, digits=3),
    )
