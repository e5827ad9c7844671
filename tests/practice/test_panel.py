"""The panel and the answer, from what a practice has kept; on both databases."""

from __future__ import annotations

import io
import zipfile
from datetime import date, timedelta

import pytest

from lacrima.analyses.after_model import Exposure
from lacrima.analyses.after_states import State
from lacrima.errors import NotAllowed, NotFound, UsageError
from lacrima.practice import answers, came_after, export_panel, moments, panel, sessions
from lacrima.practice.pages_after import after_page
from lacrima.practice.pages_after_client import own_page
from lacrima.records.models import AuditLine, Session
from lacrima.vault.process import VAULT
from tests.support.cast import NOON, Cast
from tests.support.still_clock import StillClock

WEEKS = 12


def items(total: int) -> dict[str, int]:
    full, rest = divmod(total, 3)
    values = ([3] * full + [rest] + [0] * 9)[:9]
    return {f"phq9_{number}": value for number, value in enumerate(values, start=1)}


@pytest.fixture
def course(cast: Cast) -> list[Session]:
    """Twelve weekly sessions of Mia's before the look; tears in 3, 6 and 9, 5 not logged."""
    made = []
    for number in range(1, WEEKS + 1):
        start = NOON - timedelta(days=7 * (WEEKS - number) + 45)
        row = sessions.add_session(cast.care_of_mia, by=cast.ana, number=number, start=start)
        answers.record_answers(
            cast.mia, cast.care_of_mia, by=cast.ana, instrument="phq-9",
            items=items(20 - number), session=row,
        )  # fmt: skip
        who = {3: "client", 6: "therapist", 9: "both"}.get(number)
        if who:
            moments.log_moment(row, by=cast.ana, who=who, shown=2)
        elif number != 5:
            sessions.nothing_stood_out([row], by=cast.ana)
        made.append(row)
    return made


def rows_of(cast: Cast) -> tuple[panel.PanelRow, ...]:
    outcome = panel.outcomes(cast.ana)[0]
    return panel.panel(panel.read(cast.ana), outcome, until=NOON)


def test_each_session_is_one_row_as_it_was_logged(cast: Cast, course: list[Session]) -> None:
    found = rows_of(cast)
    assert [row.session for row in found] == list(range(1, WEEKS + 1))
    assert [(row.csh, row.shed) for row in found if row.csh or row.shed] == [(1, 0), (0, 1), (1, 1)]
    assert found[4].why == "not logged"
    assert (found[2].score, found[2].next_score, found[2].days) == (17.0, 16.0, 7.0)
    assert found[2].overlap == 0.5


def test_a_person_in_the_panel_is_no_name_and_no_code(cast: Cast, course: list[Session]) -> None:
    who = {row.client for row in rows_of(cast)}
    assert len(who) == 1
    assert "M 01" not in str(who)


def test_only_her_own_courses_of_care_are_in_it(cast: Cast, course: list[Session]) -> None:
    assert panel.outcomes(cast.berta) == ()
    assert panel.read(cast.berta).sessions == {}
    with pytest.raises(NotAllowed):
        panel.read(cast.hanna)


def test_it_is_looked_at_on_set_days(cast: Cast, course: list[Session]) -> None:
    asked = came_after.asked(cast.ana, "shed")
    assert asked is not None
    found = came_after.answer(cast.ana, asked)
    assert (found.looked.on, found.looked.next_on) == (date(2026, 2, 1), date(2026, 5, 1))
    assert (found.state, found.sessions) == (State.TOO_EARLY, 2)


def test_what_came_since_the_look_waits_for_the_next(
    cast: Cast, course: list[Session], still_clock: StillClock
) -> None:
    late = sessions.add_session(cast.care_of_mia, by=cast.ana, number=13, start=NOON)
    moments.log_moment(late, by=cast.ana, who="therapist", shown=2)
    asked = came_after.asked(cast.ana, "shed")
    assert asked is not None
    assert came_after.answer(cast.ana, asked).sessions == 2
    listed = own_page(cast.ana, cast.care_of_mia.pk, exposure="shed").parts[0][3]
    assert [one.number for one in listed] == [6, 9, 13]
    assert listed[-1].why != ""


def test_a_change_of_the_record_changes_the_answer(cast: Cast, course: list[Session]) -> None:
    asked = came_after.asked(cast.ana, "client-shed")
    assert asked is not None
    before = came_after.answer(cast.ana, asked)
    assert came_after.answer(cast.ana, asked) is before
    moments.log_moment(course[1], by=cast.ana, who="client", shown=3)
    assert came_after.answer(cast.ana, asked).sessions == before.sessions + 1


def test_nothing_of_it_stays_in_memory_when_the_practice_is_locked(
    cast: Cast, course: list[Session]
) -> None:
    after_page(cast.ana)
    assert came_after._kept
    assert came_after._forget in VAULT._callbacks
    came_after._forget()
    assert not came_after._kept


def test_whose_moments_and_which_measure_is_refused_where_there_is_none(cast: Cast) -> None:
    with pytest.raises(UsageError):
        came_after.asked(cast.ana, "laughter")
    with pytest.raises(UsageError):
        came_after.asked(cast.ana, "shed", "alliance-check")
    assert came_after.asked(cast.ana) is None
    assert after_page(cast.ana).sentences[0].startswith("Too early to tell")


def test_somebody_else_s_client_is_not_there(cast: Cast, course: list[Session]) -> None:
    with pytest.raises(NotFound):
        own_page(cast.berta, cast.care_of_mia.pk)


def test_only_the_two_declared_pairs_are_primary(cast: Cast, course: list[Session]) -> None:
    for exposure in Exposure:
        asked = came_after.asked(cast.ana, exposure)
        assert asked is not None
        assert asked.is_primary == (exposure in {Exposure.SHED, Exposure.CLIENT_SHED})
        other = came_after.asked(cast.ana, exposure, "gad-7")
        assert other is not None
        assert not other.is_primary


def test_the_panel_leaves_without_names_long_and_wide(cast: Cast, course: list[Session]) -> None:
    made = export_panel.export_panel(by=cast.ana)
    with zipfile.ZipFile(io.BytesIO(made.data)) as archive:
        names = archive.namelist()
        tables = {name.split("/")[-1]: archive.read(name).decode() for name in names}
        everything = b"".join(archive.read(name) for name in names)
    long, wide = tables["panel.csv"], tables["wide.csv"]
    assert len(long.strip().splitlines()) == WEEKS + 1
    assert len(wide.strip().splitlines()) == 2
    assert "score_12" in wide.splitlines()[0]
    for secret in ("M 01", "Mia", cast.mia.pk.hex, cast.care_of_mia.pk.hex, "Ana"):
        assert secret.encode() not in everything
    line = AuditLine.objects.order_by("-sequence").first()
    assert line is not None
    assert (line.action, line.details["layout"]) == ("rows.exported", "panel")


def test_the_verb_s_keys_name_nobody(cast: Cast, course: list[Session]) -> None:
    result, text = came_after.as_json(cast.ana, episode=str(cast.care_of_mia.pk))
    assert result["of"] == "client"
    assert result["state"] == "described"
    assert not any(secret in str(result) + text for secret in ("M 01", "Mia", "Ana"))
