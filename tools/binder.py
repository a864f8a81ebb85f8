"""Do what Binder does with this repository, and measure each notebook there: ``python tools/binder.py``.

The files that git knows are copied. A new environment of the Python that environment.yml names gets its
pip steps as they are listed there, then postBuild runs. JupyterLab starts in it on one processor, and opens
the page of a launch link. Then each notebook runs beside it, on the same processor, while the memory of all
that this command has started is watched: above 2 GB, the notebook is ended. What was measured goes to
book/measured/resources.csv, unless something failed.
"""

from __future__ import annotations

import csv
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from threading import Event, Thread
from typing import Any
from urllib.parse import parse_qs, urlsplit

import psutil
import yaml
from browser import ARGUMENTS, HELP, find_browser
from lab import ROOT, in_order, title
from playwright.sync_api import sync_playwright
from pythons import find_python
from serve_jupyter import Server, jupyter

from examlab.reading.publish.repository import Repository

FOLDER = ROOT / "_build" / "binder"
TABLE = ROOT / "book" / "measured" / "resources.csv"
MOST_MEMORY = 2_000_000_000
SECONDS_A_CELL = 240
SECONDS_BETWEEN_LOOKS = 0.05


# ---- The image


def described(text: str) -> tuple[str, list[str]]:
    """Return the version of Python and the pip steps of an environment.yml.

    Raises
    ------
    ValueError
        If it asks conda for more than Python and pip, which this command could not install.

    Examples
    --------
    >>> described("dependencies: [python=3.12, pip, {pip: [-r requirements.lock]}]")
    ('3.12', ['-r requirements.lock'])
    """
    needs = yaml.safe_load(text)["dependencies"]
    conda = [need for need in needs if isinstance(need, str)]
    if conda[1:] != ["pip"] or not conda[0].startswith("python="):
        raise ValueError(
            f"environment.yml asks conda for {', '.join(conda)}: python=X.Y and pip are expected"
        )
    steps = [step for need in needs if isinstance(need, dict) for step in need["pip"]]
    return conda[0].removeprefix("python="), steps


def copy_repository(target: Path) -> None:
    """Copy the files that git knows or would add, as they are now."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    for name in filter(None, listed.split("\0")):
        if (ROOT / name).is_file():  # and not deleted since
            (target / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, target / name)


def build(python: Path, steps: list[str], repository: Path, environment: Path) -> None:
    """Make the environment as conda does from environment.yml, then run postBuild."""
    subprocess.run([python, "-m", "venv", environment], check=True)
    variables = clean_variables(environment)
    written = repository / "condaenv.requirements.txt"  # as conda does, beside environment.yml
    written.write_text("\n".join(steps) + "\n", encoding="utf-8")
    pip = [str(environment / "bin" / "python"), "-m", "pip", "install", "-qq", "--disable-pip-version-check"]
    subprocess.run([*pip, "-U", "-r", written.name], cwd=repository, env=variables, check=True)
    written.unlink()
    subprocess.run(["./postBuild"], cwd=repository, env=variables, check=True, stdout=subprocess.DEVNULL)


def clean_variables(environment: Path) -> dict[str, str]:
    """Return the variables of this process without what make sets for the project's own commands."""
    ours = ("EXAMLAB_", "OMP_", "OPENBLAS_", "PYTHON", "VIRTUAL_ENV", "MAKE", "MFLAGS")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
    return kept | {"PATH": f"{environment / 'bin'}{os.pathsep}{os.environ['PATH']}"}


# ---- Memory


class Watch(Thread):
    """The most memory that processes and what they have started held; ends one of them above a limit.

    Linux keeps the peak of each process, so none is missed between two looks. Peaks may lie apart, and what
    processes share counts once for each: the sum is rather too high than too low.
    """

    def __init__(self, watched: list[int], ended: int, limit: int = MOST_MEMORY) -> None:
        super().__init__(daemon=True)
        self.watched, self.ended, self.limit = watched, ended, limit
        self.peak, self.exceeded, self._stopped = 0, False, Event()

    def run(self) -> None:
        """Look again and again, until stopped."""
        while not self._stopped.wait(SECONDS_BETWEEN_LOOKS):
            self.look()

    def look(self) -> None:
        """Add up the most that each process has held."""
        held = sum(map(_highest, chain.from_iterable(map(_family, self.watched))))
        self.peak = max(self.peak, held)
        if held > self.limit:
            self.exceeded = True
            for process in _family(self.ended):
                with suppress(psutil.NoSuchProcess):
                    process.kill()

    def stop(self) -> None:
        """Look no more."""
        self._stopped.set()
        self.join()


def _family(pid: int) -> list[Any]:
    """Return a process and all it has started that are still there."""
    try:
        itself = psutil.Process(pid)
        return [itself, *itself.children(recursive=True)]
    except psutil.NoSuchProcess:
        return []


def _highest(process: Any) -> int:
    """Return the most that one process has held, as Linux has recorded it."""
    try:
        status = Path(f"/proc/{process.pid}/status").read_text(encoding="ascii", errors="replace")
    except OSError:
        return 0
    kilobytes = [line.split()[1] for line in status.splitlines() if line.startswith("VmHWM:")]
    return 1024 * int(kilobytes[0]) if kilobytes else 0


# ---- A notebook


@dataclass(frozen=True)
class Measured:
    """What one notebook took, or JupyterLab itself; `failure` is empty if nothing failed."""

    name: str
    seconds: float
    peak: int
    failure: str = ""


def run(server: Server, python: str, notebook: Path, name: str) -> Measured:
    """Execute a copy of a notebook beside the server, in a new kernel, as “Run all cells” does."""
    command = [python, "-m", "jupyter", "execute", f"--timeout={SECONDS_A_CELL}", "--inplace", str(notebook)]
    begin = time.monotonic()
    with subprocess.Popen(command, env=server.variables, stderr=subprocess.PIPE, text=True) as process:
        os.sched_setaffinity(process.pid, os.sched_getaffinity(server.pid))  # before it has started anything
        watch = Watch([server.pid, process.pid], process.pid)
        watch.start()
        said = process.communicate()[1]
        seconds = time.monotonic() - begin
        watch.stop()
    failure = f"held more than {watch.limit / 1e9:g} GB" if watch.exceeded else ""
    if process.returncode:
        failure = failure or said.strip().splitlines()[-1]
    return Measured(name, seconds, watch.peak, failure)


def open_launch_link(server: Server, name: str) -> Measured:
    """Open what Binder opens for a notebook's launch link, and wait until its title is on the screen."""
    path = find_browser()
    if path is None:
        raise RuntimeError(HELP)
    link = Repository("https://github.com/owner/name").binder(name)
    [place] = parse_qs(urlsplit(link).query)["urlpath"]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        page = browser.new_page(viewport={"width": 1280, "height": 900})
        watch = Watch([server.pid], server.pid)
        watch.start()
        begin = time.monotonic()
        page.goto(f"{server.address}/{place}?token={server.token}")
        page.get_by_role("heading", name=title(ROOT / name), exact=True).first.wait_for(timeout=60_000)
        seconds = time.monotonic() - begin
        watch.stop()
        browser.close()
    return Measured("JupyterLab, until the first page is on the screen", seconds, watch.peak)


# ---- The table


def rows(found: Iterable[Measured]) -> list[list[str]]:
    """Return a table's rows: a page or what else was measured, seconds, and megabytes, rounded up to tens.

    Examples
    --------
    >>> rows([Measured("notebooks/gan/index.ipynb", 3.14159, 201_000_000)])
    [['[](../notebooks/gan/index.ipynb)', '3.1', '210']]
    """
    return [
        [
            f"[](../{one.name})" if one.name.endswith(".ipynb") else one.name,
            f"{one.seconds:.1f}",
            str(-(-one.peak // 10_000_000) * 10),
        ]
        for one in found
    ]


def measure(repository: Path, environment: Path) -> list[Measured]:
    """Start JupyterLab on one processor, open a page's link, run every notebook; say what each took."""
    python, processor = str(environment / "bin" / "python"), {min(os.sched_getaffinity(0))}
    variables, found = clean_variables(environment), []
    with jupyter(repository, FOLDER / "server", python, variables, processors=processor) as server:
        names = in_order(ROOT)
        runs = (run(server, python, repository / name, name) for name in names)
        for one in chain([open_launch_link(server, names[0])], runs):
            found.append(one)
            said = f"{one.name}: {one.seconds:.1f} s, {one.peak / 1e6:.0f} MB {one.failure}"
            print(said.strip(), flush=True)
    return found


def main() -> int:
    """Build and measure; return 1 if a notebook failed."""
    if not hasattr(os, "sched_setaffinity"):
        print(
            "Only Linux lets a command choose its processor, and Binder is Linux: run it there.",
            file=sys.stderr,
        )
        return 1
    version, steps = described((ROOT / "environment.yml").read_text(encoding="utf-8"))
    python = find_python(version)
    if python is None:
        print(f"There is no Python {version} here: install one, or name one in PYTHON.", file=sys.stderr)
        return 1
    shutil.rmtree(FOLDER, ignore_errors=True)
    repository, environment = FOLDER / "repository", FOLDER / "environment"
    copy_repository(repository)
    begin = time.monotonic()
    build(python, steps, repository, environment)
    size = sum(path.lstat().st_size for path in environment.rglob("*"))
    print(f"environment: built in {time.monotonic() - begin:.0f} s, {size / 1e6:.0f} MB", flush=True)
    found = measure(repository, environment)
    if failed := [one.name for one in found if one.failure]:
        print(f"Failed, and {TABLE.name} stays as it was: {', '.join(failed)}", file=sys.stderr)
        return 1
    with TABLE.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows(rows(found))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
