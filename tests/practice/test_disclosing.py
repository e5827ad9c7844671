"""Somebody asked to see a record: it is kept whole until then, and little is given."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest

from lacrima.errors import (
    BadInput,
    EditConflict,
    LacrimaError,
    NotAllowed,
    NotFound,
    OnHold,
    OutOfRange,
)
from lacrima.practice import care, disclosing, erasing, erasing_preview, holding, notes, people
from lacrima.practice.disclosure_bundle import ANOTHER_PERSON, Bundle, Pick, compose, looked
from lacrima.practice.export_choice import GAP, Choice, Part
from lacrima.records.models import AuditLine, Disclosure, DisclosureState, Episode, Member
from tests.support.cast import NOON, Cast
from tests.support.families import Families, Plan, Told
from tests.support.things import WORDS, Things

NOTES = frozenset({Part.RECORD_NOTES})
TODAY = NOON.date()
LAST = date(2026, 3, 4)


def asked(things: Things, kind: str = "authority", **more: Any) -> Disclosure:
    said = {"asked_on": TODAY, "asked_by": "The court of Y", "kind": kind, "ground": "file 12"}
    return disclosing.note_request(things.cast.mia, by=things.cast.ana, **(said | more))


def picked(things: Things, parts: frozenset[Part] = NOTES, **choice: Any) -> list[Pick]:
    return [Pick(things.cast.care_of_mia.pk, Choice(parts=parts, **choice))]


def given(
    request: Disclosure, things: Things, picks: list[Pick], covered: tuple[str, ...] = ()
) -> Bundle:
    ana = things.cast.ana
    seen = compose(ana, request, picks, covered)
    return disclosing.give(request, by=ana, picks=picks, covered=covered, seen=seen.mark)


def lines() -> list[AuditLine]:
    return list(AuditLine.objects.filter(action__startswith="disclosure.").order_by("sequence"))


# --- what holds


def end_by_giving(request: Disclosure, things: Things) -> None:
    given(request, things, picked(things))


def end_by_declining(request: Disclosure, things: Things) -> None:
    disclosing.decline_request(request, by=things.cast.ana, why="no ground in law")


def end_by_withdrawing(request: Disclosure, things: Things) -> None:
    disclosing.withdraw_request(request, by=things.cast.ana, why="another client was meant")


ENDS = {
    DisclosureState.GIVEN: end_by_giving,
    DisclosureState.DECLINED: end_by_declining,
    DisclosureState.WITHDRAWN: end_by_withdrawing,
}


@pytest.mark.parametrize("state", ENDS)
def test_nothing_is_deleted_while_it_is_open_and_everything_can_be_afterwards(
    things: Things, state: DisclosureState
) -> None:
    ana, mia = things.cast.ana, things.cast.mia
    request = asked(things)
    assert holding.is_held(mia)
    assert erasing_preview.is_held(mia)
    with pytest.raises(OnHold, match="asked to see the record"):
        notes.delete_record_note(things.record_note, by=ana)
    with pytest.raises(OnHold, match="asked to see the record"):
        erasing.erase_client(mia, by=ana, code=mia.code)
    ENDS[state](request, things)
    request.refresh_from_db()
    assert request.state == state
    assert request.answered_at is not None
    assert not holding.is_held(mia)
    notes.delete_record_note(things.record_note, by=ana)
    erasing.erase_client(mia, by=ana, code=mia.code)
    assert not Disclosure.objects.filter(pk=request.pk).exists()


def test_a_private_note_past_its_day_stays_until_it_is_answered(things: Things) -> None:
    request, later = asked(things), NOON + timedelta(days=400)
    assert notes.forget_expired_private_notes(now=later) == 0
    end_by_declining(request, things)
    assert notes.forget_expired_private_notes(now=later) == 1


def test_a_hold_is_named_as_a_hold_also_where_a_request_is_open(things: Things) -> None:
    asked(things)
    holding.set_hold(things.cast.mia, by=things.cast.ana, reason="a letter")
    with pytest.raises(OnHold, match="on hold"):
        notes.delete_record_note(things.record_note, by=things.cast.ana)


# --- noting and ending


def test_a_request_says_who_when_and_on_what_ground(things: Things) -> None:
    for wrong, error in (
        ({"asked_by": "  "}, BadInput),
        ({"asked_on": TODAY + timedelta(days=1)}, OutOfRange),
        ({"kind": "other", "ground": " "}, BadInput),
        ({"kind": "curiosity"}, OutOfRange),
        ({"asked_by": "x" * 2_001}, OutOfRange),
    ):
        with pytest.raises(error):
            asked(things, **wrong)  # type: ignore[arg-type]
    assert not Disclosure.objects.filter(state=DisclosureState.ASKED).exists()


def test_it_is_corrected_and_never_over_somebodys_head(things: Things) -> None:
    request = asked(things)
    ana = things.cast.ana
    changed = disclosing.change_request(
        request, by=ana, expected_version=1, asked_by="The court of Z", asked_on=LAST
    )
    assert (changed.asked_by, changed.asked_on, changed.version) == ("The court of Z", LAST, 2)
    with pytest.raises(EditConflict):
        disclosing.change_request(request, by=ana, expected_version=1, ground="x")
    with pytest.raises(BadInput):
        disclosing.change_request(request, by=ana, expected_version=2, state="given")


@pytest.mark.parametrize("end", [disclosing.decline_request, disclosing.withdraw_request])
def test_it_ends_once_with_a_reason(things: Things, end: Callable[..., Disclosure]) -> None:
    request, ana = asked(things), things.cast.ana
    with pytest.raises(BadInput):
        end(request, by=ana, why="  ")
    assert end(request, by=ana, why="as told by letter").outcome == "as told by letter"
    for again in (disclosing.decline_request, disclosing.withdraw_request):
        with pytest.raises(BadInput, match="answered already"):
            again(request, by=ana, why="once more")
    with pytest.raises(BadInput, match="answered already"):
        given(request, things, picked(things))


# --- what is given


def test_nothing_is_in_it_but_what_was_chosen(things: Things) -> None:
    for part, stands in ((Part.RECORD_NOTES, True), (Part.SESSIONS, False)):
        page = compose(things.cast.ana, asked(things), picked(things, frozenset({part}))).data
        assert (WORDS in page.decode()) is stands
        assert b"9 of 27" not in page
    with pytest.raises(BadInput):
        compose(things.cast.ana, asked(things), [])


def test_to_others_it_says_not_even_what_else_is_there(things: Things) -> None:
    ana = things.cast.ana
    page = compose(ana, asked(things, "insurer"), picked(things)).data.decode()
    assert "mean danger" not in page
    assert "and not the whole record" in page
    page = compose(ana, asked(things, "client"), picked(things)).data.decode()
    assert "mean danger" in page
    assert "private notes" in page


def test_names_are_covered_and_whole_texts_marked_and_all_is_counted(things: Things) -> None:
    ana, episode = things.cast.ana, things.cast.care_of_mia
    notes.write_record_note(episode, by=ana, words="Rosa called. Rosa's brother Ivo too.")
    left = notes.write_record_note(episode, by=ana, words="About the neighbour.")
    made = given(
        asked(things), things, picked(things, without=frozenset({left.pk})), ("Rosa", "Ivo", "Eva")
    )
    page = made.data.decode()
    assert f"{ANOTHER_PERSON} called. {ANOTHER_PERSON}&#x27;s brother {ANOTHER_PERSON} too." in page
    assert "neighbour" not in page
    assert page.count(str(GAP)) == 1
    assert made.covered.places == (("Rosa", 2), ("Ivo", 1), ("Eva", 0))
    assert made.redactions == 4


def test_what_was_given_is_kept_in_words_with_its_hash_and_the_number(things: Things) -> None:
    request, ana = asked(things), things.cast.ana
    picks = picked(things, NOTES | {Part.SESSIONS})
    seen = compose(ana, request, picks, ["letter"])
    assert request.state == DisclosureState.ASKED
    made = disclosing.give(
        request, by=ana, picks=picks, covered=["letter"], seen=seen.mark, remark="by post"
    )
    assert made.data == seen.data
    request.refresh_from_db()
    assert request.content_hash == hashlib.sha256(made.data).hexdigest()
    assert request.redactions == made.redactions >= 1
    for words in ("Sessions (2)", "Notes of the record (1)", "by post", "is covered"):
        assert words in request.outcome
    assert WORDS not in request.outcome


def test_the_same_file_may_be_taken_once_more_and_another_one_not(things: Things) -> None:
    request, picks = asked(things), picked(things)
    first = given(request, things, picks)
    version = Disclosure.objects.get(pk=request.pk).version
    assert given(request, things, picks).data == first.data
    assert Disclosure.objects.get(pk=request.pk).version == version
    with pytest.raises(BadInput, match="answered already"):
        given(request, things, picked(things, NOTES | {Part.SESSIONS}))


def test_a_text_that_changed_since_it_was_looked_at_is_not_given(things: Things) -> None:
    request, picks, ana = asked(things), picked(things), things.cast.ana
    seen = compose(ana, request, picks)
    notes.write_record_note(things.cast.care_of_mia, by=ana, words="one more")
    with pytest.raises(EditConflict):
        disclosing.give(request, by=ana, picks=picks, seen=seen.mark)
    assert Disclosure.objects.get(pk=request.pk).state == DisclosureState.ASKED


def test_the_log_has_lines_without_words(things: Things) -> None:
    before = len(lines())
    request = asked(things)
    given(request, things, picked(things), ("letter",))
    asked_line, given_line = lines()[before:]
    assert (asked_line.action, asked_line.details) == ("disclosure.asked", {"kind": "authority"})
    assert given_line.action == "disclosure.given"
    assert set(given_line.details) == {"bytes", "redactions"}
    assert erasing_preview.preview(
        things.cast.ana, things.cast.mia.pk, practice=_practice()
    ).copies_left_on == (TODAY,)


def _practice() -> Any:
    found = people.the_practice()
    assert found is not None
    return found


def test_of_several_courses_of_care_each_stands_under_its_own_day(things: Things) -> None:
    ana, cast = things.cast.ana, things.cast
    second = care.start_episode(
        by=ana, kind="individual", clients=[cast.mia], started_on=date(2026, 3, 9)
    )
    notes.write_record_note(second, by=ana, words="the second time")
    request = asked(things)
    assert [one.episode.pk for one in looked(ana, cast.mia)] == [cast.care_of_mia.pk, second.pk]
    made = given(request, things, [*picked(things), Pick(second.pk, Choice(parts=NOTES))])
    page = made.data.decode()
    assert "since 9 March 2026: Notes of the record" in page
    assert WORDS in page
    assert "the second time" in page


COUPLE = Plan(
    episodes=((0, 1),),
    moments=(Told((0,), (0,), by_client=False, nature="showed"),),
    erased=0,
)


def test_of_a_couple_only_what_belongs_to_the_one_who_was_asked_about(cast: Cast) -> None:
    made = Families(cast, COUPLE, 3)
    one, other = made.people[0], made.people[1]
    request = disclosing.note_request(
        one, by=cast.ana, asked_on=TODAY, asked_by="she herself", kind="client"
    )
    choice = Choice(parts=frozenset(Part), clients=frozenset({one.pk}))
    page = compose(cast.ana, request, [Pick(made.episodes[0].pk, choice)]).data.decode()
    assert one.code in page
    assert other.code not in page


# --- whose it is


def _error(do: Callable[[], Any]) -> type[Exception] | None:
    try:
        do()
    except LacrimaError as error:
        return type(error)
    return None


@pytest.mark.parametrize("who", ["berta", "hanna", "stella"])
def test_nobody_else_answers_it_or_reads_the_log(things: Things, who: str) -> None:
    by: Member = getattr(things.cast, who)
    request, picks = asked(things), picked(things)
    seen = compose(things.cast.ana, request, picks).mark
    said = {
        _error(lambda: disclosing.decline_request(request, by=by, why="x")),
        _error(lambda: disclosing.withdraw_request(request, by=by, why="x")),
        _error(lambda: disclosing.give(request, by=by, picks=picks, seen=seen)),
        _error(lambda: compose(by, request, picks)),
    }
    assert said <= {NotFound, NotAllowed}
    assert not disclosing.log_of(by).exists()
    assert Disclosure.objects.get(pk=request.pk).state == DisclosureState.ASKED


def test_the_care_of_somebody_else_is_never_in_it(things: Things) -> None:
    cast = things.cast
    for episode in (cast.care_of_clara, Episode(pk=cast.mia.pk)):
        with pytest.raises(NotFound):
            compose(cast.ana, asked(things), [Pick(episode.pk, Choice(parts=NOTES))])


def test_the_log_tells_of_one_client_or_of_all(things: Things) -> None:
    cast = things.cast
    other = care.start_episode(by=cast.ana, kind="individual", clients=[care.NewClient("N 09")])
    client = other.participants.exclude(client=None).get().client
    assert client is not None
    disclosing.note_request(
        client, by=cast.ana, asked_on=TODAY, asked_by="a doctor", kind="professional"
    )
    asked(things)
    assert disclosing.log_of(cast.ana, cast.mia).count() == 2
    assert disclosing.log_of(cast.ana, client).count() == 1
    assert disclosing.log_of(cast.ana).count() == 3
