"""List the licence of everything that the locks name: ``make third-party`` writes THIRD-PARTY.md.

Licences are read from what is installed and from package-lock.json. What is not installed here, because it is
for another system, another Python, or the bench, keeps the licence that the file says already. A package with
no known licence stops the command: look it up, and write its line by hand.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path
from typing import Any

from packaging.licenses import InvalidLicenseExpression, canonicalize_license_expression

ROOT = Path(__file__).resolve().parent.parent
LIST = ROOT / "THIRD-PARTY.md"
LOCK, NPM = "requirements.lock", "package-lock.json"
NPM_LOCKS = (NPM, "classroom/package-lock.json")
NAMED: Mapping[str, str] = {
    "Apache 2.0": "Apache-2.0",
    "Apache License, Version 2.0": "Apache-2.0",
    "Apache Software License": "Apache-2.0",
    "BSD": "BSD",
    "BSD 2-Clause License": "BSD-2-Clause",
    "BSD 3-Clause License": "BSD-3-Clause",
    "BSD License": "BSD",
    "GNU General Public License (GPL)": "GPL",
    "ISC License (ISCL)": "ISC",
    "ISC license": "ISC",
    "MIT License": "MIT",
    "MIT license": "MIT",
    "Mozilla Public License 2.0 (MPL 2.0)": "MPL-2.0",
    "NVIDIA Proprietary Software": "LicenseRef-NVIDIA-Proprietary",
    "PSF": "PSF-2.0",
    "PSFL": "PSF-2.0",
    "Public Domain": "public domain",
    "Python Software Foundation License": "PSF-2.0",
    "The MIT License": "MIT",
}
"""Licences by the words that packages use for them; a plain "BSD" is one of two or three clauses."""

_MIT = "Permission is hereby granted, free of charge, to any person obtaining a copy"
_LOCKED = re.compile(r"^([A-Za-z0-9._-]+)==([^ ;\\]+)(?: ; ([^\\\n]*?))? ?\\?$", re.MULTILINE)
_ROW = re.compile(r"^\| (?!Package )([^ |]+) \| ([^ |]+) \| (.+) \|$", re.MULTILINE)
_INTRODUCTION = """\
# What others have made

This book is made with the packages below, in the versions that its locks name; none of them is part of the
repository. Pages, PDF and EPUB carry style sheets, scripts and fonts of some. To build the book, only those
of `requirements.lock` and `package-lock.json` are needed. A licence is as the package states it; a plain BSD
means that it does not say which. Written by `make third-party`.
"""


@dataclass(frozen=True, order=True)
class Package:
    """A package that a lock names."""

    name: str
    version: str
    lock: str
    marker: str = ""
    """Where it is needed, if not everywhere."""


class UnknownLicence(Exception):
    """Packages whose licence is not known; the message names them with what they say."""


def locked(root: Path) -> Iterator[Package]:
    """Yield every package of the locks; where several name it, it belongs to the first."""
    names: set[str] = set()
    for lock in [LOCK, *sorted(path.name for path in root.glob("requirements-*.lock"))]:
        found = [
            Package(n, v, lock, m) for n, v, m in _LOCKED.findall((root / lock).read_text(encoding="utf-8"))
        ]
        yield from (package for package in found if package.name not in names)
        names |= {package.name for package in found}
    yield from (Package(*key, entry["lock"]) for key, entry in npm_entries(root).items())


def npm_entries(root: Path) -> dict[tuple[str, str], Any]:
    """Return what npm's locks say of each package, by name and version, with the first such `lock`."""
    found: dict[tuple[str, str], Any] = {}
    for lock in (lock for lock in NPM_LOCKS if (root / lock).is_file()):
        entries = json.loads((root / lock).read_text(encoding="utf-8"))["packages"]
        for path in filter(None, entries):
            key = path.rpartition("node_modules/")[2], entries[path]["version"]
            found.setdefault(key, entries[path] | {"lock": lock})
    return found


def licences(root: Path, kept: Mapping[tuple[str, str], str]) -> dict[Package, str]:
    """Return the licence of every package.

    Parameters
    ----------
    root
        Where the locks are.
    kept
        Licences by name and version, for what is not installed here; that of another version will do.

    Raises
    ------
    UnknownLicence
        If a package says nothing, or nothing known.
    """
    npm, found, unknown = npm_entries(root), {}, []
    kept = {(name, ""): licence for (name, _), licence in kept.items()} | dict(kept)
    for package in locked(root):
        key = package.name, package.version
        stated = [npm[key].get("license", "")] if package.lock in NPM_LOCKS else installed(package)
        licence = kept.get(key, kept.get((package.name, ""), "")) if stated is None else named(stated)
        found[package] = licence
        if not licence:
            unknown.append(f"{package.name} {package.version}: {'; '.join(stated or ['not installed here'])}")
    if unknown:
        raise UnknownLicence("\n".join(unknown))
    return found


def installed(package: Package) -> list[str] | None:
    """Return what an installed package says of its licence, the surest first; None if it is not installed."""
    try:
        about = distribution(package.name)
    except PackageNotFoundError:
        return None
    if about.version != package.version:
        return None
    if expression := about.metadata.get_all("License-Expression", []):
        return expression
    said = "".join(about.metadata.get_all("License", [])).strip()
    lines = ["MIT"] if _MIT in said else said.splitlines()
    classifiers = [line.split(" :: ") for line in about.metadata.get_all("Classifier", [])]
    classes = [parts[-1] for parts in classifiers if parts[0] == "License" and parts[-1] != "OSI Approved"]
    return [*lines[:1], *([" and ".join(classes)] if classes else [])]


def named(stated: Iterable[str]) -> str:
    """Return the first licence that is known, as SPDX writes it where it can; empty if none is.

    Examples
    --------
    >>> named(["Copyright 2020", "BSD License"]), named(["(MIT AND Zlib)"]), named(["As you like"])
    ('BSD', 'MIT AND Zlib', '')
    """
    for words in stated:
        parts = [NAMED.get(part, "") for part in words.split(" and ")]
        if all(parts):
            return ", ".join(parts)
        if spdx(words):
            return str(canonicalize_license_expression(words.strip("()") if words.startswith("(") else words))
    return ""


def spdx(words: str) -> bool:
    """Return whether words are a licence as SPDX writes it."""
    try:
        canonicalize_license_expression(words)
    except InvalidLicenseExpression:
        return False
    return True


def stored(path: Path) -> dict[tuple[str, str], str]:
    """Return the licences that the list has now, by name and version."""
    if not path.is_file():
        return {}
    return {
        (name, version): licence for name, version, licence in _ROW.findall(path.read_text(encoding="utf-8"))
    }


def text(found: Mapping[Package, str]) -> str:
    """Return the list as it is stored."""
    parts = [_INTRODUCTION]
    for lock in dict.fromkeys(package.lock for package in found):
        rows = [
            f"| {p.name} | {p.version} | {licence} |"
            for p, licence in sorted(found.items())
            if p.lock == lock
        ]
        parts.append(
            "\n".join([f"## {lock}", "", "| Package | Version | Licence |", "|---|---|---|", *rows, ""])
        )
    return "\n".join(parts)


def main() -> int:
    """Write the list; return 1 if a licence is not known."""
    try:
        found = licences(ROOT, stored(LIST))
    except UnknownLicence as error:
        print(f"These licences are not known. Look them up, and write them into {LIST.name}:\n{error}")
        return 1
    LIST.write_text(text(found), encoding="utf-8")
    print(f"{LIST.name}: {len(found)} packages")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
