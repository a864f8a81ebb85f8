"""N students at once: how long until each has a slider that moves, what they hold in memory, who fails."""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

from tests.classroom.hub import Hub
from tests.classroom.student import WIDGET_VIEW, Message, Student

NOTEBOOK = "notebooks/gan/1-output-layer.ipynb"
MOVES = 10
PAUSE = 1.0
"""Seconds that a student looks at a picture before the next move."""

QUANTITIES = (
    "Students",
    "Failed",
    "First slider, median (s)",
    "First slider, last (s)",
    "A move, median (s)",
    "A move, slowest (s)",
    "Memory of each, median (MB)",
    "Memory of each, most (MB)",
    "Hub and proxy (MB)",
)


@dataclass
class Visit:
    """What one student met with."""

    name: str
    first_slider: float | None = None
    moves: list[float] = field(default_factory=list)
    trouble: str = ""


@dataclass(frozen=True)
class Load:
    """What a number of students met with at once; memory in bytes, by student, under "" the hub's own."""

    visits: list[Visit]
    memory: dict[str, int]

    @property
    def failed(self) -> list[Visit]:
        return [visit for visit in self.visits if visit.trouble]

    def column(self) -> list[str]:
        """Return what stands in the table, beside QUANTITIES."""
        first = [visit.first_slider for visit in self.visits if visit.first_slider is not None]
        moves = [seconds for visit in self.visits for seconds in visit.moves]
        held = [self.memory[visit.name] / 1e6 for visit in self.visits if visit.name in self.memory]
        return [
            str(len(self.visits)),
            str(len(self.failed)),
            *_median_and_most(first, ".1f"),
            *_median_and_most(moves, ".2f"),
            *_median_and_most(held, ".0f"),
            f"{self.memory.get('', 0) / 1e6:.0f}",
        ]


def _median_and_most(values: list[float], form: str) -> tuple[str, str]:
    return (f"{median(values):{form}}", f"{max(values):{form}}") if values else ("none", "none")


def measure(folder: Path, students: int, *, notebook: str = NOTEBOOK, seconds: float = 300) -> Load:
    """Let a number of students come at once; give up `seconds` after they came."""
    visits = [Visit(f"student-{number:02}") for number in range(1, students + 1)]
    # They wait for each other: memory is measured when all have slid and nobody has left.
    slid = threading.Barrier(students + 1, timeout=seconds + 60)
    measured = threading.Barrier(students + 1, timeout=seconds + 60)
    with Hub(folder) as hub:
        threads = []
        for visit in visits:
            given = (Student(hub, visit.name, seconds=seconds), visit, notebook, [slid, measured])
            threads.append(threading.Thread(target=_visit, args=given, daemon=True))
            threads[-1].start()
        slid.wait()
        memory = hub.memory()
        measured.wait()
        for thread in threads:
            thread.join(timeout=60)
    return Load(visits, memory)


def _visit(student: Student, visit: Visit, notebook: str, together: list[threading.Barrier]) -> None:
    steps = _steps(student, visit, notebook)
    for step in [*together, None]:
        try:
            next(steps, None)
        except Exception as error:  # whatever a student meets with is what is measured
            visit.trouble = visit.trouble or f"{type(error).__name__}: {error}"
        if step is not None:
            step.wait()
    student.leave()


def _steps(student: Student, visit: Visit, notebook: str) -> Iterator[None]:
    """Come, run and slide; wait; save."""
    started = time.monotonic()
    student.log_in()
    student.start_server()
    content = student.open_notebook(notebook)
    for cell in content["cells"]:
        if cell["cell_type"] == "code":
            shown = student.run(cell["source"])
            if visit.first_slider is None and any(map(_is_widget, shown)) and student.sliders():
                visit.first_slider = time.monotonic() - started
    slider = student.sliders()[0]
    positions, at = len(student.widgets[slider]["_options_labels"]), student.widgets[slider]["index"]
    for move in range(1, MOVES + 1):
        time.sleep(PAUSE)
        visit.moves.append(student.move(slider, (at + move) % positions))
    yield
    student.save(notebook, content, "notebook")


def _is_widget(message: Message) -> bool:
    return WIDGET_VIEW in message["content"].get("data", {})


def tell(load: Load) -> None:
    """Print what was measured in a line, and who failed of what."""
    print(", ".join(f"{name} {value}" for name, value in zip(QUANTITIES, load.column(), strict=True)))
    for visit in load.failed:
        print(f"  {visit.name} failed: {visit.trouble}", file=sys.stderr)
    sys.stdout.flush()
