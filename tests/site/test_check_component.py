"""Self-checks in a real browser: every kind, by mouse and by keyboard, on the site and live."""

from __future__ import annotations

import random
import re
import shutil
import threading
from collections.abc import Callable, Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

import examlab.reading
from examlab.reading.answers import fill, number, one_of, order, several_of, table
from examlab.reading.check import SelfCheck, check

# The package has a function named check too, which hides the module from a plain import.
MODULES = [import_module(f"examlab.reading.{name}") for name in ("answers", "check")]
ASSETS = Path(examlab.reading.__file__).parent / "assets"
FACTORS = ["dJ/dy_hat", "dy_hat/dz", "dz/dh1", "dh1/dz1", "dz1/dw11"]
SOLUTION = "Here is how it is worked out."


def checks() -> dict[str, SelfCheck]:
    """One check of each kind."""
    ask = partial(check, solution=SOLUTION)
    layers = [
        [
            "convolution, 32 filters",
            "32×32×1",
            fill("16×16×32", slips={"32×32×32": "A stride of 2 halves each side."}),
        ],
        ["flatten", "8×8×64", fill(4096, slips={512: "You counted one side only."})],
        ["dense, 32 neurons", fill(4096), fill(32)],
    ]
    wrong = {"a softmax": "Over one neuron it always gives 1.", "no activation": "That is no probability."}
    return {
        "one": ask("Which output layer has the discriminator?", one_of("a sigmoid", wrong)),
        "several": ask(
            "Which of these are learned?",
            several_of(
                ["the weights", "the biases"],
                {"the stride": "It is chosen.", "the padding": "It is chosen too."},
            ),
        ),
        "number": ask(
            "How many parameters has a convolution of 32 filters 3×3 on one channel?",
            number(
                320,
                slips={288: "You forgot the biases.", 9248: "That is for 32 channels."},
                unit="parameters",
            ),
        ),
        "table": ask("Which sizes have the tensors?", table(["Layer", "Input", "Output"], layers)),
        "order": ask(
            "Put the five factors of `dJ/dw11` in order.",
            order(
                FACTORS,
                distractors={"dz2/dw11": "The other unit does not see it."},
                slips={("dz1/dw11", "dJ/dy_hat"): "Start from the loss."},
            ),
        ),
    }


RIGHT: dict[str, Any] = {
    "one": ["a sigmoid"],
    "several": ["the biases", "the weights"],
    "number": "320",
    "table": ["16x16x32", "4 096", "4096", "32"],
    "order": FACTORS,
}
SECRETS = {"one": "sigmoid", "several": "biases", "number": "320", "table": "4096", "order": "dy_hat"}
"""What a wrong answer must not be told."""

WRONG: list[tuple[str, Any, str]] = [
    ("one", ["a softmax"], "Over one neuron it always gives 1."),
    ("one", ["no activation"], "That is no probability."),
    ("several", ["the weights", "the stride"], "About “the stride”: It is chosen."),
    ("several", ["the padding"], "About “the padding”: It is chosen too."),
    ("several", ["the weights"], "What you chose is right, but something is missing."),
    ("number", "288", "You forgot the biases."),
    ("number", "9 248", "That is for 32 channels."),
    ("number", "7", "Go back to the question, and try again."),
    ("table", ["32x32x32", "512", "", ""], "Right: 0 of 4."),
    ("table", ["(16, 16, 32)", "", "7", "32.0"], "Right: 2 of 4."),
    ("order", ["dJ/dy_hat", "dz2/dw11"], "About “dz2/dw11”: The other unit does not see it."),
    ("order", FACTORS[::-1], "Start from the loss."),
    ("order", [FACTORS[0], FACTORS[2]], "In place from the start: 1 of 5."),
    ("order", FACTORS[:2], "In place from the start: 2 of 5."),
    ("order", [FACTORS[1]], "Go back to the question, and try again."),
]
EMPTY = {
    "one": "Choose an answer first.",
    "several": "Choose at least one answer first.",
    "number": "Write a number first.",
    "table": "Fill in at least one cell first.",
    "order": "Put at least one piece in place first.",
}


# ---- Pages


class Quiet(SimpleHTTPRequestHandler):
    """A server of files that lets a page load nothing but its own, and run nothing that stands in it."""

    def end_headers(self) -> None:
        self.send_header("Content-Security-Policy", "default-src 'self'")
        super().end_headers()

    def log_message(self, *_: Any) -> None:
        pass


WATCH = """
window.seen = { violations: [], events: [] };
document.addEventListener("securitypolicyviolation", (e) => seen.violations.push(e.violatedDirective));
document.addEventListener("examlab:checked", (e) => seen.events.push(e.detail));
"""


def write(folder: Path, body: str, *, head: str = "", attributes: str = "") -> Path:
    for name in ("check.css", "check.js"):
        shutil.copy(ASSETS / name, folder)
    file = folder / "page.html"
    file.write_text(
        f'<!doctype html><html lang="en" {attributes}><head><meta charset="utf-8"><title>Checks</title>'
        f'<meta name="viewport" content="width=device-width">{head}</head>'
        f"<body><main>{body}</main></body></html>",
        encoding="utf-8",
    )
    return file


SITE_HEAD = '<link rel="stylesheet" href="check.css"><script defer src="check.js"></script>'


@pytest.fixture
def server(tmp_path: Path) -> Iterator[str]:
    found = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(tmp_path)))
    threading.Thread(target=found.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{found.server_port}"
    found.shutdown()
    found.server_close()


@pytest.fixture
def open_page(browser: Browser) -> Iterator[Callable[..., Page]]:
    """Open an address, and at the end ask whether a script failed."""
    contexts, errors = [], []

    def open_address(address: str | Path, **options: Any) -> Page:
        context = browser.new_context(**options)
        contexts.append(context)
        context.add_init_script(WATCH)
        page = context.new_page()
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.goto(address if isinstance(address, str) else address.as_uri())
        return page

    yield open_address
    for context in contexts:
        context.close()
    assert not errors


@pytest.fixture(params=["site", "folder", "live"])
def page_of_checks(
    request: pytest.FixtureRequest, open_page: Callable[..., Page], tmp_path: Path, server: str
) -> Page:
    """Checks of all kinds: served under a strict policy, opened from a folder, as a notebook shows them."""
    live = request.param == "live"
    body = "".join(found.html(live=live) for found in checks().values())
    file = write(tmp_path, body, head="" if live else SITE_HEAD)
    return open_page(f"{server}/page.html" if request.param == "site" else file)


@pytest.fixture
def site_page(open_page: Callable[..., Page], tmp_path: Path) -> Page:
    """All kinds of checks, opened from a folder."""
    return open_page(
        write(tmp_path, "".join(found.html(live=False) for found in checks().values()), head=SITE_HEAD)
    )


# ---- Hands


def root(page: Page, kind: str) -> Locator:
    return page.locator(f"#{checks()[kind].id}")


class Mouse:
    """Answers with a pointer."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def press(self, button: Locator) -> None:
        button.click()

    def choose(self, choice: Locator) -> None:
        choice.click()

    def write(self, field: Locator, text: str) -> None:
        field.click()
        self.page.keyboard.type(text)


class Keyboard(Mouse):
    """Answers with the keys alone."""

    def reach(self, target: Locator) -> None:
        for _ in range(120):
            if target.evaluate("node => node === document.activeElement"):
                return
            self.page.keyboard.press("Tab")
        raise AssertionError("the Tab key does not reach it")

    def press(self, button: Locator) -> None:
        self.reach(button)
        self.page.keyboard.press("Enter")

    def choose(self, choice: Locator) -> None:
        if choice.get_attribute("type") == "checkbox":
            self.reach(choice)
            self.page.keyboard.press("Space")
            return
        group = f'[name="{choice.get_attribute("name")}"]'
        for _ in range(120):
            if self.page.evaluate("group => document.activeElement.matches(group)", group):
                break
            self.page.keyboard.press("Tab")
        self.page.keyboard.press("Space")
        while not choice.is_checked():
            self.page.keyboard.press("ArrowDown")

    def write(self, field: Locator, text: str) -> None:
        self.reach(field)
        self.page.keyboard.type(text)


def give(hand: Mouse, found: Locator, kind: str, response: Any) -> None:
    """Answer, without asking for the verdict."""
    if kind in ("one", "several"):
        for text in response:
            hand.choose(found.get_by_label(text))
    elif kind == "order":
        for piece in response:
            hand.press(found.locator(".examlab-check-pool").get_by_role("button", name=piece, exact=True))
    else:
        for field, text in zip(
            found.get_by_role("textbox").all(), [response] if kind == "number" else response, strict=True
        ):
            hand.write(field, text)


def answer(hand: Mouse, found: Locator, kind: str, response: Any) -> None:
    give(hand, found, kind, response)
    hand.press(found.get_by_role("button", name="Check"))


HANDS = [Mouse, Keyboard]


# ---- What a reader does


@pytest.mark.parametrize("hand", HANDS)
def test_a_right_answer_is_right(page_of_checks: Page, hand: type[Mouse]) -> None:
    for kind, response in RIGHT.items():
        found = root(page_of_checks, kind)
        answer(hand(page_of_checks), found, kind, response)
        expect(found.get_by_role("status")).to_have_text(
            "✓ Right. Compare your reasoning with the solution below."
        )
    events = [{"id": checks()[kind].id, "correct": True} for kind in RIGHT]
    assert page_of_checks.evaluate("seen") == {"violations": [], "events": events}


@pytest.mark.parametrize("hand", HANDS)
@pytest.mark.parametrize("kind", list(RIGHT))
def test_a_wrong_answer_meets_its_slip(site_page: Page, hand: type[Mouse], kind: str) -> None:
    found, fingers = root(site_page, kind), hand(site_page)
    again, status = found.get_by_role("button", name="Try again"), found.get_by_role("status")
    untouched = found.locator("fieldset").inner_html()
    for response, slip in [(response, slip) for name, response, slip in WRONG if name == kind]:
        expect(again).to_be_hidden()
        answer(fingers, found, kind, response)
        expect(status).to_contain_text(f"✗ Not yet. {slip}")
        expect(status).not_to_contain_text(SOLUTION)
        expect(status).not_to_contain_text(SECRETS[kind])
        expect(found.get_by_text(SOLUTION)).to_be_hidden()
        assert site_page.evaluate("seen.events.pop()") == {"id": checks()[kind].id, "correct": False}
        fingers.press(again)
        expect(status).to_be_empty()
        assert found.evaluate("node => node.querySelector('fieldset').contains(document.activeElement)")
        found.evaluate("() => document.activeElement.blur()")  # the focus has its mark for JupyterLab
        assert found.locator("fieldset").inner_html().replace(' hidden=""', "") == untouched


def test_an_empty_answer_is_no_answer(page_of_checks: Page) -> None:
    for kind, text in EMPTY.items():
        found = root(page_of_checks, kind)
        found.get_by_role("button", name="Check").click()
        expect(found.get_by_role("status")).to_have_text(text)
    assert page_of_checks.locator("[aria-invalid]").count() == 0
    assert page_of_checks.evaluate("seen") == {"violations": [], "events": []}


@pytest.mark.parametrize("hand", HANDS)
def test_the_solution_unfolds_on_request(page_of_checks: Page, hand: type[Mouse]) -> None:
    for kind in RIGHT:
        found = root(page_of_checks, kind)
        expect(found.get_by_text(SOLUTION)).to_be_hidden()
        hand(page_of_checks).press(found.locator("summary"))
        expect(found.get_by_text(SOLUTION)).to_be_visible()


def test_a_changed_answer_is_not_yet_judged(site_page: Page) -> None:
    hand = Mouse(site_page)
    more = {"one": ["a softmax"], "several": ["the stride"], "number": "1", "order": ["dz2/dw11"]}
    for kind, change in more.items():
        found = root(site_page, kind)
        answer(hand, found, kind, RIGHT[kind])
        give(hand, found, kind, change)
        expect(found.get_by_role("status")).to_be_empty()


def test_the_enter_key_checks(site_page: Page) -> None:
    for kind, response in [("number", "288"), ("table", ["", "", "", "5"]), ("one", ["a softmax"])]:
        found = root(site_page, kind)
        give(Keyboard(site_page), found, kind, response)
        site_page.keyboard.press("Enter")
        expect(found.get_by_role("status")).to_contain_text("Not yet.")


def test_an_unreadable_number_says_so(site_page: Page) -> None:
    found = root(site_page, "number")
    answer(Mouse(site_page), found, "number", "many")
    expect(found.get_by_role("status")).to_contain_text("This does not read as a number.")
    expect(found.get_by_role("textbox")).to_have_attribute("aria-invalid", "true")
    assert site_page.evaluate("seen.events") == []


def test_each_cell_is_marked(site_page: Page) -> None:
    found = root(site_page, "table")
    answer(Mouse(site_page), found, "table", ["32 × 32 × 32", "4,096", "", "many"])
    cells = found.get_by_role("textbox").all()
    assert [cell.get_attribute("aria-invalid") for cell in cells] == ["true", "false", None, "true"]
    assert [cell.locator("xpath=..").inner_text() for cell in cells] == [
        "✗ not yet",
        "✓ right",
        "",
        "✗ not yet",
    ]
    expect(cells[0]).to_have_accessible_description(
        "not yet convolution, 32 filters, Output: A stride of 2 halves each side."
    )
    expect(cells[3]).to_have_accessible_description(
        re.compile("dense, 32 neurons, Output: This does not read")
    )
    cells[0].fill("16")
    assert cells[0].get_attribute("aria-invalid") is None
    expect(found.get_by_role("status").get_by_role("listitem")).to_have_count(1)
    expect(cells[0]).to_have_accessible_description("")


@pytest.mark.parametrize("hand", HANDS)
def test_pieces_move(site_page: Page, hand: type[Mouse]) -> None:
    found, fingers = root(site_page, "order"), hand(site_page)
    give(fingers, found, "order", ["dy_hat/dz", "dJ/dy_hat", "dz2/dw11"])
    places = found.locator(".examlab-check-placed")

    def press(name: str) -> None:
        fingers.press(places.get_by_role("button", name=name, exact=True))

    def placed() -> list[str]:
        return [text.split("\n")[0] for text in places.get_by_role("listitem").all_inner_texts()]

    assert placed() == ["dy_hat/dz", "dJ/dy_hat", "dz2/dw11", "", ""]
    press("Move dy_hat/dz down")
    assert placed()[:2] == ["dJ/dy_hat", "dy_hat/dz"]
    expect(places.get_by_role("button", name="Move dy_hat/dz down", exact=True)).to_be_focused()
    expect(found.locator(".examlab-check-aloud")).to_have_text("dy_hat/dz: place 2")
    # The first piece cannot rise: its button says so, does nothing, and keeps the focus.
    top = places.get_by_role("button", name="Move dJ/dy_hat up", exact=True)
    expect(top).to_have_attribute("aria-disabled", "true")
    top.focus()
    site_page.keyboard.press("Enter")
    assert placed()[:2] == ["dJ/dy_hat", "dy_hat/dz"]
    expect(top).to_be_focused()
    press("Take dz2/dw11 out")
    assert placed() == ["dJ/dy_hat", "dy_hat/dz", "", "", ""]
    expect(found.locator(".examlab-check-pool").get_by_role("button", name="dz2/dw11")).to_be_focused()
    answer(fingers, found, "order", FACTORS[2:])
    expect(found.get_by_role("status")).to_contain_text("Right.")


# ---- What a reader types


READINGS: dict[str, list[float]] = {
    "320": [320],
    " 320 ": [320],
    "+320": [320],
    "320.": [320],
    "1,5": [1.5],
    "1.5": [1.5],
    ",5": [0.5],
    "1 234,5": [1234.5],
    "207\u202f400": [207400],
    "207\u00a0400": [207400],
    "18'496": [18496],
    "18,496": [18.496, 18496],
    "18.496": [18.496, 18496],
    "0,250": [0.25],
    "1,234,567.5": [1234567.5],
    "1.234.567,5": [1234567.5],
    "−3": [-3],
    "–3": [-3],
    "1e-3": [0.001],
    "1E−3": [0.001],
    "2,5e2": [250],
    "1/4": [0.25],
    "-1 / 4": [-0.25],
    "1\u20444": [0.25],
    "320 Parameters": [320],
    "": [],
    "many": [],
    ".": [],
    "-": [],
    "1/0": [],
    "1/2/3": [],
    "1..2": [],
    "1.2.3": [],
    "1,23,456": [],
    "1e999": [],
    "0x10": [],
    "Infinity": [],
    "NaN": [],
    "3²": [],
    "1" * 5000: [],
}


def test_numbers_are_read_as_people_write_them(site_page: Page) -> None:
    script = "texts => texts.map((text) => examlab.check.numbers(text, 'parameters'))"
    assert dict(zip(READINGS, site_page.evaluate(script, list(READINGS)), strict=True)) == READINGS


def test_numbers_come_back_as_python_writes_them(site_page: Page) -> None:
    generator = random.Random(1)
    values = [generator.uniform(-1, 1) * 10.0 ** generator.randint(-20, 20) for _ in range(300)]
    found = site_page.evaluate(
        "texts => texts.map((text) => examlab.check.numbers(text))", [repr(v) for v in values]
    )
    assert [[float(reading) for reading in readings] for readings in found] == [[value] for value in values]


def test_tolerance_bounds_what_counts(open_page: Callable[..., Page], tmp_path: Path) -> None:
    made = check("Which?", number(0.3, tolerance=0.01, slips={-0.3: "The sign."}), solution=SOLUTION)
    page = open_page(write(tmp_path, made.html(live=False), head=SITE_HEAD))
    verdicts = {
        "0,3": "Right",
        "0.31": "Right",
        "0.29": "Right",
        "0.3101": "Not yet",
        "3/10": "Right",
        "−0.305": "The sign",
    }
    for typed, verdict in verdicts.items():
        page.get_by_role("textbox").fill(typed)
        page.get_by_role("button", name="Check").click()
        expect(page.get_by_role("status")).to_contain_text(verdict)


def test_sizes_are_read_as_people_write_them(site_page: Page) -> None:
    same = ["16×16×32", "16x16x32", "16 X 16 X 32", "(16, 16, 32)", "[16;16;32]", "16*16*32"]
    others = ["16×16", "161632", "16×16×320", "32×16×16"]
    plain = "texts => texts.map(examlab.check.plain)"
    assert len(set(site_page.evaluate(plain, same))) == 1
    assert len(set(site_page.evaluate(plain, [same[0], *others]))) == 5
    assert len(set(site_page.evaluate(plain, ["  Écart-type ", "ecart\u2011type"]))) == 1


# ---- Where it stands


def test_a_strict_policy_is_kept_and_nothing_leaks(
    open_page: Callable[..., Page], tmp_path: Path, server: str
) -> None:
    body = "".join(found.html(live=False) for found in checks().values())
    globals_of = "() => Object.keys(window).filter((name) => name !== 'seen')"
    write(tmp_path, body)
    before = open_page(f"{server}/page.html").evaluate(globals_of)
    write(tmp_path, body, head=SITE_HEAD)
    page = open_page(f"{server}/page.html")
    expect(page.get_by_role("button", name="Check").first).to_be_visible()
    assert page.evaluate("seen.violations") == []
    assert set(page.evaluate(globals_of)) - set(before) == {"examlab"}


def test_scripts_may_run_again(site_page: Page) -> None:
    for _ in range(3):
        site_page.add_script_tag(path=str(ASSETS / "check.js"))
    site_page.evaluate("examlab.check.wire()")
    answer(Mouse(site_page), root(site_page, "number"), "number", "320")
    assert len(site_page.evaluate("seen.events")) == 1


INSERT = """(html) => {
  const host = document.createElement("div");
  host.innerHTML = html;
  for (const script of host.querySelectorAll("script")) {
    const copy = document.createElement("script");
    for (const { name, value } of script.attributes) copy.setAttribute(name, value);
    copy.textContent = script.textContent;
    script.replaceWith(copy);
  }
  document.querySelector("main").append(host);
}"""


def test_outputs_may_come_later_and_twice(open_page: Callable[..., Page], tmp_path: Path) -> None:
    page = open_page(write(tmp_path, ""))
    for _ in range(2):
        for made in checks().values():
            page.evaluate(INSERT, made.html(live=True))
    names = page.evaluate("[...document.querySelectorAll('[id]')].map((node) => node.id)")
    assert len(names) == len(set(names))
    for kind, response in RIGHT.items():
        first, second = page.locator(f'[id^="{checks()[kind].id}"].examlab-check').all()
        answer(Mouse(page), second, kind, response)
        expect(second.get_by_role("status")).to_contain_text("Right.")
        expect(first.get_by_role("status")).to_be_empty()
        assert page.evaluate("seen.events.at(-1)") == {"id": checks()[kind].id, "correct": True}
        answer(Mouse(page), first, kind, response)
        expect(first.get_by_role("status")).to_contain_text("Right.")


def test_a_page_without_scripts_can_be_read(open_page: Callable[..., Page], tmp_path: Path) -> None:
    body = "".join(found.html(live=False) for found in checks().values())
    page = open_page(write(tmp_path, body, head=SITE_HEAD), java_script_enabled=False)
    for kind, made in checks().items():
        found = root(page, kind)
        expect(found.locator("legend")).to_contain_text(made.prompt.replace("`", ""))
        expect(found.locator("noscript p")).to_be_visible()
        expect(found.get_by_role("button", name="Check")).to_be_hidden()
        for text in made.spec().get("choices", []):
            expect(found.get_by_text(text, exact=True)).to_be_visible()
        found.locator("summary").click()
        expect(found.get_by_text(SOLUTION)).to_be_visible()


def test_paper_shows_the_question_without_buttons(site_page: Page) -> None:
    site_page.emulate_media(media="print")
    for kind in RIGHT:
        found = root(site_page, kind)
        expect(found.locator("legend")).to_be_visible()
        expect(found.get_by_role("button", name="Check")).to_be_hidden()
        expect(found.get_by_text(SOLUTION)).to_be_hidden()


def test_every_word_comes_from_the_page(
    open_page: Callable[..., Page], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A script that holds no English: in a book of another language, every line begins in that language."""
    made = checks()
    with monkeypatch.context() as patch:
        for module in MODULES:
            patch.setattr(module, "_", lambda text: f"«{text}" if text else "")
        page = open_page(
            write(tmp_path, "".join(found.html(live=False) for found in made.values()), head=SITE_HEAD)
        )
    responses = [*WRONG, *((kind, response, "") for kind, response in RIGHT.items()), ("number", "many", "")]
    for kind, response, _ in responses:
        found = root(page, kind)
        page.reload()
        fields = [f"«{text}" if kind in ("one", "several", "order") else text for text in response]
        give(Mouse(page), found, kind, fields if isinstance(response, list) else response)
        found.locator('[data-do="answer"]').click()
        said = found.get_by_role("status").locator("p, li, strong").all_inner_texts()
        assert said
        assert all(re.match("([✓✗] )?«", line) for line in said), said
        assert all(name.startswith("«") for name in page.evaluate(
            "[...document.querySelectorAll('main [aria-label]')].map((node) => node.ariaLabel)"
        ))  # fmt: skip


# ---- Hostile hands


EVIL = '</script><script>window.pwned = 1</script><img src=x onerror="window.pwned = 1">`<b>`{piece}'


def test_hostile_texts_stay_texts(open_page: Callable[..., Page], tmp_path: Path) -> None:
    ask = partial(check, EVIL, solution=EVIL, label=EVIL)
    made = [
        ask(one_of("right", {EVIL: EVIL})),
        ask(several_of(["right"], {EVIL: EVIL})),
        ask(number(1, slips={2: EVIL}, unit=EVIL)),
        ask(table([EVIL, "b"], [[EVIL, fill("right", slips={EVIL: EVIL})]])),
        ask(order(["right", "last"], distractors={EVIL: EVIL})),
    ]
    page = open_page(write(tmp_path, "".join(found.html(live=True) for found in made)))
    shown = EVIL.replace("`", "")
    one, several, numeric, cells, pieces = page.locator(".examlab-check").all()
    one.get_by_label(shown).check()
    several.get_by_label(shown).check()
    numeric.get_by_role("textbox").fill("2")
    cells.get_by_role("textbox").fill(EVIL)
    pieces.get_by_role("button", name=shown).click()
    for found in (one, several, numeric, cells, pieces):
        found.get_by_role("button", name="Check").click()
        expect(found.get_by_role("status")).to_contain_text(shown)
    assert page.evaluate("window.pwned") is None
    assert page.locator("main img, main b").count() == 0


def test_huge_texts_do_not_stop_the_page(open_page: Callable[..., Page], tmp_path: Path) -> None:
    huge = "long " * 20_000 + "x" * 20_000
    made = check(huge, table(["a", "b"], [[huge, fill("16×16")], ["number", fill(3)]]), solution=huge)
    page = open_page(
        write(tmp_path, made.html(live=False), head=SITE_HEAD), viewport={"width": 390, "height": 800}
    )
    for typed in ("1" * 1_000_000, "1x" * 500_000, "(" * 1_000_000, "1," * 500_000, " " * 1_000_000 + "!"):
        page.evaluate(
            "typed => document.querySelectorAll('input').forEach((input) => (input.value = typed))", typed
        )
        page.get_by_role("button", name="Check").click(timeout=5000)
        expect(page.get_by_role("status")).to_contain_text("Right: 0 of 2.")
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0


# ---- What a reader sees


@pytest.mark.parametrize("width", [390, 320])
def test_a_phone_scrolls_no_page_sideways(open_page: Callable[..., Page], tmp_path: Path, width: int) -> None:
    body = "".join(found.html(live=False) for found in checks().values())
    page = open_page(write(tmp_path, body, head=SITE_HEAD), viewport={"width": width, "height": 800})
    for kind, response, _ in {kind: case for case in WRONG for kind in [case[0]]}.values():
        answer(Mouse(page), root(page, kind), kind, response)
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
    targets = page.locator(".examlab-check :is(button, summary, label, input[type=text])")
    sizes = [target.bounding_box() for target in targets.all() if target.is_visible()]
    assert sizes
    assert all(size and size["height"] >= 44 and size["width"] >= 44 for size in sizes)


CONTRASTS = """() => {
  const style = (node) => getComputedStyle(node);
  const channels = (text) => text.match(/[\\d.]+/g).map(Number);
  const linear = (v) => (v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
  const weights = [0.2126, 0.7152, 0.0722];
  const luminance = (rgb) => weights.reduce((sum, weight, i) => sum + weight * linear(rgb[i] / 255), 0);
  const ratio = (text, under) => {
    const [r, g, b, alpha = 1] = channels(text);
    const over = [r, g, b].map((value, i) => alpha * value + (1 - alpha) * under[i]);
    const [dark, light] = [over, under].map(luminance).sort((a, b) => a - b);
    return (light + 0.05) / (dark + 0.05);
  };
  const behind = (node) => {
    if (!node) return [255, 255, 255];
    const colour = channels(style(node).backgroundColor);
    return colour.length === 3 ? colour : behind(node.parentElement);
  };
  const all = [...document.querySelectorAll(".examlab-check *")];
  const nodes = all.filter((node) => node.getClientRects().length);
  const speaks = (node) => [...node.childNodes].some((child) => child.nodeType === 3 && child.data.trim());
  const isControl = (node) => node.matches("input[type=text], button:not([aria-disabled=true])");
  const measure = (node, colour, around) => [node.outerHTML, ratio(style(node)[colour], behind(around))];
  return {
    texts: nodes.filter(speaks).map((node) => measure(node, "color", node)),
    controls: nodes.filter(isControl).map((node) => measure(node, "borderTopColor", node.parentElement)),
  };
}"""

LAB = {
    "light": "--jp-content-font-color1: rgba(0,0,0,.87); --jp-content-font-color2: rgba(0,0,0,.54);"
    "--jp-layout-color0: white; --jp-layout-color1: white; --jp-border-color1: #bdbdbd;"
    "--jp-brand-color1: #1976d2",
    "dark": "--jp-content-font-color1: #fff; --jp-content-font-color2: rgba(255,255,255,.7);"
    "--jp-layout-color0: #111; --jp-layout-color1: #212121; --jp-border-color1: #616161;"
    "--jp-brand-color1: #2196f3",
}
BOOK = {
    "light": "--pst-color-text-base: #222832; --pst-color-text-muted: #48566b; --pst-color-surface: #f3f4f5;"
    "--pst-color-background: #fff; --pst-color-border: #d1d5da; --pst-color-primary: #176de8",
    "dark": "--pst-color-text-base: #ced6dd; --pst-color-text-muted: #9ca4af; --pst-color-surface: #29313d;"
    "--pst-color-background: #121212; --pst-color-border: #48566b; --pst-color-primary: #528fe4",
}


@pytest.mark.parametrize(
    ("attributes", "body", "colours"),
    [
        ("", "", ""),
        ('data-theme="light"', "", BOOK["light"]),
        ('data-theme="dark"', "", BOOK["dark"]),
        ("", "data-jp-theme-light=true", LAB["light"]),
        ("", "data-jp-theme-light=false", LAB["dark"]),
    ],
)
def test_contrast_suffices(
    open_page: Callable[..., Page], tmp_path: Path, attributes: str, body: str, colours: str
) -> None:
    checks_html = "".join(found.html(live=False) for found in checks().values())
    head = SITE_HEAD + f"<style>:root {{ {colours} }}</style>"
    page = open_page(write(tmp_path, checks_html, head=head, attributes=attributes))
    if body:
        page.evaluate("text => document.body.setAttribute(...text.split('='))", body)
    answers = [*{case[0]: case[:2] for case in WRONG}.items()]
    for kind, (_, response) in answers[:3]:
        answer(Mouse(page), root(page, kind), kind, response)
    answer(Mouse(page), root(page, "table"), "table", ["16x16x32", "1", "", ""])
    answer(Mouse(page), root(page, "order"), "order", FACTORS)
    for summary in page.locator("summary").all():
        summary.click()
    found = page.evaluate(CONTRASTS)
    assert len(found["texts"]) > 50
    assert [pair for pair in found["texts"] if pair[1] < 4.5] == []
    assert [pair for pair in found["controls"] if pair[1] < 3] == []


def test_focus_shows(site_page: Page) -> None:
    seen = set()
    for _ in range(40):
        site_page.keyboard.press("Tab")
        tag, outline = site_page.evaluate(
            "[document.activeElement.tagName, getComputedStyle(document.activeElement).outline]"
        )
        if tag != "BODY":
            seen.add(tag)
            assert "solid 3px" in outline
    assert seen == {"INPUT", "BUTTON", "SUMMARY"}


def test_a_reader_hears_what_belongs_together(site_page: Page) -> None:
    for kind, made in checks().items():
        group = site_page.get_by_role("group", name=made.prompt.replace("`", ""))
        expect(group).to_have_count(1)
        answer(Mouse(site_page), root(site_page, kind), kind, RIGHT[kind])
        expect(group).to_have_accessible_description(re.compile("^✓? ?Right."))
    names = [box.get_attribute("aria-label") for box in root(site_page, "table").get_by_role("textbox").all()]
    assert names[0] == "convolution, 32 filters, Output"
    expect(root(site_page, "number").get_by_role("textbox")).to_have_accessible_name("Your answer parameters")
