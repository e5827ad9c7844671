"""What a client releases becomes a voice; what is taken back leaves nothing of it behind."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lacrima.errors import OnHold
from lacrima.practice import care, door_own, holding, moments, pages
from lacrima.practice.door_content import content_of
from lacrima.practice.door_visits import Release
from lacrima.records.models import Client, DoorAnswer, Expression, Moment, Offer, Session, Voice
from tests.support import doors, keepers
from tests.support.cast import NOON, Cast

FEW = settings(
    max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None
)
READ = (Release.OPEN, Release.TALK)
CHANGEABLE = [one for one in Release if one is not Release.KEEPER]


def heard() -> list[Any]:
    """All that a therapist can read of the client's moments, without ids and times."""
    rows = Voice.objects.filter(side="client").order_by("occasion", "given_at")
    return [
        (
            voice.occasion, voice.rating, voice.items, voice.seemed, voice.noticed, voice.burdened,
            voice.spoken_of, voice.words, voice.would_like_to_talk, voice.moment.started_by,
            sorted(voice.expressions.values_list("participant", "shown")),
            sorted(voice.moment.offers.filter(closed_at=None).values_list("kind", flat=True)),
        )
        for voice in rows
    ]  # fmt: skip


@pytest.fixture
def told(cast: Cast) -> DoorAnswer:
    """Mia told of a moment that nobody logged, and nobody reads it yet."""
    seat, session = doors.agreed_door(cast), doors.today_session(cast)
    doors.asked(seat, session, "me", "therapist")
    return doors.told(seat, session, Release.NOT_YET)


def _choose(row: DoorAnswer, release: Release) -> DoorAnswer:
    if release is Release.KEEPER:
        keepers.there_is_one()
    return door_own.correct(row.participant_id, row.pk, content_of(row), release)


def _cards(cast: Cast) -> list[str]:
    """The cards of Ana's Today, but for the one about backups."""
    cards = pages.today(cast.ana, now=NOON).cards
    return [card.kind for card in cards if card.kind != "backup"]


def test_before_the_client_chose_nothing_is_read(told: DoorAnswer, cast: Cast) -> None:
    assert heard() == []
    assert not Moment.objects.exists()
    assert _cards(cast) == []


def test_what_is_released_is_a_voice_of_a_moment_the_client_began(
    told: DoorAnswer, cast: Cast
) -> None:
    _choose(told, Release.OPEN)
    voice = Voice.objects.get()
    assert (voice.side, voice.rating, voice.words) == ("client", -2, "I looked after her")
    assert (voice.noticed, voice.burdened, voice.spoken_of) == ("yes", "yes", "yes")
    assert voice.moment.started_by == "client"
    assert not voice.told_aloud
    page = pages.moment_page(cast.ana, voice.moment_id)
    assert page.offers


def test_only_would_like_to_talk_says_that_and_nothing_more(told: DoorAnswer, cast: Cast) -> None:
    _choose(told, Release.TALK)
    ((_occasion, *said, wish, begun_by, shown, kinds),) = heard()
    assert not any(said)
    assert (wish, begun_by, shown) == (True, "client", [])
    assert kinds == ["client_would_talk"]
    assert _cards(cast) == ["client_would_talk"]


def test_what_was_released_once_is_not_read_through_a_narrower_choice(told: DoorAnswer) -> None:
    _choose(told, Release.OPEN)
    _choose(told, Release.TALK)
    assert not Expression.objects.exists()
    assert not Voice.objects.exclude(words="").exists()
    assert not Offer.objects.filter(closed_at=None).exclude(kind="client_would_talk").exists()


@FEW
@given(way=st.lists(st.sampled_from(CHANGEABLE), max_size=5), end=st.sampled_from(READ))
def test_by_whatever_way_the_end_is_as_if_chosen_at_once(
    cast: Cast, way: list[Release], end: Release
) -> None:
    with doors.undone():
        seat, session = doors.agreed_door(cast), doors.today_session(cast)
        doors.asked(seat, session, "me", "therapist")
        row = doors.told(seat, session, end)
        at_once = heard()
        assert at_once
        for release in way:
            _choose(row, release)
            row.refresh_from_db()
            assert bool(heard()) is (release in READ)
            assert Moment.objects.exists() is (release in READ)
        _choose(row, end)
        assert heard() == at_once
        assert Moment.objects.count() == 1


def test_open_talk_nobody_open_ends_where_it_began_beside_a_therapists_voice(cast: Cast) -> None:
    seat, session = doors.agreed_door(cast), doors.today_session(cast)
    moments.log_moment(session, by=cast.ana, who="both", shown=2)
    doors.asked(seat, session, "me", "therapist")
    row = doors.told(seat, session, Release.OPEN)
    before, hers = heard(), Voice.objects.filter(side="therapist").values()
    for release in (Release.TALK, Release.NOBODY, Release.OPEN):
        _choose(row, release)
        row.refresh_from_db()
    assert heard() == before
    assert list(hers.all()) == list(Voice.objects.filter(side="therapist").values())
    assert Moment.objects.count() == 1


@pytest.mark.parametrize("release", list(Release))
def test_taken_back_leaves_no_voice_no_moment_of_the_clients_own_and_no_offer(
    told: DoorAnswer, release: Release
) -> None:
    _choose(told, release)
    door_own.take_back(told.participant_id, told.pk)
    assert heard() == []
    assert not Moment.objects.exists()
    assert not Offer.objects.exists()
    assert list(DoorAnswer.objects.values_list("step", flat=True)) == ["asked"]


def test_a_moment_that_the_therapist_told_of_too_stays_hers(told: DoorAnswer, cast: Cast) -> None:
    _choose(told, Release.OPEN)
    moment = Moment.objects.get()
    moments.add_own_voice(moment, by=cast.ana, flow="paused")
    told.refresh_from_db()
    door_own.take_back(told.participant_id, told.pk)
    moment.refresh_from_db()
    assert moment.started_by == "therapist"
    assert [voice.side for voice in moment.voices.all()] == ["therapist"]
    assert not moment.offers.filter(kind__in=["client_would_talk", "repair"]).exists()


def test_second_thoughts_are_a_voice_of_the_same_moment(told: DoorAnswer, still_clock: Any) -> None:
    _choose(told, Release.OPEN)
    still_clock.move(days=2)
    session = Session.objects.get()
    doors.told(told.participant, session, Release.OPEN, step="second", values={"rating": 3})
    assert [row[0] for row in heard()] == ["same_evening", "second_thoughts"]
    assert Moment.objects.count() == 1


def test_where_two_moments_could_be_meant_nobody_decides_for_the_client(cast: Cast) -> None:
    seat, session = doors.agreed_door(cast), doors.today_session(cast)
    for _n in range(2):
        moments.log_moment(session, by=cast.ana, who="both", shown=2)
    doors.asked(seat, session, "me")
    doors.told(seat, session, Release.OPEN, values={"rating": 1})
    assert Moment.objects.get(voices__side="client").started_by == "client"


def test_two_of_a_couple_tell_of_one_moment_and_each_takes_back_her_own(cast: Cast) -> None:
    couple = care.start_episode(
        by=cast.ana, kind="couple", clients=[care.NewClient("J 1"), care.NewClient("S 1")]
    )
    session = Session.objects.create(episode=couple, number=1, start=doors.ONE_HOUR_AGO)
    rows = []
    for client in Client.objects.filter(code__in=["J 1", "S 1"]):
        seat = doors.seat_of(client, couple)
        door_own.agree(seat.pk)
        doors.asked(seat, session, "therapist")
        rows.append(doors.told(seat, session, Release.OPEN, values={"shown": {"therapist": 2}}))
    rows[0].refresh_from_db()
    door_own.take_back(rows[0].participant_id, rows[0].pk)
    assert Voice.objects.filter(side="client").count() == 1
    assert Voice.objects.get().participant_id == rows[1].participant_id


def test_a_hold_lets_nothing_go_and_still_lets_the_client_say_more(
    told: DoorAnswer, cast: Cast
) -> None:
    _choose(told, Release.OPEN)
    holding.set_hold(cast.mia, by=cast.ana, reason="a letter of a court")
    told.refresh_from_db()
    with pytest.raises(OnHold):
        door_own.take_back(told.participant_id, told.pk)
    with pytest.raises(OnHold):
        _choose(told, Release.NOBODY)
    more = {**content_of(told), "words": "and more", "shown": {"me": 3, "therapist": 1}}
    door_own.correct(told.participant_id, told.pk, more, Release.OPEN)
    assert Voice.objects.get().words == "and more"
