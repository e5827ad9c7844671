"""Words are covered wherever they stand, each place is counted, and near misses are named."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lacrima.errors import OutOfRange
from lacrima.formats.document import Document, Facts, Grid, Heading, Quote, Said, Section, as_html
from lacrima.formats.redaction import MOST_WORDS, cover, words_to_cover

MARK = "[left out]"


def document(words: str) -> Document:
    """The same words at every place that a document has."""
    blocks = (
        Facts(((words, words),)),
        Grid((words,), ((words,),)),
        Quote(words, above=words),
        Said(words),
        Heading(words),
    )
    return Document(words, words, (Section(words, blocks),))


PLACES = 11  # title, line above, and nine in the section


def test_a_word_is_covered_at_every_place_and_each_is_counted() -> None:
    made = cover(document("Rosa came. ROSA, rosa's sister, and Rosario."), ("Rosa",), mark=MARK)
    assert made.places == (("Rosa", 3 * PLACES),)
    assert made.count == 3 * PLACES
    page = as_html(made.document).decode()
    assert re.findall(r"\brosa\b", page, re.I) == []
    assert made.near == ("Rosario",)


def test_a_star_covers_every_ending_and_a_name_of_two_words_any_space_between() -> None:
    told = "Annas letter, Annabel too. Rosa\n  Huber"
    made = cover(Document(told, "", ()), ("Anna*", "Rosa Huber"), mark=MARK)
    assert made.document.title == f"{MARK} letter, {MARK} too. {MARK}"
    assert made.places == (("Anna*", 2), ("Rosa Huber", 1))
    assert made.near == ()


def test_the_longer_name_goes_first_and_a_mark_is_never_covered_itself() -> None:
    words = ("Huber", "Rosa Huber", "left")
    made = cover(Document("Rosa Huber and Herr Huber", "", ()), words, mark=MARK)
    assert made.document.title == f"{MARK} and Herr {MARK}"
    assert made.places == (("Huber", 1), ("Rosa Huber", 1), ("left", 0))


@pytest.mark.parametrize(("typed", "stands"), [("Jose\u0301", "José"), ("José", "JOSE\u0301")])
def test_a_letter_with_its_accent_apart_is_the_same_letter(typed: str, stands: str) -> None:
    made = cover(Document(f"{stands} came", "", ()), words_to_cover(typed), mark=MARK)
    assert made.document.title == f"{MARK} came"


def test_what_is_left_of_a_name_of_two_words_is_named() -> None:
    made = cover(Document("Frau Huber called", "", ()), ("Rosa Huber",), mark=MARK)
    assert made.places == (("Rosa Huber", 0),)
    assert made.near == ("Huber",)


def test_without_words_nothing_is_changed() -> None:
    told = document("as it stands")
    assert cover(told, (), mark=MARK).document == told


@pytest.mark.parametrize(
    "wrong", ["*", "--", "x" * 101, "\n".join(map(str, range(MOST_WORDS + 1)))]
)
def test_lines_that_cover_nothing_or_are_too_many_are_refused(wrong: str) -> None:
    with pytest.raises(OutOfRange):
        words_to_cover(wrong)


@given(st.text(max_size=40), st.text(st.characters(categories=["L", "N"]), min_size=1, max_size=8))
def test_whatever_is_typed_no_whole_word_of_it_is_left(around: str, word: str) -> None:
    try:
        words = words_to_cover(word)
    except OutOfRange:
        return
    made = cover(Document(f"{around} {word} {around}", "", ()), words, mark="#")
    assert made.count >= 1
    assert word not in re.split(r"\W+", made.document.title) or not re.fullmatch(r"\w+", word)
