"""The ticks and the grid of an axis as few artists.

A tick of Matplotlib's is five artists, and the ticks together half the time of a picture: to write, and for a
browser to paint. Here all marks are one path, all lines of the grid another, and only labels stand alone.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.backend_bases import RendererBase
from matplotlib.lines import Line2D
from matplotlib.text import Text
from matplotlib.ticker import NullLocator
from numpy.typing import NDArray

__all__ = ["Ticks"]

BELOW = 0.5  # as Matplotlib's own: under everything that is drawn
MARK = 3.0  # points
PAD = 3.5


class Ticks(Artist):
    """Ticks at chosen places of an axis; they take the place of Matplotlib's.

    Parameters
    ----------
    axis : Axis
        The axis, of axes that stand in a figure.
    places : sequence of float
        Where the ticks stand; those outside the limits are not drawn.
    labels : sequence of str
        What is written at each.
    colours : pair of str
        Of the marks and of the labels.
    grid : str or None
        The colour of lines across the axes, none if None.
    size : float
        Of the labels, in points.
    pad : float
        Between the axis and its labels, in points, on top of the marks.
    marks : bool
        Whether there are marks.
    """

    def __init__(
        self,
        axis: Axis,
        places: Sequence[float],
        labels: Sequence[str],
        *,
        colours: tuple[str, str],
        grid: str | None,
        size: float,
        pad: float = PAD,
        marks: bool = True,
    ) -> None:
        super().__init__()
        self.set_zorder(BELOW)
        ax, along_x = axis.axes, axis is axis.axes.xaxis
        axis.set_major_locator(NullLocator())
        axis.set_minor_locator(NullLocator())
        low, high = sorted(ax.get_xlim() if along_x else ax.get_ylim())
        shown = [(place, label) for place, label in zip(places, labels, strict=True) if low <= place <= high]
        at = np.array([tick[0] for tick in shown], dtype=float)
        self._parts: list[Line2D | Text] = []
        if grid is not None:
            self._parts.append(_across(ax, at, colour=grid, along_x=along_x))
        if marks:
            self._parts.append(_marks(ax, at, colour=colours[0], along_x=along_x))
            pad += MARK
        looks = {"color": colours[1], "fontsize": size}
        self._parts += [_label(ax, place, text, pad=pad, along_x=along_x, **looks) for place, text in shown]
        for part in self._parts:
            part.axes = ax
            part.set_figure(ax.get_figure(root=False))  # type: ignore[arg-type]  # the axes stand in one

    def get_children(self) -> list[Artist]:
        """Return the lines and labels, for whoever looks for text in a figure."""
        return [*self._parts]

    def draw(self, renderer: RendererBase) -> None:
        """Draw the grid, the marks and the labels."""
        for part in self._parts:
            part.draw(renderer)
        self.stale = False


def _across(ax: Axes, at: NDArray[np.float64], *, colour: str, along_x: bool) -> Line2D:
    """Return one line with gaps: through all axes at each place."""
    places = np.column_stack([at, at, np.full(len(at), np.nan)]).ravel()
    ends = np.tile([0, 1, np.nan], len(at))
    transform = ax.get_xaxis_transform(which="grid") if along_x else ax.get_yaxis_transform(which="grid")
    line = Line2D(*((places, ends) if along_x else (ends, places)), color=colour, lw=0.8)
    line.set_transform(transform)
    line.set_clip_path(ax.patch)
    return line


def _marks(ax: Axes, at: NDArray[np.float64], *, colour: str, along_x: bool) -> Line2D:
    edge = np.zeros(len(at))
    looks = {"ls": "", "marker": 3 if along_x else 0, "ms": MARK, "color": colour, "mew": 0.8}
    line = Line2D(*((at, edge) if along_x else (edge, at)), **looks)  # type: ignore[arg-type]
    line.set_transform(
        ax.get_xaxis_transform(which="tick1") if along_x else ax.get_yaxis_transform(which="tick1")
    )
    return line


def _label(ax: Axes, place: float, text: str, *, pad: float, along_x: bool, **looks: object) -> Text:
    transform, vertical, horizontal = (
        ax.get_xaxis_text1_transform(pad) if along_x else ax.get_yaxis_text1_transform(pad)
    )
    x, y = (place, 0.0) if along_x else (0.0, place)
    found = Text(x=x, y=y, text=text, va=vertical, ha=horizontal, **looks)  # type: ignore[arg-type]
    found.set_transform(transform)
    return found
