"""The page says what the door says, from one place, in every language and to a child."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from django.utils import translation

from lacrima.instruments.catalogue import shipped
from lacrima.practice import drop_box_door_words, drop_box_own_words
from lacrima.practice.door_visits import DoorWay, Visit, visit_of
from lacrima.practice.drop_box_texts import texts_for
from lacrima.practice.languages import spoken_to
from lacrima.web.forms.door import AskedForm, MomentForm
from tests.support.cast import Cast
from tests.support.drop_box_scripts import source
from tools import words as catalogue

PHQ_9 = shipped()["phq-9"]
HERE_ALONE = "practice/drop_box_"
MARKS = {"key", "draft_id", "version"}  # what a form carries beside its questions


@pytest.fixture
def visit(cast: Cast) -> Visit:
    return visit_of(cast.place_of(cast.mia, cast.care_of_mia), DoorWay.LINK)


def _named(path: str) -> str:
    return path.replace("items.", "item_").replace(".", "_")


def _filled(words: str, visit: Visit) -> str:
    return words.replace("{her}", visit.her)


@pytest.mark.parametrize("language", ["en-gb", "de"])
@pytest.mark.parametrize("for_child", [False, True], ids=["grown", "child"])
def test_the_questions_of_page_and_door_are_the_same(
    visit: Visit, language: str, for_child: bool
) -> None:
    visit = replace(visit, for_child=for_child)
    pages = texts_for(visit, ["phq-9"], [language])[language]["pages"]
    with translation.override(spoken_to(language, for_child=for_child)):
        both = ("me", "therapist")
        for name, form in (
            ("asked", AskedForm(visit=visit)),
            ("first", MomentForm(visit=visit, stood_out=both)),
            ("second", MomentForm(visit=visit, stood_out=both)),
        ):
            asked = {_named(one["path"]): one for one in pages[name]["fields"]}
            assert list(asked) == [one for one in form.fields if one not in MARKS], name
            for path, one in asked.items():
                field = form.fields[path]
                assert _filled(one["label"], visit) == str(field.label)
                said = [_filled(words, visit) for _value, words in one.get("options", [])]
                assert said == [str(words) for _value, words in getattr(field, "choices", [])]


def test_a_questionnaire_has_its_items_its_version_and_what_may_mean_danger(visit: Visit) -> None:
    form = texts_for(visit, ["phq-9"], ["de"])["de"]["pages"]["form:phq-9"]
    assert form["lang"] == "de"
    assert len(form["fields"]) == 10
    assert form["danger"] == [[PHQ_9.items[8].id, 1]]
    assert form["version"] == PHQ_9.version
    assert form["intro"]
    assert form["notes"] == []
    assert form["warning"]
    assert [one["path"] for one in form["fields"]] == [item.id for item in PHQ_9.items]


def test_every_language_has_the_same_keys_and_places_to_fill_in(visit: Visit) -> None:
    told = texts_for(visit, ["phq-8"])
    english, german = told["en-gb"], told["de"]
    assert english["words"].keys() == german["words"].keys()
    assert english["pages"].keys() == german["pages"].keys()
    for key, words in english["words"].items():
        holes = sorted(re.findall(r"\{\w+\}", words))
        assert sorted(re.findall(r"\{\w+\}", german["words"][key])) == holes, key
    assert set(re.findall(r"\{\w+\}", json.dumps(told))) == {"{her}", "{day}", "{hour}", "{keeper}"}


def test_a_child_is_spoken_to_as_a_child_where_the_door_has_words_for_it(visit: Visit) -> None:
    child = texts_for(replace(visit, for_child=True), [], ["de"])["de"]["words"]
    grown = texts_for(visit, [], ["de"])["de"]["words"]
    assert child["who_reads"] == grown["who_reads"]
    assert child["no_reason"] != grown["no_reason"]
    assert not re.search(r"\b(Sie|Ihnen|Ihre[rnms]?)\b", child["no_reason"])


def test_what_is_called_the_doors_words_stands_at_the_door() -> None:
    where = {
        one.id: {place for place, _line in one.locations} for one in catalogue.collected() if one.id
    }
    alone = [
        words
        for words, places in where.items()
        if any(place.endswith("drop_box_door_words.py") for place in places)
        and all(place.startswith(HERE_ALONE) for place in places)
    ]
    assert alone == []


def test_the_page_says_every_word_that_it_is_given_and_no_other(visit: Visit) -> None:
    scripts = source("dom", "fields", "asking", "own", "receipts", "outbox", "start")
    given = set(drop_box_door_words.door_words()) | set(drop_box_own_words.own_words())
    said = set(_keys_in(scripts))
    assert said - given == set()
    assert given - said == set()


def _keys_in(scripts: str) -> Iterator[str]:
    yield from re.findall(r'\bsay\("(\w+)"', scripts)
    yield from re.findall(r'(?:sayState|refuse)\("(\w+)"\)', scripts)
    yield from re.findall(r'sayState\([^)]*\? "(\w+)" : "(\w+)"', scripts)[0]
    places = scripts[scripts.index("function navigation") :]
    yield from re.findall(r'\["(\w+)", ', places[: places.index("return make")])


def test_no_script_builds_html_from_words_or_keeps_anything() -> None:
    folder = Path(__file__).parents[2] / "src" / "lacrima" / "relay" / "page"
    for path in folder.glob("*.js"):
        text = path.read_text(encoding="utf-8")
        for never in ("innerHTML", "outerHTML", "insertAdjacent", "document.write", "eval(",
                      "new Function", "localStorage", "sessionStorage", "indexedDB", "caches",
                      ".cookie", "serviceWorker", "pushState", "console.", "import("):  # fmt: skip
            assert never not in text, f"{path.name}: {never}"
