"""A generative adversarial network: its two players, their losses, and how they are trained."""

from __future__ import annotations

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

__all__ = [
    "KINDS",
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
]
