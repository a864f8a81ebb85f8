"""The figures of the article's questions 3 and 5."""

from examlab.figures import article
from tests.unit.cases.case import Case

CASES = {
    "variance_divisor": Case(article.variance_divisor, article.describe_variance_divisor, {"n": (5, 2, 200)}),
    "normalised_bands": Case(
        article.normalised_bands, article.describe_normalised_bands, {"band": (80, 1, 103)}
    ),
}

BAD = [
    ("variance_divisor", "n", 1, "1"),
    ("variance_divisor", "n", 6, "6"),
    ("normalised_bands", "band", 0, "0"),
    ("normalised_bands", "band", 104, "104"),
]

WRONG_TYPE = [
    ("variance_divisor", "n"),
    ("normalised_bands", "band"),
]
