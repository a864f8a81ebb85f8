"""The built site as one volume: its chapters in reading order, as they read without a screen.

The PDF and the EPUB are made of the pages that were built for the site: no notebook is executed for them, no
figure drawn, no formula set. A figure stands where its sliders start. Cells that only prepare something are
left out. A self-check is its question; what solves it stands in a chapter of its own at the end.
"""

from __future__ import annotations

import itertools
import posixpath
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, urlsplit

from bs4 import BeautifulSoup
from bs4.element import PreformattedString, Tag
from sphinx_external_toc.parsing import parse_toc_yaml

from examlab.i18n import gettext as _

__all__ = ["Chapter", "Part", "Picture", "read_volume"]

_ARTICLE = re.compile(r'<article class="bd-article[^"]*"[^>]*>(.*?)</article>', re.DOTALL)
_NARROW = re.compile(
    r'<div class="examlab-picture examlab-narrow".*?</svg>(<script.*?</script>)?</div>', re.DOTALL
)
_SVG = re.compile(r"<svg\b.*?</svg>", re.DOTALL)
_NAME = re.compile(r'( id="|url\(#|href="#)')
_COLOUR = re.compile(r"var\(--x[0-9a-f]{6},\s*(#[0-9a-f]{6})\)")
_SCREEN_ONLY = (
    "script, style, noscript, template, dialog, nav, .headerlink, .toctree-wrapper, .examlab-icon, "
    ".examlab-room, .examlab-aloud, .examlab-check-buttons, .examlab-check-status, .examlab-check-placed, "
    ".examlab-check-hint, details.hide, button:not(.examlab-check-piece), "
    "[hidden]:not(.examlab-controls), .examlab-points, .examlab-mark, .examlab-marks-foot, .examlab-screen"
)
"""What a page shows only for someone who can press it, and cells that are folded away."""

_TOKENS = {"k", "s", "c"}


class Picture(PreformattedString):
    """An SVG, written as it is."""


@dataclass(frozen=True)
class Chapter:
    """A page of the site, or what has been made of pages, in a form for every medium."""

    name: str
    """The page's own, such as ``notebooks/gan/7-parameters``."""
    title: str
    body: Tag
    """A section whose links to other chapters are ``name.html#fragment``, from the site's root."""

    @property
    def slug(self) -> str:
        """A name that may stand in a file's name and in an identifier."""
        return self.name.replace("/", "-")


@dataclass(frozen=True)
class Part:
    """Chapters under one heading; the first page of all stands alone, under none."""

    caption: str
    chapters: tuple[Chapter, ...]


def read_volume(site: Path, toc: Path) -> list[Part]:
    """Return the chapters of a built site, in the order of its table of contents.

    Raises
    ------
    FileNotFoundError
        If a page of the table of contents is not built.
    """
    contents = parse_toc_yaml(toc)
    root = contents.root
    pages = [(part.caption or "", [str(item) for item in part.items]) for part in root.subtrees]
    names = [str(root.docname), *itertools.chain.from_iterable(items for _caption, items in pages)]
    chapters = {name: _chapter(site, name, set(names)) for name in names}
    parts = [Part("", (chapters[names[0]],))]
    parts += [Part(_(caption), tuple(chapters[name] for name in items)) for caption, items in pages]
    solutions = _solutions(list(chapters.values()))
    return [*parts, Part("", (solutions,))] if solutions else parts


def _chapter(site: Path, name: str, names: set[str]) -> Chapter:
    page = site / f"{name}.html"
    if not page.is_file():
        raise FileNotFoundError(f"{page} is missing: run make book")
    found = _ARTICLE.search(page.read_text(encoding="utf-8"))
    if found is None:
        raise ValueError(f"{page} has no article: the theme's pages have changed")
    body = _parsed(found[1])
    for needless in body.select(_SCREEN_ONLY):
        needless.decompose()
    for cell in body.select("div.cell"):
        if not cell.get_text(strip=True) and not cell.find(["figure", "img"]):
            cell.decompose()
    for code in body.select("pre"):
        _mark_up(code)
    for figure in body.select("figure.examlab-explore"):
        _say_where_it_stands(body, figure)
    for check in body.select("div.examlab-check"):
        _write_out(body, check)
    _resolve_links(body, name, names)
    heading = body.find("h1")
    section = body.find("section")
    if not isinstance(heading, Tag) or not isinstance(section, Tag):
        raise ValueError(f"{page} has no heading")
    return Chapter(name, heading.get_text(strip=True), section)


def _parsed(article: str) -> BeautifulSoup:
    """Return an article's elements; pictures stay text, where capitals count, each with names of its own."""
    pictures: list[str] = []

    def keep(match: re.Match[str]) -> str:
        if "examlab-icon" in match[0].partition(">")[0]:
            return ""
        named = _NAME.sub(rf"\1p{len(pictures)}-", match[0])
        pictures.append(_COLOUR.sub(r"\1", named))
        return f'<svg data-number="{len(pictures) - 1}"></svg>'

    soup = BeautifulSoup(_SVG.sub(keep, _NARROW.sub("", article)), "html.parser")
    for place in soup.select("svg[data-number]"):
        place.replace_with(Picture(pictures[int(str(place["data-number"]))]))
    return soup


def _mark_up(code: Tag) -> None:
    """Leave of a program's colours those that say something on paper: keywords, texts, remarks."""
    for token in code.select("span"):
        kind = str(next(iter(token.get_attribute_list("class")), ""))
        if kind[:1] in _TOKENS or kind == "ow":
            token.attrs = {"class": "k" if kind == "ow" else kind[0]}
        else:
            token.unwrap()
    code.smooth()


def _say_where_it_stands(soup: BeautifulSoup, figure: Tag) -> None:
    """Put in words, in the place of its sliders, at which values a figure was drawn."""
    values: list[str] = []
    for control in figure.select(".examlab-control"):
        name = control.find(["label", "legend"])
        value = control.find("output") or next(
            (option.parent for option in control.select("input") if option.has_attr("checked")), None
        )
        if name and value:
            values.append(f"{name.get_text(strip=True)}: {value.get_text(strip=True)}")
    for controls in figure.select(".examlab-controls"):
        line = soup.new_tag("p", attrs={"class": "examlab-at"})
        line.string = " · ".join(values)
        controls.replace_with(line)
    for attribute in [name for name in figure.attrs if name.startswith("data-")]:
        del figure[attribute]


def _write_out(soup: BeautifulSoup, check: Tag) -> None:
    """Make a self-check a question in print: choices with boxes, fields with room to write."""
    for field in check.select("input[type=text]"):
        field.replace_with(soup.new_tag("span", attrs={"class": "examlab-blank"}, string=" ____ "))
    for choice in check.select(".examlab-check-choice"):
        choice.name = "li"
        for box in choice.select("input"):
            box.replace_with(soup.new_tag("span", attrs={"class": "examlab-box"}, string="☐ "))
    first = check.select_one("li.examlab-check-choice")
    if first:
        choices = soup.new_tag("ul", attrs={"class": "examlab-choices"})
        first.insert_before(choices)
        for choice in check.select("li.examlab-check-choice"):
            choices.append(choice)
    for tag in check.select("fieldset, legend, label, button"):
        tag.name = {"legend": "p", "label": "p", "button": "span"}.get(tag.name, "div")
        tag.attrs = {"class": tag.get_attribute_list("class")} if tag.has_attr("class") else {}


def _solutions(chapters: list[Chapter]) -> Chapter | None:
    """Return a chapter with the solutions of all self-checks, taken out of theirs."""
    soup = BeautifulSoup("", "html.parser")
    made = soup.new_tag("section", attrs={"id": "solutions"})
    title = _("Solutions of the self-checks")
    made.append(soup.new_tag("h1", string=title))
    for chapter in chapters:
        found = list(_taken_out(soup, chapter))
        if found:
            section = soup.new_tag("section")
            heading = soup.new_tag("h2")
            heading.append(soup.new_tag("a", href=f"{chapter.name}.html", string=chapter.title))
            section.extend([heading, *found])
            made.append(section)
    return Chapter("solutions", title, made) if made.find("section") else None


def _taken_out(soup: BeautifulSoup, chapter: Chapter) -> Iterator[Tag]:
    for check in chapter.body.select("div.examlab-check"):
        folded = check.select_one("details")
        prompt = check.select_one(".examlab-check-prompt")
        if folded is None or prompt is None:
            continue
        identity = f"solution-{check['id']}"
        solution = soup.new_tag("div", attrs={"id": identity, "class": "examlab-solution"})
        question = soup.new_tag("p")
        question.append(
            soup.new_tag("a", href=f"{chapter.name}.html#{check['id']}", string=prompt.get_text(strip=True))
        )
        solution.extend([question, *folded.find_all("p")])
        link = soup.new_tag("p", attrs={"class": "examlab-to-solution"})
        link.append(soup.new_tag("a", href=f"solutions.html#{identity}", string=_("Solution")))
        folded.replace_with(link)
        yield solution


def _resolve_links(body: Tag, name: str, names: set[str]) -> None:
    """Let links to chapters begin at the site's root, and drop those to what no volume has."""
    for link in body.select("a[href]"):
        address = urlsplit(str(link["href"]))
        if address.scheme:
            continue
        target = posixpath.normpath(posixpath.join(posixpath.dirname(name), unquote(address.path)))
        page = name if not address.path else target.removesuffix(".html")
        if page in names:
            link["href"] = f"{page}.html" + (f"#{address.fragment}" if address.fragment else "")
        else:
            link.unwrap()
