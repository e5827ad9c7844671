"""The pages of a weighing: begun, thought, kept, put in the record; nothing is lost."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.test import Client

from lacrima.evidence.library import shipped
from lacrima.practice import care, moments, vault_care, weighing
from lacrima.practice.weighing_thinking import Answer, Speaks, Thinking, thinking_of
from lacrima.records.models import KeptInMind, Member, Moment, Weighing, WeighingVersion
from lacrima.web import housekeeping
from tests.support.cast import Cast
from tests.support.form_keys import form_key
from tests.support.reading_grade import FEWEST_WORDS, HIGHEST_GRADE, check_guidance

UNTIL = "2026-06-01"


@pytest.fixture
def moment(cast: Cast) -> Moment:
    """Both in tears; it went on."""
    return moments.log_moment(cast.session(9), by=cast.ana, who="both", shown=2, flow="went_on")


@pytest.fixture
def begun(cast: Cast, moment: Moment) -> Weighing:
    """A weighing with two answers."""
    row = weighing.begin_weighing(moment, by=cast.ana, expires_on=date(2026, 6, 1))
    thinking = Thinking(
        answers={"trust": Answer(Speaks.FOR, "It held before.")}, takes="Ask sooner."
    )
    return weighing.write_weighing(row, by=cast.ana, expected_version=1, thinking=thinking)


def _post(window: Client, address: str, **fields: Any) -> Any:
    return window.post(address, {"key": form_key(), **fields})


def _text(window: Client, address: str) -> str:
    answer = window.get(address)
    assert answer.status_code == 200, address
    return answer.content.decode()


def _plain(page: str) -> str:
    main = page[page.index("<main") : page.index("</main>")]
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", main))


# --- begin


def test_from_the_moment_one_says_first_until_when_it_is_kept(anas: Client, moment: Moment) -> None:
    assert f'href="/moments/{moment.pk}/weigh"' in _text(anas, f"/moments/{moment.pk}")
    page = _text(anas, f"/moments/{moment.pk}/weigh")
    assert 'value="2026-06-08"' in page  # three months are offered
    assert "For you alone" in page or "for you alone" in page
    answer = _post(anas, f"/moments/{moment.pk}/weigh", expires_on=UNTIL)
    row = Weighing.objects.get()
    assert answer["Location"] == f"/weighings/{row.pk}/write"
    assert (row.expires_on, row.thinking) == (date(2026, 6, 1), "")


@pytest.mark.parametrize("day", ["2026-03-10", "2020-01-01", "2028-01-01", "", "soon"])
def test_a_day_that_does_not_fit_is_said_and_nothing_is_begun(
    anas: Client, moment: Moment, day: str
) -> None:
    assert _post(anas, f"/moments/{moment.pk}/weigh", expires_on=day).status_code == 422
    assert not Weighing.objects.exists()


def test_one_that_was_begun_goes_on(anas: Client, begun: Weighing) -> None:
    answer = anas.get(f"/moments/{begun.moment_id}/weigh")
    assert answer["Location"] == f"/weighings/{begun.pk}"
    page = _text(anas, f"/moments/{begun.moment_id}")
    assert "Your weighing" in page
    assert "goes away on" in page


# --- think


def test_all_fourteen_questions_stand_with_what_is_known_and_its_grade(
    anas: Client, begun: Weighing
) -> None:
    page = _text(anas, f"/weighings/{begun.pk}/write")
    plain = _plain(page).replace("&#x27;", "'")
    for one in shipped().questions.values():
        assert one.title in plain, one.id
        assert one.asks in plain, one.id
        assert one.known in plain, one.id
        assert f'href="/evidence/questions/{one.id}"' in page
    assert plain.count("unstudied") > 3
    assert "Shown because" in plain


def test_no_page_of_it_shows_a_score_a_sum_or_a_verdict(
    anas: Client, cast: Cast, begun: Weighing
) -> None:
    told = {name: Answer(Speaks.FOR) for name in shipped().questions}
    weighing.write_weighing(
        begun, by=cast.ana, expected_version=begun.version, thinking=Thinking(answers=told)
    )
    for address in (f"/weighings/{begun.pk}", f"/weighings/{begun.pk}/write"):
        plain = _plain(_text(anas, address)).lower()
        assert "14" not in plain
        for word in ("should", "score of", "points", "result:", "overall", "balance", "%)"):
            assert f" {word} " not in plain, (address, word)
        for word in ("attention", "risk", "danger", "progress"):
            assert f'class="{word}' not in _text(anas, address)


def test_what_is_answered_is_kept_and_everything_may_stay_empty(
    anas: Client, begun: Weighing
) -> None:
    address = f"/weighings/{begun.pk}/write"
    answer = _post(
        anas,
        address,
        version=begun.version,
        **{
            "speaks_own-state": "against",
            "line_own-state": "my own father",
            "is_no_benefit_seen": "on",
            "fact_prior_alliance": "weak",
            "fact_own_tears_lately": "3",
            "fact_is_trauma_known": "no",
        },
    )
    assert answer["Location"] == f"/weighings/{begun.pk}"
    kept = thinking_of(Weighing.objects.get().thinking)
    assert dict(kept.answers) == {"own-state": Answer(Speaks.AGAINST, "my own father")}
    assert (kept.is_no_benefit_seen, kept.takes) == (True, "")
    assert dict(kept.facts) == {
        "prior_alliance": "weak",
        "own_tears_lately": 3,
        "is_trauma_known": False,
    }
    read = _plain(_text(anas, f"/weighings/{begun.pk}"))
    assert "None I can see" in read
    assert "Speaks against: my own father" in read


def test_keep_and_show_what_fits_now_comes_back_with_other_arguments(
    anas: Client, begun: Weighing
) -> None:
    address = f"/weighings/{begun.pk}/write"
    before = _plain(_text(anas, address))
    said = {"fact_therapist_shown": "3", "fact_is_paused": "yes", "again": "1"}
    answer = _post(anas, address, version=begun.version, **said)
    assert answer["Location"] == address
    after = _plain(_text(anas, address))
    assert "the session paused or ended early" in after
    assert "the session paused or ended early" not in before


def test_a_strange_answer_is_refused_and_nothing_is_lost(anas: Client, begun: Weighing) -> None:
    address = f"/weighings/{begun.pk}/write"
    said = {"speaks_trust": "certainly", "takes": "These words stay."}
    answer = _post(anas, address, version=begun.version, **said)
    assert answer.status_code == 422
    assert "These words stay." in answer.content.decode()
    assert thinking_of(Weighing.objects.get().thinking).takes == "Ask sooner."


def test_two_devices_see_both_and_nothing_is_overwritten(
    anas: Client, cast: Cast, begun: Weighing
) -> None:
    address = f"/weighings/{begun.pk}/write"
    opened_at = begun.version
    _post(anas, address, version=opened_at, speaks_honest="for", takes="From the laptop.")
    answer = _post(
        anas, address, version=opened_at, speaks_honest="against", takes="From the phone."
    )
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "This was changed after you opened it" in page
    plain = _plain(page)
    assert "From the laptop." in plain
    assert "From the phone." in plain
    assert "<td>for</td><td>against</td>" in page
    assert thinking_of(Weighing.objects.get().thinking).takes == "From the laptop."
    version = re.search(r'name="version" value="(\d+)"', page)
    assert version is not None
    kept = _post(anas, address, version=version[1], takes="From both.")
    assert kept.status_code == 303


def test_the_same_form_sent_twice_is_kept_once(anas: Client, begun: Weighing) -> None:
    said: dict[str, Any] = {"key": form_key(), "version": begun.version, "takes": "Once."}
    address = f"/weighings/{begun.pk}/write"
    assert anas.post(address, said)["Location"] == anas.post(address, said)["Location"]
    begun.refresh_from_db()
    assert begun.version == said["version"] + 1


def test_what_the_record_knows_is_offered_and_the_rule_of_the_bond_is_shown(
    anas: Client, begun: Weighing
) -> None:
    page = _plain(_text(anas, f"/weighings/{begun.pk}/write"))
    assert "You showed tears fell" in page
    assert "This division is ours" in page


# --- in the record


def test_putting_it_in_the_record_says_first_what_will_happen(
    anas: Client, begun: Weighing
) -> None:
    address = f"/weighings/{begun.pk}/record"
    page = _text(anas, address)
    for words in ("belongs to the record", "every version stays readable", "not a qualified"):
        assert words in page
    assert not WeighingVersion.objects.exists()
    assert _post(anas, address, version=begun.version).status_code == 303
    version = WeighingVersion.objects.get()
    read = _text(anas, f"/weighings/{begun.pk}")
    assert version.content_hash in read
    assert "Ana Ruiz" in read
    assert "goes away on" not in _plain(read)
    assert anas.get(address)["Location"] == f"/weighings/{begun.pk}"


def test_what_changed_after_it_was_confirmed_on_another_device_is_not_put_there(
    anas: Client, cast: Cast, begun: Weighing
) -> None:
    seen_at = begun.version
    weighing.write_weighing(
        begun, by=cast.ana, expected_version=seen_at, thinking=Thinking(takes="Later words.")
    )
    answer = _post(anas, f"/weighings/{begun.pk}/record", version=seen_at)
    assert answer.status_code == 409
    assert not WeighingVersion.objects.exists()


def test_a_further_version_says_in_words_what_is_otherwise(anas: Client, begun: Weighing) -> None:
    _post(anas, f"/weighings/{begun.pk}/record", version=begun.version)
    begun.refresh_from_db()
    address = f"/weighings/{begun.pk}/write"
    assert "becomes a further version" in _text(anas, address)
    _post(anas, address, version=begun.version, speaks_trust="unsure", takes="Ask sooner.")
    read = _plain(_text(anas, f"/weighings/{begun.pk}"))
    assert "Version 2" in read
    assert "was: speaks for: It held before. is: unsure" in read


def test_it_cannot_be_deleted_any_more_once_it_is_in_the_record(
    anas: Client, begun: Weighing
) -> None:
    _post(anas, f"/weighings/{begun.pk}/record", version=begun.version)
    answer = _post(anas, f"/weighings/{begun.pk}/delete")
    assert answer.status_code == 422
    assert "in the record" in answer.content.decode()
    assert Weighing.objects.exists()


def test_a_colleague_of_the_same_care_reads_it_and_has_no_way_to_change_it(
    cast: Cast, anas: Client, eyes_of: Callable[[Member], Client], begun: Weighing
) -> None:
    bertas = eyes_of(cast.berta)
    assert bertas.get(f"/weighings/{begun.pk}").status_code == 404
    _post(anas, f"/weighings/{begun.pk}/record", version=begun.version)
    care.add_participant(
        cast.care_of_mia, by=cast.ana, who=care.NewParticipant("co_therapist", member=cast.berta)
    )
    read = _text(bertas, f"/weighings/{begun.pk}")
    assert "Ask sooner." in read
    for way in ("write", "record", "until", "delete"):
        assert f"/weighings/{begun.pk}/{way}" not in read
        assert bertas.get(f"/weighings/{begun.pk}/{way}").status_code == 404
    assert "A colleague’s weighing" in _text(bertas, f"/moments/{begun.moment_id}")


# --- let it go


def test_another_last_day_and_deleting_now(anas: Client, begun: Weighing) -> None:
    _post(anas, f"/weighings/{begun.pk}/until", version=begun.version, expires_on="2026-07-01")
    begun.refresh_from_db()
    assert begun.expires_on == date(2026, 7, 1)
    answer = _post(anas, f"/weighings/{begun.pk}/delete")
    assert answer["Location"] == f"/moments/{begun.moment_id}"
    assert not Weighing.objects.exists()


def test_deleting_the_moment_says_that_the_weighing_goes_too(anas: Client, begun: Weighing) -> None:
    address = f"/moments/{begun.moment_id}/delete"
    assert "for you alone, goes with it" in _text(anas, address)
    _post(anas, f"/weighings/{begun.pk}/record", version=begun.version)
    assert "with all its versions" in _text(anas, address)


# --- beforehand


def test_from_the_session_and_the_client_one_thinks_ahead(
    anas: Client, cast: Cast, moment: Moment
) -> None:
    session = cast.session(10)
    assert f'href="/sessions/{session.pk}/weigh"' in _text(anas, f"/sessions/{session.pk}")
    client = f"/clients/{cast.care_of_mia.pk}"
    assert f'href="{client}/weigh"' in _text(anas, client)
    _post(anas, f"/sessions/{session.pk}/weigh", expires_on=UNTIL)
    row = Weighing.objects.get()
    assert (row.time, row.session_id, row.moment_id) == ("beforehand", session.pk, None)
    ahead = f"/weighings/{row.pk}/write"
    assert 'name="fact_about" value="goodbye"' in _text(anas, ahead)
    _post(anas, ahead, version=1, fact_about=["goodbye"], takes="Breathe.")
    page = _plain(_text(anas, f"/weighings/{row.pk}/write"))
    assert "it was a goodbye" in page
    assert "What you thought beforehand" in _text(anas, f"/sessions/{session.pk}")
    assert f"/weighings/{row.pk}" in _text(anas, client)
    _post(anas, f"{client}/weigh", expires_on=UNTIL)
    assert Weighing.objects.filter(session=None).count() == 1


def test_what_the_client_says_beforehand_is_kept_in_mind_with_one_tap(
    anas: Client, cast: Cast
) -> None:
    row = weighing.begin_beforehand(cast.care_of_mia, by=cast.ana, expires_on=date(2026, 6, 1))
    page = _text(anas, f"/weighings/{row.pk}")
    assert "what would help, and what would be too much?" in page
    assert f'action="/clients/{cast.care_of_mia.pk}/kept-in-mind/new"' in page
    day = re.search(r'name="agreed_on" value="([^"]+)"', page)
    assert day is not None
    words = "It is fine by me, as long as you say that you are all right."
    answer = _post(
        anas,
        f"/clients/{cast.care_of_mia.pk}/kept-in-mind/new",
        words=words,
        agreed_on=day[1],
    )
    assert answer.status_code == 303
    assert KeptInMind.objects.get().words == words


# --- what next


def test_the_card_stands_after_logging_and_in_a_place_of_its_own(
    anas: Client, moment: Moment
) -> None:
    assert "For the room" in _text(anas, f"/moments/{moment.pk}?kept")
    assert "For the room" not in _text(anas, f"/moments/{moment.pk}")
    assert "For the room" in _text(anas, "/what-next")


def test_a_suggestion_stands_with_its_words_reason_and_grounds_and_one_tap_closes_it(
    anas: Client, cast: Cast
) -> None:
    strong = moments.log_moment(cast.session(3), by=cast.ana, who="therapist", shown=3)
    offer = strong.offers.get()
    page = _text(anas, f"/moments/{strong.pk}")
    plain = _plain(page)
    assert "Take it to somebody you trust." in plain
    assert "Shown because you sobbed." in plain
    assert 'href="/evidence/studies/' in page
    assert "Take it to somebody you trust." in _plain(_text(anas, "/what-next"))
    answer = _post(anas, f"/offers/{offer.pk}/close", back="moment")
    assert answer["Location"] == f"/moments/{strong.pk}"
    assert "Nothing stands open." in _text(anas, "/what-next")


@pytest.mark.parametrize("back", ["what-next", "elsewhere", "https://example.org"])
def test_closing_leads_back_only_to_our_own_pages(anas: Client, cast: Cast, back: str) -> None:
    strong = moments.log_moment(cast.session(3), by=cast.ana, who="therapist", shown=3)
    answer = _post(anas, f"/offers/{strong.offers.get().pk}/close", back=back)
    assert answer["Location"] == ("/what-next" if back == "what-next" else "/")


# --- easy to read, quick to come


def test_every_page_of_it_is_easy_to_read(anas: Client, cast: Cast, begun: Weighing) -> None:
    ahead = weighing.begin_beforehand(cast.care_of_mia, by=cast.ana, expires_on=date(2026, 6, 1))
    graded = 0
    for address in (
        f"/moments/{begun.moment_id}",
        f"/clients/{cast.care_of_mia.pk}/weigh",
        f"/weighings/{begun.pk}/write",
        f"/weighings/{begun.pk}/record",
        f"/weighings/{ahead.pk}",
        f"/weighings/{ahead.pk}/write",
        "/what-next",
    ):
        page = _text(anas, address).replace("<form", "<div").replace("</form>", "</div>")
        words, grade = check_guidance(page, names=("Ana Ruiz", "Mia L."))
        graded += words >= FEWEST_WORDS
        assert words < FEWEST_WORDS or grade <= HIGHEST_GRADE, (address, words, grade)
    assert graded >= 5


def test_the_housekeeper_lets_go_of_what_is_past_its_day(
    anas: Client, begun: Weighing, still_clock: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(vault_care, "backup_is_due", lambda now: False)
    housekeeping.do_chores()
    assert Weighing.objects.exists()
    still_clock.move(days=84)
    housekeeping.do_chores()
    assert not Weighing.objects.exists()
