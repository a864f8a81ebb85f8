"""Images as rows of channels: the form in which matrix products are fast."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

import numpy as np

from examlab.arguments import Floats

__all__ = ["channel_sums", "in_chunks", "pixels", "times"]

IMAGES = 32
"""How many images a piece has: few enough for the processor's cache, enough to be worth a call."""

SMALL = 1 << 16
"""Batches of fewer numbers stay whole: they are in the cache as they are."""

Result = TypeVar("Result")


def in_chunks(X: Floats, work: Callable[[slice], Result]) -> list[Result]:
    """Return what `work` makes of each piece of the batch X, in order.

    Examples
    --------
    >>> X = np.ones((40, 64, 64))
    >>> in_chunks(X, lambda chunk: len(X[chunk]))
    [32, 8]
    """
    if X.size < SMALL:
        return [work(slice(None))]
    return [work(slice(start, start + IMAGES)) for start in range(0, len(X), IMAGES)]


def pixels(images: Floats) -> Floats:
    """Return one row a pixel, without a copy.

    Examples
    --------
    >>> pixels(np.zeros((5, 8, 8, 3))).shape
    (320, 3)
    """
    return images.reshape(-1, images.shape[-1])


def times(images: Floats, W: Floats) -> Floats:
    """Return every pixel's channels times a matrix, as one product: many small ones take much longer.

    Examples
    --------
    >>> times(np.ones((1, 1, 2, 3)), np.ones((3, 1))).tolist()
    [[[[3.0], [3.0]]]]
    """
    return np.reshape(pixels(images) @ W, (*images.shape[:-1], -1))


def channel_sums(A: Floats, B: Floats | None = None) -> Floats:
    """Return for each channel the sum of A, or of A times B, over all pixels of all images.

    Examples
    --------
    >>> channel_sums(np.ones((5, 8, 8, 2)))
    array([320., 320.])
    """

    def work(chunk: slice) -> Floats:
        rows = pixels(A[chunk])
        if B is not None:
            return np.asarray(np.einsum("nc,nc->c", rows, pixels(B[chunk])))
        return np.asarray(np.ones(len(rows), A.dtype) @ rows)

    return np.asarray(sum(in_chunks(A, work)))
