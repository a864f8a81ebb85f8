"""Draw the mark as the picture that a telephone puts on its screen; run it when mark.svg has changed."""

from __future__ import annotations

from pathlib import Path

from browser import ARGUMENTS, HELP, find_browser
from playwright.sync_api import Browser, sync_playwright

ASSETS = Path(__file__).resolve().parent.parent / "book" / "assets"
TARGET = ASSETS / "touch-icon.png"
SIDE = 180
"""Pixels: what telephones ask for. They round the corners themselves, and want no transparent ones."""


def touch_icon(browser: Browser) -> bytes:
    """Return the mark on a ground of its own, as PNG."""
    page = browser.new_page(viewport={"width": SIDE, "height": SIDE})
    mark = (ASSETS / "mark.svg").read_text(encoding="utf-8")
    page.set_content(f"<style>body {{ margin: 0; background: #fff }} svg {{ display: block }}</style>{mark}")
    picture = page.screenshot()
    page.close()
    return picture


def main() -> int:
    """Write the picture."""
    path = find_browser()
    if path is None:
        print(HELP)
        return 1
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        TARGET.write_bytes(touch_icon(browser))
        browser.close()
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
