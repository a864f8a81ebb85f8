"""What `tools/install.sh` says where it cannot do its work: which reason, and what to do."""

import hashlib
import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

SCRIPT = Path(__file__).resolve().parents[2] / "tools" / "install.sh"


@pytest.fixture
def project(tmp_path):
    """Return a folder with the script and a lock that asks for one small package."""
    (tmp_path / "tools").mkdir()
    shutil.copy(SCRIPT, tmp_path / "tools")
    (tmp_path / "pyproject.toml").write_text("[project]\n")
    lock(tmp_path, "tiny==1.0", "0" * 64)
    return tmp_path


def lock(project, requirement, digest):
    (project / "requirements.lock").write_text(f"{requirement} \\\n    --hash=sha256:{digest}\n")


def wheel(folder):
    """Write the smallest wheel that pip takes for the package tiny 1.0."""
    with zipfile.ZipFile(folder / "tiny-1.0-py3-none-any.whl", "w") as file:
        file.writestr("tiny.py", "")
        file.writestr("tiny-1.0.dist-info/METADATA", "Metadata-Version: 2.1\nName: tiny\nVersion: 1.0\n")
        file.writestr(
            "tiny-1.0.dist-info/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
        )
        file.writestr("tiny-1.0.dist-info/RECORD", "")


def install(project, **environment):
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PIP_", "PYTHON"))}
    settings = {"PYTHON": sys.executable, "PIP_CONFIG_FILE": os.devnull, "PIP_RETRIES": "0"}
    return subprocess.run(
        ["sh", "tools/install.sh"],
        cwd=project,
        env=kept | settings | environment,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def test_an_old_python_is_named_with_what_to_do(project, tmp_path):
    tools = tmp_path / "bin"
    tools.mkdir()
    for name in ("python3", "python"):
        (tools / name).write_text('#!/bin/sh\n[ "$1" = -V ] && echo "Python 3.9.2" && exit\nexit 1\n')
        (tools / name).chmod(0o755)
    for name in ("sh", "cmp", "cat"):
        (tools / name).symlink_to(shutil.which(name))
    result = install(project, PATH=str(tools), PYTHON="")
    assert result.returncode == 1
    assert "needs Python 3.11 or later" in result.stderr and "Python 3.9.2" in result.stderr
    assert "PYTHON=/path/to/" in result.stderr


def test_a_network_that_is_down_is_named(project):
    result = install(project, PIP_INDEX_URL="http://127.0.0.1:9/simple", PIP_NO_CACHE_DIR="1")
    assert result.returncode == 1
    assert "could not be reached" in result.stderr and "run make again" in result.stderr
    assert not (project / ".venv").exists()


def test_a_package_that_is_not_the_tested_one_is_refused(project):
    wheel(project)
    result = install(project, PIP_NO_INDEX="1", PIP_FIND_LINKS=str(project))
    assert result.returncode == 1
    assert "does not match requirements.lock" in result.stderr and "make lock" in result.stderr
    assert not (project / ".venv").exists()


def test_a_lock_without_a_package_for_this_python_is_named(project):
    wheel(project)
    lock(project, "tiny==2.0", "0" * 64)
    result = install(project, PIP_NO_INDEX="1", PIP_FIND_LINKS=str(project))
    assert result.returncode == 1
    assert "has no package for this Python" in result.stderr and "make lock" in result.stderr


def test_a_folder_of_wheels_serves_without_a_network(project):
    folder = project / "wheels"
    folder.mkdir()
    wheel(folder)
    lock(
        project, "tiny==1.0", hashlib.sha256((folder / "tiny-1.0-py3-none-any.whl").read_bytes()).hexdigest()
    )
    (project / "pyproject.toml").write_text('[build-system]\nrequires = []\nbuild-backend = "tiny"\n')
    result = install(project, PIP_INDEX_URL="http://127.0.0.1:9/simple", EXAMLAB_WHEELS="wheels")
    # What the lock names is there; the package of the project itself is not part of this test.
    assert list(project.glob(".venv/lib/python*/site-packages/tiny.py")), result.stderr
    assert "helper package in src/ could not be installed" in result.stderr


def test_a_folder_that_lacks_a_wheel_is_named(project):
    (project / "wheels").mkdir()
    result = install(project, PIP_INDEX_URL="http://127.0.0.1:9/simple", EXAMLAB_WHEELS="wheels")
    assert result.returncode == 1 and not (project / ".venv").exists()
    assert "The folder wheels does not hold every package" in result.stderr and "make wheels" in result.stderr


def test_npm_asks_the_folder_alone_and_names_it(tmp_path):
    (tmp_path / "tools").mkdir()
    shutil.copy(SCRIPT.with_name("install_npm.sh"), tmp_path / "tools")
    (tmp_path / "wheels" / "npm").mkdir(parents=True)
    (tmp_path / "wheels" / "npm" / "registry").write_text("http://127.0.0.1:9/\n")
    (tmp_path / ".venv" / "bin").mkdir(parents=True)
    npm = tmp_path / ".venv" / "bin" / "npm"
    npm.write_text('#!/bin/sh\necho "$@" >asked\necho "npm error code ENOTCACHED"\nexit 1\n')
    npm.chmod(0o755)
    environment = os.environ | {"EXAMLAB_WHEELS": "wheels"}
    command = ["sh", "tools/install_npm.sh"]
    result = subprocess.run(
        command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False
    )
    assert result.returncode == 1 and "The folder wheels does not hold every npm package" in result.stderr
    asked = (tmp_path / "asked").read_text()
    assert asked.startswith("ci --offline --cache wheels/npm --registry http://127.0.0.1:9/ ")
