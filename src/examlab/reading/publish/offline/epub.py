"""The volume as an EPUB 3: a file for each chapter, formulas as MathML, figures as SVG with their words."""

from __future__ import annotations

import itertools
import re
import uuid
from html import escape
from pathlib import Path

from bs4.element import Tag

from examlab.i18n import gettext as _
from examlab.reading.publish.offline.edition import Edition
from examlab.reading.publish.offline.volume import Chapter, Part, Picture

__all__ = ["epub_files"]

_STYLE = Path(__file__).with_name("epub.css")
_FOLDER = "EPUB"
_CONTAINER = f"""\
<?xml version="1.0" encoding="UTF-8"?>
<container version="1.0" xmlns="urn:oasis:names:tc:opendocument:xmlns:container">
<rootfiles>
<rootfile full-path="{_FOLDER}/package.opf" media-type="application/oebps-package+xml"/>
</rootfiles>
</container>
"""
_KINDS = {".xhtml": "application/xhtml+xml", ".css": "text/css", ".svg": "image/svg+xml"}


def epub_files(parts: list[Part], edition: Edition, mark: str) -> dict[str, bytes]:
    """Return the files of the book, by their names and in the order in which they are packed.

    Parameters
    ----------
    parts : list of Part
        The volume, which is used up.
    edition : Edition
        What the cover says.
    mark : str
        The book's mark, an SVG.
    """
    inside = {
        "cover.xhtml": _page(
            edition, edition.title, f'<section class="cover">{_cover(edition, mark)}</section>'
        ),
        "nav.xhtml": _page(edition, _("Contents"), _navigation(parts)),
    }
    for chapter in itertools.chain.from_iterable(part.chapters for part in parts):
        inside[f"{chapter.slug}.xhtml"] = _page(edition, chapter.title, _chapter(chapter))
    order = list(inside)
    inside["cover.svg"] = _cover(edition, mark)
    inside["book.css"] = _STYLE.read_text(encoding="utf-8")
    files = {"mimetype": "application/epub+zip", "META-INF/container.xml": _CONTAINER}
    files[f"{_FOLDER}/package.opf"] = _package(edition, inside, order)
    files |= {f"{_FOLDER}/{name}": text for name, text in inside.items()}
    return {name: text.encode() for name, text in files.items()}


def _page(edition: Edition, title: str, body: str) -> str:
    code = escape(edition.language)
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n<!DOCTYPE html>\n<html xmlns="http://www.w3.org/1999/xhtml" '
        f'xmlns:epub="http://www.idpf.org/2007/ops" lang="{code}" xml:lang="{code}">\n<head>\n'
        f'<title>{escape(title)}</title>\n<link rel="stylesheet" type="text/css" href="book.css"/>\n</head>\n'
        f"<body>\n{body}\n</body>\n</html>\n"
    )


def _chapter(chapter: Chapter) -> str:
    """Return a chapter with what a reading device knows: links between files, MathML, SVG, no script."""
    body = chapter.body
    for link in body.select('a[href*=".html"]'):
        page, _dot, fragment = str(link["href"]).partition(".html")
        if ":" not in page:
            link["href"] = f"{page.replace('/', '-')}.xhtml{fragment}"
    for element in body.select("[role^=doc-biblio]"):
        del element["role"]  # out of use since a list says the same
    for formula in body.select(".katex"):
        _leave_mathml(formula)
    for picture in [text for text in body.find_all(string=True) if isinstance(text, Picture)]:
        picture.replace_with(Picture(picture.replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" ', 1)))
    return str(body)


def _leave_mathml(formula: Tag) -> None:
    """Put a formula's MathML in its place, with its source for devices that cannot show it."""
    mathematics, source = formula.find("math"), formula.find("annotation")
    if isinstance(mathematics, Tag) and isinstance(source, Tag):
        mathematics["alttext"] = " ".join(source.get_text().split())
        formula.replace_with(mathematics)


def _navigation(parts: list[Part]) -> str:
    items = ""
    for part in parts:
        links = "".join(
            f'<li><a href="{chapter.slug}.xhtml">{escape(chapter.title)}</a></li>'
            for chapter in part.chapters
        )
        items += f"<li><span>{escape(part.caption)}</span><ol>{links}</ol></li>" if part.caption else links
    return (
        f'<nav epub:type="toc" role="doc-toc" id="toc"><h1>{escape(_("Contents"))}</h1><ol>{items}</ol></nav>'
    )


def _cover(edition: Edition, mark: str) -> str:
    """Return the cover as a picture: the mark and the title, a word or two in a line."""
    drawing = re.sub(r"<svg[^>]*>|</svg>", "", mark)
    lines = _lines(edition.title)
    words = "".join(
        f'<text x="80" y="{430 + 84 * number}" font-size="72" font-weight="600" fill="#1f2328">'
        f"{escape(line)}</text>"
        for number, line in enumerate(lines)
    )
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 600 900" role="img" '
        f'aria-label="{escape(edition.title)}" font-family="Georgia, serif">'
        '<rect width="600" height="900" fill="#ffffff"/>'
        f'<g transform="translate(64 130) scale(5)">{drawing}</g>'
        f'{words}<text x="80" y="820" font-size="24" fill="#59626d">{escape(edition.author)}</text></svg>'
    )


def _lines(title: str, width: int = 11) -> list[str]:
    lines = [""]
    for word in title.split():
        if lines[-1] and len(lines[-1]) + 1 + len(word) > width:
            lines.append("")
        lines[-1] = f"{lines[-1]} {word}".strip()
    return lines


def _package(edition: Edition, inside: dict[str, str], order: list[str]) -> str:
    items = "\n".join(_item(name, text) for name, text in inside.items())
    spine = "\n".join(f'<itemref idref="{_identity(name)}"/>' for name in order)
    identity = uuid.uuid5(uuid.NAMESPACE_URL, f"{edition.title}/{edition.language}")
    facts = [
        f'<dc:identifier id="book">urn:uuid:{identity}</dc:identifier>',
        f"<dc:title>{escape(edition.title)}</dc:title>",
        f"<dc:creator>{escape(edition.author)}</dc:creator>",
        f"<dc:language>{escape(edition.language)}</dc:language>",
        f"<dc:date>{edition.time:%Y-%m-%d}</dc:date>",
        f"<dc:rights>{escape(_('Text and figures: CC BY 4.0. Code: MIT.'))}</dc:rights>",
        _meta("dcterms:modified", f"{edition.time:%Y-%m-%dT%H:%M:%SZ}"),
        *_accessibility(),
    ]
    if edition.name:
        facts.insert(5, f"<dc:description>{escape(edition.name)}</dc:description>")
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n<package xmlns="http://www.idpf.org/2007/opf" version="3.0" '
        f'unique-identifier="book" xml:lang="{escape(edition.language)}">\n'
        '<metadata xmlns:dc="http://purl.org/dc/elements/1.1/">\n' + "\n".join(facts) + "\n</metadata>\n"
        f"<manifest>\n{items}\n</manifest>\n<spine>\n{spine}\n</spine>\n</package>\n"
    )


def _accessibility() -> list[str]:
    features = ["alternativeText", "MathML", "readingOrder", "structuralNavigation", "tableOfContents"]
    summary = _(
        "Every figure has words that say what it shows, every formula is MathML, headings give the "
        "structure, and nothing is said by colour alone."
    )
    return [
        *(_meta("schema:accessMode", mode) for mode in ("textual", "visual")),
        *(_meta("schema:accessModeSufficient", modes) for modes in ("textual", "textual,visual")),
        *(_meta("schema:accessibilityFeature", feature) for feature in features),
        _meta("schema:accessibilityHazard", "none"),
        _meta("schema:accessibilitySummary", summary),
    ]


def _meta(name: str, value: str) -> str:
    return f'<meta property="{name}">{escape(value)}</meta>'


def _item(name: str, text: str) -> str:
    kinds = {"nav.xhtml": ["nav"], "cover.svg": ["cover-image"]}.get(name, [])
    if name.endswith(".xhtml"):
        kinds = kinds + [kind for kind, tag in (("mathml", "<math"), ("svg", "<svg")) if tag in text]
    properties = f' properties="{" ".join(kinds)}"' if kinds else ""
    return (
        f'<item id="{_identity(name)}" href="{name}" media-type="{_KINDS[Path(name).suffix]}"{properties}/>'
    )


def _identity(name: str) -> str:
    return "file-" + name.replace(".", "-")
