"""Samples and their squared deviations, against every sample there is and against a theorem."""

import itertools
import math
from fractions import Fraction

import numpy as np
import pytest

from examlab.hyperspectral.sampling import squared_deviations


def test_sums_are_those_of_the_samples_themselves():
    values = np.array([1e9 + 1, 1e9 + 4, 1e9 + 7.5])  # two values leave (a - b)²/2
    sums = squared_deviations(values, [1, 2], draws=1000, random_state=0)
    assert (sums[0] == 0).all()
    assert set(sums[1].tolist()) == {0.0, 4.5, 6.125, 21.125}


@pytest.mark.parametrize("n", [2, 3, 5])
def test_the_mean_is_that_of_all_samples_there_are(n):
    values = [0, 1, 1, 7]
    samples = list(itertools.product(map(Fraction, values), repeat=n))
    total = sum(sum((x - sum(sample) / n) ** 2 for x in sample) for sample in samples)
    exact = total / len(samples)
    assert exact == (n - 1) * Fraction(
        *np.var(values).as_integer_ratio()
    )  # the theorem: n - 1 times the variance
    sums = squared_deviations(values, [n], draws=200_000, random_state=1)[0]
    assert abs(sums.mean() - float(exact)) < 5 * sums.std() / math.sqrt(sums.size)


def test_a_larger_sample_continues_the_smaller_one():
    both = squared_deviations(range(10), [3, 6], draws=50, random_state=2)
    assert (both[1] >= both[0]).all() and (
        both[0] == squared_deviations(range(10), [3], draws=50, random_state=2)
    ).all()


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"values": []}, "values must hold at least one number"),
        ({"values": [[1, 2]]}, r"values must have shape \(any,\), got shape \(1, 2\)"),
        ({"values": [1, np.nan]}, "values must hold numbers in .* got nan"),
        ({"sizes": []}, r"sizes must hold increasing whole numbers, got \[\]"),
        ({"sizes": [3, 3]}, r"sizes must hold increasing whole numbers, got \[3, 3\]"),
        ({"sizes": [1, 3, 2]}, r"sizes must hold increasing whole numbers, got \[1, 3, 2\]"),
        ({"sizes": [0]}, "sizes must be a whole number, 1 or more, got 0"),
        ({"sizes": [1_000_001]}, "sizes must be a whole number, 1000000 or less, got 1000001"),
        ({"draws": 0}, "draws must be a whole number, 1 or more, got 0"),
    ],
)
def test_bad_arguments_are_named(options, message):
    arguments = {"values": [1, 2], "sizes": [2], "draws": 5} | options
    with pytest.raises(ValueError, match=message):
        squared_deviations(arguments.pop("values"), arguments.pop("sizes"), **arguments)
