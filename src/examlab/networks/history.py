"""What a training leaves behind."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from numpy.typing import NDArray

from examlab.arguments import Floats
from examlab.networks.layers import Sequential

__all__ = ["CURVES", "History", "TrainingStopped"]

CURVES = (
    "discriminator_loss",
    "generator_loss",
    "d_real",
    "d_fake",
    "discriminator_gradient_norm",
    "generator_gradient_norm",
)
"""The attributes of a `History` that hold one number a step."""


@dataclass(frozen=True, eq=False)
class History:
    """How a training went.

    Attributes
    ----------
    discriminator_loss, generator_loss : array, shape (steps,)
        The two losses at each step, R1 penalty not included.
    d_real, d_fake : array, shape (steps,)
        Mean D(x) over the real images and mean D(G(z)) over the generated ones, before the discriminator
        moved.
    discriminator_gradient_norm, generator_gradient_norm : array, shape (steps,)
        Lengths of the gradients that moved each network, R1 penalty included.
    snapshot_steps : array of int, shape (snapshots,)
        After how many steps each snapshot was taken.
    snapshots : array, shape (snapshots, n_samples, height, width, channels)
        What the generator made of the same latent numbers each time; the averaged one, if it was averaged.
    generator : Sequential
        The generator, averaged if it was averaged: `sample` draws from it.
    state : mapping
        Everything that the next step depends on.
    interrupted : bool
        Whether the training was interrupted before its last step.
    """

    discriminator_loss: Floats
    generator_loss: Floats
    d_real: Floats
    d_fake: Floats
    discriminator_gradient_norm: Floats
    generator_gradient_norm: Floats
    snapshot_steps: NDArray[Any]
    snapshots: Floats
    generator: Sequential
    state: Mapping[str, Any]
    interrupted: bool = False

    @property
    def steps(self) -> int:
        """How many steps were taken, those of resumed runs included."""
        return len(self.d_real)


class TrainingStopped(FloatingPointError):
    """A network's numbers became infinite or not a number. `history` ends with the last good step."""

    history: History
