"""Print the built site as one book: a tagged PDF with an outline, links, and contents with page numbers."""

from __future__ import annotations

import io
import re
import time
from collections.abc import Iterator
from pathlib import Path
from typing import cast

from browser import ARGUMENTS, HELP, bring_browser
from playwright.sync_api import Page, sync_playwright
from pypdf import PdfReader, PdfWriter
from pypdf.generic import DictionaryObject, NameObject, TextStringObject

from examlab.reading.publish.offline.edition import Edition, read_edition
from examlab.reading.publish.offline.paper import document
from examlab.reading.publish.offline.volume import read_volume

ROOT = Path(__file__).resolve().parent.parent
BUILD = ROOT / "_build"
TARGET = BUILD / "pdf" / "an-exam-you-can-run.pdf"
FONTS = ("source-serif-4/400", "source-serif-4/400-italic", "source-serif-4/600", "source-code-pro/400")
STYLES = [
    *(f"../../node_modules/@fontsource/{font}.css" for font in FONTS),
    "../html/_static/katex.css",
    "../../src/examlab/reading/publish/offline/paper.css",
]

_DATES = re.compile(rb"(?<=Date \(D:)\d{14}(?=\+00'00'\))")
_NODES = re.compile(rb"(?<=\(node)\d{8}(?=\))")
_HEADINGS = "nodes => nodes.map(node => node.innerText.replace(/\\s+/g, ' ').trim())"
# What was laid out before its fonts came may keep its lines in other pieces than what was laid out after.
_LAY_OUT_ANEW = """async ({ body }) => {
  await document.fonts.ready;
  body.hidden = true;
  body.getBoundingClientRect();
  body.hidden = false;
}"""
_WRITE_NUMBERS = """(links, pages) => {
  for (const link of links) link.querySelector(".at").textContent = pages[link.hash.slice(1)];
}"""


def main() -> int:
    """Write the PDF, and say how large it is."""
    started = time.monotonic()
    if (browser := bring_browser()) is None:
        print(HELP)
        return 1
    edition = read_edition(ROOT)
    source = TARGET.with_suffix(".html")
    source.parent.mkdir(parents=True, exist_ok=True)
    mark = (ROOT / "book" / "assets" / "mark.svg").read_text(encoding="utf-8")
    text = document(read_volume(BUILD / "html", ROOT / "_toc.yml"), edition, STYLES, mark)
    source.write_text(text, encoding="utf-8")
    TARGET.write_bytes(printed(source, browser, edition))
    pages = len(PdfReader(TARGET).pages)
    size, seconds = TARGET.stat().st_size / 1e6, time.monotonic() - started
    print(f"{TARGET.relative_to(ROOT)}: {pages} pages, {size:.1f} MB, in {seconds:.0f} s")
    return 0


def printed(source: Path, browser: str, edition: Edition) -> bytes:
    """Return a book in HTML as PDF; the same book, browser and edition always give the same bytes."""
    with sync_playwright() as playwright:
        page = playwright.chromium.launch(executable_path=browser, args=ARGUMENTS).new_page()
        page.goto(source.as_uri())
        page.evaluate(f"({_LAY_OUT_ANEW})(document)")
        number_contents(page)
        headings = page.locator("h1, h2, h3, h4, h5, h6").evaluate_all(_HEADINGS)
        raw = page.pdf(prefer_css_page_size=True, print_background=True, tagged=True, outline=True)
    return finished(raw, edition, headings)


def number_contents(page: Page) -> None:
    """Print once to learn on which page each chapter begins, and write that into the contents."""
    reader = PdfReader(io.BytesIO(page.pdf(prefer_css_page_size=True)))
    pages = {
        name.removeprefix("/"): (reader.get_destination_page_number(place) or 0) + 1
        for name, place in reader.named_destinations.items()
    }
    page.locator("nav.contents a").evaluate_all(_WRITE_NUMBERS, pages)


def finished(raw: bytes, edition: Edition, headings: list[str]) -> bytes:
    """Return a printed book with its author, its edition's date, and headings as the text has them.

    Chromium writes the time of printing, counts the cells of tables from a number of its own, and names a
    heading that begins a page twice.
    """
    dated = _DATES.sub(f"{edition.time:%Y%m%d%H%M%S}".encode(), raw)
    ranks = {node: b"%08d" % rank for rank, node in enumerate(sorted(set(_NODES.findall(dated))))}
    counted = _NODES.sub(lambda found: ranks[found[0]], dated)
    writer = PdfWriter(io.BytesIO(counted), incremental=True)
    writer.add_metadata({"/Author": edition.author, "/Creator": "make pdf", "/Subject": edition.name})
    entries = list(_outline(cast(DictionaryObject, writer.root_object["/Outlines"].get_object())))
    for entry, heading in zip(entries, headings, strict=True):
        entry[NameObject("/Title")] = TextStringObject(heading)
    made = io.BytesIO()
    writer.write(made)
    return made.getvalue()


def _outline(parent: DictionaryObject) -> Iterator[DictionaryObject]:
    """Yield every entry of a PDF's outline, in the order of the book."""
    child = parent.get("/First")
    while child is not None:
        entry = child.get_object()
        yield entry
        yield from _outline(entry)
        child = entry.get("/Next")


if __name__ == "__main__":
    raise SystemExit(main())
