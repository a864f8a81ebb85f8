"""Text of a page without its markup: formulas written as one would in a message."""

from __future__ import annotations

import re
import unicodedata

from docutils import nodes

__all__ = ["plain_formula", "plain_text"]

_SIGNS = {
    "cdot": "·", "dots": "…", "exp": "exp", "ge": "≥", "in": "∈", "infty": "∞", "lVert": "‖", "le": "≤", 
    "log": "log",     "partial": "∂", "rVert": "‖", "sum": "∑", "times": "×", "to": "→", "top": "ᵀ",
}  # fmt: skip
_POWERS = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")


def plain_text(node: nodes.Node) -> str:
    """Return what a reader sees of a node, on one line."""
    if isinstance(node, nodes.math | nodes.math_block):
        return plain_formula(node.astext())
    if isinstance(node, nodes.Text):
        return str(node)
    return " ".join("".join(map(plain_text, node.children)).split())


def plain_formula(formula: str) -> str:
    r"""Return a short formula without TeX's commands; a long one is better left out of a text.

    Examples
    --------
    >>> plain_formula(r"\\sigma^2")
    'σ²'
    >>> plain_formula(r"x_{\\max} \\ge 0")
    'x_max ≥ 0'
    """
    without = re.sub(r"\\(?:[,;:! ]|left|right|operatorname|mathrm|mathcal|hat|tfrac|frac)\b\s*", "", formula)
    signs = re.sub(r"\\([A-Za-z]+)", _sign, without)
    powers = re.sub(r"\^\{?(\d+)\}?", lambda power: power[1].translate(_POWERS), signs)
    return re.sub(r"[\\{}^]", "", powers)


def _sign(command: re.Match[str]) -> str:
    """Return the sign that a command of TeX stands for, or the command's name."""
    name = command[1]
    if name in _SIGNS:
        return _SIGNS[name]
    case = "CAPITAL" if name[0].isupper() else "SMALL"
    try:
        return unicodedata.lookup(f"GREEK {case} LETTER {name.removeprefix('var')}")
    except KeyError:
        return name
