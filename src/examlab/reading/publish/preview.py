"""The picture under which a shared link appears, drawn while the site is built."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.patches import Circle

from examlab.i18n import gettext as _

__all__ = ["HEIGHT", "PREVIEW", "WIDTH", "draw_preview"]

PREVIEW = "preview.png"
WIDTH, HEIGHT = 1200, 630
"""Pixels: what the services that show previews ask for."""

_PAPER, _INK, _QUIET, _ACCENT, _KNOB = "#fbfaf7", "#1b2733", "#5a6875", "#0062a3", "#c4581a"


def draw_preview(file: Path, *, title: str) -> None:
    """Draw the book's title beside the positions of a slider, one of them chosen."""
    figure = Figure(figsize=(WIDTH / 100, HEIGHT / 100), dpi=100, facecolor=_PAPER)
    axes = figure.add_axes((0, 0, 1, 1), xlim=(0, WIDTH), ylim=(0, HEIGHT), aspect="equal")
    axes.set_axis_off()
    _curves(axes)
    words = _lines(title, 13)
    for number, line in enumerate(words):
        axes.text(80, 470 - 92 * number, line, color=_INK, fontsize=50, family="serif", va="center")
    below = 470 - 92 * len(words) + 10
    axes.text(80, below, _("Move it. Derive it. Prove it."), color=_QUIET, fontsize=22, va="center")
    file.parent.mkdir(parents=True, exist_ok=True)
    FigureCanvasAgg(figure)
    figure.savefig(file, facecolor=_PAPER, metadata={"Software": None})


def _curves(axes: Axes) -> None:
    """Draw the curves of an activation whose slope a slider sets, and the slider."""
    z = np.linspace(-1, 1, 201)
    for slope in np.linspace(0, 0.9, 10):
        chosen = abs(slope - 0.3) < 0.01
        colour, width = (_ACCENT, 6) if chosen else ("#bfd8e8", 2)
        height = 330 + 220 * np.where(z > 0, z, slope * z)
        axes.plot(860 + 230 * z, height, color=colour, linewidth=width, zorder=width, solid_capstyle="round")
    axes.plot([630, 1090], [80, 80], color=_INK, alpha=0.25, linewidth=6, solid_capstyle="round")
    axes.plot([630, 783], [80, 80], color=_ACCENT, linewidth=6, solid_capstyle="round")
    axes.add_patch(Circle((783, 80), 17, color=_KNOB, zorder=9))


def _lines(text: str, longest: int) -> list[str]:
    """Break a text into lines between its words."""
    lines = [""]
    for word in text.split():
        if lines[-1] and len(lines[-1]) + len(word) >= longest:
            lines.append("")
        lines[-1] = f"{lines[-1]} {word}".strip()
    return lines
