"""The volume as one document for paper: cover, contents with page numbers, parts, chapters, solutions."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import escape

from bs4.element import Tag

from examlab.i18n import gettext as _
from examlab.reading.publish.offline.edition import Edition
from examlab.reading.publish.offline.volume import Chapter, Part, Picture

__all__ = ["document"]

_NAMING = ("id", "for", "headers", "aria-labelledby", "aria-describedby", "aria-controls")
"""Attributes with names that have to differ between the chapters of one document."""
_LABEL = 'aria-labelledby="'


def document(parts: list[Part], edition: Edition, styles: list[str], mark: str) -> str:
    """Return the book as one HTML document, with room for page numbers in its contents.

    Parameters
    ----------
    parts : list of Part
        The volume, which is used up.
    edition : Edition
        What the cover says.
    styles : list of str
        Addresses of style sheets.
    mark : str
        The book's mark, an SVG.
    """
    chapters = [chapter for part in parts for chapter in part.chapters]
    heads = "\n".join(
        _running_heads(f"c{number}", edition, chapter) for number, chapter in enumerate(chapters)
    )
    links = "\n".join(f'<link rel="stylesheet" href="{escape(style)}">' for style in styles)
    numbered = iter(range(len(chapters)))
    body = "\n".join(_part(part, numbered) for part in parts)
    return (
        f'<!DOCTYPE html>\n<html lang="{escape(edition.language)}" data-theme="light">\n<head>\n'
        '<meta charset="utf-8">\n'
        f"<title>{escape(edition.title)}</title>\n{links}\n<style>\n{heads}\n</style>\n</head>\n<body>\n"
        f"{_cover(edition, mark)}\n{_contents(parts)}\n{body}\n</body>\n</html>\n"
    )


def _running_heads(kind: str, edition: Edition, chapter: Chapter) -> str:
    """Return the style of a chapter's pages: the book's title to the left, the chapter's to the right."""
    right = "" if chapter.title == edition.title else f" @top-right {{ content: {_quoted(chapter.title)}; }}"
    left = f"@top-left {{ content: {_quoted(edition.title)}; }}"
    return f"@page {kind} {{ {left}{right} }}\n.{kind} {{ page: {kind}; }}"


def _quoted(text: str) -> str:
    """Return a text as a style sheet quotes it."""
    return '"' + re.sub(r'[\\"<]', lambda match: f"\\{ord(match[0]):x} ", text) + '"'


def _cover(edition: Edition, mark: str) -> str:
    lines = [
        (_("Every question of one machine-learning exam, derived, drawn and proved"), "subtitle"),
        (edition.author, "author"),
        (edition.name, "edition"),
        (_("Text and figures: CC BY 4.0. Code: MIT."), "licence"),
    ]
    said = "".join(f'<p class="{kind}">{escape(line)}</p>' for line, kind in lines if line)
    return f'<section class="cover">{mark}<p class="title">{escape(edition.title)}</p>{said}</section>'


def _contents(parts: list[Part]) -> str:
    note = _(
        "Figures stand here where their sliders start; on the site and in the notebooks they move. Cells "
        "that only prepare something are left out. The solutions of the self-checks are at the end."
    )
    items = "".join(
        (f'<li class="part">{escape(part.caption)}</li>' if part.caption else "")
        + "".join(
            f'<li><a href="#{chapter.slug}"><span class="of">{escape(chapter.title)}</span>'
            '<span class="at"></span></a></li>'
            for chapter in part.chapters
        )
        for part in parts
    )
    return (
        f'<nav class="contents"><h1>{escape(_("Contents"))}</h1><ol>{items}</ol>'
        f'<p class="note">{escape(note)}</p></nav>'
    )


def _part(part: Part, numbers: Iterator[int]) -> str:
    opening = f'<h1 class="part">{escape(part.caption)}</h1>' if part.caption else ""
    texts = []
    for chapter in part.chapters:
        text = _chapter(chapter, deeper=bool(part.caption))
        texts.append(f'<section class="chapter c{next(numbers)}">{opening}{text}</section>')
        opening = ""
    return "\n".join(texts)


def _chapter(chapter: Chapter, *, deeper: bool) -> str:
    """Return a chapter's text, with names of its own and, inside of a part, with headings a level lower."""
    body = chapter.body
    for element in body.find_all(True):
        for name in _NAMING:
            if name in element.attrs:
                element[name] = " ".join(_named(chapter.slug, one) for one in str(element[name]).split())
        if deeper and re.fullmatch("h[1-5]", element.name):
            element.name = f"h{int(element.name[1]) + 1}"
    for link in body.select('a[href*=".html"]'):
        page, _hash, fragment = str(link["href"]).partition(".html#")
        slug = page.removesuffix(".html").replace("/", "-")
        if ":" not in page:
            link["href"] = f"#{_named(slug, fragment)}" if fragment else f"#{slug}"
    for formula in body.select(".katex"):
        _read_aloud(formula)
    for frame in body.select("figure, figcaption"):
        frame.name = "div"  # what PDF calls a figure is the picture, which has its words
    for picture in [text for text in body.find_all(string=True) if isinstance(text, Picture)]:
        picture.replace_with(Picture(picture.replace(_LABEL, f"{_LABEL}{_named(chapter.slug, '')}")))
    title = body.find(["h1", "h2"])
    if isinstance(title, Tag):
        title["class"] = "chapter-title"
    body["id"] = chapter.slug
    return str(body)


def _named(slug: str, identity: str) -> str:
    return f"{slug}--{identity}"


def _read_aloud(formula: Tag) -> None:
    """Give a formula its source as alternative text, and leave its drawing alone to the eye."""
    source = formula.select_one("annotation")
    drawn = formula.select_one(".katex-html")
    spoken = formula.select_one(".katex-mathml")
    if source is None or drawn is None or spoken is None:
        return
    formula.attrs |= {"role": "img", "aria-label": " ".join(source.get_text().split())}
    del drawn["aria-hidden"]
    spoken.decompose()
