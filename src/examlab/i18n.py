"""Texts that a reader sees, in the reader's language.

The language is the one that the environment variable ``EXAMLAB_LANGUAGE`` names (``en`` unless told).
A text without a translation stays as it is written in the source.
"""

from __future__ import annotations

import gettext as _standard
import os
from functools import lru_cache
from pathlib import Path

__all__ = ["DOMAIN", "gettext", "language", "ngettext"]

DOMAIN = "examlab"
LOCALES = Path(__file__).parent / "locale"


def language() -> str:
    """Return the code of the language in use, ``"en"`` unless the environment says otherwise."""
    return os.environ.get("EXAMLAB_LANGUAGE") or "en"


@lru_cache(maxsize=8)
def _catalogue(code: str) -> _standard.NullTranslations:
    return _standard.translation(DOMAIN, localedir=LOCALES, languages=[code], fallback=True)


def gettext(message: str) -> str:
    """Return `message` in the language in use.

    Examples
    --------
    >>> gettext("a text nobody has translated")
    'a text nobody has translated'
    """
    # The catalogue's answer for the empty text is its own header, which no reader should see.
    return _catalogue(language()).gettext(message) if message else message


def ngettext(singular: str, plural: str, count: int) -> str:
    """Return `singular` or `plural` as `count` and the language in use ask for.

    Examples
    --------
    >>> ngettext("{n} centre", "{n} centres", 3).format(n=3)
    '3 centres'
    """
    return _catalogue(language()).ngettext(singular, plural, count)
