"""One real browser and one server for all tests of the site, and the table of bytes at their end."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Literal

import pytest
from playwright.sync_api import Browser, ViewportSize

from tests.site.built import Visit, built_site, chromium, serve
from tests.site.weight import BUDGET, table

Theme = Literal["light", "dark"]


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """A Chromium that lives as long as the tests."""
    with chromium() as found:
        yield found


@pytest.fixture(scope="session")
def site() -> Path:
    """The folder of the built site."""
    folder = built_site()
    if not (folder / "index.html").is_file():
        pytest.fail(f"{folder} holds no built site: run make book, or set EXAMLAB_SITE to a built one")
    return folder


@pytest.fixture(scope="session")
def site_address(site: Path) -> Iterator[str]:
    """The address of a server of the built site on this machine."""
    with serve(site) as address:
        yield address


@pytest.fixture
def read(browser: Browser) -> Iterator[Callable[..., Visit]]:
    """Open an address as a reader would: ``read(address, width=390, theme="dark")``.

    With ``late=True`` scripts come only when the page has been painted, as on a slow network.
    """
    contexts = []

    def open_address(
        address: str, *, width: int = 1280, theme: Theme = "light", late: bool = False, **options: Any
    ) -> Visit:
        viewport: ViewportSize = {"width": width, "height": 900 if width > 640 else 800}
        context = browser.new_context(viewport=viewport, color_scheme=theme, **options)
        contexts.append(context)
        visit = Visit(context.new_page())
        if late:
            visit.hold_scripts()
        visit.page.goto(address)
        return visit

    yield open_address
    for context in contexts:
        context.close()


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Print what each page costs a reader who comes for the first time."""
    reports = [report for reports in terminalreporter.stats.values() for report in reports]
    found = {name: cost for report in reports for name, cost in getattr(report, "user_properties", [])}
    costs = {
        name.removeprefix("bytes of "): cost for name, cost in found.items() if name.startswith("bytes of ")
    }
    if costs:
        terminalreporter.section(f"kilobytes of a first visit, gzipped, of {BUDGET / 1000:.0f}", sep="-")
        for line in table(costs):
            terminalreporter.write_line(line)
