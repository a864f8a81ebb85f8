"""Nine urban materials: the names of Pavia University's classes, and a plausible reflectance curve for each.

The curves are this book's own, drawn from a few smooth pieces so that what is known of such materials holds:
vegetation has a green peak and a red edge between 700 and 740 nm, soil and bricks rise where iron oxides stop
absorbing, bitumen is dark and flat, painted metal bright, shade dark and bluish. They are not measurements.
"""

from __future__ import annotations

import numpy as np

from examlab.arguments import Floats, Interval, floats

__all__ = ["CLASS_NAMES", "PAVIA_COUNTS", "band_centres", "reflectance", "transmission"]

CLASS_NAMES = (
    "asphalt",
    "meadows",
    "gravel",
    "trees",
    "painted metal sheets",
    "bare soil",
    "bitumen",
    "self-blocking bricks",
    "shadows",
)
"""The classes of the ground truth of Pavia University, in its order."""

PAVIA_COUNTS = (6631, 18649, 2099, 3064, 1345, 5029, 1330, 3682, 947)
"""How many pixels of Pavia University are labelled as each of them; 42 776 in all."""


RANGE = Interval(430, 860)
"""The wavelengths in nanometres that the curves are drawn for."""


def band_centres() -> Floats:
    """Return the centres of 103 bands from 430 to 860 nm, shape (103,), as the ROSIS sensor has them.

    Examples
    --------
    >>> band_centres()[[0, -1]].tolist()
    [430.0, 860.0]
    """
    return np.linspace(430.0, 860.0, 103)


def reflectance(wavelengths: Floats) -> Floats:
    """Return the share of light that each material reflects, shape (9, n_wavelengths), between 0 and 1.

    Examples
    --------
    >>> green, red, infrared = reflectance(np.array([550.0, 670.0, 800.0]))[CLASS_NAMES.index("meadows")]
    >>> bool(red < green < infrared)
    True
    """
    wavelengths = floats("wavelengths", wavelengths, RANGE, shape=(None,)).astype(np.float64)
    t = (wavelengths - 430.0) / 430.0
    green, edge = _bump(wavelengths, 552, 28), _rise(wavelengths, 718, 11)
    iron = _rise(wavelengths, 585, 20)
    return np.stack(
        [
            0.10 + 0.04 * t,  # asphalt
            0.035 + 0.045 * green + 0.33 * edge + 0.02 * t,  # meadows
            0.12 + 0.10 * np.sqrt(t),  # gravel
            0.022 + 0.022 * green + 0.23 * edge + 0.01 * t,  # trees
            0.43 - 0.06 * t + 0.05 * _bump(wavelengths, 470, 45),  # painted metal sheets
            0.065 + 0.07 * iron + 0.12 * t,  # bare soil
            0.075 + 0.01 * t,  # bitumen
            0.10 + 0.06 * iron + 0.06 * t,  # self-blocking bricks
            0.022 + 0.022 * np.exp(-t / 0.35),  # shadows: lit by the blue sky alone
        ]
    )


def transmission(wavelengths: Floats) -> Floats:
    """Return the share of light that a clear atmosphere lets pass, shape (n_wavelengths,), in (0, 1].

    Oxygen absorbs at 687 and 761 nm, water vapour around 720 and 820 nm.

    Examples
    --------
    >>> oxygen, beside = transmission(np.array([761.0, 790.0]))
    >>> bool(oxygen < beside)
    True
    """
    wavelengths = floats("wavelengths", wavelengths, RANGE, shape=(None,)).astype(np.float64)
    gases = ((687, 4, 0.08), (720, 7, 0.07), (761, 4, 0.22), (820, 9, 0.09))
    return np.asarray(
        np.prod([1 - depth * _bump(wavelengths, at, wide) for at, wide, depth in gases], axis=0)
    )


def _bump(x: Floats, centre: float, width: float) -> Floats:
    return np.asarray(np.exp(-(((x - centre) / width) ** 2) / 2))


def _rise(x: Floats, centre: float, width: float) -> Floats:
    return np.asarray(1 / (1 + np.exp(-(x - centre) / width)))
