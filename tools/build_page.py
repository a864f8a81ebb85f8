"""Build one page with the reference pages beside it, to look at while it is written.

Links to other pages lead nowhere here, and a warning is no error: ``make book`` judges.
"""

from __future__ import annotations

import os
import sys

import yaml
from build_book import ROOT, build

FOLDER = ROOT / "_build" / "page"
BESIDE = ("book/notation", "book/bibliography")
USAGE = "make page PAGE=notebooks/gan/1-output-layer"


def main(arguments: list[str]) -> int:
    """Build the page that the argument names, and say where it is; return the exit code."""
    page = arguments[0].strip().removesuffix(".ipynb") if arguments else ""
    if not page or not (ROOT / f"{page}.ipynb").is_file():
        print(f"PAGE={page} is not a notebook of the book: write {USAGE}", file=sys.stderr)
        return 2
    FOLDER.mkdir(parents=True, exist_ok=True)
    contents = FOLDER / "_toc.yml"
    chapters = [{"file": name} for name in (page, *BESIDE)]
    contents.write_text(yaml.safe_dump({"format": "jb-book", "root": "book/glossary", "chapters": chapters}))
    os.environ["EXAMLAB_PAGE"] = page
    if not (code := build("--toc", str(contents), "--path-output", str(FOLDER), "-q")):
        print(f"Open it: {(FOLDER / '_build' / 'html' / f'{page}.html').as_uri()}")
    return code


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
