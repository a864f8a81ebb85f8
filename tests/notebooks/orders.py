"""Notebooks as readers run them: out of order, twice, interrupted. `make orders` tries all of them.

A cell must show what is stored of it, or fail with a NameError, which says what it still needs. It must never
show another answer.
"""

from __future__ import annotations

import builtins
import json
import re
import subprocess
import symtable
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from jupyter_client.manager import start_new_kernel

import notebooks

SECONDS = 300
"""How long a cell may take on a busy machine."""
WORTH_AN_INTERRUPT = 0.3
"""Seconds that a cell takes at least if it is interrupted."""

KEEP = "_before = dict(globals())"
FORGET = """
for _name in [*globals()]:
    if _name not in _before and _name != "_before":
        del globals()[_name]
globals().update(_before)
"""
_CHANGES = re.compile(r"\b0x[0-9a-fA-F]{6,}\b|\x1b\[[\d;]*m")


# ---- What a cell takes from others and gives to them


def code_cells(path: Path) -> dict[int, Any]:
    """Return the code cells of a notebook by their number in it, from 1."""
    cells = enumerate(notebooks.read(path).cells, 1)
    return {number: cell for number, cell in cells if cell.cell_type == "code"}


def ambiguous(sources: dict[int, str]) -> Iterator[str]:
    """Yield each name that a cell takes from others where more than one gives it: order would decide."""
    gives, takes = {number: given(source) for number, source in sources.items()}, taken(sources)
    for number in sources:
        for name in sorted(gives[number] & set(dir(builtins))):
            yield f"cell {number} hides Python's own {name}: rename it"
        for name in sorted(takes[number]):
            givers = [other for other, names in gives.items() if name in names]
            if len(givers) != 1 or givers[0] >= number:
                yield f"cell {number} takes {name}, which cells {givers} give: rename all but one"


def given(source: str) -> set[str]:
    """Return the names that a cell leaves behind."""
    symbols = symtable.symtable(source, "cell", "exec").get_symbols()
    return {s.get_name() for s in symbols if s.is_assigned() or s.is_imported() or s.is_namespace()}


def taken(sources: dict[int, str]) -> dict[int, set[str]]:
    """Return the names that each cell reads before it gives them itself: undefined, if it stood alone."""
    with tempfile.TemporaryDirectory() as folder:
        for number, source in sources.items():
            Path(folder, f"{number}.py").write_text(source, encoding="utf-8")
        command = [
            "ruff",
            "check",
            "--isolated",
            "--no-cache",
            "--select=F821",
            "--output-format=json",
            folder,
        ]
        done = subprocess.run([sys.executable, "-m", *command], capture_output=True, text=True, check=False)
    found: dict[int, set[str]] = {number: set() for number in sources}
    for finding in json.loads(done.stdout):
        found[int(Path(finding["filename"]).stem)].add(finding["message"].split("`")[1])
    return found


# ---- Running


@dataclass(frozen=True)
class Shown:
    """What a cell showed, the error it ended with, if any, and how long it took."""

    text: str
    error: str
    seconds: float


def text_of(outputs: list[Any]) -> str:
    """Return what outputs say, without what differs from run to run."""
    parts = [o.get("text") or o.get("data", {}).get("text/plain", "") for o in outputs]
    return _CHANGES.sub("", "".join(parts)).strip()


class Kernel:
    """A fresh kernel in the folder of a notebook."""

    def __init__(self, manager: Any, client: Any) -> None:
        self.manager, self.client = manager, client

    def run(self, source: str, *, interrupt_after: float | None = None) -> Shown:
        """Run some code; interrupt it after so many seconds, if it takes as long."""
        outputs: list[Any] = []

        def keep(message: Any) -> None:
            if message["msg_type"] in ("stream", "execute_result", "display_data"):
                outputs.append(message["content"])

        timer = threading.Timer(interrupt_after or SECONDS, self.manager.interrupt_kernel)
        timer.start()
        begin = time.monotonic()
        try:
            reply = self.client.execute_interactive(source, output_hook=keep, timeout=SECONDS)["content"]
        finally:
            timer.cancel()
        error = f"{reply['ename']}: {reply['evalue']}" if reply["status"] == "error" else ""
        return Shown(text_of(outputs), error, time.monotonic() - begin)


@contextmanager
def kernel(path: Path) -> Iterator[Kernel]:
    """Give a kernel, and end it."""
    manager, client = start_new_kernel(
        kernel_name="python3", cwd=str(path.parent), extra_arguments=["--IPKernelApp.log_level=CRITICAL"]
    )
    try:
        yield Kernel(manager, client)
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)


@dataclass
class Trial:
    """A notebook, what went wrong with it in another order, and how long its cells take."""

    path: Path

    def __post_init__(self) -> None:
        self.cells = code_cells(self.path)
        self.problems: list[str] = []
        self.seconds: dict[int, float] = {}

    def compare(self, number: int, shown: Shown, when: str, *, may_lack: bool = False) -> None:
        """Write down what a cell should not have shown."""
        cell = self.cells[number]
        if may_lack and shown.error.startswith("NameError"):
            return
        if shown.error:
            self.problems.append(f"cell {number}, {when}: {shown.error}")
        elif notebooks.IGNORED not in cell.metadata.get("tags", ()) and shown.text != text_of(cell.outputs):
            self.problems.append(f"cell {number}, {when}: shows\n{shown.text}\nnot\n{text_of(cell.outputs)}")

    def in_any_order(self) -> None:
        """Run all; then each cell twice; then from the last to the first; then interrupt the longest."""
        with kernel(self.path) as run:
            for number, cell in self.cells.items():
                shown = run.run(cell.source)
                self.seconds[number] = shown.seconds
                self.compare(number, shown, "in order")
            for number, cell in self.cells.items():
                for when in ("all run again", "run twice"):
                    self.compare(number, run.run(cell.source), when)
            for number, cell in reversed(self.cells.items()):
                self.compare(number, run.run(cell.source), "from the last to the first")
            self.interrupt(run)

    def interrupt(self, run: Kernel) -> None:
        """Interrupt the longest cell half way, then run it and those after it."""
        longest = max(self.seconds, key=self.seconds.__getitem__)
        if self.seconds[longest] < WORTH_AN_INTERRUPT:
            return
        source = self.cells[longest].source
        shown = run.run(source, interrupt_after=self.seconds[longest] / 2)
        told = shown.error.startswith("KeyboardInterrupt") or "interrupted after" in shown.text
        if not told and shown.error:
            self.problems.append(f"cell {longest}, interrupted: {shown.error}")
        elif not told:
            self.compare(longest, shown, "too quick to be interrupted")
        if run.run("print(1 + 1)").text != "2":
            self.problems.append(f"cell {longest}, interrupted: the kernel is not usable")
        for number, cell in self.cells.items():
            if number >= longest:
                self.compare(number, run.run(cell.source), "after an interrupt")

    def alone(self) -> None:
        """Run each cell first, after the cell of imports alone."""
        (first, imports), *others = self.cells.items()
        with kernel(self.path) as run:
            self.compare(first, run.run(imports.source), "first")
            run.run(KEEP)
            for number, cell in others:
                self.compare(number, run.run(cell.source), "after the imports alone", may_lack=True)
                run.run(FORGET)


def try_all(path: Path) -> Trial:
    """Try a notebook in every way."""
    trial = Trial(path)
    trial.in_any_order()
    trial.alone()
    return trial


def main() -> int:
    """Try the notebooks that are named, or all, and print a line for each."""
    failures = 0
    for path in notebooks.find([Path(name) for name in sys.argv[1:]] or [notebooks.ROOT / "notebooks"]):
        begin = time.monotonic()
        trial = try_all(path)
        failures += bool(trial.problems)
        verdict = "right in any order" if not trial.problems else "\n  ".join(["wrong", *trial.problems])
        name = path.resolve().relative_to(notebooks.ROOT)
        print(f"{name}: {len(trial.cells)} cells, {time.monotonic() - begin:.0f} s, {verdict}", flush=True)
    return 1 if failures else 0


if __name__ == "__main__":
    raise SystemExit(main())
