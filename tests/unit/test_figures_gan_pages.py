"""What the figures of questions 1 and 5 and of the opener draw and say, against computations of their own."""

import math
import re
from fractions import Fraction

import numpy as np
import pytest
from scipy.special import expit
from sklearn.metrics import confusion_matrix

from examlab.figures import gan, style
from examlab.figures.style import number
from examlab.networks.real_or_noise import fit_discriminator, real_and_noise


def written(figure, axes):
    return [text.get_text() for text in figure.axes[axes].texts]


def line(figure, axes, colour):
    """Return the longest line of a colour."""
    lines = [line for line in figure.axes[axes].lines if line.get_color() == colour]
    return max(lines, key=lambda line: len(line.get_xdata())).get_xydata()


# Question 1


@pytest.mark.parametrize(("z", "threshold", "real"), [(1, 0.73, True), (1, 0.74, False), (0, 0.5, True)])
def test_the_verdict_is_the_comparison(z, threshold, real):
    title = gan.logit_and_threshold(z=z, threshold=threshold).axes[0].get_title("left")
    words = gan.describe_logit_and_threshold(z=z, threshold=threshold)
    assert title.endswith(": real" if real else ": not real")
    assert ("called real" in words) is real and ("called not real" in words) is not real


def test_the_shade_begins_where_the_curve_crosses_the_threshold():
    figure = gan.logit_and_threshold(z=0, threshold=0.9)
    (shade,) = figure.axes[0].patches
    assert 1 / (1 + math.exp(-shade.get_x())) == pytest.approx(0.9)


@pytest.mark.parametrize("shift", [-6, 0, 2.5])
def test_two_neurons_and_one_have_bars_of_the_same_length(shift):
    logits, shares = gan.softmax_pair(z=1.5, shift=shift).axes
    assert [bar.get_width() for bar in logits.patches] == pytest.approx([shift, shift + 1.5])
    false, real, one = (bar.get_width() for bar in shares.patches)
    assert real == pytest.approx(one) == pytest.approx(1 / (1 + math.exp(-1.5)))
    assert false == pytest.approx(1 - real)


@pytest.mark.parametrize("threshold", [0.05, 0.5, 0.9])
def test_mistakes_are_those_that_scikit_learn_counts(threshold):
    data = real_and_noise()
    model = fit_discriminator(data.X, data.y)
    called_real = model.predict_proba(data.X_held_out)[:, 1] >= threshold
    (noise, let_through), (refused, digits) = confusion_matrix(data.y_held_out, called_real)
    shares = 100 * refused / (refused + digits), 100 * let_through / (noise + let_through)
    figure = gan.held_out_logits(threshold=threshold)
    assert [bar.get_width() for bar in figure.axes[1].patches] == pytest.approx(shares)
    words = gan.describe_held_out_logits(threshold=threshold)
    assert f"refuses {number(shares[0], digits=1)} % of the {refused + digits} digits" in words
    # Every held-out image is in the histograms.
    heights = [step.get_data().values for step in figure.axes[0].patches]
    assert [int(abs(values.sum())) for values in heights] == [refused + digits, noise + let_through]


# Question 5


@pytest.mark.parametrize("nines", range(9))
def test_slopes_near_one_are_exact(nines):
    d = 1 - Fraction(1, 10**nines)
    words = gan.describe_slope_near_one(nines=nines)
    assert f"is {number(float(1 / (1 - d)))} along d" in words
    assert f"but {number(float(d), digits=max(2, nines)) if d else 0} along the logit" in words


@pytest.mark.parametrize("s", [14, 16.5, 16.63, 16.64, 17.25, 19])
def test_steps_in_single_precision_against_whole_numbers(s):
    # Without floats: exp(-s) in units of the spacing above 1, rounded to the nearest whole number.
    units = round(math.exp(-s) * 2**23)
    words = gan.describe_fused_or_not(s=s)
    figure = gan.fused_or_not(s=s)
    if units == 0:
        assert "loss is ∞" in words and "not a number" in words
        assert "NaN" in written(figure, 2)
    else:
        d = Fraction(2**23, 2**23 + units)
        rest = 1 - Fraction(round(d * 2**24), 2**24)
        assert f"in steps the loss {number(-math.log(rest), digits=3)} " in words
        assert "NaN" not in written(figure, 2)
    assert f"Fused, the loss is {number(math.log1p(math.exp(s)), digits=3)}" in words


def test_the_dashed_lines_end_where_the_shade_begins():
    figure = gan.fused_or_not(s=16)
    for axes in (0, 1):
        (shade,) = figure.axes[axes].patches
        last = line(figure, axes, style.ORANGE)[-1, 0]
        assert shade.get_x() - 0.02 < last < shade.get_x() == pytest.approx(24 * math.log(2))


@pytest.mark.parametrize("eta", [0.1, 0.4])
def test_paths_are_powers_of_a_complex_number(eta):
    figure = gan.two_players(eta=eta, step=30)
    spiral = (1 + 1j * eta) ** np.arange(31)
    np.testing.assert_allclose(
        line(figure, 0, style.BLUE), np.stack([spiral.real, spiral.imag], axis=1), atol=1e-12
    )
    distance = number(abs(spiral[-1]))
    assert distance in figure.axes[0].get_title("left")
    assert f"at once are {distance} away" in gan.describe_two_players(eta=eta, step=30)
    x, y = line(figure, 1, style.ORANGE).T
    np.testing.assert_allclose(x**2 + y**2 - eta * x * y, 1)


def test_a_place_outside_the_plane_is_not_marked_but_told():
    figure = gan.two_players(eta=0.4, step=40)
    markers = [line for line in figure.axes[0].lines if line.get_marker() == "o"]
    assert [len(line.get_xdata()) for line in markers] == [0]
    assert figure.axes[0].get_title("left").endswith(number(1.16**20))


# The opener


@pytest.mark.parametrize("d", [0, 0.25, 0.5, 1])
def test_pulls_are_the_slopes_of_the_two_losses(d):
    s = np.array([math.log(d / (1 - d)) if 0 < d < 1 else math.copysign(50, d - 0.5)])
    step = 1e-5
    up = (np.logaddexp(0, -(s - step)) - np.logaddexp(0, -(s + step))) / (2 * step)
    down = (np.logaddexp(0, s + step) - np.logaddexp(0, s - step)) / (2 * step)
    words = gan.describe_forger_and_detective(d=d)
    strengths = [
        float(found.replace("·10", "e").split("e")[0]) for found in re.findall(r"strength ([\d.]*\d)", words)
    ]
    assert strengths == pytest.approx([up[0], down[0]], abs=0.006)
    assert expit(s)[0] == pytest.approx(d, abs=1e-9)


def test_a_forgery_differs_from_the_real_picture_until_it_convinces():
    def pixels(d):
        shapes = [
            patch for patch in gan.forger_and_detective(d=d).axes[0].patches if len(patch.get_path()) > 40
        ]
        return [len(shape.get_path()) for shape in shapes]

    for d in (0.5, 1):
        real, forged = pixels(d)
        assert real == forged
    real, forged = pixels(0)
    assert real != forged
