"""The keys of the self-checks, a second time: ``checks/keys.yml`` in each folder of pages."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import claims
import yaml

import notebooks
from examlab.reading.answers import Answer, Choice, Number, Order
from tests.notebooks.computed import computed


def stored(root: Path = notebooks.ROOT) -> dict[str, dict[str, Any]]:
    """Return what is listed for each page, by the page's name."""
    return {
        f"{path.parents[1].name}/{page}": listed
        for path in sorted((root / "notebooks").rglob("checks/keys.yml"))
        for page, listed in yaml.safe_load(path.read_text(encoding="utf-8")).items()
    }


def read(path: Path) -> tuple[Answer, str]:
    """Return the answer of a page's self-check, and the page's text on one line."""
    cells = notebooks.read(path).cells
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


def wrong(listed: dict[str, Any], answer: Answer, text: str) -> list[str]:
    """Return what speaks against the key of a page's self-check, beside what is listed for it."""
    found = key(answer)
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
