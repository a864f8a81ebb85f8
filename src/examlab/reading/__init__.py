"""What a reader touches: sliders, self-checks, and the extension that puts them on the site."""

from examlab.reading.answers import fill, number, one_of, order, several_of, table
from examlab.reading.check import check
from examlab.reading.explore import explore, show
from examlab.reading.parameters import choice, slider
from examlab.reading.progress import progress

__all__ = [
    "check",
    "choice",
    "explore",
    "fill",
    "number",
    "one_of",
    "order",
    "progress",
    "several_of",
    "show",
    "slider",
    "table",
]
