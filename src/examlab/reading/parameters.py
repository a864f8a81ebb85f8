"""What a reader can move: a named list of values, shown as a slider or as a choice."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from examlab.arguments import entries, flag, number, text
from examlab.i18n import gettext as _

__all__ = ["Parameter", "as_parameter", "choice", "slider"]


@dataclass(frozen=True)
class Parameter:
    """One thing that a reader can move.

    Attributes
    ----------
    values : tuple
        What the drawing function receives, in order.
    texts : tuple of str
        What the reader sees for each value.
    label : str
        The name the reader sees.
    kind : {"slider", "choice"}
        A slider for values with an order, a choice for the others.
    time : bool
        Whether the values are moments in time, which a button can play.
    """

    values: tuple[Any, ...]
    texts: tuple[str, ...]
    label: str
    kind: str = "slider"
    time: bool = False


def slider(
    label: str, values: Iterable[float], *, unit: str = "", format: str = "{:g}", time: bool = False
) -> Parameter:
    """Return an ordered list of values that the reader moves through with a slider.

    Parameters
    ----------
    label : str
        The name beside the slider. It is looked up in the reader's language.
    values : iterable of float
        The positions, at least two.
    unit : str
        Written after each value.
    format : str
        How a value is written, in the form of `str.format`.
    time : bool
        Whether the slider moves through time; it then has a play button.

    Raises
    ------
    ValueError
        If there are fewer than two values, if one is not finite, or if two of them read the same.

    Examples
    --------
    >>> slider("Learning rate", [-0.5, 0, 0.5], unit="per step").texts
    ('−0.5 per step', '0 per step', '0.5 per step')
    """
    wanted = f"values of {text('label', label)!r}"
    listed = tuple(_number(wanted, value) for value in entries(wanted, values))
    after = f" {_(unit)}" if text("unit", unit, empty=True) else ""
    texts = tuple(_written(value, format).replace("-", "−") + after for value in listed)
    return _checked("values", Parameter(listed, texts, _(label), "slider", flag("time", time)))


def choice(label: str, options: Mapping[Any, str] | Iterable[str]) -> Parameter:
    """Return alternatives without an order, of which the reader picks one.

    Parameters
    ----------
    label : str
        The name above the alternatives. It is looked up in the reader's language.
    options : mapping of value to str, or iterable of str
        What the drawing function receives and what the reader sees.

    Raises
    ------
    ValueError
        If there are fewer than two options, or if two of them read the same.

    Examples
    --------
    >>> choice("Activation", {"relu": "ReLU", "tanh": "tanh"}).values
    ('relu', 'tanh')
    """
    text("label", label)
    if not isinstance(options, Mapping):
        options = {text("options", option): option for option in entries("options", options)}
    pairs = {value: text("options", shown) for value, shown in options.items()}
    texts = tuple(_(shown) for shown in pairs.values())
    return _checked("options", Parameter(tuple(pairs), texts, _(label), "choice"))


def as_parameter(name: str, values: Any) -> Parameter:
    """Return `values` as a parameter: one made by `slider` or `choice`, or a plain list named `name`."""
    if isinstance(values, Parameter):
        return values
    if isinstance(values, str) or not isinstance(values, Iterable):
        raise TypeError(f"{name}={values!r} is not a list of values: give a list, slider(…) or choice(…)")
    listed = list(values)
    if isinstance(values, Mapping) or all(isinstance(value, str) for value in listed):
        return choice(name, values if isinstance(values, Mapping) else listed)
    return slider(name, listed)


def _number(name: str, value: float) -> float:
    """Return a number as the drawing function is to receive it: whole ones as they are."""
    checked = number(name, value)
    return value if isinstance(value, int) else checked


def _written(value: float, format: str) -> str:
    try:
        return text("format", format).format(value)
    except (LookupError, AttributeError, ValueError) as error:
        raise ValueError(f"format must write one number, like {{:g}}, got {format!r}: {error}") from None


def _checked(name: str, parameter: Parameter) -> Parameter:
    count = len(parameter.values)
    if count < 2:
        raise ValueError(
            f"{name} of {parameter.label!r} has {count} entries: a reader needs at least 2 to move between"
        )
    if len(set(parameter.texts)) < count:
        twice = next(text for text in parameter.texts if parameter.texts.count(text) > 1)
        raise ValueError(
            f"{name} of {parameter.label!r} reads {twice!r} twice: give format= more digits or leave one out"
        )
    return parameter
