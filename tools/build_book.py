"""Build the site strictly: a warning is an error. Shows progress, and says where to open the result."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
_ESCAPE = re.compile(r"\x1b\[[0-9;]*m")
_STEPS = re.compile(r"^(executing notebooks|reading sources|writing output)")
_NOISE = re.compile(r"IPKernelApp\] WARNING|^\s*$|^=+$")


def main() -> int:
    """Build the whole book, and say where it is; return the exit code."""
    started = time.monotonic()
    if not (code := build("-W", "-n")):
        page = ROOT / "_build" / "html" / "index.html"
        print(f"Built in {time.monotonic() - started:.0f} s. Open it: {page.as_uri()}  (or run: make serve)")
    return code


def build(*options: str) -> int:
    """Run jupyter-book with some options and pass on its progress; return its exit code."""
    command = [str(Path(sys.executable).with_name("jupyter-book")), "build", ".", "--keep-going", *options]
    environment = dict(os.environ, PYTHONUNBUFFERED="1")
    process = subprocess.Popen(
        command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    assert process.stdout is not None
    record = [_ESCAPE.sub("", line).rstrip() for line in map(_report, process.stdout)]
    code = process.wait()
    if code:
        print("\n".join(line for line in record if not _NOISE.search(line)))
        print(f"\nThe book was not built: the lines with WARNING or ERROR above say why (exit code {code}).")
    return code


def _report(line: str) -> str:
    plain = _ESCAPE.sub("", line).strip().replace(f"{ROOT}{os.sep}", "")
    if _STEPS.match(plain) or ("WARNING" in plain and not _NOISE.search(plain)):
        print(plain, flush=True)
    return line


if __name__ == "__main__":
    raise SystemExit(main())
