"""What the figures of trainings draw and say, against the numbers that they were given."""

from __future__ import annotations

import re
from functools import cache

import numpy as np
import pytest
from matplotlib.figure import Figure

from examlab.figures import gan, pictures, style
from examlab.networks import gan as networks
from examlab.networks.activation_study import COMBINATIONS, PENALTIES, stored_study
from examlab.networks.digits import load_digits_8x8
from examlab.networks.history import History
from examlab.networks.scores import Scores

STUDY = stored_study()


@cache
def history(steps=250) -> History:
    """Return a history whose curves are straight lines."""
    line = np.arange(1.0, steps + 1)
    rng = np.random.default_rng(0)
    return History(
        discriminator_loss=line,
        generator_loss=line,
        d_real=1 - line / 1000,
        d_fake=line / 1000,
        discriminator_gradient_norm=10 * line,
        generator_gradient_norm=line,
        snapshot_steps=np.array([0, 50, steps]),
        snapshots=rng.uniform(-1, 1, (3, 50, 8, 8, 1)),
        generator=networks.build_digit_generator(random_state=0),
        state={},
    )


def texts(figure: Figure, axes: int) -> str:
    return "\n".join(text.get_text() for text in figure.axes[axes].texts)


# ---- A training


@pytest.mark.parametrize(("step", "index"), [(0, 0), (50, 1), (250, 2)])
@pytest.mark.parametrize("narrow", [False, True])
def test_the_samples_are_those_of_the_step(step, index, narrow):
    figure = gan.samples_by_step(history=history(), step=step, narrow=narrow)
    drawn = figure.axes[0].images[0].get_array()
    assert (drawn == pictures.compose(history().snapshots[index][:40], columns=8)).all()


def test_the_curves_stand_where_the_means_are():
    figure = gan.samples_by_step(history=history(), step=50)
    real, fake = (line for line in figure.axes[1].lines if len(line.get_xdata()) > 2)
    for line, sign in ((real, -1), (fake, 1)):
        x, y = line.get_data()
        assert len(x) == 100 and np.allclose(y, (sign < 0) + sign * x / 1000)
        assert (x.min(), x.max()) == (2, 249.5), "the middle of the first and of the last piece"
    assert "D(x): 0.95" in texts(figure, 1) and "D(G(z)): 0.05" in texts(figure, 1)


def test_gradient_norms_are_those_of_each_network():
    other = history(100)
    figure = gan.gradient_norms(histories={"minimax": history(), "non-saturating": other}, step=80)
    for panel, factor in ((0, 1), (1, 10)):
        for line in (line for line in figure.axes[panel].lines if len(line.get_xdata()) > 2):
            x, y = line.get_data()
            assert np.allclose(y, factor * x)
        assert len(re.findall(rf": {80 * factor}", texts(figure, panel))) == 2
    words = gan.describe_gradient_norms(histories={"minimax": history()}, step=80)
    assert "minimax: 80.00 for the generator and 800 for the discriminator" in words


def test_an_interrupted_training_can_be_drawn():
    with pytest.warns(UserWarning, match="interrupted after 25 of 40 steps"):
        short = networks.train(
            load_digits_8x8()[0],
            generator=networks.build_digit_generator(random_state=0),
            discriminator=networks.build_digit_discriminator(random_state=1),
            steps=40,
            snapshots=5,
            random_state=0,
            progress=interrupt_after(25),
        )
    assert short.interrupted and short.steps == 25
    last = int(short.snapshot_steps[-1])
    assert last == 20
    assert gan.samples_by_step(history=short, step=last).axes
    assert gan.gradient_norms(histories={"minimax": short}, step=25).axes


def interrupt_after(steps):
    def told(done, of):
        if done == steps:
            raise KeyboardInterrupt

    return told


# ---- Scores


def test_bars_are_the_shares():
    shares = np.array([0.05, 0.15, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.2, 0.0])
    figure = gan.class_shares(shares={"generated": shares})
    assert np.allclose([bar.get_width() for bar in figure.axes[0].patches], 100 * shares)
    assert any(np.allclose(line.get_xdata(), 10) for line in figure.axes[0].lines), "an equal share"
    words = gan.describe_class_shares(shares={"generated": shares})
    assert "from 0 % (digit 9) to 20 % (digit 8)" in words


def test_pairs_stand_above_each_other_and_medians_on_their_curves():
    images = load_digits_8x8()[0]
    figure = gan.nearest_images(
        samples=images[:3], neighbours=images[3:6], distances=[0.1, 0.2, 0.6], reference=[0.3, 0.3, 0.4]
    )
    drawn = figure.axes[0].images[0].get_array()
    assert (drawn == pictures.compose(images[:6], columns=3)).all()
    assert "generated: median 0.20" in texts(figure, 1) and "held out: median 0.30" in texts(figure, 1)


def test_score_bars_are_confidence_and_multiples_of_the_real_distance():
    equal = np.full(10, 0.1)
    figure = gan.score_bars(
        generated={"8×8": Scores(0.8, equal, 1.5)}, real={"8×8": Scores(0.95, equal, 0.5)}
    )
    assert [[round(bar.get_width(), 9) for bar in ax.patches] for ax in figure.axes] == [[80, 95], [3, 1]]


def test_each_run_is_a_dot_at_its_distance():
    distances = {"minimax": [4.5, 5.0, 4.0], "non-saturating": [3.0, 6.0, 5.5]}
    [ax] = gan.final_distances(distances=distances, reference=0.4).axes
    dots = [line.get_xdata().tolist() for line in ax.lines if line.get_marker() == "o"]
    assert dots == list(distances.values())
    bars = [line.get_xdata()[0] for line in ax.lines if line.get_color() == style.INK]
    assert bars == [4.5, 5.5]


# ---- The study of activations


@pytest.mark.parametrize("penalty", PENALTIES)
@pytest.mark.parametrize("pair", COMBINATIONS)
def test_every_run_is_drawn_and_the_words_are_its_summary(pair, penalty):
    figure = gan.activation_courses(
        study=STUDY, discriminator=pair[0], generator=pair[1], penalty=penalty, step=600
    )
    left, right = figure.axes
    runs = STUDY.distance[penalty][pair]
    drawn = [line.get_ydata() for line in left.lines if line.get_linewidth() == 0.8]
    drawn = [course for course in drawn if len(course) == len(STUDY.steps)]
    assert np.array_equal(drawn, runs)
    moment = STUDY.steps.tolist().index(600)
    dots = [line for line in right.lines if line.get_marker() == "o"]
    assert [
        np.array_equal(d.get_xdata(), STUDY.distance[penalty][p][:, moment])
        for d, p in zip(dots, COMBINATIONS, strict=True)
    ] == [True] * 4
    filled = [line.get_markerfacecolor() == style.BLUE for line in dots]
    assert filled == [p == pair for p in COMBINATIONS]
    words = gan.describe_activation_courses(
        study=STUDY, discriminator=pair[0], generator=pair[1], penalty=penalty, step=600
    )
    assert f"has the median {np.median(runs[:, moment]):.1f} in 10 runs" in words
    assert f"from {runs[:, moment].min():.1f} to {runs[:, moment].max():.1f}" in words
