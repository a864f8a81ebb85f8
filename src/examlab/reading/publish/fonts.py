"""The fonts of formulas and icons, with the characters that the pages show and no others."""

from __future__ import annotations

import hashlib
import html
import re
from collections.abc import Callable, Iterable
from os.path import relpath
from pathlib import Path
from string import ascii_letters, digits
from typing import Any

__all__ = ["OF_MOST_FORMULAS", "Fonts", "characters", "icons"]

OF_MOST_FORMULAS = ("KaTeX_Main-Regular", "KaTeX_Math-Italic", "KaTeX_Size1-Regular", "KaTeX_Size2-Regular")
"""Asked for with the style sheets: if they came after them, lines would move."""

_SUBSET = ("KaTeX_", "fa-")
"""How the names of these fonts begin."""

_ICON = re.compile(r"\\([ef][0-9a-f]{3})\b|([\ue000-\uf8ff])")
_ADDRESS = re.compile(r"""url\((["']?)(?!data:|#)([^"')?#]+)\1\)""")
_OLDER_FONT = re.compile(r""",\s*url\([^)]+\)\s*format\(["']?(?:truetype|woff)["']?\)""")


def characters(texts: Iterable[str]) -> set[str]:
    """Return the characters of all pages, in a formula or not, and all plain letters and digits.

    Once a page names the fonts that were made, it has some more of these.
    """
    shown = {character for text in texts for character in set(html.unescape(text))}
    return shown | set(ascii_letters + digits)


def icons(css: Iterable[str]) -> set[str]:
    """Return the characters that style sheets take for icons."""
    return {chr(int(code, 16)) if code else icon for text in css for code, icon in _ICON.findall(text)}


class Fonts:
    """The fonts that style sheets ask for, made again with some characters in a folder of their own.

    Parameters
    ----------
    folder
        Where the fonts will be, beside the style sheet that asks for them.
    characters
        The characters that they will have, as far as they have them now.
    """

    def __init__(self, folder: Path, characters: Iterable[str]) -> None:
        self.folder = folder
        self.characters = "".join(sorted(characters))
        # The name says what is in the file: a browser may keep it for ever.
        self.ending = f"-{hashlib.sha256(self.characters.encode()).hexdigest()[:8]}.woff2"
        self.sources: dict[Path, Path] = {}

    def moved(self, css: str, sheet: Path) -> str:
        """Return a style sheet as it reads from the folder; what is no such font stays where it is."""

        def address(match: re.Match[str]) -> str:
            file = (sheet.parent / match[2]).resolve()
            if file.name.startswith(_SUBSET):
                lean = self.folder / f"{file.stem}{self.ending}"
                self.sources[lean] = file
                file = lean
            return f"url({Path(relpath(file, self.folder)).as_posix()})"

        return _ADDRESS.sub(address, _OLDER_FONT.sub("", css))

    def make(self, run: Callable[..., Any]) -> None:
        """Make the files that are missing, and delete what is left of earlier ones."""
        for old in set(self.folder.glob("*.woff2")) - set(self.sources):
            old.unlink()
        files = [(str(source), str(lean)) for lean, source in self.sources.items() if not lean.exists()]
        run(characters=self.characters, files=files)

    def of_most_formulas(self) -> list[str]:
        """Return the names of the files that a page with formulas asks for ahead."""
        return [lean.name for lean, source in self.sources.items() if source.stem in OF_MOST_FORMULAS]
