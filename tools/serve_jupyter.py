"""Start a Jupyter server that writes nothing outside a folder of its own, and end it with all it started."""

from __future__ import annotations

import os
import secrets
import socket
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.error import URLError
from urllib.request import Request, urlopen

import psutil

START_SECONDS = 90
"""How long a server may take to answer, on a machine that is busy with something else."""

FOLDERS = {
    "JUPYTER_CONFIG_DIR": "config",
    "JUPYTER_DATA_DIR": "data",
    "JUPYTER_RUNTIME_DIR": "runtime",
    "JUPYTERLAB_SETTINGS_DIR": "settings",
    "JUPYTERLAB_WORKSPACES_DIR": "workspaces",
    "IPYTHONDIR": "ipython",
}
"""What Jupyter writes to, by the variables that say where."""


@dataclass(frozen=True)
class Server:
    """A running server: where it is, its process, and the variables with which it runs."""

    address: str
    token: str
    pid: int
    variables: Mapping[str, str]

    def answers(self) -> bool:
        """Tell whether it is there."""
        request = Request(f"{self.address}/api/status", headers={"Authorization": f"token {self.token}"})
        try:
            with urlopen(request, timeout=5):
                return True
        except (URLError, ConnectionError, TimeoutError):
            return False


@contextmanager
def jupyter(
    root: Path,
    folder: Path,
    python: str,
    environment: Mapping[str, str],
    *,
    processors: set[int] | None = None,
    app: str = "lab",
    options: tuple[str, ...] = (),
) -> Iterator[Server]:
    """Serve the files in `root` with the JupyterLab of a Python, or another app, and end it afterwards."""
    address, token = f"http://127.0.0.1:{free_port()}", secrets.token_hex(16)
    folder.mkdir(parents=True, exist_ok=True)
    variables = {**environment, **{name: str(folder / value) for name, value in FOLDERS.items()}}
    log = folder / "server.log"
    with log.open("wb") as file:
        process = subprocess.Popen(
            [python, "-m", "jupyter", app, *_options(address, token, root), *options],
            env=variables,
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=file,
            stderr=subprocess.STDOUT,
        )
    try:
        if processors is not None:
            os.sched_setaffinity(process.pid, processors)  # before it has started anything
        server = Server(address, token, process.pid, variables)
        _wait_for(server, process, log)
        yield server
    finally:
        end(process)


def free_port() -> int:
    """Return a port of this machine that nobody listens on."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def _options(address: str, token: str, root: Path) -> list[str]:
    ip, port = address.removeprefix("http://").split(":")
    return [
        "--no-browser",
        *(["--allow-root"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []),
        f"--ServerApp.ip={ip}",
        f"--ServerApp.port={port}",
        "--ServerApp.port_retries=0",
        f"--ServerApp.root_dir={root}",
        f"--IdentityProvider.token={token}",
        "--LanguageServerManager.autodetect=False",
        "--log-level=WARN",
    ]


def _wait_for(server: Server, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        if server.answers():
            return
        time.sleep(0.1)
    said = log.read_text(encoding="utf-8", errors="replace")
    raise RuntimeError(f"Jupyter did not answer within {START_SECONDS} s:\n{said[-3000:]}")


def end(process: subprocess.Popen[bytes]) -> None:
    """End the server, which ends its kernels, and by its id whatever it started that is still there then."""
    if process.poll() is not None:
        return
    itself = psutil.Process(process.pid)
    family = [itself, *itself.children(recursive=True)]
    itself.terminate()
    _gone, left = psutil.wait_procs(family, timeout=20)
    for survivor in left:
        survivor.kill()
    process.wait()
