"""Pages that have moved: their old addresses lead to where they are now."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml
from sphinx.application import Sphinx
from sphinx.errors import ExtensionError

from examlab.i18n import gettext as _

__all__ = ["REDIRECTS", "moved_pages", "write_redirects"]

REDIRECTS = Path("book", "redirects.yml")
"""Old names of pages with their new ones, as Sphinx names documents: ``book/old: book/new``."""


def moved_pages(root: Path) -> dict[str, str]:
    """Return the new name of each page that has moved."""
    file = root / REDIRECTS
    return (yaml.safe_load(file.read_text(encoding="utf-8")) or {}) if file.is_file() else {}


def write_redirects(app: Sphinx) -> Iterator[tuple[str, dict[str, Any], str]]:
    """Write a page at each old address that leads to the new one.

    Raises
    ------
    ExtensionError
        If an old address is that of a page, or a new one is that of none.
    """
    for old, new in moved_pages(Path(app.confdir)).items():
        if old in app.env.found_docs:
            raise ExtensionError(f"{REDIRECTS}: {old} has moved, but there is a page of that name")
        if new not in app.env.found_docs:
            raise ExtensionError(f"{REDIRECTS}: {old} has moved to {new}, which is no page")
        told = {
            "title": _("This page has moved"),
            "new": new,
            "new_title": app.env.titles[new].astext(),
            "new_url": app.builder.get_relative_uri(old, new),
            "canonical": app.config.html_baseurl
            and app.config.html_baseurl + app.builder.get_target_uri(new),
        }
        yield old, told, "moved.html"
