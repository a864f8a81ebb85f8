"""The face of a slider on a page without a kernel: every position drawn beforehand, in plain HTML."""

from __future__ import annotations

import gc
import hashlib
import json
import os
from collections.abc import Callable
from functools import cache
from html import escape
from typing import Any
from xml.etree.ElementTree import Element

from joblib import Parallel, delayed

from examlab.i18n import gettext as _
from examlab.reading.explorer import Explorer, Position
from examlab.reading.frames import Frames, merge
from examlab.reading.parameters import Parameter
from examlab.reading.svg import svg_tree

__all__ = ["html", "mime_bundle"]


def mime_bundle(explorer: Explorer) -> dict[str, Any]:
    """Return what the site shows of an explorer."""
    return {"text/html": html(explorer), "text/plain": explorer.description(explorer.start)}


def html(explorer: Explorer) -> str:
    """Return a figure with its sliders as HTML that needs no kernel.

    The page works without a script too: it then shows the starting figure with its description.

    Raises
    ------
    RuntimeError
        If a position cannot be drawn or described; the message names it.
    """
    positions = list(explorer.positions())
    says = [_says(explorer, position) for position in positions]
    first = says[positions.index(explorer.start)]
    frames = {layout: _frames(explorer, positions, layout) for layout in explorer.layouts}
    identity = _identity(explorer, says, frames)
    pictures = [
        _picture(identity, layout, drawn, says, explorer, positions) for layout, drawn in frames.items()
    ]
    layouts = " ".join(f"examlab-has-{layout}" for layout in frames)
    return (
        f'<figure class="examlab-explore {layouts}" id="{identity}" '
        f'data-shape="{json.dumps(explorer.shape)}">'
        + _controls(explorer, identity)
        + "".join(pictures)
        + f'<figcaption><p class="examlab-readout" id="{identity}-says">'
        + f'<span class="examlab-says">{escape(first)}</span>'
        # The longest description, unseen, keeps the page from moving when the text changes.
        + f'<span class="examlab-room" aria-hidden="true">{escape(max(says, key=len))}</span></p>'
        + '<p class="examlab-aloud" aria-live="polite"></p></figcaption></figure>'
    )


def _says(explorer: Explorer, position: Position) -> str:
    try:
        return explorer.description(position)
    except Exception as error:
        raise _failed(explorer, explorer.describe, position, error) from error


def _frames(explorer: Explorer, positions: list[Position], layout: str) -> Frames:
    possible = [position for position in positions if explorer.refusal(position) is None]
    # Processes, not threads: Matplotlib draws in Python. A few pictures are not worth starting them, and a
    # build that executes other notebooks meanwhile says how many cores it leaves to this one.
    workers = 1 if len(possible) < 40 else int(os.environ.get("EXAMLAB_CORES", -1))
    trees = Parallel(n_jobs=workers)(delayed(_tree)(explorer, position, layout) for position in possible)
    return merge(trees, start=possible.index(explorer.start))


def _tree(explorer: Explorer, position: Position, layout: str) -> Element:
    _collect_garbage_seldom()
    try:
        return svg_tree(explorer.figure(position, layout=layout), prefix=layout[0])
    except Exception as error:
        raise _failed(explorer, explorer.draw, position, error) from error


@cache
def _collect_garbage_seldom() -> None:
    """Spare a quarter of the time: a figure is many small objects, among the many more that never go."""
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)


def _failed(
    explorer: Explorer, function: Callable[..., object], position: Position, error: Exception
) -> RuntimeError:
    return RuntimeError(
        f"{_name(function)} failed at {explorer.name_of(position)}: {type(error).__name__}: {error}"
    )


def _name(function: Callable[..., object]) -> str:
    return getattr(function, "__name__", type(function).__name__)


def _identity(explorer: Explorer, says: list[str], frames: dict[str, Frames]) -> str:
    content = repr((_name(explorer.draw), explorer.parameters, says, frames)).encode()
    return "explore-" + hashlib.sha256(content).hexdigest()[:10]


def _picture(
    identity: str, layout: str, frames: Frames, says: list[str], explorer: Explorer, positions: list[Position]
) -> str:
    rows = iter(frames.table)
    table = [next(rows) if explorer.refusal(position) is None else None for position in positions]
    svg = frames.skeleton.replace("<svg ", f'<svg role="img" aria-labelledby="{identity}-says" ', 1)
    if len(positions) == 1:
        return f'<div class="examlab-picture examlab-{layout}">{svg}</div>'  # no layout to ask frames for
    content = json.dumps(
        {"parts": frames.parts, "table": table, "says": says}, ensure_ascii=False, separators=(",", ":")
    )
    # Nothing inside may close the element, nor open a comment that swallows its end.
    safe = content.replace("</", "<\\/").replace("<!", "<\\u0021")
    data = f'<script type="application/json" class="examlab-frames">{safe}</script>'
    return f'<div class="examlab-picture examlab-{layout}" data-layout="{layout}">{svg}{data}</div>'


def _controls(explorer: Explorer, identity: str) -> str:
    controls = [
        (_range if parameter.kind == "slider" else _radios)(f"{identity}-{name}", name, parameter, index)
        for (name, parameter), index in zip(explorer.parameters.items(), explorer.start, strict=True)
    ]
    return f'<div class="examlab-controls" hidden>{"".join(controls)}</div>' if controls else ""


def _range(identity: str, name: str, parameter: Parameter, index: int) -> str:
    texts = escape(json.dumps(parameter.texts, ensure_ascii=False))
    play = ""
    if parameter.time:
        play = (
            f'<button type="button" class="examlab-play" data-play="{escape(_("Play"))}" '
            f'data-pause="{escape(_("Pause"))}" aria-label="{escape(_("Play"))}: {escape(parameter.label)}">'
            f"{escape(_('Play'))}</button>"
        )
    return (
        f'<div class="examlab-control" data-name="{escape(name)}">'
        f'<label for="{identity}">{escape(parameter.label)}</label>'
        f'<output for="{identity}">{escape(parameter.texts[index])}</output>'
        f'<input type="range" id="{identity}" min="0" max="{len(parameter.values) - 1}" step="1" '
        f'value="{index}" aria-valuetext="{escape(parameter.texts[index])}" data-texts="{texts}" '
        f'autocomplete="off">{play}</div>'
    )


def _radios(identity: str, name: str, parameter: Parameter, index: int) -> str:
    options = "".join(
        f'<label><input type="radio" name="{identity}" value="{number}" autocomplete="off"'
        f"{' checked' if number == index else ''}><span>{escape(text)}</span></label>"
        for number, text in enumerate(parameter.texts)
    )
    return (
        f'<fieldset class="examlab-control" data-name="{escape(name)}">'
        f"<legend>{escape(parameter.label)}</legend>"
        f'<div class="examlab-options">{options}</div></fieldset>'
    )
