"""What a sample tells of the deviation of all pixels: why equation (1) divides by n - 1."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np

from examlab.arguments import MOST, Floats, entries, floats, random_source, representable, whole

__all__ = ["squared_deviations"]


def squared_deviations(
    values: object,
    sizes: Sequence[int],
    *,
    draws: int = 100_000,
    random_state: int | np.random.Generator | None = None,
) -> Floats:
    """Draw samples with replacement and sum up the squared deviations of each from its own mean.

    Divided by n - 1 these sums estimate the variance of `values` without bias; divided by n they are too
    small by the factor (n - 1) / n on average, whatever the values.

    Parameters
    ----------
    values : array, shape (n_values,)
        What is drawn from.
    sizes : sequence of int
        The sample sizes n, increasing, 1 or more. A larger sample continues the smaller one.
    draws : int
        How many samples of each size, 1 or more.
    random_state : int, Generator or None
        Where they come from.

    Returns
    -------
    array, shape (n_sizes, draws)
        The sums, in the squared unit of `values`.

    Raises
    ------
    TypeError, ValueError
        If an argument is not of its type or outside its range.

    Examples
    --------
    >>> sums = squared_deviations([0.0, 1.0], [2, 8], random_state=0)  # the variance is 1/4
    >>> (sums.mean(axis=1) / [1, 7]).round(2)
    array([0.25, 0.25])
    """
    values = floats("values", values, shape=(None,))
    draws = whole("draws", draws, at_least=1, at_most=100 * MOST)
    sizes = [whole("sizes", size, at_least=1, at_most=MOST) for size in entries("sizes", sizes)]
    if not sizes or any(a >= b for a, b in pairwise(sizes)):
        raise ValueError(f"sizes must hold increasing whole numbers, got {sizes}")
    rng = random_source(random_state)
    mean, sums, kept = np.zeros(draws), np.zeros(draws), []
    with representable("values"):
        # A number more in each sample: Welford's update, which cancels nothing.
        for n in range(1, sizes[-1] + 1):
            step = rng.choice(values, draws) - mean
            mean += step / n
            sums += step**2 * ((n - 1) / n)
            if n in sizes:
                kept.append(sums.copy())
    return np.array(kept)
