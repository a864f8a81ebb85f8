"""Pages printed from the browser."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from pypdf import PdfReader

from tests.site.built import Visit, moving_figures, page_names

PAGE = "notebooks/gan/7-parameters"
SCREEN_ONLY = "nav, button, .bd-sidebar-primary, .bd-footer, .headerlink, [type=range], details:not([open])"


@pytest.fixture
def visit(site_address: str, read: Callable[..., Visit]) -> Visit:
    """A page with a slider, a self-check, formulas, code and a table, on a dark screen."""
    return read(f"{site_address}/{PAGE}.html", theme="dark")


def test_paper_is_light_and_has_no_menus(visit: Visit) -> None:
    page = visit.page
    dark = "document.documentElement.dataset.theme"
    assert page.evaluate(dark) == "dark"
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    page.emulate_media(media="print")
    assert page.evaluate(dark) == "light"
    seen = page.locator(SCREEN_ONLY).evaluate_all("nodes => nodes.filter(node => node.checkVisibility())")
    assert seen == []
    assert page.locator("article h1").is_visible()
    assert page.locator("article .examlab-says").first.is_visible()
    ink = "getComputedStyle(document.querySelector('article p')).color"
    assert max(map(int, re.findall(r"\d+", page.evaluate(ink))[:3])) < 100
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    assert page.evaluate(dark) == "dark"


def test_what_is_open_is_printed(visit: Visit) -> None:
    page, solution = visit.page, visit.page.locator(".examlab-check-solution").first
    solution.evaluate("node => { node.open = true; }")
    page.emulate_media(media="print")
    assert solution.locator("p").first.is_visible()
    solution.evaluate("node => { node.open = false; }")
    assert not solution.is_visible()


def test_a_printed_page_has_all_its_words_and_no_empty_sheet(visit: Visit, site: Path) -> None:
    assert PAGE in page_names(site) and moving_figures(site, PAGE)
    printed = PdfReader(io.BytesIO(visit.page.pdf(prefer_css_page_size=True)))
    sheets = [sheet.extract_text() for sheet in printed.pages]
    for number, text in enumerate(sheets, 1):
        assert "An Exam You Can Run" in text, "no running head"
        assert f"{number} / {len(sheets)}" in text, "no page number"
        assert len(text.split()) > 20, f"sheet {number} is empty"
    together = " ".join(" ".join(sheets).split())
    for heading in ("The question", "Try first", "Answer", "Proved", "Further reading"):
        assert heading in together
    assert "http" not in together and ".html" not in together
    assert "Show code cell source" not in together and "Kernel: 3 pixels" in together
