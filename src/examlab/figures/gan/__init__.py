"""Figures of exercise 1, a module for each subject."""

from examlab.figures.gan.activation import describe_relu_or_leaky, relu_or_leaky
from examlab.figures.gan.activation_study import activation_courses, describe_activation_courses
from examlab.figures.gan.classifier import (
    describe_held_out_logits,
    describe_logit_and_threshold,
    describe_softmax_pair,
    held_out_logits,
    logit_and_threshold,
    softmax_pair,
)
from examlab.figures.gan.convolution import (
    describe_layer_tensors,
    describe_pixels_read,
    layer_tensors,
    pixels_read,
    why_not_read,
)
from examlab.figures.gan.game import describe_two_players, two_players
from examlab.figures.gan.idea import describe_forger_and_detective, forger_and_detective
from examlab.figures.gan.loss import describe_loss_slope, loss_slope
from examlab.figures.gan.parameters import describe_parameters_by_layer, parameters_by_layer
from examlab.figures.gan.precision import (
    describe_fused_or_not,
    describe_slope_near_one,
    fused_or_not,
    slope_near_one,
)
from examlab.figures.gan.scores import (
    class_shares,
    describe_class_shares,
    describe_final_distances,
    describe_nearest_images,
    describe_score_bars,
    final_distances,
    nearest_images,
    score_bars,
)
from examlab.figures.gan.training import (
    describe_gradient_norms,
    describe_samples_by_step,
    gradient_norms,
    samples_by_step,
)
from examlab.figures.gan.xor import (
    describe_silent_units_over_time,
    describe_xor_bars,
    silent_units_over_time,
    xor_bars,
)

__all__ = [
    "activation_courses",
    "class_shares",
    "describe_activation_courses",
    "describe_class_shares",
    "describe_final_distances",
    "describe_forger_and_detective",
    "describe_fused_or_not",
    "describe_gradient_norms",
    "describe_held_out_logits",
    "describe_layer_tensors",
    "describe_logit_and_threshold",
    "describe_loss_slope",
    "describe_nearest_images",
    "describe_parameters_by_layer",
    "describe_pixels_read",
    "describe_relu_or_leaky",
    "describe_samples_by_step",
    "describe_score_bars",
    "describe_silent_units_over_time",
    "describe_slope_near_one",
    "describe_softmax_pair",
    "describe_two_players",
    "describe_xor_bars",
    "final_distances",
    "forger_and_detective",
    "fused_or_not",
    "gradient_norms",
    "held_out_logits",
    "layer_tensors",
    "logit_and_threshold",
    "loss_slope",
    "nearest_images",
    "parameters_by_layer",
    "pixels_read",
    "relu_or_leaky",
    "samples_by_step",
    "score_bars",
    "silent_units_over_time",
    "slope_near_one",
    "softmax_pair",
    "two_players",
    "why_not_read",
    "xor_bars",
]
