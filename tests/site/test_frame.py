"""What stands around the pages: the first page, moved pages, search, definitions of terms."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.site.built import Visit


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
