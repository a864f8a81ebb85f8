"""What axe-core finds on a page; it is put in by the test and is no part of the site.

No rule is switched off: every page meets all of them. Its other looks meet those that can come to another
verdict there, which saves most of the time. A theme changes colours alone, a telephone all but them; the
contrast of all text is looked at in every look by `page_checks.contrast`.
"""

from __future__ import annotations

from functools import cache

from playwright.sync_api import Page

from tests.site.built import ROOT, Visit

_COLOURS = ["color-contrast", "link-in-text-block"]
_TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
ALL = {"runOnly": {"type": "tag", "values": _TAGS}}
BUT_COLOURS = ALL | {"rules": {rule: {"enabled": False} for rule in _COLOURS}}
COLOURS = {"runOnly": {"type": "rule", "values": _COLOURS}}
ROOM = {"runOnly": {"type": "rule", "values": ["scrollable-region-focusable", "target-size"]}}
RULES = {(1280, "light"): ALL, (390, "light"): BUT_COLOURS, (1280, "dark"): COLOURS, (320, "light"): ROOM}
"""What each look is asked."""

RUN = """async ({ options, within }) => {
  // The theme waits a moment after a change of width before it lets the keyboard into what scrolls.
  const stuck = () => [...document.querySelectorAll("pre, .pst-scrollable-table-container, .katex-display")]
    .some((node) => node.checkVisibility() && node.scrollWidth > node.clientWidth + 1 && node.tabIndex < 0);
  for (let wait = 0; wait < 20 && stuck(); wait += 1) await new Promise((next) => setTimeout(next, 50));
  const { violations } = await axe.run(within ?? document, { ...options, resultTypes: ["violations"] });
  return violations.flatMap(({ id, help, nodes }) =>
    nodes.map(({ html }) => `${id}: ${help}: ${html.slice(0, 160)}`));
}"""


@cache
def source() -> str:
    """Return the script of axe-core."""
    return (ROOT / "node_modules" / "axe-core" / "axe.min.js").read_text(encoding="utf-8")


def violations(page: Page, *, options: object = ALL, within: str | None = None) -> list[str]:
    """Return what axe-core finds on a page or a part of it, one line an element."""
    if not page.evaluate("Boolean(window.axe)"):
        page.evaluate(source())
    return page.evaluate(RUN, {"options": options, "within": within})


def axe(visit: Visit) -> list[str]:
    """No violation of WCAG 2.2, levels A and AA, nor of axe-core's best practice."""
    size, theme = visit.page.viewport_size, visit.page.locator("html").get_attribute("data-theme")
    assert size
    options = RULES.get((size["width"], theme or ""))
    return violations(visit.page, options=options) if options else []
