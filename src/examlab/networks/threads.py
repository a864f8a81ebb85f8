"""Two threads over the images of a batch.

The pieces depend on the batch alone, and their results keep the order of the batch: neither the number of
threads nor their timing can change a bit of the result.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, wait
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
    futures = [_pool().submit(work, slice(i, i + IMAGES)) for i in range(0, len(X), IMAGES)]
    try:
        return [future.result() for future in futures]
    finally:
        wait(futures)  # after an interrupt too: no thread goes on writing behind the caller's back


@cache
def _pool() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(2, thread_name_prefix="examlab")
