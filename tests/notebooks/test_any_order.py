"""A notebook run out of order, twice or interrupted shows no wrong answer; `make orders` tries them all."""

from __future__ import annotations

import nbformat.v4 as v4
import pytest

import notebooks
from tests.notebooks import orders

FOLDER = notebooks.ROOT / "notebooks"
STORED = notebooks.find([FOLDER])
SAMPLE = ("preamble/chain-rule",)


@pytest.mark.parametrize("path", STORED, ids=lambda path: path.relative_to(FOLDER).as_posix())
def test_one_cell_alone_gives_what_another_takes(path):
    found = orders.ambiguous({number: cell.source for number, cell in orders.code_cells(path).items()})
    assert list(found) == []


@pytest.mark.parametrize(
    ("sources", "says"),
    [
        (["x = 1", "y = x"], []),
        (["x = 1", "x = x + 1"], ["cell 1 takes x, which cells [0, 1] give"]),
        (["x = 1", "y = x", "x = 2"], ["cell 1 takes x, which cells [0, 2] give"]),
        (["x = 1", "x = 2; y = x", "[x for x in range(3)]"], []),
        (["def f(): return y", "y = 1", "f()"], ["cell 0 takes y, which cells [1] give"]),
        (["print(x)"], ["cell 0 takes x, which cells [] give"]),
        (["max = 3"], ["cell 0 hides Python's own max"]),
    ],
)
def test_a_name_of_two_cells_is_found(sources, says):
    found = list(orders.ambiguous(dict(enumerate(sources))))
    assert len(found) == len(says)
    assert all(problem.startswith(start) for problem, start in zip(found, says, strict=True))


@pytest.mark.parametrize("name", SAMPLE)
def test_any_order_gives_the_stored_answers(name):
    assert orders.try_all(FOLDER / f"{name}.ipynb").problems == []


def test_a_wrong_order_is_noticed(tmp_path):
    stored = {"import math": "", "n = 1\nprint(n)": "1\n", "n = n + 1\nprint(n)": "2\n"}
    cells = [
        v4.new_code_cell(source, outputs=[v4.new_output("stream", text=said)])
        for source, said in stored.items()
    ]
    path = tmp_path / "wrong.ipynb"
    notebooks.write(path, v4.new_notebook(cells=cells))
    found = orders.try_all(path).problems
    assert any(problem.startswith("cell 3, run twice: shows\n3\nnot\n2") for problem in found)
    assert not any("in order" in problem or "alone" in problem for problem in found)
