"""Self-checks: a question that readers answer for themselves before they read on.

`check` joins a prompt, an answer and a solution; the answer comes from `one_of`, `several_of`, `number`,
`table` or `order`. A wrong answer is met with the slip that leads to it, never with the solution, which
unfolds on request.

Both faces are the same HTML: a form that reads well on paper and without a script, and a JSON description of
what is right. The one marker is ``assets/check.js``. The site loads it once a page; in a live notebook it
travels with each check, so that the output works with no other file.
"""

from __future__ import annotations

import json
import re
from dataclasses import asdict, dataclass
from functools import cached_property
from hashlib import sha256
from html import escape
from pathlib import Path
from typing import Any

from examlab.arguments import text
from examlab.i18n import gettext as _
from examlab.i18n import language
from examlab.reading.answers import Answer, Choice, Number, Order, Table, rich
from examlab.reading.explorer import is_site_build

__all__ = ["SelfCheck", "check"]

_ASSETS = Path(__file__).parent / "assets"


@dataclass(frozen=True)
class SelfCheck:
    """A question that shows itself in a notebook and on the site; made by `check`."""

    prompt: str
    answer: Answer
    solution: str
    label: str | None = None

    @cached_property
    def id(self) -> str:
        """A name that stays while the question does, whatever the language."""
        definition = [self.prompt, type(self.answer).__name__, asdict(self.answer)]
        return "check-" + sha256(json.dumps(definition).encode()).hexdigest()[:10]

    def spec(self) -> dict[str, Any]:
        """Return what the marker needs to know: what is right, which slip says what, its own words."""
        spec = self.answer.spec(self.id)
        texts = {
            "right": _("Right."),
            "compare": _("Compare your reasoning with the solution below."),
            "wrong": _("Not yet."),
            "nudge": _("Go back to the question, and try again."),
            **spec["texts"],
        }
        return {"id": self.id, **spec, "texts": texts}

    def html(self, *, live: bool) -> str:
        """Return the HTML; a `live` one brings its own style sheet and script.

        Parameters
        ----------
        live : bool
            Whether the HTML has to work with no other file.

        Returns
        -------
        str
            The same bytes at each call.
        """
        body = self._html()
        if not live:
            return body
        style, script = ((_ASSETS / name).read_text(encoding="utf-8") for name in ("check.css", "check.js"))
        return f"<style>\n{style}</style>\n{body}\n<script>\n{script}</script>"

    def text(self) -> str:
        """Return the question and its choices as plain text, without what is right."""
        heading = f"{self._label()}: {_(self.prompt)}"
        return "\n".join([heading, *self.answer.lines(self.id), _("(answer in the website or run the cell)")])

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, str]:
        return {"text/html": self.html(live=not is_site_build()), "text/plain": self.text()}

    def _label(self) -> str:
        return self.answer.label if self.label is None else _(self.label)

    def _html(self) -> str:
        key = self.id
        paragraphs = re.split(r"\n\s*\n", _(self.solution).strip())
        legend = (
            f'<span class="examlab-check-label">{rich(self._label())}</span> '
            f'<span class="examlab-check-prompt">{rich(_(self.prompt))}</span>'
        )
        return (
            # The class keeps MathJax from reading dollars in plain text.
            f'<div class="examlab-check mathjax_ignore" id="{key}" lang="{escape(language())}">'
            f'<script type="application/json" class="examlab-check-spec">{_json(self.spec())}</script>'
            f'<fieldset aria-describedby="{key}-status"><legend>{legend}</legend>'
            f"{self.answer.html(key)}</fieldset>"
            '<div class="examlab-check-buttons" hidden>'
            f'<button type="button" data-do="answer">{escape(_("Check"))}</button>'
            f'<button type="button" data-do="reset" hidden>{escape(_("Try again"))}</button></div>'
            f'<div class="examlab-check-status" id="{key}-status" role="status" aria-live="polite"></div>'
            f"<noscript><p>{escape(_('Without JavaScript this page cannot check an answer.'))}</p></noscript>"
            f'<details class="examlab-check-solution"><summary>{escape(_("Show the solution"))}</summary>'
            f"{''.join(f'<p>{rich(part)}</p>' for part in paragraphs)}</details></div>"
        )


def check(prompt: str, answer: Answer, *, solution: str, label: str | None = None) -> SelfCheck:
    """Return a question that readers answer for themselves.

    Texts are plain, with `code` between backticks; the solution may have several paragraphs, parted by empty
    lines.

    Parameters
    ----------
    prompt : str
        The question.
    answer : Choice, Number, Table or Order
        What is right and which slip says what, from `one_of`, `several_of`, `number`, `table` or `order`.
    solution : str
        What unfolds when a reader asks for it.
    label : str, optional
        A few words over the question; what the reader is to do unless told.

    Returns
    -------
    SelfCheck
        Shown by a notebook when it ends a cell.

    Raises
    ------
    TypeError, ValueError
        If a text is empty or no text, or the answer comes from somewhere else.

    Examples
    --------
    >>> from examlab.reading.answers import number
    >>> question = check(
    ...     "How many parameters has a convolution of 32 filters 3×3 on one channel?",
    ...     number(320, slips={288: "You forgot the biases, one for each filter."}),
    ...     solution="32 · 3 · 3 · 1 weights and 32 biases: 320.",
    ... )
    >>> print(question.text())
    Write a number: How many parameters has a convolution of 32 filters 3×3 on one channel?
      ____
    (answer in the website or run the cell)
    """
    if not isinstance(answer, Choice | Number | Table | Order):
        raise TypeError(f"answer must come from one_of, several_of, number, table or order, got {answer!r}")
    if label is not None:
        text("label", label)
    return SelfCheck(text("prompt", prompt), answer, text("solution", solution), label)


def _json(value: object) -> str:
    """Return JSON that no text can end early, whatever stands in it."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return text.replace("&", "\\u0026").replace("<", "\\u003c").replace(">", "\\u003e")
