"""Every page of the built site, as a reader's browser sees it."""

from __future__ import annotations

import gzip
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from tests.site.built import Visit, built_site, page_names

PAGES = [name for name in page_names(built_site()) if name != "index"] or ["book/welcome"]
PACKED = {".woff2", ".png", ".jpg", ".webp", ".gz", ".zip"}
"""Files that gain nothing from being compressed again."""

every_page = pytest.mark.parametrize("name", PAGES)

STICKS_OUT = """() => {
  const edge = document.documentElement.clientWidth + 1;
  const scrolls = (node) => node && node !== document.body
    && (/auto|scroll/.test(getComputedStyle(node).overflowX) || scrolls(node.parentElement));
  return [...document.querySelectorAll("article *")]
    .filter((node) => node.checkVisibility({ visibilityProperty: true, opacityProperty: true })
      && node.getBoundingClientRect().right > edge && !scrolls(node.parentElement))
    .map((node) => `${node.tagName.toLowerCase()}.${node.className.baseVal ?? node.className}`);
}"""


# KaTeX colours a formula that it cannot read instead of failing.
REFUSED_FORMULAS = """() => [...document.querySelectorAll(".katex-error, .katex *")]
  .filter((node) => node.matches(".katex-error") || getComputedStyle(node).color === "rgb(204, 0, 0)")
  .map((node) => node.textContent)"""


def test_there_is_a_site(site: Path) -> None:
    assert {"index", "search", "genindex"} < set(page_names(site))
    assert len(PAGES) >= 10, "the book has lost pages"


def test_the_front_door_leads_to_the_first_page(site_address: str, read: Callable[..., Visit]) -> None:
    visit = read(f"{site_address}/")
    visit.page.wait_for_url("**/book/*.html")
    assert visit.page.locator("h1:visible").count() == 1
    assert visit.trouble == []


def first_visit(visit: Visit) -> tuple[int, int, int]:
    """Return the gzipped bytes of all that a page asked for, the number of requests, the page's own bytes."""
    sizes = {}
    for answer in visit.responses:
        body = answer.body()
        packed = Path(urlsplit(answer.url).path).suffix in PACKED
        sizes[answer.url] = len(body if packed else gzip.compress(body, mtime=0))
    return sum(sizes.values()), len(sizes), sizes[visit.page.url]


# An icon without an outline would be an empty button.
EMPTY_ICONS = """() => [...document.querySelectorAll("[class*='fa-']")]
  .filter((icon) => icon.checkVisibility() && !icon.querySelector("path")?.getBBox().width)
  .map((icon) => icon.outerHTML)"""


@every_page
def test_a_page_is_whole_and_asks_no_one_else(
    name: str, site_address: str, read: Callable[..., Visit], record_property: Callable[[str, Any], None]
) -> None:
    visit = read(f"{site_address}/{name}.html")
    page = visit.page
    page.wait_for_load_state("networkidle")
    record_property(f"bytes of {name}", first_visit(visit))
    visit.read_to_the_end()
    assert visit.trouble == []
    assert visit.elsewhere(site_address) == []
    assert page.locator("h1:visible").count() == 1
    assert page.locator("html").get_attribute("lang")
    assert page.locator("html").get_attribute("data-theme") == "light"
    assert page.title()
    assert page.evaluate(REFUSED_FORMULAS) == []
    assert page.evaluate(EMPTY_ICONS) == []


@every_page
def test_a_page_opens_from_a_folder(name: str, site: Path, read: Callable[..., Visit]) -> None:
    visit = read((site / f"{name}.html").as_uri(), theme="dark")
    visit.read_to_the_end()
    assert visit.trouble == []
    assert visit.elsewhere(site.as_uri()) == []


@every_page
def test_a_telephone_shows_the_whole_width(name: str, site_address: str, read: Callable[..., Visit]) -> None:
    visit = read(f"{site_address}/{name}.html", width=390, theme="dark")
    page = visit.page
    assert page.locator("html").get_attribute("data-theme") == "dark"
    for width in (390, 320):
        page.set_viewport_size({"width": width, "height": 800})
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        assert page.evaluate(STICKS_OUT) == []
    assert visit.trouble == []
