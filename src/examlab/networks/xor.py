"""Many small networks on XOR, trained at once from random starts: what a silent unit costs."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit

from examlab.arguments import MOST, Floats, Interval, choice, number, random_source, whole
from examlab.networks.activations import ACTIVATIONS, activation_pair

__all__ = ["INPUTS", "TARGETS", "XorStarts", "xor_starts"]

INPUTS = ((0.0, 0.0), (0.0, 1.0), (1.0, 0.0), (1.0, 1.0))
"""The four inputs of the exclusive or."""

TARGETS = (0.0, 1.0, 1.0, 0.0)
"""Its value at each of `INPUTS`."""

RATES = Interval(0, 1, open_low=True)  # beyond 1, LeakyReLU of a steep slope overflows

SCALES = np.array([1.0, 1.0, 0.5])  # standard deviations at the start: two weights and a bias


@dataclass(frozen=True, eq=False)
class XorStarts:
    """What became of each start.

    Attributes
    ----------
    silent_units : array of int, shape (starts,)
        How many of the two hidden units have a negative pre-activation on all four inputs at the start: 0, 1
        or 2.
    solved : array of bool, shape (starts,)
        Whether all four inputs are on the right side (y_hat above or below 1/2) at the end.
    silent_share : array, shape (steps + 1,)
        Share of all hidden units that are silent, before the first step and after each one.
    """

    silent_units: NDArray[np.int_]
    solved: NDArray[np.bool_]
    silent_share: Floats


def xor_starts(
    *,
    starts: int = 2000,
    activation: str = "relu",
    alpha: float = 0.1,
    steps: int = 2000,
    learning_rate: float = 0.5,
    random_state: int | np.random.Generator | None = None,
) -> XorStarts:
    """Train 2-2-1 networks on XOR from many random starts at once.

    Weights start as normal numbers of standard deviation 1, biases of 1/2. Each network then takes `steps`
    steps of plain gradient descent on its mean cross-entropy over the four inputs. The same `random_state`
    gives the same starts whatever the activation, and "silent" is read off the pre-activations, so
    activations compare start by start.

    Parameters
    ----------
    starts : int
        How many networks.
    activation : {"relu", "leaky-relu", "tanh", "sigmoid"}
        The hidden units' activation.
    alpha : float
        LeakyReLU's slope on the negative side, in [0, 1].
    steps : int
        How many steps.
    learning_rate : float
        The factor of the gradient in each step, in (0, 1].
    random_state : int, Generator or None
        Where the starts come from.

    Returns
    -------
    XorStarts
        One entry a start.

    Raises
    ------
    TypeError, ValueError
        If an argument is not of its type or outside its range.

    Examples
    --------
    >>> outcome = xor_starts(starts=200, steps=300, random_state=0)
    >>> bool(outcome.solved[outcome.silent_units > 0].any())
    False
    """
    starts, steps = (
        whole("starts", starts, at_least=1, at_most=MOST),
        whole("steps", steps, at_least=0, at_most=MOST),
    )
    rate = number("learning_rate", learning_rate, RATES)
    f, f_prime = activation_pair(choice("activation", activation, ACTIVATIONS), alpha=alpha)
    rng = random_source(random_state)

    A = np.column_stack([INPUTS, np.ones(4)])  # a third input, always 1, carries the bias
    y = np.array(TARGETS)[:, None]
    W = rng.standard_normal((3, 2, starts)) * SCALES[:, None, None]
    v = rng.standard_normal((3, starts)) * SCALES[:, None]
    silent_share = np.empty(steps + 1)
    for step in range(steps + 1):
        Z = (A @ W.reshape(3, -1)).reshape(4, 2, starts)
        H = f(Z)
        z = H[:, 0] * v[0] + H[:, 1] * v[1] + v[2]
        silent = (Z < 0).all(axis=0)
        silent_share[step] = silent.mean()
        if step == 0:
            silent_units = silent.sum(axis=0)
        if step == steps:
            break
        delta = (expit(z) - y) / 4  # dJ/dz of the mean cross-entropy, shape (4, starts)
        delta_hidden = delta[:, None] * v[:2] * f_prime(Z)
        v[:2] -= rate * (H * delta[:, None]).sum(axis=0)
        v[2] -= rate * delta.sum(axis=0)
        W -= rate * (A.T @ delta_hidden.reshape(4, -1)).reshape(W.shape)
    return XorStarts(silent_units, solved=((z > 0) == (y > 0.5)).all(axis=0), silent_share=silent_share)
