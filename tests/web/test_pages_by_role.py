"""What those see who see no client: a researcher her rows, an administrator people and settings."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from lacrima.errors import NotAllowed
from lacrima.practice import consents, people
from lacrima.practice.export_rows import export_rows
from lacrima.practice.export_rows_outlook import outlook, outlook_for_research
from lacrima.records.models import AuditLine, Member, Role
from tests.support.cast import Cast
from tests.support.form_keys import form_key
from tests.support.things import Things, everything

PAGE = "/rows-for-research"


@pytest.fixture
def mias(cast: Cast) -> Things:
    """One of everything in Ana's care for Mia."""
    return everything(cast)


@pytest.fixture
def researcher(cast: Cast) -> Member:
    """Somebody who asks questions of rows."""
    return people.add_member(by=cast.ana, name="Rita Feld", role=Role.RESEARCHER)


@pytest.fixture
def administrator(cast: Cast) -> Member:
    """Somebody who looks after people and settings."""
    return people.add_member(by=cast.ana, name="Ada Amt", role=Role.ADMINISTRATOR)


def test_a_researcher_takes_the_rows_of_those_who_agreed_and_of_nobody_else(
    mias: Things, researcher: Member
) -> None:
    everybodys = {"of_everybody": True, "is_for_research": True}
    assert export_rows(by=researcher, **everybodys).manifest.rows["sessions"] == 0
    assert outlook_for_research(researcher).not_agreed == 2
    consents.give_consent(mias.cast.mia, by=mias.cast.ana, purpose="research")
    assert export_rows(by=researcher, **everybodys).manifest.rows["sessions"] == 2
    told = outlook_for_research(researcher)
    assert (told.agreed, told.not_agreed) == (1, 1)
    assert {loss.count for loss in told.outlook.forms_lose} == {1, 2}


def test_other_rows_than_those_for_research_are_not_hers(mias: Things, researcher: Member) -> None:
    for chosen in ({}, {"of_everybody": True}, {"is_for_research": True}):
        with pytest.raises(NotAllowed):
            export_rows(by=researcher, **chosen)
    with pytest.raises(NotAllowed):
        outlook(researcher)


@pytest.mark.parametrize("who", ["berta", "hanna", "stella"])
def test_everybodys_rows_for_research_are_for_a_researcher_or_the_owner(
    mias: Things, who: str
) -> None:
    by = getattr(mias.cast, who)
    with pytest.raises(NotAllowed):
        export_rows(by=by, of_everybody=True, is_for_research=True)
    with pytest.raises(NotAllowed):
        outlook_for_research(by)


def test_her_one_page_hands_them_out_and_the_log_says_so(
    mias: Things, researcher: Member, eyes_of: Callable[[Member], Client]
) -> None:
    consents.give_consent(mias.cast.mia, by=mias.cast.ana, purpose="research")
    window = eyes_of(researcher)
    words = window.get(PAGE).content.decode()
    assert "One course of care stands in these rows" in words
    assert "M 01" not in words
    made = window.post(PAGE, {"key": form_key(), "layout": "csv"})
    assert made["Content-Type"] == "application/zip"
    line = AuditLine.objects.order_by("segment", "sequence").last()
    assert line is not None
    assert (line.action, line.by) == ("rows.exported_for_research", researcher.pk.hex)
    assert window.post(PAGE, {"layout": "csv"}).status_code == 400
    assert window.post(PAGE, {"key": form_key(), "layout": "x"}).status_code == 422


def test_while_nobody_agreed_there_is_nothing_to_take(
    mias: Things, researcher: Member, eyes_of: Callable[[Member], Client]
) -> None:
    words = eyes_of(researcher).get(PAGE).content.decode()
    assert "No rows stand here yet" in words
    assert 'name="layout"' not in words


def test_she_is_led_there_and_to_no_client(
    researcher: Member, eyes_of: Callable[[Member], Client]
) -> None:
    window = eyes_of(researcher)
    words = window.get("/").content.decode()
    assert f'href="{PAGE}"' in words
    assert 'href="/clients"' not in words
    assert window.get("/clients").status_code == 403


def test_an_administrator_has_today_and_the_settings(
    cast: Cast, administrator: Member, eyes_of: Callable[[Member], Client]
) -> None:
    window = eyes_of(administrator)
    today = window.get("/").content.decode()
    assert "sees nothing of any client" in today
    assert 'href="/settings"' in today
    assert 'href="/clients"' not in today
    assert window.get("/clients").status_code == 403
    assert 'name="crisis_contacts"' in window.get("/settings").content.decode()
    assert window.get(PAGE).status_code == 403


def test_the_owner_finds_the_rows_for_research_beside_the_others(anas: Client) -> None:
    words = anas.get("/take-along").content.decode()
    assert f'href="{PAGE}"' in words
    assert 'name="rows-what_for"' in words
