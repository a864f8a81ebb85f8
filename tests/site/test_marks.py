"""Progress in a real browser: kept, counted, forgotten; in several tabs, and in hostile hands.

A small book is built once, with the same extension as the real one; two tests at the end read the real one.
"""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Error, Locator, Page, expect

from examlab.reading.publish import exam_map, marks
from tests.site import small_book
from tests.site.axe import violations
from tests.site.built import serve

WHY, HOW, ALL, REST = (
    "notebooks/nets/1-why",
    "notebooks/nets/2-how",
    "notebooks/nets/all",
    "notebooks/rest/1-rest",
)
OPENER = "notebooks/nets/index"
NAMES = {page: [check.id for check in checks] for page, checks in small_book.CHECKS.items()}
POLICY = "default-src 'self'; style-src 'self' 'unsafe-inline'"
WATCH = """
window.seen = [];
document.addEventListener("securitypolicyviolation", (event) => seen.push(event.violatedDirective));
"""


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The pages of the small book."""
    return small_book.build(tmp_path_factory.mktemp("book"))


@pytest.fixture(scope="module")
def address(book: Path) -> Iterator[str]:
    """Where the small book is served, under a policy that lets nothing else run."""
    with serve(book, policy=POLICY) as found:
        yield found


class Reader:
    """Someone with a browser of their own, and what that browser keeps."""

    def __init__(self, context: BrowserContext, home: str) -> None:
        """Take a browser, and the address of a book."""
        self.context, self.home = context, home
        self.errors: list[str] = []
        context.add_init_script(WATCH)

    def open(self, page: str = "index") -> Page:
        """Open a page in a new tab."""
        tab = self.context.new_page()
        tab.on("pageerror", self._hear)
        tab.goto(f"{self.home}/{page}.html")
        return tab

    def _hear(self, error: Error) -> None:
        if re.search(
            r"(marks|check)\.js", error.stack or ""
        ):  # the theme's own scripts cannot do without storage
            self.errors.append(str(error))

    def solve(self, page: str, *tries: str, number: int = 0) -> Page:
        """Answer a self-check, unless told in one right try, and leave the page open."""
        tab = self.open(page)
        for typed in tries or ("320",):
            answer(tab, typed, number=number)
        return tab

    def keep(self, **tries: int) -> None:
        """Put marks where the book keeps them: names of pages, and their tries."""
        found = {NAMES[f"notebooks/{page}"][0]: n for page, n in tries.items()}
        self.put(json.dumps(found))

    def put(self, text: str) -> None:
        """Put a text where the book keeps its marks."""
        tab = self.open("plain")
        tab.evaluate("([key, text]) => localStorage.setItem(key, text)", [self.key(tab), text])
        tab.close()

    def key(self, tab: Page) -> str:
        """Return the name under which the book keeps its marks."""
        return "examlab:marks:1:" + tab.evaluate(
            "new URL(document.documentElement.dataset.content_root, location.href).pathname"
        )

    def kept(self) -> Any:
        """Return what the book keeps."""
        tab = self.open("plain")
        found = tab.evaluate("key => localStorage.getItem(key)", self.key(tab))
        tab.close()
        return found and json.loads(found)


@pytest.fixture
def reader(browser: Browser, address: str) -> Iterator[Callable[..., Reader]]:
    """Give a reader of the small book: ``reader(width=390)``; asks at the end whether a script failed."""
    with ExitStack() as opened:
        readers: list[Reader] = []

        def new(home: str = address, *, width: int = 1280, **options: Any) -> Reader:
            context = browser.new_context(viewport={"width": width, "height": 900}, **options)
            opened.callback(context.close)
            readers.append(Reader(context, home))
            return readers[-1]

        yield new
        for one in readers:
            for tab in one.context.pages if not one.home.startswith("file:") else []:
                assert tab.evaluate("window.seen ?? []") == []
            assert one.errors == []


def answer(tab: Page, typed: str, *, number: int = 0) -> None:
    check = tab.locator(".examlab-check").nth(number)
    check.get_by_role("textbox").fill(typed)
    check.get_by_role("button", name="Check").click()
    expect(check.locator(".examlab-check-status")).not_to_be_empty()


def sign(tab: Page, number: int = 0) -> Locator:
    return tab.locator(".examlab-check").nth(number).locator(".examlab-solved")


def row(tab: Page, title: str) -> Locator:
    """Return the sign in the row of a question."""
    return (
        tab.get_by_role("row")
        .filter(has=tab.get_by_role("cell", name=title, exact=True))
        .locator(".examlab-mark")
    )


def points(tab: Page) -> Locator:
    """Return where the map says how many points are earned: of all parts, then of each.

    A page may hear of what another one has stored a moment after it is loaded: wait for what it says.
    """
    return tab.locator(".examlab-points span")


NOTHING = ["0 of 5.5 points earned", "0 of 4.5 points earned", "0 of 1 point earned"]


# ---- What a reader sees


def test_a_solved_self_check_earns_its_points(reader: Callable[..., Reader]) -> None:
    someone = reader()
    page = someone.solve(WHY)
    expect(sign(page)).to_have_text("✓ Solved at the first try")
    for title, says in [("Why", "✓ solved"), ("How", ""), ("All of it", ""), ("Rest", "")]:
        expect(row(someone.open(), title)).to_have_text(says)
    tab = someone.open()
    expect(points(tab)).to_have_text(
        ["2 of 5.5 points earned", "2 of 4.5 points earned", "0 of 1 point earned"]
    )
    assert tab.locator("progress").evaluate_all("all => all.map((one) => one.value)") == [2, 2, 0]
    expect(points(someone.open(OPENER))).to_have_text(["2 of 4.5 points earned"])
    expect(row(someone.open(OPENER), "Why")).to_have_text("✓ solved")
    expect(sign(someone.open(WHY))).to_have_text("✓ Solved at the first try")


def test_a_reader_who_comes_back_finds_an_empty_field(reader: Callable[..., Reader]) -> None:
    someone = reader()
    someone.solve(WHY)
    expect(someone.open(WHY).get_by_role("textbox")).to_have_value("")
    assert someone.kept() == {NAMES[WHY][0]: 1}, "what was typed is kept"


def test_tries_are_counted_until_one_is_right(reader: Callable[..., Reader]) -> None:
    someone = reader()
    page = someone.solve(WHY, "288", "7")
    assert someone.kept() == {NAMES[WHY][0]: -2}
    expect(sign(page)).to_have_count(0)
    expect(row(someone.open(), "Why")).to_have_text("begun")
    expect(points(someone.open())).to_have_text(NOTHING)
    answer(page, "320")
    expect(sign(page)).to_have_text("✓ Solved at try 3")
    answer(page, "288")
    assert someone.kept() == {NAMES[WHY][0]: 3}, "trying again took back what was solved"
    expect(sign(someone.open(WHY))).to_have_text("✓ Solved at try 3")


def test_an_answer_that_is_none_is_no_try(reader: Callable[..., Reader]) -> None:
    someone = reader()
    someone.solve(WHY, "many")
    assert someone.kept() is None


def test_a_question_is_earned_by_all_of_its_self_checks(reader: Callable[..., Reader]) -> None:
    someone = reader()
    page = someone.solve(HOW)
    expect(row(someone.open(), "How")).to_have_text("begun")
    expect(sign(page, 1)).to_have_count(0)
    answer(page, "320", number=1)
    expect(row(someone.open(), "How")).to_have_text("✓ solved")
    expect(points(someone.open()).first).to_have_text("1.5 of 5.5 points earned")


def test_what_is_worth_no_points_is_solved_all_the_same(reader: Callable[..., Reader]) -> None:
    someone = reader()
    someone.solve(ALL)
    expect(row(someone.open(), "All of it")).to_have_text("✓ solved")
    expect(row(someone.open(), "Later (in preparation)")).to_have_text("")
    expect(points(someone.open())).to_have_text(NOTHING)


def test_a_question_that_has_changed_is_open_again(tmp_path: Path, reader: Callable[..., Reader]) -> None:
    site = small_book.build(tmp_path)
    with serve(site) as home:
        someone = reader(home)
        someone.solve(WHY)
        expect(row(someone.open(), "Why")).to_have_text("✓ solved")
        notebook = tmp_path / f"{WHY}.ipynb"
        changed = small_book.question("Why on earth?")
        notebook.write_text(notebook.read_text("utf-8").replace(NAMES[WHY][0], changed.id), "utf-8")
        small_book.rebuild(tmp_path)
        for page in ("index", OPENER):  # Sphinx writes the first again by itself: it lists the changed page
            expect(row(someone.open(page), "Why")).to_have_text("")
        expect(sign(someone.open(WHY))).to_have_count(0)
        someone.solve(WHY)
        expect(row(someone.open(), "Why")).to_have_text("✓ solved")


def test_pages_without_progress_load_no_script_of_it(book: Path) -> None:
    assert "marks." not in (book / "plain.html").read_text(encoding="utf-8")
    for page in ("index", WHY, OPENER):
        assert re.findall(r"_static/(marks\.\w+)", (book / f"{page}.html").read_text("utf-8")) == [
            "marks.css",
            "marks.js",
        ]


def test_it_works_from_a_folder(book: Path, reader: Callable[..., Reader]) -> None:
    someone = reader(book.as_uri())
    expect(sign(someone.solve(WHY))).to_have_text("✓ Solved at the first try")
    expect(row(someone.open(), "Why")).to_have_text("✓ solved")


# ---- Forgetting


def test_forgetting_is_asked_first(reader: Callable[..., Reader]) -> None:
    someone = reader()
    expect(someone.open().locator(".examlab-forget")).to_be_hidden()
    someone.solve(REST)
    someone.solve(WHY, "1")
    tab = someone.open()
    forget, asks = tab.get_by_role("button", name="Forget what I have solved"), tab.get_by_role("dialog")
    for leave in (
        lambda: tab.keyboard.press("Escape"),
        lambda: asks.get_by_role("button", name="Keep").click(),
    ):
        forget.click()
        expect(asks).to_contain_text("Forget every self-check of this book")
        expect(asks.get_by_role("button", name="Keep")).to_be_focused()
        leave()
        expect(asks).to_be_hidden()
        expect(forget).to_be_focused()
        expect(row(tab, "Rest")).to_have_text("✓ solved")
    forget.click()
    asks.get_by_role("button", name="Forget", exact=True).click()
    expect(row(tab, "Rest")).to_have_text("")
    expect(row(tab, "Why")).to_have_text("")
    expect(forget).to_be_focused()
    expect(points(tab)).to_have_text(NOTHING)
    assert someone.kept() is None


def test_a_part_forgets_itself_alone(reader: Callable[..., Reader]) -> None:
    someone = reader()
    for page in (WHY, REST, OPENER):
        someone.solve(page)
    tab = someone.open(OPENER)
    tab.get_by_role("button", name="Forget what I have solved").click()
    expect(tab.get_by_role("dialog")).to_contain_text("of this part")
    tab.get_by_role("dialog").get_by_role("button", name="Forget", exact=True).click()
    expect(row(tab, "Why")).to_have_text("")
    expect(sign(tab)).to_have_count(0)
    assert someone.kept() == {NAMES[REST][0]: 1}


def test_the_keyboard_suffices(reader: Callable[..., Reader]) -> None:
    someone = reader()
    someone.solve(WHY)
    tab = someone.open()
    for _ in range(60):
        tab.keyboard.press("Tab")
        if tab.evaluate("document.activeElement.matches('.examlab-forget')"):
            break
    tab.keyboard.press("Enter")
    tab.keyboard.press("Tab")
    tab.keyboard.press("Enter")
    expect(row(tab, "Why")).to_have_text("")


# ---- Several tabs


def test_tabs_keep_in_step_and_say_so_once(reader: Callable[..., Reader]) -> None:
    someone = reader()
    first, second, other = someone.open(), someone.open(WHY), someone.open(REST)
    heard = first.get_by_role("status")
    expect(heard).to_be_empty()
    answer(second, "320")
    expect(row(first, "Why")).to_have_text("✓ solved")
    expect(heard).to_have_text("2 of 5.5 points earned")
    answer(other, "320")
    expect(heard).to_have_text("3 of 5.5 points earned")
    assert someone.kept() == {NAMES[WHY][0]: 1, NAMES[REST][0]: 1}, "one tab forgot what the other kept"
    first.get_by_role("button", name="Forget what I have solved").click()
    first.get_by_role("dialog").get_by_role("button", name="Forget", exact=True).click()
    expect(sign(second)).to_have_count(0)
    expect(heard).to_have_text("0 of 5.5 points earned")


def test_what_another_tab_has_just_kept_is_not_lost(reader: Callable[..., Reader]) -> None:
    """News of another tab may come after the answer; of its own change, as here, a tab hears nothing."""
    someone = reader()
    page = someone.open(WHY)
    kept = json.dumps({NAMES[REST][0]: 4})
    page.evaluate("([key, kept]) => localStorage.setItem(key, kept)", [someone.key(page), kept])
    answer(page, "320")
    assert someone.kept() == {NAMES[REST][0]: 4, NAMES[WHY][0]: 1}


def test_a_page_that_comes_back_is_up_to_date(reader: Callable[..., Reader]) -> None:
    someone = reader()
    tab = someone.open()
    tab.evaluate(
        "([key, id]) => localStorage.setItem(key, JSON.stringify({ [id]: 1 }))",
        [someone.key(tab), NAMES[WHY][0]],
    )
    expect(row(tab, "Why")).to_have_text("")
    tab.evaluate("dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }))")
    expect(row(tab, "Why")).to_have_text("✓ solved")


# ---- Where nothing can be kept, or not any more

DENIED = """Object.defineProperty(window, "localStorage", {
  get() { throw new DOMException("denied", "SecurityError"); },
});"""
ABSENT = 'Object.defineProperty(window, "localStorage", { value: null });'
UNKEPT = "Your browser does not let this page keep what you have solved."


@pytest.mark.parametrize("browser_does", [DENIED, ABSENT], ids=["denied", "absent"])
def test_without_storage_a_page_works_until_it_is_left(
    reader: Callable[..., Reader], browser_does: str
) -> None:
    someone = reader()
    someone.context.add_init_script(browser_does)
    page = someone.solve(HOW)
    expect(sign(page)).to_have_text("✓ Solved at the first try")
    expect(page.get_by_text(UNKEPT)).to_be_visible()
    answer(page, "288", number=1)
    answer(page, "320", number=1)
    expect(sign(page, 1)).to_have_text("✓ Solved at try 2")
    expect(page.locator(".examlab-check").nth(1).get_by_text(UNKEPT)).to_have_count(0)
    tab = someone.open()
    expect(tab.get_by_text(UNKEPT)).to_be_visible()
    expect(tab.get_by_text("stays in this browser")).to_have_count(0)
    expect(points(tab)).to_have_text(NOTHING)


def test_a_full_storage_loses_only_what_is_new(reader: Callable[..., Reader]) -> None:
    someone = reader()
    someone.solve(WHY)
    tab = someone.open("plain")
    tab.evaluate("""() => {
      for (let size = 2 ** 22, n = 0; size >= 1; size /= 2) {
        try { for (;;) localStorage.setItem(`other ${n++}`, "x".repeat(size)); } catch { /* full */ }
      }
    }""")
    page = someone.solve(REST)
    expect(sign(page)).to_have_text("✓ Solved at the first try")
    expect(page.get_by_text(UNKEPT)).to_be_visible()
    assert someone.kept() == {NAMES[WHY][0]: 1}
    expect(row(someone.open(), "Why")).to_have_text("✓ solved")


# ---- Hostile hands

ONE = NAMES[WHY][0]
CORRUPT = {
    "no JSON": "{",
    "empty": "",
    "null": "null",
    "a number": "1",
    "a text": '"check-0123456789"',
    "a list": json.dumps([[ONE, 1]]),
    "numbers as texts": json.dumps({ONE: "1"}),
    "no whole number": json.dumps({ONE: 1.5}),
    "zero": json.dumps({ONE: 0}),
    "huge": json.dumps({ONE: 1e308}),
    "too many": json.dumps({ONE: 1000}),
    "true": json.dumps({ONE: True}),
    "an object": json.dumps({ONE: {"valueOf": 1}}),
    "a prototype": f'{{"__proto__": {{"{ONE}": 1}}, "constructor": 1, "toString": 1}}',
    "a script": json.dumps(
        {'check-<img src=x onerror="window.pwned = 1">': 1, ONE: "<script>pwned = 1</script>"}
    ),
    "a megabyte": json.dumps({"x" * 1_000_000: "y" * 1_000_000}),
    "deep": "[" * 100_000 + "]" * 100_000,
    "other signs": json.dumps({"😀": 1, "\u202echeck-0123456789": 1, "check-\u0660": 1}),
    "many": json.dumps({f"check_{n}": n for n in range(50_000)}),
}


def test_what_makes_no_sense_is_left_aside(reader: Callable[..., Reader]) -> None:
    someone = reader()
    tab, page = someone.open(), someone.open(WHY)
    for name, text in CORRUPT.items():
        page.evaluate("([key, text]) => localStorage.setItem(key, text)", [someone.key(page), text])
        # Each tab has a copy, which a write in another tab reaches a little later.
        tab.wait_for_function(
            "([key, text]) => localStorage.getItem(key) === text", arg=[someone.key(page), text]
        )
        tab.reload()
        page.reload()
        expect(points(tab), name).to_have_text(NOTHING)
        assert row(tab, "Why").inner_text() == "", name
        assert not tab.locator(".examlab-forget").is_visible(), name
        assert sign(page).count() == 0, name
        answer(page, "320")
        expect(row(tab, "Why"), name).to_have_text("✓ solved")
        kept = page.evaluate("key => localStorage.getItem(key)", someone.key(page))
        assert json.loads(kept) == {ONE: 1}, name
        assert page.evaluate("[window.pwned, {}.tries, Object.keys(Object.prototype)]") == [None, None, []], (
            name
        )


def test_what_makes_sense_among_what_does_not_is_read(reader: Callable[..., Reader]) -> None:
    someone = reader()
    someone.put(json.dumps({ONE: 2, "__proto__": 1, NAMES[REST][0]: "1", "check-ffffffffff": 1}))
    expect(points(someone.open()).first).to_have_text("2 of 5.5 points earned")


TYPED = {
    "a script": '</p><script>window.pwned = 1</script><img src=x onerror="window.pwned = 1">',
    "a megabyte": "9" * 1_000_000,
    "a megabyte of commas": "1," * 500_000,
    "emoji": "😀3️⃣2️⃣0️⃣",
    "right to left": "\u202e023\u202c ٣٢٠",
    "a prototype": "__proto__",
    "infinite": "1e999",
    "no number": "NaN",
}


def test_what_is_typed_is_never_kept_nor_run(reader: Callable[..., Reader]) -> None:
    someone = reader()
    page = someone.open(WHY)
    for tries, (name, typed) in enumerate(TYPED.items()):
        page.get_by_role("textbox").evaluate("(field, typed) => (field.value = typed)", typed)
        page.get_by_role("button", name="Check").click(timeout=5000)
        assert page.locator(".examlab-check-status").inner_text(), name
        assert sign(page).count() == 0, name
        kept = json.loads(page.evaluate("key => localStorage.getItem(key)", someone.key(page)) or "{}")
        assert set(kept) <= {ONE}, name
        assert -tries - 1 <= kept.get(ONE, 0) <= 0, name
        assert page.evaluate("window.pwned") is None, name
        assert page.locator(".examlab-check img").count() == 0, name
    answer(page, "320")
    expect(sign(page)).to_be_visible()


def test_an_event_of_someone_else_changes_nothing(reader: Callable[..., Reader]) -> None:
    someone = reader()
    page = someone.open(WHY)
    names = ["'__proto__'", "'check-'", "'check-' + 'a'.repeat(1e6)", "null", "1", "{}"]
    for detail in ["null", "'check-'", *(f"{{ id: {name}, correct: true }}" for name in names)]:
        page.evaluate(f"document.dispatchEvent(new CustomEvent('examlab:checked', {{ detail: {detail} }}))")
        assert page.evaluate("key => localStorage.getItem(key)", someone.key(page)) is None, detail


def test_news_of_other_keys_changes_nothing(reader: Callable[..., Reader]) -> None:
    someone = reader()
    someone.solve(WHY)
    tab, other = someone.open(), someone.open("plain")
    key = someone.key(tab)
    for foreign in (f"{key}x", key.replace(":1:", ":2:"), "__proto__", "theme"):
        other.evaluate("key => localStorage.setItem(key, '{}')", foreign)
        tab.evaluate("key => dispatchEvent(new StorageEvent('storage', { key, newValue: '{}' }))", foreign)
    tab.evaluate("key => dispatchEvent(new StorageEvent('storage', { key, newValue: 'x' }))", key)
    expect(row(tab, "Why")).to_have_text("✓ solved")
    other.evaluate("localStorage.clear()")
    expect(row(tab, "Why")).to_have_text("")


def test_books_on_one_server_know_nothing_of_each_other(
    tmp_path: Path, book: Path, reader: Callable[..., Reader]
) -> None:
    for name in ("a", "b"):
        shutil.copytree(book, tmp_path / name)
    with serve(tmp_path) as home:
        someone = reader(f"{home}/a")
        someone.solve(WHY)
        someone.home = f"{home}/b"
        expect(points(someone.open())).to_have_text(NOTHING)
        someone.solve(REST)
        tab = someone.open()
        tab.get_by_role("button", name="Forget what I have solved").click()
        tab.get_by_role("dialog").get_by_role("button", name="Forget", exact=True).click()
        expect(row(tab, "Rest")).to_have_text("")
        someone.home = f"{home}/a"
        expect(points(someone.open()).first).to_have_text("2 of 5.5 points earned")


# ---- Where it shows, and where not

PLACES = """() => [...document.querySelectorAll("h1, p, th, td, li, fieldset, summary")]
  .filter((node) => node.checkVisibility())
  .map((node) => [node.tagName, ...Object.values(node.getBoundingClientRect().toJSON())])"""


@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize("page", ["index", WHY])
def test_nothing_moves_when_progress_appears(reader: Callable[..., Reader], page: str, width: int) -> None:
    someone = reader(width=width)
    empty = someone.open(page).evaluate(PLACES)
    someone.put(json.dumps({id: 12 for ids in NAMES.values() for id in ids}))
    full = someone.open(page)
    expect(full.locator(".examlab-mark, .examlab-solved").filter(has_text="olved").first).to_be_visible()
    assert full.evaluate(PLACES) == empty
    waiting = reader(width=width)
    waiting.context.route("**/*.js*", lambda route: route.abort())
    before = waiting.open(page)
    assert before.locator("html[data-marks]").count() == 0, "the script was not held back"
    assert before.evaluate(PLACES) == empty


def test_without_a_script_the_map_is_the_papers(reader: Callable[..., Reader]) -> None:
    tab = reader(java_script_enabled=False).open()
    part = tab.locator(".examlab-part").first
    assert [cell.strip() for cell in part.locator("th, td").all_inner_texts()[:6]] == [
        "No.", "Question", "Points", "1", "Why", "2"
    ]  # fmt: skip
    for name in ("mark", "points", "marks-foot"):
        assert tab.locator(f".examlab-{name}").count()
        assert tab.locator(f".examlab-{name}:visible").count() == 0


def test_paper_shows_no_progress(reader: Callable[..., Reader]) -> None:
    someone = reader()
    page = someone.solve(WHY)
    tab = someone.open()
    for one in (page, tab):
        one.emulate_media(media="print")
    expect(sign(page)).to_be_hidden()
    assert tab.locator(":is(.examlab-mark, .examlab-points, .examlab-marks-foot):visible").count() == 0


def test_other_builders_get_the_papers_map(tmp_path: Path) -> None:
    small_book.build(tmp_path)
    text = (small_book.rebuild(tmp_path, builder="text") / "index.txt").read_text(encoding="utf-8")
    assert "Why" in text and "earned" not in text


def test_every_word_comes_from_python(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, reader: Callable[..., Reader]
) -> None:
    with monkeypatch.context() as patch:
        for module in (exam_map, marks):
            patch.setattr(module, "_", lambda text: f"«{text}»")
        patch.setattr(exam_map, "ngettext", lambda one, many, n: f"«{one if n == 1 else many}»")
        site = small_book.build(tmp_path)
    with serve(site) as home:
        someone = reader(home)
        someone.context.add_init_script(f"if (location.hash) {DENIED}")
        page = someone.solve(WHY)
        assert sign(page).inner_text() == "✓ «Solved at the first try»"
        assert sign(someone.solve(REST, "1", "320")).inner_text() == "✓ «Solved at try 2»"
        someone.solve(ALL, "1")
        tab = someone.open()
        assert row(tab, "Why").inner_text() == "✓ «solved»"
        assert row(tab, "All of it").inner_text() == "«begun»"
        expect(points(tab).first).to_have_text("«3 of 5.5 points earned»")
        tab.locator(".examlab-forget").click()
        words = tab.locator(".examlab-marks-foot").locator("p:not(:empty), button").all_inner_texts()
        assert len(words) == 5
        assert all(text.startswith("«") for text in words)
        tab.goto(f"{home}/index.html#denied")
        tab.reload()
        assert tab.locator(".examlab-marks-note").inner_text() == f"«{UNKEPT}»"


# ---- The real book


def the_map(site: Path) -> str:
    """Return the page with the map of the whole exam."""
    found = [path for path in site.rglob("*.html") if 'data-whole="true"' in path.read_text(encoding="utf-8")]
    assert len(found) == 1
    return found[0].relative_to(site).with_suffix("").as_posix()


@pytest.mark.parametrize("folder", [False, True], ids=["served", "from a folder"])
def test_the_map_of_the_book_follows_its_reader(
    site: Path, site_address: str, reader: Callable[..., Reader], folder: bool
) -> None:
    someone = reader(site.as_uri() if folder else site_address)
    page = someone.solve("notebooks/gan/7-parameters", "288", "320")
    expect(sign(page)).to_have_text("✓ Solved at try 2")
    tab = someone.open(the_map(site))
    expect(row(tab, "Counting parameters")).to_have_text("✓ solved")
    expect(points(tab).first).to_have_text("1 of 25 points earned")
    opener = someone.open("notebooks/gan/index")
    expect(points(opener)).to_have_text(["1 of 10 points earned"])
    tab.get_by_role("button", name="Forget what I have solved").click()
    tab.get_by_role("dialog").get_by_role("button", name="Forget", exact=True).click()
    expect(row(tab, "Counting parameters")).to_have_text("")
    expect(row(opener, "Counting parameters")).to_have_text("")
    expect(points(tab).first).to_have_text("0 of 25 points earned")


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_progress_is_for_everyone(
    site: Path, site_address: str, reader: Callable[..., Reader], theme: str
) -> None:
    someone = reader(site_address, width=390, color_scheme=theme)
    page = someone.solve("notebooks/gan/7-parameters")
    assert violations(page, within=".examlab-check") == []
    someone.solve("notebooks/gan/2-relu-or-leaky-relu", "12345")
    tab = someone.open(the_map(site))
    expect(row(tab, "ReLU or LeakyReLU")).to_have_text("begun")
    assert violations(tab, within="article") == []
    assert tab.evaluate("document.documentElement.scrollWidth") == 390
    tab.get_by_role("button", name="Forget what I have solved").click()
    assert violations(tab, within="dialog") == []
    sizes = [button.bounding_box() for button in tab.locator("dialog button").all()]
    assert all(size and size["height"] >= 44 and size["width"] >= 44 for size in sizes)


def test_every_question_of_the_book_can_be_earned(site: Path) -> None:
    """A page whose self-check the map did not know would never get its tick."""
    told = re.search(r'data-told="([^"]*)"', (site / f"{the_map(site)}.html").read_text("utf-8"))
    assert told
    pages = json.loads(told[1].replace("&quot;", '"'))["pages"]
    assert len(pages) >= 25
    for page, names in pages.items():
        shown = re.findall(
            r'class="examlab-check [^"]*" id="(check-\w+)"', (site / f"{page}.html").read_text("utf-8")
        )
        assert names == shown != [], page
