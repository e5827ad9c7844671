"""The evidence that comes with Lacrima: studies, figures, claims, questions, arguments.

One file a kind, in `data/`. They are read once, strictly: an unknown key, a missing source, a
number that is none or a claim without a grade is refused with file and line.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from importlib import resources
from types import MappingProxyType
from typing import Any

from lacrima import strict_toml
from lacrima.errors import BadEvidence
from lacrima.evidence.entries import Figure, Source, Study
from lacrima.evidence.reading import Entry, Known, entry_of
from lacrima.evidence.spoken import in_each_language
from lacrima.evidence.statements import (
    CLAIMS,
    QUESTIONS,
    Advice,
    Argument,
    Claim,
    Note,
    Picture,
    Question,
)
from lacrima.evidence.words import Kind, Unit
from lacrima.strict_toml import Section

SCHEMA = "lacrima.evidence/1"

# In this order: an entry names only what stands in a file before its own.
FILES: Mapping[Kind, str] = {
    kind: f"{kind.value}.toml"
    for kind in (
        Kind.SOURCES,
        Kind.STUDIES,
        Kind.FIGURES,
        Kind.CLAIMS,
        Kind.QUESTIONS,
        Kind.ARGUMENTS,
        Kind.STEPS,
        Kind.RISKS,
        Kind.CONFLICTS,
        Kind.GAPS,
        Kind.PICTURES,
    )
}
_TABLES: dict[Kind, str] = {
    Kind.STUDIES: "study",
    **{kind: kind.value[:-1] for kind in FILES if kind is not Kind.STUDIES},
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Library:
    """Everything that is known, each kind by its ids, in the order of the files."""

    sources: Mapping[str, Source]
    studies: Mapping[str, Study]
    figures: Mapping[str, Figure]
    claims: Mapping[str, Claim]
    questions: Mapping[str, Question]
    arguments: Mapping[str, Argument]
    steps: Mapping[str, Advice]
    risks: Mapping[str, Advice]
    conflicts: Mapping[str, Note]
    gaps: Mapping[str, Note]
    pictures: Mapping[str, Picture]

    def of(self, kind: Kind) -> Mapping[str, Any]:
        """All entries of one kind."""
        found: Mapping[str, Any] = getattr(self, kind.value)
        return found

    def counts(self) -> dict[str, int]:
        """How many there are of each kind."""
        return {each.name: len(getattr(self, each.name)) for each in fields(self)}


@in_each_language
def shipped() -> Library:
    """The library that comes with Lacrima. Raises BadEvidence where a file has a mistake."""
    folder = resources.files("lacrima.evidence") / "data"
    return read_library(
        (one.name, one.read_bytes()) for one in folder.iterdir() if one.name.endswith(".toml")
    )


def read_library(files: Iterable[tuple[str, bytes]]) -> Library:
    """The library out of files of these names and bytes, one for each kind.

    Raises BadEvidence where a file is missing or nobody knows it, and for every mistake inside.
    """
    given = dict(files)
    _check_names(given)
    read: dict[Kind, Mapping[str, Any]] = {}
    for kind, name in FILES.items():
        known = Known({Kind.CLAIMS: (), **{one: frozenset(held) for one, held in read.items()}})
        read[kind] = _read_file(kind, name, given[name], known)
    library = Library(**{kind.value: held for kind, held in read.items()})
    _check_whole(library)
    return library


def _check_names(given: Mapping[str, bytes]) -> None:
    for name in sorted(set(FILES.values()) - set(given)):
        raise BadEvidence("the file is missing", where=name, expected="one file for each kind")
    for name in sorted(set(given) - set(FILES.values())):
        raise BadEvidence(
            "a file that nobody reads", where=name, expected=", ".join(FILES.values())
        )


def _read_file(kind: Kind, name: str, data: bytes, known: Known) -> Mapping[str, Any]:
    text = strict_toml.decode(data, name=name, error=BadEvidence)
    top = strict_toml.read(text, name=name, error=BadEvidence)
    if top.need("schema", str) != SCHEMA:
        raise top.refuse("schema", "another schema", repr(SCHEMA))
    found: dict[str, Entry] = {}
    for section in top.sections(_TABLES[kind]):
        where = section.where()
        entry = entry_of(section, kind, known)
        if entry.id in found:
            raise BadEvidence(
                f"{entry.id!r} for the second time", where=where, expected="each id once"
            )
        found[entry.id] = entry
    _check_some(found, top, kind)
    return MappingProxyType(found)


def _check_some(found: Mapping[str, Entry], top: Section, kind: Kind) -> None:
    top.done(f"[[{_TABLES[kind]}]] tables")
    if not found:
        raise top.refuse("", "no entries", f"[[{_TABLES[kind]}]] tables")


def _check_whole(library: Library) -> None:
    """What no single entry can know: counts, and pictures of figures on one scale."""
    for kind, wanted in ((Kind.CLAIMS, CLAIMS), (Kind.QUESTIONS, QUESTIONS)):
        if len(library.of(kind)) != wanted:
            raise BadEvidence(
                f"{len(library.of(kind))} {kind.value}", where=FILES[kind], expected=str(wanted)
            )
    for picture in library.pictures.values():
        _check_picture(picture, library.figures)


def _check_picture(picture: Picture, figures: Mapping[str, Figure]) -> None:
    shown = [figures[one] for row in picture.rows for one in row.figures]
    units: set[Unit] = {one.unit for one in shown}
    if len(units) != 1:
        raise BadEvidence(
            f"the picture {picture.id!r} with several units",
            where=FILES[Kind.PICTURES],
            expected="figures of one unit",
        )
    for one in shown:
        numbers = [number for number in (one.value, one.low, one.high) if number is not None]
        if min(numbers) < picture.lowest or max(numbers) > picture.highest:
            raise BadEvidence(
                f"the figure {one.id!r} outside the picture {picture.id!r}",
                where=FILES[Kind.PICTURES],
                expected=f"{picture.lowest:g} to {picture.highest:g}",
            )
