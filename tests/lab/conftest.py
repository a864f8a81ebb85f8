"""A real JupyterLab, or Jupyter Notebook 7, on a copy of the notebooks, and a browser to use it with."""

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

from tests.longest import seconds

ROOT = Path(__file__).parents[2]

NOTEBOOK7 = os.environ.get("EXAMLAB_NOTEBOOK7")
"""A Python with Jupyter Notebook 7, if that is to be tested in place of JupyterLab."""

OPTIONS = (
    "--expose-app-in-browser",
    # It ends by itself should the tests be killed before they can end it.
    "--MappingKernelManager.cull_idle_timeout=120",
    "--MappingKernelManager.cull_interval=30",
    "--ServerApp.shutdown_no_activity_timeout=180",
)


@dataclass(frozen=True)
class Lab:
    """A running JupyterLab, or Jupyter Notebook 7."""

    server: Server

    @property
    def url(self) -> str:
        """The address where nothing is open: of JupyterLab, in a workspace of its own."""
        place = "tree" if NOTEBOOK7 else f"lab/workspaces/{secrets.token_hex(4)}"
        return f"{self.server.address}/{place}?token={self.server.token}"

    def place(self, path: str) -> str:
        """Return the address that opens a file in JupyterLab, as `make lab` and launch links do."""
        return f"{self.server.address}/lab/tree/{path}?token={self.server.token}"

    def open(self, page: Page, path: str) -> None:
        """Open a notebook: JupyterLab in a tab of its own, Notebook 7 in the place of its page."""
        if NOTEBOOK7:
            page.goto(f"{self.server.address}/notebooks/{path}")
        else:
            command(page, "docmanager:open", path=path)

    def close(self, page: Page) -> None:
        """Close the open notebook and end its kernel: the next starts with a fresh one."""
        # That takes a second, which another tab need not wait for; another page would break it off.
        page.evaluate(CLOSE, bool(NOTEBOOK7))


CLOSE = """(wait) => {
  const panel = window.jupyterapp?.shell.currentWidget;
  const ended = panel?.context?.sessionContext.shutdown();
  panel?.dispose(); // asks nothing, saves nothing
  return wait ? ended : null;
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
    python, app = (NOTEBOOK7, "notebook") if NOTEBOOK7 else (sys.executable, "lab")
    options = (*OPTIONS, f"--LabServerApp.app_settings_dir={settings}")
    environment = {name: value for name, value in os.environ.items() if not name.startswith("EXAMLAB_")}
    with jupyter(project, folder, python, environment, app=app, options=options) as server:
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
    """Let the tests of a notebook follow each other, whichever way they name it: it is opened once."""
    took = seconds()
    items.sort(key=lambda item: (-took.get(_notebook(item.name), 0), _notebook(item.name)))


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
        terminalreporter.section("measured in Jupyter Notebook" if NOTEBOOK7 else "measured in JupyterLab")
        for line in sorted(set(lines)):
            terminalreporter.line(line)
