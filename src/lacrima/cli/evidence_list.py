"""`lacrima evidence list`: studies, claims, questions, arguments and figures that are known."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated, Any

import typer

from lacrima.cli.options import AsJson, verb
from lacrima.cli.said import say
from lacrima.evidence.search import Found, Hit, index
from lacrima.evidence.words import SAID_OF_GRADE, Grade, Kind, Topic

app = verb()

OfKind = Annotated[Kind | None, typer.Option("--kind", help="Only entries of this kind.")]
OfGrade = Annotated[
    Grade | None, typer.Option("--grade", help="Only statements with this grade of support.")
]
OfTopic = Annotated[Topic | None, typer.Option("--topic", help="Only entries on this topic.")]
Asked = Annotated[
    str,
    typer.Option(
        "--search",
        metavar="WORDS",
        help="Only entries with these words, the best first; beginnings of words are enough.",
    ),
]


@app.command()
def evidence_list(
    kind: OfKind = None,
    search: Asked = "",
    grade: OfGrade = None,
    topic: OfTopic = None,
    as_json: AsJson = False,
) -> int:
    """List what is known, with its grade of support and how it was read.

    Nothing of a practice is read. An entry names what it rests on by id; a figure carries its
    sources. A figure has the topic of its study, a source has none; only statements have grades.
    """
    found = index().search(search, kind=kind, grade=grade, topic=topic)
    result = {
        "is_whole": found.is_whole,
        "count": len(found.hits),
        "results": [as_result(hit) for hit in found.hits],
    }
    say("evidence-list", result, as_json=as_json, text=_text(found))
    return 0


def as_result(hit: Hit) -> dict[str, Any]:
    """One entry with its kind and id in front, and every field it has."""
    return {
        "kind": hit.kind.value,
        "id": hit.id,
        "title": hit.entry.called,
        "grades": [grade.value for grade in getattr(hit.entry, "grades", ())],
        "entry": asdict(hit.entry),
    }


def _text(found: Found) -> str:
    lines = [_line(hit) for hit in found.hits]
    if not lines:
        return "Nothing here has these words."
    less = [] if found.is_whole else ["No entry has all these words; these have most of them.", ""]
    return "\n".join([*less, *lines, "", f"{len(lines)} found."])


def _line(hit: Hit) -> str:
    grades = "; ".join(SAID_OF_GRADE[one] for one in getattr(hit.entry, "grades", ()))
    kind = "study" if hit.kind is Kind.STUDIES else hit.kind.value[:-1]
    return f"{kind} {hit.id}: {hit.entry.called}{f' [{grades}]' if grades else ''}"
