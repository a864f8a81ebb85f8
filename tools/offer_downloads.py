"""Put the PDF, the EPUB and the zip into the built site, and link them there."""

from __future__ import annotations

from pathlib import Path

import pack_site
import print_book
import write_epub
from pypdf import PdfReader

from examlab.reading.publish.downloads import add_downloads


def main() -> int:
    """Copy and link them, and say where the links stand."""
    files = [print_book.TARGET, write_epub.TARGET, pack_site.TARGET]
    linking = add_downloads(pack_site.SITE, files, len(PdfReader(print_book.TARGET).pages))
    names = ", ".join(Path(page).relative_to(pack_site.SITE).as_posix() for page in linking)
    print(f"PDF, EPUB and zip are linked on {names or 'no page'}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
