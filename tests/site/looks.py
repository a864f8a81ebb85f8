"""A few components as a reader sees them, photographed with letters that are the same on every machine.

`make looks` renews the pictures in ``tests/site/looks``; look at what has changed before you keep it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Literal

import matplotlib
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageChops, ImageFilter
from playwright.sync_api import Browser, Page, Route

from tests.site.built import ROOT, built_site, chromium, serve
from tools.browser import ARGUMENTS, find_browser

STORED = ROOT / "tests" / "site" / "looks"
FAILED = ROOT / "_build" / "looks"
THEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")

FONTS = Path(matplotlib.get_data_path(), "fonts", "ttf")
FACES = {
    "Pinned Serif": ("DejaVuSerif", "DejaVuSerif-Bold", "DejaVuSerif-Italic"),
    "Pinned Sans": ("DejaVuSans", "DejaVuSans-Bold", "DejaVuSans-Oblique"),
    "Pinned Mono": ("DejaVuSansMono", "DejaVuSansMono-Bold", "DejaVuSansMono-Oblique"),
}
"""Matplotlib brings these fonts, in the version of the lock: regular, bold and slanted."""
STEADY = ["--disable-lcd-text", "--force-color-profile=srgb"]
"""Letters in grey, colours as they are written, whatever the screen."""

LEVELS = 12
"""Two pictures are the same if no place differs by so much, of 255, in the mean of 5 by 5 pixels around it.

Two rasterisers give the edge of a letter another grey, but the same amount of ink: the mean hardly moves.
Another colour, weight or place of a letter or a line moves it by more.
"""


@dataclass(frozen=True)
class Component:
    """A piece of a page: where it stands, how wide the window is, and what happens to it first."""

    name: str
    page: str
    selector: str
    width: int = 1280
    prepare: Callable[[Page], None] = lambda page: None

    def __str__(self) -> str:
        """Return its name, for the list of tests."""
        return self.name


def _answer_wrongly(page: Page) -> None:
    check = page.locator(".examlab-check").first
    check.get_by_label("one neuron with ReLU").check()
    check.locator('[data-do="answer"]').click()
    page.mouse.move(0, 0)
    page.evaluate("document.activeElement.blur()")


COMPONENTS = [
    Component("slider", "index", ".examlab-explore"),
    Component("slider-narrow", "index", ".examlab-explore", width=390),
    Component("self-check", "notebooks/gan/1-output-layer", ".examlab-check"),
    Component(
        "self-check-answered", "notebooks/gan/1-output-layer", ".examlab-check", prepare=_answer_wrongly
    ),
    Component("map", "index", ".examlab-part.part-gan"),
    Component("admonition", "book/the-paper", "div.admonition"),
    Component("table", "notebooks/preamble/chain-rule", ".pst-scrollable-table-container"),
    Component("code", "notebooks/gan/4-slow-start", "div.cell.tag_answer"),
]


def pinned_style() -> str:
    """Return a style sheet that sets the book in pinned fonts."""
    looks = ("", "font-weight: 700;", "font-style: italic;")
    faces = [
        f'@font-face {{ font-family: "{family}"; {look} src: url("/pinned/{file}.ttf"); }}'
        for family, files in FACES.items()
        for file, look in zip(files, looks, strict=True)
    ]
    serif, sans, mono = (f'"{family}"' for family in FACES)
    return "\n".join(faces) + (
        f":root {{ --book-serif: {serif} !important; --book-sans: {sans} !important; "
        f"--book-mono: {mono} !important; }}\n"
        # Letters stand where the layout puts them, to fractions of a pixel, on every system.
        "* { text-rendering: geometricPrecision !important; }"
    )


@contextmanager
def steady(browser: Browser) -> Iterator[Browser]:
    """Start a second browser beside one, that paints letters in one way on every machine."""
    found = browser.browser_type.launch(executable_path=find_browser(), args=[*ARGUMENTS, *STEADY])
    try:
        yield found
    finally:
        found.close()


# Where a component begins in its page says nothing about its looks, and fractions of a pixel would show.
_TO_WHOLE_PIXELS = """(node) => {
  const { left, top } = node.getBoundingClientRect();
  const x = left + scrollX, y = top + scrollY;
  node.style.position = "relative";
  node.style.left = `${Math.round(x) - x}px`;
  node.style.top = `${Math.round(y) - y}px`;
}"""


_LOAD_PINNED = """() => Promise.all(
  [...document.fonts].filter(({ family }) => /Pinned/.test(family)).map((face) => face.load()))"""


def photograph(browser: Browser, address: str, component: Component) -> dict[str, Image.Image]:
    """Return the pictures of a component, by theme."""
    context = browser.new_context(
        viewport={"width": component.width, "height": 900},
        color_scheme="light",
        reduced_motion="reduce",
        bypass_csp=True,  # the page takes no style sheet but its own; the pinned letters need one
    )
    page = context.new_page()
    page.route("**/pinned/*", _pinned_font)
    page.goto(f"{address}/{component.page}.html")
    page.add_style_tag(content=pinned_style())
    page.evaluate(_LOAD_PINNED)
    component.prepare(page)
    found = page.locator(component.selector).first
    found.scroll_into_view_if_needed()
    page.wait_for_function(
        "(node) => !node.querySelector('.examlab-controls') || node.dataset.ready", arg=found.element_handle()
    )
    # Nothing that floats above the page may stand before it.
    page.add_style_tag(content=".bd-header-article { visibility: hidden; }")
    found.evaluate(_TO_WHOLE_PIXELS)
    pictures = {}
    for theme in THEMES:
        page.emulate_media(color_scheme=theme)
        page.wait_for_function("(theme) => document.documentElement.dataset.theme === theme", arg=theme)
        pictures[theme] = Image.open(BytesIO(found.screenshot(animations="disabled"))).convert("RGB")
    context.close()
    return pictures


def _pinned_font(route: Route) -> None:
    route.fulfill(path=FONTS / route.request.url.rsplit("/", 1)[1])


def stored(component: Component, theme: str) -> Path:
    """Return where the picture of a component is kept."""
    return STORED / f"{component.name}-{theme}.png"


def difference(expected: Image.Image, got: Image.Image) -> NDArray[np.uint8]:
    """Return by how many levels each place of two pictures differs; much where one of them ends."""
    size = max(expected.width, got.width), max(expected.height, got.height)
    means = []
    for picture in (expected, got):
        canvas = Image.new("RGB", size)
        canvas.paste(picture.convert("RGB"))
        means.append(canvas.filter(ImageFilter.BoxBlur(2)))
    found = np.array(ImageChops.difference(*means)).max(axis=-1)
    found[min(expected.height, got.height) :] = found[:, min(expected.width, got.width) :] = 255
    return found


def keep_failure(expected: Image.Image, got: Image.Image, found: NDArray[np.uint8], name: str) -> Path:
    """Write what was expected, what was seen, and where they differ; return the folder."""
    FAILED.mkdir(parents=True, exist_ok=True)
    expected.save(FAILED / f"{name}-expected.png")
    got.save(FAILED / f"{name}-got.png")
    Image.fromarray(np.where(found >= LEVELS, 255, found).astype(np.uint8)).save(
        FAILED / f"{name}-difference.png"
    )
    return FAILED


def small(picture: Image.Image) -> Image.Image:
    """Return a picture in 128 colours, a third of its bytes; that moves a mean by 4 levels at most."""
    return picture.quantize(128, method=Image.Quantize.MAXCOVERAGE, kmeans=1, dither=Image.Dither.NONE)


def main() -> int:
    """Renew the stored pictures that have changed, and say which."""
    STORED.mkdir(exist_ok=True)
    with serve(built_site()) as address, chromium() as first, steady(first) as browser:
        for component in COMPONENTS:
            for theme, got in photograph(browser, address, component).items():
                path = stored(component, theme)
                if path.is_file() and difference(Image.open(path), got).max() < LEVELS:
                    continue
                small(got).save(path, optimize=True)
                print(f"renewed: {path.relative_to(ROOT)}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
