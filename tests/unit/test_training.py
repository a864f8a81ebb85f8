"""Training: the same to the last bit, in one run or in two, and never a step too far."""

import math
from types import SimpleNamespace

import autograd.numpy as anp
import numpy as np
import pytest
from autograd import grad
from numpy.testing import assert_allclose, assert_array_equal
from scipy.ndimage import map_coordinates

from examlab.networks import gan, training
from examlab.networks.digits import load_digits_8x8, load_digits_32x32
from examlab.networks.history import CURVES
from examlab.networks.layers import Dense, Flatten, LeakyReLU, ReLU, Reshape, Sequential, Tanh
from examlab.networks.optimise import Adam, MovingAverage
from examlab.networks.training import train

X = load_digits_8x8()[0]
LARGE = load_digits_32x32()[0]
RECIPE = {"batch_size": 16, "learning_rate": (2e-3, 1e-3), "r1": 1.0, "average": 0.9, "random_state": 3}


def pair(seed=0):
    generator = gan.build_digit_generator(random_state=seed)
    return {"generator": generator, "discriminator": gan.build_digit_discriminator(random_state=seed + 100)}


def large_pair():
    return {
        "generator": gan.build_generator(random_state=1),
        "discriminator": gan.build_discriminator(random_state=2),
    }


def same(one, other):
    """Compare two histories to the last bit."""
    for name in (*CURVES, "snapshot_steps", "snapshots"):
        assert_array_equal(getattr(one, name), getattr(other, name), err_msg=name)
    assert one.state.keys() == other.state.keys()
    for name, value in one.state.items():
        if name == "horizon":  # how long the run was meant to be
            continue
        if name == "rng":
            assert value == other.state[name]
        else:
            assert_array_equal(value, other.state[name], err_msg=name)


@pytest.mark.parametrize("decay", [1.0, 0.1])
def test_training_is_reproducible_to_the_last_bit(decay):
    options = {**RECIPE, "decay": decay, "steps": 20, "snapshots": 3, "n_samples": 4}
    one, same_seed = (train(X, **pair(), **options) for _ in range(2))
    same(one, same_seed)
    other = train(X, **pair(), **{**options, "random_state": 4})
    assert (one.d_real != other.d_real).any()


def test_threads_do_not_change_a_bit():
    one, other = (train(LARGE, **large_pair(), steps=3, random_state=0, snapshots=2) for _ in range(2))
    same(one, other)
    assert one.snapshots.shape == (2, 64, 32, 32, 1)


def test_two_halves_are_the_whole_to_the_last_bit():
    whole = train(X, **pair(), **RECIPE, steps=30)
    half = train(X, **pair(), **RECIPE, steps=15)
    # What the networks and the random numbers were before does not matter.
    again = train(X, **pair(seed=7), **{**RECIPE, "random_state": 99}, steps=15, resume=half)
    same(whole, again)


def test_progress_is_that_of_this_run():
    first, second = [], []
    half = train(X, **pair(), **RECIPE, steps=3, progress=lambda *told: first.append(told))
    train(X, **pair(), **RECIPE, steps=2, resume=half, progress=lambda *told: second.append(told))
    assert (first, second) == ([(1, 3), (2, 3), (3, 3)], [(1, 2), (2, 2)])


def test_the_snapshots_change_nothing():
    plain = train(X, **pair(), **RECIPE, steps=10)
    shown = train(X, **pair(), **RECIPE, steps=10, snapshots=6, n_samples=3)
    assert shown.snapshot_steps.tolist() == [0, 2, 4, 6, 8, 10]
    assert_array_equal(plain.generator_loss, shown.generator_loss)
    assert (shown.snapshots[0] != shown.snapshots[-1]).any()
    Z = shown.state["samples"]
    assert_array_equal(shown.snapshots[0], pair()["generator"].forward(Z, training=False))
    assert_array_equal(shown.snapshots[-1], shown.generator.forward(Z, training=False))
    assert plain.snapshot_steps.dtype == shown.snapshot_steps.dtype == int


def test_an_interrupt_leaves_a_history_that_goes_on_where_it_ended():
    def impatient(step, of):
        assert of == 30
        if step == 12:
            raise KeyboardInterrupt

    options = {**RECIPE, "decay": 0.2, "snapshots": 4, "n_samples": 2}
    networks = pair()
    with pytest.warns(UserWarning, match="after 12 of 30 steps.*resume=") as warned:
        broken = train(X, **networks, **options, steps=30, progress=impatient)
    assert warned[0].filename == __file__, "the caller's line is the one to look at"
    assert broken.interrupted
    assert broken.steps == 12 == len(broken.generator_loss)
    assert broken.snapshot_steps.tolist() == [0, 10]
    assert_array_equal(networks["generator"].vector, broken.state["generator"])
    whole = train(X, **pair(), **options, steps=30)
    rest = train(X, **pair(), **{**options, "snapshots": 0}, steps=18, resume=broken)
    assert not rest.interrupted
    for name in CURVES:
        assert_array_equal(getattr(rest, name), getattr(whole, name))
    assert_array_equal(rest.state["generator"], whole.state["generator"])


def test_an_interrupt_in_the_middle_of_a_step_is_undone(monkeypatch):
    calls = []

    def interrupted(self, *, scale=1.0):
        calls.append(self)
        taken(self, scale=scale)
        if len(calls) == 10:  # the generator of step 5 has moved, the step is not over
            raise KeyboardInterrupt

    taken = Adam.step
    monkeypatch.setattr(Adam, "step", interrupted)
    with pytest.warns(UserWarning, match="after 4 of 9 steps"):
        broken = train(X, **pair(), **RECIPE, steps=9)
    monkeypatch.undo()
    assert broken.interrupted
    same(broken, train(X, **pair(), **RECIPE, steps=4))


def test_an_interrupt_while_a_step_is_kept_undoes_the_step(monkeypatch):
    half = train(X, **pair(), **RECIPE, steps=3)
    kept, state = [], training._Game.state

    def interrupted(self, old=None):
        kept.extend([] if old is None else [self.steps])
        if old is not None and len(kept) == 3:
            raise KeyboardInterrupt
        return state(self, old)

    monkeypatch.setattr(training._Game, "state", interrupted)
    with pytest.warns(UserWarning, match="after 5 of 12 steps"):
        broken = train(X, **pair(), **RECIPE, steps=9, resume=half)
    monkeypatch.undo()
    same(broken, train(X, **pair(), **RECIPE, steps=5))


@pytest.mark.parametrize(("network", "step"), [("discriminator", 4), ("generator", 3)])
def test_a_loss_that_is_no_number_stops_training_and_keeps_the_last_good_step(network, step):
    networks = pair()

    def poison(done, of):
        if done == 3 and network == "discriminator":
            networks["discriminator"].vector[5] = np.nan

    if network == "generator":
        learn, calls = networks["generator"].learn, []

        def broken(dY):
            calls.append(learn(dY))
            if len(calls) == step:
                networks["generator"].gradient[0] = np.inf

        networks["generator"].learn = broken
    with pytest.raises(gan.TrainingStopped, match=f"step {step}: the {network}") as stopped:
        train(X, **networks, **RECIPE, steps=9, progress=poison)
    assert isinstance(stopped.value, FloatingPointError)
    history = stopped.value.history
    same(history, train(X, **pair(), **RECIPE, steps=step - 1))
    assert np.isfinite(networks["discriminator"].vector).all()
    assert history.interrupted
    assert train(X, **pair(), **RECIPE, steps=2, resume=history).steps == step + 1


def test_one_number_that_is_none_among_others_stops_training():
    game = SimpleNamespace(steps=3)
    training._Game._check(game, "generator", np.array([1.0, 2.0]))
    with pytest.raises(gan.TrainingStopped, match="stopped at step 4: the generator's loss"):
        training._Game._check(game, "generator", np.array([1.0, np.nan]))


def test_a_learning_rate_that_is_too_large_stops_by_itself():
    with pytest.raises(gan.TrainingStopped, match="stopped at step"):
        train(X, **pair(), steps=50, learning_rate=(1e30, 1e30), random_state=0)


def test_the_curves_are_those_of_the_first_step_by_hand():
    networks = pair()
    again = pair()
    history = train(X, **networks, steps=1, batch_size=8, random_state=5, loss="minimax")
    rng = np.random.default_rng(5)
    real = X[rng.integers(len(X), size=8)]
    fake = again["generator"].forward(rng.standard_normal((8, 32)).astype(np.float32))
    D = again["discriminator"]
    on_real, on_fake = (1 / (1 + np.exp(-D.forward(images).astype(float))) for images in (real, fake))
    assert_allclose(history.d_real[0], on_real.mean(), rtol=1e-5)
    assert_allclose(history.d_fake[0], on_fake.mean(), rtol=1e-5)
    loss = -np.log(on_real).mean() - np.log(1 - on_fake).mean()
    assert_allclose(history.discriminator_loss[0], loss, rtol=1e-5)
    # The generator meets the discriminator as it is after its step.
    D.vector[:] = networks["discriminator"].vector
    after = 1 / (1 + np.exp(-D.forward(fake).astype(float)))
    assert_allclose(history.generator_loss[0], np.log(1 - after).mean(), rtol=1e-5)


@pytest.mark.parametrize(("kind", "r1"), [("non-saturating", 0.0), ("non-saturating", 3.0), ("minimax", 0.5)])
def test_the_first_step_is_that_of_automatic_differentiation(kind, r1):
    new = [{"dtype": float, "random_state": seed} for seed in range(3)]
    generator = Sequential([Dense(3, 16, **new[0]), Tanh(), Reshape((4, 4, 1))])
    discriminator = Sequential([Flatten(), Dense(16, 5, **new[1]), LeakyReLU(), Dense(5, 1, **new[2])])
    g, d = generator.vector.copy(), discriminator.vector.copy()
    images = np.random.default_rng(0).uniform(-1, 1, (20, 4, 4, 1))
    rng = np.random.default_rng(5)
    real, Z = images[rng.integers(20, size=6)].reshape(6, 16), rng.standard_normal((6, 3))

    def fake(g):
        return anp.tanh(anp.dot(Z, g[:48].reshape(3, 16)) + g[48:])

    def logits(d, X):
        hidden = anp.dot(X, d[:80].reshape(16, 5)) + d[80:85]
        return anp.dot(anp.where(hidden > 0, hidden, 0.2 * hidden), d[85:90]) + d[90]

    def discriminator_pays(d):
        steepness = grad(lambda X: anp.sum(logits(d, X)))(real)
        losses = anp.logaddexp(0, -logits(d, real)) + anp.logaddexp(0, logits(d, fake(g)))
        return anp.mean(losses + r1 / 2 * anp.sum(steepness**2, axis=1))

    def generator_pays(g):
        s = logits(d, fake(g))
        return anp.mean(anp.logaddexp(0, -s) if kind == "non-saturating" else -anp.logaddexp(0, s))

    options = {"batch_size": 6, "learning_rate": (0.01, 0.02), "loss": kind, "r1": r1, "random_state": 5}
    history = train(images, generator=generator, discriminator=discriminator, steps=1, **options)
    slope = grad(discriminator_pays)(d)
    d = d - 0.01 * slope / (np.abs(slope) + 1e-8)  # what the first step of Adam comes to
    assert_allclose(history.discriminator_gradient_norm, np.linalg.norm(slope))
    assert_allclose(discriminator.vector, d)
    slope = grad(generator_pays)(g)
    assert_allclose(history.generator_gradient_norm, np.linalg.norm(slope))
    assert_allclose(generator.vector, g - 0.02 * slope / (np.abs(slope) + 1e-8))


def test_the_penalty_makes_the_discriminator_flatter():
    lengths = []
    for r1 in (0.0, 10.0):
        networks = pair()
        train(X, **networks, steps=150, learning_rate=(2e-3, 2e-3), r1=r1, random_state=0)
        lengths.append(gan.r1_penalty(networks["discriminator"], X[:200], weight=1.0))
    assert lengths[1] < lengths[0] / 2


def test_a_moving_average_is_the_weighted_sum_of_all_networks():
    model = Sequential([Dense(1, 1, dtype=float)])
    model.vector[:] = 0
    average, expected = MovingAverage(model, keep=0.8), 0.0
    for value in (1.0, -3.0, 7.0):
        model.vector[:] = value
        average.step()
        expected = 0.8 * expected + 0.2 * value
    assert_allclose(average.network.vector, expected)


def test_adam_is_algorithm_1():
    model = Sequential([Dense(2, 1, dtype=float, random_state=0)])
    adam = Adam(model, learning_rate=0.1, betas=(0.5, 0.9))
    theta, m, v = model.vector.copy(), 0.0, 0.0
    for t, g in enumerate(np.random.default_rng(0).standard_normal((6, 3)), start=1):
        model.gradient[:] = g
        adam.step(scale=0.7)
        m, v = 0.5 * m + 0.5 * g, 0.9 * v + 0.1 * g**2
        theta = theta - 0.07 * (m / (1 - 0.5**t)) / (np.sqrt(v / (1 - 0.9**t)) + 1e-8)
        assert_allclose(model.vector, theta, rtol=1e-12)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"learning_rate": 0}, r"^learning_rate must be a number in \(0, inf\)"),
        ({"betas": (0.5, 1.0)}, r"^betas must hold numbers in \[0, 1\) only, got 1.0"),
        ({"betas": (0.5,)}, r"^betas must have shape \(2,\)"),
    ],
)
def test_what_adam_cannot_start_with_is_refused(change, message):
    model = Sequential([Dense(1, 1)])
    with pytest.raises(ValueError, match=message):
        Adam(model, **{"learning_rate": 0.1} | change)
    assert Adam(model, learning_rate=0.1, betas=(0, 0)).betas == (0, 0)


def test_the_learning_rate_decays_to_the_share_asked_for(monkeypatch):
    scales, taken = [], Adam.step
    monkeypatch.setattr(
        Adam, "step", lambda self, *, scale=1.0: (scales.append(scale), taken(self, scale=scale))[1]
    )
    train(X, **pair(), **RECIPE, steps=40, decay=0.1)
    assert scales[0] == 1
    assert math.isclose(scales[-1], 0.1 ** (39 / 40))
    assert scales == sorted(scales, reverse=True)


def test_a_short_training_learns_where_the_ink_is():
    history = train(X, **pair(), steps=400, learning_rate=(2e-3, 2e-3), r1=1.0, average=0.99, random_state=0)
    mean = gan.sample(history.generator, 500, random_state=0).mean(axis=0).ravel()
    assert np.corrcoef(mean, X.mean(axis=0).ravel())[0, 1] > 0.9


def test_the_large_digits_are_the_small_ones():
    assert LARGE.shape == (1797, 32, 32, 1)
    assert LARGE.dtype == X.dtype == np.float32
    assert LARGE.min() == X.min() == -1
    assert LARGE.max() == X.max() == 1
    blocks = LARGE.reshape(1797, 8, 4, 8, 4, 1).mean(axis=(2, 4))
    assert np.corrcoef(blocks.ravel(), X.ravel())[0, 1] > 0.98


def test_between_the_pixels_the_large_digits_are_a_cubic_spline():
    at = (np.arange(32) + 0.5) / 4 - 0.5  # in pixels of the small image, whose centres are whole numbers
    places = np.meshgrid(at, at, indexing="ij")
    for small, large in zip(X[::600, ..., 0], LARGE[::600, ..., 0], strict=True):
        spline = map_coordinates(small.astype(float), places, order=3, mode="nearest")
        assert_allclose(large, spline.clip(-1, 1), atol=1e-6)


def bad_output():
    return Sequential([Flatten(), Dense(64, 2)])


def bad_images():
    return Sequential([Dense(32, 16), Tanh(), Reshape((4, 4, 1))])


@pytest.mark.parametrize(
    ("changes", "error", "message"),
    [
        ({"X": X[0]}, ValueError, "^X must have shape"),
        ({"X": X.astype(float)}, TypeError, "^X must have the generator's dtype float32"),
        ({"X": X * np.nan}, ValueError, "^X must"),
        ({"generator": "small"}, TypeError, "^generator must be of type Sequential"),
        ({"discriminator": "small"}, TypeError, "^discriminator must be of type Sequential"),
        ({"generator": bad_images()}, ValueError, "^generator must make images of shape"),
        ({"generator": Sequential([ReLU()])}, ValueError, "^generator must begin with a Dense"),
        ({"discriminator": bad_output()}, ValueError, "^discriminator must give one logit"),
        ({"steps": 0}, ValueError, "^steps must"),
        ({"batch_size": 0}, ValueError, "^batch_size must"),
        ({"learning_rate": 2e-4}, ValueError, "^learning_rate must"),
        ({"learning_rate": (0, 1e-3)}, ValueError, "^learning_rate must"),
        ({"loss": "wasserstein"}, ValueError, "^loss must"),
        ({"r1": -1}, ValueError, "^r1 must"),
        ({"r1": math.inf}, ValueError, "^r1 must"),
        ({"average": 1}, ValueError, "^average must"),
        ({"decay": 0}, ValueError, "^decay must"),
        ({"decay": 1.5}, ValueError, "^decay must"),
        ({"snapshots": -1}, ValueError, "^snapshots must"),
        ({"n_samples": 0}, ValueError, "^n_samples must"),
        ({"resume": "yesterday"}, TypeError, "^resume must"),
    ],
)
def test_a_bad_argument_is_named(changes, error, message):
    with pytest.raises(error, match=message):
        train(**{"X": X, **pair(), "steps": 1, **changes})


def test_r1_refuses_a_discriminator_that_is_not_piecewise_linear():
    bent = Sequential([Flatten(), Dense(64, 8), Tanh(), Dense(8, 1)])
    with pytest.raises(ValueError, match=r"^discriminator must be piecewise linear"):
        train(X, generator=pair()["generator"], discriminator=bent, steps=1, r1=1.0)


def test_another_networks_state_is_refused():
    history = train(X, **pair(), steps=1, random_state=0)
    with pytest.raises(ValueError, match=r"^resume must come from networks like these"):
        train(LARGE, **large_pair(), steps=1, resume=history)
    with pytest.raises(ValueError, match=r"^resume must come from networks like these"):
        train(X, **pair(), steps=1, average=0.9, resume=history)
