"""The links to the page before and the page after: a question's has its number."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml
from sphinx.application import Sphinx

from examlab.i18n import gettext as _

__all__ = ["number_neighbours"]


def number_neighbours(app: Sphinx, page: str, template: str, context: dict[str, Any], doctree: Any) -> None:
    """Put a question's number before its title in the links to the previous and the next page."""
    _parent, *neighbours = getattr(app.builder, "relations", {}).get(page) or (None, None, None)
    for side, name in zip(("prev", "next"), neighbours, strict=True):
        number = _number(Path(app.srcdir), name) if name else None
        if number and context.get(side):
            title = _("Question {number}: {title}").format(number=number, title=context[side]["title"])
            context[side] = context[side] | {"title": title}


def _number(root: Path, name: str) -> int | None:
    """Return the number of the question that a page answers, None if it answers none."""
    part = (root / name).parent / "part.yml"
    if not part.is_file():
        return None
    questions = yaml.safe_load(part.read_text(encoding="utf-8"))["questions"]
    return next((found.get("number") for found in questions if found["page"] == Path(name).name), None)
