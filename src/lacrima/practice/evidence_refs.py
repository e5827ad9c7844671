"""What a text rests on, in short: the studies and figures of the library, named for people."""

from __future__ import annotations

from dataclasses import dataclass

from lacrima.evidence.entries import Figure, Study
from lacrima.evidence.library import Library
from lacrima.evidence.statements import Basis
from lacrima.evidence.what_next import Grounds
from lacrima.evidence.words import SAID_OF_READ


@dataclass(frozen=True)
class Reference:
    """One study or figure: what it is called or says in short, and how it was read.

    `study` is the id of the study; empty for a figure that belongs to none, or to several.
    """

    study: str
    figure: str
    title: str
    read: str


def references(library: Library, basis: Basis | Grounds) -> tuple[Reference, ...]:
    """The figures and studies that a text rests on; a study once, beside its figures."""
    figures = [library.figures[one] for one in basis.figures]
    own = {one.study for one in figures}
    studies = [library.studies[one] for one in basis.studies if one not in own]
    return (*map(_of_figure, figures), *map(_of_study, studies))


def _of_study(study: Study) -> Reference:
    title = f"{study.title} ({study.year})" if study.year else study.title
    return Reference(study.id, "", title, SAID_OF_READ[study.read])


def _of_figure(figure: Figure) -> Reference:
    said = f"{figure.label}: {figure.said}"
    return Reference(figure.study, figure.id, said, SAID_OF_READ[figure.read])
