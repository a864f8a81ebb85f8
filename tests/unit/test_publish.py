"""The Sphinx extension: the cache's key, the addresses it adds, the map of the exam, formulas that fail."""

import gzip
import re
import sys
from types import SimpleNamespace

import build_book
import palette
import pytest

from examlab.figures.style import DARK
from examlab.reading import publish
from examlab.reading.publish import accessible, frames_apart, katex
from examlab.reading.publish.exam_map import ExamMap


def a_tree(root, source="x = 1\n"):
    (root / "src").mkdir(parents=True)
    (root / "src" / "module.py").write_text(source)
    (root / "requirements.lock").write_text("numpy==2.4\n")
    return root


class TestCacheKey:
    def test_stays_where_nothing_changed(self, tmp_path):
        assert publish.cache_key(a_tree(tmp_path / "a")) == publish.cache_key(a_tree(tmp_path / "b"))

    def test_changes_with_the_code_that_notebooks_call(self, tmp_path):
        assert publish.cache_key(a_tree(tmp_path / "a")) != publish.cache_key(
            a_tree(tmp_path / "b", "x = 2\n")
        )

    def test_stays_where_only_the_making_of_pages_has_changed(self, tmp_path):
        root = a_tree(tmp_path)
        before = publish.cache_key(root)
        folder = root / "src" / "examlab" / "reading" / "publish"
        folder.mkdir(parents=True)
        (folder / "icons.py").write_text("x = 1\n")
        assert publish.cache_key(root) == before

    def test_changes_with_the_lock(self, tmp_path):
        root = a_tree(tmp_path)
        before = publish.cache_key(root)
        (root / "requirements.lock").write_text("numpy==2.5\n")
        assert publish.cache_key(root) != before

    def test_changes_with_the_language(self, tmp_path, monkeypatch):
        root = a_tree(tmp_path)
        before = publish.cache_key(root)
        monkeypatch.setenv("EXAMLAB_LANGUAGE", "fr")
        assert publish.cache_key(root) != before


class TestFrames:
    def page(self, content):
        return (
            '<div class="examlab-picture examlab-wide" data-layout="wide"><svg></svg>'
            f'<script type="application/json" class="examlab-frames">{content}</script></div>'
        )

    def move(self, tmp_path, content):
        app = SimpleNamespace(builder=SimpleNamespace(format="html"), outdir=str(tmp_path))
        context = {"body": self.page(content), "pathto": lambda path, resource: f"../{path}"}
        frames_apart.move_frames_out(app, "a/page", "page.html", context, None)
        return context["body"]

    def test_few_bytes_stay_in_the_page(self, tmp_path):
        assert self.move(tmp_path, '{"parts":[]}') == self.page('{"parts":[]}')
        assert not (tmp_path / frames_apart.FRAMES_FOLDER).exists()

    def test_many_bytes_wait_in_a_file_until_they_are_asked_for(self, tmp_path):
        content = "[" + ",".join(str(n * n % 9973) for n in range(6000)) + "]"
        assert len(gzip.compress(content.encode())) > frames_apart.INLINE_LIMIT
        body = self.move(tmp_path, content)
        assert content not in body and "<svg></svg>" in body
        (key,) = re.findall(r'data-key="(\w+)"', body)
        assert f'data-src="../_frames/{key}.js"' in body
        written = (tmp_path / "_frames" / f"{key}.js").read_text(encoding="utf-8")
        assert written == f'examlab.frames("{key}",{content});\n'

    def test_files_that_no_page_asks_for_are_removed(self, tmp_path):
        folder = tmp_path / frames_apart.FRAMES_FOLDER
        folder.mkdir()
        for key in ("wanted", "old"):
            (folder / f"{key}.js").touch()
        (tmp_path / "page.html").write_text('<div data-key="wanted"></div>')
        frames_apart.remove_old_frames(SimpleNamespace(outdir=str(tmp_path)), None)
        assert [path.name for path in folder.iterdir()] == ["wanted.js"]


A_PART = {"title": "Nets", "points": 3, "opener": "index", "questions": [{"title": "Why", "page": "1-why"}]}


class TestMap:
    def lines(self, *, page, found=("notebooks/gan/index",), **changes):
        """Return the text of one part's map, as it stands on a page."""
        directive = SimpleNamespace(env=SimpleNamespace(found_docs=set(found), docname=page))
        directive._row = lambda *row: ExamMap._row(directive, *row)
        return ExamMap._text(directive, "gan", A_PART | changes).splitlines()

    def test_the_title_leads_to_the_opener(self):
        assert self.lines(page="index")[0] == "**[Nets](/notebooks/gan/index.ipynb)** (3 points)"

    @pytest.mark.parametrize(
        "given",
        [
            {"page": "notebooks/gan/index"},
            {"page": "index", "found": ()},
            {"page": "a", "opener": None},
        ],
    )
    def test_the_title_leads_nowhere_on_the_opener_or_without_one(self, given):
        assert self.lines(**given)[0] == "**Nets** (3 points)"

    def test_a_question_is_a_link_once_its_page_is_there(self):
        assert "Why (*in preparation*)" in self.lines(page="a")[-1]
        assert "[Why](/notebooks/gan/1-why.ipynb)" in self.lines(page="a", found=["notebooks/gan/1-why"])[-1]


@pytest.mark.parametrize(
    "body",
    [
        '<span class="katex-error" title="ParseError: expected }">x</span>',
        '<span style="color:#cc0000">\\oops</span>',
    ],
)
def test_a_formula_that_cannot_be_read_fails_the_build(body, caplog):
    katex.refuse_formula_errors(None, "page", "page.html", {"body": body}, None)
    assert "could not be read by KaTeX" in caplog.text


def test_the_palette_of_dark_mode_is_the_one_of_the_figures():
    assert palette.TARGET.read_text(encoding="utf-8") == palette.palette(), "run: python tools/palette.py"
    assert all(f"--x{light.removeprefix('#')}: {dark};" in palette.palette() for light, dark in DARK.items())


class TestProgress:
    def test_steps_are_shown_and_noise_is_not(self, capsys):
        build_book._report("\x1b[01mreading sources... \x1b[0m[ 50%] index\n")
        build_book._report("[IPKernelApp] WARNING | Kernel is running over TCP\n")
        build_book._report("loading translations [en]... done\n")
        build_book._report(f"{build_book.ROOT}/index.md:3: WARNING: unknown document\n")
        shown = capsys.readouterr().out.splitlines()
        assert shown == [
            "reading sources... [ 50%] index",
            "index.md:3: WARNING: unknown document",
        ]


class TestFormulaServer:
    """What draws formulas may be slow to listen, or never do."""

    LATE = (
        "import socket, sys, time; s = socket.socket(socket.AF_UNIX); s.bind(sys.argv[1]); "
        "time.sleep(float(sys.argv[2])); s.listen(); s.accept()"
    )

    def start(self, folder, monkeypatch, *, late, timeout):
        def command(socket):
            return [sys.executable, "-c", self.LATE, str(socket), str(late)]

        monkeypatch.setattr(katex.KaTeXServer, "build_command", command)
        return katex._start_server(folder, timeout)

    def test_is_asked_until_it_listens(self, tmp_path, monkeypatch):
        process, connection = self.start(tmp_path, monkeypatch, late=0.5, timeout=30)
        connection.close()
        process.communicate()
        assert process.returncode == 0

    def test_that_never_listens_is_given_up(self, tmp_path, monkeypatch):
        with pytest.raises(katex.KaTeXServer.timeout_error(1).__class__):
            self.start(tmp_path, monkeypatch, late=60, timeout=0.5)


class TestAccessible:
    def test_formulas_break_only_where_they_are_long(self):
        def formula(tex):
            math = f'<math>…<annotation encoding="application/x-tex">{tex}</annotation></math>'
            return f'<span class="math"><span class="katex"><span class="katex-mathml">{math}</span></span>'

        page = accessible._applied(accessible._TEXT, formula("x" * 17) + formula("C = 0"))
        assert page == formula("x" * 17) + formula("C = 0").replace('"math"', '"math examlab-short"')

    def test_what_the_frame_leaves_out_is_added_once(self):
        frame = (
            '<div id="pst-primary-sidebar" class="bd-sidebar"><a class="current reference internal" href="#">'
            '<button class="btn search-button-field x" title="Search" aria-label="Search" data-x="">'
        )
        done = accessible._applied(accessible._frame(), frame)
        assert 'role="complementary" aria-label="The book"' in done
        assert 'href="#" aria-current="page">' in done
        assert '<button class="btn search-button-field x" data-x="">' in done
        assert accessible._applied(accessible._frame(), done) == done
