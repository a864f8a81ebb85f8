"""What is asked of every page: small functions from a visit to findings, which `test_pages` runs.

A check leaves the page as it found it: the next one reads the same page.
"""

from __future__ import annotations

from tests.site.built import Visit
from tests.site.weight import SHIFT

KEPT = ("mode", "theme", "sidebar-scroll-top", "examlab:marks:")
"""What the theme remembers, light or dark and how far its list was scrolled, and what marks.js does."""


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


def mathml(visit: Visit) -> list[str]:
    """What a screen reader is given of a formula has as many parts as its form asks for."""
    return visit.page.evaluate("""() => {
      const parts = { msub: 2, msup: 2, mfrac: 2, munder: 2, mover: 2, mroot: 2, msubsup: 3, munderover: 3 };
      return [...document.querySelectorAll(".katex math *")]
        .map(({ localName, childElementCount: has, textContent }) => [localName, has, textContent])
        .filter(([form, has]) => has !== (parts[form] ?? has))
        .map(([form, has, text]) => `${form} of ${has}: ${text}`);
    }""")


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
      // KaTeX cuts off the ends of roots and braces, and hides in one pixel what screen readers are given.
      const cut = ".katex-mathml *, .katex svg *";
      return [...document.querySelectorAll("article *")]
        .filter((node) => !node.matches(cut)
          && node.checkVisibility({ visibilityProperty: true, opacityProperty: true })
          && node.getBoundingClientRect().right > edge && !scrolls(node.parentElement))
        .map((node) => `${node.tagName.toLowerCase()}.${node.className.baseVal ?? node.className}`)
        .concat(wider);
    }""")


def punctuation(visit: Visit) -> list[str]:
    """No line begins with the comma that follows a formula."""
    return visit.page.evaluate("""() => [...document.querySelectorAll(".together")]
      .filter((both) => {
        const text = document.createRange();
        text.selectNodeContents(both.lastChild);
        const end = [...both.querySelectorAll(".katex-html .base")].at(-1)?.getBoundingClientRect();
        return end && both.checkVisibility() && text.getBoundingClientRect().left < end.left;
      })
      .map((both) => `a line begins after: ${both.querySelector("annotation").textContent}`)""")


COLOURS = """
  const pen = new OffscreenCanvas(1, 1).getContext("2d", { willReadFrequently: true });
  const known = new Map();
  // Red, green, blue and opacity of any colour that a style sheet can name.
  const rgba = (colour) => {
    if (!known.has(colour)) {
      pen.clearRect(0, 0, 1, 1);
      pen.fillStyle = colour;
      pen.fillRect(0, 0, 1, 1);
      const [r, g, b, a] = pen.getImageData(0, 0, 1, 1).data;
      known.set(colour, [r, g, b, a / 255]);
    }
    return known.get(colour);
  };
  const over = ([r, g, b, a], ground) => [r, g, b].map((part, i) => part * a + ground[i] * (1 - a));
  const grounds = new Map([[null, [255, 255, 255]]]);
  const ground = (node) => {
    if (!grounds.has(node)) {
      const below = ground(node.parentElement);
      grounds.set(node, over(rgba(getComputedStyle(node).backgroundColor), below));
    }
    return grounds.get(node);
  };
  const linear = (part) => (part <= 10.31 ? part / 3294.6 : ((part / 255 + 0.055) / 1.055) ** 2.4);
  const luminance = ([r, g, b]) => 0.2126 * linear(r) + 0.7152 * linear(g) + 0.0722 * linear(b);
  const contrast = (one, other) => {
    const [dark, light] = [luminance(one), luminance(other)].sort((a, b) => a - b);
    return (light + 0.05) / (dark + 0.05);
  };
  const seen = (node) => node.checkVisibility({ visibilityProperty: true, opacityProperty: true });
  const name = (node) => `${node.tagName.toLowerCase()}.${node.className.baseVal ?? node.className}`;
"""
"""Colours as WCAG reckons with them: relative luminance and contrast, on the ground that ancestors paint."""


def contrast(visit: Visit) -> list[str]:
    """Text of any length stands out: axe-core leaves out single letters, and what something lies over."""
    return visit.page.evaluate(f"""() => {{
      {COLOURS}
      const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
      const parents = new Set();
      for (let text = texts.nextNode(); text; text = texts.nextNode()) {{
        if (text.data.trim()) parents.add(text.parentElement);
      }}
      const idle = "svg *, script, style, noscript, math, math *, [aria-disabled=true], :disabled";
      return [...parents].filter((node) => !node.matches(idle) && seen(node)).flatMap((node) => {{
        const style = getComputedStyle(node);
        const size = parseFloat(style.fontSize);
        const needed = size >= 24 || (size >= 18.66 && style.fontWeight >= 700) ? 3 : 4.5;
        const below = ground(node);
        const found = contrast(over(rgba(style.color), below), below);
        const finding = `${{found.toFixed(2)}} < ${{needed}}: ${{name(node)}}: ${{node.textContent}}`;
        return found < needed ? [finding] : [];
      }});
    }}""")


def no_light_in_the_dark(visit: Visit) -> list[str]:
    """On a dark page nothing paints a light ground, neither elements nor large shapes of figures."""
    return visit.page.evaluate(f"""() => {{
      {COLOURS}
      if (document.documentElement.dataset.theme !== "dark") return [];
      const large = ({{ width, height, bottom }}) => width >= 24 && height >= 24 && bottom > 0;
      const boxes = [...document.body.querySelectorAll("*")].filter((node) =>
        luminance(ground(node)) > 0.3 && large(node.getBoundingClientRect()) && seen(node));
      const shapes = [...document.querySelectorAll("article svg :is(path, rect)")].filter((node) => {{
        const fill = getComputedStyle(node).fill;
        if (!/^(rgb|color|#)/.test(fill) || luminance(over(rgba(fill), [18, 18, 18])) < 0.85) return false;
        const all = node.ownerSVGElement.getBoundingClientRect();
        const box = node.getBoundingClientRect();
        return box.width > all.width / 3 && box.height > all.height / 3;
      }});
      return [...boxes, ...shapes].map((node) => name(node));
    }}""")


def targets(visit: Visit) -> list[str]:
    """Whatever is dragged or switched is as tall as a thumb on a telephone, 44 pixels, and never below 24."""
    return visit.page.evaluate("""() => {
      const least = innerWidth > 640 ? 24 : 44;
      const parts = "input[type=range], .examlab-options label, .examlab-check button, .examlab-play";
      return [...document.querySelectorAll(parts)]
        .map((node) => [node, node.getBoundingClientRect().height])
        .filter(([node, height]) => node.checkVisibility() && height < least)
        .map(([node, height]) => `${node.tagName.toLowerCase()}.${node.className}: ${height}`);
    }""")


def nothing_moves(visit: Visit) -> list[str]:
    """The page stays where it is while fonts, scripts, sliders and frames arrive."""
    moved = visit.page.evaluate("examlabSeen.moved")
    total = sum(shift["value"] for shift in moved)
    return [f"moved by {total:.3f}: {[shift['names'] for shift in moved]}"] if total > SHIFT else []


def policy(visit: Visit) -> list[str]:
    """The page has a policy, under which all of it works."""
    asked = "document.querySelector('meta[http-equiv=Content-Security-Policy]')?.content ?? ''"
    scripts = [part for part in visit.page.evaluate(asked).split("; ") if part.startswith("script-src ")]
    if len(scripts) != 1 or "unsafe" in scripts[0]:
        return [f"no policy for scripts, or a weak one: {scripts}"]
    return visit.page.evaluate("examlabSeen.forbidden")


def no_script_blocks(visit: Visit) -> list[str]:
    """No script holds up what is painted."""
    return visit.page.evaluate("""() => performance.getEntriesByType("resource")
      .filter((entry) => entry.initiatorType === "script" && entry.renderBlockingStatus === "blocking")
      .map((entry) => entry.name)""")


def nothing_is_kept(visit: Visit) -> list[str]:
    """No cookie, and in the browser's memory only what is named in `KEPT`."""
    page = visit.page
    kept = page.evaluate("[...Object.keys(localStorage), ...Object.keys(sessionStorage)]")
    cookies = [f"cookie {cookie.get('name')}" for cookie in page.context.cookies()]
    return [*cookies, *(f"keeps {name}" for name in kept if not name.startswith(KEPT))]


def pictures(visit: Visit) -> list[str]:
    """A picture has its size before it arrives, and arrives late if it is below the first screen."""
    return visit.page.evaluate("""() => [...document.images]
      .filter((image) => !(image.getAttribute("width") && image.getAttribute("height"))
        || (image.loading !== "lazy" && image.getBoundingClientRect().top + scrollY > innerHeight))
      .map((image) => image.outerHTML.slice(0, 200))""")
