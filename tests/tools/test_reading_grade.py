"""The measure of how hard a page reads: against published grades and by hand."""

from __future__ import annotations

import pytest

from tests.support.reading_grade import (
    FEWEST_WORDS,
    grade_of,
    guidance_of,
    is_readable,
    syllables,
)

# Words and syllables counted by hand, then 0.39 * words + 11.8 * syllables / words - 15.59.
BY_HAND = [
    ("The cat sat on the mat.", 0.39 * 6 + 11.8 * 6 / 6 - 15.59),
    (  # aus-tra-li-an plat-y-pus seem-ing-ly hy-brid mam-mal rep-til-i-an crea-ture
        "The Australian platypus is seemingly a hybrid of a mammal and reptilian creature.",
        0.39 * 13 + 11.8 * 26 / 13 - 15.59,
    ),
]


@pytest.mark.parametrize(("text", "grade"), BY_HAND)
def test_the_grade_is_that_of_the_published_formula(text: str, grade: float) -> None:
    assert grade_of([text], terms=frozenset()) == pytest.approx(grade, abs=0.05)


@pytest.mark.parametrize(
    ("word", "count"),
    [
        ("client", 2),
        ("clients", 2),
        ("idea", 3),
        ("being", 2),
        ("video", 3),
        ("quiet", 2),
        ("people", 2),
        ("asked", 1),
        ("wanted", 2),
        ("themselves", 2),
        ("actual", 3),
        ("session", 2),
        ("question", 2),
        ("held-back", 2),
        ("therapist", 2),  # a term counts as two
    ],
)
def test_syllables_are_counted_by_the_rule_of_thumb(word: str, count: int) -> None:
    assert syllables(word) == count


def test_a_page_gives_what_guides_and_leaves_the_rest() -> None:
    page = """<nav><p>One two three four five</p></nav><main><h1>Short</h1>
    <p>These are words that guide a reader.</p>
    <form><label>Not these words at all, no</label></form>
    <p data-source>Nor this long line of a source</p><svg viewBox="0 0 1 1"><path d="M0 0"/>
    <text>Nor these words of a picture</text></svg><p>And <b>these</b> are<br>some more.</p>
    <table><tr><td>No cell of any table here</td></tr></table></main><p>Nor a word behind it</p>"""
    assert guidance_of(page) == ["These are words that guide a reader.", "And these are some more."]


def test_each_paragraph_ends_a_sentence_and_short_pages_have_no_grade() -> None:
    hard = "Multidimensional operationalisations necessitate interdisciplinary considerations. "
    assert grade_of(["Go home now", "Sit down here"]) < 1
    assert is_readable(f"<main><p>{hard * 2}</p></main>")
    assert not is_readable(f"<main><p>{hard * FEWEST_WORDS}</p></main>")
