"""The notebooks as stored: nothing that the tests could not compare, nothing that a reader should not see."""

from __future__ import annotations

import copy
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import nbformat.v4 as v4
import pytest
from nbval.plugin import get_sanitize_patterns

import notebooks
from tests.notebooks.words import has_words, not_compared

FOLDER = notebooks.ROOT / "notebooks"
STORED = notebooks.find([FOLDER])
CHECK = 'from examlab.reading import check\ncheck("2 + 2?", 4, solution="4")'


def identify(path: Path) -> str:
    return path.relative_to(FOLDER).as_posix()


def test_there_are_notebooks():
    assert STORED


@pytest.mark.parametrize("path", STORED, ids=identify)
def test_a_notebook_is_stored_as_it_should_be(path):
    found = notebooks.problems(path)
    assert not found, "\n".join(["", *found])


@pytest.mark.parametrize("path", STORED, ids=identify)
def test_a_notebook_holds_no_placeholder_of_the_template(path):
    cells = notebooks.read(path).cells
    assert [cell.id for cell in cells if "Write here" in cell.source] == []


# ---- The test of the test: each rule bites


def code(source: str, count: int | None, *outputs: Any, tags: tuple[str, ...] = (), **metadata: Any) -> Any:
    return v4.new_code_cell(
        source,
        id=f"code-{count}",
        execution_count=count,
        outputs=list(outputs),
        metadata={"tags": list(tags), **metadata},
    )


def printed(text: str, name: str = "stdout") -> Any:
    return v4.new_output("stream", name=name, text=text)


def shown(count: int, **data: str) -> Any:
    return v4.new_output("execute_result", execution_count=count, data=data)


def good() -> Any:
    """Return a small notebook without a fault."""
    sections = "\n\n".join(f"## {heading}\n\nText." for heading in notebooks.HEADINGS)
    hidden = {"tags": ["remove-input", notebooks.IGNORED], "jupyter": {"source_hidden": True}}
    cells = [
        v4.new_markdown_cell(
            f"# A title\n\n{sections}\n\n```python\n# no heading\n## none either\n```", id="text"
        ),
        code("import math", 1, tags=("hide-input",)),
        code(CHECK, 2, shown(2, **{"text/plain": "2 + 2?"})),
        code("explore(draw)", 3, shown(3, **{"text/plain": "a line"}), tags=(notebooks.IGNORED,)),
        code("print(math.pi)", 4, printed("3.14\n"), tags=("answer",)),
    ]
    cells[2].metadata = hidden
    return notebooks.tidy(v4.new_notebook(cells=cells))


def problems_of(notebook: Any, folder: Path, *, name: str = "1-page") -> list[str]:
    path = folder / f"{name}.ipynb"
    notebooks.write(path, notebook)
    return [problem.removeprefix(f"{path.as_posix()}: ") for problem in notebooks.problems(path)]


def test_a_good_notebook_has_no_problem(tmp_path):
    assert problems_of(good(), tmp_path) == []


def changed(number: int, **attributes: Any) -> Callable[[Any], None]:
    def change(notebook: Any) -> None:
        for name, value in attributes.items():
            setattr(notebook.cells[number - 1], name, copy.deepcopy(value))

    return change


def retagged(number: int, *tags: str) -> Callable[[Any], None]:
    def change(notebook: Any) -> None:
        notebook.cells[number - 1].metadata["tags"] = list(tags)

    return change


def rewritten(old: str, new: str) -> Callable[[Any], None]:
    def change(notebook: Any) -> None:
        assert old in notebook.cells[0].source
        notebook.cells[0].source = notebook.cells[0].source.replace(old, new)

    return change


def exchange_headings(notebook: Any) -> None:
    before, answer, why, after = re.split(
        r"^## (?=Answer|Why|Proved)", notebook.cells[0].source, flags=re.MULTILINE
    )
    notebook.cells[0].source = "## ".join([before, why, answer, after])


def with_widgets(notebook: Any) -> None:
    notebook.metadata["widgets"] = {"application/vnd.jupyter.widget-state+json": {"state": {}}}


ERROR = v4.new_output("error", ename="ZeroDivisionError", evalue="division by zero", traceback=[])
MUCH = printed("x" * notebooks.MOST_BYTES)
VIEW = shown(3, **{"text/plain": "a line", notebooks.WIDGET_VIEW: {"model_id": "1", "version_major": 2}})
HTML = shown(3, **{"text/plain": "a line", "text/html": '<figure class="examlab-explore">'})
FAULTS: dict[str, tuple[Callable[[Any], None], list[str]]] = {
    "stripped": (
        changed(5, execution_count=None, outputs=[]),
        [r"cell 5: has no execution count, so nothing would be compared, run `make notebooks`"],
    ),
    "executed out of order": (
        changed(5, execution_count=7),
        [r"cell 5: has the execution count 7 where 4 belongs"],
    ),
    "no answer": (retagged(5), [r"no cell is tagged `answer`"]),
    "a silent answer": (changed(5, outputs=[]), [r"cell 5: is tagged `answer` and shows nothing"]),
    "an answer in blanks": (changed(5, outputs=[printed(" \n")]), [r"cell 5: .* shows nothing"]),
    "an ignored answer": (
        retagged(5, "answer", notebooks.IGNORED),
        [r"cell 5: draws nothing", r"cell 5: is an answer that nothing compares"],
    ),
    "a figure as the answer": (
        retagged(4, "answer", notebooks.IGNORED),
        [r"cell 4: is an answer that nothing compares"],
    ),
    "a skipped cell": (retagged(5, "answer", "nbval-skip"), [r"cell 5: would not be executed by the tests"]),
    "a comment for nbval": (
        changed(5, source="# NBVAL_IGNORE_OUTPUT\nprint(1)"),
        [r"cell 5: has the comment NBVAL_IGNORE_OUTPUT"],
    ),
    "widget state": (with_widgets, [r"widget state is stored", r"not in the form"]),
    "a widget": (changed(4, outputs=[VIEW]), [r"not in the form", r"cell 4: stores a widget"]),
    "our HTML": (changed(4, outputs=[HTML]), [r"not in the form"]),
    "an error": (
        changed(4, outputs=[ERROR]),
        [r"cell 4: stores an error \(ZeroDivisionError: division by zero\)"],
    ),
    "a warning": (
        changed(5, outputs=[printed("3.14\n"), printed("UserWarning: beware\n", "stderr")]),
        [r"cell 5: stores a warning \(UserWarning: beware\)"],
    ),
    "too much output": (changed(5, outputs=[MUCH]), [r"outputs take 100 kB of at most 100"]),
    "a long cell": (changed(5, source="\n".join(["x = 1"] * 11)), [r"cell 5: has 11 lines of at most 10"]),
    "an empty cell": (changed(2, source=" "), [r"cell 2: is empty"]),
    "a magic": (changed(2, source="%matplotlib inline"), [r"cell 2: is not plain Python"]),
    "open imports": (retagged(2), [r"cell 2: only imports, tag it `hide-input`"]),
    "a figure compared": (retagged(4), [r"cell 4: draws with explore, tag it `nbval-ignore-output`"]),
    "a figure of a module": (
        changed(5, source="reading.show(draw)"),
        [r"cell 5: draws with show, tag it `nbval-ignore-output`"],
    ),
    "a progress bar": (
        changed(5, source="train(progress=progress('Training'))"),
        [r"cell 5: draws with progress, tag it `nbval-ignore-output`"],
    ),
    "text not compared": (retagged(2, "hide-input", notebooks.IGNORED), [r"cell 2: draws nothing"]),
    "an open check": (
        changed(3, metadata={"tags": [notebooks.IGNORED]}),
        [
            r"cell 3: .* on the site, tag it `remove-input`",
            r"cell 3: .* in JupyterLab, set `jupyter.source_hidden`",
        ],
    ),
    "a heading missing": (rewritten("## Why\n", "Why\n"), [r"the heading “## Why” is missing"]),
    "headings exchanged": (
        exchange_headings,
        [r"cell 1: the heading “## Answer” must stand before “## Why”"],
    ),
    "a heading twice": (
        rewritten("## Why\n", "## Why\n\n## Why\n"),
        [r"cell 1: the heading “## Why” is there twice"],
    ),
    "a heading of one's own": (
        rewritten("## Why\n", "## Why\n\n## And more\n"),
        [r"cell 1: “## And more” is not a heading of a page, use ###"],
    ),
    "no title": (rewritten("# A title\n", "A title\n"), [r"cell 1: the page must begin with its title"]),
    "two titles": (
        rewritten("## Why\n", "## Why\n\n# Again\n"),
        [r"cell 1: the page must begin with its title"],
    ),
    "one id twice": (changed(5, id="code-3"), [r"cell 5: has the id 'code-3' of an earlier cell"]),
    "another kernel": (
        lambda notebook: notebook.metadata.update(kernelspec={"name": "mine", "display_name": "mine"}),
        [r"is not in the form in which notebooks are stored, run `make notebooks`"],
    ),
    "times": (
        changed(2, metadata={"tags": ["hide-input"], "execution": {"start": "12:00"}}),
        [r"not in the form"],
    ),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_is_refused(fault, tmp_path):
    change, expected = FAULTS[fault]
    notebook = good()
    change(notebook)
    found = problems_of(notebook, tmp_path)
    assert len(found) == len(expected), found
    for problem, pattern in zip(found, expected, strict=True):
        assert re.search(pattern, problem), problem


def test_all_faults_are_told_at_once(tmp_path):
    notebook = good()
    for fault in ("a silent answer", "an open check", "a heading missing"):
        FAULTS[fault][0](notebook)
    assert len(problems_of(notebook, tmp_path)) == 4


def test_code_that_no_reader_sees_may_be_longer(tmp_path):
    notebook = good()
    notebook.cells[2].source = CHECK.replace('"4"', "\n".join(['"4"'] * 12))
    assert problems_of(notebook, tmp_path) == []


def test_a_capstone_has_headings_of_its_own(tmp_path):
    (tmp_path / "part.yml").write_text("questions: [{number: 1, page: 1-page}, {page: capstone}]")
    notebook = good()
    notebook.cells[0].source = "# A capstone\n\n## Its own heading"
    assert problems_of(notebook, tmp_path, name="capstone") == []
    assert len(problems_of(notebook, tmp_path)) == len(notebooks.HEADINGS) + 1


def test_an_opener_has_headings_of_its_own_and_the_map_of_its_part(tmp_path):
    folder = tmp_path / "gan"
    folder.mkdir()
    (folder / "part.yml").write_text("opener: index\nquestions: [{number: 1, page: 1-page}]")
    notebook = good()
    notebook.cells[0].source = "# An opener\n\n## Its own heading\n\n```{exam-map}\ngan\n```"
    assert problems_of(notebook, folder, name="index") == []
    notebook.cells[0].source = "# An opener\n\n```{exam-map}\narticle\n```"
    (problem,) = problems_of(notebook, folder, name="index")
    assert "opens its part without its map, add the directive `{exam-map}` with the line gan" in problem
    notebook.cells[0].source = "No title\n\n```{exam-map}\ngan\n```"
    (problem,) = problems_of(notebook, folder, name="index")
    assert "must begin with its title" in problem


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ("", "is not a notebook"),
        ("[1]", "is not a notebook"),
        (
            '{"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": [{"cell_type": "code"}]}',
            "is not a notebook",
        ),
        (
            '{"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": [{"cell_type": "raw", "id": "a", '
            '"metadata": {}, "source": "", "more": 1}]}',
            "is not a valid notebook",
        ),
    ],
)
def test_a_broken_file_is_refused(content, says, tmp_path):
    path = tmp_path / "broken.ipynb"
    path.write_text(content)
    [problem] = notebooks.problems(path)
    assert says in problem and path.as_posix() in problem


# ---- What nbval overlooks on purpose


def test_words_that_are_not_compared_have_a_reason_and_are_there():
    for page, cells in not_compared().items():
        stored = {cell.id: cell for cell in notebooks.read(FOLDER / f"{page}.ipynb").cells}
        for name, reason in cells.items():
            assert has_words(stored[name]) and len(reason) > 20
            assert "answer" not in stored[name].metadata["tags"], "an answer is always compared"


def sanitized(text: str) -> str:
    content = (Path(__file__).parent / "sanitize.cfg").read_text(encoding="utf-8")
    for pattern, replacement in get_sanitize_patterns(content):
        text = re.sub(pattern, replacement, text)
    return text


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("/tmp/ipykernel_12/3456.py:1: W", "/tmp/ipykernel_7890/12.py:1: W"),
        ("/var/folders/a/T/ipykernel_12/3456.py:1: W", "C:\\Temp\\ipykernel_7\\12.py:1: W"),
        ("<thing at 0x7f12ab34cd56>", "<thing at 0x55d0c0ffee00>"),
    ],
)
def test_what_differs_by_chance_is_overlooked(one, other):
    assert sanitized(one) == sanitized(other) != one


@pytest.mark.parametrize("text", ["dJ/dw11 = -0.18421", "3 × 256 = 768, 0x1f", "file 12.py"])
def test_nothing_else_is_overlooked(text):
    assert sanitized(text) == text
