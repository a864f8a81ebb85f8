"""Standardising and spectral angles, against libraries, exact arithmetic and theorems."""

from __future__ import annotations

import math
import statistics
import tracemalloc
from fractions import Fraction

import numpy as np
import pytest
import spectral
from hypothesis import assume, given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from sklearn.preprocessing import StandardScaler

from examlab.hyperspectral.spectra import spectral_angle, spectral_angle_similarity, standardize

BANDS = 5
ORDINARY = st.floats(-1e3, 1e3).filter(lambda x: x == 0 or abs(x) > 1e-6)
GAINS = st.floats(1e-6, 1e6)


def spectra(rows, elements=ORDINARY):
    return arrays(np.float64, (rows, BANDS), elements=elements).filter(lambda X: X.any(axis=1).all())


def test_angles_agree_with_spectral_python():
    rng = np.random.default_rng(0)
    X, Y = rng.normal(size=(60, 103)), rng.normal(size=(7, 103))
    theirs = spectral.spectral_angles(X[None], Y)[0]  # (rows, columns, bands) and (members, bands)
    assert np.allclose(spectral_angle(X, Y), theirs, rtol=1e-13)


@given(spectra(3), spectra(2), GAINS)
def test_a_gain_changes_nothing_and_a_negative_one_turns_round(X, Y, gain):
    angle = spectral_angle(X, Y)
    assert np.allclose(spectral_angle(gain * X, Y), angle, atol=1e-14)
    assert np.allclose(spectral_angle(X, -gain * Y), np.pi - angle, atol=1e-14)


@given(spectra(3))
def test_angles_are_a_distance_between_directions(X):
    angle = spectral_angle(X, X)
    assert (angle == angle.T).all() and (np.diag(angle) == 0).all()
    assert angle.min() >= 0 and angle.max() <= np.pi
    assert angle[0, 2] <= angle[0, 1] + angle[1, 2] + 1e-14


@given(spectra(2))
def test_both_bounds_are_reached_exactly(X):
    assert (np.diag(spectral_angle(X, 2 * X)) == 0).all()
    assert (np.diag(spectral_angle(X, -X)) == np.pi).all()
    assert (np.diag(spectral_angle_similarity(X, -X)) == 1 - np.pi).all()
    assert (np.diag(spectral_angle_similarity(X, X)) == 1).all()


@given(spectra(2, st.floats(0, 1e3)))
def test_spectra_that_are_never_negative_lie_within_a_right_angle(X):
    assert spectral_angle(X, X).max() <= np.pi / 2 + 1e-15


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_the_cosine_never_leaves_its_interval(dtype):
    X = np.random.default_rng(1).uniform(0.01, 0.6, size=(1000, 103)).astype(dtype)
    U = X / np.linalg.norm(X, axis=1, keepdims=True)
    assert ((U * U).sum(axis=1) > 1).any()  # here arccos would give NaN
    assert (np.diag(spectral_angle(X[:200], X[:200])) == 0).all()
    assert np.isfinite(spectral_angle(U, U[:3])).all()


@pytest.mark.parametrize("size", [1, 1e-3, 1e-6, 1e-9, 1e-12])
def test_small_angles_against_exact_arithmetic(size):
    rng = np.random.default_rng(7)
    X = rng.uniform(0.1, 1, size=(20, 103))
    Y = X * (1 + size * rng.uniform(-0.5, 0.5, X.shape))
    exact = []
    for x, y in zip(X.tolist(), Y.tolist(), strict=True):
        xx, yy, xy = (
            sum(Fraction(a) * Fraction(b) for a, b in zip(*ends, strict=True))
            for ends in ((x, x), (y, y), (x, y))
        )
        exact.append(math.asin(math.sqrt(1 - xy * xy / (xx * yy))))
    ours = np.array([spectral_angle([x], [y])[0, 0] for x, y in zip(X, Y, strict=True)])
    assert np.abs(ours - exact).max() < 1e-15
    cosine = (X * Y).sum(axis=1) / np.linalg.norm(X, axis=1) / np.linalg.norm(Y, axis=1)
    if size <= 1e-6:  # what the textbook's formula makes of it
        assert np.abs(np.arccos(np.clip(cosine, -1, 1)) - exact).max() > 1e-12


@pytest.mark.parametrize("scale", [5e-324, 1e-300, 1e-160, 1e160, 1e308])
def test_neither_huge_nor_tiny_spectra_overflow_or_vanish(scale):
    assert math.isclose(spectral_angle([[scale, 0]], [[scale, scale]])[0, 0], math.pi / 4, rel_tol=1e-15)


def test_whole_numbers_and_short_floats_are_taken_exactly():
    X = np.random.default_rng(2).integers(1, 8000, size=(20, BANDS))
    assert (spectral_angle(X.astype(np.uint16), X) == spectral_angle(X.astype(float), X)).all()
    assert (spectral_angle(X.astype(np.float32), X) == spectral_angle(X.astype(float), X)).all()


def test_a_scene_against_nine_spectra_needs_little_memory():
    X = np.random.default_rng(3).uniform(size=(42_776, 103)).astype(np.float32)
    tracemalloc.start()
    assert spectral_angle(X, X[:9]).shape == (42_776, 9)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 6 * X.nbytes  # all pairs in all bands at once would be 18 times X


@given(arrays(np.float64, (6, 3), elements=ORDINARY))
def test_standardize_agrees_with_the_standard_library(X):
    for column, ours in zip(X.T, standardize(X).T, strict=True):
        sigma = statistics.stdev([Fraction(x) for x in column])
        mu = statistics.mean(Fraction(x) for x in column)
        expected = [float(Fraction(x) - mu) / sigma if sigma else 0 for x in column]
        assert np.allclose(ours, expected, rtol=1e-12, atol=1e-12)


def test_standardize_is_the_scaler_of_scikit_learn_but_for_n_minus_one():
    X = np.random.default_rng(4).normal(3, 7, size=(50, 40))
    theirs = StandardScaler().fit_transform(X) * math.sqrt(49 / 50)
    assert np.allclose(standardize(X), theirs, rtol=1e-12)


@given(arrays(np.float64, (4, 3), elements=st.floats(-1e3, 1e3)), GAINS, st.floats(-1e3, 1e3))
def test_unit_and_origin_of_a_band_do_not_matter(X, gain, offset):
    spread = X.max(axis=0) - X.min(axis=0)
    assume((spread > 1e-3).all())
    assert np.allclose(standardize(gain * X + offset), standardize(X), atol=1e-8 * max(1, 1 / gain))


@pytest.mark.parametrize("value", [0.1, 1 / 3, 1e-310, -1e300])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_a_constant_band_becomes_zero_and_not_noise(value, dtype):
    with np.errstate(over="ignore"):
        value = np.nan_to_num(np.asarray(value, dtype))
    X = np.column_stack([np.full(1001, value), np.arange(1001, dtype=dtype)])
    Z = standardize(X)
    assert (Z[:, 0] == 0).all() and math.isclose(Z[:, 1].std(ddof=1), 1, rel_tol=1e-6)


@pytest.mark.parametrize("scale", [5e-324, 1e-200, 1e200, 1e308])
def test_standardize_neither_overflows_nor_vanishes(scale):
    assert np.allclose(standardize([[0.0], [scale]]), [[-math.sqrt(0.5)], [math.sqrt(0.5)]], rtol=1e-15)


def test_a_band_that_varies_little_is_standardized_all_the_same():
    X = 1e9 + np.random.default_rng(5).integers(0, 2**10, size=(1000, 1)) * 2.0**-20
    Z = standardize(X)
    assert abs(Z.mean()) < 1e-14 and math.isclose(Z.std(ddof=1), 1, rel_tol=1e-12)


def test_standardize_keeps_precision_and_its_argument():
    for dtype, kept in ((np.float32, np.float32), (np.float64, np.float64), (np.uint16, np.float64)):
        X = np.arange(12).reshape(4, 3).astype(dtype)
        before = X.copy()
        assert standardize(X).dtype == kept and (before == X).all()


BAD = [
    ([[1, np.nan]], "X must hold numbers in .* got nan"),
    ([[1, np.inf]], "X must hold numbers in .* got inf"),
    (np.empty((0, 2)), "X must hold at least one number"),
    ([1, 2], "X must have shape .* got shape"),
    ([[1, 2], [3]], "X must be an array"),
]


@pytest.mark.parametrize(("X", "message"), BAD)
def test_bad_spectra_are_named(X, message):
    with pytest.raises(ValueError, match=message):
        spectral_angle(X, [[1, 2]])
    with pytest.raises(ValueError, match=message.replace("X", "Y", 1)):
        spectral_angle_similarity([[1, 2]], X)
    with pytest.raises(ValueError, match=message):
        standardize(X)


def test_what_has_no_angle_or_no_deviation_is_named():
    with pytest.raises(
        ValueError, match=r"X must hold no spectrum that is zero.* got 2 of them, the first in row 1"
    ):
        spectral_angle([[1, 2], [0, 0], [0, 0]], [[1, 2]])
    with pytest.raises(ValueError, match=r"Y must hold no spectrum that is zero.* row 0"):
        spectral_angle([[1, 2]], [[0.0, -0.0]])
    with pytest.raises(ValueError, match=r"Y must have shape \(any, 2\), got shape \(1, 3\)"):
        spectral_angle([[1, 2]], [[1, 2, 3]])
    with pytest.raises(ValueError, match=r"X must hold two pixels or more.* got 1"):
        standardize([[1, 2]])
    with pytest.raises(TypeError, match="X must hold real numbers"):
        standardize([["a", "b"]])
