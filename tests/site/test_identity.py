"""The identity of the book: its mark, and an accent for each part that everyone can see."""

from __future__ import annotations

import re
from itertools import combinations
from pathlib import Path

import numpy as np
import pytest
from matplotlib.colors import to_rgb

from tests.site.built import ROOT, built_site, page_names

CSS = (ROOT / "book" / "assets" / "book.css").read_text(encoding="utf-8")
ACCENTS = ("blue", "orange", "teal", "grey")
GROUNDS = {"light": ("#ffffff", "aside"), "dark": ("#121212", "aside")}
READABLE = 4.5
"""The contrast that WCAG 2.2 AA asks of text."""

# Machado, Oliveira and Fernandes (2009): linear red, green and blue as seen without one kind of cone.
EYES = {
    "all cones": np.eye(3),
    "no red": [
        [0.152286, 1.052583, -0.204868],
        [0.114503, 0.786281, 0.099216],
        [-0.003882, -0.048116, 1.051998],
    ],
    "no green": [
        [0.367322, 0.860646, -0.227968],
        [0.280085, 0.672501, 0.047413],
        [-0.011820, 0.042940, 0.968881],
    ],
    "no blue": [
        [1.255528, -0.076749, -0.178779],
        [-0.078411, 0.930809, 0.147602],
        [0.004733, 0.691367, 0.303900],
    ],
}


def colour(theme: str, name: str) -> str:
    """Return one of the book's colours, as its style sheet names it."""
    if name.startswith("#"):
        return name
    found = re.findall(rf'\[data-theme="{theme}"\] \{{[^}}]*--book-{name}: (#\w+)', CSS)
    assert len(found) == 1, f"{theme} has {len(found)} colours named {name}"
    return str(found[0])


def linear(colour: str) -> np.ndarray:
    """Return a colour as amounts of red, green and blue light."""
    value = np.array(to_rgb(colour))
    return np.where(value <= 0.04045, value / 12.92, ((value + 0.055) / 1.055) ** 2.4)


def contrast(one: str, other: str) -> float:
    low, high = sorted(float(linear(colour) @ [0.2126, 0.7152, 0.0722]) for colour in (one, other))
    return (high + 0.05) / (low + 0.05)


def lab(light: np.ndarray) -> np.ndarray:
    """Return amounts of light as lightness and two hues, in which equal steps look equal (CIE 1976)."""
    to_xyz = [[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]]
    x, y, z = np.cbrt(np.clip(np.array(to_xyz) @ light, 1e-9, 1) / [0.9505, 1, 1.089])
    return np.array([116 * y - 16, 500 * (x - y), 200 * (y - z)])


@pytest.mark.parametrize("theme", GROUNDS)
@pytest.mark.parametrize("accent", ACCENTS)
def test_an_accent_can_be_read(theme: str, accent: str) -> None:
    for ground in GROUNDS[theme]:
        assert contrast(colour(theme, accent), colour(theme, ground)) >= READABLE


@pytest.mark.parametrize("theme", GROUNDS)
@pytest.mark.parametrize("eye", EYES)
def test_accents_look_different_to_every_eye(theme: str, eye: str) -> None:
    seen = {name: lab(np.array(EYES[eye]) @ linear(colour(theme, name))) for name in ACCENTS}
    for one, other in combinations(ACCENTS, 2):
        # A difference of 2 is just seen side by side.
        assert np.linalg.norm(seen[one] - seen[other]) > 10, f"{one} and {other}"


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


def test_every_part_of_the_exam_has_an_accent() -> None:
    site = built_site()
    pages = [(site / f"{name}.html").read_text(encoding="utf-8") for name in page_names(site)]
    parts = {part for page in pages for part in re.findall(r'<body[^>]* data-part="([\w-]*)"', page)}
    assert parts >= {"front", "preamble", "gan", "article", "reference"}
    named = set(re.findall(r'\[data-part="([\w-]+)"\]', CSS)) | {"reference"}
    assert parts <= named


def test_the_mark_stands_beside_the_title_of_the_book(site: Path) -> None:
    page = (site / "index.html").read_text(encoding="utf-8")
    brand = page[page.index('class="navbar-brand') :].split("</a>")[0]
    assert re.search(r'aria-hidden="true"><svg', brand)
    assert "An Exam You Can Run" in brand
