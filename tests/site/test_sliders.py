"""Every slider and choice of the built site: all positions as stored, a few by keyboard in a browser."""

from __future__ import annotations

import base64
import io
from collections.abc import Callable
from dataclasses import dataclass
from math import prod
from pathlib import Path

import pytest
from PIL import Image, ImageChops
from playwright.sync_api import Locator, Page, expect

from tests.site.built import Figure, Visit, built_site, moving_figures, page_names
from tests.site.frames import Frames, frames_of, stands_still

WIDTHS = {"wide": 1280, "narrow": 390}
FIGURES = [figure for name in page_names(built_site()) for figure in moving_figures(built_site(), name)]
PAGES = list(dict.fromkeys(figure.page for figure in FIGURES))


# ---- Every position, as stored


def test_every_notebook_has_something_to_move(site: Path) -> None:
    notebooks = [page for page in page_names(site) if page.startswith("notebooks/")]
    assert notebooks == [page for page in PAGES if page.startswith("notebooks/")]


@pytest.mark.parametrize("figure", FIGURES, ids=str)
def test_each_parameter_alone_changes_the_picture_and_the_words(figure: Figure, site: Path) -> None:
    stored = frames_of(site, figure)
    assert stored, "no frames"
    assert [what for frames in stored for what in stands_still(frames)] == []


@pytest.mark.parametrize("figure", FIGURES, ids=str)
def test_every_position_has_words_and_a_picture_or_a_reason(figure: Figure, site: Path) -> None:
    for frames in frames_of(site, figure):
        assert min(map(len, frames.says)) > 10
        assert len(frames.says) == len(frames.table) == prod(frames.shape)
        drawn = [row for row in frames.table if row is not None]
        assert len({len(row) for row in drawn}) == 1 and max(map(max, drawn)) < len(frames.parts)


def test_what_stays_the_same_is_noticed() -> None:
    table: list[list[int] | None] = [[0, 1], [0, 1], [0, 1], [0, 1], [2, 1], [2, 1]]
    says = ["one", "two"] * 3
    frames = Frames("wide", (3, 2), (True, False), (0, 0), table, says, ["a", "b", "c"])
    assert stands_still(frames) == [
        "wide: parameter 1 at 1 shows the picture of the start",
        "wide: parameter 1 at 1 says the words of the start",
        "wide: parameter 1 at 2 says the words of the start",
        "wide: parameter 2 at 1 shows the picture of the start",
    ]
    frames.table[2] = None  # what is declared impossible has no picture
    assert len(stands_still(frames)) == 3


# ---- In a browser


@dataclass(frozen=True)
class Sight:
    """What a reader meets at one position."""

    picture: str
    marked: bool
    says: str
    value: str
    aloud: str


SEE = """([root, control]) => {
  const picture = [...root.querySelectorAll(".examlab-picture")].find((one) => one.checkVisibility());
  return {
    picture: picture.querySelector("svg").innerHTML,
    marked: picture.classList.contains("examlab-impossible"),
    says: root.querySelector(".examlab-says").innerText,
    value: control.querySelector("output")?.innerText ?? "",
    aloud: control.querySelector("input").getAttribute("aria-valuetext") ?? "",
  };
}"""
PUT = """(input, value) => {
  input.value = value;
  input.dispatchEvent(new Event("input", { bubbles: true }));
}"""
PLACE = """(picture) => {
  picture.scrollIntoView({ block: "nearest", behavior: "instant" });
  const { left, top, width, height } = picture.getBoundingClientRect();
  return { x: left + scrollX, y: top + scrollY, width, height };
}"""


class Reader:
    """A reader with a keyboard, in front of one figure."""

    def __init__(self, page: Page, figure: Figure, layout: str) -> None:
        self.page = page
        self.chromium = page.context.new_cdp_session(page)
        self.root = page.locator(f"#{figure.identity}")
        self.picture = self.root.locator(f".examlab-{layout}")
        self.root.scroll_into_view_if_needed()
        expect(self.root).to_have_attribute("data-ready", layout)
        expect(self.picture).to_be_visible()
        expect(self.root.locator(".examlab-picture:visible")).to_have_count(1)

    def see(self, control: Locator) -> Sight:
        return Sight(**self.page.evaluate(SEE, [self.root.element_handle(), control.element_handle()]))

    def press(self, key: str, control: Locator) -> Sight:
        self.page.keyboard.press(key)
        return self.see(control)

    def screen(self) -> Image.Image:
        """Return the picture as the screen shows it: of Chromium itself, in half the time."""
        clip = {**self.picture.evaluate(PLACE), "scale": 1}
        shot = self.chromium.send("Page.captureScreenshot", {"clip": clip, "optimizeForSpeed": True})
        return Image.open(io.BytesIO(base64.b64decode(shot["data"]))).convert("L")


SEEN = 20
"""How many pixels have to differ to the eye before the screen counts as changed."""


def unlike(one: Image.Image, other: Image.Image) -> int:
    """Return how many pixels differ to the eye: repainting a part alone shifts the edges of lines."""
    return sum(ImageChops.difference(one, other).histogram()[48:])


def slide(reader: Reader, control: Locator) -> None:
    """Move a slider to both ends and one step off each, then back to where it stood."""
    slider = control.locator("input[type=range]")
    slider.focus()
    before, where = reader.see(control), slider.input_value()
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
    slider.evaluate(PUT, where)
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


@pytest.mark.parametrize("name", PAGES)
def test_everything_moves_by_keyboard(
    name: str, site: Path, site_address: str, read: Callable[..., Visit]
) -> None:
    visit = read(f"{site_address}/{name}.html")
    for layout, width in WIDTHS.items():
        visit.page.set_viewport_size({"width": width, "height": 900})
        for figure in moving_figures(site, name):
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
