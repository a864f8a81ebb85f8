"""The figure of question 3: the four combinations of activations, each trained from many random starts."""

from __future__ import annotations

from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from examlab.arguments import Floats, choice, instance, whole
from examlab.figures import style
from examlab.figures.gan.looks import LOOKS
from examlab.figures.style import number
from examlab.i18n import gettext as _
from examlab.networks.activation_study import COMBINATIONS, PENALTIES, Study
from examlab.networks.models import UNITS

__all__ = ["activation_courses", "describe_activation_courses"]

LIMITS = (0.3, 300.0)
TICKS = (1, 10, 100)


@style.styled
def activation_courses(
    *,
    study: Study,
    discriminator: str,
    generator: str,
    penalty: str = "plain",
    step: int,
    narrow: bool = False,
) -> Figure:
    """Draw how far from real digits the runs of one combination are, step by step, and all at one moment.

    Parameters
    ----------
    study
        The runs, from `examlab.networks.activation_study.stored_study`.
    discriminator, generator
        The activations of the combination that is shown, each ``"relu"`` or ``"leaky-relu"``.
    penalty
        ``"plain"``: trained without a penalty; or ``"r1"``: with the R1 penalty.
    step
        The moment, one of the study's `steps`.
    narrow
        Whether to draw for a narrow screen.

    Raises
    ------
    TypeError, ValueError
        If an argument is not allowed.

    Examples
    --------
    >>> from examlab.networks.activation_study import stored_study
    >>> pair = {"discriminator": "leaky-relu", "generator": "relu"}
    >>> len(activation_courses(study=stored_study(), **pair, step=0).axes)
    2
    """
    moment = _moment(study, discriminator, generator, penalty, step)
    chosen, runs = (discriminator, generator), study.distance[penalty]
    others = [pair for pair in COMBINATIONS if pair != chosen]
    figure, (left, right) = style.panels(
        style.Cell(height=3.2), style.Cell(height=3.2, left=1.25), narrow=narrow
    )
    style.dress(
        left, title=_("Distance from real digits"), x=_("training step"), y=_("distance"), outdent=0.5
    )
    left.set_yscale("log")
    style.scale(left.yaxis, LIMITS, TICKS)
    last = int(study.steps[-1])
    style.scale(left.xaxis, (0, 1.02 * last), np.linspace(0, last, 4).round().astype(int).tolist())
    left.axvline(step, ymax=0.8, color=style.SPINE, lw=1.2, zorder=1)
    for pair in others:
        left.plot(study.steps, np.median(runs[pair], axis=0), color=style.MUTED, lw=1.2, ls=":", zorder=2)
    for course in runs[chosen]:
        left.plot(study.steps, course, color=style.BLUE, lw=0.8, zorder=3)
    median = np.median(runs[chosen], axis=0)
    left.plot(study.steps, median, color=style.BLUE, lw=3, zorder=4)
    style.point(left, step, median[moment], colour=style.BLUE)
    _mark_reference(left, study.reference, along="y")
    texts = (_("each run, and their median"), style.BLUE), (_("other medians"), style.MUTED)
    for height, (text, colour) in zip((0.95, 0.86), texts, strict=True):
        style.note(left, 0.97, height, text, colour=colour, ha="right", transform=left.transAxes)

    title = _("All runs after {step} steps").format(step=number(step, digits=None))
    style.dress(right, title=title, x=_("distance"), grid="x", outdent=1.13)
    right.set_xscale("log")
    style.scale(right.xaxis, LIMITS, TICKS)
    names = [_short(pair).replace(", ", "\n") for pair in COMBINATIONS]
    limits, places = (len(COMBINATIONS) - 0.5, -0.5), range(len(COMBINATIONS))
    style.scale(right.yaxis, limits, places, labels=names, colour=style.INK, marks=False)
    _mark_reference(right, study.reference, along="x")
    for place, pair in enumerate(COMBINATIONS):
        _strip(right, place, runs[pair][:, moment], chosen=pair == chosen)
    return figure


def _strip(ax: Axes, place: int, distances: Floats, *, chosen: bool) -> None:
    """Draw each run of a combination as a ring, and the median as a bar; the chosen combination filled."""
    colour = style.BLUE if chosen else style.MUTED
    # Apart from each other by their number, so that equal runs do not hide each other.
    heights = place + np.linspace(-0.22, 0.22, len(distances))
    fill = colour if chosen else style.PAPER
    ax.plot(distances, heights, "o", ls="", ms=5, mfc=fill, mec=colour, mew=1, zorder=3)
    median = np.median(distances)
    ax.plot([median, median], [place - 0.36, place + 0.36], color=style.INK, lw=2.2, zorder=4)


def _mark_reference(ax: Axes, reference: float, *, along: str) -> None:
    line: dict[str, Any] = {"color": style.TEAL, "lw": 1.5, "ls": (0, (3, 1.5)), "zorder": 2}
    if along == "y":
        ax.axhline(reference, **line)
        style.note(
            ax, 0.97, 0.115, _("real against real"), colour=style.TEAL, ha="right", transform=ax.transAxes
        )
    else:
        ax.axvline(reference, **line)


def describe_activation_courses(
    *, study: Study, discriminator: str, generator: str, penalty: str = "plain", step: int
) -> str:
    """Say what `activation_courses` draws at the same parameters.

    Examples
    --------
    >>> from examlab.networks.activation_study import stored_study
    >>> pair = {"discriminator": "leaky-relu", "generator": "relu"}
    >>> print(describe_activation_courses(study=stored_study(), **pair, step=0).split(",")[0])
    LeakyReLU in the discriminator and ReLU in the generator
    """
    moment = _moment(study, discriminator, generator, penalty, step)
    chosen = (discriminator, generator)
    distances = {pair: found[:, moment] for pair, found in study.distance[penalty].items()}
    others = "; ".join(
        f"{_short(pair)}: {number(float(np.median(distances[pair])), digits=1)}"
        for pair in COMBINATIONS
        if pair != chosen
    )
    return _(
        "{pair}, {penalty}, after {step} steps: the Fréchet distance to held-out digits has the median "
        "{median} in {runs} runs, from {low} to {high}. Medians of the others: {others}. Between two halves "
        "of the real digits it is {reference}."
    ).format(
        pair=_written(chosen),
        penalty=_("with R1 penalty") if penalty == "r1" else _("without penalty"),
        step=number(step, digits=None),
        median=number(float(np.median(distances[chosen])), digits=1),
        runs=len(distances[chosen]),
        low=number(float(distances[chosen].min()), digits=1),
        high=number(float(distances[chosen].max()), digits=1),
        others=others,
        reference=number(study.reference),
    )


def _short(pair: tuple[str, str]) -> str:
    return f"D {LOOKS[pair[0]].name}, G {LOOKS[pair[1]].name}"


def _written(pair: tuple[str, str]) -> str:
    return _("{discriminator} in the discriminator and {generator} in the generator").format(
        discriminator=LOOKS[pair[0]].name, generator=LOOKS[pair[1]].name
    )


def _moment(study: Study, discriminator: str, generator: str, penalty: str, step: int) -> int:
    """Check the arguments, and return the number of the moment."""
    instance("study", study, Study)
    choice("discriminator", discriminator, UNITS)
    choice("generator", generator, UNITS)
    choice("penalty", penalty, PENALTIES)
    steps = study.steps.tolist()
    if whole("step", step, at_least=0) not in steps:
        raise ValueError(f"step must be one of {', '.join(map(str, steps))}, got {step!r}")
    return int(steps.index(step))
