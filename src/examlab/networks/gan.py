"""A generative adversarial network: its two players, their losses, and how they are trained."""

from __future__ import annotations

from examlab.networks.history import History, TrainingStopped
from examlab.networks.losses import (
    KINDS,
    discriminator_loss,
    fake_loss,
    fake_loss_logit,
    fake_loss_logit_slope,
    fake_loss_slope,
    generator_curve,
    generator_curve_logit,
    generator_loss,
    generator_slope,
    generator_slope_logit,
)
from examlab.networks.models import (
    build_digit_discriminator,
    build_digit_generator,
    build_discriminator,
    build_generator,
    sample,
)
from examlab.networks.penalty import r1_penalty
from examlab.networks.training import train

__all__ = [
    "KINDS",
    "History",
    "TrainingStopped",
    "build_digit_discriminator",
    "build_digit_generator",
    "build_discriminator",
    "build_generator",
    "discriminator_loss",
    "fake_loss",
    "fake_loss_logit",
    "fake_loss_logit_slope",
    "fake_loss_slope",
    "generator_curve",
    "generator_curve_logit",
    "generator_loss",
    "generator_slope",
    "generator_slope_logit",
    "r1_penalty",
    "sample",
    "train",
]
