"""A release is made of a commit, holds what it should, and gives the same bytes each time."""

from __future__ import annotations

import hashlib
import io
import json
import shutil
import subprocess
import tarfile
from datetime import UTC, datetime
from pathlib import Path

import pytest
import release
from third_party import LOCK, NPM

from examlab.reading.publish.offline.edition import read_edition
from tests.unit.published import git

NAME = "an-exam-you-can-run-0.1.0"
WHEN = "2026-03-04T05:06:07+00:00"
TIME = datetime.fromisoformat(WHEN)


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a repository with one commit and with what `make site` makes."""
    root = tmp_path / "project"
    (root / "tools").mkdir(parents=True)
    (root / "tools" / "run.sh").write_text("#!/bin/sh\n")
    (root / ".gitignore").write_text("_build/\n")
    (root / ".gitattributes").write_text(".git_archival.txt export-subst\n")
    (root / ".git_archival.txt").write_text((release.ROOT / ".git_archival.txt").read_text())
    (root / "_config.yml").write_text("title: A book\nauthor: Nobody\n")
    (root / "pyproject.toml").write_text(
        '[project]\nname = "examlab"\nversion = "0.1.0"\ndescription = "A book"\n'
    )
    (root / LOCK).write_text("")
    (root / NPM).write_text(json.dumps({"packages": {"": {}}}))
    git(root, "init", "-q")
    git(root, "add", ".")
    git(root, "commit", "-q", "-m", "one", date=WHEN)
    for kind in release.PRODUCTS:
        made = root / "_build" / kind / f"an-exam-you-can-run.{kind}"
        made.parent.mkdir(parents=True)
        made.write_text(kind)
    monkeypatch.setattr(release, "ROOT", root)
    monkeypatch.setattr(release, "FOLDER", root / "_build" / "release")
    return root


def test_a_release_holds_all_and_its_checksums_fit(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert release.main() == 0
    names = {path.name for path in release.FOLDER.iterdir()}
    endings = {"-source.tar.gz", "-site.zip", ".epub", ".pdf", ".cdx.json"}
    assert names == {f"{NAME}{ending}" for ending in endings} | {"SHA256SUMS"}
    lines = (release.FOLDER / "SHA256SUMS").read_text().splitlines()
    assert {line.split("  ")[1] for line in lines} == names - {"SHA256SUMS"}
    for line in lines:
        digest, name = line.split("  ")
        assert hashlib.sha256((release.FOLDER / name).read_bytes()).hexdigest() == digest
    assert capsys.readouterr().out.splitlines() == lines


def test_the_sources_are_the_commit_s_and_know_which_it_is(project: Path, tmp_path: Path) -> None:
    (project / "later.txt").write_text("not committed")
    with tarfile.open(fileobj=io.BytesIO(release.sources(NAME, TIME))) as archive:
        options = {"filter": "data"} if hasattr(tarfile, "data_filter") else {}  # not before Python 3.11.4
        archive.extractall(tmp_path / "out", **options)
    found = tmp_path / "out" / NAME
    assert (found / "tools" / "run.sh").is_file() and not (found / "later.txt").exists()
    assert read_edition(found) == read_edition(project)
    assert read_edition(found).time == TIME and len(read_edition(found).commit) == 10


def test_the_same_commit_gives_the_same_bytes(project: Path, tmp_path: Path) -> None:
    for place in ("one", "other"):
        release.fill(tmp_path / place, NAME, TIME)
    assert (tmp_path / "one" / "SHA256SUMS").read_bytes() == (tmp_path / "other" / "SHA256SUMS").read_bytes()


def test_what_is_not_committed_is_no_release(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (project / "tools" / "run.sh").write_text("changed")
    assert release.main() == 1 and not release.FOLDER.exists()
    assert "made of a commit" in capsys.readouterr().out


def test_what_is_not_made_is_named(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (project / "_build" / "pdf" / "an-exam-you-can-run.pdf").unlink()
    assert release.main() == 1
    assert "Not made yet: pdf." in capsys.readouterr().out


def test_a_folder_that_is_neither_repository_nor_archive_is_of_no_commit(
    project: Path, tmp_path: Path
) -> None:
    copy = tmp_path / "copy"
    copy.mkdir()
    for name in ("_config.yml", ".git_archival.txt"):
        (copy / name).write_text((project / name).read_text())
    assert read_edition(copy).commit == "" and read_edition(copy).time == datetime(1980, 1, 1, tzinfo=UTC)


@pytest.mark.skipif(not shutil.which("sha256sum"), reason="needs sha256sum")
def test_checksums_are_as_the_usual_command_reads_them(project: Path) -> None:
    assert release.main() == 0
    command = ["sha256sum", "--check", "--quiet", "SHA256SUMS"]
    assert subprocess.run(command, cwd=release.FOLDER).returncode == 0
    (release.FOLDER / f"{NAME}.epub").write_text("another")
    assert subprocess.run(command, cwd=release.FOLDER, capture_output=True).returncode == 1
