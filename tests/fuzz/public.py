"""What is public: found by looking at the package, so that nothing new escapes the fuzz."""

from __future__ import annotations

import dataclasses
import inspect
import pkgutil
from collections.abc import Callable, Iterator
from importlib import import_module
from types import ModuleType
from typing import Any

WINGS = ("networks", "hyperspectral", "figures", "reading")

INNER = {
    "figures.pictures": "pieces that the drawing functions put together",
    "figures.style": "pieces that the drawing functions put together",
    "figures.ticks": "pieces that the drawing functions put together",
    "hyperspectral.fetch": "asks other hosts; load_pavia_university calls it with what it knows",
    "hyperspectral.pipeline": "the steps of segment and segment_file, which check",
    "hyperspectral.segmentation.Settings": "the checked options of segment and segment_file",
    **dict.fromkeys(
        [f"hyperspectral.segmentation_study.{name}" for name in ("choices", "competition", "study", "times")],
        "what `make segmentation-study` calls",
    ),
    "networks.activation_study.study": "what `make study` calls",
    "networks.layers.Layer": "what every layer has: computes nothing itself",
    "networks.pixels": "the innermost loop of a training",
    "networks.threads": "the innermost loop of a training",
}
"""What nobody calls from a notebook, and why it does not check its arguments."""

WAY_BACK = {"backward", "learn", "pull", "push"}
"""Methods of a layer that a training calls with what `forward`, which checks, gave it: hot loops."""


def found() -> dict[str, Callable[..., Any]]:
    """Return every public function, class that can be called, and method that takes an argument, by name."""
    public: dict[str, Callable[..., Any]] = {}
    seen: set[int] = set()
    for wing in WINGS:
        for module in _modules(import_module(f"examlab.{wing}")):
            for name in module.__all__:
                thing = getattr(module, name)
                home = f"{_short(module)}.{name}"
                ours = getattr(thing, "__module__", "").startswith("examlab.")
                if not (callable(thing) and ours) or id(thing) in seen or home in INNER:
                    continue
                seen.add(id(thing))
                public |= _callables(home, thing)
    return public


def _modules(package: ModuleType) -> Iterator[ModuleType]:
    """Yield the public modules of a package. One that lists names of its own shows nothing else."""
    if hasattr(package, "__all__"):
        yield package
        return
    for _, name, _ in pkgutil.iter_modules(package.__path__, f"{package.__name__}."):
        module = import_module(name)
        if _short(module) not in INNER:
            yield from _modules(module) if hasattr(module, "__path__") else [module]


def _callables(home: str, thing: Any) -> Iterator[tuple[str, Callable[..., Any]]]:
    if not inspect.isclass(thing):
        return iter([(home, thing)])
    record = dataclasses.is_dataclass(thing) or issubclass(thing, tuple | Exception)
    calls = [] if record and not hasattr(thing, "__post_init__") else [(home, thing)]
    for name, method in inspect.getmembers(thing, inspect.isfunction):
        ours = method.__module__.startswith("examlab.") and not name.startswith("_")
        if ours and name not in WAY_BACK and len(inspect.signature(method).parameters) > 1:
            calls.append((f"{home}.{name}", method))
    return iter(calls)


def _short(module: ModuleType) -> str:
    return module.__name__.removeprefix("examlab.")
