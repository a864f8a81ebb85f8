"""The map of the exam: a directive that lists every question with its points and its page."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml
from docutils import nodes
from sphinx.util.docutils import SphinxDirective

from examlab.i18n import gettext as _

__all__ = ["ExamMap"]


class ExamMap(SphinxDirective):
    """A table of every question: its part, number, points, and its page, or that it is in preparation.

    Each line of the content is a folder under ``notebooks/`` with a ``part.yml`` that lists its questions. If
    it also names an opener, the part's title leads there, except on that page itself.
    """

    has_content = True

    def run(self) -> list[nodes.Node]:
        """Return one table a part, with what the paper says of its points."""
        made: list[nodes.Node] = []
        for folder in filter(None, map(str.strip, self.content)):
            path = Path(self.env.srcdir) / "notebooks" / folder / "part.yml"
            if not path.is_file():
                raise self.error(
                    f"exam-map: {path} does not exist: name a folder of notebooks with a part.yml"
                )
            self.env.note_dependency(str(path))
            made += self._part(folder, yaml.safe_load(path.read_text(encoding="utf-8")))
        return made

    def _part(self, folder: str, part: dict[str, Any]) -> list[nodes.Node]:
        opener, title = f"notebooks/{folder}/{part.get('opener')}", part["title"]
        if opener in self.env.found_docs and opener != self.env.docname:
            title = f"[{title}](/{opener}.ipynb)"
        heading = f"**{title}** ({_('{points} points').format(points=part['points'])})"
        lines = [f"| {_('No.')} | {_('Question')} | {_('Points')} |", "|--:|:--|--:|"]
        lines += [self._row(folder, question) for question in part["questions"]]
        remark = ["", part["remark"]] if part.get("remark") else []
        return self.parse_text_to_nodes("\n".join([heading, "", *lines, *remark]))

    def _row(self, folder: str, question: dict[str, Any]) -> str:
        document = f"notebooks/{folder}/{question['page']}"
        title = question["title"]
        if document in self.env.found_docs:
            title = f"[{title}](/{document}.ipynb)"
        else:
            title = f"{title} (*{_('in preparation')}*)"
        points = question.get("points")
        return f"| {question.get('number', '')} | {title} | {'' if points is None else f'{points:g}'} |"
