"""The answers of self-checks: what is right, and which slip leads to what is wrong.

Each kind knows its form as HTML and as plain text, and its description for the one marker, ``check.js``.
"""

from __future__ import annotations

import operator
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from html import escape
from itertools import count
from typing import Any

from examlab import arguments
from examlab.arguments import text
from examlab.i18n import gettext as _

__all__ = [
    "Answer",
    "Choice",
    "Number",
    "Order",
    "Table",
    "Text",
    "fill",
    "number",
    "one_of",
    "order",
    "rich",
    "several_of",
    "table",
]

_LONGEST = 200
"""Characters that a field takes: more than any answer, less than what would slow a page down."""

Slips = tuple[tuple[str, str], ...]
"""Wrong answers, each with the slip that leads to it."""


@dataclass(frozen=True)
class Choice:
    """One or several of the texts a reader chooses from; made by `one_of` and `several_of`."""

    right: tuple[str, ...]
    wrong: Slips
    several: bool

    @property
    def label(self) -> str:
        """What the reader is to do, in a few words."""
        return _("Choose all that apply") if self.several else _("Choose one")

    def shuffled(self, key: str) -> list[str]:
        """Return the choices in an order that the key settles."""
        return _shuffled([*self.right, *dict(self.wrong)], key)

    def spec(self, key: str) -> dict[str, Any]:
        """Return what the marker needs to know."""
        choices, slips = self.shuffled(key), dict(self.wrong)
        texts = {"empty": _("Choose an answer first.")}
        if self.several:
            texts = {
                "empty": _("Choose at least one answer first."),
                "missing": _("What you chose is right, but something is missing."),
                "about": _("About “{choice}”:"),
            }
        return {
            "kind": "several" if self.several else "one",
            "choices": [_(text) for text in choices],
            "right": [index for index, text in enumerate(choices) if text in self.right],
            "slips": [_(slips.get(text, "")) for text in choices],
            "texts": texts,
        }

    def html(self, key: str) -> str:
        """Return the controls."""
        kind = "checkbox" if self.several else "radio"
        rows = (
            f'<label class="examlab-check-choice"><input type="{kind}" name="{key}" autocomplete="off">'
            f"<span>{rich(_(text))}</span></label>"
            for text in self.shuffled(key)
        )
        return "".join(rows)

    def lines(self, key: str) -> list[str]:
        """Return the choices as plain text."""
        return [f"  {'[ ]' if self.several else '( )'} {_(text)}" for text in self.shuffled(key)]


@dataclass(frozen=True)
class Number:
    """A number, right within a tolerance; made by `number` and `fill`."""

    value: float
    tolerance: float
    slips: tuple[tuple[float, str], ...]
    unit: str = ""

    @property
    def label(self) -> str:
        """What the reader is to do, in a few words."""
        return _("Write a number")

    @property
    def keyboard(self) -> str:
        """The keyboard a phone shows: the one for decimals has no minus sign everywhere."""
        return "text" if min([self.value, *dict(self.slips)]) < 0 else "decimal"

    def spec(self, key: str) -> dict[str, Any]:
        """Return what the marker needs to know."""
        return {
            "kind": "number",
            "value": self.value,
            "tolerance": self.tolerance,
            "unit": _(self.unit),
            "slips": [[value, _(slip)] for value, slip in self.slips],
            "texts": {
                "empty": _("Write a number first."),
                "unreadable": _("This does not read as a number. Write it like 320, 0.25, 1/4 or 1e-3."),
            },
        }

    def html(self, key: str) -> str:
        """Return the controls."""
        field = _field(self.keyboard, f'aria-describedby="{key}-status"')
        unit = f" <span>{rich(_(self.unit))}</span>" if self.unit else ""
        label = f"<span>{escape(_('Your answer'))}</span>"
        return f'<label class="examlab-check-number">{label} {field}{unit}</label>'

    def lines(self, key: str) -> list[str]:
        """Return the field as plain text."""
        return [f"  ____ {_(self.unit)}".rstrip()]


@dataclass(frozen=True)
class Text:
    """A word or a size to write into a cell; made by `fill`."""

    answer: str
    slips: Slips

    keyboard = "text"

    def spec(self, key: str) -> dict[str, Any]:
        """Return what the marker needs to know."""
        slips = [[_(answer), _(slip)] for answer, slip in self.slips]
        return {"kind": "text", "value": _(self.answer), "slips": slips, "texts": {}}


@dataclass(frozen=True)
class Table:
    """A table with cells to fill in; made by `table`."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str | Number | Text, ...], ...]

    @property
    def label(self) -> str:
        """What the reader is to do, in a few words."""
        return _("Fill in the table")

    def spec(self, key: str) -> dict[str, Any]:
        """Return what the marker needs to know."""
        cells = [
            {**cell.spec(key), "name": self._name(row, column)}
            for row, cells in enumerate(self.rows)
            for column, cell in enumerate(cells)
            if not isinstance(cell, str)
        ]
        texts = {
            "tally": _("Right: {right} of {total}."),
            "cell_right": _("right"),
            "cell_wrong": _("not yet"),
            "about": _("{cell}:"),
        }
        for cell in cells:
            texts |= cell.pop("texts")
        texts["empty"] = _("Fill in at least one cell first.")
        return {"kind": "table", "cells": cells, "texts": texts}

    def html(self, key: str) -> str:
        """Return the controls."""
        head = "".join(f'<th scope="col">{rich(_(column))}</th>' for column in self.columns)
        numbers = count()
        body = "".join(
            f"<tr>{''.join(self._cell(key, row, column, numbers) for column in range(len(cells)))}</tr>"
            for row, cells in enumerate(self.rows)
        )
        return (
            '<div class="examlab-check-scroll"><table class="examlab-check-table">'
            f"<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>"
        )

    def lines(self, key: str) -> list[str]:
        """Return the table as plain text."""
        rows = [[_(cell) if isinstance(cell, str) else "____" for cell in row] for row in self.rows]
        return ["  " + " | ".join(row) for row in [[_(column) for column in self.columns], *rows]]

    def _cell(self, key: str, row: int, column: int, numbers: count[int]) -> str:
        cell = self.rows[row][column]
        if isinstance(cell, str):
            return f'<th scope="row">{rich(_(cell))}</th>' if column == 0 else f"<td>{rich(_(cell))}</td>"
        note = f"{key}-cell-{next(numbers)}"
        name = escape(self._name(row, column).replace("`", ""))
        field = _field(cell.keyboard, f'aria-label="{name}" aria-describedby="{note}"')
        return f'<td>{field}<span class="examlab-check-note" id="{note}"></span></td>'

    def _name(self, row: int, column: int) -> str:
        head = self.rows[row][0]
        named = _(head) if isinstance(head, str) and head else _("row {number}").format(number=row + 1)
        return f"{named}, {_(self.columns[column])}"


@dataclass(frozen=True)
class Order:
    """Pieces to put in their order, and others that do not belong; made by `order`."""

    items: tuple[str, ...]
    distractors: Slips
    slips: tuple[tuple[tuple[str, str], str], ...]

    @property
    def label(self) -> str:
        """What the reader is to do, in a few words."""
        return _("Put in order")

    def shuffled(self, key: str) -> list[str]:
        """Return the pieces in an order that the key settles, none of them at its own place."""
        pieces = [*self.items, *dict(self.distractors)]
        orders = (_shuffled(pieces, f"{key}{attempt}") for attempt in count())
        return next(found for found in orders if all(map(operator.ne, found, self.items)))

    def spec(self, key: str) -> dict[str, Any]:
        """Return what the marker needs to know."""
        pieces, slips = self.shuffled(key), dict(self.distractors)
        return {
            "kind": "order",
            "choices": [_(piece) for piece in pieces],
            "right": [pieces.index(item) for item in self.items],
            "slips": [_(slips.get(piece, "")) for piece in pieces],
            "pairs": [[pieces.index(a), pieces.index(b), _(slip)] for (a, b), slip in self.slips],
            "texts": {
                "empty": _("Put at least one piece in place first."),
                "tally": _("In place from the start: {right} of {total}."),
                "about": _("About “{choice}”:"),
                "placed": _("{piece}: place {place}"),
                "taken": _("{piece}: taken out"),
                "up": _("Move {piece} up"),
                "down": _("Move {piece} down"),
                "out": _("Take {piece} out"),
            },
        }

    def html(self, key: str) -> str:
        """Return the controls."""
        pieces = "".join(
            f'<li><button type="button" class="examlab-check-piece">{rich(_(piece))}</button></li>'
            for piece in self.shuffled(key)
        )
        return (
            f'<p class="examlab-check-hint">{escape(self._hint())}</p>'
            f'<ul class="examlab-check-pool" aria-label="{escape(_("Pieces"))}">{pieces}</ul>'
            f'<ol class="examlab-check-placed" aria-label="{escape(_("Your order"))}">'
            + "<li></li>" * len(self.items)
            + '</ol><p class="examlab-check-aloud" aria-live="polite"></p>'
        )

    def lines(self, key: str) -> list[str]:
        """Return the pieces as plain text."""
        return [f"  - {_(piece)}" for piece in self.shuffled(key)]

    def _hint(self) -> str:
        if not self.distractors:
            return _("Press the pieces one after the other, the first one first.")
        hint = _("Press the {items} pieces that belong one after the other, the first one first.")
        return hint.format(items=len(self.items))


Answer = Choice | Number | Table | Order


def one_of(right: str, wrong: Mapping[str, str]) -> Choice:
    """Return an answer that is one of several choices.

    Parameters
    ----------
    right : str
        The right choice.
    wrong : mapping of str to str
        The other choices, and for each the slip that leads to it.

    Returns
    -------
    Choice
        To be given to `check`.

    Raises
    ------
    TypeError, ValueError
        If a text is empty or no text, there is no wrong choice, or the right one is among them.

    Examples
    --------
    >>> one_of("sigmoid", {"softmax": "Over one neuron it always gives 1."}).right
    ('sigmoid',)
    """
    return _choice((text("right", right),), wrong, several=False)


def several_of(right: Sequence[str], wrong: Mapping[str, str]) -> Choice:
    """Return an answer that is some of several choices.

    Parameters
    ----------
    right : sequence of str
        The choices that belong to the answer, one at least.
    wrong : mapping of str to str
        The other choices, and for each the slip that leads to it.

    Returns
    -------
    Choice
        To be given to `check`.

    Raises
    ------
    TypeError, ValueError
        If a text is empty, no text, or there twice, or either kind of choice is missing.

    Examples
    --------
    >>> several_of(["weights", "biases"], {"stride": "It moves the filter and is not learned."}).several
    True
    """
    return _choice(_texts("right", right, at_least=1), wrong, several=True)


def number(
    value: float, *, tolerance: float = 0.0, slips: Mapping[float, str] | None = None, unit: str = ""
) -> Number:
    """Return an answer that is a number.

    A reader writes it with a comma or a point, with spaces between thousands, as a fraction such as 1/4, or
    as 1e-3.

    Parameters
    ----------
    value : float
        The right number, in `unit`.
    tolerance : float
        How far off an answer may be and still count, for the value and for each slip; in `unit`.
    slips : mapping of float to str, optional
        Wrong numbers that a slip leads to, and what the slip is.
    unit : str
        What is counted or measured, shown after the field.

    Returns
    -------
    Number
        To be given to `check`, or as a cell to `table`.

    Raises
    ------
    TypeError, ValueError
        If a number is not finite, the tolerance is negative, or a slip is within the tolerance of the value.

    Examples
    --------
    >>> number(320, slips={288: "You forgot the biases."}).value
    320.0
    """
    value = arguments.number("value", value)
    tolerance = arguments.number("tolerance", tolerance, arguments.Interval(0, float("inf"), open_high=True))
    found = [(arguments.number("slips", wrong), slip) for wrong, slip in _explained("slips", slips)]
    for wrong, _slip in found:
        if abs(wrong - value) <= tolerance:
            raise ValueError(f"slips must be further than {tolerance:g} from {value:g}, got {wrong:g}")
    return Number(value, tolerance, tuple(found), text("unit", unit, empty=True))


def fill(
    answer: str | float, *, tolerance: float = 0.0, slips: Mapping[Any, str] | None = None
) -> Number | Text:
    """Return a cell of a `table` that a reader fills in.

    Spaces, capitals and accents do not count in a text, and a size may be written 16×16×32, 16x16x32 or
    (16, 16, 32).

    Parameters
    ----------
    answer : str or float
        What belongs in the cell.
    tolerance : float
        How far off a number may be; a text has none.
    slips : mapping, optional
        Wrong texts or numbers that a slip leads to, and what the slip is.

    Returns
    -------
    Number or Text
        To be put in a row of `table`.

    Raises
    ------
    TypeError, ValueError
        As `number` does, or if a text is empty, is among its own slips, or has a tolerance.

    Examples
    --------
    >>> fill("16×16×32", slips={"32×32×32": "A stride of 2 halves each side."}).answer
    '16×16×32'
    """
    if not isinstance(answer, str):
        return number(arguments.number("answer", answer), tolerance=tolerance, slips=slips)
    if tolerance:
        raise ValueError(f"tolerance must be 0 for a text, got {tolerance!r}")
    return Text(text("answer", answer), _others("slips", slips, than=(answer,)))


def table(columns: Sequence[str], rows: Sequence[Sequence[str | float | Number | Text]]) -> Table:
    """Return an answer that is the missing cells of a table.

    Parameters
    ----------
    columns : sequence of str
        The headings.
    rows : sequence of sequences
        As many cells as there are columns: a text or a number that is given, or a `fill` that the reader
        supplies. The first cell of a row names it.

    Returns
    -------
    Table
        To be given to `check`.

    Raises
    ------
    TypeError, ValueError
        If a row has another number of cells, a cell is of another type, or nothing is to be filled in.

    Examples
    --------
    >>> sizes = table(["layer", "output"], [["convolution", fill("16×16×32")], ["flatten", fill(8192)]])
    >>> len(sizes.rows)
    2
    """
    headings = _texts("columns", columns, at_least=1)
    for row in _sequence("rows", rows):
        if len(_sequence("rows", row)) != len(headings):
            raise ValueError(f"rows must have a cell for each of the {len(headings)} columns, got {row!r}")
    found = tuple(tuple(_cell(cell) for cell in row) for row in rows)
    if all(isinstance(cell, str) for row in found for cell in row):
        raise ValueError(f"rows must hold at least one cell to fill in, got {found!r}")
    return Table(headings, found)


def order(
    items: Sequence[str],
    *,
    distractors: Mapping[str, str] | None = None,
    slips: Mapping[tuple[str, str], str] | None = None,
) -> Order:
    """Return an answer that is an order of pieces.

    Parameters
    ----------
    items : sequence of str
        The pieces in their order, two at least, no piece twice.
    distractors : mapping of str to str, optional
        Pieces that do not belong, and for each the slip that leads to it.
    slips : mapping of pairs of str to str, optional
        For a piece put before another one that it should follow, what the slip is: ``{(early, late): text}``.

    Returns
    -------
    Order
        To be given to `check`.

    Raises
    ------
    TypeError, ValueError
        If pieces repeat, a distractor belongs, or a pair of slips is unknown or in its right order.

    Examples
    --------
    >>> order(["output", "hidden", "input"], slips={("input", "output"): "Start from the loss."}).items
    ('output', 'hidden', 'input')
    """
    pieces = _texts("items", items, at_least=2)
    others = _others("distractors", distractors, than=pieces)
    found = _explained("slips", slips)
    for pair, _slip in found:
        if not (isinstance(pair, tuple) and len(pair) == 2 and all(piece in pieces for piece in pair)):
            raise ValueError(f"slips must be for pairs of items, got {pair!r}")
        if pieces.index(pair[0]) <= pieces.index(pair[1]):
            raise ValueError(f"slips must be for pairs in a wrong order, got {pair!r}")
    return Order(pieces, others, found)


def _choice(right: tuple[str, ...], wrong: Mapping[str, str], *, several: bool) -> Choice:
    others = _others("wrong", wrong, than=right)
    if not others:
        raise ValueError(f"wrong must hold at least one choice, got {wrong!r}")
    return Choice(right, others, several)


def _cell(cell: object) -> str | Number | Text:
    if isinstance(cell, str | Number | Text):
        return cell
    if isinstance(cell, int | float) and not isinstance(cell, bool):
        return str(cell)
    raise TypeError(f"rows must hold texts, numbers and fill(...), got {cell!r}")


def _sequence(name: str, values: Sequence[Any]) -> Sequence[Any]:
    if isinstance(values, str) or not isinstance(values, Sequence):
        raise TypeError(f"{name} must be a list, got {values!r}")
    return values


def _texts(name: str, values: Sequence[str], *, at_least: int) -> tuple[str, ...]:
    found = tuple(text(name, value) for value in _sequence(name, values))
    if len(found) < at_least or len(set(found)) < len(found):
        raise ValueError(f"{name} must hold at least {at_least} texts, none of them twice, got {values!r}")
    return found


def _explained(name: str, slips: Mapping[Any, str] | None) -> tuple[tuple[Any, str], ...]:
    """Return each wrong answer with the slip that leads to it."""
    if slips is not None and not isinstance(slips, Mapping):
        raise TypeError(f"{name} must be a mapping to texts, got {slips!r}")
    return tuple((wrong, text(name, slip)) for wrong, slip in (slips or {}).items())


def _others(name: str, slips: Mapping[str, str] | None, *, than: tuple[str, ...]) -> Slips:
    """Return texts that are wrong, each with its slip."""
    found = _explained(name, slips)
    for wrong, _slip in found:
        if text(name, wrong) in than:
            raise ValueError(f"{name} must not contain what is right, got {wrong!r}")
    return found


def _shuffled(texts: Iterable[str], key: str) -> list[str]:
    """Return the texts in an order that looks random and is the same on every machine."""
    return sorted(texts, key=lambda text: sha256(f"{key}\0{text}".encode()).digest())


def _field(keyboard: str, attributes: str) -> str:
    return (
        f'<input type="text" inputmode="{keyboard}" maxlength="{_LONGEST}" autocomplete="off" '
        f'autocapitalize="none" spellcheck="false" {attributes}>'
    )


def rich(text: str) -> str:
    """Return plain text as HTML, `code` between backticks."""
    parts = re.split(r"`([^`]+)`", text)
    return "".join(f"<code>{escape(part)}</code>" if i % 2 else escape(part) for i, part in enumerate(parts))
