"""The identity of the book: its mark, and an accent for each part that everyone can see."""

from __future__ import annotations

import re
from itertools import combinations
from pathlib import Path

import pytest

from tests.site.built import ROOT, page_names
from tests.unit.colour import SEEN_BY, contrast, difference, lab

CSS = (ROOT / "book" / "assets" / "book.css").read_text(encoding="utf-8")
ACCENTS = ("blue", "orange", "teal", "grey")
GROUNDS = {"light": ("#ffffff", "aside"), "dark": ("#121212", "aside")}
READABLE = 4.5
"""The contrast that WCAG 2.2 AA asks of text."""

APART = 5
"""CIEDE2000: a difference of 1 is just noticed."""


def colour(theme: str, name: str) -> str:
    """Return one of the book's colours, as its style sheet names it."""
    if name.startswith("#"):
        return name
    found = re.findall(rf'\[data-theme="{theme}"\] \{{[^}}]*--book-{name}: (#\w+)', CSS)
    assert len(found) == 1, f"{theme} has {len(found)} colours named {name}"
    return str(found[0])


@pytest.mark.parametrize("theme", GROUNDS)
@pytest.mark.parametrize("accent", ACCENTS)
def test_an_accent_can_be_read(theme: str, accent: str) -> None:
    for ground in GROUNDS[theme]:
        assert contrast(colour(theme, accent), colour(theme, ground)) >= READABLE


@pytest.mark.parametrize("theme", GROUNDS)
@pytest.mark.parametrize("eye", SEEN_BY)
def test_accents_look_different_to_every_eye(theme: str, eye: str) -> None:
    seen = {name: lab(colour(theme, name), seen_by=eye) for name in ACCENTS}
    for one, other in combinations(ACCENTS, 2):
        assert difference(seen[one], seen[other]) > APART, f"{one} and {other}"


@pytest.mark.parametrize(
    ("page", "part"),
    [
        ("index", "front"),
        ("notebooks/preamble/chain-rule", "preamble"),
        ("notebooks/gan/index", "gan"),
        ("notebooks/article/13-k-means", "article"),
        ("book/glossary", "reference"),
        ("search", "reference"),
    ],
)
def test_a_page_says_which_part_it_belongs_to(page: str, part: str, site: Path) -> None:
    assert f'data-part="{part}"' in (site / f"{page}.html").read_text(encoding="utf-8")


def test_every_part_of_the_exam_has_an_accent(site: Path) -> None:
    pages = [(site / f"{name}.html").read_text(encoding="utf-8") for name in page_names(site)]
    parts = {part for page in pages for part in re.findall(r'<body[^>]* data-part="([\w-]*)"', page)}
    folders = {path.parent.name for path in (ROOT / "notebooks").glob("*/part.yml")}
    assert folders and parts == folders | {"front", "reference"}
    styles = (site / "_static" / "parts.css").read_text(encoding="utf-8")
    found = dict(re.findall(r'\[data-part="([\w-]+)"\][^{]*\{ --accent: var\(--book-(\w+)\)', styles))
    assert found.keys() == folders and set(found.values()) <= {*ACCENTS} - {"grey"}


def test_the_mark_stands_beside_the_title_of_the_book(site: Path) -> None:
    page = (site / "index.html").read_text(encoding="utf-8")
    brand = page[page.index('class="navbar-brand') :].split("</a>")[0]
    assert re.search(r'aria-hidden="true"><svg', brand)
    assert "An Exam You Can Run" in brand
