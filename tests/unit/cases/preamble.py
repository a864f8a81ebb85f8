"""The figures of the preamble."""

from examlab.figures import preamble
from tests.unit.cases.case import Case

CASES = {
    "five_factors": Case(
        preamble.five_factors,
        preamble.describe_five_factors,
        {"b1": (-0.5, -3.0, 3.0), "w1": (1.5, -2.0, 2.0)},
    ),
    "five_factors, sigmoid": Case(
        preamble.five_factors,
        preamble.describe_five_factors,
        {"b1": (-0.5, -3.0, 3.0), "w1": (1.5, -2.0, 2.0)},
        {"activation": "sigmoid", "loss": "squared", "y": 0.0},
    ),
}

BAD = [
    ("five_factors", "b1", float("nan"), "nan"),
    ("five_factors", "activation", "swish", "'swish'"),
    ("five_factors", "loss", "hinge", "'hinge'"),
    ("five_factors", "x", (1, 2, 3), "(3,)"),
    ("five_factors", "y", 2, "2"),
    ("five_factors", "parameters", {"w11": 1}, "w11"),
]

WRONG_TYPE = [
    ("five_factors", "b1"),
]
