"""Every stored answer altered in turn: nbval has to notice each time.

A plugin for pytest (`-p tests.mutants.answers`). A notebook is executed once, as always; then what it says is
compared, by nbval's own comparison, with the stored output as it is and with every alteration of it: a digit,
a sign, a word, a line, the whole. A cell fails if a single one gets through.
"""

from __future__ import annotations

import copy
import re
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
from nbval.plugin import IPyNbCell, NbCellError

_DIGIT = re.compile(r"\d")
_SIGN = re.compile(r"[-−+](?=\d|\.\d)")
_UNSIGNED = re.compile(r"(?<![\w.,\-−+ \u202f])\d|(?<=[^\d] )\d")
_WORD = re.compile(r"[^\W\d_]+")
_OTHER = {"True": "False", "False": "True", "-": "+", "−": "+", "+": "-"}

_compare = IPyNbCell.compare_outputs
_tell = IPyNbCell.format_output_compare
COUNTS = pytest.StashKey[Counter[str]]()


def altered_texts(text: str) -> Iterator[tuple[str, str]]:
    """Yield each alteration of a text, with its kind."""

    def put(found: re.Match[str], new: str) -> str:
        return text[: found.start()] + new + text[found.end() :]

    for found in _DIGIT.finditer(text):
        yield "digit", put(found, str((int(found[0]) + 1) % 10))
    for found in _SIGN.finditer(text):
        yield "sign", put(found, _OTHER[found[0]])
    for found in _UNSIGNED.finditer(text):
        yield "sign", put(found, f"-{found[0]}")
    for found in _WORD.finditer(text):
        yield "word", put(found, _OTHER.get(found[0], ""))
    lines = text.splitlines(keepends=True)
    for number in range(len(lines)):
        yield "line", "".join(lines[:number] + lines[number + 1 :])


def alterations(outputs: list[Any]) -> Iterator[tuple[str, str, list[Any]]]:
    """Yield each alteration of stored outputs: its kind, what is altered, and the outputs."""
    for number, output in enumerate(outputs):
        yield "output", "left out", outputs[:number] + outputs[number + 1 :]
        held, key = (output, "text") if "text" in output else (output.get("data", {}), "text/plain")
        for kind, text in altered_texts(held.get(key, "")):
            other = copy.copy(output)
            if "data" in output:
                other["data"] = output["data"] | {key: text}
            else:
                other[key] = text
            yield kind, text, [*outputs[:number], other, *outputs[number + 1 :]]


def compare_and_alter(cell: Any, test: Any, ref: Any, skip_compare: Any = None) -> bool:
    """Compare as nbval does; then see that no alteration of what is stored would have passed."""
    if not _compare(cell, test, ref, skip_compare):
        return False
    counts, through = Counter[str](), []
    IPyNbCell.format_output_compare = lambda *_arguments: None  # the difference is wanted, not its picture
    try:
        for kind, what, outputs in alterations(ref):
            counts[kind] += 1
            if _compare(cell, test, outputs, skip_compare):
                through.append(f"{kind}: {what}")
    finally:
        IPyNbCell.format_output_compare = _tell
    cell.user_properties.append(("altered", dict(counts)))
    cell.user_properties.append(("through", len(through)))
    if through:
        raise NbCellError(cell.cell_num, "Altered outputs pass", cell.cell.source, "\n".join(through))
    return True


def pytest_configure() -> None:
    """Put the comparison that alters in the place of nbval's."""
    IPyNbCell.compare_outputs = compare_and_alter


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Say how many alterations there were, and how many passed."""
    counts, through, cells = Counter[str](), 0, 0
    for reports in terminalreporter.stats.values():
        for report in reports:
            found = dict(getattr(report, "user_properties", ()))
            if getattr(report, "when", "") == "call" and "altered" in found:
                cells += 1
                counts.update(found["altered"])
                through += found["through"]
    kinds = ", ".join(f"{kind} {count}" for kind, count in sorted(counts.items()))
    terminalreporter.write_line(
        f"Altered answers: {sum(counts.values())} in {cells} cells ({kinds}), passed: {through}."
    )
