"""How parameters move: Adam, and the moving average of a network."""

from __future__ import annotations

import math
from copy import deepcopy

import numpy as np

from examlab.arguments import POSITIVE, UNIT, Floats, Interval, floats, instance, number
from examlab.networks.layers import Sequential

__all__ = ["Adam", "MovingAverage"]

BELOW_ONE = Interval(0, 1, open_high=True)

EPSILON = 1e-8


class Adam:
    """Steps against the gradient, each parameter's divided by the size that its gradients have had.

    Source: D. Kingma and J. Ba, *Adam: a method for stochastic optimization*, ICLR 2015, algorithm 1.

    Parameters
    ----------
    model : Sequential
        The network whose `vector` each step changes, by its `gradient`.
    learning_rate : float
        About how far a parameter moves in one step, above 0.
    betas : pair of float
        How slowly the averages of the gradient and of its square forget, in [0, 1). The first is 0.5, not
        Adam's usual 0.9, as in DCGAN.

    Attributes
    ----------
    steps : int
        How many steps were taken.
    mean, square : array
        The two moving averages.

    Raises
    ------
    TypeError, ValueError
        If an argument is not of its type or outside its range.

    Examples
    --------
    The first step moves every parameter by the learning rate, whatever the gradient's size.

    >>> from examlab.networks.layers import Dense
    >>> model = Sequential([Dense(1, 1)])
    >>> before, model.gradient[:] = model.vector.copy(), (1000, -0.001)
    >>> Adam(model, learning_rate=0.5).step()
    >>> (model.vector - before).round(3)
    array([-0.5,  0.5], dtype=float32)
    """

    def __init__(
        self, model: Sequential, *, learning_rate: float, betas: tuple[float, float] = (0.5, 0.999)
    ) -> None:
        self.model = instance("model", model, Sequential)
        self.learning_rate = number("learning_rate", learning_rate, POSITIVE)
        self.betas = tuple(floats("betas", betas, BELOW_ONE, shape=(2,)).tolist())
        self.steps = 0
        self.mean, self.square = np.zeros_like(model.vector), np.zeros_like(model.vector)

    def step(self, *, scale: float = 1.0) -> None:
        """Take one step, with the learning rate times `scale`, in [0, 1]."""
        scale = number("scale", scale, UNIT)
        self.steps += 1
        (beta1, beta2), gradient = self.betas, self.model.gradient
        _follow(self.mean, gradient, beta1)
        _follow(self.square, gradient**2, beta2)
        # Both averages started at 0: divide by the weight that they have gathered since.
        rate = scale * self.learning_rate / (1 - beta1**self.steps)
        weight = math.sqrt(1 - beta2**self.steps)
        # rate * mean / (sqrt(square) / weight + EPSILON), in one piece of memory.
        move = np.sqrt(self.square)
        move += EPSILON * weight
        np.divide(self.mean, move, out=move)
        move *= rate * weight
        self.model.vector -= move


class MovingAverage:
    """A network's parameters and statistics, averaged over the steps with weights that fade.

    It smooths the back and forth of a generator around its opponent. Source: Y. Yazıcı et al., *The unusual
    effectiveness of averaging in GAN training*, ICLR 2019, equation 2.

    Parameters
    ----------
    model : Sequential
        The network to follow.
    keep : float
        The share of the average that one step keeps, in [0, 1).

    Attributes
    ----------
    network : Sequential
        The average, as a network of its own.

    Examples
    --------
    >>> from examlab.networks.layers import Dense
    >>> model = Sequential([Dense(1, 1, dtype=float)])
    >>> average = MovingAverage(model, keep=0.75)
    >>> model.vector += 1
    >>> average.step()
    >>> model.vector - average.network.vector
    array([0.75, 0.75])
    """

    def __init__(self, model: Sequential, *, keep: float = 0.999) -> None:
        self.model = instance("model", model, Sequential)
        self.keep = number("keep", keep, BELOW_ONE)
        self.network = deepcopy(model)

    def step(self) -> None:
        """Take the network as it is now into the average."""
        for name in ("vector", "statistics"):
            _follow(getattr(self.network, name), getattr(self.model, name), self.keep)


def _follow(average: Floats, new: Floats, keep: float) -> None:
    """Keep a share of a moving average, and take the rest from what is new."""
    average *= keep
    average += (1 - keep) * new
