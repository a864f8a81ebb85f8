"""How a page arrives, and what it may do: light or dark at once, nothing jumps, nothing forbidden."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from tests.site import page_checks
from tests.site.built import Visit, built_site, moving_figures, page_names
from tests.site.weight import BUDGET, COLUMNS, kind, table, too_heavy

QUESTIONS = [name for name in page_names(built_site()) if name.startswith("notebooks/")]
FIGURES = [figure for name in QUESTIONS for figure in moving_figures(built_site(), name)]
FORMULAS = "book/the-paper"
BACKGROUND = "getComputedStyle(document.body).backgroundColor"


# ---- Light or dark


@pytest.fixture
def first_paint(browser: Browser, site_address: str) -> Iterator[Callable[..., str]]:
    """Return the ground of a page whose scripts never come, as its first paint shows it."""
    contexts = []

    def ground(system: Any, *, memory: str = "") -> str:
        context = browser.new_context(color_scheme=system)
        contexts.append(context)
        page = context.new_page()
        page.add_init_script(memory)
        page.route(re.compile(r"\.js\b"), lambda route: route.abort())
        page.goto(f"{site_address}/{FORMULAS}.html")
        red = re.search(r"\d+", page.evaluate(BACKGROUND))
        assert red
        return "dark" if int(red[0]) < 128 else "light"

    yield ground
    for context in contexts:
        context.close()


@pytest.mark.parametrize("system", ["light", "dark"])
def test_the_first_paint_is_light_or_dark_as_the_system_is(
    system: str, first_paint: Callable[..., str]
) -> None:
    assert first_paint(system) == system


@pytest.mark.parametrize(("system", "chosen"), [("light", "dark"), ("dark", "light")])
def test_the_first_paint_is_as_the_reader_has_chosen(
    system: str, chosen: str, first_paint: Callable[..., str]
) -> None:
    assert first_paint(system, memory=f"localStorage.setItem('mode', '{chosen}')") == chosen


def test_a_browser_that_keeps_nothing_still_paints(first_paint: Callable[..., str]) -> None:
    refuses = "Object.defineProperty(window, 'localStorage', { get() { throw new Error('no'); } })"
    assert first_paint("dark", memory=refuses) == "dark"


# ---- Nothing jumps


@pytest.mark.parametrize("width", [1280, 390])
def test_sliders_and_buttons_have_their_place_before_their_scripts_come(
    width: int, site_address: str, read: Callable[..., Visit]
) -> None:
    figure = FIGURES[0]
    never = read(f"{site_address}/{figure.page}.html", width=width).page
    never.route(re.compile(r"\.js\b"), lambda route: route.abort())
    never.reload()
    for part in (f"#{figure.identity} .examlab-controls", ".examlab-check-buttons"):
        place = never.locator(part).first
        expect(place).to_have_css("visibility", "hidden")
        box = place.bounding_box()
        assert box and box["height"] >= 40


def test_what_moves_is_noticed(site_address: str, read: Callable[..., Visit]) -> None:
    visit = read(f"{site_address}/{FORMULAS}.html")
    visit.page.wait_for_load_state("networkidle")
    visit.page.evaluate("""() => new Promise((painted) => {
      const first = document.querySelector("article").firstElementChild;
      first.before(Object.assign(document.createElement("p"), { textContent: "late" }));
      first.previousElementSibling.style.height = "300px";
      requestAnimationFrame(() => setTimeout(painted, 100));
    })""")
    assert page_checks.nothing_moves(visit) != []


# ---- Without scripts


def test_without_scripts_a_page_is_whole(site_address: str, read: Callable[..., Visit]) -> None:
    figure = FIGURES[0]
    page = read(f"{site_address}/{figure.page}.html", java_script_enabled=False).page
    root = page.locator(f"#{figure.identity}")
    expect(root.locator(".examlab-wide svg")).to_be_visible()
    expect(root.locator(".examlab-controls")).to_be_hidden()
    expect(page.locator(".examlab-check fieldset").first).to_be_visible()
    expect(page.locator(".examlab-check-buttons").first).to_be_hidden()
    expect(page.locator(".theme-switch-button").first).to_be_hidden()
    assert page.locator("html").get_attribute("data-theme") == "light"


# ---- The policy


def test_the_policy_is_that_of_the_hosts_files(site: Path) -> None:
    policies = {
        match[1]
        for name in page_names(site)
        for match in re.finditer(
            r'<meta http-equiv="Content-Security-Policy" content="([^"]+)">',
            (site / f"{name}.html").read_text(encoding="utf-8"),
        )
    }
    [policy] = policies
    for name in ("_headers", ".htaccess", "vercel.json", "staticwebapp.config.json"):
        assert policy in (site / name).read_text(encoding="utf-8"), name


@pytest.mark.parametrize("name", page_names(built_site()) or ["index"])
def test_every_page_begins_with_the_policy(name: str, site: Path) -> None:
    head = (site / f"{name}.html").read_text(encoding="utf-8").partition("<body")[0]
    assert head.count("Content-Security-Policy") == 1
    assert head.index("Content-Security-Policy") < head.index("<script")
    assert len(re.findall(r"<script>", head)) == 1


def test_what_the_policy_forbids_does_not_run_and_is_noticed(
    site_address: str, read: Callable[..., Visit]
) -> None:
    visit = read(f"{site_address}/{FORMULAS}.html")
    visit.page.evaluate("""() => {
      const script = document.createElement("script");
      script.textContent = "window.hit = true";
      document.head.append(script);
    }""")
    assert not visit.page.evaluate("'hit' in window")
    [finding] = page_checks.policy(visit)
    assert finding.startswith("script-src-elem: inline")


def test_nothing_is_asked_of_another_host(site_address: str, read: Callable[..., Visit]) -> None:
    visit = read(f"{site_address}/{FORMULAS}.html")
    visit.page.evaluate("""() => new Promise((done) => {
      const image = Object.assign(new Image(), { onerror: done, onload: done });
      image.src = "https://example.org/pixel.png";
    })""")
    assert page_checks.policy(visit) == ["img-src: https://example.org/pixel.png "]


def test_the_page_prints_from_its_menu(site_address: str, read: Callable[..., Visit]) -> None:
    visit = read(f"{site_address}/{FORMULAS}.html")
    visit.page.evaluate("window.print = () => { window.printed = true; }")
    visit.page.locator("[data-examlab-print]").first.evaluate("(button) => button.click()")
    assert visit.page.evaluate("window.printed")
    assert visit.trouble == []


def test_marks_of_a_search_can_be_taken_away(site_address: str, read: Callable[..., Visit]) -> None:
    visit = read(f"{site_address}/{FORMULAS}.html?highlight=paper")
    marks = visit.page.locator("span.highlighted")
    expect(marks.first).to_be_attached()
    visit.page.locator(".highlight-link a").click()
    expect(marks).to_have_count(0)
    assert visit.trouble == []


# ---- The budget


def test_a_page_over_its_budget_is_named() -> None:
    cost = dict.fromkeys(COLUMNS, 0)
    assert too_heavy(cost | {"frames": BUDGET}) == []
    assert "300 kB" in too_heavy(cost | {"frames": BUDGET, "fonts": 1})[0]
    assert kind("http://a/_frames/1.js?v=2") == "frames" and kind("http://a/b/c.js") == "scripts"
    assert table({"one": cost, "two": cost | {"page": 5000}})[1].split() == [
        "5.0",
        "5.0",
        *["0.0"] * 5,
        "two",
    ]


# ---- One style sheet


@pytest.mark.parametrize(
    "name", ["access.css", "book.css", "check.css", "explore.css", "frame.css", "palette.css"]
)
def test_our_own_rules_are_all_kept(name: str, site: Path) -> None:
    lean = (site / "_static" / "lean" / "style.css").read_text(encoding="utf-8")
    assert (site / "_static" / name).read_text(encoding="utf-8") in lean


def test_rules_that_no_page_uses_are_left_out(site: Path) -> None:
    lean = (site / "_static" / "lean" / "style.css").read_text(encoding="utf-8")
    theme = (site / "_static" / "styles" / "pydata-sphinx-theme.css").read_text(encoding="utf-8")
    assert ".fa-ring" in theme and ".fa-ring" not in lean
    assert len(lean) < len(theme) / 2
