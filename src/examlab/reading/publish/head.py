"""What a page says of itself where it is not open: in a search engine, or under a shared link."""

from __future__ import annotations

import re
from html import escape, unescape
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx

from examlab.i18n import gettext as _
from examlab.i18n import language
from examlab.reading.publish.plain import plain_text

__all__ = ["describe_page"]

LONGEST = 300
"""Characters of a description; services that show one cut it at their own length."""

_DESCRIPTION = re.compile(r'<meta (?=[^>]*name="description")[^>]*content="([^"]*)"')
_LOCALES = {"en": "en_GB", "fr": "fr_FR"}


def describe_page(app: Sphinx, page: str, template: str, context: dict[str, Any], doctree: Any) -> None:
    """Give a page its description: the one written at its top, or else its first paragraph."""
    if app.builder.format != "html":
        return
    tags = context.get("metatags") or ""
    written = _DESCRIPTION.search(tags)
    words = unescape(written[1]) if written else _other_page(page) or _first_paragraph(doctree)
    if words and not written:
        tags += f'<meta name="description" content="{escape(words)}" />\n'
    if page == app.config.notfound_pagename:
        context["pageurl"] = None  # it stands at every address that is no page
    if doctree is None:
        tags += '<meta name="robots" content="noindex" />\n'
    touch_icon = context["pathto"]("_static/touch-icon.png", 1)
    context["metatags"] = f'{tags}<link rel="apple-touch-icon" href="{touch_icon}" />\n'
    # The welcome page has the book's title: saying it twice would not tell more.
    if context.get("title") == context.get("docstitle"):
        context["theme_logo"] = {**(context.get("theme_logo") or {}), "text": context["docstitle"]}
        context["docstitle"] = ""
    # What is said under a shared link, where sphinxext-opengraph writes it.
    context["meta"] = (context.get("meta") or {}) | {
        "og:description": escape(words),
        "og:type": "website" if page == app.config.root_doc else "article",
        "og:locale": _LOCALES.get(language(), language()),
    }


def _other_page(page: str) -> str:
    """Return the description of a page that no one has written."""
    return {
        "genindex": _("Every term and every name of the book, with the places where it stands."),
        "search": _("Find a term, a name or a formula in this book."),
        "404": _("There is no page at this address."),
    }.get(page, "")


def _first_paragraph(doctree: nodes.document | None) -> str:
    """Return the first paragraph of a page's own text, cut after a word."""
    paragraphs = doctree.findall(nodes.paragraph) if doctree else ()
    for paragraph in paragraphs:
        if isinstance(paragraph.parent, nodes.section):
            text = plain_text(paragraph)
            return text if len(text) <= LONGEST else text[: LONGEST - 2].rsplit(" ", 1)[0] + " …"
    return ""
