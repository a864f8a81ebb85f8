"""How good generated images are: what a classifier makes of them, and how far they lie from real ones.

Each score comes with the value that real images get, for none of them means much alone.
"""

from __future__ import annotations

import math
import warnings
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from sklearn.exceptions import ConvergenceWarning
from sklearn.model_selection import train_test_split
from sklearn.neighbors import NearestNeighbors
from sklearn.neural_network import MLPClassifier

from examlab.arguments import (
    FINITE,
    MODERATE,
    MOST,
    SEEDS,
    Floats,
    floats,
    representable,
    whole,
    whole_numbers,
)

__all__ = ["Judge", "Nearest", "Scores", "frechet_distance", "nearest", "split_halves"]


def split_halves(
    X: ArrayLike, y: ArrayLike, *, random_state: int = 0
) -> tuple[Floats, NDArray[np.int_], Floats, NDArray[np.int_]]:
    """Split labelled images at random into two halves with equal shares of each class.

    Parameters
    ----------
    X : array, shape (n, ...)
        Images.
    y : array of int, shape (n,)
        Their classes.
    random_state : int
        Which of the many splits.

    Returns
    -------
    X_train, y_train, X_test, y_test : arrays
        The half to train on, and the half that is held out.

    Raises
    ------
    TypeError, ValueError
        If an argument is not of its type, or if there is not one class for each image.

    Examples
    --------
    >>> X, y = np.arange(8.0)[:, None], np.repeat([0, 1], 4)
    >>> X_train, y_train, X_test, y_test = split_halves(X, y)
    >>> y_train.tolist().count(0), y_test.tolist().count(0)
    (2, 2)
    """
    images, classes = _labelled(X, y)
    seed = whole("random_state", random_state, at_least=0, at_most=SEEDS)
    parts = train_test_split(images, classes, test_size=0.5, stratify=classes, random_state=seed)
    X_train, X_test, y_train, y_test = parts
    return X_train, y_train, X_test, y_test


def frechet_distance(X: ArrayLike, Y: ArrayLike) -> float:
    r"""Return the Fréchet distance between two clouds of points, each taken as a normal distribution.

    .. math:: \|m_X - m_Y\|^2 + \operatorname{tr}\left(C_X + C_Y - 2 (C_X C_Y)^{1/2}\right)

    with means :math:`m` and covariances :math:`C`. It is 0 where both agree. From few points it comes out
    too large, so compare only distances from equally many points.

    Parameters
    ----------
    X : array, shape (n, d)
        One cloud, of at least 2 points.
    Y : array, shape (m, d)
        The other.

    Returns
    -------
    float
        The distance, in squared units of the points; never negative.

    Raises
    ------
    TypeError, ValueError
        If a cloud is not an array of its shape.

    References
    ----------
    Dowson and Landau, "The Fréchet distance between multivariate normal distributions", 1982; Heusel et al.,
    "GANs trained by a two time-scale update rule", 2017, who use it to score generated images.

    Examples
    --------
    >>> X = np.array([[0.0, 0.0], [2.0, 0.0], [0.0, 2.0], [2.0, 2.0]])
    >>> round(frechet_distance(X, X + [3.0, 4.0]), 9)
    25.0
    """
    one, other = _cloud("X", X), _cloud("Y", Y)
    if one.shape[1] != other.shape[1]:
        raise ValueError(f"Y must have points of {one.shape[1]} numbers, as X, got {other.shape[1]}")
    with representable("X", "Y"):
        return _frechet_distance(one, other)


def _frechet_distance(one: Floats, other: Floats) -> float:
    C_one, C_other = (np.atleast_2d(np.cov(cloud, rowvar=False)) for cloud in (one, other))
    # The trace of the root of a product of two covariances, through symmetric matrices alone.
    values, vectors = np.linalg.eigh(C_one)
    root = (vectors * np.sqrt(np.clip(values, 0, None))) @ vectors.T
    between = np.sqrt(np.clip(np.linalg.eigvalsh(root @ C_other @ root), 0, None)).sum()
    apart = np.sum((one.mean(axis=0) - other.mean(axis=0)) ** 2)
    return max(0.0, float(apart + np.trace(C_one) + np.trace(C_other) - 2 * between))


@dataclass(frozen=True, eq=False)
class Nearest:
    """The most similar image of a collection, for each of some images.

    Attributes
    ----------
    indices : array of int, shape (n,)
        Where in the collection it stands.
    distances : array, shape (n,)
        Euclidean distance to it, root of the mean square over the pixels.
    """

    indices: NDArray[np.int_]
    distances: Floats


def nearest(images: ArrayLike, collection: ArrayLike) -> Nearest:
    """Find for each image the most similar one of a collection, pixel by pixel.

    A generator that memorised its training images gives samples much closer to them than new real images
    are.

    Parameters
    ----------
    images : array, shape (n, ...)
        What to look for.
    collection : array, shape (m, ...)
        Where to look; images of the same size.

    Returns
    -------
    Nearest
        One entry an image.

    Raises
    ------
    TypeError, ValueError
        If an array is empty, holds no finite numbers, or if the images differ in size.

    Examples
    --------
    >>> found = nearest([[0.0, 0.0], [5.0, 4.0]], [[5.0, 5.0], [1.0, 1.0]])
    >>> found.indices.tolist(), found.distances.round(3).tolist()
    ([1, 0], [1.0, 0.707])
    """
    wanted, there = floats("images", images, MODERATE), floats("collection", collection, MODERATE)
    if wanted.ndim < 2 or wanted.shape[1:] != there.shape[1:]:
        raise ValueError(
            f"images must be as large as those of collection, got {wanted.shape} and {there.shape}"
        )
    flat = there.reshape(len(there), -1)
    finder = NearestNeighbors(n_neighbors=1, algorithm="brute").fit(flat)
    distances, indices = finder.kneighbors(wanted.reshape(len(wanted), -1))
    return Nearest(indices[:, 0], distances[:, 0] / math.sqrt(flat.shape[1]))


@dataclass(frozen=True, eq=False)
class Scores:
    """What a `Judge` makes of a batch of images.

    Attributes
    ----------
    confidence : float
        Mean probability of the class that it gives each image.
    shares : array, shape (n_classes,)
        Share of the images that it gives to each class.
    distance : float
        Fréchet distance in its features to the held-out real images.
    """

    confidence: float
    shares: Floats
    distance: float

    @property
    def classes(self) -> int:
        """How many classes get at least a tenth of an equal share: 1 % of the images where there are ten."""
        return int(np.sum(self.shares >= 0.1 / len(self.shares)))


class Judge:
    """A classifier of real images that scores generated ones.

    It learns on one half of the real images (`split_halves`): one hidden layer of ReLUs and a softmax,
    scikit-learn's `MLPClassifier`. The hidden layer's values are its features.

    Parameters
    ----------
    X : array, shape (n, height, width, channels)
        Real images, at least 4 of each class.
    y : array of int, shape (n,)
        Their classes.
    hidden : int
        Units of the hidden layer.
    random_state : int
        Decides the halves and the start of the classifier.

    Attributes
    ----------
    X_train, X_test : array
        The half that it learnt, which is also the one to train a generator on, and the half held out.
    accuracy : float
        Share of the held-out images that it classifies correctly.
    reference : Scores
        What it makes of the held-out images; the distance is that between both halves of the real images.

    Raises
    ------
    TypeError, ValueError
        If an argument is not of its type, or if there is not one class for each image.

    Examples
    --------
    >>> from sklearn.datasets import load_digits
    >>> X, y = load_digits(return_X_y=True)
    >>> judge = Judge(X.reshape(-1, 8, 8, 1) / 8 - 1, y)
    >>> bool(judge.accuracy > 0.95), judge.reference.classes
    (True, 10)
    """

    def __init__(self, X: ArrayLike, y: ArrayLike, *, hidden: int = 64, random_state: int = 0) -> None:
        units = whole("hidden", hidden, at_least=1, at_most=MOST)
        self.X_train, y_train, self.X_test, y_test = split_halves(X, y, random_state=random_state)
        model = MLPClassifier(
            (units,),
            batch_size=min(64, len(y_train)),
            learning_rate_init=3e-3,
            max_iter=40,
            random_state=random_state,
        )
        with warnings.catch_warnings(), representable("X"):
            # 40 rounds suffice: more make it surer of itself, not more often right.
            warnings.simplefilter("ignore", ConvergenceWarning)
            model.fit(self._flat(self.X_train), y_train)
            self._model = model
            self._held_out = self.features(self.X_test)
            self.accuracy = float(model.score(self._flat(self.X_test), y_test))
            probabilities = self.probabilities(self.X_test)
            self.reference = self._scores(probabilities, self.features(self.X_train))

    def probabilities(self, images: ArrayLike) -> Floats:
        """Return how probable the classifier holds each class, for each image: shape (n, n_classes)."""
        with representable("images"):
            found: Floats = self._model.predict_proba(self._checked(images))
        return found

    def classify(self, images: ArrayLike) -> NDArray[np.int_]:
        """Return the class that the classifier gives each image."""
        with representable("images"):
            found: NDArray[np.int_] = self._model.predict(self._checked(images))
        return found

    def features(self, images: ArrayLike) -> Floats:
        """Return the values of the hidden layer for each image: shape (n, hidden)."""
        with representable("images"):
            before = self._checked(images) @ self._model.coefs_[0] + self._model.intercepts_[0]
        found: Floats = np.maximum(before, 0.0)
        return found

    def scores(self, images: ArrayLike) -> Scores:
        """Score a batch of images; for a distance comparable with the reference, as many as are held out.

        Parameters
        ----------
        images : array, shape (n, height, width, channels)
            Images of the size that the judge learnt, at least 2.

        Returns
        -------
        Scores
            Confidence, shares of the classes, and distance.

        Raises
        ------
        TypeError, ValueError
            If the images are not finite numbers, or of another size.
        """
        if len(checked := self._checked(images)) < 2:
            raise ValueError(f"images must be at least 2, got {len(checked)}")
        with representable("images"):
            return self._scores(self.probabilities(images), self.features(images))

    def _scores(self, probabilities: Floats, features: Floats) -> Scores:
        counts = np.bincount(probabilities.argmax(axis=1), minlength=probabilities.shape[1])
        return Scores(
            confidence=float(probabilities.max(axis=1).mean()),
            shares=counts / counts.sum(),
            distance=_frechet_distance(features, self._held_out),
        )

    def _checked(self, images: ArrayLike) -> Floats:
        found = floats("images", images, FINITE)
        if found.shape[1:] != self.X_train.shape[1:]:
            raise ValueError(
                f"images must have the shape (any, *{self.X_train.shape[1:]}), got {found.shape}"
            )
        return self._flat(found)

    @staticmethod
    def _flat(images: Floats) -> Floats:
        return images.reshape(len(images), -1).astype(np.float64)


def _labelled(X: ArrayLike, y: ArrayLike) -> tuple[Floats, NDArray[np.int_]]:
    images, classes = floats("X", X, FINITE), whole_numbers("y", y)
    if images.ndim < 2:
        raise ValueError(f"X must have shape (n, ...), one entry an image, got shape {images.shape}")
    if classes.shape != (len(images),):
        raise ValueError(f"y must hold one class for each of {len(images)} images, got shape {classes.shape}")
    if np.unique(classes, return_counts=True)[1].min() < 2:
        raise ValueError("y must hold each class at least twice, got one that occurs once")
    return images, classes


def _cloud(name: str, points: ArrayLike) -> Floats:
    found = floats(name, points, FINITE, shape=(None, None))
    if len(found) < 2:
        raise ValueError(f"{name} must hold at least 2 points, got {len(found)}")
    return found.astype(np.float64)
