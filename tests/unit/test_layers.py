"""Every gradient against automatic differentiation of networks that are written down a second time."""

import copy
import itertools
import os
import pickle
import signal
import time
from threading import current_thread

import autograd.numpy as anp
import numpy as np
import pytest
from autograd import grad
from numpy.testing import assert_allclose, assert_array_equal

from examlab.networks import gan
from examlab.networks.layers import (
    BatchNorm,
    Conv2d,
    ConvTranspose2d,
    Dense,
    Flatten,
    LeakyReLU,
    ReLU,
    Reshape,
    Sequential,
    Tanh,
)
from examlab.networks.layers.base import he_weights
from examlab.networks.layers.sequential import ENOUGH
from examlab.networks.penalty import r1_penalty
from examlab.networks.pixels import in_chunks
from examlab.networks.shapes import discriminator_shapes
from examlab.networks.threads import in_halves, is_first, over_halves

RNG = np.random.default_rng(5)


def normal(*shape):
    return RNG.standard_normal(shape)


def agree(found, expected):
    """Compare to 1e-5 relative to the size of the whole array."""
    assert found.shape == expected.shape
    assert np.abs(found - expected).max() <= 1e-5 * np.abs(expected).max()


# The same functions, for autograd: convolutions as sums over the places of a kernel.


def dense(X, p):
    return anp.dot(X, p["W"]) + p["b"]


def batch_norm(X, p):
    axes = tuple(range(X.ndim - 1))
    mean = anp.mean(X, axis=axes)
    variance = anp.mean((X - mean) ** 2, axis=axes)
    return (X - mean) / anp.sqrt(variance + 1e-5) * p["scale"] + p["shift"]


def slide(side, places, stride):
    """Return the matrices that pick the pixel each place starts from, one a row of the kernel."""
    return [np.eye(side)[offset : offset + stride * places : stride] for offset in range(side)]


def convolution(X, p, stride, padding):
    X = anp.pad(X, ((0, 0), (padding, padding), (padding, padding), (0, 0)), mode="constant")
    kernel = len(p["W"])
    rows, columns = ((side - kernel) // stride + 1 for side in X.shape[1:3])
    total = p["b"]
    for i, j in itertools.product(range(kernel), repeat=2):
        down, across = slide(X.shape[1], rows, stride)[i], slide(X.shape[2], columns, stride)[j]
        picked = anp.einsum("rh,nhwc->nrwc", down, X)
        picked = anp.einsum("sw,nrwc->nrsc", across, picked)
        total = total + anp.einsum("nrsc,cf->nrsf", picked, p["W"][i, j])
    return total


def transposed(X, p, stride, padding):
    kernel = len(p["W"])
    height, width = ((side - 1) * stride + kernel for side in X.shape[1:3])
    total = 0
    for i, j in itertools.product(range(kernel), repeat=2):
        down, across = slide(height, X.shape[1], stride)[i], slide(width, X.shape[2], stride)[j]
        painted = anp.einsum("nrsc,cf->nrsf", X, p["W"][i, j])
        painted = anp.einsum("rh,nrsf->nhsf", down, painted)
        total = total + anp.einsum("sw,nhsf->nhwf", across, painted)
    return total[:, padding : height - padding, padding : width - padding] + p["b"]


def written_again(layer):
    """Return the function that a layer computes, for autograd."""
    return {
        Dense: dense,
        BatchNorm: batch_norm,
        Conv2d: lambda X, p: convolution(X, p, layer.stride, layer.padding),
        ConvTranspose2d: lambda X, p: transposed(X, p, layer.stride, layer.padding),
        LeakyReLU: lambda X, p: anp.where(X > 0, X, layer.alpha * X),
        ReLU: lambda X, p: anp.where(X > 0, X, 0.0),
        Tanh: lambda X, p: anp.tanh(X),
        Flatten: lambda X, p: X.reshape(len(X), -1),
        Reshape: lambda X, p: X.reshape(len(X), *layer.shape),
    }[type(layer)]


def network_again(model):
    """Return the function that a network computes, of its input and its layers' parameters."""

    def forward(X, parameters):
        for layer, mine in zip(model.layers, parameters, strict=True):
            X = written_again(layer)(X, mine)
        return X

    return forward


DOUBLE = {"random_state": 3, "dtype": float}
LAYERS = [
    (Dense(7, 4, **DOUBLE), (5, 7)),
    (BatchNorm(3, dtype=float), (6, 3)),
    (BatchNorm(3, dtype=float), (4, 5, 2, 3)),
    (Conv2d(2, 3, 3, stride=2, padding=1, **DOUBLE), (4, 8, 7, 2)),
    (Conv2d(1, 2, 2, **DOUBLE), (4, 5, 5, 1)),
    (Conv2d(3, 2, 3, stride=3, padding=2, **DOUBLE), (40, 30, 20, 3)),
    (ConvTranspose2d(3, 2, 4, stride=2, padding=1, **DOUBLE), (4, 3, 5, 3)),
    (ConvTranspose2d(2, 1, 2, stride=3, **DOUBLE), (4, 3, 3, 2)),
    (ConvTranspose2d(3, 2, 3, stride=1, padding=2, **DOUBLE), (40, 30, 20, 3)),
    (LeakyReLU(alpha=0.3), (5, 6)),
    (ReLU(), (5, 6)),
    (Tanh(), (5, 6)),
    (Flatten(), (5, 2, 3, 1)),
    (Reshape((2, 3, 1)), (5, 6)),
]


@pytest.mark.parametrize(("layer", "shape"), LAYERS, ids=lambda value: getattr(type(value), "__name__", ""))
def test_a_layers_gradients_are_those_of_automatic_differentiation(layer, shape):
    X, again = normal(*shape), written_again(layer)
    for array in layer.parameters.values():
        array[...] = normal(*array.shape)
    Y = layer.forward(X)
    agree(Y, again(X, layer.parameters))
    dY = normal(*Y.shape)
    dX = layer.backward(dY)
    agree(dX, grad(lambda X: anp.sum(again(X, layer.parameters) * dY))(X))
    if not layer.parameters:
        return
    expected = grad(lambda parameters: anp.sum(again(X, parameters) * dY))(dict(layer.parameters))
    for name, gradient in layer.gradients.items():
        agree(gradient, expected[name])
        gradient[...] = np.nan
    # The halves of backward alone.
    agree(layer.pull(dY), dX)
    layer.learn(dY)
    for name, gradient in layer.gradients.items():
        agree(gradient, expected[name])


@pytest.mark.parametrize(
    ("layer", "shape"), [case for case in LAYERS if case[0].piecewise_linear], ids=lambda value: ""
)
def test_push_is_the_adjoint_of_pull(layer, shape):
    X, dX = normal(*shape), normal(*shape)
    dY = normal(*layer.forward(X).shape)
    assert_allclose(np.vdot(layer.push(dX), dY), np.vdot(dX, layer.pull(dY)), rtol=1e-10)


@pytest.mark.parametrize(("layer", "slope"), [(LeakyReLU(alpha=0.3), 0.3), (ReLU(), 0.0)])
def test_the_slope_at_zero_is_the_left_one(layer, slope):
    layer.forward(np.zeros((1, 1)))
    assert layer.pull(np.ones((1, 1))) == slope


NEW = [Dense(1, 1), BatchNorm(1), Conv2d(1, 1, 1), ConvTranspose2d(1, 1, 1), ReLU(), Tanh(), Flatten()]


@pytest.mark.parametrize("layer", [*NEW, Reshape((1,))], ids=lambda layer: type(layer).__name__)
def test_a_layer_goes_back_only_where_it_has_been(layer):
    with pytest.raises(RuntimeError, match=f"^{type(layer).__name__}: forward must come before backward"):
        layer.backward(single(1, 1))


MODELS = [
    (gan.build_discriminator, (3, 32, 32, 1)),
    (gan.build_generator, (3, 64)),
    (gan.build_digit_discriminator, (6, 8, 8, 1)),
    (gan.build_digit_generator, (6, 32)),
]


@pytest.mark.parametrize(("build", "shape"), MODELS)
@pytest.mark.parametrize("activation", ["relu", "leaky-relu"])
def test_a_networks_gradients_are_those_of_automatic_differentiation(build, shape, activation):
    model, X = build(activation=activation, **DOUBLE), normal(*shape)
    model.vector += 0.01 * normal(model.vector.size)
    forward, parameters = network_again(model), [dict(layer.parameters) for layer in model.layers]
    Y = model.forward(X)
    agree(Y, forward(X, parameters))
    dY = normal(*Y.shape)
    agree(model.backward(dY), grad(lambda X: anp.sum(forward(X, parameters) * dY))(X))
    expected = grad(lambda parameters: anp.sum(forward(X, parameters) * dY))(parameters)
    for layer, mine in zip(model.layers, expected, strict=True):
        for name, gradient in layer.gradients.items():
            # Batch norm takes out what a bias before it adds: its gradient is rounding.
            scale = max(np.abs(mine[name]).max(), 1e-3 * np.abs(model.gradient).max())
            assert_allclose(gradient, mine[name], rtol=0, atol=1e-5 * scale)


@pytest.mark.parametrize(("build", "shape"), [MODELS[0], MODELS[2]])
def test_the_r1_gradient_is_that_of_differentiating_twice(build, shape):
    model, X = build(**DOUBLE), normal(*shape)
    model.vector += 0.01 * normal(model.vector.size)
    forward, parameters = network_again(model), [dict(layer.parameters) for layer in model.layers]

    def penalty(parameters):
        slopes = grad(lambda X: anp.sum(forward(X, parameters)))(X)
        return 1.5 * anp.sum(slopes**2) / len(X)

    assert_allclose(r1_penalty(model, X, weight=3.0), penalty(parameters), rtol=1e-10)
    for layer, mine in zip(model.layers, grad(penalty)(parameters), strict=True):
        for name, gradient in layer.gradients.items():
            if name == "b":
                assert_array_equal(gradient, 0)
            else:
                agree(gradient, mine[name])


@pytest.mark.parametrize("weight", [-0.1, np.inf, np.nan])
def test_a_bad_weight_of_the_penalty_is_refused(weight):
    model, X = Sequential([Dense(2, 1)]), np.ones((3, 2), np.float32)
    assert r1_penalty(model, X, weight=0) == 0
    with pytest.raises(ValueError, match=r"^weight must be a number in \[0, inf\)"):
        r1_penalty(model, X, weight=weight)
    with pytest.raises(TypeError, match=r"^discriminator must be of type Sequential"):
        r1_penalty(model.layers[0], X, weight=1)


def test_r1_refuses_what_is_not_piecewise_linear():
    model = Sequential([Dense(2, 2), Tanh(), Dense(2, 1)])
    with pytest.raises(ValueError, match=r"^discriminator must be piecewise linear.*Tanh"):
        r1_penalty(model, np.ones((3, 2), np.float32), weight=1)


def test_batch_norm_uses_its_records_when_it_does_not_train():
    layer = BatchNorm(2, dtype=float)
    X = normal(500, 2) * (3, 0.5) + (10, -20)
    for _ in range(200):
        layer.forward(X)
    agree(layer.statistics["mean"], X.mean(axis=0))
    agree(layer.statistics["variance"], X.var(axis=0))
    records = copy.deepcopy(layer.statistics)
    one = layer.forward(X[:1], training=False)
    agree(one, (X[:1] - X.mean(axis=0)) / np.sqrt(X.var(axis=0) + 1e-5))
    assert_array_equal(layer.statistics["mean"], records["mean"])
    agree(layer.backward(np.ones((1, 2))), 1 / np.sqrt(X.var(axis=0, keepdims=True) + 1e-5))


def test_a_networks_parameters_are_pieces_of_its_vector():
    model = gan.build_discriminator(random_state=0)
    assert model.parameter_count() == model.vector.size == 149953
    assert [array.size for array in model.parameters.values()] == [288, 32, 18432, 64, 131072, 32, 32, 1]
    model.vector[:] = 7
    assert all((array == 7).all() for _, array in model.named_parameters())
    model.gradient[:] = 3
    assert all((array == 3).all() for array in model.gradients.values())


@pytest.mark.parametrize("again", [copy.deepcopy, lambda model: pickle.loads(pickle.dumps(model))])
def test_a_copy_stands_alone(again):
    model = gan.build_generator(random_state=0)
    Z = normal(3, 64).astype(np.float32)
    before = model.forward(Z, training=False)
    other = again(model)
    assert_array_equal(other.forward(Z, training=False), before)
    other.vector[:] = 0
    assert (other.forward(Z, training=False) == 0).all()
    assert_array_equal(model.forward(Z, training=False), before)


def test_samples_do_not_depend_on_how_many_are_drawn():
    generator = gan.build_generator(random_state=0)
    many = gan.sample(generator, 200, random_state=1)
    assert many.shape == (200, 32, 32, 1)
    Z = np.random.default_rng(1).standard_normal((200, 64)).astype(np.float32)
    assert_allclose(many, generator.forward(Z, training=False), atol=1e-5)


def test_weights_fill_at_most_800_megabytes():
    # What is not too large goes on to the source of random numbers.
    with pytest.raises(TypeError, match=r"^random_state must"):
        he_weights((10_000, 10_000), 1, np.dtype(float), "")
    with pytest.raises(ValueError, match=r"at most 100000000 weights, got the shape \(100000001, 1\)"):
        he_weights((100_000_001, 1), 1, np.dtype(float), "")


def test_weights_keep_the_size_of_signals():
    X = normal(2000, 300).astype(np.float32)
    Y = ReLU().forward(Dense(300, 200, random_state=0).forward(X))
    assert 0.9 < (Y**2).mean() / (X**2).mean() < 1.1


@pytest.mark.parametrize(
    ("layer", "n_in", "kernel", "stride", "read"),
    [
        (Conv2d, 2, 3, 1, 18),
        (Conv2d, 2, 3, 3, 18),
        (ConvTranspose2d, 2, 3, 1, 18),
        (ConvTranspose2d, 2, 4, 2, 8),
        (ConvTranspose2d, 2, 3, 2, 4),  # 4.5, rounded down
        (ConvTranspose2d, 1, 2, 2, 1),
        (ConvTranspose2d, 1, 1, 3, 1),  # most outputs read nothing
    ],
)
def test_first_weights_are_as_small_as_the_numbers_that_an_output_reads_are_many(
    layer, n_in, kernel, stride, read
):
    W = layer(n_in, 4000, kernel, stride=stride, random_state=0).parameters["W"]
    assert W.std() == pytest.approx((2 / read) ** 0.5, rel=0.05) and abs(W.mean()) < 0.05


def test_the_discriminator_s_images_have_the_sizes_that_are_told_of_it():
    X, sizes = single(1, 32, 32, 1), []
    for layer in gan.build_discriminator().layers:
        X = layer.forward(X)
        sizes += [] if isinstance(layer, LeakyReLU) else [X.shape[1:]]
    assert sizes == [shape.leaving for shape in discriminator_shapes()]


@pytest.mark.parametrize("build", [build for build, _ in MODELS])
def test_a_network_is_as_leaky_as_asked_for(build):
    layers = build(activation="leaky-relu", alpha=0.6).layers
    assert {layer.alpha for layer in layers if isinstance(layer, LeakyReLU)} == {0.6}


@pytest.mark.parametrize("build", [build for build, _ in MODELS])
def test_biases_start_at_zero(build):
    assert not any(array.any() for name, array in build().named_parameters() if name.endswith(".b"))


def test_a_network_that_learns_nothing_has_no_numbers():
    model = Sequential([ReLU()])
    assert model.vector.shape == model.gradient.shape == model.statistics.shape == (0,)


def test_networks_are_reproducible_and_differ_by_their_seed():
    one, same, other = (gan.build_generator(random_state=seed) for seed in (1, 1, 2))
    assert_array_equal(one.vector, same.vector)
    assert (one.vector != other.vector).mean() > 0.9


def test_pieces_of_a_batch_come_back_in_order():
    X = np.arange(100.0)[:, None, None] * np.ones((1, 40, 40))
    assert np.concatenate(in_chunks(X, lambda chunk: X[chunk, 0, 0])).tolist() == list(range(100))


def halved_and_whole():
    """Yield two copies of a network with all that halves have to agree on, the second for whole batches."""
    for _ in range(2):
        options = {"random_state": np.random.default_rng(0), "dtype": float}
        yield Sequential(
            [
                *(Conv2d(2, 3, 3, stride=2, padding=1, **options), BatchNorm(3, dtype=float), LeakyReLU()),
                *(
                    ConvTranspose2d(3, 2, 4, stride=2, padding=1, **options),
                    BatchNorm(2, dtype=float),
                    Tanh(),
                ),
                *(Flatten(), Dense(128, 1, **options)),
            ]
        )


@pytest.mark.parametrize("batch", [ENOUGH, ENOUGH + 1, 3 * ENOUGH])
def test_two_halves_do_what_the_whole_batch_does(batch, monkeypatch):
    halved, whole = halved_and_whole()
    monkeypatch.setattr(whole, "_is_worth_two", lambda X: False)
    X, dY = normal(batch, 8, 8, 2), normal(batch, 1)
    for _ in range(2):  # the second time, memory and gradients are in use
        agree(halved.forward(X), whole.forward(X))
        assert halved._cut == batch // 2
        assert whole._cut is None
        agree(halved.pull(dY), whole.pull(dY))
        agree(halved.backward(dY), whole.backward(dY))
        agree(halved.gradient, whole.gradient)
        halved.learn(2 * dY), whole.learn(2 * dY)
        agree(halved.gradient, whole.gradient)
        agree(halved.statistics, whole.statistics)
    agree(halved.forward(X, training=False), whole.forward(X, training=False))


@pytest.mark.parametrize(
    ("build", "shape", "cut"),
    [
        (gan.build_discriminator, (32, 32, 32, 1), 16),
        (gan.build_discriminator, (31, 32, 32, 1), None),
        (gan.build_digit_discriminator, (99, 8, 8, 1), None),
    ],
)
def test_large_batches_of_networks_that_convolve_go_in_halves(build, shape, cut):
    model = build()
    model.forward(single(*shape))
    assert model._cut == cut


def test_halves_push_as_the_whole_batch_does(monkeypatch):
    halved, whole = (gan.build_discriminator(random_state=0, dtype=float) for _ in range(2))
    monkeypatch.setattr(whole, "_is_worth_two", lambda X: False)
    X, dX, dY = normal(64, 32, 32, 1), normal(64, 32, 32, 1), normal(64, 1)
    agree(halved.forward(X), whole.forward(X))
    agree(halved.push(dX), whole.push(dX))
    halved.learn(dY), whole.learn(dY)
    agree(halved.gradient, whole.gradient)


def test_one_half_is_the_first_and_both_tell_as_much():
    assert in_halves(is_first, is_first) == (True, False)
    assert in_halves(is_first, lambda: current_thread().name)[1].startswith("examlab")
    with pytest.raises(ValueError, match="zip"):
        in_halves(lambda: over_halves(1), lambda: over_halves(1, 2))


def test_an_error_in_one_half_ends_the_other():
    def fail():
        raise OSError("no")

    for first, second in [(fail, lambda: over_halves(1)), (lambda: over_halves(1), fail)]:
        with pytest.raises(OSError, match="no"):
            in_halves(first, second)
    assert in_halves(lambda: over_halves(1), lambda: over_halves(2)) == ((3,), (3,))


def test_an_interrupt_waits_for_the_other_half():
    done = []

    def interrupted():
        raise KeyboardInterrupt

    def slow():
        time.sleep(0.05)
        done.append(True)

    with pytest.raises(KeyboardInterrupt):
        in_halves(interrupted, slow)
    assert done == [True]


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system makes other processes in another way")
def test_halves_work_in_a_forked_process():
    in_halves(lambda: 1, lambda: 2)
    if (child := os.fork()) == 0:
        os._exit(in_halves(lambda: 1, lambda: 2) != (1, 2))
    for _ in range(500):
        ended, status = os.waitpid(child, os.WNOHANG)
        if ended:
            break
        time.sleep(0.01)
    else:
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        pytest.fail("the forked process waits for a thread that it has not")
    assert status == 0


def test_what_does_not_fit_is_met_whole():
    with pytest.raises(ValueError, match=r"got shape \(64, 32, 32, 2\)"):
        gan.build_discriminator().forward(single(64, 32, 32, 2))


def single(*shape):
    return np.ones(shape, np.float32)


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda: Dense(0, 1), ValueError, "^n_in must"),
        (lambda: Dense(1, 1.5), TypeError, "^n_out must"),
        (lambda: Dense(1, 1, dtype=int), ValueError, "^dtype must"),
        (lambda: BatchNorm(0), ValueError, "^channels must"),
        (lambda: LeakyReLU(alpha=2), ValueError, "^alpha must"),
        (lambda: ReLU().forward(np.zeros((0, 3))), ValueError, r"one example or more, got shape \(0, 3\)"),
        (lambda: ReLU().forward(np.zeros(())), ValueError, r"one example or more, got shape \(\)"),
        (lambda: Reshape((0, 1)), ValueError, "^shape must"),
        (lambda: Conv2d(1, 1, 0), ValueError, "^kernel must"),
        (lambda: Conv2d(1, 1, 3, stride=0), ValueError, "^stride must"),
        (lambda: ConvTranspose2d(1, 1, 3, padding=-1), ValueError, "^padding must"),
        (lambda: ConvTranspose2d(1, 1, 3, padding=0.5), TypeError, "^padding must"),
        (lambda: Dense(2, 1).forward(single(3, 4)), ValueError, r"^X must have shape \(any, 2\)"),
        (lambda: Dense(2, 1).forward(np.ones((3, 2))), TypeError, "^X must be an array of float32"),
        (lambda: Dense(2, 1).forward([[1.0, 2.0]]), TypeError, "^X must be an array"),
        (lambda: BatchNorm(2).forward(single(3, 4, 4, 1)), ValueError, "^X must have shape"),
        (lambda: Conv2d(2, 1, 3).forward(single(1, 8, 8, 1)), ValueError, "^X must have shape"),
        (lambda: Conv2d(1, 1, 9).forward(single(1, 8, 8, 1)), ValueError, "^kernel must"),
        (
            lambda: ConvTranspose2d(1, 1, 2, padding=3).forward(single(1, 1, 1, 1)),
            ValueError,
            "^padding must",
        ),
        (lambda: Reshape((2, 2)).forward(single(3, 5)), ValueError, "^X must have examples of 4"),
        (lambda: Dense(2, 1).backward(single(3, 1)), RuntimeError, "^Dense: forward must come before"),
        (lambda: Conv2d(1, 1, 3).learn(single(1, 1, 1, 1)), RuntimeError, "^Conv2d: forward must come"),
        (lambda: gan.build_discriminator().forward(single()), ValueError, "^X must have shape"),
        (lambda: gan.build_digit_generator().forward(single(2, 32), training=1), TypeError, "^training must"),
        (lambda: Sequential([]), TypeError, "^layers must"),
        (lambda: Sequential([Dense(1, 1), "relu"]), TypeError, "^layers must"),
        (
            lambda: Sequential([Dense(1, 1), Dense(1, 1, dtype=float)]),
            ValueError,
            "^layers must have one dtype",
        ),
        (lambda: gan.build_discriminator(activation="tanh"), ValueError, "^activation must"),
        (lambda: gan.build_generator(latent=0), ValueError, "^latent must"),
    ],
)
def test_a_bad_argument_is_named(call, error, message):
    with pytest.raises(error, match=message):
        call()
