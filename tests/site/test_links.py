"""Every link inside the site leads to a file and to a place on it; `make linkcheck` asks other hosts."""

from __future__ import annotations

import html
import re
from functools import cache
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest

from tests.site.built import built_site, page_names

PAGES = page_names(built_site()) or ["index"]
_DATA = re.compile(r"<script\b.*?</script>", re.DOTALL)
_LINK = re.compile(r'<[a-z][^<>]*?\s(?:href|src|data-src|action)="([^"]*)"')
_PLACE = re.compile(r'<[a-z][^<>]*?\s(?:id|name)="([^"]*)"')


@cache
def markup(path: Path) -> str:
    return path.read_text(encoding="utf-8")


@cache
def places(path: Path) -> set[str]:
    return {html.unescape(name) for name in _PLACE.findall(_DATA.sub("", markup(path)))}


def broken(page: Path, site: Path) -> list[str]:
    """Return the links of a page that lead nowhere."""
    found = []
    for link in {html.unescape(link) for link in _LINK.findall(markup(page))}:
        parts = urlsplit(link)
        if parts.scheme or parts.netloc:
            continue
        home = site if parts.path.startswith("/") else page.parent
        target = (home / unquote(parts.path).lstrip("/")).resolve() if parts.path else page
        if target.is_dir():
            target /= "index.html"
        place = unquote(parts.fragment)
        if not target.is_file():
            found.append(f"no file: {link}")
        elif place and target.suffix == ".html" and place not in places(target):
            found.append(f"no such place: {link}")
    return sorted(found)


@pytest.mark.parametrize("name", PAGES)
def test_every_link_inside_the_site_leads_somewhere(name: str, site: Path) -> None:
    assert broken(site / f"{name}.html", site) == []


def test_a_broken_link_is_noticed(tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    page.write_text(
        '<p id="here"><a href="#here">a</a><a href="#there">b</a><a class="x" href="gone.html">c</a>'
        '<img src="page.html"><a href="page.html#h%65re">d</a><a href="https://example.org/x">e</a></p>'
    )
    assert broken(page, tmp_path) == ["no file: gone.html", "no such place: #there"]


def test_there_are_links(site: Path) -> None:
    assert sum(len(_LINK.findall(markup(site / f"{name}.html"))) for name in PAGES) > 1000
