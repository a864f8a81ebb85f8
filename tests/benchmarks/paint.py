"""How soon a page is there on a slow telephone, beside the same page with the theme as it comes."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from statistics import median

import yaml
from playwright.sync_api import Browser

from tests.benchmarks import Measure
from tests.site.built import ROOT, chromium, serve

PAGES = ["index", "notebooks/gan/1-output-layer", "notebooks/article/segment-a-scene"]
"""The first page, one with formulas and sliders, and the one with most to read."""

THROTTLING = 4
SLOW_4G = {"latency": 562.5, "downloadThroughput": 180_000, "uploadThroughput": 84_375, "offline": False}
"""Milliseconds and bytes a second, as the developer tools of browsers have it."""

ROUNDS = 3
BUDGET_RATIO = 0.75
BUDGET_BLOCKED_MS = 200.0
"""How long the page may be deaf to its reader in all: up to that, Lighthouse calls it good."""

_WATCH = """
  window.seen = { paint: 0, tasks: [], shift: 0 };
  const watch = (type, each) =>
    new PerformanceObserver((list) => list.getEntries().forEach(each)).observe({ type, buffered: true });
  watch("largest-contentful-paint", ({ startTime }) => { seen.paint = startTime; });
  watch("longtask", ({ startTime, duration }) => seen.tasks.push([startTime, duration]));
  watch("layout-shift", ({ value }) => { seen.shift += value; });
"""
_BLOCKED = """() => {
  const [first] = performance.getEntriesByName("first-contentful-paint");
  return seen.tasks.filter(([start]) => start >= first.startTime)
    .reduce((sum, [, duration]) => sum + duration - 50, 0);
}"""


@dataclass(frozen=True)
class Arrival:
    """When the largest part of a page was painted, how long it was deaf after the first, how much moved."""

    paint: float
    blocked: float
    shift: float


def measures(site: Path) -> Iterator[Measure]:
    """Yield for each page its largest paint and its blocking time, beside those with the stock theme."""
    stock = build_with_stock_theme()
    with serve(site, packed=True) as here, serve(stock, packed=True) as there, chromium() as browser:
        for page in PAGES:
            ours, theirs = (arrival(browser, f"{home}/{page}.html") for home in (here, there))
            about = f"at {THROTTLING}× throttling and slow 4G"
            yield Measure(
                f"largest paint {about} ({ours.paint / 1000:.1f} s) / with the stock theme "
                f"({theirs.paint / 1000:.1f} s): {page}",
                ours.paint / theirs.paint,
                BUDGET_RATIO,
            )
            yield Measure(
                f"blocking time {about} (with the stock theme {theirs.blocked:.0f} ms): {page}",
                ours.blocked,
                BUDGET_BLOCKED_MS,
                " ms",
            )
            yield Measure(
                f"layout shift {about} (with the stock theme {theirs.shift:.3f}): {page}", ours.shift, 0.01
            )


def arrival(browser: Browser, address: str) -> Arrival:
    """Return the median of some first visits to a page."""
    visits = [visit(browser, address) for _ in range(ROUNDS)]
    return Arrival(*(median(getattr(one, name) for one in visits) for name in ("paint", "blocked", "shift")))


def visit(browser: Browser, address: str) -> Arrival:
    """Open a page for the first time, on a telephone with little of everything."""
    context = browser.new_context(viewport={"width": 390, "height": 800})
    page = context.new_page()
    page.add_init_script(_WATCH)
    session = context.new_cdp_session(page)
    session.send("Network.enable")
    session.send("Network.emulateNetworkConditions", SLOW_4G)
    session.send("Emulation.setCPUThrottlingRate", {"rate": THROTTLING})
    page.goto(address, wait_until="networkidle", timeout=120_000)
    found = Arrival(page.evaluate("seen.paint"), page.evaluate(_BLOCKED), page.evaluate("seen.shift"))
    context.close()
    return found


def build_with_stock_theme() -> Path:
    """Build the pages with the theme's own scripts, style sheets and fonts; return the folder of the site."""
    folder = ROOT / "_build" / "stock"
    folder.mkdir(parents=True, exist_ok=True)
    first, *others = PAGES
    contents = folder / "toc.yml"
    chapters = [{"file": page} for page in others]
    contents.write_text(yaml.safe_dump({"format": "jb-book", "root": first, "chapters": chapters}))
    command = [Path(sys.executable).with_name("jupyter-book"), "build", ROOT, "--all", "-q"]
    done = subprocess.run(
        [*command, "--toc", contents, "--path-output", folder],
        env=os.environ | {"EXAMLAB_STOCK": "yes"},
        capture_output=True,
        text=True,
    )
    if done.returncode:
        raise RuntimeError(f"the pages could not be built with the stock theme: {done.stderr[-2000:]}")
    return folder / "_build" / "html"
