"""Scripts wait for the page, and none but one stands in it."""

from types import SimpleNamespace

import pytest
from sphinx.errors import ExtensionError

from examlab.reading.publish import policy, scripts

PAGE = """<!DOCTYPE html>
<html lang="en" data-content_root="../" data-theme="auto">
<head>
<meta charset="utf-8" />
<script data-cfasync="false">
  document.documentElement.dataset.theme = localStorage.getItem("theme") || "auto";
</script>
<!-- this give us a css class -->
<noscript>
  <style>.pst-js-only { display: none !important; }</style>
</noscript>
<link rel="preload" as="script" href="../_static/scripts/bootstrap.js" />
<script src="../_static/options.js"></script>
<script defer="defer" src="../_static/explore.js"></script>
<script>let hint = 'Show';</script>
<script data-prefix="tab" src="../_static/tabs.js"></script>
<script>let hint = 'Show';</script>
<script>DOCUMENTATION_OPTIONS.pagename = 'deep/page';</script>
<script src="../searchindex.js"></script>
</head>
<body>
<script type="application/json" class="data">{"a": "<script>"}</script>
<button onclick="window.print()" class="btn">Print</button>
<script>focus();</script>
</body></html>
"""


@pytest.fixture
def app(tmp_path):
    """Return a site of two pages as Sphinx leaves it."""
    out, assets = tmp_path / "html", tmp_path / "book" / "assets"
    for folder in (out / "deep", out / "_static", assets):
        folder.mkdir(parents=True)
    (assets / "theme.js").write_text("choose();\n")
    (out / "deep" / "page.html").write_text(PAGE)
    (out / "search.html").write_text(PAGE.replace('"../', '"'))
    config = SimpleNamespace(html_theme_options={})
    builder = SimpleNamespace(format="html")
    return SimpleNamespace(outdir=str(out), confdir=str(tmp_path), builder=builder, config=config)


def done(app):
    scripts.tidy_scripts(app, None)
    return {path.name: path.read_text() for path in scripts.pages(scripts.Path(app.outdir))}


def test_one_script_stands_in_a_page_and_the_policy_knows_it(app):
    page = done(app)["page.html"]
    assert page.count("<script>") == 1 + '{"a": "<script>"}'.count("<script>")
    assert page.index("Content-Security-Policy") < page.index("<script>choose();\n</script>")
    assert page.index("<script>choose();") < page.index("_static/options.js")
    assert 'data-theme="light"' in page and "<style>" not in page and 'rel="preload"' not in page


def test_files_run_in_their_order_those_that_waited_before_after_the_others(app):
    page = done(app)["page.html"]
    tags = [tag for tag in page.split("<script")[1:] if " src=" in tag.split(">")[0]]
    assert all("defer" in tag.split(">")[0] for tag in tags)
    names = [tag.split('src="../')[1].split('"')[0] for tag in tags]
    assert [names[0], *names[2:]] == ["_static/options.js", "_static/tabs.js", "_static/explore.js"]
    inline = scripts.Path(app.outdir) / names[1]
    assert inline.read_text() == "let hint = 'Show';\nfocus();\n"
    assert inline.parent.as_posix().endswith(scripts.INLINE_FOLDER)


def test_only_the_page_of_results_asks_for_the_index(app):
    pages = done(app)
    assert "searchindex" not in pages["page.html"]
    # Last: what arrives with it starts the search.
    assert pages["search.html"].rindex(" src=") == pages["search.html"].index(' src="searchindex.js"')


def test_every_page_asks_for_the_index_if_one_searches_while_typing(app):
    app.config.html_theme_options["search_as_you_type"] = True
    assert "searchindex" in done(app)["page.html"]


def test_the_button_that_prints_asks_a_file(app):
    assert "<button data-examlab-print class" in done(app)["page.html"]


@pytest.mark.parametrize(
    "forbidden",
    [
        '<a onclick="go()">',
        '<a href="javascript:go()">',
        '<script id="x">go()</script>',
        '<img src="x" onerror="x">',
    ],
)
def test_what_the_policy_forbids_stops_the_build(app, forbidden):
    path = scripts.Path(app.outdir) / "deep" / "page.html"
    path.write_text(PAGE.replace("<body>", f"<body>{forbidden}"))
    with pytest.raises(ExtensionError, match="the security policy forbids <"):
        scripts.tidy_scripts(app, None)


def test_words_about_handlers_are_no_handlers(app):
    path = scripts.Path(app.outdir) / "deep" / "page.html"
    path.write_text(PAGE.replace("<body>", '<body><p title="with one=1, on=2">&lt;a onclick="go()"&gt;</p>'))
    done(app)


def test_a_page_is_treated_once_and_old_files_go(app):
    first = done(app)
    page = scripts.Path(app.outdir) / "deep" / "page.html"
    page.write_text(first["page.html"].replace("<script>choose", "<meta><script>choose"))  # as make_lean does
    first = {**first, "page.html": page.read_text()}
    stale = scripts.Path(app.outdir) / scripts.INLINE_FOLDER / "0123456789abcdef.js"
    stale.write_text("old();")
    assert done(app) == first
    assert not stale.exists() and len(list(stale.parent.glob("*.js"))) == 1


def test_a_failed_build_is_left_alone(app):
    scripts.tidy_scripts(app, ValueError("the build failed"))
    assert (scripts.Path(app.outdir) / "deep" / "page.html").read_text() == PAGE


def test_the_files_of_hosts_hold_the_policy_of_the_pages(app):
    policy.write_headers(app, None)
    root, out = scripts.Path(app.confdir), scripts.Path(app.outdir)
    for name in ("_headers", ".htaccess", "vercel.json", "staticwebapp.config.json"):
        assert policy.policy(root) in (out / name).read_text(), name
    assert policy.policy(root) in policy.meta(root)


def test_the_policy_lets_no_other_script_run(app):
    directives = dict(part.split(" ", 1) for part in policy.policy(scripts.Path(app.confdir)).split("; "))
    assert directives["default-src"] == "'none'"
    # The hash that `openssl dgst -sha256 -binary | base64` gives of "choose();\n".
    assert directives["script-src"] == "'self' 'sha256-IlLxp348vX6jeiJvgNNmwjvNPKkv5fM1/nAdascKCkw='"
    assert "unsafe-eval" not in str(directives) and "http" not in str(directives)
