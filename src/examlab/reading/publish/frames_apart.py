"""Large sets of frames, moved from the pages into files that are asked for when their figure comes near."""

from __future__ import annotations

import gzip
import hashlib
import re
from pathlib import Path
from typing import Any

from sphinx.application import Sphinx

__all__ = ["FRAMES_FOLDER", "INLINE_LIMIT", "move_frames_out", "remove_old_frames"]

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


def move_frames_out(app: Sphinx, page: str, template: str, context: dict[str, Any], doctree: Any) -> None:
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


def remove_old_frames(app: Sphinx, exception: Exception | None) -> None:
    """Delete the frames that no page asks for any more."""
    folder = Path(app.outdir) / FRAMES_FOLDER
    if exception is not None or not folder.is_dir():
        return
    pages = (page.read_text(encoding="utf-8") for page in Path(app.outdir).rglob("*.html"))
    wanted = {key for page in pages for key in _KEY.findall(page)}
    for path in folder.glob("*.js"):
        if path.stem not in wanted:
            path.unlink()
