"""The mountain function: against a double loop and SciPy, whatever the threads, the blocks and the radius."""

import math
import os
import threading
import tracemalloc
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy.spatial.distance import cdist
from sklearn.metrics.pairwise import rbf_kernel
from threadpoolctl import threadpool_info, threadpool_limits

from examlab.hyperspectral import density
from examlab.hyperspectral.density import mountain, mountain_error

BLOCK = 640


def spectra(n, d=30, seed=0):
    """Return points whose later components hold little, as those of spectra do."""
    rng = np.random.default_rng(seed)
    turn = np.linalg.qr(rng.normal(size=(d, d)))[0]
    return rng.normal(size=(n, d)) * 3.0 ** -np.arange(d) @ turn + 5


def double_loop(X, radius):
    return [
        sum(math.exp(-4 * sum((a - b) ** 2 for a, b in zip(x, y, strict=True)) / radius**2) for y in X)
        for x in X
    ]


def exact(X, radius):
    return np.exp(-4 * cdist(X, X, "sqeuclidean") / radius**2).sum(axis=1)


def rounding(X, radius, precision="single"):
    """Return what rounding the exponent of a pair, its norms in it, may make of a potential."""
    epsilon = 1e-14 if precision == "double" else 2.0**-23
    return epsilon * (4 + 4 * ((X - X.mean(axis=0)) ** 2).sum(axis=1).max() / radius**2)


@pytest.mark.parametrize("radius", [0.3, 1.0, 20.0])
@pytest.mark.parametrize("precision", ["auto", "single", "double"])
def test_a_double_loop_gives_the_same(radius, precision):
    X = spectra(70, 6)
    expected = double_loop(X.tolist(), radius)
    rtol = rounding(X, radius, precision)
    np.testing.assert_allclose(mountain(X, radius=radius, precision=precision), expected, rtol=rtol)


@pytest.mark.parametrize("n", [1, 2, BLOCK - 1, BLOCK, BLOCK + 1, 2 * BLOCK, 3 * BLOCK + 7])
def test_scipy_gives_the_same_wherever_blocks_end(n):
    X = spectra(n)
    for precision in ("single", "double"):
        potentials = mountain(X, radius=1.5, precision=precision)
        np.testing.assert_allclose(potentials, exact(X, 1.5), rtol=rounding(X, 1.5, precision))


def test_scikit_learns_kernel_gives_the_same():
    X = spectra(500)
    theirs = rbf_kernel(X, gamma=4 / 2.0**2).sum(axis=1)
    np.testing.assert_allclose(mountain(X, radius=2, precision="double"), theirs, rtol=1e-12)


@pytest.mark.parametrize("components", [None, 5])
def test_not_one_bit_depends_on_the_threads(components):
    X = spectra(5 * BLOCK + 11)
    alone, *others = (mountain(X, radius=2, components=components, n_threads=n) for n in (1, 2, 2, 3, 9))
    for other in others:
        np.testing.assert_array_equal(other, alone)


def test_each_block_row_is_added_in_its_turn_however_late_another_is(monkeypatch):
    X = spectra(4 * BLOCK)
    alone = mountain(X, radius=2, n_threads=1)
    last_is_done = threading.Event()
    honest = density._Sum.block_row

    def late_first(self, row):
        sums = honest(self, row)
        if row == 0:
            assert last_is_done.wait(20)
        elif row == len(self.starts) - 1:
            last_is_done.set()
        return sums

    monkeypatch.setattr(density._Sum, "block_row", late_first)
    np.testing.assert_array_equal(mountain(X, radius=2, n_threads=2), alone)


# What rounding does


def test_a_radius_that_is_small_against_the_spread_takes_double_precision():
    X = np.concatenate([spectra(200), spectra(200, seed=1) + 3000.0])
    expected = exact(X, 0.5)
    np.testing.assert_allclose(mountain(X, radius=0.5), expected, rtol=1e-6)
    with pytest.raises(ValueError, match=r"^radius must be larger .*single.*got 0\.5"):
        mountain(X, radius=0.5, precision="single")


def test_single_precision_is_taken_up_to_an_error_of_a_thousandth_of_a_pair():
    # Two points at -h and h have exponents whose parts are 4 h² / radius², and the epsilon is 2^-23.
    farthest = math.sqrt(1e-3 * 2**23 / 4)
    pair = np.array([[-farthest], [farthest]])
    np.testing.assert_array_equal(mountain(0.999 * pair, radius=1, precision="single"), [1, 1])
    with pytest.raises(ValueError, match=r"^radius must be larger .*single"):
        mountain(1.001 * pair, radius=1, precision="single")


def test_the_cut_keeps_the_numbers_of_single_precision_normal():
    exponents = np.array([-200.0, -87.5, -86.5, -1.0, 0.0], np.float32)
    cut, uncut = exponents.copy(), exponents.copy()
    density._exponentials(cut)
    density._exponentials(uncut, tiny=False)
    np.testing.assert_array_equal(uncut, np.exp(exponents))
    np.testing.assert_array_equal(cut[2:], uncut[2:])
    assert (cut[:2] >= np.finfo(np.float32).tiny).all() and (cut[:2] < 2e-38).all()


def test_far_from_the_origin_nothing_is_lost():
    X = spectra(300)
    shifted = X.astype(np.float64) + 1e6
    np.testing.assert_allclose(mountain(shifted, radius=2), exact(shifted, 2), rtol=1e-6)


@pytest.mark.parametrize(
    "X", [[[0.0], [1e9]], [[-1e200], [1e200]], [[-1e308], [1e308]], 8 * [[-1e308], [1e308]]]
)
def test_distances_that_cannot_be_told_apart_are_refused(X):
    with pytest.raises(ValueError, match=r"^radius must be larger .*got 0\.1"):
        mountain(X, radius=0.1)


def test_whole_numbers_and_single_precision_are_taken_as_they_are():
    counts = np.random.default_rng(0).integers(0, 9, (50, 4), dtype=np.uint16)
    np.testing.assert_allclose(mountain(counts, radius=5), exact(counts.astype(float), 5), rtol=1e-6)
    X = spectra(50).astype(np.float32)
    np.testing.assert_array_equal(mountain(X, radius=2), mountain(X.astype(float), radius=2))


# Fewer components


def test_all_components_or_all_that_vary_change_nothing():
    X = spectra(300)
    # In single precision, the reference BLAS adds up more rounding than the others: 1.1e-6.
    np.testing.assert_allclose(mountain(X, radius=2, components=30), mountain(X, radius=2), rtol=2e-6)
    flat = X[:, :3] @ np.random.default_rng(1).normal(size=(3, 40))
    np.testing.assert_allclose(mountain(flat, radius=2, components=3), mountain(flat, radius=2), rtol=1e-5)


def test_reduced_exponents_keep_the_exact_norms_and_the_worst_points_are_exact():
    X = spectra(100, 8)
    Z = X - X.mean(axis=0)
    axes = np.linalg.svd(Z, full_matrices=False)[2][:3]
    norms = (Z**2).sum(axis=1)
    squares = norms[:, None] + norms - 2 * (Z @ axes.T) @ (Z @ axes.T).T
    np.fill_diagonal(squares, 0)
    by_hand = np.exp(-4 * squares / 4).sum(axis=1)
    harm = (norms - ((Z @ axes.T) ** 2).sum(axis=1)) / by_hand
    worst = np.argsort(harm)[-4:]
    by_hand[worst] = exact(X, 2)[worst]
    assert np.abs(by_hand / exact(X, 2) - 1).max() > 1e-4
    reduced = mountain(X, radius=2, components=3, precision="double")
    np.testing.assert_allclose(reduced, by_hand, rtol=1e-12)


def test_far_groups_are_left_out_without_harm():
    """Groups in several blocks each, out of order, so far apart that most blocks need no look."""
    X = spectra(4000) + np.repeat([0.0, 40.0, 80.0], (1500, 700, 1800))[:, None]
    X = X[np.random.default_rng(0).permutation(4000)]
    np.testing.assert_allclose(mountain(X, radius=2, components=30), exact(X, 2), rtol=1e-4)


@pytest.mark.parametrize("n", [2 * BLOCK, 2 * BLOCK + 1, 3 * BLOCK + 85])
def test_what_is_left_out_counts_less_than_promised(n):
    X = np.random.default_rng(0).uniform(0, n / 160, (n, 1))  # eighty points: half a unit
    shares = np.exp(-cdist(X, X, "sqeuclidean"))
    reduced = mountain(X, radius=2, components=1, precision="double")
    lost = shares.sum(axis=1) - reduced
    assert lost.max() > 1e-4  # something is left out,
    assert np.all(lost > -1e-9)  # nothing is counted twice, and what counts more than exp(-9) is not lost
    assert np.all(lost <= np.where(shares < np.exp(-9), shares, 0).sum(axis=1) + 1e-9)


def wide(n, d=20, seed=0):
    """Return points that fill many blocks' boxes: a wide plane, and noise in all other directions."""
    rng = np.random.default_rng(seed)
    return np.column_stack([rng.normal(size=(n, 2)) * 8, 0.2 * rng.normal(size=(n, d - 2))])


def test_less_near_points_take_fewer_components_and_add_little_to_the_error(monkeypatch):
    X = wide(6 * BLOCK)
    taken = []
    honest = density._Pieces.parts
    monkeypatch.setattr(
        density._Pieces,
        "parts",
        lambda self, *given: taken.append(self.coarse.shape[1] - 2) or honest(self, *given),
    )

    def error():
        return np.abs(mountain(X, radius=3, components=16) / exact(X, 3) - 1).max()

    with_fewer = error()
    assert set(taken) == {8}
    monkeypatch.setattr(density, "CLOSE", density.FAR)
    assert 0 < error() <= with_fewer < 2 * error() < 0.1


def test_components_in_which_nothing_varies_are_not_taken_from_afar():
    scaled = np.zeros((50, 20))
    scaled[:, :10] = np.random.default_rng(0).normal(size=(50, 10))
    projected, coarse = density._projected(scaled, 12)
    assert (projected.shape, coarse) == ((50, 12), 10)


@pytest.mark.parametrize(
    ("variances", "components"), [(2.0 ** np.arange(20), 10), (np.linspace(1, 1.001, 40), 37)]
)
def test_from_afar_so_much_more_variance_of_a_product_is_left_out(variances, components):
    d = len(variances)
    left_out = np.cumsum(variances**2)  # with so many components and one more left out
    allowed = math.exp(2) * left_out[d - components - 1]
    _projected, coarse = density._projected(np.diag(np.sqrt(variances)), components)
    assert left_out[d - coarse - 1] <= allowed < left_out[d - coarse]


def test_with_all_components_all_are_taken_from_afar():
    variances = 2.0 ** -np.arange(20)
    assert density._projected(np.diag(np.sqrt(variances)), 20)[1] == 20


def test_neighbours_are_cut_into_whole_pieces_along_the_widest_coordinate():
    for seed in range(5):
        points = np.random.default_rng(seed).uniform(size=(1000, 3)) * [1, 1000, 2]
        pieces = density._neighbourhoods(points, np.arange(1000))
        assert [len(piece) for piece in pieces] == [80] * 12 + [40]
        np.testing.assert_array_equal(np.sort(np.concatenate(pieces)), np.arange(1000))
        ends = [(points[piece, 1].min(), points[piece, 1].max()) for piece in pieces]
        assert ends == sorted(ends) and all(one[1] < other[0] for one, other in pairwise(ends))


def test_neighbours_are_halved():
    points = np.random.default_rng(0).uniform(size=(6 * BLOCK, 2)) * [1, 1.9]
    order = np.concatenate(density._neighbourhoods(points, np.arange(len(points))))
    assert points[order[: 3 * BLOCK], 1].max() < points[order[3 * BLOCK :], 1].min()


@pytest.mark.parametrize(("beyond", "cut"), [(3.0, {False}), (6.3, {False, True})])
def test_how_near_points_can_be_decides_which_pairs_are_left_out_cut_or_taken_with_fewer_components(
    beyond, cut
):
    """Against all pairs of points in pieces of eighty, close together in all directions but one."""
    rng = np.random.default_rng(0)
    places = rng.uniform(-0.2, 0.2, size=(30, 8))
    places[16:, 0] += np.linspace(0, 5.5, 14)
    near = np.repeat(places, density.PIECE, axis=0)
    near += rng.uniform(0, 0.1, size=near.shape)
    points = np.column_stack([np.where(np.arange(len(near)) % 2, beyond, -beyond), np.zeros(len(near)), near])
    norms = (points**2).sum(axis=1) / 2
    factors = density._factors(points, norms, np.float64)
    pieces = density._Pieces(points, norms, 9, np.float64)
    chosen, start = np.arange(BLOCK), 2 * BLOCK
    low, high = near[chosen].min(axis=0), near[chosen].max(axis=0)
    boxes = [(one.min(axis=0), one.max(axis=0)) for one in near.reshape(-1, density.PIECE, 8)]
    gaps = [np.maximum(0, np.maximum(least - high, low - most)) for least, most in boxes]
    least = np.repeat([gap @ gap / 2 for gap in gaps], density.PIECE)
    found, tiny = {10: [], 9: []}, set()
    for part in pieces.parts(factors, chosen, start):
        found[part.factors.shape[1] - 2].extend(part.others)
        tiny.add(part.tiny)
        exponents = cdist(points[chosen], points[part.others], "sqeuclidean") / 2
        assert part.tiny or exponents.max() <= 87
    after = np.arange(len(points)) >= start
    assert found[10] == np.flatnonzero(after & (least < 2)).tolist() != []
    assert found[9] == np.flatnonzero(after & (least >= 2) & (least < 9)).tolist() != []
    assert (after & (least >= 9)).any() and tiny == cut


@pytest.mark.parametrize(
    ("shift", "far", "cut"),
    [(0.0, None, False), (1.0, None, True), (-1.0, None, True), (0.0, 5, True), (0.0, 85, True)],
)
def test_a_block_is_cut_where_one_pair_can_be_too_small(shift, far, cut):
    """Two cubes of side 4, whose farthest corners have exponents of 64 or, after a shift, 100."""
    points = np.random.default_rng(0).uniform(0, 4, size=(160, 9))
    points[[0, 80]], points[[1, 81]], points[:, 0] = 0, 4, -1
    points[80:, 1:] += shift
    points += 1
    if far is not None:
        points[far, 0] += 5.0  # where no box looks
    norms = (points**2).sum(axis=1) / 2
    pieces = density._Pieces(points, norms, 8, np.float64)
    (part,) = pieces.parts(density._factors(points, norms, np.float64), np.arange(80), 80)
    assert part.others.tolist() == list(range(80, 160)) and part.tiny == cut


@pytest.mark.parametrize(("side", "cut"), [(1.0, False), (1.1, True)])
def test_an_exponent_of_87_itself_is_not_too_small(side, cut):
    points = np.zeros((160, 8))
    points[::2, :3] = 13, 2, side  # 13² + 2² + 1² is twice 87
    norms = (points**2).sum(axis=1) / 2
    pieces = density._Pieces(points, norms, 8, np.float64)
    (part,) = pieces.parts(density._factors(points, norms, np.float64), np.arange(80), 80)
    assert part.tiny == cut


@pytest.mark.parametrize(("place", "taken"), [((2, 0), [8]), ((1.9, 0), [9]), ((3, 3), []), ((2.9, 3), [8])])
def test_pairs_that_count_just_as_much_as_a_bound_are_on_its_far_side(place, taken):
    points = np.zeros((160, 9))
    points[80:, -2:] = place
    norms = (points**2).sum(axis=1) / 2
    pieces = density._Pieces(points, norms, 8, np.float64)
    parts = pieces.parts(density._factors(points, norms, np.float64), np.arange(80), 80)
    assert [part.factors.shape[1] - 2 for part in parts] == taken


def test_no_exponential_is_too_small_for_single_precision(monkeypatch):
    seen = []

    def watched(shares, *, tiny=True):
        seen.append((tiny, float(shares.min())))
        honest(shares, tiny=tiny)

    honest = density._exponentials
    monkeypatch.setattr(density, "_exponentials", watched)
    X = wide(4 * BLOCK)
    X[:12, :2] = 20.0  # in one block, and far in more directions than boxes have
    X[np.arange(12), 5 + np.arange(12)] += 200.0
    mountain(X, radius=16, components=16)
    assert {tiny for tiny, _ in seen} == {True, False}
    assert min(least for tiny, least in seen if not tiny) >= -87
    assert min(least for tiny, least in seen if tiny) < -87


def test_the_error_of_fewer_components_is_measured():
    X = spectra(900)
    errors = []
    for components in (2, 4, 8, 16):
        reduced = mountain(X, radius=2, components=components)
        true = np.abs(reduced / exact(X, 2) - 1).max()
        assert mountain_error(X, reduced, radius=2, n_rows=2000) == pytest.approx(true, rel=1e-6)
        assert 0 < mountain_error(X, reduced, radius=2, n_rows=50, random_state=0) <= true * (1 + 1e-9)
        errors.append(true)
    assert errors[0] > 100 * errors[1] > 100 * errors[2] and errors[0] > 1e-3 > 1e-5 > errors[3]


def test_the_sample_of_rows_is_that_of_the_seed():
    X = spectra(400)
    reduced = mountain(X, radius=2, components=2)
    one, same, other = (
        mountain_error(X, reduced, radius=2, n_rows=5, random_state=seed) for seed in (0, 0, 1)
    )
    assert one == same != other


# Properties


points = arrays(
    np.float64,
    st.tuples(st.integers(1, 12), st.integers(1, 4)),
    elements=st.floats(-100, 100, allow_subnormal=False),
)


@settings(deadline=None, max_examples=60)
@given(X=points, radius=st.floats(0.1, 1000), scale=st.floats(0.01, 100), seed=st.integers(0, 99))
def test_bounds_order_and_unit(X, radius, scale, seed):
    potentials = mountain(X, radius=radius)
    assert np.all(potentials >= 1 - 1e-6) and np.all(potentials <= len(X) * (1 + 2e-3))
    np.testing.assert_allclose(potentials, exact(X, radius), rtol=2e-3)  # what "auto" promises at its worst
    np.testing.assert_allclose(mountain(X, radius=radius, precision="double"), exact(X, radius), rtol=1e-9)
    order = np.random.default_rng(seed).permutation(len(X))
    np.testing.assert_allclose(mountain(X[order], radius=radius), potentials[order], rtol=2e-3)
    np.testing.assert_allclose(mountain(X * scale, radius=radius * scale), potentials, rtol=2e-3)


# Long runs


@pytest.mark.parametrize("n_threads", [1, 2])
def test_progress_rises_to_its_end_in_the_callers_thread(n_threads):
    told = []
    here = threading.get_ident()

    def progress(done, of):
        assert threading.get_ident() == here
        assert type(done) is type(of) is int
        told.append((done, of))

    mountain(spectra(6 * BLOCK, 5), radius=2, n_threads=n_threads, progress=progress)
    blocks = 6 * 7 // 2
    assert told[-1] == (blocks, blocks) and {of for _, of in told} == {blocks}
    done = [done for done, _ in told]
    assert done == sorted(done) and done.count(blocks) == 1


@pytest.mark.parametrize("n_threads", [1, 2])
def test_an_interrupt_stops_every_thread(n_threads, monkeypatch):
    calls, rows = [], []
    honest = density._Sum.block_row
    monkeypatch.setattr(density._Sum, "block_row", lambda self, row: rows.append(row) or honest(self, row))

    def interrupt(done, of):
        calls.append(done)
        raise KeyboardInterrupt

    before = threading.active_count()
    with pytest.raises(KeyboardInterrupt):
        mountain(spectra(20 * BLOCK, 5), radius=2, n_threads=n_threads, progress=interrupt)
    assert len(calls) == 1 and threading.active_count() == before
    assert len(rows) < 10, "of 20 rows: they were worked out behind the caller's back"


def test_threads_are_as_many_as_cores_that_may_be_used(monkeypatch):
    monkeypatch.setattr(os, "sched_getaffinity", {0: {3, 5, 7}}.__getitem__, raising=False)
    assert density._cores() == 3
    monkeypatch.delattr(os, "sched_getaffinity")
    assert density._cores() == os.cpu_count()
    monkeypatch.setattr(os, "cpu_count", lambda: None)
    assert density._cores() == 1


def test_what_fails_in_another_thread_is_not_kept_quiet(monkeypatch):
    here, failed = threading.get_ident(), threading.Event()
    honest = density._Sum.block_row

    def failing(self, row):
        if threading.get_ident() != here:
            failed.set()
            raise MemoryError("elsewhere")
        assert failed.wait(20)
        return honest(self, row)

    monkeypatch.setattr(density._Sum, "block_row", failing)
    with pytest.raises(MemoryError, match="elsewhere"):
        mountain(spectra(4 * BLOCK, 5), radius=2, n_threads=2)


def test_a_matrix_product_takes_one_thread(monkeypatch):
    seen = []
    honest = density._left

    def watched(factors):
        seen.append({each["num_threads"] for each in threadpool_info() if each["user_api"] == "blas"})
        return honest(factors)

    monkeypatch.setattr(density, "_left", watched)
    with threadpool_limits(2, user_api="blas"):
        mountain(spectra(100), radius=2, components=5)
    assert seen and all(threads <= {1} for threads in seen)  # no thread is told of a library without any


def test_memory_grows_with_the_points_not_with_the_pairs():
    X = spectra(8000, 20)
    tracemalloc.start()
    mountain(X, radius=2, n_threads=2)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 8e6  # all pairs in single precision: 256 MB


# Bad input


@settings(deadline=None, max_examples=40)
@given(bad=st.sampled_from([np.nan, np.inf, -np.inf]), place=st.integers(0, 19))
def test_a_number_that_is_none_is_named(bad, place):
    X = np.ones((5, 4))
    X.flat[place] = bad
    with pytest.raises(ValueError, match=rf"^X must .*got {bad}"):
        mountain(X, radius=1)


@pytest.mark.parametrize(
    ("name", "value", "error", "got"),
    [
        ("X", np.empty((0, 3)), ValueError, r"\(0, 3\)"),
        ("X", [1.0, 2.0], ValueError, r"\(2,\)"),
        ("X", [["a"]], TypeError, "a"),
        ("radius", 0, ValueError, "0"),
        ("radius", -1.0, ValueError, "-1"),
        ("radius", math.nan, ValueError, "nan"),
        ("radius", "auto", TypeError, "auto"),
        ("components", 0, ValueError, "0"),
        ("components", 4, ValueError, "4"),
        ("components", 1.5, TypeError, "1.5"),
        ("precision", "half", ValueError, "half"),
        ("n_threads", 0, ValueError, "0"),
        ("progress", 3, TypeError, "3"),
    ],
)
def test_bad_arguments_are_named(name, value, error, got):
    with pytest.raises(error, match=rf"^{name} must .*got .*{got}"):
        mountain(**{"X": np.ones((5, 3)), "radius": 1.0} | {name: value})


@pytest.mark.parametrize(
    ("name", "value", "got"),
    [
        ("X", np.ones(5), r"\(5,\)"),
        ("potentials", np.ones(4), r"\(4,\)"),
        ("potentials", np.zeros(5), "0"),
        ("n_rows", 0, "0"),
    ],
)
def test_bad_arguments_of_the_measure_are_named(name, value, got):
    arguments = {"X": np.ones((5, 3)), "potentials": np.ones(5), "radius": 1.0} | {name: value}
    with pytest.raises(ValueError, match=rf"^{name} must .*got .*{got}"):
        mountain_error(**arguments)
