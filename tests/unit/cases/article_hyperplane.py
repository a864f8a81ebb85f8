"""The figures of the article's questions 6 and 7."""

from examlab.figures import article
from tests.unit.cases.case import Case

CASES = {
    "anomaly_rule": Case(
        article.anomaly_rule,
        article.describe_anomaly_rule,
        {"angle": (45, -30, 120), "rho": (1.5, 0.0, 3.5)},
    ),
    "dark_pixels": Case(
        article.dark_pixels,
        article.describe_dark_pixels,
        {"material": ("meadows", "asphalt", "shadows"), "data": ("raw", "raw", "standardised")},
    ),
    "slack": Case(article.slack, article.describe_slack, {"C": (0.03, 0.0, 3.0)}),
}

BAD = [
    ("anomaly_rule", "angle", 181, "181"),
    ("anomaly_rule", "rho", -0.5, "-0.5"),
    ("anomaly_rule", "rho", 4.5, "4.5"),
    ("anomaly_rule", "random_state", -1, "-1"),
    ("dark_pixels", "material", "water", "'water'"),
    ("dark_pixels", "data", "scaled", "'scaled'"),
    ("slack", "C", -1, "-1"),
    ("slack", "C", float("inf"), "inf"),
    ("slack", "random_state", -1, "-1"),
]

WRONG_TYPE = [("anomaly_rule", "angle"), ("anomaly_rule", "rho"), ("dark_pixels", "material"), ("slack", "C")]

SAID = {name: name for name in (*article.TRAINING_MATERIALS, *article.TRAINING_DATA)}
