"""Mistakes in the mathematics, one at a time: some test has to notice each.

Every mutant runs in a process forked from one that has already loaded NumPy, SciPy and scikit-learn. The
mutated module is compiled from memory: no file is touched. Only the tests that run the mutated function are
started, the quickest first; what survives these meets all other tests of the files that run its module.
Importing a file of tests takes longer than most tests: files that import nearly everything wait for a second
round.
"""

from __future__ import annotations

import gc
import importlib
import os
import pickle
import random
import resource
import signal
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from importlib.machinery import SourceFileLoader
from typing import Any

import psutil
import pytest

from tests.mutants.hits import OPTIONS, PACKAGE, READS_ALL, Hits, hits, sources, test_files
from tests.mutants.mutations import Mutant, count, mutant

_MEMORY = 4 << 30  # bytes of address space
_SOON, _FEW = 1.0, 40
"""The first round: so many tests, of files that take less than so many seconds to import."""
_LOOK, _LOOKS, _IDLE = 0.02, 50, 20
"""Seconds between two looks at a child; every so many, whether it computes; so often idle, and its threads
wait for each other for ever."""
_LOADED = (
    *("numpy.testing", "scipy.optimize", "scipy.ndimage", "scipy.special", "scipy.stats", "autograd"),
    *("sklearn.cluster", "sklearn.mixture", "sklearn.svm", "sklearn.metrics", "sklearn.neural_network"),
    *("sklearn.utils.estimator_checks", "sklearn.datasets", "hypothesis.extra.numpy", "spectral"),
    *("nbval.plugin", "yaml", "matplotlib.figure", "ipywidgets"),
)


@dataclass(frozen=True)
class Verdict:
    """What became of a mutant: whether a test failed or never ended, and how long that took."""

    mutant: Mutant
    killed: bool
    by: str
    seconds: float


def choose(
    *, sample: int | None = None, seed: int = 0, shard: tuple[int, int] = (1, 1), only: Iterable[str] = ()
) -> list[tuple[str, int]]:
    """Return mutants: each by its module and its number there, the same for the same arguments."""
    modules = [name for name in sources() if not only or name in set(only)]
    every = [(name, number) for name in modules for number in range(count(_read(name)))]
    if sample is not None and sample < len(every):
        every = sorted(random.Random(seed).sample(every, sample))
    part, parts = shard
    return every[part - 1 :: parts]


def run(chosen: list[tuple[str, int]], *, files: list[str] | None = None) -> Iterator[Verdict]:
    """Run the tests against each mutant; those of some files alone, if these are given."""
    _load()
    known = _measured(files or test_files())
    for name in sorted({name for name, _number in chosen}):
        unchanged = Mutant(name, "", 0, "", "", _read(name))
        if any(tests and _tried(unchanged, tests[:3]) != "nothing" for tests in _rounds(unchanged, known)):
            raise RuntimeError(f"the tests of {name} fail without any mistake")
    for name, number in chosen:
        made = mutant(name, _read(name), number)
        begin = time.monotonic()
        for tests in _rounds(made, known):
            if tests and (by := _tried(made, tests)) != "nothing":
                break
        else:
            by = "nothing"
        yield Verdict(made, by != "nothing", by, time.monotonic() - begin)


def _measured(files: list[str]) -> list[Hits]:
    """Return what each test runs. File by file: if this is interrupted, what was measured is stored."""
    for name in files:
        _in_a_child(partial(hits, [name]))
    return _in_a_child(partial(hits, files))


def _read(name: str) -> str:
    return (PACKAGE / name).read_text(encoding="utf-8")


def _load() -> None:
    """Load what the tests need, but nothing of the package: every child begins where this ends."""
    for name in _LOADED:
        importlib.import_module(name)
    gc.freeze()  # so that no child looks through all that again


def _rounds(made: Mutant, known: list[Hits]) -> Iterator[list[Hits]]:
    """Yield the tests that run the mutated function, the quickest first; then all others that may see it.

    What a file keeps for several of its tests is computed in the first of them. So where one test runs the
    module, the whole file may depend on it.
    """
    quick = sorted(known, key=lambda one: one.seconds)
    direct = [one for one in quick if (made.module, made.inside) in one.functions]
    soon = [one for one in direct if one.collecting < _SOON][:_FEW]
    yield soon
    yield [one for one in direct if one not in soon]
    files = {one.file for one in known if any(name == made.module for name, _function in one.functions)}
    yield [one for one in quick if one not in direct and one.file in files | {READS_ALL}]


def _tried(made: Mutant, tests: list[Hits]) -> str:
    """Return what noticed a mutant: `a test`, `the clock`, or `nothing`."""
    seconds = 10 + 3 * sum(one.seconds for one in tests)
    pid = os.fork()
    if pid == 0:
        _be(made, [one.test for one in tests], seconds)
    code = _ended(pid, seconds)
    if code is None:
        return "the clock"
    return "nothing" if code == 0 else "a test"


def _be(made: Mutant, tests: list[str], seconds: float) -> None:
    """Run tests in this process with the mutant in the place of its module, and end with what they say."""
    code = 9
    try:
        os.setpgid(0, 0)
        resource.setrlimit(resource.RLIMIT_CPU, (int(seconds), int(seconds) + 5))
        with suppress(ValueError, OSError):  # macOS has no such limit
            resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
        silence = os.open(os.devnull, os.O_WRONLY)
        os.dup2(silence, 1)
        os.dup2(silence, 2)
        _put(made)
        code = int(pytest.main([*OPTIONS, *tests]))
    except BaseException:
        code = 8
    finally:
        os._exit(code)


def _put(made: Mutant) -> None:
    """Let the module be loaded from the mutant's source, by whatever way it is imported."""
    path, original = str(PACKAGE / made.module), SourceFileLoader.get_code

    def get_code(self: SourceFileLoader, fullname: str) -> Any:
        if self.path == path:
            return compile(made.source, path, "exec")
        return original(self, fullname)

    SourceFileLoader.get_code = get_code  # type: ignore[method-assign]


def _ended(pid: int, seconds: float) -> int | None:
    """Return how a child ended, or None if it had to be ended."""
    until = time.monotonic() + 20 * seconds  # the machine may be busy: its own time is limited more tightly
    looks, before, idle = 0, -1.0, 0
    while time.monotonic() < until and idle < _IDLE:
        done, status = os.waitpid(pid, os.WNOHANG)
        if done:
            code = os.waitstatus_to_exitcode(status)
            return None if code in (-signal.SIGXCPU, -signal.SIGKILL) else code
        time.sleep(_LOOK)
        looks += 1
        if looks % _LOOKS == 0:
            now = _computed(psutil.Process(pid))
            before, idle = now, idle + 1 if now == before else 0
    os.killpg(pid, signal.SIGKILL)
    os.waitpid(pid, 0)
    return None


def _computed(process: psutil.Process) -> float:
    """Return for how many seconds a process and those it has started have computed."""
    with suppress(psutil.NoSuchProcess):
        return sum(process.cpu_times()[:4]) + sum(map(_computed, process.children()))
    return 0.0


def _in_a_child(work: Callable[[], Any]) -> Any:
    """Return what a function returns in a process of its own, so that this one loads nothing for it."""
    reading, writing = os.pipe()
    if os.fork() == 0:
        os.close(reading)
        try:
            os.dup2(2, 1)
            with os.fdopen(writing, "wb") as pipe:
                pickle.dump(work(), pipe)
        finally:
            sys.stderr.flush()
            os._exit(0)
    os.close(writing)
    with os.fdopen(reading, "rb") as pipe:
        content = pipe.read()
    os.wait()
    if not content:
        raise RuntimeError("the tests must pass before a mistake is made on purpose: see above")
    return pickle.loads(content)
