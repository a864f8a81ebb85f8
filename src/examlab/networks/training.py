"""The game of the two networks, step by step."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from warnings import warn

import numpy as np
from threadpoolctl import threadpool_limits

from examlab.arguments import (
    MOST,
    POSITIVE,
    Floats,
    Interval,
    choice,
    floats,
    function,
    instance,
    number,
    random_source,
    whole,
)
from examlab.networks.activations import sigmoid
from examlab.networks.history import CURVES, History, TrainingStopped
from examlab.networks.layers import Sequential
from examlab.networks.losses import (
    KINDS,
    discriminator_loss,
    fake_loss_logit_slope,
    generator_loss,
    generator_slope_logit,
)
from examlab.networks.models import latents
from examlab.networks.optimise import Adam, MovingAverage
from examlab.networks.penalty import penalise

__all__ = ["train"]

LARGEST_BATCH = 10_000

NOT_NEGATIVE = Interval(0, math.inf, open_high=True)
SHARE = Interval(0, 1, open_low=True)
BELOW_ONE = Interval(0, 1, open_high=True)


def train(
    X: Floats,
    *,
    generator: Sequential,
    discriminator: Sequential,
    steps: int,
    batch_size: int = 64,
    learning_rate: tuple[float, float] = (2e-4, 2e-4),
    loss: str = "non-saturating",
    r1: float = 0.0,
    average: float | None = None,
    decay: float = 1.0,
    snapshots: int = 0,
    n_samples: int = 64,
    random_state: int | np.random.Generator | None = None,
    resume: History | None = None,
    progress: Callable[[int, int], object] | None = None,
) -> History:
    """Train a generator against a discriminator, both in place.

    A step draws real images and as many generated ones, moves the discriminator, and then moves the generator
    against the discriminator as it is now. Both move by `Adam` with betas 0.5 and 0.999. On one machine the
    same arguments give the same result to the last bit.

    Source: I. Goodfellow et al., *Generative adversarial nets*, NIPS 2014, algorithm 1, with one step of the
    discriminator, and the same generated images in both halves of a step.

    Parameters
    ----------
    X : array, shape (n, height, width, channels)
        Real images, in the networks' precision.
    generator : Sequential
        From normal random numbers to images; its first layer is dense.
    discriminator : Sequential
        From images to logits, shape (batch, 1).
    steps : int
        How many steps to take, at least 1.
    batch_size : int
        How many real images a step sees, and how many generated ones, at least 1.
    learning_rate : pair of float
        Of the discriminator and of the generator, above 0.
    loss : {"non-saturating", "minimax"}
        The generator's loss.
    r1 : float
        Weight of the R1 penalty on the discriminator, 0 or more.
    average : float, optional
        The share that one step keeps of a moving average of the generator, in [0, 1). The average makes the
        snapshots, and is the history's `generator`.
    decay : float
        What is left of the learning rates after `steps` steps, in (0, 1]: they fall exponentially.
    snapshots : int
        How many pictures of the generator's progress to keep, evenly spread from before the first step to
        after the last.
    n_samples : int
        How many images a snapshot shows, at least 1.
    random_state : int, Generator or None
        Where latent numbers and the choice of real images come from.
    resume : History, optional
        Continue this training for `steps` more: networks, random numbers, curves and the decay go on where
        it ended, and its latent numbers make the snapshots. Without decay, or after an interruption, the
        result is that of one longer training, to the last bit.
    progress : callable, optional
        Called after each step with the steps taken and the steps there will be.

    Returns
    -------
    History
        Interrupted from the keyboard, it ends with the last whole step, warns, and can be resumed.

    Raises
    ------
    TypeError, ValueError
        If an argument is not of its type or not allowed.
    TrainingStopped
        If a network's numbers become infinite or NaN. The message says at which step and in which network;
        the error's `history`, and the networks, are those of the last good step.

    Examples
    --------
    >>> from examlab.networks.digits import load_digits_8x8
    >>> from examlab.networks.models import build_digit_discriminator, build_digit_generator
    >>> pair = {"generator": build_digit_generator(), "discriminator": build_digit_discriminator()}
    >>> history = train(load_digits_8x8()[0], **pair, steps=10, snapshots=3, n_samples=5)
    >>> history.d_fake.shape, history.snapshot_steps.tolist(), history.snapshots.shape
    ((10,), [0, 5, 10], (3, 5, 8, 8, 1))
    """
    instance("generator", generator, Sequential), instance("discriminator", discriminator, Sequential)
    steps = whole("steps", steps, at_least=1, at_most=MOST)
    snapshots = whole("snapshots", snapshots, at_least=0, at_most=MOST)
    rng = random_source(random_state)
    game = _Game(
        *(_images(X, generator, discriminator), generator, discriminator),
        batch_size=whole("batch_size", batch_size, at_least=1, at_most=LARGEST_BATCH),
        kind=choice("loss", loss, KINDS),
        r1=number("r1", r1, NOT_NEGATIVE),
        optimisers=_optimisers(discriminator, generator, learning_rate),
        average=None if average is None else _average(generator, average),
        decay=number("decay", decay, SHARE),
        horizon=steps,
        rng=rng,
        # Of their own stream, so that the training does not depend on how many there are.
        samples=latents(
            generator, whole("n_samples", n_samples, at_least=1, at_most=LARGEST_BATCH), rng.spawn(1)[0]
        ),
    )
    if resume is not None:
        instance("resume", resume, History)
    tell = (lambda step, of: None) if progress is None else function("progress", progress)
    return _play(game, steps, snapshots, resume, tell)


@dataclass
class _Game:
    """Two networks, and all that the next step depends on."""

    X: Floats
    generator: Sequential
    discriminator: Sequential
    batch_size: int
    kind: str
    r1: float
    optimisers: tuple[Adam, Adam]
    average: MovingAverage | None
    decay: float
    horizon: int
    rng: np.random.Generator
    samples: Floats
    steps: int = 0

    def step(self) -> tuple[float, ...]:
        """Take one step; return what it adds to each of `CURVES`."""
        real = self.X[self.rng.integers(len(self.X), size=self.batch_size)]
        fake = self.generator.forward(latents(self.generator, self.batch_size, self.rng))
        loss, d_real, d_fake, norm = self._discriminate(real, fake)
        generator_loss, generator_norm = self._generate(fake)
        if self.average:
            self.average.step()
        self.steps += 1
        return loss, generator_loss, d_real, d_fake, norm, generator_norm

    def _discriminate(self, real: Floats, fake: Floats) -> tuple[float, float, float, float]:
        """Move the discriminator; return its loss, mean D(x), mean D(G(z)), and its gradient's length."""
        logits = self.discriminator.forward(np.concatenate([real, fake]))
        self._check("discriminator", logits)
        on_real, on_fake = np.split(logits, 2)
        slopes = [generator_slope_logit(on_real, kind="non-saturating"), fake_loss_logit_slope(on_fake)]
        self.discriminator.learn(np.concatenate(slopes) / len(real))
        if self.r1:
            so_far = self.discriminator.gradient.copy()
            penalise(self.discriminator, real, weight=self.r1)
            self.discriminator.gradient += so_far
        norm = self._move("discriminator", self.optimisers[0])
        d_real, d_fake = float(sigmoid(on_real).mean()), float(sigmoid(on_fake).mean())
        return discriminator_loss(on_real, on_fake), d_real, d_fake, norm

    def _generate(self, fake: Floats) -> tuple[float, float]:
        """Move the generator; return its loss and its gradient's length."""
        logits = self.discriminator.forward(fake)
        self._check("generator", logits)
        slopes = generator_slope_logit(logits, kind=self.kind) / len(fake)
        self.generator.learn(self.discriminator.pull(slopes))
        return generator_loss(logits, kind=self.kind), self._move("generator", self.optimisers[1])

    def _move(self, network: str, optimiser: Adam) -> float:
        """Let one network take its step; return its gradient's length."""
        norm = np.sqrt(np.vdot(optimiser.model.gradient, optimiser.model.gradient))
        self._check(network, norm)
        optimiser.step(scale=self.decay ** (self.steps / self.horizon))
        return float(norm)

    def _check(self, network: str, values: Floats) -> None:
        if not np.isfinite(values).all():
            raise TrainingStopped(
                f"training stopped at step {self.steps + 1}: the {network}'s loss is not a finite number"
            )

    @property
    def shown(self) -> Sequential:
        """The generator, or its average."""
        return self.average.network if self.average else self.generator

    @property
    def arrays(self) -> dict[str, Floats]:
        """All arrays that a step changes, and the latent numbers of the snapshots."""
        networks = {"generator": self.generator, "discriminator": self.discriminator}
        if self.average:
            networks["average"] = self.average.network
        found = {"samples": self.samples}
        for name, network in networks.items():
            found |= {name: network.vector, f"{name} statistics": network.statistics}
        for optimiser, name in zip(self.optimisers, ("discriminator", "generator"), strict=True):
            found |= {f"{name} mean": optimiser.mean, f"{name} square": optimiser.square}
        return found

    def state(self, old: dict[str, Any] | None = None) -> dict[str, Any]:
        """Return a copy of everything that the next step depends on, in the memory of an old one."""
        new = old or {name: np.empty_like(array) for name, array in self.arrays.items()}
        for name, array in self.arrays.items():
            np.copyto(new[name], array)
        return new | {"steps": self.steps, "horizon": self.horizon, "rng": self.rng.bit_generator.state}

    def restore(self, state: Mapping[str, Any]) -> None:
        """Go back, or on, to a state."""
        for name, array in self.arrays.items():
            if name not in state or array.shape != state[name].shape:
                raise ValueError(f"resume must come from networks like these, got another {name}")
            array[...] = state[name]
        self.steps, self.horizon = state["steps"], state["horizon"]
        self.rng.bit_generator.state = state["rng"]
        for optimiser in self.optimisers:
            optimiser.steps = self.steps


def _play(
    game: _Game, steps: int, snapshots: int, earlier: History | None, progress: Callable[[int, int], object]
) -> History:
    """Take the steps, and write the history."""
    if earlier:
        game.restore(earlier.state)
    good, spare = game.state(), game.state()
    curves: list[tuple[float, ...]] = []
    shown: dict[int, Floats] = {}
    first, last = game.steps, game.steps + steps
    wanted = set(np.linspace(first, last, snapshots).round().astype(int).tolist())

    def history(*, interrupted: bool) -> History:
        # What was not finished is forgotten: networks, curves and snapshots end with the same step.
        game.restore(good)
        kept = {step: images for step, images in shown.items() if step <= game.steps}
        return _history(game, curves[: game.steps - first], kept, earlier, interrupted)

    try:
        with threadpool_limits(1, user_api="blas"), np.errstate(all="ignore"):
            while True:
                if game.steps in wanted:
                    shown[game.steps] = game.shown.forward(game.samples, training=False)
                if game.steps == last:
                    return history(interrupted=False)
                curves.append(game.step())
                # Two copies in turns: an interrupt while one is written finds the other whole.
                spare, good = good, game.state(spare)
                progress(game.steps - first, steps)
    except TrainingStopped as stopped:
        stopped.history = history(interrupted=True)
        raise
    except KeyboardInterrupt:
        done = history(interrupted=True)
        warn(
            f"interrupted after {game.steps} of {last} steps: what comes next works with these; to go on, "
            "pass resume= the history that this call returned",
            stacklevel=3,
        )
        return done


def _history(
    game: _Game,
    curves: list[tuple[float, ...]],
    shown: Mapping[int, Floats],
    earlier: History | None,
    interrupted: bool,
) -> History:
    """Return the history of a run, appended to an earlier one."""
    columns = np.array(curves, dtype=float).reshape(-1, len(CURVES)).T
    found = dict(zip(CURVES, columns, strict=True))
    found["snapshot_steps"] = np.array(list(shown), dtype=int)
    found["snapshots"] = np.array(list(shown.values())).reshape(-1, len(game.samples), *game.X.shape[1:])
    if earlier:
        found = {name: np.concatenate([getattr(earlier, name), new]) for name, new in found.items()}
    return History(**found, generator=game.shown, state=game.state(), interrupted=interrupted)


def _average(generator: Sequential, average: float) -> MovingAverage:
    return MovingAverage(generator, keep=number("average", average, BELOW_ONE))


def _images(X: Floats, generator: Sequential, discriminator: Sequential) -> Floats:
    """Return X if the generator makes, and the discriminator reads, images of its shape and precision."""
    X = floats("X", X, shape=(None, None, None, None))
    for name, network in (("generator", generator), ("discriminator", discriminator)):
        if network.vector.dtype != X.dtype:
            raise TypeError(f"X must have the {name}'s dtype {network.vector.dtype}, got {X.dtype}")
    one = generator.forward(latents(generator, 1, np.random.default_rng(0)), training=False)
    if one.shape[1:] != X.shape[1:]:
        raise ValueError(f"generator must make images of shape {X.shape[1:]} as in X, got {one.shape[1:]}")
    if discriminator.forward(one).shape != (1, 1):
        raise ValueError("discriminator must give one logit an image, shape (batch, 1)")
    return X


def _optimisers(
    discriminator: Sequential, generator: Sequential, learning_rate: tuple[float, float]
) -> tuple[Adam, Adam]:
    first, second = floats("learning_rate", learning_rate, POSITIVE, shape=(2,)).tolist()
    return Adam(discriminator, learning_rate=first), Adam(generator, learning_rate=second)
