"""The mountain function on a cloud in the plane and on a scene, and the centres that are taken from it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import NDArray

from examlab.arguments import Floats, Interval, whole
from examlab.arguments import number as checked
from examlab.figures import style
from examlab.figures.pictures import picture
from examlab.figures.style import number
from examlab.hyperspectral.clustering import SubtractiveClustering, suggested_radius
from examlab.hyperspectral.scenes import Scene, simulated_scene
from examlab.hyperspectral.spectra import standardize
from examlab.i18n import gettext as _
from examlab.i18n import ngettext

__all__ = [
    "CLOUD_RADII",
    "SCENE_RADII",
    "densest_pixel",
    "densest_point",
    "describe_densest_pixel",
    "describe_densest_point",
    "mountain_cloud",
]

CLOUD_RADII = (0.05, 0.1, 0.2, 0.3, 0.5, 0.8, 1.2)
"""What a slider of `densest_point` best moves through; the cloud lies in the unit box."""
SCENE_RADII = (0.5, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 8.0, 10.0, 14.0, 20.0)
"""What a slider of `densest_pixel` best moves through, and where its curve is computed."""
MOST_TAKEN = 5
MOST_CENTRES = 100

_SHAPE = (80, 60)
_GRID = np.linspace(-0.1, 1.1, 61)
_LEVELS = (0.15, 0.3, 0.5, 0.7, 0.9)
_INFRARED = 800  # nanometres: there the materials of the scene differ most in brightness


def mountain_cloud() -> Floats:
    """Return the 120 points of the plane on which the mountain is shown: three groups in the unit box.

    Examples
    --------
    >>> X = mountain_cloud()
    >>> X.shape, bool(X.min() > 0), bool(X.max() < 1)
    ((120, 2), True, True)
    """
    rng = np.random.default_rng(3)
    groups = ((60, (0.3, 0.35), 0.09), (40, (0.72, 0.7), 0.07), (20, (0.8, 0.2), 0.05))
    return np.concatenate([rng.normal(place, spread, (n, 2)) for n, place, spread in groups])


@dataclass(frozen=True)
class _Course:
    """What is taken from a mountain: the centres in order, and the height of each when its turn came."""

    centres: NDArray[np.intp]
    heights: Floats
    accepted: int


# The caches below only save time: the same arguments always give the same values.


@lru_cache(maxsize=16)
def _course(radius: float) -> _Course:
    X = mountain_cloud()
    # No rule stops this one: it shows what each further centre would find.
    endless = SubtractiveClustering(radius=radius, accept=1e-9, reject=1e-9, max_clusters=MOST_TAKEN + 1)
    found = endless.fit(X)
    indices, left = found.cluster_centers_indices_, found.potentials_.copy()
    heights = []
    for index in indices:
        heights.append(float(left[index]))
        left -= left[index] * _share(X, X[index], 1.5 * radius)
    # Where all points lie within one radius, nothing remains to be found.
    heights += [0.0] * (MOST_TAKEN + 1 - len(heights))
    return _Course(indices, np.array(heights), SubtractiveClustering(radius=radius).fit(X).n_clusters_)


def _share(X: Floats, centre: Floats, radius: float) -> Floats:
    return np.asarray(np.exp(-4 * ((X - centre) ** 2).sum(axis=-1) / radius**2))


@lru_cache(maxsize=64)
def _surface(radius: float, taken: int) -> Floats:
    """Return the mountain that is left on the grid, relative to the first centre's height."""
    X, course = mountain_cloud(), _course(radius)
    grid = np.stack(np.meshgrid(_GRID, _GRID), axis=-1)
    surface = np.zeros(grid.shape[:2])
    for point in X:
        surface += _share(grid, point, radius)
    for index, height in zip(course.centres[:taken], course.heights[:taken], strict=False):
        surface -= height * _share(grid, X[index], 1.5 * radius)
    relative: Floats = surface / course.heights[0]
    return relative


def _checked_point(radius: float, taken: int) -> tuple[float, int]:
    radius = checked("radius", radius, Interval(CLOUD_RADII[0], CLOUD_RADII[-1]))
    if (taken := whole("taken", taken, at_least=0)) > MOST_TAKEN:
        raise ValueError(f"taken must be at most {MOST_TAKEN}, got {taken}")
    return radius, taken


@style.styled
def densest_point(*, radius: float, taken: int, narrow: bool = False) -> Figure:
    """Draw the mountain of a cloud after some centres were taken, and how high each was when its turn came.

    Parameters
    ----------
    radius
        The article's r_a, in [0.05, 1.2]; the cloud lies in the unit box.
    taken
        How many centres were taken and their mountains subtracted, 0 to 5, whatever the rules say of them.
    narrow
        Whether to draw for a narrow screen.

    Raises
    ------
    TypeError, ValueError
        If an argument is not allowed.

    Examples
    --------
    >>> len(densest_point(radius=0.3, taken=1).axes)
    2
    """
    radius, taken = _checked_point(radius, taken)
    X, course = mountain_cloud(), _course(radius)
    figure, (left, right) = style.panels(
        style.Cell(height=3.9, left=0.5, right=0.12), style.Cell(height=3.2 if narrow else 3.9), narrow=narrow
    )
    style.dress(left, title=_("What is left of the mountain"), grid="none", outdent=0.4)
    for axis in (left.xaxis, left.yaxis):
        style.scale(axis, (_GRID[0], _GRID[-1]), (0, 0.5, 1))
    colours = [style.ORANGE if level == 0.15 else style.BLUE for level in _LEVELS]
    widths = [2.0 if level in (0.15, 0.5) else 0.9 for level in _LEVELS]
    left.contour(_GRID, _GRID, _surface(radius, taken), _LEVELS, colors=colours, linewidths=widths)
    left.plot(*X.T, ls="", marker="o", ms=2.6, mfc=style.INK, mew=0)
    before = X[course.centres[:taken]]
    left.plot(*before.T, ls="", marker="X", ms=10, mfc=style.ORANGE, mec=style.PAPER, mew=1.2, zorder=5)
    following = X[course.centres[taken : taken + 1]]
    left.plot(*following.T, ls="", marker="o", ms=13, mfc="none", mec=style.TEAL, mew=2.4, zorder=6)
    _draw_heights(right, course, taken)
    return figure


def _draw_heights(ax: Axes, course: _Course, taken: int) -> None:
    style.dress(ax, title=_("Height of each, first = 1"), x=_("centre"), y="M* / M₁", grid="y", outdent=0.5)
    style.scale(ax.xaxis, (0.4, MOST_TAKEN + 1.6), range(1, MOST_TAKEN + 2))
    style.scale(ax.yaxis, (-0.06, 1.12), (0, 0.15, 0.5, 1))
    ratios = course.heights / course.heights[0]
    for level, colour, text in (
        (0.5, style.BLUE, _("0.5: always taken")),
        (0.15, style.ORANGE, _("0.15: the end")),
    ):
        ax.axhline(level, color=colour, lw=1.4, dashes=(5, 2))
        style.note(ax, 0.5, level + 0.05, text, colour=colour)
    places = np.arange(1, MOST_TAKEN + 2)
    ax.plot(places, ratios, ls="", marker="o", ms=7, mfc=style.PAPER, mec=style.MUTED, mew=1.3)
    ax.plot(places[:taken], ratios[:taken], "X", ms=10, color=style.ORANGE, mec=style.PAPER)
    ax.plot([places[taken]], [ratios[taken]], "o", ms=13, mfc="none", mec=style.TEAL, mew=2.4)
    words = ngettext("the rules take {n} centre", "the rules take {n} centres", course.accepted)
    style.note(ax, 0.97, 0.93, words.format(n=course.accepted), ha="right", transform=ax.transAxes)


def describe_densest_point(*, radius: float, taken: int) -> str:
    """Say what `densest_point` draws at the same parameters.

    Examples
    --------
    >>> print(describe_densest_point(radius=0.3, taken=0).split(";")[0])
    With r_a = 0.3 and 0 centres taken, the highest point left lies at (0.30, 0.35)
    """
    radius, taken = _checked_point(radius, taken)
    course = _course(radius)
    ends = ngettext(
        "Chiu's rules take {accepted} centre.", "Chiu's rules take {accepted} centres.", course.accepted
    ).format(accepted=course.accepted)
    chosen = {"radius": number(radius, digits=None), "taken": taken}
    if taken >= len(course.centres):
        return _("With r_a = {radius} and {taken} centres taken, nothing is left. ").format(**chosen) + ends
    x, y = mountain_cloud()[course.centres[taken]]
    return (
        _(
            "With r_a = {radius} and {taken} centres taken, the highest point left lies at ({x}, {y}); its "
            "height is {share} of the first one's. "
        ).format(x=number(x), y=number(y), share=number(course.heights[taken] / course.heights[0]), **chosen)
        + ends
    )


# The scene


@lru_cache(maxsize=1)
def _scene() -> tuple[Scene, Floats]:
    """Return a scene and its standardised pixels."""
    scene = simulated_scene(_SHAPE, random_state=0)
    return scene, standardize(scene.cube.reshape(-1, scene.cube.shape[-1]))


@lru_cache(maxsize=16)
def _fitted(radius: float) -> SubtractiveClustering:
    return SubtractiveClustering(radius=radius, max_clusters=MOST_CENTRES).fit(_scene()[1])


@lru_cache(maxsize=1)
def _suggested() -> float:
    return suggested_radius(_scene()[1])


def _checked_radius(radius: float) -> float:
    return checked("radius", radius, Interval(SCENE_RADII[0], SCENE_RADII[-1]))


@style.styled
def densest_pixel(*, radius: float, narrow: bool = False) -> Figure:
    """Draw a scene, the potential of each of its pixels, and the number of centres against the radius.

    Parameters
    ----------
    radius
        The article's r_a, in [0.5, 20], on standardised bands.
    narrow
        Whether to draw for a narrow screen.

    Raises
    ------
    TypeError, ValueError
        If an argument is not allowed.

    Notes
    -----
    The search stops at 100 centres here: where it reaches them, there are that many or more.

    Examples
    --------
    >>> len(densest_pixel(radius=5).axes)
    3
    """
    radius = _checked_radius(radius)
    (scene, _pixels), found = _scene(), _fitted(radius)
    cell = {"height": 3.3, "left": 0.12, "right": 0.06, "bottom": 0.1}
    figure, (image, potential, curve) = style.panels(
        style.Cell(**cell), style.Cell(**cell), style.Cell(height=3.3, share=1.25), narrow=narrow
    )
    band = scene.cube[..., np.abs(scene.wavelengths - _INFRARED).argmin()].astype(float)
    shades = 2 * np.clip(band / np.quantile(band, 0.99), 0, 1) - 1
    heights = found.potentials_.reshape(_SHAPE) / found.potentials_.max()
    for ax, title, values in (
        (image, _("The scene at 800 nm"), shades),
        (potential, _("Potential"), 2 * heights - 1),
    ):
        picture(ax, values[None, ..., None], columns=1)
        style.dress(ax, title=title, grid="none")
        rows, columns = np.divmod(found.cluster_centers_indices_[:1], _SHAPE[1])
        ax.plot(columns, rows, ls="", marker="o", ms=14, mfc="none", mec=style.PAPER, mew=5)
        ax.plot(columns, rows, ls="", marker="o", ms=14, mfc="none", mec=style.ORANGE, mew=2.6)
    _draw_counts(curve, radius, found)
    return figure


def _draw_counts(ax: Axes, radius: float, found: SubtractiveClustering) -> None:
    style.dress(ax, title=_("Centres found"), x=_("r_a (logarithmic)"), outdent=0.5)
    ax.set(xscale="log", yscale="log")
    style.scale(ax.xaxis, (0.42, 24), (0.5, 1, 2, 5, 10, 20))
    style.scale(ax.yaxis, (0.85, 130), (1, 2, 5, 10, 20, 50, 100))
    places = sorted({*SCENE_RADII, radius})
    ax.plot(places, [_fitted(place).n_clusters_ for place in places], color=style.BLUE, marker="o", ms=3.5)
    ax.axvline(_suggested(), color=style.TEAL, lw=1.4, dashes=(5, 2))
    words = _("suggested: {radius}").format(radius=number(_suggested(), digits=1))
    style.note(ax, _suggested() / 1.1, 1.25, words, colour=style.TEAL, ha="right")
    style.point(ax, radius, found.n_clusters_, colour=style.ORANGE, size=10)


def describe_densest_pixel(*, radius: float) -> str:
    """Say what `densest_pixel` draws at the same parameters.

    Examples
    --------
    >>> print(describe_densest_pixel(radius=0.5).split(";")[0])
    With r_a = 0.5 the densest of 4800 pixels counts 1.0 pixels near it, itself included
    """
    radius = _checked_radius(radius)
    found = _fitted(radius)
    if found.n_clusters_ == MOST_CENTRES:
        ends = _("The rules find {n} centres or more.")
    else:
        ends = ngettext("The rules find {n} centre.", "The rules find {n} centres.", found.n_clusters_)
    text = _(
        "With r_a = {radius} the densest of {pixels} pixels counts {top} pixels near it, itself included; "
        "the median is {median}. "
    ).format(
        radius=number(radius, digits=None),
        pixels=style.whole(len(found.potentials_)),
        top=number(float(found.potentials_.max()), digits=1),
        median=number(float(np.median(found.potentials_)), digits=1),
    )
    return text + ends.format(n=found.n_clusters_)
