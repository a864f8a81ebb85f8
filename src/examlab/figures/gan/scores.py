"""Figures of the capstone: how good generated images are, beside real ones."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator
from numpy.typing import ArrayLike

from examlab.arguments import UNIT, Floats, Interval, floats, mapping
from examlab.arguments import number as checked
from examlab.figures import style
from examlab.figures.gan.looks import DASHES, percent
from examlab.figures.gan.training import HEIGHTS, LINES, POINTS
from examlab.figures.pictures import picture
from examlab.figures.style import number
from examlab.i18n import gettext as _
from examlab.networks.scores import Scores

__all__ = [
    "class_shares",
    "describe_class_shares",
    "describe_final_distances",
    "describe_nearest_images",
    "describe_score_bars",
    "final_distances",
    "nearest_images",
    "score_bars",
]

NOT_NEGATIVE = Interval(0, math.inf, open_high=True)

COLLECTIONS = ((style.BLUE, ""), (style.ORANGE, "///"))
"""How the bars of the first and the second collection are filled."""


# ---- Shares of the classes


@style.styled
def class_shares(*, shares: Mapping[str, ArrayLike], narrow: bool = False) -> Figure:
    """Draw which share of some images a classifier gives to each digit, beside an equal share.

    Parameters
    ----------
    shares
        The shares of the ten digits, for one or two collections by their names.
    narrow
        Whether to draw for a narrow screen.

    Raises
    ------
    TypeError, ValueError
        If an argument is not allowed.

    Examples
    --------
    >>> len(class_shares(shares={"generated": [0.1] * 10}).axes)
    1
    """
    collections = _collections(shares)
    top = max(0.2, float(np.ceil(10 * max(found.max() for found in collections.values())) / 10))
    cell = style.Cell(height=3.1, left=0.4, right=0.72)
    figure, axes = style.panels(*[cell] * len(collections), narrow=narrow)
    for ax, (name, found), (colour, _line) in zip(axes, collections.items(), LINES, strict=False):
        title = _("{name}: share of each digit").format(name=_(name))
        style.dress(ax, title=title, x=_("share of the images (%)"), grid="x", outdent=0.25)
        bars = [
            style.Row(str(digit), 100 * share, percent(share), colour) for digit, share in enumerate(found)
        ]
        style.rows(ax, bars, limits=(0, 100 * top), ticks=np.linspace(0, 100 * top, 5).tolist())
        ax.axvline(10, color=style.INK, lw=1.5, ls=(0, DASHES), zorder=4)
    return figure


def describe_class_shares(*, shares: Mapping[str, ArrayLike]) -> str:
    """Say what `class_shares` draws at the same parameters.

    Examples
    --------
    >>> describe_class_shares(shares={"generated": [0.1] * 9 + [0.1]})
    'Share of each digit, where an equal share is 10 %. generated: from 10 % (digit 0) to 10 % (digit 0).'
    """
    parts = [
        _("{name}: from {low} (digit {rarest}) to {high} (digit {commonest})").format(
            name=_(name),
            low=percent(found.min()),
            rarest=int(found.argmin()),
            high=percent(found.max()),
            commonest=int(found.argmax()),
        )
        for name, found in _collections(shares).items()
    ]
    return _("Share of each digit, where an equal share is 10 %. {parts}.").format(parts="; ".join(parts))


def _collections(shares: Mapping[str, ArrayLike]) -> dict[str, Floats]:
    if not 1 <= len(mapping("shares", shares)) <= len(LINES):
        raise ValueError(f"shares must hold one or two collections, got {len(shares)}")
    return {name: floats("shares", found, UNIT, shape=(10,)) for name, found in shares.items()}


# ---- Nearest neighbours


@dataclass(frozen=True)
class _Crowd:
    """Distances, sorted, with the share of them up to each."""

    name: str
    distances: Floats

    @property
    def median(self) -> float:
        return float(np.median(self.distances))

    def steps(self) -> tuple[Floats, Floats]:
        quantiles = np.linspace(0, 1, POINTS)
        return np.quantile(self.distances, quantiles), quantiles


@style.styled
def nearest_images(
    *,
    samples: ArrayLike,
    neighbours: ArrayLike,
    distances: ArrayLike,
    reference: ArrayLike,
    narrow: bool = False,
) -> Figure:
    """Draw generated images above their nearest training images, and how near they are to all of them.

    Parameters
    ----------
    samples, neighbours
        Up to ten generated images, and for each the training image nearest to it, shape
        (n, height, width, 1).
    distances
        Distance to the nearest training image, for each of many generated images.
    reference
        The same for real images that were held out.
    narrow
        Whether to draw for a narrow screen.

    Raises
    ------
    TypeError, ValueError
        If an argument is not allowed.

    Examples
    --------
    >>> images = np.zeros((10, 8, 8, 1))
    >>> figure = nearest_images(samples=images, neighbours=images, distances=[0.2, 0.3], reference=[0.1, 0.4])
    >>> len(figure.axes)
    2
    """
    above, below = _pairs(samples, neighbours)
    crowds = _crowds(distances, reference)
    figure, (top, bottom) = style.panels(
        style.Cell(height=1.25 if narrow else 1.95, left=0.12, right=0.12, bottom=0.1),
        style.Cell(height=2.6, share=0),
        narrow=narrow,
    )
    picture(top, np.concatenate([above, below]), columns=len(above), gap=max(1, above.shape[2] // 8))
    top.set_title(_("Generated, and the nearest real images"), pad=7)
    style.dress(bottom, title=_("Distance to the nearest training image"), x=_("distance"), outdent=0.5)
    bottom.set_ylabel(_("share of images (%)"))
    most = max(crowd.distances.max() for crowd in crowds)
    ticks = MaxNLocator(5, steps=[1, 2, 5, 10]).tick_values(0, most)
    style.scale(bottom.xaxis, (0, float(ticks[-1])), ticks)
    style.scale(bottom.yaxis, (0, 135), (0, 25, 50, 75, 100))
    for crowd, height, (colour, line) in zip(crowds, HEIGHTS, LINES, strict=True):
        places, share = crowd.steps()
        bottom.plot(places, 100 * share, color=colour, **line)  # type: ignore[arg-type]  # as below
        style.point(bottom, crowd.median, 50, colour=colour, size=8)
        text = _("{name}: median {median}").format(name=crowd.name, median=number(crowd.median))
        style.note(bottom, 0.03, height, text, colour=colour, transform=bottom.transAxes)
    return figure


def describe_nearest_images(
    *, samples: ArrayLike, neighbours: ArrayLike, distances: ArrayLike, reference: ArrayLike
) -> str:
    """Say what `nearest_images` draws at the same parameters.

    Examples
    --------
    >>> images = np.zeros((10, 8, 8, 1))
    >>> print(describe_nearest_images(samples=images, neighbours=images, distances=[0.3], reference=[0.2]))
    10 generated images, each above the training image nearest to it. The median distance to the nearest \
training image is 0.30 for generated images and 0.20 for real ones that were held out.
    """
    above, _below = _pairs(samples, neighbours)
    generated, held_out = _crowds(distances, reference)
    return _(
        "{count} generated images, each above the training image nearest to it. The median distance to the "
        "nearest training image is {generated} for generated images and {held_out} for real ones that were "
        "held out."
    ).format(count=len(above), generated=number(generated.median), held_out=number(held_out.median))


def _pairs(samples: ArrayLike, neighbours: ArrayLike) -> tuple[Floats, Floats]:
    above = floats("samples", samples, shape=(None, None, None, 1))
    below = floats("neighbours", neighbours, shape=(None, None, None, 1))
    if above.shape != below.shape:
        raise ValueError(f"neighbours must have shape {above.shape} as samples, got {below.shape}")
    return above[:10], below[:10]


def _crowds(distances: ArrayLike, reference: ArrayLike) -> tuple[_Crowd, _Crowd]:
    return (
        _Crowd(_("generated"), floats("distances", distances, shape=(None,))),
        _Crowd(_("real, held out"), floats("reference", reference, shape=(None,))),
    )


# ---- Distances of several runs


@style.styled
def final_distances(*, distances: Mapping[str, ArrayLike], reference: float, narrow: bool = False) -> Figure:
    """Draw how far from real images several runs end, a row for each way of training.

    Parameters
    ----------
    distances
        The Fréchet distances of the runs, by the name of how they were trained.
    reference
        The distance between real images and real ones.
    narrow
        Whether to draw for a narrow screen.

    Raises
    ------
    TypeError, ValueError
        If an argument is not allowed.

    Examples
    --------
    >>> len(final_distances(distances={"minimax": [4.5, 5.0]}, reference=0.4).axes)
    1
    """
    groups, real = _groups(distances, reference)
    figure, (ax,) = style.panels(style.Cell(height=0.98 + 0.42 * len(groups), left=1.75), narrow=narrow)
    style.dress(ax, title=_("Distance of each run from real images"), x=_("distance"), grid="x", outdent=1.63)
    most = max(found.max() for found in groups.values())
    ticks = MaxNLocator(5, steps=[1, 2, 5, 10]).tick_values(0, most)
    style.scale(ax.xaxis, (0, float(ticks[-1])), ticks)
    limits = len(groups) - 0.5, -0.5
    names = [_(name) for name in groups]
    style.scale(ax.yaxis, limits, range(len(groups)), labels=names, colour=style.INK, marks=False)
    ax.axvline(real, color=style.TEAL, lw=1.5, ls=(0, DASHES), zorder=2)
    for place, found in enumerate(groups.values()):
        # Apart from each other by their number, so that equal runs do not hide each other.
        heights = place + np.linspace(-0.2, 0.2, len(found))
        ax.plot(found, heights, "o", ls="", ms=6, mfc=style.BLUE, mec=style.PAPER, mew=1, zorder=5)
        median = np.median(found)
        ax.plot([median, median], [place - 0.36, place + 0.36], color=style.INK, lw=2.2, zorder=4)
    return figure


def describe_final_distances(*, distances: Mapping[str, ArrayLike], reference: float) -> str:
    """Say what `final_distances` draws at the same parameters.

    Examples
    --------
    >>> describe_final_distances(distances={"minimax": [4.5, 5.0]}, reference=0.4)
    'Distance from real images, each run: minimax 4.50, 5.00. Dashed: real against real, 0.40.'
    """
    groups, real = _groups(distances, reference)
    parts = [f"{_(name)} {', '.join(number(float(one)) for one in found)}" for name, found in groups.items()]
    return _("Distance from real images, each run: {runs}. Dashed: real against real, {reference}.").format(
        runs="; ".join(parts), reference=number(real)
    )


def _groups(distances: Mapping[str, ArrayLike], reference: float) -> tuple[dict[str, Floats], float]:
    if not mapping("distances", distances):
        raise ValueError("distances must hold the runs of at least one way of training, got none")
    groups = {
        name: floats("distances", found, NOT_NEGATIVE, shape=(None,)) for name, found in distances.items()
    }
    return groups, checked("reference", reference, NOT_NEGATIVE)


# ---- Scores


@style.styled
def score_bars(
    *, generated: Mapping[str, Scores], real: Mapping[str, Scores], narrow: bool = False
) -> Figure:
    """Draw how sure a classifier is of generated and of real images, and how many times too far they are.

    Parameters
    ----------
    generated
        Scores of generated images, by the name of the collection.
    real
        Scores of held-out real images, of the same names: their distance is that of real from real.
    narrow
        Whether to draw for a narrow screen.

    Raises
    ------
    ValueError
        If the names differ, or if there is none.

    Examples
    --------
    >>> scores = {"8×8": Scores(0.9, np.full(10, 0.1), 2.0)}
    >>> len(score_bars(generated=scores, real=scores).axes)
    2
    """
    _check_names(generated, real)
    cell = style.Cell(height=0.98 + 0.42 * 2 * len(generated), left=1.6, right=0.72)
    figure, axes = style.panels(cell, cell, narrow=narrow)
    titles = _("How sure the classifier is"), _("Distance, real against real = 1")
    labels = _("mean probability (%)"), _("times")
    top = max(2.0, *(_ratio(generated[name], real[name]) for name in generated))
    ticks = list(MaxNLocator(4, steps=[1, 2, 5, 10]).tick_values(0, top))
    scales = ((0.0, 100.0), (0, 25, 50, 75, 100)), ((0.0, ticks[-1]), ticks)
    rows: tuple[list[style.Row], list[style.Row]] = ([], [])
    for name in generated:
        for (colour, hatch), kind, scores in zip(
            COLLECTIONS, (_("generated"), _("real")), (generated[name], real[name]), strict=True
        ):
            called = f"{_(name)} {kind}"
            sure, far = scores.confidence, _ratio(scores, real[name])
            rows[0].append(style.Row(called, 100 * sure, percent(sure), colour, hatch))
            rows[1].append(style.Row(called, far, number(far, digits=1), colour, hatch))
    for ax, title, label, (limits, marks), bars in zip(axes, titles, labels, scales, rows, strict=True):
        style.dress(ax, title=title, x=label, grid="x", outdent=1.48)
        style.rows(ax, bars, limits=limits, ticks=marks)
    return figure


def describe_score_bars(*, generated: Mapping[str, Scores], real: Mapping[str, Scores]) -> str:
    """Say what `score_bars` draws at the same parameters.

    Examples
    --------
    >>> one, other = Scores(0.9, np.full(10, 0.1), 3.0), Scores(0.95, np.full(10, 0.1), 1.0)
    >>> print(describe_score_bars(generated={"8×8": one}, real={"8×8": other}))
    8×8: the classifier is 90 % sure of generated images and 95 % of real ones; their distance is 3.00, \
3.0 times that of real against real.
    """
    _check_names(generated, real)
    parts = [
        _(
            "{name}: the classifier is {sure} sure of generated images and {real} of real ones; their "
            "distance is {distance}, {ratio} times that of real against real."
        ).format(
            name=_(name),
            sure=percent(scores.confidence),
            real=percent(real[name].confidence),
            distance=number(scores.distance),
            ratio=number(_ratio(scores, real[name]), digits=1),
        )
        for name, scores in generated.items()
    ]
    return " ".join(parts)


def _check_names(generated: Mapping[str, Scores], real: Mapping[str, Scores]) -> None:
    mapping("generated", generated, to=Scores), mapping("real", real, to=Scores)
    if not generated or list(generated) != list(real):
        raise ValueError(f"real must hold the collections {list(generated)}, at least one, got {list(real)}")


def _ratio(scores: Scores, real: Scores) -> float:
    return scores.distance / real.distance
