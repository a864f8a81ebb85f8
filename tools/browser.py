"""Find a Chromium to drive, or bring one.

In this order: the browser that ``EXAMLAB_BROWSER`` names, the system's Chromium or Chrome, the one that
Playwright has downloaded, Playwright's download, and, for root on Debian or Ubuntu, what apt has. Debian's
Chromium without a window comes first: pages take it a fifth less time.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

PACKAGES = ("chromium-headless-shell", "chromium")
NAMES = (*PACKAGES, "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "msedge")
APPLICATIONS = (
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    r"C:\Program Files\Google\Chrome\Application\chrome.exe",
)
ARGUMENTS = [
    # Root may not use the sandbox; a background service that finds no network only delays a test.
    *(["--no-sandbox"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []),
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-quic",
    "--disable-gpu",
    "--no-first-run",
]
HELP = (
    "No Chromium or Chrome is here and none could be installed. Install one, or name it in EXAMLAB_BROWSER."
)


def find_browser() -> str | None:
    """Return the path of a browser that is already here, or None."""
    if named := os.environ.get("EXAMLAB_BROWSER"):
        if shutil.which(named) is None:
            raise FileNotFoundError(f"EXAMLAB_BROWSER={named!r} is not a program that can be run")
        return named
    found = next(filter(None, map(shutil.which, NAMES)), None)
    found = found or next((path for path in APPLICATIONS if Path(path).exists()), None)
    return found or _playwrights_own()


def _playwrights_own() -> str | None:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        path = playwright.chromium.executable_path
    return path if path and Path(path).exists() else None


def bring_browser() -> str | None:
    """Return the path of a browser, downloading or installing one where there is none."""
    found = find_browser()
    if found:
        return found
    print("No Chromium or Chrome here: trying Playwright's download …", file=sys.stderr, flush=True)
    _run([sys.executable, "-m", "playwright", "install", "chromium"])
    if found := find_browser():
        return found
    for package in PACKAGES:
        install_with_apt(package)
        if found := find_browser():
            return found
    return None


def install_with_apt(package: str) -> None:
    """Install a package of Debian or Ubuntu, where there is one of them and it is root who asks."""
    if shutil.which("apt-get") and hasattr(os, "geteuid") and os.geteuid() == 0:
        print(f"No {package} here: trying apt-get install {package} …", file=sys.stderr, flush=True)
        _run(["apt-get", "update", "-qq"])
        _run(["apt-get", "install", "-y", "-qq", package])


def _run(command: list[str]) -> None:
    result = subprocess.run(command, capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL)
    if result.returncode:
        last = (result.stderr or result.stdout).strip().splitlines()[-1:]
        print(f"  {' '.join(command)}: {' '.join(last) or f'exit code {result.returncode}'}", file=sys.stderr)


def main() -> int:
    """Make sure there is a browser; say which, unless told to be quiet."""
    found = bring_browser()
    if not found:
        print(HELP, file=sys.stderr)
        return 1
    if "--quiet" not in sys.argv:
        print(found)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
