"""What a map of classes consists of: its connected regions, and coarser maps of the same image."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage
from scipy.cluster.hierarchy import fcluster, linkage

from examlab.arguments import floats, representable, whole, whole_numbers

__all__ = ["merge_classes", "regions"]

Labels = NDArray[np.integer[Any]]


def regions(labels: object) -> Labels:
    """Return the connected regions of a map: pixels of one class that touch along a side, directly or not.

    Parameters
    ----------
    labels : array of integers, shape (rows, columns)
        The class of each pixel, 0 or more. 0 is a class like the others.

    Returns
    -------
    array of integers, shape (rows, columns)
        The number of each pixel's region, from 1 on, class by class and from the upper left.

    Raises
    ------
    TypeError, ValueError
        If `labels` is not a non-empty map of whole numbers.

    Examples
    --------
    >>> regions([[1, 1, 2], [2, 1, 2]])
    array([[1, 1, 2],
           [3, 1, 2]])
    """
    found = _map(labels)
    numbers = np.zeros(found.shape, dtype=np.intp)
    count = 0
    for label in np.unique(found):
        pieces, more = ndimage.label(found == label)
        numbers += np.where(pieces > 0, pieces + count, 0)
        count += more
    return numbers


def merge_classes(cube: object, labels: object, *, n_classes: int) -> Labels:
    """Return a coarser map of an image: the classes whose mean spectra are nearest are joined, step by step.

    Ward's method joins the pair whose union adds least to the squares within classes, each class counted
    once, over bands that are brought to one spread. Coarser maps are nested in finer ones.

    Parameters
    ----------
    cube : array, shape (rows, columns, bands)
        The image.
    labels : array of integers, shape (rows, columns)
        The class of each pixel.
    n_classes : int
        How many classes are left, at least 1 and at most as many as `labels` holds.

    Returns
    -------
    array of integers, shape (rows, columns)
        Each joined class bears the label of its largest member.

    Raises
    ------
    TypeError, ValueError
        If an argument is not of its type or outside its range.

    Examples
    --------
    >>> merge_classes([[[1.0], [2.0], [9.0]]], [[1, 2, 3]], n_classes=2)
    array([[1, 1, 3]])
    """
    found = _map(labels)
    image = floats("cube", cube, shape=(*found.shape, None))
    wanted = whole("n_classes", n_classes, at_least=1)
    names, flat, sizes = np.unique(found, return_inverse=True, return_counts=True)
    if wanted > len(names):
        raise ValueError(f"n_classes must be a whole number from 1 to {len(names)}, got {wanted}")
    if wanted == len(names):
        return found
    spectra = image.reshape(-1, image.shape[2])
    with representable("cube"):
        spread = spectra.std(axis=0)
        means = np.stack([spectra[flat.ravel() == index].mean(axis=0) for index in range(len(names))])
        joined = fcluster(linkage(means / np.where(spread > 0, spread, 1), "ward"), wanted, "maxclust")
    bearer = {group: names[np.where(joined == group, sizes, -1).argmax()] for group in set(joined)}
    return np.array([bearer[group] for group in joined])[flat].reshape(found.shape)


def _map(labels: object) -> Labels:
    found = whole_numbers("labels", labels, at_least=0)
    if found.ndim != 2:
        raise ValueError(f"labels must have shape (rows, columns), got shape {found.shape}")
    return found
