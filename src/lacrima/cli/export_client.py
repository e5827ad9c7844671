"""`lacrima export client`: a copy of one course of care, readable and as tables."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from lacrima.cli import loading
from lacrima.cli.client_named import CodeFile, Episode, code_named, episode_named
from lacrima.cli.export_file import Format, To, hand_over, refuse_existing
from lacrima.cli.opening import opened
from lacrima.cli.options import AsJson, PassphraseFile, PracticeDir, verb

app = verb()

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
    code = code_named(episode, code_file, passphrase_file)
    refuse_existing(to)
    with opened(where, passphrase_file):
        owner = loading.practice("people").owner()
        made: Any = loading.practice("export_client").export_client(
            episode_named(episode, code, owner),
            by=owner,
            choice=loading.practice("export_choice").choice_of(parts, has_words=not without_words),
            table_format_name=table_format,
        )
    return hand_over("export-client", made.data, made.as_json(), to, as_json=as_json)
