"""A comma after a formula stays on the formula's line: a browser would break the line between the two."""

from __future__ import annotations

import re

from docutils import nodes
from sphinx.application import Sphinx

__all__ = ["keep_punctuation"]

_CLOSING = re.compile(r"[,.;:!?)\]’”]+")


def keep_punctuation(app: Sphinx, doctree: nodes.document, page: str) -> None:
    """Put each formula into one element with the punctuation that follows it; book.css does the rest."""
    for formula in list(doctree.findall(nodes.math)):
        line, place = formula.parent, formula.parent.index(formula)
        after = line[place + 1] if place + 1 < len(line) else None
        if isinstance(after, nodes.Text) and (found := _CLOSING.match(after)):
            together = nodes.inline("", "", formula.deepcopy(), nodes.Text(found[0]), classes=["together"])
            line[place : place + 2] = [together, nodes.Text(after[found.end() :])]
