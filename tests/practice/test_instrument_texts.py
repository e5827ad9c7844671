"""Wordings that a practice adds: kept by who looks after it, shown, never in the log."""

from __future__ import annotations

from typing import Any

import pytest

from lacrima.errors import BadInput, EditConflict, NotAllowed, NotFound
from lacrima.instruments.catalogue import shipped
from lacrima.practice import answers, instrument_texts
from lacrima.records.models import AuditLine, InstrumentText
from tests.support.things import words_for


@pytest.fixture
def put(cast):
    """Keep words for a skeleton, by Ana."""

    def kept(slug: str = "wsas", **fields: Any) -> InstrumentText:
        return instrument_texts.put_wording(slug, by=cast.ana, **(words_for(slug) | fields))

    return kept


def test_words_are_kept_and_stand_in_the_questionnaire(put):
    row = put()
    worded = instrument_texts.worded(shipped()["wsas"])
    assert [item.text for item in worded.items] == [f"Line {n}" for n in range(1, 6)]
    assert worded.instruction == "Please answer each line."
    assert (worded.items[0].scale.low_text, row.version) == ("0: hardly", 1)
    choice = instrument_texts.in_words(answers.instrument_choice("wsas"))
    assert choice.instrument == worded


def test_the_line_of_the_log_names_the_questionnaire_and_no_word_of_it(put):
    put()
    line = AuditLine.objects.order_by("sequence").last()
    assert line.action == "wording.put"
    assert line.details == {"instrument": "wsas", "items": 5}


def test_words_are_changed_and_never_over_somebodys_head(put):
    put()
    changed = put(instruction="Other words.", expected_version=1)
    assert (changed.version, InstrumentText.objects.count()) == (2, 1)
    with pytest.raises(EditConflict):
        put(instruction="Older words.", expected_version=1)
    assert instrument_texts.wording_of("wsas").instruction == "Other words."


def test_words_are_taken_away_and_answers_stay(put, cast):
    put()
    kept = answers.record_answers(
        cast.mia,
        cast.care_of_mia,
        by=cast.ana,
        instrument="wsas",
        items={f"wsas_{n}": 2 for n in range(1, 6)},
    )
    instrument_texts.remove_wording("wsas", by=cast.ana)
    assert instrument_texts.worded(shipped()["wsas"]).is_skeleton
    kept.refresh_from_db()
    assert kept.total == 10
    with pytest.raises(NotFound):
        instrument_texts.remove_wording("wsas", by=cast.ana)


@pytest.mark.parametrize("slug", ["phq-9", "ors", "unheard-of"])
def test_only_a_skeleton_takes_words(put, cast, slug):
    with pytest.raises(NotFound):
        instrument_texts.put_wording(slug, by=cast.ana, **words_for("wsas"))


@pytest.mark.parametrize(
    "wrong",
    [
        {"permission": "  "},
        {"instruction": ""},
        {"items": {"wsas_1": "only one"}},
        {"anchors": {"answer": {9: "outside"}}},
    ],
)
def test_words_that_do_not_fit_change_nothing(put, wrong):
    put()
    lines = AuditLine.objects.count()
    with pytest.raises(BadInput) as refused:
        put(**wrong)
    assert "outside" not in str(refused.value)
    assert "only one" not in str(refused.value)
    assert instrument_texts.wording_of("wsas").version == 1
    assert AuditLine.objects.count() == lines


@pytest.mark.parametrize("who", ["berta", "hanna", "stella"])
def test_only_who_looks_after_the_practice_puts_words(cast, who):
    with pytest.raises(NotAllowed):
        instrument_texts.put_wording("wsas", by=getattr(cast, who), **words_for("wsas"))
    assert not InstrumentText.objects.exists()


def test_words_of_another_version_are_kept_and_not_shown(put):
    row = put()
    InstrumentText.objects.filter(pk=row.pk).update(instrument_version="0")
    assert instrument_texts.worded(shipped()["wsas"]).is_skeleton
    (listed,) = [one for one in instrument_texts.questionnaires() if one.instrument.slug == "wsas"]
    assert listed.is_outdated


def test_all_questionnaires_are_listed_by_name(put):
    put()
    listed = instrument_texts.questionnaires()
    names = [one.instrument.name for one in listed]
    assert names == sorted(names, key=str.casefold)
    assert len(listed) == len(shipped())
    lacking = {one.instrument.slug for one in listed if one.lacks_words}
    assert lacking == {"core-10", "dass-21", "itq", "k10", "wai-sr", "who-5"}
