"""What JupyterLab opens with: the contents of the book, and our settings."""

import json

import pytest
from lab import ROOT, contents, in_order, install_settings


def test_the_contents_name_every_notebook_there_is():
    written = contents()
    assert {f"notebooks/{path.parent.name}/{path.name}" for path in ROOT.glob("notebooks/*/*.ipynb")} == set(
        in_order(ROOT)
    )
    places = [written.index(f"]({name.removeprefix('notebooks/')})") for name in in_order(ROOT)]
    assert places == sorted(places)
    assert "- Question 4: [Why the start is slow](gan/4-slow-start.ipynb)" in written.splitlines()


def test_an_environment_gets_the_settings(tmp_path):
    install_settings(tmp_path)
    written = json.loads((tmp_path / "share/jupyter/lab/settings/overrides.json").read_text(encoding="utf-8"))
    assert written["@jupyterlab/apputils-extension:notification"]["fetchNews"] == "false"


@pytest.mark.parametrize(
    ("programs", "start"), [("$(BIN)", "jupyter lab"), (".venv-hub/bin", "python -m jupyterhub")]
)
def test_an_environment_gets_the_settings_before_its_server_starts(programs, start):
    commands = (ROOT / "Makefile").read_text(encoding="utf-8")
    assert f"\t@{programs}/python tools/lab.py\n\t@{programs}/{start} " in commands
