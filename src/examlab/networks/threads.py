"""Two threads for the two halves of a batch.

Each goes through a whole network: handing every layer's work over costs about as much as it saves. Where a
layer looks at the whole batch, as batch normalisation does, the halves tell each other what they have found.
Where a batch is cut depends on its length alone, and sums are taken in the order of the halves: neither the
number of cores nor the timing of the threads can change a bit of the result.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, wait
from contextvars import ContextVar, copy_context
from functools import cache
from queue import SimpleQueue
from typing import Any, NamedTuple, TypeVar

__all__ = ["in_halves", "is_first", "over_halves"]

Result = TypeVar("Result")


class _Half(NamedTuple):
    """Which half of a batch a thread works on, and the way from and to the other one."""

    number: int
    theirs: SimpleQueue[Any]
    ours: SimpleQueue[Any]


class _EndedEarlyError(RuntimeError):
    """The other half has met an error, which is the one to tell of."""


_half: ContextVar[_Half | None] = ContextVar("half", default=None)


def in_halves(first: Callable[[], Result], second: Callable[[], Result]) -> tuple[Result, Result]:
    """Return what two functions return that run at the same time.

    Examples
    --------
    >>> in_halves(lambda: over_halves(1, 2.5), lambda: over_halves(2, 0.5))
    ((3, 3.0), (3, 3.0))
    """
    a, b = SimpleQueue[Any](), SimpleQueue[Any]()
    # In a copy of the context, because NumPy keeps there what to do about an overflow.
    helper = _helper().submit(copy_context().run, _work, _Half(1, a, b), second)
    try:
        one = copy_context().run(_work, _Half(0, b, a), first)
    except _EndedEarlyError:
        helper.result()  # raises why
        raise
    finally:
        wait([helper])  # even after an interrupt, nobody goes on writing behind the caller's back
    return one, helper.result()


def over_halves(*mine: Any) -> tuple[Any, ...]:
    """Return the sums of what both halves have found; what one found, if the batch is whole.

    Examples
    --------
    >>> over_halves(1, 2.5)
    (1, 2.5)
    """
    half = _half.get()
    if half is None:
        return mine
    half.ours.put(mine)
    theirs = half.theirs.get()
    if theirs is None:
        raise _EndedEarlyError
    first, second = (mine, theirs) if half.number == 0 else (theirs, mine)
    return tuple(one + other for one, other in zip(first, second, strict=True))


def is_first() -> bool:
    """Tell whether this is the first half, or the whole batch: what is kept once, it keeps."""
    half = _half.get()
    return half is None or half.number == 0


def _work(half: _Half, work: Callable[[], Result]) -> Result:
    _half.set(half)
    try:
        return work()
    finally:
        half.ours.put(None)  # so that the other does not wait for what will never come


@cache
def _helper() -> ThreadPoolExecutor:
    """Return the second thread; the first is the caller's."""
    return ThreadPoolExecutor(1, thread_name_prefix="examlab")


if hasattr(os, "register_at_fork"):  # a thread does not go along into another process
    os.register_at_fork(after_in_child=_helper.cache_clear)
