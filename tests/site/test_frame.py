"""What stands around the pages: the first page, moved pages, search, definitions of terms."""

from __future__ import annotations

import gzip
import io
import re
from collections.abc import Callable
from html import unescape
from pathlib import Path
from urllib.parse import quote

import pytest
from PIL import Image, ImageChops, ImageStat
from playwright.sync_api import Browser, Locator, Page, expect
from touch_icon import TARGET, touch_icon

from tests.site.built import Visit, built_site, page_names


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without"])
def test_an_old_address_leads_to_the_new_one(
    scripts: bool, site_address: str, read: Callable[..., Visit]
) -> None:
    visit = read(f"{site_address}/book/welcome.html#the-map", java_script_enabled=scripts)
    place = "#the-map" if scripts else ""
    visit.page.wait_for_url(f"{site_address}/index.html{place}")


def test_an_old_address_leads_to_the_new_one_in_a_folder(site: Path, read: Callable[..., Visit]) -> None:
    visit = read((site / "book" / "welcome.html").as_uri())
    visit.page.wait_for_url((site / "index.html").as_uri())
    assert visit.trouble == []


@pytest.mark.parametrize("name", page_names(built_site()) or ["index"])
def test_a_page_describes_itself_in_plain_words(name: str, site: Path) -> None:
    head = (site / f"{name}.html").read_text(encoding="utf-8").partition("</head>")[0]
    [tag] = [tag for tag in re.findall(r"<meta [^>]*>", head) if 'name="description"' in tag]
    words = unescape(re.findall(r'content="([^"]*)"', tag)[0])
    assert 20 <= len(words) <= 300, words
    assert not re.search(r"[\\{}$<>]", words), words


def test_the_picture_on_a_telephone_is_the_mark(browser: Browser) -> None:
    stored, drawn = (
        Image.open(io.BytesIO(file)).convert("RGB") for file in (TARGET.read_bytes(), touch_icon(browser))
    )
    difference = ImageStat.Stat(ImageChops.difference(stored, drawn)).mean
    assert max(difference) < 3, "the mark has changed: run python tools/touch_icon.py"


LESSON, GLOSSARY = "notebooks/gan/2-relu-or-leaky-relu", "book/glossary"


def term(page: Page, words: str) -> tuple[Locator, Locator]:
    """Return a link to a term, and where its definition appears."""
    return page.locator("article a:has(> .std-term)", has_text=words).first, page.get_by_role("tooltip")


@pytest.mark.parametrize("name", [LESSON, GLOSSARY])
def test_a_definition_shows_on_hover_and_can_be_read_and_sent_away(
    name: str, site: Path, read: Callable[..., Visit]
) -> None:
    visit = read((site / f"{name}.html").as_uri())
    page = visit.page
    link, definition = term(page, "ReLU")
    link.scroll_into_view_if_needed()
    expect(definition).to_have_count(0)
    link.hover()
    expect(definition).to_contain_text("(unité linéaire rectifiée)")
    expect(definition.locator("math")).not_to_have_count(0)
    expect(definition.locator("a")).to_have_count(0)
    expect(link).to_have_accessible_description(re.compile("Its slope is 1"))
    definition.hover()
    page.wait_for_timeout(500)
    expect(definition).to_be_visible()
    page.keyboard.press("Escape")
    expect(definition).to_have_count(0)
    link.hover()
    expect(definition).to_be_visible()
    page.mouse.move(5, 5)
    expect(definition).to_have_count(0)
    assert visit.trouble == [] and visit.elsewhere(site.as_uri()) == []


def test_a_definition_shows_for_a_reader_with_a_keyboard(
    site_address: str, read: Callable[..., Visit]
) -> None:
    page = read(f"{site_address}/{LESSON}.html").page
    link, definition = term(page, "LeakyReLU")
    page.keyboard.press("Tab")
    link.focus()
    expect(definition).to_be_visible()
    page.keyboard.press("Escape")
    expect(definition).to_have_count(0)
    expect(link).to_be_focused()
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Tab")
    expect(definition).to_be_visible()
    page.keyboard.press("Tab")
    expect(link).not_to_have_attribute("aria-describedby", re.compile(""))


def test_a_first_touch_shows_the_definition_and_a_second_follows(
    site_address: str, read: Callable[..., Visit]
) -> None:
    page = read(f"{site_address}/{LESSON}.html", width=390, has_touch=True, is_mobile=True).page
    link, definition = term(page, "LeakyReLU")
    link.tap()
    expect(definition).to_be_visible()
    box = definition.bounding_box()
    assert box and box["x"] >= 0 and box["x"] + box["width"] <= 390
    page.locator("h1:visible").tap()
    expect(definition).to_have_count(0)
    link.tap()
    link.tap()
    page.wait_for_url(f"{site_address}/{GLOSSARY}.html#term-LeakyReLU")


def test_definitions_weigh_little(site: Path) -> None:
    stores = [
        re.findall(
            r'<template id="examlab-definitions">.*?</template>', page.read_text(encoding="utf-8"), re.DOTALL
        )
        for page in site.rglob("*.html")
    ]
    sizes = [len(gzip.compress(store.encode(), mtime=0)) for [*found] in stores for store in found]
    assert len(sizes) > 20 and max(sizes) < 5_000


# What a reader types, and the page that has to be among the first three.
QUERIES = {
    "LeakyReLU": f"{LESSON}.html",
    "leaky relu": f"{LESSON}.html",
    "leaky_relu": f"{LESSON}.html",
    "backpropagation": "book/glossary.html#term-backpropagation",
    "rétropropagation": "book/glossary.html#term-backpropagation",
    "retropropagation": "book/glossary.html#term-backpropagation",
    "perte charnière": "book/glossary.html#term-hinge-loss",
    "perte charniere": "book/glossary.html#term-hinge-loss",
    "fonction d'activation": "book/glossary.html#term-activation",
    "vérité terrain": "book/glossary.html#term-ground-truth",
    "noyau": "book/glossary.html#term-kernel",
    "kernel": "book/glossary.html#term-kernel",
    "nu": "notebooks/article/08-feature-map-and-nu.html",
    "ν": "notebooks/article/08-feature-map-and-nu.html",
    "sigma2": "notebooks/article/11-boundary-smoothness.html",
    "σ²": "notebooks/article/11-boundary-smoothness.html",
    "k-means": "notebooks/article/13-k-means.html",
    "chain rule": "notebooks/preamble/chain-rule.html",
    "softmax": "book/glossary.html#term-softmax",
    "perte": "book/glossary.html",
}


@pytest.fixture(scope="module")
def answers(browser: Browser, site: Path) -> dict[str, list[str]]:
    """The first results of each query, from a folder as from a server."""
    page = browser.new_page()
    trouble: list[str] = []
    page.on("console", lambda message: trouble.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: trouble.append(str(error)))
    found = {}
    for query in QUERIES:
        page.goto(f"{(site / 'search.html').as_uri()}?q={quote(query)}")
        page.wait_for_function("() => document.querySelector('.search-summary')?.innerText")
        found[query] = page.locator("ul.search > li > a").evaluate_all(
            "links => links.map((link) => link.getAttribute('href'))"
        )
    page.close()
    assert trouble == []
    return found


@pytest.mark.parametrize("query", QUERIES)
def test_what_a_reader_looks_for_is_among_the_first_results(
    query: str, answers: dict[str, list[str]]
) -> None:
    assert QUERIES[query] in answers[query][:3]


@pytest.mark.parametrize("command", ["frac", "tfrac", "mathcal", "lvert", "operatorname"])
def test_the_commands_of_formulas_are_no_words(command: str, site: Path) -> None:
    index = (site / "searchindex.js").read_text(encoding="utf-8")
    assert '"sigma2": ' in index
    assert f'"{command}": ' not in index


def test_results_show_what_a_page_says_and_no_source(site_address: str, read: Callable[..., Visit]) -> None:
    visit = read(f"{site_address}/search.html")
    page = visit.page
    field = page.locator("main input[name=q]")
    expect(field).to_be_focused()
    page.keyboard.type("feature map")
    page.keyboard.press("Enter")
    expect(page.locator("ul.search .context").nth(4)).to_be_visible()
    said = page.locator("ul.search .context").all_inner_texts()
    assert all(words.strip(" .") for words in said)
    assert [words for words in said if re.search(r"\\[a-z]|\{|import |def |\n", words)] == []
    assert visit.trouble == []
