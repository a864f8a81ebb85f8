"""Every notebook in a real JupyterLab: it runs, its sliders have names and move the picture.

What a notebook should show is read from its source, so that nothing is passed over in silence.
`make test-notebook7` does the same with a few notebooks in Jupyter Notebook 7.
"""

from __future__ import annotations

import ast
import json
import re
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from statistics import median, quantiles
from typing import Any

import pytest
from IPython.core.inputtransformer2 import TransformerManager
from playwright.sync_api import CDPSession, Locator, Page, expect

from examlab.figures import style
from tests.lab.conftest import NOTEBOOK7, ROOT, Lab, command

NOTEBOOKS = sorted(
    path.relative_to(ROOT / "notebooks").as_posix() for path in ROOT.glob("notebooks/*/*.ipynb")
)
OPEN_SECONDS = 60
RUN_SECONDS = 120
SLOWEST_MOVE = 2.0
"""Seconds from a key to the changed picture that are too many even on a busy machine."""


# ---- What a notebook should show


@dataclass(frozen=True)
class Figure:
    """What one call of `explore` or `show` asks for."""

    sliders: list[str]
    choices: list[str]
    moments: list[str]
    """The sliders that move through time."""


@dataclass(frozen=True)
class Source:
    """What a notebook holds, as its file says."""

    code_cells: int
    markdown: list[str]
    figures: list[Figure]
    checks: int
    checks_used: set[str]


def read(notebook: str) -> Source:
    cells = json.loads((ROOT / "notebooks" / notebook).read_text(encoding="utf-8"))["cells"]
    texts = {
        kind: ["".join(c["source"]) for c in cells if c["cell_type"] == kind] for kind in ("code", "markdown")
    }
    calls = [call for text in texts["code"] if (call := shown(text))]
    return Source(
        code_cells=sum(bool(text.strip()) for text in texts["code"]),
        markdown=texts["markdown"],
        figures=[figure(call) for call in calls if name_of(call) in ("explore", "show")],
        checks=sum(name_of(call) == "check" for call in calls),
        checks_used={
            name_of(part)
            for call in calls
            if name_of(call) == "check"
            for part in call.args
            if isinstance(part, ast.Call)
        },
    )


def shown(code: str) -> ast.Call | None:
    """Return the call that ends a cell, whose value the notebook shows."""
    body = ast.parse(TransformerManager().transform_cell(code)).body
    last = body[-1] if body else None
    return last.value if isinstance(last, ast.Expr) and isinstance(last.value, ast.Call) else None


def name_of(call: ast.Call) -> str:
    return call.func.id if isinstance(call.func, ast.Name) else ""


def figure(call: ast.Call) -> Figure:
    parameters = [k.value for k in call.keywords if isinstance(k.value, ast.Call)]
    labels = {
        kind: [ast.literal_eval(p.args[0]) for p in parameters if name_of(p) == kind]
        for kind in ("slider", "choice")
    }
    moments = [
        ast.literal_eval(p.args[0])
        for p in parameters
        if any(k.arg == "time" and ast.literal_eval(k.value) for k in p.keywords)
    ]
    return Figure(labels["slider"], labels["choice"], moments)


def parts(notebook: str) -> set[str]:
    """Return the kinds of controls and of self-checks that a notebook has."""
    source = read(notebook)
    kinds = {
        "slider": any(figure.sliders for figure in source.figures),
        "choice": any(figure.choices for figure in source.figures),
        "moment": any(figure.moments for figure in source.figures),
    }
    return {kind for kind, there in kinds.items() if there} | source.checks_used


def a_few_with_every_part(notebooks: list[str]) -> list[str]:
    """Return few notebooks that hold together every part that any of them has, always the same ones."""
    few: list[str] = []
    missing: set[str] = set().union(*map(parts, notebooks))
    while missing:
        few.append(max(notebooks, key=lambda notebook: len(missing & parts(notebook))))
        missing -= parts(few[-1])
    return sorted(few)


FEW = a_few_with_every_part(NOTEBOOKS)
FIRST = {notebook.split("/")[0]: notebook for notebook in reversed(NOTEBOOKS)}
OPENED = sorted({*FEW, *FIRST.values()}) if NOTEBOOK7 else NOTEBOOKS
"""The notebooks that are opened. Notebook 7 is built from the parts of JupyterLab: a few will do."""

# A part behaves alike wherever it stands: what is the same code in every notebook is tried in a few.
once_for_each_part = pytest.mark.parametrize("opened", FEW, indirect=True, scope="module")


def test_there_are_notebooks_and_they_have_sliders() -> None:
    assert any(figure.sliders for notebook in NOTEBOOKS for figure in read(notebook).figures)


def test_this_is_the_application_that_is_meant(
    page: Page, record_property: Callable[[str, str], None]
) -> None:
    name, version = page.evaluate("() => [window.jupyterapp.name, window.jupyterapp.version]")
    record_property("measured", f"{name} {version}")
    assert name == ("Jupyter Notebook" if NOTEBOOK7 else "JupyterLab")


def test_a_few_notebooks_have_every_part() -> None:
    assert len(FEW) < len(NOTEBOOKS)
    assert set().union(*map(parts, FEW)) >= {"slider", "choice", "moment", "one_of", "number", "order"}


# ---- A notebook that was opened and run, once for all its tests

STATE = """() => {
  const panel = window.jupyterapp?.shell.currentWidget;
  const kernel = panel?.context?.sessionContext?.session?.kernel;
  if (!kernel || !panel.content?.model) return null;
  const code = [...panel.content.model.cells]
    .filter((cell) => cell.type === "code" && cell.sharedModel.source.trim());
  return {
    kernel: kernel.status,
    cells: panel.content.model.cells.length,
    active: panel.content.activeCellIndex,
    counts: code.map((cell) => cell.executionCount),
    errors: code.flatMap((cell) => cell.outputs.toJSON())
      .filter((output) => output.output_type === "error" || output.name === "stderr")
      .map((output) => [output.evalue ?? output.text].flat().join("")),
  };
}"""


@dataclass
class Opened:
    """A notebook in a browser, run from top to bottom."""

    name: str
    source: Source
    page: Page
    cdp: CDPSession
    page_errors: list[str]
    seconds: dict[str, float] = field(default_factory=dict)

    def state(self) -> dict[str, Any]:
        return dict(self.page.evaluate(STATE))

    @property
    def figures(self) -> Locator:
        return self.page.locator(".examlab-live")

    def accessible(self, selector: str, index: int, role: str) -> list[str]:
        """Return the names that Chromium's accessibility tree gives to a role inside an element."""
        element = f"document.querySelectorAll({json.dumps(selector)})[{index}]"
        found = self.cdp.send("Runtime.evaluate", {"expression": element})["result"]["objectId"]
        nodes = self.cdp.send("Accessibility.queryAXTree", {"objectId": found, "role": role})["nodes"]
        return [node["name"]["value"] for node in nodes if not node["ignored"]]


@pytest.fixture(scope="module", params=OPENED)
def opened(request: pytest.FixtureRequest, lab: Lab, page: Page) -> Iterator[Opened]:
    """A notebook, opened alone with a fresh kernel, with every cell run."""
    errors: list[str] = []
    page.on("pageerror", listener := lambda error: errors.append(error.stack or str(error)))
    found = Opened(request.param, read(request.param), page, page.context.new_cdp_session(page), errors)
    try:
        begin = time.monotonic()
        lab.open(page, f"notebooks/{request.param}")
        wait(page, "state?.kernel === 'idle'", OPEN_SECONDS)
        found.seconds["open"] = time.monotonic() - begin
        begin = time.monotonic()
        command(page, "notebook:run-all-cells")
        wait(page, "state?.kernel === 'idle' && state.counts.every(Boolean)", RUN_SECONDS)
        found.seconds["run"] = time.monotonic() - begin
        yield found
    finally:
        page.remove_listener("pageerror", listener)
        lab.close(page)


def wait(page: Page, condition: str, seconds: float) -> None:
    page.wait_for_function(
        f"() => {{ const state = ({STATE})(); return {condition}; }}", timeout=1000 * seconds
    )


def until(locator: Locator, condition: str) -> None:
    """Wait until a function of an element is true."""
    locator.page.wait_for_function(condition, arg=locator.element_handle(), timeout=20_000)


def scroll_to(locator: Locator) -> Locator:
    """Bring an element into view and wait until JupyterLab, which lays cells out late, leaves it there."""
    locator.scroll_into_view_if_needed()
    locator.evaluate("(element) => element.scrollIntoView({ block: 'center' })")
    expect(locator).to_be_in_viewport()
    return locator


# ---- Run all


def test_every_cell_runs_without_an_error(
    opened: Opened, record_property: Callable[[str, str], None]
) -> None:
    state = opened.state()
    assert state["errors"] == []
    assert len(state["counts"]) == opened.source.code_cells
    expect(opened.figures.locator(".examlab-picture svg")).to_have_count(len(opened.source.figures))
    expect(opened.page.locator(".examlab-check")).to_have_count(opened.source.checks)
    opening, running = opened.seconds["open"], opened.seconds["run"]
    record_property("measured", f"{opened.name}: opened in {opening:.1f} s, ran in {running:.1f} s")


@once_for_each_part
def test_everything_runs_again_after_a_restart(opened: Opened) -> None:
    before, figures = opened.state(), opened.figures.locator(".examlab-picture svg")
    gone = figures.first.element_handle() if opened.source.figures else None
    opened.page.evaluate("() => void window.jupyterapp.commands.execute('notebook:restart-run-all')")
    opened.page.get_by_role("dialog").get_by_role("button", name="Confirm Kernel Restart").click()
    if gone:
        gone.wait_for_element_state("hidden", timeout=1000 * RUN_SECONDS)
    wait(opened.page, "state?.kernel === 'idle' && state.counts.every(Boolean)", RUN_SECONDS)
    assert opened.state() == before | {"active": opened.state()["active"]}
    expect(figures).to_have_count(len(opened.source.figures))


# ---- Names


def test_every_control_has_a_name(opened: Opened) -> None:
    for index, wanted in enumerate(opened.source.figures):
        live = opened.figures.nth(index)
        scroll_to(live)
        expect(live.locator("[role=slider]")).to_have_count(len(wanted.sliders))
        assert opened.accessible(".examlab-live", index, "slider") == wanted.sliders
        assert opened.accessible(".examlab-live", index, "radiogroup") == wanted.choices
        plays = [f"Play: {name}" for name in wanted.moments]
        assert opened.accessible(".examlab-live", index, "button") == plays
        [picture] = opened.accessible(".examlab-live", index, "image")
        assert picture == live.get_by_role("status").inner_text()
        assert all(opened.accessible(".examlab-live", index, "radio"))


@once_for_each_part
def test_a_slider_says_its_value_as_it_is_written(opened: Opened) -> None:
    for live in opened.figures.all():
        for slider in scroll_to(live).locator(".examlab-slider").all():
            readout, handle = slider.locator(".widget-readout"), slider.get_by_role("slider")
            expect(readout).to_have_text(re.compile("."), use_inner_text=True)  # not at once
            expect(handle).to_have_attribute("aria-valuetext", readout.inner_text())
            # An editable text that takes nothing would be one more stop for the keyboard.
            expect(slider.locator("[contenteditable=true]")).to_have_count(0)
            status, was = live.get_by_role("status"), readout.inner_text()
            says = status.inner_text()
            keys = ["ArrowRight", "ArrowLeft"]
            there, back = keys if at(handle, "now") < at(handle, "max") else reversed(keys)
            handle.press(there)
            expect(readout).not_to_have_text(was, use_inner_text=True)
            expect(handle).to_have_attribute("aria-valuetext", readout.inner_text())
            expect(status).not_to_have_text(says, timeout=20_000)
            handle.press(back)
            expect(status).to_have_text(says, timeout=20_000)


def at(slider: Locator, end: str) -> float:
    """Return where a slider stands (now), or may stand (min, max)."""
    return float(slider.get_attribute(f"aria-value{end}") or "nan")


# ---- Moving

WATCH = """(live) => {
  const picture = live.querySelector(".examlab-picture");
  const seen = { times: [], heights: [], empty: 0, watching: true };
  const drawn = () => picture.querySelector("svg")?.childElementCount > 1;
  let pressed;
  live.addEventListener("keydown", (event) => (pressed = event.timeStamp), true);
  new MutationObserver(() => {
    if (!drawn()) seen.empty += 1;
    else if (pressed) { seen.times.push(performance.now() - pressed); pressed = undefined; }
  }).observe(picture, { childList: true, subtree: true });
  (function frame() {
    if (!drawn()) seen.empty += 1;
    const { height } = picture.getBoundingClientRect();
    if (seen.heights.at(-1) !== height) seen.heights.push(height);
    if (seen.watching) requestAnimationFrame(frame);
  })();
  live.seen = seen;
}"""
DRAWING = "(live) => live.querySelector('.examlab-picture svg').innerHTML"


@dataclass
class Moved:
    """What was seen of one figure while its sliders moved."""

    drawings: dict[str, set[str]]
    times: list[float]
    heights: list[float]
    empty: int


@pytest.fixture(scope="module")
def moved(opened: Opened) -> list[Moved]:
    """What happens at both ends of every slider, figure by figure."""
    seen = []
    for index, wanted in enumerate(opened.source.figures):
        live = opened.figures.nth(index)
        if wanted.sliders:
            sliders = scroll_to(live).get_by_role("slider")
            live.evaluate(WATCH)
            drawings = {name: move(live, sliders.nth(n)) for n, name in enumerate(wanted.sliders)}
            live.evaluate("(live) => { live.seen.watching = false; }")
            result = live.evaluate("(live) => live.seen")
            seen.append(Moved(drawings, result["times"], result["heights"], result["empty"]))
    return seen


def move(live: Locator, slider: Locator) -> set[str]:
    """Move a slider to both of its ends with the keyboard, then put it back; return the drawings."""
    slider.focus()
    start, low = (slider.get_attribute(f"aria-value{end}") or "" for end in ("now", "min"))
    says = live.get_by_role("status").inner_text()
    drawings = {live.evaluate(DRAWING)}
    for key, end in (("End", "max"), ("Home", "min")) if start == low else (("Home", "min"), ("End", "max")):
        press(live, slider, key)
        assert at(slider, "now") == at(slider, end), f"{key} does not lead to the end of the slider"
        drawings.add(live.evaluate(DRAWING))
    if slider.get_attribute("aria-valuenow") != start:
        slider.evaluate("(at, value) => at.closest('.noUi-target').noUiSlider.set(value)", start)
    expect(slider).to_have_attribute("aria-valuenow", start)
    expect(live.get_by_role("status")).to_have_text(says, timeout=20_000)
    return drawings


def press(live: Locator, slider: Locator, key: str) -> None:
    """Press a key and wait for its answer: new words, and a new picture between two possible positions."""
    stale = live.locator(".examlab-stale")
    says = live.get_by_role("status").inner_text()
    drawn, was_possible = live.evaluate("(live) => live.seen.times.length"), stale.count() == 0
    slider.press(key)
    expect(live.get_by_role("status")).not_to_have_text(says, timeout=20_000)
    # A position that makes no sense says why; one that fails, and keeps the picture too, says this.
    assert "could not be drawn" not in live.get_by_role("status").inner_text()
    if was_possible and stale.count() == 0:
        until(live, f"(live) => live.seen.times.length > {drawn}")


def test_moving_a_slider_changes_the_picture(opened: Opened, moved: list[Moved]) -> None:
    assert len(moved) == sum(bool(figure.sliders) for figure in opened.source.figures)
    for figure in moved:
        for name, drawings in figure.drawings.items():
            assert len(drawings) > 1, f"the slider {name!r} moves, and the drawing stays the same"


def test_the_picture_changes_soon(
    opened: Opened, moved: list[Moved], record_property: Callable[[str, str], None]
) -> None:
    times = [time / 1000 for figure in moved for time in figure.times]
    # Where one end of a slider makes no sense, the picture stays.
    assert len(times) >= sum(len(figure.sliders) for figure in opened.source.figures)
    if times:
        late = quantiles(times, n=20, method="inclusive")[-1]
        record_property(
            "measured",
            f"{opened.name}: key to changed picture, median {1000 * median(times):.0f} ms, "
            f"p95 {1000 * late:.0f} ms, {len(times)} keys",
        )
        assert median(times) < SLOWEST_MOVE


def test_moving_does_not_flicker(moved: list[Moved]) -> None:
    for figure in moved:
        assert figure.empty == 0, "a picture was empty for a moment"
        assert len(figure.heights) == 1, f"a picture changed its height: {figure.heights}"


def test_the_readout_follows(opened: Opened, moved: list[Moved]) -> None:
    for live in opened.figures.all():
        label = live.locator(".examlab-picture svg").get_attribute("aria-label")
        expect(live.get_by_role("status")).to_have_text(label or "a picture without a description")
        assert live.locator(".examlab-stale").count() == 0


@once_for_each_part
def test_the_keyboard_chooses(opened: Opened) -> None:
    for index, wanted in enumerate(opened.source.figures):
        for name in wanted.choices:
            live = opened.figures.nth(index)
            radios = live.get_by_role("radiogroup", name=name, exact=True).get_by_role("radio")
            before = opened.state()
            scroll_to(radios.first)
            radios.last.check()
            wait(opened.page, "state.kernel === 'idle'", 20)
            was = live.evaluate(DRAWING)
            radios.last.press("ArrowDown")  # the one after the last is the first
            expect(radios.first).to_be_checked()
            until(live, f"(live) => ({DRAWING})(live) !== {json.dumps(was)}")
            assert opened.state()["active"] == before["active"], "the arrow moved to another cell"


@once_for_each_part
@pytest.mark.parametrize(
    "stops",
    [
        ".examlab-live :is([role=slider], input, button)",
        ".examlab-check :is(input, button, summary)",
    ],
    ids=["figure", "check"],
)
def test_a_key_is_no_command_of_jupyterlab(opened: Opened, stops: str) -> None:
    cells = opened.state()["cells"]
    for stop in opened.page.locator(stops).locator("visible=true").all():
        scroll_to(stop).focus()
        active = opened.state()["active"]
        for key in ("b", "ArrowDown"):  # which elsewhere insert a cell, and go to another one
            opened.page.keyboard.press(key)
        assert opened.state()["active"] == active, "an arrow went to another cell"
    assert opened.state()["cells"] == cells, "a letter inserted a cell"


@once_for_each_part
def test_play(opened: Opened) -> None:
    for index, wanted in enumerate(opened.source.figures):
        for name in wanted.moments:
            live = opened.figures.nth(index)
            slider = live.get_by_role("slider", name=name, exact=True)
            button = live.get_by_role("button", name=f"Play: {name}", exact=True)
            scroll_to(button)
            slider.press("Home")
            expect(slider).to_have_attribute("aria-valuenow", slider.get_attribute("aria-valuemin") or "")
            was = live.evaluate(DRAWING)
            button.press("Enter")
            expect(button).to_have_attribute("aria-pressed", "true")
            until(slider, "(slider) => slider.getAttribute('aria-valuenow') >= 3")
            until(live, f"(live) => ({DRAWING})(live) !== {json.dumps(was)}")
            button.press("Enter")
            expect(button).to_have_attribute("aria-pressed", "false")
            wait(live.page, "state.kernel === 'idle'", 20)
            here = slider.get_attribute("aria-valuenow")
            live.page.wait_for_timeout(600)
            assert slider.get_attribute("aria-valuenow") == here, "it goes on after the pause"


# ---- Self-checks, text, theme


@once_for_each_part
def test_a_check_answered_right_says_so(opened: Opened) -> None:
    for check in opened.page.locator(".examlab-check").all():
        spec = json.loads(check.locator("script.examlab-check-spec").text_content() or "")
        scroll_to(check.get_by_role("button", name="Check", exact=True))
        answer(check, spec)
        check.get_by_role("button", name="Check", exact=True).click()
        expect(check.get_by_role("status")).to_contain_text(spec["texts"]["right"])


def answer(check: Locator, spec: dict[str, Any]) -> None:
    """Answer a check right, as its own specification says."""
    match spec["kind"]:
        case "one" | "several":
            for index in spec["right"]:
                check.get_by_label(spec["choices"][index], exact=True).check()
        case "number":
            type_into(check.get_by_role("textbox"), str(spec["value"]))
        case "table":
            for cell in spec["cells"]:
                type_into(check.get_by_role("textbox", name=cell["name"], exact=True), str(cell["value"]))
        case "order":
            for index in spec["right"]:
                check.get_by_role("button", name=spec["choices"][index], exact=True).click()
        case other:
            pytest.fail(f"a check of an unknown kind: {other}")


def type_into(textbox: Locator, text: str) -> None:
    """Type letter by letter, any of which JupyterLab could take for a command."""
    textbox.clear()
    textbox.press_sequentially(text)
    expect(textbox).to_have_value(text)


RAW = re.compile(r"\{[a-z:]+\}`|^\s*:::|\$|\\begin\{", re.MULTILINE)


RENDERED = """(cells) => cells.map((cell) => {
  const text = cell.querySelector(".myst")?.cloneNode(true);
  if (!text) return null;
  const links = [...text.querySelectorAll("a")].map((link) => link.textContent.trim());
  const [formulas, errors] = [".katex", ".katex-error"].map((name) => text.querySelectorAll(name).length);
  // Such signs are meant in code and in formulas.
  for (const part of text.querySelectorAll("code, .katex")) part.remove();
  return { text: text.textContent, formulas, errors, links };
})"""


def test_markdown_is_rendered(opened: Opened) -> None:
    cells = opened.page.locator(".jp-MarkdownCell")
    expect(cells).to_have_count(len(opened.source.markdown))
    expect(cells.locator(".myst")).to_have_count(len(opened.source.markdown))
    for source, shown in zip(opened.source.markdown, cells.evaluate_all(RENDERED), strict=True):
        assert shown, f"not rendered: {source}"
        assert not RAW.search(shown["text"]), f"not rendered: {RAW.search(shown['text'])}"
        assert (shown["formulas"] > 0) == ("$" in source)
        assert shown["errors"] == 0
        assert set(map(str.strip, re.findall(r"\{term\}`([^`<]+)`", source))) <= set(shown["links"])


def test_links_to_other_pages_lead_somewhere(opened: Opened) -> None:
    inner = r"\]\((?!https?:|mailto:|#)[^)\s]+\)"
    wanted = sum(len(re.findall(inner, text)) for text in opened.source.markdown)
    links = opened.page.locator(".jp-MarkdownCell .myst a[href*='/files/']")
    expect(links).to_have_count(wanted)
    for link in links.all():
        address = link.get_attribute("href") or ""
        assert opened.page.request.get(address).ok, f"{link.inner_text()!r} leads nowhere: {address}"


@once_for_each_part
def test_the_dark_theme_recolours_the_figure(opened: Opened) -> None:
    ink = f"(live) => getComputedStyle(live).getPropertyValue('--x{style.INK[1:]}')"
    opened.page.emulate_media(color_scheme="dark")  # as a reader's system prefers
    try:
        expect(opened.page.locator("body")).to_have_attribute("data-jp-theme-light", "false")
        for live in opened.figures.all():
            assert live.evaluate(ink).strip() == style.DARK[style.INK]
    finally:
        opened.page.emulate_media(color_scheme="light")
    expect(opened.page.locator("body")).to_have_attribute("data-jp-theme-light", "true")
    assert all(not live.evaluate(ink) for live in opened.figures.all())


def test_no_script_of_ours_failed(opened: Opened) -> None:
    # Ours stand in the page itself, JupyterLab's and its extensions' in files.
    assert [error for error in opened.page_errors if "/static/" not in error] == []
