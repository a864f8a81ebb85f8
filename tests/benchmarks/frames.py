"""The bytes of a set of frames, as the site sends them, against pictures of the same positions."""

from __future__ import annotations

import gzip
import io
import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from unittest.mock import patch

from PIL import Image

from examlab import reading
from examlab.reading.explorer import Explorer
from tests.benchmarks import Measure
from tests.site.built import Figure

BUDGET = 0.5
SAMPLE = 24
"""How many positions are painted: pictures share nothing, so that a few say what all would weigh."""

_CALLS = re.compile(r"\b(explore|show)\(")
_WIDE = re.compile(
    r'<div class="examlab-picture examlab-wide"([^>]*)>(<svg.*?</svg>)(?:<script[^>]*>(.*?)</script>)?',
    re.DOTALL,
)


def explorers(notebook: Path) -> list[Explorer]:
    """Run a notebook up to its last figure, and return its figures in order."""
    cells = json.loads(notebook.read_text(encoding="utf-8"))["cells"]
    sources = ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "code"]
    last = max((index for index, source in enumerate(sources) if _CALLS.search(source)), default=-1)
    found: list[Explorer] = []

    def recorded(make: Callable[..., Explorer]) -> Callable[..., Explorer]:
        def call(*values: Any, **options: Any) -> Explorer:
            found.append(make(*values, **options))
            return found[-1]

        return call

    names: dict[str, Any] = {"__name__": "__main__"}
    with patch.multiple(reading, explore=recorded(reading.explore), show=recorded(reading.show)):
        for source in sources[: last + 1]:
            exec(compile(source, notebook.name, "exec"), names)
    return found


def match(page: str, found: list[Explorer], shown: list[Figure | None]) -> list[tuple[Explorer, Figure]]:
    """Return the figures of a notebook that move, each with its place on the built page."""
    if [bool(explorer.parameters) for explorer in found] != [figure is not None for figure in shown]:
        raise ValueError(f"{page} was built from another notebook: run make book")
    return [(explorer, figure) for explorer, figure in zip(found, shown, strict=True) if figure]


def measures(site: Path, moving: list[tuple[Explorer, Figure]]) -> Iterator[Measure]:
    """Yield two ratios for each figure that moves."""
    for explorer, figure in moving:
        ours = sent(site, figure)
        png, webp = painted(explorer)
        name = f"bytes of the frames: {figure.page}, {explorer.draw.__name__} ({ours / 1000:.0f} kB)"
        yield Measure(f"{name} / PNG ({png / 1000:.0f} kB)", ours / png, BUDGET)
        yield Measure(f"{name} / WebP ({webp / 1000:.0f} kB)", ours / webp, BUDGET)


def sent(site: Path, figure: Figure) -> int:
    """Return the gzipped bytes of the wide picture of a figure with all of its frames."""
    page = site / f"{figure.page}.html"
    text = page.read_text(encoding="utf-8")
    found = _WIDE.search(text, text.index(f'id="{figure.identity}"'))
    assert found
    attributes, skeleton, inline = found.groups()
    source = re.search(r'data-src="([^"]+)"', attributes)
    content = (page.parent / source[1]).read_text(encoding="utf-8") if source else inline
    return len(gzip.compress((skeleton + content).encode(), mtime=0))


def painted(explorer: Explorer) -> tuple[float, float]:
    """Return the bytes of all positions as PNG and as WebP, at 96 dots an inch, from an even sample."""
    possible = [position for position in explorer.positions() if explorer.refusal(position) is None]
    sample = possible[:: max(1, len(possible) // SAMPLE)]
    png = webp = 0
    for position in sample:
        buffer = io.BytesIO()
        explorer.figure(position).savefig(
            buffer, format="png", dpi=96, facecolor="white", pil_kwargs={"optimize": True}
        )
        png += buffer.tell()
        webp += smallest_webp(Image.open(buffer).convert("RGB"))
    return png * len(possible) / len(sample), webp * len(possible) / len(sample)


def smallest_webp(image: Image.Image) -> int:
    """Return the bytes of an image as WebP, with or without loss, whichever is less."""
    sizes = []
    for options in ({"lossless": True}, {"quality": 80}):
        buffer = io.BytesIO()
        image.save(buffer, format="webp", **options)
        sizes.append(buffer.tell())
    return min(sizes)
