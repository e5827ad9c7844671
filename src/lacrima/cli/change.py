"""`lacrima change`: reliable and clinically significant change in a long table of scores.

Needs no practice and no Django: a table goes in, a result comes out.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from lacrima.analyses.outcomes import ChangeRules, change_from_table, report_as_json
from lacrima.cli.options import AsJson, verb
from lacrima.cli.said import say
from lacrima.formats.table import read_table

app = verb()

COUNTS = ("recovered", "improved", "unchanged", "deteriorated", "harmed")

File = Annotated[
    Path, typer.Argument(metavar="FILE", help="A long table: one row a person and time.")
]


@app.command()
def change(
    file: File,
    person: Annotated[str, typer.Option(metavar="COLUMN", help="Who: the column's name.")],
    time: Annotated[str, typer.Option(metavar="COLUMN", help="When: the column's name.")],
    score: Annotated[str, typer.Option(metavar="COLUMN", help="The score: the column's name.")],
    pre: Annotated[str, typer.Option(help="What the time column says for before.")],
    post: Annotated[str, typer.Option(help="What the time column says for after.")],
    reliability: Annotated[float, typer.Option(help="The measure's reliability, 0 to 1.")],
    functional_mean: Annotated[float | None, typer.Option(help="Mean of people who are well.")] = (
        None
    ),
    functional_sd: Annotated[float | None, typer.Option(help="Their standard deviation.")] = None,
    clinical_mean: Annotated[
        float | None, typer.Option(help="Mean of people in need; else from the data, before.")
    ] = None,
    clinical_sd: Annotated[
        float | None, typer.Option(help="Their standard deviation; else from the data.")
    ] = None,
    sd_pre: Annotated[
        float | None, typer.Option(help="Standard deviation before; else from the data.")
    ] = None,
    cutoff: Annotated[str | None, typer.Option(metavar="a|b|c", help="Which cut-off.")] = None,
    tie: Annotated[
        str,
        typer.Option(metavar="strict|inclusive", help="Is a score on the cut-off a clinical one?"),
    ] = "strict",
    higher_is_better: Annotated[
        bool, typer.Option("--higher-is-better", help="High scores are good scores.")
    ] = False,
    confidence: Annotated[float, typer.Option(help="Of the reliable change, 0 to 1.")] = 0.95,
    as_json: AsJson = False,
) -> int:
    """Who changed by more than chance would explain?

    Jacobson and Truax (1991), over the people who have both scores. Nobody is left out silently:
    who has one score only is listed, with the reason.
    """
    rules = ChangeRules(
        reliability=reliability,
        confidence=confidence,
        higher_is_better=higher_is_better,
        cutoff=cutoff,
        tie=tie,
        functional_mean=functional_mean,
        functional_sd=functional_sd,
        clinical_mean=clinical_mean,
        clinical_sd=clinical_sd,
        sd_pre=sd_pre,
    )
    report = change_from_table(
        read_table(file), person=person, time=time, score=score, pre=pre, post=post, rules=rules
    )
    result = report_as_json(report)
    say("change", result, as_json=as_json, text=_text(result))
    return 0


def _text(result: dict[str, Any]) -> str:
    cutoff = "none" if result["cutoff"] is None else f"{result['cutoff']:.2f}"
    lines = [
        f"{result['n']} people with both scores; {len(result['excluded'])} left out.",
        f"SD before {result['sd_pre']:.2f}; reliable from {result['critical_change']:.2f} points; "
        f"cut-off {cutoff}.",
        *(f"  {name:<13}{_number(result[name])}" for name in COUNTS),
    ]
    return "\n".join([*lines, result["why"]] if result["why"] else lines)


def _number(count: int | None) -> str:
    return "not known" if count is None else str(count)
