"""Figures of question 2: whole networks on XOR, from many random starts."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from matplotlib.figure import Figure

from examlab.arguments import Floats, Interval, whole
from examlab.arguments import number as checked
from examlab.figures import style
from examlab.figures.gan.looks import DASHES, LOOKS, labelled, percent, two_points
from examlab.figures.style import number
from examlab.i18n import gettext as _
from examlab.networks.xor import XorStarts, xor_starts

__all__ = ["describe_silent_units_over_time", "describe_xor_bars", "silent_units_over_time", "xor_bars"]


@lru_cache(maxsize=32)
def _outcome(activation: str, starts: int, steps: int, alpha: float, random_state: int) -> XorStarts:
    # The same arguments always give the same networks: the cache only saves time.
    return xor_starts(
        starts=starts, steps=steps, activation=activation, alpha=alpha, random_state=random_state
    )


def _outcomes(starts: int, steps: int, alpha: float, random_state: int) -> dict[str, XorStarts]:
    starts, steps = whole("starts", starts, at_least=1), whole("steps", steps, at_least=1)
    alpha = checked("alpha", alpha, Interval(0, 1))
    seed = whole("random_state", random_state, at_least=0)
    return {name: _outcome(name, starts, steps, alpha, seed) for name in LOOKS}


@dataclass(frozen=True)
class _Group:
    """Some of the starts: their share of all, and the share of them that each activation solves."""

    share: float
    solved: Mapping[str, float]


def _groups(starts: int, steps: int, alpha: float, random_state: int) -> tuple[_Group, _Group]:
    """Return the starts with a silent unit and those without, which are the same for each activation."""
    outcomes = _outcomes(starts, steps, alpha, random_state)
    silent = outcomes["relu"].silent_units > 0

    def group(members: np.ndarray[tuple[int], np.dtype[np.bool_]]) -> _Group:
        solved = {
            name: float(outcome.solved[members].mean()) if members.any() else math.nan
            for name, outcome in outcomes.items()
        }
        return _Group(float(members.mean()), solved)

    return group(silent), group(~silent)


@style.styled
def xor_bars(
    *, starts: int = 2000, steps: int = 2000, alpha: float = 0.1, random_state: int = 0, narrow: bool = False
) -> Figure:
    """Draw how many random starts solve XOR, with and without a unit that is silent on all four inputs.

    Parameters
    ----------
    starts, steps, alpha, random_state
        As in `examlab.networks.xor.xor_starts`; `random_state` is a whole number here.
    narrow
        Whether to draw for a narrow screen.

    Raises
    ------
    TypeError, ValueError
        If an argument is not allowed.

    Examples
    --------
    >>> len(xor_bars(starts=50, steps=50).axes)
    2
    """
    silent, others = _groups(starts, steps, alpha, random_state)
    cell = style.Cell(height=2.25, left=1.12, right=0.72)
    figure, (left, right) = style.panels(cell, cell, narrow=narrow)
    titles = _("Starts with a silent unit: {percent}"), _("Starts without: {percent}")
    for ax, title, group in zip((left, right), titles, (silent, others), strict=True):
        style.dress(
            ax,
            title=title.format(percent=percent(group.share)),
            x=_("of these, XOR solved (%)"),
            grid="x",
            outdent=1.0,
        )
        bars = [
            look.row(100 * group.solved[name], percent(group.solved[name])) for name, look in LOOKS.items()
        ]
        style.rows(ax, bars, limits=(0, 100), ticks=(0, 25, 50, 75, 100))
    return figure


def describe_xor_bars(
    *, starts: int = 2000, steps: int = 2000, alpha: float = 0.1, random_state: int = 0
) -> str:
    """Say what `xor_bars` draws at the same parameters.

    Examples
    --------
    >>> describe_xor_bars(starts=50, steps=50).startswith("Of 50 random starts, ")
    True
    """
    silent, others = _groups(starts, steps, alpha, random_state)

    def listed(group: _Group) -> str:
        return ", ".join(f"{look.name} {percent(group.solved[name])}" for name, look in LOOKS.items())

    return _(
        "Of {starts} random starts, {share} have a hidden unit that is silent on all four inputs. XOR "
        "is solved in the end by this share of them: {silent}; of the other starts: {others}. "
        "LeakyReLU has α = {alpha}."
    ).format(
        starts=starts,
        share=percent(silent.share),
        silent=listed(silent),
        others=listed(others),
        alpha=number(alpha, digits=None),
    )


def _silent_shares(
    step: int, starts: int, steps: int, alpha: float, random_state: int
) -> tuple[Floats, Floats]:
    """Check `step`, and return the shares of silent units after each step with ReLU and with LeakyReLU."""
    outcomes = _outcomes(starts, steps, alpha, random_state)
    if whole("step", step, at_least=0) > steps:
        raise ValueError(f"step must be a whole number from 0 to steps={steps}, got {step!r}")
    return outcomes["relu"].silent_share, outcomes["leaky-relu"].silent_share


@style.styled
def silent_units_over_time(
    *,
    step: int,
    starts: int = 2000,
    steps: int = 2000,
    alpha: float = 0.1,
    random_state: int = 0,
    narrow: bool = False,
) -> Figure:
    """Draw the share of hidden units that are silent on all four inputs of XOR, step by step.

    Parameters
    ----------
    step
        The moment that is marked, from 0 to `steps`.
    starts, steps, alpha, random_state
        As in `examlab.networks.xor.xor_starts`; `random_state` is a whole number here.
    narrow
        Whether to draw for a narrow screen.

    Raises
    ------
    TypeError, ValueError
        If an argument is not allowed.

    Examples
    --------
    >>> len(silent_units_over_time(step=10, starts=50, steps=50).axes)
    1
    """
    shares = _silent_shares(step, starts, steps, alpha, random_state)
    figure, (ax,) = style.panels(style.Cell(height=3.1), narrow=narrow)
    style.dress(
        ax,
        title=_("Hidden units silent on all four inputs"),
        x=_("training step (logarithmic)"),
        y=_("share of all units (%)"),
        outdent=0.5,
    )
    ax.set_xscale("symlog", linthresh=1, linscale=0.5)
    style.scale(ax.xaxis, (0, steps * 1.15), [0, *(10**power for power in range(int(math.log10(steps)) + 1))])
    top = 50 if max(share.max() for share in shares) <= 0.5 else 100
    style.scale(ax.yaxis, (0, top), range(0, top + 1, 10))
    # Dense where the axis is: what lies between these steps cannot be seen.
    drawn = np.unique([0, steps, *np.geomspace(1, steps, 80).astype(int)])
    height = 100 * max(share[step] for share in shares)
    ax.plot([step, step], [0, height], color=style.SPINE, lw=1.2, zorder=1)
    for look, share, place, line in zip(
        (LOOKS["relu"], LOOKS["leaky-relu"]),
        shares,
        (0.93, 0.84),
        ({"lw": 3.5}, {"lw": 2, "dashes": DASHES}),
        strict=True,
    ):
        ax.plot(drawn, 100 * share[drawn], color=look.colour, **line)  # type: ignore[arg-type]
        style.note(
            ax,
            0.02,
            place,
            labelled(look.name, percent(share[step])),
            colour=look.colour,
            transform=ax.transAxes,
        )
    two_points(ax, step, *(100 * float(share[step]) for share in shares))
    return figure


def describe_silent_units_over_time(
    *, step: int, starts: int = 2000, steps: int = 2000, alpha: float = 0.1, random_state: int = 0
) -> str:
    """Say what `silent_units_over_time` draws at the same parameters.

    Examples
    --------
    >>> print(describe_silent_units_over_time(step=0, starts=50, steps=50).split(" on XOR")[0])
    After 0 of 50 training steps
    """
    relu, leaky = _silent_shares(step, starts, steps, alpha, random_state)
    return _(
        "After {step} of {steps} training steps on XOR, from {starts} random starts, {relu} of the "
        "hidden units are silent on all four inputs with ReLU and {leaky} with LeakyReLU (α = {alpha}); "
        "before the first step it was {first} for both."
    ).format(
        step=step,
        steps=steps,
        starts=starts,
        relu=percent(relu[step]),
        leaky=percent(leaky[step]),
        alpha=number(alpha, digits=None),
        first=percent(relu[0]),
    )
