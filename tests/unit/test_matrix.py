"""What `make test-matrix` runs, and that it says what it could not."""

from __future__ import annotations

import os
import platform
import re
import shutil
import subprocess
import sys
from pathlib import Path

import matrix
import pytest
from matrix import Cell, Skipped
from other_blas import bundled, functions, usual_name
from pythons import find_python

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the command is for Linux")


@pytest.fixture(scope="module")
def cells(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Cell | Skipped]:
    """Return every arithmetic by name; what they need is written elsewhere than for the command."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(matrix, "FOLDER", tmp_path_factory.mktemp("matrix"))
        return {cell.name: cell for cell in matrix.cells()}


def test_every_python_that_is_supported_is_run_or_named(cells: dict[str, Cell | Skipped]) -> None:
    mine = f"{sys.version_info.major}.{sys.version_info.minor}"
    workflow = (matrix.ROOT / ".github" / "workflows" / "ci.yml").read_text(encoding="utf-8")
    versions = re.findall(r'"(\d\.\d+)"', re.findall(r"python: \[(.*)\]", workflow)[0])
    assert tuple(versions) == matrix.PYTHONS and mine in versions
    assert {f"python-{version}" for version in versions if version != mine} <= set(cells)


def test_more_threads_than_cores_are_really_taken(cells: dict[str, Cell | Skipped]) -> None:
    cell = cells["threads-4"]
    assert isinstance(cell, Cell)
    facts = matrix._output(cell.python(), matrix._FACTS, cell.environment)
    assert re.search("×4|no BLAS seen", facts), facts


def test_older_processors_are_really_played(cells: dict[str, Cell | Skipped]) -> None:
    if platform.machine() != "x86_64":
        pytest.skip("another kind of processor")
    cell = cells["sse"]
    assert isinstance(cell, Cell)
    facts = matrix._output(cell.python(), matrix._FACTS, cell.environment)
    assert "vectors: the least" in facts and re.search("Katmai|Prescott", facts), facts


def test_the_tests_of_the_mathematics_are_found() -> None:
    names = {Path(path).stem for path in matrix.unit_tests()}
    assert {"test_two_layer", "test_training", "test_segmentation", "test_linear_one_class"} <= names
    assert not names & {"test_figures_content", "test_publish", "test_matrix"}


def test_a_python_that_does_not_start_is_no_python(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    stand_in = tmp_path / "python3.99"
    stand_in.write_text("#!/bin/sh\nexit 127\n")
    stand_in.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=os.pathsep)
    monkeypatch.setenv("PYENV_ROOT", str(tmp_path))
    assert find_python("3.99") is None
    real = tmp_path / "versions" / "3.99.1" / "bin"
    real.mkdir(parents=True)
    (real / "python").write_text("#!/bin/sh\necho 3.99\n")
    (real / "python").chmod(0o755)
    assert find_python("3.99") == real / "python"


def test_what_fails_is_named_and_what_is_skipped(
    cells: dict[str, Cell | Skipped], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    chosen = [
        cells["threads-1"],
        cells["threads-2"],
        Skipped("python-9.9", "no Python 9.9 is installed here"),
    ]
    monkeypatch.setattr(matrix, "cells", lambda: iter(chosen))
    monkeypatch.setattr(matrix, "run", lambda cell: cell.name == "threads-1")
    assert matrix.main([]) == 1
    printed = capsys.readouterr().out
    assert "Held: 1 of 2. Not: threads-2." in printed
    assert "Skipped python-9.9: no Python 9.9 is installed here" in printed
    assert matrix.main(["threads-1"]) == 0


@pytest.mark.skipif(not shutil.which("nm"), reason="needs nm")
@pytest.mark.parametrize("package", ["numpy", "scipy"])
def test_the_wheels_call_matrices_as_we_think(package: str) -> None:
    try:
        names = functions(bundled(package))
    except StopIteration:
        pytest.skip("this wheel brings no OpenBLAS")
    assert {"cblas_dgemm", "dgesv_", "dsyevd_"} <= {usual_name(name) for name in names}


def test_another_library_is_asked_in_the_place_of_openblas(cells: dict[str, Cell | Skipped]) -> None:
    cell = cells.get("reference")
    if not isinstance(cell, Cell):
        pytest.skip("Debian's reference library is not installed")
    code = "import numpy as np; print(np.dot(np.arange(3.0), np.ones(3)), open('/proc/self/maps').read())"
    told = os.environ | dict(cell.environment)
    done = subprocess.run([sys.executable, "-c", code], env=told, capture_output=True, text=True, check=True)
    assert done.stdout.startswith("3.0 ") and "/libblas64.so" in done.stdout
