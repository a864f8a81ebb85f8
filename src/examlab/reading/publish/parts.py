"""The part of the book that a page belongs to, which its accent shows."""

from __future__ import annotations

from typing import Any

from sphinx.application import Sphinx

__all__ = ["part_of", "tell_part"]

REFERENCE = "reference"
"""The part of all pages around the exam: how to read, notation, glossary, search."""


def part_of(page: str, *, front: str) -> str:
    """Return the part of a page by its name; the `front` page is one of its own.

    Examples
    --------
    >>> [part_of(page, front="index") for page in ("index", "notebooks/gan/index", "book/glossary", "search")]
    ['front', 'gan', 'reference', 'reference']
    """
    if page == front:
        return "front"
    folders = page.split("/")[:-1]
    return folders[1] if len(folders) == 2 and folders[0] == "notebooks" else REFERENCE


def tell_part(app: Sphinx, page: str, template: str, context: dict[str, Any], doctree: Any) -> None:
    """Give the page's template the name of its part, and that of the book."""
    context["part"] = part_of(page, front=app.config.root_doc)
    context["book"] = app.config.html_title
