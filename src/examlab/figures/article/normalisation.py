"""Figures of question 3: which divisor a standard deviation has, and what normalising does to the bands."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from examlab.arguments import Floats, whole
from examlab.figures import style
from examlab.figures.article.scene import band_picture, small_scene
from examlab.figures.style import number
from examlab.hyperspectral.sampling import squared_deviations
from examlab.hyperspectral.spectra import standardize
from examlab.i18n import gettext as _

__all__ = [
    "SAMPLE_SIZES",
    "SHOWN_BANDS",
    "describe_normalised_bands",
    "describe_variance_divisor",
    "normalised_bands",
    "variance_divisor",
]

SAMPLE_SIZES = (2, 3, 4, 5, 7, 10, 15, 20, 30, 50, 100, 200)
"""How many pixels the samples have that a slider best moves through."""
SHOWN_BANDS = (1, 10, 20, 30, 40, 50, 60, 70, 80, 90, 103)
"""The bands that a slider best moves through, counted from 1."""

_DRAWS = 100_000
_RED = 50  # the band that the samples are drawn from, counted from 0


# The caches below only save time: the same arguments always give the same values.


@lru_cache(maxsize=1)
def _pixels() -> tuple[Floats, Floats]:
    """Return the scene's wavelengths and its pixels as rows."""
    scene = small_scene()
    return scene.wavelengths, scene.cube.reshape(-1, scene.cube.shape[2]).astype(np.float64)


@lru_cache(maxsize=1)
def _estimates() -> Floats:
    """Return mean, 10 % and 90 % quantile of the sums of squares over the variance, for each size."""
    band = _pixels()[1][:, _RED]
    sums = squared_deviations(band / band.std(), SAMPLE_SIZES, draws=_DRAWS, random_state=0)
    return np.column_stack([sums.mean(axis=1), *np.quantile(sums, [0.1, 0.9], axis=1)])


@dataclass(frozen=True)
class _Divisor:
    """What one divisor makes of the samples of n pixels, relative to the variance of all pixels."""

    name: str
    colour: str
    marker: str
    minus: int

    def of(self, n: int) -> Floats:
        estimates: Floats = _estimates()[SAMPLE_SIZES.index(n)] / (n - self.minus)
        return estimates


_BIASED = _Divisor("1/n", style.ORANGE, "s", 0)
_UNBIASED = _Divisor("1/(n − 1)", style.BLUE, "o", 1)


def _size(n: int) -> int:
    n = whole("n", n, at_least=2)
    if n not in SAMPLE_SIZES:
        raise ValueError(f"n must be one of {', '.join(map(str, SAMPLE_SIZES))}, got {n}")
    return n


@style.styled
def variance_divisor(*, n: int, narrow: bool = False) -> Figure:
    """Draw what both divisors make of many small samples of one band of the scene.

    Parameters
    ----------
    n
        How many pixels a sample has, one of `SAMPLE_SIZES`.
    narrow
        Whether to draw for a narrow screen.

    Returns
    -------
    Figure
        Everything is relative to the variance over all pixels of the simulated scene, 100 000 samples of each
        size, drawn with replacement.

    Raises
    ------
    TypeError, ValueError
        If `n` is not one of the sizes.

    Examples
    --------
    >>> len(variance_divisor(n=5).axes)
    2
    """
    n = _size(n)
    figure, (left, right) = style.panels(
        style.Cell(height=2.9, left=0.85, bottom=0.6), style.Cell(height=2.9, bottom=0.6), narrow=narrow
    )
    style.dress(left, title=_("Estimates from n pixels"), x=_("estimate / variance"), grid="x", outdent=0.75)
    style.scale(left.xaxis, (0, 3), (0, 1, 2, 3))
    left.set_ylim(1.6, -0.6)
    left.set_yticks([0, 1], labels=[_BIASED.name, _UNBIASED.name], color=style.INK, fontsize=style.NORMAL)
    left.tick_params(axis="y", length=0)
    left.axvline(1, color=style.INK, lw=1)
    for place, one in enumerate((_BIASED, _UNBIASED)):
        mean, low, high = one.of(n)
        left.plot([low, high], [place, place], color=one.colour, lw=6, solid_capstyle="butt", zorder=2)
        style.point(left, mean, place, colour=one.colour, marker=one.marker, size=11)
        mean_text = _("mean {mean}").format(mean=number(mean, digits=3))
        style.note(left, 1.1, place - 0.28, mean_text, colour=one.colour)
    style.note(left, 1.1, 1.38, _("bar: middle 80 %"), colour=style.MUTED)
    _draw_means(right, n)
    return figure


def _draw_means(ax: Axes, n: int) -> None:
    style.dress(ax, title=_("Their mean, for each n"), x=_("n (logarithmic)"), y="", outdent=0.5)
    ax.set_xscale("log")
    style.scale(ax.xaxis, (1.8, 220), (2, 5, 10, 20, 50, 100, 200))
    style.scale(ax.yaxis, (0.4, 1.1), (0.5, 0.75, 1))
    sizes = np.array(SAMPLE_SIZES)
    for one in (_BIASED, _UNBIASED):
        ax.plot(sizes, (sizes - 1) / (sizes - one.minus), color=one.colour, lw=1.5)
        means = [one.of(size)[0] for size in SAMPLE_SIZES]
        ax.plot(sizes, means, ls="", marker=one.marker, ms=4.5, color=one.colour)
        style.point(ax, n, one.of(n)[0], colour=one.colour, marker=one.marker, size=11)
    style.note(ax, 9, 0.79, "(n − 1)/n", colour=style.ORANGE)
    style.note(ax, 9, 1.05, _UNBIASED.name, colour=style.BLUE)


def describe_variance_divisor(*, n: int) -> str:
    """Say what `variance_divisor` draws at the same parameters.

    Examples
    --------
    >>> print(describe_variance_divisor(n=2).split(", ")[0])
    With samples of n = 2 pixels
    """
    n = _size(n)
    (biased, *_rest), (unbiased, low, high) = _BIASED.of(n), _UNBIASED.of(n)
    return _(
        "With samples of n = {n} pixels, dividing by n gives {biased} times the variance on average, and "
        "dividing by n − 1 gives {unbiased} times. A single sample says less: four in five of the second "
        "kind lie between {low} and {high} times the variance."
    ).format(
        n=n,
        biased=number(biased, digits=3),
        unbiased=number(unbiased, digits=3),
        low=number(low),
        high=number(high),
    )


@dataclass(frozen=True)
class _Stage:
    """The bands before or after normalising: mean, 5 % and 95 % quantile, and share in squared distances."""

    mean: Floats
    low: Floats
    high: Floats
    share: Floats


@lru_cache(maxsize=2)
def _stage(*, normalised: bool) -> _Stage:
    X = standardize(_pixels()[1]) if normalised else _pixels()[1]
    variance = X.var(axis=0, ddof=1)
    low, high = np.quantile(X, [0.05, 0.95], axis=0)
    return _Stage(X.mean(axis=0), low, high, variance / variance.sum())


def _band(band: int) -> int:
    band = whole("band", band, at_least=1)
    if band > SHOWN_BANDS[-1]:
        raise ValueError(f"band must be a whole number from 1 to {SHOWN_BANDS[-1]}, got {band}")
    return band


@style.styled
def normalised_bands(*, band: int, narrow: bool = False) -> Figure:
    """Draw the range of every band of the scene before and after normalising, and the picture of one.

    Parameters
    ----------
    band
        The band that is marked, counted from 1, up to 103.
    narrow
        Whether to draw for a narrow screen.

    Raises
    ------
    TypeError, ValueError
        If `band` is not one of them.

    Examples
    --------
    >>> len(normalised_bands(band=10).axes)
    3
    """
    band = _band(band)
    figure, (before, after, map_) = style.panels(
        style.Cell(height=2.9, share=1.15, left=0.72),
        style.Cell(height=2.9, share=1.0, left=0.5),
        style.Cell(height=2.9, share=0.78, left=0.3, right=0.1, bottom=0.25),
        narrow=narrow,
    )
    style.dress(before, title=_("Before"), x=_("wavelength (nm)"), y=_("counts"), outdent=0.6)
    style.scale(before.yaxis, (0, 4500), (0, 1000, 2000, 3000, 4000))
    style.dress(after, title=_("After"), x=_("wavelength (nm)"), outdent=0.4)
    style.scale(after.yaxis, (-2.5, 2.5), (-2, -1, 0, 1, 2))
    for ax, normalised in ((before, False), (after, True)):
        _draw_ranges(ax, _stage(normalised=normalised), band)
    map_.set_title(_("Band {band}").format(band=band))
    band_picture(map_, small_scene().cube, band - 1)
    return figure


def _draw_ranges(ax: Axes, stage: _Stage, band: int) -> None:
    wavelengths, i = _pixels()[0], band - 1
    style.scale(ax.xaxis, (420, 870), (450, 600, 750))
    ax.fill_between(wavelengths, stage.low, stage.high, color=style.BLUE_TINT, lw=0)
    ax.plot(wavelengths, stage.mean, color=style.BLUE)
    place = wavelengths[i]
    ax.plot([place, place], [stage.low[i], stage.high[i]], color=style.ORANGE, lw=4, solid_capstyle="butt")
    style.point(ax, place, stage.mean[i], colour=style.ORANGE)


def describe_normalised_bands(*, band: int) -> str:
    """Say what `normalised_bands` draws at the same parameters.

    Examples
    --------
    >>> print(describe_normalised_bands(band=10).split(" nm")[0])
    Band 10 lies at 468
    """
    band = _band(band)
    before, after = _stage(normalised=False), _stage(normalised=True)
    i = band - 1
    return _(
        "Band {band} lies at {wavelength} nm. Before, nine pixels in ten have between {low} and {high} "
        "counts there, and it makes {share} % of the squared distance between pixels. After, they lie "
        "between {after_low} and {after_high} standard deviations around 0, and it makes {after_share} %, "
        "as every band does."
    ).format(
        band=band,
        wavelength=number(_pixels()[0][i], digits=0),
        low=number(before.low[i], digits=0),
        high=number(before.high[i], digits=0),
        share=number(100 * before.share[i]),
        after_low=number(after.low[i]),
        after_high=number(after.high[i]),
        after_share=number(100 * after.share[i]),
    )
