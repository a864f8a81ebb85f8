"""A kernel, the proxy and the hub are killed in turn: no student's file is lost, and all go on."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from tests.classroom.hub import Hub
from tests.classroom.student import Student

NOTEBOOK = "notebooks/gan/1-output-layer.ipynb"
NAMES = ("ada", "blaise")
SECONDS = 300


def survive(folder: Path) -> Iterator[str]:
    """Kill each in turn and yield what held; raise AssertionError when a file is lost."""
    with Hub(folder) as hub:
        students = [Student(hub, name, seconds=SECONDS) for name in NAMES]
        for student in students:
            student.log_in()
            student.start_server()
            _work(student)
        yield from _killed_kernel(hub, students)
        yield from _killed(hub, students, "proxy", hub.wait)
        yield from _killed(hub, students, "hub", hub.start)
        for student in students:
            student.leave()


def _work(student: Student) -> None:
    """Change a notebook, write a file, and hold something in the kernel."""
    notebook = student.open_notebook(NOTEBOOK)
    notebook["cells"][0]["source"] += f"\n\nSeen by {student.name}."
    student.save(NOTEBOOK, notebook, "notebook")
    student.save("notes.md", f"What {student.name} thinks.\n", "file")
    student.run(f"held = {student.name!r}")


def _killed_kernel(hub: Hub, students: list[Student]) -> Iterator[str]:
    first, *others = students
    before, started = contents(hub), time.monotonic()
    hub.kill("kernel", student=first.name)
    _nothing_lost(before, contents(hub), "kernel")
    _until(lambda: first.run("1 + 1"), first)
    seconds = time.monotonic() - started
    for other in others:
        _still_holds(other)
    first.run(f"held = {first.name!r}")
    _go_on(hub, students, "kernel")
    yield f"kernel killed: {len(before)} files as before; the student ran a cell again after {seconds:.1f} s"


def _killed(hub: Hub, students: list[Student], what: str, bring_back: Callable[[], None]) -> Iterator[str]:
    before, started = contents(hub), time.monotonic()
    hub.kill(what)
    _nothing_lost(before, contents(hub), what)
    bring_back()
    for student in students:
        _until(student.open_lab, student)
    seconds = time.monotonic() - started
    for student in students:
        student.connect()
        _still_holds(student)
    _go_on(hub, students, what)
    yield f"{what} killed: {len(before)} files and all variables as before; back after {seconds:.1f} s"


def _go_on(hub: Hub, students: list[Student], after: str) -> None:
    """Let every student save once more, and see it on the disk."""
    for student in students:
        student.save("notes.md", student.read("notes.md") + f"Still here after the {after}.\n", "file")
        lines = (hub.home(student.name) / "notes.md").read_text(encoding="utf-8").splitlines()
        assert lines[0] == f"What {student.name} thinks." and lines[-1].endswith(f"after the {after}."), lines


def _still_holds(student: Student) -> None:
    shown = student.run("held")
    assert any(student.name in str(message["content"].get("data")) for message in shown), (
        f"the kernel of {student.name} has forgotten what it held"
    )


def _until(works: Callable[[], object], student: Student) -> None:
    """Try until it works, connecting again in between."""
    started = time.monotonic()
    while True:
        try:
            works()
            return
        except Exception:
            if time.monotonic() - started > 60:
                raise
            time.sleep(0.5)
            try:
                student.connect()
            except Exception:  # not back yet
                continue


def contents(hub: Hub) -> dict[str, str]:
    """Return a digest of every file in the students' folders, without what Jupyter keeps for itself."""
    students = hub.folder / "students"
    return {
        path.relative_to(students).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(students.rglob("*"))
        if path.is_file() and not any(name.startswith(".") for name in path.relative_to(students).parts)
    }


def _nothing_lost(before: dict[str, str], after: dict[str, str], what: str) -> None:
    changed = sorted(name for name in before.keys() | after.keys() if before.get(name) != after.get(name))
    assert not changed, f"killing the {what} changed {', '.join(changed)}"
