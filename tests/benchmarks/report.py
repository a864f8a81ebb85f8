"""Print one line a figure: its name, the ratio, the budget, the verdict. Ends non-zero when one is over."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator

from tests.benchmarks import Measure, density, frames, paint, segmentation, slider, training
from tests.site.built import ROOT, built_site, figures, page_names


def measures() -> Iterator[Measure]:
    """Yield every figure as soon as it is known."""
    site = built_site()
    if not (site / "index.html").is_file():
        raise FileNotFoundError(
            f"{site} holds no built site: run make book, or set EXAMLAB_SITE to a built one"
        )
    yield from paint.measures(site)
    moving = []
    for notebook in sorted((ROOT / "notebooks").rglob("*.ipynb")):
        page = notebook.relative_to(ROOT).with_suffix("").as_posix()
        if page in page_names(site):
            moving += frames.match(page, frames.explorers(notebook), figures(site, page))
    yield from slider.measures(site, moving)
    yield from frames.measures(site, moving)
    yield from training.measures()
    yield from density.measures()
    yield from segmentation.measures()


def main() -> int:
    """Print the figures; return 1 if one is over its budget, or if there is nothing to measure."""
    os.environ.pop("EXAMLAB_FACE", None)  # as in a live kernel: frames are drawn here only when asked for
    started = time.monotonic()
    every = []
    for measure in measures():
        print(measure, flush=True)
        every.append(measure)
    over = [measure for measure in every if not measure.holds]
    print(f"{len(every)} figures, {len(over)} over their budgets, in {time.monotonic() - started:.0f} s")
    return 1 if over or not every else 0
