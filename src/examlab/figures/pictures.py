"""Small grey images on a page: many of them composed into one picture, the same in light and dark mode."""

from __future__ import annotations

import math

import numpy as np
from matplotlib.axes import Axes
from matplotlib.image import AxesImage
from numpy.typing import ArrayLike, NDArray

from examlab.arguments import floats, whole

__all__ = ["compose", "picture"]

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
    ax.set(xticks=[], yticks=[])
    ax.spines[:].set_visible(False)
    sheet = compose(images, columns=columns, gap=gap)
    drawn = ax.imshow(sheet, interpolation="none")  # every pixel as it is, however large it is shown
    ax.set_anchor("NW")
    return drawn
