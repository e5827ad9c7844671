"""`lacrima singlecase`: two phases of one person, in a long table of scores.

Needs no practice and no Django: a table goes in, a result comes out.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from lacrima.analyses.singlecase import report_as_json, single_cases_from_table
from lacrima.cli.options import AsJson, verb
from lacrima.cli.said import say
from lacrima.formats.table import read_table

app = verb()

File = Annotated[
    Path, typer.Argument(metavar="FILE", help="A long table: one row a person and session.")
]


def _column(help_text: str) -> Any:
    return typer.Option(metavar="COLUMN", help=f"{help_text}: the column's name.")


Baseline = Annotated[
    str | None,
    typer.Option(
        metavar="PHASE",
        help="What the column of phases says for phase A; else the smaller number, or the word "
        "that comes first in the alphabet.",
    ),
]
LowerIsBetter = Annotated[
    bool,
    typer.Option("--lower-is-better", help="Turn scores round, so that more than half is better."),
]


@app.command()
def singlecase(
    file: File,
    person: Annotated[str, _column("Who")],
    time: Annotated[str, _column("When, a number or a date")],
    score: Annotated[str, _column("The score")],
    phase: Annotated[str, _column("The phase, two different ones")],
    baseline: Baseline = None,
    lower_is_better: LowerIsBetter = False,
    as_json: AsJson = False,
) -> int:
    """Do one person's scores lie apart in two phases?

    NAP: the share of pairs in which the score of phase B is higher (equal ones count half).
    Tau: 2 NAP - 1. Tau-U: the same less the trend of phase A, where A is wholly before B. p: the
    share of places along the course at which the phases lie at least as far apart. They describe;
    what brought a difference about, they do not know. NAP and Tau take sessions for independent.
    """
    report = single_cases_from_table(
        read_table(file),
        person=person,
        time=time,
        score=score,
        phase=phase,
        baseline=baseline,
        lower_is_better=lower_is_better,
    )
    result = report_as_json(report)
    say("singlecase", result, as_json=as_json, text=_text(result))
    return 0


def _text(result: dict[str, Any]) -> str:
    better = ", turned round since low is better" if result["lower_is_better"] else ""
    lines = [
        f"{result['people']} people; A is {result['phase_a']}, B is {result['phase_b']}{better}.",
        "  NAP   Tau    Tau-U  p      A, B    who",
    ]
    for one in result["results"]:
        counts = f"{one['n_a']}, {one['n_b']}"
        lines.append(
            f"  {_number(one['nap'], 4)} {_number(one['tau'], 6)} {_number(one['tau_u'], 6)} "
            f"{_number(one['p'], 6)} {counts:<7} {one['person']}"
        )
        lines += [f"       no {key}: {reason}" for key, reason in (one["why"] or {}).items()]
    lines += [f"{each['n']} rows left out: {each['reason']}" for each in result["dropped"]]
    return "\n".join(lines)


def _number(value: float | None, width: int) -> str:
    return f"{'-' if value is None else f'{value:.2f}':<{width}}"
