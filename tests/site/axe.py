"""What axe-core finds on a page; it is put in by the test and is no part of the site.

No rule is switched off: every page meets all of them wide and on a telephone. Its other looks meet those that
can come to another verdict there, which saves most of the time. A theme changes colours alone; the contrast
of all text is looked at in every look by `page_checks.contrast`.
"""

from __future__ import annotations

from functools import cache

from playwright.sync_api import Page

from tests.site.built import ROOT, Visit

ALL = {
    "type": "tag",
    "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
}
COLOURS = {"type": "rule", "values": ["color-contrast", "link-in-text-block"]}
ROOM = {"type": "rule", "values": ["scrollable-region-focusable", "target-size"]}
RULES = {(1280, "light"): [ALL], (390, "light"): [ALL], (1280, "dark"): [COLOURS], (320, "light"): [ROOM]}
"""What each look is asked."""

RUN = """async ({ rules, within }) => {
  // The theme waits a moment after a change of width before it lets the keyboard into what scrolls.
  const stuck = () => [...document.querySelectorAll("pre, .pst-scrollable-table-container, .katex-display")]
    .some((node) => node.checkVisibility() && node.scrollWidth > node.clientWidth + 1 && node.tabIndex < 0);
  for (let wait = 0; wait < 20 && stuck(); wait += 1) await new Promise((next) => setTimeout(next, 50));
  const options = { runOnly: rules, resultTypes: ["violations"] };
  const { violations } = await axe.run(within ?? document, options);
  return violations.flatMap(({ id, help, nodes }) =>
    nodes.map(({ html }) => `${id}: ${help}: ${html.slice(0, 160)}`));
}"""


@cache
def source() -> str:
    """Return the script of axe-core."""
    return (ROOT / "node_modules" / "axe-core" / "axe.min.js").read_text(encoding="utf-8")


def violations(page: Page, *, rules: object = ALL, within: str | None = None) -> list[str]:
    """Return what axe-core finds on a page or a part of it, one line an element."""
    if not page.evaluate("Boolean(window.axe)"):
        page.evaluate(source())
    return page.evaluate(RUN, {"rules": rules, "within": within})


def axe(visit: Visit) -> list[str]:
    """No violation of WCAG 2.2, levels A and AA, nor of axe-core's best practice."""
    size, theme = visit.page.viewport_size, visit.page.locator("html").get_attribute("data-theme")
    assert size
    asked = RULES.get((size["width"], theme or ""), [])
    return [finding for rules in asked for finding in violations(visit.page, rules=rules)]
