"""`lacrima simulate panel`: a table of sessions of any size, and all that is true about it.

Needs no practice and no Django.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Any

import typer

from lacrima.analyses.simulated_panel import PanelTruth, simulate_panel
from lacrima.cli.beside import write_new
from lacrima.cli.options import AsJson, verb
from lacrima.cli.progress import Progress
from lacrima.cli.said import say
from lacrima.errors import UsageError
from lacrima.formats.columns_file import refuse_unwritable, write_columns

app = verb()


def _count(name: str, least: int, help_text: str) -> Any:
    return typer.Option(name, metavar="N", min=least, help=help_text)


Clients = Annotated[int, _count("--clients", 1, "How many clients.")]
Sessions = Annotated[
    int, _count("--sessions-per-client", 1, "How many sessions a client, on average.")
]
Therapists = Annotated[int, _count("--therapists", 1, "How many therapists.")]
Clinics = Annotated[int, _count("--clinics", 1, "How many clinics.")]
Effect = Annotated[
    float,
    typer.Option(
        metavar="D",
        help="What the therapist's tears do to the next score, on average, in standard "
        "deviations; above 0 is better.",
    ),
]
Seed = Annotated[int, _count("--seed", 0, "The same seed gives the same table.")]
Out = Annotated[Path, typer.Option(metavar="FILE", help="The new table, .csv or .parquet.")]
TruthFile = Annotated[Path, typer.Option("--truth", metavar="FILE", help="The new truth, JSON.")]
Shuffled = Annotated[
    bool, typer.Option("--shuffled", help="The rows in no order; else client by client.")
]


@app.command()
def panel(
    clients: Clients,
    sessions_per_client: Sessions,
    therapists: Therapists,
    clinics: Clinics,
    effect: Effect,
    seed: Seed,
    out: Out,
    truth: TruthFile,
    shuffled: Shuffled = False,
    as_json: AsJson = False,
) -> int:
    """Make a table of simulated sessions, one a row, of which the truth is known.

    The next score hangs on this score, the first one, the therapist's and the client's tears,
    heaviness, and on levels and slopes of client, therapist and clinic of their own. The truth
    file says the numbers, and the formula with which `lacrima effects` finds them. Scores are
    in standard deviations, high ones good ones. Both files say that they are simulated.
    """
    told = PanelTruth(
        seed=seed,
        clients=clients,
        sessions_per_client=sessions_per_client,
        therapists=therapists,
        clinics=clinics,
        effect=effect,
    )
    _check_names(out, truth)
    progress = Progress("Simulated sessions")
    made = simulate_panel(told, shuffled=shuffled, at=progress.at)
    progress.end()
    size = write_columns(out, made.columns, hundredths=made.hundredths, is_simulated=True)
    said = made.as_json()
    write_new(truth, json.dumps(said, indent=1, allow_nan=False).encode())
    result: dict[str, Any] = {
        "file": str(out.absolute()),
        "truth_file": str(truth.absolute()),
        "is_simulated": True,
        "label": said["label"],
        "rows": said["rows"],
        "bytes": size,
        "is_shuffled": shuffled,
        "seed": seed,
    }
    say("simulate-panel", result, as_json=as_json, text=_text(result))
    return 0


def _check_names(out: Path, truth: Path) -> None:
    refuse_unwritable(out)
    if truth.absolute() == out.absolute():
        raise UsageError("one file for two things", where="--out, --truth", expected="two files")
    if truth.exists() or not truth.parent.is_dir():
        raise UsageError(
            "a truth file that cannot be made",
            where="--truth",
            expected="the name of a new file in a folder that is there",
        )


def _text(result: dict[str, Any]) -> str:
    return (
        f"{result['label']}\n{result['rows']} sessions in {result['file']}\n"
        f"The truth: {result['truth_file']}"
    )
