"""A book of a few pages, built in two seconds, to see what the site does with self-checks and the map.

It has two parts. In the first, one question has one self-check, one has two, one is in preparation; then
comes a capstone, which is worth no points. The second part has one question.
"""

from __future__ import annotations

import io
from pathlib import Path

import nbformat
import nbformat.v4 as v4
from sphinx.application import Sphinx
from sphinx.util.docutils import docutils_namespace, patch_docutils

from examlab.reading.answers import number
from examlab.reading.check import SelfCheck, check

ROOT = Path(__file__).resolve().parents[2]

_PART = """\
title: Nets
points: 3
opener: index
questions:
  - {number: 1, title: Why, points: 2, page: 1-why}
  - {number: 2, title: How, points: 1.5, page: 2-how}
  - {number: 3, title: Later, points: 1, page: 3-later}
  - {title: All of it, page: all}
"""
_OTHER_PART = """\
title: Rest
points: 1
questions:
  - {number: 1, title: Rest, points: 1, page: 1-rest}
"""
_CONFIGURATION = f"""\
from examlab.reading.publish.exam_map import ExamMap
from examlab.reading.publish.marks import add_marks

extensions = ["myst_nb"]
exclude_patterns = ["_build"]
html_theme = "basic"
html_sidebars = {{"**": []}}
html_static_path = [{str(ROOT / "src/examlab/reading/assets")!r}, {str(ROOT / "book/assets")!r}]
html_css_files = ["check.css"]
nb_execution_mode = "off"
nb_ipywidgets_js = {{}}
nb_mime_priority_overrides = [["html", "text/html", 1]]


def setup(app):
    app.add_directive("exam-map", ExamMap)
    add_marks(app)
    app.add_js_file("check.js", loading_method="defer")
"""

_METADATA = {"language_info": {"name": "python", "pygments_lexer": "ipython3"}}


def question(prompt: str) -> SelfCheck:
    """Return a self-check whose answer is 320, and 288 a slip."""
    return check(prompt, number(320, slips={288: "The biases."}), solution="Count.")


CHECKS = {
    "notebooks/nets/index": [question("What is a net?")],
    "notebooks/nets/1-why": [question("Why?")],
    "notebooks/nets/2-how": [question("How?"), question("How else?")],
    "notebooks/nets/all": [question("All of it?")],
    "notebooks/rest/1-rest": [question("And the rest?")],
}
"""The self-checks of each page."""


def build(folder: Path) -> Path:
    """Build the book in an empty folder, and return where its pages are."""
    for page, checks in CHECKS.items():
        path = folder / f"{page}.ipynb"
        path.parent.mkdir(parents=True, exist_ok=True)
        _map = "\n\n```{exam-map}\nnets\n```" if page.endswith("index") else ""
        cells = [v4.new_markdown_cell(f"# {checks[0].prompt}{_map}")]
        for found in checks:
            data = {"text/html": found.html(live=False), "text/plain": found.text()}
            shown = v4.new_output("execute_result", data=data, execution_count=1)
            cells.append(v4.new_code_cell("ask", execution_count=1, outputs=[shown]))
        nbformat.write(v4.new_notebook(cells=cells, metadata=_METADATA), path)
    (folder / "notebooks/nets/part.yml").write_text(_PART, encoding="utf-8")
    (folder / "notebooks/rest/part.yml").write_text(_OTHER_PART, encoding="utf-8")
    toctree = "\n".join(["```{toctree}", "plain", *CHECKS, "```"])
    (folder / "plain.md").write_text("# Nothing to solve\n", encoding="utf-8")
    (folder / "index.md").write_text(
        f"# A book\n\n```{{exam-map}}\nnets\nrest\n```\n\n{toctree}\n", encoding="utf-8"
    )
    (folder / "conf.py").write_text(_CONFIGURATION, encoding="utf-8")
    return rebuild(folder)


def rebuild(folder: Path, *, builder: str = "html") -> Path:
    """Build what has changed, and return where the pages are."""
    trouble = io.StringIO()
    site = folder / "_build" / builder
    with patch_docutils(), docutils_namespace():
        app = Sphinx(folder, folder, site, folder / "_build" / "trees", builder, status=None, warning=trouble)
        app.build()
    assert not trouble.getvalue(), trouble.getvalue()
    return site
