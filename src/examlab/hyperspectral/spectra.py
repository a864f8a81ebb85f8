"""Spectra as the article treats them: bands brought to one scale, and the angle between two spectra.

Spectra are rows: `X` has shape (n_pixels, n_bands). Equations are those of G. Bilgin, S. Ertürk and
T. Yıldırım, *Segmentation of hyperspectral images via subtractive clustering and cluster validation using
one-class support vector machines*, IEEE Transactions on Geoscience and Remote Sensing 49(8), 2011.
"""

from __future__ import annotations

import numpy as np
from scipy.spatial.distance import cdist

from examlab.arguments import Floats, floats

__all__ = ["spectral_angle", "spectral_angle_similarity", "standardize"]

_AT_ONCE = 16  # bands: a whole cache line of each row, and little memory beside the result


def standardize(X: object) -> Floats:
    """Give each band the mean 0 and the standard deviation 1 over the pixels, the article's equation (1).

    Parameters
    ----------
    X : array, shape (n_pixels, n_bands)
        Two pixels or more, in any unit.

    Returns
    -------
    array, shape (n_pixels, n_bands)
        (x - mu_i) / sigma_i for each number x of band i, without a unit. sigma_i divides by n - 1; NumPy's
        ``std`` and scikit-learn's ``StandardScaler`` divide by n unless told otherwise. A constant band has
        sigma_i = 0 and says nothing about a pixel: it becomes 0. Means and deviations are taken in float64;
        the result has the precision of `X`, and float64 if `X` holds whole numbers.

    Raises
    ------
    TypeError
        If `X` does not hold real numbers.
    ValueError
        If it holds NaN or infinite ones, is not of two dimensions, or has fewer than two pixels.

    Examples
    --------
    Three pixels of three bands, the last one constant:

    >>> standardize([[1, 10, 7], [2, 30, 7], [3, 20, 7]])
    array([[-1., -1.,  0.],
           [ 0.,  1.,  0.],
           [ 1.,  0.,  0.]])
    """
    X = floats("X", X, shape=(None, None))
    n_pixels, n_bands = X.shape
    if n_pixels < 2:
        raise ValueError(
            f"X must hold two pixels or more: a standard deviation divides by n - 1, got {n_pixels}"
        )
    result = np.empty_like(X)
    for first in range(0, n_bands, _AT_ONCE):
        bands = slice(first, first + _AT_ONCE)
        result[:, bands] = _standardized(X[:, bands])
    return result


def _standardized(X: Floats) -> Floats:
    Z = _unit_sized(X, axis=0)
    Z -= Z.mean(axis=0)
    # Once more, for what rounding left of the mean. It counts where a band varies little; and a constant band
    # is then exactly 0, as a few units of the last place add up without rounding, and not noise over noise.
    Z -= Z.mean(axis=0)
    sigma = np.sqrt((Z * Z).sum(axis=0) / (len(Z) - 1))
    return np.asarray(Z / np.where(sigma == 0, 1, sigma))


def spectral_angle(X: object, Y: object) -> Floats:
    """Measure the angle between every spectrum of `X` and every spectrum of `Y`, the spectral angle mapper.

    A spectrum is a vector of n_bands numbers. The angle does not change when a spectrum is multiplied by a
    positive number, so a pixel in the shade and the same ground in the sun are close. It is not Pearson's
    correlation: nothing is subtracted.

    Parameters
    ----------
    X : array, shape (n, n_bands)
        Spectra, in any unit.
    Y : array, shape (m, n_bands)
        Spectra of the same bands.

    Returns
    -------
    array of float64, shape (n, m)
        Angles in radians, in [0, pi], whatever the precision of `X` and `Y`. Memory is that of three such
        results.

    Raises
    ------
    TypeError
        If `X` or `Y` does not hold real numbers.
    ValueError
        If one holds NaN or infinite numbers, has another number of bands than the other, or holds a spectrum
        that is zero in all bands, which has no angle.

    Notes
    -----
    The textbook's arccos(<x, y> / |x||y|) is wrong by up to 1e-8 near 0 and pi, and not a number where
    rounding pushes the cosine beyond 1. With u and v of length 1 in the directions of x and y, this computes
    2 atan2(|u - v|, |u + v|) instead (W. Kahan, *How futile are mindless assessments of roundoff in
    floating-point computation?*, 2006, "Mangled angles"), with an error below 1e-15 at every angle. It is
    exactly symmetric, exactly 0 between equal spectra and exactly pi between opposite ones.

    The measure is due to F. A. Kruse et al., *The spectral image processing system (SIPS)*, Remote Sensing of
    Environment 44, 1993.

    Examples
    --------
    A spectrum, the same ground in the sun, and the spectrum upside down:

    >>> X = [[1, 2, 3]]
    >>> spectral_angle(X, [[2, 4, 6], [3, 2, 1]]).round(4)
    array([[0.    , 0.7752]])
    """
    X = floats("X", X, shape=(None, None))
    Y = floats("Y", Y, shape=(None, X.shape[1]))
    u, v = _directions("X", X), _directions("Y", Y)
    angle = np.arctan2(cdist(u, v), cdist(u, -v))
    angle *= 2
    return np.asarray(angle)


def spectral_angle_similarity(X: object, Y: object) -> Floats:
    """Return the article's SAM, equation (7): 1 minus the angle, for every pair of spectra.

    Parameters
    ----------
    X, Y : arrays, shape (n, n_bands) and (m, n_bands)
        Spectra, as in `spectral_angle`.

    Returns
    -------
    array of float64, shape (n, m)
        Numbers in [1 - pi, 1], larger for closer spectra, 1 for spectra of the same direction. Between
        spectra without negative numbers the angle is at most pi / 2, and the similarity at least 1 - pi / 2.

    Raises
    ------
    TypeError, ValueError
        As `spectral_angle` does.

    Examples
    --------
    >>> spectral_angle_similarity([[0.1, 0.4]], [[0.2, 0.8], [-0.1, -0.4]]).round(4)
    array([[ 1.    , -2.1416]])
    """
    return 1 - spectral_angle(X, Y)


def _directions(name: str, X: Floats) -> Floats:
    """Return the spectra scaled to length 1, in float64."""
    zero = np.flatnonzero(~X.any(axis=1))
    if zero.size:
        raise ValueError(
            f"{name} must hold no spectrum that is zero in all bands, because it has no angle, "
            f"got {zero.size} of them, the first in row {zero[0]}"
        )
    U = _unit_sized(X, axis=1)
    U /= np.sqrt((U * U).sum(axis=1, keepdims=True))
    return np.asarray(U, dtype=np.float64)


def _unit_sized(X: Floats, *, axis: int) -> Floats:
    """Return a copy, float64 or longer, divided along the axis so that its largest number is near 1.

    Squares of huge numbers would overflow and those of tiny ones vanish. The divisors are powers of two,
    which round nothing.
    """
    X = X.astype(np.promote_types(X.dtype, np.float64))
    return np.asarray(np.ldexp(X, -np.frexp(np.abs(X).max(axis=axis, keepdims=True))[1]))
