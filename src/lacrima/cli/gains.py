"""`lacrima gains`: sudden gains and losses in a wide table of scores.

Needs no practice and no Django: a table goes in, a result comes out.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from lacrima.analyses.gains import GainRules, gains_from_table, report_as_json
from lacrima.cli.options import AsJson, verb
from lacrima.cli.said import say
from lacrima.errors import UsageError
from lacrima.formats.table import read_table

app = verb()

File = Annotated[
    Path,
    typer.Argument(metavar="FILE", help="A wide table: one row a person, one column a session."),
]
Person = Annotated[str, typer.Option(metavar="COLUMN", help="Who: the column's name.")]
Scores = Annotated[
    str,
    typer.Option(
        metavar="C1,C2,...",
        help="The columns of the sessions in their order, with commas between. "
        "C1..C12 means these two and all that stand between them in the table.",
    ),
]
Cut = Annotated[
    float,
    typer.Option(
        metavar="POINTS",
        help="The least step in points; as a rule the reliable change of the measure.",
    ),
]
Percent = Annotated[
    float,
    typer.Option(
        metavar="PERCENT", help="The least step in per cent of the score before; 0 asks for none."
    ),
]
FullWindows = Annotated[
    bool,
    typer.Option(
        "--full-windows",
        help="Ask for three sessions on each side of a step, of which one score may be missing; "
        "else two are enough at the two ends.",
    ),
]
HigherIsBetter = Annotated[
    bool, typer.Option("--higher-is-better", help="High scores are good scores.")
]


@app.command()
def gains(
    file: File,
    person: Person,
    scores: Scores,
    cut: Cut,
    percent: Percent = 25.0,
    full_windows: FullWindows = False,
    higher_is_better: HigherIsBetter = False,
    as_json: AsJson = False,
) -> int:
    """Who suddenly got much better, or much worse, from one session to the next?

    Tang and DeRubeis (1999): a step of at least POINTS points and PERCENT per cent, after which
    the mean of up to three scores differs from the mean of up to three scores before by more
    than a t test of 95 per cent allows. Both scores of the step, and two scores on each side,
    have to be there. A gain is reversed when at any later session more than half of it is lost
    again. A gain near a moment is near in time; what brought it about is not known.
    """
    rules = GainRules(
        cut=cut, percent=percent, full_windows=full_windows, higher_is_better=higher_is_better
    )
    report = gains_from_table(read_table(file), person=person, scores=_named(scores), rules=rules)
    result = report_as_json(report)
    say("gains", result, as_json=as_json, text=_text(result))
    return 0


def _named(scores: str) -> list[str]:
    names = [name.strip() for name in scores.split(",")]
    if not all(names):
        raise UsageError(
            "a column without a name", where="--scores", expected="names with one comma between"
        )
    return names


def _text(result: dict[str, Any]) -> str:
    lines = [
        f"{result['n']} people; {result['people_judged']} can be judged, "
        f"at {result['steps_judged']} of {result['steps']} steps.",
        f"  sudden gains   {result['gains']:>5}  in {result['people_with_gain']} people, "
        f"{result['people_with_several']} with several; {result['reversals']} reversed later",
        f"  sudden losses  {result['losses']:>5}  in {result['people_with_loss']} people",
        f"  size of gains  {_points(result['magnitude_mean'])}"
        f"  (SD {_points(result['magnitude_sd']).strip()})",
    ]
    lines += [
        f"{event['person']}: {event['kind']} of {event['size']:g} after {event['after']}"
        f"{', reversed later' if event['reversed'] else ''}"
        for event in result["events"]
    ]
    return "\n".join(lines)


def _points(value: float | None) -> str:
    return "  none" if value is None else f"{value:6.2f}"
