"""Every page of the built site, as a reader's browser sees it.

Each page is opened once, and walks through the looks without being loaded again. What is asked of it stands
in two lists: to ask something of every page, add a function to one of them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import TimeoutError

from tests.site import page_checks
from tests.site.axe import axe
from tests.site.built import Visit, built_site, page_names
from tests.site.conftest import Theme
from tests.site.weight import first_visit, too_heavy

Check = Callable[[Visit], list[str]]

ONCE: list[Check] = [
    page_checks.one_title,
    page_checks.language,
    page_checks.formulas,
    page_checks.mathml,
    page_checks.icons,
    page_checks.nothing_moves,
    page_checks.no_script_blocks,
    page_checks.policy,
    page_checks.nothing_is_kept,
    page_checks.pictures,
]
"""Asked in the first look alone."""

EVERY_LOOK: list[Check] = [
    page_checks.nothing_sticks_out,
    page_checks.punctuation,
    page_checks.contrast,
    page_checks.no_light_in_the_dark,
    page_checks.targets,
    axe,
]
"""Asked in each look."""


@dataclass(frozen=True)
class Look:
    """How wide the reader's window is, and what their system prefers."""

    width: int
    theme: Theme

    def __str__(self) -> str:
        return f"{self.width} {self.theme}"

    def put_on(self, visit: Visit) -> None:
        """Give a page this look, and wait until it has it."""
        page, height = visit.page, 900 if self.width > 640 else 800
        page.evaluate("scrollTo(0, 0)")
        for again in range(3):
            if again:  # a page whose scripts came late has not heard of it: say it once more
                page.emulate_media(color_scheme="light" if self.theme == "dark" else "dark")
            # Without motion colours change at once; with it they end the same, after a second of painting.
            page.emulate_media(color_scheme=self.theme, reduced_motion="reduce")
            page.set_viewport_size({"width": self.width, "height": height + again})
            with suppress(TimeoutError):
                page.wait_for_function(SETTLED, arg=self.state, timeout=10_000, polling=50)
                return
        raise AssertionError(f"no {self}: {page.evaluate(UNSETTLED, self.state)}")

    @property
    def state(self) -> list[str]:
        """What the page should say of itself: its theme, and the layout of its figures."""
        return [self.theme, "wide" if self.width > 640 else "narrow"]


UNSETTLED = """([theme, layout]) => [
  ...(document.documentElement.dataset.theme === theme ? [] : [`not ${theme}`]),
  ...document.getAnimations().filter((animation) => animation.playState === "running")
    .map(({ effect }) => `moving: ${effect.target?.className}`),
  ...[...document.querySelectorAll(".examlab-explore:has(.examlab-controls)")].filter((figure) =>
    figure.querySelector(`.examlab-${layout}`) && figure.dataset.ready !== layout)
    .map(({ id }) => `not ${layout}: ${id}`)]"""
SETTLED = f"(look) => ({UNSETTLED})(look).length === 0"

# Each differs from the one before in one thing. 640 and 320 are a window of 1280, zoomed to 200 and 400 %.
FIRST = Look(1280, "light")
LOOKS = [
    FIRST,
    Look(1280, "dark"),
    Look(640, "dark"),
    Look(390, "dark"),
    Look(390, "light"),
    Look(320, "light"),
]

PAGES = page_names(built_site()) or ["index"]
every_page = pytest.mark.parametrize("name", PAGES)


def test_there_is_a_site(site: Path) -> None:
    assert {"index", "search", "genindex"} < set(page_names(site))
    assert len(PAGES) >= 10, "the book has lost pages"


def test_the_front_door_is_the_first_page(site_address: str, read: Callable[..., Visit]) -> None:
    visit = read(f"{site_address}/")
    assert visit.page.get_by_role("heading", level=1).first.inner_text().startswith("An Exam You Can Run")
    assert visit.page.url == f"{site_address}/", "the first page is elsewhere"
    assert visit.trouble == []


@every_page
def test_a_page_is_as_it_should_be(
    name: str, site_address: str, read: Callable[..., Visit], record_property: Callable[[str, Any], None]
) -> None:
    visit = read(f"{site_address}/{name}.html", width=FIRST.width, theme=FIRST.theme, late=True)
    visit.page.wait_for_load_state("networkidle")
    cost = first_visit(visit)
    record_property(f"bytes of {name}", cost)
    visit.read_to_the_end()
    found: dict[tuple[str, str], list[Look]] = {}
    for look in LOOKS:
        look.put_on(visit)
        for check in [*(ONCE if look is FIRST else []), *EVERY_LOOK]:
            for finding in check(visit):
                found.setdefault((check.__name__, finding), []).append(look)
    report(name, [*too_heavy(cost), *written(found), *visit.trouble, *visit.elsewhere(site_address)])


@every_page
def test_nothing_moves_on_a_telephone(name: str, site_address: str, read: Callable[..., Visit]) -> None:
    findings = ["not read"]
    for _ in range(3):  # a busy machine may read a font later than it got it
        visit = read(f"{site_address}/{name}.html", width=390, late=True)
        visit.page.wait_for_load_state("networkidle")
        cost = first_visit(visit)
        visit.read_to_the_end()
        findings = page_checks.nothing_moves(visit)
        if not findings:
            break
    report(name, [*too_heavy(cost), *findings, *visit.trouble])


# What a server shows for a dead link does not know how deep that link was: its addresses begin at the root.
@pytest.mark.parametrize("name", [name for name in PAGES if name != "404"])
def test_a_page_opens_from_a_folder(name: str, site: Path, read: Callable[..., Visit]) -> None:
    visit = read((site / f"{name}.html").as_uri(), theme="dark")
    visit.read_to_the_end()
    report(name, [*page_checks.policy(visit), *visit.trouble, *visit.elsewhere(site.as_uri())])


def written(found: dict[tuple[str, str], list[Look]]) -> Iterable[str]:
    """Return each finding once, with the looks in which it was found."""
    for (check, finding), looks in found.items():
        where = "" if len(looks) == len(LOOKS) else f" ({', '.join(map(str, looks))})"
        yield f"{check}: {finding}{where}"


def report(name: str, findings: list[str]) -> None:
    """Fail with a list of all that was found on a page."""
    if findings:
        pytest.fail("\n".join([f"{len(findings)} findings on {name}:", *findings]), pytrace=False)
