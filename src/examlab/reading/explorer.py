"""A figure and what moves it, without a word on how it is shown."""

from __future__ import annotations

import inspect
import os
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import product
from typing import Any

from matplotlib.figure import Figure

from examlab.reading.parameters import Parameter

__all__ = ["Explorer", "Position", "is_site_build"]

Position = tuple[int, ...]


def is_site_build() -> bool:
    """Return whether the pages of the site are being built, rather than a notebook being read live."""
    return os.environ.get("EXAMLAB_FACE") == "site"


@dataclass(frozen=True)
class Explorer:
    """A drawing function, a describing function, and the values a reader can give them.

    A notebook gets one from `explore`, which also says by `face` how it is shown; tests use it to call the
    functions at every position.
    """

    draw: Callable[..., Figure]
    describe: Callable[..., str]
    parameters: Mapping[str, Parameter]
    start: Position
    given: Mapping[str, Any] = field(default_factory=dict)
    impossible: Callable[..., str | None] | None = None
    face: Callable[[Explorer], dict[str, Any]] = lambda explorer: {
        "text/plain": explorer.description(explorer.start)
    }

    @property
    def shape(self) -> tuple[int, ...]:
        """The number of positions of each parameter."""
        return tuple(len(parameter.values) for parameter in self.parameters.values())

    @property
    def layouts(self) -> tuple[str, ...]:
        """The layouts the drawing function has: ``"wide"``, and ``"narrow"`` if it takes that argument."""
        return ("wide", "narrow") if "narrow" in inspect.signature(self.draw).parameters else ("wide",)

    def positions(self) -> Iterator[Position]:
        """Yield every position, the last parameter moving fastest."""
        return product(*map(range, self.shape))

    def arguments(self, position: Position) -> dict[str, Any]:
        """Return the values that stand at a position, by name."""
        pairs = zip(self.parameters.items(), position, strict=True)
        return {name: parameter.values[index] for (name, parameter), index in pairs}

    def name_of(self, position: Position) -> str:
        """Return a position as a person would write it: ``sigma2=0.5, nu=0.1``."""
        return (
            ", ".join(f"{name}={value!r}" for name, value in self.arguments(position).items())
            or "the only one"
        )

    def refusal(self, position: Position) -> str | None:
        """Return why a position makes no sense, or None where it does."""
        return self.impossible(**self.arguments(position)) if self.impossible else None

    def figure(self, position: Position, *, layout: str = "wide") -> Figure:
        """Draw the figure at a position."""
        extra = {"narrow": True} if layout == "narrow" else {}
        return self.draw(**self.arguments(position), **self.given, **extra)

    def description(self, position: Position) -> str:
        """Say in words what is drawn at a position, or why nothing is."""
        reason = self.refusal(position)
        return reason if reason is not None else self.describe(**self.arguments(position), **self.given)

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, Any]:
        return self.face(self)
