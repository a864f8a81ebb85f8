"""The figure that a page borrows from another."""

from types import SimpleNamespace

from docutils import nodes
from docutils.utils import new_document

from examlab.reading.publish.figure_of import FigureNode, bring_figures

FIRST, SECOND = (f'<figure class="examlab-explore" id="{name}"></figure>' for name in ("first", "second"))


def bring(*outputs):
    """Return what stands where a page has asked for a figure of one with these outputs."""
    other, here = new_document("other"), new_document("here")
    other += [nodes.raw("", output, format="html") for output in outputs]
    here += [nodes.paragraph("", "before"), FigureNode(page="other")]
    bring_figures(SimpleNamespace(env=SimpleNamespace(get_doctree={"other": other}.get)), here, "here")
    assert list(here.findall(FigureNode)) == []
    return [node.astext() for node in here.children[1:]], other


def test_the_first_figure_of_the_other_page_is_shown_and_stays_there_too():
    shown, other = bring("<div>a check</div>", FIRST, SECOND)
    assert shown == [FIRST]
    assert [node.astext() for node in other.children] == ["<div>a check</div>", FIRST, SECOND]


def test_a_page_without_a_figure_fails_the_build(caplog):
    shown, _ = bring("<div>a check</div>")
    assert shown == []
    assert "other has no figure" in caplog.text
