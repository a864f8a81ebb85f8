"""The networks that the book trains."""

from __future__ import annotations

from functools import partial

import numpy as np
from numpy.typing import DTypeLike

from examlab.arguments import Floats, choice, whole
from examlab.networks.layers import (
    BatchNorm,
    Dense,
    Flatten,
    Layer,
    LeakyReLU,
    ReLU,
    Reshape,
    Sequential,
    Tanh,
)

__all__ = [
    "UNITS",
    "build_digit_discriminator",
    "build_digit_generator",
    "sample",
]

UNITS = ("relu", "leaky-relu")
"""The activations between the layers."""

State = int | np.random.Generator | None


def build_digit_discriminator(
    *,
    activation: str = "leaky-relu",
    alpha: float = 0.2,
    random_state: State = None,
    dtype: DTypeLike = np.float32,
) -> Sequential:
    """Return a small discriminator of 8×8 images: dense 64 → 128 → 128 → 1 logit.

    Parameters
    ----------
    activation : {"leaky-relu", "relu"}
        Between the layers.
    alpha : float
        LeakyReLU's slope on the negative side, in [0, 1].
    random_state : int, Generator or None
        Where the first weights come from.
    dtype : float32 or float64
        The precision of everything in the network.

    Examples
    --------
    >>> build_digit_discriminator().parameter_count()
    24961
    """
    dense = partial(Dense, random_state=np.random.default_rng(random_state), dtype=dtype)
    return Sequential(
        [
            Flatten(),
            *(dense(64, 128), _unit(activation, alpha)),
            *(dense(128, 128), _unit(activation, alpha)),
            dense(128, 1),
        ]
    )


def build_digit_generator(
    *,
    activation: str = "relu",
    alpha: float = 0.2,
    latent: int = 32,
    random_state: State = None,
    dtype: DTypeLike = np.float32,
) -> Sequential:
    """Return a small generator of 8×8 images: dense latent → 128 → 128 → 64, batch norm, tanh.

    Parameters
    ----------
    activation : {"relu", "leaky-relu"}
        Between the layers.
    alpha : float
        LeakyReLU's slope on the negative side, in [0, 1].
    latent : int
        How many random numbers an image is made of, at least 1.
    random_state : int, Generator or None
        Where the first weights come from.
    dtype : float32 or float64
        The precision of everything in the network.

    Examples
    --------
    >>> build_digit_generator().parameter_count()
    29504
    """
    dense = partial(Dense, random_state=np.random.default_rng(random_state), dtype=dtype)
    latent = whole("latent", latent, at_least=1)
    return Sequential(
        [
            *(dense(latent, 128), BatchNorm(128, dtype=dtype), _unit(activation, alpha)),
            *(dense(128, 128), BatchNorm(128, dtype=dtype), _unit(activation, alpha)),
            *(dense(128, 64), Tanh(), Reshape((8, 8, 1))),
        ]
    )


def sample(generator: Sequential, n_samples: int, *, random_state: State = None) -> Floats:
    """Return images that a generator makes of normal random numbers.

    Parameters
    ----------
    generator : Sequential
        A network whose first layer is dense.
    n_samples : int
        How many images, at least 1.
    random_state : int, Generator or None
        Where the random numbers come from.

    Returns
    -------
    array, shape (n_samples, height, width, channels)
        From -1 to 1. Batch norm uses its recorded means and variances.

    Examples
    --------
    >>> sample(build_digit_generator(), 5).shape
    (5, 8, 8, 1)
    """
    n_samples = whole("n_samples", n_samples, at_least=1)
    Z = latents(generator, n_samples, np.random.default_rng(random_state))
    return generator.forward(Z, training=False)


def latents(generator: Sequential, count: int, rng: np.random.Generator) -> Floats:
    """Return normal random numbers for so many images."""
    first = generator.layers[0]
    if not isinstance(first, Dense):
        raise ValueError(f"generator must begin with a Dense layer, got {type(first).__name__}")
    return rng.standard_normal((count, first.n_in)).astype(first.dtype)


def _unit(activation: str, alpha: float) -> Layer:
    return ReLU() if choice("activation", activation, UNITS) == "relu" else LeakyReLU(alpha=alpha)
