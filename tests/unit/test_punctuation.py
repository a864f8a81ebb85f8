"""Formulas and the punctuation after them."""

import pytest
from docutils import nodes
from docutils.utils import new_document

from examlab.reading.publish.punctuation import keep_punctuation


def kept(*children):
    """Return a line of text after the step, with what stays together in brackets."""
    document = new_document("page")
    document += nodes.paragraph("", "", *children)
    keep_punctuation(None, document, "page")
    together = {id(node) for node in document.findall(nodes.inline)}
    return "".join(
        f"[{node.astext()}]" if id(node) in together else node.astext() for node in document[0].children
    )


@pytest.mark.parametrize(
    ("after", "line"),
    [
        (", then", "so [x,] then"),
        (").", "so [x).]"),
        (" then, now", "so x then, now"),
        ("", "so x"),
    ],
)
def test_punctuation_stays_with_the_formula_before_it(after, line):
    assert kept(nodes.Text("so "), nodes.math("x", "x"), nodes.Text(after)) == line


def test_every_formula_of_a_line_is_seen():
    comma, stop = nodes.Text(", "), nodes.Text(".")
    assert kept(nodes.math("x", "x"), comma, nodes.math("y", "y"), stop) == "[x,] [y.]"


def test_a_formula_may_stand_last_or_before_something_else():
    assert kept(nodes.math("x", "x")) == "x"
    assert kept(nodes.math("x", "x"), nodes.strong("", ", bold")) == "x, bold"
