"""The scripts of the pages: none holds up what a reader sees, and only one stands in a page.

The theme and the extensions write inline scripts and handlers, which a security policy has to forbid, and
files that a browser stops at. When the site has been built, inline scripts go into a file, and all files wait
until the page is there.
"""

from __future__ import annotations

import hashlib
import re
from pathlib import Path

from sphinx.application import Sphinx
from sphinx.errors import ExtensionError

from examlab.reading.publish.policy import first_script, meta

__all__ = ["INLINE_FOLDER", "pages", "tidied", "tidy_scripts"]

INLINE_FOLDER = "_static/inline"

_CHARSET = re.compile(r'<meta charset="utf-8"\s*/?>\n?')
_HOME = re.compile(r'(?:src|href)="([^"]*?)_static/')
_SCRIPT = re.compile(r"[ \t]*<script([^>]*)>(.*?)</script>\n?", re.DOTALL)
"""Whole, so that nothing in a block of data is taken for a script."""

_PLACE = "<!-- what stood in the page -->\n"
_ASKED = re.compile(rf'src="[^"]*{INLINE_FOLDER}/(\w+)\.js"')
_FORBIDDEN = re.compile(
    r'<script(?![^>]*\b(?:src=|type="application/))[^>]*>|<[a-z][^<>]*\s(?:href="javascript:'
    r"|on(?:blur|change|click|error|focus|input|key\w+|load|mouse\w+|submit)=)[^<>]*>"
)
_SEARCH = re.compile(
    r'[ \t]*<script[^>]* src="[^"]*\b(?:searchtools|language_data|searchindex)\.js[^>]*></script>\n?'
)
_REPLACED = [
    # The theme chooses light or dark without asking the system, and so paints in neither at first.
    (re.compile(r'<script data-cfasync="false">.*?</script>\s*', re.DOTALL), ""),
    (re.compile(r'(<html[^>]*) data-theme="auto"'), r'\1 data-theme="light"'),
    # Our style sheet hides what needs a script.
    (re.compile(r"<!--\s*this give us.*?-->\s*<noscript>\s*<style>.*?</noscript>\s*", re.DOTALL), ""),
    # These scripts would arrive before the style sheets.
    (re.compile(r'<link rel="preload" as="script"[^>]*>\s*'), ""),
    # A file of its own for each page; only the theme's switcher of versions asks for the name.
    (re.compile(r"<script>DOCUMENTATION_OPTIONS\.pagename = '[^']*';</script>\s*"), ""),
    # page.js listens instead.
    (re.compile(r'<button onclick="window\.print\(\)"'), "<button data-examlab-print"),
]


def tidy_scripts(app: Sphinx, exception: Exception | None) -> None:
    """Treat all pages that have just been written; those done before stay as they are.

    Raises
    ------
    ExtensionError
        If a page has a script or a handler that the policy forbids.
    """
    if exception is not None or app.builder.format != "html":
        return
    out, root = Path(app.outdir), Path(app.confdir)
    policy = meta(root)
    head = f"{policy}\n<script>{first_script(root)}</script>\n"
    typing = bool(app.config.html_theme_options.get("search_as_you_type"))
    folder = out / INLINE_FOLDER
    folder.mkdir(exist_ok=True)
    asked: set[str] = set()
    for path in pages(out):
        page = path.read_text(encoding="utf-8")
        if policy not in page:
            page, inline = tidied(page, searches=typing or path.stem == "search")
            if found := _FORBIDDEN.search(_SCRIPT.sub(r"<script\1></script>", page)):
                raise ExtensionError(f"{path}: the security policy forbids {found[0]}")
            path.write_text(_CHARSET.sub(lambda found: found[0] + head, page, count=1), encoding="utf-8")
            (folder / f"{_key(inline)}.js").write_text(inline, encoding="utf-8")
        asked.update(_ASKED.findall(page))
    for file in folder.glob("*.js"):
        if file.stem not in asked:
            file.unlink()


def tidied(page: str, *, searches: bool) -> tuple[str, str]:
    """Return a page whose scripts are files that wait for it, and the text of those that stood in it."""
    for pattern, replacement in _REPLACED:
        page = pattern.sub(replacement, page)
    if not searches:
        # For a reader who searches while typing on any page; otherwise the page of results needs them alone.
        page = _SEARCH.sub("", page)
    inline: list[str] = []
    # These waited already, and so ran after all others; then the index starts the search.
    last: list[str] = []

    def treat(match: re.Match[str]) -> str:
        attributes, text = match.groups()
        if " src=" in attributes:
            waits = re.search(r"\s(?:defer|async)\b", attributes)
            tag = match[0] if waits else match[0].replace("<script", "<script defer", 1)
            if not waits and "searchindex.js" not in attributes:
                return tag
            last.append(tag)
            return ""
        if attributes:
            return match[0]
        inline.append(text.strip())
        return _PLACE if len(inline) == 1 else ""

    page = _SCRIPT.sub(treat, page)
    last.sort(key=lambda tag: "searchindex.js" in tag)
    page = page.replace("</body>", f"{''.join(last)}</body>", 1)
    text = "".join(f"{part}\n" for part in dict.fromkeys(inline))
    home = _HOME.search(page)
    tag = f'<script defer src="{home[1] if home else ""}{INLINE_FOLDER}/{_key(text)}.js"></script>\n'
    return page.replace(_PLACE, tag), text


def pages(out: Path) -> list[Path]:
    """Return the files of all pages."""
    return [path for path in sorted(out.rglob("*.html")) if path.relative_to(out).parts[0] != "_static"]


def _key(inline: str) -> str:
    return hashlib.sha256(inline.encode()).hexdigest()[:16]
