"""Answers: scored by their instrument's own rules; risks stand until somebody has seen them."""

from __future__ import annotations

from decimal import Decimal

import pytest

from lacrima.errors import BadInput, EditConflict, NotFound, OutOfRange
from lacrima.instruments.catalogue import shipped
from lacrima.practice import answers, care, pages
from lacrima.records.models import Answers, PlainScore, RiskItem
from tests.support.cast import NOON
from tests.support.things import PHQ_9, WITHOUT_RISK


@pytest.fixture
def record(cast):
    """Record answers of Mia's, by Ana."""

    def recorded(instrument: str = "phq-9", **fields):
        return answers.record_answers(
            cast.mia, cast.care_of_mia, by=cast.ana, instrument=instrument, **fields
        )

    return recorded


def test_a_total_stands_beside_the_items_it_was_made_of(record, cast):
    kept = record(items=PHQ_9, session=cast.session(1))
    assert (kept.total, kept.missing, kept.why) == (Decimal(9), 0, "")
    assert kept.items["phq9_9"] == 1
    assert kept.recall_days == 14


def test_a_missing_item_is_never_nought(record):
    two_missing = WITHOUT_RISK | {"phq9_1": None, "phq9_2": None, "phq9_3": 3}
    kept = record(items=two_missing, assessment=1)
    assert (kept.missing, kept.total) == (2, Decimal(10))  # 8 over 7 items, times 9, rounded
    three = record(items=two_missing | {"phq9_4": None}, assessment=2)
    assert three.total is None
    assert three.why == "3 of 9 items missing; at most 2 may be"


def test_one_of_three_missing_gives_no_alliance(record):
    kept = record("alliance-check", items={"alliance_goal": 8, "alliance_task": 9}, assessment=1)
    assert (kept.total, kept.missing) == (None, 1)


@pytest.mark.parametrize(
    ("fields", "error"),
    [
        ({"items": PHQ_9 | {"phq9_1": 4}}, OutOfRange),
        ({"items": PHQ_9 | {"phq9_77": 1}}, BadInput),
        ({"items": {"phq9_1": None}}, BadInput),
        ({"total": 9}, BadInput),
        ({"items": PHQ_9, "assessment": -1}, OutOfRange),
        ({"instrument": "unheard-of", "total": 9}, NotFound),
    ],
)
def test_what_does_not_fit_is_refused_and_not_kept(record, fields, error):
    with pytest.raises(error):
        record(**fields)
    assert not Answers.objects.exists()


def test_the_same_place_cannot_be_filled_twice(record, cast):
    session = cast.session(1)
    for place in ({"session": session}, {"assessment": 3}, {"given_at": NOON}):
        record(items=PHQ_9, **place)
        with pytest.raises(BadInput, match="already"):
            record(items=PHQ_9, **place)
    assert Answers.objects.count() == 3


def test_answers_belong_to_a_session_or_a_number_not_both(record, cast):
    with pytest.raises(BadInput, match="one of them"):
        record(items=PHQ_9, session=cast.session(1), assessment=2)


def test_answers_of_somebody_who_does_not_come_here_are_refused(cast):
    second = care.start_episode(by=cast.ana, kind="individual", clients=[care.NewClient("N 01")])
    with pytest.raises(BadInput, match="client"):
        answers.record_answers(
            cast.mia, second, by=cast.ana, instrument="phq-9", items=PHQ_9, assessment=1
        )
    with pytest.raises(NotFound):
        answers.record_answers(
            cast.clara, cast.care_of_mia, by=cast.ana, instrument="phq-9", items=PHQ_9
        )


# --- plain scores


@pytest.fixture
def bdi(cast):
    """A score that the practice defined itself."""
    return answers.define_plain_score(
        by=cast.ana, slug="bdi-ii", name="BDI-II", minimum=0, maximum=63, recall_days=14
    )


def test_a_plain_score_has_a_total_alone_and_a_range(record, bdi):
    kept = record("bdi-ii", total="33.5", assessment=1)
    assert (kept.total, kept.items, kept.plain_score) == (Decimal("33.5"), None, bdi)
    for total in (-1, 64, "many", None, "NaN", "1.23456"):
        with pytest.raises(OutOfRange):
            record("bdi-ii", total=total, assessment=2)
    with pytest.raises(BadInput):
        record("bdi-ii", total=3, items={"a": 1}, assessment=2)


def test_a_short_name_is_used_once(cast, bdi):
    for slug in ("bdi-ii", "phq-9"):
        with pytest.raises(BadInput, match="in use"):
            answers.define_plain_score(by=cast.ana, slug=slug, name="x", minimum=0, maximum=1)


@pytest.mark.parametrize("slug", ["", "BDI", "a b", "-a"])
def test_a_short_name_is_small_letters_digits_and_hyphens(cast, slug):
    with pytest.raises(OutOfRange):
        answers.define_plain_score(by=cast.ana, slug=slug, name="x", minimum=0, maximum=1)


def test_a_score_in_use_is_not_taken_back(record, cast, bdi):
    kept = record("bdi-ii", total=3, assessment=1)
    with pytest.raises(BadInput):
        answers.delete_plain_score(bdi, by=cast.ana)
    answers.delete_answers(kept, by=cast.ana)
    answers.delete_plain_score(bdi, by=cast.ana)


def test_what_can_be_filled_in_is_offered_shipped_ones_first(bdi):
    offered = [one.slug for one in answers.instruments()]
    assert offered == [*(slug for slug in shipped() if slug != "proqol-5"), "bdi-ii"]
    assert answers.instrument_choice("phq-9").has_items
    for slug in ("bdi-ii", "ors"):
        assert not answers.instrument_choice(slug).has_items
    assert answers.instrument_choice("cgi").is_by_therapist


def test_what_a_therapist_answers_about_herself_is_never_kept_with_a_client(record):
    items = {item.id: 3 for item in shipped()["proqol-5"].items}
    with pytest.raises(NotFound):
        record("proqol-5", items=items, assessment=1)
    assert not Answers.objects.exists()


def test_a_total_that_is_worked_out_elsewhere_is_kept_with_its_one_decimal(record, cast):
    kept = record("ors", total="23.4", assessment=1)
    assert (kept.total, kept.items, kept.plain_score) == (Decimal("23.4"), None, None)
    assert (kept.instrument_version, kept.recall_days) == ("1", 7)
    changed = answers.change_answers(kept, by=cast.ana, total="20")
    assert changed.total == 20
    for total in (-1, "40.1", "12.34", "many", None, "NaN"):
        with pytest.raises(OutOfRange):
            record("ors", total=total, assessment=2)
    with pytest.raises(BadInput):
        record("ors", total=3, items={"a": 1}, assessment=2)
    with pytest.raises(BadInput):
        record("gad-7", total=9, assessment=2)


def test_a_questionnaire_without_a_total_is_kept_with_the_reason(record):
    kept = record("cgi", items={"cgi_severity": 4, "cgi_improvement": 2}, assessment=1)
    assert (kept.total, kept.why) == (None, "it gives 2 scores and no total")
    assert answers.score_now(kept).subscales == {"severity": 4, "improvement": 2}


def test_a_skeleton_is_scored_without_its_words(record):
    kept = record("dass-21", items={f"dass21_{n}": 1 for n in range(1, 22)}, assessment=1)
    assert kept.total == 42
    assert answers.score_now(kept).subscales["stress"] == 14


def test_an_own_score_of_earlier_days_keeps_its_name_and_its_range(cast, record):
    """0.1.0 had no WHO-5: a practice may have made a score of that name for itself."""
    own = PlainScore.objects.create(slug="who-5", name="WHO, raw", minimum=0, maximum=25)
    kept = record("who-5", total=13, assessment=1)
    assert (kept.plain_score, kept.total) == (own, 13)
    assert answers.choice_of(kept).maximum == 25
    assert answers.score_now(kept) is None
    names = [one.name for one in answers.instruments() if one.slug == "who-5"]
    assert names == ["WHO, raw"]
    (line,) = pages.client_page(cast.ana, cast.care_of_mia.pk).answers
    assert (line.instrument, line.total_words, line.band) == ("WHO, raw", "13 of 25", "")


# --- risk


def test_item_nine_at_one_or_more_stands_at_once_for_its_therapist_alone(record, cast):
    record(items=PHQ_9, assessment=1)
    (line,) = pages.today(cast.ana, now=NOON).risks
    assert line.answer == "Several days"
    assert pages.client_page(cast.ana, cast.mia.pk).risks == (line,)
    assert pages.today(cast.berta, now=NOON).risks == ()


def test_item_nine_at_nought_or_missing_raises_nothing(record):
    record(items=WITHOUT_RISK, assessment=1)
    record(items=PHQ_9 | {"phq9_9": None}, assessment=2)
    assert not RiskItem.objects.exists()


def test_it_stands_until_it_is_written_what_was_done(things, still_clock):
    cast = things.cast
    with pytest.raises(BadInput, match="done"):
        answers.note_risk_seen(things.risk, by=cast.ana, done="  ")
    still_clock.move(days=400)
    assert len(answers.open_risks(cast.ana)) == 1  # never fades
    seen = answers.note_risk_seen(things.risk, by=cast.ana, done="Called her; plan made.")
    seen.refresh_from_db()
    assert (seen.seen_by, seen.done) == (cast.ana, "Called her; plan made.")
    assert answers.open_risks(cast.ana) == []
    answers.undo_risk_seen(seen, by=cast.ana)
    assert len(answers.open_risks(cast.ana)) == 1


def test_it_cannot_have_been_seen_in_time_to_come(things, still_clock):
    with pytest.raises(OutOfRange):
        answers.note_risk_seen(
            things.risk, by=things.cast.ana, done="x", seen_at=NOON.replace(year=2027)
        )


def test_a_corrected_answer_takes_back_what_nobody_has_seen(things):
    answers.change_answers(things.answers, by=things.cast.ana, items=WITHOUT_RISK)
    assert not RiskItem.objects.exists()


def test_a_corrected_answer_leaves_what_was_seen(things):
    answers.note_risk_seen(things.risk, by=things.cast.ana, done="Called her.")
    answers.change_answers(things.answers, by=things.cast.ana, items=WITHOUT_RISK)
    assert RiskItem.objects.get().done == "Called her."


def test_a_higher_answer_than_was_seen_stands_again(things):
    answers.note_risk_seen(things.risk, by=things.cast.ana, done="Called her.")
    lower = answers.change_answers(things.answers, by=things.cast.ana, items=PHQ_9)
    assert answers.open_risks(things.cast.ana) == []
    answers.change_answers(lower, by=things.cast.ana, items=PHQ_9 | {"phq9_9": 3})
    assert len(answers.open_risks(things.cast.ana)) == 1


# --- corrected


def test_a_correction_scores_anew_and_may_move_to_another_place(things):
    changed = answers.change_answers(
        things.answers,
        by=things.cast.ana,
        expected_version=1,
        items=PHQ_9 | {"phq9_1": 3},
        place={"assessment": 4},
    )
    assert (changed.total, changed.session, changed.assessment) == (Decimal(11), None, 4)
    with pytest.raises(EditConflict):
        answers.change_answers(changed, by=things.cast.ana, expected_version=1, items=PHQ_9)


def test_a_correction_cannot_move_onto_others(things, record):
    record(items=PHQ_9, assessment=4)
    with pytest.raises(BadInput, match="already"):
        answers.change_answers(things.answers, by=things.cast.ana, place={"assessment": 4})


def test_deleted_answers_take_their_risk_with_them(things):
    answers.delete_answers(things.answers, by=things.cast.ana)
    assert not RiskItem.objects.exists()
