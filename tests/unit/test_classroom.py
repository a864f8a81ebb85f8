"""The classroom: what a student's folder gets and keeps, and numbers that are those measured."""

from __future__ import annotations

import importlib.util
import json
import os
import re
import tomllib
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
VALUES = yaml.safe_load((ROOT / "classroom" / "zero-to-jupyterhub.yaml").read_text(encoding="utf-8"))
PAGE = (ROOT / "book" / "classroom.md").read_text(encoding="utf-8")
MEASURED = (ROOT / "book" / "measured" / "classroom.md").read_text(encoding="utf-8")


def fill(folder: Path, root: Path) -> list[str]:
    """Fill a student's folder as the hub does, and return what is new in it."""
    specification = importlib.util.spec_from_file_location("folders", ROOT / "classroom" / "folders.py")
    module = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(module)
    return [path.relative_to(folder).as_posix() for path in module.fill(folder, root=root)]


@pytest.fixture
def book(tmp_path: Path) -> Path:
    root = tmp_path / "root"
    page, checkpoint = "notebooks/nets/1-why.ipynb", "notebooks/.ipynb_checkpoints/1-why.ipynb"
    for name in (page, checkpoint, "book/glossary.md"):
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(f"the book's {name}")
    return root


# ---- A student's folder


def test_a_new_student_gets_the_notebooks_and_the_pages_they_link_to(book, tmp_path):
    assert fill(tmp_path / "ada", book) == ["notebooks/nets/1-why.ipynb", "book/glossary.md"]
    assert (tmp_path / "ada/book/glossary.md").read_text() == "the book's book/glossary.md"


def test_what_a_student_has_is_never_overwritten(book, tmp_path):
    fill(tmp_path / "ada", book)
    mine = tmp_path / "ada/notebooks/nets/1-why.ipynb"
    mine.write_text("mine")
    (mine.parent / "notes.md").write_text("mine too")
    (book / "notebooks/nets/1-why.ipynb").write_text("corrected")
    (book / "notebooks/nets/2-how.ipynb").write_text("new")
    assert fill(tmp_path / "ada", book) == ["notebooks/nets/2-how.ipynb"]
    assert mine.read_text() == "mine"
    assert (mine.parent / "notes.md").read_text() == "mine too"


def test_what_comes_into_being_meanwhile_is_not_overwritten_either(book, tmp_path, monkeypatch):
    link = os.link

    def late(source, target):
        Path(target).write_text("mine")
        link(source, target)

    monkeypatch.setattr(os, "link", late)
    assert fill(tmp_path / "ada", book) == []
    assert (tmp_path / "ada/notebooks/nets/1-why.ipynb").read_text() == "mine"
    assert [path.name for path in (tmp_path / "ada").rglob(".*")] == []


# ---- Numbers


def measured() -> dict[str, list[float]]:
    """Return each quantity at every size of a class."""
    cells = [re.split(r" *\| *", line.strip("| ")) for line in MEASURED.splitlines() if line.startswith("|")]
    return {name: [float(cell) for cell in row] for name, *row in cells if name != ":--"}


def gigabytes(text: str) -> float:
    number, unit = re.fullmatch(r"(\d+)(M|G)", text).groups()
    return int(number) / {"M": 1000, "G": 1}[unit]


def test_what_was_measured_is_stored_for_each_class():
    assert measured()["Students"] == [1, 5, 10, 20]
    assert measured()["Failed"] == [0, 0, 0, 0], "students failed"
    assert [line.split()[1] for line in MEASURED.splitlines() if line.startswith("- ")] == [
        "kernel",
        "proxy",
        "hub",
    ]


def test_the_guarantee_holds_what_a_student_held_and_little_more():
    highest = max(measured()["Memory of each, most (MB)"]) / 1000
    guaranteed = gigabytes(VALUES["singleuser"]["memory"]["guarantee"])
    assert highest < guaranteed < 2 * highest
    assert gigabytes(VALUES["singleuser"]["memory"]["limit"]) == 4 * guaranteed
    assert "The limit is four times as much" in PAGE


def test_the_page_s_arithmetic_for_300_students():
    guaranteed = gigabytes(VALUES["singleuser"]["memory"]["guarantee"])
    said, share = " ".join(PAGE.split()), VALUES["singleuser"]["cpu"]["guarantee"]
    assert f"300 of them are {300 * guaranteed:.0f} GB, ten machines of 16 GB" in said
    assert 300 * guaranteed < 10 * 16
    assert f"300 are {300 * share:.0f} cores" in said
    [cores] = re.findall(r"machine of (\d+) cores", MEASURED)
    assert "ten students on a core, as the last column did" in said
    assert measured()["Students"][-1] / int(cores) == 1 / share == 10
    assert VALUES["scheduling"]["userPlaceholder"]["replicas"] == 300 / 10
    assert VALUES["hub"]["activeServerLimit"] >= 300


def test_the_proxy_is_locked_without_an_address_to_download_from():
    asked = json.loads((ROOT / "classroom" / "package.json").read_text(encoding="utf-8"))
    locked = json.loads((ROOT / "classroom" / "package-lock.json").read_text(encoding="utf-8"))["packages"]
    assert locked[""]["dependencies"] == asked["dependencies"]
    packages = [package for name, package in locked.items() if name]
    assert packages
    assert all("integrity" in package and "resolved" not in package for package in packages)


def test_the_hub_is_an_extra_of_its_own():
    extras = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert any(need.startswith("jupyterhub") for need in extras["optional-dependencies"]["hub"])
    assert "jupyterhub==" not in (ROOT / "requirements.lock").read_text(encoding="utf-8")
