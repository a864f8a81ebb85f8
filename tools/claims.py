"""The numbers that the pages state, and where each of them comes from.

``python tools/claims.py`` writes ``checks/claims.yml`` anew in each folder of pages: for each text of each
page its numbers in order, each with its source. A source that was written by hand stays as long as its number
does. A new number is looked up among what the page's code cells show, then among what they contain. What is
found nowhere is listed as `?`, and the tests refuse it: it is an orphan. ``--check`` writes nothing.

What counts as a number
-----------------------
Every number written in digits, in prose, in formulas and in the solutions of self-checks, except:

- indices and exponents, digits that belong to a name (float32, R1, w11), and inline code;
- numbers of questions, exercises, chapters, sections and equations, the numbering of lists, and the line
  under the title, whose points a test of its own compares with ``part.yml``;
- 0, 1, 2 and 1/2 as they stand: they are the notation of every formula. With a percent sign or decimals they
  count.

A power of a number (10⁻¹⁷, 2⁻²⁴) and a fraction (1/4) are one number.
"""

from __future__ import annotations

import argparse
import ast
import re
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import Any

import yaml

import notebooks
from examlab.reading import answers
from examlab.reading.check import SelfCheck, check

LIST = Path("checks", "claims.yml")
"""Where the numbers of the pages in a folder are listed."""
ORPHAN = "?"
BY_HAND = ("= ", "nightly: ", "test: ", "from: ")
"""How a source written by hand begins: an expression that each run of the tests computes, or each night if it
takes minutes; a test that measures the number; the world outside this book."""
NOTATION = {"0", "1", "2", "1/2"}

_REFERENCE = r"\(?\[?\d[\d.]*\]?\)?(?:\([^)]*\))?"
_SKIPPED = re.compile(
    rf"""^(`{{3,}}|:{{3,}}).*?^\1[ ]*$  # directives and blocks of code
      | ^\*[^*\n]*(?:points?\.|put[ ]together\.)\*  # the line under the title
      | \b(?:[Qq]uestions?|[Ee]xercise|[Cc]hapters?|[Ss]ections?|[Ee]quations?)
        (?:[ ]on[ ]\w+,)?[ ]{_REFERENCE}(?:(?:,[ ]|,?[ ]and[ ]|[ ]to[ ]){_REFERENCE})*
      | \[[\d ]+\]\([^)]*\) | \]\([^)]*\)  # numbered links, where links lead
      | ^[ ]*\d+\.[ ] | (?<=[ ])\(\d\d?\)(?=[ ,;.]|$)  # numbered lists, (1) and (2), equations quoted""",
    re.MULTILINE | re.DOTALL | re.VERBOSE,
)
_CODE = re.compile(r"(?<!`)(\{[\w:]+\})?`([^`\n]+)`(?!`)")
_FORMULA = re.compile(r"\$\$.*?\$\$|\$[^$]+\$", re.DOTALL)
_SPACE = "[ \u00a0\u2009\u202f]"
_NUMBER = re.compile(
    rf"""(?<![\w.,^_{{-])(?P<sign>[-−]?)
         (?:(?P<power>\d+\^\{{-?\d+\}})
           |(?P<fraction>\d+/\d+)(?![\d.])
           |(?P<plain>\d{{1,3}}(?:{_SPACE}\d{{3}})+|\d+(?:\.\d+)?))
         (?P<percent>{_SPACE}?(?:\\?%))?(?![\d])(?!\w)""",
    re.VERBOSE,
)
_PLAIN = re.compile(r"[-−]?\d+(?:[,\u202f\u00a0 ]\d{3})*(?:\.\d+)?(?:e[-+]?\d+)?")


@dataclass(frozen=True)
class Claim:
    """A number that a page states: as written, its value, how many decimals it has, what stands around it."""

    text: str
    value: float
    decimals: int
    around: str


def claims(source: str) -> list[Claim]:
    """Return the numbers of a Markdown text that are neither notation nor a reference."""
    text = _SKIPPED.sub(" § ", _CODE.sub(_spoken, source))
    text = _FORMULA.sub(lambda found: _plain_formula(found[0]), text)
    return [claim for found in _NUMBER.finditer(text) if (claim := _claim(found, text)) is not None]


def _spoken(code: re.Match[str]) -> str:
    """Return what is read aloud of a role: the words of a term; nothing of a citation or of code."""
    role, inside = code.groups()
    return re.sub(r"\s*<.*>", "", inside) if role == "{term}" else " § "


def _plain_formula(formula: str) -> str:
    """Return a formula without indices and exponents, its numbers as in prose."""
    formula = re.sub(r"(?<=\d)\\,(?=\d)", "\u202f", formula)
    formula = re.sub(r"(\d)\^(\d)(?!\d)", r"\1^{\2}", formula)
    formula = re.sub(r"_(\{[^{}]*\}|\w)", "", formula)
    formula = re.sub(r"(?<!\d)\^(\{[^{}]*(?:\{[^{}]*\}[^{}]*)*\}|\\\w+|\w)", "", formula)
    formula = re.sub(r"\\[td]?frac(?:\{(\d+)\}\{(\d+)\}|(\d)(\d))", r" \1\3/\2\4 ", formula)
    return re.sub(
        r"\\[a-zA-Z]+|[{}&$](?<!\^\{)(?!-?\d+\})", lambda f: " " if f[0] not in "{}" else f[0], formula
    )


def _claim(found: re.Match[str], text: str) -> Claim | None:
    written = found["power"] or found["fraction"] or found["plain"]
    if found["power"]:
        base, exponent = re.findall(r"-?\d+", written)
        value, decimals = float(base) ** int(exponent), 30
    elif found["fraction"]:
        if written in NOTATION:
            return None
        above, below = map(int, written.split("/"))
        value, decimals = above / below if below else 0.0, 30
    else:
        plain = re.sub(_SPACE, "", written)
        value, decimals = float(plain), len(plain.partition(".")[2])
        if plain in NOTATION and not found["percent"]:
            return None
    shown = re.sub(r"\s+", " ", text[max(0, found.start() - 40) : found.end() + 30]).strip()
    sign = "−" if found["sign"] else ""
    percent = " %" if found["percent"] else ""
    return Claim(f"{sign}{written}{percent}", -value if sign else value, decimals, shown)


# ---- Where a number comes from


@dataclass(frozen=True)
class Page:
    """A notebook: the numbers that it states, and those that its code shows, contains, and asks about."""

    name: str
    texts: dict[str, list[Claim]]
    shown: list[tuple[str, str, float]]
    given: list[tuple[str, str, float]]
    asked: list[tuple[str, str, float]]


def name_of(path: Path) -> str:
    """Return what a page is called: its folder and its file, as in ``gan/1-output-layer``."""
    return "/".join(path.with_suffix("").parts[-2:])


def read(path: Path) -> Page:
    """Return what a notebook states, shows and contains."""
    cells = notebooks.read(path).cells
    code = [cell for cell in cells if cell.cell_type == "code" and not _asks(cell)]
    checks = {cell.id: self_check(cell.source) for cell in cells if cell.cell_type == "code" and _asks(cell)}
    texts = {cell.id: claims(cell.source) for cell in cells if cell.cell_type == "markdown"}
    texts |= {f"{name}, solution": claims(found.solution) for name, found in checks.items()}
    asked = [(name, *number) for name, found in checks.items() for number in _numbers(found.prompt)]
    return Page(
        name_of(path),
        {name: found for name, found in texts.items() if found},
        [(cell.id, *number) for cell in code for text in _said(cell) for number in _numbers(text)],
        [(cell.id, *number) for cell in code for number in _literals(cell.source)],
        asked,
    )


def self_check(source: str) -> SelfCheck:
    """Return the self-check that a cell shows."""
    names = {name: getattr(answers, name) for name in answers.__all__} | {"check": check}
    *before, last = ast.parse(source).body
    if not isinstance(last, ast.Expr):
        raise ValueError(f"a cell with a self-check must end with it, got {ast.unparse(last)}")
    exec(compile(ast.Module(before, []), "cell", "exec"), names)  # a cell of ours
    found = eval(compile(ast.Expression(last.value), "cell", "eval"), names)
    if not isinstance(found, SelfCheck):
        raise ValueError(f"a cell that is tagged remove-input must show a self-check, got {found!r}")
    return found


def _asks(cell: Any) -> bool:
    """Return whether a code cell is a self-check, which computes nothing."""
    return "remove-input" in cell.metadata.get("tags", ())


def _literals(source: str) -> Iterator[tuple[str, float]]:
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Constant) and type(node.value) in (int, float):
            yield from ((sign + ast.unparse(node), float(sign + str(node.value))) for sign in ("", "-"))


def _said(cell: Any) -> Iterator[str]:
    for output in cell.outputs:
        yield output.get("text") or output.get("data", {}).get("text/plain", "")


def _numbers(text: str) -> Iterator[tuple[str, float]]:
    for found in _PLAIN.finditer(text):
        plain = re.sub("[,\u202f\u00a0 ]", "", found[0]).replace("−", "-")
        yield found[0], float(plain)


def agrees(claim: Claim, value: float) -> bool:
    """Return whether a number is what is claimed, to the digits that are claimed."""
    if claim.decimals == 30:
        return abs(value - claim.value) <= 1e-9 * abs(claim.value)
    return abs(value - claim.value) <= (0.5 + 1e-9) * 10.0**-claim.decimals


def stands_in(claim: Claim, source: str) -> bool:
    """Return whether a number is written in some code, as it is, in per cent, or as the length of a list."""
    nodes = list(ast.walk(ast.parse(source)))
    lengths = [len(node.elts) for node in nodes if isinstance(node, ast.Tuple | ast.List)]
    values = [value for _text, value in _literals(source)]
    return claim.value in [*lengths, *values, *(100 * value for value in values)]


def source_of(claim: Claim, page: Page, text: str) -> str:
    """Return where the page's code shows a number, or contains it, or that it does neither."""
    if any(f"{cell}, solution" == text and value == abs(claim.value) for cell, _text, value in page.asked):
        return "the question"
    exactly = [f"{text} in {cell}" for cell, text, value in page.shown if value == claim.value]
    inside = [f"code of {cell}" for cell, _text, value in page.given if value == claim.value]
    rounded = [f"{text} in {cell}" for cell, text, value in page.shown if agrees(claim, value)]
    return [*exactly, *inside, *(rounded if claim.decimals or abs(claim.value) >= 20 else []), ORPHAN][0]


# ---- The list


Listed = dict[str, dict[str, list[dict[str, str]]]]


def stored(root: Path = notebooks.ROOT) -> Listed:
    """Return the lists of all folders as they are stored."""
    return {
        f"{path.parents[1].name}/{page}": texts
        for path in sorted((root / "notebooks").rglob(LIST.as_posix()))
        for page, texts in yaml.safe_load(path.read_text(encoding="utf-8")).items()
    }


def store(now: Listed, paths: Iterable[Path]) -> None:
    """Write the list of each folder that holds one of these notebooks."""
    for folder, pages in groupby(sorted(paths), lambda path: path.parent):
        found = {path.stem: now[name_of(path)] for path in pages}
        (folder / LIST).parent.mkdir(exist_ok=True)
        text = yaml.safe_dump(found, allow_unicode=True, sort_keys=False, width=200)
        (folder / LIST).write_text(text, encoding="utf-8", newline="\n")


def listed(pages: Iterable[Page], before: Listed) -> Listed:
    """Return the list of all pages; sources written by hand stay with their numbers."""
    return {
        page.name: {
            cell: _listed_text(found, page, cell, before.get(page.name, {}).get(cell, []))
            for cell, found in page.texts.items()
        }
        for page in pages
    }


def _listed_text(
    found: list[Claim], page: Page, text: str, before: list[dict[str, str]]
) -> list[dict[str, str]]:
    kept = [(number, source) for entry in before for number, source in entry.items()]
    entries = []
    for claim in found:
        old = next((source for number, source in kept if number == claim.text), ORPHAN)
        if old.startswith(BY_HAND):
            kept.remove((claim.text, old))
            entries.append({claim.text: old})
        else:
            entries.append({claim.text: source_of(claim, page, text)})
    return entries


def main(arguments: list[str] | None = None, *, root: Path = notebooks.ROOT) -> int:
    """Write the lists, or compare; return 1 if a number has no source or a list is old."""
    parser = argparse.ArgumentParser(description="List the numbers that the pages state, with their sources.")
    parser.add_argument("--check", action="store_true", help="write nothing")
    options = parser.parse_args(arguments)
    paths = notebooks.find([root / "notebooks"])
    pages = [read(path) for path in paths]
    before = stored(root)
    now = listed(pages, before)
    orphans = [
        f"{page.name}, {cell}: {claim.text} in “{claim.around}”"
        for page in pages
        for cell, found in page.texts.items()
        for claim, entry in zip(found, now[page.name][cell], strict=True)
        if entry[claim.text] == ORPHAN
    ]
    print("\n".join(orphans))
    if not options.check:
        store(now, paths)
    print(f"Numbers: {sum(len(f) for p in pages for f in p.texts.values())}, orphans: {len(orphans)}.")
    return 1 if orphans or now != before else 0


if __name__ == "__main__":
    sys.exit(main())
