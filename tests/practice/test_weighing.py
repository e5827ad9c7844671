"""Weighing: hers alone until a day; in the record with versions, hashes and the key of the care."""

from __future__ import annotations

import json
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lacrima.errors import BadInput, Damaged, EditConflict, NotAllowed, NotFound, OutOfRange
from lacrima.evidence.conditions import Facts
from lacrima.evidence.library import shipped
from lacrima.instruments.catalogue import shipped as instruments
from lacrima.practice import answers, care, moments, notes, sessions, weighing
from lacrima.practice.pages_parts import seeing
from lacrima.practice.pages_weighing import WeighingPage, weighing_page
from lacrima.practice.pages_weighing_lists import weighing_of
from lacrima.practice.weighing_thinking import (
    Answer,
    Speaks,
    Thinking,
    changes_between,
    facts_to_dict,
    hash_of,
    thinking_of,
    with_lists_as_sets,
)
from lacrima.records import audit
from lacrima.records.models import AuditLine, Moment, Weighing, WeighingVersion
from lacrima.vault.sealed import key_id_of
from tests.support.cast import NOON, Cast

LAST_DAY = date(2026, 6, 1)
SECRET = "because of my own father"
THOUGHT = Thinking(
    answers={"clients-interest": Answer(Speaks.FOR, SECRET), "trust": Answer(Speaks.UNSURE)},
    benefit="She felt less alone.",
    takes="Ask sooner.",
)


@pytest.fixture
def moment(cast: Cast) -> Moment:
    """Both in tears, in the fifth session."""
    return moments.log_moment(cast.session(5), by=cast.ana, who="both", shown=2, flow="paused")


@pytest.fixture
def begun(cast: Cast, moment: Moment) -> Weighing:
    """A weighing in which nothing is written yet."""
    return weighing.begin_weighing(moment, by=cast.ana, expires_on=LAST_DAY)


def _write(row: Weighing, cast: Cast, thinking: Thinking = THOUGHT) -> Weighing:
    row.refresh_from_db()
    return weighing.write_weighing(
        row, by=cast.ana, expected_version=row.version, thinking=thinking
    )


def _record(row: Weighing, cast: Cast) -> Weighing:
    row.refresh_from_db()
    return weighing.record_weighing(row, by=cast.ana, expected_version=row.version)


def _page(row: Weighing, cast: Cast) -> WeighingPage:
    return weighing_page(cast.ana, row.pk)


def _sealed_of(row: Weighing) -> bytes:
    raw = Weighing.objects.filter(pk=row.pk).values_list("thinking", flat=True).get()
    return bytes(raw)


# --- for herself alone


def test_what_is_written_comes_back(cast: Cast, begun: Weighing) -> None:
    _write(begun, cast)
    assert thinking_of(Weighing.objects.get().thinking) == THOUGHT
    assert _page(begun, cast).thinking.takes == "Ask sooner."


def test_the_last_day_is_chosen_beforehand_and_within_a_year(cast: Cast, moment: Moment) -> None:
    for day in (NOON.date(), NOON.date() - timedelta(days=1), NOON.date() + timedelta(days=367)):
        with pytest.raises(OutOfRange):
            weighing.begin_weighing(moment, by=cast.ana, expires_on=day)
    assert not Weighing.objects.exists()


def test_a_private_weighing_keeps_no_versions_and_its_lines_name_nothing(
    cast: Cast, begun: Weighing
) -> None:
    _write(begun, cast)
    _write(begun, cast, Thinking(takes="Other words."))
    weighing.keep_weighing_until(
        begun, by=cast.ana, expected_version=3, expires_on=LAST_DAY + timedelta(days=5)
    )
    assert not WeighingVersion.objects.exists()
    lines = AuditLine.objects.filter(action__startswith="weighing.")
    assert lines.count() == 4
    assert {(one.thing, one.thing_id, str(one.details)) for one in lines} == {("", "", "{}")}


def test_nobody_else_finds_a_private_weighing(cast: Cast, begun: Weighing) -> None:
    care.add_participant(
        cast.care_of_mia, by=cast.ana, who=care.NewParticipant("co_therapist", member=cast.berta)
    )
    for somebody in (cast.berta, cast.hanna, cast.stella):
        with pytest.raises(NotFound):
            weighing_page(somebody, begun.pk)
        with pytest.raises(NotFound):
            weighing.write_weighing(begun, by=somebody, expected_version=1, thinking=THOUGHT)
    assert weighing_of(begun.moment, seeing(cast.berta)).yours is None


def test_each_therapist_weighs_a_moment_once_and_both_may(
    cast: Cast, moment: Moment, begun: Weighing
) -> None:
    with pytest.raises(EditConflict):
        weighing.begin_weighing(moment, by=cast.ana, expires_on=LAST_DAY)
    care.add_participant(
        cast.care_of_mia, by=cast.ana, who=care.NewParticipant("co_therapist", member=cast.berta)
    )
    weighing.begin_weighing(moment, by=cast.berta, expires_on=LAST_DAY)
    assert Weighing.objects.count() == 2


def test_two_devices_that_revise_one_weighing_overwrite_nothing(
    cast: Cast, begun: Weighing
) -> None:
    weighing.write_weighing(begun, by=cast.ana, expected_version=1, thinking=THOUGHT)
    with pytest.raises(EditConflict):
        weighing.write_weighing(
            begun, by=cast.ana, expected_version=1, thinking=Thinking(takes="from the phone")
        )
    assert thinking_of(Weighing.objects.get().thinking) == THOUGHT


def test_it_goes_on_the_day_after_its_last_and_leaves_a_line_without_a_count(
    cast: Cast, begun: Weighing, still_clock: Any
) -> None:
    recorded = weighing.begin_beforehand(cast.care_of_mia, by=cast.ana, expires_on=LAST_DAY)
    _record(_write(recorded, cast), cast)
    still_clock.move_to(NOON.replace(month=6, day=1, hour=20))
    assert weighing.forget_expired_weighings(now=still_clock()) == 0
    still_clock.move(hours=4)
    assert weighing.forget_expired_weighings(now=still_clock()) == 1
    assert [one.pk for one in Weighing.objects.all()] == [recorded.pk]
    line = AuditLine.objects.latest("sequence")
    assert (line.action, line.by, line.thing, line.details) == ("weighings.forgotten", "", "", {})


def test_a_private_weighing_can_be_deleted_now(cast: Cast, begun: Weighing) -> None:
    weighing.delete_weighing(begun, by=cast.ana)
    assert not Weighing.objects.exists()


# --- in the record


def test_in_the_record_it_is_sealed_with_the_key_of_the_care(cast: Cast, begun: Weighing) -> None:
    _write(begun, cast)
    private = _sealed_of(begun)
    _record(begun, cast)
    recorded = _sealed_of(begun)
    row = Weighing.objects.get()
    assert private != recorded
    assert row.expires_on is None
    key_id = f"episode:{cast.care_of_mia.pk.hex}"
    assert row.sealing_key_id() == key_id
    assert key_id_of(recorded) == key_id
    assert key_id_of(private) == f"member:{cast.ana.pk.hex}"
    assert thinking_of(row.thinking).takes == "Ask sooner."


def test_putting_it_in_the_record_leaves_person_time_and_hash_in_the_chain(
    cast: Cast, begun: Weighing
) -> None:
    _record(_write(begun, cast), cast)
    version = WeighingVersion.objects.get()
    line = AuditLine.objects.latest("sequence")
    assert (line.action, line.by, line.thing_id) == (
        "weighing.recorded",
        cast.ana.pk.hex,
        begun.pk.hex,
    )
    assert line.details == {"number": 1, "content_hash": version.content_hash}
    assert version.content_hash == hash_of(version.thinking)
    assert audit.hash_of(line) == line.line_hash
    told = json.loads(version.thinking)
    assert told["thinking"]["takes"] == "Ask sooner."
    assert len(told["salt"]) == 32


def test_the_same_words_twice_have_two_hashes_so_that_none_can_be_guessed(
    cast: Cast, moment: Moment
) -> None:
    rows = [
        weighing.begin_beforehand(cast.care_of_mia, by=cast.ana, expires_on=LAST_DAY)
        for _ in range(2)
    ]
    for row in rows:
        _record(_write(row, cast), cast)
    hashes = set(WeighingVersion.objects.values_list("content_hash", flat=True))
    assert len(hashes) == 2


def test_each_further_version_is_kept_and_its_differences_are_said(
    cast: Cast, begun: Weighing
) -> None:
    _record(_write(begun, cast), cast)
    revised = Thinking(
        answers={"clients-interest": Answer(Speaks.AGAINST, SECRET), "honest": Answer(Speaks.FOR)},
        is_no_benefit_seen=True,
        takes="Ask sooner.",
    )
    _write(begun, cast, revised)
    latest, first = _page(begun, cast).versions
    assert (first.number, first.changes, first.is_untouched) == (1, (), True)
    assert (latest.number, latest.by, latest.is_untouched) == (2, "Ana Ruiz", True)
    said = {one.what: (one.before, one.after) for one in latest.changes}
    titles = {one.id: one.title for one in shipped().questions.values()}
    assert said == {
        titles["clients-interest"]: (f"speaks for: {SECRET}", f"speaks against: {SECRET}"),
        titles["trust"]: ("unsure", ""),
        titles["honest"]: ("", "speaks for"),
        "Benefit to the client": ("She felt less alone.", "none I can see"),
    }


def test_keeping_the_same_once_more_makes_no_version(cast: Cast, begun: Weighing) -> None:
    _record(_write(begun, cast), cast)
    care.keep_in_mind(cast.care_of_mia, by=cast.ana, words="No tissues.")  # the record moves on
    _write(begun, cast)
    assert WeighingVersion.objects.count() == 1


def test_a_version_that_was_changed_behind_our_back_is_noticed(cast: Cast, begun: Weighing) -> None:
    _record(_write(begun, cast), cast)
    version = WeighingVersion.objects.get()
    version.thinking = version.thinking.replace("sooner", "never")
    version.save()
    assert [one.is_untouched for one in _page(begun, cast).versions] == [False]


def test_what_the_record_said_that_day_is_kept_with_it(
    cast: Cast, moment: Moment, begun: Weighing
) -> None:
    _record(_write(begun, cast), cast)
    own = moment.voices.get(side="therapist")
    moments.say_more(own, by=cast.ana, flow="went_on")
    facts = {one.name: one.said for one in _page(begun, cast).facts}
    assert facts["is_paused"] == "yes"


def test_nothing_written_cannot_be_put_in_the_record(cast: Cast, begun: Weighing) -> None:
    with pytest.raises(BadInput, match="nothing was written"):
        _record(begun, cast)
    begun.refresh_from_db()
    assert begun.recorded_at is None


def test_what_is_in_the_record_goes_neither_alone_nor_by_a_day(cast: Cast, begun: Weighing) -> None:
    _record(_write(begun, cast), cast)
    begun.refresh_from_db()
    with pytest.raises(BadInput):
        weighing.delete_weighing(begun, by=cast.ana)
    with pytest.raises(BadInput):
        weighing.keep_weighing_until(
            begun, by=cast.ana, expected_version=begun.version, expires_on=LAST_DAY
        )
    with pytest.raises(BadInput):
        _record(begun, cast)
    assert Weighing.objects.count() == WeighingVersion.objects.count() == 1


def test_who_works_in_the_same_care_reads_what_is_in_the_record_and_changes_nothing(
    cast: Cast, moment: Moment, begun: Weighing
) -> None:
    _record(_write(begun, cast), cast)
    with pytest.raises(NotFound):
        weighing_page(cast.berta, begun.pk)
    care.add_participant(
        cast.care_of_mia, by=cast.ana, who=care.NewParticipant("co_therapist", member=cast.berta)
    )
    seen = weighing_page(cast.berta, begun.pk)
    assert (seen.is_yours, seen.thinking.takes) == (False, "Ask sooner.")
    assert [one.id for one in weighing_of(moment, seeing(cast.berta)).of_others] == [begun.pk]
    begun.refresh_from_db()
    with pytest.raises(NotAllowed):
        weighing.write_weighing(
            begun, by=cast.berta, expected_version=begun.version, thinking=Thinking(takes="mine")
        )
    with pytest.raises(NotAllowed):
        weighing.delete_weighing(begun, by=cast.berta)


# --- what the record says


def _facts(row: Weighing, cast: Cast) -> dict[str, str]:
    return {one.name: one.said for one in _page(row, cast).facts}


def test_the_record_offers_what_it_knows(cast: Cast, moment: Moment, begun: Weighing) -> None:
    earlier = cast.session(4)
    answers.record_answers(
        cast.mia,
        cast.care_of_mia,
        by=cast.ana,
        instrument="alliance-check",
        items=_alliance(9),
        session=earlier,
    )
    moments.log_moment(earlier, by=cast.ana, who="therapist", shown=1)
    notes.keep_in_mind(cast.care_of_mia, by=cast.ana, words="No tissues.")
    assert _facts(begun, cast) == {
        "therapist_shown": "tears fell",
        "client_shown": "tears fell",
        "is_paused": "yes",
        "prior_alliance": "strong",
        "phase": "in the middle",
        "own_tears_lately": "one",
        "is_trauma_known": "not known",
        "is_minor": "not known",
    }
    assert [one.words for one in _page(begun, cast).kept_in_mind] == ["No tissues."]


def _alliance(value: int) -> dict[str, int | None]:
    return {item.id: value for item in instruments()["alliance-check"].items}


@pytest.mark.parametrize(("value", "said"), [(3, "weak"), (7, "middling"), (9, "strong")])
def test_the_bond_before_is_named_by_a_rule_that_is_shown(
    cast: Cast, begun: Weighing, value: int, said: str
) -> None:
    answers.record_answers(
        cast.mia,
        cast.care_of_mia,
        by=cast.ana,
        instrument="alliance-check",
        items=_alliance(value),
        session=cast.session(4),
    )
    line = next(one for one in _page(begun, cast).facts if one.name == "prior_alliance")
    assert line.said == said
    assert "This division is ours" in line.rule


def test_scores_after_the_moment_say_nothing_of_the_bond_before_it(
    cast: Cast, begun: Weighing
) -> None:
    answers.record_answers(
        cast.mia,
        cast.care_of_mia,
        by=cast.ana,
        instrument="alliance-check",
        items=_alliance(2),
        session=cast.session(6),
    )
    assert _facts(begun, cast)["prior_alliance"] == "not known"


def test_what_she_sees_otherwise_holds_for_this_weighing_alone(
    cast: Cast, moment: Moment, begun: Weighing
) -> None:
    before = {one.id for one in _page(begun, cast).arguments}
    _write(begun, cast, Thinking(takes="x", facts={"prior_alliance": "weak", "is_paused": False}))
    page = _page(begun, cast)
    line = next(one for one in page.facts if one.name == "prior_alliance")
    assert (line.said, line.is_changed, line.chosen) == ("weak", True, "weak")
    assert {one.id for one in page.arguments} != before
    assert moment.voices.get(side="therapist").flow == "paused"


def test_every_argument_says_why_it_is_shown_and_what_is_unstudied(
    cast: Cast, begun: Weighing
) -> None:
    page = _page(begun, cast)
    assert all(one.because for one in page.arguments)
    unstudied = [one for one in page.arguments if one.is_unstudied]
    assert unstudied
    assert {one.grade for one in unstudied} == {"unstudied"}


def test_the_sides_stand_in_turn_so_that_none_is_above_the_other(
    cast: Cast, begun: Weighing
) -> None:
    first = [one.side for one in _page(begun, cast).first_arguments]
    assert first[:3] == ["speaks for", "speaks against", "asks for care"]


def test_after_a_moment_all_fourteen_are_asked_and_beforehand_fewer_in_other_words(
    cast: Cast, begun: Weighing
) -> None:
    ahead = weighing.begin_beforehand(cast.care_of_mia, by=cast.ana, expires_on=LAST_DAY)
    assert len(_page(begun, cast).questions) == 14
    asked = _page(ahead, cast).questions
    assert len(asked) < 10
    assert "these days" in next(one.asks for one in asked if one.id == "own-state")


def test_beforehand_a_session_of_another_care_is_refused(cast: Cast) -> None:
    other = sessions.add_session(cast.care_of_clara, by=cast.berta, number=1)
    with pytest.raises(BadInput):
        weighing.begin_beforehand(cast.care_of_mia, by=cast.ana, expires_on=LAST_DAY, session=other)


# --- the value itself

_texts = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=40)
_answers = st.dictionaries(
    st.sampled_from(["clients-interest", "trust", "honest", "gone-question"]),
    st.builds(Answer, st.none() | st.sampled_from(Speaks), _texts),
)
_facts_said = st.fixed_dictionaries(
    {},
    optional={
        "therapist_shown": st.integers(0, 3),
        "is_paused": st.booleans(),
        "phase": st.sampled_from(["early", "middle", "ending"]),
        "about": st.lists(st.sampled_from(["grief", "goodbye"]), unique=True).map(sorted),
    },
)
_thinkings = st.builds(
    Thinking,
    answers=_answers,
    benefit=_texts,
    is_no_benefit_seen=st.booleans(),
    takes=_texts,
    facts=_facts_said,
)


@given(_thinkings)
def test_a_thinking_comes_back_as_it_was_sealed(thinking: Thinking) -> None:
    assert thinking_of(thinking.to_text()) == thinking
    assert thinking.to_text().isascii()


@given(_thinkings, _thinkings)
def test_two_thinkings_differ_in_words_exactly_where_they_differ(
    one: Thinking, other: Thinking
) -> None:
    said = (one.answers, one.benefit, one.is_no_benefit_seen, one.takes)
    same = said == (other.answers, other.benefit, other.is_no_benefit_seen, other.takes)
    changes = changes_between(one, other, {"trust": "Trust"})
    assert bool(changes) or same
    assert changes_between(one, one, {}) == ()


@given(st.lists(st.sampled_from(Speaks), min_size=14, max_size=14))
def test_no_number_is_ever_formed_of_the_answers(speaks: list[Speaks]) -> None:
    names = list(shipped().questions)
    thinking = Thinking(answers={n: Answer(s) for n, s in zip(names, speaks, strict=True)})

    def numbers(value: object) -> list[object]:
        if isinstance(value, dict):
            return [one for part in value.values() for one in numbers(part)]
        return [value] if isinstance(value, int | float) and not isinstance(value, bool) else []

    assert numbers(thinking.to_dict()) == []


def test_facts_go_through_json_and_back() -> None:
    facts = Facts(therapist_shown=2, about=frozenset({"grief"}), is_paused=False)
    assert with_lists_as_sets(json.loads(json.dumps(facts_to_dict(facts))), Facts()) == facts


def test_texts_without_end_unknown_facts_and_strange_texts_are_refused() -> None:
    with pytest.raises(OutOfRange):
        Answer(Speaks.FOR, "x" * 501)
    with pytest.raises(OutOfRange):
        Thinking(benefit="x" * 20_001)
    with pytest.raises(OutOfRange):
        Thinking(facts={"mood": "low"})
    with pytest.raises(OutOfRange):
        Thinking(facts={"phase": "late"})
    for text in ("{}", "[]", '{"schema": "other"}', "no json"):
        with pytest.raises(Damaged):
            thinking_of(text)
