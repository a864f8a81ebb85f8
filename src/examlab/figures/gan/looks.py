"""How an activation is named and drawn in every figure of exercise 1."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from matplotlib.axes import Axes

from examlab.figures import style
from examlab.figures.style import number
from examlab.i18n import gettext as _

__all__ = ["DASHES", "LOOKS", "Look", "labelled", "percent", "two_points"]


@dataclass(frozen=True)
class Look:
    """How an activation is named and drawn wherever it occurs."""

    name: str
    colour: str
    hatch: str = ""

    def row(self, value: float, text: str) -> style.Row:
        """Return a bar in this look."""
        return style.Row(self.name, value, text, self.colour, self.hatch)


LOOKS: Mapping[str, Look] = MappingProxyType(
    {
        "relu": Look("ReLU", style.BLUE),
        "leaky-relu": Look("LeakyReLU", style.ORANGE, "///"),
        "tanh": Look("tanh", style.TEAL, ".."),
    }
)
DASHES = (3, 1.5)


def labelled(name: str, value: str) -> str:
    """Write a name with its value."""
    return _("{name}: {value}").format(name=name, value=value)


def two_points(ax: Axes, x: float, relu: float, leaky: float) -> None:
    """Mark a place on both curves, the small diamond on the large disc."""
    style.point(ax, x, relu, colour=style.BLUE, size=12)
    style.point(ax, x, leaky, colour=style.ORANGE, marker="D", size=6.5)


def percent(share: float) -> str:
    """Write a share as a percentage."""
    return _("{percent} %").format(percent=number(100 * share, digits=0))
