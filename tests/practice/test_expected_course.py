"""The expected course on a client's page: drawn where enough is known, and said in words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from lacrima.errors import BadInput
from lacrima.practice import (
    answers,
    care,
    named_expectations,
    pages,
    second_looks,
    sessions,
    usual_alliance,
)
from lacrima.practice.expected_course import caseload_of, fit_anew, forget
from lacrima.practice.scored import Scored
from lacrima.records.inserting import insert
from lacrima.records.models import (
    Answers,
    Client,
    Episode,
    Member,
    NamedExpectation,
    Practice,
    Session,
)
from lacrima.web.views.course_picture import figures_of, latest
from tests.stats.test_course import simulated
from tests.support.cast import NOON, Cast
from tests.support.expectations import expectation


@pytest.fixture(autouse=True)
def _nothing_kept() -> None:
    forget()
    usual_alliance.forget()


def comes(by: Member, code: str, totals: Sequence[float | None]) -> Episode:
    """A client with one PHQ-9 total a session, a week apart."""
    episode = care.start_episode(by=by, kind="individual", clients=[care.NewClient(code=code)])
    client = Client.objects.get(code=code)
    for number, total in enumerate(totals, start=1):
        start = NOON - timedelta(days=7 * (len(totals) - number), hours=1)
        session = sessions.add_session(episode, by=by, number=number, start=start)
        if total is not None:
            give(client, episode, session, total)
    return episode


def give(
    client: Client, episode: Episode, session: Session, total: float, *, slug: str = "phq-9"
) -> None:
    row = Answers(client=client, episode=episode, session=session, instrument=slug)
    row.instrument_version, row.total = "1", Decimal(int(total))
    insert(row)


def a_caseload(by: Member, people: int, *, mean: int = 6) -> None:
    person, _time, score = simulated(1, people, mean=mean)
    for who in range(people):
        comes(by, f"C{who:02}", score[person == who].tolist())


def series_of(by: Member, episode: Episode):
    return pages.client_page(by, episode.pk).course.series[0]


def test_with_few_clients_it_is_too_early_and_that_is_said(cast: Cast) -> None:
    a_caseload(cast.ana, 3)
    episode = comes(cast.ana, "Mia", [17, 16, 15])
    page = pages.client_page(cast.ana, episode.pk)
    assert not any(page.course.series[0].expected)
    said = pages.changes_of(page.course)[0].expected
    assert len(said) == 1
    assert "30 clients" in said[0]
    assert "4 have three" in said[0]


def test_with_enough_clients_the_band_is_drawn_from_the_first_score_on(
    cast: Cast,
) -> None:
    a_caseload(cast.ana, 32)
    episode = comes(cast.ana, "Mia", [None, 17, 16, None, 15, 24])
    page = pages.client_page(cast.ana, episode.pk)
    expected = page.course.series[0].expected
    assert expected[0] is None
    assert all(band is not None for band in expected[1:])
    changes = pages.changes_of(page.course)
    assert "worse than 9 in 10 were expected" in changes[0].expected[0]
    assert any("if therapy goes on" in words for words in changes[0].expected)
    assert any("change late" in words for words in changes[0].expected)
    figure = figures_of(latest(page.course), sentence="x", changes=changes)[0]
    for drawn in (figure.wide, figure.narrow):
        assert 'class="band"' in drawn
    assert "it is no aim" in figure.caption
    assert "Expected, 8 in 10" in figure.table.head
    assert figure.table.rows[0][-1] == "not drawn"
    for word in ("should", "failed", "ought"):
        assert word not in " ".join(changes[0].expected).lower()


def test_her_own_later_scores_do_not_move_her_band(cast: Cast) -> None:
    a_caseload(cast.ana, 32)
    episode = comes(cast.ana, "Mia", [17, 16, 15])
    before = series_of(cast.ana, episode).expected
    client = Client.objects.get(code="Mia")
    session = sessions.add_session(episode, by=cast.ana, number=4, start=NOON - timedelta(hours=1))
    give(client, episode, session, 27)
    after = series_of(cast.ana, episode).expected
    assert after[:3] == before


def test_it_is_fitted_anew_when_answers_come_or_go(cast: Cast) -> None:
    a_caseload(cast.ana, 32)
    what = Scored("phq-9", Decimal(0), Decimal(27), higher_is_better=False)
    practice = Practice.objects.get().pk
    first = caseload_of(practice, what)
    assert caseload_of(practice, what) is first
    assert fit_anew(practice, what) is first
    Episode.objects.filter(participants__client__code="C05").first().answers.all().delete()
    second = caseload_of(practice, what)
    assert second is not first
    assert len(second.number) == 31
    forget()
    assert caseload_of(practice, what) is not second


def test_it_costs_one_small_question_a_questionnaire(cast: Cast) -> None:
    a_caseload(cast.ana, 32)
    episode = comes(cast.ana, "Mia", [17, 16, 15])
    pages.client_page(cast.ana, episode.pk)
    with CaptureQueriesContext(connection) as asked:
        pages.client_page(cast.ana, episode.pk)
    of_answers = [one["sql"] for one in asked if "MAX" in one["sql"]]
    assert len(of_answers) == 1


def test_with_few_clients_the_expectation_of_somebody_else_stands_in_by_its_name(
    cast: Cast,
) -> None:
    named_expectations.take_in(expectation(until=3), by=cast.ana)
    a_caseload(cast.ana, 3)
    episode = comes(cast.ana, "Mia", [None, 17, 16, None, 15, 24])
    page = pages.client_page(cast.ana, episode.pk)
    expected = page.course.series[0].expected
    assert [band is not None for band in expected] == [False, True, True, True, True, False]
    changes = pages.changes_of(page.course)
    said = " ".join(changes[0].expected)
    assert "expectation of Network north, from 412 clients there" in said
    assert "Here 4 clients have three scores" in said
    assert "if therapy goes on" in said
    figure = figures_of(latest(page.course), sentence="x", changes=changes)[0]
    assert "expected by Network north, not by this practice" in figure.caption
    assert "clients of this practice" not in figure.caption


def test_as_soon_as_there_is_enough_the_practices_own_takes_its_place(cast: Cast) -> None:
    a_caseload(cast.ana, 32)
    episode = comes(cast.ana, "Mia", [17, 16, 15])
    own = series_of(cast.ana, episode).expected
    named_expectations.take_in(expectation(), by=cast.ana)
    series = series_of(cast.ana, episode)
    assert (series.expected, series.expected_of) == (own, "")


def test_no_second_look_is_offered_by_the_expectation_of_somebody_else(cast: Cast) -> None:
    named_expectations.take_in(expectation(), by=cast.ana)
    comes(cast.ana, "Mia", [10, 25, 26, 27])
    second_looks.refresh(now=NOON)
    assert not second_looks.looks_for(cast.ana, now=NOON)


def test_another_file_for_the_same_questionnaire_takes_its_place(cast: Cast) -> None:
    named_expectations.take_in(expectation(), by=cast.ana)
    named_expectations.take_in(expectation(name="Network south"), by=cast.ana)
    (kept,) = named_expectations.kept()
    assert (kept.row.name, kept.questionnaire, kept.row.version) == ("Network south", "PHQ-9", 2)
    named_expectations.remove_expectation(kept.row.pk, by=cast.ana)
    assert named_expectations.kept() == []


def test_a_score_of_ones_own_is_found_by_its_short_name(cast: Cast) -> None:
    sleep = expectation(instrument="sleep", maximum=9)
    with pytest.raises(BadInput, match="not known here"):
        named_expectations.take_in(sleep, by=cast.ana)
    answers.define_plain_score(by=cast.ana, slug="sleep", name="Sleep", minimum=0, maximum=9)
    named_expectations.take_in(sleep, by=cast.ana)
    (kept,) = named_expectations.kept()
    assert (kept.row.measure, kept.questionnaire) == ("own.sleep", "Sleep")
    what = Scored("sleep", Decimal(0), Decimal(9), higher_is_better=False, is_own=True)
    assert named_expectations.named_for(what) is not None
    assert named_expectations.named_for(replace(what, high=Decimal(12))) is None


@pytest.mark.parametrize(
    "change",
    [
        {"instrument": "sesame"},
        {"instrument": "who-5"},
        {"maximum": 63},
        {"higher_is_better": True},
        {"time": "weeks"},
        {"clients": 12},
    ],
)
def test_what_does_not_agree_is_not_kept(cast: Cast, change: dict[str, object]) -> None:
    with pytest.raises(BadInput):
        named_expectations.take_in(expectation(**change), by=cast.ana)
    assert named_expectations.kept() == []


def test_what_came_with_a_whole_practice_and_cannot_be_read_is_not_used(cast: Cast) -> None:
    insert(NamedExpectation(measure="phq-9", name="Network north", content="{}"))
    episode = comes(cast.ana, "Mia", [17, 16, 15])
    assert not any(series_of(cast.ana, episode).expected)
    assert [one.course for one in named_expectations.kept()] == [None]
