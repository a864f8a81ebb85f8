"""What the comparison of two builds sees."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
import reproducible

from examlab.reading.publish.offline.archive import pack

NAME = "an-exam-you-can-run"
DAY = datetime(2026, 1, 2, tzinfo=UTC)


def product(folder: Path) -> Path:
    """Write the smallest thing that looks like a build."""
    (folder / "html" / "book").mkdir(parents=True)
    (folder / "html" / "index.html").write_text("<p>one two three</p>")
    (folder / "html" / "book" / "page.html").write_text("<p>more</p>")
    (folder / "pdf").mkdir()
    (folder / "pdf" / f"{NAME}.pdf").write_bytes(b"%PDF")
    for kind in ("epub", "zip"):
        pack(folder / kind / f"{NAME}.{kind}", {"a": b"alpha", "b": b"beta"}, DAY)
    return folder


@pytest.fixture
def builds(tmp_path: Path) -> tuple[Path, Path]:
    """Return two builds that are the same."""
    return product(tmp_path / "one"), product(tmp_path / "other")


def test_the_same_is_the_same(builds: tuple[Path, Path], capsys: pytest.CaptureFixture[str]) -> None:
    assert reproducible.compare(*builds) == []
    assert reproducible.main([str(build) for build in builds]) == 0
    assert "Byte-identical: all 5 files" in capsys.readouterr().out


def test_a_byte_is_shown_where_it_stands(builds: tuple[Path, Path]) -> None:
    (builds[1] / "html" / "index.html").write_text("<p>one six three</p>")
    (what,) = reproducible.compare(*builds)
    assert what.startswith("html: index.html: at byte 7 of 20 and 20") and "one six" in what
    assert reproducible.main([str(build) for build in builds]) == 1


def test_a_file_too_many_is_named(builds: tuple[Path, Path]) -> None:
    (builds[0] / "html" / "book" / "extra.js").touch()
    assert reproducible.compare(*builds) == ["html: book/extra.js: only in the first"]


def test_a_product_that_neither_has_is_missed(builds: tuple[Path, Path]) -> None:
    for build in builds:
        (build / "pdf" / f"{NAME}.pdf").unlink()
    assert reproducible.compare(*builds) == [f"pdf/{NAME}.pdf: missing"]


@pytest.mark.parametrize(
    ("files", "time", "said"),
    [
        ({"a": b"alpha", "b": b"gamma"}, DAY, f"{NAME}.zip/b: at byte 0"),
        ({"b": b"beta", "a": b"alpha"}, DAY, f"{NAME}.zip/the order of files"),
        ({"a": b"alpha", "b": b"beta"}, DAY.replace(year=2027), f"{NAME}.zip/a: its date or rights"),
    ],
)
def test_an_archive_is_looked_into(
    builds: tuple[Path, Path], files: dict[str, bytes], time: datetime, said: str
) -> None:
    pack(builds[1] / "zip" / f"{NAME}.zip", files, time)
    found = reproducible.compare(*builds)
    assert found[0].startswith("zip: ") and any(what.startswith(said) for what in found[1:])
