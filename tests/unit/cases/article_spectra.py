"""The figures of the article's questions 3 and 5."""

from examlab.figures import article
from tests.unit.cases.case import Case

CASES = {
    "variance_divisor": Case(article.variance_divisor, article.describe_variance_divisor, {"n": (5, 2, 200)}),
    "normalised_bands": Case(
        article.normalised_bands, article.describe_normalised_bands, {"band": (80, 1, 103)}
    ),
    "two_spectra": Case(
        article.two_spectra,
        article.describe_two_spectra,
        {"material": ("meadows", "asphalt", "bare soil"), "gain": (0.5, -1.0, 2.0)},
    ),
    "closest_pixels": Case(
        article.closest_pixels,
        article.describe_closest_pixels,
        {"material": ("gravel", "meadows", "bitumen"), "brightness": ("dim", "typical", "bright")},
    ),
}

BAD = [
    ("variance_divisor", "n", 1, "1"),
    ("variance_divisor", "n", 6, "6"),
    ("normalised_bands", "band", 0, "0"),
    ("normalised_bands", "band", 104, "104"),
    ("two_spectra", "material", "gravel", "'gravel'"),
    ("two_spectra", "gain", 0, "0"),
    ("two_spectra", "gain", 2.5, "2.5"),
    ("closest_pixels", "material", "water", "'water'"),
    ("closest_pixels", "brightness", "dark", "'dark'"),
]

WRONG_TYPE = [
    ("variance_divisor", "n"),
    ("normalised_bands", "band"),
    ("two_spectra", "gain"),
    ("closest_pixels", "material"),
]

SAID = {
    word: word
    for word in ("meadows", "asphalt", "bare soil", "gravel", "bitumen", "dim", "typical", "bright")
}
