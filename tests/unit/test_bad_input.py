"""A few bad arguments for every public function, the same each time; `make fuzz` tries hundreds."""

from __future__ import annotations

import warnings

import numpy as np
import pytest

from examlab.arguments import MOST, SEEDS, random_source, representable, whole
from examlab.networks.activations import relu
from tests.fuzz import trial
from tests.fuzz.oracle import problem
from tests.fuzz.public import INNER, found
from tests.fuzz.spoil import Spoilt
from tests.fuzz.valid_calls import CALLS, call_of

PUBLIC = found()


@pytest.mark.parametrize("name", PUBLIC)
def test_bad_arguments_are_refused_or_met_with_a_right_answer(name):
    # Drawing takes long, and checks what describing checks: only `make fuzz` draws.
    draws = name.startswith("figures.") and "describe" not in name
    trial.try_out(name, PUBLIC[name], examples=0 if draws else 4)


def test_what_is_listed_is_there():
    assert CALLS.keys() <= PUBLIC.keys()
    assert not INNER.keys() & PUBLIC.keys()


def test_no_notebook_takes_what_does_not_check():
    import notebooks

    for path in notebooks.find([notebooks.ROOT / "notebooks"]):
        text = path.read_text(encoding="utf-8")
        assert [name for name in INNER if f"examlab.{name} " in text] == [], path


# ---- Counts: how few are enough, and how many too many


COUNTS = (
    ("hyperspectral.density.mountain", "components", 1, None),
    ("hyperspectral.density.mountain", "n_threads", 1, MOST),
    ("hyperspectral.density.mountain_error", "n_rows", 1, None),
    ("hyperspectral.feature_map.ring", "n_samples", 20, MOST),
    ("hyperspectral.kmeans.random_start", "n_clusters", 1, None),
    ("hyperspectral.kmeans.round_groups", "n_samples", 20, MOST),
    ("hyperspectral.kmeans.trace_k_means", "max_iterations", 1, MOST),
    ("hyperspectral.linear_one_class.one_sided_cloud", "n_samples", 12, MOST),
    ("hyperspectral.one_class.cloud", "n_samples", 20, MOST),
    ("hyperspectral.one_class.decision_field", "resolution", 3, 4000),
    ("hyperspectral.regions.merge_classes", "n_classes", 1, None),
    ("hyperspectral.sampling.squared_deviations", "draws", 1, 100 * MOST),
    ("hyperspectral.validity.choose_n_clusters", "n_samples", 10, None),
    ("hyperspectral.validity.kernel_width", "n_samples", 2, None),
    ("hyperspectral.validity.support_vector_power", "n_samples", 10, None),
    ("networks.activation_study.run", "moments", 2, MOST),
    ("networks.activation_study.run", "seed", 0, None),
    ("networks.activation_study.run", "steps", 1, MOST),
    ("networks.bilinear.trajectory", "steps", 0, MOST),
    ("networks.convolution.conv2d", "padding", 0, 1000),
    ("networks.convolution.conv2d", "stride", 1, 1000),
    ("networks.convolution.conv_transpose2d", "padding", 0, 1000),
    ("networks.convolution.conv_transpose2d", "stride", 1, 1000),
    *(("networks.convolution.output_size", name, 1, None) for name in ("size", "kernel", "stride")),
    ("networks.convolution.output_size", "padding", 0, None),
    *(("networks.convolution.transposed_output_size", name, 1, None) for name in ("kernel", "stride")),
    ("networks.convolution.transposed_output_size", "padding", 0, None),
    *(
        ("networks.convolution.parameter_count", name, 1, None)
        for name in ("in_channels", "filters", "kernel")
    ),
    ("networks.gan.build_digit_generator", "latent", 1, 10_000),
    ("networks.gan.build_generator", "latent", 1, 10_000),
    ("networks.gan.sample", "n_samples", 1, MOST),
    ("networks.gan.train", "batch_size", 1, 10_000),
    ("networks.gan.train", "n_samples", 1, 10_000),
    ("networks.gan.train", "snapshots", 0, MOST),
    ("networks.gan.train", "steps", 1, MOST),
    ("networks.layers.BatchNorm", "channels", 1, MOST),
    *((f"networks.layers.{name}", "n_in", 1, MOST) for name in ("Conv2d", "ConvTranspose2d", "Dense")),
    *((f"networks.layers.{name}", "n_out", 1, MOST) for name in ("Conv2d", "ConvTranspose2d", "Dense")),
    *((f"networks.layers.{name}", "kernel", 1, None) for name in ("Conv2d", "ConvTranspose2d")),
    *((f"networks.layers.{name}", "padding", 0, 1000) for name in ("Conv2d", "ConvTranspose2d")),
    *((f"networks.layers.{name}", "stride", 1, 1000) for name in ("Conv2d", "ConvTranspose2d")),
    ("networks.real_or_noise.fit_discriminator", "hidden", 1, MOST),
    ("networks.real_or_noise.fit_discriminator", "random_state", 0, SEEDS),
    ("networks.real_or_noise.real_and_noise", "random_state", 0, None),
    ("networks.scores.Judge", "hidden", 1, MOST),
    ("networks.scores.split_halves", "random_state", 0, SEEDS),
    *(("networks.shapes.discriminator_shapes", name, 1, None) for name in ("size", "kernel", "filters")),
    ("networks.shapes.window_starts", "padding", 0, MOST),
    *(("networks.shapes.window_starts", name, 1, MOST) for name in ("size", "stride")),
    ("networks.xor.xor_starts", "starts", 1, MOST),
    ("networks.xor.xor_starts", "steps", 0, MOST),
)
"""Function, argument, the least that it takes and the most, where there is one."""


@pytest.mark.parametrize(("name", "argument", "least", "most"), COUNTS)
def test_a_count_is_taken_between_its_ends_and_refused_beyond(name, argument, least, most):
    function = PUBLIC[name]
    valid = call_of(name, function)
    try:
        function(**valid | {argument: least})
    except ValueError as error:  # other arguments of the call may ask for more of it
        assert not str(error).startswith(f"{argument} must be a whole number"), error
    with pytest.raises(ValueError, match=rf"^{argument} must be a whole number, {least} or more, got"):
        function(**valid | {argument: least - 1})
    if most is not None:
        with pytest.raises(ValueError, match=rf"^{argument} must be a whole number, {most} or less, got"):
            function(**valid | {argument: most + 1})


# ---- The test of the test: each kind of fault is noticed


def silent(z):
    return np.full(np.shape(z), np.nan)


def nameless(z):
    raise ValueError("bad")


def crashes(z):
    return z.nothing


def warns(z):
    warnings.warn("beware", stacklevel=1)


def changes(z):
    z[0] = 7
    return 0.0


def depends_on_form(z):
    return float(np.asarray(z).dtype.itemsize)


@pytest.mark.parametrize(
    ("function", "says"),
    [
        (relu, None),
        (silent, "silent nan"),
        (nameless, "names no argument: ValueError: bad"),
        (crashes, "AttributeError: "),
        (warns, "UserWarning: beware"),
        (changes, "z was changed in place"),
        (depends_on_form, "another answer for the same value"),
    ],
)
def test_a_fault_is_noticed(function, says):
    z = np.array([1.0, 2.0])
    put = {"z": Spoilt(z.astype(np.float32), "as float32", same=True)}
    said = problem(function.__name__, function, {"z": z}, put)
    assert said is None if says is None else said.startswith(says)


# ---- Checks of arguments


@pytest.mark.parametrize("value", [-1, 1.5, "0", True, [0], np.array(0), 1 + 0j])
def test_a_bad_seed_is_named(value):
    with pytest.raises((TypeError, ValueError), match=r"^random_state must be a whole number, 0 or more"):
        random_source(value)


def test_a_generator_is_taken_as_it_is_and_a_seed_is_numpy_s():
    rng = np.random.default_rng(0)
    assert random_source(rng) is rng
    assert random_source(np.int64(3)).random() == np.random.default_rng(3).random()
    assert random_source(None).random() != random_source(None).random()


def test_a_count_has_two_ends():
    assert whole("n", 5, at_least=1, at_most=5) == 5
    with pytest.raises(ValueError, match=r"^n must be a whole number, 5 or less, got 6$"):
        whole("n", 6, at_least=1, at_most=5)


def test_what_overflows_is_refused_by_name():
    with pytest.raises(ValueError, match=r"^X and Y must hold numbers .*overflow"), representable("X", "Y"):
        np.array([1e300]) * 1e300
    with representable("X"):
        assert np.array([1e-300]) * 1e-300 == 0
