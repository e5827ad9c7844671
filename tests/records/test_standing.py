"""A standing row is always the one that is kept, whoever changed it and however."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager

from lacrima.practice import people
from lacrima.records.models import Member, Practice
from lacrima.records.standing import Standing, looked_at_once
from lacrima.vault.process import VAULT
from tests.support.cast import Cast


def test_a_change_is_seen_at_once_by_whatever_road_it_came(cast: Cast) -> None:
    row = Standing(Practice)
    assert row.now() == people.the_practice()
    people.change_practice(by=cast.ana, name="Another name")
    assert row.now().name == "Another name"
    Practice.objects.update(last_backup_problem="no room")  # no version rises here
    assert row.now().last_backup_problem == "no room"


def test_each_who_asks_has_an_object_of_her_own(cast: Cast) -> None:
    row = Standing(Practice)
    first, second = row.now(), row.now()
    first.name = "only here"
    assert second.name == row.now().name != "only here"


def test_who_left_and_who_is_not_meant_are_not_found(cast: Cast) -> None:
    owner = Standing(Member, is_owner=True, left_on=None)
    assert owner.now() == cast.ana
    Member.objects.filter(pk=cast.ana.pk).update(is_owner=False)
    assert owner.now() is None


def test_nothing_of_it_is_remembered_after_a_lock(cast: Cast) -> None:
    row = Standing(Practice)
    row.now()
    assert row._seen is not None
    assert row.forget in VAULT._callbacks
    row.forget()
    assert row._seen is None


def test_while_a_page_is_looked_at_one_look_holds_and_no_longer(
    cast: Cast, django_assert_num_queries: Callable[..., AbstractContextManager[object]]
) -> None:
    row = Standing(Practice)
    row.now()
    with looked_at_once():
        with django_assert_num_queries(1):
            assert row.now() == row.now()
        Practice.objects.update(name="Another name")
        assert row.now().name != "Another name"
    assert row.now().name == "Another name"
