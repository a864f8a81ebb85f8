"""Definitions of the terms that a page links to, once each in the page itself, for definitions.js."""

from __future__ import annotations

import re
from functools import lru_cache
from html import escape
from typing import Any

from docutils import nodes
from sphinx import addnodes
from sphinx.application import Sphinx
from sphinx.builders.html import StandaloneHTMLBuilder

__all__ = ["add_definitions"]

_LINK = re.compile(
    r'<a class="reference internal" href="[^"]*#(term-[^"]+)"[^>]*>\s*<span class="xref std std-term">'
)


def add_definitions(app: Sphinx, page: str, template: str, context: dict[str, Any], doctree: Any) -> None:
    """Add to a page the definition of each term that it links to; the glossary has them already."""
    if app.builder.format != "html" or "body" not in context:
        return
    wanted = sorted(set(_LINK.findall(context["body"])))
    places = {place: found for found, place in _terms(app)}
    written = [
        f'<div data-term="{escape(term)}">{_definition(app, places[term], term)}</div>'
        for term in wanted
        if places.get(term, page) != page
    ]
    if written:
        context["body"] += f'<template id="examlab-definitions">{"".join(written)}</template>\n'


def _terms(app: Sphinx) -> list[tuple[str, str]]:
    """Return the page and the place on it of each term of the glossary."""
    objects = app.env.domains["std"].data["objects"]
    return [place for (kind, _name), place in objects.items() if kind == "term"]


@lru_cache(maxsize=512)  # a term is linked to from many pages
def _definition(app: Sphinx, page: str, term: str) -> str:
    """Return a term with its definition, without links: nobody could reach them where it is shown."""
    for item in app.env.get_doctree(page).findall(nodes.definition_list_item):
        [*names, definition] = (child for child in item.children if isinstance(child, nodes.Element))
        if any(term in name["ids"] for name in names):
            break
    definition = definition.deepcopy()
    for link in list(definition.findall(addnodes.pending_xref)):
        link.replace_self(link.children[0].children)
    [first, *_others] = (name.astext() for name in names)
    builder = app.builder
    assert isinstance(builder, StandaloneHTMLBuilder), "asked for HTML alone"
    text = "".join(builder.render_partial(part)["fragment"] for part in definition.children)
    return f"<p><dfn>{escape(first)}</dfn></p>{text}"
