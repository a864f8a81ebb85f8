"""One style sheet for the site, and one for formulas, with the rules and characters that the pages use.

The theme and the extensions bring half a megabyte of rules in a dozen files, all of which a browser needs
before it shows anything, and fonts with every symbol there is. Pages use a fifth of that. PurgeCSS and
HarfBuzz, by way of ``lean.mjs``, leave out the rest.
"""

from __future__ import annotations

import hashlib
import json
import re
import subprocess
from collections.abc import Iterable, Mapping
from importlib.resources import files
from pathlib import Path
from typing import Any

from sphinx.application import Sphinx
from sphinx.errors import ExtensionError

from examlab.reading.publish.fonts import Fonts, characters, icons
from examlab.reading.publish.scripts import pages

__all__ = ["LEAN_FOLDER", "make_lean"]

LEAN_FOLDER = "_static/lean"

_SCRIPT = Path(__file__).with_name("lean.mjs")
"""Beside this module, so that it finds what npm has installed for the project."""

_LINK = re.compile(
    r'[ \t]*<link(?=[^>]* rel="stylesheet")(?![^>]* media=)'
    r'[^>]* href="([^"]*?)(_static/[^"?]+\.css)[^"]*"[^>]*>\n?'
)
_INSIDE = re.compile(r"(<(svg|script|math)\b[^>]*>).*?</\2>", re.DOTALL)
_TAG = re.compile(r"<[a-z][^<>]*>")
_WORD = re.compile(r"[\w-]+")
_FONTS = re.compile(r'<meta name="examlab-fonts"[^>]*>\n')
_CHARSET = re.compile(r'@charset "[^"]*";')
_IMPORT = re.compile(r"""@import\s+(?:url\()?["']?([^"')\s;]+)["']?\)?\s*;""")


def make_lean(app: Sphinx, exception: Exception | None) -> None:
    """Write the style sheets and the fonts, and let all pages ask for them."""
    if exception is not None or app.builder.format != "html":
        return
    out, folder = Path(app.outdir), Path(app.outdir) / LEAN_FOLDER
    texts = {path: path.read_text(encoding="utf-8") for path in pages(out)}
    # A build that writes any page writes this one, as Sphinx has it: with all style sheets.
    names = [name for _, name in _LINK.findall(texts[out / "search.html"])]
    if any(name.startswith(LEAN_FOLDER) for name in names):
        return
    folder.mkdir(exist_ok=True)
    css, fonts = lean_sheets(out, [out / name for name in names], our_sheets(app), list(texts.values()))
    for name, text in css.items():
        (folder / name).write_text(text, encoding="utf-8")
    for path, text in texts.items():
        path.write_text(relinked(text, names, css, fonts.of_most_formulas()), encoding="utf-8")


def lean_sheets(
    out: Path, linked: list[Path], ours: set[str], texts: list[str]
) -> tuple[dict[str, str], Fonts]:
    """Return the style sheets by name: of the site, and of formulas, where there are some; make the fonts."""
    sheets = [sheet for first in linked for sheet in with_imports(first)]
    scripts = [path.read_text(encoding="utf-8") for path in out.glob("_static/**/*.js")]
    css = {sheet: _CHARSET.sub("", _IMPORT.sub("", sheet.read_text(encoding="utf-8"))) for sheet in sheets}
    others = [sheet for sheet in sheets if sheet.name not in ours]
    used = _run(css=[css[sheet] for sheet in others], words=" ".join(words(texts, scripts)))
    css |= zip(others, used, strict=True)
    fonts = Fonts(out / LEAN_FOLDER, characters(texts) | icons(css.values()))
    written = dict.fromkeys(("style.css", "formulas.css"), '@charset "UTF-8";\n')
    for sheet, text in css.items():
        name = "formulas.css" if sheet.name.startswith("katex") else "style.css"
        written[name] += fonts.moved(text, sheet) + "\n"
    fonts.make(_run)
    return written, fonts


def our_sheets(app: Sphinx) -> set[str]:
    """Return the names of this book's own style sheets, which are kept whole: all of them is used."""
    folders = (Path(app.confdir) / "book" / "assets", Path(str(files("examlab.reading") / "assets")))
    return {sheet.name for folder in folders for sheet in folder.glob("*.css")}


def with_imports(sheet: Path) -> list[Path]:
    """Return a style sheet after those that it imports, which a browser would ask for one after the other."""
    named = _IMPORT.findall(sheet.read_text(encoding="utf-8"))
    return [*(file for name in named for file in with_imports((sheet.parent / name).resolve())), sheet]


def words(texts: Iterable[str], scripts: Iterable[str]) -> set[str]:
    """Return every word that a selector could mean: those of elements, and those of scripts."""
    tags = (tag for text in texts for tag in _TAG.findall(_INSIDE.sub(r"\1", text)))
    return {word for part in (*tags, *scripts) for word in _WORD.findall(part)}


def relinked(page: str, names: Iterable[str], css: Mapping[str, str], fonts: Iterable[str]) -> str:
    """Return a page that asks for the new style sheets in place of those named, and for fonts."""
    formulas = 'class="katex' in page
    wanted = [name for name in css if formulas or name != "formulas.css"]
    replaced = {*names, *(f"{LEAN_FOLDER}/{name}" for name in css)}
    home = ""

    def link(match: re.Match[str]) -> str:
        nonlocal home
        if match[2] not in replaced:
            return match[0]
        home = f"{match[1]}{LEAN_FOLDER}/"
        links = [_link(home + name, css[name]) for name in wanted]
        wanted.clear()
        return "".join(links)

    page = _FONTS.sub("", _LINK.sub(link, page))
    ahead = f'<meta name="examlab-fonts" content="{" ".join(home + name for name in fonts)}">\n'
    return page.replace("<script>", f"{ahead}<script>", 1) if formulas else page


def _link(address: str, css: str) -> str:
    """Return the element that asks for a style sheet, by an address that changes with it."""
    return f'<link rel="stylesheet" href="{address}?v={hashlib.sha256(css.encode()).hexdigest()[:8]}">\n'


def _run(**task: Any) -> Any:
    """Let the script work with the node that came with pip."""
    command = ["node", str(_SCRIPT)]
    done = subprocess.run(command, input=json.dumps(task), capture_output=True, text=True, encoding="utf-8")
    if done.returncode:
        raise ExtensionError(f"{_SCRIPT.name} failed: {done.stderr}")
    return json.loads(done.stdout)
