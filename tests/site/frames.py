"""The frames of a figure as the built site stores them: what a reader meets at every position."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from examlab.reading.publish.frames_apart import FRAMES_FOLDER
from tests.site.built import Figure

Position = tuple[int, ...]

CONTROL = re.compile(r'<(div|fieldset) class="examlab-control".*?</\1>', re.DOTALL)
_PICTURE = re.compile(r'<div class="examlab-picture[^>]*data-layout="(\w+)"([^>]*)>(.*?)</div>', re.DOTALL)
_INLINE = re.compile(r'<script[^>]*class="examlab-frames"[^>]*>(.*?)</script>', re.DOTALL)


@dataclass(frozen=True)
class Frames:
    """All positions of a figure in one layout.

    `table` has a row for each position, the last parameter moving fastest: the numbers of the parts that its
    picture is made of, or None where it is declared impossible. `says` are the words at each.
    """

    layout: str
    shape: tuple[int, ...]
    choices: tuple[bool, ...]
    """Which parameters are choices, not sliders."""
    start: Position
    table: list[list[int] | None]
    says: list[str]
    parts: list[str]

    def place(self, position: Position) -> int:
        """Return which row of the table a position has."""
        return int(np.ravel_multi_index(position, self.shape))

    def picture(self, position: Position) -> list[str] | None:
        """Return what is drawn at a position beside what all positions share."""
        row = self.table[self.place(position)]
        return None if row is None else [self.parts[number] for number in row]

    def words(self, position: Position) -> str:
        """Return what is said at a position."""
        return self.says[self.place(position)]


def frames_of(site: Path, figure: Figure) -> list[Frames]:
    """Return the frames of a figure, for each of its layouts."""
    page = (site / f"{figure.page}.html").read_text(encoding="utf-8")
    markup = page[page.index(f'id="{figure.identity}"') :]
    markup = markup[: markup.index("</figure>")]
    shape = tuple(json.loads(markup.split('data-shape="')[1].split('"')[0]))
    controls = [match[0] for match in CONTROL.finditer(markup)]
    choices = tuple(control.startswith("<fieldset") for control in controls)
    start = tuple(map(_start, controls))
    return [
        Frames(layout, shape, choices, start, content["table"], content["says"], content["parts"])
        for layout, attributes, inside in _PICTURE.findall(markup)
        for content in [_content(site, attributes, inside)]
    ]


def _start(control: str) -> int:
    if control.startswith("<fieldset"):
        return control.split(" checked")[0].count("<input") - 1
    return int(control.split(' value="')[1].split('"')[0])


def _content(site: Path, attributes: str, inside: str) -> dict[str, list]:
    if key := re.search(r'data-key="(\w+)"', attributes):
        script = (site / FRAMES_FOLDER / f"{key[1]}.js").read_text(encoding="utf-8")
        text = script[script.index(",") + 1 : script.rindex(")")]
    else:
        text = _INLINE.search(inside)[1]
    return json.loads(text)


def stands_still(frames: Frames) -> list[str]:
    """Return each parameter that can be moved alone from the start without a change of picture or of words.

    The picture has to change one step away already, the words at the ends of a slider, and both at every
    alternative of a choice.
    """
    found = []
    for number, (count, choice, here) in enumerate(
        zip(frames.shape, frames.choices, frames.start, strict=True), 1
    ):
        ends = range(count) if choice else (0, count - 1)
        for index in sorted({*ends, here - 1, here + 1} & set(range(count)) - {here}):
            moved = (*frames.start[: number - 1], index, *frames.start[number:])
            if frames.picture(moved) == frames.picture(frames.start):
                found.append(f"{frames.layout}: parameter {number} at {index} shows the picture of the start")
            if index in ends and frames.words(moved) == frames.words(frames.start):
                found.append(f"{frames.layout}: parameter {number} at {index} says the words of the start")
    return found
