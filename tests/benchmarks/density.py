"""What the mountain function costs: against SciPy, JAX, the machine itself, and with fewer components."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

import numpy as np
from scipy.spatial.distance import cdist
from threadpoolctl import threadpool_limits

from examlab.hyperspectral.clustering import suggested_radius
from examlab.hyperspectral.density import mountain
from examlab.hyperspectral.scenes import simulated_scene
from examlab.hyperspectral.spectra import standardize
from tests.benchmarks import Measure

FEW, LABELLED = 10_000, 42_776
"""Pixels: as many as SciPy is patient with, and those with a ground truth in Pavia University."""
COMPONENTS = 40
THREADS = 2
BLOCK = 640
PAUSE = 0.2


def measures() -> Iterator[Measure]:
    """Yield the ratios; everything is measured on the standardised pixels of one simulated scene."""
    X = standardize(simulated_scene(random_state=0).cube.reshape(-1, 103)).astype(np.float32)
    radius = suggested_radius(X)
    some = X[np.random.default_rng(0).permutation(len(X))]

    ours, scipy = turns(
        3, lambda: mountain(some[:FEW], radius=radius), lambda: by_scipy(some[:FEW].astype(float), radius)
    )
    yield Measure(f"mountain, {FEW} pixels ({ours:.2f} s) / SciPy ({scipy:.2f} s)", ours / scipy, 1 / 30)

    compiled = by_jax(some[:LABELLED], radius)
    limit = at_the_limit(LABELLED, X.shape[1])
    ours, jax, least = turns(5, lambda: mountain(some[:LABELLED], radius=radius), compiled, limit)
    yield Measure(f"mountain, {LABELLED} pixels ({ours:.2f} s) / JAX ({jax:.2f} s)", ours / jax, 1 / 1.3)
    name = f"mountain, {LABELLED} pixels / its products and exponentials alone ({least:.2f} s)"
    yield Measure(name, ours / least, 1 / 0.7)

    found = {}
    exact, reduced = turns(
        2,
        lambda: found.update(exact=mountain(X, radius=radius)),
        lambda: found.update(reduced=mountain(X, radius=radius, components=COMPONENTS)),
    )
    name = f"mountain, {len(X)} pixels, {COMPONENTS} components ({reduced:.1f} s) / exact ({exact:.1f} s)"
    yield Measure(name, reduced / exact, 1 / 3)
    error = np.abs(found["reduced"] / found["exact"] - 1).max()
    yield Measure(f"its largest relative error over all {len(X)} pixels", error, 1e-3)


def turns(rounds: int, *runs: Callable[[], object]) -> list[float]:
    """Return the seconds of each run, all taking turns: the best, as what else runs only adds time."""
    seconds = []
    for _ in range(rounds):
        row = []
        for run in runs:
            time.sleep(PAUSE)  # threads that wait busily for more work come to rest
            started = time.perf_counter()
            run()
            row.append(time.perf_counter() - started)
        seconds.append(row)
    return np.min(seconds, axis=0).tolist()


def by_scipy(X: np.ndarray, radius: float) -> np.ndarray:
    """Return the potentials by SciPy's distances, all in memory."""
    squares = cdist(X, X, "sqeuclidean")
    squares *= -4 / radius**2
    return np.exp(squares, out=squares).sum(axis=1)


def by_jax(X: np.ndarray, radius: float) -> Callable[[], object]:
    """Return JAX's way, compiled: blocks of rows against all pixels, distances by one product."""
    import jax
    import jax.numpy as jnp

    Z = (X - X.mean(axis=0)) * np.float32(np.sqrt(8) / radius)
    rows = -(-len(Z) // BLOCK)
    padded = np.concatenate([Z, np.zeros((rows * BLOCK - len(Z), Z.shape[1]), np.float32)])

    @jax.jit
    def potentials(blocks: jax.Array, Z: jax.Array) -> jax.Array:
        norms = (Z * Z).sum(axis=1) / 2

        def one(block: jax.Array) -> jax.Array:
            return jnp.exp(block @ Z.T - (block * block).sum(axis=1)[:, None] / 2 - norms).sum(axis=1)

        return jax.lax.map(one, blocks).ravel()

    blocks, everything = jnp.asarray(padded.reshape(rows, BLOCK, -1)), jnp.asarray(Z)
    sample = np.exp(-((Z[:20, None] - Z) ** 2).sum(axis=-1) / 2).sum(axis=1)
    np.testing.assert_allclose(potentials(blocks, everything)[:20], sample, rtol=1e-3)
    return lambda: potentials(blocks, everything).block_until_ready()


def at_the_limit(n: int, bands: int) -> Callable[[], object]:
    """Return nothing but the products and exponentials that half of all pairs need, on all threads."""
    left = np.random.default_rng(0).normal(size=(BLOCK, bands + 2)).astype(np.float32) / 100
    blocks = (n / BLOCK) ** 2 / 2

    def work(count: int) -> None:
        shares = np.empty((BLOCK, BLOCK), np.float32)
        for _ in range(count):
            np.matmul(left, left.T, out=shares)
            np.exp(shares, out=shares)

    def run() -> None:
        with threadpool_limits(1, user_api="blas"), ThreadPoolExecutor(THREADS) as pool:
            list(pool.map(work, [round(blocks / THREADS)] * THREADS))

    return run
