"""The Sphinx extension that puts sliders, self-checks and the map of the exam on the site.

It also keeps the build honest and the site alone with its reader: KaTeX draws the formulas while the site is
built, with the style sheet and fonts of the same version; the cache of executed notebooks is left behind when
the code they call has changed; a formula that KaTeX refuses fails the build instead of turning red; and icons
are drawn in the pages.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable
from importlib.resources import files
from pathlib import Path
from typing import Any

from sphinx.application import Sphinx
from sphinx.config import Config

from examlab.i18n import language
from examlab.reading.publish import dates, site
from examlab.reading.publish.accessible import complete_pages
from examlab.reading.publish.dates import use_dates
from examlab.reading.publish.definitions import add_definitions
from examlab.reading.publish.downloads import Downloads, remove_downloads
from examlab.reading.publish.exam_map import ExamMap
from examlab.reading.publish.execute import execute_notebooks, remove_outdated_caches
from examlab.reading.publish.figure_of import FigureOf, bring_figures
from examlab.reading.publish.frames_apart import move_frames_out, remove_old_frames
from examlab.reading.publish.head import describe_page
from examlab.reading.publish.icons import draw_icons
from examlab.reading.publish.katex import mend_formulas, refuse_formula_errors, use_katex
from examlab.reading.publish.lean import make_lean
from examlab.reading.publish.marks import add_marks
from examlab.reading.publish.moved import write_redirects
from examlab.reading.publish.neighbours import number_neighbours
from examlab.reading.publish.parts import tell_part, use_accents
from examlab.reading.publish.policy import write_headers
from examlab.reading.publish.punctuation import keep_punctuation
from examlab.reading.publish.repository import add_links, repository_in, right_buttons, use_repository
from examlab.reading.publish.scripts import tidy_scripts
from examlab.reading.publish.search import English, French, add_french_names, add_search_script, keep_entries
from examlab.reading.publish.site import use_not_found_page, use_site, write_all_pages

__all__ = ["setup"]

_ASSETS = files("examlab.reading") / "assets"
_TEMPLATES = Path(__file__).parent / "templates"


def setup(app: Sphinx) -> dict[str, Any]:
    """Register with Sphinx; called once a build, before any notebook is executed."""
    os.environ["EXAMLAB_FACE"] = "site"  # the kernels inherit it
    app.add_directive("downloads", Downloads)
    app.add_directive("exam-map", ExamMap)
    add_marks(app)
    app.add_directive("figure-of", FigureOf)
    app.add_config_value("examlab_assets", "", "html")
    app.connect("config-inited", _configure, priority=100)
    app.connect("config-inited", _forget_the_place, priority=790)  # before Sphinx looks at the folders
    app.connect("env-before-read-docs", execute_notebooks)
    app.add_config_value("examlab_repository", None, "html")
    for extension in [*dates.EXTENSIONS, *(site.EXTENSIONS if _site_address() else [])]:
        app.setup_extension(extension)
    for words in (English, French):
        app.add_search_language(words)
    app.connect("doctree-read", add_french_names)
    app.connect("html-page-context", add_search_script)
    app.connect("env-updated", write_all_pages)
    app.connect("env-updated", keep_entries)
    app.connect("html-page-context", describe_page, priority=400)
    app.connect("html-page-context", number_neighbours, priority=400)
    app.connect("html-page-context", add_links, priority=400)
    app.connect("html-page-context", right_buttons, priority=900)
    app.connect("html-page-context", add_definitions, priority=400)
    app.connect("doctree-resolved", bring_figures)
    app.connect("doctree-resolved", keep_punctuation)
    app.connect("html-page-context", tell_part)
    app.connect("html-page-context", move_frames_out)
    app.connect("html-page-context", refuse_formula_errors)
    app.connect("html-page-context", mend_formulas)
    app.connect("build-finished", remove_outdated_caches)
    app.connect("build-finished", remove_old_frames)
    app.connect("build-finished", remove_downloads)
    complete_pages(app)
    if "EXAMLAB_STOCK" not in os.environ:  # the bench compares some pages with the theme as it comes
        if "EXAMLAB_PAGE" not in os.environ:  # tools/build_page.py: one page alone, most are missing
            app.connect("html-collect-pages", write_redirects)
        app.connect("build-finished", draw_icons)
        for finish in (tidy_scripts, make_lean, write_headers):
            # Once the theme has written its colours of code.
            app.connect("build-finished", finish, priority=900)
    return {"version": "1", "env_version": 1, "parallel_read_safe": True, "parallel_write_safe": True}


def _configure(app: Sphinx, config: Config) -> None:
    root = Path(app.confdir)
    assets = [Path(str(_ASSETS)), root / "book" / "assets"]
    config.html_static_path += map(str, assets)
    # Before the theme's, which they replace or extend; the mark is drawn into each page.
    config.templates_path[:0] = [str(_TEMPLATES), str(root / "book" / "assets")]
    # Sphinx would not notice a change of these where no page has changed.
    parts = [path for folder in (*assets, Path(__file__).parent) for path in sorted(folder.rglob("*.*"))]
    config.examlab_assets = _digest(path for path in parts if path.suffix != ".pyc")
    app.add_css_file("palette.css")
    app.add_css_file("explore.css")
    app.add_css_file("check.css")
    app.add_css_file("frame.css")
    app.add_css_file("book.css", priority=900)  # after those of the extensions, which it adapts
    app.add_css_file("parts.css", priority=910)
    app.add_css_file("print.css", priority=950)
    app.add_js_file("print.js", loading_method="defer")
    app.add_js_file("explore.js", loading_method="defer")
    app.add_js_file("check.js", loading_method="defer")
    app.add_js_file("definitions.js", loading_method="defer")
    app.add_js_file("page.js", loading_method="defer")
    config.nb_execution_cache_path = str(root / "_build" / ".jupyter_cache" / cache_key(root))
    use_accents(root, config)
    use_katex(root, config)
    use_dates(config)
    use_not_found_page(config)
    if address := _site_address():
        use_site(root, config, address)
    config.examlab_repository = repository_in(os.environ)
    if config.examlab_repository:
        use_repository(config, config.examlab_repository)


def _forget_the_place(app: Sphinx, config: Config) -> None:
    """Name folders as they are seen from the book: Sphinx writes a digest of their names into the site."""
    for folders in (config.html_static_path, config.templates_path):
        folders[:] = [os.path.relpath(Path(app.confdir, folder), app.confdir) for folder in folders]


def _site_address() -> str:
    """Return the address at which the book is published, with a slash at its end; empty if none is known."""
    address = os.environ.get("EXAMLAB_SITE_URL", "").rstrip("/")
    return address and address + "/"


def cache_key(root: Path) -> str:
    """Return a name that changes when anything that executed notebooks depend on has changed.

    This package is left out: it works on pages, after their notebooks have been executed.
    """
    publish = root / "src" / "examlab" / "reading" / "publish"
    sources = [path for path in sorted((root / "src").rglob("*.py")) if publish not in path.parents]
    digest = _digest([*sources, root / "requirements.lock"], below=root)
    return f"{language()}-{digest}"


def _digest(paths: Iterable[Path], *, below: Path | None = None) -> str:
    """Return a short name for the names and contents of files."""
    digest = hashlib.sha256()
    for path in paths:
        name = path.relative_to(below).as_posix() if below else path.name
        digest.update(name.encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()[:16]
