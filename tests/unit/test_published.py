"""A small book with our settings, built where it is published: heads, links, lists and dates of its pages."""

from __future__ import annotations

import re
import shutil
from html import unescape
from pathlib import Path
from urllib.parse import parse_qs, urlsplit
from xml.etree import ElementTree

import pytest
import reproducible
from PIL import Image

from tests.unit.published import build, git, write

HOME = "https://book.example/exam/"
PAGES = ["index", "book/glossary", "notebooks/lesson"]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site of a book whose addresses are known, and whose first page and lesson have a history."""
    root = tmp_path_factory.mktemp("published")
    write(root)
    return build(root, EXAMLAB_SITE_URL=HOME, EXAMLAB_REPOSITORY_URL="https://git.example/a/b/")


def head(site: Path, page: str) -> dict[str, str]:
    """Return what a page's head says, by name."""
    text = (site / f"{page}.html").read_text(encoding="utf-8").partition("</head>")[0]
    found = {}
    for tag in re.findall(r"<(?:meta|link)\b[^>]*>", text):
        words = dict(re.findall(r'([\w-]+)="([^"]*)"', tag))
        names = ("name", "property", "rel", "http-equiv")
        name = next((words[kind] for kind in names if kind in words), "charset")
        assert name not in found or name in {"stylesheet", "preload", "viewport", "icon"}, (
            f"{name} is said twice"
        )
        found[name] = unescape(words.get("content") or words.get("href", ""))
    [title] = re.findall(r"<title>(.*?)</title>", text)
    return found | {"title": unescape(title)}


@pytest.mark.parametrize("page", PAGES)
def test_a_shared_link_shows_title_words_and_picture(site, page):
    said = head(site, page)
    assert said["canonical"] == said["og:url"] == f"{HOME}{page}.html"
    assert said["og:site_name"] == "An Exam You Can Run"
    assert said["og:title"] in said["title"]
    assert said["og:description"] == said["description"]
    assert said["og:image:alt"]
    assert said["twitter:card"] == "summary_large_image"
    picture = site / said["og:image"].removeprefix(HOME)
    size = int(said["og:image:width"]), int(said["og:image:height"])
    with Image.open(picture) as shown:
        assert shown.size == size == (1200, 630)
    assert picture.stat().st_size < 100_000


def test_descriptions_are_the_author_s_or_the_first_paragraph(site):
    assert head(site, "book/glossary")["description"] == "What the words mean: all of them."
    assert head(site, "index")["description"] == "The first page."
    told = head(site, "notebooks/lesson")["description"]
    assert told == "Part 1. You can say what σ² of a sigmoid is, and of an other."


def test_the_first_page_says_its_title_once(site):
    assert head(site, "index")["title"] == "An Exam You Can Run"
    assert head(site, "index")["og:type"] == "website"
    assert head(site, "notebooks/lesson")["title"] == "A lesson & more — An Exam You Can Run"
    assert head(site, "notebooks/lesson")["og:type"] == "article"


@pytest.mark.parametrize("page", ["search", "genindex", "404"])
def test_what_is_no_page_is_described_and_not_listed(site, page):
    assert head(site, page)["description"]
    assert head(site, page)["robots"] == "noindex"


def test_the_list_for_search_engines_has_every_page_and_no_other(site):
    found = ElementTree.parse(site / "sitemap.xml").getroot()
    assert sorted(place.text for place in found.iter() if place.tag.endswith("loc")) == sorted(
        f"{HOME}{page}.html" for page in PAGES
    )


def test_a_dead_link_is_met_with_a_page_that_works_at_any_depth(site):
    text = (site / "404.html").read_text(encoding="utf-8")
    places = re.findall(r'(?:href|src|action)="([^"]*)"', text)
    lost = [place for place in places if not place.startswith(("/exam/", "#", "https://git.example/"))]
    assert lost == []
    for place in places:
        if place.startswith("/exam/"):
            assert (site / urlsplit(place).path.removeprefix("/exam/")).exists(), place
    assert 'action="/exam/search.html"' in text
    assert 'href="/exam/index.html#the-map"' in text
    assert "canonical" not in head(site, "404")


def links(site: Path, page: str) -> dict[str, str]:
    """Return the addresses of a page's links by their words."""
    text = (site / f"{page}.html").read_text(encoding="utf-8")
    found = re.findall(r'<a\b[^>]*href="([^"]*)"[^>]*>(.*?)</a>', text, re.DOTALL)
    return {re.sub(r"<[^>]*>|\s+", " ", words).strip(): unescape(address) for address, words in found}


def test_a_mistake_is_reported_with_the_page_s_title_and_address(site):
    found = links(site, "notebooks/lesson")
    assert found["Report a mistake"] == found["Report a mistake on this page"]
    report = urlsplit(found["Report a mistake"])
    assert f"{report.scheme}://{report.netloc}{report.path}" == "https://git.example/a/b/issues/new"
    said = parse_qs(report.query)
    assert said["title"] == ["A mistake on “A lesson & more”"]
    assert said["body"][0].startswith(f"Page: {HOME}notebooks/lesson.html\n")


def test_a_page_leads_to_its_file_and_a_notebook_to_binder(site):
    found = links(site, "notebooks/lesson")
    edit = "https://git.example/a/b/edit/main/notebooks/lesson.ipynb"
    assert found["Suggest a better wording"] == found["Suggest edit"] == edit
    assert found["Repository"] == "https://git.example/a/b"
    binder = urlsplit(found["Binder"])
    assert binder.path == "/v2/git/https%3A%2F%2Fgit.example%2Fa%2Fb/main"
    assert parse_qs(binder.query) == {"urlpath": ["lab/tree/notebooks/lesson.ipynb"]}
    assert "Binder" not in links(site, "book/glossary")


def test_the_notebook_can_be_downloaded(site):
    stored = (site / links(site, "notebooks/lesson")[".ipynb"].removeprefix("../")).read_bytes()
    assert stored == (site.parents[1] / "notebooks" / "lesson.ipynb").read_bytes()


def test_a_page_says_when_it_was_last_changed_if_its_history_does(site):
    said = {page: (site / f"{page}.html").read_text(encoding="utf-8") for page in PAGES}
    assert "Last updated on 13 May 2025." in said["notebooks/lesson"], (
        "half past eleven in the west is the next day"
    )
    assert "Last updated" not in said["book/glossary"], "it was never committed"


def test_icons_of_the_buttons_are_drawn(site):
    assert 'class="fa' not in (site / "notebooks" / "lesson.html").read_text(encoding="utf-8")


def stored(site: Path, page: str) -> dict[str, str]:
    """Return the definitions that a page brings with it, by the places of their terms."""
    text = (site / f"{page}.html").read_text(encoding="utf-8")
    store = re.findall(r'<template id="examlab-definitions">(.*?)</template>', text, re.DOTALL)
    assert len(store) <= 1
    return dict(re.findall(r'<div data-term="([^"]+)">(.*?)</div>', "".join(store), re.DOTALL))


def test_a_page_brings_the_definitions_of_its_terms_once_each(site):
    found = stored(site, "notebooks/lesson")
    assert list(found) == ["term-activation-function", "term-sigmoid"]
    assert "<dfn>activation</dfn>" in found["term-activation-function"], "a second name leads to the first"
    assert "<dfn>sigmoid</dfn>" in found["term-sigmoid"] and "sigmoïde" in found["term-sigmoid"]
    assert "<math" in found["term-sigmoid"], "the formula is drawn"
    assert "<a " not in found["term-sigmoid"] and "activation" in found["term-sigmoid"]


@pytest.mark.parametrize("page", ["index", "book/glossary", "search"])
def test_a_page_without_need_brings_none(site, page):
    assert stored(site, page) == {}


def test_a_moved_page_leads_on(site):
    text = (site / "book" / "old.html").read_text(encoding="utf-8")
    assert 'href="glossary.html">Glossary</a>' in text and "0; url=glossary.html" in text


@pytest.fixture(scope="module")
def unpublished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site of a book that does not know where it stands, from a copy with the last commit alone."""
    root = tmp_path_factory.mktemp("unpublished")
    write(root / "whole")
    git(root / "whole", "commit", "-q", "--allow-empty", "-m", "two")
    git(root, "clone", "-q", "--depth=1", (root / "whole").as_uri(), "copy")
    assert (root / "copy" / ".git" / "shallow").exists()
    write(root / "copy", history=False)
    return build(root / "copy")


@pytest.mark.parametrize("page", [*PAGES, "search", "genindex", "404"])
def test_nothing_is_said_that_only_the_place_of_publication_knows(unpublished, page):
    text = (unpublished / f"{page}.html").read_text(encoding="utf-8")
    assert "og:title" not in text and "canonical" not in text
    assert "mybinder" not in text and "Report a mistake" not in text and "Last updated" not in text
    assert head(unpublished, page)["description"]


def test_there_is_no_list_of_pages_without_an_address(unpublished):
    assert not (unpublished / "sitemap.xml").exists()
    assert 'href="/_static/' in (unpublished / "404.html").read_text(encoding="utf-8")


def test_the_same_pages_made_elsewhere_and_in_two_steps_are_the_same_bytes(unpublished, tmp_path):
    # As far from the package as the other: its folders are named as they are seen from the book.
    book, place = unpublished.parents[1], tmp_path / "another-and-longer"
    shutil.copytree(book, place, symlinks=True, ignore=shutil.ignore_patterns("_build"))
    told = reproducible.PLACES["another-and-longer"]
    build(place, **told)
    (place / "index.md").touch()
    site = build(place, **told)
    assert list(reproducible.differences(unpublished, site)) == []
    assert "term-sigmoid" in (site / "searchindex.js").read_text(encoding="utf-8")
