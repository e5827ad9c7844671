"""Formulas: what they are read as, that they say themselves again, and what is refused where."""

from __future__ import annotations

import contextlib
import doctest

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lacrima.analyses import formula, formula_reading, formula_words
from lacrima.analyses.formula import Call, Column, Function
from lacrima.analyses.formula_reading import read_formula
from lacrima.errors import BadFormula


@pytest.mark.parametrize("module", [formula, formula_reading, formula_words])
def test_the_examples_in_the_docstrings_run(module):
    assert doctest.testmod(module).failed == 0


READ_AS = [
    ("y~x", "y ~ 1 + x"),
    ("y ~ 1", "y ~ 1"),
    ("y ~ 0 + x", "y ~ 0 + x"),
    ("y ~ x - 1", "y ~ 0 + x"),
    ("y ~ -1 + x", "y ~ 0 + x"),
    ("y ~ 0 + x + 1", "y ~ 1 + x"),
    ("y ~ a*b", "y ~ 1 + a + b + a:b"),
    ("y ~ a:b + a", "y ~ 1 + a + a:b"),
    ("y ~ a*b*c - a:b:c", "y ~ 1 + a + b + c + a:b + a:c + b:c"),
    ("y ~ (a + b):c", "y ~ 1 + a:c + b:c"),
    ("y ~ (1 + a):b", "y ~ 1 + b + a:b"),
    ("y ~ a:b + b:a + a:a", "y ~ 1 + a + a:b"),
    ("`my y` ~ `log` + log(`a b`)", "`my y` ~ 1 + log + log(`a b`)"),
    ("next(y) ~ prior(x)", "next(y) ~ 1 + prior(x)"),
    ("y ~ within(log(x), c) + between(x, t/c)", "y ~ 1 + within(log(x), c) + between(x, t/c)"),
    ("y ~ (1 + x | client)", "y ~ 1 + (1 + x | client)"),
    ("y ~ (x | client)", "y ~ 1 + (1 + x | client)"),
    ("y ~ (0 + x | client)", "y ~ 1 + (0 + x | client)"),
    ("y ~ (x - 1 | client)", "y ~ 1 + (0 + x | client)"),
    ("y ~ (1 | t/c)", "y ~ 1 + (1 | t) + (1 | t:c)"),
    ("y ~ (1 | t:c)", "y ~ 1 + (1 | t:c)"),
    ("y ~ (1 | a/b/c)", "y ~ 1 + (1 | a) + (1 | a:b) + (1 | a:b:c)"),
    ("y ~ (1 | c) + x + (0 + x | c)", "y ~ 1 + x + (1 | c) + (0 + x | c)"),
    ("größe ~ alter.jahre + _x", "größe ~ 1 + alter.jahre + _x"),
]


@pytest.mark.parametrize(("text", "said"), READ_AS)
def test_a_formula_is_read_and_says_itself_in_full(text, said):
    read = read_formula(text)
    assert str(read) == said
    assert read_formula(str(read)) == read


REFUSED = [
    ("", 1, "end"),
    ("~ x", 1, "'~'"),
    ("y", 2, "end"),
    ("y ~", 4, "end"),
    ("y ~ x +", 8, "end"),
    ("y ~ x x", 7, "'x'"),
    ("y ~ x ~ z", 7, "'~'"),
    ("y ~ *x", 5, r"'\*'"),
    ("y ~ x^2", 6, "power"),
    ("y ~ I(x)", 5, r"I\(\)"),
    ("y ~ 2", 5, "'2'"),
    ("y ~ 1x", 5, "'1x'"),
    ("y ~ .", 5, "point"),
    ("y ~ 'x'", 5, "quotation"),
    ("y ~ `x", 5, "backtick"),
    ("y ~ x - z", 9, "z left out"),
    ("y ~ x - 0", 9, "minus"),
    ("y ~ (1 || g)", 9, r"'\|'"),
    ("y ~ (1 | g) * x", 5, "product"),
    ("y ~ ((1 | g) | h)", 14, "inside another"),
    ("y ~ (1 | )", 10, r"'\)'"),
    ("y ~ (1 | g", 11, "end"),
    ("y ~ within(x)", 13, r"'\)'"),
    ("y ~ log(x, g)", 10, "','"),
    ("y ~ log(within(x, g))", 5, "within inside log"),
    ("y ~ next(1)", 10, "'1'"),
]


@pytest.mark.parametrize(("text", "place", "found"), REFUSED)
def test_what_is_no_formula_is_refused_with_its_place(text, place, found):
    with pytest.raises(BadFormula, match=found) as refused:
        read_formula(text)
    assert refused.value.where == f"formula, character {place}"


@pytest.mark.parametrize(
    "text",
    [
        "y ~ (0 | g)",
        "y ~ (1 | g) + (1 + x | g)",
        "y ~ (0 + x | g) + (x | g)",
        "y ~ y + x",
        "y ~ within(y, g)",
        "y ~ x + (1 + y | g)",
        "within(y, g) ~ x",
        "y ~ " + "(" * 60 + "a" + ")" * 60,
        "y ~ " + "*".join(f"x{number}" for number in range(12)),
        "y ~ x" + " + x" * 5000,
    ],
)
def test_what_no_data_could_answer_or_is_endless_is_refused(text):
    with pytest.raises(BadFormula):
        read_formula(text)


def test_a_formula_knows_its_columns_groups_and_whether_it_needs_an_order():
    read = read_formula("next(y) ~ within(x, client)*word + (1 | clinic/therapist) + (x | client)")
    assert read.columns() == ("y", "x", "word", "clinic", "therapist", "client")
    assert read.groups() == (("clinic",), ("clinic", "therapist"), ("client",))
    assert read.needs_order
    assert read.outcome == Call(Function.NEXT, Column("y"))
    assert not read_formula("y ~ x").needs_order


names = st.text("ab_1. `|~", min_size=1, max_size=6).filter(lambda name: "`" not in name)


@given(names, names)
def test_any_name_can_be_written_and_is_read_back(one, other):
    read = read_formula(f"y_ ~ `{one}`:`{other}` + (1 | `{one}`)")
    assert read_formula(str(read)) == read
    assert {one, other} <= set(read.columns())


@given(st.text("yx01 ~+-*:|()/,`", max_size=30))
def test_any_text_is_read_or_refused_with_words(text):
    with contextlib.suppress(BadFormula):
        assert str(read_formula(text))
