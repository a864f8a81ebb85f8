"""A real JupyterLab on a copy of the notebooks, and a browser to use it with."""

from __future__ import annotations

import json
import os
import re
import secrets
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.error import URLError
from urllib.request import Request, urlopen

import pytest
from browser import ARGUMENTS, find_browser
from playwright.sync_api import Page, sync_playwright
from serve_jupyter import FOLDERS, end, free_port
from xdist.remote import Producer
from xdist.scheduler import LoadScopeScheduling

ROOT = Path(__file__).parents[2]
START_SECONDS = 90
"""How long the server may take to answer, on a machine that is busy with something else."""

SETTINGS = {
    "apputils-extension/notification": {
        "fetchNews": "false",
        "checkForUpdates": False,
        "doNotDisturbMode": True,
    },
    "apputils-extension/themes": {"theme": "JupyterLab Light"},
}


@dataclass(frozen=True)
class Lab:
    """A running JupyterLab: where it is, and the folder that holds all it reads and writes."""

    address: str
    token: str
    folder: Path

    @property
    def url(self) -> str:
        """The address of JupyterLab in a workspace of its own, so that nothing is opened with it."""
        return f"{self.address}/lab/workspaces/{secrets.token_hex(4)}?token={self.token}"

    def end_kernels(self) -> None:
        """End every kernel, so that the next notebook starts with a fresh one and the machine to itself."""
        headers = {"Authorization": f"token {self.token}"}
        with urlopen(Request(f"{self.address}/api/sessions", headers=headers), timeout=20) as answer:
            sessions = json.load(answer)
        for session in sessions:
            address = f"{self.address}/api/sessions/{session['id']}"
            urlopen(Request(address, headers=headers, method="DELETE"), timeout=20).close()


def write_settings(folder: Path, settings: dict[str, dict[str, object]]) -> None:
    for name, values in settings.items():
        path = folder / "@jupyterlab" / f"{name}.jupyterlab-settings"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(values), encoding="utf-8")


@pytest.fixture(scope="session")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    """JupyterLab as `make lab` starts it, but on a copy and with settings of its own."""
    folder = tmp_path_factory.mktemp("lab")
    for part in ("notebooks", "book"):  # what the notebooks link to stands in both
        shutil.copytree(ROOT / part, folder / "project" / part, ignore=shutil.ignore_patterns(".*"))
    write_settings(folder / "settings", SETTINGS)
    found = Lab(f"http://127.0.0.1:{free_port()}", secrets.token_hex(16), folder)
    with (folder / "server.log").open("wb") as log:
        server = subprocess.Popen(
            _command(found),
            env=_environment(folder),
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
        )
        try:
            _wait_for(found, server)
            yield found
        finally:
            end(server)


@pytest.fixture(scope="session")
def page(lab: Lab) -> Iterator[Page]:
    """JupyterLab in a Chromium that lives as long as the tests, with no notebook open."""
    path = find_browser()
    assert path, "no browser: run tools/browser.py, which finds or brings one"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        try:
            found = browser.new_page(viewport={"width": 1280, "height": 900})
            found.goto(lab.url)
            found.wait_for_function("() => window.jupyterapp?.restored.then(() => true)", timeout=60_000)
            yield found
        finally:
            browser.close()


NOTEBOOK = re.compile(r"(\w+/[\w-]+\.ipynb)\]$")
"""What a test's name ends with that looks at a notebook."""


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Let the tests of a notebook follow each other, whichever way they name it: it is opened once."""
    items.sort(key=lambda item: _notebook(item.name))


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


def _command(lab: Lab) -> list[str]:
    address, port = lab.address.removeprefix("http://").split(":")
    return [
        *(sys.executable, "-m", "jupyter", "lab", "--no-browser", "--expose-app-in-browser"),
        *(["--allow-root"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []),
        f"--ServerApp.ip={address}",
        f"--ServerApp.port={port}",
        "--ServerApp.port_retries=0",
        f"--ServerApp.root_dir={lab.folder / 'project'}",
        f"--IdentityProvider.token={lab.token}",
        "--LabApp.news_url=None",
        "--LabApp.check_for_updates_class=jupyterlab.handlers.announcements.NeverCheckForUpdate",
        "--LanguageServerManager.autodetect=False",
        # It ends by itself should the tests be killed before they can end it.
        "--MappingKernelManager.cull_idle_timeout=120",
        "--MappingKernelManager.cull_interval=30",
        "--ServerApp.shutdown_no_activity_timeout=180",
        "--log-level=WARN",
    ]


def _environment(folder: Path) -> dict[str, str]:
    """Return the environment of `make lab`, but with every folder that Jupyter writes to elsewhere."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("EXAMLAB_")}
    return inherited | {name: str(folder / value) for name, value in FOLDERS.items()}


def _wait_for(lab: Lab, server: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        try:
            with urlopen(f"{lab.address}/api/status?token={lab.token}", timeout=5):
                return
        except (URLError, ConnectionError, TimeoutError):
            if server.poll() is not None:
                break
            time.sleep(0.2)
    log = (lab.folder / "server.log").read_text(encoding="utf-8", errors="replace")
    pytest.fail(f"JupyterLab did not answer within {START_SECONDS} s:\n{log[-3000:]}")
