"""Classes of several sizes on one machine: what `make hub-bench` prints, and stores with ``--store``."""

from __future__ import annotations

import argparse
import datetime
import signal
import sys
from collections.abc import Sequence
from importlib.metadata import version

import psutil

from tests.classroom import load, survival
from tests.classroom.hub import ROOT

FOLDER = ROOT / "_build" / "hub-bench"
STORED = ROOT / "book" / "measured" / "classroom.md"


def main() -> int:
    """Measure each class, then kill what a class needs; return 1 if a student failed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("students", nargs="*", type=int, default=[1, 5, 10, 20], help="sizes of the classes")
    parser.add_argument("--notebook", default=load.NOTEBOOK, help="what every student opens")
    parser.add_argument("--store", action="store_true", help=f"write {STORED.relative_to(ROOT)}")
    given = parser.parse_args()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, _stop)
    print(conditions(given.notebook), flush=True)
    loads = []
    for students in given.students:
        loads.append(load.measure(FOLDER, students, notebook=given.notebook))
        load.tell(loads[-1])
    survived = []
    for line in survival.survive(FOLDER):
        print(line, flush=True)
        survived.append(line)
    failed = sum(len(found.failed) for found in loads)
    if given.store:
        STORED.parent.mkdir(exist_ok=True)
        STORED.write_text(page(loads, survived, conditions(given.notebook)), encoding="utf-8")
    return 1 if failed else 0


def _stop(number: int, _frame: object) -> None:
    """End this program by way of ending what it started, undisturbed by a second signal."""
    for other in (signal.SIGINT, signal.SIGTERM):
        signal.signal(other, signal.SIG_IGN)
    sys.exit(128 + number)


def conditions(notebook: str) -> str:
    """Say what was measured on what, and when."""
    opened = notebook.removesuffix(".ipynb")
    cores, memory = psutil.cpu_count(), psutil.virtual_memory().total / 1e9
    return (
        f"Measured on {datetime.date.today()} on a machine of {cores} cores and {memory:.0f} GB of memory, "
        f"Python {sys.version.split()[0]}, JupyterHub {version('jupyterhub')}. "
        f"Each student ran {{doc}}`/{opened}`."
    )


def page(loads: Sequence[load.Load], survived: Sequence[str], under: str) -> str:
    """Return what the book's page includes: a table as wide as a telephone, and what survived."""
    head, *rows = zip(load.QUANTITIES, *(found.column() for found in loads), strict=True)
    lines = [head, (":--", *["--:"] * len(loads)), *rows]
    table = [f"| {' | '.join(line)} |" for line in lines]
    return "\n".join([*table, "", under, "", *(f"- {line}" for line in survived), ""])


if __name__ == "__main__":
    sys.exit(main())
