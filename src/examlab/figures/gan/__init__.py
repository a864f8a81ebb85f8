"""Figures of exercise 1, a module for each subject."""

from examlab.figures.gan.activation import describe_relu_or_leaky, relu_or_leaky
from examlab.figures.gan.loss import describe_loss_slope, loss_slope
from examlab.figures.gan.xor import (
    describe_silent_units_over_time,
    describe_xor_bars,
    silent_units_over_time,
    xor_bars,
)

__all__ = [
    "describe_loss_slope",
    "describe_relu_or_leaky",
    "describe_silent_units_over_time",
    "describe_xor_bars",
    "loss_slope",
    "relu_or_leaky",
    "silent_units_over_time",
    "xor_bars",
]
