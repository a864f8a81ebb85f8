"""What the book is made with, as a bill of materials that programs read: CycloneDX 1.6, in JSON.

It names every package of requirements.lock and package-lock.json with its licence, its digests and what it
needs; `make release` puts it beside each release.
"""

from __future__ import annotations

import base64
import json
import re
import tomllib
import uuid
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote

from third_party import LOCK, NPM, Package, licences, npm_entries, spdx, stored

_ENTRY = re.compile(
    r"^(?P<name>[A-Za-z0-9._-]+)==(?P<version>[^ ;\\]+)(?P<rest>.*(?:\n[ ]+.*)*)", re.MULTILINE
)
_HASH = re.compile(r"--hash=sha256:([0-9a-f]{64})")
_VIA = re.compile(r"#[ ]+(?:via )?(?!via$)([A-Za-z0-9._-]+)(?: \(pyproject\.toml\))?$", re.MULTILINE)

Json = dict[str, Any]


def bill(root: Path, time: datetime) -> Json:
    """Return the bill of materials of the project in a folder; the same locks and time give the same."""
    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    book = {
        "type": "application",
        "bom-ref": "book",
        "name": project["name"],
        "version": project["version"],
        "description": project["description"],
        "licenses": [{"license": {"id": "MIT"}}, {"license": {"id": "CC-BY-4.0"}}],
    }
    found = licences(root, stored(root / "THIRD-PARTY.md"))
    needed = {package: licence for package, licence in found.items() if package.lock in {LOCK, NPM}}
    digests = _python_digests(root) | _npm_digests(root)
    components = [
        _component(package, licence, digests[package]) for package, licence in sorted(needed.items())
    ]
    content: Json = {
        "metadata": {"timestamp": f"{time:%Y-%m-%dT%H:%M:%SZ}", "component": book},
        "components": components,
        "dependencies": _dependencies(root, project["name"], list(needed)),
    }
    name = uuid.uuid5(uuid.NAMESPACE_OID, json.dumps(content, sort_keys=True))
    head = {"bomFormat": "CycloneDX", "specVersion": "1.6", "serialNumber": f"urn:uuid:{name}", "version": 1}
    return head | content


def reference(package: Package) -> str:
    """Return a package's address among all packages.

    Examples
    --------
    >>> reference(Package("@nodelib/fs.stat", "2.0.5", NPM))
    'pkg:npm/%40nodelib/fs.stat@2.0.5'
    """
    kind = "npm" if package.lock == NPM else "pypi"
    name = package.name if package.lock == NPM else package.name.lower().replace("_", "-")
    return f"pkg:{kind}/{quote(name, safe='/')}@{quote(package.version)}"


def _component(package: Package, licence: str, digests: list[Json]) -> Json:
    component: Json = {
        "type": "library",
        "bom-ref": reference(package),
        "name": package.name,
        "version": package.version,
        "purl": reference(package),
        "licenses": [{"expression": licence}] if spdx(licence) else [{"license": {"name": licence}}],
        # One of these files is installed: which one depends on the machine.
        "externalReferences": [{"type": "distribution", "url": package.lock, "hashes": digests}],
    }
    if package.marker:
        component["properties"] = [{"name": "examlab:where", "value": package.marker.strip()}]
    return component


def _python_digests(root: Path) -> dict[Package, list[Json]]:
    return {
        package: [{"alg": "SHA-256", "content": digest} for digest in _HASH.findall(rest)]
        for package, rest in _python_entries(root).items()
    }


def _python_entries(root: Path) -> dict[Package, str]:
    """Return what the lock says of each package: where, its digests, and who needs it."""
    text = (root / LOCK).read_text(encoding="utf-8")
    entries = {}
    for entry in _ENTRY.finditer(text):
        marker = re.match(r" ; ([^\\\n]*?) ?\\?$", entry["rest"], re.MULTILINE)
        package = Package(entry["name"], entry["version"], LOCK, marker[1] if marker else "")
        entries[package] = entry["rest"]
    return entries


def _npm_digests(root: Path) -> dict[Package, list[Json]]:
    digests = {}
    for (name, version), entry in npm_entries(root).items():
        algorithm, _, digest = entry["integrity"].partition("-")
        content = base64.b64decode(digest).hex()
        digests[Package(name, version, NPM)] = [
            {"alg": algorithm.upper().replace("SHA", "SHA-"), "content": content}
        ]
    return digests


def _dependencies(root: Path, project: str, packages: list[Package]) -> list[Json]:
    """Return for the book and for each package what it needs directly."""
    needs: dict[str, set[str]] = {"book": set(), **{reference(package): set() for package in packages}}
    python = _python_entries(root)
    named: dict[str, list[str]] = {project: ["book"]}
    for package in python:
        named.setdefault(package.name, []).append(reference(package))
    for package, rest in python.items():
        for parent in _VIA.findall(rest):
            for one in named[parent]:
                needs[one].add(reference(package))
    for one, others in _npm_needs(root).items():
        needs[one] |= others
    return [{"ref": one, "dependsOn": sorted(others)} for one, others in sorted(needs.items())]


def _npm_needs(root: Path) -> dict[str, set[str]]:
    """Return what npm packages and the book need: each finds what is nearest to it, as Node does."""
    entries: Mapping[str, Any] = json.loads((root / NPM).read_text(encoding="utf-8"))["packages"]

    def at(path: str) -> str:
        name = path.rpartition("node_modules/")[2]
        return reference(Package(name, entries[path]["version"], NPM)) if path else "book"

    def nearest(path: str, name: str) -> str:
        while (found := f"{path}/node_modules/{name}".lstrip("/")) not in entries:
            path = path.rpartition("/node_modules/")[0]
        return at(found)

    return {
        at(path): {
            nearest(path, name) for key in ("dependencies", "devDependencies") for name in entry.get(key, ())
        }
        for path, entry in entries.items()
    }


def text(root: Path, time: datetime) -> str:
    """Return the bill of materials as it is stored."""
    return json.dumps(bill(root, time), indent=2, ensure_ascii=False) + "\n"
