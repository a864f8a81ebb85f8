"""Links to the project's repository, on every kind of site that may hold it."""

from urllib.parse import parse_qs, urlsplit

import pytest

from examlab.reading.publish.repository import Repository, repository_in

FILE = "notebooks/gan/1-output-layer.ipynb"


def given(url, **others):
    return repository_in({"EXAMLAB_REPOSITORY_URL": url, **others})


@pytest.mark.parametrize("environment", [{}, {"EXAMLAB_REPOSITORY_URL": ""}])
def test_no_repository_where_none_is_named(environment):
    assert repository_in(environment) is None


@pytest.mark.parametrize(
    ("url", "kind"),
    [
        ("https://github.com/a/b/", "github"),
        ("https://gitlab.com/a/b", "gitlab"),
        ("https://gitlab.university.example/group/part/b", "gitlab"),
        ("https://codeberg.org/a/b", "forgejo"),
        ("https://git.example/a/b", "github"),
        ("https://git.example/github/gitlab", "github"),
    ],
)
def test_the_host_tells_what_runs_it(url, kind):
    assert given(url) == Repository(url.rstrip("/"), "main", kind)


def test_the_environment_knows_better():
    found = given(
        "https://git.example/a/b", EXAMLAB_REPOSITORY_KIND="forgejo", EXAMLAB_REPOSITORY_BRANCH="book"
    )
    assert found == Repository("https://git.example/a/b", "book", "forgejo")
    with pytest.raises(ValueError, match="'svn': it has to be one of github, gitlab, forgejo"):
        given("https://git.example/a/b", EXAMLAB_REPOSITORY_KIND="svn")


@pytest.mark.parametrize(
    ("kind", "place", "title", "text"),
    [
        ("github", "/a/b/issues/new", "title", "body"),
        ("forgejo", "/a/b/issues/new", "title", "body"),
        ("gitlab", "/a/b/-/issues/new", "issue[title]", "issue[description]"),
    ],
)
def test_a_report_begins_with_the_page(kind, place, title, text):
    address = urlsplit(Repository("https://git.example/a/b", kind=kind).report("“A & B”", "one\ntwo?"))
    assert address.path == place
    assert parse_qs(address.query) == {title: ["“A & B”"], text: ["one\ntwo?"]}


def test_each_kind_has_its_place_for_editing():
    found = {
        kind: Repository("https://git.example/a/b", kind=kind).edit("x.md")
        for kind in ("github", "gitlab", "forgejo")
    }
    assert found == {
        "github": "https://git.example/a/b/edit/main/x.md",
        "gitlab": "https://git.example/a/b/-/edit/main/x.md",
        "forgejo": "https://git.example/a/b/_edit/main/x.md",
    }


@pytest.mark.parametrize(
    ("url", "place"),
    [
        ("https://github.com/a/b", "gh/a/b"),
        ("https://gitlab.com/group/part/b", "gl/group%2Fpart%2Fb"),
        ("https://git.example/a/b", "git/https%3A%2F%2Fgit.example%2Fa%2Fb"),
    ],
)
def test_binder_opens_the_page_s_notebook_in_jupyterlab(url, place):
    found, _, query = given(url).binder(FILE).partition("?")
    assert found == f"{place}/main"
    assert parse_qs(query) == {"urlpath": [f"lab/tree/{FILE}"]}
