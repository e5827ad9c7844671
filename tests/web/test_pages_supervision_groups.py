"""Pages of groups, and showing something to several people of a practice at once."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from lacrima.practice import supervision_groups
from lacrima.records.models import Member, Share, SupervisionGroup
from tests.support.form_keys import form_key
from tests.support.showing import LAST_DAY
from tests.support.things import Things

Eyes = Callable[[Member], Client]
GROUPS = "/supervision/groups"


@pytest.fixture
def anas(things: Things, eyes_of: Eyes) -> Client:
    """Ana's browser."""
    return eyes_of(things.cast.ana)


def sent(**more: Any) -> dict[str, Any]:
    return {"key": form_key(), "version": "1", **more}


def a_group(things: Things, name: str = "Tuesdays") -> SupervisionGroup:
    cast = things.cast
    return supervision_groups.add_group(by=cast.ana, name=name, people=[cast.ana, cast.hanna])


def test_a_group_is_made_changed_and_let_go(things: Things, anas: Client) -> None:
    cast = things.cast
    chosen = [cast.ana.pk.hex, cast.hanna.pk.hex, cast.berta.pk.hex]
    made = anas.post(f"{GROUPS}/new", sent(name="Tuesdays", people=chosen))
    assert (made.status_code, made["Location"]) == (303, GROUPS)
    page = anas.get(GROUPS).content.decode()
    assert "Tuesdays" in page
    assert "Ana Ruiz, Berta Sol and Hanna Weiss" in page
    group = SupervisionGroup.objects.get()
    anas.post(f"{GROUPS}/{group.pk}", sent(name="Fridays", people=chosen[:2]))
    assert "Ana Ruiz and Hanna Weiss" in anas.get(GROUPS).content.decode()
    assert (
        "stays with those who read it" in anas.get(f"{GROUPS}/{group.pk}/delete").content.decode()
    )
    anas.post(f"{GROUPS}/{group.pk}/delete", sent())
    assert not SupervisionGroup.objects.exists()


def test_a_group_of_one_is_no_group_and_what_was_typed_stays(things: Things, anas: Client) -> None:
    alone = [things.cast.ana.pk.hex]
    answer = anas.post(f"{GROUPS}/new", sent(name="Just me", people=alone))
    assert answer.status_code == 422
    assert "Just me" in answer.content.decode()
    assert not SupervisionGroup.objects.exists()


def test_two_windows_do_not_overwrite_each_other(things: Things, anas: Client) -> None:
    group = a_group(things)
    people = [things.cast.ana.pk.hex, things.cast.hanna.pk.hex]
    anas.post(f"{GROUPS}/{group.pk}", sent(name="One", people=people))
    late = anas.post(f"{GROUPS}/{group.pk}", sent(name="Two", people=people))
    assert late.status_code == 409
    group.refresh_from_db()
    assert group.name == "One"


def test_whoever_is_in_a_group_sees_it_and_cannot_change_it(things: Things, eyes_of: Eyes) -> None:
    group = a_group(things)
    hannas, stellas = eyes_of(things.cast.hanna), eyes_of(things.cast.stella)
    page = hannas.get(GROUPS).content.decode()
    assert "made by Ana Ruiz" in page
    assert f"{GROUPS}/{group.pk}" not in page
    assert hannas.get(f"{GROUPS}/{group.pk}").status_code == 404
    assert "Tuesdays" not in stellas.get(GROUPS).content.decode()


def test_a_moment_is_shown_to_a_group_as_it_stands_on_the_page(
    things: Things, anas: Client, eyes_of: Eyes
) -> None:
    group = a_group(things)
    address = f"/moments/{things.moment.pk}/show"
    assert "Tuesdays (Hanna Weiss)" in anas.get(address).content.decode()
    chosen = sent(
        parts=["showed"], question="Who began?", called="code", purpose="learning",
        expires_on=LAST_DAY.isoformat(), readers=[f"group:{group.pk.hex}"],
    )  # fmt: skip
    look = anas.post(address, {**chosen, "do": "look"})
    assert "This is exactly what Tuesdays will see" in look.content.decode()
    mark = look.context["mark"]
    shown = anas.post(address, {**chosen, "do": "send", "seen": mark})
    row = Share.objects.get()
    assert shown["Location"] == f"/supervision/shares/{row.pk}"
    assert [one.name for one in row.readers.all()] == ["Hanna Weiss"]
    assert "Who began?" in eyes_of(things.cast.hanna).get(shown["Location"]).content.decode()
