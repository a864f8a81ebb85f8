"""Progress in the reader's browser: which self-checks each page holds, and the words of ``marks.js``.

What a reader has solved is known to the browser alone. The site only tells the script which self-checks
belong to which page, so that the map of the exam can say what has been earned. A self-check's name is made
from its content: one that has changed has another name, and does not count as solved.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence
from html import escape
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.domains import Domain
from sphinx.environment import BuildEnvironment

from examlab.i18n import gettext as _

__all__ = ["SelfChecks", "add_marks"]

_CHECK = re.compile(r'class="examlab-check[^"]*" id="(check-[0-9a-f]+)"')


class SelfChecks(Domain):
    """The self-checks of every page, and the pages that each map of the exam lists."""

    name = "examlab"
    label = "self-checks"
    initial_data = {"checks": {}, "maps": {}}  # noqa: RUF012  Sphinx copies it
    data_version = 1

    def process_doc(self, env: BuildEnvironment, docname: str, document: nodes.document) -> None:
        """Find the self-checks of a page that has been read."""
        shown = (node.astext() for node in document.findall(nodes.raw) if node.get("format") == "html")
        if found := [key for text in shown for key in _CHECK.findall(text)]:
            self.data["checks"][docname] = list(dict.fromkeys(found))

    def note_map(self, pages: Iterable[str]) -> None:
        """Remember that the page being read shows a map of these pages."""
        self.data["maps"].setdefault(self.env.docname, []).extend(pages)

    def checks(self, page: str) -> list[str]:
        """Return the names of a page's self-checks."""
        found: list[str] = self.data["checks"].get(page, [])
        return found

    def mapped(self, page: str) -> dict[str, list[str]]:
        """Return the self-checks of every page that a page's map lists; nothing if it shows no map."""
        return {listed: self.checks(listed) for listed in self.data["maps"].get(page, [])}

    def clear_doc(self, docname: str) -> None:
        """Forget a page that is read again."""
        for found in self.data.values():
            if isinstance(found, dict):
                found.pop(docname, None)

    def merge_domaindata(self, docnames: Sequence[str], otherdata: dict[str, Any]) -> None:
        """Take over what another process has read."""
        for kind in self.initial_data:
            self.data[kind] |= {name: found for name, found in otherdata[kind].items() if name in docnames}

    def resolve_any_xref(self, *_args: Any) -> list[Any]:
        """Return no targets: nothing here can be linked to."""
        return []


def add_marks(app: Sphinx) -> None:
    """Let the script of progress run on pages that hold a self-check or a map, and nowhere else."""
    app.add_domain(SelfChecks)
    app.connect("env-updated", _write_maps_again)
    app.connect("html-page-context", _tell)


def _write_maps_again(app: Sphinx, env: BuildEnvironment) -> list[str]:
    """Return the pages with a map: a self-check of a page they list may have changed."""
    return list(env.get_domain("examlab").data["maps"])


def _tell(app: Sphinx, page: str, template: str, context: dict[str, Any], doctree: Any) -> None:
    """Put into a page what its script has to know, as an attribute that no text can leave."""
    domain = app.env.get_domain("examlab")
    assert isinstance(domain, SelfChecks)
    pages = domain.mapped(page)
    if not (pages or domain.checks(page)) or app.builder.name not in ("html", "dirhtml"):
        return
    told = json.dumps({"pages": pages, "words": _words()}, ensure_ascii=False, separators=(",", ":"))
    context["body"] += f'<div class="examlab-told" hidden data-told="{escape(told)}"></div>\n'
    app.add_css_file("marks.css")
    app.add_js_file("marks.js", loading_method="defer")


def _words() -> dict[str, str]:
    return {
        "first": _("Solved at the first try"),
        "later": _("Solved at try {number}"),
        "solved": _("solved"),
        "begun": _("begun"),
        "unkept": _("Your browser does not let this page keep what you have solved."),
    }
