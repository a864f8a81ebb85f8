"""The links to the page before and after: a question's has its number."""

from pathlib import Path
from types import SimpleNamespace

from examlab.reading.publish.neighbours import number_neighbours

ROOT = Path(__file__).resolve().parents[2]


def titles(before, after):
    """Return the titles of the links on a page between two others."""
    builder = SimpleNamespace(relations={"here": ("index", before, after)})
    link = {"link": "x.html", "title": "A title"}
    context = {"prev": before and dict(link), "next": after and dict(link)}
    number_neighbours(SimpleNamespace(builder=builder, srcdir=ROOT), "here", "page.html", context, None)
    return [side and side["title"] for side in (context["prev"], context["next"])]


def test_a_question_has_its_number_and_nothing_else_has_one():
    found = titles("notebooks/gan/1-output-layer", "notebooks/article/13-k-means")
    assert found == ["Question 1: A title", "Question 13: A title"]
    assert titles("notebooks/gan/index", "notebooks/article/segment-a-scene") == ["A title", "A title"]
    assert titles(None, "book/glossary") == [None, "A title"]


def test_a_page_without_neighbours_stays_as_it_is():
    context = {}
    app = SimpleNamespace(builder=SimpleNamespace(relations={}), srcdir=ROOT)
    number_neighbours(app, "search", "search.html", context, None)
    assert context == {}
