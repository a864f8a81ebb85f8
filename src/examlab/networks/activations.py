"""Activation functions and their derivatives.

Each takes a number or an array of any shape and returns an array of the same shape and precision (float32
stays float32). Every one raises `TypeError` for what is not a real number and `ValueError` for NaN, an
infinity, or an empty array.

ReLU and LeakyReLU have no derivative at 0. The value returned there is a convention, the slope of the left
side: 0 for ReLU and `alpha` for LeakyReLU, as in most frameworks.
LeakyReLU is from A. Maas et al., *Rectifier nonlinearities improve neural network acoustic models*, ICML
2013.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import numpy as np
from scipy.special import expit

from examlab.arguments import UNIT, Floats, choice, floats, number

__all__ = [
    "ACTIVATIONS",
    "activation_pair",
    "leaky_relu",
    "leaky_relu_derivative",
    "relu",
    "relu_derivative",
    "sigmoid",
    "sigmoid_derivative",
    "tanh",
    "tanh_derivative",
]

Function = Callable[[object], Floats]

FAR = 6000

ACTIVATIONS = ("relu", "leaky-relu", "tanh", "sigmoid")
"""The names that `activation_pair` knows."""


def relu(z: object) -> Floats:
    """Return z where it is positive, 0 elsewhere.

    Examples
    --------
    >>> relu([-2.0, 0.0, 3.0])
    array([0., 0., 3.])
    """
    return np.maximum(floats("z", z), 0)


def relu_derivative(z: object) -> Floats:
    """Return 1 where z is positive, 0 elsewhere (at 0 by convention).

    Examples
    --------
    >>> relu_derivative([-2.0, 0.0, 3.0])
    array([0., 0., 1.])
    """
    z = floats("z", z)
    return np.asarray(z > 0, dtype=z.dtype)


def leaky_relu(z: object, *, alpha: float = 0.01) -> Floats:
    """Return z where it is positive, `alpha` z elsewhere, `alpha` in [0, 1].

    Examples
    --------
    >>> leaky_relu([-2.0, 0.0, 3.0], alpha=0.5)
    array([-1.,  0.,  3.])
    """
    z, alpha = floats("z", z), number("alpha", alpha, UNIT)
    return np.asarray(np.maximum(z, alpha * z))


def leaky_relu_derivative(z: object, *, alpha: float = 0.01) -> Floats:
    """Return 1 where z is positive, `alpha` elsewhere (at 0 by convention).

    Examples
    --------
    >>> leaky_relu_derivative([-2.0, 0.0, 3.0], alpha=0.5)
    array([0.5, 0.5, 1. ])
    """
    z, alpha = floats("z", z), number("alpha", alpha, UNIT)
    return np.where(z > 0, z.dtype.type(1), alpha)


def sigmoid(z: object) -> Floats:
    """Return 1 / (1 + exp(-z)) without overflow.

    Examples
    --------
    >>> sigmoid([-1000.0, 0.0, 1000.0])
    array([0. , 0.5, 1. ])
    """
    return np.asarray(expit(floats("z", z)))


def sigmoid_derivative(z: object) -> Floats:
    """Return sigmoid(z) sigmoid(-z), which is sigmoid(z) (1 - sigmoid(z)): never more than 1/4.

    Examples
    --------
    >>> float(sigmoid_derivative(0))
    0.25
    """
    z = floats("z", z)
    # 1 - sigmoid(z) would round to 0 long before sigmoid(-z) does.
    # Around 0 the product rounds to a hair above its largest value.
    return np.asarray(np.minimum(expit(z) * expit(-z), z.dtype.type(0.25)))


def tanh(z: object) -> Floats:
    """Return the hyperbolic tangent of z.

    Examples
    --------
    >>> tanh([-1000.0, 0.0, 1000.0])
    array([-1.,  0.,  1.])
    """
    return np.asarray(np.tanh(floats("z", z)))


def tanh_derivative(z: object) -> Floats:
    """Return 1 - tanh(z)².

    Examples
    --------
    >>> float(tanh_derivative(0))
    1.0
    """
    # tanh(z) = 2 sigmoid(2z) - 1, whose derivative keeps its digits where 1 - tanh² rounds to 0.
    # It is 0 long before 2z may overflow, in every precision.
    return np.asarray(4 * sigmoid_derivative(2 * np.clip(floats("z", z), -FAR, FAR)))


def activation_pair(name: str, *, alpha: float = 0.01) -> tuple[Function, Function]:
    """Return an activation and its derivative, each a function of z alone.

    Parameters
    ----------
    name : {"relu", "leaky-relu", "tanh", "sigmoid"}
        Which activation.
    alpha : float
        LeakyReLU's slope on the negative side, in [0, 1]. The others ignore it.

    Returns
    -------
    pair of functions
        f and f', each from a number or an array to an array of the same shape.

    Examples
    --------
    >>> f, f_prime = activation_pair("leaky-relu", alpha=0.2)
    >>> float(f(-10)), float(f_prime(-10))
    (-2.0, 0.2)
    """
    number("alpha", alpha, UNIT)
    pairs: dict[str, tuple[Function, Function]] = {
        "relu": (relu, relu_derivative),
        "leaky-relu": (partial(leaky_relu, alpha=alpha), partial(leaky_relu_derivative, alpha=alpha)),
        "tanh": (tanh, tanh_derivative),
        "sigmoid": (sigmoid, sigmoid_derivative),
    }
    return pairs[choice("name", name, ACTIVATIONS)]
