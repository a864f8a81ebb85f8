"""Two threads over the images of a batch.

The pieces depend on the batch alone, and their results keep the order of the batch: neither the number of
threads nor their timing can change a bit of the result.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from typing import TypeVar

from examlab.arguments import Floats

__all__ = ["in_chunks"]

IMAGES = 16
"""How many images a piece has: few enough for the processor's cache, enough to be worth a call."""

SMALL = 1 << 16
"""Batches of fewer numbers stay whole: handing them over would cost more than it saves."""

Result = TypeVar("Result")


def in_chunks(X: Floats, work: Callable[[slice], Result]) -> list[Result]:
    """Return what `work` makes of each piece of the batch X, in order.

    Examples
    --------
    >>> import numpy as np
    >>> X = np.ones((40, 64, 64))
    >>> in_chunks(X, lambda chunk: len(X[chunk]))
    [16, 16, 8]
    """
    if X.size < SMALL or len(X) <= IMAGES:
        return [work(slice(None))]
    chunks = [slice(start, start + IMAGES) for start in range(0, len(X), IMAGES)]
    jobs, results = iter(enumerate(chunks)), dict[int, Result]()

    def take_jobs() -> None:
        for place, chunk in jobs:
            results[place] = work(chunk)

    helper = _helper().submit(take_jobs)
    try:
        take_jobs()
    finally:
        # Even after an interrupt, nobody goes on writing behind the caller's back.
        if not helper.cancel():
            helper.result()
    return [results[place] for place in range(len(chunks))]


@cache
def _helper() -> ThreadPoolExecutor:
    """Return the second thread; the first is the caller's."""
    return ThreadPoolExecutor(1, thread_name_prefix="examlab")
