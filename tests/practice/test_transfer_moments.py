"""Sessions, moments and voices from a table: as if typed, all or none, once, and out again."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pytest

from lacrima.errors import EditConflict, OurFault
from lacrima.formats.moment_map import SESSION_STATES, SHORT_ITEMS
from lacrima.formats.score_map import ScoreMap, read_map, read_map_bytes
from lacrima.formats.table import read_table_bytes
from lacrima.practice import care, moments, notes, sessions, transfer, transfer_publish
from lacrima.practice.sessions import LONGEST_SESSION_MIN, MOST_NUMBER
from lacrima.practice.transfer import ImportResult, bring_in, undo_batch
from lacrima.practice.words import VOICE_ITEM_STEPS, VOICE_ITEMS, SessionState
from lacrima.records import audit, clock
from lacrima.records.models import (
    Answers,
    AuditLine,
    Client,
    Episode,
    Expression,
    ImportBatch,
    Moment,
    Offer,
    Session,
    Voice,
)
from lacrima.vault.process import VAULT
from tests.support.cast import NOON

MAPS = Path(__file__).resolve().parents[2] / "docs" / "how-to" / "maps"

DIARY = read_map(MAPS / "diary.toml")
DIARY_NAMES = "client;session;date;minutes;where;heavy;tears;whose;how much;then;feelings;note"
DIARY_ROWS = (
    "R 14;1;03.05.2024;50;in person;4;0;;;;;",
    "R 14;2;10.05.2024;50;Zoom;6;1;her;2;went on;sad, touched;Her mother.",
    "R 14;3;17.05.2024;50;in person;;1;both;1;went on;touched;",
    "T 02;1;06.05.2024;45;in person;7;1;me;1;paused;helpless, sad;",
)
VOICES = read_map(MAPS / "voices.toml")
VOICE_NAMES = "client,session,moment,whose,speaker,asked,shown,noticed,burdened,helped"

SESSIONS = """client = "id"
[session]
number = "nr"
date = "day"
length_min = "min"
modality = "where"
face_visible = "face"
state = "state"
log_state = "log"
heaviness = "heavy"
heaviness_by = "by"
"""
SESSION_NAMES = "id,nr,day,min,where,face,state,log,heavy,by"
MOMENTS = """client = "id"
[session]
number = "nr"
[[moment]]
kind = "kind"
nature = "nature"
who = "who"
start_min = "from"
end_min = "to"
[[moment.voice]]
side = "side"
occasion = "asked"
shown = "shown"
held_back = "held"
felt = "felt"
came_about = "came"
emotions = { column = "feelings", separator = "|" }
first = "first"
flow = "flow"
about = { column = "about", separator = "|" }
noticed = "noticed"
spoken_of = "spoken"
spoken_by = "spoke"
spoken_session = "in"
focus_back_min = "back"
response = { column = "did", separator = "|" }
seemed = { column = "seemed", separator = "|" }
rating = "helped"
would_like_to_talk = "wish"
items.understood = "understood"
words = "words"
"""
MOMENT_NAMES = (
    "id,nr,kind,nature,who,from,to,side,asked,shown,held,felt,came,feelings,first,flow,about,"
    "noticed,spoken,spoke,in,back,did,seemed,helped,wish,understood,words"
)


def come_in(cast: Any, text: str, told: ScoreMap | str, **options: Any) -> ImportResult:
    """Bring a table in as Ana."""
    score_map = read_map_bytes(told.encode()) if isinstance(told, str) else told
    return bring_in(read_table_bytes(text.encode()), score_map, by=cast.ana, **options)


def diary(*rows: str) -> str:
    return "\n".join([DIARY_NAMES, *(rows or DIARY_ROWS), ""])


def moment(**cells: object) -> str:
    """A table of one moment of Mia's, in the first session."""
    usual = {"id": "M 01", "nr": 1, "who": "both", "side": "therapist"}
    return rows_of_moments(usual | cells)


def rows_of_moments(*rows: dict[str, object]) -> str:
    names = MOMENT_NAMES.split(",")
    lines = [",".join(str(row.get(name, "")) for name in names) for row in rows]
    return "\n".join([MOMENT_NAMES, *lines, ""])


def counts() -> tuple[int, ...]:
    """Everything that an import can make."""
    kinds = (
        Client, Episode, Session, Moment, Voice, Expression, Answers, ImportBatch, Offer, AuditLine,
    )  # fmt: skip
    return tuple(kind._default_manager.count() for kind in kinds)


def problems(result: ImportResult) -> list[tuple[int, str, str]]:
    return [(cell.row, cell.column, cell.found) for cell in result.refused]


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


def test_only_sessions_leave_the_log_not_yet(cast: Any) -> None:
    result = come_in(cast, f"{SESSION_NAMES}\nN 1,1,2024-05-03,50,room,,,,,\n", SESSIONS)
    assert result.added == 1
    assert Session.objects.get().log_state == "not_yet"


def test_everything_that_can_be_said_of_a_session_is_kept(cast: Any) -> None:
    text = f"{SESSION_NAMES}\nN 1,7,2024-05-03 14:30,45,video,yes,held,nothing,8,client\n"
    assert come_in(cast, text, SESSIONS).added == 1
    row = Session.objects.get()
    assert (row.number, row.length_min, row.modality, row.face_visible) == (7, 45, "video", True)
    assert str(row.start) == "2024-05-03 12:30:00+00:00"  # half past two in Madrid
    assert (row.state, row.log_state, row.heaviness, row.heaviness_by) == (
        "held", "nothing", 8, "client",
    )  # fmt: skip
    assert come_in(cast, text, SESSIONS).unchanged == 1


@pytest.mark.parametrize(
    ("row", "column", "found"),
    [
        ("N 1,,,50,,,,,,", "nr", "empty"),
        (",1,,50,,,,,,", "id", "empty"),
        ("N 1,1,03.05.2024,,,,,,,", "day", "text that is no such date"),
        ("N 1,1,03/05/2024,,,,,,,", "day", "text that is no such date"),
        ("N 1,1,,601,,,,,,", "min", "a number above the maximum"),
        ("N 1,1,,50.5,,,,,,", "min", "a number with a fraction"),
        ("N 1,10000,,,,,,,,", "nr", "a number above the maximum"),
        ("N 1,1,,,the beach,,,,,", "where", "a word that is not known here"),
        ("N 1,1,,,room,yes,,,,", "nr", "whether a face was seen"),
        ("N 1,1,,,video,perhaps,,,,", "face", "a word that is not known here"),
        ("N 1,1,,,,,cancelled,,,", "nr", "a number of a session that did not take place"),
        ("N 1,,2024-05-03,,,,cancelled,nothing,,", "nr", "a log of a session that did not take"),
        ("N 1,1,,,,,,,11,", "heavy", "a number above the maximum"),
        ("N 1,1,,,,,,moments,,", "nr", "moments logged in a session, and no moment"),
        ("N 1,1,2026-03-11,,,,,nothing,,", "nr", "a log of a session that is still to come"),
        ("C 07,1,,,,,,,,", "nr", "a code that is in use here for somebody else"),
    ],
)  # fmt: skip
def test_a_session_that_cannot_be_is_refused_with_row_and_column(
    cast: Any, row: str, column: str, found: str
) -> None:
    before = counts()
    result = come_in(cast, f"{SESSION_NAMES}\nN 1,99,,,,,,,,\n{row}\n", SESSIONS)
    assert [(place, name) for place, name, _ in problems(result)] == [(3, column)]
    assert result.refused[0].found.startswith(found)
    assert (result.batch, counts()) == (None, before)


def test_a_word_is_refused_without_repeating_it_and_with_the_words_that_would_do(cast: Any) -> None:
    text = f"{SESSION_NAMES}\nN 1,1,,,by the grave of Mia,,,,,\n"
    refused = come_in(cast, text, SESSIONS).refused[0]
    assert "Mia" not in str(refused)
    assert "room, video, phone" in refused.expected


def test_a_session_without_a_number_is_known_by_its_day(cast: Any) -> None:
    sessions.add_session(cast.care_of_mia, by=cast.ana, start=datetime(2026, 2, 3, 16, tzinfo=UTC))
    text = f"{SESSION_NAMES}\nM 01,,2026-02-03,,,,,nothing,,\nM 01,,2026-02-10,50,,,,,,\n"
    result = come_in(cast, text, SESSIONS)
    assert (result.completed, result.added) == (1, 1)
    assert list(Session.objects.order_by("start").values_list("log_state", "number")) == [
        ("nothing", 1), ("not_yet", None),
    ]  # fmt: skip
    assert come_in(cast, text, SESSIONS).unchanged == 2


def test_two_sessions_on_one_day_need_a_number_or_a_time(cast: Any) -> None:
    for hour in (9, 16):
        start = datetime(2026, 2, 3, hour, tzinfo=UTC)
        sessions.add_session(cast.care_of_mia, by=cast.ana, start=start)
    day = come_in(cast, f"{SESSION_NAMES}\nM 01,,2026-02-03,,,,,nothing,,\n", SESSIONS)
    assert [cell.found for cell in day.refused] == ["a day on which there are several sessions"]
    text = f"{SESSION_NAMES}\nM 01,,2026-02-03 17:00,,,,,nothing,,\n"
    assert come_in(cast, text, SESSIONS).completed == 1
    assert Session.objects.get(number=2).log_state == "nothing"


def test_a_session_that_is_here_is_completed_and_never_overwritten(cast: Any) -> None:
    there = cast.session(3, start=None, length_min=None)
    text = f"{SESSION_NAMES}\nM 01,3,2026-02-03,45,,,,nothing,6,client\n"
    result = come_in(cast, text, SESSIONS)
    assert (result.added, result.completed, result.batch is None) == (0, 1, False)
    there.refresh_from_db()
    assert (there.length_min, there.log_state, there.heaviness) == (45, "nothing", 6)
    other = come_in(cast, text.replace(",45,", ",50,"), SESSIONS)
    assert (other.conflicts, other.batch) == (1, None)


def test_sessions_made_for_scores_take_what_a_list_of_sessions_says(cast: Any) -> None:
    """First the scores, whose sessions know little; then the list, with times and places."""
    scores = (
        'client = "id"\n[[score]]\ninstrument = "gad-7"\nvalue = "gad"\nsession = "nr"\n'
        'date = "day"\n'
    )
    come_in(cast, "id,nr,day,gad\nN 1,1,2024-05-03,7\n", scores)
    text = f"{SESSION_NAMES}\nN 1,1,2024-05-03 09:00,50,video,yes,,,,\n"
    result = come_in(cast, text, SESSIONS)
    assert (result.refused, result.completed) == ((), 1)
    row = Session.objects.get()
    assert (str(row.start), row.modality) == ("2024-05-03 07:00:00+00:00", "video")
    undo_batch(result.batch or "", by=cast.ana)
    row.refresh_from_db()
    assert (row.modality, row.length_min, row.face_visible) == ("room", None, None)


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


def test_a_moment_in_a_session_where_nothing_stood_out_logs_it_and_undo_restores_that(
    cast: Any,
) -> None:
    session = cast.session(1)
    sessions.nothing_stood_out([session], by=cast.ana)
    result = come_in(cast, moment(shown=1), MOMENTS)
    session.refresh_from_db()
    assert (session.log_state, result.completed) == ("moments", 1)
    undo_batch(result.batch or "", by=cast.ana)
    session.refresh_from_db()
    assert (session.log_state, Moment.objects.count()) == ("nothing", 0)


def test_an_import_of_moments_is_taken_back_as_a_whole(cast: Any) -> None:
    before = counts()[:7]
    result = come_in(cast, diary(), DIARY)
    undone = undo_batch(result.batch or "", by=cast.ana)
    assert (undone.removed, undone.kept, undone.sessions_removed, undone.clients_removed) == (
        6, 0, 4, 2,
    )  # fmt: skip
    assert undone.counts == {"scores": 0, "moments": 3, "voices": 3, "sessions": 4}
    assert counts()[:7] == before
    assert come_in(cast, diary(), DIARY).added == 10


def test_what_somebody_worked_with_stays_when_moments_are_taken_back(cast: Any) -> None:
    result = come_in(cast, diary(), DIARY)
    changed, spoken, _ = Moment.objects.order_by("session__start")
    moments.say_more(changed.voices.get(), by=cast.ana, rating=2)
    seat = spoken.session.episode.participants.exclude(client=None).get()
    moments.add_client_voice(spoken, by=cast.ana, participant=seat, occasion="later", rating=1)
    noted = Session.objects.get(log_state="nothing")
    notes.write_record_note(noted.episode, by=cast.ana, session=noted, words="We began late.")
    undone = undo_batch(result.batch or "", by=cast.ana)
    assert (undone.removed, undone.kept, undone.clients_removed) == (1 + 1, 4, 0)
    noted.refresh_from_db()
    assert noted.log_state == "not_yet"
    assert set(Moment.objects.all()) == {changed, spoken}


def test_history_makes_no_suggestions_but_last_weeks_moments_do(cast: Any) -> None:
    for number, days in ((1, 400), (2, 7)):
        cast.session(number, start=NOON - timedelta(days=days))
    rows = [
        {"id": "M 01", "nr": number, "who": "client", "side": "therapist", "spoken": "planned"}
        for number in (1, 2)
    ]
    come_in(cast, rows_of_moments(*rows), MOMENTS)
    # The session's date is not in the file, so what it says of time is not known from it.
    assert Offer.objects.count() == 0
    dated = MOMENTS.replace('number = "nr"', 'number = "nr"\ndate = "kind"').replace(
        'kind = "kind"', 'kind = { is = "laughter" }'
    )
    day = clock.now().date() - timedelta(days=7)
    row = rows[1] | {"kind": day.isoformat()}
    assert come_in(cast, rows_of_moments(row), dated).refused == ()
    assert [offer.kind for offer in Offer.objects.all()] == ["speak_of_it"]


def test_nothing_is_kept_when_the_audit_line_cannot_be_written(
    cast: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = counts()

    def fail(*_: object) -> None:
        raise OSError("no room")

    monkeypatch.setattr(audit, "_write", fail)
    with pytest.raises(OSError, match="no room"):
        come_in(cast, diary(), DIARY)
    assert counts() == before


def test_two_tabs_that_bring_in_the_same_file_bring_it_in_once(
    cast: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The second tab weighed the file before the first one had published it."""
    usual = transfer_publish.publish

    def after_the_other(*arguments: Any, **options: Any) -> Any:
        monkeypatch.setattr(transfer, "publish", usual)
        come_in(cast, diary(), DIARY)
        return usual(*arguments, **options)

    monkeypatch.setattr(transfer, "publish", after_the_other)
    with pytest.raises(EditConflict):
        come_in(cast, diary(), DIARY)
    assert (Moment.objects.count(), ImportBatch.objects.count()) == (3, 1)


def test_a_kill_in_the_middle_leaves_nothing(cast: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """After sessions and moments were written, and before the voices are."""
    before = counts()

    def killed(*_: object, **__: object) -> None:
        raise OurFault("killed")

    monkeypatch.setattr(Expression.objects, "bulk_create", killed)
    with pytest.raises(OurFault):
        come_in(cast, diary(), DIARY)
    assert counts() == before


def test_scores_sessions_and_moments_of_one_table_come_in_together(cast: Any) -> None:
    told = (
        'client = "id"\n[[score]]\ninstrument = "gad-7"\nvalue = "gad"\nsession = "nr"\n'
        '[session]\nnumber = "nr"\nlength_min = 50\n[[moment]]\nwhen = "cried"\n'
        'who = { is = "client" }\n'
    )
    result = come_in(cast, "id,nr,gad,cried\nN 1,1,7,no\nN 1,2,9,yes\nN 1,3,,0\n", told)
    assert [count.added for count in result.counts.values()] == [2, 3, 1, 1]
    assert list(Session.objects.order_by("number").values_list("length_min", "log_state")) == [
        (50, "not_yet"), (50, "moments"), (50, "not_yet"),
    ]  # fmt: skip
    assert Answers.objects.filter(session__moments__isnull=False).count() == 1
    undone = undo_batch(result.batch or "", by=cast.ana)
    assert (undone.removed, undone.sessions_removed, undone.clients_removed) == (4, 3, 1)


def test_a_dry_run_of_moments_changes_nothing(cast: Any) -> None:
    before = counts()
    result = come_in(cast, diary(), DIARY, dry_run=True)
    assert (result.batch, result.added, result.is_dry_run) == (None, 10, True)
    assert counts() == before


def test_the_same_diary_as_a_parquet_file_is_the_same_diary(cast: Any, tmp_path: Path) -> None:
    come_in(cast, diary(), DIARY)
    (tmp_path / "diary.csv").write_text(diary(), encoding="utf-8")
    typed = duckdb.read_csv(str(tmp_path / "diary.csv"), sep=";", date_format="%d.%m.%Y")
    typed.write_parquet(str(tmp_path / "diary.parquet"))
    table = read_table_bytes((tmp_path / "diary.parquet").read_bytes())
    assert table.is_dated("date")
    result = bring_in(table, DIARY, by=cast.ana)
    assert (result.refused, result.added, result.unchanged) == ((), 0, 10)


def test_columns_that_the_map_does_not_use_are_listed(cast: Any) -> None:
    text = f"{DIARY_NAMES};room;mood\n{DIARY_ROWS[0]};2;good\n"
    result = come_in(cast, text, DIARY)
    assert result.unused_columns == ("room", "mood")
    assert [loss.what for loss in result.losses] == ["the column 'room'", "the column 'mood'"]
