"""What `make binder` reads, watches and writes, and what it has written."""

from __future__ import annotations

import csv
import subprocess
import sys

import binder
import pytest
from binder import Measured, Watch, _family, described, rows
from lab import ROOT, in_order

HOG = "import time; held = bytearray(200_000_000); print('full', flush=True); time.sleep(60)"
PARENT = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {HOG!r}])"


def test_the_environment_is_read():
    assert described((ROOT / "environment.yml").read_text(encoding="utf-8"))[1] == [
        "-r requirements-lab.lock"
    ]
    with pytest.raises(ValueError, match=r"asks conda for python=3\.12, pip, gcc"):
        described("dependencies: [python=3.12, pip, gcc, {pip: [numpy]}]")


@pytest.mark.skipif(sys.platform != "linux", reason="Linux alone keeps the peak of a process")
@pytest.mark.parametrize(("limit", "ended"), [(100_000_000, True), (2_000_000_000, False)])
def test_what_a_process_has_started_is_watched_and_ended_above_the_limit(limit, ended):
    with subprocess.Popen([sys.executable, "-c", PARENT], stdout=subprocess.PIPE) as parent:
        watch = Watch([parent.pid], parent.pid, limit)
        watch.start()
        assert parent.stdout is not None
        full = parent.stdout.readline()  # it ends when the process that would write it has ended
        watch.look()
        watch.stop()
        for process in _family(parent.pid):
            process.kill()
    assert watch.exceeded == ended
    assert ended or (full == b"full\n" and 200e6 < watch.peak < 300e6)


def test_a_failure_leaves_the_table_as_it_was(monkeypatch, tmp_path, capsys):
    monkeypatch.setattr(binder, "TABLE", tmp_path / "table.csv")
    monkeypatch.setattr(binder, "FOLDER", tmp_path / "binder")
    monkeypatch.setattr(binder, "find_python", lambda version: sys.executable)
    monkeypatch.setattr(binder, "copy_repository", lambda target: None)
    monkeypatch.setattr(binder, "build", lambda *given: None)
    done = [Measured("JupyterLab", 1, 2), Measured("notebooks/a.ipynb", 1, 2, "KeyError")]
    monkeypatch.setattr(binder, "measure", lambda *given: done)
    assert binder.main() == 1
    assert "notebooks/a.ipynb" in capsys.readouterr().err
    assert not (tmp_path / "table.csv").exists()
    monkeypatch.setattr(binder, "measure", lambda *given: done[:1])
    assert binder.main() == 0
    assert (tmp_path / "table.csv").read_text() == "JupyterLab,1.0,10\n"


def test_the_table_has_every_notebook_in_the_book_s_order():
    with (ROOT / "book" / "measured" / "resources.csv").open(encoding="utf-8", newline="") as file:
        [lab, *found] = csv.reader(file)
    assert [row[0] for row in found] == [row[0] for row in rows(Measured(n, 0, 0) for n in in_order(ROOT))]
    for name, seconds, megabytes in [lab, *found]:
        assert 0 < float(seconds) < 240, name
        assert 100 <= int(megabytes) <= binder.MOST_MEMORY / 1e6, name
