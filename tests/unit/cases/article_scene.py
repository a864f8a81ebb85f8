"""The figures of the article's opener and of its questions 1 and 10."""

from examlab.figures import article
from tests.unit.cases.case import Case

CASES = {
    "cube": Case(
        article.cube,
        article.describe_cube,
        {"band": (51, 1, 101), "material": ("meadows", "painted metal sheets", "shadows")},
    ),
    "method": Case(article.method, article.describe_method),
    "partition": Case(article.partition, article.describe_partition, {"classes": (9, 1, 4)}),
    "always_one_class": Case(
        article.always_one_class,
        article.describe_always_one_class,
        {"answer": ("meadows", "asphalt", "shadows")},
    ),
}

BAD = [
    ("cube", "band", 0, "0"),
    ("cube", "band", 104, "104"),
    ("cube", "material", "snow", "snow"),
    ("partition", "classes", 10, "10"),
    ("always_one_class", "answer", "snow", "snow"),
]

WRONG_TYPE = [
    ("cube", "band"),
    ("cube", "material"),
    ("partition", "classes"),
    ("always_one_class", "answer"),
]

SAID = {name: name for name in ("meadows", "painted metal sheets", "shadows", "asphalt")}
