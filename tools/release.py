"""Put a release together: sources, site, EPUB, PDF, bill of materials and checksums, in `_build/release`.

The sources rebuild the book, also without a network, given the folder that `make wheels` fills.
"""

from __future__ import annotations

import gzip
import hashlib
import shutil
import subprocess
import tomllib
from datetime import datetime
from pathlib import Path

import sbom

from examlab.reading.publish.offline.edition import read_edition

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "_build" / "release"
BOOK = "an-exam-you-can-run"
SUMS = "SHA256SUMS"
PRODUCTS = {"zip": "-site.zip", "epub": ".epub", "pdf": ".pdf"}
"""What `make site` has made, below `_build`, and how its name ends in a release."""


def main() -> int:
    """Fill the folder; return 1 if the sources are not those of a commit, or the site has not been made."""
    if _git("status", "--porcelain").strip():
        print("A release is made of a commit: commit what has changed, or put it aside.")
        return 1
    version = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]
    missing = [kind for kind in PRODUCTS if not (ROOT / "_build" / kind / f"{BOOK}.{kind}").is_file()]
    if missing:
        print(f"Not made yet: {', '.join(missing)}. Run make release, which makes them.")
        return 1
    fill(FOLDER, f"{BOOK}-{version}", read_edition(ROOT).time)
    for line in (FOLDER / SUMS).read_text().splitlines():
        print(line)
    return 0


def fill(folder: Path, name: str, time: datetime) -> None:
    """Write the files of a release, and only these, into a folder; the same commit gives the same bytes."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    (folder / f"{name}-source.tar.gz").write_bytes(sources(name, time))
    for kind, ending in PRODUCTS.items():
        shutil.copyfile(ROOT / "_build" / kind / f"{BOOK}.{kind}", folder / f"{name}{ending}")
    (folder / f"{name}.cdx.json").write_text(sbom.text(ROOT, time), encoding="utf-8")
    (folder / SUMS).write_text(sums(folder), encoding="utf-8")


def sources(name: str, time: datetime) -> bytes:
    """Return the last commit as an archive whose files lie in one folder."""
    return gzip.compress(
        _git("archive", "--format=tar", f"--prefix={name}/", "HEAD"), mtime=int(time.timestamp())
    )


def sums(folder: Path) -> str:
    """Return the digests of the files in a folder, as `sha256sum --check` reads them."""
    files = sorted(path for path in folder.iterdir() if path.name != SUMS)
    return "".join(f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.name}\n" for path in files)


def _git(*words: str) -> bytes:
    return subprocess.run(["git", *words], cwd=ROOT, capture_output=True, check=True).stdout


if __name__ == "__main__":
    raise SystemExit(main())
