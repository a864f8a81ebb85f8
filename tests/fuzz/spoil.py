"""Ways to spoil an argument, and other forms of the same value, derived from a valid value's type."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import numpy as np
from hypothesis import strategies as st


@dataclass(frozen=True)
class Spoilt:
    """A value in place of a valid one, how it was made, and whether it is the same in another form."""

    value: Any
    how: str
    same: bool = False


HUGE = (2**31, -(2**31), 2**63, 10**30, -(2**63), 10**400)
NUMBERS = (0, -1, 1, 2, 0.5, -0.5, 5e-324, 1e-300, 1e-30, 1e30, 1e300, -1e300, np.nan, np.inf, -np.inf)
JUNK: tuple[Any, ...] = (
    *(None, True, False, "", "nonsense", "1", b"bytes", 1 + 2j, Decimal(1), object(), float, len),
    *([], (), {}, {"a": 1}, {1}, [None], [[1.0], [1.0, 2.0]], ["a"], [True], range(3), [[]], [object()]),
    *(np.array([]), np.array(None), np.array("x"), np.array([1 + 2j]), np.array([1], "M8[s]")),
    *(np.float32(np.nan), np.array(np.nan), np.array([np.nan]), np.array([1, "a", None], dtype=object)),
)


def spoilt(valid: Any) -> st.SearchStrategy[Spoilt]:
    """Return what may stand in the place of a valid value: junk, or the same kind of thing with a fault."""
    # What can be called in place of a function fails in its own words, if it does.
    places = [place for place, value in enumerate(JUNK) if not (callable(valid) and callable(value))]
    junk = st.sampled_from(places).map(lambda place: Spoilt(JUNK[place], f"junk {place}"))
    more = st.one_of(st.integers(), st.floats(), st.text(max_size=9), st.binary(max_size=9))
    return st.one_of(junk, more.map(lambda value: Spoilt(value, "more junk")), *_of_its_kind(valid))


def _of_its_kind(valid: Any) -> list[st.SearchStrategy[Spoilt]]:
    if isinstance(valid, bool):
        return [st.sampled_from([0, 1, "yes", 2]).map(lambda value: Spoilt(value, "no flag"))]
    if isinstance(valid, int | float):
        return [_numbers(), _forms(_forms_of_number(valid))]
    if isinstance(valid, str):
        words = st.sampled_from([valid.upper(), f" {valid}", f"{valid}\n", valid * 2]) | st.text(max_size=9)
        return [words.map(lambda value: Spoilt(value, "another word")), _forms([("str", np.str_(valid))])]
    if isinstance(valid, np.ndarray):
        return [_arrays(valid), _forms(_forms_of_array(valid))]
    if isinstance(valid, Mapping):
        return [_mappings(valid), _forms([("mapping", OrderedDict(valid))])]
    if isinstance(valid, list | tuple) and valid:
        return [_sequences(valid), _forms([("list", list(valid)), ("tuple", tuple(valid))])]
    return []


def _numbers() -> st.SearchStrategy[Spoilt]:
    plain = st.sampled_from(NUMBERS + HUGE) | st.integers(-5, 60) | st.floats()
    boxed = plain.filter(lambda value: abs(value) < 2**53).map(lambda value: [value])
    return (plain | boxed).map(lambda value: Spoilt(value, "another number"))


def _forms(forms: Sequence[tuple[str, Any]]) -> st.SearchStrategy[Spoilt]:
    return st.sampled_from([Spoilt(value, f"as {name}", same=True) for name, value in forms])


def _forms_of_number(value: float) -> list[tuple[str, Any]]:
    """Return the number in other types that hold it exactly."""
    kinds = (np.int64, np.uint8) if isinstance(value, int) else (np.float64, np.float32, np.float16)
    found = [
        (kind.__name__, kind(value)) for kind in kinds if 0 <= value < 100 and float(kind(value)) == value
    ]
    return [*found, ("array", np.array(value)), ("itself", value)]


def _forms_of_array(array: Any) -> list[tuple[str, Any]]:
    """Return the array in other places of memory, orders and types that hold its numbers exactly."""
    double = np.repeat(array, 2, axis=0)
    read_only = array.copy()
    read_only.flags.writeable = False
    found = [
        ("read-only", read_only),
        ("Fortran", np.array(array, order="F")),
        ("every second", double[::2]),
        ("backwards", array[::-1].copy()[::-1]),
        ("list", array.tolist()),
        ("other byte order", array.astype(array.dtype.newbyteorder())),
    ]
    if array.dtype.kind in "fiu":
        others = (np.float64, np.float32, np.float16, np.longdouble, np.int64, np.int8, np.uint16)
        with np.errstate(all="ignore"):
            cast = [(np.dtype(kind).name, array.astype(kind)) for kind in others]
        found += [(name, other) for name, other in cast if np.array_equal(other, array)]
    return found


def _arrays(array: Any) -> st.SearchStrategy[Spoilt]:
    """Return the array with one number exchanged, of another size, shape or type."""
    one = st.tuples(st.integers(0, array.size - 1), st.sampled_from(NUMBERS) | st.floats())
    whole: dict[str, Callable[[Any], Any]] = {
        "times 1e-200": lambda a: a * 1e-200,
        "times 1e30": lambda a: a * 1e30,
        "times 1e200": lambda a: a * 1e200,
        "zeros": np.zeros_like,
        "negative": lambda a: -1.0 * a,
        "constant": lambda a: np.full_like(a, a.flat[0]),
        "flat": np.ravel,
        "deeper": lambda a: a[None],
        "deeper within": lambda a: a[..., None],
        "transposed": np.transpose,
        "empty": lambda a: a[:0],
        "empty within": lambda a: a[..., :0],
        "one": lambda a: a[:1],
        "two": lambda a: a[:2],
        "one within": lambda a: a[..., :1],
        "twice": lambda a: np.concatenate([a, a]),
        "twice within": lambda a: np.concatenate([a, a], axis=-1),
        "one alone": lambda a: a.flat[0],
        "complex": lambda a: a.astype(complex),
        "object": lambda a: a.astype(object),
        "text": lambda a: a.astype(str),
        "bool": lambda a: a.astype(bool),
        "half": lambda a: a.astype(np.float16),
        "whole": lambda a: a.astype(np.int64),
        "ragged": lambda a: [*a.tolist(), []],
        "with a None": lambda a: [*a.tolist(), None],
    }
    changed = one.map(lambda change: Spoilt(_with(array, *change), f"one number {change[1]}"))
    return changed | st.sampled_from(sorted(whole)).map(lambda how: Spoilt(_quietly(whole[how], array), how))


def _with(array: Any, place: int, number: float) -> Any:
    changed = array.astype(float)
    changed.flat[place] = number
    return changed if array.dtype.kind != "f" else _quietly(lambda a: a.astype(array.dtype), changed)


def _quietly(change: Callable[[Any], Any], array: Any) -> Any:
    with np.errstate(all="ignore"):
        return change(array)


def _mappings(valid: Mapping[Any, Any]) -> st.SearchStrategy[Spoilt]:
    """Return the mapping with one value spoilt, one key more, or one less."""
    items = dict(valid)
    more = [{**items, key: value} for key in ("more", 7, None) for value in items.values()][:3]
    less = [{key: value for key, value in items.items() if key != gone} for gone in items]
    found = [st.sampled_from([Spoilt(value, "other keys") for value in [*more, *less, {}]])]
    for key, value in items.items():
        found.append(spoilt(value).map(lambda s, k=key: Spoilt({**items, k: s.value}, f"[{k!r}] {s.how}")))
    return st.one_of(found)


def _sequences(valid: Sequence[Any]) -> st.SearchStrategy[Spoilt]:
    """Return the sequence with one entry spoilt, one more, one less, or turned around."""
    kind: Any = type(valid)
    listed = list(valid)
    sizes = [listed[:-1], listed + listed[-1:], listed[::-1], [*listed, None]]
    found = [st.sampled_from([Spoilt(kind(value), "another length") for value in sizes])]
    for place in range(min(3, len(listed))):
        put = lambda s, p=place: Spoilt(kind([*listed[:p], s.value, *listed[p + 1 :]]), f"[{p}] {s.how}")  # noqa: E731
        found.append(spoilt(listed[place]).map(put))
    return st.one_of(found)
