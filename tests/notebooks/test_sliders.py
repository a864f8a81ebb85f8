"""Every figure of the book at the start and at every corner of what a reader can move, on both faces.

The site's build does not see an error inside a widget, and a notebook draws only where its sliders stand.
Here every drawing and describing function is called with exactly the values that its notebook gives it.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from functools import cache, lru_cache
from html import escape
from pathlib import Path

import nbformat.v4 as v4
import pytest

import notebooks
from examlab.reading.explorer import Explorer, Position
from examlab.reading.live import LiveExplorer
from examlab.reading.svg import svg_text, svg_tree

FOLDER = notebooks.ROOT / "notebooks"
each_notebook = pytest.mark.parametrize(
    "path", notebooks.find([FOLDER]), ids=lambda path: path.relative_to(FOLDER).as_posix()
)


def snake(choices: list[list[int]]) -> Iterator[Position]:
    """Yield every combination, one parameter moving at a time: the live face draws at each move."""
    if not choices:
        yield ()
        return
    for turn, others in enumerate(snake(choices[:-1])):
        for index in choices[-1][:: -1 if turn % 2 else 1]:
            yield (*others, index)


class Seen:
    """A figure of a notebook; each picture of it is drawn once."""

    def __init__(self, explorer: Explorer) -> None:
        self.explorer = explorer
        self.name = explorer.draw.__name__
        self.picture = lru_cache(maxsize=None)(self._picture)

    def _picture(self, position: Position, layout: str) -> str:
        return svg_text(svg_tree(self.explorer.figure(position, layout=layout)))

    def drawn(self, position: Position) -> list[str]:
        """Return the pictures of a position in every layout, none where it is declared impossible."""
        if self.explorer.refusal(position) is not None:
            return []
        return [self.picture(position, layout) for layout in self.explorer.layouts]

    def ends(self) -> list[list[int]]:
        """Return the ends of each slider, and every option of each choice."""
        return [
            [0, count - 1] if parameter.kind == "slider" else list(range(count))
            for parameter in self.explorer.parameters.values()
            for count in [len(parameter.values)]
        ]

    def corners(self) -> Iterator[Position]:
        return snake(self.ends())

    def moved_alone(self, *, far: bool) -> Iterator[Position]:
        """Yield the start with one parameter moved: to its ends, or to its neighbours."""
        start = self.explorer.start
        for number, (ends, count) in enumerate(zip(self.ends(), self.explorer.shape, strict=True)):
            near = [index for index in (start[number] - 1, start[number] + 1) if 0 <= index < count]
            for index in ends if far else near:
                if index != start[number]:
                    yield (*start[:number], index, *start[number + 1 :])


@cache
def figures(path: Path) -> list[Seen]:
    """Return the figures that a notebook makes, by running its code in this process."""
    seen: list[Seen] = []
    original = Explorer.__init__

    def remember(self: Explorer, *values: object, **named: object) -> None:
        original(self, *values, **named)
        seen.append(Seen(self))

    scope: dict[str, object] = {"__name__": "__main__"}
    with pytest.MonkeyPatch.context() as patch, contextlib.chdir(path.parent):
        patch.setattr(Explorer, "__init__", remember)
        for name in ("EXAMLAB_FACE", "EXAMLAB_LANGUAGE"):
            patch.delenv(name, raising=False)
        for number, cell in enumerate(notebooks.read(path).cells, 1):
            if cell.cell_type == "code":
                exec(compile(cell.source, f"{path.name}, cell {number}", "exec"), scope)
    return seen


@each_notebook
def test_a_page_has_something_to_move(path):
    assert any(figure.explorer.parameters for figure in figures(path))


@each_notebook
def test_every_corner_is_drawn_and_described(path):
    for figure in figures(path):
        for position in {figure.explorer.start, *figure.corners()}:
            where = f"{figure.name} at {figure.explorer.name_of(position)}"
            for picture in figure.drawn(position):
                assert picture.startswith("<svg") and "<path" in picture, where
            assert len(figure.explorer.description(position)) > 10, where


@each_notebook
def test_each_slider_alone_changes_the_picture(path):
    for figure in figures(path):
        first = figure.drawn(figure.explorer.start)
        for position in [*figure.moved_alone(far=True), *figure.moved_alone(far=False)]:
            for before, after in zip(first, figure.drawn(position), strict=False):
                assert before != after, (
                    f"{figure.name} does not change at {figure.explorer.name_of(position)}"
                )


@each_notebook
def test_each_slider_alone_changes_the_words(path):
    for figure in figures(path):
        first = figure.explorer.description(figure.explorer.start)
        for position in figure.moved_alone(far=True):
            assert figure.explorer.description(position) != first, (
                f"{figure.explorer.describe.__name__} says the same at {figure.explorer.name_of(position)}"
            )


@each_notebook
def test_the_live_face_reaches_every_corner(path):
    for figure in figures(path):
        live = LiveExplorer(figure.explorer)
        for position in [figure.explorer.start, *figure.corners()]:
            for control, index in zip(live.controls.values(), position, strict=True):
                control.index = index
            where = f"{figure.name} at {figure.explorer.name_of(position)}"
            assert live.position == position, where
            # Where drawing fails, the read-out says so instead.
            assert escape(figure.explorer.description(position)) in live.readout.value, where
            assert "<svg" in live.picture.value, where


# ---- The test of the test


def page(folder: Path, figure: str) -> Path:
    path = folder / "page.ipynb"
    imports = "from matplotlib.figure import Figure\nfrom examlab.reading import explore\n"
    notebooks.write(path, v4.new_notebook(cells=[v4.new_code_cell(imports + figure)]))
    return path


def test_what_stays_the_same_is_noticed(tmp_path):
    path = page(
        tmp_path,
        "explore(lambda a, b: Figure((a, 1)), describe=lambda a, b: f'{b} is all', a=[1, 2, 3], b=[1, 2])",
    )
    with pytest.raises(AssertionError, match="does not change at a=2, b=2"):
        test_each_slider_alone_changes_the_picture(path)
    with pytest.raises(AssertionError, match="says the same at a=1, b=1"):
        test_each_slider_alone_changes_the_words(path)


def test_a_position_that_fails_is_noticed(tmp_path):
    path = page(
        tmp_path, "explore(lambda a: Figure((1 / a, 1)), describe=lambda a: f'{a} is all', a=[0, 1, 2])"
    )
    with pytest.raises(ZeroDivisionError):
        test_every_corner_is_drawn_and_described(path)
    with pytest.raises(AssertionError, match="ZeroDivisionError"):
        test_the_live_face_reaches_every_corner(path)
