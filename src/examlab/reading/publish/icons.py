"""The few icons of a page, drawn in it: the theme's script with two thousand of them stays at home.

The theme writes an empty element for each icon and lets a script of 1.5 MB fill it in the reader's browser.
Here the same outlines, from the same script, are put into the pages when the site has been built.
"""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path

from sphinx.application import Sphinx
from sphinx.errors import ExtensionError

__all__ = ["draw_icons"]

_SCRIPT = Path("_static", "scripts", "fontawesome.js")
_SCRIPT_TAG = re.compile(r'[ \t]*<script[^>]*src="[^"]*/fontawesome\.js[^"]*"></script>\n?')
_ICON = re.compile(r'<(i|span) class="([^"]*\bfa-[^"]*)"([^>]*)></\1>')
_LOOKS = {"fa-solid", "fa-lg"}
"""Words of a class that are no name of an icon."""


def draw_icons(app: Sphinx, exception: Exception | None) -> None:
    """Draw the icons of all built pages, and take the script away; pages done before stay as they are.

    Raises
    ------
    ExtensionError
        If a page has an icon that the script does not know.
    """
    if exception is not None or app.builder.format != "html":
        return
    out = Path(app.outdir)
    script = (out / _SCRIPT).read_text(encoding="utf-8") if (out / _SCRIPT).is_file() else ""
    for page in out.rglob("*.html"):
        before = page.read_text(encoding="utf-8")
        after = with_icons(before, script)
        if after != before:
            page.write_text(after, encoding="utf-8")
    for unused in (out / _SCRIPT, out / f"{_SCRIPT}.map"):
        unused.unlink(missing_ok=True)


def with_icons(page: str, script: str) -> str:
    """Return a page with its icons drawn from the outlines in the script, and without the script."""

    def draw(match: re.Match[str]) -> str:
        looks, others = match[2].split(), re.sub(r'\s*title="[^"]*"', "", match[3])
        [name] = [look for look in looks if look.startswith("fa-") and look not in _LOOKS]
        width, height, path = outline(name.removeprefix("fa-"), script)
        return (
            f'<svg class="examlab-icon {" ".join(looks)}"{others} viewBox="0 0 {width} {height}" '
            f'aria-hidden="true"><path fill="currentColor" d="{path}"></path></svg>'
        )

    return _SCRIPT_TAG.sub("", _ICON.sub(draw, page))


@lru_cache(maxsize=64)  # searching a text of 1.5 MB for each icon of each page takes seconds
def outline(name: str, script: str) -> tuple[str, str, str]:
    """Return the width, height and path of an icon, found by its name or an older one.

    Of several styles the last is the filled one.
    """
    drawn = r'"\w+","([^"]+)"\]'
    found = re.findall(rf'[{{,]"?{re.escape(name)}"?:\[(\d+),(\d+),\[[^\]]*\],{drawn}', script)
    found = found or re.findall(rf':\[(\d+),(\d+),\[[^\]]*"{re.escape(name)}"[^\]]*\],{drawn}', script)
    if not found:
        raise ExtensionError(f"the theme's script of icons has no icon {name!r}")
    width, height, path = found[-1]
    return width, height, path
