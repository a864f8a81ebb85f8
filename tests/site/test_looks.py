"""A few components look as they did when someone last looked at them."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest
from PIL import Image, ImageChops, ImageFilter
from playwright.sync_api import Browser

from tests.site.looks import (
    COMPONENTS,
    FAILED,
    LEVELS,
    ROOT,
    STORED,
    THEMES,
    Component,
    difference,
    keep_failure,
    photograph,
    steady,
    stored,
)


@pytest.fixture(scope="module")
def steady_browser(browser: Browser) -> Iterator[Browser]:
    with steady(browser) as found:
        yield found


@pytest.mark.parametrize("component", COMPONENTS, ids=str)
def test_a_component_looks_as_it_did(
    component: Component, steady_browser: Browser, site_address: str
) -> None:
    findings = []
    for theme, got in photograph(steady_browser, site_address, component).items():
        expected = Image.open(stored(component, theme)).convert("RGB")
        found = difference(expected, got)
        if found.max() >= LEVELS:
            keep_failure(expected, got, found, stored(component, theme).stem)
            findings.append(f"{theme}: {np.count_nonzero(found >= LEVELS)} pixels")
    if findings:
        pytest.fail(
            f"{component} has changed ({', '.join(findings)}). What was expected, what was seen and where "
            f"they differ: {FAILED.relative_to(ROOT)}. If the change was meant: make looks"
        )


def test_every_stored_picture_is_compared() -> None:
    wanted = {stored(component, theme) for component in COMPONENTS for theme in THEMES}
    assert set(STORED.iterdir()) == wanted


class TestDifference:
    """What the comparison sees, and what it overlooks."""

    picture = Image.new("RGB", (80, 40), "#ffffff")
    picture.paste("#0062a3", (10, 10, 50, 12))

    def test_of_a_picture_with_itself_is_nothing(self) -> None:
        assert difference(self.picture, self.picture).max() == 0

    def test_of_softer_edges_is_small(self) -> None:
        softer = self.picture.resize((160, 80)).filter(ImageFilter.BoxBlur(0.4)).resize((80, 40))
        assert softer.getpixel((30, 9)) != self.picture.getpixel((30, 9))
        assert difference(self.picture, softer).max() < LEVELS

    def test_of_a_line_two_pixels_away_is_not(self) -> None:
        assert difference(self.picture, ImageChops.offset(self.picture, 0, 2)).max() >= LEVELS

    def test_of_another_size_is_not(self) -> None:
        assert difference(self.picture, self.picture.crop((0, 0, 80, 39))).max() >= LEVELS

    def test_of_another_colour_is_not(self) -> None:
        other = Image.new("RGB", (80, 40), "#ffffff")
        other.paste("#b84a00", (10, 10, 50, 12))
        assert difference(self.picture, other).max() >= LEVELS
