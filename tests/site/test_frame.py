"""What stands around the pages: the first page, moved pages, search, definitions of terms."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from html import unescape
from pathlib import Path

import pytest
from PIL import Image, ImageChops, ImageStat
from playwright.sync_api import Browser
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
