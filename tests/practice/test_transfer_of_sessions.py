"""A list of sessions alone: what can be said of each, and how a session is known again."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from lacrima.practice import sessions
from lacrima.practice.transfer import undo_batch
from lacrima.records.models import Session
from tests.support.diaries import SESSION_NAMES, SESSIONS, come_in, counts, problems


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
