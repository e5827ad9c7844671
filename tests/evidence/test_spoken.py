"""Guidance in another language: what is read changes, ids, rules and evidence stay."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields
from typing import Any

import pytest

from lacrima.evidence import library, spoken, what_next, workbook
from lacrima.evidence.conditions import Facts, matching
from lacrima.evidence.search import index
from lacrima.evidence.words import SAID_OF_GRADE, Grade, Kind


def aloud(words: str) -> str:
    return f"«{words}»"


FACTS = Facts(who="therapist", therapist_shown=3, is_paused=True, own_tears_lately=4)


@pytest.fixture
def loud(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A language in which everything is in marks."""
    monkeypatch.setattr(spoken, "_in_language", aloud)
    monkeypatch.setattr(spoken, "_language", lambda: "loud")
    return


def _ids(held: Any) -> list[str]:
    return [one.id for one in held.values()]


@pytest.mark.usefixtures("loud")
def test_what_is_read_is_said_anew_and_ids_stay() -> None:
    told = library.shipped()
    question = next(iter(told.questions.values()))
    assert question.title.startswith("«")
    assert question.id.islower()
    assert all(one.text.startswith("«") for one in told.arguments.values())
    assert what_next.shipped().card.title == "«For the room»"
    assert workbook.shipped().lead.startswith("«")
    assert SAID_OF_GRADE[Grade.UNSTUDIED] == "«unstudied»"


@pytest.mark.usefixtures("loud")
def test_evidence_itself_is_as_it_was_written_down() -> None:
    told = library.shipped()
    for one in fields(told):
        if one.name not in spoken.GUIDING:
            with pytest.MonkeyPatch.context() as patch:
                patch.setattr(spoken, "_language", lambda: "")
                as_written = getattr(library.shipped(), one.name)
            assert getattr(told, one.name) is as_written, one.name


def test_the_same_rules_show_the_same_in_each_language(monkeypatch: pytest.MonkeyPatch) -> None:
    plain = [one.id for one, _why in matching(library.shipped().arguments.values(), FACTS)]
    monkeypatch.setattr(spoken, "_in_language", aloud)
    monkeypatch.setattr(spoken, "_language", lambda: "loud")
    loud = matching(library.shipped().arguments.values(), FACTS)
    assert [one.id for one, _why in loud] == plain
    assert all(why.startswith("«") for _one, why in loud)
    assert not any("{n}" in why for _one, why in loud)


def test_english_is_the_files_own_words(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spoken, "_in_language", aloud)
    monkeypatch.setattr(spoken, "_language", lambda: "en-gb")
    assert library.shipped().questions["clients-interest"].title[0] != "«"


def test_numbers_that_have_no_phrase_of_their_own_are_filled_in() -> None:
    when = next(
        one
        for argument in library.shipped().arguments.values()
        for one in argument.when
        if any(each.fact == "own_tears_lately" for each in one.conditions)
    )
    assert any(sign.isdigit() for sign in when.in_general())


def test_a_search_in_one_language_leaves_the_other_as_it_is(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def titles() -> set[str]:
        found = index().search("good for the client", kind=Kind.QUESTIONS)
        return {hit.entry.title for hit in found.hits}

    plain = titles()
    assert "Is it good for the client?" in plain
    with monkeypatch.context() as patch:
        patch.setattr(spoken, "_in_language", aloud)
        patch.setattr(spoken, "_language", lambda: "loud")
        assert "«Is it good for the client?»" in titles()
    assert titles() == plain
