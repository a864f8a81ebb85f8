"""Every public function under hundreds of bad arguments: `make fuzz`. A small share runs with the unit tests.

A call must end with a right answer, or with a ValueError or TypeError that names the argument: with no other
error, no warning, no number that is not finite, no argument changed, and within seconds.
"""

from __future__ import annotations

import os
from collections import Counter

import pytest

from tests.fuzz import trial
from tests.fuzz.public import found

PUBLIC = found()
EXAMPLES = int(os.environ.get("EXAMLAB_FUZZ", "200"))
TRIED: Counter[str] = Counter()


@pytest.fixture(scope="module", autouse=True)
def figures():
    """Say at the end how much was tried."""
    yield
    least = min(TRIED.values(), default=0)
    print(f"\n{len(TRIED)} functions with arguments, {TRIED.total()} calls, at least {least} of each")


@pytest.fixture(scope="module", autouse=True)
def bounded_memory():
    """Turn what would take all memory into an error, where the system can."""
    resource = pytest.importorskip("resource")
    before = resource.getrlimit(resource.RLIMIT_AS)
    resource.setrlimit(resource.RLIMIT_AS, (4_000_000_000, before[1]))
    yield
    resource.setrlimit(resource.RLIMIT_AS, before)


@pytest.mark.parametrize("name", PUBLIC)
def test_bad_arguments(name):
    if tried := trial.try_out(name, PUBLIC[name], examples=EXAMPLES):
        TRIED[name] = tried
