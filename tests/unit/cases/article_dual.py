"""The figures of the article's questions 8, 9 and 11, beside the boundary on the cloud."""

from examlab.figures import article
from tests.unit.cases.case import Case

CASES = {
    "feature_map": Case(
        article.feature_map,
        article.describe_feature_map,
        {"nu": (0.1, 0.02, 0.5), "height": (15, 0, 45)},
    ),
    "nu_between": Case(
        article.nu_between,
        article.describe_nu_between,
        {"nu": (0.1, 0.02, 0.5), "n_samples": (120, 40, 1200)},
    ),
    "support_vectors": Case(
        article.support_vectors,
        article.describe_support_vectors,
        {"sigma2": (1.0, 0.05, 20.0), "nu": (0.2, 0.02, 0.5)},
    ),
    "rejected_pixels": Case(
        article.rejected_pixels,
        article.describe_rejected_pixels,
        {"sigma2": (0.3, 0.01, 10.0), "nu": (0.1, 0.02, 0.5)},
    ),
    "vectors_in_scene": Case(
        article.vectors_in_scene,
        article.describe_vectors_in_scene,
        {"nu": (0.2, 0.02, 0.5)},
    ),
}

BAD = [
    ("feature_map", "nu", 1, "1"),
    ("feature_map", "height", 90, "90"),
    ("nu_between", "nu", 0.01, "0.01"),
    ("nu_between", "n_samples", 10, "10"),
    ("nu_between", "n_samples", 2001, "2001"),
    ("support_vectors", "sigma2", 0, "0"),
    ("support_vectors", "nu", float("nan"), "nan"),
    ("rejected_pixels", "sigma2", 0.001, "0.001"),
    ("rejected_pixels", "nu", 1, "1"),
    ("vectors_in_scene", "nu", 0, "0"),
]

WRONG_TYPE = [
    ("feature_map", "height"),
    ("nu_between", "n_samples"),
    ("support_vectors", "nu"),
    ("rejected_pixels", "nu"),
    ("vectors_in_scene", "nu"),
]
