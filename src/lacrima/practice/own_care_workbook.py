"""The training workbook as its pages show it: what each exercise rests on, and her answers."""

from __future__ import annotations

from dataclasses import dataclass

from lacrima.evidence import workbook as book
from lacrima.evidence.library import Library, shipped
from lacrima.evidence.what_next import Grounds
from lacrima.evidence.words import SAID_OF_GRADE
from lacrima.evidence.workbook import Exercise, Prompt, Workbook, WorkbookPart
from lacrima.practice.evidence_refs import Reference, references
from lacrima.practice.own_care import desk
from lacrima.practice.own_care_entries import Desk
from lacrima.records.models import Member


@dataclass(frozen=True)
class Rests:
    """How far something is studied, and what it rests on."""

    grade: str
    references: tuple[Reference, ...]


@dataclass(frozen=True)
class ExerciseView:
    """One exercise, its questions with her answers."""

    exercise: Exercise
    rests: Rests
    answers: tuple[tuple[Prompt, str], ...]


@dataclass(frozen=True)
class PartView:
    """One part; `is_begun` where something is written in it."""

    part: WorkbookPart
    exercises: tuple[ExerciseView, ...]
    is_begun: bool


@dataclass(frozen=True)
class WorkbookView:
    """All of it. `version` is that of what she wrote, 0 where nothing was."""

    workbook: Workbook
    rests: Rests
    parts: tuple[PartView, ...]
    version: int

    @property
    def is_begun(self) -> bool:
        """Whether anything is written anywhere."""
        return any(one.is_begun for one in self.parts)

    def part(self, part_id: str) -> PartView | None:
        """The part of this id."""
        return next((one for one in self.parts if one.part.id == part_id), None)


def workbook_view(by: Member, *, is_empty: bool = False) -> WorkbookView:
    """The workbook with her answers; `is_empty`: without them, to hand to somebody."""
    told, version = desk(by)
    whole, library = book.shipped(), shipped()
    shown = Desk() if is_empty else told
    return WorkbookView(
        workbook=whole,
        rests=_rests(library, whole.grounds),
        parts=tuple(_part(library, one, shown) for one in whole.parts),
        version=version,
    )


def _part(library: Library, part: WorkbookPart, told: Desk) -> PartView:
    written = told.written(part.id)
    exercises = tuple(
        ExerciseView(
            exercise=one,
            rests=_rests(library, one.grounds),
            answers=tuple((asked, written.get(asked.id, "")) for asked in one.questions),
        )
        for one in part.exercises
    )
    return PartView(part, exercises, is_begun=any(written.values()))


def _rests(library: Library, grounds: Grounds) -> Rests:
    return Rests(str(SAID_OF_GRADE[grounds.grade]), references(library, grounds))
