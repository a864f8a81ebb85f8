"""The figures of the article's question 4."""

from examlab.figures import article
from tests.unit.cases.case import Case

CASES = {
    "densest_point": Case(
        article.densest_point,
        article.describe_densest_point,
        {"radius": (0.3, 0.05, 1.2), "taken": (1, 0, 5)},
    ),
    "densest_pixel": Case(
        article.densest_pixel, article.describe_densest_pixel, {"radius": (5.0, 0.5, 20.0)}
    ),
}

BAD = [
    ("densest_point", "radius", 0, "0"),
    ("densest_point", "radius", 2, "2"),
    ("densest_point", "taken", 6, "6"),
    ("densest_point", "taken", -1, "-1"),
    ("densest_pixel", "radius", 0.4, "0.4"),
    ("densest_pixel", "radius", float("nan"), "nan"),
]

WRONG_TYPE = [
    ("densest_point", "radius"),
    ("densest_point", "taken"),
    ("densest_pixel", "radius"),
]
