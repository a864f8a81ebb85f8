"""The longest first: no process of several then waits for another at the end."""

from __future__ import annotations

import re
from pathlib import Path

MEASURED = Path(__file__).parents[1] / "book" / "measured" / "resources.csv"


def seconds() -> dict[str, float]:
    """Return how long `make binder` has measured each notebook, by its path within ``notebooks``."""
    table = MEASURED.read_text(encoding="utf-8")
    return {name: float(took) for name, took in re.findall(r"notebooks/(.*)\),([\d.]+)", table)}
