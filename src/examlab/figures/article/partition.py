"""The figure of question 1: one scene in few classes or many, and how alike the pixels of a class are."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from matplotlib.figure import Figure
from numpy.typing import NDArray

from examlab.arguments import Floats, whole
from examlab.figures import style
from examlab.figures.article import scene as drawing
from examlab.figures.style import number
from examlab.hyperspectral.regions import merge_classes, regions
from examlab.i18n import gettext as _
from examlab.i18n import ngettext

__all__ = ["describe_partition", "partition"]

_MOST = 9


@dataclass(frozen=True)
class _Partition:
    labels: NDArray[np.integer[Any]]
    n_regions: int
    explained: float  # share of the squares around the mean that lies between classes
    means: dict[int, Floats]


@lru_cache(maxsize=_MOST)
def _partition(classes: int) -> _Partition:
    scene = drawing.small_scene()
    labels = merge_classes(scene.cube, scene.materials, n_classes=classes)
    X = scene.cube.astype(float)
    Z = (X - X.mean(axis=(0, 1))) / X.std(axis=(0, 1))
    names = np.unique(labels).tolist()
    within = sum(((Z[labels == k] - Z[labels == k].mean(axis=0)) ** 2).sum() for k in names)
    means = {k: X[labels == k].mean(axis=0) for k in names}
    return _Partition(labels, int(regions(labels).max()), 1 - within / (Z**2).sum(), means)


def _checked(classes: int) -> int:
    if whole("classes", classes, at_least=1) > _MOST:
        raise ValueError(f"classes must be a whole number from 1 to {_MOST}, got {classes}")
    return classes


@style.styled
def partition(*, classes: int, narrow: bool = False) -> Figure:
    """Draw the simulated scene, cut into 1 to 9 classes, and the mean spectrum of each class.

    Parameters
    ----------
    classes
        How many; fewer than 9 come about by joining those with the most similar mean spectra.
    narrow
        Whether to draw for a narrow screen.

    Raises
    ------
    TypeError, ValueError
        If `classes` is not a whole number from 1 to 9.

    Examples
    --------
    >>> len(partition(classes=4).axes)
    3
    """
    found = _partition(_checked(classes))
    scene = drawing.small_scene()
    figure, (left, middle, right) = style.panels(
        style.Cell(height=2.9, share=0.8, left=0.1, right=0.05, bottom=0.15),
        style.Cell(height=2.9, share=0.8, left=0.1, right=0.05, bottom=0.15),
        style.Cell(height=2.9, share=1.2, left=0.68),
        narrow=narrow,
    )
    left.set_title(_("The scene"), pad=7)
    drawing.false_colour_picture(left, scene)
    middle.set_title(_("Classes: {count}").format(count=classes), pad=7)
    drawing.class_map(middle, found.labels)
    drawing.spectrum_axes(right, top=4000, title=_("Mean spectrum of each"))
    for label in range(1, _MOST + 1):
        mean = found.means.get(label)
        drawing.spectrum(
            right,
            scene.wavelengths if mean is not None else [],
            mean if mean is not None else [],
            colour=style.BLUE,
            lw=1.4,
        )
        at = 8 + 11 * (label - 1)  # spread along the band axis, or the numbers would cover each other
        place = None if mean is None else (float(scene.wavelengths[at]), float(mean[at]))
        drawing.write_number(right, label, place)
    return figure


def describe_partition(*, classes: int) -> str:
    """Say what `partition` draws at the same parameters.

    Examples
    --------
    >>> print(describe_partition(classes=1))
    1 class: the scene is 1 region. Of the spread of the spectra, 0 % lies between classes, 100 % within them.
    """
    found = _partition(_checked(classes))
    counted = ngettext("{count} class", "{count} classes", classes).format(count=classes)
    pieces = ngettext("1 region", "{count} regions", found.n_regions).format(count=found.n_regions)
    between = round(100 * found.explained)
    return _(
        "{classes}: the scene is {regions}. Of the spread of the spectra, {between} % lies between classes, "
        "{within} % within them."
    ).format(classes=counted, regions=pieces, between=number(between, digits=None), within=100 - between)
