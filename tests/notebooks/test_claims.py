"""No orphan numbers: every number that a page states is shown by its code, or computed here."""

from __future__ import annotations

import ast
import dataclasses
import os
import re
from pathlib import Path

import claims
import pytest
import yaml

import notebooks
from tests.notebooks.computed import computed

PAGES = {page.name: page for page in map(claims.read, notebooks.find([notebooks.ROOT / "notebooks"]))}
LISTED = claims.stored()
SOURCES = [
    (name, cell, claim, entry[claim.text])
    for name, page in PAGES.items()
    for cell, found in page.texts.items()
    for claim, entry in zip(found, LISTED.get(name, {}).get(cell, []), strict=False)
    if claim.text in entry
]


def test_there_are_claims():
    assert len(SOURCES) > 200


@pytest.mark.parametrize("name", PAGES)
def test_every_number_of_a_page_has_a_source(name):
    now = claims.listed([PAGES[name]], LISTED)[name]
    orphans = [
        f"{cell}: {text}"
        for cell, found in now.items()
        for entry in found
        for text in entry
        if entry[text] == claims.ORPHAN
    ]
    assert not orphans, "\n".join(
        [f"say in notebooks/{Path(name).parent}/{claims.LIST} where these come from", *orphans]
    )
    assert now == LISTED.get(name), "run make claims and look at what changes"


def test_no_page_is_listed_that_is_gone():
    assert set(LISTED) == set(PAGES)


COMPUTED = list(dict.fromkeys((claim, source) for *_, claim, source in SOURCES if source.startswith("= ")))


@pytest.mark.parametrize(("claim", "source"), COMPUTED, ids=lambda value: getattr(value, "text", ""))
def test_a_number_is_what_is_computed(claim, source):
    assert claims.agrees(claim, computed(source.removeprefix("= "))), (claim.around, source)


NIGHTLY = [(claim, source) for *_, claim, source in SOURCES if source.startswith("nightly: ")]


@pytest.mark.skipif("EXAMLAB_NIGHTLY" not in os.environ, reason="takes minutes: make mutants PARTS=page")
@pytest.mark.parametrize(("claim", "source"), NIGHTLY, ids=lambda value: getattr(value, "text", ""))
def test_a_number_is_what_is_computed_at_night(claim, source):
    assert claims.agrees(claim, computed(source.removeprefix("nightly: "))), (claim.around, source)


def test_a_number_of_a_test_stands_in_it():
    for name, cell, claim, source in SOURCES:
        if source.startswith("test: "):
            file, function = source.removeprefix("test: ").split("::")
            tree = ast.parse((notebooks.ROOT / file).read_text(encoding="utf-8"))
            [found] = [n for n in tree.body if isinstance(n, ast.FunctionDef) and n.name == function]
            assert claims.stands_in(claim, ast.unparse(found)), (name, cell, claim.around)


def test_what_comes_from_outside_says_whence():
    given = [source for *_, source in SOURCES if source.startswith("from: ")]
    assert all(len(source) > len("from: ") + 10 for source in given)
    assert len(given) < 0.05 * len(SOURCES), "most numbers of this book are its own"


# ---- Numbers in words


IN_WORDS = [
    (name, claim)
    for name, found in yaml.safe_load(
        Path(__file__).with_name("in_words.yml").read_text(encoding="utf-8")
    ).items()
    for claim in found
]


@pytest.mark.parametrize(("name", "claim"), IN_WORDS, ids=lambda value: str(value)[:60])
def test_what_is_said_in_words_is_so(name, claim):
    cells = notebooks.read(notebooks.ROOT / "notebooks" / f"{name}.ipynb").cells
    text = " ".join(" ".join(cell.source for cell in cells if cell.cell_type == "markdown").split())
    assert claim["says"] in text
    assert computed(claim["is"])


# ---- The line under the title


def parts():
    for path in sorted((notebooks.ROOT / "notebooks").glob("*/part.yml")):
        for question in yaml.safe_load(path.read_text(encoding="utf-8"))["questions"]:
            if "points" in question:
                yield path.parent.name, question


@pytest.mark.parametrize(("part", "question"), list(parts()), ids=lambda value: str(value)[:40])
def test_the_points_of_a_question_are_those_of_its_part(part, question):
    cells = notebooks.read(notebooks.ROOT / "notebooks" / part / f"{question['page']}.ipynb").cells
    number, points = question["number"], question["points"]
    said = f"question {number}. {points:g} point{'' if points == 1 else 's'}.*"
    assert re.search(rf"^\*[^*\n]*, {re.escape(said)}", cells[0].source, re.MULTILINE)


# ---- What counts as a number


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Of 2000 starts, 36 % are silent.", ["2000", "36 %"]),
        ("In all 149\u202f953, and 2.5 of $18\\,496$.", ["149\u202f953", "2.5", "18\u202f496"]),
        ("$x_{12}^2 + \\sum_{i=3}^{7} y_i^{10}$ and w11, R1, float32, `ddof=3`", []),
        ("$1 - 10^{-8} \\approx 2^{-24}$, never more than $1/4$, $\\tfrac12$", ["10^{-8}", "2^{-24}", "1/4"]),
        ("lies between $-2.14$ and −0.57", ["−2.14", "−0.57"]),
        ("[question 4](a.ipynb), questions [5](b.ipynb) and [10](c.ipynb), chapter 9, equation (3)", []),
        ("*Exercise 1, question 3. 4 points.* After this page you can count 5.", ["5"]),
        ("A {term}`convolution` of 3×3 with {term}`padding <padding>` 7.", ["3", "3", "7"]),
        ("0, 1 and 2 are notation, 0 % and 1.0 are not.", ["0 %", "1.0"]),
        ("1. First.\n2. Then 8.\n\n```python\nx = 9\n```", ["8"]),
        ("(1) Choose. (2) Assign 6, as {cite:t}`someone1957` do.", ["6"]),
        ("$\\frac{1}{1 - d}$ at 12, $\\frac{3}{4}$", ["12", "3/4"]),
    ],
)
def test_what_counts_as_a_number(text, found):
    assert [claim.text for claim in claims.claims(text)] == found


@pytest.mark.parametrize("name", PAGES)
def test_every_altered_number_is_noticed(name):
    page, listed = PAGES[name], LISTED[name]
    for cell, found in page.texts.items():
        for place in range(len(found)):
            other = [*found]
            digits = re.search(r"\d(?=\D*$)", found[place].text)
            text = f"{found[place].text[: digits.start()]}{(int(digits[0]) + 1) % 10}"
            other[place] = dataclasses.replace(
                found[place], text=text + found[place].text[digits.end() :], value=found[place].value + 1
            )
            altered = dataclasses.replace(page, texts=page.texts | {cell: other})
            assert claims.listed([altered], LISTED)[name] != listed, found[place].around
