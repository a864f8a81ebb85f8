"""The networks that the book trains."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import DTypeLike

from examlab.arguments import MOST, Floats, choice, instance, random_source, whole
from examlab.networks.layers import (
    BatchNorm,
    Conv2d,
    ConvTranspose2d,
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
    "build_discriminator",
    "build_generator",
    "sample",
]

UNITS = ("relu", "leaky-relu")
"""The activations between the layers."""

MOST_LATENT = 10_000

State = int | np.random.Generator | None


def build_discriminator(
    *,
    activation: str = "leaky-relu",
    alpha: float = 0.2,
    random_state: State = None,
    dtype: DTypeLike = np.float32,
) -> Sequential:
    """Return the exam's discriminator of 32×32 images.

    ::

        convolution, 32 filters 3×3, stride 2, padding 1    32×32×1  → 16×16×32
        convolution, 64 filters 3×3, stride 2, padding 1    16×16×32 → 8×8×64
        flatten                                             8×8×64   → 4096
        dense, 32 neurons                                   4096     → 32
        dense, 1 neuron                                     32       → 1

    The output is the logit: the sigmoid is part of the loss.

    Parameters
    ----------
    activation : {"leaky-relu", "relu"}
        After each layer but the last.
    alpha : float
        LeakyReLU's slope on the negative side, in [0, 1].
    random_state : int, Generator or None
        Where the first weights come from.
    dtype : float32 or float64
        The precision of everything in the network.

    Raises
    ------
    TypeError, ValueError
        If an argument is not of its type or not allowed.

    Examples
    --------
    >>> build_discriminator().parameter_count()
    149953
    """
    start: Any = {"random_state": random_source(random_state), "dtype": dtype}
    return Sequential(
        [
            *(Conv2d(1, 32, 3, stride=2, padding=1, **start), _unit(activation, alpha)),
            *(Conv2d(32, 64, 3, stride=2, padding=1, **start), _unit(activation, alpha)),
            Flatten(),
            *(Dense(4096, 32, **start), _unit(activation, alpha)),
            Dense(32, 1, **start),
        ]
    )


def build_generator(
    *,
    activation: str = "relu",
    alpha: float = 0.2,
    latent: int = 64,
    random_state: State = None,
    dtype: DTypeLike = np.float32,
) -> Sequential:
    """Return a generator of 32×32 images, the exam's discriminator turned around.

    Dense latent → 4096, as images 8×8×64, then two transposed convolutions of stride 2 to 16×16×32 and
    32×32×1; batch norm before each activation, tanh at the end. Kernels are 4×4: a multiple of the stride
    paints every pixel equally often.

    Source: A. Radford, L. Metz and S. Chintala, *Unsupervised representation learning with deep convolutional
    generative adversarial networks*, ICLR 2016, section 3.

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

    Raises
    ------
    TypeError, ValueError
        If an argument is not of its type or not allowed.

    Examples
    --------
    >>> build_generator().forward(np.zeros((5, 64), np.float32)).shape
    (5, 32, 32, 1)
    """
    start: Any = {"random_state": random_source(random_state), "dtype": dtype}
    latent = whole("latent", latent, at_least=1, at_most=MOST_LATENT)
    return Sequential(
        [
            *(Dense(latent, 4096, **start), Reshape((8, 8, 64))),
            *(BatchNorm(64, dtype=dtype), _unit(activation, alpha)),
            ConvTranspose2d(64, 32, 4, stride=2, padding=1, **start),
            *(BatchNorm(32, dtype=dtype), _unit(activation, alpha)),
            *(ConvTranspose2d(32, 1, 4, stride=2, padding=1, **start), Tanh()),
        ]
    )


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
    start: Any = {"random_state": random_source(random_state), "dtype": dtype}
    return Sequential(
        [
            Flatten(),
            *(Dense(64, 128, **start), _unit(activation, alpha)),
            *(Dense(128, 128, **start), _unit(activation, alpha)),
            Dense(128, 1, **start),
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
    start: Any = {"random_state": random_source(random_state), "dtype": dtype}
    latent = whole("latent", latent, at_least=1, at_most=MOST_LATENT)
    return Sequential(
        [
            *(Dense(latent, 128, **start), BatchNorm(128, dtype=dtype), _unit(activation, alpha)),
            *(Dense(128, 128, **start), BatchNorm(128, dtype=dtype), _unit(activation, alpha)),
            *(Dense(128, 64, **start), Tanh(), Reshape((8, 8, 1))),
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
    instance("generator", generator, Sequential)
    n_samples = whole("n_samples", n_samples, at_least=1, at_most=MOST)
    Z = latents(generator, n_samples, random_source(random_state))
    # A few at a time: a layer remembers all that it has seen.
    parts = [Z[start : start + 64] for start in range(0, n_samples, 64)]
    return np.concatenate([generator.forward(part, training=False) for part in parts])


def latents(generator: Sequential, count: int, rng: np.random.Generator) -> Floats:
    """Return normal random numbers for so many images."""
    first = generator.layers[0]
    if not isinstance(first, Dense):
        raise ValueError(f"generator must begin with a Dense layer, got {type(first).__name__}")
    return rng.standard_normal((count, first.n_in)).astype(first.dtype)


def _unit(activation: str, alpha: float) -> Layer:
    return ReLU() if choice("activation", activation, UNITS) == "relu" else LeakyReLU(alpha=alpha)
