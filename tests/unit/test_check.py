"""What a self-check says and hides, as text and as HTML; what it does is tested in a browser."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from html.parser import HTMLParser
from importlib import import_module
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from examlab.reading.answers import Answer, fill, number, one_of, order, several_of, table
from examlab.reading.check import SelfCheck, check

# The package has a function named check too, which hides the module from a plain import.
MODULES = [import_module(f"examlab.reading.{name}") for name in ("answers", "check")]
FACTORS = ["dJ/dy_hat", "dy_hat/dz", "dz/dh1", "dh1/dz1", "dz1/dw11"]
ANSWERS: dict[str, Callable[[], Any]] = {
    "one": lambda: one_of(
        "a sigmoid", {"a softmax": "Over one neuron it gives 1.", "nothing": "No probability."}
    ),
    "several": lambda: several_of(["weights", "biases"], {"stride": "It is chosen, not learned."}),
    "number": lambda: number(320, slips={288: "You forgot the biases."}, unit="parameters"),
    "table": lambda: table(
        ["Layer", "Input", "Output"],
        [
            ["convolution", "32×32×1", fill("16×16×32", slips={"32×32×32": "The stride halves."})],
            ["flatten", 8, fill(4096)],
        ],
    ),
    "order": lambda: order(
        FACTORS,
        distractors={"dz2/dw11": "The other unit."},
        slips={("dz1/dw11", "dJ/dy_hat"): "Start from the loss."},
    ),
}
KINDS = list(ANSWERS)
HOSTILE = [
    "</script><script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "<!--",
    "{piece}{right}",
    "a'b\"c&amp;",
]


def make(kind: str, **changes: Any) -> SelfCheck:
    return check(
        **{"prompt": "Which?", "answer": ANSWERS[kind](), "solution": "Because.\n\nIndeed.", **changes}
    )


class Page(HTMLParser):
    """The elements of a page, each with its attributes, the text in it and the elements around it."""

    VOID = ("input",)

    def __init__(self, html: str) -> None:
        super().__init__()
        self.elements: list[dict[str, Any]] = []
        self.open: list[dict[str, Any]] = []
        self.feed(html)
        self.close()
        assert not self.open, "elements that are not closed"

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        found = {
            "tag": tag,
            "text": "",
            "inside": [e["tag"] for e in self.open],
            **{k: v or "" for k, v in attributes},
        }
        self.elements.append(found)
        if tag not in self.VOID:
            self.open.append(found)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop()["tag"] == tag

    def handle_data(self, data: str) -> None:
        for element in self.open:
            element["text"] += data

    def all(self, tag: str) -> list[dict[str, Any]]:
        return [element for element in self.elements if element["tag"] == tag]


def spec(html: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(Page(html).all("script")[0]["text"])
    return found


@pytest.mark.parametrize("kind", KINDS)
class TestHtml:
    def test_is_the_same_at_each_call(self, kind: str) -> None:
        assert make(kind)._repr_mimebundle_() == make(kind)._repr_mimebundle_()

    def test_passes_a_strict_security_policy(self, kind: str) -> None:
        page = Page(make(kind).html(live=False))
        assert [script["type"] for script in page.all("script")] == ["application/json"]
        assert not page.all("style")
        assert not [
            key for element in page.elements for key in element if key == "style" or key.startswith("on")
        ]

    def test_labels_every_control(self, kind: str) -> None:
        page = Page(make(kind).html(live=False))
        controls = page.all("input") + page.all("button")
        assert len(controls) > 2
        for control in controls:
            assert "label" in control["inside"] or control.get("aria-label") or control["text"].strip()
        [legend] = page.all("legend")
        assert "Which?" in legend["text"]

    def test_refers_to_names_that_exist_once(self, kind: str) -> None:
        page = Page(make(kind).html(live=False))
        names = [element["id"] for element in page.elements if "id" in element]
        assert len(names) == len(set(names))
        for element in page.elements:
            for attribute in ("aria-describedby", "aria-labelledby"):
                assert set(element.get(attribute, "").split()) <= set(names)

    def test_says_the_solution_only_where_it_unfolds(self, kind: str) -> None:
        page = Page(make(kind).html(live=False))
        [details] = page.all("details")
        assert "open" not in details
        assert [e["tag"] for e in page.elements if "Because." in e["text"]] == ["div", "details", "p"]

    def test_brings_its_style_and_script_when_live(self, kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.delenv("EXAMLAB_FACE", raising=False)
        live = make(kind)._repr_mimebundle_()["text/html"]
        monkeypatch.setenv("EXAMLAB_FACE", "site")
        site = make(kind)._repr_mimebundle_()["text/html"]
        page = Page(live)
        assert site in live
        assert len(page.all("style")) == 1
        assert [script.get("type") for script in page.all("script")] == ["application/json", None]
        assert not [element for element in page.elements if "src" in element or element["tag"] == "link"]

    def test_passes_every_text_through_gettext(self, kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
        for module in MODULES:
            monkeypatch.setattr(module, "_", lambda text: f"«{text}»" if text else "")
        made = make(kind)
        page = Page(made.html(live=False))
        words = [
            e
            for e in page.elements
            if e["tag"] in ("legend", "label", "button", "summary", "p", "th", "li", "noscript")
        ]
        assert words
        assert not [e for e in words if e["text"].strip() and not re.search("[«»]", e["text"])]
        assert not [e for e in page.elements if "aria-label" in e and "«" not in e["aria-label"]]
        assert all(text.startswith("«") for text in made.spec()["texts"].values())
        assert all("«" in line for line in made.text().splitlines() if re.search("[a-z]", line))

    def test_keeps_its_id_in_another_language(self, kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
        english = make(kind)
        choices = english.spec().get("choices")
        for module in MODULES:
            monkeypatch.setattr(module, "_", lambda text: f"«{text}»" if text else "")
        assert make(kind).id == english.id
        if choices:
            assert make(kind).spec()["choices"] == [f"«{text}»" for text in choices]

    def test_has_an_id_of_its_own(self, kind: str) -> None:
        assert make(kind).id != make(kind, prompt="Which one?").id
        assert len({make(other).id for other in KINDS}) == len(KINDS)

    def test_is_plain_text_elsewhere(self, kind: str) -> None:
        text = make(kind, label="Before you read on")._repr_mimebundle_()["text/plain"]
        assert text.startswith("Before you read on: Which?\n")
        assert text.endswith("(answer in the website or run the cell)")
        assert "Because" not in text

    @pytest.mark.parametrize("evil", HOSTILE)
    def test_escapes_what_it_is_given(self, kind: str, evil: str) -> None:
        made = make(kind, prompt=evil, solution=evil, label=evil)
        page = Page(made.html(live=False))
        assert len(page.all("script")) == 1
        assert not page.all("img")
        assert evil in page.all("legend")[0]["text"]
        assert evil in page.all("details")[0]["text"]


@pytest.mark.parametrize("evil", HOSTILE)
def test_answers_are_escaped(evil: str) -> None:
    answers: list[Answer] = [
        one_of(evil, {evil + "!": evil}),
        several_of([evil], {evil + "!": evil}),
        number(1, slips={2: evil}, unit=evil),
        table([evil], [[fill(evil, slips={evil + "!": evil})]]),
        table(["a", evil], [[evil, fill(1, slips={2: evil})]]),
        order([evil, "b"], distractors={evil + "!": evil}, slips={("b", evil): evil}),
    ]
    for answer in answers:
        made = check("Which?", answer, solution="Because.")
        page = Page(made.html(live=False))
        assert len(page.all("script")) == 1
        assert not page.all("img")
        assert spec(made.html(live=False)) == json.loads(json.dumps(made.spec()))


@given(st.text(min_size=1).filter(str.strip))
def test_any_text_comes_back_whole(text: str) -> None:
    made = check("Which?", one_of("right", {"wrong": text}), solution="Because.")
    assert text in spec(made.html(live=False))["slips"]


def test_backticks_are_code() -> None:
    html = make("one", prompt="What is `a < b` in `c`?").html(live=False)
    assert "What is <code>a &lt; b</code> in <code>c</code>?" in html


def test_choices_do_not_give_the_answer_away() -> None:
    places = [make("one", prompt=f"Question {i}").spec()["right"][0] for i in range(60)]
    assert set(places) == {0, 1, 2}
    assert max(map(places.count, range(3))) < 35


def test_no_piece_lies_at_its_own_place() -> None:
    answer = order(["first", "second", "third"], distractors={"none": "No."})
    seen = set()
    for i in range(40):
        pieces = check(f"Question {i}", answer, solution="Because.").spec()["choices"]
        assert all(found != right for found, right in zip(pieces, answer.items, strict=False))
        seen.add(tuple(pieces))
    assert len(seen) > 5


def test_text_shows_the_choices() -> None:
    lines = make("table").text().splitlines()
    assert lines[1:-1] == [
        "  Layer | Input | Output",
        "  convolution | 32×32×1 | ____",
        "  flatten | 8 | ____",
    ]
    assert sorted(make("one").text().splitlines()[1:-1]) == [
        "  ( ) a sigmoid",
        "  ( ) a softmax",
        "  ( ) nothing",
    ]
    assert "  ____ parameters" in make("number").text()
    assert all(f"  - {factor}" in make("order").text() for factor in FACTORS)


def test_a_phone_can_type_a_minus_sign() -> None:
    assert number(1).keyboard == "decimal"
    assert number(-1).keyboard == "text"
    assert number(1, slips={-1: "The sign."}).keyboard == "text"


WRONG: list[tuple[str, Callable[[], object]]] = [
    ("right", lambda: one_of("", {"a": "b"})),
    ("right", lambda: one_of(3, {"a": "b"})),  # type: ignore[arg-type]
    ("wrong", lambda: one_of("a", {})),
    ("wrong", lambda: one_of("a", {"a": "b"})),
    ("wrong", lambda: one_of("a", {"b": ""})),
    ("wrong", lambda: one_of("a", {"": "b"})),
    ("wrong", lambda: one_of("a", ["b"])),  # type: ignore[arg-type]
    ("right", lambda: several_of([], {"a": "b"})),
    ("right", lambda: several_of(["a", "a"], {"b": "c"})),
    ("right", lambda: several_of("ab", {"b": "c"})),
    ("wrong", lambda: several_of(["a"], {"a": "b"})),
    ("value", lambda: number(float("nan"))),
    ("value", lambda: number("320")),  # type: ignore[arg-type]
    ("value", lambda: number(True)),
    ("tolerance", lambda: number(1, tolerance=-1)),
    ("tolerance", lambda: number(1, tolerance=float("inf"))),
    ("slips", lambda: number(320, slips={320: "It is right."})),
    ("slips", lambda: number(320, tolerance=5, slips={324: "It is right."})),
    ("slips", lambda: number(320, slips={288: " "})),
    ("slips", lambda: number(320, slips={float("nan"): "What?"})),
    ("slips", lambda: number(320, slips=[288])),  # type: ignore[arg-type]
    ("unit", lambda: number(320, unit=3)),  # type: ignore[arg-type]
    ("answer", lambda: fill(" ")),
    ("slips", lambda: fill("a", slips={"a": "It is right."})),
    ("tolerance", lambda: fill("a", tolerance=1)),
    ("tolerance", lambda: fill(1, tolerance=-1)),
    ("columns", lambda: table([], [])),
    ("columns", lambda: table(["a", "a"], [["b", fill("c")]])),
    ("columns", lambda: table("ab", [["b", fill("c")]])),
    ("rows", lambda: table(["a"], [])),
    ("rows", lambda: table(["a"], 5)),  # type: ignore[arg-type]
    ("rows", lambda: table(["a", "b"], ["cd"])),
    ("rows", lambda: table(["a", "b"], [[fill("c")]])),
    ("rows", lambda: table(["a", "b"], [["c", "d"]])),
    ("rows", lambda: table(["a", "b"], [["c", None]])),  # type: ignore[list-item]
    ("items", lambda: order(["a"])),
    ("items", lambda: order(["a", "a"])),
    ("distractors", lambda: order(["a", "b"], distractors={"a": "c"})),
    ("distractors", lambda: order(["a", "b"], distractors={"c": ""})),
    ("slips", lambda: order(["a", "b"], slips={("a", "b"): "In order."})),
    ("slips", lambda: order(["a", "b"], slips={("b", "c"): "Unknown."})),
    ("slips", lambda: order(["a", "b"], slips={"ba": "No pair."})),  # type: ignore[dict-item]
    ("prompt", lambda: check("", number(1), solution="b")),
    ("prompt", lambda: check(None, number(1), solution="b")),  # type: ignore[arg-type]
    ("solution", lambda: check("a", number(1), solution="\n")),
    ("label", lambda: check("a", number(1), solution="b", label="")),
    ("answer", lambda: check("a", 320, solution="b")),  # type: ignore[arg-type]
    ("answer", lambda: check("a", fill("16×16×32"), solution="b")),  # type: ignore[arg-type]
]


@pytest.mark.parametrize(("argument", "definition"), WRONG)
def test_a_bad_definition_is_refused_by_name(argument: str, definition: Callable[[], object]) -> None:
    with pytest.raises((TypeError, ValueError), match=rf"^{argument} must .*got "):
        definition()


def test_assets_can_stand_in_a_page() -> None:
    html = make("one").html(live=True)
    assert html.count("</style>") == 1
    assert html.count("</script>") == 2
