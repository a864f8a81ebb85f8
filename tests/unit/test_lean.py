"""Style sheets and fonts with what the pages use, as they are handed to the tools and come back."""

from examlab.reading.publish import lean
from examlab.reading.publish.fonts import Fonts, characters, icons

LINKS = """<meta charset="utf-8">
<script>choose();</script>
<link href="../_static/styles/theme.css?digest=1" rel="stylesheet" />
    <link rel="stylesheet" type="text/css" href="../_static/book.css?v=2" />
<link rel="stylesheet" media="print" href="../_static/paper.css">
<link rel="stylesheet" href="../_static/own.css">
<link rel="icon" href="../_static/mark.svg"/>
"""
NAMES = ["_static/styles/theme.css", "_static/book.css"]
CSS = {"style.css": "a {}", "formulas.css": "b {}"}


def test_words_are_those_of_elements_and_scripts():
    page = '<svg class="icon fa-sun"><path class="inner" d="M1 2"></path></svg><p data-x="dark">prose</p>'
    assert lean.words([page], ['list.add("is-open")']) >= {"svg", "fa-sun", "data-x", "dark", "is-open"}
    assert not {"inner", "prose", "M1"} & lean.words([page], [])


def test_a_page_asks_for_one_sheet_and_keeps_what_is_its_own():
    page = lean.relinked(LINKS, NAMES, CSS, ["main.woff2"])
    assert page.count("lean/style.css?v=") == 1 and "formulas" not in page and "examlab-fonts" not in page
    assert "theme.css" not in page and "book.css" not in page
    assert all(kept in page for kept in ("paper.css", "own.css", "mark.svg"))


def test_a_page_with_formulas_asks_for_theirs_and_names_the_fonts():
    page = lean.relinked(LINKS + '<span class="katex">x</span>', NAMES, CSS, ["main.woff2", "math.woff2"])
    assert page.index("lean/style.css") < page.index("lean/formulas.css")
    ahead = 'content="../_static/lean/main.woff2 ../_static/lean/math.woff2"'
    assert page.index(ahead) < page.index("<script>")


def test_a_page_of_an_earlier_build_asks_for_the_new_sheets():
    page = LINKS + '<span class="katex">x</span>'
    before = lean.relinked(page, NAMES, CSS, ["old.woff2"])
    after = lean.relinked(before, NAMES, CSS | {"style.css": "c {}"}, ["new.woff2"])
    assert after == lean.relinked(page, NAMES, CSS | {"style.css": "c {}"}, ["new.woff2"]) != before


def test_an_imported_sheet_comes_before_the_one_that_imports(tmp_path):
    (tmp_path / "deep").mkdir()
    (tmp_path / "basic.css").write_text("p {}")
    (tmp_path / "deep" / "theme.css").write_text('/* first */ @import "../basic.css"; a {}')
    sheets = lean.with_imports(tmp_path / "deep" / "theme.css")
    assert [sheet.name for sheet in sheets] == ["basic.css", "theme.css"]


def test_characters_are_those_of_pages_and_the_icons_of_style_sheets():
    assert characters(["<p>x &lt; &#8712;</p>", "∑"]) >= {"x", "<", "∈", "∑"}
    assert icons([r'a:before{content:"\f04c"} :root{--i:"' + "\uf105" + '"} b{margin:\\9}']) == {
        "\uf04c",
        "\uf105",
    }


def test_fonts_move_and_other_files_stay(tmp_path):
    fonts = Fonts(tmp_path / "_static" / "lean", "abc")
    sheet = tmp_path / "_static" / "styles" / "a.css"
    css = fonts.moved(
        '@font-face{src:url(../fonts/KaTeX_Main-Regular.woff2) format("woff2"),'
        'url(../fonts/KaTeX_Main-Regular.ttf) format("truetype")} p{background:url("data:image/png;,")} '
        "a{background:url('file.png')}",
        sheet,
    )
    [name] = fonts.of_most_formulas()
    assert name.startswith("KaTeX_Main-Regular-")
    assert f"url({name}) format" in css and ".ttf" not in css
    assert 'url("data:image/png;,")' in css and "url(../styles/file.png)" in css


def test_fonts_are_made_once_for_the_same_characters(tmp_path):
    asked = []
    (tmp_path / "old-12345678.woff2").write_text("")

    def make(characters):
        fonts = Fonts(tmp_path, characters)
        fonts.moved("a{src:url(fa-solid.woff2)}", tmp_path / "a.css")
        fonts.make(lambda *, characters, files: asked.append((characters, files)))
        for _, file in asked[-1][1]:
            (tmp_path / file).write_text("")

    make("ab")
    make("ba")
    make("abc")
    assert [(characters, len(files)) for characters, files in asked] == [("ab", 1), ("ab", 0), ("abc", 1)]
    assert len(list(tmp_path.glob("*.woff2"))) == 1
