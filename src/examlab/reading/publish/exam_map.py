"""The map of the exam: a directive that lists every question with its points and its page.

On the site a script adds what the reader has solved (see `marks`); everywhere else the map is the paper's.
"""

from __future__ import annotations

import math
from html import escape
from pathlib import Path
from typing import Any

import yaml
from docutils import nodes
from sphinx import addnodes
from sphinx.util.docutils import SphinxDirective

from examlab.i18n import gettext as _
from examlab.i18n import ngettext
from examlab.reading.publish.marks import SelfChecks
from examlab.reading.publish.parts import exam_parts

__all__ = ["ExamMap"]


class ExamMap(SphinxDirective):
    """A table of every question: its part, number, points, and its page, or that it is in preparation.

    Each line of the content is a folder under ``notebooks/`` with a ``part.yml`` that lists its questions;
    without content, all of them in the order of ``_toc.yml``. If it also names an opener, the part's title
    leads there, except on that page itself.
    """

    has_content = True

    def run(self) -> list[nodes.Node]:
        """Return one table a part, with what the paper says of its points."""
        folders = [*filter(None, map(str.strip, self.content))]
        if not folders:
            self.env.note_dependency(str(Path(self.env.srcdir) / "_toc.yml"))
            folders = exam_parts(Path(self.env.srcdir))
        parts = {folder: self._read(folder) for folder in folders}
        domain = self.env.get_domain("examlab")
        assert isinstance(domain, SelfChecks)
        domain.note_map(page for folder, part in parts.items() for page in _pages(folder, part))
        whole = len(parts) > 1
        total = sum(_worth(part) for part in parts.values())
        made = [_points(total)] if whole and total else []
        for folder, part in parts.items():
            made.append(
                nodes.container("", *self._part(folder, part), classes=["examlab-part", f"part-{folder}"])
            )
        return [*made, _foot(whole=whole)]

    def _read(self, folder: str) -> dict[str, Any]:
        path = Path(self.env.srcdir) / "notebooks" / folder / "part.yml"
        if not path.is_file():
            raise self.error(f"exam-map: {path} does not exist: name a folder of notebooks with a part.yml")
        self.env.note_dependency(str(path))
        part: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
        return part

    def _part(self, folder: str, part: dict[str, Any]) -> list[nodes.Node]:
        made = self.parse_text_to_nodes(self._text(folder, part))
        for body in (body for node in made for body in node.findall(nodes.tbody)):
            for row, question in zip(body.findall(nodes.row), part["questions"], strict=True):
                _put_mark(row, f"notebooks/{folder}/{question['page']}", question.get("points"))
        if total := _worth(part):
            made.insert(1, _points(total))
        return made

    def _text(self, folder: str, part: dict[str, Any]) -> str:
        opener, title = f"notebooks/{folder}/{part.get('opener')}", part["title"]
        if opener in self.env.found_docs and opener != self.env.docname:
            title = f"[{title}](/{opener}.ipynb)"
        announced = ngettext("{points} point", "{points} points", math.ceil(part["points"]))
        heading = f"**{title}** ({announced.format(points=part['points'])})"
        lines = [f"| {_('No.')} | {_('Question')} | {_('Points')} |", "|--:|:--|--:|"]
        lines += [self._row(folder, question) for question in part["questions"]]
        remark = ["", part["remark"]] if part.get("remark") else []
        return "\n".join([heading, "", *lines, *remark])

    def _row(self, folder: str, question: dict[str, Any]) -> str:
        document = f"notebooks/{folder}/{question['page']}"
        title = question["title"]
        if document in self.env.found_docs:
            title = f"[{title}](/{document}.ipynb)"
        else:
            title = f"{title} (*{_('in preparation')}*)"
        points = question.get("points")
        return f"| {question.get('number', '')} | {title} | {'' if points is None else f'{points:g}'} |"


def _pages(folder: str, part: dict[str, Any]) -> list[str]:
    names = [part.get("opener"), *(question["page"] for question in part["questions"])]
    return [f"notebooks/{folder}/{name}" for name in names if name]


def _worth(part: dict[str, Any]) -> float:
    """Return what a part's questions add up to, which may be another number than its heading announces."""
    return sum(question.get("points") or 0 for question in part["questions"])


def _on_the_site(html: str) -> nodes.Node:
    """Return what stands on the site alone; hidden there until its script runs."""
    return addnodes.only("", nodes.raw("", html, format="html"), expr="builder_html or builder_dirhtml")


def _put_mark(row: nodes.row, page: str, points: float | None) -> None:
    cell = list(row.findall(nodes.entry))[-1]
    worth = "" if points is None else f' data-points="{points:g}"'
    mark = _on_the_site(f'<span class="examlab-mark" data-page="{escape(page)}"{worth}></span> ')
    number = nodes.inline("", cell.astext(), classes=["examlab-worth"])
    cell.clear()
    cell += nodes.paragraph("", "", mark, number)


def _points(total: float) -> nodes.Node:
    says = ngettext("{earned} of {total} point earned", "{earned} of {total} points earned", math.ceil(total))
    says = says.format(earned="{earned}", total=f"{total:g}")
    return _on_the_site(
        f'<div class="examlab-points" data-says="{escape(says)}">'
        f'<progress max="{total:g}" value="0" aria-hidden="true"></progress> <span>&nbsp;</span></div>'
    )


def _foot(*, whole: bool) -> nodes.Node:
    asks = (
        _("Forget every self-check of this book that you have solved or begun?")
        if whole
        else _("Forget every self-check of this part that you have solved or begun?")
    )
    note = _(
        "A question’s points count as earned once you have solved its self-check: practice, not a mark of "
        "the exam. What you have solved stays in this browser and is sent nowhere."
    )
    forget = escape(_("Forget what I have solved"))
    return _on_the_site(
        f'<div class="examlab-marks-foot"><p class="examlab-marks-note">{escape(note)}</p>'
        f'<p class="examlab-marks-heard" role="status"></p>'
        f'<button type="button" class="examlab-forget">{forget}</button>'
        f'<dialog class="examlab-asks" data-whole="{str(whole).lower()}" aria-label="{forget}">'
        f"<p>{escape(asks)}</p>"
        f'<button type="button" value="keep" autofocus>{escape(_("Keep"))}</button> '
        f'<button type="button" value="forget">{escape(_("Forget"))}</button></dialog></div>'
    )
