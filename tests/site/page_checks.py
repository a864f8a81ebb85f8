"""What is asked of every page: small functions from a visit to findings, which `test_pages` runs.

A check leaves the page as it found it: the next one reads the same page.
"""

from __future__ import annotations

from tests.site.built import Visit


def one_title(visit: Visit) -> list[str]:
    """One heading of the first level, and a title for the tab."""
    page = visit.page
    headings = page.locator("h1:visible").count()
    return [*([f"{headings} h1"] if headings != 1 else []), *([] if page.title() else ["no title"])]


def language(visit: Visit) -> list[str]:
    """The page says which language it is written in."""
    return [] if visit.page.locator("html").get_attribute("lang") else ["html has no lang"]


def formulas(visit: Visit) -> list[str]:
    """KaTeX colours a formula that it cannot read instead of failing."""
    return visit.page.evaluate("""() =>
      [...document.querySelectorAll(".katex-error, .katex *")]
        .filter((node) => node.matches(".katex-error") || getComputedStyle(node).color === "rgb(204, 0, 0)")
        .map((node) => node.textContent)""")


def icons(visit: Visit) -> list[str]:
    """An icon without an outline would be an empty button."""
    return visit.page.evaluate("""() =>
      [...document.querySelectorAll("[class*='fa-']")]
        .filter((icon) => icon.checkVisibility() && !icon.querySelector("path")?.getBBox().width)
        .map((icon) => icon.outerHTML)""")


def nothing_sticks_out(visit: Visit) -> list[str]:
    """The page is as wide as the window, and what is wider scrolls inside itself."""
    return visit.page.evaluate("""() => {
      const edge = document.documentElement.clientWidth + 1;
      const scrolls = (node) => node && node !== document.body
        && (/auto|scroll/.test(getComputedStyle(node).overflowX) || scrolls(node.parentElement));
      const wider = document.documentElement.scrollWidth >= edge ? ["the page scrolls sideways"] : [];
      return [...document.querySelectorAll("article *")]
        .filter((node) => node.checkVisibility({ visibilityProperty: true, opacityProperty: true })
          && node.getBoundingClientRect().right > edge && !scrolls(node.parentElement))
        .map((node) => `${node.tagName.toLowerCase()}.${node.className.baseVal ?? node.className}`)
        .concat(wider);
    }""")
