"""The figure of the article's question 11."""

from examlab.figures import article
from tests.unit.cases.case import Case

CASES = {
    "boundary": Case(
        article.boundary, article.describe_boundary, {"sigma2": (1.0, 0.05, 20.0), "nu": (0.1, 0.02, 0.5)}
    ),
}

BAD = [
    ("boundary", "sigma2", 0, "0"),
    ("boundary", "nu", 0, "0"),
    ("boundary", "nu", 1.5, "1.5"),
    ("boundary", "n_samples", 1, "1"),
]

WRONG_TYPE = [
    ("boundary", "sigma2"),
]
