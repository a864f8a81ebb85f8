"""Trials of one public function: some of its arguments spoilt, and what comes of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tests.fuzz.oracle import problem
from tests.fuzz.spoil import Spoilt, spoilt
from tests.fuzz.valid_calls import call_of


def spoilt_arguments(valid: Mapping[str, Any]) -> st.SearchStrategy[dict[str, Spoilt]]:
    """Return what to put in the place of valid arguments: of one, or of two at once."""
    each = {name: spoilt(value) for name, value in valid.items() if name != "self"}
    one = st.sampled_from(sorted(each)).flatmap(lambda name: st.fixed_dictionaries({name: each[name]}))
    pairs = st.lists(st.sampled_from(sorted(each)), min_size=2, max_size=2, unique=True)
    two = pairs.flatmap(lambda names: st.fixed_dictionaries({name: each[name] for name in names}))
    return one | two if len(each) > 1 else one


def try_out(name: str, function: Callable[..., Any], *, examples: int) -> int:
    """Try a function with its valid call, then with so many spoilt ones; return how many it were."""
    valid = call_of(name, function)
    assert valid is not None, f"write a valid call of {name} into tests/fuzz/valid_calls.py"
    if not examples or not set(valid) - {"self"}:
        return 0
    _expect_no_problem(name, function, valid, {})
    tried = 0

    # The same examples each time, and none made simpler: a function may take a second.
    @settings(
        max_examples=examples,
        deadline=None,
        derandomize=True,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(spoilt_arguments(valid))
    def meets(put: dict[str, Spoilt]) -> None:
        nonlocal tried
        tried += 1
        _expect_no_problem(name, function, valid, put)

    meets()
    return tried


def _expect_no_problem(
    name: str, function: Callable[..., Any], valid: Mapping[str, Any], put: Mapping[str, Spoilt]
) -> None:
    found = problem(name, function, valid, put)
    assert found is None, f"{name}: {found}\nwith {put}"
