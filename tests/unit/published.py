"""A book of four pages with the settings of ours, built in seconds and without executing anything."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
GLOSSARY = """\
---
myst:
  html_meta:
    description: "What the words mean: all of them."
---
# Glossary

```{glossary}
sigmoid
  The function $\\sigma(z) = 1/(1 + e^{-z})$, an {term}`activation`. {fr}`(sigmoïde)`

activation
activation function
  What a unit applies. {fr}`(fonction d'activation)`
```
"""
LESSON = """\
# A lesson & more

*Part 1.* You can say what $\\sigma^2$ of a {term}`sigmoid` is, and of an {term}`other <activation function>`.

Once more: the {term}`sigmoid`.
"""


def write(root: Path, *, history: bool = True) -> None:
    """Write the small book into a folder; its first page and its notebook get a history if they shall."""
    (root / "book").mkdir(parents=True)
    (root / "notebooks").mkdir(exist_ok=True)
    settings = (ROOT / "_config.yml").read_text(encoding="utf-8")
    (root / "_config.yml").write_text(
        settings.replace("execute_notebooks: cache", 'execute_notebooks: "off"'), encoding="utf-8"
    )
    (root / "_toc.yml").write_text(
        "format: jb-book\nroot: index\nchapters:\n  - file: book/glossary\n  - file: notebooks/lesson\n"
    )
    (root / "index.md").write_text("# An Exam You Can Run\n\nThe first page.\n\n## The map\n\nAll of it.\n")
    (root / "book" / "glossary.md").write_text(GLOSSARY, encoding="utf-8")
    (root / "book" / "redirects.yml").write_text("book/old: book/glossary\n")
    (root / "book" / "references.bib").write_text("")
    cell = {"cell_type": "markdown", "metadata": {}, "source": LESSON, "id": "a"}
    kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    (root / "notebooks" / "lesson.ipynb").write_text(
        json.dumps({"cells": [cell], "metadata": kernel, "nbformat": 4, "nbformat_minor": 5})
    )
    shutil.copytree(ROOT / "book" / "assets", root / "book" / "assets")
    (root / "node_modules").symlink_to(ROOT / "node_modules")
    (root / "requirements.lock").touch()
    if history:
        git(root, "init", "-q")
        git(root, "add", "index.md", "notebooks")
        git(root, "commit", "-q", "-m", "one", date="2025-05-12T23:30:00-05:00")


def build(root: Path, **environment: str) -> Path:
    """Build the small book strictly, and return its site."""
    done = subprocess.run(
        [str(Path(sys.executable).with_name("jupyter-book")), "build", str(root), "-W", "-n", "--keep-going"],
        capture_output=True,
        text=True,
        env=clean_environment() | environment,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return root / "_build" / "html"


def clean_environment() -> dict[str, str]:
    """Return the environment without what would say where a book is published."""
    return {name: value for name, value in os.environ.items() if not name.startswith("EXAMLAB_")}


def git(root: Path, *words: str, date: str = "") -> None:
    """Run git in a folder, as nobody in particular."""
    dates = {"GIT_AUTHOR_DATE": date, "GIT_COMMITTER_DATE": date} if date else {}
    person = ["-c", "user.name=nobody", "-c", "user.email=nobody@book.example", "-c", "commit.gpgsign=false"]
    subprocess.run(["git", *person, *words], cwd=root, check=True, env=clean_environment() | dates)
