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


def _number(help_text: str) -> Any:
    return typer.Option(metavar="NUMBER", help=help_text)


def _column(help_text: str) -> Any:
    return typer.Option(metavar="COLUMN", help=f"{help_text}: the column's name.")


Before = Annotated[str, typer.Option(metavar="TIME", help="What the time column says for before.")]
After = Annotated[str, typer.Option(metavar="TIME", help="What the time column says for after.")]
Reliability = Annotated[float, _number("The measure's reliability, 0 to 1.")]
FunctionalMean = Annotated[float | None, _number("Mean of people who are well.")]
FunctionalSd = Annotated[float | None, _number("Their standard deviation.")]
ClinicalMean = Annotated[
    float | None, _number("Mean of people in need; else from the data, before.")
]
ClinicalSd = Annotated[float | None, _number("Their standard deviation; else from the data.")]
SdPre = Annotated[float | None, _number("Standard deviation before; else from the data.")]
Cutoff = Annotated[str | None, typer.Option(metavar="a|b|c", help="Which cut-off; else c.")]
Tie = Annotated[
    str, typer.Option(metavar="strict|inclusive", help="Is a score on the cut-off a clinical one?")
]
HigherIsBetter = Annotated[
    bool, typer.Option("--higher-is-better", help="High scores are good scores.")
]
Confidence = Annotated[float, _number("Of the reliable change, 0 to 1.")]


@app.command()
def change(
    file: File,
    person: Annotated[str, _column("Who")],
    time: Annotated[str, _column("When")],
    score: Annotated[str, _column("The score")],
    pre: Before,
    post: After,
    reliability: Reliability,
    functional_mean: FunctionalMean = None,
    functional_sd: FunctionalSd = None,
    clinical_mean: ClinicalMean = None,
    clinical_sd: ClinicalSd = None,
    sd_pre: SdPre = None,
    cutoff: Cutoff = None,
    tie: Tie = "strict",
    higher_is_better: HigherIsBetter = False,
    confidence: Confidence = 0.95,
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
        *(f"  {name:<13}{_count(result[name])}" for name in COUNTS),
    ]
    return "\n".join([*lines, result["why"]] if result["why"] else lines)


def _count(count: int | None) -> str:
    return "not known" if count is None else str(count)
