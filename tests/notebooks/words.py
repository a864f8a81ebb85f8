"""A plugin for pytest: nbval compares the words of figures and self-checks as it compares what is printed.

A cell that draws is tagged `nbval-ignore-output`, because its HTML and its pictures are made anew each time.
Its words are not: they state what the figure shows, number by number. So they are compared after all, unless
``not_compared.yml`` gives a reason.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import yaml
from nbval.plugin import IPyNbCell, IPyNbFile

LIST = Path(__file__).with_name("not_compared.yml")


@cache
def not_compared() -> dict[str, dict[str, str]]:
    """Return the cells whose words are not compared: for each page the ids, each with its reason."""
    return yaml.safe_load(LIST.read_text(encoding="utf-8")) or {}


def has_words(cell: Any) -> bool:
    """Return whether a stored cell says something."""
    return any("text" in output or "text/plain" in output.get("data", {}) for output in cell.outputs)


def pytest_collectstart(collector: Any) -> None:
    """Leave the HTML of figures and self-checks out: it is never stored."""
    if isinstance(collector, IPyNbFile):
        collector.skip_compare += ("text/html",)


def pytest_itemcollected(item: Any) -> None:
    """Compare what a cell says, whatever it draws."""
    if isinstance(item, IPyNbCell) and has_words(item.cell):
        page = "/".join(item.path.with_suffix("").parts[-2:])
        if item.cell.id not in not_compared().get(page, {}):
            item.options["check"] = True
