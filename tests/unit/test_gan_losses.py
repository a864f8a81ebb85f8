"""The two players' losses and their slopes, against automatic differentiation and scikit-learn's log loss."""

import math

import autograd.numpy as anp
import numpy as np
import pytest
from autograd import elementwise_grad
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import log_loss

from examlab.networks import gan
from examlab.networks.gan import KINDS

D = np.linspace(0.001, 0.999, 501)
S = np.linspace(-15, 15, 501)
IN_D = {"minimax": lambda d: anp.log(1 - d), "non-saturating": lambda d: -anp.log(d)}
logits = st.floats(-1e30, 1e30)
inner = st.floats(1e-6, 1 - 1e-6)
kinds = st.sampled_from(KINDS)


def probability(s):
    return 1 / (1 + anp.exp(-s))


def test_the_discriminator_side_against_automatic_differentiation():
    def in_d(d):
        return -anp.log(1 - d)

    def in_s(s):
        return in_d(probability(s))

    np.testing.assert_allclose(gan.fake_loss(D), in_d(D))
    np.testing.assert_allclose(gan.fake_loss_slope(D), elementwise_grad(in_d)(D))
    np.testing.assert_allclose(gan.fake_loss_logit(S), in_s(S), rtol=1e-8)
    np.testing.assert_allclose(gan.fake_loss_logit_slope(S), elementwise_grad(in_s)(S), rtol=1e-8)


@pytest.mark.parametrize("kind", KINDS)
def test_the_generator_side_against_automatic_differentiation(kind):
    def in_s(s):
        return IN_D[kind](probability(s))

    np.testing.assert_allclose(gan.generator_curve(D, kind=kind), IN_D[kind](D))
    np.testing.assert_allclose(gan.generator_slope(D, kind=kind), elementwise_grad(IN_D[kind])(D))
    np.testing.assert_allclose(gan.generator_curve_logit(S, kind=kind), in_s(S), rtol=1e-8)
    np.testing.assert_allclose(gan.generator_slope_logit(S, kind=kind), elementwise_grad(in_s)(S), rtol=1e-8)


@given(d=inner, kind=kinds)
def test_the_slope_in_the_logit_is_the_slope_in_d_times_d_times_one_minus_d(d, kind):
    s, factor = math.log(d) - math.log1p(-d), d * (1 - d)
    assert gan.fake_loss_logit_slope(s) == pytest.approx(float(gan.fake_loss_slope(d)) * factor)
    slope = float(gan.generator_slope(d, kind=kind)) * factor
    assert gan.generator_slope_logit(s, kind=kind) == pytest.approx(slope)


@given(d=inner, kind=kinds)
def test_against_central_differences(d, kind):
    step = 1e-4 * min(d, 1 - d)
    for curve, slope in (
        (gan.fake_loss, gan.fake_loss_slope(d)),
        (lambda v: gan.generator_curve(v, kind=kind), gan.generator_slope(d, kind=kind)),
    ):
        assert (curve(d + step) - curve(d - step)) / (2 * step) == pytest.approx(float(slope), rel=1e-5)


@given(s=logits, kind=kinds)
def test_slopes_in_the_logit_stay_within_one_and_nothing_overflows(s, kind):
    with np.errstate(over="raise", invalid="raise", divide="raise"):
        assert 0 <= gan.fake_loss_logit_slope(s) <= 1
        assert -1 <= gan.generator_slope_logit(s, kind=kind) <= 0
        assert np.isfinite(gan.fake_loss_logit(s))
        assert np.isfinite(gan.generator_curve_logit(s, kind=kind))


def test_what_vanishes_early_and_what_does_not():
    assert gan.fake_loss_slope(0) == 1
    assert gan.fake_loss_logit_slope(-50) < 1e-20
    assert gan.generator_slope_logit(-50, kind="minimax") > -1e-20
    assert gan.generator_slope_logit(-50, kind="non-saturating") == pytest.approx(-1)


def test_the_ends_that_are_allowed_give_a_plain_zero():
    ends = [
        gan.fake_loss(0),
        gan.generator_curve(0, kind="minimax"),
        gan.generator_curve(1, kind="non-saturating"),
    ]
    for value in [*ends, gan.generator_curve_logit(-1000, kind="minimax")]:
        assert value == 0
        assert not np.signbit(value)


def test_small_probabilities_keep_their_digits():
    assert gan.fake_loss(1e-18) == 1e-18
    assert gan.generator_curve(1e-18, kind="minimax") == -1e-18
    assert gan.fake_loss_logit(-60) == pytest.approx(math.exp(-60), rel=1e-12, abs=0)


@pytest.mark.parametrize("seed", range(5))
def test_mean_losses_against_log_loss(seed):
    rng = np.random.default_rng(seed)
    real, fake = rng.normal(1, 3, size=30), rng.normal(-1, 3, size=(10, 2))
    on_real = log_loss(np.ones(30), probability(real), labels=[0, 1])
    on_fake = log_loss(np.zeros(20), probability(fake.ravel()), labels=[0, 1])
    assert gan.discriminator_loss(real, fake) == pytest.approx(on_real + on_fake)
    assert gan.generator_loss(fake, kind="minimax") == pytest.approx(-on_fake)
    fooled = log_loss(np.ones(20), probability(fake.ravel()), labels=[0, 1])
    assert gan.generator_loss(fake) == pytest.approx(fooled)


def test_the_fused_losses_stand_where_single_precision_gives_up():
    s = np.float32(200)
    with np.errstate(divide="ignore", over="ignore"):
        assert np.isinf(-np.log(1 - probability(s)))
    assert gan.fake_loss_logit(s) == 200
    assert gan.discriminator_loss(np.float32([-200]), np.float32([200])) == 400
    assert gan.generator_loss(np.float32([-200])) == 200


@pytest.mark.parametrize(
    "function",
    [gan.fake_loss, gan.fake_loss_slope, gan.fake_loss_logit, gan.fake_loss_logit_slope]
    + [
        lambda v, f=f, kind=kind: f(v, kind=kind)
        for kind in KINDS
        for f in (
            gan.generator_curve,
            gan.generator_slope,
            gan.generator_curve_logit,
            gan.generator_slope_logit,
        )
    ],
)
def test_shape_and_precision_are_kept_and_bad_numbers_refused(function):
    values = np.array([[0.25, 0.5, 0.75]])
    assert function(values).shape == (1, 3)
    assert function(values).dtype == np.float64
    assert function(values.astype(np.float32)).dtype == np.float32
    np.testing.assert_allclose(function(values.astype(np.float32)), function(values), rtol=1e-5)
    for bad, error in ((math.nan, ValueError), (math.inf, ValueError), ([], ValueError), ("0", TypeError)):
        with pytest.raises(error, match=r"^[ds] must "):
            function(bad)


@pytest.mark.parametrize(
    ("call", "allowed"),
    [
        (lambda: gan.fake_loss(1.0), r"\[0, 1\) only, got 1.0"),
        (lambda: gan.fake_loss_slope(np.float32(1 - 1e-8)), r"\[0, 1\) only, got 1.0"),
        (lambda: gan.fake_loss(-0.1), r"\[0, 1\) only, got -0.1"),
        (lambda: gan.generator_curve(1.0, kind="minimax"), r"\[0, 1\) only, got 1.0"),
        (lambda: gan.generator_slope([0.5, 1.0], kind="minimax"), r"\[0, 1\) only, got 1.0"),
        (lambda: gan.generator_curve(0.0, kind="non-saturating"), r"\(0, 1\] only, got 0.0"),
        (lambda: gan.generator_slope(1.1, kind="non-saturating"), r"\(0, 1\] only, got 1.1"),
    ],
)
def test_probabilities_outside_the_interval_are_refused(call, allowed):
    with pytest.raises(ValueError, match=f"^d must hold numbers in {allowed}"):
        call()


def test_bad_kinds_and_batches_are_refused():
    for call in (
        lambda: gan.generator_loss([0.0], kind="wasserstein"),
        lambda: gan.generator_curve(0.5, kind="wasserstein"),
        lambda: gan.generator_slope_logit(0.5, kind="wasserstein"),
    ):
        with pytest.raises(ValueError, match="kind must be one of 'non-saturating', 'minimax', got 'wasser"):
            call()
    with pytest.raises(ValueError, match=r"^real_logits must .*empty"):
        gan.discriminator_loss([], [0.0])
    with pytest.raises(ValueError, match=r"^fake_logits must .*nan"):
        gan.discriminator_loss([0.0], [math.nan])
