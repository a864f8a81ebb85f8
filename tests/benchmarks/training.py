"""What training costs: time against PyTorch on the same processor, seconds, memory, and whether it learns."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
from sklearn.svm import SVC

from examlab.networks import gan
from examlab.networks.digits import load_digits_8x8, load_digits_32x32
from tests.benchmarks import Measure

ROUNDS = 100
THREADS = 2
PAUSE = 0.02
"""Seconds between two turns: the threads of PyTorch go on waiting busily for a while after its own turn."""
RECIPE: dict[str, Any] = {"learning_rate": (2e-3, 2e-3), "r1": 1.0, "average": 0.999, "decay": 0.1}
"""How the small GAN of 8×8 digits learns well."""

_PEAK = """
import resource
from examlab.networks import digits, gan
generator, discriminator = gan.build_generator(random_state=0), gan.build_discriminator(random_state=1)
networks = {"generator": generator, "discriminator": discriminator}
gan.train(digits.load_digits_32x32()[0], **networks, steps=30, average=0.999, snapshots=30, random_state=0)
gan.sample(generator, 2000)
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
"""


def measures() -> Iterator[Measure]:
    """Yield the ratios to PyTorch, then seconds and shares, then memory."""
    yield from against_pytorch()
    yield from digits_learned()
    peak = subprocess.run([sys.executable, "-c", _PEAK], capture_output=True, text=True, check=True)
    yield Measure("memory at its peak, training on 32×32 digits", int(peak.stdout) / 1000, 1000, " MB")


def large(seed: int) -> dict[str, Any]:
    """Return the exam's discriminator and its opponent."""
    generator, discriminator = (
        gan.build_generator(random_state=seed),
        gan.build_discriminator(random_state=seed + 1),
    )
    return {"generator": generator, "discriminator": discriminator}


def small(seed: int) -> dict[str, Any]:
    """Return the small GAN of 8×8 digits."""
    generator = gan.build_digit_generator(random_state=seed)
    return {"generator": generator, "discriminator": gan.build_digit_discriminator(random_state=seed + 1)}


def against_pytorch() -> Iterator[Measure]:
    """Yield one ratio for each GAN, to PyTorch as it is fastest."""
    import torch

    from tests.benchmarks import peer

    X, _ = load_digits_32x32()
    layouts = {"contiguous": torch.contiguous_format, "channels last": torch.channels_last}
    games = {name: peer.exam_game(torch.from_numpy(X), layout) for name, layout in layouts.items()}
    yield compare("the exam's GAN, 64 images 32×32", games, 1.0, X, **large(0))

    X, _ = load_digits_8x8()
    step = peer.digit_game(torch.from_numpy(X))
    threads = {"1 thread": lambda: step(threads=1), "2 threads": lambda: step(threads=2)}
    yield compare("the GAN of 8×8 digits, 64 images", threads, 0.7, X, **small(0), **RECIPE)


def compare(
    name: str, peers: dict[str, Callable[[], None]], budget: float, X: np.ndarray, **training: Any
) -> Measure:
    """Return the time of one update over that of the fastest peer, all taking turns in one run."""
    from tests.benchmarks import peer

    rows: list[list[float]] = []
    started = 0.0

    def others(step: int, of: int) -> None:
        nonlocal started
        row = [time.perf_counter() - started]
        if step == 1 and not peer.uses_threads(THREADS):
            raise RuntimeError(f"PyTorch does not use {THREADS} threads: that would be no comparison")
        for other in peers.values():
            time.sleep(PAUSE)
            started = time.perf_counter()
            other()
            row.append(time.perf_counter() - started)
        rows.append(row)
        time.sleep(PAUSE)
        started = time.perf_counter()

    gan.train(X, steps=ROUNDS, random_state=0, progress=others, **training)
    # The best of many: what else runs on the machine only adds time.
    own, *theirs = np.min(rows, axis=0) * 1000
    best = int(np.argmin(theirs))
    fastest = f"PyTorch, {list(peers)[best]} ({theirs[best]:.1f} ms)"
    return Measure(f"one update of {name} ({own:.1f} ms) / {fastest}", own / theirs[best], budget)


def digits_learned() -> Iterator[Measure]:
    """Yield how long the small GAN learns, and how rare the rarest digit is among what it draws then."""
    X, labels = load_digits_8x8()
    networks = small(0)
    started = time.perf_counter()
    history = gan.train(X, **networks, **RECIPE, steps=4000, random_state=0)
    yield Measure("the GAN of 8×8 digits learns (4000 steps)", time.perf_counter() - started, 10, " s")
    drawn = gan.sample(history.generator, 5000, random_state=0)
    classifier = SVC().fit(X.reshape(len(X), -1), labels)
    counts = np.bincount(classifier.predict(drawn.reshape(len(drawn), -1)), minlength=10)
    yield Measure("6 % / share of the digit that it draws least", 0.06 * len(drawn) / counts.min(), 1)
