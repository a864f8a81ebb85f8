"""What the test of every drawing function is told about one of them."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from matplotlib.figure import Figure


@dataclass(frozen=True)
class Case:
    """A drawing function, what a reader can move in it (first value: the start), and what is fixed."""

    draw: Callable[..., Figure]
    describe: Callable[..., str]
    moved: Mapping[str, tuple[Any, ...]] = field(default_factory=dict)
    fixed: Mapping[str, Any] = field(default_factory=dict)
    impossible: Callable[..., str | None] = lambda **_position: None

    def positions(self):
        """Return the start and every corner, the ends of the sliders combined, if they go together."""
        corners = itertools.product(*(values[1:] for values in self.moved.values()))
        start = tuple(values[0] for values in self.moved.values())
        found = [dict(zip(self.moved, values, strict=True)) for values in dict.fromkeys([start, *corners])]
        return [position for position in found if self.impossible(**position) is None]
