"""Many forms at once say what each would say alone."""

from __future__ import annotations

import doctest
import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lacrima.analyses import scoring
from lacrima.analyses.scoring import result_of, results
from lacrima.instruments.catalogue import shipped
from lacrima.instruments.definition import Instrument
from lacrima.instruments.scoring import score

WITH_ITEMS = [one for one in shipped().values() if one.items]


def test_the_examples_in_the_docstrings_run():
    assert doctest.testmod(scoring).failed == 0


@pytest.mark.parametrize("one", WITH_ITEMS, ids=lambda one: one.slug)
@settings(max_examples=20, deadline=None)
@given(data=st.data())
def test_each_result_is_that_of_the_form_alone(one: Instrument, data: st.DataObject):
    choices = [st.sampled_from([None, *item.scale.values]) for item in one.items]
    forms = data.draw(st.lists(st.tuples(*choices), min_size=1, max_size=5))
    answers = np.array(forms, dtype=np.float64)
    people = [data.draw(st.none() | st.just("R 14")) for _ in forms]
    rows = list(range(2, len(forms) + 2))
    given_many = list(results(one, answers, people=people, rows=rows))
    alone = [
        result_of(
            score(one, dict(zip((i.id for i in one.items), form, strict=True))),
            person=person,
            row=row,
        )
        for form, person, row in zip(forms, people, rows, strict=True)
    ]
    assert given_many == alone
    assert json.dumps(given_many, allow_nan=False) == json.dumps(alone)


def test_nobody_gives_nothing():
    assert list(results(WITH_ITEMS[0], np.empty((0, 3)), people=[], rows=[])) == []
