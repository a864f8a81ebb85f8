"""Notebooks executed before Sphinx reads them: which, in what order, on how many cores, and what fails."""

from __future__ import annotations

import logging
import time
from pathlib import Path
from types import SimpleNamespace
from typing import ClassVar

import nbformat.v4 as v4
import pytest
from jupyter_cache import get_cache
from sphinx.errors import ExtensionError

import notebooks
from examlab.reading.publish import execute

CORES = "import os\nprint(os.environ['EXAMLAB_CORES'])"


def a_book(folder, **sources):
    """Return an application and an environment that know notebooks with these sources, and their pages."""
    for page, source in sources.items():
        notebooks.write(folder / f"{page}.ipynb", v4.new_notebook(cells=[v4.new_code_cell(source, id="a")]))
    config = SimpleNamespace(nb_execution_cache_path=str(folder / "caches" / "now"), nb_execution_timeout=60)
    paths = {page: str(folder / f"{page}.ipynb") for page in sources} | {"text": str(folder / "text.md")}
    return SimpleNamespace(config=config), SimpleNamespace(doc2path=paths.__getitem__), list(paths)


def printed(app, env, page):
    """Return what the cache says that a notebook printed; raise KeyError if it knows no such notebook."""
    cache = get_cache(app.config.nb_execution_cache_path)
    _, found = cache.merge_match_into_notebook(notebooks.read(Path(env.doc2path(page))))
    return "".join(output.text for output in found.cells[0].outputs)


class FakeClient:
    """What executes a notebook, without a kernel: it only notes that it did, and with what."""

    km = None
    calls: ClassVar[list[tuple[str, int]]] = []

    def __init__(self, page, length=0.0):
        self.page, self.length = page, length

    async def async_execute(self, env):
        self.calls.append((self.page, int(env["EXAMLAB_CORES"])))
        time.sleep(self.length)


@pytest.fixture
def calls(monkeypatch):
    monkeypatch.setattr(FakeClient, "calls", found := [])
    return found


class TestWithKernels:
    def test_all_are_executed_though_some_fail_and_each_failure_is_told(self, tmp_path, caplog, monkeypatch):
        app, env, pages = a_book(tmp_path, bad="rest = 7\nrest / 0", good=CORES, worse="unknown")
        monkeypatch.setattr(logging.getLogger("sphinx"), "propagate", True)
        with caplog.at_level(logging.WARNING), pytest.raises(ExtensionError, match=r"end: bad, worse$"):
            execute.execute_notebooks(app, env, pages)
        bad, worse = sorted(record.getMessage() for record in caplog.records)
        assert "rest / 0" in bad and "ZeroDivisionError: division by zero" in bad
        assert "NameError: name 'unknown' is not defined" in worse
        assert "\x1b" not in bad + worse
        assert printed(app, env, "good").strip().isdigit()
        with pytest.raises(KeyError):
            printed(app, env, "bad")

    def test_what_the_cache_holds_is_not_executed_again(self, tmp_path, monkeypatch):
        app, env, pages = a_book(tmp_path, alone=CORES)
        monkeypatch.setattr(execute, "cpu_count", lambda: 4)
        execute.execute_notebooks(app, env, pages)
        assert printed(app, env, "alone") == "4\n", "a notebook alone has all cores"
        monkeypatch.setattr(execute, "_execute_all", lambda clients: pytest.fail(f"executes {clients}"))
        execute.execute_notebooks(app, env, pages)

    def test_an_interrupt_does_not_wait_for_a_long_cell(self, tmp_path):
        _, env, _ = a_book(tmp_path, short="import time\ntime.sleep(3)", long="import time\ntime.sleep(50)")
        clients = {
            page: execute._client(notebooks.read(Path(env.doc2path(page))), tmp_path, 60)
            for page in ("long", "short")
        }
        outcomes = execute._execute_all(clients)
        next(outcomes)
        started = time.monotonic()
        outcomes.close()
        assert time.monotonic() - started < 20


class TestOrder:
    def test_the_longest_first_as_far_as_it_is_known(self, tmp_path, monkeypatch, calls):
        figures = {"a": 1, "b": 0, "c": 0, "d": 3, "e": 0}
        sources = {page: f"{page}\n" + "explore(\n" * number for page, number in figures.items()}
        app, env, pages = a_book(tmp_path, **sources)
        old = get_cache(tmp_path / "caches" / "old")
        for page, seconds in (("b", 5.0), ("c", 60.0), ("e", 7.0)):
            path = env.doc2path(page)
            old.cache_notebook_file(
                path, data={"execution_seconds": seconds}, check_validity=False, overwrite=True
            )
        monkeypatch.setattr(execute, "_execute_all", lambda clients: calls.extend(clients) or iter(()))
        execute.execute_notebooks(app, env, pages)
        assert calls == ["d", "a", "c", "e", "b"]

    @pytest.mark.parametrize(
        ("cores", "shares"), [(1, [1, 1, 1, 1, 1]), (2, [1, 1, 1, 1, 2]), (8, [1, 2, 2, 4, 8])]
    )
    def test_the_last_ones_share_the_cores(self, cores, shares, monkeypatch, calls):
        monkeypatch.setattr(execute, "cpu_count", lambda: cores)
        outcomes = dict(execute._execute_all({page: FakeClient(page, 0.01) for page in "abcde"}))
        assert sorted(calls) == list(zip("abcde", shares, strict=True))
        assert outcomes.keys() == set("abcde") and min(outcomes.values()) >= 0.01

    @pytest.mark.parametrize("cores", [1, 2, 5])
    def test_as_many_at_a_time_as_there_are_cores(self, cores, monkeypatch, calls):
        monkeypatch.setattr(execute, "cpu_count", lambda: cores)
        outcomes = execute._execute_all({page: FakeClient(page, 0.3) for page in "abcde"})
        next(outcomes)
        assert cores <= len(calls) <= 2 * cores
        list(outcomes)


def test_what_was_executed_with_other_code_goes(tmp_path):
    app, _, _ = a_book(tmp_path)
    for name in ("now", "old"):
        (tmp_path / "caches" / name).mkdir(parents=True)
    execute.remove_outdated_caches(app, None)
    assert [path.name for path in (tmp_path / "caches").iterdir()] == ["now"]
