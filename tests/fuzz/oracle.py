"""What is wrong with how a function met its arguments, if anything."""

from __future__ import annotations

import copy
import dataclasses
import re
import signal
import threading
import warnings
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import numpy as np
from sklearn.exceptions import ConvergenceWarning

from examlab.networks.history import TrainingStopped
from examlab.networks.layers import Sequential
from tests.fuzz.spoil import Spoilt
from tests.fuzz.valid_calls import AFTERWARDS

SECONDS = 20.0
"""Longer than any call here takes on a slow machine: what takes more, hangs."""

LAYERS = [
    "BatchNorm",
    "Conv2d",
    "ConvTranspose2d",
    "Dense",
    "Flatten",
    "LeakyReLU",
    "ReLU",
    "Reshape",
    "Sequential",
    "Tanh",
]

ALSO: Mapping[str, tuple[type[Exception] | type[Warning], ...]] = {
    **{f"networks.layers.{name}.forward": (RuntimeWarning,) for name in LAYERS},
    "networks.gan.train": (TrainingStopped,),
    "hyperspectral.linear_one_class.LinearOneClassSVM": (ConvergenceWarning,),
    "hyperspectral.linear_one_class.LinearOneClassSVM.fit": (ConvergenceWarning,),
    "hyperspectral.large.segment_file": (OSError,),
    "hyperspectral.pavia.load_pavia_university": (OSError,),
}
"""Errors beside ValueError and TypeError that a function's documentation promises."""

NOT_FINITE: Mapping[str, str] = {
    **dict.fromkeys(
        [f"networks.layers.{name}.forward" for name in LAYERS],
        "a training looks for what is not finite in its losses, and stops with TrainingStopped",
    ),
    "networks.precision.step_by_step": "infinities and NaN are what it shows",
    "networks.two_layer.gradient_factors": "one factor may be infinite where their product is finite",
    "hyperspectral.mixture.gaussian_mixture_log_density": "the logarithm of 0",
}
"""Functions whose documentation promises numbers that are not finite."""

ESTIMATORS = (
    "hyperspectral.clustering.SubtractiveClustering",
    "hyperspectral.linear_one_class.LinearOneClassSVM",
)

LASTING = {"steps", "starts", "draws"}
"""Arguments that say how much is to be done: it is, however long it takes, up to a bound."""

MOVED = {"generator", "discriminator", "self", "model", "random_state"}
"""Arguments that a function is asked to change: networks in training, estimators in `fit`."""


class Hang(Exception):
    """A call took too long."""


def problem(
    name: str, function: Callable[..., Any], valid: Mapping[str, Any], spoilt: Mapping[str, Spoilt]
) -> str | None:
    """Call a function with some arguments spoilt; return what is wrong with what comes of it, or None."""
    arguments = {**copy.deepcopy(dict(valid)), **{key: each.value for key, each in spoilt.items()}}
    before = {key: copy.deepcopy(arguments[key]) for key in spoilt if not key.startswith("self")}
    try:
        with warnings.catch_warnings(), _limited():
            warnings.simplefilter("error")
            answer = AFTERWARDS.get(name, lambda found: found)(function(**arguments))
            if isinstance(answer, Iterator):
                answer = list(answer)
    except Hang as hang:
        return None if LASTING & set(spoilt) else _told(hang)
    except ALSO.get(name, ()):
        return None
    except (ValueError, TypeError) as error:
        return None if _names(name, error, arguments, spoilt) else f"names no argument: {_told(error)}"
    except Exception as error:
        return _told(error)
    for key, value in before.items():
        if key not in MOVED and not same(value, arguments[key]):
            return f"{key} was changed in place"
    if name not in NOT_FINITE and (place := not_finite(answer) or _said(answer)):
        return f"silent {place}"
    return _wrong(name, function, valid, spoilt, answer)


def _names(name: str, error: Exception, arguments: Iterable[str], spoilt: Iterable[str]) -> bool:
    """Return whether an error names a spoilt argument, or says of another that it does not go with it."""
    if name.startswith(ESTIMATORS) and name.endswith(("fit", "predict", "function", "samples")):
        return True  # the words are scikit-learn's: X is the only argument of these methods
    if re.search(rf"\b({'|'.join(spoilt)})\b", str(error)):
        return True
    return re.match(rf"({'|'.join(map(re.escape, arguments))})\b.* must ", str(error)) is not None


def _told(error: Exception) -> str:
    return f"{type(error).__name__}: {str(error)[:120]}"


def _wrong(
    name: str,
    function: Callable[..., Any],
    valid: Mapping[str, Any],
    spoilt: Mapping[str, Spoilt],
    answer: Any,
) -> str | None:
    """Return that the same values in another form give another answer, if so."""
    if not all(each.same for each in spoilt.values()):
        return None
    tolerance = _tolerance(*valid.values(), *(each.value for each in spoilt.values()))
    right = AFTERWARDS.get(name, lambda found: found)(function(**copy.deepcopy(dict(valid))))
    return None if same(right, answer, tolerance) else "another answer for the same value"


def _tolerance(*values: Any) -> float:
    """Return what may differ in the precision of the coarsest array."""
    kinds = [np.asarray(value).dtype for value in values if isinstance(value, np.ndarray | np.generic)]
    return 100 * max([*(float(np.finfo(kind).eps) for kind in kinds if kind.kind == "f"), 1e-14])


def not_finite(value: Any) -> str | None:
    """Return which number that is not finite stands in an answer, wherever it stands."""
    if isinstance(value, float | np.floating):
        return None if np.isfinite(value) else str(value)
    if isinstance(value, np.ndarray):
        if value.dtype.kind not in "fc" or np.isfinite(value).all():
            return None
        return f"{value[~np.isfinite(value)].flat[0]}"
    if isinstance(value, Sequential):
        return not_finite(value.vector)
    parts = _parts(value)
    return next((found for part in parts if (found := not_finite(part))), None)


def _said(answer: Any) -> str | None:
    """Return what a description should not say."""
    found = re.search(r"\b(nan|inf|None)\b", answer) if isinstance(answer, str) else None
    return found[0] if found else None


def same(one: Any, other: Any, tolerance: float = 0.0) -> bool:
    """Return whether two answers agree, wherever numbers stand in them."""
    if isinstance(one, np.ndarray | np.generic | float) or isinstance(other, np.ndarray):
        first, second = np.asarray(one), np.asarray(other)
        if first.shape != second.shape:
            return False
        if first.dtype.kind not in "f" or second.dtype.kind not in "f":
            return bool(np.array_equal(first, second)) or first.dtype.kind in "Oc"
        scale = tolerance * max(1.0, float(np.abs(first[np.isfinite(first)]).max(initial=0)))
        return bool(np.allclose(first.astype(float), second.astype(float), tolerance, scale, equal_nan=True))
    if isinstance(one, Sequential):
        return same(one.vector, other.vector, tolerance)
    mine, yours = _parts(one), _parts(other)
    if mine or yours or (isinstance(one, Mapping) and isinstance(other, Mapping)):
        return len(mine) == len(yours) and all(
            same(a, b, tolerance) for a, b in zip(mine, yours, strict=True)
        )
    return bool(one == other) if isinstance(one, str | int) else type(one) is type(other)


def _parts(value: Any) -> list[Any]:
    if isinstance(value, Mapping):
        return [*value.values()]
    if isinstance(value, list | tuple):
        return [*value]
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        fields = {field.name: getattr(value, field.name) for field in dataclasses.fields(value)}
        return [part for name, part in fields.items() if name not in ("seconds", "face")]
    return []


@contextmanager
def _limited() -> Iterator[None]:
    """Raise `Hang` in what takes too long, where the system can."""
    if not hasattr(signal, "setitimer") or threading.current_thread() is not threading.main_thread():
        yield
        return

    def stop(*_: Any) -> None:
        raise Hang(f"took more than {SECONDS:g} s")

    before = signal.signal(signal.SIGALRM, stop)
    signal.setitimer(signal.ITIMER_REAL, SECONDS)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
