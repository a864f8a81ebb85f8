"""Figures that move, in a real browser, on pages made for the purpose."""

from __future__ import annotations

import io
import re
import shutil
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

import matplotlib
import matplotlib.pyplot as plt
import numpy as np
import pytest
from matplotlib.figure import Figure
from playwright.sync_api import Browser, Locator, Page, Route, expect

import examlab.reading
from examlab.reading import choice, explore, show, slider
from examlab.reading.explorer import Explorer
from examlab.reading.publish import frames_apart
from examlab.reading.svg import svg_text, svg_tree
from tests.site.built import Visit, serve

ASSETS = Path(examlab.reading.__file__).parent / "assets"
POLICY = "default-src 'self'; style-src 'self'"
FAR = '<p class="far">Far above.</p>'
"""Something to scroll past."""


# ---- Figures


def wave(*, phase: float, shape: str = "sine", narrow: bool = False) -> Figure:
    """A wave with its title, one axes."""
    figure = Figure(figsize=(3.75, 2.5) if narrow else (7.2, 2.5))
    axes = figure.add_axes((0.1, 0.2, 0.85, 0.65), xlim=(0, 6), ylim=(-1.2, 1.2), title=f"phase {phase:.2f}")
    x = np.linspace(0, 6, 60)
    y = np.sin(x + phase)
    axes.plot(x, np.sign(y) if shape == "square" else y, color="#0072b2")
    axes.plot([phase], [0], "o", color="#d55e00")
    return figure


def describe_wave(*, phase: float, shape: str = "sine") -> str:
    """Say which wave it is."""
    return f"A {shape} wave, moved by {phase:.2f}."


def no_square_at_rest(*, phase: float, shape: str) -> str | None:
    """Refuse one pair."""
    return "A square wave at rest is not shown." if shape == "square" and phase == 0 else None


@cache
def waves(*, label: str = "Phase", impossible: Callable[..., str | None] | None = None) -> Explorer:
    """A slider and a choice."""
    return explore(
        wave,
        describe=describe_wave,
        phase=slider(label, [0, 0.25, 0.5, 0.75, 1, 1.25], unit="rad", format="{:.2f}"),
        shape=choice("Shape", {"sine": "a sine", "square": "a square"}),
        start={"phase": 0.5, "shape": "sine"},
        impossible=impossible,
    )


def dots(*, step: int) -> Figure:
    """As many dots as steps: no two pictures have the same artists."""
    figure = Figure(figsize=(4, 2))
    axes = figure.add_axes((0.1, 0.2, 0.8, 0.7), xlim=(-1, 6), ylim=(-1, 1))
    for x in range(step):
        axes.plot([x], [0], "s", color="#0072b2")
    return figure


@cache
def film() -> Explorer:
    """A slider through time."""
    steps = slider("Step", range(5), time=True)
    return explore(dots, describe=lambda step: f"{step} dots.", step=steps, start={"step": 0})


@cache
def still() -> Explorer:
    """A figure with nothing to move."""
    return show(lambda: dots(step=3), describe=lambda: "Three dots.")


# ---- Pages


@pytest.fixture(autouse=True)
def site_face(monkeypatch: pytest.MonkeyPatch) -> None:
    """Draw as the build of the site does."""
    monkeypatch.setenv("EXAMLAB_FACE", "site")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with what a page needs beside itself."""
    for name in ("explore.js", "explore.css", "palette.css"):
        shutil.copy(ASSETS / name, tmp_path)
    (tmp_path / "far.css").write_text(".far { height: 5000px; }\n")
    (tmp_path / "icon.svg").write_text('<svg xmlns="http://www.w3.org/2000/svg"/>\n')
    return tmp_path


@pytest.fixture
def address(folder: Path) -> Iterator[str]:
    """The folder, served under a strict security policy."""
    with serve(folder, policy=POLICY) as found:
        yield found


def write(folder: Path, *parts: Explorer | str, apart: bool = False) -> None:
    """Write a page of figures and text; with `apart`, its frames into files of their own."""
    body = "".join(part if isinstance(part, str) else published(part) for part in parts)
    if apart:
        body = moved_out(folder, body)
    styles = "".join(f'<link rel="stylesheet" href="{name}.css">' for name in ("palette", "explore", "far"))
    (folder / "page.html").write_text(
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Figures</title>{styles}'
        '<meta name="viewport" content="width=device-width"><link rel="icon" href="icon.svg">'
        f'<script defer src="explore.js"></script></head><body><main>{body}</main></body></html>',
        encoding="utf-8",
    )


def published(explorer: Explorer) -> str:
    """Return what a notebook gives to the site."""
    return str(explorer._repr_mimebundle_()["text/html"])


def moved_out(folder: Path, body: str) -> str:
    """Do with a body what the build of the site does with that of a page."""
    app: Any = SimpleNamespace(builder=SimpleNamespace(format="html"), outdir=str(folder))
    context: dict[str, Any] = {"body": body, "pathto": lambda name, resource: name}
    frames_apart.move_frames_out(app, "page", "page.html", context, None)
    assert "data-src=" in context["body"]
    return str(context["body"])


def frame_files(visit: Visit) -> list[str]:
    """Return the files of frames that a page has asked for."""
    return [url for url in visit.requests if "/_frames/" in url]


def figure_of(page: Page, number: int = 0, *, layout: str = "wide") -> Locator:
    """Return a figure of a page, once it can be moved."""
    root = page.locator(".examlab-explore").nth(number)
    root.scroll_into_view_if_needed()
    expect(root).to_have_attribute("data-ready", layout)
    return root


def markup(root: Locator, layout: str = "wide") -> str:
    """Return the picture that stands in a figure."""
    return root.locator(f".examlab-{layout} svg").inner_html()


def move_to(root: Locator, value: int, control: int = 0) -> None:
    """Put a slider to a position at once, as a finger does."""
    root.locator("input[type=range]").nth(control).evaluate(
        "(node, value) => { node.value = value; node.dispatchEvent(new Event('input', { bubbles: true })); }",
        value,
    )


# ---- The same pictures as Python's


Plain = tuple[str, tuple[tuple[str, str], ...], tuple[Any, ...]]


def plain(element: Element, definitions: dict[str, Plain]) -> Plain:
    """Return a branch of a picture without slots, with every reference replaced by what it refers to."""
    children = []
    for child in element:
        inner = list(child) if child.get("data-slot") == "" else [child]
        children += [plain(branch, definitions) for branch in inner]
    attributes = []
    for name, value in sorted(element.attrib.items()):
        if name == "data-slot":
            continue
        for identity in re.findall(r"#([\w-]+)", value) if "var(" not in value else []:
            value = value.replace(f"#{identity}", repr(definitions[identity]))
        attributes.append((name, value))
    return element.tag, tuple(attributes), tuple(children)


def content(root: Element) -> Plain:
    """Return what a picture shows, however it is put together."""
    for element in root.iter():
        element.tag = element.tag.rpartition("}")[2]
    definitions = {item.attrib.pop("id"): plain(item, {}) for item in root[0]}
    body = list(root)[1:]
    holder = Element("g")
    # The page gathers a picture in one branch, which may itself be a slot.
    while len(body) == 1 and body[0].tag == "g" and not set(body[0].attrib) - {"data-slot"}:
        body = list(body[0])
    holder.extend(body)
    return plain(holder, definitions)


def test_a_small_picture_looks_as_matplotlib_s_own(browser: Browser) -> None:
    page = browser.new_page(device_scale_factor=2)
    figure = Figure(figsize=(5, 3.5), dpi=72)
    axes = figure.add_axes(
        (0.15, 0.18, 0.8, 0.7), xlim=(0, 1), ylim=(0, 1), title=r"Loss $\sigma^2_{w}$ of 7"
    )
    places = np.random.default_rng(3).uniform(-0.1, 1.1, (300, 2))
    axes.scatter(
        *places.T, c=np.where(places[:, 0] > 0.5, "#0072b2", "#d55e00"), edgecolor="black", linewidth=0.3
    )
    axes.bar([0.2, 0.6], [0.5, 0.7], width=0.15, hatch="//", color="none", edgecolor="#009e73")
    axes.plot(places[:20, 0], places[:20, 1], "s--", alpha=0.6, markersize=9)
    axes.contour(np.hypot(*np.mgrid[-1:1:20j, -1:1:20j]), extent=(0, 1, 0, 1))
    own = io.StringIO()
    with matplotlib.rc_context({"svg.fonttype": "path"}):
        figure.savefig(own, format="svg")
    seen = [seen_by_a_browser(page, text) for text in (own.getvalue(), svg_text(svg_tree(figure)))]
    unlike = np.abs(seen[0] - seen[1]).max(axis=2) > 80
    assert np.ptp(seen[0]) > 200 and seen[0].shape == seen[1].shape
    page.close()
    assert unlike.mean() < 0.001, f"{unlike.mean():.2%} of the picture differ"


def seen_by_a_browser(page: Page, svg: str) -> np.ndarray:
    """Return the pixels of a picture, two a point."""
    size = "width: 360px; height: 252px; display: block"
    page.set_content(f"<style>body {{margin: 0}} svg {{{size}}}</style>{svg[svg.index('<svg') :]}")
    shot = page.locator("svg").screenshot()
    return plt.imread(io.BytesIO(shot))[..., :3] * 255.0


@pytest.mark.parametrize("layout", ["wide", "narrow"])
def test_the_page_shows_what_python_draws(
    folder: Path, address: str, read: Callable[..., Visit], layout: str
) -> None:
    explorer = waves()
    write(folder, explorer)
    page = read(f"{address}/page.html", width={"wide": 1000, "narrow": 390}[layout]).page
    root = figure_of(page, layout=layout)
    for position in explorer.positions():
        move_to(root, position[0])
        root.get_by_role("radio").nth(position[1]).check()
        shown = root.locator(f".examlab-{layout} svg").evaluate(
            "node => new XMLSerializer().serializeToString(node)"
        )
        drawn = svg_tree(explorer.figure(position, layout=layout), prefix=layout[0])
        assert content(ElementTree.fromstring(shown)) == content(drawn)
        expect(root.locator(".examlab-says")).to_have_text(explorer.description(position))


def test_pictures_with_other_artists_work_too(folder: Path, address: str, read: Callable[..., Visit]) -> None:
    explorer = film()
    write(folder, explorer)
    root = figure_of(read(f"{address}/page.html").page)
    for step in (4, 0, 2, 1, 3):
        move_to(root, step)
        shown = root.locator("svg").evaluate("node => new XMLSerializer().serializeToString(node)")
        assert content(ElementTree.fromstring(shown)) == content(
            svg_tree(explorer.figure((step,)), prefix="w")
        )


# ---- What a reader does


def test_a_slider_has_a_name_and_says_its_value(
    folder: Path, address: str, read: Callable[..., Visit]
) -> None:
    write(folder, waves())
    visit = read(f"{address}/page.html")
    root = figure_of(visit.page)
    found = root.get_by_role("slider", name="Phase", exact=True)
    for key, text in {
        "Home": "0.00 rad",
        "ArrowRight": "0.25 rad",
        "End": "1.25 rad",
        "ArrowDown": "1.00 rad",
    }.items():
        found.press(key)
        expect(found).to_have_attribute("aria-valuetext", text)
        expect(root.locator("output")).to_have_text(text)
    expect(
        root.get_by_role("group", name="Shape").get_by_role("radio", checked=True)
    ).to_have_accessible_name("a sine")
    expect(root.get_by_role("img")).to_have_accessible_name("A sine wave, moved by 1.00.")
    assert visit.trouble == []


def test_the_description_is_read_aloud_once_the_hand_rests(
    folder: Path, address: str, read: Callable[..., Visit]
) -> None:
    write(folder, waves())
    root = figure_of(read(f"{address}/page.html").page)
    aloud = root.locator("[aria-live]")
    for value in range(6):
        move_to(root, value)
        expect(aloud).to_be_empty(timeout=100)
    expect(aloud).to_have_text("A sine wave, moved by 1.25.")


def test_an_impossible_position_is_marked_and_left_again(
    folder: Path, address: str, read: Callable[..., Visit]
) -> None:
    explorer = waves(impossible=no_square_at_rest)
    write(folder, explorer)
    visit = read(f"{address}/page.html")
    root = figure_of(visit.page)
    says, picture = root.locator(".examlab-says"), root.locator(".examlab-wide")
    root.get_by_role("radio", name="a square").check()
    move_to(root, 0)
    expect(says).to_have_text("A square wave at rest is not shown.")
    expect(picture).to_have_class(re.compile("examlab-impossible"))
    expect(picture).to_have_css("opacity", re.compile(r"0\.\d+"))
    move_to(root, 1)
    expect(says).to_have_text(explorer.description((1, 1)))
    expect(picture).not_to_have_class(re.compile("examlab-impossible"))
    assert visit.trouble == []


def test_two_figures_do_not_disturb_each_other(
    folder: Path, address: str, read: Callable[..., Visit]
) -> None:
    write(folder, waves(), film(), waves(impossible=no_square_at_rest))
    page = read(f"{address}/page.html").page
    first, second, third = (figure_of(page, number) for number in range(3))
    before = [markup(second), markup(third)]
    move_to(first, 5)
    first.get_by_role("radio", name="a square").check()
    assert [markup(second), markup(third)] == before
    expect(third.get_by_role("radio", name="a sine")).to_be_checked()
    expect(third.locator("output")).to_have_text("0.50 rad")
    moved = markup(first)
    move_to(second, 3)
    move_to(third, 1)
    assert markup(first) == moved
    assert [markup(second), markup(third)] != before
    identities = page.evaluate("[...document.querySelectorAll('main [id]')].map(node => node.id)")
    ours = [identity for identity in identities if identity.startswith("explore-")]
    assert len(ours) == len(set(ours)) > 0


def test_a_film_plays_pauses_and_ends(folder: Path, address: str, read: Callable[..., Visit]) -> None:
    write(folder, film())
    root = figure_of(read(f"{address}/page.html").page)
    slider_, says = root.get_by_role("slider"), root.locator(".examlab-says")
    button = root.get_by_role("button")
    expect(button).to_have_text("Play")
    expect(button).to_have_accessible_name("Play: Step")
    button.press("Enter")
    expect(button).to_have_text("Pause")
    expect(button).to_have_accessible_name("Pause: Step")
    expect(slider_).not_to_have_value("0")
    button.press("Enter")
    expect(button).to_have_text("Play")
    stopped = slider_.input_value()
    assert 0 < int(stopped) < 4
    root.page.wait_for_timeout(400)
    assert slider_.input_value() == stopped
    button.press("Enter")
    expect(says).to_have_text("4 dots.")
    expect(button).to_have_text("Play")
    expect(button).to_have_accessible_name("Play: Step")
    button.press("Enter")  # from the end it begins again
    expect(says).to_have_text("1 dots.")
    expect(says).to_have_text("4 dots.")


def test_a_slider_without_time_has_no_button(folder: Path, address: str, read: Callable[..., Visit]) -> None:
    write(folder, waves())
    expect(figure_of(read(f"{address}/page.html").page).get_by_role("button")).to_have_count(0)


# ---- Frames that come later


@pytest.fixture
def far(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A page with a figure far below its top, whose frames stand in files of their own."""
    monkeypatch.setattr(frames_apart, "INLINE_LIMIT", 0)
    write(folder, FAR, waves(), apart=True)


@pytest.mark.usefixtures("far")
def test_frames_come_when_their_figure_comes_near(address: str, read: Callable[..., Visit]) -> None:
    visit = read(f"{address}/page.html")
    visit.page.wait_for_load_state("networkidle")
    assert frame_files(visit) == []
    root = figure_of(visit.page)
    assert len(frame_files(visit)) == 1, "only the layout that is seen"
    before = markup(root)
    move_to(root, 5)
    assert markup(root) != before
    visit.page.set_viewport_size({"width": 390, "height": 800})
    expect(root).to_have_attribute("data-ready", "narrow")
    assert len(set(frame_files(visit))) == len(frame_files(visit)) == 2
    expect(root.locator(".examlab-says")).to_have_text("A sine wave, moved by 1.25.")
    assert visit.trouble == []


@pytest.mark.usefixtures("far")
def test_frames_come_from_a_folder_too(folder: Path, read: Callable[..., Visit]) -> None:
    visit = read((folder / "page.html").as_uri())
    root = figure_of(visit.page)
    move_to(root, 0)
    expect(root.locator(".examlab-says")).to_have_text("A sine wave, moved by 0.00.")
    assert visit.trouble == []


def test_one_file_serves_two_figures(
    folder: Path, address: str, read: Callable[..., Visit], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(frames_apart, "INLINE_LIMIT", 0)
    write(folder, waves(), waves(label="Phase again"), apart=True)
    visit = read(f"{address}/page.html")
    first, second = figure_of(visit.page, 0), figure_of(visit.page, 1)
    assert len(frame_files(visit)) == 1
    move_to(second, 0)
    assert markup(first) != markup(second)


def test_a_still_figure_takes_no_frames_of_its_neighbour(
    folder: Path, address: str, read: Callable[..., Visit], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(frames_apart, "INLINE_LIMIT", 0)
    write(folder, still(), waves(), still(), film(), apart=True)
    visit = read(f"{address}/page.html")
    for number in (1, 3):
        root = figure_of(visit.page, number)
        before = markup(root)
        move_to(root, 3)
        assert markup(root) != before
    assert visit.trouble == []


@pytest.mark.usefixtures("far")
def test_a_figure_whose_frames_do_not_come_stays_and_says_so(
    folder: Path, address: str, read: Callable[..., Visit]
) -> None:
    frames = folder / "_frames"
    frames.rename(folder / "lost")
    page = read(f"{address}/page.html").page
    root = page.locator(".examlab-explore")
    before = markup(root)
    root.scroll_into_view_if_needed()
    expect(root).to_have_attribute("data-failed", "true")
    move_to(root, 0)
    assert markup(root) == before
    expect(root.locator(".examlab-says")).to_have_text("A sine wave, moved by 0.50.")
    # The next move asks again.
    (folder / "lost").rename(frames)
    move_to(root, 1)
    expect(root.locator(".examlab-says")).to_have_text("A sine wave, moved by 0.25.")
    expect(root).not_to_have_attribute("data-failed", "true")
    assert markup(root) != before


@pytest.mark.usefixtures("far")
def test_half_a_file_is_no_file(folder: Path, address: str, read: Callable[..., Visit]) -> None:
    for path in (folder / "_frames").glob("*.js"):
        path.write_text(path.read_text(encoding="utf-8")[:100], encoding="utf-8")
    root = read(f"{address}/page.html").page.locator(".examlab-explore")
    root.scroll_into_view_if_needed()
    expect(root).to_have_attribute("data-failed", "true")


@pytest.mark.usefixtures("far")
def test_moves_before_the_frames_come_end_where_the_hand_ends(
    address: str, read: Callable[..., Visit]
) -> None:
    visit = read(f"{address}/page.html")
    held: list[Route] = []
    visit.page.route("**/_frames/*", lambda route: held.append(route))
    root = visit.page.locator(".examlab-explore")
    root.scroll_into_view_if_needed()
    visit.page.wait_for_event("request", lambda request: "/_frames/" in request.url) if not held else None
    for value in (0, 3, 5, 1, 4):
        move_to(root, value)
    expect(root.locator("output")).to_have_text("1.00 rad")
    held[0].continue_()
    expect(root.locator(".examlab-says")).to_have_text("A sine wave, moved by 1.00.")
    assert len(held) == 1


def test_fast_dragging_ends_where_the_hand_ends(
    folder: Path, address: str, read: Callable[..., Visit]
) -> None:
    explorer = waves()
    write(folder, explorer)
    root = figure_of(read(f"{address}/page.html").page)
    move_to(root, 3)
    expected = markup(root)
    root.get_by_role("slider").evaluate("""node => {
      for (let move = 0; move < 200; move += 1) {
        node.value = (move * 7) % 6;
        node.dispatchEvent(new Event("input", { bubbles: true }));
      }
      node.value = 3;
      node.dispatchEvent(new Event("input", { bubbles: true }));
    }""")
    expect(root.locator(".examlab-says")).to_have_text(explorer.description((3, 0)))
    assert markup(root) == expected


# ---- Other ways to read


def test_without_javascript_the_start_is_shown(
    folder: Path, address: str, read: Callable[..., Visit]
) -> None:
    write(folder, waves())
    page = read(f"{address}/page.html", java_script_enabled=False).page
    expect(page.locator(".examlab-wide svg")).to_be_visible()
    expect(page.locator(".examlab-says")).to_have_text("A sine wave, moved by 0.50.")
    expect(page.locator(".examlab-says")).to_be_visible()
    expect(page.locator("input")).to_have_count(3)
    expect(page.locator("input:visible")).to_have_count(0)
    expect(page.locator(".examlab-narrow")).to_be_hidden()


def test_paper_shows_the_wide_picture_and_values_without_controls(
    folder: Path, address: str, read: Callable[..., Visit]
) -> None:
    write(folder, waves())
    page = read(f"{address}/page.html", width=390).page
    root = figure_of(page, layout="narrow")
    expect(root.locator(".examlab-controls")).to_be_visible()
    page.emulate_media(media="print")
    expect(root.locator("input:visible, button:visible")).to_have_count(0)
    expect(root.locator("output").first).to_be_visible()
    expect(root.locator(".examlab-wide")).to_be_visible()
    expect(root.locator(".examlab-narrow")).to_be_hidden()
    expect(root.locator(".examlab-says")).to_have_text("A sine wave, moved by 0.50.")


@pytest.mark.usefixtures("far")
def test_paper_never_puts_words_beside_another_picture(address: str, read: Callable[..., Visit]) -> None:
    page = read(f"{address}/page.html", width=390).page
    root = figure_of(page, layout="narrow")
    says, printed = root.locator(".examlab-says"), markup(root, "wide")
    move_to(root, 5)
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert markup(root, "wide") == printed, "the frames of the wide picture have not come"
    expect(says).to_have_text("A sine wave, moved by 0.50.")
    page.emulate_media(media="print")
    expect(root.locator(".examlab-controls")).to_be_hidden()
    page.emulate_media(media="screen")
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    expect(says).to_have_text("A sine wave, moved by 1.25.")
    expect(root.locator(".examlab-controls")).to_be_visible()


def test_a_figure_without_controls_is_only_shown(
    folder: Path, address: str, read: Callable[..., Visit]
) -> None:
    write(folder, still())
    visit = read(f"{address}/page.html")
    expect(visit.page.get_by_role("img")).to_have_accessible_name("Three dots.")
    expect(visit.page.locator("input, button, script.examlab-frames")).to_have_count(0)
    assert visit.trouble == []


def test_hostile_words_stay_words(folder: Path, address: str, read: Callable[..., Visit]) -> None:
    hostile = """</script><!--<script><img src=x onerror="document.title='hit'">&amp;'"</figure>"""
    explorer = explore(
        dots,
        describe=lambda step: f"{step} {hostile}",
        step=slider(hostile, [1, 2, 3], unit=hostile, format="{:g} <b>{{}}"),
    )
    write(folder, explorer, film())
    visit = read(f"{address}/page.html")
    root = figure_of(visit.page)
    expect(root.get_by_role("slider")).to_have_accessible_name(hostile)
    move_to(root, 2)
    expect(root.locator(".examlab-says")).to_have_text(f"3 {hostile}")
    expect(root.locator("output")).to_have_text(explorer.parameters["step"].texts[2])
    expect(visit.page.locator("img, b")).to_have_count(0)
    figure_of(visit.page, 1)
    assert visit.page.title() == "Figures"
    assert visit.trouble == []


def test_dark_mode_changes_the_colours_of_the_picture(
    folder: Path, address: str, read: Callable[..., Visit]
) -> None:
    palette = (ASSETS / "palette.css").read_text(encoding="utf-8")
    colour, dark = re.findall(r"--x([0-9a-f]{6}): #([0-9a-f]{6})", palette)[0]

    def line() -> Figure:
        figure = Figure(figsize=(4, 2))
        figure.add_axes((0.1, 0.1, 0.8, 0.8)).plot([0, 1], color=f"#{colour}", linewidth=5)
        return figure

    write(folder, explore(line, describe=lambda: "A line."))
    page = read(f"{address}/page.html").page
    stroke = page.locator(f"svg [stroke*='{colour}']").first
    light = stroke.evaluate("node => getComputedStyle(node).stroke")
    page.evaluate("document.documentElement.dataset.theme = 'dark'")
    assert light == rgb(colour)
    assert stroke.evaluate("node => getComputedStyle(node).stroke") == rgb(dark)


def rgb(colour: str) -> str:
    """Return a colour as a browser writes it."""
    return f"rgb({', '.join(str(int(colour[at : at + 2], 16)) for at in (0, 2, 4))})"
