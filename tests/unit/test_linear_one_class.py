"""The linear one-class SVM with slack: its optimum, its limits in C, and other machines that must agree."""

import itertools
import math
import warnings
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog, minimize
from sklearn.svm import LinearSVC, OneClassSVM
from sklearn.utils.estimator_checks import check_estimator

from examlab.hyperspectral import linear_one_class
from examlab.hyperspectral.one_class import LinearOneClassSVM, one_sided_cloud

PRICES = (1e-6, 1e-3, 0.03, 0.3, 1.0, 10.0, 1e3)
seeds, dimensions = st.integers(0, 10**6), st.integers(1, 6)
prices = st.floats(-5, 3).map(lambda exponent: 10.0**exponent)


def points(seed, n=30, d=3, shift=1.0):
    return np.random.default_rng(seed).normal(size=(n, d)) + shift


def objective(X, C, w):
    return w @ w / 2 + C * sum(max(0.0, 1 - float(x @ w)) for x in X)


# The optimum


@given(
    seed=seeds, n=st.integers(1, 60), d=dimensions, C=prices, shift=st.floats(-2, 3), size=st.floats(-4, 4)
)
@example(seed=0, n=1, d=6, C=1.0, shift=0.0, size=0.0)
@example(seed=0, n=60, d=2, C=1e3, shift=0.0, size=0.0)
@settings(max_examples=60, deadline=None)
def test_the_conditions_of_karush_kuhn_and_tucker(seed, n, d, C, shift, size):
    X = points(seed, n, d, shift) * 10**size
    C /= 10 ** (2 * size)  # so that C |x|² is what is drawn, whatever the unit
    model = LinearOneClassSVM(C=C).fit(X)
    w, a, slack = model.coef_, model.dual_coef_, model.slack_
    value = X @ w
    assert ((a >= 0) & (a <= C)).all() and (slack >= 0).all()
    assert (value >= 1 - slack - 1e-12).all()
    length = np.linalg.norm(X, axis=1)
    np.testing.assert_allclose(w, a @ X, atol=1e-12 * (a @ length))
    # Slack has the full price, and a point beyond the hyperplane has none. (The tolerance is relative to C.)
    assert (a[slack > 1e-6] >= C * (1 - 1e-6)).all()
    assert (a[value > 1 + 1e-6] <= C * 1e-6).all()
    # Both sums know a slack only as well as 1 - value is rounded, and C is its price.
    rounding = C * n * (d + 1) * np.finfo(float).eps
    assert model.objective_ == pytest.approx(objective(X, C, w), rel=1e-12, abs=rounding)
    assert abs(model.duality_gap_) <= 1e-9 * model.objective_


def by_enumeration(X, C):
    """Return the optimal w by trying for each point whether it is above, on or below the hyperplane."""
    for kinds in itertools.product((0, 1, 2), repeat=len(X)):
        kinds = np.array(kinds)
        fixed, on = C * X[kinds == 2].sum(axis=0), X[kinds == 1]
        multipliers = np.linalg.pinv(on @ on.T) @ (1 - on @ fixed)
        w = fixed + multipliers @ on
        value = X @ w - 1
        optimal = (
            (value[kinds == 0] >= -1e-9).all()
            and (np.abs(value[kinds == 1]) <= 1e-9).all()
            and (value[kinds == 2] <= 1e-9).all()
            and (multipliers >= -1e-9).all()
            and (multipliers <= C + 1e-9).all()
        )
        if optimal:
            return w
    raise AssertionError("no pattern is optimal")


@pytest.mark.parametrize("C", (0.01, 0.1, 1.0, 20.0))
@pytest.mark.parametrize("seed", range(6))
def test_against_trying_every_pattern(seed, C):
    X = points(seed, n=5, d=2, shift=0.5)
    np.testing.assert_allclose(LinearOneClassSVM(C=C).fit(X).coef_, by_enumeration(X, C), atol=1e-10)


@pytest.mark.parametrize("C", (1e-3, 0.1, 1.0, 10.0))
@pytest.mark.parametrize("shift", (0.0, 1.0, 3.0))
def test_against_a_general_solver(shift, C):
    X = points(7, n=15, d=3, shift=shift)
    n, d = X.shape
    solved = minimize(
        lambda v: v[:d] @ v[:d] / 2 + C * v[d:].sum(),
        np.concatenate([np.zeros(d), np.ones(n)]),
        jac=lambda v: np.concatenate([v[:d], np.full(n, C)]),
        bounds=[(None, None)] * d + [(0, None)] * n,
        constraints={
            "type": "ineq",
            "fun": lambda v: X @ v[:d] - 1 + v[d:],
            "jac": lambda v: np.hstack([X, np.eye(n)]),
        },
        method="SLSQP",
        options={"maxiter": 500, "ftol": 1e-11},
    )
    assert solved.success
    model = LinearOneClassSVM(C=C).fit(X)
    assert model.objective_ == pytest.approx(solved.fun, rel=1e-9)
    np.testing.assert_allclose(model.coef_, solved.x[:d], atol=1e-5)
    np.testing.assert_allclose(model.slack_, solved.x[d:], atol=1e-5)


@pytest.mark.parametrize("C", (0.01, 0.1, 1.0))
def test_against_two_classes_of_opposite_points(C):
    X = points(3, n=80, d=4, shift=0.7)
    both, labels = np.vstack([X, -X]), np.repeat([1, -1], len(X))
    theirs = LinearSVC(
        C=C / 2, loss="hinge", fit_intercept=False, tol=1e-9, max_iter=200_000, random_state=0
    ).fit(both, labels)
    model = LinearOneClassSVM(C=C).fit(X)
    np.testing.assert_allclose(model.coef_, theirs.coef_[0], atol=1e-6)
    assert model.objective_ <= objective(X, C, theirs.coef_[0])


@pytest.mark.parametrize("C", (0.01, 0.1, 1.0))
@pytest.mark.parametrize("shift", (0.5, 1.5))
def test_it_is_the_machine_with_nu_and_rho(shift, C):
    X = points(11, n=100, d=3, shift=shift)
    model = LinearOneClassSVM(C=C).fit(X)
    nu = model.dual_coef_.mean() / C
    theirs = OneClassSVM(kernel="linear", nu=nu, tol=1e-10).fit(X)
    rho = theirs.offset_[0]  # scikit-learn multiplies the problem by nu n
    np.testing.assert_allclose(model.coef_, theirs.coef_[0] / rho, atol=1e-5)
    assert pytest.approx(1 / rho, rel=1e-5) == C
    assert np.mean(model.slack_ > 1e-9) <= nu <= np.mean(model.dual_coef_ > 1e-9 * C)


# C from nothing to everything


def test_without_a_price_every_constraint_is_given_up():
    model = LinearOneClassSVM(C=0).fit(points(0))
    assert (model.coef_ == 0).all() and (model.slack_ == 1).all() and (model.dual_coef_ == 0).all()
    assert model.objective_ == model.duality_gap_ == 0
    assert (model.predict(points(1)) == -1).all()


@pytest.mark.parametrize("shift", (0.0, 1.0))
def test_a_small_price_pulls_towards_the_sum_of_the_points(shift):
    # As long as all points are below the hyperplane, every a_i is C: w = C sum x_i, and so up to this C.
    X = points(2, shift=shift)
    total = X.sum(axis=0)
    last = 1 / (X @ total).max()
    for C in last * np.array([1e-9, 1e-3, 0.5, 0.999]):
        model = LinearOneClassSVM(C=C).fit(X)
        np.testing.assert_allclose(model.coef_, C * total, rtol=1e-9)
        assert (model.slack_ > 0).all()
    beyond = LinearOneClassSVM(C=1.01 * last).fit(X)
    assert np.abs(beyond.coef_ - 1.01 * last * total).max() > 1e-4 * last


@given(seed=seeds, d=dimensions, shift=st.floats(-2, 3), low=prices, factor=st.floats(1, 100))
@settings(max_examples=30, deadline=None)
def test_a_higher_price_means_less_slack_and_a_longer_w(seed, d, shift, low, factor):
    X = points(seed, 25, d, shift)
    cheap, dear = (LinearOneClassSVM(C=C).fit(X) for C in (low, low * factor))
    rounding = 1 + 1e-8
    assert cheap.slack_.sum() * rounding >= dear.slack_.sum() - 1e-8
    assert cheap.coef_ @ cheap.coef_ <= dear.coef_ @ dear.coef_ * rounding + 1e-8
    assert cheap.objective_ <= dear.objective_ * rounding


@pytest.mark.parametrize("seed", range(4))
def test_no_slack_at_an_infinite_price(seed):
    X = points(seed, shift=3.0)
    hard = LinearOneClassSVM(C=math.inf).fit(X)
    value = X @ hard.coef_
    assert value.min() == pytest.approx(1, abs=1e-12) and (hard.slack_ == 0).all()
    np.testing.assert_allclose(hard.coef_, hard.dual_coef_ @ X, atol=1e-14)
    assert (hard.dual_coef_[value > 1 + 1e-9] == 0).all()
    assert abs(hard.duality_gap_) <= 1e-12 * hard.objective_
    assert hard.objective_ == pytest.approx(hard.coef_ @ hard.coef_ / 2, rel=1e-12)
    # So is a finite one, from the largest a_i on; and the machine with rho, if nu n is below 1.
    enough = LinearOneClassSVM(C=2 * hard.dual_coef_.max()).fit(X)
    np.testing.assert_allclose(enough.coef_, hard.coef_, atol=1e-9)
    theirs = OneClassSVM(kernel="linear", nu=0.5 / len(X), tol=1e-10).fit(X)
    np.testing.assert_allclose(theirs.coef_[0] / theirs.offset_[0], hard.coef_, atol=1e-5)


@given(seed=seeds, n=st.integers(2, 12), d=st.integers(1, 4), shift=st.floats(0, 2))
@settings(max_examples=30, deadline=None)
def test_an_infinite_price_is_refused_exactly_where_no_hyperplane_separates(seed, n, d, shift):
    X = points(seed, n, d, shift)
    separable = linprog(np.zeros(d), -X, -np.ones(n), bounds=(None, None)).status == 0
    if separable:
        assert (X @ LinearOneClassSVM(C=math.inf).fit(X).coef_ > 1 - 1e-9).all()
    else:
        with pytest.raises(ValueError, match="C must be finite for these points, got inf: no hyperplane"):
            LinearOneClassSVM(C=math.inf).fit(X)


def test_a_price_beyond_rounding_is_said_where_the_reader_asked_for_it():
    with pytest.warns(UserWarning, match=r"C = 1e\+13 is too large for rounding") as said:
        LinearOneClassSVM(C=1e13).fit(points(0, n=200, d=8, shift=0.0))
    assert said[0].filename == __file__


@pytest.mark.parametrize(("share", "told"), [(0.9e-6, 0), (1.1e-6, 1)])
def test_a_gap_of_up_to_a_millionth_is_not_worth_a_word(monkeypatch, share, told):
    honest = linear_one_class._solve

    def with_a_gap(X, C):
        found = honest(X, C)
        return replace(found, gap=share * found.objective)

    monkeypatch.setattr(linear_one_class, "_solve", with_a_gap)
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        LinearOneClassSVM().fit(points(0))
    assert len(said) == told


def test_a_hull_within_a_ten_millionth_of_the_origin_holds_it():
    apart, together = ([[1.0, height], [-1.0, height]] for height in (1.5e-7, 0.9e-7))
    assert LinearOneClassSVM(C=math.inf).fit(apart).coef_[1] == pytest.approx(1 / 1.5e-7, rel=1e-3)
    with pytest.raises(ValueError, match="C must be finite for these points"):
        LinearOneClassSVM(C=math.inf).fit(together)


def test_the_steps_are_counted(monkeypatch):
    taken = []
    honest = linear_one_class._advance
    monkeypatch.setattr(
        linear_one_class, "_advance", lambda *given: taken.append(len(given)) or honest(*given)
    )
    model = LinearOneClassSVM(C=0.3).fit(points(0))
    assert model.n_iter_ == len(taken) > 5
    for C in (0, math.inf):
        assert LinearOneClassSVM(C=C).fit(points(0, shift=3.0)).n_iter_ == 0


# The interior-point method


def started(monkeypatch, X, C):
    """Return the machine whose method cannot take a step, and where it would have taken it from."""
    seen = []

    def none(X, C, it):
        seen.append((X, C, it))
        raise np.linalg.LinAlgError

    monkeypatch.setattr(linear_one_class, "_advance", none)
    monkeypatch.setattr(linear_one_class, "_on_support", nothing_exact)
    return LinearOneClassSVM(C=C).fit(X), *seen[0]


def nothing_exact(X, C, it, steps):
    """Take the place of the exact solve, and find what is worse than anything."""
    found = linear_one_class._rated(X, C, np.zeros(X.shape[1]), np.zeros(len(X)), steps)
    return replace(found, gap=math.inf)


@pytest.mark.filterwarnings("ignore:C = ")
@pytest.mark.parametrize("C", (1e-3, 0.1, 100.0))
@pytest.mark.parametrize("shift", (0.05, 2.0))
def test_it_starts_from_the_best_of_all_equal_entries_with_multipliers_that_fit(monkeypatch, shift, C):
    X = points(2, n=5)
    model, X, C, it = started(monkeypatch, X - X.mean(axis=0) + shift, C)
    assert model.n_iter_ == 0
    level = it.a[0]
    assert (it.a == level).all()
    slope = (X @ (it.a @ X) - 1).sum()  # of the dual, where all entries grow
    assert slope == pytest.approx(0, abs=1e-12) if level < C / 2 else level == C / 2 and slope <= 0
    np.testing.assert_allclose(it.room, C - it.a, rtol=1e-12)
    np.testing.assert_allclose(it.above - it.slack, X @ (it.a @ X) - 1, rtol=1e-12)
    assert min(it.a.min(), it.room.min()) > 0 and min(it.above.min(), it.slack.min()) >= 1


def step_by_the_whole_system(X, C, a, room, above, slack):
    """Take Mehrotra's step with Newton's equations for all four unknowns at once."""
    n = len(X)
    one, none = np.eye(n), np.zeros((n, n))
    system = np.block(
        [
            [X @ X.T, none, -one, one],
            [one, one, none, none],
            [np.diag(above), none, np.diag(a), none],
            [none, np.diag(slack), none, np.diag(room)],
        ]
    )

    def newton(target, bent):
        residuals = [X @ X.T @ a - 1 - above + slack, a + room - C]
        products = [a * above - target + bent[0], room * slack - target + bent[1]]
        return np.linalg.solve(system, -np.concatenate(residuals + products)).reshape(4, n)

    def furthest(values, changes):
        return min(-v / c for v, c in zip(np.ravel(values), np.ravel(changes), strict=True) if c < 0)

    now = np.array([a, room, above, slack])
    mu = np.mean(now[:2] * now[2:])
    predicted = newton(0, (0, 0))
    ahead = now + furthest(now, predicted) * predicted
    change = newton(mu * (np.mean(ahead[:2] * ahead[2:]) / mu) ** 3, predicted[:2] * predicted[2:])
    lengths = [min(1, 0.995 * furthest(now[half], change[half])) for half in (slice(2), slice(2, 4))]
    return now + np.repeat(lengths, 2)[:, None] * change


@pytest.mark.parametrize("seed", range(10))
def test_a_step_is_that_of_the_whole_system(seed):
    rng = np.random.default_rng(seed)
    X, C = points(seed, n=6, d=2), 2.0
    a, above, slack = rng.uniform(0.2, 1.8, (3, 6))
    it = linear_one_class._Iterate(a, C - a, above, slack)
    expected = step_by_the_whole_system(X, C, a, C - a, above, slack)
    linear_one_class._advance(X, C, it)
    np.testing.assert_allclose([it.a, it.room, it.above, it.slack], expected, rtol=1e-9, atol=1e-12)


def test_complementarity_is_the_mean_of_all_products():
    values = np.random.default_rng(0).uniform(size=(4, 7))
    a, room, above, slack = values
    found = linear_one_class._Iterate(a, room, above, slack).complementarity()
    assert found == pytest.approx(np.concatenate([a * above, room * slack]).mean(), rel=1e-12)


@pytest.mark.parametrize("C", (1e-3, 0.1, 1.0, 10.0))
@pytest.mark.parametrize("shift", (0.0, 1.0, 3.0))
def test_it_comes_to_the_optimum_without_the_exact_solve(monkeypatch, shift, C):
    monkeypatch.setattr(linear_one_class, "_on_support", nothing_exact)
    for seed in range(3):
        model = LinearOneClassSVM(C=C).fit(points(seed, shift=shift))
        assert abs(model.duality_gap_) <= 1e-9 * model.objective_


def test_many_points_ask_for_as_much_of_it(monkeypatch):
    monkeypatch.setattr(linear_one_class, "_on_support", nothing_exact)
    for seed in range(5):
        model = LinearOneClassSVM(C=1e-3).fit(points(seed, n=300))
        assert abs(model.duality_gap_) <= 1e-11 * model.objective_


@pytest.mark.parametrize("C", (1.0, 10.0, 1e3))
@pytest.mark.parametrize("shift", (0.0, 1.0, 3.0))
def test_the_exact_solve_ends_what_is_nearly_done(monkeypatch, shift, C):
    monkeypatch.setattr(linear_one_class, "GAP", 1e-7)
    for seed in range(3):
        model = LinearOneClassSVM(C=C).fit(points(seed, shift=shift))
        assert abs(model.duality_gap_) <= 1e-10 * model.objective_


def test_it_takes_few_steps():
    steps = [
        LinearOneClassSVM(C=C).fit(points(seed, shift=shift)).n_iter_
        for C, shift, seed in itertools.product((1e-3, 0.03, 1.0, 10.0, 1e3), (0.0, 1.0, 3.0), range(4))
    ]
    assert max(steps) <= 18 and np.mean(steps) <= 11.3


def test_it_takes_no_more_steps_than_it_may(monkeypatch):
    taken = []
    honest = linear_one_class._advance
    monkeypatch.setattr(
        linear_one_class, "_advance", lambda *given: taken.append(len(given)) or honest(*given)
    )
    monkeypatch.setattr(linear_one_class, "_on_support", nothing_exact)
    monkeypatch.setattr(linear_one_class, "ITERATIONS", 3)
    with pytest.warns(UserWarning, match="the objective may be off"):
        LinearOneClassSVM(C=10.0).fit(points(0))
    assert len(taken) == 3


# Symmetries


@given(seed=seeds, C=prices, size=st.floats(-30, 30))
@example(seed=0, C=0.3, size=-120.0)
@example(seed=0, C=0.3, size=120.0)
@settings(max_examples=20, deadline=None)
def test_the_unit_of_the_points_is_that_of_w_and_of_c(seed, C, size):
    X, unit = points(seed), 10**size
    model, scaled = LinearOneClassSVM(C=C).fit(X), LinearOneClassSVM(C=C / unit**2).fit(X * unit)
    np.testing.assert_allclose(scaled.coef_ * unit, model.coef_, atol=1e-8)
    np.testing.assert_allclose(scaled.slack_, model.slack_, atol=1e-8)
    turned = LinearOneClassSVM(C=C).fit(X[:, ::-1])
    np.testing.assert_allclose(turned.coef_[::-1], model.coef_, atol=1e-8)


@pytest.mark.parametrize("size", (1e-139, 1.0, 1e139))
def test_the_unit_that_is_used_is_the_longest_point_or_1(size):
    X = points(0)
    longest = linear_one_class._longest(X * size)
    assert longest == pytest.approx(np.linalg.norm(X, axis=1).max() * size, rel=1e-12)
    assert linear_one_class._longest(0 * X) == 1


@pytest.mark.parametrize("size", (1.5e-140, np.nextafter(1e140, 0)))
def test_the_smallest_and_the_largest_points_that_are_accepted(size):
    model = LinearOneClassSVM(C=4 / size**2).fit([[size]])
    np.testing.assert_allclose([model.coef_[0] * size, model.slack_[0]], [1, 0], atol=1e-9)


@pytest.mark.parametrize("C", PRICES)
def test_a_point_twice_is_a_point_at_twice_the_price(C):
    X = points(4)
    once, twice = LinearOneClassSVM(C=2 * C).fit(X), LinearOneClassSVM(C=C).fit(np.vstack([X, X]))
    np.testing.assert_allclose(once.coef_, twice.coef_, atol=1e-9)
    np.testing.assert_allclose(once.slack_, twice.slack_[: len(X)], atol=1e-9)


@pytest.mark.parametrize("C", PRICES)
def test_more_bands_than_points(C):
    X = points(5, n=10, d=40, shift=0.1)
    model = LinearOneClassSVM(C=C).fit(X)
    # The same points in coordinates of their own span give the same slack.
    left, lengths, _ = np.linalg.svd(X, full_matrices=False)
    np.testing.assert_allclose(LinearOneClassSVM(C=C).fit(left * lengths).slack_, model.slack_, atol=1e-9)
    assert abs(model.duality_gap_) <= 1e-9 * model.objective_


def test_points_at_the_origin_cost_what_they_must():
    model = LinearOneClassSVM(C=2.0).fit(np.zeros((3, 2)))
    assert model.objective_ == 6 and (model.coef_ == 0).all() and (model.dual_coef_ == 2).all()
    one = LinearOneClassSVM(C=100.0).fit([[0.0, 0.0], [2.0, 0.0]])
    np.testing.assert_allclose(one.coef_, [0.5, 0], atol=1e-12)
    np.testing.assert_allclose(one.slack_, [1, 0], atol=1e-12)


def test_the_cloud_stays_within_what_it_says():
    X = one_sided_cloud(n_samples=5000, random_state=0)
    assert X.min() >= 0.2 and X.max() == 4.0


# As an estimator


def test_scikit_learns_own_checks():
    """All of them; two skip themselves, for want of pandas and of SciPy's array interface."""
    check_estimator(LinearOneClassSVM(), on_skip=None)


def test_the_rule():
    model = LinearOneClassSVM(C=math.inf).fit([[1.0, 0.0], [2.0, 0.0]])
    np.testing.assert_allclose(model.coef_, [1, 0], rtol=1e-15)
    model.coef_ = np.array([1.0, 0.0])  # some libraries for matrices round the last digit otherwise
    np.testing.assert_array_equal(model.decision_function([[0.5, 9], [1, 0], [3, -9]]), [-0.5, 0, 2])
    np.testing.assert_array_equal(model.predict([[0.5, 9], [1, 0], [3, -9]]), [-1, -1, 1])


def test_single_precision_is_accepted():
    X = points(0).astype(np.float32)
    np.testing.assert_array_equal(
        LinearOneClassSVM().fit(X).coef_, LinearOneClassSVM().fit(X.astype(float)).coef_
    )


def test_wider_numbers_are_scored_in_double_precision():
    assert LinearOneClassSVM().fit(points(0)).score_samples(points(1).astype(np.longdouble)).dtype == float


@given(
    bad=st.sampled_from([math.nan, math.inf, -math.inf]),
    n=st.integers(1, 5),
    d=st.integers(1, 5),
    place=st.integers(0, 100),
)
def test_a_number_that_is_none_is_refused(bad, n, d, place):
    X = np.ones((n, d))
    X.flat[place % X.size] = bad
    with pytest.raises(ValueError, match=r"Input X contains (NaN|infinity)"):
        LinearOneClassSVM().fit(X)


@pytest.mark.parametrize(
    ("C", "X", "error", "says"),
    [
        (-1, [[1.0]], ValueError, r"C must be a number in \[0, inf\], got -1"),
        (math.nan, [[1.0]], ValueError, r"C must be a number in \[0, inf\], got nan"),
        ("1", [[1.0]], TypeError, "C must hold real numbers, got '1'"),
        (1, np.empty((0, 2)), ValueError, r"0 sample\(s\)"),
        (1, [1.0, 2.0], ValueError, "Expected 2D array, got 1D array"),
        (1, [[1e140]], ValueError, r"X must hold numbers whose squares are numbers too, got 1e\+140"),
        (1, [[1e-140]], ValueError, "X must hold numbers whose squares are numbers too, got 1e-140"),
        (1e300, [[1e10]], ValueError, r"C must be a number still when multiplied by \|x\|²"),
        (math.inf, [[0.0]], ValueError, "C must be finite"),
    ],
)
def test_bad_input_is_refused(C, X, error, says):
    with pytest.raises(error, match=says):
        LinearOneClassSVM(C=C).fit(X)
