"""Pack the built site into one file, which works from the folder it is unpacked to."""

from __future__ import annotations

import time
from pathlib import Path

from examlab.reading.publish.downloads import FOLDER, without_links
from examlab.reading.publish.offline.archive import pack
from examlab.reading.publish.offline.edition import read_edition

ROOT = Path(__file__).resolve().parent.parent
SITE = ROOT / "_build" / "html"
TARGET = ROOT / "_build" / "zip" / "an-exam-you-can-run.zip"


def main() -> int:
    """Write the zip, and say how large it is."""
    started = time.monotonic()
    files = site_files(SITE)
    pack(TARGET, files, read_edition(ROOT).time)
    size, seconds = TARGET.stat().st_size / 1e6, time.monotonic() - started
    print(f"{TARGET.relative_to(ROOT)}: {len(files)} files, {size:.1f} MB, in {seconds:.0f} s")
    return 0


def site_files(site: Path) -> dict[str, bytes]:
    """Return the files of a site by name, below one folder; without the downloads, of which this is one."""
    files = {}
    for path in sorted(path for path in site.rglob("*") if path.is_file()):
        name = path.relative_to(site)
        if name.parts[0] == FOLDER or name.parts[0].startswith("."):
            continue
        content = path.read_bytes()
        if path.suffix == ".html":
            content = without_links(content.decode()).encode()
        files[f"{TARGET.stem}/{name.as_posix()}"] = content
    return files


if __name__ == "__main__":
    raise SystemExit(main())
