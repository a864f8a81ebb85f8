"""Every position of every slider of the built site: the words state what the slider shows."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from tests.site.built import Figure, built_site, moving_figures, page_names
from tests.site.frames import Frames, frames_of
from tests.site.slider_words import Control, controls_of, said_otherwise

FIGURES = [figure for name in page_names(built_site()) for figure in moving_figures(built_site(), name)]


@pytest.mark.parametrize("figure", FIGURES, ids=str)
def test_the_words_state_what_the_sliders_show(figure: Figure, site: Path) -> None:
    controls = controls_of(site, figure)
    assert [what for frames in frames_of(site, figure) for what in said_otherwise(frames, controls)] == []


def slips(frames: Frames, controls: list[Control]) -> Iterator[tuple[str, Frames, list[Control]]]:
    """Yield what a page would publish if values were exchanged, and what was exchanged."""
    for number, control in enumerate(controls):
        before, after = controls[:number], controls[number + 1 :]
        turned = replace(control, texts=control.texts[::-1])
        yield f"{control.label} turned round", frames, [*before, turned, *after]
        first, second, *rest = control.texts
        swapped = replace(control, texts=(second, first, *rest))
        yield f"two values of {control.label} exchanged", frames, [*before, swapped, *after]
        moved = replace(control, texts=(*control.texts[1:], control.texts[0]))
        yield f"{control.label} moved by one", frames, [*before, moved, *after]
        for other in range(number):
            labels = [*controls]
            labels[number] = replace(control, label=controls[other].label)
            labels[other] = replace(controls[other], label=control.label)
            yield f"{control.label} called {controls[other].label}", frames, labels
    yield "words turned round", replace(frames, says=frames.says[::-1]), controls


@pytest.mark.parametrize("figure", FIGURES, ids=str)
def test_exchanged_values_are_noticed(figure: Figure, site: Path) -> None:
    frames, controls = frames_of(site, figure)[0], controls_of(site, figure)
    slipped = list(slips(frames, controls))
    assert len(slipped) >= 4
    assert [what for what, *published in slipped if not said_otherwise(*published)] == []
