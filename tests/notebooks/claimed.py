"""What the numbers of the ``checks`` folders come from, where an expression is not enough."""

from __future__ import annotations

import re
from collections import Counter
from functools import cache

import numpy as np
from scipy.optimize import minimize
from sklearn.decomposition import PCA
from sklearn.metrics.pairwise import rbf_kernel
from sklearn.mixture import GaussianMixture
from sklearn.svm import OneClassSVM

from examlab.figures import article
from examlab.hyperspectral import materials
from examlab.hyperspectral.clustering import SubtractiveClustering, suggested_radius
from examlab.hyperspectral.kmeans import random_start, trace_k_means
from examlab.hyperspectral.one_class import (
    LinearOneClassSVM,
    cloud,
    one_sided_cloud,
    support_vector_kinds,
)
from examlab.hyperspectral.scene import Scene
from examlab.hyperspectral.scenes import simulated_scene
from examlab.hyperspectral.segmentation_study import competition, stored_study
from examlab.hyperspectral.spectra import spectral_angle, standardize
from examlab.networks.gan import build_discriminator
from examlab.networks.layers import LeakyReLU
from examlab.networks.real_or_noise import fit_discriminator, real_and_noise
from examlab.networks.two_layer import gradient_factors


@cache
def scene(seed: int = 0, shape: tuple[int, int] = (80, 60)) -> Scene:
    """Return the simulated scene of most pages."""
    return simulated_scene(shape, random_state=seed)


@cache
def centres(times: float) -> list[int]:
    """Return how many centres the scenes of question 4 have at a multiple of the suggested radius."""
    counts = []
    for seed in range(8):
        pixels = standardize(scene(seed).cube.reshape(-1, 103))
        X = pixels[scene(seed).ground_truth.ravel() > 0]
        radius = times * suggested_radius(X)
        counts.append(SubtractiveClustering(radius=radius).fit(X).n_clusters_)
    return counts


@cache
def held_out_accuracies() -> list[float]:
    """Return the accuracy of question 1 on GANs for five random states, in per cent."""
    found = []
    for seed in range(5):
        data = real_and_noise(random_state=seed)
        model = fit_discriminator(data.X, data.y, random_state=seed)
        found.append(100 * model.score(data.X_held_out, data.y_held_out))
    return found


def flagged(*, n_samples: int, nu: float = 0.1) -> float:
    """Return which share of new points a machine flags that was trained on so many, as question 8 has it."""
    model = OneClassSVM(gamma=1, nu=nu).fit(cloud(n_samples=n_samples, random_state=0))
    return float(np.mean(model.predict(cloud(n_samples=5000, random_state=99)) < 0))


@cache
def course() -> tuple[np.ndarray, np.ndarray]:
    """Return the inertia after each iteration of k-means on the scene, and the share yet to move."""
    pixels = standardize(scene().cube.reshape(-1, 103))
    trace = trace_k_means(pixels, random_start(pixels, n_clusters=9, random_state=0))
    return trace.inertia[:, 1], np.mean(trace.labels != trace.labels[-1], axis=1)


@cache
def wins_elsewhere() -> tuple[int, int]:
    """Return on how many of twenty scenes ours wins by all scores, without and with the number given."""
    won = np.zeros(2, dtype=int)
    for seed in range(10, 30):
        found = competition(seed)[1]
        for place, name in enumerate(("ours", "ours, 9 clusters")):
            won[place] += all(found[name][score] > found["k-means"][score] for score in ("OA", "NMI", "ARI"))
    return int(won[0]), int(won[1])


def red_edge() -> float:
    """Return the wavelength, in nanometres, at which the reflectance of meadows rises most steeply."""
    wavelengths = np.arange(600.0, 800.0)
    meadows = materials.reflectance(wavelengths)[materials.CLASS_NAMES.index("meadows")]
    return float(wavelengths[np.argmax(np.diff(meadows))])


def notch() -> float:
    """Return the wavelength, in nanometres, at which the air above a scene lets least light pass."""
    wavelengths = np.arange(430.0, 861.0)
    return float(wavelengths[np.argmin(materials.transmission(wavelengths))])


def left_over() -> float:
    """Return the largest coefficient that the general solver of question 9 leaves where 0 is meant."""
    X, nu = cloud(n_samples=60, random_state=0), 0.2
    K, n = rbf_kernel(X, gamma=1.0), len(X)
    one = {"type": "eq", "fun": lambda a: a.sum() - 1, "jac": np.ones_like}
    found = minimize(
        lambda a: a @ K @ a / 2,
        np.full(n, 1 / n),
        jac=lambda a: K @ a,
        bounds=[(0, 1 / (nu * n))] * n,
        constraints=one,
        method="SLSQP",
        options={"ftol": 1e-15, "maxiter": 1000},
    )
    inside = support_vector_kinds(OneClassSVM(gamma=1.0, nu=nu, tol=1e-9).fit(X), X) == "inside"
    return float(np.abs(found.x[inside]).max())


# ---- What is right in the self-checks


def free() -> LinearOneClassSVM:
    """Return the machine of question 7 for which slack costs nothing."""
    return LinearOneClassSVM(C=0).fit(one_sided_cloud(random_state=0))


def contrast(wavelength: float) -> float:
    """Return by how many counts meadows and shadows differ in the band nearest to a wavelength."""
    band = np.argmin(np.abs(scene().wavelengths - wavelength))
    names, counts = scene().class_names, scene().cube[:, :, band].astype(float)
    means = [counts[scene().materials == 1 + names.index(name)].mean() for name in ("meadows", "shadows")]
    return abs(means[0] - means[1])


def mean_scores() -> dict[str, float]:
    """Return the mean ARI of three methods on the ten stored scenes, by their names in the self-check."""
    names = {"subtractive clustering": "ours, 9 clusters", "k-means": "k-means"}
    names["a Gaussian mixture"] = "Gaussian mixture"
    return {said: float(np.mean(stored_study().scores[name]["ARI"])) for said, name in names.items()}


def sizes() -> list[str]:
    """Return what enters and leaves each layer of the exam's discriminator, as the table asks for it."""
    X, found = np.zeros((1, 32, 32, 1), dtype=np.float32), []
    for layer in build_discriminator(random_state=0).layers:
        if not isinstance(layer, LeakyReLU):
            before, X = X.shape[1:], layer.forward(X)
            found += ["×".join(map(str, shape)) for shape in (before, X.shape[1:])]
    return found[1:]  # the table gives the image


def best_against_perfect() -> float:
    """Return the probability that costs a detective least when nothing tells forgeries from real pictures."""
    d = np.linspace(0.001, 0.999, 999)
    return float(d[np.argmin(-np.log(d) - np.log(1 - d))])


def factor_names() -> list[str]:
    """Return the five factors of the preamble in order, as they are written."""
    parameters = dict.fromkeys(("w11", "w21", "b1", "w12", "w22", "b2", "w1", "w2", "b3"), 0.5)
    written = str.maketrans("d12", "∂₁₂")
    return [name.translate(written).replace("y_hat", "ŷ") for name in gradient_factors(parameters, (1, 1), 1)]


# ---- Numbers in words


def between() -> list[float]:
    """Return which share of the spread lies between the classes, on question 1's maps of 1 to 9 classes."""
    told = [article.describe_partition(classes=classes) for classes in range(1, 10)]
    return [float(re.search(r"(\d+) % lies between", words)[1]) for words in told]


@cache
def responsibilities() -> np.ndarray:
    """Return the responsibilities of question 2's mixture for the pixels of the scene."""
    features = PCA(4, random_state=0).fit_transform(standardize(scene().cube.reshape(-1, 103)))
    model = GaussianMixture(9, reg_covar=1e-3, random_state=0).fit(features)
    return model.predict_proba(features)


def middle_range(low: float, high: float) -> float:
    """Return the mean range that nine pixels in ten have, over the bands between two wavelengths."""
    chosen = (scene().wavelengths >= low) & (scene().wavelengths <= high)
    few, many = np.quantile(scene().cube.reshape(-1, 103)[:, chosen], [0.05, 0.95], axis=0)
    return float(np.mean(many - few))


def angle_of_means(*names: str) -> float:
    """Return the angle between the mean spectra of two materials."""
    X, materials_ = scene().cube.reshape(-1, 103).astype(float), scene().materials.ravel()
    means = [X[materials_ == 1 + scene().class_names.index(name)].mean(axis=0) for name in names]
    return float(spectral_angle(means[:1], means[1:])[0, 0])


def readers() -> Counter[int]:
    """Return how many pixels inside a 32 × 32 image are read by so many outputs of the exam's convolution."""
    lit = np.array([[abs(2 * place - pixel) <= 1 for place in range(16)] for pixel in range(1, 31)]).sum(
        axis=1
    )
    return Counter(np.outer(lit, lit).ravel().tolist())
