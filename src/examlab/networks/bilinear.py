"""The smallest game of two players that turns: x makes x y small, y makes x y large.

Gradient descent of x and ascent of y follow the field (-y, x), which circles the only equilibrium, (0, 0),
and never points towards it. With steps of size eta,

- simultaneous updates multiply the distance from (0, 0) by sqrt(1 + eta²), each step, for every eta;
- alternating updates (y sees the new x) keep x² + y² - eta x y, and so stay on an ellipse, for eta < 2.

Sources: G. Gidel et al., *A Variational Inequality Perspective on Generative Adversarial Networks*, ICLR
2019; L. Mescheder et al., *Which Training Methods for GANs do actually Converge?*, ICML 2018.
"""

from __future__ import annotations

import numpy as np

from examlab.arguments import MOST, POSITIVE, Floats, choice, floats, number, representable, whole

__all__ = ["UPDATES", "trajectory"]

UPDATES = ("simultaneous", "alternating")
"""Whether both players move at once, or y after x."""


def trajectory(
    *, eta: float, steps: int, start: object = (1.0, 0.0), updates: str = "simultaneous"
) -> Floats:
    """Return the places (x, y) that gradient steps visit in the game min over x, max over y of x y.

    Parameters
    ----------
    eta
        The step size, above 0.
    steps
        How many steps both players take, 0 or more.
    start
        The first x and y.
    updates
        ``"simultaneous"``: both use the other's old place; ``"alternating"``: y uses the new x.

    Returns
    -------
    array of shape (steps + 1, 2)
        The start first.

    Raises
    ------
    TypeError, ValueError
        If an argument is not allowed.

    Examples
    --------
    >>> trajectory(eta=0.5, steps=2).tolist()
    [[1.0, 0.0], [1.0, 0.5], [0.75, 1.0]]
    >>> trajectory(eta=0.5, steps=2, updates="alternating").tolist()
    [[1.0, 0.0], [1.0, 0.5], [0.75, 0.875]]
    """
    eta, steps = number("eta", eta, POSITIVE), whole("steps", steps, at_least=0, at_most=MOST)
    x, y = floats("start", start, shape=(2,)).astype(np.float64)
    alternating = choice("updates", updates, UPDATES) == "alternating"
    visited = np.empty((steps + 1, 2))
    visited[0] = x, y
    with representable("eta", "start"):
        for step in range(1, steps + 1):
            new_x = x - eta * y
            y = y + eta * (new_x if alternating else x)
            x = new_x
            visited[step] = x, y
    return visited
