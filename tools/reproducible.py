"""Build the last commit twice, from nothing and in two places, and compare every file of both.

``make reproducible`` clones the repository into two folders, installs, executes all notebooks and makes the
site with its PDF, EPUB and zip in each. The second has a longer path, another time zone and another order of
hashes. ``python tools/reproducible.py ONE OTHER`` compares two builds that are there already.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from itertools import zip_longest
from pathlib import Path
from zipfile import ZipFile

ROOT = Path(__file__).resolve().parent.parent
PRODUCTS = ("html", "pdf/an-exam-you-can-run.pdf", "epub", "zip")
"""What a build publishes, below `_build`."""
PLACES: Mapping[str, Mapping[str, str]] = {
    "one": {"PYTHONHASHSEED": "1", "TZ": "UTC"},
    "another-and-longer": {"PYTHONHASHSEED": "2", "TZ": "Pacific/Kiritimati"},
}

_SHOWN = 80


def differences(one: Path, other: Path) -> Iterator[str]:
    """Yield what differs between two files or folders, each file with the first place where it does.

    Examples
    --------
    >>> list(differences(ROOT / "tools", ROOT / "tools"))
    []
    """
    yield from _differing(_contents(one), _contents(other), "")


def _contents(place: Path) -> dict[str, bytes]:
    """Return the files in a folder by name, or the one that is named."""
    if place.is_file():
        return {place.name: place.read_bytes()}
    found = sorted(path for path in place.rglob("*") if path.is_file() and "__pycache__" not in path.parts)
    return {path.relative_to(place).as_posix(): path.read_bytes() for path in found}


def _differing(one: Mapping[str, bytes], other: Mapping[str, bytes], inside: str) -> Iterator[str]:
    if list(one) != list(other) and set(one) == set(other):
        yield f"{inside}the order of files"
    for name in sorted({*one, *other}):
        if name not in one or name not in other:
            yield f"{inside}{name}: only in the {'first' if name in one else 'second'}"
        elif one[name] != other[name]:
            yield f"{inside}{name}: {_where(one[name], other[name])}"


def _where(one: bytes, other: bytes) -> str:
    """Return where two contents begin to differ, with what stands there."""
    place = next(i for i, (a, b) in enumerate(zip_longest(one, other)) if a != b)
    shown = [content[max(0, place - _SHOWN // 2) : place + _SHOWN] for content in (one, other)]
    return f"at byte {place} of {len(one)} and {len(other)}\n    {shown[0]!r}\n    {shown[1]!r}"


def packed(one: Path, other: Path) -> Iterator[str]:
    """Yield what differs between the files in two archives, and between what is said of them there."""
    with ZipFile(one) as first, ZipFile(other) as second:
        archives = [
            {file.filename: archive.read(file) for file in archive.filelist} for archive in (first, second)
        ]
        yield from _differing(archives[0], archives[1], f"{one.name}/")
        for file, its in zip(first.filelist, second.filelist, strict=False):
            if (file.date_time, file.external_attr) != (its.date_time, its.external_attr):
                yield f"{one.name}/{file.filename}: its date or rights"


def compare(one: Path, other: Path) -> list[str]:
    """Return what differs between the products of two builds, given their folders `_build`."""
    found = []
    for product in PRODUCTS:
        if not _contents(one / product):
            found.append(f"{product}: missing")
        found += [f"{product}: {what}" for what in differences(one / product, other / product)]
    for archive in sorted([*one.glob("epub/*.epub"), *one.glob("zip/*.zip")]):
        if (its := other / archive.relative_to(one)).is_file():
            found += packed(archive, its)
    return found


def build(place: Path, environment: Mapping[str, str]) -> Path:
    """Clone the last commit into a folder, make the site there, and return its folder `_build`."""
    subprocess.run(["git", "clone", "--quiet", "--no-local", str(ROOT), str(place)], check=True)
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("EXAMLAB_", "MAKE", "MFLAGS"))
    }
    subprocess.run(["make", "site"], cwd=place, env=kept | dict(environment), check=True)
    return place / "_build"


def main(arguments: list[str]) -> int:
    """Compare two builds, made now unless their folders are given; return 1 if they differ."""
    with tempfile.TemporaryDirectory(prefix="examlab-") as folder:
        if arguments:
            one, other = map(Path, arguments)
        else:
            status = subprocess.run(
                ["git", "status", "--porcelain"], cwd=ROOT, capture_output=True, check=True
            )
            if status.stdout.strip():
                print("What is not committed is left out: the last commit is built.")
            one, other = (build(Path(folder, name), told) for name, told in PLACES.items())
        found = compare(one, other)
        files = sum(len(_contents(one / product)) for product in PRODUCTS)
    print("\n".join(found) or f"Byte-identical: all {files} files of two builds.")
    return 1 if found else 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
