"""From columns to what a model is fitted to; the fixed part held against formulaic."""

from __future__ import annotations

import doctest

import formulaic
import numpy as np
import pandas
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lacrima.analyses import model_columns, model_rows, model_table
from lacrima.analyses.formula_reading import read_formula
from lacrima.analyses.model_columns import columns_of_arrays, columns_of_table
from lacrima.errors import BadInput, BadTable, NoResult
from lacrima.formats.table import read_table_bytes
from lacrima.stats.results import Dropped

NAN = float("nan")


@pytest.mark.parametrize("module", [model_columns, model_rows, model_table])
def test_the_examples_in_the_docstrings_run(module):
    assert doctest.testmod(module).failed == 0


def made(formula, order=None, **arrays):
    read = read_formula(formula)
    ids = [name for group in read.named_groups() for name in group]
    names = [*read.columns(), *([order] if order else [])]
    columns = columns_of_arrays(arrays, names=names, ids=ids)
    return model_table.model_table(read, columns, order=order)


def column(table, name):
    return table.fixed.columns[:, table.fixed.names.index(name)].tolist()


FIXED = [
    "y ~ x",
    "y ~ 0 + x",
    "y ~ x*z - x",
    "y ~ log(p) + x:z:p",
    "y ~ w",
    "y ~ 0 + w",
    "y ~ w + v",
    "y ~ w*v",
    "y ~ w:v",
    "y ~ 0 + w:v",
    "y ~ w + w:v",
    "y ~ x:w",
    "y ~ x + x:w",
    "y ~ w*x*v - w:x:v",
    "y ~ w:v:x",
    "y ~ 0 + x + w + v:w",
]


@pytest.mark.parametrize("formula", FIXED)
def test_the_fixed_part_is_that_of_formulaic(formula):
    rng = np.random.default_rng(7)
    n = 60
    arrays = {name: rng.normal(size=n) for name in "yxz"}
    arrays["p"] = rng.gamma(2.0, size=n) + 0.1
    arrays["w"] = np.resize(["a", "b", "c"], n).astype(object)
    arrays["v"] = rng.permutation(np.resize(["no", "yes"], n)).astype(object)
    ours = made(formula, **arrays)
    theirs = formulaic.model_matrix(formula, pandas.DataFrame(arrays)).rhs
    assert sorted(ours.fixed.names) == sorted(
        name.replace("[T.", "[").replace("Intercept", "(Intercept)") for name in theirs.columns
    )
    for name, values in theirs.items():
        our_name = name.replace("[T.", "[").replace("Intercept", "(Intercept)")
        assert column(ours, our_name) == pytest.approx(values.tolist(), abs=1e-12)


def test_means_run_over_all_rows_in_which_the_value_stands():
    table = made(
        "y ~ within(x, c) + between(x, c) + (1 | c)",
        y=[1.0, NAN, 3.0, 4.0, 5.0, 6.0],
        x=[0, 1, NAN, 1, 0, 0],
        c=["a", "a", "a", "b", "b", "b"],
    )
    assert column(table, "between(x, c)") == pytest.approx([1 / 2, 1 / 3, 1 / 3, 1 / 3])
    assert column(table, "within(x, c)") == pytest.approx([-1 / 2, 2 / 3, -1 / 3, -1 / 3])
    assert table.dropped == (Dropped("missing y", 1), Dropped("missing within(x, c)", 1))
    assert (table.rows_read, table.rows_used) == (6, 4)


@given(
    st.lists(st.floats(-1e9, 1e9), min_size=1, max_size=6),
    st.integers(1, 30),
)
def test_a_client_with_one_value_throughout_is_at_no_distance_from_it(values, times):
    codes = np.repeat(np.arange(len(values)), times)
    table = made(
        "y ~ within(x, c) + between(x, c) + (1 | c)",
        y=np.ones(len(codes)),
        x=np.array(values)[codes],
        c=codes,
    )
    assert not np.any(column(table, "within(x, c)"))
    assert column(table, "between(x, c)") == np.array(values)[codes].tolist()


def test_the_next_row_is_the_next_of_the_same_client_whatever_the_order_of_the_file():
    table = made(
        "next(y) ~ y + prior(y) + (1 | c)",
        order="t",
        y=[13.0, 11.0, 12.0, 14.0, 21.0, 22.0],
        t=[3, 1, 2, 4, 1, 2],
        c=["a", "a", "a", "a", "b", "b"],
    )
    assert table.outcome.tolist() == [13.0, 14.0]
    assert column(table, "y") == [12.0, 13.0]
    assert column(table, "prior(y)") == [11.0, 12.0]
    assert table.rows.tolist() == [2, 0]
    assert table.dropped == (
        Dropped("no later row for next(y)", 2),
        Dropped("no earlier row for prior(y)", 2),
    )


def test_a_gap_is_not_leapt_over():
    table = made(
        "next(y) ~ 1 + (1 | c)", order="t", y=[1.0, NAN, 3.0, 4.0], t=[1, 2, 3, 4], c=[1] * 4
    )
    assert table.outcome.tolist() == [3.0, 4.0]
    assert table.dropped == (
        Dropped("no later row for next(y)", 1),
        Dropped("missing next(y)", 1),
    )


def test_the_order_may_be_dates_and_rows_without_one_are_counted():
    table = made(
        "next(y) ~ 1 + (1 | c)",
        order="day",
        y=[2.0, 1.0, 9.0],
        day=["2026-02-03", "2026-01-30", None],
        c=["a", "a", "a"],
    )
    assert table.outcome.tolist() == [2.0]
    assert table.dropped[0] == Dropped("missing day", 1)


def test_ids_that_are_used_again_are_two_people_where_that_is_said():
    ids = {
        "therapist": [1, 1, 2, 2],
        "client": [1, 2, 1, 1],
        "y": [1.0, 2, 3, 4],
        "x": [0, 1, 0, 1],
    }
    table = made("y ~ within(x, therapist/client) + (1 | therapist/client)", **ids)
    assert [(level.name, level.n) for level in table.levels] == [
        ("therapist", 2),
        ("therapist/client", 3),
    ]
    assert table.levels[1].labels == ("1/1", "1/2", "2/1")
    assert column(table, "within(x, therapist/client)") == [0.0, 0.0, -0.5, 0.5]
    with pytest.raises(BadInput, match="1 of client in more than one therapist") as refused:
        made("y ~ x + (1 | therapist) + (1 | client)", **ids)
    assert "therapist/client" in refused.value.next_step
    with pytest.raises(BadInput, match="in more than one"):
        made("y ~ within(x, client) + (1 | therapist/client)", **ids)


def test_a_slope_that_varies_has_its_columns_and_names():
    table = made(
        "y ~ x + (1 + x | c) + (0 + w | c)",
        y=[1.0, 2, 3],
        x=[1, 2, 3],
        c=list("aab"),
        w=list("pqp"),
    )
    one, other = table.levels
    assert one.matrix.names == ("(Intercept)", "x")
    assert one.matrix.columns.tolist() == [[1, 1], [1, 2], [1, 3]]
    assert other.matrix.names == ("w[p]", "w[q]")
    assert one.codes.tolist() == [0, 0, 1]
    assert table.factors[0].reference == "p"


def test_a_level_that_no_used_row_has_is_no_column():
    table = made("y ~ w", y=[1.0, 2.0, 3.0, NAN], w=list("abac"))
    assert table.fixed.names == ("(Intercept)", "w[b]")


BAD = [
    ("y ~ x", {"y": [1.0, 2.0]}, "no column 'x'"),
    ("y ~ x", {"y": [1.0, 2.0], "x": [1.0, 2.0, 3.0]}, "different length"),
    ("y ~ x", {"y": [1.0, float("inf")], "x": [1, 2]}, "infinite"),
    ("y ~ x", {"y": [1.0, 2.0], "x": [1, "two"]}, "words and numbers"),
    ("y ~ x", {"y": ["a", "b"], "x": [1, 2]}, "outcome of words"),
    ("y ~ log(x)", {"y": [1.0, 2.0], "x": [1, 0]}, "not above 0"),
    ("y ~ log(w)", {"y": [1.0, 2.0], "w": ["a", "b"]}, "log of words"),
    ("y ~ within(w, c)", {"y": [1.0, 2.0], "w": ["a", "b"], "c": [1, 1]}, "within of words"),
    ("y ~ w", {"y": [1.0, 2.0], "w": ["a", "a"]}, "same word"),
    ("y ~ w", {"y": np.ones(300), "w": [f"id{n}" for n in range(300)]}, "300 different words"),
    ("y ~ next(x) + (1 | c)", {"y": [1.0, 2.0], "x": [1, 2], "c": [1, 1]}, "without an order"),
    ("y ~ x", {"y": [[1.0], [2.0]], "x": [1, 2]}, "not one row"),
    ("y ~ x", {"y": [1.0, 2.0], "x": np.array([1j, 2])}, "neither"),
]


@pytest.mark.parametrize(("formula", "arrays", "said"), BAD)
def test_what_cannot_be_used_is_refused(formula, arrays, said):
    with pytest.raises(BadInput, match=said):
        made(formula, **arrays)


def test_two_rows_at_the_same_place_have_no_next():
    with pytest.raises(BadInput, match="2 rows at the same place"):
        made("next(y) ~ 1 + (1 | c)", order="t", y=[1.0] * 4, t=[1, 1, 1, 2], c=[1] * 4)


def test_nothing_that_can_be_used_is_no_result_with_the_reasons():
    with pytest.raises(NoResult, match="missing y: 2"):
        made("y ~ 1", y=[NAN, NAN])


def test_a_large_offset_costs_no_digits():
    x = np.array([0.25, 0.5, 0.75, 1.5]) + 1.7e9
    table = made("y ~ within(x, c)", y=np.ones(4), x=x, c=[1] * 4)
    assert column(table, "within(x, c)") == [-0.5, -0.25, 0.0, 0.75]


CSV = (
    b"client;session;score;mood;word\n"
    b"R 14;1;12,5;NA;yes\nR 14;2;11,5;3;no\n;3;10;4;no\n7;1;9;2;NA\n"
)


def from_csv(data, *names, ids=()):
    return columns_of_table(read_table_bytes(data), names=names, ids=ids)


def test_a_table_of_a_file_gives_numbers_words_and_ids():
    found = from_csv(CSV, "client", "score", "mood", "word", ids=["client"])
    assert found["client"].levels == ("7", "R 14")
    assert found["client"].codes.tolist() == [1, 1, -1, 0]
    assert found["score"].tolist() == [12.5, 11.5, 10, 9]
    assert np.isnan(found["mood"]).tolist() == [True, False, False, False]
    assert found["word"].levels == ("no", "yes")
    assert found["word"].codes.tolist() == [1, 0, 0, -1]


@pytest.mark.parametrize("column", ["x\n1\ntwo\n", "x\none\n2\n", "x\n1\ninf\n"])
def test_words_among_numbers_name_their_row(column):
    with pytest.raises(BadTable, match="words and numbers") as refused:
        from_csv(column.encode(), "x")
    assert refused.value.where == "row 3, column 'x'"


def test_a_column_that_is_not_there_names_those_that_are():
    with pytest.raises(BadTable, match="no column 'y'"):
        from_csv(CSV, "y")


def evaluated(asked, term):
    """A term of the engine's model, worked out from its symbols row by row."""
    found = np.ones(asked.rows.n)
    for piece in term.pieces:
        values = asked.rows.columns[piece.column]
        if piece.level:
            codes = asked.rows.ids[piece.level]
            mean = np.array([np.nanmean(values[codes == code]) for code in codes])
            values = mean if piece.part == "between" else values - mean
        found = found * values
    return found


def test_the_engine_is_asked_for_the_same_columns_rows_and_groups():
    rng = np.random.default_rng(5)
    n = 120
    client = rng.integers(0, 12, n)
    arrays = {
        "y": np.where(rng.random(n) < 0.1, np.nan, rng.normal(size=n)),
        "x": np.where(rng.random(n) < 0.1, np.nan, rng.normal(size=n)),
        "z": rng.gamma(2.0, size=n),
        "w": rng.permutation(np.resize(["no", "yes", "so"], n)).astype(object),
        "client": client,
        "therapist": client // 4,
        "t": rng.permutation(n),
    }
    text = (
        "next(y) ~ within(x, client)*w + between(log(z), therapist) + y"
        " + (1 + within(x, client) | client) + (1 | therapist)"
    )
    read = read_formula(text)
    columns = columns_of_arrays(arrays, names=[*read.columns(), "t"], ids=["client", "therapist"])
    table = model_table.model_table(read, columns, order="t")
    asked = model_rows.question(read, columns, order="t")
    assert [term.name for term in asked.model.fixed] == list(table.fixed.names)
    assert [level.name for level in asked.model.levels] == ["client", "therapist"]
    for place, term in enumerate(asked.model.fixed):
        ours = table.fixed.columns[:, place]
        assert evaluated(asked, term)[table.rows] == pytest.approx(ours, abs=1e-12)
    outcome = asked.rows.columns[asked.model.outcome]
    assert np.flatnonzero(~np.isnan(outcome)).tolist() == sorted(table.rows.tolist())
    assert asked.dropped == table.dropped
    assert asked.labels["client"] == tuple(map(str, range(12)))
