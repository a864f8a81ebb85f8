"""Pixels on a page, the same in light and dark mode: small grey images as one picture, and few colours."""

from __future__ import annotations

import math

import numpy as np
from matplotlib.axes import Axes
from matplotlib.image import AxesImage
from numpy.typing import ArrayLike, NDArray
from PIL import Image

from examlab.arguments import Interval, floats, whole

__all__ = ["compose", "few_colours", "picture", "show_pixels"]

LEVELS = 9
"""Greys of a picture, four bits a pixel: more would cost bytes that the eye does not miss."""

DARKEST = 18
"""The darkest grey, that of the page in dark mode: there an image has no border."""


def compose(images: ArrayLike, *, columns: int, gap: int = 1) -> NDArray[np.uint8]:
    """Set images side by side, row by row, with nothing between them and after the last.

    Parameters
    ----------
    images : array, shape (n, height, width, 1)
        Grey images with values in [-1, 1], from black to white; what lies outside is cut off.
    columns : int
        How many stand in a row, at least 1.
    gap : int
        Transparent pixels between two images, at least 0.

    Returns
    -------
    array of uint8, shape (rows, columns, 4)
        Red, green, blue and opacity of each pixel.

    Raises
    ------
    TypeError, ValueError
        If an argument is not of its type or outside its range.

    Examples
    --------
    >>> compose(np.zeros((5, 8, 8, 1)), columns=3).shape
    (17, 26, 4)
    """
    grey = floats("images", images, shape=(None, None, None, 1))[..., 0]
    across, space = whole("columns", columns, at_least=1), whole("gap", gap, at_least=0)
    down = math.ceil(len(grey) / across)
    height, width = (size + space for size in grey.shape[1:])
    level = np.round((np.clip(grey, -1, 1) + 1) / 2 * (LEVELS - 1)) / (LEVELS - 1)
    shade = np.round(DARKEST + level * (255 - DARKEST)).astype(np.uint8)
    sheet = np.zeros((down * height, across * width, 4), dtype=np.uint8)
    for index, image in enumerate(shade):
        top, left = index // across * height, index % across * width
        place = sheet[top : top + height - space, left : left + width - space]
        place[...] = np.dstack([image] * 3 + [np.full_like(image, 255)])
    return sheet[: down * height - space, : across * width - space]


def picture(ax: Axes, images: ArrayLike, *, columns: int, gap: int = 1) -> AxesImage:
    """Draw images in axes without ticks, as large as they fit, square pixels, at the upper left corner."""
    return show_pixels(ax, compose(images, columns=columns, gap=gap))


def show_pixels(ax: Axes, sheet: NDArray[np.uint8]) -> AxesImage:
    """Draw pixels of any colours, shape (rows, columns, 3 or 4), as `picture` draws images."""
    ax.set(xticks=[], yticks=[])
    ax.spines[:].set_visible(False)
    drawn = ax.imshow(sheet, interpolation="none")  # every pixel as it is, however large it is shown
    ax.set_anchor("NW")
    return drawn


def few_colours(pixels: ArrayLike, *, colours: int = 16) -> NDArray[np.uint8]:
    """Return a picture in few colours of its own: as a PNG, it then takes a few bits a pixel.

    Pillow cuts the colours at their medians (P. Heckbert, SIGGRAPH 1982) and moves each to the mean of the
    pixels that are nearest to it, until none changes its colour.

    Parameters
    ----------
    pixels : array, shape (rows, columns, 3)
        Red, green and blue from 0 to 255.
    colours : int
        How many colours at most, 1 or more; a palette holds no more than 256.

    Returns
    -------
    array of uint8, shape (rows, columns, 3)

    Raises
    ------
    TypeError, ValueError
        If an argument is not of its type or outside its range.

    Examples
    --------
    >>> ramp = np.arange(256).repeat(3).reshape(16, 16, 3)
    >>> len(np.unique(few_colours(ramp, colours=4)))
    4
    """
    shades = floats("pixels", pixels, Interval(0, 255), shape=(None, None, 3))
    most = min(whole("colours", colours, at_least=1), 256)
    full = Image.fromarray(np.rint(shades).astype(np.uint8))
    few = full.quantize(most, method=Image.Quantize.MEDIANCUT, kmeans=1, dither=Image.Dither.NONE)
    return np.array(few.convert("RGB"))
