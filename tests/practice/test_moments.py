"""Moments: three taps are enough, voices stay apart, differences are told in words."""

from __future__ import annotations

from datetime import timedelta

import pytest

from lacrima.errors import BadInput, NotAllowed, OutOfRange
from lacrima.practice import care, moments, offers, pages, sessions
from lacrima.practice.words import LogState
from lacrima.records.models import Expression, Moment, Offer, Session, Voice
from tests.support.cast import NOON


@pytest.fixture
def couple(cast):
    """Jo and Sam come to Ana together."""
    episode = care.start_episode(
        by=cast.ana,
        kind="couple",
        clients=[care.NewClient("J 01", "Jo"), care.NewClient("S 01", "Sam", role="partner")],
    )
    session = sessions.add_session(episode, by=cast.ana, start=NOON)
    jo, sam = episode.participants.filter(client__isnull=False).order_by("created_at")
    return session, jo, sam


def _shown(voice: Voice) -> dict:
    return {str(one.participant.role): one.shown for one in voice.expressions.all()}


def test_who_and_how_much_is_a_whole_moment(cast):
    session = cast.session(1)
    moment = moments.log_moment(session, by=cast.ana, who="client", shown=2)
    assert _shown(moment.voices.get()) == {"client": 2}
    assert Session.objects.get(pk=session.pk).log_state == LogState.MOMENTS


def test_who_alone_is_a_moment_too(cast):
    moment = moments.log_moment(cast.session(1), by=cast.ana, who="both")
    assert _shown(moment.voices.get()) == {"therapist": None, "client": None}


def test_each_of_two_can_have_shown_something_else(cast):
    mia = cast.place_of(cast.mia, cast.care_of_mia)
    moment = moments.log_moment(
        cast.session(1),
        by=cast.ana,
        who="both",
        shown=1,
        first="client",
        expressions={str(mia.pk): {"shown": 3, "emotions": ["sad", "relieved"]}},
    )
    voice = moment.voices.get()
    assert _shown(voice) == {"therapist": 1, "client": 3}
    assert voice.first == mia


def test_of_a_couple_it_must_be_said_which(cast, couple):
    session, jo, sam = couple
    with pytest.raises(BadInput, match="which of them"):
        moments.log_moment(session, by=cast.ana, who="client", shown=1)
    assert not Moment.objects.exists()
    moment = moments.log_moment(session, by=cast.ana, who=[sam.pk, str(jo.pk)], shown=1)
    assert {one.participant for one in moment.voices.get().expressions.all()} == {jo, sam}


def test_each_of_a_couple_has_a_voice_of_their_own(cast, couple):
    session, jo, sam = couple
    moment = moments.log_moment(session, by=cast.ana, who=[jo.pk], shown=2, burdened="no")
    for who, said in ((jo, "no"), (sam, "yes")):
        moments.add_client_voice(
            moment, by=cast.ana, participant=who, occasion="same_evening", burdened=said
        )
    told = moments.differences(moment)
    assert [one.sentence for one in told] == [
        "You thought S 01 was not burdened. S 01 was, that evening."
    ]


def test_somebody_of_another_care_has_no_part_in_it(cast):
    clara = cast.place_of(cast.clara, cast.care_of_clara)
    session = cast.session(1)
    for act in (
        lambda: moments.log_moment(session, by=cast.ana, who=[clara.pk]),
        lambda: moments.log_moment(session, by=cast.ana, who="client", first=clara.pk),
    ):
        with pytest.raises(BadInput):
            act()
    moment = moments.log_moment(session, by=cast.ana, who="client")
    with pytest.raises(BadInput):
        moments.add_client_voice(moment, by=cast.ana, participant=clara, occasion="later")


@pytest.mark.parametrize(
    "fields",
    [
        {"who": "client", "shown": 4},
        {"who": "client", "shown": 2, "held_back": "wholly"},
        {"who": "client", "shown": 1, "nature": "missed"},
        {"who": "client", "kind": "dancing"},
        {"who": "therapist", "first": "client"},
        {"who": "client", "seemed": ["warm"]},
        {"who": "client", "focus_back_min": 601},
        {"who": "client", "rating": 5},
        {"who": "client", "about": ["own_life"]},
        {"who": "client", "spoken_by": "client"},
        {"who": "client", "start_ms": 5},
        {"who": "client", "start_ms": 5, "end_ms": 5},
        {"who": []},
        {"who": "client", "items": {"worried": 5}},
        {"who": "client", "items": {"unheard": 1}},
    ],
)
def test_what_cannot_have_been_is_refused_and_nothing_is_kept(cast, fields):
    session = cast.session(1)
    with pytest.raises(BadInput):
        moments.log_moment(session, by=cast.ana, **fields)
    assert not Moment.objects.exists()
    assert Session.objects.get().log_state == LogState.NOT_YET


def test_what_another_person_felt_is_not_the_therapists_to_tell(things):
    said = {str(things.mia_here.pk): {"felt": 3}}
    with pytest.raises(OutOfRange, match="felt"):
        moments.say_more(things.own_voice, by=things.cast.ana, expressions=said)
    own = {str(things.ana_here.pk): {"felt": 3, "came_about": "unbidden"}}
    moments.say_more(things.own_voice, by=things.cast.ana, expressions=own)
    assert Expression.objects.get(voice=things.own_voice, participant=things.ana_here).felt == 3


def test_everything_optional_can_be_said_later_and_taken_back(things):
    voice = moments.say_more(
        things.own_voice,
        by=things.cast.ana,
        expected_version=2,
        flow="paused",
        about=["goodbye", "grief"],
        noticed="unsure",
        burdened="no",
        focus_back_min=5,
        response=["gave_room", "tissue"],
        words="more",
    )
    voice.refresh_from_db()
    assert voice.about == ["grief", "goodbye"]
    assert voice.words == "more"
    moments.say_more(voice, by=things.cast.ana, flow="", about=[], focus_back_min=None, words="")
    voice.refresh_from_db()
    assert (voice.flow, voice.about, voice.focus_back_min, voice.words) == ("", [], None, "")


def test_a_voice_speaks_once_an_occasion(things):
    with pytest.raises(BadInput, match="already"):
        moments.add_client_voice(
            things.moment,
            by=things.cast.ana,
            participant=things.mia_here,
            occasion="same_evening",
        )


def test_what_is_told_aloud_is_marked(things):
    assert things.mia_voice.told_aloud
    simulated = moments.add_client_voice(
        things.moment,
        by=things.cast.ana,
        participant=things.mia_here,
        occasion="later",
        told_aloud=False,
        is_simulated=True,
    )
    assert not simulated.told_aloud


def test_the_last_moment_gone_the_session_is_not_logged_yet(things):
    second = moments.log_moment(things.session, by=things.cast.ana, who="client")
    moments.delete_moment(things.moment, by=things.cast.ana)
    assert Session.objects.get(pk=things.session.pk).log_state == LogState.MOMENTS
    moments.delete_moment(second, by=things.cast.ana)
    assert Session.objects.get(pk=things.session.pk).log_state == LogState.NOT_YET


def test_the_voice_that_began_goes_only_with_the_moment(things):
    with pytest.raises(BadInput, match="began"):
        moments.delete_voice(things.own_voice, by=things.cast.ana)
    moments.delete_voice(things.mia_voice, by=things.cast.ana)
    assert things.moment.voices.count() == 1


def test_an_observer_tells_what_could_be_seen(things):
    watched = moments.add_observer_voice(
        things.moment, by=things.cast.ana, seemed=["steady"], flow="went_on"
    )
    assert watched.side == "observer"


def test_two_therapists_have_a_voice_each_and_neither_changes_the_others(things):
    cast = things.cast
    care.add_participant(
        cast.care_of_mia, by=cast.ana, who=care.NewParticipant("co_therapist", member=cast.berta)
    )
    for act in (
        lambda: moments.say_more(things.own_voice, by=cast.berta, flow="paused"),
        lambda: moments.delete_moment(things.moment, by=cast.berta),
    ):
        with pytest.raises(NotAllowed, match="another therapist"):
            act()
    moments.add_own_voice(things.moment, by=cast.berta, burdened="no")
    assert moments.differences(things.moment, by=cast.ana) == []
    (told,) = moments.differences(things.moment, by=cast.berta)
    assert told.sentence == "You thought M 01 was not burdened. M 01 was, that evening."


def test_what_you_felt_is_seen_by_you_alone(things):
    cast = things.cast
    care.add_participant(
        cast.care_of_mia, by=cast.ana, who=care.NewParticipant("co_therapist", member=cast.berta)
    )
    said = {str(things.ana_here.pk): {"felt": 3}}
    moments.say_more(things.own_voice, by=cast.ana, expressions=said)
    seen = {
        who: str(
            [group.voices[0].rows for group in pages.moment_page(who, things.moment.pk).groups]
        )
        for who in (cast.ana, cast.berta)
    }
    assert "felt: strongly" in seen[cast.ana]
    assert "felt" not in seen[cast.berta]


# --- where the voices differ


def test_a_guess_that_was_wrong_and_a_worry_that_went_are_told_in_order(cast):
    mia = cast.place_of(cast.mia, cast.care_of_mia)
    moment = moments.log_moment(
        cast.session(1),
        by=cast.ana,
        who="both",
        shown=2,
        flow="went_on",
        noticed="unsure",
        burdened="no",
    )
    evening = {"noticed": "yes", "burdened": "yes", "items": {"worried": 3, "understood": 4}}
    later = {"burdened": "no", "items": {"worried": 0, "understood": 4}}
    for occasion, days, said in (("same_evening", 0, evening), ("later", 8, later)):
        moments.add_client_voice(
            moment,
            by=cast.ana,
            participant=mia,
            occasion=occasion,
            given_at=NOON + timedelta(days=days),
            **said,
        )
    assert [one.sentence for one in moments.differences(moment)] == [
        "You were not sure whether M 01 noticed. M 01 did.",
        "You thought M 01 was not burdened. M 01 was, that evening; on 18 March no more.",
        "M 01 was clearly worried about you that evening, and not at all on 18 March.",
    ]


def test_what_was_seen_of_each_other_is_set_side_by_side(cast):
    mia = cast.place_of(cast.mia, cast.care_of_mia)
    ana = cast.place_of(cast.ana, cast.care_of_mia)
    moment = moments.log_moment(
        cast.session(1), by=cast.ana, who="both", shown=1, flow="went_on", first="client"
    )
    moments.add_client_voice(
        moment,
        by=cast.ana,
        participant=mia,
        occasion="same_evening",
        flow="paused",
        first=ana,
        expressions={str(ana.pk): {"shown": 2}, str(mia.pk): {"shown": 3}},
    )
    assert {one.sentence for one in moments.differences(moment)} == {
        "You said that the session went on. M 01 said that it paused.",
        "You said that M 01 came first. M 01 said that it was you.",
        "You said of yourself: moist eyes or a breaking voice. M 01 saw: tears fell.",
        "You saw in M 01: moist eyes or a breaking voice. M 01 said: sobbing.",
    }


def _told(cast, session, *voices, own=()):
    mia = cast.place_of(cast.mia, cast.care_of_mia)
    moment = moments.log_moment(session, by=cast.ana, who="both", **dict(own))
    for occasion, days, said in voices:
        moments.add_client_voice(
            moment,
            by=cast.ana,
            participant=mia,
            occasion=occasion,
            given_at=moment.session.start + timedelta(days=days),
            **said,
        )
    return [one.sentence for one in moments.differences(moment)]


def test_what_stayed_the_same_is_said_once_and_later_by_the_session_before_it(cast):
    session = cast.session(4)
    after = session.start + timedelta(days=7)
    sessions.add_session(cast.care_of_mia, by=cast.ana, start=after, number=5)
    assert _told(
        cast,
        session,
        ("same_evening", 0.4, {"rating": 2, "burdened": "yes"}),
        ("second_thoughts", 2, {"rating": 2, "burdened": "yes"}),
        ("later", 7.4, {"rating": -1, "burdened": "no"}),
    ) == [
        "M 01 was burdened that evening and some days later; after session 5 no more.",
        "How it was for M 01, from −4 hindering to +4 helpful: "
        "+2 that evening and some days later, −1 after session 5.",
    ]


def test_a_guess_and_what_changed_are_not_told_twice(cast):
    told = _told(
        cast,
        cast.session(4),
        ("same_evening", 0, {"burdened": "unsure", "noticed": "no"}),
        ("second_thoughts", 2, {"burdened": "yes", "noticed": "no"}),
        own={"burdened": "yes", "noticed": "yes"},
    )
    assert told == [
        "You thought M 01 noticed. M 01 did not.",
        "You thought M 01 was burdened. M 01 was not sure, that evening; some days later M 01 was.",
    ]


def test_voices_that_agree_or_left_it_open_differ_in_nothing(things):
    moments.say_more(things.own_voice, by=things.cast.ana, burdened="yes", noticed="yes")
    assert moments.differences(things.moment) == []


# --- what could come next


def test_planning_to_speak_of_it_suggests_it_and_speaking_of_it_closes_it(things):
    assert things.offer.closed_at is None
    moments.say_more(
        things.own_voice,
        by=things.cast.ana,
        spoken_of="yes",
        spoken_by="therapist",
        spoken_session=things.quiet,
    )
    assert Offer.objects.get().closed_at is not None


def test_a_moment_has_at_most_two_suggestions_and_one_of_a_kind(things):
    for _ in range(3):
        moments.say_more(things.own_voice, by=things.cast.ana, spoken_of="planned")
    assert things.moment.offers.count() == 1


def test_a_suggestion_fades_after_28_days_without_being_changed(things, still_clock):
    ana = things.cast.ana
    made = things.offer.made_at
    assert offers.open_offers(ana, now=made + timedelta(days=27, hours=23)).exists()
    assert not offers.open_offers(ana, now=made + timedelta(days=28)).exists()
    assert Offer.objects.get().closed_at is None
    assert not offers.open_offers(things.cast.berta, now=made).exists()


def test_one_tap_closes_a_suggestion_and_one_brings_it_back(things):
    ana, now = things.cast.ana, things.offer.made_at
    moments.close_offer(things.offer, by=ana)
    assert not offers.open_offers(ana, now=now).exists()
    moments.reopen_offer(things.offer, by=ana)
    assert offers.open_offers(ana, now=now).exists()


# --- a client who would like to talk


def _wish(things, **said):
    return moments.say_more(things.mia_voice, by=things.cast.ana, would_like_to_talk=True, **said)


def _talk(moment: Moment) -> Offer:
    return moment.offers.get(kind="client_would_talk")


def test_a_client_who_would_like_to_talk_stands_on_today_with_the_reason(things):
    ana = things.cast.ana
    _wish(things)
    card = next(
        one
        for one in pages.today(ana, now=_talk(things.moment).made_at).cards
        if one.kind == "client_would_talk"
    )
    assert card.sentence == f"M 01 would like to talk about session {things.session.number}"
    assert card.reason == "You planned to speak of it."
    assert card.moment_id == things.moment.pk
    view = pages.moment_page(ana, things.moment.pk)
    assert "M 01 would like to talk about it." in [one.sentence for one in view.offers]
    rows = [row for group in view.groups for voice in group.voices for row in voice.rows]
    assert ("would like to talk about it", "yes") in rows


def test_a_wish_and_a_plan_about_one_moment_are_one_card(things):
    _wish(things)
    cards = pages.today(things.cast.ana, now=_talk(things.moment).made_at).cards
    assert [card.kind for card in cards if card.offer_id] == ["client_would_talk"]
    assert things.moment.offers.count() == 2


def test_who_said_no_more_is_told_as_just_that(cast):
    mia = cast.place_of(cast.mia, cast.care_of_mia)
    moment = moments.log_moment(cast.session(1), by=cast.ana, who="therapist", flow="paused")
    moments.add_client_voice(
        moment, by=cast.ana, participant=mia, occasion="same_evening", would_like_to_talk=True
    )
    (card,) = [one for one in pages.today(cast.ana, now=NOON).cards if one.offer_id]
    assert card.reason == "No more than that was said. The session paused that day."


def test_the_wish_is_closed_when_it_was_spoken_of_or_is_taken_back(things):
    _wish(things)
    moments.say_more(things.own_voice, by=things.cast.ana, spoken_of="yes")
    assert _talk(things.moment).closed_at is not None
    things.mia_voice.refresh_from_db()
    moments.say_more(things.mia_voice, by=things.cast.ana, would_like_to_talk=False)
    _wish(things)
    assert _talk(things.moment).closed_at is None
    moments.say_more(things.own_voice, by=things.cast.ana, focus_back_min=3)
    assert _talk(things.moment).closed_at is None
    moments.delete_voice(things.mia_voice, by=things.cast.ana)
    assert _talk(things.moment).closed_at is not None


def test_one_tap_closes_the_wish_until_it_is_told_anew(things):
    _wish(things)
    moments.close_offer(_talk(things.moment), by=things.cast.ana)
    _wish(things, rating=1)
    assert _talk(things.moment).closed_at is not None


def test_the_wish_is_the_clients_alone(things):
    with pytest.raises(OutOfRange, match="somebody else"):
        moments.say_more(things.own_voice, by=things.cast.ana, would_like_to_talk=True)
