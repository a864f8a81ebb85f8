"""A JupyterHub as `make hub` starts it, in a folder of its own, and every process that belongs to it."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path
from urllib.error import HTTPError, URLError
from urllib.request import urlopen

import psutil

ROOT = Path(__file__).resolve().parents[2]
CONFIGURATION = ROOT / "classroom" / "jupyterhub_config.py"
START_SECONDS = 60


class Hub:
    """A hub in an empty folder, from `with` to the end of it; then no process of it is left."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder.resolve()
        self.port = _free_ports(3)
        self.address = f"http://127.0.0.1:{self.port}"
        self._itself: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Hub:
        self.end()  # what a run that was killed has left
        shutil.rmtree(self.folder, ignore_errors=True)
        self.folder.mkdir(parents=True)
        try:
            self.start()
        except BaseException:
            self.end()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self.end()

    @property
    def password(self) -> str:
        return (self.folder / "password").read_text(encoding="utf-8")

    def home(self, student: str) -> Path:
        """Return a student's folder."""
        return self.folder / "students" / student

    def start(self) -> None:
        """Start the hub, or start it again after it was killed, and wait until it answers."""
        environment = os.environ | {
            "EXAMLAB_HUB_FOLDER": str(self.folder),
            "EXAMLAB_HUB_PORT": str(self.port),
        }
        with (self.folder / "hub.log").open("ab") as log:
            self._itself = subprocess.Popen(
                [sys.executable, "-m", "jupyterhub", "--config", str(CONFIGURATION)],
                env=environment,
                cwd=self.folder,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
            )
        self.wait()

    def wait(self) -> None:
        """Wait until the hub answers through its proxy."""
        started = time.monotonic()
        while time.monotonic() < started + START_SECONDS:
            try:
                with urlopen(f"{self.address}/hub/health", timeout=5):
                    return
            except (HTTPError, URLError, ConnectionError, TimeoutError):
                time.sleep(0.2)
        said = (self.folder / "hub.log").read_text(encoding="utf-8", errors="replace")
        raise TimeoutError(f"JupyterHub did not answer within {START_SECONDS} s:\n{said[-3000:]}")

    # ---- Processes

    def processes(self) -> list[psutil.Process]:
        """Return the hub, its proxy, servers and kernels: every process that carries its folder's name."""
        return [
            process
            for process in psutil.process_iter()
            if process.pid != os.getpid() and _variable(process, "EXAMLAB_HUB_FOLDER") == str(self.folder)
        ]

    def memory(self) -> dict[str, int]:
        """Return the bytes that each student's processes hold, and under "" those of the hub and its proxy.

        A page that several processes share counts in parts that add up to one (PSS); where the system does
        not tell, only what a process has for itself counts (USS).
        """
        found: dict[str, int] = {}
        for process in self.processes():
            try:
                held = process.memory_full_info()
                name = _student(process) or ""
            except psutil.Error:
                continue
            found[name] = found.get(name, 0) + getattr(held, "pss", held.uss)
        return found

    def kill(self, what: str, *, student: str = "") -> None:
        """Kill, without a warning to it, the hub, the proxy, or a student's kernel."""
        if what == "hub":
            assert self._itself is not None
            self._itself.kill()
            self._itself.wait()
            return
        part, name = {"proxy": ("configurable-http-proxy", None), "kernel": ("ipykernel", student)}[what]
        [victim] = [
            process
            for process in self.processes()
            if any(part in word for word in process.cmdline()) and _student(process) == name
        ]
        victim.kill()
        with suppress(psutil.NoSuchProcess):
            while victim.status() != psutil.STATUS_ZOMBIE:  # dead, and not yet noticed by who started it
                time.sleep(0.01)

    def end(self) -> None:
        """Ask the hub to end all that it started, and end by its id what is still there then."""
        if self._itself is not None and self._itself.poll() is None:
            self._itself.terminate()
            try:
                self._itself.wait(timeout=30)
            except subprocess.TimeoutExpired:
                self._itself.kill()
                self._itself.wait()
        left = self.processes()
        for process in left:
            try:
                process.kill()
            except psutil.NoSuchProcess:
                continue
        psutil.wait_procs(left, timeout=10)


def _student(process: psutil.Process) -> str | None:
    return _variable(process, "JUPYTERHUB_USER")


def _variable(process: psutil.Process, name: str) -> str | None:
    try:
        return process.environ().get(name)
    except (psutil.Error, OSError):
        return None  # another user's, or gone


def _free_ports(number: int) -> int:
    """Return the first of some ports in a row that are free."""
    for _ in range(50):
        with socket.socket() as found:
            found.bind(("127.0.0.1", 0))
            first = int(found.getsockname()[1])
        if all(_is_free(port) for port in range(first, first + number)):
            return first
    raise OSError("no free ports in a row on 127.0.0.1")


def _is_free(port: int) -> bool:
    with socket.socket() as tried:
        try:
            tried.bind(("127.0.0.1", port))
        except (OSError, OverflowError):
            return False
    return True
