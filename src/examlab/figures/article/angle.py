"""Figures of question 5: the angle between two spectra of the scene, and the pixels that it finds."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from numpy.typing import NDArray

from examlab.arguments import Floats, Interval, choice
from examlab.arguments import number as checked
from examlab.figures import style
from examlab.figures.article.scene import class_name, mark_pixel, small_scene, spectrum
from examlab.figures.pictures import DARKEST, show_pixels
from examlab.figures.style import number
from examlab.hyperspectral.spectra import spectral_angle
from examlab.i18n import gettext as _

__all__ = [
    "GAINS",
    "SECONDS",
    "closest_pixels",
    "describe_closest_pixels",
    "describe_two_spectra",
    "two_spectra",
]

GAINS = (-1.0, 0.3, 0.5, 1.0, 1.5, 2.0)
"""What a slider best multiplies the second spectrum by."""

SECONDS = ("meadows", "trees", "bare soil", "asphalt")
"""What the second spectrum can be of."""

_FIRST = "meadows"
_BRIGHTNESS = {"dim": 0.1, "typical": 0.5, "bright": 0.9}  # quantiles among the pixels of a material


# The caches below only save time: the same arguments always give the same values.


@lru_cache(maxsize=1)
def _pixels() -> tuple[Floats, NDArray[np.integer]]:
    """Return the spectra of the scene as rows, and the true class of each."""
    scene = small_scene()
    assert scene.materials is not None
    return scene.cube.reshape(-1, scene.cube.shape[2]).astype(np.float64), scene.materials.ravel()


def _class(material: str) -> int:
    return small_scene().class_names.index(material) + 1


@lru_cache(maxsize=32)
def _pixel(material: str, brightness: str) -> int:
    """Return the number of a pixel of a material: the one at a quantile of their brightness."""
    X, materials = _pixels()
    own = np.flatnonzero(materials == _class(material))
    order = own[np.argsort(X[own].mean(axis=1), kind="stable")]
    return int(order[round(_BRIGHTNESS[brightness] * (len(order) - 1))])


@dataclass(frozen=True)
class _Pair:
    """Two spectra, the second one multiplied."""

    x: Floats
    y: Floats
    angle: float
    distance: float


def _pair(material: str, gain: float) -> _Pair:
    gain = checked("gain", gain, Interval(-1, 2))
    if gain == 0:
        raise ValueError(f"gain must not be 0, because a zero spectrum has no angle, got {gain}")
    material = choice("material", material, SECONDS)
    X, _materials = _pixels()
    # The dim pixel, so that the first material can be compared with itself in another light.
    x, y = X[_pixel(_FIRST, "typical")], gain * X[_pixel(material, "dim")]
    return _Pair(x, y, float(spectral_angle([x], [y])[0, 0]), float(np.linalg.norm(x - y)))


@style.styled
def two_spectra(*, material: str, gain: float, narrow: bool = False) -> Figure:
    """Draw a spectrum of a meadow beside another one times a gain, and the angle between them.

    Parameters
    ----------
    material
        What the second pixel is, one of `SECONDS`.
    gain
        What its spectrum is multiplied by, in [-1, 2] and not 0.
    narrow
        Whether to draw for a narrow screen.

    Returns
    -------
    Figure
        The two arrows stand in the plane through the origin and both spectra: their angle is the true one of
        the 103 dimensions, and so are their lengths.

    Raises
    ------
    TypeError, ValueError
        If an argument is not allowed.

    Examples
    --------
    >>> len(two_spectra(material="asphalt", gain=1).axes)
    2
    """
    pair = _pair(material, gain)
    figure, (left, right) = style.panels(
        style.Cell(height=3.1, left=0.75),
        style.Cell(height=3.1, left=0.3, right=0.1, bottom=0.2),
        narrow=narrow,
    )
    style.dress(left, title=_("Two spectra"), x=_("wavelength (nm)"), y=_("counts"), outdent=0.65)
    style.scale(left.xaxis, (425, 865), (450, 550, 650, 750, 850))
    style.scale(left.yaxis, (-4000, 6000), (-4000, -2000, 0, 2000, 4000, 6000))
    left.axhline(0, color=style.SPINE, lw=0.8)
    wavelengths = small_scene().wavelengths
    spectrum(left, wavelengths, pair.x, colour=style.BLUE)
    spectrum(left, wavelengths, pair.y, colour=style.ORANGE, dashes=(4, 2))
    first = _("x: {material}").format(material=class_name(_class(_FIRST)))
    second = _("y: {gain} times {material}").format(
        gain=number(gain, digits=None), material=class_name(_class(material))
    )
    for place, (text, colour) in enumerate(((first, style.BLUE), (second, style.ORANGE))):
        style.note(left, 435, 5600 - 800 * place, text, colour=colour)
    _draw_angle(right, pair)
    return figure


def _draw_angle(ax: Axes, pair: _Pair) -> None:
    style.dress(ax, title=_("The plane of both"), grid="none", outdent=0.2)
    ax.set(xticks=[], yticks=[], xlim=(-28_000, 30_000), ylim=(-23_000, 21_000))
    ax.set_aspect("equal", anchor="NW")
    ax.spines[:].set_visible(False)
    ends = np.array([[np.linalg.norm(pair.x), 0.0], [0.0, 0.0]])
    length = np.linalg.norm(pair.y)
    ends[1] = length * math.cos(pair.angle), length * math.sin(pair.angle)
    for end, name, colour, dashes in (
        (ends[0], "x", style.BLUE, (1, 0)),
        (ends[1], "y", style.ORANGE, (4, 2)),
    ):
        ax.plot([0, end[0]], [0, end[1]], color=colour, lw=2.2, dashes=dashes)
        style.point(ax, *end, colour=colour, marker="o" if name == "x" else "s", size=8)
        below = 3000 if name == "x" else -3000
        style.note(ax, end[0], end[1] - below, name, colour=colour, ha="center")
    turn = np.linspace(0, pair.angle, 40)
    ax.plot(8000 * np.cos(turn), 8000 * np.sin(turn), color=style.INK, lw=1.4)
    ax.plot([0], [0], "o", ms=4, color=style.INK)
    style.note(
        ax,
        -28_000,
        -14_500,
        _("angle {angle}\nSAM = 1 − angle = {similarity}\ndistance {distance}").format(
            angle=number(pair.angle, digits=3),
            similarity=number(1 - pair.angle, digits=3),
            distance=style.whole(round(pair.distance)),
        ),
    )


def describe_two_spectra(*, material: str, gain: float) -> str:
    """Say what `two_spectra` draws at the same parameters.

    Examples
    --------
    >>> print(describe_two_spectra(material="meadows", gain=-1).split(". ")[0])
    x is a meadow pixel, y a dim pixel of meadows times −1
    """
    pair = _pair(material, gain)
    return _(
        "x is a meadow pixel, y a dim pixel of {material} times {gain}. The angle between them is {angle}, "
        "so SAM = {similarity}; the Euclidean distance is {distance} counts."
    ).format(
        material=class_name(_class(material)),
        gain=number(gain, digits=None),
        angle=number(pair.angle, digits=3),
        similarity=number(1 - pair.angle, digits=3),
        distance=style.whole(round(pair.distance)),
    )


@dataclass(frozen=True)
class _Found:
    """A pixel, its material, and as many pixels closest to it as the material has."""

    pixel: int
    own: NDArray[np.bool_]
    by_angle: NDArray[np.bool_]
    by_distance: NDArray[np.bool_]

    def hits(self, found: NDArray[np.bool_]) -> float:
        """Return the share of the pixels found that are of the material, which is that of it found, too."""
        return float(found[self.own].mean())


def _checked(material: str, brightness: str) -> tuple[str, str]:
    return (
        choice("material", material, small_scene().class_names),
        choice("brightness", brightness, _BRIGHTNESS),
    )


@lru_cache(maxsize=32)
def _found(material: str, brightness: str) -> _Found:
    X, materials = _pixels()
    own, pixel = materials == _class(material), _pixel(material, brightness)

    def closest(how_far: Floats) -> NDArray[np.bool_]:
        found = np.zeros(len(X), dtype=bool)
        found[np.argsort(how_far, kind="stable")[: own.sum()]] = True
        return found

    angle = spectral_angle(X, X[[pixel]])[:, 0]
    return _Found(pixel, own, closest(angle), closest(np.linalg.norm(X - X[pixel], axis=1)))


@style.styled
def closest_pixels(*, material: str, brightness: str, narrow: bool = False) -> Figure:
    """Draw where a material lies in the scene, and what is closest to one of its pixels.

    Parameters
    ----------
    material
        One of the scene's class names. As many of the closest pixels are drawn as it has: by angle, and by
        Euclidean distance.
    brightness
        Which of its pixels they are compared with: ``"dim"``, ``"typical"`` or ``"bright"``, that is at a
        tenth, half and nine tenths of the order of their mean counts.
    narrow
        Whether to draw for a narrow screen.

    Raises
    ------
    TypeError, ValueError
        If an argument is not allowed.

    Examples
    --------
    >>> len(closest_pixels(material="gravel", brightness="dim").axes)
    3
    """
    material, brightness = _checked(material, brightness)
    found = _found(material, brightness)
    cell = style.Cell(height=3.35, left=0.1, right=0.1, bottom=0.1, top=0.6)
    figure, axes = style.panels(cell, cell, cell, narrow=narrow)
    rows, columns, _bands = small_scene().cube.shape
    row, column = divmod(found.pixel, columns)
    titles = (
        _("Where it is:\n{count} pixels").format(count=int(found.own.sum())),
        _("Closest in angle:\n{hits} % right").format(
            hits=number(100 * found.hits(found.by_angle), digits=0)
        ),
        _("Closest in distance:\n{hits} % right").format(
            hits=number(100 * found.hits(found.by_distance), digits=0)
        ),
    )
    for ax, title, mask in zip(axes, titles, (found.own, found.by_angle, found.by_distance), strict=True):
        ax.set_title(title)
        grey = np.where(mask, 255, DARKEST).astype(np.uint8).reshape(rows, columns)
        show_pixels(ax, np.dstack([grey] * 3))
        # In dark mode the page would not show where the map ends.
        frame = Rectangle((-0.5, -0.5), columns, rows, facecolor="none", edgecolor=style.SPINE, lw=1.6)
        ax.add_patch(frame)
        mark_pixel(ax, row, column)
    return figure


def describe_closest_pixels(*, material: str, brightness: str) -> str:
    """Say what `closest_pixels` draws at the same parameters.

    Examples
    --------
    >>> print(describe_closest_pixels(material="gravel", brightness="dim").split(" pixels")[0])
    The scene has 469
    """
    material, brightness = _checked(material, brightness)
    found = _found(material, brightness)
    which = {"dim": _("dim"), "typical": _("typical"), "bright": _("bright")}[brightness]
    return _(
        "The scene has {count} pixels of {material}. Of the {count} pixels closest to a {brightness} one of "
        "them in angle, {angle} % are {material}; of the {count} closest in distance, {distance} %."
    ).format(
        count=int(found.own.sum()),
        material=class_name(_class(material)),
        brightness=which,
        angle=number(100 * found.hits(found.by_angle), digits=0),
        distance=number(100 * found.hits(found.by_distance), digits=0),
    )
