"""The figures of exercise 1."""

from functools import cache

import numpy as np

from examlab.figures import gan
from examlab.networks import gan as networks
from examlab.networks.activation_study import stored_study
from examlab.networks.digits import load_digits_8x8
from examlab.networks.scores import Scores
from tests.unit.cases.case import Case

SMALL_XOR = {"starts": 200, "steps": 200}


@cache
def trained(loss, steps=30):
    """Return a short training of the small GAN."""
    return networks.train(
        load_digits_8x8()[0],
        generator=networks.build_digit_generator(random_state=0),
        discriminator=networks.build_digit_discriminator(random_state=1),
        steps=steps,
        loss=loss,
        snapshots=4,
        random_state=2,
    )


DIGITS = load_digits_8x8()[0]
SHARES = np.full(10, 0.1)
NEAREST = {
    "samples": DIGITS[:10],
    "neighbours": DIGITS[10:20],
    "distances": np.linspace(0.21, 0.62, 50),
    "reference": np.linspace(0.1, 0.51, 50),
}
PAIR = {"discriminator": ("leaky-relu", "leaky-relu", "relu"), "generator": ("relu", "relu", "leaky-relu")}

CASES = {
    "relu_or_leaky": Case(
        gan.relu_or_leaky, gan.describe_relu_or_leaky, {"alpha": (0.1, 0.01, 0.5), "z1": (-1.5, -3.0, 3.0)}
    ),
    "xor_bars": Case(gan.xor_bars, gan.describe_xor_bars, {}, SMALL_XOR),
    "silent_units_over_time": Case(
        gan.silent_units_over_time, gan.describe_silent_units_over_time, {"step": (20, 0, 200)}, SMALL_XOR
    ),
    "loss_slope": Case(
        gan.loss_slope,
        gan.describe_loss_slope,
        {"d": (0.1, 0.01, 0.99), "loss": ("minimax", "minimax", "non-saturating")},
    ),
    "logit_and_threshold": Case(
        gan.logit_and_threshold,
        gan.describe_logit_and_threshold,
        {"z": (1.0, -6.0, 6.0), "threshold": (0.5, 0.1, 0.9)},
    ),
    "softmax_pair": Case(
        gan.softmax_pair, gan.describe_softmax_pair, {"z": (1.0, -4.0, 4.0), "shift": (3.0, -6.0, 6.0)}
    ),
    "held_out_logits": Case(
        gan.held_out_logits, gan.describe_held_out_logits, {"threshold": (0.5, 0.01, 0.99)}
    ),
    "slope_near_one": Case(gan.slope_near_one, gan.describe_slope_near_one, {"nines": (3, 0, 8)}),
    "fused_or_not": Case(gan.fused_or_not, gan.describe_fused_or_not, {"s": (16.0, 14.0, 19.0)}),
    "two_players": Case(
        gan.two_players, gan.describe_two_players, {"eta": (0.2, 0.1, 0.4), "step": (10, 0, 40)}
    ),
    "forger_and_detective": Case(
        gan.forger_and_detective, gan.describe_forger_and_detective, {"d": (0.2, 0.0, 1.0)}
    ),
    "pixels_read": Case(
        gan.pixels_read,
        gan.describe_pixels_read,
        {"size": (7, 4, 8), "kernel": (3, 2, 5), "stride": (2, 1, 3), "padding": (1, 0, 2)},
        impossible=gan.why_not_read,
    ),
    "pixels_read, place": Case(
        gan.pixels_read,
        gan.describe_pixels_read,
        {"place": (6, 1, 16)},
        {"size": 8, "kernel": 3, "stride": 2, "padding": 1},
    ),
    "layer_tensors": Case(gan.layer_tensors, gan.describe_layer_tensors),
    "parameters_by_layer": Case(
        gan.parameters_by_layer,
        gan.describe_parameters_by_layer,
        {
            "kernel": (3, 1, 7),
            "filters": (32, 8, 64),
            "stride": (2, 1, 3),
            "bias": (True, True, False),
        },
    ),
    "activation_courses": Case(
        gan.activation_courses,
        gan.describe_activation_courses,
        {**PAIR, "penalty": ("plain", "plain", "r1"), "step": (1500, 0, 750)},
        {"study": stored_study()},
    ),
    "samples_by_step": Case(
        gan.samples_by_step,
        gan.describe_samples_by_step,
        {"step": (20, 0, 30)},
        {"history": trained("minimax")},
    ),
    "gradient_norms": Case(
        gan.gradient_norms,
        gan.describe_gradient_norms,
        {"step": (10, 1, 30)},
        {"histories": {"minimax": trained("minimax"), "non-saturating": trained("non-saturating")}},
    ),
    "gradient_norms, one run": Case(
        gan.gradient_norms,
        gan.describe_gradient_norms,
        {"step": (10, 1, 30)},
        {"histories": {"non-saturating": trained("non-saturating")}},
    ),
    "class_shares": Case(
        gan.class_shares,
        gan.describe_class_shares,
        {},
        {"shares": {"generated": np.linspace(0, 0.2, 10), "real, held out": [0.1] * 10}},
    ),
    "final_distances": Case(
        gan.final_distances,
        gan.describe_final_distances,
        {},
        {"distances": {"minimax": [4.1, 4.5], "non-saturating, R1": [2.1, 2.2]}, "reference": 0.42},
    ),
    "score_bars": Case(
        gan.score_bars,
        gan.describe_score_bars,
        {},
        {
            "generated": {"8×8": Scores(0.89, SHARES, 1.2), "32×32": Scores(0.86, SHARES, 30.0)},
            "real": {"8×8": Scores(0.97, SHARES, 0.42), "32×32": Scores(0.98, SHARES, 3.1)},
        },
    ),
    "nearest_images": Case(gan.nearest_images, gan.describe_nearest_images, {}, NEAREST),
}

BAD = [
    ("relu_or_leaky", "alpha", 0.6, "0.6"),
    ("relu_or_leaky", "alpha", -0.1, "-0.1"),
    ("relu_or_leaky", "z1", 3.5, "3.5"),
    ("xor_bars", "starts", 0, "0"),
    ("xor_bars", "alpha", 2, "2"),
    ("xor_bars", "random_state", -1, "-1"),
    ("silent_units_over_time", "step", 201, "201"),
    ("silent_units_over_time", "step", -1, "-1"),
    ("loss_slope", "d", 0, "0"),
    ("loss_slope", "d", 1, "1"),
    ("loss_slope", "loss", "hinge", "'hinge'"),
    ("logit_and_threshold", "z", 6.5, "6.5"),
    ("logit_and_threshold", "threshold", 0, "0"),
    ("logit_and_threshold", "threshold", 1, "1"),
    ("softmax_pair", "z", float("nan"), "nan"),
    ("softmax_pair", "shift", 7, "7"),
    ("held_out_logits", "threshold", 1, "1"),
    ("held_out_logits", "random_state", -1, "-1"),
    ("slope_near_one", "nines", 9, "9"),
    ("slope_near_one", "nines", -1, "-1"),
    ("fused_or_not", "s", 20, "20"),
    ("two_players", "eta", 0, "0"),
    ("two_players", "eta", 0.6, "0.6"),
    ("two_players", "step", 41, "41"),
    ("forger_and_detective", "d", 1.1, "1.1"),
    ("pixels_read", "size", 9, "9"),
    ("pixels_read", "kernel", 0, "0"),
    ("pixels_read", "kernel", 11, "11"),
    ("pixels_read", "stride", 0, "0"),
    ("pixels_read", "padding", 3, "3"),
    ("pixels_read, place", "place", 17, "17"),
    ("pixels_read, place", "place", 0, "0"),
    ("parameters_by_layer", "kernel", 4, "4"),
    ("parameters_by_layer", "filters", 0, "0"),
    ("parameters_by_layer", "stride", 0, "0"),
    ("activation_courses", "discriminator", "tanh", "'tanh'"),
    ("activation_courses", "generator", "tanh", "'tanh'"),
    ("activation_courses", "penalty", "r2", "'r2'"),
    ("activation_courses", "step", 1, "1"),
    ("samples_by_step", "step", 15, "15"),
    ("gradient_norms", "step", 0, "0"),
    ("gradient_norms", "step", 31, "31"),
    ("gradient_norms", "histories", {}, "0"),
    ("class_shares", "shares", {}, "0"),
    ("class_shares", "shares", {"mine": [0.5] * 3}, "(3,)"),
    ("class_shares", "shares", {"mine": [2] * 10}, "2"),
    ("final_distances", "distances", {}, "none"),
    ("final_distances", "distances", {"minimax": [-1.0]}, "-1"),
    ("final_distances", "reference", -1, "-1"),
    ("score_bars", "real", {}, "[]"),
    ("nearest_images", "samples", np.full((10, 8, 8, 1), np.nan), "nan"),
    ("nearest_images", "neighbours", DIGITS[:9], "(9, 8, 8, 1)"),
    ("nearest_images", "distances", [], "empty"),
    ("nearest_images", "reference", [[1]], "(1, 1)"),
]

WRONG_TYPE = [
    ("relu_or_leaky", "z1"),
    ("xor_bars", "starts"),
    ("silent_units_over_time", "step"),
    ("loss_slope", "d"),
    ("loss_slope", "loss"),
    ("logit_and_threshold", "z"),
    ("softmax_pair", "shift"),
    ("held_out_logits", "threshold"),
    ("slope_near_one", "nines"),
    ("fused_or_not", "s"),
    ("two_players", "step"),
    ("forger_and_detective", "d"),
    ("pixels_read", "size"),
    ("pixels_read", "padding"),
    ("pixels_read, place", "place"),
    ("parameters_by_layer", "kernel"),
    ("parameters_by_layer", "bias"),
]

SAID = {
    "minimax": "log(1 − d)",
    "non-saturating": "−log d",
    "relu": "ReLU",
    "leaky-relu": "LeakyReLU",
    "plain": "without penalty",
    "r1": "with R1 penalty",
}
"""How the words write what was chosen, where it is no number."""
