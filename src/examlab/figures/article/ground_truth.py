"""The figure of question 10: nine classes of very different size, and what is scored by always naming one."""

from __future__ import annotations

from matplotlib.figure import Figure

from examlab.arguments import choice
from examlab.figures import style
from examlab.figures.article import scene as drawing
from examlab.figures.style import number
from examlab.hyperspectral.materials import CLASS_NAMES, PAVIA_COUNTS
from examlab.i18n import gettext as _

__all__ = ["always_one_class", "describe_always_one_class"]


def _checked(answer: str) -> int:
    return CLASS_NAMES.index(choice("answer", answer, CLASS_NAMES)) + 1


@style.styled
def always_one_class(*, answer: str, narrow: bool = False) -> Figure:
    """Draw how many pixels of each class are labelled in Pavia University, and where in the simulated scene.

    Parameters
    ----------
    answer
        The class that is always answered, one of `CLASS_NAMES`.
    narrow
        Whether to draw for a narrow screen.

    Raises
    ------
    TypeError, ValueError
        If `answer` is not the name of a class.

    Examples
    --------
    >>> len(always_one_class(answer="meadows").axes)
    2
    """
    chosen = _checked(answer)
    figure, (left, right) = style.panels(
        style.Cell(height=3.1, share=1.65, left=1.76, right=0.62, bottom=0.58),
        style.Cell(height=2.9 if narrow else 3.1, share=1, left=0.15, bottom=0.15),
        narrow=narrow,
    )
    style.dress(left, title=_("Pavia University: labelled pixels"), x=_("pixels"), grid="x", outdent=1.68)
    bars = [
        style.Row(
            drawing.class_name(k),
            count,
            style.whole(count),
            style.ORANGE if k == chosen else style.BLUE,
            hatch="////" if k == chosen else "",
        )
        for k, count in enumerate(PAVIA_COUNTS, start=1)
    ]
    style.rows(left, bars, limits=(0, 19_000), ticks=(0, 10_000), column=0.58)
    right.set_title(_("Simulated scene: its labels"), pad=7)
    drawing.class_map(right, drawing.small_scene().ground_truth, chosen=chosen, smallest=4)
    return figure


def describe_always_one_class(*, answer: str) -> str:
    """Say what `always_one_class` draws at the same parameters.

    Examples
    --------
    >>> print(describe_always_one_class(answer="meadows").split(". Whoever")[0])
    In Pavia University 18 649 of 42 776 labelled pixels are meadows
    """
    chosen = _checked(answer)
    total, count = sum(PAVIA_COUNTS), PAVIA_COUNTS[chosen - 1]
    truth = drawing.small_scene().ground_truth
    return _(
        "In Pavia University {count} of {total} labelled pixels are {name}. Whoever always answers {name} is "
        "right on {overall} % of all labelled pixels (OA), and on {average} % averaged over classes (AA). "
        "In the simulated scene {here} of {all} labelled pixels are {name}."
    ).format(
        count=style.whole(count),
        total=style.whole(total),
        name=drawing.class_name(chosen),
        overall=number(100 * count / total, digits=1),
        average=number(100 / len(PAVIA_COUNTS), digits=1),
        here=int((truth == chosen).sum()),
        all=int((truth > 0).sum()),
    )
