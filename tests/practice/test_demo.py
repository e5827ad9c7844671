"""The demo tells one believable story and its counter-story, at any hour of any day."""

from __future__ import annotations

from datetime import UTC, datetime, time
from zoneinfo import ZoneInfo

import pytest

from lacrima.moments.words import EpisodeKind, Flow, Kind, LogState, Nature
from lacrima.practice import (
    moments,
    offers,
    own_care,
    pages,
    pages_supervision,
    people,
    sessions,
)
from lacrima.practice.demo import make_demo
from lacrima.practice.demo_calendar import USUAL_DAY, Calendar, local_zone
from lacrima.practice.own_care_page import own_care_page, today_lines
from lacrima.practice.pages_weighing import weighing_page
from lacrima.practice.voices import check_moment
from lacrima.records import clock
from lacrima.records.models import (
    Answers,
    Client,
    Contact,
    Episode,
    Member,
    Moment,
    Participant,
    Role,
    Session,
    Voice,
    Weighing,
)

SUNDAY_NIGHT = datetime(2026, 3, 8, 23, 55, tzinfo=UTC)
JUST_AFTER_MIDNIGHT = datetime(2026, 3, 10, 0, 5, tzinfo=UTC)
AFTERNOON = datetime(2026, 3, 10, 16, 40, tzinfo=UTC)
EARLY = datetime(2026, 3, 11, 6, 10, tzinfo=UTC)
HOURS = [SUNDAY_NIGHT, JUST_AFTER_MIDNIGHT, AFTERNOON, EARLY]


@pytest.fixture(autouse=True)
def in_utc(monkeypatch: pytest.MonkeyPatch) -> None:
    """This computer lives in UTC, whatever its clock says."""
    monkeypatch.setenv("TZ", "UTC")


def made_at(now: datetime) -> Member:
    """The demo as it is made at that moment."""
    with clock.held_at(now):
        return make_demo()


def sessions_of(code: str) -> list[Session]:
    """All sessions of one client, in order."""
    found = Session.objects.filter(episode__participants__client__code=code)
    return list(found.order_by("number"))


@pytest.mark.parametrize("now", HOURS)
def test_today_is_full_at_any_hour(db: None, now: datetime) -> None:
    ana = made_at(now)
    with clock.held_at(now):
        page = pages.today(ana, now=now)
        sessions.make_due(now=now)
        assert len(pages.today(ana, now=now).sessions) == 6
    assert len(page.sessions) == 6
    assert page.sessions[0].who == "Mia L."
    assert page.sessions[0].number == 13
    assert page.sessions[0].has_begun
    assert {line.start_local.date() for line in page.sessions if line.start_local} == {now.date()}


def test_the_risk_of_one_other_client_stands_on_today(db: None) -> None:
    ana = made_at(AFTERNOON)
    page = pages.today(ana, now=AFTERNOON)
    assert [risk.who for risk in page.risks] == ["S 11"]
    assert any(
        card.sentence == "Daniel K. would like to talk about session 4"
        and card.reason.startswith("No more than that was said. The session paused that day.")
        for card in page.cards
    )


def test_mias_course_is_the_one_of_the_story(db: None) -> None:
    made_at(AFTERNOON)
    found = Answers.objects.filter(client__code="Mia L.").order_by("session__number")
    phq = found.filter(instrument="phq-9").values_list("session__number", "total")
    told = [17, 16, 15, None, 14, 15, 12, 12, 13, 10, 9, 9]
    assert dict(phq) == {at: total for at, total in enumerate(told, 1) if total is not None}
    alliance = found.filter(instrument="alliance-check").values_list("session__number", "total")
    sketch = [6.9, 7.4, 7.6, None, 7.9, 7.2, 8.0, 8.2, 6.6, 7.9, 8.6, 8.7]
    for number, total in alliance:
        assert abs(float(total) - (sketch[number - 1] or 0)) <= 0.15
    assert len(alliance) == 11


def test_the_two_voices_of_session_nine_stand_side_by_side(db: None) -> None:
    made_at(AFTERNOON)
    moment = Moment.objects.get(session=sessions_of("Mia L.")[8])
    own = moment.voices.get(side="therapist")
    evening = moment.voices.get(occasion="same_evening")
    assert (own.noticed, own.burdened, own.flow) == ("unsure", "no", "went_on")
    assert own.first == evening.participant
    assert own.spoken_session == sessions_of("Mia L.")[9]
    assert (evening.rating, evening.items["understood"], evening.items["worried"]) == (2, 4, 3)
    assert evening.words == "Good. Then on the bus: is she all right, should I go easier?"
    assert moment.voices.get(occasion="second_thoughts").items["worried"] == 3
    assert moment.voices.get(occasion="later").items["worried"] == 0
    assert {one.shown for one in own.expressions.all()} == {2}
    assert any("burdened" in one.sentence for one in moments.differences(moment))


def test_daniel_said_that_he_would_like_to_talk_and_nothing_else(db: None) -> None:
    made_at(AFTERNOON)
    moment = Moment.objects.get(session=sessions_of("Daniel K.")[3])
    assert moment.voices.get(side="therapist").flow == Flow.PAUSED
    voice = moment.voices.get(side="client")
    assert (voice.rating, voice.items, voice.words, voice.noticed) == (None, {}, "", "")
    wrote = Contact.objects.get(participant=voice.participant)
    assert wrote.started_by == "client"
    assert "session 4" in wrote.words


def test_everybody_is_there(db: None) -> None:
    ana = made_at(AFTERNOON)
    assert ana.name == "Ana Ruiz"
    assert Member.objects.get(role=Role.SUPERVISOR).name == "Hanna Weiss"
    colleague = Member.objects.get(role=Role.COLLEAGUE)
    assert {line.episode_id for line in pages.client_list(colleague)} >= {
        Episode.objects.get(participants__client__code="Z 02").pk
    }
    others = Episode.objects.exclude(participants__client__code__in=["Mia L.", "Daniel K."])
    assert 20 <= others.count() <= 24
    assert Client.objects.filter(code__in=["Jo", "Sam"]).count() == 2


def test_every_kind_of_thing_happens_in_it(db: None) -> None:
    made_at(AFTERNOON)
    assert set(Moment.objects.values_list("nature", flat=True)) == set(Nature)
    assert set(Moment.objects.values_list("kind", flat=True)) == set(Kind)
    assert set(Flow) <= set(Voice.objects.values_list("flow", flat=True))
    assert set(Episode.objects.values_list("kind", flat=True)) == set(EpisodeKind)
    assert set(Session.objects.values_list("log_state", flat=True)) == set(LogState)
    assert {"co_therapist", "interpreter"} <= set(
        Participant.objects.values_list("role", flat=True)
    )
    assert Moment.objects.filter(started_by="client").exists()
    with clock.held_at(AFTERNOON):
        for moment in Moment.objects.all():
            check_moment(moment)


def test_everything_says_that_it_is_simulated(db: None) -> None:
    made_at(AFTERNOON)
    practice = people.the_practice()
    assert practice is not None
    assert practice.is_simulated
    assert set(Answers.objects.values_list("source", flat=True)) == {"simulated"}
    assert set(Voice.objects.values_list("is_simulated", flat=True)) == {True}


def test_ana_wrote_in_my_care_and_only_she_can_look(db: None) -> None:
    ana = made_at(AFTERNOON)
    with clock.held_at(AFTERNOON):
        seen = own_care_page(ana, now=AFTERNOON)
        told = [one.sentence for one in seen.patterns if not one.is_early]
        assert "Your own life came up in two of your last five moments." in told
        assert seen.proqol.has_trend
        assert seen.tears.own
        assert [one.what for one in seen.standing] == ["rest"]
        assert today_lines(ana, AFTERNOON.date()) == ()
        hanna = Member.objects.get(role=Role.SUPERVISOR)
        assert own_care_page(hanna, now=AFTERNOON).count == 0
    of_mia = sessions_of("Mia L.")[8].pk
    assert any(one.entry.session == of_mia for one in own_care.entries(ana))


def test_nothing_lies_in_the_future_but_todays_sessions(db: None) -> None:
    made_at(AFTERNOON)
    ahead = Session.objects.filter(start__gt=AFTERNOON)
    assert all(session.start and session.start.date() == AFTERNOON.date() for session in ahead)
    assert not Answers.objects.filter(given_at__gt=AFTERNOON).exists()
    assert not Voice.objects.filter(given_at__gt=AFTERNOON).exists()


def test_the_days_appointments_stay_within_the_day_and_apart() -> None:
    zone = ZoneInfo("UTC")
    for minutes in range(0, 24 * 60, 5):
        now = datetime(2026, 3, 10, minutes // 60, minutes % 60, tzinfo=UTC)
        times = Calendar(now, zone).appointments()
        assert list(times) == sorted(set(times))
        assert times[0] <= now.time()
    evening = Calendar(datetime(2026, 3, 10, 20, tzinfo=UTC), zone)
    assert evening.appointments() == USUAL_DAY
    assert evening.appointments()[0] == time(9)


def test_this_computers_zone_has_a_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TZ", "Europe/Madrid")
    assert local_zone(AFTERNOON) == "Europe/Madrid"
    monkeypatch.delenv("TZ")
    assert ZoneInfo(local_zone(AFTERNOON))


def test_hanna_was_shown_one_moment_and_asked_one_thing(db: None) -> None:
    ana = made_at(AFTERNOON)
    hanna = next(one for one in people.members() if one.role == Role.SUPERVISOR)
    with clock.held_at(AFTERNOON):
        [[purpose, [line]]] = pages_supervision.supervision_page(hanna).shown_to_you
        page = pages_supervision.share_page(hanna, line.id)
        own = pages_supervision.supervision_page(ana)
    assert (purpose, page.from_whom, page.is_open) == ("for learning", "Ana Ruiz", True)
    assert [note.kind for note in page.notes] == ["question"]
    assert page.shown is not None
    assert len(page.shown.parts) == 5
    assert "bus" not in page.shown.to_text(), "Mia's own words stay"
    assert [one.id for one in own.shared] == [line.id]
    assert own.totals.meetings == 3


def test_ana_has_weighed_session_nine_for_herself_alone(db: None) -> None:
    ana = made_at(AFTERNOON)
    row = Weighing.objects.get()
    assert row.moment is not None
    assert (row.member, row.recorded_at, row.moment.session.number) == (ana, None, 9)
    assert row.expires_on is not None
    assert row.expires_on > AFTERNOON.date()
    said = [one for _title, one in weighing_page(ana, row.pk).answered]
    assert len(said) == 9
    assert {one.partition(":")[0] for one in said} == {"speaks for", "speaks against", "unsure"}


def test_the_demo_suggests_what_the_rules_suggest(db: None) -> None:
    ana = made_at(AFTERNOON)
    with clock.held_at(AFTERNOON):
        kinds = set(offers.open_offers(ana, now=AFTERNOON).values_list("kind", flat=True))
    assert {"client_would_talk", "speak_of_it", "repair", "supervision"} <= kinds
