"""The built site, as the tests and the benchmarks find it: its pages, its figures, a server and a browser."""

from __future__ import annotations

import gzip
import io
import os
import re
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, BinaryIO, cast

from playwright.sync_api import Browser, ConsoleMessage, Page, Response, sync_playwright

from examlab.reading.publish.moved import moved_pages
from tools.browser import ARGUMENTS, HELP, find_browser

ROOT = Path(__file__).resolve().parents[2]
LATE = "Late-Scripts"
"""By this header a page asks our server to hold back its scripts, by so many seconds."""
_FIGURE = re.compile(
    r'<figure class="examlab-explore[^"]*" id="(explore-\w+)"[^>]*>(<div class="examlab-controls")?'
)


def built_site() -> Path:
    """Return the folder of the built site: ``EXAMLAB_SITE``, or where ``make book`` puts it."""
    return Path(os.environ.get("EXAMLAB_SITE", ROOT / "_build" / "html")).resolve()


def page_names(site: Path) -> list[str]:
    """Return every page by its name, such as ``book/notation``; none if the site is not built.

    What stands at the old address of a page that has moved is no page.
    """
    found = (path.relative_to(site).with_suffix("").as_posix() for path in site.rglob("*.html"))
    return sorted(name for name in {*found} - {*moved_pages(ROOT)} if not name.startswith("_static/"))


@dataclass(frozen=True)
class Figure:
    """A figure of the site that has something to move."""

    page: str
    identity: str

    def __str__(self) -> str:
        """Return the name of the page with that of the figure."""
        return f"{self.page}#{self.identity}"


def figures(site: Path, page: str) -> list[Figure | None]:
    """Return the figures of a page in order, None for those that do not move."""
    found = _FIGURE.findall((site / f"{page}.html").read_text(encoding="utf-8"))
    return [Figure(page, identity) if controls else None for identity, controls in found]


def moving_figures(site: Path, page: str) -> list[Figure]:
    """Return the figures of a page that move."""
    return [figure for figure in figures(site, page) if figure]


class _Files(SimpleHTTPRequestHandler):
    """Files of a folder, with a security policy if one is given, and without a word on the terminal."""

    policy = ""
    packed = False
    asked = 0.0
    """When a page was last asked for."""

    def send_head(self) -> BinaryIO | None:
        path = Path(self.translate_path(self.path))
        if path.suffix == ".html":
            type(self).asked = time.monotonic()
        if path.suffix == ".js" and (seconds := self.headers.get(LATE)):
            time.sleep(max(0.0, self.asked + float(seconds) - time.monotonic()))
        if not self.packed or path.suffix not in {".html", ".css", ".js", ".svg"} or not path.is_file():
            return cast("BinaryIO | None", super().send_head())
        body = gzip.compress(path.read_bytes(), mtime=0)
        self.send_response(200)
        self.send_header("Content-Type", self.guess_type(str(path)))
        self.send_header("Content-Encoding", "gzip")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        return io.BytesIO(body)

    def end_headers(self) -> None:
        if self.policy:
            self.send_header("Content-Security-Policy", self.policy)
        super().end_headers()

    def log_message(self, *_: Any) -> None:
        pass

    def handle(self) -> None:
        with suppress(ConnectionError):  # a page that is closed does not wait for its last file
            super().handle()


@contextmanager
def serve(folder: Path, *, policy: str = "", packed: bool = False) -> Iterator[str]:
    """Serve a folder on a free port of this machine, gzipped if asked, and give its address."""
    handler = type("Handler", (_Files,), {"policy": policy, "packed": packed})
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(handler, directory=str(folder)))
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@contextmanager
def chromium() -> Iterator[Browser]:
    """Start a browser without a window, and end it."""
    path = find_browser()
    if path is None:
        raise FileNotFoundError(HELP)
    with sync_playwright() as playwright:
        found = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        try:
            yield found
        finally:
            found.close()


@dataclass
class Visit:
    """A page in the browser, with all that it asks for and all that goes wrong on it."""

    page: Page
    requests: list[str] = field(default_factory=list)
    responses: list[Response] = field(default_factory=list)
    trouble: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Start to listen."""
        self.page.add_init_script(_WATCH)
        self.page.on("request", lambda request: self.requests.append(request.url))
        self.page.on("response", self._hear_response)
        self.page.on("console", self._hear_console)
        self.page.on("pageerror", lambda error: self.trouble.append(f"error: {error}"))
        self.page.on("requestfailed", lambda request: self.trouble.append(f"failed: {request.url}"))

    def _hear_response(self, response: Response) -> None:
        self.responses.append(response)
        if response.status >= 400:
            self.trouble.append(f"status {response.status}: {response.url}")

    def _hear_console(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            self.trouble.append(f"console: {message.text}")

    def hold_scripts(self, seconds: float = 0.25) -> None:
        """Let the scripts of the page come late, by so many seconds after the page itself.

        The server holds them back: a request that the browser's driver holds may be held for ever.
        """
        self.page.set_extra_http_headers({LATE: str(seconds)})

    def elsewhere(self, home: str) -> list[str]:
        """Return what the page asked for outside of its home."""
        return [url for url in self.requests if not url.startswith((f"{home}/", "data:", "blob:"))]

    def read_to_the_end(self) -> None:
        """Scroll down, and wait for every figure that moves: what has left the view may still be loading."""
        for top in range(0, self.page.evaluate("document.documentElement.scrollHeight"), 800):
            self.page.evaluate(_SCROLL, top)
        self.page.wait_for_function(_ALL_READY)


_WATCH = """
  window.examlabSeen = { moved: [], forbidden: [] };
  new PerformanceObserver((list) => {
    for (const { hadRecentInput, value, sources } of list.getEntries()) {
      if (hadRecentInput) continue;
      const names = sources.map(({ node }) => node?.textContent?.trim().slice(0, 40) || node?.nodeName);
      examlabSeen.moved.push({ value, names });
    }
  }).observe({ type: "layout-shift", buffered: true });
  document.addEventListener("securitypolicyviolation", ({ violatedDirective, blockedURI, sample }) => {
    examlabSeen.forbidden.push(`${violatedDirective}: ${blockedURI} ${sample}`);
  });
"""
_SCROLL = (
    "(top) => new Promise((next) => { scrollTo(0, top); requestAnimationFrame(() => setTimeout(next)); })"
)
_ALL_READY = """() => [...document.querySelectorAll(".examlab-explore:has(.examlab-controls)")]
  .every((figure) => figure.dataset.ready)"""
