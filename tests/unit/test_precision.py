"""The fused and the unfused loss: where floating point breaks the steps, and only there."""

import autograd.numpy as anp
import numpy as np
import pytest
from autograd import elementwise_grad
from hypothesis import given
from hypothesis import strategies as st

from examlab.networks import losses
from examlab.networks.precision import PRECISIONS, rounding_logit, step_by_step

precisions = st.sampled_from(PRECISIONS)
each_precision = pytest.mark.parametrize("precision", PRECISIONS)


def first_infinite_logit(precision):
    """Return the first number of a precision at which the loss is infinite, found by trying."""
    kind = np.dtype(precision).type
    finite, infinite = kind(1), kind(100)
    while (middle := kind((finite + infinite) / kind(2))) not in (finite, infinite):
        if np.isinf(step_by_step(middle, precision=precision).loss):
            infinite = middle
        else:
            finite = middle
    return infinite


@each_precision
def test_it_breaks_where_the_precision_says(precision):
    found = first_infinite_logit(precision)
    # exp itself is rounded: the place is known to a few neighbours.
    assert abs(float(found) - rounding_logit(precision=precision)) <= 2 * float(np.spacing(found))


@pytest.mark.parametrize(("precision", "bits"), [("float32", 24), ("float64", 53)])
def test_the_place_is_the_number_of_bits_times_log_2(precision, bits):
    assert rounding_logit(precision=precision) == pytest.approx(bits * np.log(2), rel=1e-15)


@given(precision=precisions, share=st.floats(0, 0.999))
def test_before_that_place_the_steps_agree_with_the_fused_slope(precision, share):
    s = np.dtype(precision).type(share * rounding_logit(precision=precision))
    found = step_by_step(s, precision=precision)
    assert np.isfinite(found.loss)
    exact = losses.fake_loss_logit_slope(np.float64(s))
    assert float(found.slope) == pytest.approx(float(exact), rel=8 * float(np.finfo(precision).eps))


@given(precision=precisions, beyond=st.floats(1.001, 100))
def test_from_that_place_on_the_steps_are_infinite_and_nan_while_the_fused_ones_are_right(precision, beyond):
    s = np.asarray(beyond * rounding_logit(precision=precision), dtype=precision)
    found = step_by_step(s, precision=precision)
    assert (found.d, found.loss, found.slope_in_d, found.d_slope) == (1, np.inf, np.inf, 0)
    assert np.isnan(found.slope)
    loss, slope = losses.fake_loss_logit(s), losses.fake_loss_logit_slope(s)
    assert loss.dtype == slope.dtype == np.dtype(precision)
    eps = float(np.finfo(precision).eps)
    assert float(loss) == pytest.approx(float(np.logaddexp(np.longdouble(0), np.longdouble(s))), rel=2 * eps)
    assert slope == 1


def test_the_steps_in_float64_against_automatic_differentiation():
    def loss(s):
        return -anp.log(1 - 1 / (1 + anp.exp(-s)))

    s = np.linspace(-20, 20, 401)
    found = step_by_step(s, precision="float64")
    np.testing.assert_allclose(found.loss, loss(s), rtol=1e-12)
    np.testing.assert_allclose(found.slope, elementwise_grad(loss)(s), rtol=1e-6)
    np.testing.assert_allclose(found.d_slope, elementwise_grad(lambda s: 1 / (1 + anp.exp(-s)))(s), rtol=1e-6)


def test_just_before_it_breaks_the_unfused_loss_has_lost_its_digits():
    s = np.float32(16.5)
    exact = np.logaddexp(np.longdouble(0), np.longdouble(s))
    assert abs(step_by_step(s).loss - exact) > 0.1
    assert abs(losses.fake_loss_logit(s) - exact) < 2e-6


def test_precision_is_kept_and_shape_too():
    for precision in PRECISIONS:
        found = step_by_step(np.zeros((2, 3)), precision=precision)
        assert {part.dtype for part in found} == {np.dtype(precision)}
        assert {part.shape for part in found} == {(2, 3)}


@pytest.mark.parametrize("s", [float("nan"), float("inf"), []])
def test_a_bad_logit_is_named(s):
    with pytest.raises(ValueError, match=r"^s must"):
        step_by_step(s)


def test_a_bad_precision_is_named():
    for function in (rounding_logit, lambda precision: step_by_step(0.0, precision=precision)):
        with pytest.raises(ValueError, match=r"^precision must be one of .*got 'float8'"):
            function(precision="float8")
        with pytest.raises(TypeError, match=r"^precision must"):
            function(precision=np.float32)
