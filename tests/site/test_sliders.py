"""Every slider and every choice of the built site, by keyboard, in both layouts."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from PIL import Image, ImageChops
from playwright.sync_api import Locator, Page, expect

from tests.site.built import Figure, Visit, built_site, moving_figures, page_names

WIDTHS = {"wide": 1280, "narrow": 390}
FIGURES = [figure for name in page_names(built_site()) for figure in moving_figures(built_site(), name)]


@dataclass(frozen=True)
class Sight:
    """What a reader meets at one position."""

    picture: str
    marked: bool
    says: str
    value: str
    aloud: str


class Reader:
    """A reader with a keyboard, in front of one figure."""

    def __init__(self, page: Page, figure: Figure, layout: str) -> None:
        self.page = page
        self.root = page.locator(f"#{figure.identity}")
        self.picture = self.root.locator(f".examlab-{layout}")
        self.root.scroll_into_view_if_needed()
        expect(self.root).to_have_attribute("data-ready", layout)
        expect(self.picture).to_be_visible()
        expect(self.root.locator(".examlab-picture:visible")).to_have_count(1)

    def see(self, control: Locator) -> Sight:
        return Sight(
            self.picture.locator("svg").inner_html(),
            "examlab-impossible" in (self.picture.get_attribute("class") or ""),
            self.root.locator(".examlab-says").inner_text(),
            control.locator("output").inner_text() if control.locator("output").count() else "",
            control.locator("input").first.get_attribute("aria-valuetext") or "",
        )

    def press(self, key: str, control: Locator) -> Sight:
        self.page.keyboard.press(key)
        return self.see(control)

    def screen(self) -> Image.Image:
        """Return the picture as the screen shows it."""
        return Image.open(io.BytesIO(self.picture.screenshot(animations="disabled"))).convert("L")


SEEN = 20
"""How many pixels have to differ to the eye before the screen counts as changed."""


def unlike(one: Image.Image, other: Image.Image) -> int:
    """Return how many pixels differ to the eye: repainting a part alone shifts the edges of lines."""
    return sum(ImageChops.difference(one, other).histogram()[48:])


def slide(reader: Reader, control: Locator) -> None:
    """Move a slider to both ends and one step off each, then back to where it stood."""
    slider = control.locator("input[type=range]")
    slider.focus()
    before = reader.see(control)
    first, first_screen = reader.press("Home", control), reader.screen()
    second = reader.press("ArrowRight", control)
    last, last_screen = reader.press("End", control), reader.screen()
    back = reader.press("ArrowLeft", control)
    for one, other in [(first, second), (last, back), (first, last)]:
        assert (one.picture, one.marked) != (other.picture, other.marked), "the picture stands still"
        assert one.value == one.aloud != other.aloud == other.value
    assert first.says != last.says, "the description stands still"
    assert unlike(first_screen, last_screen) > SEEN, "the screen stands still"
    # The way back leads to the same picture, element by element, and to the same screen as far as one sees.
    assert reader.press("Home", control) == first
    assert unlike(first_screen, reader.screen()) <= SEEN
    for _ in range(int(slider.get_attribute("max") or 0)):
        if slider.get_attribute("aria-valuetext") != before.aloud:
            slider.press("ArrowRight")
    assert reader.see(control) == before


def choose(reader: Reader, control: Locator) -> None:
    """Go through all alternatives, and from the last to the first."""
    chosen = control.locator("input:checked")
    start, count = chosen.input_value(), control.locator("input").count()
    chosen.focus()
    sights = [reader.see(control), *(reader.press("ArrowDown", control) for _ in range(count - 1))]
    assert len({(sight.picture, sight.marked) for sight in sights}) == count, "the picture stands still"
    assert len({sight.says for sight in sights}) > 1, "the description stands still"
    assert reader.press("ArrowDown", control) == sights[0]
    assert chosen.input_value() == start


@pytest.mark.parametrize("layout", WIDTHS)
@pytest.mark.parametrize("figure", FIGURES or [Figure("none", "found")], ids=str)
def test_everything_moves_by_keyboard(
    figure: Figure, layout: str, site: Path, site_address: str, read: Callable[..., Visit]
) -> None:
    visit = read(f"{site_address}/{figure.page}.html", width=WIDTHS[layout])
    reader = Reader(visit.page, figure, layout)
    controls = reader.root.locator(".examlab-control").all()
    assert controls
    for control in controls:
        (slide if control.locator("input[type=range]").count() else choose)(reader, control)
    assert visit.trouble == []


def test_a_turned_telephone_keeps_the_position(
    site: Path, site_address: str, read: Callable[..., Visit]
) -> None:
    figure = FIGURES[0]
    page = read(f"{site_address}/{figure.page}.html", width=390).page
    reader = Reader(page, figure, "narrow")
    control = reader.root.locator(".examlab-control:has(input[type=range])").first
    control.locator("input").focus()
    narrow = reader.press("End", control)
    page.set_viewport_size({"width": 844, "height": 390})
    turned = Reader(page, figure, "wide")
    start = turned.see(control)
    assert (start.says, start.value) == (narrow.says, narrow.value)
    page.keyboard.press("Home")
    assert turned.press("End", control).picture == start.picture
