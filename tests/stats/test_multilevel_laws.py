"""What must hold of any implementation, whatever the numbers."""

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lacrima.stats import leaf, node, part
from lacrima.stats import squares as squares_module
from lacrima.stats.model import INTERCEPT, Level, Model, Rows, between, whole, within
from lacrima.stats.multilevel import fit, fit_at
from lacrima.stats.newton import minimise
from lacrima.stats.problem import Problem
from lacrima.stats.sums import sums_of
from lacrima.stats.theta import jacobian, lambdas_of
from lacrima.stats.working import working
from tests.stats.shapes import MODELS, SHED, practice, shuffled

SHAPES = ("two", "three", "five", "serial")


def problem_of(case, seed, *, is_reml=True):
    rows, model = practice(seed), MODELS[case]
    return Problem(working(sums_of(rows, model, ar1=case == "serial"), model), is_reml)


def somewhere(problem, seed):
    """Parameters well inside."""
    at = problem.start()
    return at + np.random.default_rng(seed).normal(0, 0.15, at.size)


@pytest.mark.parametrize("case", SHAPES)
@settings(max_examples=6, deadline=None)
@given(seed=st.integers(0, 1000), is_reml=st.booleans())
def test_derivatives_are_those_of_finite_differences(case, seed, is_reml):
    problem = problem_of(case, seed, is_reml=is_reml)
    at = somewhere(problem, seed)
    point, step = problem.at(at), 1e-4
    for place, unit in enumerate(np.eye(at.size) * step):
        ahead, behind = problem.at(at + unit), problem.at(at - unit)
        slope = (ahead.value - behind.value) / (2 * step)
        curve = (ahead.gradient - behind.gradient) / (2 * step)
        size = np.abs(point.hessian).max()
        assert point.gradient[place] == pytest.approx(slope, abs=1e-6 * size)
        assert point.hessian[place] == pytest.approx(curve, abs=1e-6 * size)


def test_the_chain_from_theta_to_psi_is_exact():
    theta = np.arange(1.0, 10.0)
    lambdas = lambdas_of(theta, (3, 2))
    by_theta, step = jacobian(lambdas), 1e-6
    for place in range(9):
        moved = theta + step * np.eye(9)[place]
        slopes = [
            (new @ new.T - old @ old.T) / step
            for new, old in zip(lambdas_of(moved, (3, 2)), lambdas, strict=True)
        ]
        expected = [each[pair] for each in slopes for pair in leaf.pairs_of(len(each))]
        assert by_theta[:, place] == pytest.approx(expected, abs=1e-4)


@pytest.mark.parametrize("seed", range(12))
def test_newton_is_never_stuck_above_what_another_start_finds(seed):
    """Small practices, most of them singular: the best of several starts is no lower."""
    rows, model = (
        practice(seed, clients=9, therapists=3, sessions=4, sd=(0.7, 0.3, 0.2)),
        MODELS["three"],
    )
    problem = Problem(working(sums_of(rows, model), model), True)
    best = minimise(problem)
    for scale, slope in product((0.0, 0.05, 1.0, 3.0), (0.0, 0.9)):
        start = np.array([scale, slope * scale, scale, scale])
        assert best.root.value <= minimise(problem, start).root.value + 1e-7


def test_a_start_at_nothing_is_left_where_the_criterion_falls_inwards():
    problem = problem_of("three", 1)
    found = minimise(problem, np.zeros(4))
    assert found.root.value == pytest.approx(minimise(problem).root.value, abs=1e-8)
    assert found.at[0] > 0.1


@pytest.mark.parametrize("case", ["two", "three", "five"])
def test_the_loops_and_their_numpy_twins_agree(case, monkeypatch):
    rows, model = practice(3, clients=150), MODELS[case]
    compiled = fit(rows, model)
    for module in (leaf, node, squares_module):
        monkeypatch.setattr(module, "is_compiled", lambda: False)
    plain = fit(rows, model)
    assert plain.criterion == pytest.approx(compiled.criterion, rel=1e-13)
    assert plain.theta == pytest.approx(compiled.theta, abs=1e-9)
    for one, two in zip(plain.coefficients, compiled.coefficients, strict=True):
        assert (one.estimate, one.se) == pytest.approx((two.estimate, two.se), rel=1e-8)
        assert one.df == (None if two.df is None else pytest.approx(two.df, rel=1e-7))


def test_all_data_copied_under_new_ids_double_the_deviance():
    rows, model = practice(2), MODELS["two"]
    client = rows.ids["client"]
    twice = Rows(
        {name: np.concatenate([values, values]) for name, values in rows.columns.items()},
        {"client": np.concatenate([client, client + 1000])},
    )
    one, two = fit(rows, model, method="ml"), fit(twice, model, method="ml")
    assert two.criterion == pytest.approx(2 * one.criterion, rel=1e-12)
    for once, again in zip(one.coefficients, two.coefficients, strict=True):
        assert again.estimate == pytest.approx(once.estimate, rel=1e-6)
        assert again.se == pytest.approx(once.se / np.sqrt(2), rel=1e-6)


def test_clients_without_limit_to_their_differences_are_a_dummy_each():
    rows = practice(4)
    model = Model("score", (INTERCEPT, SHED, whole("prior")), (Level("client"),))
    found = fit_at(sums_of(rows, model), model, [1e4])
    dummies = rows.ids["client"][:, None] == np.unique(rows.ids["client"])
    table = np.column_stack([rows.columns["shed"], rows.columns["prior"], dummies])
    plain = np.linalg.lstsq(table, rows.columns["score"], rcond=None)[0]
    assert [each.estimate for each in found.coefficients[1:]] == pytest.approx(plain[:2], rel=1e-6)


@settings(max_examples=15, deadline=None)
@given(
    factor=st.sampled_from([-1000.0, -1.0, 0.001, 2.5]), shift=st.sampled_from([0.0, -50.0, 1e6])
)
def test_another_unit_of_the_outcome_changes_nothing_but_the_unit(factor, shift):
    rows, model = practice(5), MODELS["three"]
    moved = Rows({**rows.columns, "score": rows.columns["score"] * factor + shift}, rows.ids)
    one, two = fit(rows, model), fit(moved, model)
    for once, again in zip(one.coefficients[1:], two.coefficients[1:], strict=True):
        assert again.estimate / factor == pytest.approx(once.estimate, rel=1e-7)
        assert again.se / abs(factor) == pytest.approx(once.se, rel=1e-7)
        assert again.df == pytest.approx(once.df, rel=1e-6)
    assert two.sigma / abs(factor) == pytest.approx(one.sigma, rel=1e-8)


@pytest.mark.parametrize("case", ["two", "three", "five"])
def test_the_order_of_rows_does_not_matter(case):
    rows, model = practice(6), MODELS[case]
    assert fit(shuffled(rows), model).criterion == fit(rows, model).criterion


def test_outcomes_left_out_at_random_do_not_move_the_exposed_share():
    rows = practice(7)
    model = Model("score", (INTERCEPT, between("shed", "client")), (Level("client"),))
    score = np.where(np.random.default_rng(1).random(rows.n) < 0.3, np.nan, rows.columns["score"])
    full, less = (
        sums_of(each, model) for each in (rows, Rows({**rows.columns, "score": score}, rows.ids))
    )
    assert np.array_equal(full.total, less.total)
    assert np.array_equal(full.count, less.count)
    assert less.rows_used == np.isfinite(score).sum()


def test_parts_within_and_between_are_those_of_columns_made_by_hand():
    rows = practice(8)
    client, shed = rows.ids["client"], rows.columns["shed"]
    means = (np.bincount(client, shed) / np.bincount(client))[client]
    by_hand = Rows(
        {
            **rows.columns,
            "w": shed - means,
            "b": means,
            "wt": (shed - means) * rows.columns["session"],
        },
        rows.ids,
    )
    session = whole("session")
    parts = (within("shed", "client"), between("shed", "client"), SHED * session)
    ours = Model("score", (INTERCEPT, session, *parts), (Level("client", (INTERCEPT, parts[0])),))
    names = tuple(whole(name) for name in ("w", "b", "wt"))
    plain = Model("score", (INTERCEPT, session, *names), (Level("client", (INTERCEPT, names[0])),))
    one, two = fit(rows, ours), fit(by_hand, plain)
    assert one.criterion == pytest.approx(two.criterion, rel=1e-12)
    assert [c.estimate for c in one.coefficients] == pytest.approx(
        [c.estimate for c in two.coefficients], rel=1e-7
    )


@pytest.mark.parametrize("is_reml", [True, False])
def test_the_criterion_is_that_of_the_whole_covariance_matrix(is_reml):
    """log |V|, log |X'V^-1X| and the residuals, from n x n matrices."""
    rows, model = practice(15, clients=15), MODELS["five"]
    theta = [0.8, 0.2, 0.05, 0.5, 0.1, 0.2, 0.6, -0.2, 0.3]
    method = "reml" if is_reml else "ml"
    found = fit_at(sums_of(rows, model), model, theta, method=method)
    client, shed = rows.ids["client"], rows.columns["shed"]
    part = shed - (np.bincount(client, shed) / np.bincount(client))[client]
    one, session = np.ones(rows.n), rows.columns["session"]
    tables = (np.column_stack([one, part, session]), np.column_stack([one, part]))
    covariance = np.eye(rows.n)
    for ids, z, lam in zip(
        (client, rows.ids["therapist"]), tables, lambdas_of(np.array(theta), (3, 2)), strict=True
    ):
        covariance += (z @ lam @ lam.T @ z.T) * (ids[:, None] == ids)
    x = np.column_stack([one, part, rows.columns["prior"], session])
    information = x.T @ np.linalg.solve(covariance, x)
    y = rows.columns["score"]
    beta = np.linalg.solve(information, x.T @ np.linalg.solve(covariance, y))
    rest = (y - x @ beta) @ np.linalg.solve(covariance, y - x @ beta)
    nu = rows.n - 4 * is_reml
    expected = np.linalg.slogdet(covariance)[1] + nu * (1 + np.log(2 * np.pi * rest / nu))
    expected += np.linalg.slogdet(information)[1] * is_reml
    assert found.criterion == pytest.approx(expected, rel=1e-12)
    assert [each.estimate for each in found.coefficients] == pytest.approx(beta, rel=1e-9)


@pytest.mark.parametrize("case", ["two", "three"])
def test_beginning_in_a_part_of_the_groups_changes_nothing_but_the_way(case, monkeypatch):
    rows, model = practice(18, clients=1400, therapists=70), MODELS[case]
    plain = fit(rows, model)
    monkeypatch.setattr(part, "MANY", 500)
    monkeypatch.setattr(part, "FEWEST", 5)
    monkeypatch.setattr("lacrima.stats.working.TOGETHER", 64)
    quick = fit(rows, model)
    assert quick.criterion == pytest.approx(plain.criterion, rel=1e-13)
    assert quick.theta == pytest.approx(plain.theta, abs=1e-6)


def test_a_column_that_does_not_vary_in_that_part_does_no_harm(monkeypatch):
    rows = practice(19, clients=1400, therapists=70)
    late = (rows.ids["client"] > 1000).astype(float)
    model = Model("score", (INTERCEPT, whole("late")), (Level("client"),))
    monkeypatch.setattr(part, "MANY", 500)
    monkeypatch.setattr("lacrima.stats.working.TOGETHER", 64)
    assert fit(Rows({**rows.columns, "late": late}, rows.ids), model)["late"].se > 0
