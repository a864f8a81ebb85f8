"""Execute the notebooks and store their outputs in one form, or check what is stored.

``python tools/notebooks.py [paths]`` executes every notebook, each in a fresh kernel, and writes it as git
should see it: the same bytes each time. ``--check`` executes nothing and lists what the tests would refuse.
"""

from __future__ import annotations

import argparse
import ast
import base64
import copy
import io
import json
import os
import re
import sys
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any

import nbformat
import nbformat.v4
import yaml
from jupyter_core.utils import run_sync
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError
from PIL import Image

ROOT = Path(__file__).resolve().parent.parent
SECONDS_A_CELL = 240
MOST_BYTES = 100_000
MOST_LINES = 10
COLOURS = 32
HEADINGS = (
    *("The question", "What you need", "Try first", "Move it", "Answer", "Why", "Proved"),
    *("What the marking scheme leaves out", "Common slips", "Further reading"),
)
KERNEL = {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"}
WIDGET_VIEW = "application/vnd.jupyter.widget-view+json"
DRAWS = {"explore", "show", "check", "progress"}  # their outputs are HTML or widgets, made anew each time
IGNORED = "nbval-ignore-output"
RUN = "run `make notebooks`"

_ESCAPE = re.compile(r"\x1b\[[0-9;]*m")
_FENCED = re.compile(r"^(`{3,}|~{3,}|:{3,}).*?^\1\s*$", re.MULTILINE | re.DOTALL)
_HEADING = re.compile(r"^(#{1,2}) +(.+?)\s*$", re.MULTILINE)
_MARKER = re.compile(r"^\s*#\s*(NBVAL_\w+|PYTEST_VALIDATE_\w+)", re.MULTILINE)
_PEAK = "(lambda r: r.getrusage(r.RUSAGE_SELF).ru_maxrss)(__import__('resource'))"

# nbformat has no types of its own.
_v4: Any = nbformat.v4
_validator: Any = nbformat.validator

Notebook = Any
Cell = Any
Problem = tuple[int | None, str]


# ---- Reading and writing


def find(paths: Iterable[Path]) -> list[Path]:
    """Return the notebooks among the paths and in the folders among them, without JupyterLab's own copies."""
    found: list[Path] = []
    for path in paths:
        inside = sorted(path.rglob("*.ipynb")) if path.is_dir() else [path]
        found += [file for file in inside if ".ipynb_checkpoints" not in file.parts]
    return found


def read(path: Path) -> Notebook:
    """Return a stored notebook as it is; raise ValueError, saying why, if it is none."""
    try:
        notebook = _v4.reads(path.read_text(encoding="utf-8"))
        invalid = next(iter(_validator.iter_validate(notebook)), None)
    except Exception as error:  # a file may be broken in any way
        raise ValueError(f"is not a notebook ({type(error).__name__}: {error})") from error
    if invalid is not None:
        raise ValueError(f"is not a valid notebook ({invalid.message.splitlines()[0][:200]})")
    return notebook


def text(notebook: Notebook) -> str:
    """Return a notebook as it is stored: keys sorted, one line a line."""
    return str(_v4.writes(notebook)) + "\n"


def write(path: Path, notebook: Notebook) -> None:
    """Store a notebook, whole or not at all."""
    unfinished = path.with_name(f".{path.name}.new")
    try:
        unfinished.write_text(text(notebook), encoding="utf-8", newline="\n")
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)


# ---- One form


def tidy(notebook: Notebook) -> Notebook:
    """Return a copy without what differs from run to run or from editor to editor; pictures stay."""
    notebook = copy.deepcopy(notebook)
    notebook.metadata.pop("widgets", None)
    notebook.metadata |= {"kernelspec": KERNEL, "language_info": {"name": "python"}}
    notebook.nbformat_minor = max(5, notebook.nbformat_minor)
    for number, cell in enumerate(notebook.cells):
        cell.setdefault("id", f"cell-{number:02}")
        for passing in ("execution", "ExecuteTime", "collapsed", "scrolled", "trusted"):
            cell.metadata.pop(passing, None)
        if cell.cell_type == "code":
            cell.outputs = _tidy_outputs(cell.outputs)
    return notebook


def _tidy_outputs(outputs: list[Any]) -> list[Any]:
    kept: list[Any] = []
    for output in outputs:
        last = kept[-1] if kept else None
        if output.output_type == "stream" and last is not None and last.get("name") == output.name:
            last.text += output.text  # a kernel sends what is printed in pieces of any size
            continue
        if "data" in output:
            output.metadata = {}
            output.data.pop(WIDGET_VIEW, None)
            if "examlab-" in output.data.get("text/html", ""):
                del output.data["text/html"]
        if output.get("data") != {}:
            kept.append(output)
    return kept


def shrink_pictures(notebook: Notebook) -> None:
    """Write pictures with few colours; leave out the largest until the outputs are small enough to store."""
    pictures = [
        output.data
        for cell in notebook.cells
        for output in cell.get("outputs", ())
        if "image/png" in output.get("data", {})
    ]
    for data in pictures:
        data["image/png"] = small_png(data["image/png"])
    while size_of_outputs(notebook) > MOST_BYTES:
        in_words_too = [data for data in pictures if "image/png" in data and "text/plain" in data]
        if not in_words_too:
            return
        del max(in_words_too, key=lambda data: len(data["image/png"]))["image/png"]


def small_png(encoded: str) -> str:
    """Return a base64 PNG with a white ground and a palette of a few colours."""
    with Image.open(io.BytesIO(base64.b64decode(encoded))) as image:
        paper = Image.new("RGBA", image.size, "white")
        flat = Image.alpha_composite(paper, image.convert("RGBA")).convert("RGB")
    palette = flat.quantize(COLOURS, method=Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)
    buffer = io.BytesIO()
    palette.save(buffer, format="png", optimize=True)
    return base64.b64encode(buffer.getvalue()).decode()


def size_of_outputs(notebook: Notebook) -> int:
    """Return the bytes that the outputs of a notebook take when stored."""
    outputs = [output for cell in notebook.cells for output in cell.get("outputs", ())]
    return sum(len(json.dumps(output, ensure_ascii=False).encode()) for output in outputs)


# ---- Executing


class ExecutionError(Exception):
    """A cell that did not run to its end; the message says which, and what Python said."""


@dataclass(frozen=True)
class Executed:
    """A notebook in the form to store, the seconds it took, and the most bytes its kernel held, if known."""

    notebook: Notebook
    seconds: float
    peak: int | None


def execute(path: Path, *, timeout: float = SECONDS_A_CELL) -> Executed:
    """Execute a notebook in a fresh kernel and in its own folder; the stored file stays as it is.

    Raises
    ------
    ExecutionError
        If a cell raises, takes more than `timeout` seconds, or ends the kernel.
    ValueError
        If the file is no notebook.
    """
    started = time.monotonic()
    notebook = tidy(read(path))
    client = NotebookClient(
        notebook,
        timeout=timeout,
        kernel_name="python3",
        resources={"metadata": {"path": str(path.resolve().parent)}},
        record_timing=False,
        store_widget_state=False,
        extra_arguments=["--IPKernelApp.log_level=CRITICAL"],
    )
    # A notebook as its reader meets it: in English, not as the site's build sees it.
    mine = {name: value for name, value in os.environ.items() if not name.startswith("EXAMLAB_")}
    with client.setup_kernel(env=mine):
        for index, cell in enumerate(notebook.cells):
            try:
                client.execute_cell(cell, index)
            except (CellExecutionError, CellTimeoutError, DeadKernelError) as error:
                raise ExecutionError(f"cell {index + 1}: {_what_happened(cell, error)}") from error
        peak = _peak(client)
    notebook = tidy(notebook)
    shrink_pictures(notebook)
    return Executed(notebook, time.monotonic() - started, peak)


def _what_happened(cell: Cell, error: Exception) -> str:
    tracebacks = ["\n".join(o.traceback) for o in cell.get("outputs", ()) if o.output_type == "error"]
    last_words = "\n".join(tracebacks) or f"{type(error).__name__}: {str(error).splitlines()[0]}"
    return _ESCAPE.sub("", f"{last_words}\n  in\n{cell.source}")


def _peak(client: NotebookClient) -> int | None:
    async def ask() -> Any:
        kernel: Any = client.kc
        return await kernel.execute("", silent=True, user_expressions={"peak": _PEAK}, reply=True, timeout=30)

    found = run_sync(ask)()["content"]["user_expressions"]["peak"]
    if found["status"] != "ok":  # Windows does not tell
        return None
    return int(found["data"]["text/plain"]) * (1 if sys.platform == "darwin" else 1024)


def store_all(paths: Iterable[Path]) -> int:
    """Execute and store notebooks, one line each; return how many failed."""
    failures = 0
    for path in paths:
        print(f"{_name(path)} …", end=" ", flush=True)
        try:
            done = execute(path)
        except (ExecutionError, ValueError) as error:
            failures += 1
            print(f"failed, not stored\n{_name(path)}: {error}\n", flush=True)
            continue
        write(path, done.notebook)
        peak = "" if done.peak is None else f", {done.peak / 1e6:.0f} MB"
        print(f"{done.seconds:.1f} s{peak}", flush=True)
    return failures


# ---- Checking


def problems(path: Path) -> list[str]:
    """Return everything about a stored notebook that the checks do not accept, each with how to mend it."""
    try:
        notebook = read(path)
    except ValueError as error:
        return [f"{_name(path)}: {error}"]
    found = list(_notebook_problems(notebook, path))
    counts = count(1)
    for number, cell in enumerate(notebook.cells, 1):
        if cell.cell_type == "code":
            found += [(number, what) for what in _code_problems(cell, next(counts))]
    found.sort(key=lambda problem: problem[0] or 0)
    return [f"{_name(path)}: {'' if number is None else f'cell {number}: '}{what}" for number, what in found]


def _notebook_problems(notebook: Notebook, path: Path) -> Iterator[Problem]:
    if notebook.metadata.get("widgets"):
        yield None, f"widget state is stored, {RUN}"
    if (size := size_of_outputs(notebook)) > MOST_BYTES:
        yield None, f"outputs take {size / 1000:.0f} kB of at most {MOST_BYTES // 1000}, print or draw less"
    if not any("answer" in _tags(cell) for cell in notebook.cells if cell.cell_type == "code"):
        yield None, "no cell is tagged `answer`, tag the one that prints the verified result"
    if path.read_text(encoding="utf-8") != text(tidy(notebook)):
        yield None, f"is not in the form in which notebooks are stored, {RUN}"
    ids = [cell.get("id") for cell in notebook.cells]
    for number, name in enumerate(ids, 1):
        if name in ids[: number - 1]:
            yield number, f"has the id {name!r} of an earlier cell, give it another"
    kind = _kind(path)
    if kind != "capstone":
        yield from _title_problems(notebook)
    if kind == "question":
        yield from _heading_problems(notebook)
    if kind == "opener":
        yield from _map_problems(notebook, path.parent.name)


def _kind(path: Path) -> str:
    """Return what a page is to its part: its opener, a capstone (listed without a number), or a question."""
    listed = path.parent / "part.yml"
    part = yaml.safe_load(listed.read_text(encoding="utf-8")) if listed.is_file() else {}
    if part.get("opener") == path.stem:
        return "opener"
    capstones = [question["page"] for question in part.get("questions", ()) if "number" not in question]
    return "capstone" if path.stem in capstones else "question"


def _map_problems(notebook: Notebook, part: str) -> Iterator[Problem]:
    """Yield that an opener does not lead to the questions of its part, if so."""
    texts = "\n".join(cell.source for cell in notebook.cells if cell.cell_type == "markdown")
    if not re.search(rf"^```{{exam-map}}\n{re.escape(part)}\n```$", texts, re.MULTILINE):
        yield None, f"opens its part without its map, add the directive `{{exam-map}}` with the line {part}"


def _headings(notebook: Notebook) -> list[tuple[int, int, str]]:
    """Return each heading of the first two levels: the number of its cell, its level, its words."""
    return [
        (number, len(marks), title)
        for number, cell in enumerate(notebook.cells, 1)
        if cell.cell_type == "markdown"
        for marks, title in _HEADING.findall(_FENCED.sub("", cell.source))
    ]


def _title_problems(notebook: Notebook) -> Iterator[Problem]:
    levels = [level for _, level, _ in _headings(notebook)]
    if levels[:1] != [1] or levels.count(1) != 1:
        yield 1, "the page must begin with its title, its only heading with one #"


def _heading_problems(notebook: Notebook) -> Iterator[Problem]:
    sections = [(number, title) for number, level, title in _headings(notebook) if level == 2]
    titles = [title for _, title in sections]
    for title in HEADINGS:
        if title not in titles:
            yield None, f"the heading “## {title}” is missing, add it (CONTRIBUTING.md lists all, in order)"
    latest = -1
    for index, (number, title) in enumerate(sections):
        if title not in HEADINGS:
            yield number, f"“## {title}” is not a heading of a page, use ### inside one of the fixed sections"
        elif title in titles[:index]:
            yield number, f"the heading “## {title}” is there twice, keep one"
        elif HEADINGS.index(title) < latest:
            yield number, f"the heading “## {title}” must stand before “## {HEADINGS[latest]}”, move it"
        else:
            latest = HEADINGS.index(title)


def _code_problems(cell: Cell, expected: int) -> Iterator[str]:
    if not cell.source.strip():
        yield "is empty, delete it"
        return
    if cell.execution_count is None:
        yield f"has no execution count, so nothing would be compared, {RUN}"
    elif cell.execution_count != expected:
        yield f"has the execution count {cell.execution_count} where {expected} belongs, {RUN}"
    yield from _output_problems(cell)
    yield from _source_problems(cell)
    yield from _comparison_problems(cell)


def _output_problems(cell: Cell) -> Iterator[str]:
    for output in cell.outputs:
        if output.output_type == "error":
            yield f"stores an error ({output.ename}: {output.evalue}), mend the cell and {RUN}"
        if output.get("name") == "stderr":
            yield f"stores a warning ({output.text.strip().splitlines()[-1][:80]}), mend its cause and {RUN}"
        if WIDGET_VIEW in output.get("data", {}):
            yield f"stores a widget that no reader can see without its kernel, {RUN}"


def _source_problems(cell: Cell) -> Iterator[str]:
    tags = _tags(cell)
    lines = sum(bool(line.strip()) for line in cell.source.splitlines())
    if lines > MOST_LINES and "remove-input" not in tags:
        yield f"has {lines} lines of at most {MOST_LINES}, split it or move code into src/"
    try:
        tree = ast.parse(cell.source)
    except SyntaxError as error:
        yield f"is not plain Python ({error.msg}, line {error.lineno}), write it without magics"
        return
    if all(isinstance(node, ast.Import | ast.ImportFrom) for node in tree.body) and not tags & {
        *("hide-input", "remove-input", "hide-cell", "remove-cell")
    }:
        yield "only imports, tag it `hide-input`"
    called = _called(tree)
    if "check" in called and "remove-input" not in tags:
        yield "its code gives the solution away on the site, tag it `remove-input`"
    if "check" in called and not cell.metadata.get("jupyter", {}).get("source_hidden"):
        yield "its code gives the solution away in JupyterLab, set `jupyter.source_hidden` in its metadata"
    if called & DRAWS and IGNORED not in tags:
        yield f"draws with {', '.join(sorted(called & DRAWS))}, tag it `{IGNORED}`"
    if not called & DRAWS and IGNORED in tags:
        yield f"draws nothing, so its output must be compared, remove the tag `{IGNORED}`"


def _comparison_problems(cell: Cell) -> Iterator[str]:
    tags = _tags(cell)
    if marker := _MARKER.search(cell.source):
        yield f"has the comment {marker[1]}, remove it: only tags say what is compared"
    if "nbval-skip" in tags:
        yield "would not be executed by the tests, remove the tag `nbval-skip`"
    if "answer" not in tags:
        return
    if IGNORED in tags:
        yield f"is an answer that nothing compares, remove the tag `{IGNORED}` or print in a cell of its own"
    printed = [output.get("text") or output.get("data", {}).get("text/plain", "") for output in cell.outputs]
    if cell.execution_count is not None and not "".join(printed).strip():
        yield f"is tagged `answer` and shows nothing to compare, print the verified result and {RUN}"


def _called(tree: ast.AST) -> set[str]:
    functions = [node.func for node in ast.walk(tree) if isinstance(node, ast.Call)]
    return {str(getattr(function, "id", getattr(function, "attr", ""))) for function in functions}


def _tags(cell: Cell) -> set[str]:
    return set(cell.metadata.get("tags", ()))


def _name(path: Path) -> str:
    path = path.resolve()
    return (path.relative_to(ROOT) if path.is_relative_to(ROOT) else path).as_posix()


# ---- The command


def main(arguments: list[str] | None = None) -> int:
    """Execute and store, or check; return 1 if anything is wrong."""
    parser = argparse.ArgumentParser(description="Execute the notebooks and store their outputs in one form.")
    parser.add_argument("paths", nargs="*", type=Path, help="notebooks or folders; all if none is named")
    parser.add_argument("--check", action="store_true", help="execute nothing, only check what is stored")
    options = parser.parse_args(arguments)
    for path in options.paths:
        if not path.exists():
            parser.error(f"{path} does not exist: name a notebook, or a folder that holds some")
    paths = find(options.paths or [ROOT / "notebooks"])
    if not paths:
        parser.error("there is no notebook (*.ipynb) here")
    if not options.check:
        failures = store_all(paths)
        if failures:
            print(f"Failed, and stored as before: {failures} of {len(paths)}.", file=sys.stderr)
        return 1 if failures else 0
    found = [problem for path in paths for problem in problems(path)]
    print("\n".join(found) or f"Notebooks stored as they should be: {len(paths)}.")
    return 1 if found else 0


if __name__ == "__main__":
    raise SystemExit(main())
