"""The book by keyboard and by ear: where the focus goes, that one sees it, what a screen reader is told."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.site.axe import violations
from tests.site.built import Visit

PAGE = "notebooks/gan/2-relu-or-leaky-relu"
"""Sliders, a self-check, formulas, code, links: nearly all that a page can have."""

FOCUS = r"""async () => {
  await new Promise((next) => requestAnimationFrame(() => requestAnimationFrame(next)));
  const node = document.activeElement;
  if (node === document.body) return null;
  const style = getComputedStyle(node);
  const box = node.getBoundingClientRect();
  const within = (at, least, most) => Math.min(Math.max(at, least), most);
  const x = within(box.left + box.width / 2, 0, innerWidth - 1);
  const y = within(box.top + box.height / 2, 0, innerHeight - 1);
  const top = document.elementFromPoint(x, y);
  const name = `${node.tagName} ${(node.getAttribute("aria-label") ?? node.textContent).trim().slice(0, 40)}`;
  return {
    name,
    marked: (style.outlineStyle === "solid" && parseFloat(style.outlineWidth) >= 2)
      || /rgb\([^)]*\) 0px 0px 0px [2-9]px/.test(style.boxShadow),
    seen: node.checkVisibility({ visibilityProperty: true, opacityProperty: true })
      && box.bottom > 0 && box.top < innerHeight,
    covered: !(node.contains(top) || top?.contains(node)),
    text: Boolean(node.closest("article")),
    top: box.top + scrollY,
    bottom: box.bottom + scrollY,
  };
}"""


@pytest.fixture
def page(request: pytest.FixtureRequest, site_address: str, read: Callable[..., Visit]) -> Iterator[Page]:
    """A page, wide or as given by ``@wide`` or ``@narrow``, for a reader who asked for less motion."""
    width = getattr(request, "param", 1280)
    visit = read(f"{site_address}/{PAGE}.html", width=width, reduced_motion="reduce")
    visit.read_to_the_end()
    visit.page.evaluate("scrollTo(0, 0)")
    yield visit.page
    assert visit.trouble == []


narrow = pytest.mark.parametrize("page", [390], indirect=True)
both = pytest.mark.parametrize("page", [1280, 390], indirect=True)


def stops(page: Page) -> list[dict[str, Any]]:
    """Press Tab from the top of a page to its end, and return where the focus was."""
    found = []
    for _ in range(200):
        page.keyboard.press("Tab")
        stop = page.evaluate(FOCUS)
        if stop is None:
            return found
        found.append(stop)
    raise AssertionError("the focus is caught")


def name_of_focus(page: Page) -> str:
    return page.evaluate(
        "document.activeElement.getAttribute('aria-label') ?? document.activeElement.textContent"
    )


@both
def test_the_focus_follows_the_text_and_is_always_seen(page: Page) -> None:
    found = stops(page)
    assert [stop["name"] for stop in found if not stop["marked"]] == []
    assert [stop["name"] for stop in found if not stop["seen"] or stop["covered"]] == []
    text = [stop for stop in found if stop["text"]]
    assert len(text) >= 20
    for before, after in itertools.pairwise(text):
        assert after["bottom"] > before["top"], f"from {before['name']} up to {after['name']}"
    # No formula that fits is a stop, and everything that one can operate is.
    names = [stop["name"].split()[0] for stop in text]
    assert set(names) <= {"A", "BUTTON", "INPUT", "PRE", "SUMMARY", "DIV", "SPAN"}
    scrollers = page.evaluate("""() => [...document.querySelectorAll("article .katex-display")]
      .filter((node) => node.scrollWidth > node.clientWidth).length""")
    assert names.count("SPAN") == scrollers
    operable = page.evaluate("""() => [
      ...document.querySelectorAll("article :is(a[href], button, input, summary)"),
    ].filter((node) => node.checkVisibility({ visibilityProperty: true }) && node.tabIndex >= 0).length""")
    assert operable == len([name for name in names if name in {"A", "BUTTON", "INPUT", "SUMMARY"}])


def test_one_key_leads_past_the_menus(page: Page) -> None:
    page.keyboard.press("Tab")
    skip = page.get_by_role("link", name="Skip to main content")
    expect(skip).to_be_focused()
    expect(skip).to_be_in_viewport()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("Boolean(document.activeElement.closest('main'))")


def test_a_slider_knows_every_key(page: Page) -> None:
    slider = page.get_by_role("slider").first
    slider.focus()
    last = int(slider.get_attribute("max") or 0)
    at = lambda: int(slider.input_value())  # noqa: E731
    page.keyboard.press("Home")
    assert at() == 0
    for key, moved in {"ArrowRight": 1, "ArrowUp": 1, "ArrowLeft": -1, "ArrowDown": -1}.items():
        before = at()
        page.keyboard.press(key)
        assert at() == before + moved, key
    page.keyboard.press("PageUp")
    assert at() > 1
    page.keyboard.press("PageDown")
    assert at() == 0
    page.keyboard.press("End")
    assert at() == last


@narrow
def test_the_menus_of_a_telephone_hold_the_focus_and_give_it_back(page: Page) -> None:
    for side in ("primary", "secondary"):
        toggle = page.locator(f".bd-header-article .{side}-toggle")
        toggle.focus()
        page.keyboard.press("Enter")
        drawer = page.locator(f"#pst-{side}-sidebar-modal")
        expect(drawer).to_be_visible()
        assert violations(page) == []
        page.keyboard.press("Tab")
        assert drawer.evaluate("node => node.contains(document.activeElement)")
        page.keyboard.press("Escape")
        expect(drawer).to_be_hidden()
        expect(toggle).to_be_focused()


def test_the_contents_of_a_desk_fold_away_and_say_so(page: Page) -> None:
    toggle = page.locator(".bd-header-article .primary-toggle")
    expect(toggle).to_have_attribute("aria-expanded", "true")
    toggle.focus()
    page.keyboard.press("Enter")
    expect(toggle).to_have_attribute("aria-expanded", "false")
    expect(toggle).to_be_focused()
    assert page.locator("#pst-primary-sidebar a").first.is_hidden()
    page.keyboard.press("Enter")
    expect(toggle).to_have_attribute("aria-expanded", "true")


@both
def test_the_search_opens_and_closes_by_keyboard(page: Page) -> None:
    button = page.locator(".search-button:visible, .search-button-field:visible").first
    button.focus()
    page.keyboard.press("Enter")
    dialog = page.locator("#pst-search-dialog")
    expect(dialog).to_be_visible()
    expect(dialog.locator("input")).to_be_focused()
    assert violations(page) == []
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    expect(button).to_be_focused()


def test_the_theme_changes_by_keyboard(page: Page) -> None:
    button = page.locator(".bd-header-article .theme-switch-button")
    button.focus()
    seen = set()
    for _ in range(3):
        page.keyboard.press("Enter")
        expect(button).to_be_focused()
        seen.add(page.locator("html").get_attribute("data-theme"))
    assert seen == {"light", "dark"}


def test_the_downloads_open_by_keyboard(page: Page) -> None:
    button = page.locator(".bd-header-article .dropdown-toggle").first
    button.focus()
    page.keyboard.press("Enter")
    menu = page.locator(".bd-header-article .dropdown-menu").first
    expect(menu).to_be_visible()
    assert violations(page) == []
    page.keyboard.press("ArrowDown")
    assert menu.evaluate("node => node.contains(document.activeElement)")
    page.keyboard.press("Escape")
    expect(menu).to_be_hidden()


def test_less_motion_means_none(page: Page) -> None:
    expect(page.locator(".examlab-play")).not_to_have_count(0)
    expect(page.locator(".examlab-play:visible")).to_have_count(0)
    moving = page.evaluate("""() => [document.documentElement, ...document.body.querySelectorAll("*")]
      .filter((node) => {
        const style = getComputedStyle(node);
        return style.scrollBehavior === "smooth" || parseFloat(style.transitionDuration) > 0
          || style.animationName !== "none";
      }).map((node) => node.outerHTML.slice(0, 80))""")
    assert moving == []


def test_a_formula_is_read_once(page: Page) -> None:
    """The tree that assistive technology is given holds each formula as MathML, and not its picture too."""
    client = page.context.new_cdp_session(page)
    tree = {node["nodeId"]: node for node in client.send("Accessibility.getFullAXTree")["nodes"]}

    def role(node: dict[str, Any]) -> str:
        return node.get("role", {}).get("value", "")

    formulas = [node for node in tree.values() if role(node) == "MathMLMath" and not node["ignored"]]
    assert len(formulas) == page.locator("math").count() > 10
    pictures = page.locator(".katex-html")
    assert pictures.count() == len(formulas)
    assert all(pictures.nth(at).get_attribute("aria-hidden") == "true" for at in range(pictures.count()))

    def spoken(node: dict[str, Any]) -> str:
        """Return the words of a part of the tree, without its formulas."""
        if role(node) == "MathMLMath":
            return "∎"
        if role(node) == "StaticText":
            return "" if node["ignored"] else node["name"]["value"]
        return "".join(spoken(tree[child]) for child in node["childIds"] if child in tree)

    [article] = [node for node in tree.values() if role(node) == "article"]
    seen = page.locator("article").evaluate("""(article) => {
      const copy = article.cloneNode(true);
      copy.querySelectorAll(".katex-html").forEach((node) => node.remove());
      return copy.querySelectorAll("math").length;
    }""")
    assert spoken(article).count("∎") == seen
