"""A valid call of every public function: small, quick, and of numbers that half precision holds exactly."""

from __future__ import annotations

import inspect
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.svm import OneClassSVM

from examlab.hyperspectral import segmentation_study
from examlab.hyperspectral.clustering import SubtractiveClustering
from examlab.hyperspectral.linear_one_class import LinearOneClassSVM
from examlab.hyperspectral.one_class import DecisionField
from examlab.hyperspectral.scenes import simulated_scene
from examlab.networks import activation_study, layers, optimise
from examlab.networks.gan import build_digit_discriminator, build_digit_generator
from examlab.networks.real_or_noise import fit_discriminator
from examlab.networks.scores import Judge
from examlab.reading import fill, number
from tests.unit.cases import CASES


def eighths(*shape: int, seed: int = 0, low: int = -16, high: int = 17) -> Any:
    """Return whole eighths, from -2 to 2 unless told."""
    return np.random.default_rng(seed).integers(low, high, shape) / 8


Z = np.array([-2.0, 0.0, 3.0])
D = np.array([0.25, 0.5])
X = eighths(30, 2)
POSITIVE = eighths(30, 2, low=1)
IMAGES = eighths(40, 8, 8, 1, low=-8, high=9)
DIGITS = np.arange(40) % 4
SMALL_IMAGES = IMAGES[:5].astype(np.float32)
MACHINE = OneClassSVM(gamma=0.5, nu=0.25).fit(X)
SCENE = simulated_scene((24, 24), random_state=0)
CUBE = SCENE.cube[..., ::20]
MIXTURE = {"weights": np.array([0.25, 0.75]), "means": X[:2], "covariances": np.stack([np.eye(2)] * 2)}
WEIGHTS = dict.fromkeys(["w11", "w21", "b1", "w12", "w22", "b2", "w1", "w2", "b3"], 0.5)
SIDE = np.linspace(-2, 2, 9)
FIELD = DecisionField(SIDE, SIDE, 1 - SIDE**2 - SIDE[:, None] ** 2)
FOLDER = tempfile.TemporaryDirectory()
np.save(Path(FOLDER.name) / "scene.npy", CUBE)
LARGE = eighths(1, 6, 6, 2).astype(np.float32)


def tell_nobody(done: int, of: int) -> None:
    """Take what a long computation tells of its progress."""


def network() -> layers.Sequential:
    return layers.Sequential([layers.Dense(3, 2, random_state=0)])


def forward(layer: layers.Layer, images: Any) -> dict[str, Any]:
    return {"self": layer, "X": images, "training": True}


CONVOLUTION = {"size": 8, "kernel": 3, "stride": 2, "padding": 1}
BUILD = {"activation": "relu", "alpha": 0.25, "random_state": 0, "dtype": np.float32}
EXAMPLE = {"parameters": WEIGHTS, "x": (1.0, 2.0), "activation": "relu", "alpha": 0.25}
TARGET = {**EXAMPLE, "y": 1.0, "loss": "squared"}
SEGMENT = {"n_clusters": 3, "max_clusters": 4, "radius": "auto", "index": "davies-bouldin", "nu": 0.25}
SEGMENT |= {"n_neighbors": 3, "n_components": 3, "random_state": 0, "progress": tell_nobody}
SLIPS = {"wrong": "A slip."}
PAIR = {"generator": build_digit_generator(random_state=0, latent=2)}
PAIR |= {"discriminator": build_digit_discriminator(random_state=0)}

CALLS: dict[str, Mapping[str, Any]] = {
    **{f"networks.activations.{name}": {"z": Z} for name in ("relu", "sigmoid", "tanh")},
    **{f"networks.activations.{name}_derivative": {"z": Z} for name in ("relu", "sigmoid", "tanh")},
    "networks.activations.leaky_relu": {"z": Z, "alpha": 0.25},
    "networks.activations.leaky_relu_derivative": {"z": Z, "alpha": 0.25},
    "networks.activations.activation_pair": {"name": "relu", "alpha": 0.25},
    "networks.activation_study.Study.last": {"self": activation_study.stored_study(), "penalty": "r1"},
    "networks.activation_study.run": {
        **{"discriminator": "relu", "generator": "relu", "penalty": "plain"},
        **{"seed": 0, "steps": 1, "moments": 2},
    },
    "networks.bilinear.trajectory": {
        **{"eta": 0.5, "steps": 3, "start": (1.0, 0.5), "updates": "alternating"},
    },
    "networks.convolution.conv2d": {
        **{"X": LARGE.astype(float), "W": eighths(3, 3, 2, 2), "b": Z[:2], "stride": 2, "padding": 1},
    },
    "networks.convolution.conv_transpose2d": {
        **{"X": LARGE.astype(float), "W": eighths(3, 3, 2, 2), "b": Z[:2], "stride": 2, "padding": 1},
    },
    "networks.convolution.output_size": CONVOLUTION,
    "networks.convolution.transposed_output_size": CONVOLUTION,
    "networks.convolution.parameter_count": {"in_channels": 1, "filters": 4, "kernel": 3, "bias": True},
    "networks.gan.build_digit_discriminator": BUILD,
    "networks.gan.build_discriminator": BUILD,
    "networks.gan.build_digit_generator": {**BUILD, "latent": 2},
    "networks.gan.build_generator": {**BUILD, "latent": 2},
    "networks.gan.discriminator_loss": {"real_logits": Z, "fake_logits": Z},
    "networks.gan.fake_loss": {"d": D},
    "networks.gan.fake_loss_slope": {"d": D},
    "networks.gan.fake_loss_logit": {"s": Z},
    "networks.gan.fake_loss_logit_slope": {"s": Z},
    "networks.gan.generator_curve": {"d": D, "kind": "minimax"},
    "networks.gan.generator_slope": {"d": D, "kind": "minimax"},
    "networks.gan.generator_curve_logit": {"s": Z, "kind": "minimax"},
    "networks.gan.generator_slope_logit": {"s": Z, "kind": "minimax"},
    "networks.gan.generator_loss": {"fake_logits": Z, "kind": "minimax"},
    "networks.gan.r1_penalty": {
        **{"discriminator": PAIR["discriminator"], "X": SMALL_IMAGES, "weight": 1.0},
    },
    "networks.gan.sample": {"generator": PAIR["generator"], "n_samples": 3, "random_state": 0},
    "networks.gan.train": {
        **PAIR,
        **{"X": SMALL_IMAGES, "steps": 2, "batch_size": 3, "learning_rate": (0.01, 0.01)},
        **{"loss": "minimax", "r1": 0.5, "average": 0.5, "decay": 0.5, "snapshots": 1, "n_samples": 2},
        **{"random_state": 0, "resume": None, "progress": tell_nobody},
    },
    "networks.layers.BatchNorm": {"channels": 2, "dtype": np.float32},
    "networks.layers.BatchNorm.forward": forward(layers.BatchNorm(2), LARGE),
    "networks.layers.Conv2d": {"n_in": 1, "n_out": 2, **BUILD, **CONVOLUTION},
    "networks.layers.Conv2d.forward": forward(layers.Conv2d(2, 2, 3, random_state=0), LARGE),
    "networks.layers.ConvTranspose2d": {"n_in": 1, "n_out": 2, **BUILD, **CONVOLUTION},
    "networks.layers.ConvTranspose2d.forward": forward(
        layers.ConvTranspose2d(2, 2, 3, random_state=0), LARGE
    ),
    "networks.layers.Dense": {"n_in": 1, "n_out": 2, **BUILD},
    "networks.layers.Dense.forward": forward(network().layers[0], LARGE[0, 0, :, :1].repeat(3, axis=1)),
    "networks.layers.Flatten.forward": forward(layers.Flatten(), LARGE),
    "networks.layers.LeakyReLU": {"alpha": 0.25},
    "networks.layers.LeakyReLU.forward": forward(layers.LeakyReLU(), LARGE),
    "networks.layers.ReLU.forward": forward(layers.ReLU(), LARGE),
    "networks.layers.Reshape": {"shape": (6, 12)},
    "networks.layers.Reshape.forward": forward(layers.Reshape((6, 12)), LARGE),
    "networks.layers.Sequential": {"layers": [layers.ReLU(), layers.Dense(3, 2)]},
    "networks.layers.Sequential.forward": forward(network(), LARGE[0, 0, :, :1].repeat(3, axis=1)),
    "networks.layers.Tanh.forward": forward(layers.Tanh(), LARGE),
    "networks.optimise.Adam": {"model": network(), "learning_rate": 0.5, "betas": (0.5, 0.75)},
    "networks.optimise.Adam.step": {"self": optimise.Adam(network(), learning_rate=0.5), "scale": 0.5},
    "networks.optimise.MovingAverage": {"model": network(), "keep": 0.5},
    "networks.precision.rounding_logit": {"precision": "float32"},
    "networks.precision.step_by_step": {"s": Z, "precision": "float32"},
    "networks.real_or_noise.fit_discriminator": {
        **{"X": X, "y": np.arange(30) % 2, "hidden": 2, "random_state": 0},
    },
    "networks.real_or_noise.logits": {"model": fit_discriminator(X, np.arange(30) % 2, hidden=2), "X": X},
    "networks.real_or_noise.real_and_noise": {"random_state": 0},
    "networks.scores.Judge": {"X": IMAGES, "y": DIGITS, "hidden": 2, "random_state": 0},
    **{
        f"networks.scores.Judge.{name}": {"self": Judge(IMAGES, DIGITS, hidden=2), "images": IMAGES[:9]}
        for name in ("classify", "features", "probabilities", "scores")
    },
    "networks.scores.frechet_distance": {"X": X, "Y": POSITIVE},
    "networks.scores.nearest": {"images": IMAGES[:4], "collection": IMAGES[4:9]},
    "networks.scores.split_halves": {"X": IMAGES, "y": DIGITS, "random_state": 0},
    "networks.shapes.discriminator_shapes": {
        **{"size": 8, "kernel": 3, "stride": 2, "filters": 2, "bias": True},
    },
    "networks.shapes.times_read": CONVOLUTION,
    "networks.shapes.window_starts": CONVOLUTION,
    "networks.two_layer.forward": EXAMPLE,
    "networks.two_layer.gradient": TARGET,
    "networks.two_layer.gradient_factors": {**TARGET, "name": "w11"},
    "networks.two_layer.loss_value": TARGET,
    "networks.xor.xor_starts": {
        **{"starts": 5, "activation": "relu", "alpha": 0.25, "steps": 3, "learning_rate": 0.5},
        "random_state": 0,
    },
    "hyperspectral.agreement.match_classes": {
        "truth": np.array([1, 1, 2, 2, 0]),
        "predicted": np.array([3, 3, 3, 5, -1]),
    },
    "hyperspectral.agreement.scores": {
        "truth": np.array([1, 1, 2, 2, 0]),
        "predicted": np.array([3, 3, 3, 5, -1]),
    },
    "hyperspectral.clustering.SubtractiveClustering": {
        **{"radius": 1.0, "squash": 1.5, "accept": 0.5, "reject": 0.125, "max_clusters": 3},
        **{"components": 2, "progress": tell_nobody},
    },
    "hyperspectral.clustering.SubtractiveClustering.fit": {"self": SubtractiveClustering(), "X": X},
    "hyperspectral.clustering.SubtractiveClustering.predict": {
        **{"self": SubtractiveClustering().fit(X), "X": X},
    },
    "hyperspectral.clustering.suggested_radius": {"X": X},
    "hyperspectral.density.mountain": {
        **{"X": X, "radius": 1.0, "components": 2, "precision": "auto", "n_threads": 1},
        "progress": tell_nobody,
    },
    "hyperspectral.density.mountain_error": {
        **{"X": X, "potentials": np.full(30, 2.0), "radius": 1.0, "n_rows": 5, "random_state": 0},
    },
    "hyperspectral.dual.dual_coefficients": {"model": MACHINE},
    "hyperspectral.dual.dual_offset": {"model": MACHINE},
    "hyperspectral.dual.kkt_violations": {
        **{"kernel": np.eye(2), "alpha": np.array([0.75, 0.25]), "rho": 0.5, "nu": 0.5},
    },
    "hyperspectral.feature_map.quadratic_map": {"X": X},
    "hyperspectral.feature_map.ring": {"n_samples": 20, "random_state": 0},
    "hyperspectral.feature_map.separable_from_origin": {"X": POSITIVE},
    "hyperspectral.kmeans.random_start": {"X": X, "n_clusters": 3, "random_state": 0},
    "hyperspectral.kmeans.round_groups": {"n_samples": 20, "random_state": 0},
    "hyperspectral.kmeans.trace_k_means": {"X": X, "start": X[:3], "max_iterations": 9},
    "hyperspectral.large.segment_file": {
        **{"path": f"{FOLDER.name}/scene.npy", "labelled": SCENE.ground_truth > 0},
        **{"n_workers": None, "memory_limit": 1e9, **SEGMENT},
    },
    "hyperspectral.linear_one_class.LinearOneClassSVM": {"C": 1.0},
    "hyperspectral.linear_one_class.LinearOneClassSVM.fit": {"self": LinearOneClassSVM(), "X": POSITIVE},
    **{
        f"hyperspectral.linear_one_class.LinearOneClassSVM.{name}": {
            **{"self": LinearOneClassSVM().fit(POSITIVE), "X": POSITIVE},
        }
        for name in ("decision_function", "predict", "score_samples")
    },
    "hyperspectral.linear_one_class.one_sided_cloud": {"n_samples": 20, "random_state": 0},
    "hyperspectral.materials.reflectance": {"wavelengths": np.array([450.0, 550.0])},
    "hyperspectral.materials.transmission": {"wavelengths": np.array([450.0, 550.0])},
    "hyperspectral.mixture.gaussian_mixture_density": {"X": X, **MIXTURE},
    "hyperspectral.mixture.gaussian_mixture_log_density": {"X": X, **MIXTURE},
    "hyperspectral.mixture.gaussian_mixture_responsibilities": {"X": X, **MIXTURE},
    "hyperspectral.mixture.plane_covariance": {"spreads": np.array([2.0, 1.0]), "angle": 0.5},
    "hyperspectral.nu_property.nu_fractions": {"model": MACHINE, "X": X},
    "hyperspectral.one_class.boundary_roughness": {"field": FIELD},
    "hyperspectral.one_class.cloud": {"n_samples": 20, "random_state": 0},
    "hyperspectral.one_class.decision_field": {
        **{"X": X, "sigma2": 1.0, "nu": 0.25, "window": (-3.0, 3.0, -3.0, 3.0), "resolution": 5},
    },
    "hyperspectral.one_class.support_vector_kinds": {"model": MACHINE, "X": X},
    "hyperspectral.pavia.load_pavia_university": {
        **{"folder": FOLDER.name, "download": False, "verify": True, "progress": tell_nobody},
    },
    "hyperspectral.regions.merge_classes": {
        **{"cube": CUBE, "labels": SCENE.materials.astype(int), "n_classes": 2},
    },
    "hyperspectral.regions.regions": {"labels": SCENE.materials.astype(int)},
    "hyperspectral.sampling.squared_deviations": {
        **{"values": Z, "sizes": (1, 2), "draws": 9, "random_state": 0},
    },
    "hyperspectral.scene.Scene": {
        **{"cube": CUBE, "ground_truth": SCENE.ground_truth.astype(int), "class_names": SCENE.class_names},
        **{"wavelengths": SCENE.wavelengths[::20], "materials": SCENE.materials.astype(int)},
    },
    "hyperspectral.scenes.simulated_scene": {"shape": (24, 24), "random_state": 0},
    "hyperspectral.segmentation.segment": {
        **{"cube": CUBE.astype(float), "labelled": SCENE.ground_truth > 0, **SEGMENT},
    },
    "hyperspectral.segmentation_study.Study.errors": {
        **{"self": segmentation_study.stored_study(), "partition": "k-means"},
    },
    "hyperspectral.segmentation_study.Study.wins": {
        **{"self": segmentation_study.stored_study(), "measure": "OA", "of": "ours", "over": "k-means"},
    },
    "hyperspectral.segmentation_study.Study.wins_all": {
        **{"self": segmentation_study.stored_study(), "measures": ("OA", "AA")},
        **{"of": "ours", "over": "k-means"},
    },
    "hyperspectral.spectra.spectral_angle": {"X": POSITIVE, "Y": POSITIVE[:3]},
    "hyperspectral.spectra.spectral_angle_similarity": {"X": POSITIVE, "Y": POSITIVE[:3]},
    "hyperspectral.spectra.standardize": {"X": X},
    "hyperspectral.validity.choose_n_clusters": {
        **{"X": X, "labelings": [np.arange(30) % 2, np.arange(30) % 3]},
        **{"indices": ("silhouette", "davies-bouldin"), "n_samples": 20, "nu": 0.25, "random_state": 0},
    },
    "hyperspectral.validity.kernel_width": {"X": X, "n_samples": 20, "random_state": 0},
    "hyperspectral.validity.support_vector_power": {
        **{"X": X, "labels": np.arange(30) % 2, "sigma2": 1.0, "nu": 0.25, "n_samples": 20},
        "random_state": 0,
    },
    "figures.gan.why_not_read": CONVOLUTION,
    "reading.check": {
        **{"prompt": "Two and two?", "answer": number(4), "solution": "Four.", "label": "Add"},
    },
    "reading.choice": {"label": "Loss", "options": {"a": "one", "b": "other"}},
    "reading.explore": {
        **{"draw": lambda n: None, "describe": lambda n: "words", "start": {"n": 2}, "given": {}},
        **{"impossible": None, "n": [1, 2, 3]},
    },
    "reading.fill": {"answer": "word", "tolerance": 0.0, "slips": SLIPS},
    "reading.number": {"value": 4.0, "tolerance": 0.5, "slips": {3.0: "A slip."}, "unit": "m"},
    "reading.one_of": {"right": "right", "wrong": SLIPS},
    "reading.order": {
        **{"items": ["first", "second"], "distractors": SLIPS, "slips": {("second", "first"): "A slip."}},
    },
    "reading.progress": {"label": "Training", "clock": lambda: 0.0},
    "reading.several_of": {"right": ["right"], "wrong": SLIPS},
    "reading.show": {"draw": lambda: None, "describe": lambda: "words", "given": {}},
    "reading.slider": {
        **{"label": "Slope", "values": [0.0, 0.5, 1.0], "unit": "m", "format": "{:g}", "time": False},
    },
    "reading.table": {"columns": ["a", "b"], "rows": [["one", number(4)], ["two", fill("word")]]},
}

AFTERWARDS: Mapping[str, Callable[[Any], Any]] = {
    "hyperspectral.clustering.SubtractiveClustering": lambda estimator: estimator.fit(X).labels_,
    "hyperspectral.linear_one_class.LinearOneClassSVM": lambda estimator: estimator.fit(POSITIVE).coef_,
    "networks.activations.activation_pair": lambda pair: pair[0](Z),
}
"""What makes a class or function look at its arguments: scikit-learn's estimators do it in `fit`."""


def call_of(name: str, function: Callable[..., Any]) -> dict[str, Any] | None:
    """Return arguments by name, or None if nobody wrote them down."""
    accepted = inspect.signature(function).parameters
    if name in CALLS:
        variable = any(parameter.kind is parameter.VAR_KEYWORD for parameter in accepted.values())
        return {key: value for key, value in CALLS[name].items() if variable or key in accepted}
    for case in CASES.values():
        if function in (case.draw, case.describe):
            extra = {"narrow": False} if "narrow" in accepted else {}
            return {**case.positions()[0], **case.fixed, **extra}
    return None if accepted else {}
