"""Figures of the capstone: a GAN while it trains, and how good its images are in the end."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from examlab.arguments import Floats, instance, mapping, whole
from examlab.figures import style
from examlab.figures.gan.looks import DASHES, labelled
from examlab.figures.pictures import picture
from examlab.figures.style import number
from examlab.i18n import gettext as _
from examlab.networks.history import History

__all__ = [
    "describe_gradient_norms",
    "describe_samples_by_step",
    "gradient_norms",
    "samples_by_step",
]

POINTS = 100
"""How many points a curve has at most; each is a mean over the steps around it."""

SHOWN = 40
"""How many samples are shown at most."""

LINES = ((style.BLUE, {"lw": 2.5}), (style.ORANGE, {"lw": 2, "dashes": DASHES}))
"""How the first and the second curve are drawn wherever two are compared."""

HEIGHTS = (0.94, 0.84)
"""Where the names of the two curves stand, as a share of the axes."""

ROOM = 0.76
"""Up to where curves may go below their names, as a share of the axes."""


# ---- Samples by step


@style.styled
def samples_by_step(*, history: History, step: int, narrow: bool = False) -> Figure:
    """Draw what a generator made of the same random numbers after some steps, and what D thought of it.

    Parameters
    ----------
    history
        A training with snapshots.
    step
        The moment that is shown, one of the history's `snapshot_steps`.
    narrow
        Whether to draw for a narrow screen.

    Raises
    ------
    TypeError, ValueError
        If an argument is not allowed.

    Examples
    --------
    >>> from examlab.networks import gan
    >>> from examlab.networks.digits import load_digits_8x8
    >>> pair = {"generator": gan.build_digit_generator(), "discriminator": gan.build_digit_discriminator()}
    >>> history = gan.train(load_digits_8x8()[0], **pair, steps=10, snapshots=2)
    >>> len(samples_by_step(history=history, step=10).axes)
    2
    """
    images = _snapshot(history, step)[:SHOWN]
    across, down = (style.NARROW, 2.75) if narrow else (3.55, 2.75)
    cells = (
        style.Cell(height=down, share=across, left=0.12, right=0.1, bottom=0.12),
        style.Cell(height=2.75, share=style.WIDE - 3.55),
    )
    figure, (left, right) = style.panels(*cells, narrow=narrow)
    picture(left, images, columns=8, gap=max(1, images.shape[2] // 8))
    # The axes shrink to the picture; their title stays where they begin.
    left.set_title(_("Generated from the same random numbers"), pad=7)
    style.dress(right, title=_("What the discriminator says"), x=_("training step"), y=_("mean"), outdent=0.5)
    _steps_axis(right, history.steps)
    style.scale(right.yaxis, (0, 1.35), (0, 0.25, 0.5, 0.75, 1))
    _curves(right, {"D(x)": history.d_real, "D(G(z))": history.d_fake}, step)
    return figure


def describe_samples_by_step(*, history: History, step: int) -> str:
    """Say what `samples_by_step` draws at the same parameters.

    Examples
    --------
    >>> from examlab.networks import gan
    >>> from examlab.networks.digits import load_digits_8x8
    >>> pair = {"generator": gan.build_digit_generator(), "discriminator": gan.build_digit_discriminator()}
    >>> history = gan.train(load_digits_8x8()[0], **pair, steps=10, snapshots=2)
    >>> describe_samples_by_step(history=history, step=10).startswith("After 10 of 10 steps")
    True
    """
    count = len(_snapshot(history, step)[:SHOWN])
    return _(
        "After {step} of {steps} steps: {count} generated images. Around this step the discriminator gives "
        "real images D(x) = {real} on average, and generated ones D(G(z)) = {fake}."
    ).format(
        step=number(step, digits=None),
        steps=history.steps,
        count=count,
        real=number(_at(history.d_real, step)),
        fake=number(_at(history.d_fake, step)),
    )


def _snapshot(history: History, step: int) -> Floats:
    """Return the images after a step."""
    instance("history", history, History)
    taken = [int(moment) for moment in history.snapshot_steps]
    if whole("step", step, at_least=0) not in taken:
        raise ValueError(f"step must be one of {', '.join(map(str, taken)) or 'no snapshots'}, got {step!r}")
    found: Floats = history.snapshots[taken.index(step)]
    return found


# ---- Gradient norms


@style.styled
def gradient_norms(*, histories: Mapping[str, History], step: int, narrow: bool = False) -> Figure:
    """Draw how long the gradients of generator and discriminator are, step by step, for one or two runs.

    Parameters
    ----------
    histories
        One or two trainings by their names.
    step
        The moment that is marked, from 1 to the steps of the shortest run.
    narrow
        Whether to draw for a narrow screen.

    Raises
    ------
    TypeError, ValueError
        If an argument is not allowed.

    Examples
    --------
    >>> from examlab.networks import gan
    >>> from examlab.networks.digits import load_digits_8x8
    >>> pair = {"generator": gan.build_digit_generator(), "discriminator": gan.build_digit_discriminator()}
    >>> history = gan.train(load_digits_8x8()[0], **pair, steps=10)
    >>> len(gradient_norms(histories={"non-saturating": history}, step=10).axes)
    2
    """
    _check_runs(histories, step)
    cell = style.Cell(height=2.9, left=0.72)
    figure, axes = style.panels(cell, cell, narrow=narrow)
    curves = [_norms(history) for history in histories.values()]
    means = np.concatenate([_means(norms)[1] for pair in curves for norms in pair])
    low = math.floor(math.log10(max(means.min(), 1e-6)))
    high = max(math.ceil(math.log10(max(means.max(), 1e-6))), low + 1)
    titles = _("The generator's gradient"), _("The discriminator's gradient")
    for panel, (ax, title) in enumerate(zip(axes, titles, strict=True)):
        style.dress(ax, title=title, x=_("training step"), y=_("length"), outdent=0.6)
        ax.set_yscale("log")
        # Room above the curves for their names.
        style.scale(
            ax.yaxis,
            (10**low, 10 ** (high + 0.35 * (high - low))),
            [10.0**power for power in range(low, high + 1)],
        )
        _steps_axis(ax, max(history.steps for history in histories.values()))
        _curves(ax, {_(name): pair[panel] for name, pair in zip(histories, curves, strict=True)}, step)
    return figure


def describe_gradient_norms(*, histories: Mapping[str, History], step: int) -> str:
    """Say what `gradient_norms` draws at the same parameters.

    Examples
    --------
    >>> from examlab.networks import gan
    >>> from examlab.networks.digits import load_digits_8x8
    >>> pair = {"generator": gan.build_digit_generator(), "discriminator": gan.build_digit_discriminator()}
    >>> history = gan.train(load_digits_8x8()[0], **pair, steps=10)
    >>> describe_gradient_norms(histories={"minimax": history}, step=5).startswith("Around step 5, ")
    True
    """
    _check_runs(histories, step)
    parts = [
        _("{name}: {generator} for the generator and {discriminator} for the discriminator").format(
            name=_(name),
            generator=number(_at(norms[0], step)),
            discriminator=number(_at(norms[1], step)),
        )
        for name, norms in ((name, _norms(history)) for name, history in histories.items())
    ]
    return _("Around step {step}, the gradients have these lengths. {runs}.").format(
        step=number(step, digits=None), runs="; ".join(parts)
    )


def _check_runs(histories: Mapping[str, History], step: int) -> None:
    if not 1 <= len(mapping("histories", histories, to=History)) <= len(LINES):
        raise ValueError(f"histories must hold one or two trainings, got {len(histories)}")
    last = min(history.steps for history in histories.values())
    if whole("step", step, at_least=1) > last:
        raise ValueError(f"step must be a whole number from 1 to {last}, got {step!r}")


def _norms(history: History) -> tuple[Floats, Floats]:
    return history.generator_gradient_norm, history.discriminator_gradient_norm


# ---- Curves


def _curves(ax: Axes, curves: Mapping[str, Floats], step: int) -> None:
    """Draw one or two curves, each with its name and its value at a step, under the room for both names."""
    ax.axvline(step, ymax=ROOM, color=style.SPINE, lw=1.2, zorder=1)
    for (name, values), height, (colour, line) in zip(curves.items(), HEIGHTS, LINES, strict=False):
        places, means = _means(values)
        ax.plot(places, means, color=colour, **line)  # type: ignore[arg-type]  # settings of several types
        style.point(ax, step, _at(values, step), colour=colour, size=8)
        text = labelled(name, number(_at(values, step)))
        style.note(ax, 0.03, height, text, colour=colour, transform=ax.transAxes)


def _means(values: Floats) -> tuple[Floats, Floats]:
    """Return a curve of few points, each the mean over a piece of the steps, at its middle."""
    pieces = np.array_split(np.arange(len(values)), min(POINTS, len(values)))
    return (
        np.array([piece.mean() + 1 for piece in pieces]),
        np.array([values[piece].mean() for piece in pieces]),
    )


def _at(values: Floats, step: int) -> float:
    """Return the height of the drawn curve at a step."""
    return float(np.interp(step, *_means(values)))


def _steps_axis(ax: Axes, steps: int) -> None:
    ticks: Sequence[float] = MaxNLocator(4, integer=True, steps=[1, 2, 5, 10]).tick_values(0, steps)
    style.scale(ax.xaxis, (0, 1.02 * steps), [tick for tick in ticks if tick <= 1.02 * steps])
