"""What a reader meets who opens the folder, or follows a launch link, in JupyterLab with our settings."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator
from urllib.parse import parse_qs, urlsplit

import pytest
from lab import title
from playwright.sync_api import Browser, Page, expect

from examlab.reading.publish.repository import Repository
from tests.lab.conftest import ROOT, Lab

TOC = (ROOT / "_toc.yml").read_text(encoding="utf-8")
NAMES = [f"{name}.ipynb" for name in re.findall(r"file: (notebooks/\S+)", TOC)]


@pytest.fixture
def visit(browser: Browser) -> Iterator[tuple[Page, list[str]]]:
    """A browser that was never here, in the dark, and every address that it asks for."""
    asked: list[str] = []
    context = browser.new_context(viewport={"width": 1280, "height": 900}, color_scheme="dark")
    found = context.new_page()
    found.on("request", lambda request: asked.append(request.url))
    yield found, asked
    context.close()


def test_the_contents_show_the_book_in_order(lab: Lab, visit: tuple[Page, list[str]]) -> None:
    page, asked = visit
    page.goto(lab.place("notebooks/contents.md"))
    links = page.locator(".jp-MarkdownViewer li a")
    # MyST writes typographic apostrophes.
    expect(links).to_have_text([title(ROOT / name).replace("'", "’") for name in NAMES], timeout=60_000)
    expect(page.locator("body")).to_have_attribute("data-jp-theme-light", "false")
    links.nth(1).click()
    heading = page.locator(".jp-NotebookPanel").get_by_role("heading", level=1)
    expect(heading).to_contain_text(title(ROOT / NAMES[1]), timeout=60_000)
    # No question about news, and nothing asked from another host.
    expect(page.locator(".Toastify__toast, .jp-Dialog")).to_have_count(0)
    own = lab.server.address.removeprefix("http://")
    assert {urlsplit(url).netloc for url in asked if url.startswith(("http", "ws"))} == {own}
    assert [url for url in asked if "/lab/api/news" in url or "/lab/api/update" in url] == []


def test_a_launch_link_opens_the_notebook_beside_its_neighbours(
    lab: Lab, visit: tuple[Page, list[str]], record_property: Callable[[str, str], None]
) -> None:
    page, _ = visit
    name = NAMES[4]
    [place] = parse_qs(urlsplit(Repository("https://github.com/owner/name").binder(name)).query)["urlpath"]
    begin = time.monotonic()
    page.goto(lab.place(place.removeprefix("lab/tree/")))
    heading = page.locator(".jp-NotebookPanel").get_by_role("heading", level=1)
    expect(heading).to_contain_text(title(ROOT / name), timeout=60_000)
    record_property("measured", f"launch link: {time.monotonic() - begin:.1f} s to the notebook's title")
    folder = (ROOT / name).parent
    neighbours = [path for path in folder.iterdir() if not path.name.startswith((".", "_"))]
    neighbours.sort(key=lambda path: (path.is_file(), path.suffix != ".ipynb", path.name))
    listed = page.locator(".jp-DirListing-item .jp-DirListing-itemText")
    expect(listed).to_have_text([path.name for path in neighbours])
