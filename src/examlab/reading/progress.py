"""How far a long computation is, and how long it will still take, for a notebook with a kernel."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from examlab.i18n import gettext as _
from examlab.reading.explorer import is_site_build

__all__ = ["progress"]

PAUSE = 0.2
"""Seconds between two changes of the bar: more often would only keep the browser busy."""


def progress(label: str, *, clock: Callable[[], float] = time.monotonic) -> Callable[[int, int], None]:
    """Return what a computation calls after each step: a bar with the time that is left.

    The bar stands under the cell while it runs and goes when the last step is done, with all that the cell
    showed before: nothing of it is stored. After an interruption it stays and shows how far it came. While
    the site is built, and where no notebook listens, there is none.

    Parameters
    ----------
    label : str
        What is computed. It is looked up in the reader's language.
    clock : callable
        Returns the time in seconds.

    Returns
    -------
    callable
        Takes the steps done and the steps there will be.

    Examples
    --------
    >>> told = progress("Training")
    >>> for step in range(10):
    ...     told(step + 1, 10)
    """
    if is_site_build() or not _is_notebook():
        return lambda done, of: None
    return _Bar(_(label), clock)


def _is_notebook() -> bool:
    """Return whether a notebook's kernel runs this: only there is a bar shown, and taken away again."""
    from IPython.core.getipython import get_ipython

    return hasattr(get_ipython(), "kernel")


class _Bar:
    """A bar that counts, and says how long it will still take."""

    def __init__(self, label: str, clock: Callable[[], float]) -> None:
        self.label = label
        self.clock = clock
        self.begin = self.changed = clock()
        self.box: Any = None

    def __call__(self, done: int, of: int) -> None:
        """Show that so many steps are done."""
        from IPython.display import clear_output, display

        if done >= of:
            if self.box is not None:
                clear_output()  # type: ignore[no-untyped-call]
                self.box.close()
                self.box = None
            return
        now = self.clock()
        if self.box is None:
            self._open(of)
            display(self.box)  # type: ignore[no-untyped-call]
        elif now - self.changed < PAUSE:
            return
        self.changed = now
        self.bar.value = done
        self.left.value = time_left(now - self.begin, done, of)

    def _open(self, of: int) -> None:
        import ipywidgets as widgets

        self.bar = widgets.IntProgress(
            min=0, max=of, description=self.label, style={"description_width": "initial"}
        )
        self.left = widgets.Label()
        self.box = widgets.HBox([self.bar, self.left])


def time_left(passed: float, done: int, of: int) -> str:
    """Return how long the other steps will take, at the pace of those done.

    Examples
    --------
    >>> time_left(3.0, done=100, of=400)
    '100 of 400, 9 s left'
    """
    return _("{done} of {of}, {seconds} s left").format(
        done=done, of=of, seconds=round(passed / done * (of - done))
    )
