"""Courses of care, who takes part, and what is written beside the sessions."""

from __future__ import annotations

from datetime import date, time, timedelta

import pytest

from lacrima.errors import BadInput, NotFound, OutOfRange
from lacrima.practice import care, pages
from lacrima.records.access import visible
from lacrima.records.models import AuditLine, Client, Episode, Participant, PrivateNote
from tests.support.cast import NOON
from tests.support.things import WORDS


@pytest.mark.parametrize(
    ("kind", "count"),
    [("individual", 0), ("individual", 2), ("couple", 1), ("couple", 3), ("group", 0)],
)
def test_each_kind_of_care_has_its_number_of_clients(cast, kind, count):
    clients = [care.NewClient(f"N {number}") for number in range(count)]
    with pytest.raises(OutOfRange, match="clients"):
        care.start_episode(by=cast.ana, kind=kind, clients=clients)


def test_a_child_a_parent_a_co_therapist_and_an_interpreter_have_a_place_each(cast):
    episode = care.start_episode(
        by=cast.ana,
        kind="child_and_parent",
        clients=[care.NewClient("K 1", role="child"), care.NewClient("P 1", role="parent")],
        others=[
            care.NewParticipant("co_therapist", member=cast.berta),
            care.NewParticipant("interpreter", "I. K."),
        ],
    )
    roles = episode.participants.order_by("created_at").values_list("role", flat=True)
    assert list(roles) == ["therapist", "child", "parent", "co_therapist", "interpreter"]
    assert visible(cast.berta, Episode).filter(pk=episode.pk).exists()


def test_somebody_who_came_alone_can_also_come_as_one_of_two(cast):
    couple = care.start_episode(
        by=cast.ana, kind="couple", clients=[cast.mia, care.NewClient("L 02")]
    )
    assert couple.participants.filter(client=cast.mia).exists()
    assert Client.objects.filter(code="M 01").count() == 1


def test_a_client_of_a_colleague_is_not_found(cast):
    with pytest.raises(NotFound):
        care.start_episode(by=cast.ana, kind="individual", clients=[cast.clara])


@pytest.mark.parametrize(
    "other",
    [
        care.NewParticipant("client", "somebody"),
        care.NewParticipant("co_therapist", "somebody"),
        care.NewParticipant("interpreter", " "),
        care.NewParticipant("wizard", "somebody"),
    ],
)
def test_others_are_a_colleague_or_have_a_name(cast, other):
    with pytest.raises(BadInput):
        care.add_participant(cast.care_of_mia, by=cast.ana, who=other)


def test_care_for_one_person_takes_no_second_client(cast):
    with pytest.raises(BadInput, match="couple"):
        care.add_participant(cast.care_of_mia, by=cast.ana, who=care.NewClient("L 02"))


def test_a_code_is_used_once(cast):
    for code in ("M 01", " M 01 ", "C 07"):
        with pytest.raises(BadInput, match="code"):
            care.start_episode(by=cast.ana, clients=[care.NewClient(code)])
    care.change_client(cast.mia, by=cast.ana, expected_version=1, code="M 01", name="Mia")
    with pytest.raises(BadInput, match="code"):
        care.change_client(cast.mia, by=cast.ana, expected_version=2, code="C 07")


def test_a_code_is_needed(cast):
    with pytest.raises(OutOfRange, match="code"):
        care.start_episode(by=cast.ana, clients=[care.NewClient("  ")])


def test_an_empty_episode_can_be_undone_and_leaves_no_client_behind(cast):
    new = care.start_episode(
        by=cast.ana,
        clients=[
            care.NewClient("N 01"),
        ],
    )
    care.undo_episode(new, by=cast.ana)
    assert not Client.objects.filter(code="N 01").exists()
    assert Client.objects.filter(code="M 01").exists()


def test_an_episode_with_something_in_it_is_not_undone(things):
    with pytest.raises(BadInput):
        care.undo_episode(things.cast.care_of_mia, by=things.cast.ana)


def test_somebody_added_by_mistake_is_removed_while_nothing_was_said(things):
    cast = things.cast
    added = care.add_participant(
        cast.care_of_mia, by=cast.ana, who=care.NewParticipant("interpreter", "I. K.")
    )
    care.remove_participant(added, by=cast.ana)
    assert not Participant.objects.filter(pk=added.pk).exists()
    for who in (things.mia_here, things.ana_here):
        with pytest.raises(BadInput):
            care.remove_participant(who, by=cast.ana)


def test_care_does_not_end_before_it_began(cast):
    with pytest.raises(OutOfRange, match="ended_on"):
        care.end_episode(cast.care_of_mia, by=cast.ana, ended_on=date(2025, 1, 1))
    care.end_episode(cast.care_of_mia, by=cast.ana, ended_on=date(2026, 3, 1))
    assert pages.client_list(cast.ana)[0].ended_on == date(2026, 3, 1)
    care.reopen_episode(cast.care_of_mia, by=cast.ana)
    assert pages.client_list(cast.ana)[0].ended_on is None


@pytest.mark.parametrize(
    "fields",
    [
        {"weekday": 7},
        {"length_min": 0},
        {"every_weeks": 0},
        {"every_weeks": 9},
        {"modality": "letter"},
        {"until_on": date(2026, 1, 1)},
    ],
)
def test_an_appointment_that_cannot_be_is_refused(cast, fields):
    usual = {"weekday": 1, "local_time": time(9), "from_on": date(2026, 3, 1)}
    with pytest.raises(OutOfRange):
        care.add_slot(cast.care_of_mia, by=cast.ana, **usual | fields)


def test_what_is_kept_in_mind_can_be_let_go_and_taken_up_again(things):
    care.let_go(things.kept, by=things.cast.ana)
    page = pages.client_page(things.cast.ana, things.cast.mia.pk)
    assert ([row.words for row in page.let_go], page.kept_in_mind) == ([WORDS], ())
    care.let_go(things.kept, by=things.cast.ana, undo=True)
    page = pages.client_page(things.cast.ana, things.cast.mia.pk)
    assert [row.words for row in page.kept_in_mind] == [WORDS]


def test_nothing_written_is_nothing_kept(cast):
    for act in (
        lambda: care.keep_in_mind(cast.care_of_mia, by=cast.ana, words=" "),
        lambda: care.write_record_note(cast.care_of_mia, by=cast.ana, words=""),
        lambda: care.write_private_note(by=cast.ana, words="\n", expires_on=date(2026, 4, 1)),
    ):
        with pytest.raises(BadInput, match="words"):
            act()


def test_a_text_without_end_is_refused(cast):
    with pytest.raises(OutOfRange, match="words"):
        care.keep_in_mind(cast.care_of_mia, by=cast.ana, words="a" * 100_001)


def test_a_contact_cannot_be_in_time_to_come_or_by_a_stranger(cast):
    with pytest.raises(OutOfRange, match="at"):
        care.add_contact(cast.care_of_mia, by=cast.ana, at=NOON + timedelta(hours=1))
    clara = cast.place_of(cast.clara, cast.care_of_clara)
    with pytest.raises(BadInput, match="participant"):
        care.add_contact(cast.care_of_mia, by=cast.ana, at=NOON, participant=clara)


def test_a_note_hangs_on_a_session_of_the_same_care(cast):
    session = cast.session(1)
    with pytest.raises(BadInput, match="session"):
        care.write_record_note(cast.care_of_clara, by=cast.berta, words=WORDS, session=session)


# --- private notes


@pytest.mark.parametrize("days", [-1, 0, 367])
def test_a_private_note_needs_a_last_day_within_a_year(cast, days):
    with pytest.raises(OutOfRange, match="expires_on"):
        care.write_private_note(
            by=cast.ana, words=WORDS, expires_on=NOON.date() + timedelta(days=days)
        )


def test_a_private_note_is_seen_by_its_writer_alone_even_in_shared_care(things):
    cast = things.cast
    care.add_participant(
        cast.care_of_mia, by=cast.ana, who=care.NewParticipant("co_therapist", member=cast.berta)
    )
    assert len(pages.client_page(cast.ana, cast.mia.pk).private_notes) == 1
    assert pages.client_page(cast.berta, cast.mia.pk).private_notes == ()


def test_a_supervisor_may_write_for_herself(cast):
    note = care.write_private_note(by=cast.hanna, words=WORDS, expires_on=date(2026, 4, 1))
    assert PrivateNote.objects.get().words == WORDS
    care.delete_private_note(note, by=cast.hanna)


def test_private_notes_go_after_their_last_day_and_the_log_does_not_say_how_many(things):
    note = things.private_note
    last_minute = NOON.replace(month=4, day=1, hour=21)  # 23:00 in Madrid
    assert care.forget_expired_private_notes(now=last_minute) == 0
    assert care.forget_expired_private_notes(now=last_minute + timedelta(hours=2)) == 1
    assert not PrivateNote.objects.filter(pk=note.pk).exists()
    line = AuditLine.objects.order_by("-sequence")[0]
    assert (line.action, line.thing, line.details) == ("private_notes.forgotten", "", {})
