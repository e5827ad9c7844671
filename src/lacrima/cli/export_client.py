"""`lacrima export client`: a copy of one course of care, readable and as tables."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from lacrima.cli import loading
from lacrima.cli.export_file import Format, To, hand_over, refuse_existing
from lacrima.cli.opening import opened
from lacrima.cli.options import AsJson, PassphraseFile, PracticeDir, verb
from lacrima.cli.passphrase import STANDARD_INPUT, first_line_of
from lacrima.errors import UsageError

app = verb()

Episode = Annotated[
    str,
    typer.Option(
        "--episode",
        metavar="ID",
        help="Which course of care: the id in the address of the client's page.",
    ),
]
CodeFile = Annotated[
    str,
    typer.Option(
        "--code-file",
        metavar="PATH|-",
        help="Or: read the client's code from the first line of this file, or of standard input "
        "(-). A code is never read from an argument, which other programs can see.",
    ),
]
Parts = Annotated[
    list[str] | None,
    typer.Option(
        "--part",
        metavar="PART",
        help="Only this part; may be given several times. Without it: the usual ones.",
    ),
]
WithoutWords = Annotated[
    bool, typer.Option("--without-words", help="Nothing that was written in own words.")
]


@app.command()
def client(
    where: PracticeDir,
    to: To,
    episode: Episode = "",
    code_file: CodeFile = "",
    parts: Parts = None,
    without_words: WithoutWords = False,
    table_format: Format = "csv",
    passphrase_file: PassphraseFile = "",
    as_json: AsJson = False,
) -> int:
    """Write a copy of one course of care: a readable document, tables, and FHIR.

    The client's page has the same with every single text to look at before it leaves. Private
    notes are in no copy, what the therapist felt only with --part felt.
    """
    if bool(episode) == bool(code_file):
        raise UsageError("which client", expected="--episode ID, or --code-file PATH|-")
    if code_file == STANDARD_INPUT == passphrase_file:
        raise UsageError("code and passphrase both from standard input", expected="one of them")
    refuse_existing(to)
    code = first_line_of(code_file, what="the code file") if code_file else ""
    with opened(where, passphrase_file):
        export, owner = loading.practice("export_client"), loading.practice("people").owner()
        made: Any = export.export_client(
            export.episode_of_code(code, by=owner) if code else episode,
            by=owner,
            choice=loading.practice("export_choice").choice_of(parts, has_words=not without_words),
            table_format_name=table_format,
        )
    return hand_over("export-client", made.data, made.as_json(), to, as_json=as_json)
