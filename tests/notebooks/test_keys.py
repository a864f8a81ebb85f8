"""The keys of the self-checks: what they call right is what the page says, or what the package computes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import claims
import pytest

import notebooks
from examlab.reading.answers import Answer, Choice, Number, Order, Table, Text
from tests.notebooks.keys import key, read, stored, wrong

PATHS = {claims.name_of(path): path for path in notebooks.find([notebooks.ROOT / "notebooks"])}
KEYS = stored()


def with_a_slip(answer: Answer) -> Iterator[Answer]:
    """Yield the answer with each wrong key that is easily written."""
    if isinstance(answer, Choice):
        for other, _slip in answer.wrong:
            yield replace(answer, right=(other, *answer.right[1:]))
    elif isinstance(answer, Number):
        for value in (answer.value + 1, -answer.value - 1, answer.value * 1.1 + 0.1, *dict(answer.slips)):
            yield replace(answer, value=value)
    elif isinstance(answer, Order):
        for place in range(len(answer.items) - 1):
            items = list(answer.items)
            items[place : place + 2] = reversed(items[place : place + 2])
            yield replace(answer, items=tuple(items))
    elif isinstance(answer, Table):
        for number, row in enumerate(answer.rows):
            for column, cell in enumerate(row):
                if isinstance(cell, Number | Text):
                    slips = dict(cell.slips) or {"0": ""}
                    for other in slips:
                        changed = replace(cell, **{"value" if isinstance(cell, Number) else "answer": other})
                        rows = list(answer.rows)
                        rows[number] = (*row[:column], changed, *row[column + 1 :])
                        yield replace(answer, rows=tuple(rows))


def test_every_page_has_a_key_and_no_other():
    assert set(PATHS) - set(KEYS) == set(), (
        "give these an entry in checks/keys.yml beside the page: right, and is or says"
    )
    assert set(KEYS) - set(PATHS) == set(), "these pages are gone: take their entries out of checks/keys.yml"
    assert all(("is" in listed) != ("says" in listed) for listed in KEYS.values())


@pytest.mark.parametrize("name", KEYS)
def test_the_key_is_right(name):
    assert wrong(KEYS[name], *read(PATHS[name])) == []


@pytest.mark.parametrize("name", KEYS)
def test_every_slip_in_the_key_is_noticed(name):
    answer, text = read(PATHS[name])
    slips = list(with_a_slip(answer))
    assert slips
    assert [key(slip) for slip in slips if not wrong(KEYS[name], slip, text)] == []
