"""`lacrima course`: where scores are expected, and how often that was right.

Needs no practice and no Django: a table goes in, a result comes out.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import typer

from lacrima.analyses.course import course_report
from lacrima.analyses.course_json import course_as_json, course_text
from lacrima.analyses.course_table import long_scores, wide_scores
from lacrima.analyses.course_values import CourseRules, Score
from lacrima.cli.course_expectation import Outside
from lacrima.cli.options import AsJson, verb
from lacrima.cli.said import say
from lacrima.errors import UsageError
from lacrima.formats.table import Table, read_table

app = verb()

File = Annotated[
    Path, typer.Argument(metavar="FILE", help="A table: one row a score, or one row a person.")
]
Person = Annotated[str, typer.Option(metavar="ID", help="Who: the column's name.")]
Time = Annotated[
    str | None,
    typer.Option(metavar="T", help="When, as a number: the column's name (one row a score)."),
]
ScoreColumn = Annotated[
    str | None, typer.Option("--score", metavar="S", help="The score: the column's name.")
]
Scores = Annotated[
    str | None,
    typer.Option(
        metavar="C1,C2,...",
        help="Instead of --time and --score: the columns of the sessions in their order, with "
        "commas between. C1..C12 means these two and all that stand between them.",
    ),
]
Least = Annotated[float, typer.Option("--min", metavar="SCORE", help="The scale's low end.")]
Most = Annotated[float, typer.Option("--max", metavar="SCORE", help="The scale's high end.")]
HigherIsBetter = Annotated[
    bool, typer.Option("--higher-is-better", help="High scores are good scores.")
]
ReliableChange = Annotated[
    float | None,
    typer.Option(
        metavar="POINTS",
        help="The reliable change of the measure: a score worse than the first by as much is "
        "worth a second look, too.",
    ),
]

ExpectationIn = Annotated[
    Path | None,
    typer.Option(
        "--expectation",
        metavar="EXPECTED.json",
        help="The expectation of somebody else, used as long as there are too few of your own.",
    ),
]
ExpectationOut = Annotated[
    Path | None,
    typer.Option(
        metavar="EXPECTED.json",
        help="Write the expectation of these people for others: the numbers of the fit and how "
        "many people and scores it rests on; no score, no id. Nothing is overwritten.",
    ),
]
Name = Annotated[
    str, typer.Option(metavar="WORDS", help="With --expectation-out: whose expectation it is.")
]
Instrument = Annotated[
    str,
    typer.Option(
        metavar="SLUG",
        help="With an expectation: the short name of the questionnaire, such as phq-9.",
    ),
]
TimeIn = Annotated[
    str,
    typer.Option(
        "--time-in",
        metavar="sessions|weeks|days",
        help="With an expectation: what the times count. The columns of --scores are sessions.",
    ),
]


@app.command()
def course(
    file: File,
    person: Person,
    minimum: Least,
    maximum: Most,
    time: Time = None,
    score: ScoreColumn = None,
    scores: Scores = None,
    higher_is_better: HigherIsBetter = False,
    reliable_change: ReliableChange = None,
    expectation: ExpectationIn = None,
    expectation_out: ExpectationOut = None,
    name: Name = "",
    instrument: Instrument = "",
    time_in: TimeIn = "",
    as_json: AsJson = False,
) -> int:
    """Where was each score expected to lie, from the scores before it?

    For every score an 80 per cent band from the scores of the other people and from the person's
    own earlier ones; and how many scores lay inside. "Expected" is where comparable people's
    scores lay, if therapy goes on; never where a score ought to be. Needs 30 people with three
    scores and 150 scores in all; with fewer it says so, or takes the expectation of somebody else
    (--expectation), by name. --expectation-out writes one for others.
    """
    rules = CourseRules(minimum, maximum, higher_is_better, reliable_change)
    outside = Outside(expectation, expectation_out, name, instrument, time_in or _times(scores))
    outside.refuse_half()
    asked = list(_scores(read_table(file), person, time, score, scores))
    prior = outside.read(rules)
    made = outside.made(asked, rules)
    report = course_report(asked, rules, prior=prior)
    said = course_as_json(report) | {"expectation": outside.write(made)}
    text = "\n".join([course_text(report), *outside.words(made)])
    say("course", said, as_json=as_json, text=text)
    return 0


def _times(scores: str | None) -> str:
    return "sessions" if scores is not None else ""


def _scores(
    table: Table, person: str, time: str | None, score: str | None, scores: str | None
) -> Iterator[Score]:
    if scores is not None and time is None and score is None:
        return wide_scores(table, person=person, scores=_named(scores))
    if scores is None and time is not None and score is not None:
        return long_scores(table, person=person, time=time, score=score)
    raise UsageError(
        "no scores, or scores told twice",
        where="--time, --score, --scores",
        expected="--time and --score for one row a score, or --scores for one row a person",
    )


def _named(scores: str) -> list[str]:
    names = [name.strip() for name in scores.split(",")]
    if not all(names):
        raise UsageError(
            "a column without a name", where="--scores", expected="names with one comma between"
        )
    return names
