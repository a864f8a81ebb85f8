"""Zip files that are the same whenever they are packed."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

__all__ = ["pack"]

_PACKED = {".woff2", ".png", ".jpg", ".webp", ".gz", ".zip"}
"""Files that gain nothing from being compressed again."""


def pack(target: Path, files: Mapping[str, bytes], time: datetime) -> None:
    """Write a zip with these files in this order, all of them of one time and with the same rights."""
    target.parent.mkdir(parents=True, exist_ok=True)
    with ZipFile(target, "w") as archive:
        for name, content in files.items():
            entry = ZipInfo(name, time.timetuple()[:6])
            entry.create_system = 3  # wherever it is packed: the rights are those of Unix
            entry.external_attr = 0o644 << 16
            # A reading device looks for the word "mimetype" at a fixed place, before anything is unpacked.
            plain = name == "mimetype" or Path(name).suffix in _PACKED
            archive.writestr(entry, content, ZIP_STORED if plain else ZIP_DEFLATED, compresslevel=9)
