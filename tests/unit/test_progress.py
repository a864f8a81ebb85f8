"""The bar under a long computation: what it says, that it goes, and where there is none."""

from __future__ import annotations

import subprocess
import sys

import nbformat.v4 as v4
import pytest

import notebooks
from examlab.reading import progress
from examlab.reading.progress import _Bar, time_left


class Clock:
    """A clock that goes on by one tenth of a second each time it is read."""

    def __init__(self):
        self.now = 0.0

    def __call__(self):
        self.now += 0.1
        return self.now


@pytest.fixture
def shown(monkeypatch):
    """What was displayed and cleared, in order."""
    seen = []
    monkeypatch.setattr("IPython.display.display", seen.append)
    monkeypatch.setattr("IPython.display.clear_output", lambda: seen.append("cleared"))
    return seen


def test_the_bar_counts_and_goes(shown):
    bar = _Bar("Training", Clock())
    said = []
    for done in range(1, 11):
        bar(done, 10)
        said.append(bar.left.value)
    box, last = shown
    assert (last == "cleared" and box.children == ()) or box.comm is None
    assert bar.bar.max == 10 and bar.bar.description == "Training"
    # A tenth of a second a step, changed at most every fifth of a second.
    assert said[0] == "1 of 10, 1 s left"
    assert len(set(said)) < len(said) and said[-1].startswith("9 of 10")


def test_a_bar_that_is_interrupted_stays(shown):
    bar = _Bar("Training", Clock())
    for done in range(1, 6):
        bar(done, 10)
    assert len(shown) == 1 and shown[0].comm is not None and bar.bar.value >= 3


def test_time_left_is_at_the_pace_so_far():
    assert time_left(10.0, 1, 3) == "1 of 3, 20 s left"
    assert time_left(10.0, 3, 3) == "3 of 3, 0 s left"


@pytest.mark.parametrize("face", ["site", None])
def test_without_a_notebook_there_is_none(face, monkeypatch, capsys, shown):
    monkeypatch.delenv("EXAMLAB_FACE", raising=False)
    if face:
        monkeypatch.setenv("EXAMLAB_FACE", face)
    told = progress("Training")
    for done in range(1, 11):
        told(done, 10)
    assert shown == [] and capsys.readouterr().out == ""


def executed(folder, *sources):
    path = folder / "page.ipynb"
    notebooks.write(path, v4.new_notebook(cells=[v4.new_code_cell(source) for source in sources]))
    return notebooks.execute(path).notebook.cells


def test_a_notebook_stores_nothing_of_it(tmp_path):
    loop = (
        "import time\nfrom examlab.reading import progress\n"
        "told = progress('Training')\nfor n in range(1, {}):\n    told(n, 5); time.sleep(0.25)"
    )
    kept = "told.box is not None, told.bar.value, told.left.value"
    done, _, stopped, after = executed(tmp_path, loop.format(6), "told.box is None", loop.format(4), kept)
    assert done.outputs == []
    assert "IntProgress" in str(stopped.outputs), "it stays after an interruption"
    assert "(True, 3, '3 of 5, " in after.outputs[0].data["text/plain"]


def test_it_brings_in_no_widgets_before_it_is_shown():
    code = "import sys, examlab.reading.progress\nassert 'ipywidgets' not in sys.modules"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
