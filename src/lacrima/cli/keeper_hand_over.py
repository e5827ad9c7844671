"""`lacrima keeper hand-over`: a file of what clients sealed for a keeper, from an own practice."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from lacrima.cli import loading
from lacrima.cli.keeper_new import refuse_existing
from lacrima.cli.opening import opened
from lacrima.cli.options import AsJson, PassphraseFile, PracticeDir, verb
from lacrima.cli.said import say
from lacrima.vault import disk

app = verb()

Out = Annotated[
    Path,
    typer.Option(
        "--out", metavar="FILE.lacrima-keeper", help="The new file. Nothing is overwritten."
    ),
]
KeyId = Annotated[
    str,
    typer.Option(
        "--key-id",
        metavar="HEX",
        help="For an earlier keeper: the key id that `lacrima keeper new` said. Without it: the "
        "keeper who stands in the settings of the door.",
    ),
]
Again = Annotated[
    bool, typer.Option("--again", help="Also what was handed over before, if a file was lost.")
]


@app.command()
def hand_over(
    where: PracticeDir,
    out: Out,
    key_id: KeyId = "",
    again: Again = False,
    passphrase_file: PassphraseFile = "",
    as_json: AsJson = False,
) -> int:
    """Write what clients sealed for a keeper. Nobody but the keeper can open it.

    The file is filled up with sealed pieces that say nothing: it may hold no answer at all. What
    a client took back is not in it; what was handed over can be taken back no more.
    """
    refuse_existing(out)
    with opened(where, passphrase_file):
        handing, owner = loading.practice("door_keeper_file"), loading.practice("people").owner()
        data: bytes = handing.hand_to_keeper(by=owner, key_id=key_id, again=again)
        disk.write_atomically(out, data)
    told = {"path": str(out.absolute()), "bytes": len(data)}
    say("keeper-hand-over", told, as_json=as_json, text=_text(told))
    return 0


def _text(told: dict[str, object]) -> str:
    return (
        f"Written: {told['path']}.\n"
        "It does not say whether a client sealed anything. Send it to the keeper."
    )
