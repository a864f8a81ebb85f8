"""The test of the tests: a changed answer and a wrong sign do not get through."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

import pytest

import notebooks

ROOT = notebooks.ROOT
NOTEBOOK = ROOT / "notebooks" / "preamble" / "chain-rule.ipynb"
# The same examples each time: a run that should pass does.
TESTS = ("--hypothesis-seed=0", "tests/unit/test_activations.py", "tests/unit/test_two_layer.py")


def pytest_here(*arguments: str, source: Path | None = None) -> subprocess.CompletedProcess[str]:
    """Run pytest as the Makefile does, with the package from another folder if one is given."""
    command = [sys.executable, "-m", "pytest", "-c", str(ROOT / "pyproject.toml"), "--color=no", *arguments]
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")}
    if source is not None:
        environment["PYTHONPATH"] = str(source)
        # What fails here on purpose must not be tried again by the real tests.
        environment["HYPOTHESIS_STORAGE_DIRECTORY"] = str(source.parent / "hypothesis")
    return subprocess.run(
        command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False, timeout=300
    )


# ---- A stored answer


def with_another_digit(path: Path) -> int:
    """Change one digit of the last answer that prints a decimal; return the number of its code cell."""
    notebook = notebooks.read(path)
    cells = [cell for cell in notebook.cells if cell.cell_type == "code"]
    for number, cell in reversed(list(enumerate(cells))):
        if "answer" in cell.metadata.get("tags", ()):
            text = cell.outputs[0].text
            cell.outputs[0].text = re.sub(r"(?<=\.)\d", lambda found: str(9 - int(found[0])), text, count=1)
            if cell.outputs[0].text != text:
                notebooks.write(path, notebook)
                return number
    raise ValueError(f"{path} has no answer with a decimal")


def test_a_changed_answer_fails_and_nothing_else_does(tmp_path):
    right, wrong = tmp_path / "right.ipynb", tmp_path / "wrong.ipynb"
    shutil.copy(NOTEBOOK, right)
    shutil.copy(NOTEBOOK, wrong)
    number = with_another_digit(wrong)
    sanitize = str(ROOT / "tests" / "notebooks" / "sanitize.cfg")
    done = pytest_here(
        f"--rootdir={tmp_path}", "-rA", "--nbval", "--nbval-sanitize-with", sanitize, str(tmp_path)
    )
    failed = re.findall(r"^FAILED .*?(\w+)\.ipynb::Cell (\d+)", done.stdout, re.MULTILINE)
    passed = re.findall(r"^PASSED .*?(\w+)\.ipynb::Cell (\d+)", done.stdout, re.MULTILINE)
    cells = sum(cell.cell_type == "code" for cell in notebooks.read(right).cells)
    assert failed == [("wrong", str(number))], done.stdout + done.stderr
    assert len(passed) == 2 * cells - 1
    assert done.returncode == 1


# ---- The sign of a derivative


OVERRIDES = {
    "leaky_relu": (
        "networks/activations.py",
        """
_leaky = leaky_relu_derivative
def leaky_relu_derivative(z, *, alpha=0.01):
    return SIGN _leaky(z, alpha=alpha)
""",
    ),
    "tanh": (
        "networks/activations.py",
        """
_tanh = tanh_derivative
def tanh_derivative(z):
    return SIGN _tanh(z)
""",
    ),
    "the gradient of w21": (
        "networks/two_layer.py",
        """
_gradient = gradient
def gradient(*values, **named):
    found = _gradient(*values, **named)
    return found | {"w21": SIGN found["w21"]}
""",
    ),
}


def copied_source(folder: Path, names: Iterable[str], sign: str) -> Path:
    """Copy the package, with some derivatives multiplied by a sign."""
    source = folder / "src"
    shutil.copytree(ROOT / "src", source, ignore=shutil.ignore_patterns("__pycache__"))
    for name in names:
        module, override = OVERRIDES[name]
        with (source / "examlab" / module).open("a", encoding="utf-8") as file:
            file.write(override.replace("SIGN", sign) + f"print({name!r}, 'is overridden')\n")
    return source


def test_derivatives_of_the_right_sign_pass(tmp_path):
    done = pytest_here("-q", "-s", *TESTS, source=copied_source(tmp_path, OVERRIDES, "+"))
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.count("is overridden") == len(OVERRIDES)


@pytest.mark.parametrize("name", OVERRIDES)
def test_a_derivative_of_the_wrong_sign_fails(name, tmp_path):
    done = pytest_here("-q", "-x", *TESTS, source=copied_source(tmp_path, [name], "-"))
    assert done.returncode == 1, done.stdout + done.stderr
    assert re.search(r"^FAILED tests/unit", done.stdout, re.MULTILINE)
