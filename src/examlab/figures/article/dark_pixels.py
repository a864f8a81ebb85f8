"""A one-class SVM without a kernel on a scene: what it calls an anomaly is what lies nearer to the origin."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Polygon
from numpy.typing import NDArray

from examlab.arguments import Floats, choice
from examlab.figures import pictures, style
from examlab.figures.article.scene import small_scene
from examlab.figures.style import number
from examlab.hyperspectral.one_class import LinearOneClassSVM
from examlab.hyperspectral.spectra import standardize
from examlab.i18n import gettext as _

__all__ = ["TRAINING_DATA", "TRAINING_MATERIALS", "dark_pixels", "describe_dark_pixels"]

TRAINING_MATERIALS = ("asphalt", "meadows", "painted metal sheets", "shadows")
"""What the machine is trained on."""
TRAINING_DATA = ("raw", "standardised")
"""What it is given: values as recorded, or with mean 0 and deviation 1 over the training pixels."""

_BANDS = (660.0, 800.0)  # nanometres: red and near infrared
_SHOWN = 40  # points of each class on the plane of the two bands
_KEY = 0.62


@dataclass(frozen=True)
class _Found:
    """What a machine says of every pixel; its line, and its origin, in the plane of raw values."""

    anomalous: NDArray[np.bool_]
    trained: NDArray[np.bool_]
    same: NDArray[np.bool_]
    w: Floats | None
    origin: Floats


@lru_cache(maxsize=8)
def _pixels() -> Floats:
    """Return red and near infrared of every pixel, in thousands of counts."""
    scene = small_scene()
    bands = [int(np.abs(scene.wavelengths - centre).argmin()) for centre in _BANDS]
    return scene.cube[..., bands].reshape(-1, 2) / 1000


@lru_cache(maxsize=8)
def _found(material: str, data: str) -> _Found:
    scene, X = small_scene(), _pixels()
    assert scene.materials is not None
    label = scene.class_names.index(material) + 1
    trained, same = scene.ground_truth.ravel() == label, scene.materials.ravel() == label
    points = X[trained] if data == "raw" else standardize(X[trained])
    origin = np.zeros(2) if data == "raw" else X[trained].mean(axis=0)
    try:
        model = LinearOneClassSVM(C=np.inf).fit(points)
    except ValueError:  # the origin lies among the points: only w = 0 and rho = 0 are left
        return _Found(np.ones(len(X), dtype=bool), trained, same, None, origin)
    assert data == "raw"  # no hyperplane has all of a centred cloud on one side
    anomalous = model.decision_function(X) <= -1e-9  # a training pixel on the line itself is none
    return _Found(anomalous, trained, same, model.coef_, origin)


def _checked(material: str, data: str) -> _Found:
    return _found(choice("material", material, TRAINING_MATERIALS), choice("data", data, TRAINING_DATA))


@style.styled
def dark_pixels(*, material: str, data: str, narrow: bool = False) -> Figure:
    """Draw which pixels of a simulated scene a machine without kernel and slack calls anomalies, and why.

    Parameters
    ----------
    material
        What it is trained on, one of `TRAINING_MATERIALS`: the labelled pixels of that class, in two bands.
    data
        What it is given, one of `TRAINING_DATA`; standardised with mean and deviation of its training pixels.
    narrow
        Whether to draw for a narrow screen.

    Raises
    ------
    TypeError, ValueError
        If an argument is not allowed.

    Examples
    --------
    >>> len(dark_pixels(material="meadows", data="raw").axes)
    2
    """
    found = _checked(material, data)
    figure, (left, right) = style.panels(
        style.Cell(height=3.9 if not narrow else 4.4, share=0.8, left=0.1, bottom=0.1, top=0.42),
        style.Cell(height=4.3 if narrow else 3.9, top=0.42 + _KEY, share=1.0),
        narrow=narrow,
    )
    style.dress(left, title=_("Black: anomalies"), grid="none")
    scene = small_scene()
    bright = _pixels().sum(axis=1)
    grey = np.minimum(1.3 * bright / np.percentile(bright, 95), 1.3) - 0.3
    shown = np.where(found.anomalous, -1.0, grey).reshape(*scene.ground_truth.shape, 1)
    pictures.picture(left, shown[None], columns=1)
    _draw_plane(right, found, tall=(4.3 if narrow else 3.9) - 0.42 - _KEY - 0.56)
    return figure


def _draw_plane(ax: Axes, found: _Found, *, tall: float) -> None:
    """Draw labelled pixels in the plane of two bands, in axes that are `tall` inches high."""
    style.dress(ax, title=_("Two bands"), x=_("red"), y=_("near infrared"), grid="none", lift=_KEY)
    style.scale(ax.xaxis, (-0.4, 5.6), (0, 1, 2, 3, 4, 5))
    style.scale(ax.yaxis, (-0.4, 5.6), (0, 1, 2, 3, 4, 5))
    # Where there is no line, one far outside the picture takes its place among the artists.
    w = np.array([0.01, 0.0]) if found.w is None else found.w
    foot, along = w / (w @ w), 99 * np.array([-w[1], w[0]]) / np.linalg.norm(w)
    corners = [foot - along, foot + along, foot + along + 99 * foot, foot - along + 99 * foot]
    ax.add_patch(Polygon(corners, fc=style.BLUE_TINT, ec=style.BLUE, lw=1.8))
    others = _sample(~found.same)
    looks: tuple[dict[str, Any], ...] = (
        {"marker": "o", "ms": 3.5, "color": style.INK, "mew": 0},
        {"marker": "s", "ms": 4, "mfc": "none", "color": style.BLUE, "mew": 1},
        {"marker": "x", "ms": 5, "color": style.ORANGE, "mew": 1.5},
    )
    kinds = _sample(found.trained), others & ~found.anomalous, others & found.anomalous
    texts = (
        _("trained on: {count} pixels").format(count=int(found.trained.sum())),
        _("another material, normal: {share} %").format(share=_percent(~found.anomalous, found)),
        _("another material, anomaly: {share} %").format(share=_percent(found.anomalous, found)),
    )
    for row, (kind, look, text) in enumerate(zip(kinds, looks, texts, strict=True)):
        ax.plot(*_pixels()[kind].T, ls="", **look)
        height = 1 + (0.53 - 0.19 * row) / tall
        ax.plot([0.02], [height], ls="", transform=ax.transAxes, clip_on=False, **look)
        style.note(ax, 0.07, height, text, transform=ax.transAxes, va="center_baseline")
    style.point(ax, *found.origin, colour=style.TEAL, marker="D", size=9)
    top = 1 + 0.53 / tall
    ax.plot([0.72], [top], "D", color=style.TEAL, ms=6.5, transform=ax.transAxes, clip_on=False)
    style.note(ax, 0.77, top, _("origin"), colour=style.TEAL, transform=ax.transAxes, va="center_baseline")


def _sample(wanted: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Return the first labelled pixels of each class among those wanted."""
    truth, chosen = small_scene().ground_truth.ravel(), np.zeros(len(wanted), dtype=bool)
    for label in range(1, len(small_scene().class_names) + 1):
        places = np.flatnonzero(wanted & (truth == label))
        chosen[places[:: max(1, len(places) // _SHOWN)][:_SHOWN]] = True
    return chosen


def _percent(called: NDArray[np.bool_], found: _Found) -> str:
    return number(100 * float(called[~found.same].mean()), digits=1)


def describe_dark_pixels(*, material: str, data: str) -> str:
    """Say what `dark_pixels` draws at the same parameters.

    Examples
    --------
    >>> print(describe_dark_pixels(material="meadows", data="standardised").split(":")[0])
    Trained on standardised meadows, the machine has no line
    """
    found = _checked(material, data)
    name = _(material)
    if found.w is None:
        return _(
            "Trained on standardised {material}, the machine has no line: the origin lies among the pixels. "
            "Only w = 0 and ρ = 0 are left, and w·x − ρ = 0 calls every pixel an anomaly."
        ).format(material=name)
    return _(
        "Trained on {material}, raw, the line keeps the training pixels from the origin. Of the pixels of "
        "other materials {share} % lie on the origin's side and are called anomalies; only dark ones can."
    ).format(material=name, share=_percent(found.anomalous, found))
