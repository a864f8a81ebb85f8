"""Pages that have moved: none is forgotten, and each old address leads somewhere."""

import subprocess
from pathlib import Path
from types import SimpleNamespace

import pytest
from docutils import nodes
from sphinx.errors import ExtensionError

from examlab.reading.publish.moved import REDIRECTS, moved_pages, write_redirects

ROOT = Path(__file__).resolve().parents[2]
PAGES = ["index.md", "book/*.md", "notebooks/**/*.ipynb"]


def names_in_history() -> set[str]:
    """Return every page that git has ever known, by its name; skip where there is no history."""
    command = ["git", "log", "--format=", "--name-only", "--no-renames", "--diff-filter=A", "--"]
    try:
        places = [f":(glob){page}" for page in PAGES]
        told = subprocess.run([*command, *places], cwd=ROOT, capture_output=True, text=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("no history here: a copy of the files without git")
    return {Path(line).with_suffix("").as_posix() for line in told.stdout.splitlines()}


def test_every_page_that_has_ever_been_can_still_be_reached():
    there = {path.relative_to(ROOT).with_suffix("").as_posix() for page in PAGES for path in ROOT.glob(page)}
    assert names_in_history() - there - {*moved_pages(ROOT)} == set(), f"add them to {REDIRECTS}"


def redirects(folder, text, found=("book/new",)):
    """Return what is written for a file of moved pages."""
    (folder / "book").mkdir()
    (folder / REDIRECTS).write_text(text)
    builder = SimpleNamespace(
        get_relative_uri=lambda old, new: f"from {old} to {new}.html",
        get_target_uri=lambda name: f"{name}.html",
    )
    env = SimpleNamespace(found_docs=set(found), titles=dict.fromkeys(found, nodes.title("", "The new page")))
    config = SimpleNamespace(html_baseurl="https://book.example/")
    return list(write_redirects(SimpleNamespace(confdir=folder, builder=builder, env=env, config=config)))


def test_an_old_address_leads_to_the_new_one(tmp_path):
    [(name, told, template)] = redirects(tmp_path, "book/old: book/new\n")
    assert (name, template) == ("book/old", "moved.html")
    assert told["new_url"] == "from book/old to book/new.html"
    assert told["new_title"] == "The new page"
    assert told["canonical"] == "https://book.example/book/new.html"


def test_nothing_is_written_where_nothing_has_moved(tmp_path):
    assert redirects(tmp_path, "# nothing yet\n") == []


@pytest.mark.parametrize("text", ["book/new: book/new", "book/old: book/lost"])
def test_a_redirect_that_hides_a_page_or_leads_nowhere_stops_the_build(tmp_path, text):
    with pytest.raises(ExtensionError, match=text.partition(":")[0]):
        redirects(tmp_path, text)
