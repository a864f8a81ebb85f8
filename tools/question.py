"""Start a question's page: ``python tools/question.py PART NUMBER SLUG``.

Writes the notebook that ``notebooks/PART/part.yml`` lists, from ``tools/question_template.ipynb``: every
heading and a cell of each kind, ready to run. The second key of its self-check begins beside it, in
``checks/keys.yml``.
"""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path
from string import Template
from typing import Any

import yaml

from notebooks import ROOT, read, tidy, write

TEMPLATE = Path(__file__).with_name("question_template.ipynb")
NAMES = ("PART", "NUMBER", "SLUG")
USAGE = "make question PART=gan NUMBER=3 SLUG=which-activation-where"
KEYS = """\
# What is right in each self-check, a second time: as text or number, and why, in the page's own words
# (`says`) or by an expression over the package that gives it (`is`). tests/notebooks/test_keys.py compares.
"""
KEY = """\
{page}:
  right: [Write here what is right]
  says: Write here the words of the page that say so, or an expression after `is` in place of `says`
"""
NEXT = """\
Next:
  make lab                   write the page
  make notebooks PAGE={page}   execute it and store its outputs
  make page PAGE={page}        look at it
  make claims                say where its numbers come from
  make test                  check everything"""


def start(root: Path, part: str, number: str, slug: str) -> Path:
    """Write the page of a question and return its path.

    Raises
    ------
    ValueError
        If the part, the number or the slug is not one that a part.yml lists; the message says what is.
    FileExistsError
        If the page is there already.
    """
    parts = sorted(path.parent.name for path in (root / "notebooks").glob("*/part.yml"))
    if part not in parts:
        raise ValueError(
            f"PART={part} is not a part of the book: choose from {', '.join(parts)}, "
            f"or begin a new one by writing notebooks/{part}/part.yml, such as\n\n"
            f"title: What the part is called\npoints: 2\nquestions:\n{_line(number, slug)}\n"
        )
    listed = f"notebooks/{part}/part.yml"
    content = _part(root, part)
    questions = {str(found["number"]): found for found in content["questions"] if "number" in found}
    if number not in questions:
        choices = ", ".join(questions)
        raise ValueError(
            f"NUMBER={number} is not in {listed}: choose from {choices}, "
            f"or add it there as\n\n{_line(number, slug)}\n"
        )
    name = str(questions[number]["page"])
    called = re.sub(rf"^0*{number}-", "", name)
    if slug != called:
        raise ValueError(
            f"SLUG={slug} is not what {listed} calls question {number}: give {called}, or change it there"
        )
    path = root / "notebooks" / part / f"{name}.ipynb"
    if path.exists():
        raise FileExistsError(f"{path.relative_to(root).as_posix()} is there already: it stays as it is")
    write(path, page(content, questions[number]))
    return path


def _line(number: str, slug: str) -> str:
    """Return how a part.yml lists a question."""
    return f"  - {{number: {number}, title: What it asks, points: 2, page: {number}-{slug}}}"


def page(part: dict[str, Any], question: dict[str, Any]) -> Any:
    """Return a notebook that runs, with the question's title, and “Write here” where words are missing."""
    notebook = tidy(read(TEMPLATE))
    points = f"{question['points']:g} point{'' if question['points'] == 1 else 's'}"
    notebook.cells[0].source = Template(notebook.cells[0].source).substitute(
        title=question["title"], part=part["title"], number=question["number"], points=points
    )
    return notebook


def add_key(root: Path, part: str, name: str) -> Path:
    """Begin a page's entry in the keys of its part, and return where it stands."""
    path = root / "notebooks" / part / "checks" / "keys.yml"
    path.parent.mkdir(exist_ok=True)
    before = path.read_text(encoding="utf-8") if path.exists() else KEYS
    if name not in (yaml.safe_load(before) or {}):
        path.write_text(before + KEY.format(page=name), encoding="utf-8", newline="\n")
    return path


def add_to_contents(root: Path, part: str, name: str) -> bool:
    """Add a page to _toc.yml, in the order of part.yml, and return whether it is there now.

    The first page of a part brings the part, after those that are there. Everything else in the file stays,
    comments too.
    """
    contents = root / "_toc.yml"
    before = contents.read_text(encoding="utf-8")
    lines = before.splitlines()
    added = f"notebooks/{part}/{name}"
    if added in _files(before):
        return True
    entry = re.compile(rf"\s*- file: notebooks/{re.escape(part)}/([\w-]+)\s*")
    there = {match[1]: index for index, line in enumerate(lines) if (match := entry.fullmatch(line))}
    (_add_page if there else _add_part)(lines, there, _part(root, part), added)
    after = "\n".join(lines) + "\n"
    try:
        right = _files(after) == _files(before) | {added}
    except (yaml.YAMLError, KeyError, TypeError):
        right = False
    if right:
        contents.write_text(after, encoding="utf-8", newline="\n")
    return right


def _add_page(lines: list[str], there: dict[str, int], part: dict[str, Any], added: str) -> None:
    order = [str(part.get("opener", "")), *(str(question["page"]) for question in part["questions"])]
    before = order[: order.index(Path(added).name)]
    first = min(there.values())
    place = max((index for name, index in there.items() if name in before), default=first - 1)
    lines.insert(place + 1, f"{lines[first].partition('-')[0]}- file: {added}")


def _add_part(lines: list[str], _there: dict[str, int], part: dict[str, Any], added: str) -> None:
    last = max((index for index, line in enumerate(lines) if "- file: notebooks/" in line), default=-1)
    caption = json.dumps(part["title"], ensure_ascii=False)  # quoted: a title may hold a colon
    lines[last + 1 : last + 1] = [f"  - caption: {caption}", "    chapters:", f"      - file: {added}"]


def _part(root: Path, part: str) -> dict[str, Any]:
    path = root / "notebooks" / part / "part.yml"
    content: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    return content


def _files(contents: str) -> set[str]:
    return {chapter["file"] for part in yaml.safe_load(contents)["parts"] for chapter in part["chapters"]}


def main(arguments: list[str], *, root: Path = ROOT) -> int:
    """Start the page that the three arguments name, and say what comes next."""
    given = [argument.strip() for argument in arguments] + [""] * len(NAMES)
    missing = [name for name, value in zip(NAMES, given, strict=False) if not value]
    if missing or len(arguments) > len(NAMES):
        what = f"{' and '.join(missing)} missing" if missing else "too many arguments"
        print(f"{what}: write {USAGE}", file=sys.stderr)
        return 2
    part, number, slug = given[: len(NAMES)]
    try:
        path = start(root, part, number, slug)
    except (ValueError, FileExistsError) as error:
        print(error, file=sys.stderr)
        return 1
    print(f"Written: {path.relative_to(root).as_posix()}. Fill in every place that says “Write here”.")
    keys = add_key(root, part, path.stem).relative_to(root).as_posix()
    print(f"Say a second time what is right in its self-check: {keys}.")
    if add_to_contents(root, part, path.stem):
        print("Added to _toc.yml.")
    else:
        print(f"Add it to _toc.yml, the first page of its part: - file: notebooks/{part}/{path.stem}")
    print(NEXT.format(page=path.relative_to(root).with_suffix("").as_posix()))
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
