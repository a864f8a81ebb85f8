"""The mountain function: how many pixels lie near each pixel.

The article's equation (3) is the potential of S. L. Chiu, *Fuzzy model identification based on cluster
estimation*, Journal of Intelligent and Fuzzy Systems 2(3), 1994, after Yager and Filev's mountain method.

Every pair of pixels counts, so that time grows with the square of their number. What makes it bearable: a
block of squared distances is one matrix product, each pair is looked at once for both of its pixels, and no
more than one block for each thread is ever in memory.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.spatial.distance import cdist
from threadpoolctl import ThreadpoolController

from examlab.arguments import (
    MOST,
    POSITIVE,
    Floats,
    choice,
    floats,
    function,
    number,
    random_source,
    representable,
    whole,
)

__all__ = ["mountain", "mountain_error"]

Progress = Callable[[int, int], object]

BLOCK = 640
"""Pixels along a side of a block: its float32 numbers fit the second cache of a core."""

PIECE = 80
"""With fewer components, so many neighbouring points stay out of a block together, or none of them."""
FAR = 9.0
"""They stay out where none can count more than exp(-9) for any point of the block."""
CLOSE = 2.0
"""They enter with fewer components still where none can count more than exp(-2): errors count less there."""
TINY = 87.0
"""Less than exp(-87) is too small for a normal number of single precision, and takes ten times as long."""
WIDEST = 8
"""Neighbours are found in so many principal components at most; so many at least are taken from afar."""
AGAIN = 25
"""With fewer components, one point in so many is summed again with all features."""

WORST = 1e-3
"""The most that rounding may do to what one pair counts, relative to it: then double precision takes over."""


def mountain(
    X: object,
    *,
    radius: float,
    components: int | None = None,
    precision: str = "auto",
    n_threads: int | None = None,
    progress: Progress | None = None,
) -> NDArray[np.float64]:
    """Return the potential of each point: the sum over all points, itself included, of exp(-4 d²/radius²).

    Parameters
    ----------
    X : array, shape (n_samples, n_features)
        The points.
    radius : float
        The article's r_a, in the unit of the distances, positive. A neighbour at half of it counts exp(-1).
    components : int, optional
        Take only so many principal components for the inner products, and all features for the norms: faster
        for very many points, and nearly right where these components hold nearly all of the variance. Groups
        of points so far apart that no pair counts exp(-9), about 1e-4, are left out, and those of which none
        counts exp(-2) take fewer components still. The 4 % of the points
        for which fewer components do most harm, by what they lose and how few neighbours they have, are
        summed again with all features. `mountain_error` measures the error that remains. All features and
        all pairs unless told.
    precision : {"auto", "single", "double"}
        Of the arithmetic. Single precision errs by about 1e-6 of a potential, and by more the smaller the
        radius is against the spread of the data. ``"auto"`` takes it where rounding cannot change what a pair
        counts by more than 1e-3 of it, and double precision elsewhere.
    n_threads : int, optional
        How many threads; all cores that the process may use unless told. The result does not depend on it.
    progress : callable, optional
        Called now and then, in the caller's thread, as ``progress(done, of)``; at last with done equal to of.

    Returns
    -------
    array of float64, shape (n_samples,)
        At least 1, at most n_samples.

    Raises
    ------
    TypeError, ValueError
        If an argument is not of its type or outside its range, or the radius is less than about a millionth
        of the spread of the data, where even double precision cannot tell distances apart.

    Examples
    --------
    >>> mountain([[0.0], [1.0], [9.0]], radius=2).round(3)
    array([1.368, 1.368, 1.   ])
    """
    X = floats("X", X, shape=(None, None))
    X = X if X.dtype.itemsize <= 8 else X.astype(np.float64)  # linear algebra knows no wider numbers
    radius = number("radius", radius, POSITIVE)
    n_threads = _cores() if n_threads is None else whole("n_threads", n_threads, at_least=1, at_most=MOST)
    if progress is not None:
        function("progress", progress)
    precision = choice("precision", precision, ("auto", "single", "double"))
    scaled, norms = _scaled(X, radius)
    dtype = _dtype(precision, float(norms.max()), radius)
    if components is None:
        return _Sum(_factors(scaled, norms, dtype)).over(n_threads, progress)
    return _reduced(scaled, norms, *_projected(scaled, components), dtype, n_threads, progress)


def mountain_error(
    X: object,
    potentials: object,
    *,
    radius: float,
    n_rows: int = 100,
    random_state: int | np.random.Generator | None = None,
) -> float:
    """Measure on a random sample of the points how far potentials are from exact ones.

    Parameters
    ----------
    X : array, shape (n_samples, n_features)
        The points.
    potentials : array, shape (n_samples,)
        What `mountain`, or any other program, made of them.
    radius : float
        The radius that was used.
    n_rows : int
        For how many points the sum is taken again, with all features, in double precision, by SciPy's own
        distances; all points if there are fewer.
    random_state : int, Generator or None
        Which points.

    Returns
    -------
    float
        The largest relative error among them. The largest of all may be larger.

    Raises
    ------
    TypeError, ValueError
        If an argument is not of its type or outside its range.

    Examples
    --------
    >>> X = np.random.default_rng(0).normal(size=(500, 20)) * np.linspace(3, 0.1, 20)
    >>> reduced = mountain(X, radius=4, components=15)
    >>> 1e-6 < mountain_error(X, reduced, radius=4, random_state=0) < 0.1
    True
    """
    X = floats("X", X, shape=(None, None))
    potentials = floats("potentials", potentials, POSITIVE, shape=(len(X),))
    radius = number("radius", radius, POSITIVE)
    n_rows = min(whole("n_rows", n_rows, at_least=1), len(X))
    rows = random_source(random_state).choice(len(X), n_rows, replace=False)
    # One row at a time: no array larger than the points themselves.
    with representable("X", "radius", "potentials"):
        squared = np.square(radius)
        exact = [np.exp(-4 * cdist(X[[row]], X, "sqeuclidean") / squared).sum() for row in rows]
        return float(np.max(np.abs(potentials[rows] - exact) / exact))


def _scaled(X: Floats, radius: float) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the points z whose products 2 z·z' - |z|² - |z'|² are the exponents, times √2, and the |z|²."""
    # Distances do not feel a shift. From the mean, the norms are smallest, and so is what rounding does.
    with np.errstate(over="ignore", invalid="ignore"):  # `_dtype` refuses what comes of it
        scaled = (X - X.mean(axis=0, dtype=np.float64)) * (np.sqrt(8) / radius)
        return scaled, np.einsum("ij,ij->i", scaled, scaled) / 2


def _dtype(precision: str, largest: float, radius: float) -> Any:
    """Return the type that keeps the error of every exponent, about its epsilon times `largest`, small."""
    for name, dtype in (("single", np.float32), ("double", np.float64)):
        if precision in ("auto", name) and largest * float(np.finfo(dtype).eps) < WORST:
            return dtype
    raise ValueError(
        f"radius must be larger against the spread of X for this precision ({precision}), got {radius:g}"
    )


def _projected(scaled: NDArray[np.float64], components: int) -> tuple[NDArray[np.float64], int]:
    """Return the points in their first principal components, the widest last, and how many do from afar.

    A product errs by what its points share in the components that it leaves out: the variance of that is the
    sum of their squared eigenvalues. Pairs that count exp(-`CLOSE`) at most add no more to the squared error
    of a sum than the others if the variance is larger for them by exp(`CLOSE`) at most. The first `WIDEST`
    are always taken: they tell groups apart, and what groups share does not cancel.
    """
    k, d = whole("components", components, at_least=1), scaled.shape[1]
    if k > d:
        raise ValueError(f"components must be at most the number of features, {d}, got {k}")
    variances, axes = np.linalg.eigh(scaled.T @ scaled)  # in rising order
    dropped = np.concatenate([[0.0], np.cumsum(variances**2)])  # by how many of the first are
    coarse = d + 1 - int(np.searchsorted(dropped, np.exp(CLOSE) * dropped[d - k], side="right"))
    projected: NDArray[np.float64] = scaled @ axes[:, -k:]
    return projected, max(coarse, min(k, WIDEST))


def _factors(points: NDArray[np.float64], norms: NDArray[np.float64], dtype: Any) -> Floats:
    """Return rows that hold a point, 1 and -|z|².

    With the last two exchanged in the left one, the product of two such rows is the exponent of the pair.
    """
    factors: Floats = np.empty((len(points), points.shape[1] + 2), dtype)
    factors[:, :-2], factors[:, -2], factors[:, -1] = points, 1, -norms
    return factors


def _exponentials(shares: Floats, *, tiny: bool = True) -> None:
    """Take the exponential in place, of -`TINY` where there is less, if there can be."""
    if tiny:
        np.maximum(shares, -TINY, out=shares)
    np.exp(shares, out=shares)


def _left(factors: Floats) -> Floats:
    left = factors.copy()
    left[:, [-2, -1]] = left[:, [-1, -2]]
    return left


def _reduced(
    scaled: NDArray[np.float64],
    norms: NDArray[np.float64],
    projected: NDArray[np.float64],
    coarse: int,
    dtype: Any,
    n_threads: int,
    progress: Progress | None,
) -> NDArray[np.float64]:
    """Return the sums with the products of the projected points, and some of them with all features."""
    order = np.concatenate(_neighbourhoods(projected[:, -WIDEST:], np.arange(len(projected))))
    points, squares = projected[order], norms[order]
    pieces = _Pieces(points, squares, coarse, dtype)
    total = _Sum(_factors(points, squares, dtype), pieces).over(n_threads, progress)
    if again := len(total) // AGAIN:
        # The error of a pair is random in sign: what many pairs do to a potential M falls as 1/√M.
        harm = (squares - np.einsum("ij,ij->i", points, points) / 2) / total
        worst = np.sort(np.argpartition(harm, -again)[-again:])
        total[worst] = _rows(_factors(scaled, norms, dtype)[order], worst, pieces, n_threads)
    potentials = np.empty_like(total)
    potentials[order] = total
    return potentials


def _neighbourhoods(points: NDArray[np.float64], chosen: NDArray[np.intp]) -> list[NDArray[np.intp]]:
    """Cut points at the median of their widest coordinate, again and again: into blocks, then pieces."""
    if len(chosen) <= PIECE:
        return [chosen]
    size = BLOCK if len(chosen) > BLOCK else PIECE  # all but the last are whole
    half = -(-len(chosen) // (2 * size)) * size
    mine = points[chosen]
    order = np.argpartition(mine[:, mine.var(axis=0).argmax()], half - 1)
    low, high = chosen[order[:half]], chosen[order[half:]]
    return _neighbourhoods(points, low) + _neighbourhoods(points, high)


@dataclass(frozen=True, eq=False)
class _Part:
    """Points that make a block with others.

    Attributes
    ----------
    factors : array, shape (n_samples, any)
        What their exponents are products of.
    others : slice or array of int
        Which points.
    tiny : bool
        Whether an exponent can be below -`TINY`.
    """

    factors: Floats
    others: Any
    tiny: bool = True


class _Pieces:
    """Boxes around each `PIECE` points in turn, which tell how near points may lie to others, and how far.

    Parameters
    ----------
    points : array, shape (n_samples, components)
        The points in principal components, the widest last.
    norms : array, shape (n_samples,)
        Half of their squared norms, with all features.
    coarse : int
        How many components are enough for points that are less near.
    dtype : type
        Of the products.
    """

    def __init__(
        self, points: NDArray[np.float64], norms: NDArray[np.float64], coarse: int, dtype: Any
    ) -> None:
        self.coarse = _factors(points[:, -coarse:], norms, dtype)
        self.points = points[:, -WIDEST:]
        self.rest = (
            norms - np.einsum("ij,ij->i", self.points, self.points) / 2
        )  # of the norms, outside of these
        self.starts = np.arange(0, len(points), PIECE)
        self.low, self.high, self.most = (
            bound.reduceat(values, self.starts)
            for bound, values in (
                (np.minimum, self.points),
                (np.maximum, self.points),
                (np.maximum, self.rest),
            )
        )

    def parts(self, factors: Floats, chosen: slice | NDArray[np.intp], start: int = 0) -> Iterator[_Part]:
        """Cut the points from `start` on into blocks: those near the chosen, then those less near.

        Points whose piece counts less than exp(-`FAR`) for the chosen are in none.
        """
        low, high = self.points[chosen].min(axis=0), self.points[chosen].max(axis=0)
        least, most = (
            np.einsum("ij,ij->i", gaps, gaps) / 2
            for gaps in (
                np.maximum(self.low - high, low - self.high).clip(0),
                np.maximum(self.high - low, high - self.low),
            )
        )
        # Half of the squared distance in the other components: at most |x|² + |y|² in them.
        tiny = most + 2 * (self.most + self.rest[chosen].max()) > TINY
        for some, inside in ((factors, least < CLOSE), (self.coarse, (least >= CLOSE) & (least < FAR))):
            found = np.flatnonzero(np.repeat(inside, PIECE)[: len(self.points)])
            for block in _blocks(found[found >= start]):
                yield _Part(some, block, bool(tiny[block // PIECE].any()))


def _rows(factors: Floats, rows: NDArray[np.intp], pieces: _Pieces, n_threads: int) -> NDArray[np.float64]:
    """Return the sums of some points with all features."""

    def sums(start: int) -> NDArray[np.float64]:
        chosen = rows[start : start + BLOCK]
        found = np.ones(len(chosen))
        for part in pieces.parts(factors, chosen):
            shares = _left(part.factors[chosen]) @ part.factors[part.others].T
            _exponentials(shares, tiny=part.tiny)
            own = np.flatnonzero(np.isin(chosen, part.others))
            shares[own, np.searchsorted(part.others, chosen[own])] = 0
            found += shares.sum(axis=1)
        return found

    with _blas().limit(limits=1, user_api="blas"), ThreadPoolExecutor(n_threads) as pool:
        try:
            return np.concatenate(list(pool.map(sums, range(0, len(rows), BLOCK))))
        except BaseException:
            pool.shutdown(cancel_futures=True)
            raise


def _blocks(chosen: NDArray[np.intp]) -> list[NDArray[np.intp]]:
    """Return the chosen points in portions that make a block each."""
    return [chosen[start : start + BLOCK] for start in range(0, len(chosen), BLOCK)]


class _Sum:
    """The sum of all pairs' shares, block row by block row.

    Threads take block rows as they come free; what a row gives is added to the total in the order of the
    rows. So neither the number of threads nor their timing can change a bit of the result.

    Parameters
    ----------
    factors : array, shape (n_samples, k + 2)
        What `_factors` returns.
    pieces : _Pieces, optional
        What tells which points to leave out of a row's blocks; none unless given.
    """

    def __init__(self, factors: Floats, pieces: _Pieces | None = None) -> None:
        self.factors, self.pieces = factors, pieces
        self.starts = range(0, len(factors), BLOCK)
        self.total = np.ones(len(factors))  # what each point counts for itself
        self.taken = self.added = 0
        self.waiting: dict[int, NDArray[np.float64]] = {}
        self.lock = threading.Lock()
        self.stopped = False

    def over(self, n_threads: int, progress: Progress | None) -> NDArray[np.float64]:
        """Return the total, worked out by so many threads, the caller's among them."""
        helpers = min(n_threads, len(self.starts)) - 1
        with _blas().limit(limits=1, user_api="blas"), ThreadPoolExecutor(max(1, helpers)) as pool:
            try:
                futures = [pool.submit(self.work, None) for _ in range(helpers)]
                self.work(progress)
                for future in futures:
                    future.result()
            except BaseException:
                self.stopped = True  # after an interrupt, nobody goes on behind the caller's back
                raise
        if progress is not None:
            progress(self.blocks(self.added), self.blocks(self.added))
        return self.total

    def work(self, progress: Progress | None) -> None:
        """Work out one block row after another, until none is left."""
        while (row := self.take()) is not None:
            self.add(row, self.block_row(row))
            if progress is not None and self.added < len(self.starts):
                progress(self.blocks(self.added), self.blocks(len(self.starts)))

    def take(self) -> int | None:
        """Return the next block row that nobody has taken."""
        with self.lock:
            if self.stopped or self.taken == len(self.starts):
                return None
            self.taken += 1
            return self.taken - 1

    def block_row(self, row: int) -> NDArray[np.float64]:
        """Return what the blocks from the diagonal on give to all points."""
        own = slice(self.starts[row], self.starts[row] + BLOCK)
        dtype = self.factors.dtype
        ones = np.ones(BLOCK, dtype)  # a product with ones is the fastest sum
        scratch = np.empty(BLOCK * BLOCK, dtype)
        sums = np.zeros(len(self.factors))
        for part in self.parts(row, own):
            if self.stopped:
                break
            left, right = _left(part.factors[own]), part.factors[part.others]
            shares = scratch[: len(left) * len(right)].reshape(len(left), len(right))
            np.matmul(left, right.T, out=shares)
            _exponentials(shares, tiny=part.tiny)
            if part.others is own:
                np.fill_diagonal(shares, 0)
            else:
                sums[part.others] = ones[: len(left)] @ shares
            sums[own] += shares @ ones[: len(right)]
        return sums

    def parts(self, row: int, own: slice) -> Iterator[_Part]:
        """Return the blocks from the diagonal on that this row's points are summed over."""
        yield _Part(self.factors, own)
        if self.pieces is not None:
            yield from self.pieces.parts(self.factors, own, own.stop)
            return
        for start in self.starts[row + 1 :]:
            yield _Part(self.factors, slice(start, start + BLOCK))

    def add(self, row: int, sums: NDArray[np.float64]) -> None:
        """Add what a block row gives to the total, unless an earlier one is still at work: then it waits."""
        with self.lock:
            self.waiting[row] = sums
            while self.added in self.waiting:
                self.total += self.waiting.pop(self.added)
                self.added += 1

    def blocks(self, rows: int) -> int:
        """Return how many blocks the first so many rows hold."""
        return rows * len(self.starts) - rows * (rows - 1) // 2


@cache
def _blas() -> ThreadpoolController:
    """Return what limits the threads of matrix products; finding their libraries takes milliseconds."""
    return ThreadpoolController()


def _cores() -> int:
    """Return how many cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
