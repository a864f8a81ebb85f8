"""Write the built site as an EPUB, for reading devices."""

from __future__ import annotations

import time
from pathlib import Path

from examlab.reading.publish.offline.archive import pack
from examlab.reading.publish.offline.edition import read_edition
from examlab.reading.publish.offline.epub import epub_files
from examlab.reading.publish.offline.volume import read_volume

ROOT = Path(__file__).resolve().parent.parent
TARGET = ROOT / "_build" / "epub" / "an-exam-you-can-run.epub"


def main() -> int:
    """Write the EPUB, and say how large it is."""
    started = time.monotonic()
    files = write(TARGET)
    size, seconds = TARGET.stat().st_size / 1e6, time.monotonic() - started
    print(f"{TARGET.relative_to(ROOT)}: {files} files, {size:.1f} MB, in {seconds:.0f} s")
    return 0


def write(target: Path) -> int:
    """Write the EPUB, and return the number of its files; the same site always gives the same bytes."""
    edition = read_edition(ROOT)
    mark = (ROOT / "book" / "assets" / "mark.svg").read_text(encoding="utf-8")
    files = epub_files(read_volume(ROOT / "_build" / "html", ROOT / "_toc.yml"), edition, mark)
    pack(target, files, edition.time)
    return len(files)


if __name__ == "__main__":
    raise SystemExit(main())
