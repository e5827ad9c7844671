"""Whose moment a row is: two of a couple, rows of voices, and what is somebody else's."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from lacrima.practice import care, moments, sessions
from lacrima.practice.transfer import undo_batch
from lacrima.records.models import Expression, Moment, Session, Voice
from tests.support.cast import NOON
from tests.support.diaries import (
    DIARY,
    MOMENTS,
    SESSION_NAMES,
    SESSIONS,
    VOICE_NAMES,
    VOICES,
    come_in,
    diary,
    moment,
    problems,
    rows_of_moments,
)


def test_somebody_elses_client_is_refused_once_a_row_and_not_described(cast: Any) -> None:
    result = come_in(cast, moment(id="C 07", shown=1), MOMENTS)
    assert problems(result) == [(2, "nr", "a code that is in use here for somebody else")]
    assert (result.added, Moment.objects.count()) == (0, 0)


def test_what_was_changed_by_hand_since_is_a_conflict_and_what_was_deleted_comes_again(
    cast: Any,
) -> None:
    come_in(cast, diary(), DIARY)
    changed = Voice.objects.exclude(words=b"").get()
    moments.say_more(changed, by=cast.ana, words="Her mother, and a goodbye.")
    result = come_in(cast, diary(), DIARY)
    assert problems(result) == [
        (3, "note", "another words than the one that is kept for this voice")
    ]
    moments.delete_moment(changed.moment, by=cast.ana)
    again = come_in(cast, diary(), DIARY)
    assert (again.refused, again.counts["moments"].added, again.completed) == ((), 1, 1)


def test_a_moment_told_by_the_client_alone_was_begun_by_her(cast: Any) -> None:
    cast.session(1)
    result = come_in(cast, moment(who="both", side="client", shown=2), MOMENTS)
    assert result.added == 2
    row = Moment.objects.get()
    assert row.started_by == "client"
    assert row.voices.get().expressions.count() == 2


def test_voices_in_rows_of_their_own_share_a_moment_by_its_key(cast: Any) -> None:
    rows = [
        "R 14,9,m1,both,therapist,in session,2,unsure,no,",
        "R 14,9,m1,both,client,same evening,2,yes,no,3",
        "R 14,9,m2,both,therapist,,1,,,",
    ]
    text = "\n".join([VOICE_NAMES, *rows, ""])
    result = come_in(cast, text, VOICES)
    assert [count.added for count in result.counts.values()] == [0, 1, 2, 3]
    assert not Voice.objects.get(side="client").told_aloud
    assert Moment.objects.filter(source_key__startswith="key:m1:").count() == 1
    assert come_in(cast, text, VOICES).unchanged == 6
    third = "R 14,9,m2,,client,later,,,,-2"
    more = come_in(cast, "\n".join([VOICE_NAMES, third, ""]), VOICES)
    assert (more.refused, more.counts["voices"].added) == ((), 1)


def test_two_of_a_couple_share_their_sessions_and_keep_their_moments_apart(cast: Any) -> None:
    both = [care.NewClient(code="P 1", name="Paul"), care.NewClient(code="P 2", name="Pia")]
    episode = care.start_episode(by=cast.ana, kind="couple", clients=both)
    rows = [
        {"id": code, "nr": 1, "who": "client", "side": "therapist", "shown": shown}
        for code, shown in (("P 1", 1), ("P 2", 2))
    ]
    result = come_in(cast, rows_of_moments(*rows), MOMENTS)
    assert result.refused == ()
    assert (result.counts["sessions"].added, result.counts["sessions"].unchanged) == (1, 1)
    assert episode.sessions.count() == 1
    told = Expression.objects.order_by("shown").values_list("participant__client__code", "shown")
    assert list(told) == [("P 1", 1), ("P 2", 2)]
    assert come_in(cast, rows_of_moments(*rows), MOMENTS).unchanged == 6


def test_a_moment_of_one_partner_logged_by_hand_is_not_the_others(cast: Any) -> None:
    both = [care.NewClient(code="P 1", name="Paul"), care.NewClient(code="P 2", name="Pia")]
    episode = care.start_episode(by=cast.ana, kind="couple", clients=both)
    session = sessions.add_session(episode, by=cast.ana, number=1, start=NOON - timedelta(days=9))
    pia = episode.participants.get(client__code="P 2")
    moments.log_moment(session, by=cast.ana, who=[pia.pk], shown=2)
    row = {"id": "P 1", "nr": 1, "who": "client", "side": "therapist", "shown": 2}
    assert come_in(cast, rows_of_moments(row), MOMENTS).counts["moments"].added == 1
    assert come_in(cast, rows_of_moments(row | {"id": "P 2"}), MOMENTS).added == 0


def test_partners_who_complete_one_session_must_agree(cast: Any) -> None:
    both = [care.NewClient(code="P 1", name="Paul"), care.NewClient(code="P 2", name="Pia")]
    care.start_episode(by=cast.ana, kind="couple", clients=both)
    text = f"{SESSION_NAMES}\nP 1,1,,50,,,,,,\nP 2,1,,,,,,,6,client\n"
    result = come_in(cast, text, SESSIONS)
    assert (result.refused, result.added, result.completed) == ((), 1, 1)
    row = Session.objects.get()
    assert (row.length_min, row.heaviness) == (50, 6)
    other = text.replace("P 2,1,,,", "P 2,1,,45,")
    assert come_in(cast, other, SESSIONS).conflicts == 1
    undo_batch(result.batch or "", by=cast.ana)
    assert not Session.objects.exists()


def test_one_kept_session_named_in_two_ways_does_not_double_a_moment(cast: Any) -> None:
    session = cast.session(1)
    told = (
        'client = "id"\n[session]\nnumber = "nr"\ndate = "day"\n[[moment]]\nwhen = "cried"\n'
        'who = { is = "client" }\n'
    )
    text = f"id,nr,day,cried\nM 01,1,,1\nM 01,,{session.start:%Y-%m-%d},1\n"
    result = come_in(cast, text, told)
    assert [cell.row for cell in result.refused] == [3]
    assert "row 2" in result.refused[0].found


def test_a_second_voice_of_one_side_and_occasion_asks_for_a_key(cast: Any) -> None:
    cast.session(1)
    row = {"id": "M 01", "nr": 1, "who": "client", "side": "therapist", "shown": 1}
    result = come_in(cast, rows_of_moments(row, row | {"shown": 2}), MOMENTS)
    assert [cell.row for cell in result.refused] == [3]
    assert "row 2" in result.refused[0].found
    assert "key" in result.refused[0].expected


def test_rows_that_disagree_about_one_session_are_refused(cast: Any) -> None:
    text = f"{SESSION_NAMES}\nN 1,1,,50,,,,,,\nN 1,1,,45,,,,,,\nN 1,1,,,,,,,,\n"
    result = come_in(cast, text, SESSIONS)
    assert [(cell.row, "row 2" in cell.found) for cell in result.refused] == [(3, True)]


def test_a_log_that_says_nothing_is_not_changed_by_a_table_without_moments(cast: Any) -> None:
    moments.log_moment(cast.session(1), by=cast.ana, who="client")
    result = come_in(cast, f"{SESSION_NAMES}\nM 01,1,,,,,,nothing,,\n", SESSIONS)
    assert (result.conflicts, "log state" in result.refused[0].found) == (1, True)
