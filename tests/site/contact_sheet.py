"""Photograph every page of the built site, wide and narrow, light and dark, and lay the pictures out.

The sheet shows the top of each page; a click shows the whole page. It works from the folder it is in, and
looks as the site looks on this machine: its fonts are the system's. `make contact-sheet` runs it.
"""

from __future__ import annotations

import shutil
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from html import escape
from itertools import repeat
from pathlib import Path

from PIL import Image
from playwright.sync_api import ViewportSize

from tests.site.built import ROOT, Visit, built_site, chromium, page_names, serve

SHEET = ROOT / "_build" / "contact-sheet"
LOOKS = [(width, theme) for width in (1280, 390) for theme in ("light", "dark")]
THUMBNAIL = {1280: (384, 480), 390: (180, 480)}
TALLEST = 16_000
"""Pixels of a page that are photographed: Chromium paints no taller picture."""
WORKERS = 2


def main() -> int:
    """Take all pictures and write the sheet; say where it is."""
    started = time.monotonic()
    site = built_site()
    names = page_names(site)
    if not names:
        print(f"{site} holds no built site: run make book")
        return 1
    shutil.rmtree(SHEET, ignore_errors=True)
    SHEET.mkdir(parents=True)
    with serve(site) as address, ProcessPoolExecutor(WORKERS) as pool:
        shares = [names[worker::WORKERS] for worker in range(WORKERS)]
        list(pool.map(photograph, repeat(address), shares))
    sheet = SHEET / "index.html"
    sheet.write_text(layout(names), encoding="utf-8")
    print(f"{len(names)} pages in {time.monotonic() - started:.0f} s. Look at them: {sheet.as_uri()}")
    return 0


def photograph(address: str, names: list[str]) -> None:
    """Take the pictures of some pages, in a browser of their own."""
    with chromium() as browser:
        visit = Visit(browser.new_context(reduced_motion="reduce").new_page())
        for name in names:
            visit.page.goto(f"{address}/{name}.html")
            for width, theme in LOOKS:
                take(visit, width, theme, SHEET / picture(name, width, theme))


def take(visit: Visit, width: int, theme: str, path: Path) -> None:
    """Take one picture of a page that is open, once all of its figures are there, and make its thumbnail."""
    page = visit.page
    page.emulate_media(color_scheme="dark" if theme == "dark" else "light")
    page.set_viewport_size(_screen(width))
    visit.read_to_the_end()
    page.evaluate("scrollTo(0, 0)")
    height = min(page.evaluate("document.documentElement.scrollHeight"), TALLEST)
    page.screenshot(
        path=path,
        full_page=True,
        clip={"x": 0, "y": 0, "width": width, "height": height},
        type="jpeg",
        quality=80,
        animations="disabled",
    )
    small_width, small_height = THUMBNAIL[width]
    with Image.open(path) as whole:
        top = whole.crop((0, 0, width, min(height, width * small_height // small_width)))
        top.thumbnail((small_width, small_height))
        top.save(path.with_name(f"{path.stem}-small.jpg"), quality=80)


def _screen(width: int) -> ViewportSize:
    return {"width": width, "height": 900 if width > 640 else 800}


def picture(name: str, width: int, theme: str) -> str:
    """Return the name of a picture's file."""
    return f"{name.replace('/', '.')}-{width}-{theme}.jpg"


def layout(names: list[str]) -> str:
    """Return the sheet: a row for each page, a column for each look."""
    looks = "".join(f"<th>{width} px, {theme}</th>" for width, theme in LOOKS)
    rows = "\n".join(f"<tr><th>{escape(name)}</th>{''.join(_cells(name))}</tr>" for name in names)
    return f"""\
<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>Contact sheet</title>
<style>
body {{ margin: 1rem; font: 14px system-ui, sans-serif; background: #888; }}
th {{ padding: 0.25rem; text-align: start; vertical-align: top; }}
thead th {{ position: sticky; top: 0; background: #888; }}
tbody th {{ max-width: 9rem; overflow-wrap: anywhere; }}
td {{ vertical-align: top; }}
img {{ display: block; }}
</style>
</head>
<body>
<h1>Contact sheet</h1>
<p>{len(names)} pages. A picture shows the top of its page, and leads to the whole.</p>
<table>
<thead><tr><th>Page</th>{looks}</tr></thead>
<tbody>
{rows}
</tbody>
</table>
</body>
</html>
"""


def _cells(name: str) -> Iterator[str]:
    for width, theme in LOOKS:
        whole = escape(picture(name, width, theme))
        small_width, small_height = THUMBNAIL[width]
        yield (
            f'<td><a href="{whole}"><img src="{whole[:-4]}-small.jpg" width="{small_width}" loading="lazy" '
            f'style="max-height: {small_height}px" alt="{escape(name)}, {width} px, {theme}"></a></td>'
        )


if __name__ == "__main__":
    sys.exit(main())
