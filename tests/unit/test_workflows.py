"""The workflows cannot run here; what can be read in them is held: rights, pins, limits, commands."""

import re
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
TARGETS = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.M))

each = pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.stem)


def read(path):
    # YAML 1.1 reads the key `on` as true.
    return yaml.safe_load(path.read_text(encoding="utf-8"))


def steps(path):
    return [step for job in read(path)["jobs"].values() for step in job["steps"]]


@each
def test_nothing_is_granted_that_is_not_named(path):
    workflow = read(path)
    assert workflow["permissions"] in ({}, {"contents": "read"})
    writing = {
        (name, right)
        for name, job in workflow["jobs"].items()
        for right, level in job.get("permissions", {}).items()
        if level != "read"
    }
    assert writing == ({("deploy", "pages"), ("deploy", "id-token")} if path.stem == "publish" else set())
    assert "pull_request_target" not in workflow[True]


@each
def test_actions_are_pinned_by_commit(path):
    used = re.findall(r"uses: (.*)", path.read_text(encoding="utf-8"))
    assert used
    for action in used:
        assert re.fullmatch(r"actions/[a-z-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+", action), action


def test_one_action_has_one_pin():
    used = {
        action
        for path in WORKFLOWS
        for action in re.findall(r"uses: (\S+)", path.read_text(encoding="utf-8"))
    }
    assert len(used) == len({action.partition("@")[0] for action in used})


@each
def test_every_job_ends(path):
    for name, job in read(path)["jobs"].items():
        assert 0 < job["timeout-minutes"] <= 60, name


@each
def test_a_checkout_keeps_no_credentials(path):
    for step in steps(path):
        if step.get("uses", "").startswith("actions/checkout@"):
            assert step["with"]["persist-credentials"] is False


@each
def test_commands_exist(path):
    for step in steps(path):
        command = step.get("run", "")
        assert "${{" not in command, "a value from outside is no part of a command"
        words = command.split()
        if words[:1] == ["make"]:
            assert {word for word in words[1:] if "=" not in word} <= TARGETS, command
        for word in words:
            if word.startswith(("tests/", "tools/")):
                assert (ROOT / word).exists(), command
