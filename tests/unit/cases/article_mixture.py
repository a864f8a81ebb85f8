"""The figures of the article's question 2."""

import numpy as np
from sklearn.mixture import GaussianMixture

from examlab.figures import article
from examlab.hyperspectral.scenes import simulated_scene
from tests.unit.cases.case import Case

SCENE = simulated_scene((40, 30), random_state=0)
FEATURES = SCENE.cube.reshape(-1, 103)[:, [5, 90]] / 1000
MODEL = GaussianMixture(3, random_state=0, reg_covar=1e-4).fit(FEATURES)
FITTED = {"weights": MODEL.weights_, "means": MODEL.means_, "covariances": MODEL.covariances_}

CASES = {
    "mixture_density": Case(
        article.mixture_density,
        article.describe_mixture_density,
        {
            "weight": (0.4, 0.0, 1.0),
            "distance": (2.0, 0.0, 3.0),
            "spread": (0.8, 0.5, 1.0),
            "degrees": (45.0, 0.0, 150.0),
        },
    ),
    "scene_mixture": Case(
        article.scene_mixture,
        article.describe_scene_mixture,
        {"component": (2, 1, 3)},
        {"scene": SCENE, "features": FEATURES, "mixture": FITTED},
    ),
}

BAD = [
    ("mixture_density", "weight", 1.2, "1.2"),
    ("mixture_density", "distance", -1, "-1"),
    ("mixture_density", "spread", 0.2, "0.2"),
    ("mixture_density", "degrees", float("nan"), "nan"),
    ("scene_mixture", "component", 0, "0"),
    ("scene_mixture", "component", 4, "4"),
    ("scene_mixture", "features", np.ones((3, 2)), "(3, 2)"),
]

WRONG_TYPE = [
    ("mixture_density", "weight"),
    ("scene_mixture", "component"),
]
