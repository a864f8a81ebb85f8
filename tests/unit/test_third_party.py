"""The list of licences is that of the locks; a package without a known licence is refused."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
import third_party
from third_party import LIST, LOCK, NPM, ROOT, Package, UnknownLicence, licences, named, stored, text

HINT = "run `make third-party`"


def test_the_list_is_up_to_date() -> None:
    assert LIST.read_text(encoding="utf-8") == text(licences(ROOT, stored(LIST))), HINT


def test_everything_is_listed_once() -> None:
    listed = stored(LIST)
    for name, version in [("numpy", "2.4.6"), ("katex", "0.16.22"), ("torch", "2.15.0"), ("pywin32", "312")]:
        assert sum(other == name for other, _ in listed) >= 1
        assert (name, version) in {(p.name, p.version) for p in third_party.locked(ROOT)}
    assert len(listed) == len(set(third_party.locked(ROOT))) > 250


@pytest.mark.parametrize(
    ("stated", "licence"),
    [
        (["Apache-2.0 OR BSD-2-Clause"], "Apache-2.0 OR BSD-2-Clause"),
        (["(MIT AND Zlib)"], "MIT AND Zlib"),
        (["Copyright (c) 2015, matplotlib project", "BSD License"], "BSD"),
        (["Public Domain and BSD License"], "public domain, BSD"),
        (["ask the author"], ""),
        (["BSD License and ask the author"], ""),
        ([], ""),
        (["UNKNOWN", "ISC License (ISCL)"], "ISC"),
    ],
)
def test_what_packages_say_is_understood_or_unknown(stated: list[str], licence: str) -> None:
    assert named(stated) == licence


def project(folder: Path, lock: str, npm: dict[str, str]) -> Path:
    """Write locks into a folder."""
    (folder / LOCK).write_text(lock)
    packages = {f"node_modules/{name}": {"version": "1.0", "license": said} for name, said in npm.items()}
    (folder / NPM).write_text(json.dumps({"packages": {"": {}, **packages}}))
    return folder


def test_what_is_not_known_is_named(tmp_path: Path) -> None:
    root = project(
        tmp_path, "nothing-like-it==1.0 \\\n    --hash=sha256:0\n", {"odd": "SEE LICENSE IN x", "ok": "MIT"}
    )
    with pytest.raises(UnknownLicence) as caught:
        licences(root, {})
    assert str(caught.value).splitlines() == [
        "nothing-like-it 1.0: not installed here",
        "odd 1.0: SEE LICENSE IN x",
    ]


def test_what_is_not_installed_keeps_its_licence(tmp_path: Path) -> None:
    root = project(tmp_path, "nothing-like-it==1.0 ; sys_platform == 'win32' \\\n    --hash=sha256:0\n", {})
    found = licences(root, {("nothing-like-it", "1.0"): "MIT"})
    assert found == {Package("nothing-like-it", "1.0", LOCK, "sys_platform == 'win32'"): "MIT"}
    assert stored(write(tmp_path / "list.md", text(found))) == {("nothing-like-it", "1.0"): "MIT"}
    assert [*licences(root, {("nothing-like-it", "0.9"): "ISC"}).values()] == ["ISC"]
    both = {("nothing-like-it", "1.0"): "MIT", ("nothing-like-it", "2.0"): "ISC"}
    assert [*licences(root, both).values()] == ["MIT"]


def write(path: Path, content: str) -> Path:
    path.write_text(content)
    return path


def test_the_bench_lists_what_the_book_does_not(tmp_path: Path) -> None:
    project(tmp_path, "one==1 \\\n", {})
    (tmp_path / "requirements-bench.lock").write_text("one==1 \\\ntwo==2 ; python_full_version < '3.12' \\\n")
    assert [(p.name, p.lock) for p in third_party.locked(tmp_path)] == [
        ("one", LOCK),
        ("two", "requirements-bench.lock"),
    ]


def test_the_command_stops_at_a_licence_that_is_not_known(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(third_party, "ROOT", project(tmp_path, "nothing-like-it==1.0 \\\n", {}))
    monkeypatch.setattr(third_party, "LIST", tmp_path / "list.md")
    assert third_party.main() == 1 and not (tmp_path / "list.md").exists()
    assert "nothing-like-it 1.0: not installed here" in capsys.readouterr().out
    shutil.copy(ROOT / NPM, tmp_path / NPM)
    (tmp_path / LOCK).write_text("")
    assert third_party.main() == 0 and "| katex | 0.16.22 | MIT |" in (tmp_path / "list.md").read_text()
