"""What Sphinx and its theme leave out for readers who listen or use the keyboard, put right in the pages.

Each rule stands beside its reason. Most were found by axe-core, with which the tests read every page.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from html import escape
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxRole
from sphinx.writers.html5 import HTML5Translator as HTMLTranslator

from examlab.i18n import gettext as _

__all__ = ["complete_pages"]

Rules = Sequence[tuple[str, str]]

# The role is deprecated, and not allowed on a <div>; its list was one already.
_TEXT: Rules = (
    (r' role="doc-biblioentry"', ' role="listitem"'),
    # A short formula stays on one line; a long one may break between its parts, as telephones need.
    (
        r'<span class="math">(<span class="katex"><span class="katex-mathml">(?:(?!</math>).)*'
        r'<annotation encoding="application/x-tex">[^<]{1,16}</annotation>)',
        r'<span class="math examlab-short">\1',
    ),
    # A name that is none of the words one sees: who speaks them to open the code would not be understood.
    (r'<summary aria-label="Toggle hidden content">', "<summary>"),
)


def complete_pages(app: Sphinx) -> None:
    """Register what this module does: roles, rules, a style sheet and a script."""
    app.add_role("fr", French())
    app.add_node(french, html=(_open_french, _close_french))
    app.add_css_file("access.css")
    app.add_js_file("access.js", loading_method="defer")
    app.connect("html-page-context", complete_text)
    app.connect("build-finished", complete_frame)


def _frame() -> Rules:
    """Return the rules for what the theme puts around the text of a page."""
    return (
        # The book's name and the search stand outside of every landmark: the whole column becomes one.
        (
            r'<div id="pst-primary-sidebar" class=',
            f'<div id="pst-primary-sidebar" role="complementary" aria-label="{escape(_("The book"))}" class=',
        ),
        # Its words say what the button does, and the keys beside them which opens it.
        (r'(<button class="btn search-button-field[^"]*") title="[^"]*" aria-label="[^"]*"', r"\1"),
        # Which page of the list this is, said by more than its colour.
        (r'(<a class="current reference internal" href="#")(?=>)', r'\1 aria-current="page"'),
    )


def complete_text(app: Sphinx, page: str, template: str, context: dict[str, Any], doctree: Any) -> None:
    """Put right what Sphinx and its extensions write for the text of a page."""
    if "body" in context:
        context["body"] = _applied(_TEXT, context["body"])


def complete_frame(app: Sphinx, exception: Exception | None) -> None:
    """Put right what the theme writes around it, in all built pages; pages done before stay as they are."""
    if exception is not None or app.builder.format != "html":
        return
    for path in Path(app.outdir).rglob("*.html"):
        before = path.read_text(encoding="utf-8")
        after = _applied(_frame(), before)
        if after != before:
            path.write_text(after, encoding="utf-8")


def _applied(rules: Rules, text: str) -> str:
    for pattern, replacement in rules:
        text = re.sub(pattern, replacement, text)
    return text


class french(nodes.emphasis):
    """Words in French; italics where a builder knows no languages."""


class French(SphinxRole):
    """Words in French, which a screen reader then pronounces so: ``{fr}`descente de gradient```."""

    def run(self) -> tuple[list[nodes.Node], list[nodes.system_message]]:
        """Return the words, marked as French."""
        return [french(self.rawtext, self.text)], []


def _open_french(translator: HTMLTranslator, node: french) -> None:
    """Write the start of words in French."""
    translator.body.append(translator.starttag(node, "i", "", lang="fr"))


def _close_french(translator: HTMLTranslator, node: french) -> None:
    """Write their end."""
    translator.body.append("</i>")
