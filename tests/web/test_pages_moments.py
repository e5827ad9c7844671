"""Moments on pages: logged by one form, told by both, corrected and taken back."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from lacrima.practice import care, moments, sessions
from lacrima.records.models import AuditLine, Moment, Session, Voice
from tests.support.cast import NOON, Cast
from tests.support.form_keys import form_key


@pytest.fixture
def session(cast: Cast) -> Session:
    """The first session with Mia."""
    return cast.session(1)


def _log(anas: Client, session: Session, **fields: Any) -> Any:
    return anas.post(f"/sessions/{session.pk}/moment", {"key": form_key(), **fields})


def _mia(cast: Cast) -> str:
    return str(cast.place_of(cast.mia, cast.care_of_mia).pk)


def _ana(cast: Cast) -> str:
    return str(cast.place_of(cast.ana, cast.care_of_mia).pk)


def _shown(voice: Voice) -> dict[str, Any]:
    return {str(one.participant_id): one.shown for one in voice.expressions.all()}


def test_one_tap_and_keep_log_a_moment(anas: Client, cast: Cast, session: Session) -> None:
    answer = _log(anas, session, cell=f"{_mia(cast)}:2")
    moment = Moment.objects.get()
    assert answer["Location"] == f"/moments/{moment.pk}?kept"
    assert (moment.kind, moment.nature) == ("tears", "showed")
    assert _shown(moment.voices.get()) == {_mia(cast): 2}
    session.refresh_from_db()
    assert session.log_state == "moments"
    page = anas.get(answer["Location"]).content.decode()
    assert "Back to Today" in page
    assert "A little more" in page


def test_both_in_one_tap(anas: Client, cast: Cast, session: Session) -> None:
    _log(anas, session, cell="both:3")
    assert _shown(Voice.objects.get()) == {_mia(cast): 3, _ana(cast): 3}


def test_held_back_is_no_tears_and_no_nothing(anas: Client, cast: Cast, session: Session) -> None:
    _log(anas, session, cell=f"{_ana(cast)}:held")
    moment = Moment.objects.get()
    expression = moment.voices.get().expressions.get()
    assert moment.nature == "held_back"
    assert (expression.shown, expression.held_back) == (0, "wholly")


def test_the_form_says_what_is_missing_and_keeps_what_was_tapped(
    anas: Client, session: Session
) -> None:
    answer = _log(anas, session, flow="paused")
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "Tap who it was and how much showed." in page
    assert 'value="paused" id="id_flow_1" checked' in page
    assert not Moment.objects.exists()


def test_the_same_form_sent_twice_is_kept_once(anas: Client, cast: Cast, session: Session) -> None:
    key = form_key()
    first = _log(anas, session, key=key, cell="both:1")
    second = _log(anas, session, key=key, cell="both:1")
    assert first["Location"] == second["Location"]
    assert Moment.objects.count() == 1


@pytest.mark.parametrize(
    ("strength", "nature", "shown"),
    [("2", "showed", 2), ("missed", "missed", 0), ("ordinary", "ordinary", 0)],
)
def test_something_else_than_tears_and_nothing_where_it_was_expected(
    anas: Client, cast: Cast, session: Session, strength: str, nature: str, shown: int
) -> None:
    _log(anas, session, form="else", kind="laughter", who=[_mia(cast)], strength=strength)
    moment = Moment.objects.get()
    assert (moment.kind, moment.nature) == ("laughter", nature)
    assert moment.voices.get().expressions.get().shown == shown


def test_with_several_clients_each_has_a_row_and_may_show_something_else(
    anas: Client, cast: Cast
) -> None:
    pair = care.start_episode(
        by=cast.ana, kind="couple", clients=[care.NewClient("Jo"), care.NewClient("Sam")]
    )
    session = sessions.add_session(pair, by=cast.ana, start=NOON)
    jo, sam, ana = (
        pair.participants.get(client__code="Jo"),
        pair.participants.get(client__code="Sam"),
        pair.participants.get(member=cast.ana),
    )
    empty = _log(anas, session)
    assert "at least one person" in empty.content.decode()
    _log(anas, session, row_0="2", row_1="held", first=str(jo.pk))
    moment = Moment.objects.get()
    assert moment.nature == "showed"
    assert _shown(moment.voices.get()) == {str(jo.pk): 2, str(sam.pk): 0}
    assert moment.voices.get().first == jo
    assert str(ana.pk) in anas.get(f"/sessions/{session.pk}/moment").content.decode()


def test_saying_more_changes_the_voice_and_leaves_the_rest(
    anas: Client, cast: Cast, session: Session
) -> None:
    _log(anas, session, cell="both:2")
    voice = Voice.objects.get()
    answer = anas.post(
        f"/voices/{voice.pk}",
        {
            "key": form_key(),
            "version": voice.version,
            "shown_0": "2",
            "emotions_0": ["sad", "touched"],
            "shown_1": "1",
            "felt_1": "3",
            "flow": "went_on",
            "about": ["goodbye"],
            "noticed": "unsure",
            "occasion": "in_session",
            "words": "The letter.",
        },
    )
    assert answer.status_code == 303, answer.content.decode()
    voice.refresh_from_db()
    assert (voice.flow, voice.about, voice.noticed) == ("went_on", ["goodbye"], "unsure")
    assert voice.words == "The letter."
    own = voice.expressions.get(participant__member=cast.ana)
    assert (own.shown, own.felt) == (1, 3)


def test_an_old_page_does_not_overwrite_and_shows_both_versions(
    anas: Client, cast: Cast, session: Session
) -> None:
    _log(anas, session, cell="both:2")
    voice = Voice.objects.get()
    old = voice.version
    moments.say_more(voice, by=cast.ana, flow="paused")
    data = {"key": form_key(), "version": old, "flow": "went_on", "shown_0": "2", "shown_1": "2"}
    answer = anas.post(f"/voices/{voice.pk}", data)
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "Nothing was overwritten" in page
    assert "it paused" in page
    voice.refresh_from_db()
    assert voice.flow == "paused"
    again = {**data, "version": voice.version, "key": form_key()}
    assert anas.post(f"/voices/{voice.pk}", again).status_code == 303


def test_the_clients_voice_stands_beside_yours_and_is_marked_as_told_aloud(
    anas: Client, cast: Cast, session: Session
) -> None:
    _log(anas, session, cell="both:2")
    moment = Moment.objects.get()
    moments.say_more(moment.voices.get(), by=cast.ana, noticed="no")
    answer = anas.post(
        f"/moments/{moment.pk}/voices/{_mia(cast)}",
        {
            "key": form_key(),
            "occasion": "same_evening",
            "how": "aloud",
            "noticed": "yes",
            "rating": "2",
            "item_understood": "4",
            "words": "Good. Then I worried.",
        },
    )
    assert answer.status_code == 303, answer.content.decode()
    page = anas.get(f"/moments/{moment.pk}").content.decode()
    assert "told aloud" in page
    assert "Good. Then I worried." in page
    assert page.index("differences") < page.index("Good. Then I worried.")
    voice = moment.voices.get(side="client")
    assert (voice.rating, voice.items, voice.told_aloud) == (2, {"understood": 4}, True)
    anas.post(f"/voices/{voice.pk}/delete", {"key": form_key()})
    assert moment.voices.count() == 1


def test_a_mistaken_moment_is_taken_back_after_saying_what_will_happen(
    anas: Client, cast: Cast, session: Session
) -> None:
    _log(anas, session, cell="both:2")
    moment = Moment.objects.get()
    asked = anas.get(f"/moments/{moment.pk}/delete").content.decode()
    assert "One voice goes with it." in asked
    assert "unknown, not nothing" in asked
    anas.post(f"/moments/{moment.pk}/delete", {"key": form_key()})
    assert not Moment.objects.exists()
    session.refresh_from_db()
    assert session.log_state == "not_yet"
    assert AuditLine.objects.filter(action="moment.deleted").exists()


def test_another_sort_of_moment(anas: Client, cast: Cast, session: Session) -> None:
    _log(anas, session, cell="both:2")
    moment = Moment.objects.get()
    address = f"/moments/{moment.pk}/change"
    data = {"key": form_key(), "version": moment.version, "kind": "laughter", "nature": "showed"}
    anas.post(address, data)
    moment.refresh_from_db()
    assert moment.kind == "laughter"
    refused = {**data, "version": moment.version, "nature": "missed", "key": form_key()}
    assert anas.post(address, refused).status_code == 422
    moment.refresh_from_db()
    assert moment.nature == "showed"


def test_no_title_and_no_address_carries_a_name_or_code(
    anas: Client, cast: Cast, session: Session
) -> None:
    answer = _log(anas, session, cell="both:2")
    for address in ("/", f"/clients/{cast.care_of_mia.pk}", answer["Location"]):
        page = anas.get(address).content.decode()
        title = page[page.index("<title>") : page.index("</title>")]
        assert "M 01" not in title


def test_a_first_assessment_numbered_0_is_said_everywhere(anas: Client, cast: Cast) -> None:
    zero = cast.session(1)
    Session.objects.update(number=0)  # as a table of scores brings it in
    _log(anas, zero, cell="both:2")
    moment = Moment.objects.get()
    addresses = [f"/sessions/{zero.pk}", f"/moments/{moment.pk}", f"/clients/{zero.episode_id}"]
    for address in [*addresses, f"/sessions/{zero.pk}/moment"]:
        assert "session 0" in anas.get(address).content.decode().lower(), address
