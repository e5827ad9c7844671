"""Suggestions after a moment: made by the rules, two at most, closed when they hold no more."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from lacrima.practice import care, moments, offers, pages, sessions
from lacrima.practice.pages_what_next import what_next_page
from lacrima.records.models import Moment, Offer, Voice
from tests.support.cast import NOON, Cast


def _kinds(moment: Moment) -> set[str]:
    rows = offers.open_offers(moment.voices.get(side="therapist").participant.member, now=NOON)
    return set(rows.filter(moment=moment).values_list("kind", flat=True))


def _moment(cast: Cast, number: int = 1, **said: Any) -> Moment:
    said = {"who": "therapist", "shown": 2, **said}
    return moments.log_moment(cast.session(number), by=cast.ana, **said)


def _mia_says(cast: Cast, moment: Moment, **said: Any) -> Voice:
    mia = cast.place_of(cast.mia, cast.care_of_mia)
    occasion = said.pop("occasion", "same_evening")
    return moments.add_client_voice(moment, by=cast.ana, participant=mia, occasion=occasion, **said)


def test_one_tap_for_tears_that_fell_suggests_nothing(cast: Cast) -> None:
    assert _kinds(_moment(cast)) == set()
    assert not Offer.objects.exists()


def test_one_tap_for_sobbing_suggests_somebody_to_take_it_to(cast: Cast) -> None:
    assert _kinds(_moment(cast, shown=3)) == {"supervision"}


def test_a_clients_tears_alone_suggest_nothing_to_do(cast: Cast) -> None:
    moment = _moment(cast, who="client", shown=3)
    _mia_says(cast, moment, rating=3)
    assert _kinds(moment) == set()


def test_other_emotions_than_tears_are_not_taken_for_tears(cast: Cast) -> None:
    assert _kinds(_moment(cast, shown=3, kind="laughter")) == set()


def test_to_speak_of_it_is_suggested_once_the_client_noticed_and_closed_when_it_was(
    cast: Cast,
) -> None:
    moment = _moment(cast, noticed="no")
    assert _kinds(moment) == set()
    _mia_says(cast, moment, noticed="yes")
    assert _kinds(moment) == {"speak_of_it"}
    (view,) = pages.moment_page(cast.ana, moment.pk).offers
    assert view.sentence == "Speak of it, since it was noticed."
    assert view.advice is not None
    assert "the client says that it was noticed" in view.advice.because
    assert view.advice.references
    own = moment.voices.get(side="therapist")
    moments.say_more(own, by=cast.ana, spoken_of="yes")
    assert _kinds(moment) == set()


def test_a_plan_to_speak_of_it_says_that_it_was_planned(cast: Cast) -> None:
    moment = _moment(cast, spoken_of="planned")
    _mia_says(cast, moment, noticed="yes")
    (view,) = pages.moment_page(cast.ana, moment.pk).offers
    assert view.sentence == "You planned to speak of it."


def test_where_the_client_would_like_to_talk_that_is_said_once(cast: Cast) -> None:
    moment = _moment(cast)
    _mia_says(cast, moment, noticed="yes", would_like_to_talk=True)
    assert _kinds(moment) == {"client_would_talk"}


def test_not_knowing_whether_it_was_noticed_suggests_to_ask_until_the_client_says(
    cast: Cast,
) -> None:
    moment = _moment(cast, noticed="unsure")
    assert _kinds(moment) == {"ask"}
    _mia_says(cast, moment, noticed="no")
    assert _kinds(moment) == set()


def test_what_did_harm_comes_first_and_two_stand_at_most(cast: Cast) -> None:
    moment = _moment(cast, shown=3, noticed="yes", flow="paused")
    assert _kinds(moment) == {"supervision", "ask"}
    _mia_says(cast, moment, noticed="yes", rating=-2)
    assert _kinds(moment) == {"repair", "speak_of_it"}


def test_a_clients_wish_finds_room_where_two_stand_already(cast: Cast) -> None:
    moment = _moment(cast, shown=3, noticed="yes")
    assert len(_kinds(moment)) == 2
    _mia_says(cast, moment, would_like_to_talk=True)
    kinds = _kinds(moment)
    assert "client_would_talk" in kinds
    assert len(kinds) == 2


def test_what_was_closed_by_a_tap_does_not_come_back(cast: Cast) -> None:
    moment = _moment(cast, noticed="unsure")
    moments.close_offer(moment.offers.get(), by=cast.ana)
    own = moment.voices.get(side="therapist")
    moments.say_more(own, by=cast.ana, words="a letter", noticed="yes")
    assert _kinds(moment) == set()


def test_what_a_client_tells_anew_of_harm_stands_anew(cast: Cast) -> None:
    moment = _moment(cast)
    voice = _mia_says(cast, moment, rating=-1)
    moments.close_offer(moment.offers.get(kind="repair"), by=cast.ana)
    moments.say_more(voice, by=cast.ana, words="It stayed with me.")
    assert _kinds(moment) == set()
    moments.say_more(voice, by=cast.ana, rating=-3)
    assert _kinds(moment) == {"repair"}


def test_taking_back_a_clients_voice_takes_back_what_it_suggested(cast: Cast) -> None:
    moment = _moment(cast)
    voice = _mia_says(cast, moment, rating=-2)
    assert _kinds(moment) == {"repair"}
    moments.delete_voice(voice, by=cast.ana)
    assert _kinds(moment) == set()


def test_tears_that_come_often_suggest_supervision_and_rest(cast: Cast) -> None:
    for number in (6, 7, 8):
        _moment(cast, number)
    latest = _moment(cast, 9, shown=1)
    assert _kinds(latest) == {"supervision", "rest"}
    (supervision,) = [
        one for one in pages.moment_page(cast.ana, latest.pk).offers if one.kind == "supervision"
    ]
    assert supervision.advice is not None
    assert "your tears came 3 times in the last four weeks" in supervision.advice.because


def test_tears_of_long_ago_of_others_and_held_back_ones_are_not_counted(cast: Cast) -> None:
    for number in (1, 2, 3):  # more than four weeks before session 9
        _moment(cast, number)
    _moment(cast, 7, shown=0, held_back="wholly")
    _moment(cast, 8, who="client", shown=3)
    assert _kinds(_moment(cast, 9, shown=1)) == set()


def test_a_colleagues_tears_are_hers(cast: Cast) -> None:
    pair = care.start_episode(by=cast.ana, kind="individual", clients=[care.NewClient("N 77")])
    care.add_participant(
        pair, by=cast.ana, who=care.NewParticipant("co_therapist", member=cast.berta)
    )
    for days in (1, 2, 3):
        session = sessions.add_session(pair, by=cast.ana, start=NOON - timedelta(days=days))
        moments.log_moment(session, by=cast.berta, who="therapist", shown=2)
    here = sessions.add_session(pair, by=cast.ana, start=NOON)
    assert _kinds(moments.log_moment(here, by=cast.ana, who="therapist", shown=2)) == set()


def test_the_card_stands_on_a_moment_only_where_her_own_emotion_has_a_part(cast: Cast) -> None:
    own, theirs = _moment(cast, 1), _moment(cast, 2, who="client")
    held = _moment(cast, 3, shown=0, held_back="wholly")
    assert pages.moment_page(cast.ana, own.pk).card is not None
    assert pages.moment_page(cast.ana, held.pk).card is not None
    assert pages.moment_page(cast.ana, theirs.pk).card is None


def test_what_next_lists_what_stands_for_her_and_nobody_else(cast: Cast) -> None:
    _moment(cast, shown=3)
    assert [one.kind for one in what_next_page(cast.ana).offers] == ["supervision"]
    assert what_next_page(cast.berta).offers == ()


def test_today_still_shows_three_cards_at_most(cast: Cast) -> None:
    for number in range(1, 8):
        _moment(cast, number, shown=3)
    assert len(pages.today(cast.ana, now=NOON).cards) == 3


@pytest.mark.parametrize("days", [27, 29])
def test_a_suggestion_by_a_rule_fades_as_the_others_do(cast: Cast, days: int) -> None:
    moment = _moment(cast, shown=3)
    rows = offers.open_offers(cast.ana, now=NOON + timedelta(days=days))
    assert rows.filter(moment=moment).exists() is (days < 28)
