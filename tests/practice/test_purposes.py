"""Every change says what it is for; what needs an agreement does not run without one."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import lacrima
from lacrima.errors import BadInput, NoConsent, NotFound, OurFault, OutOfRange
from lacrima.practice import consents, export_rows, share_making
from lacrima.practice.consent_words import FOR_CHILDREN, SENTENCES, STAYS
from lacrima.records import audit, clock, purposes
from lacrima.records.models import AuditLine, Consent, Purpose, Share
from tests.support.cast import NOON, Cast
from tests.support.showing import AGREED, chosen, of_moment, shared
from tests.support.things import Things, all_rows

SOURCE = Path(lacrima.__file__).parent
WITH_A_PURPOSE = sorted(name for name, one in purposes.ACTIONS.items() if one.purpose)


@pytest.fixture
def things(things: Things) -> Things:
    """One of everything, before anybody was asked."""
    Consent.objects.all().delete()
    return things


def actions_in_the_code() -> set[str]:
    found: set[str] = set()
    for path in SOURCE.rglob("*.py"):
        text = path.read_text(encoding="utf-8")
        if "audit." in text or "action" in text:
            found |= set(re.findall(r'"([a-z_]+\.[a-z_]+)"', text))
    return found


def test_every_change_in_the_code_is_declared_and_nothing_else_is() -> None:
    called = set()
    for path in SOURCE.rglob("*.py"):
        text = path.read_text(encoding="utf-8")
        called |= set(re.findall(r'action(?:=| = |: str = )"([a-z_.]+)"', text))
        called |= set(re.findall(r'(?:action=|action = )[^\n]*? else "([a-z_.]+)"', text))
    for action in called - {"store_true"}:  # a word of argparse, in the relay
        purposes.serves(action)  # raises for one that nobody declared
    assert purposes.ACTIONS.keys() - actions_in_the_code() == set()


def test_an_undeclared_change_is_our_fault_and_keeps_nothing(cast: Cast) -> None:
    before = all_rows()
    with pytest.raises(OurFault), audit.change(by=cast.ana, action="mia.sold"):
        Consent.objects.all().delete()
    assert all_rows() == before


def test_what_serves_no_purpose_says_why() -> None:
    assert all(len(one.because) > 20 for one in purposes.ACTIONS.values())


def test_a_purpose_that_nothing_uses_is_not_offered(cast: Cast) -> None:
    used = purposes.purposes_in_use()
    assert set(used) == {one.purpose for one in purposes.ACTIONS.values() if one.purpose}
    assert Purpose.RECORDING not in used
    for purpose in set(Purpose) - set(used):
        with pytest.raises(BadInput):
            consents.give_consent(cast.mia, by=cast.ana, purpose=purpose)
    assert all(purpose in words for purpose in used for words in (SENTENCES, FOR_CHILDREN, STAYS))


@pytest.mark.parametrize("action", WITH_A_PURPOSE)
def test_nothing_with_a_purpose_runs_without_an_agreement_that_stands(
    cast: Cast, action: str
) -> None:
    purpose = purposes.ACTIONS[action].purpose
    assert purpose is not None

    def act() -> None:
        with audit.change(by=cast.ana, action=action) as line:
            line.of([cast.mia.pk])
            line.about(cast.mia)

    def refused() -> None:
        lines = AuditLine.objects.count()
        with pytest.raises(NoConsent):
            act()
        assert AuditLine.objects.count() == lines

    refused()
    given_now = consents.give_consent(cast.mia, by=cast.ana, purpose=purpose)
    act()
    consents.withdraw_consent(given_now, by=cast.ana)
    refused()
    consents.give_consent(cast.mia, by=cast.ana, purpose=purpose)
    act()


@pytest.mark.parametrize("action", WITH_A_PURPOSE)
def test_it_is_not_enough_that_one_of_two_agreed(cast: Cast, action: str) -> None:
    purpose = purposes.ACTIONS[action].purpose
    assert purpose is not None
    consents.give_consent(cast.mia, by=cast.ana, purpose=purpose)
    with pytest.raises(NoConsent), audit.change(by=cast.ana, action=action) as line:
        line.of([cast.mia.pk, cast.clara.pk])


@pytest.mark.parametrize("action", WITH_A_PURPOSE)
def test_a_change_with_a_purpose_must_say_whom_it_is_about(cast: Cast, action: str) -> None:
    with pytest.raises(OurFault), audit.change(by=cast.ana, action=action):
        pass


STEPS = st.lists(st.sampled_from(["give", "withdraw", "act"]), max_size=12)


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(steps=STEPS)
def test_whatever_is_given_and_withdrawn_it_runs_exactly_while_one_stands(
    cast: Cast, steps: list[str]
) -> None:
    Consent.objects.all().delete()
    stands: Consent | None = None
    for step in steps:
        if step == "give" and stands is None:
            stands = consents.give_consent(cast.mia, by=cast.ana, purpose=Purpose.RESEARCH)
        elif step == "withdraw" and stands is not None:
            consents.withdraw_consent(stands, by=cast.ana)
            stands = None
        elif step == "act":
            ran = True
            try:
                with audit.change(by=cast.ana, action="rows.exported_for_research") as line:
                    line.of([cast.mia.pk])
            except NoConsent:
                ran = False
            assert ran == (stands is not None)


# --- supervision


def of_client(things: Things) -> list[str]:
    parts = share_making.look(things.cast.ana, of_moment(things)).parts
    return [part.id for part in parts if part.is_of_client]


def test_a_clients_own_words_are_shown_only_with_an_agreement(things: Things) -> None:
    part = of_client(things)[0]
    with pytest.raises(BadInput, match="only when the client agreed"):
        shared(things, part)
    assert not Share.objects.exists()
    consents.give_consent(things.cast.mia, by=things.cast.ana, purpose="supervision")
    assert shared(things, part).pk


def test_the_agreement_may_be_noted_in_the_same_step_and_stands_from_then_on(
    things: Things,
) -> None:
    part = of_client(things)[0]
    shared(things, part, agreed_on=AGREED)
    row = Consent.objects.get()
    assert (row.client, row.purpose, row.given_on) == (things.cast.mia, "supervision", AGREED)
    assert "what you said, wrote or answered" in row.wording
    assert share_making.look(things.cast.ana, of_moment(things)).is_agreed
    shared(things, part)
    assert Consent.objects.count() == 1


def test_after_a_withdrawal_nothing_of_hers_is_shown_and_nothing_is_kept(things: Things) -> None:
    part = of_client(things)[0]
    shared(things, part, agreed_on=AGREED)
    consents.withdraw_consent(Consent.objects.get(), by=things.cast.ana)
    before = Share.objects.count()
    with pytest.raises(BadInput):
        shared(things, part)
    assert Share.objects.count() == before
    assert shared(things, "showed").pk, "what the therapist tells herself needs none"


def test_an_agreement_withdrawn_while_the_page_was_open_stops_the_share(things: Things) -> None:
    ana, subject, part = things.cast.ana, of_moment(things), of_client(things)[0]
    row = consents.give_consent(things.cast.mia, by=ana, purpose="supervision")
    choice = chosen(things, part)
    seen = share_making.mark_of(share_making.compose(ana, subject, choice))
    consents.withdraw_consent(row, by=ana)
    with pytest.raises(BadInput):
        share_making.share(ana, subject, choice, seen=seen)
    assert not Share.objects.exists()


# --- research


def rows_for_research(things: Things) -> Any:
    return export_rows.export_rows(by=things.cast.ana, is_for_research=True).manifest


def test_for_research_only_those_leave_who_agreed(things: Things) -> None:
    told = rows_for_research(things)
    assert told.rows["sessions"] == 0
    assert "one course of care" in {one.what for one in told.left_out}
    consents.give_consent(things.cast.mia, by=things.cast.ana, purpose="research")
    told = rows_for_research(things)
    assert told.rows["sessions"] == 2
    assert "one course of care" not in {one.what for one in told.left_out}
    consents.withdraw_consent(Consent.objects.get(), by=things.cast.ana)
    assert rows_for_research(things).rows["sessions"] == 0


# --- who notes it, and who decides for a child


def test_an_agreement_is_noted_by_whoever_works_with_the_client(things: Things) -> None:
    cast = things.cast
    for who in (cast.berta, cast.stella):
        with pytest.raises(NotFound):
            consents.give_consent(cast.mia, by=who, purpose="research")
    row = consents.give_consent(cast.mia, by=cast.ana, purpose="research")
    with pytest.raises(NotFound):
        consents.withdraw_consent(row, by=cast.berta)
    assert list(consents.consents_of(cast.berta, cast.mia)) == []


def test_the_same_is_not_agreed_to_twice_and_never_in_the_future(things: Things) -> None:
    cast = things.cast
    with pytest.raises(OutOfRange):
        consents.give_consent(
            cast.mia, by=cast.ana, purpose="research", given_on=NOON.date().replace(year=2027)
        )
    consents.give_consent(cast.mia, by=cast.ana, purpose="research")
    with pytest.raises(BadInput, match="already"):
        consents.give_consent(cast.mia, by=cast.ana, purpose="research")


def a_mother(cast: Cast, **more: Any) -> Any:
    said = {"name": "Rosa L.", "relation": "mother", "ground": "shared custody"}
    said |= {"from_on": NOON.date(), "may_consent": True, "may_read": False}
    return consents.name_representative(cast.mia, by=cast.ana, **(said | more))


def test_a_parent_decides_only_where_that_was_said_and_only_while_it_holds(cast: Cast) -> None:
    reads_alone = a_mother(cast, may_consent=False, may_read=True)
    with pytest.raises(BadInput):
        consents.give_consent(cast.mia, by=cast.ana, purpose="research", given_by=reads_alone)
    mother = a_mother(cast)
    row = consents.give_consent(cast.mia, by=cast.ana, purpose="research", given_by=mother)
    assert row.given_by == mother
    of_clara = consents.name_representative(
        cast.clara, by=cast.berta, name="N.", relation="father", ground="custody",
        from_on=NOON.date(), may_consent=True,
    )  # fmt: skip
    with pytest.raises(BadInput):
        consents.give_consent(cast.mia, by=cast.ana, purpose="supervision", given_by=of_clara)


def test_when_her_time_is_over_what_she_agreed_to_is_asked_anew(cast: Cast) -> None:
    mother = a_mother(cast)
    consents.give_consent(cast.mia, by=cast.ana, purpose="research", given_by=mother)
    standing = {one.purpose: one for one in consents.standing_of(cast.ana, cast.mia)}
    assert not standing[Purpose.RESEARCH].ask_anew
    mother.from_on = mother.until_on = clock.now().date().replace(year=2020)
    mother.save()
    standing = {one.purpose: one for one in consents.standing_of(cast.ana, cast.mia)}
    assert standing[Purpose.RESEARCH].ask_anew


def test_whoever_neither_decides_nor_reads_is_not_named(cast: Cast) -> None:
    with pytest.raises(BadInput):
        a_mother(cast, may_consent=False)
    with pytest.raises(BadInput):
        a_mother(cast, ground=" ")
