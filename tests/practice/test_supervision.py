"""Showing something inside a practice: exactly what was ticked, until it is withdrawn or over."""

from __future__ import annotations

import secrets
from datetime import date
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lacrima.errors import BadInput, EditConflict, NotAllowed, NotFound, OutOfRange
from lacrima.formats import share_file
from lacrima.practice import (
    moments,
    pages_supervision,
    people,
    share_ending,
    share_making,
    supervision,
    supervision_hours,
    weighing,
)
from lacrima.practice.share_making import Subject
from lacrima.practice.share_words import CalledBy
from lacrima.practice.supervision import ShareState
from lacrima.practice.weighing_thinking import Answer, Speaks, Thinking
from lacrima.records.models import (
    Member,
    Share,
    ShareNote,
    ShareNoteKind,
    SharePurpose,
    SupervisionHour,
)
from lacrima.vault.process import VAULT
from tests.support.cast import NOON
from tests.support.showing import AGREED, LAST_DAY, chosen, of_moment, shared
from tests.support.things import WORDS, Things


def test_what_can_be_shown_stands_part_by_part_and_the_usual_ones_are_few(things: Things) -> None:
    seen = share_making.look(things.cast.ana, of_moment(things))
    groups = {part.group for part in seen.parts}
    assert {"when", "day", "showed", "words", "kept_in_mind", "client_voice"} <= groups
    assert {"scores", "answers"} <= groups
    usual = {part.group for part in seen.parts if part.is_usual}
    assert not usual & {"day", "words", "felt", "client_voice", "answers", "scores"}


def test_the_reader_sees_what_was_looked_at_and_nothing_else(things: Things) -> None:
    row = shared(things, "when", "showed", question="What would you have done?")
    page = pages_supervision.share_page(things.cast.hanna, row.pk)
    expected = share_making.compose(
        things.cast.ana,
        of_moment(things),
        chosen(things, "when", "showed", question="What would you have done?"),
    )
    assert page.shown == expected
    assert WORDS not in repr(page)
    assert page.moment_id is None


def test_what_is_shown_stays_as_it_was_on_that_day(things: Things) -> None:
    row = shared(things, "words")
    moments.say_more(things.own_voice, by=things.cast.ana, expected_version=2, words="other words")
    shown = pages_supervision.share_page(things.cast.hanna, row.pk).shown
    assert shown is not None
    assert shown.parts[0].words == WORDS


@pytest.mark.parametrize(
    ("called", "expected"),
    [(CalledBy.CODE, "M 01"), (CalledBy.NEUTRAL, "client"), (CalledBy.NAME, "Mia L.")],
)
def test_clients_are_called_as_chosen_and_by_code_unless_said(
    things: Things, called: CalledBy, expected: str
) -> None:
    ana, subject = things.cast.ana, of_moment(things)
    shown = share_making.compose(ana, subject, chosen(things, "showed", called=called))
    text = shown.to_text()
    assert expected in text
    assert all(other not in text for other in {"M 01", "Mia"} if other not in expected)
    assert chosen(things, "showed").called is CalledBy.CODE


def _client_parts(things: Things) -> list[str]:
    return sorted(share_making.look(things.cast.ana, of_moment(things)).of_client())


def test_clients_words_and_answers_need_the_day_of_their_agreement(things: Things) -> None:
    ana, subject = things.cast.ana, of_moment(things)
    things.consent.delete()
    parts = _client_parts(things)
    assert len(parts) >= 3
    for part in parts:
        with pytest.raises(BadInput) as refused:
            share_making.compose(ana, subject, chosen(things, part))
        assert refused.value.where == "agreed_on"
        with pytest.raises(BadInput):
            share_making.compose(ana, subject, chosen(things, part, agreed_on=date(2026, 3, 11)))
        shown = share_making.compose(ana, subject, chosen(things, part, agreed_on=AGREED))
        assert "9 March 2026" in shown.agreed


def test_a_day_of_agreement_is_not_shown_where_none_is_needed(things: Things) -> None:
    ana, subject = things.cast.ana, of_moment(things)
    shown = share_making.compose(ana, subject, chosen(things, "showed", agreed_on=AGREED))
    assert shown.agreed == ""


def test_nothing_can_be_shown_that_was_not_offered(things: Things) -> None:
    ana, subject = things.cast.ana, of_moment(things)
    with pytest.raises(EditConflict):
        share_making.compose(ana, subject, chosen(things, "showed", "everything"))
    with pytest.raises(BadInput):
        share_making.compose(ana, subject, chosen(things))


def test_what_changed_since_it_was_looked_at_is_not_sent(things: Things) -> None:
    ana, subject = things.cast.ana, of_moment(things)
    choice = chosen(things, "words")
    seen = share_making.mark_of(share_making.compose(ana, subject, choice))
    moments.say_more(things.own_voice, by=ana, expected_version=2, words="other words")
    with pytest.raises(EditConflict):
        share_making.share(ana, of_moment(things), choice, seen=seen)
    assert not Share.objects.exists()


@pytest.mark.parametrize("last_day", [NOON.date(), date(2026, 3, 1), date(2028, 1, 1)])
def test_a_share_ends_on_a_day_to_come_within_a_year(things: Things, last_day: date) -> None:
    with pytest.raises(OutOfRange):
        shared(things, expires_on=last_day)


def test_it_is_shown_to_somebody_who_is_there(things: Things) -> None:
    cast = things.cast
    for reader in ("", "member:", f"member:{cast.ana.pk.hex}", f"colleague:{cast.ana.pk.hex}"):
        with pytest.raises(BadInput):
            shared(things, readers=frozenset({reader}))
    with pytest.raises(BadInput):
        shared(things, readers=frozenset())
    people.change_member(cast.hanna, by=cast.ana, left_on=NOON.date())
    with pytest.raises(BadInput):
        shared(things)


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(data=st.data())
def test_nothing_that_was_not_ticked_is_in_what_is_shown(things: Things, data: Any) -> None:
    ana = things.cast.ana
    with transaction.atomic():
        canaries = _plant(things)
        subject = of_moment(things)
        offered = share_making.look(ana, subject).parts
        ids = [part.id for part in offered]
        ticked = frozenset(data.draw(st.sets(st.sampled_from(ids), min_size=1)))
        choice = chosen(things, *ticked, agreed_on=AGREED)
        text = share_making.compose(ana, subject, choice).to_text()
        there = {group for group, canary in canaries.items() if canary in text}
        expected = {part.group for part in offered if part.id in ticked} & canaries.keys()
        assert there == expected
        transaction.set_rollback(True)


def _plant(things: Things) -> dict[str, str]:
    """A canary in every free text that could be shown, and in some that never may be."""
    ana = things.cast.ana
    canaries = {
        name: f"canary{secrets.token_hex(8)}"
        for name in ("words", "client_words", "kept_in_mind", "private", "note", "weighing")
    }
    voice, mia = things.own_voice, things.mia_voice
    for row, name in ((voice, "words"), (mia, "client_words"), (things.kept, "kept_in_mind")):
        row.words = canaries[name]
        row.save(update_fields=["words"])
    for row, name in ((things.private_note, "private"), (things.record_note, "note")):
        row.words = canaries[name]
        row.save(update_fields=["words"])
    thought = weighing.begin_weighing(things.moment, by=ana, expires_on=LAST_DAY)
    weighing.write_weighing(
        thought, by=ana, expected_version=1, thinking=Thinking(takes=canaries["weighing"])
    )
    return canaries


def test_a_weighing_is_shown_question_by_question_and_only_by_its_writer(things: Things) -> None:
    ana, berta = things.cast.ana, things.cast.berta
    row = weighing.begin_weighing(things.moment, by=ana, expires_on=LAST_DAY)
    answers = {"how-much": Answer(Speaks.FOR, "it stayed small"), "who-first": Answer(None, "she")}
    thinking = Thinking(answers=answers, benefit="she felt less alone", takes="slower next time")
    weighing.write_weighing(row, by=ana, expected_version=1, thinking=thinking)
    subject = share_making.subject_of(ana, weighing=row.pk)
    shown = share_making.compose(ana, subject, chosen(things, "weighed-how-much"))
    assert "stayed small" in shown.to_text()
    assert not any(word in shown.to_text() for word in ("she felt", "slower", '"she"'))
    with pytest.raises(NotFound):
        share_making.subject_of(berta, weighing=row.pk)


def test_a_question_alone_needs_no_client(things: Things) -> None:
    ana = things.cast.ana
    choice = chosen(things, question="When do you speak of your own tears?")
    seen = share_making.mark_of(share_making.compose(ana, Subject(), choice))
    row = share_making.share(ana, Subject(), choice, seen=seen)
    assert row.episode_id is None
    assert row.sealing_key_id() == "practice"
    shown = pages_supervision.share_page(things.cast.hanna, row.pk).shown
    assert shown is not None
    assert (shown.about, shown.question) == ("A question", choice.question)


def test_learning_and_assessment_are_separate_and_a_share_never_changes_sides(
    things: Things,
) -> None:
    learning, assessment = shared(things), shared(things, purpose=SharePurpose.ASSESSMENT)
    assert learning.pk != assessment.pk
    page = pages_supervision.supervision_page(things.cast.hanna)
    assert [(name, len(lines)) for name, lines in page.shown_to_you] == [
        ("for learning", 1),
        ("for assessment", 1),
    ]
    assert not hasattr(supervision, "change_purpose")
    with pytest.raises(OutOfRange):
        shared(things, purpose="gossip")


def test_only_the_two_of_them_see_a_share(things: Things) -> None:
    row = shared(things)
    cast = things.cast
    for by in (cast.ana, cast.hanna):
        assert pages_supervision.share_page(by, row.pk).shown is not None
    for by in (cast.berta, cast.stella):
        with pytest.raises(NotFound):
            pages_supervision.share_page(by, row.pk)
    with pytest.raises(NotFound):
        moments_page_of(cast.hanna, things)


def moments_page_of(by: Member, things: Things) -> Any:
    """The moment itself, which no share opens."""
    return share_making.subject_of(by, moment=things.moment.pk)


def test_a_withdrawn_share_is_gone_at_once_and_what_was_said_stays_with_its_owner(
    things: Things,
) -> None:
    ana, hanna = things.cast.ana, things.cast.hanna
    row = shared(things)
    supervision.say_of_share(row, by=hanna, kind="question", words="what did she say then?")
    supervision.withdraw_share(row, by=ana)
    for_hanna = pages_supervision.share_page(hanna, row.pk)
    assert for_hanna.state is ShareState.WITHDRAWN
    assert (for_hanna.shown, for_hanna.notes) == (None, ())
    assert pages_supervision.supervision_page(hanna).shown_to_you == ()
    for_ana = pages_supervision.share_page(ana, row.pk)
    assert [note.words for note in for_ana.notes] == ["what did she say then?"]
    assert not Share.objects.exclude(content=b"").exists()


def test_what_is_said_after_the_withdrawal_is_refused_and_not_kept(things: Things) -> None:
    row = shared(things)
    supervision.withdraw_share(row, by=things.cast.ana)
    with pytest.raises(BadInput, match="withdrawn meanwhile"):
        supervision.say_of_share(row, by=things.cast.hanna, kind="comment", words="late")
    assert not ShareNote.objects.exists()


def test_only_who_showed_it_withdraws_it(things: Things) -> None:
    row = shared(things)
    with pytest.raises(NotAllowed):
        supervision.withdraw_share(row, by=things.cast.hanna)
    with pytest.raises(NotFound):
        supervision.withdraw_share(row, by=things.cast.berta)


def test_when_a_supervisor_leaves_her_shares_end(things: Things) -> None:
    ana, hanna = things.cast.ana, things.cast.hanna
    row = shared(things)
    left = people.change_member(hanna, by=ana, left_on=NOON.date())
    page = pages_supervision.share_page(ana, row.pk)
    assert page.state is ShareState.READER_LEFT
    assert "does not work here any more" in page.state_words
    assert not Share.objects.exclude(content=b"").exists()
    with pytest.raises(NotFound):
        pages_supervision.share_page(left, row.pk)


def test_after_the_last_day_what_was_shown_is_forgotten_and_what_was_said_stays(
    things: Things, still_clock: Any
) -> None:
    ana, hanna = things.cast.ana, things.cast.hanna
    row = shared(things)
    supervision.say_of_share(row, by=hanna, kind="sign_off")
    hour = supervision_hours.add_hour(by=ana, on=NOON.date(), minutes=50, is_group=False)
    still_clock.move(days=30)
    assert pages_supervision.share_page(hanna, row.pk).shown is None
    assert share_ending.forget_expired_shares(now=still_clock.at) == 1
    assert share_ending.forget_expired_shares(now=still_clock.at) == 0
    assert not Share.objects.exclude(content=b"").exists()
    assert pages_supervision.share_page(ana, row.pk).is_signed_off
    assert SupervisionHour.objects.filter(pk=hour.pk).exists()


def test_on_its_last_day_it_is_still_there(things: Things, still_clock: Any) -> None:
    row = shared(things)
    still_clock.move_to(NOON.replace(month=4, day=1))
    assert share_ending.forget_expired_shares(now=still_clock.at) == 0
    assert pages_supervision.share_page(things.cast.hanna, row.pk).shown is not None


def test_she_comments_asks_and_signs_off_and_the_other_answers(things: Things) -> None:
    ana, hanna = things.cast.ana, things.cast.hanna
    row = shared(things)
    for kind, words in (("comment", "warm"), ("question", "and then?"), ("sign_off", "")):
        supervision.say_of_share(row, by=hanna, kind=kind, words=words)
    supervision.say_of_share(row, by=ana, kind="comment", words="then it was quiet")
    page = pages_supervision.share_page(ana, row.pk)
    assert [note.kind for note in page.notes] == ["comment", "question", "sign_off", "comment"]
    for kind in ("question", "sign_off"):
        with pytest.raises(BadInput):
            supervision.say_of_share(row, by=ana, kind=kind, words="by herself")
    with pytest.raises(BadInput):
        supervision.say_of_share(row, by=hanna, kind="comment", words="  ")


def test_one_takes_back_what_one_said_oneself(things: Things) -> None:
    ana, hanna = things.cast.ana, things.cast.hanna
    row = shared(things)
    note = supervision.say_of_share(row, by=hanna, kind="comment", words="too quick")
    with pytest.raises(NotFound):
        supervision.take_back_note(note, by=ana)
    supervision.take_back_note(note, by=hanna)
    assert not ShareNote.objects.exists()


def test_nothing_about_who_was_shown_what_is_counted_for_a_supervisor(things: Things) -> None:
    for _n in range(3):
        shared(things)
    page = pages_supervision.supervision_page(things.cast.hanna)
    assert page.shared == ()
    numbers = [value for value in vars(page).values() if isinstance(value, int | float)]
    assert [one for one in numbers if not isinstance(one, bool)] == []


def test_a_share_whose_key_was_erased_spoils_no_list(things: Things) -> None:
    ana, row = things.cast.ana, shared(things)
    VAULT.forget_key(row.sealing_key_id(), now=NOON)
    [line] = pages_supervision.supervision_page(ana).shared
    assert line.about == "What was shown is no longer kept"


def test_erasing_a_course_of_care_erases_what_was_shown_of_it(things: Things) -> None:
    row = shared(things)
    supervision.say_of_share(row, by=things.cast.hanna, kind="comment", words="warm")
    assert row.sealing_key_id() == f"episode:{things.cast.care_of_mia.pk.hex}"
    assert ShareNote.objects.get().sealing_key_id() == row.sealing_key_id()


def test_the_words_of_files_and_of_rows_are_the_same() -> None:
    assert [one.value for one in share_file.Purpose] == SharePurpose.values
    assert [one.value for one in share_file.NoteKind] == ShareNoteKind.values
