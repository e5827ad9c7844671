"""What people see: whole, in words, and with few queries however much there is."""

from __future__ import annotations

from datetime import date, time, timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from lacrima.errors import NotFound
from lacrima.instruments.catalogue import shipped
from lacrima.practice import answers, care, moments, pages, people, sessions
from lacrima.practice.pages_course import CourseSeries, sentence_of
from lacrima.records.models import Practice, Session
from tests.support.cast import NOON
from tests.support.things import WITHOUT_RISK, WORDS, everything

MIA_PHQ_9 = [17, 16, 15, None, 14, 15, 12, 12, 13, 10, 9, 9]  # the demo's story


def _items(total: int) -> dict[str, int]:
    """Items that make this total, none of them the ninth."""
    full, rest = divmod(total, 3)
    values = [3] * full + [rest]
    return WITHOUT_RISK | {
        f"phq9_{number}": values[number - 1] if number <= len(values) else 0
        for number in range(1, 9)
    }


@pytest.fixture
def course(cast):
    """Mia's twelve sessions with her PHQ-9, one form missing."""
    for number, total in enumerate(MIA_PHQ_9, start=1):
        session = cast.session(number, start=NOON - timedelta(days=7 * (12 - number), hours=1))
        if total is not None:
            answers.record_answers(
                cast.mia,
                cast.care_of_mia,
                by=cast.ana,
                instrument="phq-9",
                items=_items(total),
                session=session,
            )
    return pages.client_page(cast.ana, cast.mia.pk)


# --- the course


def test_a_session_to_come_is_no_gap_until_it_was_answered(cast, course):
    later = cast.session(13, start=NOON + timedelta(hours=2))
    assert 13 not in pages.client_page(cast.ana, cast.mia.pk).course.steps
    answers.record_answers(
        cast.mia,
        cast.care_of_mia,
        by=cast.ana,
        instrument="phq-9",
        items=_items(8),
        session=later,
    )
    assert pages.client_page(cast.ana, cast.mia.pk).course.steps[-1] == 13


def test_a_gap_is_a_gap_and_a_score_stands_at_its_session(course):
    (series,) = course.course.series
    told = [None if value is None else int(value) for value in series.values]
    assert told == MIA_PHQ_9
    assert course.course.steps == tuple(range(1, 13))
    assert (series.cut_off, series.reliable_change) == (10, 6)
    assert course.course.rows()[3] == (4, date(2026, 1, 13), [""])


def test_the_sentence_says_what_chance_would_not_explain(course):
    assert course.sentences == (
        "PHQ-9 went from 17 to 9: better by more than chance would explain, and across the "
        "cut-off (recovered).",
    )


def test_a_cancelled_session_is_no_gap(cast, course):
    fourth = next(line for line in course.sessions if line.number == 4)
    sessions.cancel_session(Session.objects.get(pk=fourth.id), by=cast.ana)
    again = pages.client_page(cast.ana, cast.care_of_mia.pk)
    assert 4 not in again.course.steps


def _series(values: list[int | str | None], *, alliance: bool = False, change: int | None = 6):
    return CourseSeries(
        slug="x",
        name="PHQ-9",
        client_id=None,
        who="M 01",
        values=tuple(None if one is None else Decimal(one) for one in values),
        low=Decimal(0),
        high=Decimal(10 if alliance else 27),
        higher_is_better=alliance,
        is_alliance=alliance,
        reliable_change=None if change is None else Decimal(change),
    )


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ([], ": too early to tell."),
        ([17, None], ": too early to tell."),
        ([17, 11], " went from 17 to 11: better by more than chance would explain (improved)."),
        ([17, 12], " went from 17 to 12: no more than chance could explain (unchanged)."),
        ([9, 15], " went from 9 to 15: worse by more than chance would explain (deteriorated)."),
        ([9, 12, 9], " was 9 at first, and is 9 now."),
    ],
)
def test_scores_in_words(values, said):
    assert sentence_of(_series(values)) == f"PHQ-9{said}"


def test_without_a_norm_the_scores_are_told_and_that_no_change_can_be_judged():
    said = "PHQ-9 went from 33.5 to 20. No norm for change is known, so change cannot be judged."
    assert sentence_of(_series(["33.5", 20], change=None)) == said


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ([8, 8], "The alliance: too early to tell."),
        ([8, "8.7", 8, "8.3"], "The alliance has stayed where it was."),
        ([8, "8.7", 6, 8, "8.7"], "The alliance was lower for a while and has come back."),
        ([8, 8, 8, 6], "The alliance was lower in the last session than in most before."),
        ([10, 10, 10], "The alliance has stayed at the top of its scale."),
        ([5, 6, 5, 8], "The alliance was higher in the last session than in most before."),
    ],
)
def test_the_alliance_in_words(values, said):
    assert sentence_of(_series(values, alliance=True)) == said


def test_scores_without_sessions_stand_on_their_own_axis(cast):
    for number, total in ((1, 20), (3, 12)):
        answers.record_answers(
            cast.mia,
            cast.care_of_mia,
            by=cast.ana,
            instrument="phq-9",
            items=_items(total),
            assessment=number,
        )
    page = pages.client_page(cast.ana, cast.mia.pk)
    assert (page.course.axis, page.course.steps) == ("assessment", (1, 3))


def test_scores_that_have_only_a_time_stand_in_the_order_of_time(cast):
    answers.define_plain_score(by=cast.ana, slug="sleep", name="Sleep", minimum=0, maximum=10)
    for days, total in ((10, 4), (20, 3)):
        answers.record_answers(
            cast.mia,
            cast.care_of_mia,
            by=cast.ana,
            instrument="sleep",
            total=total,
            given_at=NOON - timedelta(days=days),
        )
    course = pages.client_page(cast.ana, cast.mia.pk).course
    assert course.axis == "time"
    assert course.series[0].values == (Decimal(3), Decimal(4))
    assert course.dates == (date(2026, 2, 18), date(2026, 2, 28))


def test_each_of_a_couple_has_a_course_of_their_own(cast):
    episode = care.start_episode(
        by=cast.ana, kind="couple", clients=[care.NewClient("J 01"), care.NewClient("S 01")]
    )
    session = sessions.add_session(episode, by=cast.ana, start=NOON)
    for person in episode.participants.filter(client__isnull=False):
        answers.record_answers(
            person.client,
            episode,
            by=cast.ana,
            instrument="phq-9",
            items=_items(9),
            session=session,
        )
    page = pages.client_page(cast.ana, episode.pk)
    assert page.who == "J 01 and S 01"
    assert {series.who for series in page.course.series} == {"J 01", "S 01"}
    assert page.sentences[0].startswith("J 01’s ")


# --- moments on the chart


@pytest.mark.parametrize(
    ("fields", "therapist", "client", "paused"),
    [
        ({"who": "both", "shown": 2}, "tears", "tears", False),
        ({"who": "client", "shown": 1}, None, "moist", False),
        ({"who": "client", "shown": 3, "flow": "paused"}, None, "sobbing", True),
        (
            {"who": "therapist", "held_back": "wholly", "nature": "held_back"},
            "held-back",
            None,
            False,
        ),
        ({"who": "client", "shown": 2, "kind": "anger"}, None, "clear", False),
        ({"who": "client", "nature": "missed"}, None, "nothing", False),
    ],
)
def test_a_moment_is_drawn_as_it_was(cast, fields, therapist, client, paused):
    moments.log_moment(cast.session(1), by=cast.ana, **fields)
    (mark,) = pages.client_page(cast.ana, cast.mia.pk).course.moments
    assert (mark.session, mark.therapist, mark.client) == (1, therapist, client)
    assert mark.is_paused is paused


def test_a_moment_in_one_line(cast):
    moments.log_moment(
        cast.session(1),
        by=cast.ana,
        who="both",
        shown=2,
        first="client",
        flow="went_on",
        about=["goodbye"],
    )
    (line,) = pages.client_page(cast.ana, cast.mia.pk).moments
    assert line.words == "both, M 01 first, tears fell, it went on, about a goodbye"


# --- Today


def test_before_anybody_comes_today_is_empty(cast):
    assert pages.today(cast.stella, now=NOON).is_empty
    assert not pages.today(cast.ana, now=NOON).is_empty


def test_today_shows_the_local_day_with_what_could_be_done(cast):
    care.add_slot(
        cast.care_of_mia, by=cast.ana, weekday=1, local_time=time(9), from_on=date(2026, 2, 24)
    )
    evening = cast.session(1, start=NOON + timedelta(hours=6))
    sessions.make_due(now=NOON)
    page = pages.today(cast.ana, now=NOON)
    assert [line.next_step for line in page.sessions] == ["log", "wait"]
    assert page.sessions[1].id == evening.pk
    assert [line.start_local.date() for line in page.earlier] == [
        date(2026, 3, 3),
        date(2026, 2, 24),
    ]
    assert page.earlier_count == 2
    assert [line.next_step for line in page.could_be_nothing] == ["log"]


def test_what_was_looked_back_on_has_no_next_step(cast):
    session = cast.session(1, start=NOON - timedelta(hours=2))
    sessions.nothing_stood_out([session], by=cast.ana)
    (line,) = pages.today(cast.ana, now=NOON).sessions
    assert (line.next_step, line.log_state_label) == ("", "nothing stood out")


def test_there_are_at_most_three_cards_and_any_number_of_risks(cast):
    for number in range(1, 6):
        session = cast.session(number)
        moments.log_moment(session, by=cast.ana, who="client", spoken_of="planned")
        answers.record_answers(
            cast.mia,
            cast.care_of_mia,
            by=cast.ana,
            instrument="phq-9",
            items=WITHOUT_RISK | {"phq9_9": 2},
            session=session,
        )
    page = pages.today(cast.ana, now=NOON)
    assert len(page.cards) == 3
    assert len(page.risks) == 5


@pytest.mark.parametrize(
    ("ago", "said", "is_recent"),
    [
        (timedelta(hours=4), "Last backup today at 09:00.", True),
        (timedelta(hours=24), "Last backup yesterday at 13:00.", True),
        (timedelta(days=3), "Last backup 3 days ago.", False),
        (timedelta(days=20), "Last backup on 18 February 2026.", False),
    ],
)
def test_the_last_backup_in_words(cast, ago, said, is_recent):
    Practice.objects.update(last_backup_at=NOON - ago)
    page = pages.today(cast.ana, now=NOON)
    assert (page.last_backup, page.is_backup_recent) == (said, is_recent)
    assert any(card.kind == "backup" for card in page.cards) is not is_recent


def test_names_are_shown_only_where_the_practice_chose_so(things):
    assert pages.client_list(things.cast.ana)[0].who == "M 01"
    people.change_practice(by=things.cast.ana, shows_names=True)
    assert pages.client_list(things.cast.ana)[0].who == "Mia L."
    assert pages.session_page(things.cast.ana, things.session.pk).who == "Mia L."


# --- the other pages


def test_the_list_tells_the_last_score_the_next_session_and_what_is_not_logged(things):
    (line,) = pages.client_list(things.cast.ana)
    assert line.last_score == "PHQ-9 9 of 27, mild"
    assert line.next_session_local.date() == date(2026, 3, 17)
    assert (line.sessions, line.not_logged, line.open_risks) == (2, 1, 1)


def test_the_list_tells_how_somebody_is_and_the_alliance_only_without_that(cast):
    def of(session, instrument, **said):
        answers.record_answers(
            cast.mia, cast.care_of_mia, by=cast.ana, instrument=instrument, session=session, **said
        )

    def told():
        (line,) = pages.client_list(cast.ana)
        return line.last_score

    first, second = cast.session(1), cast.session(2)
    ids = [item.id for item in shipped()["alliance-check"].items]
    of(second, "alliance-check", items=dict.fromkeys(ids, 9))
    assert told() == "Alliance check 9 of 10"
    answers.define_plain_score(by=cast.ana, slug="rest", name="Rest", minimum=20, maximum=80)
    of(first, "rest", total=33)
    assert told() == "Rest 33 (20 to 80)"
    of(second, "phq-9", items=_items(12))
    assert told() == "PHQ-9 12 of 27, moderate"


def test_the_score_of_one_does_not_speak_for_a_couple(cast):
    episode = care.start_episode(
        by=cast.ana, kind="couple", clients=[care.NewClient("J 01"), care.NewClient("S 01")]
    )
    client = episode.participants.get(client__code="S 01").client
    answers.record_answers(
        client, episode, by=cast.ana, instrument="phq-9", items=_items(4), assessment=1
    )
    line = next(one for one in pages.client_list(cast.ana) if one.kind == "couple")
    assert line.last_score == ""


def test_a_session_page_holds_everything_of_that_session(things):
    care.write_record_note(
        things.cast.care_of_mia, by=things.cast.ana, words=WORDS, session=things.session
    )
    page = pages.session_page(things.cast.ana, things.session.pk)
    assert (len(page.moments), len(page.answers), len(page.risks)) == (1, 1, 1)
    assert [note.words for note in page.record_notes] == [WORDS]
    assert [person.name for person in page.present] == ["you", "M 01"]
    assert (page.previous_id, page.next_id) == (None, things.quiet.pk)


def test_the_voices_of_a_moment_stand_side_by_side_yours_first(things):
    page = pages.moment_page(things.cast.ana, things.moment.pk)
    assert [(group.side, group.speaker) for group in page.groups] == [
        ("therapist", "you"),
        ("client", "M 01"),
    ]
    assert page.own_voice.text == WORDS
    assert page.clients_not_heard == ()
    assert [offer.sentence for offer in page.offers] == ["You planned to speak of it."]


@pytest.mark.parametrize("who", ["berta", "hanna", "stella"])
def test_foreign_pages_are_not_found_and_lists_are_empty(things, who):
    by = getattr(things.cast, who)
    for look in (
        lambda: pages.client_page(by, things.cast.mia.pk),
        lambda: pages.client_page(by, things.cast.care_of_mia.pk),
        lambda: pages.session_page(by, things.session.pk),
        lambda: pages.moment_page(by, things.moment.pk),
    ):
        with pytest.raises(NotFound):
            look()
    assert "M 01" not in [line.who for line in pages.client_list(by)]


# --- few queries, however much there is


def _queries(look) -> int:
    with CaptureQueriesContext(connection) as captured:
        look()
    return len(captured)


def test_the_number_of_queries_does_not_grow_with_what_is_kept(cast):
    small = everything(cast)
    looks = {
        "today": lambda: pages.today(cast.ana, now=NOON),
        "client": lambda: pages.client_page(cast.ana, cast.mia.pk),
        "list": lambda: pages.client_list(cast.ana),
        "session": lambda: pages.session_page(cast.ana, small.session.pk),
        "moment": lambda: pages.moment_page(cast.ana, small.moment.pk),
    }
    before = {name: _queries(look) for name, look in looks.items()}
    _much_more(cast, small)
    after = {name: _queries(look) for name, look in looks.items()}
    assert all(after[name] <= before[name] + 2 for name in looks), (before, after)
    assert max(after.values()) <= 26, after


def _much_more(cast, small) -> None:
    for number in range(3, 12):
        session = cast.session(number, start=NOON - timedelta(hours=number))
        for _ in range(2):
            moment = moments.log_moment(session, by=cast.ana, who="both", spoken_of="planned")
            moments.add_client_voice(
                moment, by=cast.ana, participant=small.mia_here, occasion="later", burdened="yes"
            )
        answers.record_answers(
            cast.mia,
            cast.care_of_mia,
            by=cast.ana,
            instrument="phq-9",
            items=WITHOUT_RISK | {"phq9_9": 1},
            session=session,
        )
    for code in ("A 1", "A 2", "A 3"):
        new = care.start_episode(by=cast.ana, clients=[care.NewClient(code)])
        sessions.add_session(new, by=cast.ana, start=NOON)
    moments.add_client_voice(
        small.moment, by=cast.ana, participant=small.mia_here, occasion="later", rating=1
    )
