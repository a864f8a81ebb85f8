"""The figures that open the article: the cube by bands and by pixels, and the method as a chain of steps."""

from __future__ import annotations

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from examlab.arguments import choice, whole
from examlab.figures import style
from examlab.figures.article import scene as drawing
from examlab.figures.style import number
from examlab.hyperspectral.materials import CLASS_NAMES
from examlab.i18n import gettext as _

__all__ = ["cube", "describe_cube", "describe_method", "method"]


def _checked(band: int, material: str) -> tuple[int, int]:
    """Return the band counted from 0, and the number of the material."""
    bands = len(drawing.small_scene().wavelengths)
    if whole("band", band, at_least=1) > bands:
        raise ValueError(f"band must be a whole number from 1 to {bands}, got {band}")
    return band - 1, CLASS_NAMES.index(choice("material", material, CLASS_NAMES)) + 1


@style.styled
def cube(*, band: int, material: str, narrow: bool = False) -> Figure:
    """Draw one band of the simulated scene as a picture, and all bands of one of its pixels as a spectrum.

    Parameters
    ----------
    band
        Which of the 103 bands, counted from 1.
    material
        What the pixel shows: the name of a class, as in `CLASS_NAMES`.
    narrow
        Whether to draw for a narrow screen.

    Raises
    ------
    TypeError, ValueError
        If an argument is not allowed.

    Examples
    --------
    >>> len(cube(band=50, material="meadows").axes)
    3
    """
    index, kind = _checked(band, material)
    scene = drawing.small_scene()
    row, column = drawing.place_of(kind)
    figure, (left, middle, right) = style.panels(
        style.Cell(height=2.9, share=0.8, left=0.1, right=0.05, bottom=0.15),
        style.Cell(height=2.9, share=0.8, left=0.1, right=0.05, bottom=0.15),
        style.Cell(height=2.9, share=1.2, left=0.68),
        narrow=narrow,
    )
    left.set_title(_("The scene, in three bands"), pad=7)
    drawing.false_colour_picture(left, scene)
    middle.set_title(_("One band"), pad=7)
    drawing.band_picture(middle, scene.cube, index)
    for ax in (left, middle):
        drawing.mark_pixel(ax, row, column)
    values = scene.cube[row, column].astype(float)
    nanometres = float(scene.wavelengths[index])
    drawing.spectrum_axes(right, title=_("One pixel: its spectrum"))
    right.axvline(nanometres, color=style.INK, lw=1.2)
    drawing.spectrum(right, scene.wavelengths, values, colour=style.ORANGE)
    style.point(right, nanometres, values[index], colour=style.ORANGE)
    return figure


def describe_cube(*, band: int, material: str) -> str:
    """Say what `cube` draws at the same parameters.

    Examples
    --------
    >>> print(describe_cube(band=50, material="meadows").split(":")[0])
    Band 50 of 103, at 637 nm
    """
    index, kind = _checked(band, material)
    scene = drawing.small_scene()
    row, column = drawing.place_of(kind)
    values = scene.cube[row, column]
    return _(
        "Band {band} of {bands}, at {nanometres} nm: the ringed pixel, of the class {material}, counts "
        "{value} there. Its spectrum reaches from {low} to {high}; its largest value is at {peak} nm."
    ).format(
        band=number(band, digits=None),
        bands=len(values),
        nanometres=number(float(scene.wavelengths[index]), digits=0),
        material=drawing.class_name(kind),
        value=style.whole(int(values[index])),
        low=style.whole(int(values.min())),
        high=style.whole(int(values.max())),
        peak=number(float(scene.wavelengths[values.argmax()]), digits=0),
    )


def _steps() -> list[tuple[str, str]]:
    return [
        (_("Normalise every band"), _("question 3")),
        (_("Find dense centres among the labelled\npixels: subtractive clustering"), _("questions 4, 5, 10")),
        (_("Choose the number of clusters"), _("question 12")),
        (_("Put a boundary around each cluster:\none-class SVM"), _("questions 6 to 9, 11")),
        (_("Give every other pixel the class of its\nnearest neighbours"), _("question 12")),
    ]


@style.styled
def method(*, narrow: bool = False) -> Figure:
    """Draw the article's method: a scene on the left, five steps, and the map of classes that is wanted.

    Parameters
    ----------
    narrow
        Whether to draw for a narrow screen.

    Examples
    --------
    >>> len(method().axes)
    3
    """
    scene = drawing.small_scene()
    figure, (left, middle, right) = style.panels(
        style.Cell(height=2.9, share=0.8, left=0.1, right=0.05, bottom=0.15),
        style.Cell(height=3.4, share=1.5, left=0.2, right=0.1, top=0.1, bottom=0.1),
        style.Cell(height=2.9, share=0.8, left=0.1, right=0.05, bottom=0.15),
        narrow=narrow,
    )
    left.set_title(_("Given: a spectrum a pixel"), pad=7)
    drawing.false_colour_picture(left, scene)
    _draw_steps(middle)
    right.set_title(_("Wanted: a class a pixel"), pad=7)
    assert scene.materials is not None
    drawing.class_map(right, scene.materials)
    return figure


def _draw_steps(ax: Axes) -> None:
    steps = _steps()
    ax.set(xticks=[], yticks=[], xlim=(0, 1), ylim=(len(steps) - 0.45, -0.55))
    ax.spines[:].set_visible(False)
    ax.plot([0.03] * 2, [0, len(steps) - 1], color=style.SPINE, lw=2, zorder=1)
    for place, (step, question) in enumerate(steps):
        ax.plot([0.03], [place], "o", ms=11, mfc=style.BLUE, mec=style.PAPER, mew=2, clip_on=False)
        style.note(ax, 0.1, place - 0.12, step, va="center", linespacing=1.15)
        below = place + (0.28 if "\n" in step else 0.15)
        style.note(ax, 0.1, below, question, colour=style.MUTED)


def describe_method() -> str:
    """Say what `method` draws.

    Examples
    --------
    >>> describe_method().startswith("A scene goes in")
    True
    """
    steps = "; ".join(
        f"{place}. {step.replace(chr(10), ' ')} ({question})"
        for place, (step, question) in enumerate(_steps(), start=1)
    )
    return _("A scene goes in, a map of classes comes out, by five steps: {steps}.").format(
        steps=steps.replace(". ", " ")
    )
