"""A figure that a reader moves: one drawing function, two faces.

In a live kernel `explore` shows ipywidgets that call the drawing function (`examlab.reading.live`). When the
site is built it calls the same function at every position and shows HTML that needs no kernel
(`examlab.reading.page`).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import numpy as np
from matplotlib.figure import Figure

from examlab.arguments import function, mapping, number
from examlab.reading.explorer import Explorer, Position, is_site_build
from examlab.reading.parameters import Parameter, as_parameter

__all__ = ["MOST_FRAMES", "Explorer", "explore", "show"]

MOST_FRAMES = 500
"""The largest number of positions that a page may hold."""


def explore(
    draw: Callable[..., Figure],
    *,
    describe: Callable[..., str],
    start: Mapping[str, Any] | None = None,
    given: Mapping[str, Any] | None = None,
    impossible: Callable[..., str | None] | None = None,
    **values: Any,
) -> Explorer:
    """Let the reader move the parameters of a figure, with or without a kernel.

    Parameters
    ----------
    draw : callable
        Takes the values by name and returns a Matplotlib figure. If it also takes ``narrow``, the site asks
        it for a second layout for small screens.
    describe : callable
        Takes the same values and says in words what is drawn: the alternative text and the read-out.
    start : mapping, optional
        The value of each parameter at which the reader begins; the middle of the list where it says nothing.
    given : mapping, optional
        Further arguments for both functions, the same at every position.
    impossible : callable, optional
        Takes the values and returns a sentence saying why they do not go together, or None where they do.
        Such positions are marked, not drawn.
    **values : list, `slider` or `choice`
        The values of each parameter, by its name. The names of this function's own arguments are taken.

    Returns
    -------
    Explorer
        Shown by a notebook when it is the last line of a cell.

    Raises
    ------
    ValueError
        If the positions are too many for a page, or if a starting value is not among the values.
    TypeError
        If values are not a list.

    Examples
    --------
    >>> from matplotlib.figure import Figure
    >>> explorer = explore(lambda n: Figure(), describe=lambda n: f"{n} points", n=[1, 2, 4], start={"n": 4})
    >>> explorer.shape, explorer.description(explorer.start)
    ((3,), '4 points')
    """
    function("draw", draw), function("describe", describe)
    if impossible is not None:
        function("impossible", impossible)
    start = {} if start is None else mapping("start", start)
    given = {} if given is None else mapping("given", given)
    parameters = {name: as_parameter(name, listed) for name, listed in values.items()}
    total = math.prod(len(parameter.values) for parameter in parameters.values())
    if total > MOST_FRAMES:
        sizes = " × ".join(f"{name} {len(parameter.values)}" for name, parameter in parameters.items())
        largest = max(parameters, key=lambda name: len(parameters[name].values))
        raise ValueError(
            f"{sizes} = {total} positions are too many for a page, which holds {MOST_FRAMES}: "
            f"give fewer values, first of all of {largest}"
        )
    begin = _starting_position(parameters, start)
    explorer = Explorer(draw, describe, parameters, begin, given, impossible, face=_live_face)
    if explorer.refusal(explorer.start) is not None:
        raise ValueError(
            f"start is {explorer.name_of(explorer.start)}, which is declared impossible: begin elsewhere"
        )
    return _with_site_face(explorer) if is_site_build() else explorer


def show(
    draw: Callable[..., Figure], *, describe: Callable[..., str], given: Mapping[str, Any] | None = None
) -> Explorer:
    """Show one figure with its description, drawn like those of `explore` but with nothing to move."""
    return explore(draw, describe=describe, given=given)


def _live_face(explorer: Explorer) -> dict[str, Any]:
    # Only here are widgets needed: a page that is built for the site, or a test, does without them.
    from examlab.reading.live import mime_bundle

    return mime_bundle(explorer)


def _with_site_face(explorer: Explorer) -> Explorer:
    from examlab.reading.page import mime_bundle

    # Drawn now, not when the notebook shows it: an error in a display hook is printed and forgotten.
    drawn = mime_bundle(explorer)
    return replace(explorer, face=lambda _explorer: drawn)


def _starting_position(parameters: Mapping[str, Parameter], start: Mapping[str, Any]) -> Position:
    unknown = [name for name in start if name not in parameters]
    if unknown:
        raise ValueError(
            f"start names {unknown[0]!r}, which is not a parameter: choose from {', '.join(parameters)}"
        )
    return tuple(
        _index_of(name, parameter, start[name]) if name in start else (len(parameter.values) - 1) // 2
        for name, parameter in parameters.items()
    )


def _index_of(name: str, parameter: Parameter, value: Any) -> int:
    if parameter.kind == "slider":
        number(f"start[{name!r}]", value)
    for index, candidate in enumerate(parameter.values):
        if candidate == value or (parameter.kind == "slider" and np.isclose(candidate, value)):
            return index
    raise ValueError(f"start[{name!r}]={value!r} is not among its values: {', '.join(parameter.texts)}")
