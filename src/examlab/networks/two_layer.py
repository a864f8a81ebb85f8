"""The exam's network: two inputs, two hidden neurons, one output, nine parameters.

::

    z1 = w11 x1 + w21 x2 + b1      h1 = f(z1)
    z2 = w12 x1 + w22 x2 + b2      h2 = f(z2)
    z  = w1 h1 + w2 h2 + b3        y_hat = sigmoid(z)

The loss J compares y_hat with the target y: binary cross-entropy or half the squared error. Gradients follow
from the chain rule, written out by hand.

In every function `parameters` maps the names in `PARAMETERS` to numbers, `x` is the pair (x1, x2), `y` lies
in [0, 1], `activation` is one of `examlab.networks.activations.ACTIVATIONS`, `loss` is one of `LOSSES`, and
`alpha` in [0, 1] is LeakyReLU's slope on the negative side. Numbers of another type raise `TypeError`, other
values, unknown names and missing parameters `ValueError`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from examlab.arguments import MODERATE, UNIT, choice, floats, number
from examlab.networks.activations import ACTIVATIONS, activation_pair, sigmoid, sigmoid_derivative

__all__ = ["LOSSES", "PARAMETERS", "forward", "gradient", "gradient_factors", "loss_value"]

PARAMETERS = ("w11", "w21", "b1", "w12", "w22", "b2", "w1", "w2", "b3")
"""The nine parameters: first hidden neuron, second hidden neuron, output."""

LOSSES = ("cross-entropy", "squared")
"""The losses: -y log y_hat - (1 - y) log(1 - y_hat), and ½ (y_hat - y)²."""


def forward(
    parameters: Mapping[str, float], x: Sequence[float], *, activation: str = "relu", alpha: float = 0.01
) -> dict[str, float]:
    """Return every value on the way from the inputs to the output.

    Parameters
    ----------
    parameters : mapping
        The nine parameters by name.
    x : pair of numbers
        The inputs x1 and x2.
    activation : {"relu", "leaky-relu", "tanh", "sigmoid"}
        The hidden neurons' f.
    alpha : float
        LeakyReLU's slope on the negative side.

    Returns
    -------
    dict
        ``z1 h1 z2 h2 z y_hat``, in the order in which they are computed.

    Examples
    --------
    >>> ones = dict.fromkeys(PARAMETERS, 1.0)
    >>> forward(ones, (1, 2))["z"]
    9.0
    """
    p, (x1, x2) = _checked(parameters), floats("x", x, MODERATE, shape=(2,)).tolist()
    f, _ = activation_pair(choice("activation", activation, ACTIVATIONS), alpha=alpha)
    z1 = p["w11"] * x1 + p["w21"] * x2 + p["b1"]
    z2 = p["w12"] * x1 + p["w22"] * x2 + p["b2"]
    h1, h2 = float(f(z1)), float(f(z2))
    z = p["w1"] * h1 + p["w2"] * h2 + p["b3"]
    return {"z1": z1, "h1": h1, "z2": z2, "h2": h2, "z": z, "y_hat": float(sigmoid(z))}


def loss_value(
    parameters: Mapping[str, float],
    x: Sequence[float],
    y: float,
    *,
    activation: str = "relu",
    loss: str = "cross-entropy",
    alpha: float = 0.01,
) -> float:
    """Return the loss J of the network's answer to one example.

    Examples
    --------
    >>> zeros = dict.fromkeys(PARAMETERS, 0.0)
    >>> round(loss_value(zeros, (1, 2), 1), 4), loss_value(zeros, (1, 2), 1, loss="squared")
    (0.6931, 0.125)
    """
    y, loss = number("y", y, UNIT), choice("loss", loss, LOSSES)
    v = forward(parameters, x, activation=activation, alpha=alpha)
    if loss == "squared":
        return 0.5 * (v["y_hat"] - y) ** 2
    # From z, not from y_hat: log(y_hat) is infinite once y_hat rounds to 0.
    return float(y * np.logaddexp(0, -v["z"]) + (1 - y) * np.logaddexp(0, v["z"]))


def gradient(
    parameters: Mapping[str, float],
    x: Sequence[float],
    y: float,
    *,
    activation: str = "relu",
    loss: str = "cross-entropy",
    alpha: float = 0.01,
) -> dict[str, float]:
    """Return the derivative of J with respect to each of the nine parameters.

    The first two factors of the chain, dJ/dy_hat and dy_hat/dz, are taken together: with the cross-entropy
    their product is y_hat - y, which no rounding harms.

    Returns
    -------
    dict
        The derivatives by parameter, in the order of `PARAMETERS`.

    Examples
    --------
    >>> zeros = dict.fromkeys(PARAMETERS, 0.0)
    >>> gradient(zeros, (1, 2), 1)["b3"]
    -0.5
    """
    y, loss = number("y", y, UNIT), choice("loss", loss, LOSSES)
    p, (x1, x2) = _checked(parameters), floats("x", x, MODERATE, shape=(2,)).tolist()
    v = forward(parameters, x, activation=activation, alpha=alpha)
    _, f_prime = activation_pair(choice("activation", activation, ACTIVATIONS), alpha=alpha)

    # y_hat - y, with 1 - y_hat written as sigmoid(-z) so that nothing cancels.
    delta = (1 - y) * v["y_hat"] - y * float(sigmoid(-v["z"]))
    if loss == "squared":
        delta *= float(sigmoid_derivative(v["z"]))
    delta1 = delta * p["w1"] * float(f_prime(v["z1"]))
    delta2 = delta * p["w2"] * float(f_prime(v["z2"]))
    return {
        **{"w11": delta1 * x1, "w21": delta1 * x2, "b1": delta1},
        **{"w12": delta2 * x1, "w22": delta2 * x2, "b2": delta2},
        **{"w1": delta * v["h1"], "w2": delta * v["h2"], "b3": delta},
    }


def gradient_factors(
    parameters: Mapping[str, float],
    x: Sequence[float],
    y: float,
    *,
    activation: str = "relu",
    loss: str = "cross-entropy",
    alpha: float = 0.01,
    name: str = "w11",
) -> dict[str, float]:
    """Return the partial derivatives whose product is the derivative of J with respect to one parameter.

    Parameters
    ----------
    parameters, x, y, activation, loss, alpha
        As everywhere in this module.
    name : str
        The parameter. Those of a hidden neuron have five factors; w1, w2 and b3 have three.

    Returns
    -------
    dict
        The factors by name, from the loss back to the parameter: for w11 ``dJ/dy_hat``, ``dy_hat/dz``,
        ``dz/dh1``, ``dh1/dz1``, ``dz1/dw11``.

    Notes ----- The cross-entropy's dJ/dy_hat grows as fast as dy_hat/dz shrinks. Beyond |z| of about 700 one
    is infinite and the other 0 in floating point, so their product is not a number, while `gradient` still
    returns y_hat - y.

    Examples
    --------
    >>> ones = dict.fromkeys(PARAMETERS, 1.0)
    >>> list(gradient_factors(ones, (1, 2), 0))
    ['dJ/dy_hat', 'dy_hat/dz', 'dz/dh1', 'dh1/dz1', 'dz1/dw11']
    """
    y, loss = number("y", y, UNIT), choice("loss", loss, LOSSES)
    name = choice("name", name, PARAMETERS)
    p, (x1, x2) = _checked(parameters), floats("x", x, MODERATE, shape=(2,)).tolist()
    v = forward(parameters, x, activation=activation, alpha=alpha)
    _, f_prime = activation_pair(choice("activation", activation, ACTIVATIONS), alpha=alpha)

    factors = {
        "dJ/dy_hat": v["y_hat"] - y if loss == "squared" else _cross_entropy_slope(v["z"], y),
        "dy_hat/dz": float(sigmoid_derivative(v["z"])),
    }
    if name in ("w1", "w2", "b3"):
        return factors | {f"dz/d{name}": {"w1": v["h1"], "w2": v["h2"], "b3": 1.0}[name]}
    unit = "1" if name in ("w11", "w21", "b1") else "2"
    return factors | {
        f"dz/dh{unit}": p[f"w{unit}"],
        f"dh{unit}/dz{unit}": float(f_prime(v[f"z{unit}"])),
        f"dz{unit}/d{name}": {"w1": x1, "w2": x2}.get(name[:2], 1.0),
    }


def _cross_entropy_slope(z: float, y: float) -> float:
    """Return dJ/dy_hat = (1 - y) / (1 - y_hat) - y / y_hat, infinite where y_hat rounds to the wrong end."""
    with np.errstate(divide="ignore"):
        right = np.divide(1 - y, sigmoid(-z)) if y < 1 else 0.0
        wrong = np.divide(y, sigmoid(z)) if y > 0 else 0.0
    return float(right - wrong)


def _checked(parameters: Mapping[str, float]) -> dict[str, float]:
    if not isinstance(parameters, Mapping):
        raise TypeError(f"parameters must map {' '.join(PARAMETERS)} to numbers, got {parameters!r}")
    if set(parameters) != set(PARAMETERS):
        raise ValueError(
            f"parameters must have the names {' '.join(PARAMETERS)}, got {' '.join(map(str, parameters))}"
        )
    return {name: number(f"parameters[{name!r}]", parameters[name], MODERATE) for name in PARAMETERS}
