"""Sessions, moments and voices from a table: as if typed, all or none, once."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from lacrima.formats.moment_map import SESSION_STATES, SHORT_ITEMS
from lacrima.practice import moments
from lacrima.practice.sessions import LONGEST_SESSION_MIN, MOST_NUMBER
from lacrima.practice.transfer import undo_batch
from lacrima.practice.words import VOICE_ITEM_STEPS, VOICE_ITEMS, SessionState
from lacrima.records.models import AuditLine, Client, Moment, Session, Voice
from lacrima.vault.process import VAULT
from tests.support.cast import NOON
from tests.support.diaries import DIARY, DIARY_ROWS, MOMENTS, come_in, counts, diary, moment


def test_a_diary_comes_in_as_sessions_with_their_moments(cast: Any) -> None:
    result = come_in(cast, diary(), DIARY)
    assert result.refused == ()
    assert {kind: count.added for kind, count in result.counts.items()} == {
        "scores": 0, "sessions": 4, "moments": 3, "voices": 3,
    }  # fmt: skip
    assert (result.rows, result.read, result.added, result.unused_columns) == (4, 10, 10, ())
    rows = Session.objects.filter(episode__participants__client__code="R 14").order_by("number")
    assert [(row.number, row.log_state, row.modality, row.length_min) for row in rows] == [
        (1, "nothing", "room", 50),
        (2, "moments", "video", 50),
        (3, "moments", "room", 50),
    ]
    assert [(row.heaviness, row.heaviness_by) for row in rows] == [
        (4, "therapist"), (6, "therapist"), (None, ""),
    ]  # fmt: skip
    voice = Voice.objects.get(moment__session=rows[1])
    assert (voice.side, voice.occasion, voice.flow) == ("therapist", "in_session", "went_on")
    assert voice.participant is not None
    assert voice.participant.member == cast.ana
    told = voice.expressions.get()
    assert (told.participant.client, told.shown) == (Client.objects.get(code="R 14"), 2)
    assert told.emotions == ["sad", "touched"]
    assert voice.words == "Her mother."


def test_free_text_is_sealed_with_the_key_of_the_client_or_the_episode(cast: Any) -> None:
    come_in(cast, diary(), DIARY)
    voice = Voice.objects.exclude(words=b"").get()
    kept = bytes(Voice.objects.filter(pk=voice.pk).values_list("words", flat=True)[0])
    assert b"mother" not in kept
    assert VAULT.has_key(voice.sealing_key_id())


def test_the_whole_has_one_audit_line_without_a_word_of_it(cast: Any) -> None:
    before = AuditLine.objects.count()
    come_in(cast, diary(), DIARY)
    line = AuditLine.objects.order_by("segment", "sequence").last()
    assert AuditLine.objects.count() == before + 1
    assert line is not None
    assert (line.action, line.details["added"]) == ("import.published", 10)
    assert line.details["counts"] == {"sessions": 4, "moments": 3, "voices": 3}
    assert "R 14" not in str(line.details)


def test_the_same_diary_twice_adds_nothing(cast: Any) -> None:
    come_in(cast, diary(), DIARY)
    before = counts()
    again = come_in(cast, diary(), DIARY)
    assert (again.batch, again.added, again.completed, again.unchanged) == (None, 0, 0, 10)
    assert (again.refused, counts()) == ((), before)


def test_a_longer_diary_adds_only_what_is_new(cast: Any) -> None:
    come_in(cast, diary(*DIARY_ROWS[:2]), DIARY)
    result = come_in(cast, diary(), DIARY)
    assert (result.added, result.unchanged) == (6, 4)
    assert Moment.objects.count() == 3


@pytest.mark.parametrize(
    ("changed", "column"),
    [
        ("R 14;2;10.05.2024;50;Zoom;6;1;her;3;went on;sad, touched;Her mother.", "how much"),
        ("R 14;2;10.05.2024;50;Zoom;6;1;her;2;paused;sad, touched;Her mother.", "then"),
        ("R 14;2;10.05.2024;50;Zoom;6;1;her;2;went on;sad;Her mother.", "feelings"),
        ("R 14;2;10.05.2024;50;Zoom;6;1;her;2;went on;sad, touched;Other.", "note"),
        ("R 14;2;10.05.2024;45;Zoom;6;1;her;2;went on;sad, touched;", "minutes"),
        ("R 14;2;10.05.2024;50;Zoom;5;1;her;2;went on;sad, touched;", "heavy"),
        ("R 14;2;10.05.2024;50;in person;6;1;her;2;went on;sad, touched;", "where"),
        ("R 14;2;11.05.2024;50;Zoom;6;1;her;2;went on;sad, touched;", "date"),
    ],
)  # fmt: skip
def test_what_is_kept_otherwise_is_a_conflict_and_nothing_comes_in(
    cast: Any, changed: str, column: str
) -> None:
    come_in(cast, diary(), DIARY)
    before = counts()
    result = come_in(cast, diary(changed, "R 14;4;24.05.2024;50;in person;;;;;;;"), DIARY)
    assert (result.batch, result.added, result.conflicts, result.refused_count) == (None, 0, 1, 1)
    assert (result.refused[0].row, result.refused[0].column) == (2, column)
    assert "another" in result.refused[0].found
    assert counts() == before


def test_a_moment_can_say_everything_that_a_typed_one_can(cast: Any) -> None:
    cast.session(1)
    cast.session(2)
    text = moment(
        kind="tears", nature="showed", **{"from": 12.5, "to": 14}, shown=2, held="partly", felt=3,
        came="let it come", feelings="warm|sad", first="client", flow="paused",
        about="grief|goodbye", noticed="unsure", spoken="yes", spoke="client", **{"in": 2}, back=3,
        did="gave_room|tissue", helped=-1, understood=4, words="We both cried.",
    )  # fmt: skip
    result = come_in(cast, text, MOMENTS)
    assert result.refused == ()
    row, voice = Moment.objects.get(), Voice.objects.get()
    assert (row.start_ms, row.end_ms, row.started_by) == (750_000, 840_000, "therapist")
    assert row.session.log_state == "moments"
    own = cast.place_of(cast.ana, cast.care_of_mia)
    her = cast.place_of(cast.mia, cast.care_of_mia)
    told = {one.participant: one for one in voice.expressions.all()}
    assert (told[own].shown, told[own].felt, told[her].shown, told[her].felt) == (2, 3, 2, None)
    assert told[her].emotions == ["sad", "warm"]
    assert (voice.first, voice.about, voice.response) == (
        her, ["grief", "goodbye"], ["gave_room", "tissue"],
    )  # fmt: skip
    assert voice.spoken_session is not None
    assert (voice.spoken_of, voice.spoken_by, voice.spoken_session.number) == ("yes", "client", 2)
    assert (voice.focus_back_min, voice.rating, voice.items) == (3, -1, {"understood": 4})
    assert voice.words == "We both cried."
    assert come_in(cast, text, MOMENTS).unchanged == 3


@pytest.mark.parametrize(
    ("cells", "found"),
    [
        ({"shown": 2, "held": "wholly"}, "wholly held back, and yet seen"),
        ({"held": "no", "came": "held_back"}, "came as held back, and yet not held back"),
        ({"nature": "missed", "shown": 1}, "emotion shown in a moment logged"),
        ({"nature": "held_back", "held": "no"}, "a moment logged as held back in which nobody"),
        ({"seemed": "warm"}, "how the therapist seemed, told by the therapist"),
        ({"side": "observer", "felt": 2}, "what another person felt"),
        ({"who": "client", "first": "therapist"}, "the one who began is not in this moment"),
        ({"helped": 5}, "a number above the maximum"),
        ({"back": 601}, "a number above the maximum"),
        ({"wish": "yes"}, "a wish of somebody else"),
        ({"spoke": "client"}, "who spoke of it"),
        ({"from": 3}, "half a span"),
        ({"from": 3, "to": 3}, "a span that ends before it begins"),
        ({"spoken": "yes", "in": 77}, "a session that is not there"),
        ({"who": "", "shown": 1}, "an expression of nobody"),
        ({"who": "", "words": "x"}, "a moment of nobody"),
        ({"side": "", "words": "x"}, "empty"),
        ({"feelings": "sad; warm"}, "a word that is not known here"),
        ({"kind": "yodelling"}, "a word that is not known here"),
        ({"words": "x" * 100_001}, "a text that is too long or holds a sign that is no text"),
    ],
)  # fmt: skip
def test_a_moment_that_could_not_be_typed_does_not_come_in_either(
    cast: Any, cells: dict[str, object], found: str
) -> None:
    cast.session(1)
    before = counts()
    result = come_in(cast, moment(**cells), MOMENTS)
    assert result.refused_count == 1
    assert result.refused[0].row == 2
    assert result.refused[0].found.startswith(found)
    assert (result.batch, counts()) == (None, before)


def test_the_words_and_limits_of_a_map_are_those_of_the_record() -> None:
    assert set(SESSION_STATES) == {state.value for state in SessionState}
    assert set(SHORT_ITEMS) == set(VOICE_ITEMS)
    assert (min(VOICE_ITEM_STEPS), max(VOICE_ITEM_STEPS)) == (0, 4)
    assert (MOST_NUMBER, LONGEST_SESSION_MIN) == (9_999, 600)


def test_a_moment_that_was_logged_by_hand_is_found_again(cast: Any) -> None:
    session = cast.session(1)
    moments.log_moment(session, by=cast.ana, who="client", shown=2)
    same = come_in(cast, moment(who="client", shown=2), MOMENTS)
    assert (same.unchanged, same.added, Moment.objects.count()) == (3, 0, 1)
    other = come_in(cast, moment(who="client", shown=3), MOMENTS)
    assert (other.conflicts, Moment.objects.count()) == (1, 1)
    another = come_in(cast, moment(who="therapist", shown=1), MOMENTS)
    assert (another.counts["moments"].added, Moment.objects.count()) == (1, 2)


def test_a_clients_voice_joins_the_moment_that_was_logged_by_hand(cast: Any) -> None:
    logged = moments.log_moment(cast.session(1), by=cast.ana, who="client", shown=2)
    text = moment(who="client", side="client", asked="same evening", helped=3, seemed="warm|near")
    result = come_in(cast, text, MOMENTS)
    assert (result.counts["moments"].unchanged, result.counts["voices"].added) == (1, 1)
    voice = logged.voices.get(side="client")
    assert voice.participant == cast.place_of(cast.mia, cast.care_of_mia)
    assert (voice.told_aloud, voice.rating, voice.occasion) == (True, 3, "same_evening")
    assert come_in(cast, text, MOMENTS).added == 0
    undo_batch(result.batch or "", by=cast.ana)
    assert list(logged.voices.values_list("side", flat=True)) == ["therapist"]
    logged.session.refresh_from_db()
    assert logged.session.log_state == "moments"


def test_a_further_voice_of_the_beginner_is_held_to_the_moments_nature(cast: Any) -> None:
    moments.log_moment(cast.session(1), by=cast.ana, who="client", nature="missed", shown=0)
    text = moment(who="client", asked="later", shown=2)
    result = come_in(cast, text.replace("showed", ""), MOMENTS)
    assert [cell.found for cell in result.refused] == [
        "emotion shown in a moment logged as missed or ordinary"
    ]


def test_a_session_that_is_still_to_come_here_gets_no_moment_by_its_number(cast: Any) -> None:
    cast.session(1, start=NOON + timedelta(days=2))
    result = come_in(cast, moment(shown=1), MOMENTS)
    assert [cell.found for cell in result.refused] == ["a log of a session that is still to come"]
