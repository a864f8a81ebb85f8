"""Words by which the book is searched: accents and Greek letters as one types them, French names of terms."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterator
from typing import Any

from docutils import nodes
from sphinx import addnodes
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.search.en import SearchEnglish
from sphinx.search.fr import SearchFrench

from examlab.reading.publish.accessible import french

__all__ = [
    "English",
    "French",
    "add_french_names",
    "add_search_script",
    "keep_entries",
    "words_of",
]

_GREEK = {
    chr(code): unicodedata.name(chr(code)).rsplit(" ", 1)[-1].lower()
    for code in [*range(0x391, 0x3A2), *range(0x3A3, 0x3AA), *range(0x3B1, 0x3C2), *range(0x3C3, 0x3CA)]
}
_KEPT = {*_GREEK.values(), "exp", "log", "max", "min", "varphi"}
"""Commands of TeX whose names are words to search for; ``frac`` is none."""

_COMMAND = re.compile(r"\\([A-Za-z]+)(?:\^\{?(\d)\}?)?")
_ENVIRONMENT = re.compile(r"\\(?:begin|end)\{\w+\*?\}")
_JOINT = re.compile(r"(?<=[a-z]{3})(?=[A-Z])")

# The same for what a reader types.
_SPLITTER = """\
var splitQuery = (query) => query
  .normalize("NFKD").replace(/\\p{M}+/gu, "")
  .replace(/\\p{Script=Greek}/gu, (letter) => (%s)[letter] || letter)
  .split(/[^\\p{Letter}\\p{Number}]+/gu)
  .filter((word) => word);
"""


def words_of(text: str) -> Iterator[str]:
    r"""Yield the words of a text for the index, joined words also in their parts.

    Examples
    --------
    >>> list(words_of("LeakyReLU, σ² and réseau, y_hat"))
    ['LeakyReLU', 'Leaky', 'ReLU', 'sigma2', 'and', 'reseau', 'y', 'hat']
    >>> list(words_of(r"\\frac{\\sigma^2}{n}"))
    ['sigma', 'sigma2', 'n']
    """
    plain = _COMMAND.sub(_command, _ENVIRONMENT.sub(" ", text))
    for word in re.findall(r"[^\W_]+", _folded(plain)):
        yield word
        parts = _JOINT.split(word, maxsplit=1)
        if len(parts) > 1:
            yield from parts


def _command(command: re.Match[str]) -> str:
    name, power = command.groups()
    if name.lower() not in _KEPT:
        return " "
    name = name.removeprefix("var")
    return f" {name} {name}{power} " if power else f" {name} "


def _folded(text: str) -> str:
    """Return a text without accents, its Greek letters by their names."""
    letters = (sign for sign in unicodedata.normalize("NFKD", text) if not unicodedata.combining(sign))
    return "".join(_GREEK.get(letter, letter) for letter in letters)


class _Folded:
    """What both languages of the book share."""

    js_splitter_code = _SPLITTER % json.dumps(_GREEK, ensure_ascii=True)

    def split(self, input: str) -> list[str]:
        """Return the words of a text."""
        return list(words_of(input))


class English(_Folded, SearchEnglish):
    """English, with words as they are typed."""


class French(_Folded, SearchFrench):
    """French, with words as they are typed."""


def add_french_names(app: Sphinx, doctree: nodes.document) -> None:
    """Let the French names of terms be found as the terms are."""
    for item in doctree.findall(nodes.definition_list_item):
        places = [term["ids"][0] for term in item.findall(nodes.term) if term["ids"]]
        if not places or not places[0].startswith("term-"):
            continue
        names = [name for node in item.findall(french) for name in node.astext().split(", ")]
        entries = [("single", name.strip("()"), places[0], "main", None) for name in names]
        for definition in item.findall(nodes.definition):
            definition.append(addnodes.index(entries=entries))


def keep_entries(app: Sphinx, env: BuildEnvironment) -> list[str]:
    """Return the pages with terms for being written again: of pages left alone, Sphinx forgets the terms."""
    return sorted(page for page, entries in env.domaindata["index"]["entries"].items() if entries)


def add_search_script(
    app: Sphinx, page: str, template: str, context: dict[str, Any], doctree: nodes.document | None
) -> None:
    """Load what tidies the results on the one page that shows them."""
    if page == "search":
        app.add_js_file("search.js", loading_method="defer")
