"""Where clients lie, what is passed over them side by side, and the ways around full work."""

import numpy as np
import pytest

from lacrima.stats import groups
from lacrima.stats import squares as squares_module
from lacrima.stats import working as working_module
from lacrima.stats.blocks import blocks_of
from lacrima.stats.groups import forest_of
from lacrima.stats.multilevel import fit, fit_sums
from lacrima.stats.prediction import predicted
from lacrima.stats.problem import Problem
from lacrima.stats.shrinkage import shrunken
from lacrima.stats.sums import sums_of
from lacrima.stats.theta import factor_of
from lacrima.stats.working import working
from tests.stats.shapes import MODELS, practice


@pytest.mark.parametrize("counts", [[1], [3, 7, 1], [40] * 5, [200, 1, 64], [1] * 30])
def test_clients_come_back_from_their_blocks_in_their_order(counts):
    blocks = blocks_of(np.concatenate([[0], np.cumsum(counts)]))
    lanes = np.zeros((int(blocks.begins[-1]), blocks.width))
    lanes.flat[blocks.places] = np.arange(sum(counts))
    assert blocks.by_client(lanes[:, None]).ravel().tolist() == list(range(sum(counts)))


@pytest.mark.parametrize("counts", [[3, 7, 1], [40] * 5, [200, 1, 64]])
def test_no_block_holds_clients_of_two_parents(counts):
    blocks = blocks_of(np.concatenate([[0], np.cumsum(counts)]))
    of_client = np.repeat(np.arange(len(counts)), counts)
    assert np.array_equal(blocks.parents[blocks.places // blocks.width], of_client)


@pytest.mark.parametrize("case", ["two", "three", "five"])
def test_clients_are_put_where_they_lie_as_numpy_puts_them(case, monkeypatch):
    rows, model = practice(21, clients=150), MODELS[case]
    sums = sums_of(rows, model)
    one = working(sums, model).tree
    monkeypatch.setattr(squares_module, "is_compiled", lambda: False)
    two = working(sums, model).tree
    assert np.array_equal(one.leaf.sz, two.leaf.sz)
    assert one.totals == pytest.approx(two.totals, rel=1e-13, abs=1e-10)


@pytest.mark.parametrize("case", ["two", "three", "five", "serial"])
def test_the_gradient_from_the_pass_up_alone_is_that_of_both_passes(case):
    rows, model = practice(22), MODELS[case]
    problem = Problem(working(sums_of(rows, model, ar1=case == "serial"), model), True)
    point = problem.at(problem.start())
    there = problem.at(point.at * 1.1)
    close = problem.close_to(point, point.at * 1.1)
    assert close.value == there.value
    assert close.gradient == pytest.approx(there.gradient, rel=1e-9, abs=1e-8)
    assert close.hessian is point.hessian


def test_groups_are_the_same_by_runs_of_rows_and_row_by_row(monkeypatch):
    client = np.repeat(np.arange(400) * 7, 5)
    ids = {"client": client, "therapist": np.where(client % 3, client % 5, -1).astype(float)}
    ids["client"] = client + 10_000 * ids["therapist"].astype(int)
    ids["therapist"][:10] = np.nan
    quick = forest_of(ids, ("client", "therapist"), client.size)
    monkeypatch.setattr(groups, "MANY", client.size + 1)
    plain = forest_of(ids, ("client", "therapist"), client.size)
    assert np.array_equal(quick.of_row, plain.of_row)
    for one, two in zip(quick.labels, plain.labels, strict=True):
        assert np.array_equal(one, two)
    assert np.array_equal(quick.parents[0], plain.parents[0])


def test_counts_and_totals_are_the_same_where_nothing_is_missing():
    rows, model = practice(23), MODELS["two"]
    whole = sums_of(rows, model)
    assert np.array_equal(whole.count[:, 0], np.bincount(rows.ids["client"]))
    shed = rows.columns[whole.means[0]]
    assert np.array_equal(whole.total[:, 0], np.bincount(rows.ids["client"], shed))


def test_the_factor_of_a_singular_covariance_holds_no_root_of_a_rounding_error():
    root = np.array([[2.0, 0.0, 0.0], [1.0, 0.5, 0.0], [3e-6, -2e-6, 0.0]])
    factor = factor_of(root @ root.T)
    assert abs(factor[2, 2]) < 1e-14 * 3e-6
    assert factor == pytest.approx(root, rel=1e-6)


def test_estimates_do_not_depend_on_how_wide_blocks_are(monkeypatch):
    rows, model = practice(24, clients=150), MODELS["three"]
    found = fit(rows, model)
    monkeypatch.setattr("lacrima.stats.blocks.OVERHEAD", 1000)
    wide = fit(rows, model)
    assert wide.criterion == pytest.approx(found.criterion, rel=1e-13)
    assert wide.theta == pytest.approx(found.theta, abs=1e-8)


@pytest.mark.parametrize("df", ["satterthwaite", "kenward-roger"])
def test_how_many_clients_are_added_up_together_changes_nothing(df, monkeypatch):
    rows, model = practice(24, clients=300), MODELS["two"]
    sums = sums_of(rows, model)

    def told(together):
        monkeypatch.setattr(working_module, "TOGETHER", together)
        found = fit(rows, model, df=df)
        trust = [(each.estimate, each.se, each.df) for each in found.coefficients]
        own = shrunken(sums, model, found, "client")
        new = predicted(sums, model, found, rows)
        return [np.array(trust), own.total, own.total_se, own.covariance, new.expected, new.se]

    for one, two in zip(told(40), told(10**6), strict=True):
        assert one == pytest.approx(two, rel=1e-6, abs=1e-8)


def test_of_more_than_a_thousand_clients_each_has_her_own_values():
    rows, model = practice(25, clients=1500), MODELS["two"]
    sums = sums_of(rows, model)
    found = fit_sums(sums, model)
    own = shrunken(sums, model, found, "client")
    assert own.total.shape == (1500, 2)
    assert np.isfinite(predicted(sums, model, found, rows).expected).all()
