"""One loss, computed two ways in a chosen precision: step by step from d, or fused with the sigmoid.

The loss is the discriminator's on a generated image, -log(1 - d) with d = sigmoid(s). In exact arithmetic its
slope along the logit s is d / (1 - d) * (1 - d) = d, which tends to 1. In floating point d rounds to 1 at a
logit that can be told beforehand, and from there on the steps give -log(0) = inf and inf * 0 = NaN. Fused,
the loss is softplus(s) and its slope sigmoid(s); neither meets a 0 that it should not
(`examlab.networks.losses.fake_loss_logit` and `fake_loss_logit_slope`).

Source of the rounding argument: D. Goldberg, *What every computer scientist should know about floating-point
arithmetic*, ACM Computing Surveys 23(1), 1991.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from examlab.arguments import Floats, choice, floats

__all__ = ["PRECISIONS", "Steps", "rounding_logit", "step_by_step"]

PRECISIONS = ("float32", "float64")
"""Single and double precision."""


class Steps(NamedTuple):
    """What each step of the unfused computation gives; arrays of the shape and precision asked for.

    Attributes
    ----------
    d
        1 / (1 + exp(-s)).
    loss
        -log(1 - d).
    slope_in_d
        1 / (1 - d).
    d_slope
        d (1 - d), the slope of d in s.
    slope
        The product of the last two, the chain rule's slope of the loss in s.
    """

    d: Floats
    loss: Floats
    slope_in_d: Floats
    d_slope: Floats
    slope: Floats


def step_by_step(s: object, *, precision: str = "float32") -> Steps:
    """Compute -log(1 - sigmoid(s)) and its slope one operation at a time, each rounded.

    Infinities and NaN come out as the arithmetic makes them, without a warning: they are the result.

    Parameters
    ----------
    s : number or array
        Logits, of any shape; rounded to the precision first.
    precision : {"float32", "float64"}
        What every operation is rounded to.

    Returns
    -------
    Steps
        Arrays of the shape of `s`.

    Raises
    ------
    TypeError, ValueError
        If `s` does not hold finite real numbers, or the precision is another one.

    Examples
    --------
    >>> found = step_by_step([2.0, 20.0])
    >>> found.d.tolist(), found.loss.tolist(), found.slope.tolist()
    ([0.8807970285415649, 1.0], [2.126927614212036, inf], [0.8807970285415649, nan])
    """
    s = floats("s", s)
    with np.errstate(all="ignore"):
        s = s.astype(_type(precision))
        one = s.dtype.type(1)
        d = np.asarray(one / (one + np.exp(-s)))
        rest = np.asarray(one - d)
        slope_in_d, d_slope = np.asarray(one / rest), np.asarray(d * rest)
        return Steps(d, np.asarray(-np.log(rest)), slope_in_d, d_slope, np.asarray(slope_in_d * d_slope))


def rounding_logit(*, precision: str = "float32") -> float:
    """Return the logit from which 1 / (1 + exp(-s)) rounds to 1, told from the precision alone.

    Beside 1 the next number is 1 + eps. A sum 1 + exp(-s) goes to the nearer of the two, and to 1 from half
    way on: exp(-s) <= eps / 2. So the logit is log(2 / eps).

    Parameters
    ----------
    precision : {"float32", "float64"}
        Whose eps is taken.

    Raises
    ------
    TypeError, ValueError
        If the precision is another one.

    Examples
    --------
    >>> round(rounding_logit(), 4), round(rounding_logit(precision="float64"), 4)
    (16.6355, 36.7368)
    """
    return float(np.log(2 / np.float64(np.finfo(_type(precision)).eps)))


def _type(precision: str) -> np.dtype[np.floating[Any]]:
    return np.dtype(choice("precision", precision, PRECISIONS))
