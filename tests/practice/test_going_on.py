"""What goes on without her, and how it ends: cover, endings, handing over, safeguarding."""

from __future__ import annotations

import doctest
from datetime import date, timedelta

import pytest

from lacrima.errors import BadInput, NotFound, OutOfRange
from lacrima.practice import (
    absences,
    answers,
    care,
    endings,
    handing_over,
    moments,
    notes,
    pages_client,
    pages_list,
    pages_today,
    people,
    safeguarding,
)
from lacrima.records import access, clock
from lacrima.records.models import (
    Absence,
    Client,
    Episode,
    Member,
    Moment,
    PrivateNote,
    Role,
    Safeguarding,
    Session,
)
from tests.support.cast import NOON, Cast
from tests.support.still_clock import StillClock
from tests.support.things import PHQ_9, WORDS, Things

TODAY = NOON.date()
LATER = TODAY + timedelta(days=9)


def fresh(member: Member) -> Member:
    """The same person as another request would read her."""
    return Member.objects.get(pk=member.pk)


def goes_away(cast: Cast, cover: Member | None = None, **days: date) -> Absence:
    said = {"from_on": TODAY, "until_on": LATER} | days
    return absences.add_absence(
        by=cast.ana, cover=cover, cover_contact="Dr Berta Sol, 600 100 200", **said
    )


def sees(who: Member, cast: Cast) -> bool:
    return access.visible(fresh(who), Episode).filter(pk=cast.care_of_mia.pk).exists()


def test_the_examples_in_the_docstrings_run() -> None:
    assert doctest.testmod(endings).failed == 0


# --- days away


def test_whoever_stands_in_sees_the_record_on_these_days_and_no_longer(
    cast: Cast, still_clock: StillClock
) -> None:
    goes_away(cast, cast.berta, from_on=TODAY + timedelta(days=1))
    assert not sees(cast.berta, cast)
    still_clock.move(days=1)
    assert sees(cast.berta, cast)
    assert access.find(fresh(cast.berta), Episode, cast.care_of_mia.pk) == cast.care_of_mia
    assert set(access.visible(fresh(cast.berta), Client)) == {cast.mia, cast.clara}
    still_clock.move(days=8)
    assert sees(cast.berta, cast), "the last day belongs to it"
    still_clock.move(days=1)
    assert not sees(cast.berta, cast)
    with pytest.raises(NotFound):
        access.find(fresh(cast.berta), Episode, cast.care_of_mia.pk)


def test_nothing_that_is_hers_alone_is_seen_by_whoever_stands_in(things: Things) -> None:
    goes_away(things.cast, things.cast.berta)
    berta = fresh(things.cast.berta)
    assert access.visible(berta, Moment).filter(pk=things.moment.pk).exists()
    assert not access.visible(berta, PrivateNote).exists()
    assert not access.visible(berta, type(things.own_care)).filter(member=things.cast.ana).exists()
    private = type(things.weighing)
    assert set(access.visible(berta, private)) == {things.recorded}
    assert not access.visible(berta, Absence).exists()


def test_whoever_stands_in_writes_the_record_under_her_own_name(cast: Cast) -> None:
    goes_away(cast, cast.berta)
    berta = fresh(cast.berta)
    filled = answers.record_answers(
        cast.mia, cast.care_of_mia, by=berta, instrument="phq-9", items=PHQ_9
    )
    assert filled.risk_items.count() == 1
    notes.write_record_note(cast.care_of_mia, by=berta, words="called back")
    session = cast.session(3)
    moment = moments.log_moment(session, by=berta, who="client", shown=2)
    own = moment.voices.get(side="therapist").participant
    assert own is not None
    assert (own.member, own.left_on) == (berta, TODAY), "a seat that lets her see nothing later"


def test_taking_the_days_back_ends_it_at_once(cast: Cast) -> None:
    row = goes_away(cast, cast.berta)
    assert sees(cast.berta, cast)
    absences.change_absence(row, by=cast.ana, expected_version=1, cover=None)
    assert not sees(cast.berta, cast)
    row = Absence.objects.get()
    absences.change_absence(row, by=cast.ana, expected_version=2, cover=cast.berta)
    absences.delete_absence(row, by=cast.ana)
    assert not sees(cast.berta, cast)


def test_a_cover_who_left_or_is_no_therapist_stands_in_for_nobody(cast: Cast) -> None:
    with pytest.raises(BadInput):
        goes_away(cast, cast.hanna)
    with pytest.raises(BadInput):
        goes_away(cast, cast.ana)
    goes_away(cast, cast.berta)
    people.change_member(cast.berta, by=cast.ana, left_on=TODAY)
    assert not sees(cast.berta, cast)


def test_clients_are_told_until_when_and_whom_to_ask_and_never_why(cast: Cast) -> None:
    assert absences.cover_for(cast.care_of_mia, on=TODAY) is None
    goes_away(cast)
    told = absences.cover_for(cast.care_of_mia, on=TODAY)
    assert told == absences.Cover(LATER, "Dr Berta Sol, 600 100 200")
    assert absences.cover_for(cast.care_of_mia, on=LATER + timedelta(days=1)) is None
    assert absences.cover_for(cast.care_of_clara, on=TODAY) is None


def test_as_long_as_one_of_two_therapists_is_there_nobody_is_sent_elsewhere(cast: Cast) -> None:
    beside = care.NewParticipant("co_therapist", member=cast.berta)
    care.add_participant(cast.care_of_mia, by=cast.ana, who=beside)
    goes_away(cast)
    assert absences.cover_for(cast.care_of_mia, on=TODAY) is None


@pytest.mark.parametrize(
    "days",
    [
        {"from_on": TODAY, "until_on": TODAY - timedelta(days=1)},
        {"from_on": TODAY, "until_on": TODAY + timedelta(days=400)},
    ],
)
def test_days_that_do_not_fit_are_refused(cast: Cast, days: dict[str, date]) -> None:
    with pytest.raises(OutOfRange):
        goes_away(cast, **days)


def test_days_that_overlap_and_days_without_a_contact_are_refused(cast: Cast) -> None:
    goes_away(cast)
    with pytest.raises(BadInput, match="already"):
        goes_away(cast, from_on=LATER, until_on=LATER)
    with pytest.raises(BadInput, match="nothing was written"):
        absences.add_absence(by=cast.berta, from_on=TODAY, until_on=TODAY, cover_contact="  ")


def test_today_and_the_list_say_who_is_away_and_who_stands_in(cast: Cast) -> None:
    goes_away(cast, cast.berta)
    cast.session(4, start=NOON)
    hers = pages_today.today(fresh(cast.ana), now=clock.now())
    assert hers.away is not None
    assert hers.standing_in == ()
    bertas = pages_today.today(fresh(cast.berta), now=clock.now())
    assert [one.member.name for one in bertas.standing_in] == ["Ana Ruiz"]
    assert [line.who for line in bertas.sessions] == ["M 01"]
    assert {line.who for line in pages_list.client_list(fresh(cast.berta))} == {"M 01", "C 07"}
    page = pages_client.client_page(fresh(cast.berta), cast.care_of_mia.pk)
    assert page.stands_in_for == "Ana Ruiz"
    assert pages_client.client_page(fresh(cast.ana), cast.care_of_mia.pk).stands_in_for == ""


# --- endings


@pytest.mark.parametrize("how", ["planned", "drop_out", "transfer", "other"])
def test_after_an_end_something_may_be_asked_for_two_weeks(cast: Cast, how: str) -> None:
    endings.end_episode(cast.care_of_mia, by=cast.ana, ended_on=TODAY, ending=how)
    row = Episode.objects.get(pk=cast.care_of_mia.pk)
    assert endings.may_ask(row, on=TODAY + timedelta(days=14))
    assert not endings.may_ask(row, on=TODAY + timedelta(days=15))


def test_another_last_day_of_asking_holds(cast: Cast) -> None:
    care.end_episode(cast.care_of_mia, by=cast.ana, ended_on=TODAY, ask_until=TODAY)
    row = Episode.objects.get(pk=cast.care_of_mia.pk)
    assert endings.may_ask(row, on=TODAY)
    assert not endings.may_ask(row, on=TODAY + timedelta(days=1))
    with pytest.raises(OutOfRange):
        care.end_episode(row, by=cast.ana, ended_on=TODAY, ask_until=TODAY - timedelta(days=1))


def test_after_a_death_nothing_is_asked_and_no_suggestion_stands(things: Things) -> None:
    cast = things.cast
    assert moments.log_moment(things.quiet, by=cast.ana, who="client", shown=3)
    endings.end_episode(cast.care_of_mia, by=cast.ana, ended_on=TODAY, ending="death")
    row = Episode.objects.get(pk=cast.care_of_mia.pk)
    assert not endings.may_ask(row, on=TODAY)
    assert not endings.may_ask(row, on=TODAY - timedelta(days=30))
    cards = pages_today.today(fresh(cast.ana), now=clock.now()).cards
    assert [card.kind for card in cards] == ["backup"]
    assert Session.objects.filter(episode=row).count() == 2, "the record stays"


def test_an_end_is_taken_back_whole(cast: Cast) -> None:
    care.end_episode(cast.care_of_mia, by=cast.ana, ended_on=TODAY, ending="drop_out")
    row = care.reopen_episode(cast.care_of_mia, by=cast.ana)
    assert (row.ended_on, row.ending, row.ask_until) == (None, "", None)
    assert endings.may_ask(row, on=TODAY + timedelta(days=300))


# --- handing over


def test_whoever_takes_over_reads_all_and_whoever_handed_over_reads_no_more(
    things: Things,
) -> None:
    cast = things.cast
    handing_over.hand_over_episode(cast.care_of_mia, by=cast.ana, to=cast.stella)
    assert not sees(cast.ana, cast)
    assert sees(cast.stella, cast)
    assert not access.visible(fresh(cast.ana), Client).filter(pk=cast.mia.pk).exists()
    page = pages_client.client_page(fresh(cast.stella), cast.care_of_mia.pk)
    assert len(page.moments) == 1
    voice = things.own_voice
    voice.refresh_from_db()
    assert voice.participant.member == cast.ana, "what she told stays hers"
    assert not access.visible(fresh(cast.stella), PrivateNote).exists()
    assert access.visible(fresh(cast.ana), PrivateNote).exists()


def test_what_was_handed_over_can_come_back(cast: Cast) -> None:
    handing_over.hand_over_episode(cast.care_of_mia, by=cast.ana, to=cast.stella)
    handing_over.hand_over_episode(cast.care_of_mia, by=fresh(cast.stella), to=cast.ana)
    assert sees(cast.ana, cast)
    assert not sees(cast.stella, cast)
    assert cast.care_of_mia.participants.filter(member__isnull=False).count() == 2


@pytest.mark.parametrize("to", ["ana", "hanna"])
def test_it_is_handed_to_another_therapist_alone(cast: Cast, to: str) -> None:
    with pytest.raises(BadInput):
        handing_over.hand_over_episode(cast.care_of_mia, by=cast.ana, to=getattr(cast, to))
    assert sees(cast.ana, cast)


def test_whoever_leaves_hands_all_over_by_the_hand_of_the_administrator_who_sees_nothing(
    cast: Cast,
) -> None:
    clerk = people.add_member(by=cast.ana, name="C. C.", role=Role.ADMINISTRATOR)
    care.start_episode(by=cast.berta, clients=[care.NewClient("C 08")])
    assert handing_over.hand_over_all(cast.berta, by=clerk, to=cast.stella) == 2
    assert access.visible(fresh(cast.stella), Episode).count() == 2
    assert not access.visible(fresh(clerk), Episode).exists()
    assert handing_over.open_episodes_of(cast.berta) == []


# --- safeguarding


def test_a_worry_stands_on_top_of_today_until_it_is_closed_with_what_was_done(
    things: Things, still_clock: StillClock
) -> None:
    ana = things.cast.ana
    still_clock.move(days=200)
    (line,) = pages_today.today(fresh(ana), now=clock.now()).worries
    assert (line.who, line.is_told) == ("M 01", False)
    assert WORDS not in repr(line)
    row = safeguarding.change_worry(
        things.worry, by=ana, expected_version=1, told="The child protection office", told_at=NOON
    )
    with pytest.raises(BadInput):
        safeguarding.close_worry(row, by=ana, done=" ")
    safeguarding.close_worry(row, by=ana, done="They visit on Tuesdays.")
    assert pages_today.today(fresh(ana), now=clock.now()).worries == ()
    page = pages_client.client_page(fresh(ana), things.cast.care_of_mia.pk)
    assert [one.done for one in page.closed_worries] == ["They visit on Tuesdays."]
    safeguarding.reopen_worry(row, by=ana)
    assert len(pages_today.today(fresh(ana), now=clock.now()).worries) == 1


def test_a_worry_cannot_lie_in_the_future_or_be_about_somebody_else(cast: Cast) -> None:
    said = {"by": cast.ana, "seen": "a bruise"}
    with pytest.raises(OutOfRange):
        safeguarding.note_worry(cast.care_of_mia, seen_at=NOON + timedelta(days=1), **said)
    with pytest.raises(BadInput):
        safeguarding.note_worry(cast.care_of_mia, seen_at=NOON, client=cast.clara, **said)
    with pytest.raises(BadInput):
        safeguarding.note_worry(cast.care_of_mia, seen_at=NOON, by=cast.ana, seen=" ")
    assert not Safeguarding.objects.exists()
