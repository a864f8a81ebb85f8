"""The figures of the article's question 13."""

from examlab.figures import article
from examlab.hyperspectral.kmeans import random_start, trace_k_means
from examlab.hyperspectral.scenes import simulated_scene
from examlab.hyperspectral.spectra import standardize
from tests.unit.cases.case import Case

SCENE = simulated_scene((40, 30), random_state=0)
PIXELS = standardize(SCENE.cube.reshape(-1, 103))
TRACE = trace_k_means(PIXELS, random_start(PIXELS, n_clusters=9, random_state=0))

CASES = {
    "k_means_steps": Case(
        article.k_means_steps,
        article.describe_k_means_steps,
        {"half_step": (2, 0, 12), "seed": (0, 2, 10)},
    ),
    "k_means_on_scene": Case(
        article.k_means_on_scene,
        article.describe_k_means_on_scene,
        {"iteration": (2, 1, TRACE.n_iterations)},
        {"scene": SCENE, "trace": TRACE},
    ),
}

BAD = [
    ("k_means_steps", "half_step", -1, "-1"),
    ("k_means_steps", "half_step", 13, "13"),
    ("k_means_steps", "seed", -1, "-1"),
    ("k_means_on_scene", "iteration", 0, "0"),
    ("k_means_on_scene", "iteration", 999, "999"),
]

WRONG_TYPE = [
    ("k_means_steps", "seed"),
    ("k_means_on_scene", "iteration"),
]
