"""Sums of each client: exact, in any order, over the right rows, and refused where they must be."""

import doctest
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lacrima.errors import BadInput, NoResult
from lacrima.stats import columns, expansion, groups, model, sums
from lacrima.stats.columns import scale_of
from lacrima.stats.model import INTERCEPT, Level, Model, Rows, between, whole, within
from lacrima.stats.multilevel import fit
from lacrima.stats.sums import sums_of
from tests.stats.shapes import MODELS, practice, shuffled

CLIENT = (Level("client"),)


@pytest.mark.parametrize("module", [columns, expansion, groups, model, sums])
def test_the_examples_in_the_docstrings_run(module):
    found = doctest.testmod(module)
    assert found.attempted
    assert found.failed == 0


def with_columns(rows, **more):
    return Rows({**rows.columns, **more}, rows.ids, rows.order)


@settings(max_examples=10, deadline=None)
@given(seed=st.integers(0, 100))
def test_whole_and_half_points_are_summed_to_the_last_bit_in_any_order(seed):
    rows = practice(seed)
    rows = with_columns(rows, score=rows.columns["score"] / 2 + 1e6)
    one, two = (sums_of(each, MODELS["three"]) for each in (rows, shuffled(rows, seed)))
    assert set(one.exact_columns) == {"score", "shed", "prior", "session"}
    assert np.array_equal(one.cross, two.cross)
    assert np.array_equal(one.total, two.total)
    assert [list(each) for each in one.labels] == [list(each) for each in two.labels]


def test_taking_a_client_out_subtracts_exactly():
    rows, chosen = practice(1), MODELS["two"]
    is_kept = rows.ids["client"] != 7
    less = Rows(
        {name: values[is_kept] for name, values in rows.columns.items()},
        {name: ids[is_kept] for name, ids in rows.ids.items()},
    )
    everybody, others = sums_of(rows, chosen), sums_of(less, chosen)
    place = int(np.flatnonzero(everybody.labels[0] == 7)[0])
    left = everybody.cross.sum(axis=0) - everybody.cross[place]
    assert np.array_equal(left, others.cross.sum(axis=0))


@pytest.mark.parametrize("dtype", [np.int32, np.float32, np.float64, np.bool_])
def test_numbers_of_any_kind_are_the_same_numbers(dtype):
    rows = practice(2)
    one = sums_of(rows, MODELS["two"])
    two = sums_of(with_columns(rows, shed=rows.columns["shed"].astype(dtype)), MODELS["two"])
    assert np.array_equal(one.cross, two.cross)


@pytest.mark.parametrize("case", ["two", "serial"])
def test_the_loops_and_their_numpy_twins_give_the_same_bits(case, monkeypatch):
    rows = practice(3)
    rows = with_columns(rows, prior=rows.columns["prior"] / 3)
    rows.columns["score"][::7] = np.nan
    one = sums_of(rows, MODELS[case])
    monkeypatch.setattr(sums, "is_compiled", lambda: False)
    two = sums_of(rows, MODELS[case])
    assert np.array_equal(one.cross, two.cross)
    assert np.array_equal(one.total, two.total)


def test_each_row_is_dropped_for_one_reason():
    rows = practice(4)
    rows.columns["score"][:5] = np.nan
    rows.columns["prior"][3:9] = np.nan
    names = np.array([f"c{each}" for each in rows.ids["client"]], dtype=object)
    names[8:10] = None
    found = sums_of(Rows(rows.columns, {"client": names}), MODELS["two"])
    assert [(each.reason, each.n) for each in found.dropped] == [
        ("no group", 2),
        ("no score", 5),
        ("no prior", 3),
    ]
    assert found.rows_used == rows.n - 10
    assert found.rows_read == rows.n


def test_means_run_over_sessions_without_an_outcome():
    shed = np.array([1.0, 0, 0, 1, 0, 0])
    score = np.array([5.0, 4, np.nan, 6, 2, 3])
    rows = Rows({"score": score, "shed": shed}, {"client": np.array([1, 1, 1, 2, 2, 3])})
    found = sums_of(rows, Model("score", (INTERCEPT, between("shed", "client")), CLIENT))
    assert (found.total[:, 0] / found.count[:, 0]).tolist() == [1 / 3, 1 / 2, 0]


def test_the_scale_is_that_of_the_numbers():
    assert scale_of("x", np.array([0.1, 0.25])).units == 100
    assert scale_of("x", np.array([np.pi, 1.0])).units is None
    assert scale_of("x", np.array([np.nan, np.nan])).most == 0
    assert scale_of("x", np.array([1e300, 2e300])).units == 1


@pytest.mark.parametrize(
    ("column", "offset", "size"),
    [("session", 1.7e9, 86_400.0), ("score", 1e9, 1.0), ("score", 1e6, 0.5), ("prior", 2020, 1.0)],
)
def test_numbers_far_from_zero_lose_nothing(column, offset, size):
    rows = practice(5, clients=60)
    moved = with_columns(rows, **{column: rows.columns[column] * size + offset})
    one, two = fit(rows, MODELS["three"]), fit(moved, MODELS["three"])
    outcome = size if column == "score" else 1.0
    for name in ("within(shed, client)", "between(shed, client)"):
        assert two[name].estimate / outcome == pytest.approx(one[name].estimate, rel=1e-7)
        assert two[name].se / outcome == pytest.approx(one[name].se, rel=1e-7)


def test_clients_who_never_vary_have_no_slope_from_rounding():
    rows = practice(6)
    always = np.full(rows.n, 0.1)
    always[rows.ids["client"] == 3] = rows.columns["session"][rows.ids["client"] == 3] / 7
    found = fit(
        with_columns(rows, dose=always),
        Model("score", (INTERCEPT, within("dose", "client")), CLIENT),
    )
    alone = rows.ids["client"] == 3
    x = always[alone] - always[alone].mean()
    y = rows.columns["score"][alone]
    assert found["within(dose, client)"].estimate == pytest.approx(x @ y / (x @ x), rel=1e-9)


def test_ids_that_other_parents_use_again_are_refused_by_name():
    rows = practice(7)
    reused = rows.ids["client"] // 4 % 5
    bad = Rows(rows.columns, {"client": reused, "therapist": rows.ids["therapist"]})
    with pytest.raises(BadInput, match="therapist/client"):
        fit(bad, MODELS["three"])
    named = Model(
        "score", (INTERCEPT, whole("prior")), (Level("therapist/client"), Level("therapist"))
    )
    unique = rows.ids["therapist"] * 100 + reused
    one = fit(bad, named)
    two = fit(
        Rows(rows.columns, {"client": unique, "therapist": rows.ids["therapist"]}),
        Model("score", (INTERCEPT, whole("prior")), (Level("client"), Level("therapist"))),
    )
    assert one.criterion == two.criterion


def test_text_ids_and_numbers_make_the_same_groups():
    rows = practice(8)
    words = np.array([f"client {each:04}" for each in rows.ids["client"]])
    for ids in (
        words,
        words.astype(object),
        rows.ids["client"].astype(np.float64),
        rows.ids["client"] * 10**9,
    ):
        found = sums_of(Rows(rows.columns, {"client": ids}), MODELS["two"])
        assert np.array_equal(found.cross, sums_of(rows, MODELS["two"]).cross)


CASES = {
    "text": ({"prior": np.array(["12", "n/a"] * 2)}, "column prior: text among numbers"),
    "infinite": ({"prior": np.array([1, 2, np.inf, 4])}, "column prior, row 3"),
}


@pytest.mark.parametrize("case", CASES)
def test_what_is_no_number_is_refused_with_its_place(case):
    columns, expected = CASES[case]
    rows = Rows({"score": np.arange(4.0), **columns}, {"client": np.array([1, 1, 2, 2])})
    with pytest.raises(BadInput, match=expected):
        sums_of(rows, Model("score", (INTERCEPT, whole("prior")), CLIENT))


def test_columns_that_say_nothing_of_their_own_are_named():
    rows = practice(9)
    twice = with_columns(
        rows,
        twin=2 * rows.columns["prior"] + 3 - rows.columns["session"],
        same=np.full(rows.n, 4.2),
        never=np.zeros(rows.n),
        personal=rows.ids["client"] * 1.0,
    )
    expected = {
        "twin": "twin follows from .Intercept., prior, session",
        "same": "same is the same in every row",
        "never": "never is the same in every row",
    }
    for name, said in expected.items():
        with pytest.raises(BadInput, match=said):
            fit(
                twice,
                Model(
                    "score",
                    (INTERCEPT, whole("prior"), whole("session"), whole(name))
                    if name == "twin"
                    else (INTERCEPT, whole(name)),
                    CLIENT,
                ),
            )
    with pytest.raises(BadInput, match=r"within.personal, client. is the same"):
        fit(twice, Model("score", (INTERCEPT, within("personal", "client")), CLIENT))
    with pytest.raises(BadInput, match="level client"):
        fit(twice, Model("score", (INTERCEPT,), (Level("client", (INTERCEPT, whole("same"))),)))


def test_too_little_for_the_question_is_said():
    rows = practice(10, clients=6, sessions=2)
    one = Rows(rows.columns, {"client": np.zeros(rows.n, dtype=int)})
    each = Rows(rows.columns, {"client": np.arange(rows.n)})
    simple = Model("score", (INTERCEPT,), CLIENT)
    with pytest.raises(BadInput, match="one client only"):
        fit(one, simple)
    with pytest.raises(NoResult, match="random coefficients for"):
        fit(each, simple)
    with pytest.raises(NoResult, match="no row"):
        fit(with_columns(rows, score=np.full(rows.n, np.nan)), simple)
    with pytest.raises(NoResult, match="score is the same"):
        fit(with_columns(rows, score=np.full(rows.n, 3.0)), simple)
    with pytest.raises(NoResult, match="without any variation left"):
        fit(
            with_columns(rows, score=2 * rows.columns["prior"]),
            Model("score", (INTERCEPT, whole("prior")), CLIENT),
        )


def test_a_column_or_grouping_that_is_not_there_is_named():
    rows = practice(11)
    with pytest.raises(BadInput, match="no column 'mood'"):
        fit(rows, Model("score", (INTERCEPT, whole("mood")), CLIENT))
    with pytest.raises(BadInput, match="no ids for 'ward'"):
        fit(rows, Model("score", (INTERCEPT,), (Level("ward"),)))


def test_sessions_must_have_an_order_for_serial_residuals():
    rows = practice(12)
    with pytest.raises(BadInput, match="no order"):
        sums_of(Rows(rows.columns, rows.ids), MODELS["serial"], ar1=True)
    with pytest.raises(BadInput, match="one session twice"):
        sums_of(replace(rows, order=np.zeros(rows.n)), MODELS["serial"], ar1=True)
    with pytest.raises(BadInput, match="not whole"):
        sums_of(replace(rows, order=rows.order + 0.5), MODELS["serial"], ar1=True)


def test_duplicate_rows_count_as_rows():
    rows = practice(13)
    twice = Rows(
        {name: np.repeat(values, 2) for name, values in rows.columns.items()},
        {name: np.repeat(values, 2) for name, values in rows.ids.items()},
    )
    assert fit(twice, MODELS["two"]).rows_used == 2 * rows.n


def test_a_model_without_groups_is_least_squares():
    rows = practice(14)
    found = fit(rows, Model("score", (INTERCEPT, whole("prior"))))
    table = np.column_stack([np.ones(rows.n), rows.columns["prior"]])
    beta, squares, *_ = np.linalg.lstsq(table, rows.columns["score"], rcond=None)
    assert [each.estimate for each in found.coefficients] == pytest.approx(beta, rel=1e-10)
    assert found.sigma**2 == pytest.approx(squares[0] / (rows.n - 2), rel=1e-10)
    assert [each.df for each in found.coefficients] == pytest.approx([rows.n - 2] * 2)


def test_an_outcome_that_its_groups_explain_exactly_is_no_result():
    rows = practice(16)
    own = rows.ids["client"] * 1.0
    nearly = own.copy()
    nearly[0] += 1e-6
    for score in (own, own % 3, nearly):
        with pytest.raises(NoResult, match="without any variation left"):
            fit(with_columns(rows, score=score), Model("score", (INTERCEPT,), CLIENT))
    with pytest.raises(NoResult):
        fit(with_columns(rows, score=own), Model("score", (INTERCEPT,), CLIENT), ar1=True)


@pytest.mark.parametrize("size", [1e-9, 1e9, 1e150])
def test_outcomes_of_any_size_are_fitted(size):
    rows = practice(17)
    one, two = (
        fit(with_columns(rows, score=rows.columns["score"] * factor), MODELS["two"])
        for factor in (1.0, size)
    )
    assert two["prior"].estimate / size == pytest.approx(one["prior"].estimate, rel=1e-9)
