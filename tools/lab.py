"""Let JupyterLab show the book: ``make lab``, ``make hub`` and Binder's ``postBuild`` run this.

It gives the environment of the Python that runs it the settings in ``lab_settings.json``, and writes
``notebooks/contents.md``: the book's pages in their order, which names of files alone do not give.
"""

from __future__ import annotations

import json
import re
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parent.parent
SETTINGS = Path(__file__).with_name("lab_settings.json")


def install_settings(environment: Path) -> Path:
    """Give an environment our settings, and return their file: what a reader chooses goes before them."""
    target = environment / "share" / "jupyter" / "lab" / "settings" / "overrides.json"
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(SETTINGS, target)
    return target


def in_order(root: Path = ROOT) -> list[str]:
    """Return the book's notebooks, in its order."""
    return [name for _, names in _parts(root) for name in names]


def contents(root: Path = ROOT) -> str:
    """Return the contents of the book as Markdown, for a file in its folder of notebooks."""
    lines = ["# An Exam You Can Run", "", "Open a page and choose *Run*, *Run All Cells*: sliders then move."]
    for caption, names in _parts(root):
        lines += ["", f"## {caption}", "", *(_entry(root, name) for name in names)]
    return "\n".join(lines) + "\n"


def title(notebook: Path) -> str:
    """Return the title of a notebook, which is its first line."""
    cells: list[dict[str, Any]] = json.loads(notebook.read_text(encoding="utf-8"))["cells"]
    return "".join(cells[0]["source"]).splitlines()[0].removeprefix("# ")


def _parts(root: Path) -> Iterator[tuple[str, list[str]]]:
    """Yield each part of _toc.yml that has notebooks: its caption, and their paths."""
    toc = yaml.safe_load((root / "_toc.yml").read_text(encoding="utf-8"))
    for part in toc["parts"]:
        files = [f"{chapter['file']}.ipynb" for chapter in part["chapters"]]
        if names := [name for name in files if name.startswith("notebooks/")]:
            yield part["caption"], names


def _entry(root: Path, name: str) -> str:
    number = re.match(r"0*(\d+)-", Path(name).name)
    question = f"Question {number[1]}: " if number else ""
    return f"- {question}[{title(root / name)}]({name.removeprefix('notebooks/')})"


if __name__ == "__main__":
    install_settings(Path(sys.prefix))
    (ROOT / "notebooks" / "contents.md").write_text(contents(), encoding="utf-8")
