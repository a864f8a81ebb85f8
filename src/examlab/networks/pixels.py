"""Images as rows of channels: the form in which matrix products are fast."""

from __future__ import annotations

import numpy as np

from examlab.arguments import Floats
from examlab.networks.threads import in_chunks

__all__ = ["channel_sums", "pixels", "times"]


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
