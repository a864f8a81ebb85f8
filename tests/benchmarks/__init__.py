"""What the book costs its readers, each figure against its budget: ``python -m tests.benchmarks``."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["Measure"]


@dataclass(frozen=True)
class Measure:
    """One figure with the most that it may be."""

    name: str
    value: float
    budget: float
    unit: str = ""

    @property
    def holds(self) -> bool:
        """Whether the figure is within its budget."""
        return self.value <= self.budget

    def __str__(self) -> str:
        """Return the line that the bench prints."""
        value, budget = (f"{number:.3g}{self.unit}" for number in (self.value, self.budget))
        return f"{self.name:<98} {value:>9} {budget:>8}  {'holds' if self.holds else 'OVER'}"
