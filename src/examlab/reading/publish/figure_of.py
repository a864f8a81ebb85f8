"""The first figure of another page, to be moved here too."""

from __future__ import annotations

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective

__all__ = ["FigureOf", "bring_figures"]

_FIGURE = '<figure class="examlab-explore'
_logger = logging.getLogger(__name__)


class FigureNode(nodes.General, nodes.Element):
    """The place of a figure that another page has drawn."""


class FigureOf(SphinxDirective):
    """The first figure that moves on another page, named as in the table of contents.

    Nothing is drawn a second time: the page shows what the other page's notebook has drawn.
    """

    required_arguments = 1

    def run(self) -> list[nodes.Node]:
        """Keep a place for the figure: the other page may not have been read yet."""
        page = self.arguments[0]
        if page not in self.env.found_docs:
            raise self.error(f"figure-of: {page} is no page of the book")
        self.env.note_dependency(str(self.env.doc2path(page)))
        place = FigureNode(page=page)
        self.set_source_info(place)
        return [place]


def bring_figures(app: Sphinx, doctree: nodes.document, page: str) -> None:
    """Put each figure in the place kept for it."""
    for place in list(doctree.findall(FigureNode)):
        other = app.env.get_doctree(place["page"])
        outputs = (raw for raw in other.findall(nodes.raw) if raw.get("format") == "html")
        figure = next((raw for raw in outputs if raw.astext().startswith(_FIGURE)), None)
        if figure is None:
            _logger.warning("figure-of: %s has no figure", place["page"], location=place)
            place.parent.remove(place)
        else:
            place.replace_self(figure.deepcopy())
