"""Which functions each test of the mathematics runs, and how long it takes: measured once, then stored."""

from __future__ import annotations

import hashlib
import json
import sys
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from inspect import CO_OPTIMIZED
from pathlib import Path
from types import CodeType, FrameType
from typing import Any

import pytest
from hypothesis import Phase, settings

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "src" / "examlab"
WINGS = ("networks", "hyperspectral")
STORE = ROOT / "_build" / "mutants" / "hits.json"
OPTIONS = ["-q", "-x", "--assert=plain", "--no-header", "--tb=short", "--hypothesis-profile=mutants"]
_UNUSED = ("nbval", "xdist", "playwright", "anyio", "unraisableexception")
OPTIONS += [word for name in _UNUSED for word in ("-p", f"no:{name}")]
"""How the tests are run: without what they do not need."""
settings.register_profile(
    "mutants",
    # An example that fails is enough: nobody reads it, so it need not be the smallest.
    phases=(Phase.explicit, Phase.generate),
    database=None,
    derandomize=True,
    deadline=None,
)
READS_ALL = "tests/unit/test_signatures.py"
"""The test that calls nothing and yet looks at every module."""
# They move files, and pieces of a scene between processes: no mathematics.
LEFT_OUT = {"hyperspectral/fetch.py", "hyperspectral/large.py", "test_fetch.py", "test_large.py"}


@dataclass(frozen=True)
class Hits:
    """What a test runs: modules of the mathematics, from the package's folder, with their functions."""

    test: str
    seconds: float
    collecting: float
    """How many seconds it takes to import the file that the test is in."""
    functions: list[tuple[str, str]]

    @property
    def file(self) -> str:
        """The file that the test is in."""
        return self.test.split("::")[0]


def sources() -> list[str]:
    """Return every module of the mathematics, from the package's folder."""
    found = [path for wing in WINGS for path in sorted((PACKAGE / wing).rglob("*.py"))]
    names = [path.relative_to(PACKAGE).as_posix() for path in found]
    return [name for name in names if name not in LEFT_OUT]


def test_files() -> list[str]:
    """Return the files whose tests may run the mathematics: unit tests that name it, and its own examples."""
    units = [
        path
        for path in sorted((ROOT / "tests" / "unit").glob("test_*.py"))
        if path.name not in LEFT_OUT and "figures" not in path.name
        if any(f"from examlab.{wing}" in path.read_text(encoding="utf-8") for wing in WINGS)
    ]
    return [*(path.relative_to(ROOT).as_posix() for path in units), READS_ALL, *_examples()]


def _examples() -> list[str]:
    return [f"src/examlab/{name}" for name in sources()]


class Recorder:
    """A plugin for pytest that notes which functions of the mathematics each test, or its file, calls."""

    def __init__(self) -> None:
        """Begin with nothing noted."""
        self.found: list[Hits] = []
        self._seen: set[CodeType] = set()
        self._by_import: dict[str, set[CodeType]] = defaultdict(set)
        self._collecting: dict[str, float] = defaultdict(float)

    def _trace(self, frame: FrameType, event: str, argument: Any) -> None:
        self._seen.add(frame.f_code)

    @contextmanager
    def _watched(self) -> Iterator[None]:
        self._seen = set()
        sys.settrace(self._trace)
        try:
            yield
        finally:
            sys.settrace(None)

    @pytest.hookimpl(wrapper=True)
    def pytest_make_collect_report(self, collector: Any) -> Iterator[None]:
        """Import a test file, and note what it calls for all of its tests."""
        begin = time.process_time()
        with self._watched():
            report = yield
        # Two collectors bear a file's name: of its tests, and of its examples.
        self._by_import[collector.nodeid] |= self._seen
        self._collecting[collector.nodeid] += time.process_time() - begin
        return report

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item: Any) -> Iterator[None]:
        """Run a test, and note what it calls."""
        begin = time.process_time()
        with self._watched():
            done = yield
        seconds, file = time.process_time() - begin, item.nodeid.split("::")[0]
        self._seen |= self._by_import[file]
        self.found.append(Hits(item.nodeid, seconds, self._collecting[file], sorted(self._functions())))
        return done

    def _functions(self) -> set[tuple[str, str]]:
        folder = f"{PACKAGE}/"
        # Not the bodies of modules and classes, which every import runs.
        functions = [code for code in self._seen if code.co_flags & CO_OPTIMIZED]
        files = {code: code.co_filename for code in functions if code.co_filename.startswith(folder)}
        return {(name.removeprefix(folder), code.co_qualname) for code, name in files.items()}


def hits(files: list[str]) -> list[Hits]:
    """Return what the tests of some files run: measured now unless it is known."""
    stored = json.loads(STORE.read_text(encoding="utf-8")) if STORE.exists() else {}
    wanted = {name: _key(name) for name in files}
    old = [name for name, key in wanted.items() if stored.get(name, {}).get("key") != key]
    for name, found in _measured(old).items():
        stored[name] = {"key": wanted[name], "hits": [asdict(one) for one in found]}
    if old:
        STORE.parent.mkdir(parents=True, exist_ok=True)
        STORE.write_text(json.dumps(stored), encoding="utf-8")
    found = [Hits(**one) for name in wanted for one in stored[name]["hits"]]
    return [replace(one, functions=[(module, name) for module, name in one.functions]) for one in found]


def _key(name: str) -> str:
    """Return a digest that changes when a test file does, the mathematics, or what is measured."""
    digest = hashlib.sha256()
    for each in [name, *_examples(), __file__]:
        digest.update((ROOT / each).read_bytes())
    return digest.hexdigest()


def _measured(files: list[str]) -> dict[str, list[Hits]]:
    if not files:
        return {}
    recorder = Recorder()
    if pytest.main([*OPTIONS, *files], plugins=[recorder]) not in (0, 5):  # all passed, or none is there
        raise RuntimeError("the tests must pass before a mistake is made on purpose")
    return {name: [one for one in recorder.found if one.test.startswith(f"{name}::")] for name in files}
