"""`lacrima export rows`: rows as they were logged, without names."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from lacrima.cli import loading
from lacrima.cli.export_file import To, hand_over, refuse_existing
from lacrima.cli.opening import opened
from lacrima.cli.options import AsJson, PassphraseFile, PracticeDir, verb
from lacrima.errors import BadInput
from lacrima.vault import disk

app = verb()

Layout = Annotated[
    str,
    typer.Option(
        "--format",
        metavar="csv|parquet|json|bids|redcap",
        help="How the rows are laid out; bids and redcap hold questionnaires alone.",
    ),
]
ForResearch = Annotated[
    bool,
    typer.Option(
        "--for-research",
        help="Leave out every course of care in which not everybody agreed to research.",
    ),
]
Own = Annotated[bool, typer.Option("--own", help="Only your own clients, not everybody's here.")]
KeyFile = Annotated[
    Path | None,
    typer.Option(
        "--key-file",
        metavar="PATH",
        help="Keep the random names the same from export to export. The file is made where it is "
        "not there yet; whoever has it and the practice can tell who is who.",
    ),
]


@app.command()
def rows(
    where: PracticeDir,
    to: To,
    layout: Layout = "csv",
    own: Own = False,
    for_research: ForResearch = False,
    key_file: KeyFile = None,
    passphrase_file: PassphraseFile = "",
    as_json: AsJson = False,
) -> int:
    """Write rows without names: a row a session, a moment, a voice, a questionnaire.

    No names, codes, words or dates; days are counted from the first session of a course of care.
    Without names is not anonymous: whoever knows a course may recognise it.
    """
    refuse_existing(to)
    with opened(where, passphrase_file):
        pseudonyms = loading.practice("export_pseudonyms")
        text, is_new = _key_text(key_file, pseudonyms.new_key_text())
        made: Any = loading.practice("export_rows").export_rows(
            by=loading.practice("people").owner(),
            layout=layout,
            key=pseudonyms.key_of(text) if text else None,
            of_everybody=not own,
            is_for_research=for_research,
        )
    if key_file and is_new:
        disk.write_atomically(key_file, f"{text}\n".encode())
    return hand_over("export-rows", made.data, made.as_json(), to, as_json=as_json)


def _key_text(key_file: Path | None, fresh: str) -> tuple[str, bool]:
    """The key in the file, or a fresh one where there is no file yet; empty without a file."""
    if key_file is None:
        return "", False
    if not key_file.exists():
        refuse_existing(key_file)
        return fresh, True
    try:
        return key_file.read_text(encoding="ascii"), False
    except (OSError, UnicodeDecodeError) as mistake:
        raise BadInput(
            "a key file that cannot be read", where=str(key_file), expected="64 hexadecimal digits"
        ) from mistake
