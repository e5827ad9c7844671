"""One row in hand and many rows at once are judged by the same rule, whoever looks."""

from __future__ import annotations

from dataclasses import fields

import pytest
from django.apps import apps

from lacrima.errors import NotFound
from lacrima.records import access, clock
from lacrima.records.models import Member
from tests.support.cast import Cast
from tests.support.world import both_worlds


def _everybody(cast: Cast) -> list[Member]:
    people = [getattr(cast, one.name) for one in fields(cast)]
    return [person for person in people if isinstance(person, Member)]


def _is_found(by: Member, row: object) -> bool:
    try:
        access.find(by, type(row), row.pk)
    except NotFound:
        return False
    return True


def _compare(people: list[Member]) -> tuple[int, int]:
    seen = unseen = 0
    for model in apps.get_app_config("records").get_models():
        for by in people:
            shown = set(access.visible(by, model).values_list("pk", flat=True))
            for row in model._default_manager.all():
                assert _is_found(by, row) == (row.pk in shown), (model.__name__, by.role)
                seen, unseen = seen + (row.pk in shown), unseen + (row.pk not in shown)
    return seen, unseen


def test_a_row_is_found_by_exactly_those_who_see_it_in_a_list(cast: Cast) -> None:
    both_worlds(cast)
    seen, unseen = _compare(_everybody(cast))
    assert seen > 30
    assert unseen > 100


def test_whoever_left_finds_nothing_of_what_was_hers(cast: Cast) -> None:
    both_worlds(cast)
    cast.berta.left_on = clock.now().date()
    assert _compare([cast.berta])[0] <= 1  # herself


@pytest.mark.parametrize("kind", ["episode", "session", "slot", "contact", "record_note"])
def test_a_stranger_is_told_the_same_of_what_exists_and_of_what_does_not(
    cast: Cast, kind: str
) -> None:
    both_worlds(cast)
    model = apps.get_model("records", kind.replace("_", ""))
    there = model._default_manager.first()
    told = []
    for key in (there.pk, "0" * 32):
        with pytest.raises(NotFound) as refused:
            access.find(cast.stella, model, key)
        told.append(refused.value.sentence())
    assert told[0] == told[1]
