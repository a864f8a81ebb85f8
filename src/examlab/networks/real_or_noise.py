"""The smallest discriminator on real data: handwritten digits against noise that has the same pixels.

The noise is made from the digits: each pixel is drawn from that pixel's own real values, independently of all
others. Pixel by pixel it cannot be told from a digit; only how pixels go together tells. One neuron alone is
therefore helpless, since both classes have the same mean, and a hidden layer is needed.

The 1797 digits of 8×8 pixels are those that scikit-learn brings along (E. Alpaydin and C. Kaynak, *Optical
Recognition of Handwritten Digits*, UCI Machine Learning Repository, 1998).
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from sklearn.datasets import load_digits
from sklearn.neural_network import MLPClassifier

from examlab.arguments import MOST, SEEDS, Floats, floats, instance, representable, whole
from examlab.networks.activations import relu

__all__ = ["RealAndNoise", "fit_discriminator", "logits", "real_and_noise"]

Labels = NDArray[np.int64]


class RealAndNoise(NamedTuple):
    """Images as rows of 64 pixels in [0, 1], and their labels: 1 for real, 0 for noise.

    Attributes
    ----------
    X, y
        To learn from: half of the digits, and as many images of noise.
    X_held_out, y_held_out
        The other half of the digits, and noise made from that half alone.
    """

    X: Floats
    y: Labels
    X_held_out: Floats
    y_held_out: Labels


def real_and_noise(*, random_state: int = 0) -> RealAndNoise:
    """Return real digits and noise in two halves that share no pixel's value.

    In each half every pixel has exactly the same values in the noise as in the digits, in another order.

    Parameters
    ----------
    random_state
        Settles the halves and the noise, 0 or more.

    Raises
    ------
    TypeError, ValueError
        If `random_state` is not a whole number, 0 or more.

    Examples
    --------
    >>> data = real_and_noise()
    >>> data.X.shape, data.X_held_out.shape, int(data.y_held_out.sum())
    ((1798, 64), (1796, 64), 898)
    """
    random = np.random.default_rng(whole("random_state", random_state, at_least=0))
    images = load_digits().data / 16
    halves = np.array_split(random.permutation(images), 2)
    parts: list[Any] = []
    for half in halves:
        parts += [np.concatenate([half, random.permuted(half, axis=0)]), np.repeat([1, 0], len(half))]
    return RealAndNoise(*parts)


def fit_discriminator(X: object, y: object, *, hidden: int = 32, random_state: int = 0) -> MLPClassifier:
    """Fit scikit-learn's network with one hidden layer of ReLU units.

    Given two classes, scikit-learn itself chooses one output neuron with a sigmoid, and binary cross-entropy.

    Parameters
    ----------
    X : array of shape (n, m)
        Images.
    y : array of shape (n,)
        1 for real, 0 for noise.
    hidden
        Units of the hidden layer.
    random_state
        Settles the first weights and the order of the batches, 0 or more.

    Raises
    ------
    TypeError, ValueError
        If an argument is not allowed.

    Examples
    --------
    >>> data = real_and_noise()
    >>> model = fit_discriminator(data.X, data.y)
    >>> model.n_outputs_, model.out_activation_
    (1, 'logistic')
    """
    X = floats("X", X, shape=(None, None))
    y = floats("y", y, shape=(len(X),))
    if set(np.unique(y)) != {0.0, 1.0}:
        raise ValueError(f"y must hold 0 and 1, both of them and nothing else, got {np.unique(y)}")
    model = MLPClassifier(
        (whole("hidden", hidden, at_least=1, at_most=MOST),),
        alpha=0.01,
        learning_rate_init=0.01,
        max_iter=500,
        tol=1e-3,
        random_state=whole("random_state", random_state, at_least=0, at_most=SEEDS),
    )
    with representable("X"):
        return model.fit(X, y.astype(np.int64))


def logits(model: MLPClassifier, X: object) -> Floats:
    """Return what the output neuron of a discriminator holds before its sigmoid, one number an image.

    Parameters
    ----------
    model
        From `fit_discriminator`.
    X : array of shape (n, m)
        Images.

    Returns
    -------
    array of shape (n,)

    Raises
    ------
    TypeError, ValueError
        If `X` is not an array of finite numbers with as many columns as the model learned from.

    Examples
    --------
    >>> data = real_and_noise()
    >>> logits(fit_discriminator(data.X, data.y), data.X_held_out).shape
    (1796,)
    """
    instance("model", model, MLPClassifier)
    if not hasattr(model, "coefs_"):
        raise ValueError(f"model must be fitted, got {model!r}")
    X = floats("X", X, shape=(None, model.n_features_in_))
    (hidden, output), (hidden_bias, output_bias) = model.coefs_, model.intercepts_
    with representable("X"):
        return np.asarray((relu(X @ hidden + hidden_bias) @ output + output_bias)[:, 0])
