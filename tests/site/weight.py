"""What a first visit to a page costs, and what moves while the page arrives."""

from __future__ import annotations

import gzip
from pathlib import Path
from urllib.parse import urlsplit

from playwright.sync_api import Response

from tests.site.built import Visit

BUDGET = 300_000
"""Bytes of all that a page asks for before its reader scrolls, gzipped."""

SHIFT = 0.01
"""How much may move, as browsers count it: a tenth of what they call good."""

KINDS = {".html": "page", ".css": "styles", ".js": "scripts", ".woff2": "fonts"}
"""The columns of the table, after the endings of files; then frames, and pictures, which is all else."""
COLUMNS = [*KINDS.values(), "frames", "pictures"]

_PACKED = {".woff2", ".png", ".jpg", ".webp", ".gz", ".zip"}
"""Files that gain nothing from being compressed again."""


def kind(address: str) -> str:
    """Return the column under which a file is counted."""
    path = urlsplit(address).path
    return "frames" if "/_frames/" in path else KINDS.get(Path(path).suffix, "pictures")


def size(answer: Response) -> int:
    """Return the bytes of a file as a host sends it."""
    packed = Path(urlsplit(answer.url).path).suffix in _PACKED
    return len(answer.body() if packed else gzip.compress(answer.body(), mtime=0))


def first_visit(visit: Visit) -> dict[str, int]:
    """Return the bytes of all that a page has asked for, by kind."""
    bytes_of = {answer.url: size(answer) for answer in visit.responses}
    return {name: sum(n for url, n in bytes_of.items() if kind(url) == name) for name in COLUMNS}


def too_heavy(cost: dict[str, int]) -> list[str]:
    """Return what is wrong with a page over its budget."""
    total = sum(cost.values())
    return [f"a first visit costs {total / 1000:.0f} kB: {cost}"] if total > BUDGET else []


def table(costs: dict[str, dict[str, int]]) -> list[str]:
    """Return a line for each page, the heaviest first, under a line of headings."""
    lines = ["".join(f"{name:>10}" for name in ["in all", *COLUMNS])]
    for page, cost in sorted(costs.items(), key=lambda row: -sum(row[1].values())):
        values = [sum(cost.values()), *(cost[name] for name in COLUMNS)]
        lines.append("".join(f"{value / 1000:10.1f}" for value in values) + f"   {page}")
    return lines
