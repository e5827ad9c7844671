"""`lacrima keeper new`: a key for whoever keeps what clients tell outside of a therapy."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from lacrima.cli.options import AsJson, PassphraseFile, verb
from lacrima.cli.passphrase import new_passphrase_from
from lacrima.cli.said import say
from lacrima.errors import BadInput
from lacrima.vault import keeper_box, keeper_code, keeper_key

app = verb()

Out = Annotated[
    Path, typer.Option("--out", metavar="KEYFILE", help="The new file. Nothing is overwritten.")
]


@app.command()
def keeper_new(out: Out, passphrase_file: PassphraseFile = "", as_json: AsJson = False) -> int:
    """Make a keeper's key file, and say the code that practices take in.

    Keep the file and its passphrase away from every practice, and a copy of both in another
    place: without them nothing that was sealed for this key opens any more.
    """
    refuse_existing(out)
    passphrase = new_passphrase_from(passphrase_file, what="the new key")
    key = keeper_key.fresh(passphrase, now=datetime.now(UTC))
    keeper_key.write(out, key)
    told = {
        "path": str(out.absolute()),
        "key_id": keeper_box.key_id(key.public).hex(),
        "code": keeper_code.code_of(key.public),
        "words": list(keeper_code.words_of(key.public)),
    }
    say("keeper-new", told, as_json=as_json, text=_text(told))
    return 0


def refuse_existing(path: Path) -> None:
    """Go on when this file can be made. BadInput otherwise, before anything is done."""
    if path.exists() or not path.parent.is_dir():
        is_there = path.exists()
        raise BadInput(
            "a file that is there already" if is_there else "a folder that is not there",
            where=str(path if is_there else path.parent),
            expected="the name of a new file in a folder that is there",
            next_step="Choose another name. Nothing was made.",
        )


def _text(told: Mapping[str, Any]) -> str:
    return "\n".join(
        [
            f"Written: {told['path']}. Put a copy aside; there is no other way to this key.",
            "The code for practices (it is no secret):",
            f"  {told['code']}",
            "Ten words to compare it by:",
            f"  {' '.join(told['words'])}",
        ]
    )
