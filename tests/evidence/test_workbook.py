"""The workbook: three parts as data, each exercise grounded or said to be unstudied."""

from __future__ import annotations

import pytest

from lacrima.errors import BadEvidence
from lacrima.evidence.library import shipped as library
from lacrima.evidence.words import Grade
from lacrima.evidence.workbook import PARTS, read_workbook, shipped
from tests.support.reading_grade import FEWEST_WORDS, HIGHEST_GRADE, grade_of, words_of

_PART = """
[[part]]
id = "part-{n}"
title = "A part"
lead = "A lead."
[[part.exercise]]
id = "one"
title = "One"
text = "Look."
grade = "unstudied"
[[part.exercise.question]]
id = "first"
asks = "What?"
lines = 3
"""
_HEAD = """
schema = "lacrima.workbook/1"
title = "A workbook"
lead = "A lead."
care = "Take care."
grade = "unstudied"
"""
SMALL = _HEAD + "".join(_PART.format(n=n) for n in range(PARTS))


def test_there_are_three_parts_in_the_published_order() -> None:
    book = shipped()
    assert [part.id for part in book.parts] == ["own-tears", "tears-of-others", "in-the-session"]
    assert all(len(part.exercises) == 5 for part in book.parts)
    assert "training-exercise" in book.grounds.studies


def test_whatever_an_exercise_rests_on_is_in_the_library() -> None:
    known = library()
    for grounds in shipped().grounds_named():
        assert set(grounds.studies) <= set(known.studies)
        assert set(grounds.figures) <= set(known.figures)
        assert grounds.studies or grounds.figures or grounds.grade is Grade.UNSTUDIED


def test_every_part_is_easy_to_read() -> None:
    book = shipped()
    assert grade_of([book.title, book.lead, book.care]) <= HIGHEST_GRADE
    for part in book.parts:
        blocks = [part.title, part.lead]
        for one in part.exercises:
            blocks += [one.title, one.text, *(asked.asks for asked in one.questions)]
        assert sum(len(words_of(block)) for block in blocks) > FEWEST_WORDS
        assert grade_of(blocks) <= HIGHEST_GRADE, part.id


def test_nothing_in_it_judges() -> None:
    book = shipped()
    said = " ".join(
        f"{one.title} {one.text} " + " ".join(asked.asks for asked in one.questions)
        for part in book.parts
        for one in part.exercises
    ).lower()
    for word in ("should", "must", "failed", "wrong", "well done", "score", "!"):
        assert word not in said, word


def test_the_same_small_file_is_read() -> None:
    book = read_workbook(SMALL.encode())
    assert [asked.id for part in book.parts for asked in part.questions] == ["first"] * PARTS
    assert list(book.parts[0].questions[0].rules) == [0, 1, 2]


@pytest.mark.parametrize(
    ("before", "after", "where"),
    [
        ("lacrima.workbook/1", "lacrima.workbook/9", "line 2"),
        ('title = "A workbook"', 'title = "A workbook"\nstars = 5', "line 4"),
        ("lines = 3", "lines = 0", "line 20"),
        ("lines = 3", 'lines = "three"', "line 20"),
        ('asks = "What?"', 'asks = " "', "line 19"),
        ('id = "first"', 'id = "First one"', "line 18"),
        ('id = "part-1"', 'id = "part-0"', "workbook.toml"),
        ('grade = "unstudied"', 'grade = "supported"', "workbook.toml"),
        ('grade = "unstudied"', 'grade = "proved"', "line 6"),
        ('care = "Take care."', "", "workbook.toml"),
        ("[[part.exercise.question]]", "[[part.exercise.questions]]", "workbook.toml"),
    ],
)
def test_a_mistake_is_refused_with_its_place(before: str, after: str, where: str) -> None:
    assert before in SMALL
    with pytest.raises(BadEvidence) as mistake:
        read_workbook(SMALL.replace(before, after, 1).encode())
    assert where in mistake.value.where
    assert mistake.value.expected


def test_two_parts_are_not_three_and_no_toml_is_no_workbook() -> None:
    with pytest.raises(BadEvidence):
        read_workbook((_HEAD + _PART.format(n=1)).encode())
    with pytest.raises(BadEvidence):
        read_workbook(b"\xff\xfe")
    with pytest.raises(BadEvidence):
        read_workbook(b"= nothing")
