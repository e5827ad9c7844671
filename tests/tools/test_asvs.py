"""Each line of the security standard that bites here names tests that there are, or says it."""

from __future__ import annotations

import pytest

from tools import docs_asvs

ITEMS = docs_asvs.items()


def test_each_line_is_held_by_a_test_or_says_that_it_is_not_met() -> None:
    assert len(ITEMS) >= 30
    assert [one.id for one in ITEMS if not (one.held_by or one.not_met)] == []
    assert len({one.id for one in ITEMS}) == len(ITEMS)


@pytest.mark.parametrize("one", ITEMS, ids=lambda one: one.id)
def test_the_named_tests_are_there(one: docs_asvs.Item) -> None:
    assert [name for name in one.held_by if not docs_asvs.is_a_test(name)] == []


def test_a_test_that_is_not_there_is_found() -> None:
    assert not docs_asvs.is_a_test("tests/tools/test_asvs.py::test_nothing")
    assert not docs_asvs.is_a_test("tests/nowhere.py::test_nothing")
