"""A few bad arguments for every public function, the same each time; `make fuzz` tries hundreds."""

from __future__ import annotations

import warnings

import numpy as np
import pytest

from examlab.arguments import random_source, representable, whole
from examlab.networks.activations import relu
from tests.fuzz import trial
from tests.fuzz.oracle import problem
from tests.fuzz.public import INNER, found
from tests.fuzz.spoil import Spoilt
from tests.fuzz.valid_calls import CALLS

PUBLIC = found()


@pytest.mark.parametrize("name", PUBLIC)
def test_bad_arguments_are_refused_or_met_with_a_right_answer(name):
    # Drawing takes long, and checks what describing checks: only `make fuzz` draws.
    draws = name.startswith("figures.") and "describe" not in name
    trial.try_out(name, PUBLIC[name], examples=0 if draws else 4)


def test_what_is_listed_is_there():
    assert CALLS.keys() <= PUBLIC.keys()
    assert not INNER.keys() & PUBLIC.keys()


def test_no_notebook_takes_what_does_not_check():
    import notebooks

    for path in notebooks.find([notebooks.ROOT / "notebooks"]):
        text = path.read_text(encoding="utf-8")
        assert [name for name in INNER if f"examlab.{name} " in text] == [], path


# ---- The test of the test: each kind of fault is noticed


def silent(z):
    return np.full(np.shape(z), np.nan)


def nameless(z):
    raise ValueError("bad")


def crashes(z):
    return z.nothing


def warns(z):
    warnings.warn("beware", stacklevel=1)


def changes(z):
    z[0] = 7
    return 0.0


def depends_on_form(z):
    return float(np.asarray(z).dtype.itemsize)


@pytest.mark.parametrize(
    ("function", "says"),
    [
        (relu, None),
        (silent, "silent nan"),
        (nameless, "names no argument: ValueError: bad"),
        (crashes, "AttributeError: "),
        (warns, "UserWarning: beware"),
        (changes, "z was changed in place"),
        (depends_on_form, "another answer for the same value"),
    ],
)
def test_a_fault_is_noticed(function, says):
    z = np.array([1.0, 2.0])
    put = {"z": Spoilt(z.astype(np.float32), "as float32", same=True)}
    said = problem(function.__name__, function, {"z": z}, put)
    assert said is None if says is None else said.startswith(says)


# ---- Checks of arguments


@pytest.mark.parametrize("value", [-1, 1.5, "0", True, [0], np.array(0), 1 + 0j])
def test_a_bad_seed_is_named(value):
    with pytest.raises((TypeError, ValueError), match=r"^random_state must be a whole number, 0 or more"):
        random_source(value)


def test_a_generator_is_taken_as_it_is_and_a_seed_is_numpy_s():
    rng = np.random.default_rng(0)
    assert random_source(rng) is rng
    assert random_source(np.int64(3)).random() == np.random.default_rng(3).random()
    assert random_source(None).random() != random_source(None).random()


def test_a_count_has_two_ends():
    assert whole("n", 5, at_least=1, at_most=5) == 5
    with pytest.raises(ValueError, match=r"^n must be a whole number, 5 or less, got 6$"):
        whole("n", 6, at_least=1, at_most=5)


def test_what_overflows_is_refused_by_name():
    with pytest.raises(ValueError, match=r"^X and Y must hold numbers .*overflow"), representable("X", "Y"):
        np.array([1e300]) * 1e300
    with representable("X"):
        assert np.array([1e-300]) * 1e-300 == 0
