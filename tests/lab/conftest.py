"""A real JupyterLab on a copy of the notebooks, and a browser to use it with."""

from __future__ import annotations

import os
import re
import secrets
import shutil
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from browser import ARGUMENTS, find_browser
from lab import contents, install_settings
from playwright.sync_api import Browser, Page, sync_playwright
from serve_jupyter import Server, jupyter
from xdist.remote import Producer
from xdist.scheduler import LoadScopeScheduling

ROOT = Path(__file__).parents[2]

OPTIONS = (
    "--expose-app-in-browser",
    # It ends by itself should the tests be killed before they can end it.
    "--MappingKernelManager.cull_idle_timeout=120",
    "--MappingKernelManager.cull_interval=30",
    "--ServerApp.shutdown_no_activity_timeout=180",
)


@dataclass(frozen=True)
class Lab:
    """A running JupyterLab."""

    server: Server

    @property
    def url(self) -> str:
        """The address of JupyterLab in a workspace of its own, so that nothing is opened with it."""
        return f"{self.server.address}/lab/workspaces/{secrets.token_hex(4)}?token={self.server.token}"

    def place(self, path: str) -> str:
        """Return the address that opens a file in JupyterLab, as `make lab` and launch links do."""
        return f"{self.server.address}/lab/tree/{path}?token={self.server.token}"


CLOSE = """() => {
  const panel = window.jupyterapp.shell.currentWidget;
  void panel?.context?.sessionContext.shutdown(); // takes a second, which the next notebook need not wait for
  panel?.dispose(); // asks nothing, saves nothing
}"""


def command(page: Page, name: str, **arguments: str) -> None:
    """Give JupyterLab one of the commands of its menus, and wait until it is done."""
    # What a command returns may be more than a browser can hand over.
    execute = "async ([name, given]) => { await window.jupyterapp.commands.execute(name, given); }"
    page.evaluate(execute, [name, arguments])


@pytest.fixture(scope="session")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    """JupyterLab as `make lab` starts it, with our settings, but on a copy."""
    folder = tmp_path_factory.mktemp("lab")
    project = folder / "project"
    for part in ("notebooks", "book"):  # what the notebooks link to stands in both
        shutil.copytree(ROOT / part, project / part, ignore=shutil.ignore_patterns(".*"))
    (project / "notebooks" / "contents.md").write_text(contents(), encoding="utf-8")
    settings = install_settings(folder).parent
    options = (*OPTIONS, f"--LabServerApp.app_settings_dir={settings}")
    environment = {name: value for name, value in os.environ.items() if not name.startswith("EXAMLAB_")}
    with jupyter(project, folder, sys.executable, environment, options=options) as server:
        yield Lab(server)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """A Chromium that lives as long as the tests."""
    path = find_browser()
    assert path, "no browser: run tools/browser.py, which finds or brings one"
    with sync_playwright() as playwright:
        found = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        try:
            yield found
        finally:
            found.close()


@pytest.fixture(scope="session")
def page(lab: Lab, browser: Browser) -> Page:
    """JupyterLab, with no notebook open."""
    found = browser.new_page(viewport={"width": 1280, "height": 900})
    found.goto(lab.url)
    found.wait_for_function("() => window.jupyterapp?.restored.then(() => true)", timeout=60_000)
    return found


NOTEBOOK = re.compile(r"(\w+/[\w-]+\.ipynb)\]$")
"""What a test's name ends with that looks at a notebook."""


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Let the tests of a notebook follow each other, whichever way they name it: it is opened once.

    The longest come first, as `make binder` has measured: no process then waits for another at the end.
    """
    table = (ROOT / "book" / "measured" / "resources.csv").read_text(encoding="utf-8")
    seconds = {name: float(took) for name, took in re.findall(r"notebooks/(.*)\),([\d.]+)", table)}
    items.sort(key=lambda item: (-seconds.get(_notebook(item.name), 0), _notebook(item.name)))


def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> LoadScopeScheduling:
    """Let all tests of a notebook run in one process, for the same reason."""

    class ByNotebook(LoadScopeScheduling):
        def _split_scope(self, nodeid: str) -> str:
            return _notebook(nodeid)

    return ByNotebook(config, log)


def _notebook(name: str) -> str:
    found = NOTEBOOK.search(name)
    return found[1] if found else ""


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print what was measured on the way: the tests record it, in whichever process they ran."""
    reports = [report for reports in terminalreporter.stats.values() for report in reports]
    lines = [
        text
        for report in reports
        for name, text in getattr(report, "user_properties", [])
        if name == "measured"
    ]
    if lines:
        terminalreporter.section("measured in JupyterLab")
        for line in sorted(set(lines)):
            terminalreporter.line(line)
