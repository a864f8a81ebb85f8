"""Checks of arguments that every part of the package shares.

Each function returns the checked value, and refuses a bad one with a message that names the argument, the
value it got and what is allowed: `TypeError` for a wrong type, `ValueError` for a wrong value.
"""

from __future__ import annotations

import math
import operator
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

__all__ = [
    "FINITE",
    "MODERATE",
    "MOST",
    "POSITIVE",
    "SEEDS",
    "UNIT",
    "Floats",
    "Interval",
    "choice",
    "entries",
    "flag",
    "floats",
    "function",
    "instance",
    "mapping",
    "number",
    "random_source",
    "representable",
    "text",
    "whole",
    "whole_numbers",
]

Kind = TypeVar("Kind")

Floats = NDArray[np.floating[Any]]
"""An array of floating-point numbers, whatever their precision."""


@dataclass(frozen=True)
class Interval:
    """The numbers from `low` to `high`, each end included or not.

    Examples
    --------
    >>> str(Interval(0, 1, open_high=True))
    '[0, 1)'
    """

    low: float
    high: float
    open_low: bool = False
    open_high: bool = False

    def __str__(self) -> str:
        """Write the interval as in a textbook."""
        left, right = "(" if self.open_low else "[", ")" if self.open_high else "]"
        return f"{left}{self.low:g}, {self.high:g}{right}"

    def holds(self, values: Floats) -> NDArray[np.bool_]:
        """Tell for each value whether it lies in the interval; NaN never does."""
        with np.errstate(over="ignore"):  # a bound may be beyond what half precision can hold
            above = values > self.low if self.open_low else values >= self.low
            below = values < self.high if self.open_high else values <= self.high
        return np.asarray(above & below)


FINITE = Interval(-math.inf, math.inf, open_low=True, open_high=True)
POSITIVE = Interval(0, math.inf, open_low=True, open_high=True)
UNIT = Interval(0, 1)

MODERATE = Interval(-1e75, 1e75)
"""Numbers of which four can be multiplied."""

SEEDS = 2**32 - 1
"""The largest seed that scikit-learn takes."""

MOST = 1_000_000
"""The most of anything that is made or done one by one: more is a slip, and would take all memory."""


def text(name: str, value: object, *, empty: bool = False) -> str:
    """Return `value` if it is a text that is not empty, or may be.

    Examples
    --------
    >>> text("label", "  ")
    Traceback (most recent call last):
    ...
    ValueError: label must not be empty, got '  '
    """
    if not isinstance(value, str):
        raise TypeError(f"{name} must be a text, got {value!r}")
    if not (value.strip() or empty):
        raise ValueError(f"{name} must not be empty, got {value!r}")
    return value


def choice(name: str, value: object, allowed: Collection[str]) -> str:
    """Return `value` if it is one of the `allowed` words.

    Examples
    --------
    >>> choice("loss", "squared", ("squared", "cross-entropy"))
    'squared'
    """
    if isinstance(value, str) and value in allowed:
        return value
    words = ", ".join(map(repr, allowed))
    error = ValueError if isinstance(value, str) else TypeError
    raise error(f"{name} must be one of {words}, got {value!r}")


def whole(name: str, value: object, *, at_least: int, at_most: int | None = None) -> int:
    """Return `value` as a Python int if it is a whole number, `at_least` or more, and `at_most` or less.

    Examples
    --------
    >>> whole("starts", 2000, at_least=1)
    2000
    >>> whole("starts", 2000, at_least=1, at_most=1000)
    Traceback (most recent call last):
    ...
    ValueError: starts must be a whole number, 1000 or less, got 2000
    """
    message = f"{name} must be a whole number, {at_least} or more, got {value!r}"
    if isinstance(value, bool | np.ndarray):
        raise TypeError(message)
    try:
        result = operator.index(value)  # type: ignore[arg-type]  # whatever it is
    except TypeError:
        raise TypeError(message) from None
    if result < at_least:
        raise ValueError(message)
    if at_most is not None and result > at_most:
        raise ValueError(f"{name} must be a whole number, {at_most} or less, got {value!r}")
    return result


def flag(name: str, value: object) -> bool:
    """Return `value` as a Python bool if it is True or False: ``"no"`` and 2 would count as true.

    Examples
    --------
    >>> flag("bias", True)
    True
    """
    if not isinstance(value, bool | np.bool_):
        raise TypeError(f"{name} must be True or False, got {value!r}")
    return bool(value)


def random_source(value: object, name: str = "random_state") -> np.random.Generator:
    """Return a generator of random numbers: `value` itself if it is one, or one that it decides as a seed.

    Examples
    --------
    >>> int(random_source(0).integers(100))
    85
    """
    if isinstance(value, np.random.Generator):
        return value
    if value is not None and not hasattr(value, "__index__"):
        raise TypeError(f"{name} must be a whole number, 0 or more, a Generator or None, got {value!r}")
    return np.random.default_rng(None if value is None else whole(name, value, at_least=0))


def instance(name: str, value: object, kind: type[Kind]) -> Kind:
    """Return `value` if it is of a class.

    Examples
    --------
    >>> instance("window", "all", tuple)
    Traceback (most recent call last):
    ...
    TypeError: window must be of type tuple, got 'all'
    """
    if not isinstance(value, kind):
        raise TypeError(f"{name} must be of type {kind.__name__}, got {value!r}")
    return value


def mapping(name: str, value: object, *, to: type[Any] = object) -> Mapping[Any, Any]:
    """Return `value` if it maps keys to values, all of one class.

    Examples
    --------
    >>> mapping("slips", {288: "no biases"})
    {288: 'no biases'}
    """
    if not isinstance(value, Mapping):
        raise TypeError(f"{name} must map keys to values, got {value!r}")
    for key, entry in value.items():
        instance(f"{name}[{key!r}]", entry, to)
    return value


def entries(name: str, value: object) -> list[Any]:
    """Return what `value` holds, in its order, if it is a list or anything of that kind; a text is none.

    Examples
    --------
    >>> entries("sizes", range(1, 4))
    [1, 2, 3]
    """
    if not isinstance(value, Iterable) or isinstance(value, str | bytes):
        raise TypeError(f"{name} must be a list, got {value!r}")
    try:
        return list(value)
    except TypeError:  # an array without a dimension
        raise TypeError(f"{name} must be a list, got {value!r}") from None


def function(name: str, value: Callable[..., Kind]) -> Callable[..., Kind]:
    """Return `value` if it can be called.

    Examples
    --------
    >>> function("progress", print) is print
    True
    """
    if not callable(value):
        raise TypeError(f"{name} must be a function, got {value!r}")
    return value


def number(name: str, value: object, within: Interval = FINITE) -> float:
    """Return `value` as a Python float if it is one real number in the interval.

    Examples
    --------
    >>> number("nu", 1.5, Interval(0, 1, open_low=True))
    Traceback (most recent call last):
    ...
    ValueError: nu must be a number in (0, 1], got 1.5
    """
    array = _real(name, value)
    if array.ndim or not within.holds(array):
        raise ValueError(f"{name} must be a number in {within}, got {value!r}")
    return float(array)


def floats(
    name: str, value: object, within: Interval = FINITE, *, shape: tuple[int | None, ...] | None = None
) -> Floats:
    """Return `value` as a floating-point array if each of its numbers lies in the interval.

    Parameters
    ----------
    name : str
        What the caller calls the argument.
    value : number or array
        Floating-point numbers keep their precision, whole ones become float64.
    within : Interval
        Where each number has to lie.
    shape : tuple, optional
        The shape that is asked for, ``None`` for a dimension of any length; any shape unless told.

    Returns
    -------
    array
        Of the shape of `value`, never empty.

    Raises
    ------
    TypeError
        If `value` does not hold real numbers.
    ValueError
        If it is empty, of another shape, or holds a number outside the interval (NaN is outside all).

    Examples
    --------
    >>> floats("X", [[1, 2], [3, 4]], shape=(None, 2))
    array([[1., 2.],
           [3., 4.]])
    >>> floats("X", [1, 2, 3], shape=(2,))
    Traceback (most recent call last):
    ...
    ValueError: X must have shape (2,), got shape (3,)
    """
    array = _real(name, value)
    if array.size == 0:
        raise ValueError(f"{name} must hold at least one number, got an empty array of shape {array.shape}")
    if shape is not None and not _fits(array.shape, shape):
        raise ValueError(
            f"{name} must have shape {str(shape).replace('None', 'any')}, got shape {array.shape}"
        )
    held = within.holds(array)
    if not held.all():
        raise ValueError(f"{name} must hold numbers in {within} only, got {array[~held].flat[0]}")
    return array


def whole_numbers(name: str, value: object, *, at_least: int | None = None) -> NDArray[np.int64]:
    """Return `value` as an array of integers if it holds whole numbers, each `at_least` or more.

    Examples
    --------
    >>> whole_numbers("truth", [[0, 3], [9, 1]], at_least=0).shape
    (2, 2)
    >>> whole_numbers("truth", [0, -3], at_least=0)
    Traceback (most recent call last):
    ...
    ValueError: truth must hold whole numbers, 0 or more, got -3
    """
    bound = "" if at_least is None else f", {at_least} or more"
    try:
        array = np.asarray(value)
    except ValueError:  # lists of unequal lengths
        raise ValueError(f"{name} must be an array, each row as long as the others, got {value!r}") from None
    if array.size == 0:
        raise ValueError(f"{name} must hold at least one number, got an empty array of shape {array.shape}")
    if array.dtype.kind not in "iu":
        raise TypeError(f"{name} must hold whole numbers{bound}, got values of type {array.dtype}")
    if at_least is not None and array.min() < at_least:
        raise ValueError(f"{name} must hold whole numbers{bound}, got {array.min()}")
    return array.astype(np.int64)


@contextmanager
def representable(*names: str) -> Iterator[None]:
    """Refuse arguments whose squares, products or quotients leave the range of floating-point numbers.

    NumPy would warn and go on with infinities. Wrap a computation in it whose arguments may be of any size.

    Examples
    --------
    >>> with representable("X"):
    ...     np.array([1e200]) ** 2
    Traceback (most recent call last):
    ...
    ValueError: X must hold numbers that can be reckoned with, got overflow encountered in square
    """
    try:
        with np.errstate(over="raise", invalid="raise", divide="raise"):
            yield
    except FloatingPointError as error:
        which = " and ".join(names)
        raise ValueError(f"{which} must hold numbers that can be reckoned with, got {error}") from None


def _real(name: str, value: object) -> Floats:
    try:
        array = np.asarray(value)
    except ValueError:  # lists of unequal lengths
        raise ValueError(f"{name} must be an array, each row as long as the others, got {value!r}") from None
    if array.dtype.kind not in "fiu":
        raise TypeError(f"{name} must hold real numbers, got {value!r} of type {type(value).__name__}")
    return array if array.dtype.kind == "f" else array.astype(np.float64)


def _fits(shape: tuple[int, ...], wanted: tuple[int | None, ...]) -> bool:
    return len(shape) == len(wanted) and all(w in (None, n) for n, w in zip(shape, wanted, strict=True))
