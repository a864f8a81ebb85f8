"""Notebooks executed before Sphinx reads them: as many at a time as there are cores, the longest first.

myst-nb executes one notebook after the other, each when it is read, unless its cache holds the outputs of the
same code. So the cache is filled beforehand with all that are about to be read.
"""

from __future__ import annotations

import asyncio
import os
import re
import shutil
import time
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor, as_completed
from pathlib import Path
from typing import Any

import nbformat
from joblib import cpu_count
from jupyter_cache import get_cache
from jupyter_cache.base import CacheBundleIn
from nbclient import NotebookClient
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.errors import ExtensionError
from sphinx.util import logging
from sphinx.util.display import status_iterator

__all__ = ["execute_notebooks", "remove_outdated_caches"]

logger = logging.getLogger(__name__)

_FIGURE = re.compile(r"\b(?:explore|show)\(")
_ESCAPE = re.compile(r"\x1b\[[0-9;]*m")

Cache = Any  # these libraries have no types
Client = Any
Outcome = float | Exception
"""How many seconds a notebook took, or why it did not run to its end."""


def execute_notebooks(app: Sphinx, env: BuildEnvironment, pages: list[str]) -> None:
    """Execute the notebooks among the pages about to be read whose outputs the cache does not hold.

    Raises
    ------
    ExtensionError
        If a cell raises, takes too long, or ends its kernel. The other notebooks are executed all the same,
        and a warning has told of each that failed which cell it was and what Python said.
    """
    cache = get_cache(app.config.nb_execution_cache_path)
    paths = {page: Path(env.doc2path(page)) for page in pages}
    clients = {
        page: _client(notebook, path, app.config.nb_execution_timeout)
        for page, path in paths.items()
        if path.suffix == ".ipynb" and not _is_executed(notebook := _read(path), cache)
    }
    if not clients:
        return
    seconds = _seconds(cache.path.parent)
    order = sorted(
        clients, key=lambda page: _length(clients[page].nb, seconds.get(paths[page])), reverse=True
    )
    failed = []
    outcomes = _execute_all({page: clients[page] for page in order})
    for page, outcome in status_iterator(
        outcomes, "executing notebooks... ", length=len(clients), stringify_func=_told
    ):
        if isinstance(outcome, Exception):
            failed.append(page)
            logger.warning("%s", _ESCAPE.sub("", _what_happened(outcome)), location=page)
        else:
            bundle = CacheBundleIn(clients[page].nb, str(paths[page]), data={"execution_seconds": outcome})
            cache.cache_notebook_bundle(bundle, check_validity=False, overwrite=True)
    if failed:
        raise ExtensionError(f"notebooks that did not run to their end: {', '.join(sorted(failed))}")


def remove_outdated_caches(app: Sphinx, exception: Exception | None) -> None:
    """Delete what was executed with other code: until now it told how long each notebook takes."""
    cache = Path(app.config.nb_execution_cache_path)
    for outdated in set(cache.parent.glob("*")) - {cache}:
        shutil.rmtree(outdated, ignore_errors=True)


def _read(path: Path) -> Any:
    return nbformat.reads(path.read_text(encoding="utf-8"), as_version=4)  # type: ignore[no-untyped-call]


def _is_executed(notebook: Any, cache: Cache) -> bool:
    try:
        cache.match_cache_notebook(notebook)
    except KeyError:
        return False
    return True


def _client(notebook: Any, path: Path, timeout: int) -> Client:
    """Return what will execute a notebook, in its own folder and as myst-nb would."""
    return NotebookClient(
        notebook,
        timeout=timeout,
        resources={"metadata": {"path": str(path.parent)}},
        record_timing=False,
        extra_arguments=["--IPKernelApp.log_level=CRITICAL"],  # else each says how it listens
    )


def _seconds(caches: Path) -> dict[Path, float]:
    """Return how long each notebook took when it was last executed, with whatever code."""
    records = [record for folder in caches.glob("*") for record in get_cache(folder).list_cache_records()]
    records.sort(key=lambda record: record.created)
    return {Path(record.uri): record.data["execution_seconds"] for record in records}


def _length(notebook: Any, seconds: float | None) -> tuple[float, int]:
    """Return what sorts notebooks by how long they take: the measured time, else the number of figures."""
    code = "\n".join(cell.source for cell in notebook.cells if cell.cell_type == "code")
    return float("inf") if seconds is None else seconds, len(_FIGURE.findall(code))


def _execute_all(clients: Mapping[str, Client]) -> Iterator[tuple[str, Outcome]]:
    """Execute notebooks in place, in order; yield each page with its outcome when it is done.

    While others wait, a notebook draws its figures on one core; the last ones share the cores among them.
    """
    cores = cpu_count()
    pool = ThreadPoolExecutor(cores)  # threads, as they only wait for the kernels
    try:
        running = {
            pool.submit(_execute, client, max(1, cores // (len(clients) - place))): page
            for place, (page, client) in enumerate(clients.items())
        }
        for future in as_completed(running):
            yield running[future], future.result()
    finally:  # after an interrupt, too
        for client in clients.values():
            if client.km is not None and client.km.has_kernel:
                asyncio.run(client.km.interrupt_kernel())
        pool.shutdown(cancel_futures=True)


def _execute(client: Client, cores: int) -> Outcome:
    started = time.monotonic()
    try:
        asyncio.run(client.async_execute(env=os.environ | {"EXAMLAB_CORES": str(cores)}))
    except Exception as error:  # a cell that fails, a kernel that dies or does not start
        return error
    return time.monotonic() - started


def _told(done: tuple[str, Outcome]) -> str:
    page, outcome = done
    return f"{page} (failed)" if isinstance(outcome, Exception) else f"{page} ({outcome:.0f} s)"


def _what_happened(error: Exception) -> str:
    return f"Executing notebook failed: {type(error).__name__}\n{error}"
