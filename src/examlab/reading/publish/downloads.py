"""Links to the book as PDF, as EPUB and as a zip of the site, on pages that have a place for them.

``make book`` makes none of these files, and its pages have no links to them. ``make site`` adds both.
"""

from __future__ import annotations

import re
import shutil
from html import escape
from pathlib import Path

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

from examlab.i18n import gettext as _

__all__ = ["FOLDER", "Downloads", "add_downloads", "remove_downloads", "without_links"]

FOLDER = "downloads"

_OPENING = '<div class="examlab-downloads examlab-screen">'
_PLACE = re.compile(re.escape(_OPENING) + "(.*?)</div>", re.DOTALL)


class Downloads(SphinxDirective):
    """The place for links to what a reader can take along."""

    def run(self) -> list[nodes.Node]:
        """Return an empty place, which `add_downloads` fills."""
        return [nodes.raw("", f"{_OPENING}</div>", format="html")]


def without_links(page: str) -> str:
    """Return a page with its places for links empty."""
    return _PLACE.sub(f"{_OPENING}</div>", page)


def remove_downloads(app: Sphinx, exception: Exception | None) -> None:
    """Take files and links of an earlier build away: they would show another book than the pages."""
    if exception is not None or app.builder.format != "html":
        return
    site = Path(app.outdir)
    shutil.rmtree(site / FOLDER, ignore_errors=True)
    for page, text in _pages_with_place(site):
        if without_links(text) != text:
            page.write_text(without_links(text), encoding="utf-8")


def add_downloads(site: Path, files: list[Path], pages: int) -> list[Path]:
    """Copy files into a built site and link them wherever a page has a place for it.

    Parameters
    ----------
    site : Path
        The built site.
    files : list of Path
        A PDF, an EPUB and a zip.
    pages : int
        How many pages the PDF has.

    Returns
    -------
    list of Path
        The pages that link them.
    """
    folder = site / FOLDER
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    for file in files:
        shutil.copy(file, folder)
    linking = []
    for page, text in _pages_with_place(site):
        root = "../" * (len(page.relative_to(site).parts) - 1)
        links = " · ".join(_link(root, folder / file.name, pages) for file in files)
        said = f"<p><strong>{escape(_('To take along:'))}</strong> {links}</p>"
        filled = f"{_OPENING}{said}</div>"
        page.write_text(without_links(text).replace(f"{_OPENING}</div>", filled), encoding="utf-8")
        linking.append(page)
    return linking


def _pages_with_place(site: Path) -> list[tuple[Path, str]]:
    found = ((page, page.read_text(encoding="utf-8")) for page in sorted(site.rglob("*.html")))
    return [(page, text) for page, text in found if _OPENING in text]


def _link(root: str, file: Path, pages: int) -> str:
    size = f"{file.stat().st_size / 1e6:.1f} MB"
    name, about = {
        ".pdf": (_("the book as PDF"), _("{pages} pages, {size}").format(pages=pages, size=size)),
        ".epub": (_("as EPUB"), size),
        ".zip": (_("this site, to open from a folder"), size),
    }[file.suffix]
    return f'<a href="{root}{FOLDER}/{escape(file.name)}">{escape(name)}</a> ({escape(about)})'
