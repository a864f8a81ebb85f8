"""What the figures draw and say, against computations that share no code with them."""

import itertools
import math
import re

import autograd.numpy as anp
import numpy as np
import pytest
from autograd import grad
from scipy.signal import correlate2d
from sklearn.svm import OneClassSVM

from examlab.figures import article, gan, preamble, style
from examlab.figures.style import number
from examlab.hyperspectral.one_class import cloud
from examlab.networks.gan import build_discriminator
from examlab.networks.xor import xor_starts

XOR = {"starts": 300, "steps": 150, "alpha": 0.2, "random_state": 3}


def written(figure, axes):
    return [text.get_text() for text in figure.axes[axes].texts]


# Preamble


def loss(w11, b1, w1):
    """Return the cross-entropy of the example network, ReLU, written out with autograd's NumPy."""
    p, (x1, x2) = preamble.EXAMPLE, preamble.EXAMPLE_INPUT
    h1 = anp.maximum(w11 * x1 + p["w21"] * x2 + b1, 0)
    h2 = anp.maximum(p["w12"] * x1 + p["w22"] * x2 + p["b2"], 0)
    z = w1 * h1 + p["w2"] * h2 + p["b3"]
    return -anp.log(1 / (1 + anp.exp(-z)))


@pytest.mark.parametrize("b1", np.arange(-3, 3.1, 0.5))
@pytest.mark.parametrize("w1", [-2, -0.5, 0, 1, 2])
def test_the_product_is_the_slope_and_both_read_the_same(b1, w1):
    assert preamble.EXAMPLE_TARGET == 1
    slope = number(float(grad(loss)(preamble.EXAMPLE["w11"], b1, w1)), digits=3)
    words = preamble.describe_five_factors(b1=b1, w1=w1)
    assert words.endswith(f"finite difference is {slope}.")
    assert f"multiply to {slope}." in words or (slope == "0" and "exactly 0" in words)


def test_bars_are_the_factors_and_the_product():
    figure = preamble.five_factors(b1=0.6, w1=1)
    factors, results = ([bar.get_width() for bar in ax.patches] for ax in figure.axes)
    assert math.prod(factors) == pytest.approx(results[0])
    assert results[1] == pytest.approx(results[0], rel=1e-6)
    assert written(figure, 0) == [number(factor) for factor in factors]
    z1 = 0.6 + 0.55 * 1.5 - 0.4 * 0.5
    assert f"z₁ = {number(z1)}" in figure.axes[0].get_title("left")


def test_a_factor_beyond_the_axes_is_marked_and_written():
    figure = preamble.five_factors(b1=3, w1=-2)
    ax = figure.axes[0]
    y_hat = 1 / (1 + math.exp(-(-2 * (3 + 0.625) - 0.8 * 1.3 + 0.4)))
    assert written(figure, 0)[0] == number(-1 / y_hat)
    assert ax.patches[0].get_width() == ax.get_xlim()[0]
    heads = [line for line in ax.lines if line.get_marker() in "<>" and len(line.get_xdata())]
    assert [head.get_marker() for head in heads] == ["<"]


def test_the_corner_of_relu_is_admitted():
    assert "convention" in preamble.describe_five_factors(b1=-0.625, w1=1)
    assert "convention" not in preamble.describe_five_factors(b1=-0.6, w1=1)
    assert "convention" not in preamble.describe_five_factors(b1=-0.625, w1=1, activation="tanh")


# ReLU or LeakyReLU


@pytest.mark.parametrize("alpha", [0.01, 0.2, 0.5])
@pytest.mark.parametrize("z1", [-3, -0.5, 0, 0.5, 3])
def test_w11_receives_nothing_through_relu_on_the_negative_side(z1, alpha):
    figure = gan.relu_or_leaky(alpha=alpha, z1=z1)
    relu, leaky = (bar.get_width() for bar in figure.axes[2].patches)
    y_hat = 1 / (1 + math.exp(-(1.5 * 0.375 - 0.8 * 1.3 + 0.4)))  # the preamble's example
    others = (y_hat - 1) * 1.5 * 1.5
    assert leaky == pytest.approx(others * (1 if z1 > 0 else alpha))
    assert relu == (pytest.approx(others) if z1 > 0 else 0)
    assert (written(figure, 2)[0] == "0") == (z1 <= 0)
    assert ("convention" in gan.describe_relu_or_leaky(alpha=alpha, z1=z1)) == (z1 == 0)


def test_the_points_stand_on_their_curves():
    figure = gan.relu_or_leaky(alpha=0.3, z1=-2)
    points = [[tuple(np.ravel(line.get_data())) for line in ax.lines[-2:]] for ax in figure.axes[:2]]
    assert points == [[(-2, 0), (-2, pytest.approx(-0.6))], [(-2, 0), (-2, pytest.approx(0.3))]]


# XOR


def test_xor_bars_are_the_measured_shares():
    outcomes = [xor_starts(activation=name, **XOR) for name in ("relu", "leaky-relu", "tanh")]
    figure = gan.xor_bars(**XOR)
    for ax, silent in zip(figure.axes, (True, False), strict=True):
        expected = []
        for outcome in outcomes:
            group = [
                solved
                for units, solved in zip(outcome.silent_units, outcome.solved, strict=True)
                if (units > 0) == silent
            ]
            expected.append(100 * sum(group) / len(group))
        assert [bar.get_width() for bar in ax.patches] == pytest.approx(expected)
    assert "ReLU 0 %" in gan.describe_xor_bars(**XOR)


def test_a_group_without_starts_claims_nothing():
    words = [gan.describe_xor_bars(starts=1, steps=1, random_state=seed) for seed in range(3)]
    assert any("? %" in text for text in words)
    gan.xor_bars(starts=1, steps=1)


@pytest.mark.parametrize("step", [0, 7, 150])
def test_the_marked_step_is_the_measured_share(step):
    shares = [xor_starts(activation=name, **XOR).silent_share for name in ("relu", "leaky-relu")]
    points = gan.silent_units_over_time(step=step, **XOR).axes[0].lines[-2:]
    for share, point in zip(shares, points, strict=True):
        assert np.ravel(point.get_data()).tolist() == [step, pytest.approx(100 * share[step])]


# The loss and its slopes


@pytest.mark.parametrize("d", [0.01, 0.1, 0.5, 0.9, 0.99])
@pytest.mark.parametrize("kind", ["minimax", "non-saturating"])
def test_tangents_touch_the_curve_with_its_slope(d, kind):
    curve = {"minimax": lambda p: -anp.log(1 - p), "non-saturating": lambda p: -anp.log(p)}[kind]
    logit = math.log(d) - math.log(1 - d)
    along_s = grad(lambda s: curve(1 / (1 + anp.exp(-s))))(logit)
    figure = gan.loss_slope(d=d, loss=kind)
    for axes, (x, slope) in enumerate([(d, grad(curve)(d)), (logit, along_s)]):
        _curve, line, point = figure.axes[axes].lines
        (x0, x1), (y0, y1) = line.get_data()
        assert (y1 - y0) / (x1 - x0) == pytest.approx(slope)
        assert ((x0 + x1) / 2, (y0 + y1) / 2) == (pytest.approx(x, abs=1e-12), pytest.approx(curve(d)))
        assert np.ravel(point.get_data()).tolist() == [pytest.approx(x, abs=1e-12), pytest.approx(curve(d))]
        assert written(figure, axes)[0].endswith(f" {number(float(slope))}")
        assert number(float(slope)) in gan.describe_loss_slope(d=d, loss=kind)


# What a convolution reads, and what it learns


SMALL = [
    (size, kernel, stride, padding)
    for size, kernel, stride, padding in itertools.product((4, 6, 7, 8), (1, 2, 3, 5), (1, 2, 3), (0, 1, 2))
    if gan.why_not_read(size=size, kernel=kernel, stride=stride, padding=padding) is None
]


def cells(patch):
    """Return the upper left corners of the unit squares that a patch draws, from the image's first pixel."""
    corners = patch.get_path().vertices.reshape(-1, 5, 2)
    return {(int(y) - 2, int(x) - 2) for x, y in corners[:, 0] if x >= 0}


@pytest.mark.parametrize(("size", "kernel", "stride", "padding"), SMALL)
def test_pixels_read_are_those_that_change_the_output(size, kernel, stride, padding):
    inside = range(padding, padding + size)
    weights = np.ones((kernel, kernel))

    def output(row, column):
        image = np.zeros((size + 2 * padding,) * 2)
        image[row, column] = 1
        return correlate2d(image, weights, mode="valid")[::stride, ::stride]

    changes = {(y, x): output(y, x) for y in range(size + 2 * padding) for x in range(size + 2 * padding)}
    outputs = len(changes[0, 0])
    place = outputs**2 // 2 + 1
    position = {"size": size, "kernel": kernel, "stride": stride, "padding": padding, "place": place}
    ring, image, never, now = gan.pixels_read(**position).axes[0].patches[:4]
    here = {(y - padding, x - padding) for (y, x), out in changes.items() if out.ravel()[place - 1]}
    unread = {(y - padding, x - padding) for (y, x), out in changes.items() if not out.any()}
    pixels = {(y - padding, x - padding) for y in inside for x in inside}
    assert cells(image) == pixels and not cells(ring) & pixels
    assert len(cells(ring)) == (size + 2 * padding) ** 2 - size**2
    assert cells(now) == here & pixels
    assert cells(never) == unread
    words = gan.describe_pixels_read(**position)
    lost = len(unread & pixels)
    assert (f"{lost} pixel" in words) if lost else ("every pixel is read" in words)
    assert f"give {outputs}×{outputs}." in words


@pytest.mark.parametrize(
    ("setting", "reason"),
    [((4, 5, 1, 0), "does not fit"), ((4, 1, 1, 1), "nothing but zeros"), ((8, 2, 3, 2), "at most 1 pixel.")],
)
def test_settings_without_sense_are_refused_with_a_reason(setting, reason):
    position = dict(zip(("size", "kernel", "stride", "padding"), setting, strict=True))
    assert reason in gan.why_not_read(**position)
    with pytest.raises(ValueError, match="must be at most"):
        gan.pixels_read(**position)


def test_layer_tensors_are_the_exam_s():
    figure = gan.layer_tensors()
    bold = [text.get_text() for ax in figure.axes for text in ax.texts if text.get_weight() == "bold"]
    assert bold == ["32×32×1", "16×16×32", "8×8×64", "4096", "32", "1"]


def test_parameters_by_layer_are_the_entries_of_the_real_model():
    arrays = [array.size for array in build_discriminator(random_state=0).parameters.values()]
    layers = [weights + biases for weights, biases in zip(arrays[::2], arrays[1::2], strict=True)]
    figure = gan.parameters_by_layer(kernel=3, filters=32)
    bars = [10 ** bar.get_width() for bar in figure.axes[0].patches]
    assert bars == pytest.approx(layers)
    assert figure.axes[0].get_title("left").startswith(style.whole(sum(layers)))


def test_stride_moves_the_dense_layer_only():
    for filters, kernel in itertools.product((8, 32), (1, 3, 7)):
        at = [
            [bar.get_width() for bar in gan.parameters_by_layer(**position).axes[0].patches]
            for position in ({"kernel": kernel, "filters": filters, "stride": stride} for stride in (1, 2, 3))
        ]
        for one, two in itertools.pairwise(at):
            assert [a == b for a, b in zip(one, two, strict=True)] == [True, True, False, True]


# The boundary


@pytest.mark.parametrize(("sigma2", "nu"), [(0.2, 0.2), (1.0, 0.1), (6.5, 0.3)])
def test_the_boundary_separates_the_points_as_the_machine_does(sigma2, nu):
    X = cloud(n_samples=120, random_state=0)
    machine = OneClassSVM(gamma=1 / sigma2, nu=nu, tol=1e-8).fit(X)
    ax = article.boundary(sigma2=sigma2, nu=nu).axes[0]
    line = ax.patches[0].get_path().vertices[:, None]
    pixel = 1 / (ax.transData.transform((1, 0)) - ax.transData.transform((0, 0)))[0]
    angles = np.linspace(0, math.tau, 16, endpoint=False)
    around = line + 1.5 * pixel * np.column_stack([np.cos(angles), np.sin(angles)])
    signs = machine.decision_function(around.reshape(-1, 2)).reshape(len(around), -1) > 0
    assert np.all(signs.any(axis=1) & ~signs.all(axis=1))  # it decides both ways within two pixels
    inside, margin, outlier = (np.column_stack(line.get_data()) for line in ax.lines[::2])
    assert len(inside) + len(margin) + len(outlier) == len(X)
    assert len(margin) + len(outlier) == len(machine.support_)
    assert machine.decision_function(inside).min() > -1e-6
    assert machine.decision_function(outlier).max() < 1e-6
    words = article.describe_boundary(sigma2=sigma2, nu=nu)
    assert f"{len(inside)} inside, {len(margin)} on the margin, {len(outlier)} outliers" in words


@pytest.mark.parametrize("nu", article.NU_VALUES)
def test_the_boundary_turns_less_as_sigma2_grows(nu):
    curve, point = article.boundary(sigma2=1, nu=nu).axes[1].lines
    turns = np.asarray(curve.get_ydata())
    assert np.asarray(curve.get_xdata()).tolist() == list(article.SIGMA2_VALUES)
    assert turns[0] > 15 and turns[-1] == pytest.approx(1, abs=0.02)
    # Not at every step, but by far more often than not, and never back by much.
    assert np.sum(np.diff(turns) <= 0) >= 9 and np.max(turns[1:] / turns[:-1]) < 1.3
    assert np.ravel(point.get_data()).tolist() == [1, turns[article.SIGMA2_VALUES.index(1.0)]]


def test_sigma2_between_the_curve_s_points_stands_on_the_curve():
    curve, point = article.boundary(sigma2=0.27, nu=0.1).axes[1].lines
    assert np.ravel(point.get_data()).tolist() in np.column_stack(curve.get_data()).tolist()
    turns = re.search(r"([\d.]+) full turns", article.describe_boundary(sigma2=0.27, nu=0.1))
    assert turns[1] == number(point.get_ydata()[0], digits=1)


def test_the_words_that_a_palette_cannot_say_are_drawn_too():
    ax = article.boundary(sigma2=1, nu=0.1).axes[0]
    assert len({line.get_marker() for line in ax.lines}) == 3  # kinds differ by more than their colour
    one, two = gan.relu_or_leaky(alpha=0.1, z1=1).axes[0].lines[1:3]
    assert one.get_linewidth() > 2 * two.get_linewidth() and two.is_dashed()
    assert {bar.get_hatch() for bar in gan.xor_bars(**XOR).axes[0].patches} == {None, "///", ".."}
    assert style.DARK[style.PAPER] == "#121212"
