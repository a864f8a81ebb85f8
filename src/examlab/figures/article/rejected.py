"""A one-class machine trained on one class of a scene: its support vectors and what it rejects."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import NDArray
from sklearn.decomposition import PCA

from examlab.arguments import Floats, Interval
from examlab.arguments import number as checked
from examlab.figures import style
from examlab.figures.article import machine
from examlab.figures.pictures import compose, show_pixels
from examlab.figures.style import number, per_cent
from examlab.hyperspectral import one_class
from examlab.hyperspectral.scenes import simulated_scene
from examlab.hyperspectral.spectra import standardize
from examlab.i18n import gettext as _

__all__ = ["describe_rejected_pixels", "describe_vectors_in_scene", "rejected_pixels", "vectors_in_scene"]

_SIDE = 96  # pixels of the scene
_CLASS = 2  # meadows, the largest class
_TRAINED, _OTHERS = 400, 250  # points drawn: enough to see, few enough for a page
_FEW = 150  # training pixels whose places are drawn: more would cover each other
_EXTREME = 15  # darkest and brightest of these
_SIGMA2 = 0.3  # of the machine whose support vectors are shown
_NANOMETRES = 800  # where meadows show how dry they are, and how brightly lit
_WINDOW = (-2.4, 2.2, -2.4, 4.9)
_CLOSE = (-1.6, 1.8, -0.7, 4.9)  # around the meadows alone
# Greys of the four cases (this class or another, accepted or rejected), far enough apart to tell by eye.
_GREYS = {(True, True): 1.0, (False, True): 0.35, (True, False): -0.3, (False, False): -1.0}

_EDGE = 1e-6
"""How far outside a pixel may seem to lie that is on the boundary."""


@dataclass(frozen=True)
class _Plane:
    """The scene's pixels in the plane of two principal components, each of variance 1."""

    bright: Floats  # the scene in one band, shape (rows, columns)
    pixels: Floats
    of_class: NDArray[np.bool_]
    places: NDArray[np.intp]  # where in the picture the training pixels lie: row and column
    trained: Floats
    others: Floats


@dataclass(frozen=True)
class _Verdict:
    field: one_class.DecisionField
    kinds: NDArray[np.str_]
    accepted: NDArray[np.bool_]


@lru_cache(maxsize=1)
def _plane() -> _Plane:
    scene = simulated_scene((_SIDE, _SIDE), random_state=0)
    bands = scene.cube.reshape(_SIDE**2, -1).astype(np.float64)
    pixels = PCA(2, whiten=True, svd_solver="full").fit_transform(standardize(bands))
    labels = scene.ground_truth.ravel()
    assert scene.materials is not None
    rng = np.random.default_rng(0)
    trained, others = (
        rng.choice(np.flatnonzero(chosen), size, replace=False)
        for chosen, size in ((labels == _CLASS, _TRAINED), ((labels != _CLASS) & (labels > 0), _OTHERS))
    )
    return _Plane(
        bright=scene.cube[..., np.abs(scene.wavelengths - _NANOMETRES).argmin()].astype(np.float64),
        pixels=pixels,
        of_class=scene.materials.ravel() == _CLASS,
        places=np.column_stack(np.divmod(trained, _SIDE)),
        trained=pixels[trained],
        others=pixels[others],
    )


@lru_cache(maxsize=128)
def _verdict(sigma2: float, nu: float) -> _Verdict:
    plane = _plane()
    field = one_class.decision_field(plane.trained, sigma2=sigma2, nu=nu, window=_WINDOW, resolution=240)
    assert field.model is not None
    kinds = one_class.support_vector_kinds(field.model, plane.trained)
    # The trained pixels on the boundary are accepted, on whichever side of it rounding puts them.
    return _Verdict(field, kinds, field.model.decision_function(plane.pixels) > -_EDGE)


def _checked(sigma2: float, nu: float) -> tuple[float, float]:
    return checked("sigma2", sigma2, Interval(0.01, 20)), checked("nu", nu, Interval(0.01, 0.9))


@style.styled
def rejected_pixels(*, sigma2: float, nu: float, narrow: bool = False) -> Figure:
    """Draw a one-class SVM trained on the meadows of a simulated scene, and its verdict on every pixel.

    Parameters
    ----------
    sigma2
        The kernel's sigma² in exp(-|x - y|² / sigma²), in [0.01, 20]; each component has variance 1.
    nu
        The one-class SVM's nu, in [0.01, 0.9].
    narrow
        Whether to draw for a narrow screen.

    Raises
    ------
    TypeError, ValueError
        If an argument is not allowed.

    Notes
    -----
    The scene is that of 96×96 pixels and random state 0. Its bands are standardised, and two principal
    components are kept. The machine is trained on 400 of the labelled meadow pixels.

    Examples
    --------
    >>> len(rejected_pixels(sigma2=0.3, nu=0.1).axes)
    2
    """
    sigma2, nu = _checked(sigma2, nu)
    found, plane = _verdict(sigma2, nu), _plane()
    figure, (left, right) = style.panels(
        style.Cell(height=4.2, top=0.42 + machine.KEY, left=0.55, right=0.1),
        style.Cell(height=4.6 if narrow else 4.4, left=0.25, right=0.1, bottom=0.1),
        narrow=narrow,
    )
    _dress_plane(left, _WINDOW)
    machine.draw_boundary(left, found.field)
    look: dict[str, Any] = {"marker": "+", "ms": 4, "mfc": "none", "mec": style.SPINE, "mew": 0.8}
    left.plot(*plane.others.T, ls="", **look)
    left.plot([0.05], [0.96], ls="", transform=left.transAxes, **look)
    style.note(left, 0.09, 0.96, _("other classes"), transform=left.transAxes, va="center_baseline")
    machine.draw_kinds(left, plane.trained, found.kinds)
    _draw_map(right, plane.of_class, found.accepted)
    return figure


def _dress_plane(ax: Axes, window: tuple[float, float, float, float]) -> None:
    style.dress(
        ax,
        title=_("Meadows, two components"),
        x=_("component 1"),
        y=_("component 2"),
        grid="none",
        outdent=0.43,
        lift=machine.KEY,
    )
    for axis, (low, high), ticks in (
        (ax.xaxis, window[:2], (-2, -1, 0, 1, 2)),
        (ax.yaxis, window[2:], (-2, 0, 2, 4)),
    ):
        style.scale(axis, (low, high), [tick for tick in ticks if low <= tick <= high])


def _draw_map(ax: Axes, of_class: NDArray[np.bool_], accepted: NDArray[np.bool_]) -> None:
    """Draw the verdict on each pixel in four greys, and below it what they mean."""
    style.dress(ax, title=_("The verdict on every pixel"), grid="none", outdent=0.1)
    box = ax.get_window_extent()
    ax.set(xlim=(0, _SIDE), ylim=(_SIDE * box.height / box.width, 0), xticks=[], yticks=[])
    ax.spines[:].set_visible(False)
    grey = np.empty(_SIDE**2)
    names = {
        (True, True): _("meadow, accepted"),
        (False, True): _("other, accepted"),
        (True, False): _("meadow, rejected"),
        (False, False): _("other, rejected"),
    }
    for row, (case, shade) in enumerate(_GREYS.items()):
        chosen = (of_class == case[0]) & (accepted == case[1])
        grey[chosen] = shade
        # Two rows of two; each swatch stands in a frame that shows on any ground.
        x, y = 1 + 50 * (row % 2), _SIDE + 4 + 8 * (row // 2)
        swatch = compose(np.full((1, 1, 1, 1), shade), columns=1)
        ax.imshow(swatch, extent=(x, x + 5, y + 5, y), interpolation="none", aspect="auto", clip_on=False)
        ax.plot([x, x + 5, x + 5, x, x], [y, y, y + 5, y + 5, y], color=style.SPINE, lw=0.8)
        style.note(ax, x + 7, y + 2.5, names[case], va="center_baseline")
    picture = compose(grey.reshape(1, _SIDE, _SIDE, 1), columns=1)
    ax.imshow(picture, extent=(0, _SIDE, _SIDE, 0), interpolation="none", aspect="auto")
    ax.set(xlim=(0, _SIDE), ylim=(_SIDE * box.height / box.width, 0))


def describe_rejected_pixels(*, sigma2: float, nu: float) -> str:
    """Say what `rejected_pixels` draws at the same parameters.

    Examples
    --------
    >>> print(describe_rejected_pixels(sigma2=0.3, nu=0.1).split(", a machine")[0])
    At σ² = 0.3 and ν = 0.1
    """
    sigma2, nu = _checked(sigma2, nu)
    found, of_class = _verdict(sigma2, nu), _plane().of_class
    return _(
        "At σ² = {sigma2} and ν = {nu}, a machine trained on {n} meadow pixels leaves {outliers} % of these "
        "outside as outliers. In the whole scene it rejects {rejected} % of the meadow pixels, and accepts "
        "{accepted} % of all other pixels."
    ).format(
        sigma2=number(sigma2, digits=None),
        nu=number(nu, digits=None),
        n=_TRAINED,
        outliers=per_cent(float(np.mean(found.kinds == "outlier"))),
        rejected=per_cent(float(np.mean(~found.accepted[of_class]))),
        accepted=per_cent(float(np.mean(found.accepted[~of_class]))),
    )


@lru_cache(maxsize=32)
def _vectors(nu: float) -> tuple[one_class.DecisionField, NDArray[np.str_]]:
    few = _plane().trained[:_FEW]
    field = one_class.decision_field(few, sigma2=_SIGMA2, nu=nu, window=_CLOSE, resolution=240)
    assert field.model is not None
    return field, one_class.support_vector_kinds(field.model, few)


@style.styled
def vectors_in_scene(*, nu: float, narrow: bool = False) -> Figure:
    """Draw which training pixels of a scene's meadows become support vectors, and where they lie.

    Parameters
    ----------
    nu
        The one-class SVM's nu, in [0.01, 0.9].
    narrow
        Whether to draw for a narrow screen.

    Raises
    ------
    TypeError, ValueError
        If `nu` is not allowed.

    Notes
    -----
    Scene and components are those of `rejected_pixels`; the machine is trained on 150 of its 400 pixels, with
    sigma² = 0.3.

    Examples
    --------
    >>> len(vectors_in_scene(nu=0.1).axes)
    2
    """
    field, kinds = _vectors(checked("nu", nu, Interval(0.01, 0.9)))
    plane = _plane()
    figure, (left, right) = style.panels(
        style.Cell(height=4.2, top=0.42 + machine.KEY, left=0.55, right=0.1),
        style.Cell(height=3.95 if narrow else 4.2, left=0.25, right=0.1, bottom=0.1),
        narrow=narrow,
    )
    _dress_plane(left, _CLOSE)
    machine.draw_boundary(left, field)
    machine.draw_kinds(left, plane.trained[:_FEW], kinds)
    title = _("The same in the scene at {wavelength} nm").format(wavelength=_NANOMETRES)
    style.dress(right, title=title, grid="none", outdent=0.1)
    show_pixels(right, _faint(plane.bright))
    machine.draw_kinds(right, plane.places[:_FEW, ::-1].astype(np.float64), kinds, key=False)
    for line in right.lines:
        line.set_clip_on(False)  # some pixels lie at the very edge
    return figure


def _faint(band: Floats) -> NDArray[np.uint8]:
    """Return a band in nine greys, so thin that markers stand out from it on light and dark pages."""
    low, high = np.percentile(band, [1, 99])
    level = np.round(np.clip((band - low) / (high - low), 0, 1) * 8) / 8
    grey = np.round(255 * level).astype(np.uint8)
    return np.dstack([grey] * 3 + [np.full_like(grey, 90)])


def describe_vectors_in_scene(*, nu: float) -> str:
    """Say what `vectors_in_scene` draws at the same nu.

    Examples
    --------
    >>> print(describe_vectors_in_scene(nu=0.1).split(", ")[0])
    At ν = 0.1
    """
    _field, kinds = _vectors(checked("nu", nu, Interval(0.01, 0.9)))
    plane = _plane()
    rank = plane.bright[tuple(plane.places[:_FEW].T)].argsort(kind="stable").argsort()
    extreme = (rank < _EXTREME) | (rank >= _FEW - _EXTREME)
    outlier = kinds == "outlier"
    return _(
        "At ν = {nu}, of {n} meadow pixels {inside} lie inside, with α = 0, {margin} on the boundary and "
        "{outlier} outside it. Of the {few} darkest and the {few} brightest of them at {wavelength} nm, "
        "{far} are outliers; of the other {others}, {near}."
    ).format(
        nu=number(nu, digits=None),
        n=_FEW,
        few=_EXTREME,
        wavelength=_NANOMETRES,
        far=int(np.sum(outlier & extreme)),
        near=int(np.sum(outlier & ~extreme)),
        others=_FEW - 2 * _EXTREME,
        **machine.count(kinds),
    )
