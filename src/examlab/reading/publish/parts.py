"""The parts of the exam, as the table of contents names them, and the accent of each.

A part is a folder under ``notebooks/`` with a ``part.yml``. Which there are, and in which order, stands in
``_toc.yml`` alone.
"""

from __future__ import annotations

from itertools import accumulate, cycle
from pathlib import Path
from typing import Any

import yaml
from sphinx.application import Sphinx
from sphinx.config import Config
from sphinx_external_toc.parsing import parse_toc_yaml

__all__ = ["ACCENTS", "accents", "exam_parts", "part_of", "tell_part", "use_accents"]

REFERENCE = "reference"
"""The part of all pages around the exam: how to read, notation, glossary, search."""

ACCENTS = ("blue", "orange", "teal")
"""The colours of the parts, in their order; the fourth part begins again."""


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


def exam_parts(root: Path) -> list[str]:
    """Return the parts in the order of ``_toc.yml``: folders of notebooks that have a ``part.yml``."""
    pages = parse_toc_yaml(root / "_toc.yml")
    names = (part_of(page, front=str(pages.root.docname)) for page in map(str, pages))
    return [name for name in dict.fromkeys(names) if (root / "notebooks" / name / "part.yml").is_file()]


def accents(root: Path) -> list[dict[str, Any]]:
    """Return the name of each part, its accent, and where its points end among all, in percent."""
    names = exam_parts(root)
    points = [_points(root / "notebooks" / name / "part.yml") for name in names]
    ends = [100 * end / (sum(points) or 1) for end in accumulate(points)]
    return [
        {"name": name, "accent": accent, "begin": begin, "end": end}
        for name, accent, begin, end in zip(names, cycle(ACCENTS), [0, *ends[:-1]], ends, strict=False)
    ]


def use_accents(root: Path, config: Config) -> None:
    """Give the parts to the style sheet ``parts.css``, and to every page that reads it."""
    config.html_context["exam_parts"] = accents(root)


def tell_part(app: Sphinx, page: str, template: str, context: dict[str, Any], doctree: Any) -> None:
    """Give the page's template the name of its part, and that of the book."""
    context["part"] = part_of(page, front=app.config.root_doc)
    context["book"] = app.config.html_title


def _points(path: Path) -> float:
    return float(yaml.safe_load(path.read_text(encoding="utf-8"))["points"])
