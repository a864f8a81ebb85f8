"""Gaussian mixtures: the density of two classes in the plane, and the classes of a scene."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import PathPatch
from matplotlib.path import Path

from examlab.arguments import UNIT, Floats, Interval, floats, instance, mapping, whole
from examlab.arguments import number as checked
from examlab.figures import pictures, style
from examlab.figures.article.scene import class_name
from examlab.figures.style import number
from examlab.hyperspectral.mixture import (
    gaussian_mixture_density,
    gaussian_mixture_responsibilities,
    plane_covariance,
)
from examlab.hyperspectral.scene import Scene
from examlab.i18n import gettext as _
from examlab.i18n import ngettext

__all__ = ["describe_mixture_density", "describe_scene_mixture", "mixture_density", "scene_mixture"]

_NARROWEST = 0.5  # standard deviation of class 1, and of class 2 across its long axis
_WIDEST = 1.0
_X, _Y = 3.9, 2.4  # how far the plane is shown
_LEVELS = 0.02 * 2.0 ** np.arange(5)
_POINTS = 60
_LOOKS: tuple[dict[str, Any], ...] = (
    {"marker": "o", "ms": 4, "color": style.TEAL, "mew": 0},
    {"marker": "^", "ms": 5.5, "color": style.ORANGE, "mew": 0},
)
_DASHES = ((5, 2), (1.5, 1.5))


@dataclass(frozen=True)
class _Two:
    """The mixture of a round class and one that may be long and turned."""

    weights: Floats
    means: Floats
    covariances: Floats

    def density(self, X: Floats) -> Floats:
        return gaussian_mixture_density(
            X, weights=self.weights, means=self.means, covariances=self.covariances
        )

    def parts(self, x: Floats) -> Floats:
        """Return pi_k times the density of x1 alone in class k: the first coordinate's mean and variance."""
        return np.array(
            [
                weight * gaussian_mixture_density(
                    x[:, None], weights=[1.0], means=[[mean[0]]], covariances=[[[covariance[0, 0]]]]
                )
                for weight, mean, covariance in zip(self.weights, self.means, self.covariances, strict=True)
            ]
        )  # fmt: skip


@lru_cache(maxsize=64)
def _two(weight: float, distance: float, spread: float, degrees: float) -> _Two:
    round_one = plane_covariance(spreads=(_NARROWEST, _NARROWEST), angle=0)
    turned = plane_covariance(spreads=(spread, _NARROWEST), angle=math.radians(degrees))
    return _Two(
        np.array([1 - weight, weight]),
        np.array([[-distance / 2, 0], [distance / 2, 0]]),
        np.array([round_one, turned]),
    )


@lru_cache(maxsize=1)
def _grid() -> tuple[Floats, Floats, Floats]:
    x, y = np.linspace(-_X, _X, 118), np.linspace(-_Y, _Y, 73)
    return x, y, np.array(np.meshgrid(x, y)).reshape(2, -1).T


@lru_cache(maxsize=1)
def _chance() -> tuple[Floats, Floats]:
    """Return what stays when a slider moves: how each point chooses its class, and where it falls there."""
    rng = np.random.default_rng(14)
    return (rng.permutation(_POINTS) + 0.5) / _POINTS, rng.normal(size=(_POINTS, 2))


def _sample(two: _Two) -> list[Floats]:
    chooses, falls = _chance()
    halves = np.linalg.cholesky(two.covariances)
    of_two = chooses < two.weights[1]
    return [two.means[k] + falls[of_two == bool(k)] @ halves[k].T for k in (0, 1)]


def _summits(two: _Two) -> int:
    """Return how many summits the density of x1 has."""
    p = two.parts(np.linspace(-_X - 1, _X + 1, 4001)).sum(axis=0)
    return int(((p[1:-1] > p[:-2]) & (p[1:-1] >= p[2:])).sum())


def _checked(weight: float, distance: float, spread: float, degrees: float) -> _Two:
    return _two(
        checked("weight", weight, UNIT),
        checked("distance", distance, Interval(0, 3)),
        checked("spread", spread, Interval(_NARROWEST, _WIDEST)),
        checked("degrees", degrees, Interval(-180, 180)),
    )


@style.styled
def mixture_density(
    *,
    weight: float = 0.4,
    distance: float = 2.0,
    spread: float = 1.0,
    degrees: float = 45.0,
    narrow: bool = False,
) -> Figure:
    """Draw the density of a mixture of two classes in the plane, and below it that of its first coordinate.

    Class 1 is round, with standard deviation 0.5. Class 2 has the same spread across its long axis.

    Parameters
    ----------
    weight
        The weight of class 2, in [0, 1]; class 1 has the rest.
    distance
        Between the means, along the first coordinate, in [0, 3].
    spread
        The standard deviation of class 2 along its long axis, in [0.5, 1].
    degrees
        From the first coordinate's axis to that long axis, in [-180, 180].
    narrow
        Whether to draw for a narrow screen.

    Raises
    ------
    TypeError, ValueError
        If an argument is not allowed.

    Examples
    --------
    >>> len(mixture_density(weight=0.5, distance=2).axes)
    2
    """
    two = _checked(weight, distance, spread, degrees)
    key = (0.0, 0.98) if narrow else (1.85, 0.0)  # inches: room for it on the right, or above
    width = (style.NARROW if narrow else style.WIDE) - 0.8 - key[0]
    height = width * _Y / _X
    figure, (plane, line) = style.panels(
        style.Cell(height=0.54 + key[1] + height, top=0.42 + key[1], bottom=0.12, right=0.18 + key[0]),
        style.Cell(share=0, height=1.9, top=0.18, right=0.18 + key[0]),
        narrow=narrow,
    )
    _draw_plane(plane, two, lift=key[1])
    _draw_marginal(line, two)
    corner = (0.0, 1 + 0.82 / height) if narrow else (1 + 0.2 / width, 1 - 0.1 / height)
    _draw_key(plane, two, corner=corner, step=-0.24 / height, length=0.4 / width, narrow=narrow)
    return figure


def _draw_plane(ax: Axes, two: _Two, *, lift: float) -> None:
    style.dress(ax, title=_("The density in the plane"), y=_("x₂"), grid="none", outdent=0.5, lift=lift)
    style.scale(ax.xaxis, (-_X, _X), (-3, -2, -1, 0, 1, 2, 3))
    style.scale(ax.yaxis, (-_Y, _Y), (-2, -1, 0, 1, 2))
    ax.tick_params(labelbottom=False)
    x, y, points = _grid()
    lines = ax.contour(x, y, two.density(points).reshape(len(y), len(x)), levels=_LEVELS)
    lines.remove()  # only the paths are wanted, as two artists whose limits nobody has to measure
    lowest, *higher = lines.get_paths()
    ax.add_artist(PathPatch(lowest, fc=style.BLUE_TINT, ec=style.BLUE, lw=1.0))
    ax.add_artist(PathPatch(Path.make_compound_path(*higher), fc="none", ec=style.BLUE, lw=1.0))
    for sample, look in zip(_sample(two), _LOOKS, strict=True):
        ax.plot(*sample.T, ls="", **look)
    ax.plot(*two.means.T, ls="", marker="+", ms=11, color=style.INK, mew=2, zorder=4)


def _draw_marginal(ax: Axes, two: _Two) -> None:
    style.dress(ax, x=_("x₁"), y=_("p(x₁)"))
    style.scale(ax.xaxis, (-_X, _X), (-3, -2, -1, 0, 1, 2, 3))
    style.scale(ax.yaxis, (0, 0.85), (0, 0.4, 0.8))
    x = np.linspace(-_X, _X, 157)
    parts = two.parts(x)
    ax.plot(x, parts.sum(axis=0), color=style.BLUE, lw=3)
    for part, look, dashes in zip(parts, _LOOKS, _DASHES, strict=True):
        ax.plot(x, part, color=look["color"], lw=1.8, dashes=dashes)


def _draw_key(
    ax: Axes, two: _Two, *, corner: tuple[float, float], step: float, length: float, narrow: bool
) -> None:
    """Name the lines and markers and give the mixture's numbers, line by line in the units of the axes."""
    (first, both), (_both, second) = two.covariances[1]
    x, y = corner
    places = [y + step * line for line in range(4)]
    ends = np.array([x, x + length])
    settings: dict[str, Any] = {"transform": ax.transAxes, "clip_on": False}
    for place, look, dashes in zip(places, _LOOKS, _DASHES, strict=False):
        ax.plot(ends, [place] * 2, color=look["color"], lw=1.8, dashes=dashes, **settings)
        ax.plot([ends.mean()], [place], ls="", **look, **settings)
    ax.plot(ends, [places[2]] * 2, color=style.BLUE, lw=3, **settings)
    texts = (
        _("class 1: π₁ = {weight}").format(weight=number(two.weights[0])),
        _("class 2: π₂ = {weight}").format(weight=number(two.weights[1])),
        _("the mixture"),
    )
    for place, text in zip(places, texts, strict=False):
        style.note(ax, x + length * 1.25, place, text, transform=ax.transAxes, va="center_baseline")
    matrix = _("Σ₂ = ({a}, {b}; {b}, {c})") if narrow else _("Σ₂:  {a}  {b}\n       {b}  {c}")
    entries = {name: number(round(entry, 6)) for name, entry in (("a", first), ("b", both), ("c", second))}
    style.note(
        ax, x, places[3], matrix.format(**entries), transform=ax.transAxes, va="baseline" if narrow else "top"
    )


def describe_mixture_density(
    *, weight: float = 0.4, distance: float = 2.0, spread: float = 1.0, degrees: float = 45.0
) -> str:
    """Say what `mixture_density` draws at the same parameters.

    Examples
    --------
    >>> print(describe_mixture_density(weight=0.5, distance=2).split(". ")[-1])
    The density of x₁ alone has 2 summits.
    """
    two = _checked(weight, distance, spread, degrees)
    summits = _summits(two)
    first = _(
        "Class 2 has the weight {weight} and class 1 the rest; their means are {distance} apart. Class 2 has "
        "the spread {spread} along an axis turned by {degrees}° and 0.5 across it."
    )
    last = ngettext(
        "The density of x₁ alone has {summits} summit.",
        "The density of x₁ alone has {summits} summits.",
        summits,
    )
    return " ".join([first, last]).format(
        weight=number(weight, digits=None),
        distance=number(distance, digits=None),
        spread=number(spread, digits=None),
        degrees=number(degrees, digits=None),
        summits=summits,
    )


@dataclass(frozen=True)
class _Class:
    """One class of a mixture fitted to a scene, beside all the others."""

    weight: float
    shares: Floats  # of the class in each pixel, (rows, columns)
    ellipses: list[Path]
    place: int
    labelled: int
    material: int
    purity: float


def _class_of(component: int, scene: Scene, features: Floats, mixture: Mapping[str, Floats]) -> _Class:
    rows, columns = instance("scene", scene, Scene).ground_truth.shape
    features = floats("features", features, shape=(rows * columns, None))
    if set(mapping("mixture", mixture)) != {"weights", "means", "covariances"}:
        raise ValueError(f"mixture must hold weights, means and covariances, got {list(mixture)}")
    try:
        shares = gaussian_mixture_responsibilities(features, **mixture)
    except (TypeError, ValueError) as error:
        raise type(error)(f"mixture must be one: {error}") from None
    number_of = whole("component", component, at_least=1)
    if number_of > shares.shape[1]:
        raise ValueError(f"component must be a whole number from 1 to {shares.shape[1]}, got {component!r}")
    place = number_of - 1
    known = scene.ground_truth.ravel()[shares.argmax(axis=1) == place]
    counts = np.bincount(known, minlength=len(scene.class_names) + 1)[1:]
    return _Class(
        weight=float(mixture["weights"][place]),
        shares=shares[:, place].reshape(rows, columns),
        ellipses=[
            _ellipse(np.asarray(mean)[:2], np.asarray(covariance)[:2, :2])
            for mean, covariance in zip(mixture["means"], mixture["covariances"], strict=True)
        ],
        place=place,
        labelled=int(counts.sum()),
        material=int(counts.argmax()) + 1,
        purity=float(counts.max() / max(1, counts.sum())),
    )


def _ellipse(mean: Floats, covariance: Floats) -> Path:
    """Return the ellipse around a class of two dimensions that holds 86 % of it: two standard deviations."""
    angle = np.linspace(0, math.tau, 61)
    outline = 2 * np.column_stack([np.cos(angle), np.sin(angle)]) @ np.linalg.cholesky(covariance).T
    return Path(mean + outline, closed=True)


@style.styled
def scene_mixture(
    *,
    component: int,
    scene: Scene,
    features: Floats,
    mixture: Mapping[str, Floats],
    narrow: bool = False,
) -> Figure:
    """Draw one class of a mixture fitted to the pixels of a scene: its ellipse, and how probable it is where.

    Parameters
    ----------
    component
        Which class, from 1 on.
    scene
        Whose pixels they are.
    features
        What the mixture was fitted to, of shape (pixels, 2 or more): the first two are drawn. Of the mixture
        in the plane of these two, the means and covariances are the parts that concern them.
    mixture
        ``weights``, ``means`` and ``covariances``, as for `gaussian_mixture_density`.
    narrow
        Whether to draw for a narrow screen.

    Raises
    ------
    TypeError, ValueError
        If an argument is not allowed.

    Examples
    --------
    >>> from examlab.hyperspectral.scenes import simulated_scene
    >>> scene = simulated_scene((30, 24), random_state=0)
    >>> features = scene.cube.reshape(-1, 103)[:, [0, 90]] / 1000
    >>> one = {"weights": [1.0], "means": [features.mean(axis=0)], "covariances": [np.cov(features.T)]}
    >>> len(scene_mixture(component=1, scene=scene, features=features, mixture=one).axes)
    2
    """
    found = _class_of(component, scene, features, mixture)
    figure, (plane, map_) = style.panels(
        style.Cell(height=3.5, share=1.35),
        style.Cell(height=3.9 if narrow else 3.5, left=0.4, bottom=0.15),
        narrow=narrow,
    )
    style.dress(
        plane,
        title=_("All classes, and class {number}").format(number=component),
        x=_("first component"),
        y=_("second component"),
        grid="none",
        outdent=0.5,
    )
    shown = features[:: max(1, len(features) // 600), :2]
    for axis, values in ((plane.xaxis, features[:, 0]), (plane.yaxis, features[:, 1])):
        limits, ticks = _limits(values)
        style.scale(axis, limits, ticks)
    plane.plot(*shown.T, ls="", marker=".", ms=3.5, color=style.SPINE, mew=0)
    all_of_them = Path.make_compound_path(*found.ellipses)
    plane.add_artist(PathPatch(all_of_them, fc="none", ec=style.BLUE, lw=1.2, zorder=3))
    chosen = found.ellipses[found.place]
    plane.add_artist(PathPatch(chosen, fc="none", ec=style.ORANGE, lw=3.5, zorder=4))
    style.dress(map_, title=_("How probable it is, pixel by pixel"), grid="none")
    pictures.picture(map_, 2 * found.shares[None, :, :, None] - 1, columns=1)
    return figure


def _limits(values: Floats) -> tuple[tuple[float, float], list[float]]:
    """Return limits around all values but the few most extreme, and round ticks within."""
    low, high = (float(end) for end in np.percentile(values, (2, 98)))
    margin = 0.25 * (high - low) or 1.0
    step = 10.0 ** math.floor(math.log10(2 * margin + high - low))
    step *= 1 if (high - low) / step > 2 else 0.5
    first, last = math.ceil((low - margin) / step), math.floor((high + margin) / step)
    return (low - margin, high + margin), [place * step for place in range(first, last + 1)]


def describe_scene_mixture(
    *, component: int, scene: Scene, features: Floats, mixture: Mapping[str, Floats]
) -> str:
    """Say what `scene_mixture` draws at the same parameters.

    Examples
    --------
    >>> from examlab.hyperspectral.scenes import simulated_scene
    >>> scene = simulated_scene((30, 24), random_state=0)
    >>> features = scene.cube.reshape(-1, 103)[:, [0, 90]] / 1000
    >>> one = {"weights": [1.0], "means": [features.mean(axis=0)], "covariances": [np.cov(features.T)]}
    >>> print(describe_scene_mixture(component=1, scene=scene, features=features, mixture=one).split(".")[0])
    Class 1 has the weight 1
    """
    found = _class_of(component, scene, features, mixture)
    first = _("Class {component} has the weight {weight}: the thick ellipse, and what is light in the map.")
    last = (
        ngettext(
            "Its only labelled pixel is of the material {material}.",
            "Of its {labelled} labelled pixels, {share} % are {material}, the most frequent material.",
            found.labelled,
        )
        if found.labelled
        else _("None of its pixels is labelled.")
    )
    return " ".join([first, last]).format(
        component=component,
        weight=number(found.weight),
        labelled=found.labelled,
        material=class_name(found.material),
        share=number(100 * found.purity, digits=0),
    )
