"""The handwritten digits that scikit-learn bundles, as a network reads them."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import zoom
from sklearn.datasets import load_digits

from examlab.arguments import Floats

__all__ = ["load_digits_8x8", "load_digits_32x32"]


def load_digits_8x8() -> tuple[Floats, NDArray[np.int_]]:
    """Return the 1797 digits as they are, and which digit each one is.

    Returns
    -------
    X : array of float32, shape (1797, 8, 8, 1)
        Ink from -1 (paper) to 1.
    labels : array of int, shape (1797,)
        From 0 to 9.

    Notes
    -----
    From E. Alpaydin and C. Kaynak, *Optical recognition of handwritten digits*, UCI Machine Learning
    Repository, 1998. Each pixel counts the inked ones of 16.

    Examples
    --------
    >>> X, labels = load_digits_8x8()
    >>> X.shape, float(X.min()), float(X.max()), labels[:3].tolist()
    ((1797, 8, 8, 1), -1.0, 1.0, [0, 1, 2])
    """
    digits = load_digits()
    return _scaled(digits.images), digits.target


def load_digits_32x32() -> tuple[Floats, NDArray[np.int_]]:
    """Return the 1797 digits drawn four times as large, and which digit each one is.

    Between the pixels, values follow a cubic spline. They stay in [-1, 1].

    Returns
    -------
    X : array of float32, shape (1797, 32, 32, 1)
        Ink from -1 (paper) to 1.
    labels : array of int, shape (1797,)
        From 0 to 9.

    Examples
    --------
    >>> load_digits_32x32()[0].shape
    (1797, 32, 32, 1)
    """
    digits = load_digits()
    large = zoom(digits.images, (1, 4, 4), order=3, mode="nearest", grid_mode=True)
    return _scaled(large), digits.target


def _scaled(images: Floats) -> Floats:
    return np.clip(images[..., None] / 8 - 1, -1, 1).astype(np.float32)
