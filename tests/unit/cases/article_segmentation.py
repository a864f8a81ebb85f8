"""The figures of the article's question 12 and of its capstone."""

from functools import cache

import numpy as np

from examlab.figures import article
from examlab.hyperspectral.scenes import simulated_scene
from examlab.hyperspectral.segmentation import scores, segment
from examlab.hyperspectral.segmentation_study import stored_study
from tests.unit.cases.case import Case

SCENE = simulated_scene((60, 40), random_state=0)
TRUTH = SCENE.ground_truth


@cache
def run(n_clusters):
    return segment(SCENE.cube, TRUTH > 0, n_clusters=n_clusters, radius=8.0, random_state=0)


RUNS = {number: run(number) for number in (2, 4, 6, 9, 12)}
MAPS = {"ours": RUNS[9].labels, "k-means": RUNS[4].labels, "Gaussian mixture": RUNS[12].labels}
SCORES = {name: scores(TRUTH, labels) for name, labels in MAPS.items()}
STEPS = {"normalise": 0.2, "cluster": 1.46, "reject": 0.05, "propagate": 0.5}

CASES = {
    "propagated_clusters": Case(
        article.propagated_clusters,
        article.describe_propagated_clusters,
        {"n_clusters": (6, 2, 9), "n_neighbors": (5, 1, 45)},
    ),
    "index_choices": Case(
        article.index_choices,
        article.describe_index_choices,
        {
            "partition": ("subtractive", "subtractive", "k-means"),
            "index": ("support-vectors", "calinski-harabasz", "silhouette"),
        },
        {"study": stored_study()},
    ),
    "method_maps": Case(
        article.method_maps, article.describe_method_maps, {}, {"truth": TRUTH, "maps": MAPS}
    ),
    "method_scores": Case(article.method_scores, article.describe_method_scores, {}, {"found": SCORES}),
    "step_seconds": Case(article.step_seconds, article.describe_step_seconds, {}, {"seconds": STEPS}),
    "influence": Case(
        article.influence,
        article.describe_influence,
        {"value": (6, 2, 12)},
        {"truth": TRUTH, "runs": RUNS, "name": "clusters"},
    ),
}

BAD = [
    ("propagated_clusters", "n_clusters", 1, "1"),
    ("propagated_clusters", "n_clusters", 10, "10"),
    ("propagated_clusters", "n_neighbors", 0, "0"),
    ("propagated_clusters", "n_neighbors", 101, "101"),
    ("index_choices", "partition", "mixture", "'mixture'"),
    ("index_choices", "index", "dunn", "'dunn'"),
    ("method_maps", "maps", {}, "none"),
    ("method_maps", "maps", {"ours": np.ones((2, 2), int)}, "(2, 2) for ours"),
    ("method_scores", "found", {}, "0"),
    ("method_scores", "found", {"ours": {"OA": 1.0}}, "['OA'] for ours"),
    ("step_seconds", "seconds", {"cluster": 1.0}, "['cluster']"),
    ("step_seconds", "seconds", {**STEPS, "reject": float("nan")}, "nan"),
    ("influence", "value", 3, "3"),
    ("influence", "name", "", "''"),
]

WRONG_TYPE = [
    ("propagated_clusters", "n_clusters"),
    ("propagated_clusters", "n_neighbors"),
]

SAID = {
    "subtractive": "subtractive clustering",
    "k-means": "k-means",
    "support-vectors": "support vectors (ours)",
    "silhouette": "silhouette",
    "calinski-harabasz": "Caliński-Harabasz",
}
