"""A folder for each student, with a copy of what the notebooks need, which is theirs from then on."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
COPIED = ("notebooks", "book")
"""What a student gets: the notebooks, and the pages that they link to."""


def fill(folder: Path, *, root: Path = ROOT) -> list[Path]:
    """Copy what is not in a student's folder yet and return it; what is there stays as it is.

    Each file arrives whole or not at all, so that a copy which was interrupted is taken up again.
    """
    added = []
    for part in COPIED:
        for source in sorted((root / part).rglob("*")):
            inside = source.relative_to(root)
            copy = folder / inside
            if source.is_dir() or any(name.startswith(".") for name in inside.parts) or copy.exists():
                continue
            copy.parent.mkdir(parents=True, exist_ok=True)
            unfinished = copy.with_name(f".{copy.name}.new")
            shutil.copyfile(source, unfinished)
            try:
                os.link(unfinished, copy)  # fails where a student has made the file meanwhile
                added.append(copy)
            except FileExistsError:
                pass
            finally:
                unfinished.unlink()
    return added


if __name__ == "__main__":
    print(f"{len(fill(Path(sys.argv[1])))} files copied to {sys.argv[1]}")
