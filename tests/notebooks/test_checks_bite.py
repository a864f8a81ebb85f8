"""The test of the tests, a sample of `make mutants`: a changed answer and a wrong sign do not get through."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import notebooks
from tests.mutants.answers import alterations, altered_texts

ROOT = notebooks.ROOT
NOTEBOOK = ROOT / "notebooks" / "preamble" / "chain-rule.ipynb"


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    """Run Python as the Makefile does."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")}
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )


# ---- A stored answer


def with_another_digit(path: Path) -> list[str]:
    """Change a digit of the last answer and of a figure's words; return the numbers of their code cells."""
    notebook = notebooks.read(path)
    cells = [cell for cell in notebook.cells if cell.cell_type == "code"]
    answer = max(number for number, cell in enumerate(cells) if "answer" in cell.metadata.get("tags", ()))
    figure = next(number for number, cell in enumerate(cells) if cell.source.startswith("explore("))
    for held, name in ((cells[answer].outputs[0], "text"), (cells[figure].outputs[0].data, "text/plain")):
        held[name], changed = re.subn(r"(?<=\.)\d", lambda found: str(9 - int(found[0])), held[name], count=1)
        assert changed
    notebooks.write(path, notebook)
    return [str(figure), str(answer)]


def test_changed_answers_fail_and_nothing_else_does(tmp_path):
    right, wrong = tmp_path / "right.ipynb", tmp_path / "wrong.ipynb"
    shutil.copy(NOTEBOOK, right)
    shutil.copy(NOTEBOOK, wrong)
    numbers = with_another_digit(wrong)
    done = run(
        *("-m", "pytest", "-c", "pyproject.toml", "--color=no", f"--rootdir={tmp_path}", "-rA"),
        *("-p", "tests.notebooks.words", "-p", "tests.mutants.answers"),
        *("--nbval", "--nbval-sanitize-with", "tests/notebooks/sanitize.cfg", str(tmp_path)),
    )
    failed = re.findall(r"^FAILED .*?(\w+)\.ipynb::Cell (\d+)", done.stdout, re.MULTILINE)
    passed = re.findall(r"^PASSED .*?(\w+)\.ipynb::Cell (\d+)", done.stdout, re.MULTILINE)
    cells = sum(cell.cell_type == "code" for cell in notebooks.read(right).cells)
    assert failed == [("wrong", number) for number in numbers], done.stdout + done.stderr
    assert len(passed) == 2 * cells - 2
    # What passed was altered everywhere, too, and no alteration would have passed.
    counted = re.search(r"^Altered answers: (\d+) .*, passed: (\d+)\.$", done.stdout, re.MULTILINE)
    assert int(counted[1]) > 500 and int(counted[2]) == 0


def test_digits_signs_words_and_lines_are_altered():
    assert list(altered_texts("x = -1.5 True\n")) == [
        ("digit", "x = -2.5 True\n"),
        ("digit", "x = -1.6 True\n"),
        ("sign", "x = +1.5 True\n"),
        ("word", " = -1.5 True\n"),
        ("word", "x = -1.5 False\n"),
        ("line", ""),
    ]
    assert ("sign", "to -3") in list(altered_texts("to 3"))
    assert ("sign", "−1 and 2") not in list(altered_texts("−1 and 2")), "an alteration changes something"


def test_pictures_are_not_altered_and_words_beside_them_are():
    outputs = [{"output_type": "display_data", "data": {"image/png": "iVBO", "text/plain": "1 point"}}]
    found = [altered for kind, _text, altered in alterations(outputs) if kind == "digit"]
    assert found == [
        [{"output_type": "display_data", "data": {"image/png": "iVBO", "text/plain": "2 point"}}]
    ]
    assert outputs[0]["data"]["text/plain"] == "1 point"


# ---- A mistake in the mathematics


@pytest.mark.skipif(sys.platform == "win32", reason="processes cannot be forked there")
def test_mistakes_in_the_gradient_are_noticed():
    done = run("-m", "tests.mutants", "mathematics", "--only", "networks/two_layer.py", "--sample", "5")
    assert "Mathematics: 5 of 5 mistakes noticed" in done.stdout, done.stdout + done.stderr
    assert done.returncode == 0
