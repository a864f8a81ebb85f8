"""A second exam needs a folder and a part in `_toc.yml`: two questions added as a contributor adds them."""

from __future__ import annotations

import json
import re
from html import unescape
from pathlib import Path

import claims
import pytest
import question
import yaml

import notebooks
from tests.notebooks import keys
from tests.unit.published import build, write

PARTS = {
    "winter": "title: The first exam\npoints: 1\nquestions:\n"
    "  - {number: 1, title: Which layer, points: 1, page: 1-layer}\n",
    "summer": "title: 'The second exam: softmax'\npoints: 3\nquestions:\n"
    "  - {number: 1, title: What softmax is, points: 1, page: 1-softmax}\n"
    "  - {number: 2, title: Its gradient, points: 2, page: 2-gradient}\n",
}
CONTENTS = """\
format: jb-book
root: index
parts:
  - caption: Before
    chapters:
      - file: book/glossary
      - file: notebooks/lesson
"""
FIRST = "notebooks/winter/1-layer"
SECOND = ["notebooks/summer/1-softmax", "notebooks/summer/2-gradient"]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site of a book with one exam, to which a second one was added; its notebooks are executed."""
    root = tmp_path_factory.mktemp("exams")
    write(root, history=False)
    (root / "index.md").write_text("# Exams\n\n```{exam-map}\n```\n")
    contents = root / "_toc.yml"
    contents.write_text(CONTENTS)
    settings = (root / "_config.yml").read_text(encoding="utf-8")
    (root / "_config.yml").write_text(settings.replace('"off"', "cache"), encoding="utf-8")
    _add(root, "winter", ("1", "layer"))
    before = _files(root)
    _add(root, "summer", ("1", "softmax"), ("2", "gradient"))
    touched = {path for path, content in _files(root).items() if before.get(path) != content}
    assert {path for path in touched if "summer" not in path.parts} == {contents}
    return build(root)


def _files(root: Path) -> dict[Path, bytes]:
    return {path: path.read_bytes() for path in root.rglob("*.*") if path.is_file()}


def _add(root: Path, part: str, *questions: tuple[str, str]) -> None:
    (root / "notebooks" / part).mkdir()
    (root / "notebooks" / part / "part.yml").write_text(PARTS[part], encoding="utf-8")
    for number, slug in questions:
        assert question.main([part, number, slug], root=root) == 0


def read(site: Path, page: str) -> str:
    return (site / f"{page}.html").read_text(encoding="utf-8")


def told(site: Path, page: str) -> dict[str, list[str]]:
    """Return the self-checks of each page that a page's map counts."""
    [found] = re.findall(r'data-told="([^"]*)"', read(site, page))
    return json.loads(unescape(found))["pages"]


def test_the_second_exam_is_a_part_of_the_contents(site):
    parts = yaml.safe_load((site.parents[1] / "_toc.yml").read_text())["parts"]
    assert [part["caption"] for part in parts] == ["Before", "The first exam", "The second exam: softmax"]
    captions = re.findall(r'<span class="caption-text">([^<]*)', read(site, "index"))
    assert captions[: len(parts)] == [part["caption"] for part in parts]


def test_the_map_lists_both_exams_with_their_points(site):
    page = read(site, "index")
    for part, marks in {"winter": [(FIRST, "1")], "summer": [*zip(SECOND, "12", strict=True)]}.items():
        [shown] = re.findall(rf'<div class="examlab-part part-{part}.*?</table>', page, re.DOTALL)
        found = re.findall(r'class="examlab-mark" data-page="([^"]*)" data-points="(\d)"', shown)
        assert found == marks
        assert all(f'href="{name}.html"' in shown for name, _ in marks)
    assert "in preparation" not in page
    assert re.findall(r'<progress max="(\d+)"', page) == ["4", "1", "3"]


def test_progress_counts_the_self_checks_of_both(site):
    found = told(site, "index")
    assert list(found) == [FIRST, *SECOND]
    assert all(len(checks) == 1 for checks in found.values())
    for page, [check] in found.items():
        assert f'id="{check}"' in read(site, page)


def test_neighbours_lead_from_one_exam_into_the_other(site):
    links = re.findall(r'class="(?:left-prev|right-next)"\s+href="([^"]*)"', read(site, SECOND[0]))
    assert links == ["../winter/1-layer.html", "2-gradient.html"]
    assert "Question 2: Its gradient" in read(site, SECOND[0])


def test_each_exam_has_an_accent_of_its_own_and_its_share_of_the_bar(site):
    styles = (site / "_static" / "parts.css").read_text(encoding="utf-8")
    assert '[data-part="winter"], .part-winter { --accent: var(--book-blue); }' in styles
    assert '[data-part="summer"], .part-summer { --accent: var(--book-orange); }' in styles
    assert "var(--book-blue) 0% 25%, var(--book-orange) 25% 100%" in styles
    assert 'data-part="summer"' in read(site, SECOND[1])


def test_its_sliders_move(site):
    assert all('class="examlab-controls"' in read(site, page) for page in SECOND)


# ---- Its checks stand in its folder


@pytest.fixture
def book(tmp_path: Path) -> Path:
    """A book with the second exam alone, as its contributor finds it after the first command."""
    (tmp_path / "notebooks").mkdir()
    (tmp_path / "_toc.yml").write_text(CONTENTS)
    _add(tmp_path, "summer", ("1", "softmax"), ("2", "gradient"))
    return tmp_path


def test_a_new_page_has_a_key_that_is_refused_until_it_is_written(book):
    listed = keys.stored(book)
    assert [f"notebooks/{name}" for name in listed] == SECOND
    for page in SECOND:
        answer, text = keys.read(book / f"{page}.ipynb")
        unwritten = listed[page.removeprefix("notebooks/")]
        assert len(keys.wrong(unwritten, answer, text)) == 2
        assert keys.wrong({"right": [4], "is": "[2 + 2]"}, answer, text) == []
        assert keys.wrong({"right": [5], "is": "[2 + 3]"}, answer, text) != []


def test_its_numbers_are_listed_beside_it_and_none_without_a_source(book, capsys):
    path = book / f"{SECOND[0]}.ipynb"
    page = notebooks.read(path)
    page.cells[-1].source += " Then 73 of them."
    notebooks.write(path, page)
    assert claims.main([], root=book) == 1
    assert f"summer/1-softmax, {page.cells[-1].id}: 73 in" in capsys.readouterr().out
    [listed] = book.rglob("claims.yml")
    assert listed == book / "notebooks" / "summer" / "checks" / "claims.yml"
    written = listed.read_text(encoding="utf-8")
    assert [f"notebooks/{name}" for name in claims.stored(book)] == SECOND
    assert "'73': '?'" in written
    listed.write_text(re.sub(r"'\?'", "= 70 + 3", written), encoding="utf-8")
    assert claims.main([], root=book) == 0
