"""The mistakes that `make mutants` makes: the right ones, one at a time."""

import ast
import os
import threading
import time

import pytest

from tests.mutants import mathematics
from tests.mutants.hits import OPTIONS, READS_ALL, Hits, Recorder
from tests.mutants.mathematics import _rounds
from tests.mutants.mutations import count, mutant


def became(source):
    return [mutant("m.py", source, number).source for number in range(count(source))]


@pytest.mark.parametrize(
    ("source", "mistakes"),
    [
        ("a + b", ["a - b", "pass"]),
        ("x = a <= b", ["x = a < b"]),
        ("x = not a", ["x = a"]),
        ("x = a and b", ["x = a or b"]),
        ("x = a[-1]", ["x = a[1]", "x = a[-2]"]),
        ("x = a.reshape(-1, n)", ["x = a.reshape(1, n)"]),
        ("x = np.reshape(a, (n, -1))", ["x = np.reshape(a, (n, 1))"]),
        ("x = 0.5", ["x = 1.5", "x = 1.0"]),
        ("x = True", ["x = False"]),
        ("x = np.min(a, axis=0)", ["x = np.min(a)", "x = np.max(a, axis=0)", "x = np.min(a, axis=1)"]),
        ("x += 1", ["x -= 1", "x += 2"]),
        ("x = y if f(a) else z", ["x = y if not f(a) else z"]),
    ],
)
def test_mistakes(source, mistakes):
    assert sorted(became(source)) == sorted(mistakes)


@pytest.mark.parametrize(
    "source",
    [
        '"""About 3 things."""',
        "from a import b",
        "raise ValueError(f'must be at least {1 + 1}')",
        "@lru_cache(maxsize=16)\ndef f(x: Literal[1]) -> Annotated[int, 2]:\n    return x",
        "x: int | None",
        "__all__ = ['a']",
        "text = 'a'",
    ],
)
def test_what_is_left_alone(source):
    assert became(source) == []


def test_a_mutant_differs_in_one_place_and_says_where():
    source = "class A:\n    def f(self, x):\n        return x * 2 + 1\n"
    for number in range(count(source)):
        made = mutant("m.py", source, number)
        assert (made.inside, made.line) == ("A.f", 3)
        assert made.was != made.becomes and made.becomes in made.source
        assert ast.unparse(ast.parse(source)).replace(made.was, made.becomes, 1) == made.source
        assert made.name == f"m.py A.f: {made.was} → {made.becomes}"


# ---- Which tests meet a mistake


def test_what_a_file_computes_on_import_counts_for_each_of_its_tests(tmp_path):
    file = tmp_path / "test_on_import.py"
    file.write_text(
        "from examlab.networks.activations import relu, tanh\n"
        "ONE = relu(1.0)\n"
        "def test_one(): assert ONE == 1\n"
        "def test_zero(): assert tanh(0.0) == 0\n"
    )
    recorder = Recorder()
    options = [*OPTIONS, "--doctest-modules", "--rootdir", str(tmp_path)]
    assert pytest.main([*options, str(file)], plugins=[recorder]) == 0
    one, zero = recorder.found
    relu, tanh = (("networks/activations.py", name) for name in ("relu", "tanh"))
    assert relu in one.functions and tanh not in one.functions
    assert {relu, tanh} <= set(zero.functions)


def test_a_mistake_meets_the_tests_that_run_it_then_the_others_of_their_files():
    runs, uses, far = (("m.py", "f"),), (("m.py", "g"),), (("other.py", "f"),)
    slow, quick = Hits("a.py::slow", 2, 0, [*runs]), Hits("a.py::quick", 1, 0, [*runs, *far])
    kept, other = Hits("a.py::kept", 1, 0, []), Hits("b.py::x", 1, 0, [*far])
    near, reads = Hits("c.py::near", 2, 0, [*uses]), Hits(f"{READS_ALL}::x", 3, 0, [])
    imports_all = Hits("d.py::quick", 0.1, 9, [*runs])
    made = mutant("m.py", "def f(x):\n    return x + 1\n", 0)
    assert list(_rounds(made, [slow, quick, kept, other, reads, near, imports_all])) == [
        [quick, slow],
        [imports_all],
        [kept, near, reads],
    ]


def child(work):
    pid = os.fork()
    if pid == 0:
        try:
            os.setpgid(0, 0)
            work()
        finally:
            os._exit(7)
    return pid


def compute_and_wait():
    end = time.monotonic() + 1
    while time.monotonic() < end:
        sum(range(1000))
    time.sleep(0.1)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="mistakes are made in forked processes")
def test_a_child_that_waits_for_ever_is_ended_soon_and_one_that_computes_is_left_alone(monkeypatch):
    monkeypatch.setattr(mathematics, "_LOOKS", 5)
    monkeypatch.setattr(mathematics, "_IDLE", 15)
    assert mathematics._ended(child(compute_and_wait), 10) == 7
    begin = time.monotonic()
    assert mathematics._ended(child(lambda: threading.Event().wait()), 10) is None
    assert time.monotonic() - begin < 100
