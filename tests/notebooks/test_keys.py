"""The keys of the self-checks: what they call right is what the page says, or what the package computes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import claims
import pytest
import yaml

import notebooks
from examlab.reading.answers import Answer, Choice, Number, Order, Table, Text
from tests.notebooks.computed import computed

PATHS = {
    "/".join(path.with_suffix("").parts[-2:]): path for path in notebooks.find([notebooks.ROOT / "notebooks"])
}
KEYS = yaml.safe_load(Path(__file__).with_name("keys.yml").read_text(encoding="utf-8"))


def read(name: str) -> tuple[Answer, str]:
    """Return the answer of a page's self-check, and the page's text on one line."""
    cells = notebooks.read(PATHS[name]).cells
    [source] = [cell.source for cell in cells if "remove-input" in cell.metadata.get("tags", ())]
    text = " ".join(cell.source for cell in cells if cell.cell_type == "markdown")
    return claims.self_check(source).answer, re.sub(r"\s+", " ", text)


def key(answer: Answer) -> list[Any]:
    """Return what is right: texts and numbers in the order in which they are asked for."""
    if isinstance(answer, Choice):
        return list(answer.right)
    if isinstance(answer, Number):
        return [answer.value]
    if isinstance(answer, Order):
        return list(answer.items)
    cells = [cell for row in answer.rows for cell in row if not isinstance(cell, str)]
    return [cell.value if isinstance(cell, Number) else cell.answer for cell in cells]


def wrong(name: str, answer: Answer, text: str) -> list[str]:
    """Return what speaks against the key of a page's self-check."""
    listed, found = KEYS[name], key(answer)
    trouble = [] if found == listed["right"] else [f"{found} is not {listed['right']}"]
    if "is" in listed:
        tolerance = getattr(answer, "tolerance", 0) or 1e-9
        values = list(computed(listed["is"]))
        if len(values) != len(found) or not all(map(same, found, values, [tolerance] * len(values))):
            trouble.append(f"{found} is not {values}, which the package computes")
    elif re.sub(r"\s+", " ", listed["says"]) not in text:
        trouble.append(f"the page does not say “{listed['says']}”")
    return trouble


def same(key: Any, value: Any, tolerance: float) -> bool:
    """Return whether a key is a computed value, which may be a number where a table asks for a text."""
    if isinstance(key, str):
        return key == str(value)
    return bool(abs(key - float(value)) <= tolerance)


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
        "give these an entry in tests/notebooks/keys.yml: right, and is or says"
    )
    assert set(KEYS) - set(PATHS) == set(), "these pages are gone: take their entries out of keys.yml"
    assert all(("is" in listed) != ("says" in listed) for listed in KEYS.values())


@pytest.mark.parametrize("name", KEYS)
def test_the_key_is_right(name):
    assert wrong(name, *read(name)) == []


@pytest.mark.parametrize("name", KEYS)
def test_every_slip_in_the_key_is_noticed(name):
    answer, text = read(name)
    slips = list(with_a_slip(answer))
    assert slips
    assert [key(slip) for slip in slips if not wrong(name, slip, text)] == []
