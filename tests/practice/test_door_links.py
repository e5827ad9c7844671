"""A link opens one client's door until its end, and says nothing where it does not."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lacrima.errors import BadInput, LacrimaError, NotAllowed, NotFound, OutOfRange
from lacrima.practice import care, door_links, erasing
from lacrima.practice.door_links import ALPHABET, Made, come_in, make_link
from lacrima.records.models import AuditLine, DoorLink, Member
from tests.support import doors
from tests.support.cast import Cast
from tests.support.things import all_rows


@pytest.fixture
def made(cast: Cast) -> Made:
    """A link to Mia's door, for 14 days."""
    return make_link(doors.seat_of(cast.mia, cast.care_of_mia), by=cast.ana, days=14)


SPELLINGS: dict[str, Callable[[Made], str]] = {
    "the link's own value": lambda made: made.token,
    "with blanks around it": lambda made: f"  {made.token}\n",
    "the code": lambda made: made.code,
    "as it is printed": lambda made: made.shown_code,
    "in small letters": lambda made: made.code.lower(),
    "with a blank after each sign": lambda made: " ".join(made.code),
    "with a hyphen": lambda made: f"{made.code[:5]}-{made.code[5:].lower()}",
    "with blanks that are not": lambda made: f"\u00a0{made.code[:5]}\u2009{made.code[5:]}\t",
}


@pytest.mark.parametrize("how", SPELLINGS)
def test_it_opens_however_it_is_typed(made: Made, how: str) -> None:
    link = come_in(SPELLINGS[how](made))
    assert link.pk == made.link.pk
    assert door_links.link_still_open(link.pk.hex)


NOT_IT: dict[str, Callable[[Made], str]] = {
    "nothing": lambda _made: "",
    "cut short": lambda made: made.token[:-1],
    "a sign more": lambda made: made.token + "A",
    "in the other case": lambda made: made.token.swapcase(),
    "a code cut short": lambda made: made.code[:-1],
    "a code with a sign more": lambda made: made.code + "2",
    "its hash": lambda made: made.link.code_hash,
    "its id": lambda made: made.link.pk.hex,
    "another": lambda _made: "A" * 10,
    "a sign that is none": lambda _made: "\0",
    "very long": lambda _made: "x" * 100_000,
}


@pytest.mark.parametrize("how", NOT_IT)
def test_anything_else_opens_nothing_and_says_no_more(made: Made, how: str) -> None:
    with pytest.raises(NotFound) as refusal:
        come_in(NOT_IT[how](made))
    assert refusal.value.sentence() == _refused_at_all()


def _refused_at_all() -> str:
    with pytest.raises(NotFound) as refusal:
        come_in("nobody's")
    return refusal.value.sentence()


def test_a_link_that_was_revoked_opens_nothing_for_who_is_in_already(
    made: Made, cast: Cast
) -> None:
    door_links.revoke_link(made.link, by=cast.ana)
    for opener in (made.token, made.code):
        with pytest.raises(NotFound) as refusal:
            come_in(opener)
        assert refusal.value.sentence() == _refused_at_all()
    assert not door_links.link_still_open(made.link.pk.hex)
    assert door_links.links_of(cast.ana, made.link.participant) == []
    at = DoorLink.objects.get().revoked_at
    door_links.revoke_link(made.link, by=cast.ana)
    assert DoorLink.objects.get().revoked_at == at


def test_at_its_end_it_opens_nothing(made: Made, cast: Cast, still_clock: Any) -> None:
    still_clock.move(days=13, hours=23)
    assert come_in(made.code)
    still_clock.move(hours=1)
    for opener in (made.token, made.code):
        with pytest.raises(NotFound) as refusal:
            come_in(opener)
        assert refusal.value.sentence() == _refused_at_all()
    assert not door_links.link_still_open(made.link.pk.hex)
    assert door_links.links_of(cast.ana, made.link.participant) == []


def test_two_phones_come_in_by_one_link(made: Made) -> None:
    assert come_in(made.token).pk == come_in(made.code).pk


def test_an_earlier_link_goes_on_beside_a_new_one(made: Made, cast: Cast) -> None:
    second = make_link(made.link.participant, by=cast.ana)
    assert come_in(made.code).pk != come_in(second.code).pk
    assert len(door_links.links_of(cast.ana, made.link.participant)) == 2


def test_with_the_client_goes_the_link(made: Made, cast: Cast) -> None:
    erasing.erase_client(cast.mia, by=cast.ana, code="M 01")
    with pytest.raises(NotFound):
        come_in(made.token)
    assert not door_links.link_still_open(made.link.pk.hex)


def test_what_opens_is_kept_nowhere(made: Made) -> None:
    assert len(made.code) == 10
    assert set(made.code) <= set(ALPHABET)
    kept = str(all_rows())
    assert made.token not in kept
    assert made.code not in kept
    assert made.token not in str(AuditLine.objects.values_list("details", flat=True))


@pytest.mark.parametrize("who", ["berta", "stella", "hanna"])
def test_nobody_else_makes_sees_or_revokes_one(made: Made, cast: Cast, who: str) -> None:
    by: Member = getattr(cast, who)
    seat, before = made.link.participant, all_rows()
    with pytest.raises((NotFound, NotAllowed)):
        make_link(seat, by=by)
    with pytest.raises((NotFound, NotAllowed)):
        door_links.revoke_link(made.link, by=by)
    assert door_links.links_of(by, seat) == []
    assert all_rows() == before


def test_a_link_is_for_a_client_and_for_some_days(cast: Cast) -> None:
    other = care.add_participant(
        cast.care_of_mia, by=cast.ana, who=care.NewParticipant("interpreter", "I. K.")
    )
    for seat in (other, cast.place_of(cast.ana, cast.care_of_mia)):
        with pytest.raises(BadInput):
            make_link(seat, by=cast.ana)
    with pytest.raises(OutOfRange):
        make_link(doors.seat_of(cast.mia, cast.care_of_mia), by=cast.ana, days=365)


def test_a_link_that_never_was_does_not_hold(cast: Cast) -> None:
    assert not door_links.link_still_open(uuid4().hex)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(typed=st.text(st.characters(exclude_categories=("Cs",)), max_size=80))
def test_whatever_is_typed_is_refused_calmly(db: None, typed: str) -> None:
    with pytest.raises(LacrimaError):
        come_in(typed)
