"""What a text rests on, in short: the studies and figures of the library, named for people."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from lacrima.evidence.entries import Figure, Study
from lacrima.evidence.library import Library
from lacrima.evidence.statements import Basis
from lacrima.evidence.what_next import Grounds
from lacrima.evidence.words import SAID_OF_READ


@dataclass(frozen=True)
class Reference:
    """One study or figure: what it is called or says in short, and how it was read.

    `study` is the id of the study, `name` its name; both are empty for a figure that belongs to
    none. `is_first`: no reference before it is to the same study.
    """

    study: str
    name: str
    figure: str
    title: str
    read: str
    is_first: bool


def references(library: Library, basis: Basis | Grounds) -> tuple[Reference, ...]:
    """The figures and studies that a text rests on; a study once, beside its figures."""
    figures = [library.figures[one] for one in basis.figures]
    own = {one.study for one in figures}
    told = [_of_figure(library, one) for one in figures]
    told += [_of_study(library.studies[one]) for one in basis.studies if one not in own]
    return tuple(_marked(told))


def _marked(told: list[Reference]) -> Iterator[Reference]:
    seen = {""}
    for one in told:
        yield replace(one, is_first=one.study not in seen)
        seen.add(one.study)


def _of_study(study: Study) -> Reference:
    name = _name(study)
    return Reference(study.id, name, "", name, SAID_OF_READ[study.read], is_first=True)


def _of_figure(library: Library, figure: Figure) -> Reference:
    name = _name(library.studies[figure.study]) if figure.study else ""
    said = f"{figure.label}: {figure.said}"
    return Reference(figure.study, name, figure.id, said, SAID_OF_READ[figure.read], is_first=True)


def _name(study: Study) -> str:
    return f"{study.title} ({study.year})" if study.year else study.title
