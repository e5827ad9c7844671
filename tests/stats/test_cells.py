"""Clients who are the same in S_zz, passed over together: the same answers, at a cell's cost."""

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lacrima.stats import condensed as condensed_module
from lacrima.stats.cells_compiled import number, slots
from lacrima.stats.compiled import CAN_COMPILE
from lacrima.stats.model import INTERCEPT, Level, Model, Rows, whole
from lacrima.stats.multilevel import fit, fit_sums
from lacrima.stats.newton import minimise
from lacrima.stats.problem import Problem
from lacrima.stats.second import second_sum
from lacrima.stats.sums import sums_of
from lacrima.stats.working import working
from tests.stats.shapes import MODELS, PRIOR, SESSION, SHED, SHED_B, practice

needs_machine_code = pytest.mark.skipif(not CAN_COMPILE, reason="machine code may not be made here")
ONE_LEVEL = {
    "intercept": Model("score", (INTERCEPT, SHED, PRIOR), (Level("client"),)),
    "slope": MODELS["two"],
    "no intercept varies": Model("score", (INTERCEPT, SHED, SESSION), (Level("client", (SHED,)),)),
    "only varies": Model(
        "score", (INTERCEPT, SHED_B, PRIOR), (Level("client", (INTERCEPT, SESSION)),)
    ),
}

GOLDEN = json.loads(
    (Path(__file__).parent / "golden" / "many_clients.json").read_text(encoding="utf-8")
)


def many(seed=5, clients=2500):
    """Clients with few sessions, so that many are alike."""
    return practice(seed, clients=clients, sessions=3)


def both(name, rows=None):
    """The same model over clients and over cells."""
    rows, model = rows or many(), ONE_LEVEL[name]
    sums = sums_of(rows, model)
    return working(sums, model), working(sums, model, is_condensed=True)


@pytest.mark.parametrize("name", ONE_LEVEL)
@pytest.mark.parametrize("is_reml", [True, False])
def test_cells_give_the_criterion_and_all_derivatives_of_their_clients(name, is_reml):
    one, two = (Problem(made, is_reml) for made in both(name))
    cells = two.working.tree.cells
    assert cells is not None
    assert cells.count.sum() == 2500
    for share in (1.0, 0.3, -1.7):
        at = one.start() * share
        here, there = one.at(at), two.at(at)
        assert there.value == pytest.approx(here.value, rel=1e-12)
        assert there.gradient == pytest.approx(here.gradient, rel=1e-9, abs=1e-8)
        assert there.hessian == pytest.approx(here.hessian, rel=1e-9, abs=1e-7)
        assert two.value_at(at).value == pytest.approx(there.value, rel=1e-13)


@pytest.mark.parametrize("name", ONE_LEVEL)
def test_the_sum_of_second_derivatives_is_the_same(name):
    found = []
    for made in both(name):
        problem = Problem(made, is_reml=True)
        point = problem.at(problem.start())
        weights = np.random.default_rng(1).normal(size=(point.at.size, point.at.size))
        found.append(second_sum(made.tree, point.climbed, weights + weights.T))
    assert found[1] == pytest.approx(found[0], rel=1e-9, abs=1e-7)


@pytest.mark.parametrize("name", ONE_LEVEL)
def test_cells_lead_to_the_same_minimum(name):
    one, two = (minimise(Problem(made, is_reml=True)) for made in both(name))
    assert two.root.value == pytest.approx(one.root.value, rel=1e-12)
    assert two.at == pytest.approx(one.at, abs=1e-6)
    assert two.root.beta == pytest.approx(one.root.beta, rel=1e-8, abs=1e-10)


@pytest.mark.parametrize("df", ["satterthwaite", "kenward-roger", "none"])
def test_a_fit_says_the_same_with_cells_and_without(df, monkeypatch):
    rows, model = many(7), ONE_LEVEL["slope"]
    with_cells = fit(rows, model, df=df)
    monkeypatch.setattr(condensed_module, "MANY", 10**9)
    without = fit(rows, model, df=df)
    assert with_cells.criterion == pytest.approx(without.criterion, rel=1e-12)
    for one, two in zip(with_cells.coefficients, without.coefficients, strict=True):
        assert (one.estimate, one.se) == pytest.approx((two.estimate, two.se), rel=1e-7)
        assert one.df == (None if two.df is None else pytest.approx(two.df, rel=1e-5))
    assert with_cells.groups[0].n == without.groups[0].n == 2500


@pytest.mark.parametrize("over", ["cells", "clients"])
@pytest.mark.parametrize("df", ["satterthwaite", "kenward-roger"])
def test_of_more_than_a_thousand_clients_r_says_the_same(over, df, monkeypatch):
    if over == "clients":
        monkeypatch.setattr(condensed_module, "MANY", 10**9)
    client, session = np.repeat(np.arange(1100), 2), np.tile([0, 1], 1100)
    shed = (client * 7 + session * 3) % 5 == 0
    score = (client * 37) % 11 + (client * 53 + session * 29) % 7 - shed + session
    columns = {"score": score, "shed": shed.astype(float), "session": session}
    fixed = (INTERCEPT, whole("shed"), SESSION)
    found = fit(Rows(columns, {"client": client}), Model("score", fixed, (Level("client"),)), df=df)
    expected = GOLDEN["intercept"]
    assert found.criterion == pytest.approx(expected["criterion"], abs=1e-8)
    trust = expected[df.replace("-", "_")]
    for place, each in enumerate(found.coefficients):
        assert each.estimate == pytest.approx(expected["estimate"][place], rel=1e-8)
        assert each.se == pytest.approx(trust["se"][place], rel=1e-7)
        assert each.df == pytest.approx(trust["df"][place], rel=1e-6)


@pytest.mark.parametrize("name", ONE_LEVEL)
def test_the_loops_and_their_numpy_twins_make_the_same_cells(name, monkeypatch):
    rows, model = many(), ONE_LEVEL[name]
    sums = sums_of(rows, model)
    one = working(sums, model, is_condensed=True).tree
    monkeypatch.setattr(condensed_module, "is_compiled", lambda: False)
    two = working(sums, model, is_condensed=True).tree
    assert np.array_equal(one.cells.szz, two.cells.szz)
    assert np.array_equal(one.cells.count, two.cells.count)
    assert one.cells.products == pytest.approx(two.cells.products, rel=1e-12, abs=1e-9)
    assert one.totals == pytest.approx(two.totals, rel=1e-12, abs=1e-9)


def test_the_order_of_the_rows_leaves_the_answer_as_it_is():
    rows, model = many(), ONE_LEVEL["slope"]
    order = np.random.default_rng(2).permutation(rows.n)
    mixed = Rows(
        {name: values[order] for name, values in rows.columns.items()},
        {name: values[order] for name, values in rows.ids.items()},
    )
    assert fit(mixed, model).criterion == fit(rows, model).criterion


@pytest.mark.parametrize("is_compiled", [pytest.param(True, marks=needs_machine_code), False])
@pytest.mark.parametrize("alike", [0, 300])
def test_clients_who_differ_stay_clients(is_compiled, alike, monkeypatch):
    monkeypatch.setattr(condensed_module, "is_compiled", lambda: is_compiled)
    rows = many(clients=20_000)
    own = np.random.default_rng(3).normal(size=rows.n)
    own[rows.ids["client"] < alike] = 1.0  # the first are few cells, the others one each
    rows = Rows({**rows.columns, "prior": own}, rows.ids)
    model = Model("score", (INTERCEPT, PRIOR), (Level("client", (INTERCEPT, PRIOR)),))
    tree = working(sums_of(rows, model), model, is_condensed=True).tree
    assert tree.cells is None
    assert tree.leaf.n == 20_000


def test_clients_with_a_level_above_them_stay_clients():
    rows, model = many(), MODELS["three"]
    sums = sums_of(rows, model)
    assert working(sums, model, is_condensed=True).tree.leaf is not None


def test_sums_of_finer_groups_are_not_taken_for_clients_alike():
    rows = many()
    sums = sums_of(rows, MODELS["three"])
    model = Model("score", (INTERCEPT, SHED, PRIOR), (Level("therapist"),))
    assert working(sums, model, is_condensed=True).tree.cells is None
    assert fit_sums(sums, model).groups[0].n == 4


KEYS = st.lists(st.tuples(st.integers(-2, 2), st.integers(0, 3)), min_size=1, max_size=60)


@needs_machine_code
@given(KEYS, st.integers(1, 20))
def test_the_same_keys_get_the_same_number_in_the_order_they_come(found_keys, most):
    squares = np.zeros((2, 2, len(found_keys)))
    squares[0, 0], squares[0, 1] = np.array(found_keys).T
    keys, cells = np.empty((most, 3)), np.full(len(found_keys), -1)
    table = np.full(slots(most), -1)
    found = number(squares, np.array([0, 1]), table, keys, 0, cells)
    first_come = list(dict.fromkeys(found_keys))
    assert found == min(len(first_come), most + 1)
    if found <= most:
        assert cells.tolist() == [first_come.index(each) for each in found_keys]
        assert [tuple(key[:2]) for key in keys[:found]] == first_come
