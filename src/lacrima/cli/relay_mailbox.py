"""`lacrima relay mailbox`: a mailbox for one practice; its secrets go into a file."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from lacrima.cli.options import AsJson, RelayDir, verb
from lacrima.cli.said import say
from lacrima.relay import managing, said

app = verb()

Address = Annotated[str, typer.Option("--address", metavar="HTTPS", help=said.ADDRESS)]
Out = Annotated[Path, typer.Option("--out", metavar="FILE", help=said.OUT)]


@app.command()
def mailbox(where: RelayDir, address: Address, out: Out, as_json: AsJson = False) -> int:
    """Make a mailbox and write its relay code into a new file; it is shown nowhere.

    May be done while the relay runs. The relay keeps only hashes of the two secrets in the code:
    when the file is lost, close the mailbox and make another.
    """
    made = managing.make_mailbox(where, address=address, out=out)
    result = {"mailbox": made.id, "address": address, "out": str(out)}
    say("relay-mailbox", result, as_json=as_json, text=said.made(made))
    return 0
