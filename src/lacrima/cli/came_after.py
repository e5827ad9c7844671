"""`lacrima came-after`: how the next score was, after sessions in which tears fell.

Of a practice, as it stood at the last set look; or of a panel file, without a practice.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from lacrima.analyses.after_file import answer_of_columns, names_in
from lacrima.analyses.model_columns import Columns, columns_of_arrays, columns_of_table
from lacrima.analyses.waiting import tell_of_waiting
from lacrima.cli import loading
from lacrima.cli.opening import opened
from lacrima.cli.options import AsJson, PassphraseFile, verb
from lacrima.cli.passphrase import STANDARD_INPUT, first_line_of
from lacrima.cli.progress import Progress, note
from lacrima.cli.said import say
from lacrima.errors import UsageError
from lacrima.formats.columns_in import is_parquet_file, parquet_columns
from lacrima.formats.table import read_table

app = verb()

Where = Annotated[
    Path | None, typer.Option("--dir", metavar="FOLDER", help="The folder of the practice.")
]
PanelFile = Annotated[
    Path | None,
    typer.Option(
        "--panel",
        metavar="FILE",
        help="Instead of a practice: a panel, CSV or Parquet, one row a session, with the columns "
        "client, session, score, and an exposure (csh, shed, near, held). It is looked at now, at "
        "no set day, and the answer says so.",
    ),
]
ExposureName = Annotated[
    str,
    typer.Option(
        "--exposure", metavar="client-shed|shed|near|held-back", help="Whose tears, and how much."
    ),
]
OutcomeName = Annotated[
    str,
    typer.Option(
        metavar="INSTRUMENT",
        help="The measure, such as phq-9; it needs a norm. Else the primary one by its rule; of a "
        "panel without it, scores are taken as norm SDs in which more is better.",
    ),
]
ClientId = Annotated[
    str,
    typer.Option(
        "--client",
        metavar="ID",
        help="One client: the id in the address of the client's page; of a panel, the file's word.",
    ),
]
ClientFile = Annotated[
    str,
    typer.Option(
        "--client-file",
        metavar="PATH|-",
        help="Or: read the client's code from the first line of this file, or of standard input "
        "(-). A code is never read from an argument, which other programs can see.",
    ),
]


@app.command("came-after")
def came_after(
    where: Where = None,
    panel: PanelFile = None,
    exposure: ExposureName = "client-shed",
    outcome: OutcomeName = "",
    client: ClientId = "",
    client_file: ClientFile = "",
    passphrase_file: PassphraseFile = "",
    as_json: AsJson = False,
) -> int:
    """After sessions with such a moment, how did things go next?

    The difference in the next score against comparable sessions of the same client, in standard
    deviations of the norm, better is above 0, with what may be said of it and what not. It can
    never show that the tears did it. "Too early to tell" is an answer (exit code 0).
    """
    if (where is None) == (panel is None):
        raise UsageError("which sessions", expected="--dir FOLDER, or --panel FILE")
    tell_of_waiting(note)
    if panel is not None:
        if client_file:
            raise UsageError("a client's code with --panel", expected="--client ID")
        columns, progress = _columns(panel), Progress("Checks")
        result, text = answer_of_columns(
            columns, exposure=exposure, outcome=outcome, client=client, at=progress.at
        )
        progress.end()
        say("came-after", result, as_json=as_json, text=text)
        return 0
    result, text = _of_practice(where, passphrase_file, (exposure, outcome, client, client_file))
    say("came-after", result, as_json=as_json, text=text)
    return 0


def _columns(panel: Path) -> Columns:
    table = read_table(panel)
    names, ids = names_in(table.columns)
    if is_parquet_file(panel):
        return columns_of_arrays(parquet_columns(panel, names, ids=ids), names=names, ids=ids)
    return columns_of_table(table, names=names, ids=ids)


def _of_practice(
    where: Path | None, passphrase_file: str, asked: tuple[str, str, str, str]
) -> tuple[dict[str, Any], str]:
    exposure, outcome, episode, client_file = asked
    if episode and client_file:
        raise UsageError("which client", expected="--client ID, or --client-file PATH|-")
    if client_file == STANDARD_INPUT == passphrase_file:
        raise UsageError("code and passphrase both from standard input", expected="one of them")
    code = first_line_of(client_file, what="the client file") if client_file else ""
    with opened(where or Path(), passphrase_file):
        owner = loading.practice("people").owner()
        if code:
            episode = str(loading.practice("export_client").episode_of_code(code, by=owner))
        made: tuple[dict[str, Any], str] = loading.practice("came_after").as_json(
            owner, exposure=exposure, outcome=outcome, episode=episode
        )
    return made
