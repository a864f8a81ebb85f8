"""The tools that execute notebooks and start new ones.

What the check of stored notebooks refuses is tested in tests/notebooks/test_stored.py.
"""

from __future__ import annotations

import base64
import io
import random
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import nbformat.v4 as v4
import pytest
import question
import yaml
from PIL import Image

import notebooks

SLUG = "which-activation-where"


def stored(folder: Path, *sources: str, name: str = "page.ipynb") -> Path:
    """Store an unexecuted notebook of code cells."""
    path = folder / name
    cells = [v4.new_code_cell(source, id=f"cell-{number}") for number, source in enumerate(sources)]
    path.write_text(notebooks.text(v4.new_notebook(cells=cells)), encoding="utf-8")
    return path


# ---- One form


def output(kind: str, **content: Any) -> Any:
    return v4.new_output(kind, **content)


def test_tidying_drops_what_changes_and_keeps_the_rest():
    figure = {
        "text/plain": "a line",
        "text/html": '<figure class="examlab-explore">',
        notebooks.WIDGET_VIEW: {},
    }
    table = {"text/plain": "1 2", "text/html": "<table>"}
    cell = v4.new_code_cell(
        "run()",
        id="mine",
        execution_count=3,
        metadata={"tags": ["answer"], "execution": {"iopub.status.busy": "12:00"}, "collapsed": True},
        outputs=[
            output("stream", name="stdout", text="one "),
            output("stream", name="stdout", text="line\n"),
            output("display_data", data=figure, metadata={"needs": "background"}),
            output("display_data", data=table),
            output("display_data", data={notebooks.WIDGET_VIEW: {}}),
        ],
    )
    before = v4.new_notebook(
        cells=[cell], metadata={"widgets": {"state": 1}, "language_info": {"name": "ipython"}}
    )
    after = notebooks.tidy(before)
    assert after.metadata == {"kernelspec": notebooks.KERNEL, "language_info": {"name": "python"}}
    [cell] = after.cells
    assert (cell.id, cell.execution_count, cell.metadata) == ("mine", 3, {"tags": ["answer"]})
    assert [dict(o.get("data", {})) for o in cell.outputs] == [{}, {"text/plain": "a line"}, table]
    assert cell.outputs[0].text == "one line\n"
    assert before.metadata.widgets, "the original was changed"


def test_tidying_twice_is_tidying_once():
    notebook = notebooks.read(question.TEMPLATE)
    once = notebooks.tidy(notebook)
    assert notebooks.text(notebooks.tidy(once)) == notebooks.text(once)


def test_an_older_notebook_gets_ids_that_stay():
    notebook = v4.new_notebook(cells=[v4.new_code_cell("1"), v4.new_markdown_cell("2")])
    notebook.nbformat_minor = 4
    for cell in notebook.cells:
        del cell["id"]
    assert [cell.id for cell in notebooks.tidy(notebook).cells] == ["cell-00", "cell-01"]


def noise(width: int, height: int) -> str:
    buffer = io.BytesIO()
    Image.frombytes("L", (width, height), random.Random(0).randbytes(width * height)).save(buffer, "png")
    return base64.b64encode(buffer.getvalue()).decode()


def test_a_picture_becomes_a_small_palette_on_white():
    buffer = io.BytesIO()
    image = Image.new("RGBA", (40, 20), (0, 0, 0, 0))
    image.paste((0, 98, 163, 255), (10, 5, 30, 15))
    image.save(buffer, "png", pnginfo=None)
    small = notebooks.small_png(base64.b64encode(buffer.getvalue()).decode())
    with Image.open(io.BytesIO(base64.b64decode(small))) as found:
        assert (found.mode, found.size, found.info) == ("P", (40, 20), {})
        colours = found.convert("RGB")
    assert (colours.getpixel((0, 0)), colours.getpixel((20, 10))) == ((255, 255, 255), (0, 98, 163))


def test_the_largest_pictures_give_way(monkeypatch):
    outputs = [
        output("display_data", data={"image/png": noise(size, size), "text/plain": f"{size} pixels"})
        for size in (20, 90, 40)
    ]
    notebook = v4.new_notebook(cells=[v4.new_code_cell("draw()", outputs=outputs)])
    monkeypatch.setattr(notebooks, "MOST_BYTES", 6000)
    notebooks.shrink_pictures(notebook)
    assert notebooks.size_of_outputs(notebook) <= 6000
    outputs = notebook.cells[0].outputs
    assert ["image/png" in o.data for o in outputs] == [True, False, True]
    assert [o.data["text/plain"] for o in outputs] == ["20 pixels", "90 pixels", "40 pixels"]


# ---- Executing


def test_executing_twice_stores_the_same_bytes(tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("EXAMLAB_FACE", "site")
    monkeypatch.setenv("EXAMLAB_LANGUAGE", "fr")
    folder = tmp_path / "a part"
    folder.mkdir()
    path = stored(
        folder,
        "import os\nfrom examlab.reading import explore\nfrom matplotlib.figure import Figure",
        "print([name for name in os.environ if name.startswith('EXAMLAB')], os.path.basename(os.getcwd()))",
        "explore(lambda a: Figure((a, 1)), describe=lambda a: f'{a} inches', a=[1, 2, 3])",
    )
    assert notebooks.main([str(tmp_path)]) == 0
    first = path.read_bytes()
    assert notebooks.main([str(path)]) == 0
    assert path.read_bytes() == first
    cells = notebooks.read(path).cells
    assert [cell.execution_count for cell in cells] == [1, 2, 3]
    assert cells[1].outputs[0].text == "[] a part\n"
    assert set(cells[2].outputs[0].data) == {"text/plain", "image/png"}
    assert re.fullmatch(r"(\S*a part/page\.ipynb … \d+\.\d s(, \d+ MB)?\n){2}", capsys.readouterr().out)
    assert [file.name for file in folder.iterdir()] == ["page.ipynb"]


def test_a_cell_that_fails_is_shown_and_nothing_is_stored(tmp_path, capsys):
    broken = stored(tmp_path, "x = 1", "x / 0  # here", name="1-broken.ipynb")
    fine = stored(tmp_path, "print(2)", name="2-fine.ipynb")
    before = broken.read_bytes()
    assert notebooks.main([str(tmp_path)]) == 1
    told = capsys.readouterr()
    for part in ("1-broken.ipynb: cell 2:", "ZeroDivisionError: division by zero", "x / 0  # here"):
        assert part in told.out
    assert "\x1b" not in told.out
    assert "1 of 2" in told.err
    assert broken.read_bytes() == before
    assert notebooks.read(fine).cells[0].outputs[0].text == "2\n"


def test_a_cell_that_takes_too_long_is_stopped(tmp_path):
    path = stored(tmp_path, "import time\ntime.sleep(60)")
    with pytest.raises(notebooks.ExecutionError, match="cell 1: CellTimeoutError: A cell timed out"):
        notebooks.execute(path, timeout=1)


@pytest.mark.parametrize("argument", ["no-such-folder", "empty"])
def test_no_notebook_is_an_error(argument, tmp_path, capsys):
    (tmp_path / "empty" / ".ipynb_checkpoints").mkdir(parents=True)
    stored(tmp_path / "empty" / ".ipynb_checkpoints", "1")
    with pytest.raises(SystemExit, match="2"):
        notebooks.main([str(tmp_path / argument)])
    assert "no" in capsys.readouterr().err


def test_a_file_that_cannot_be_written_stays_whole(tmp_path, monkeypatch):
    path = stored(tmp_path, "1")
    before = path.read_bytes()
    monkeypatch.setattr(Path, "replace", lambda *_: (_ for _ in ()).throw(OSError("full")))
    with pytest.raises(OSError, match="full"):
        notebooks.write(path, notebooks.read(path))
    assert [file.name for file in tmp_path.iterdir()] == ["page.ipynb"]
    assert path.read_bytes() == before


# ---- A new question


@pytest.fixture
def book(tmp_path: Path) -> Path:
    """The contents of the book and of one part, without its pages."""
    shutil.copytree(
        notebooks.ROOT / "notebooks", tmp_path / "notebooks", ignore=shutil.ignore_patterns("*.ipynb")
    )
    (tmp_path / "_toc.yml").write_text(
        "root: index\nparts:\n  - caption: One # a remark\n    chapters:\n"
        "      - file: notebooks/gan/2-relu-or-leaky-relu\n      - file: notebooks/gan/4-slow-start\n"
        "  - caption: Reference\n    chapters:\n      - file: book/glossary\n"
    )
    return tmp_path


def test_a_new_page_runs_and_passes_the_checks(book, capsys):
    assert question.main(["gan", "3", SLUG], root=book) == 0
    path = book / "notebooks" / "gan" / f"3-{SLUG}.ipynb"
    told = capsys.readouterr().out
    for part in (
        f"notebooks/gan/3-{SLUG}.ipynb",
        "right in its self-check: notebooks/gan/checks/keys.yml",
        "Added to _toc.yml",
        "make notebooks",
        f"make page PAGE=notebooks/gan/3-{SLUG} ",
        "make test",
    ):
        assert part in told
    first = notebooks.read(path).cells[0].source
    assert first.startswith(
        "# Which activation where\n\n*Exercise 1: generative adversarial networks, question 3. 1 point.*"
    )
    assert "$" not in first
    assert notebooks.main([str(path)]) == 0
    assert notebooks.problems(path) == []


def test_a_new_page_gets_one_key_after_those_that_are_there(book):
    keys = book / "notebooks" / "gan" / "checks" / "keys.yml"
    lines = keys.read_text(encoding="utf-8").splitlines(keepends=True)
    start = next(i for i, line in enumerate(lines) if line.startswith(f"3-{SLUG}:"))
    kept = "".join(lines[:start] + lines[start + 3 :])
    keys.write_text(kept, encoding="utf-8")
    for _ in range(2):
        assert question.add_key(book, "gan", f"3-{SLUG}") == keys
    written = keys.read_text(encoding="utf-8")
    assert written.startswith(kept)
    assert written.count(f"3-{SLUG}:") == 1
    assert "Write here" in written


def test_points_are_written_as_people_write_them(book):
    for number, slug, points in (("4", "slow-start", "1.5 points"), ("6", "tensor-sizes", "2 points")):
        path = question.start(book, "gan", number, slug)
        assert f"question {number}. {points}.*" in notebooks.read(path).cells[0].source


def test_a_page_without_a_number_in_its_name(book):
    assert question.start(book, "preamble", "1", "chain-rule").name == "chain-rule.ipynb"
    assert question.start(book, "article", "2", "gaussian-mixture").name == "02-gaussian-mixture.ipynb"


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        (["gn", "3", SLUG], 1, r"PART=gn .* choose from article, gan, preamble"),
        (["gn", "1", "a-b"], 1, r"such as\n\ntitle: .*\npoints: .*\nquestions:\n .*page: 1-a-b\}"),
        (["gan", "9", SLUG], 1, r"NUMBER=9 is not in notebooks/gan/part.yml: choose from 1, 2, 3"),
        (["gan", "9", "a-b"], 1, r"add it there as\n\n  - \{number: 9, title: .*, page: 9-a-b\}"),
        (["gan", "3", "activations"], 1, r"SLUG=activations .* question 3: give which-activation-where"),
        (["gan", "", " "], 2, r"NUMBER and SLUG missing: write make question PART=gan"),
        ([], 2, r"PART and NUMBER and SLUG missing"),
        (["gan", "3", SLUG, "more"], 2, r"too many arguments"),
    ],
)
def test_a_wrong_argument_is_named(book, arguments, code, says, capsys):
    before = sorted(book.rglob("*"))
    assert question.main(arguments, root=book) == code
    assert re.search(says, capsys.readouterr().err)
    assert sorted(book.rglob("*")) == before


def test_a_page_is_never_overwritten(book, capsys):
    path = book / "notebooks" / "gan" / f"3-{SLUG}.ipynb"
    path.write_text("mine")
    assert question.main(["gan", "3", SLUG], root=book) == 1
    assert "there already" in capsys.readouterr().err
    assert path.read_text() == "mine"


def contents(book: Path) -> str:
    return (book / "_toc.yml").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("name", "after"),
    [
        ("1-output-layer", None),
        ("3-which-activation-where", "2-relu-or-leaky-relu"),
        ("7-parameters", "4-slow-start"),
        ("train-a-gan", "4-slow-start"),
    ],
)
def test_the_contents_keep_the_order_of_the_part(book, name, after):
    before = contents(book)
    assert question.add_to_contents(book, "gan", name)
    line = f"      - file: notebooks/gan/{name}\n"
    assert contents(book).replace(line, "") == before
    lines = contents(book).splitlines()
    above = lines[lines.index(line.rstrip()) - 1]
    assert above.endswith(f"/{after}" if after else "chapters:")
    assert yaml.safe_load(contents(book))["parts"][1]["chapters"] == [{"file": "book/glossary"}]


def test_a_page_comes_after_the_opener_of_its_part(book):
    opener = "      - file: notebooks/gan/index\n"
    second = "      - file: notebooks/gan/2-relu-or-leaky-relu\n"
    (book / "_toc.yml").write_text(contents(book).replace(second, opener + second))
    assert question.add_to_contents(book, "gan", "1-output-layer")
    assert f"{opener}      - file: notebooks/gan/1-output-layer\n{second}" in contents(book)


def test_a_page_is_listed_once(book):
    assert question.add_to_contents(book, "gan", "4-slow-start")
    assert contents(book).count("4-slow-start") == 1


def test_the_first_page_of_a_part_brings_the_part(book, capsys):
    before = contents(book)
    assert question.main(["article", "1", "segmentation"], root=book) == 0
    assert "Added to _toc.yml" in capsys.readouterr().out
    parts = yaml.safe_load(contents(book))["parts"]
    page = {"file": "notebooks/article/01-segmentation"}
    assert parts[1] == {"caption": "Questions on the article", "chapters": [page]}
    assert [parts[0], parts[2]] == yaml.safe_load(before)["parts"]
    assert "# a remark" in contents(book)


def test_contents_of_another_form_are_left_to_their_writer(book, capsys):
    (book / "_toc.yml").write_text(
        "root: index\nparts:\n- chapters:\n  - file: notebooks/gan/1-output-layer\n"
    )
    before = contents(book)
    assert question.main(["article", "1", "segmentation"], root=book) == 0
    assert contents(book) == before
    assert "- file: notebooks/article/01-segmentation" in capsys.readouterr().out


def test_the_template_is_in_the_stored_form():
    content = question.TEMPLATE.read_text(encoding="utf-8")
    assert content == notebooks.text(notebooks.tidy(notebooks.read(question.TEMPLATE)))


@pytest.mark.parametrize(("command", "code"), [(["notebooks.py", "--help"], 0), (["question.py"], 2)])
def test_the_tools_run_as_scripts_from_anywhere(command, code, tmp_path):
    script = [sys.executable, str(notebooks.ROOT / "tools" / command[0]), *command[1:]]
    done = subprocess.run(script, cwd=tmp_path, capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == code, done.stderr
