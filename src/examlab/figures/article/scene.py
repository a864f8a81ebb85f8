"""Drawing a hyperspectral scene: what the pages on the article share.

All functions but `small_scene` draw in axes that they are given, from `style.panels`:

- `small_scene(random_state)` is the 80 × 60 scene of the pages, computed once.
- `false_colour(cube, wavelengths)` gives pixels; `false_colour_picture(ax, scene)` draws them.
- `band_picture(ax, cube, band)` draws one band in greys.
- `class_map(ax, labels)` draws a map of classes 0 (unlabelled: the page shows through) to 9, each in its
  colour and with its number on its largest region. Clusters without a name are numbered just so.
- `class_key(ax, names)` says what the numbers mean; its axes want 0.22 inches or more for each name.
- `spectrum_axes(ax, …)` dresses axes for spectra; `spectrum(ax, wavelengths, values)` draws one.
- `mark_pixel(ax, row, column)` marks a pixel of any of the pictures.

A map or a picture of 80 × 60 pixels takes 1 to 3 kB; one that a slider changes is stored for each of its
positions. Whatever changes keeps its number of artists, so that frames share one skeleton.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import to_rgb
from matplotlib.patches import Rectangle
from numpy.typing import ArrayLike, NDArray
from scipy import ndimage

from examlab.arguments import Floats, whole
from examlab.figures import style
from examlab.figures.pictures import DARKEST, LEVELS, few_colours, show_pixels
from examlab.hyperspectral.scenes import Scene, simulated_scene
from examlab.i18n import gettext as _

__all__ = [
    "band_picture",
    "class_key",
    "class_map",
    "class_name",
    "false_colour",
    "false_colour_picture",
    "mark_pixel",
    "place_of",
    "small_scene",
    "spectrum",
    "spectrum_axes",
    "write_number",
]

SHAPE = (80, 60)
VISIBLE = (640, 550, 460)
"""Red, green and blue, in nanometres."""

Labels = NDArray[np.integer[Any]]


@lru_cache(maxsize=4)
def small_scene(random_state: int = 0) -> Scene:
    """Return the scene of the pages: ``simulated_scene((80, 60), random_state=…)``, computed once."""
    return simulated_scene(SHAPE, random_state=random_state)


@lru_cache(maxsize=16)
def place_of(number: int) -> tuple[int, int]:
    """Return row and column of a labelled pixel of a class of the small scene, well inside its patch."""
    column, row = _places(small_scene().ground_truth, smallest=1)[number]
    return int(row), int(column)


def class_name(number: int) -> str:
    """Return the name of a class of Pavia University, 1 to 9, in the reader's language.

    Examples
    --------
    >>> class_name(2)
    'meadows'
    """
    names = (
        _("asphalt"),
        _("meadows"),
        _("gravel"),
        _("trees"),
        _("painted metal sheets"),
        _("bare soil"),
        _("bitumen"),
        _("self-blocking bricks"),
        _("shadows"),
    )
    if whole("number", number, at_least=1) > len(names):
        raise ValueError(f"number must be a whole number from 1 to {len(names)}, got {number}")
    return names[number - 1]


def false_colour(
    cube: NDArray[Any], wavelengths: Floats, *, nanometres: Sequence[float] = VISIBLE, colours: int = 32
) -> NDArray[np.uint8]:
    """Return three bands of a cube as red, green and blue, in few colours.

    Parameters
    ----------
    cube : array, shape (rows, columns, bands)
        Any numbers.
    wavelengths : array, shape (bands,)
        The centres of the bands, in nanometres.
    nanometres : three numbers
        What is shown as red, green and blue: the nearest bands. ``(800, 650, 550)`` shows plants in red.
    colours : int
        How many colours there are at most.

    Returns
    -------
    array of uint8, shape (rows, columns, 3)
        Each band stretched from its first to its ninety-ninth percentile.

    Examples
    --------
    >>> scene = small_scene()
    >>> false_colour(scene.cube, scene.wavelengths).shape
    (80, 60, 3)
    """
    bands = [int(np.abs(wavelengths - wanted).argmin()) for wanted in nanometres]
    shades = np.stack([_stretched(cube[..., band]) for band in bands], axis=-1)
    return few_colours(255 * shades**0.7, colours=colours)  # a little brighter, as screens are dim


def _stretched(band: NDArray[Any]) -> Floats:
    low, high = np.percentile(band, [1, 99])
    return np.asarray(np.clip((band - low) / max(high - low, 1e-12), 0, 1))


def false_colour_picture(ax: Axes, scene: Scene, *, nanometres: Sequence[float] = VISIBLE) -> None:
    """Draw a scene as the eye would see it, or with other bands for red, green and blue."""
    show_pixels(ax, _seen(scene, tuple(nanometres)))


@lru_cache(maxsize=4)  # a slider beside the picture draws it at each of its positions
def _seen(scene: Scene, nanometres: tuple[float, ...]) -> NDArray[np.uint8]:
    return false_colour(scene.cube, scene.wavelengths, nanometres=nanometres)


def band_picture(ax: Axes, cube: NDArray[Any], band: int) -> None:
    """Draw one band in nine greys, stretched from its first to its ninety-ninth percentile."""
    level = np.round(_stretched(cube[..., band]) * (LEVELS - 1)) / (LEVELS - 1)
    grey = np.round(DARKEST + level * (255 - DARKEST)).astype(np.uint8)
    show_pixels(ax, np.dstack([grey] * 3))


def class_map(
    ax: Axes, labels: Labels, *, numbers: bool = True, smallest: int = 9, chosen: int | None = None
) -> None:
    """Draw a map of classes, each in its colour and with its number on its largest region.

    Parameters
    ----------
    ax : Axes
        Where; its ticks go.
    labels : array of integers, shape (rows, columns)
        From 1 to 9; 0 stays as the page is.
    numbers : bool
        Whether the numbers are written. Without them, say otherwise what the colours mean.
    smallest : int
        Pixels of the smallest region that bears a number: a smaller one would vanish under it.
    chosen : int, optional
        The only class that is drawn in its colour; the others fade into one grey.
    """
    palette = np.array([[0, 0, 0, 0], *([*np.multiply(to_rgb(c), 255), 255] for c in style.CLASSES)])
    if chosen is not None:
        others = np.arange(1, len(palette)) != chosen
        palette[1:][others] = [*np.multiply(to_rgb(style.SPINE), 255), 255]
    show_pixels(ax, palette.astype(np.uint8)[labels])
    _frame(ax, labels.shape)
    places = _places(labels, smallest) if numbers else {}
    if chosen is not None:
        places = {number: place for number, place in places.items() if number == chosen}
    for number in range(1, len(palette)):
        write_number(ax, number, places.get(number))


def write_number(ax: Axes, number: int, place: tuple[float, float] | None) -> None:
    """Write the number of a class on a disc at a place (x, y), or nothing that takes its place if None."""
    x, y = ([], []) if place is None else ([place[0]], [place[1]])
    looks: dict[str, Any] = {"ls": "", "clip_on": False, "zorder": 5}
    ax.plot(x, y, marker="o", ms=12, mfc=style.PAPER, mec=style.INK, mew=0.8, **looks)
    ax.plot(x, y, marker=f"${number}$", ms=7, mfc=style.INK, mec=style.INK, mew=0.2, **looks)


def _frame(ax: Axes, shape: tuple[int, ...]) -> None:
    """Draw the edge of a map: where nothing is labelled, the page would not show where it ends."""
    rows, columns = shape
    ax.add_patch(
        Rectangle((-0.5, -0.5), columns, rows, facecolor="none", edgecolor=style.SPINE, lw=0.8, clip_on=False)
    )


def _places(labels: Labels, smallest: int) -> dict[int, tuple[float, float]]:
    """Return for each class the point farthest inside its largest region, as x and y."""
    found = {}
    for number in range(1, len(style.CLASSES) + 1):
        regions, count = ndimage.label(labels == number)
        if not count:
            continue
        sizes = np.bincount(regions.ravel())[1:]
        if sizes.max() < smallest:
            continue
        inside = np.pad(regions == sizes.argmax() + 1, 1)
        depth = ndimage.distance_transform_edt(inside)[1:-1, 1:-1]
        row, column = np.unravel_index(depth.argmax(), depth.shape)
        found[number] = (float(column), float(row))
    return found


def class_key(ax: Axes, names: Sequence[str], *, values: Sequence[str] = ()) -> None:
    """Say in axes of their own what the numbers 1, 2, … on a map mean, one line for each name.

    `values` are written at the right end of the lines: counts, say.
    """
    ax.set(xticks=[], yticks=[], xlim=(0, 1), ylim=(len(names) - 0.5, -0.5))
    ax.spines[:].set_visible(False)
    for place, name in enumerate(names):
        ax.plot([0], [place], "s", ms=12, mfc=style.CLASSES[place], mec=style.SPINE, mew=0.8, clip_on=False)
        ax.annotate(
            f"{place + 1}  {name}",
            (0, place),
            (11, 0),
            textcoords="offset points",
            va="center_baseline",
            fontsize=style.SMALL,
        )
    for place, value in enumerate(values):
        style.note(ax, 1, place, value, ha="right", va="center_baseline")


def mark_pixel(ax: Axes, row: int, column: int, *, colour: str = style.ORANGE) -> None:
    """Mark a pixel of a picture: a ring around it, with one of paper around that."""
    looks: dict[str, Any] = {"ls": "", "mfc": "none", "clip_on": False, "zorder": 6}
    ax.plot([column], [row], marker="o", ms=12, mec=style.PAPER, mew=5, **looks)
    ax.plot([column], [row], marker="o", ms=12, mec=colour, mew=2.5, **looks)


def spectrum_axes(ax: Axes, *, top: float = 6000, step: float = 2000, title: str = "") -> None:
    """Dress axes for spectra: nanometres across, counts of the sensor up, to a fixed top."""
    style.dress(ax, title=title, x=_("wavelength (nm)"), y=_("counts"), outdent=0.5)
    style.scale(ax.xaxis, (425, 865), (450, 550, 650, 750, 850))
    style.scale(ax.yaxis, (0, top), np.arange(0, top + 1, step).tolist())


def spectrum(
    ax: Axes, wavelengths: ArrayLike, values: ArrayLike, *, colour: str = style.BLUE, **looks: Any
) -> None:
    """Draw a spectrum as a line."""
    ax.plot(wavelengths, values, color=colour, **{"lw": 1.6, **looks})
