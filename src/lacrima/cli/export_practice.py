"""`lacrima export practice`: everything that is not private, as tables that can come back."""

from __future__ import annotations

from typing import Any

from lacrima.cli import loading
from lacrima.cli.export_file import Format, To, hand_over, refuse_existing
from lacrima.cli.opening import opened
from lacrima.cli.options import AsJson, PassphraseFile, PracticeDir, verb

app = verb()


@app.command()
def practice(
    where: PracticeDir,
    to: To,
    table_format: Format = "csv",
    passphrase_file: PassphraseFile = "",
    as_json: AsJson = False,
) -> int:
    """Write the whole practice into a zip of tables that an empty practice can take in again.

    It holds everybody's clients, and it is plain text: whoever has the file can read it. Private
    notes and the log of changes stay; what is left out, and why, stands in the file.
    """
    refuse_existing(to)
    with opened(where, passphrase_file):
        owner = loading.practice("people").owner()
        export = loading.practice("export_whole")
        made: Any = export.export_practice(by=owner, table_format_name=table_format)
    return hand_over("export-practice", made.data, made.as_json(), to, as_json=as_json)
