"""`lacrima relay close`: a mailbox goes, with all that is in it."""

from __future__ import annotations

from typing import Annotated

import typer

from lacrima.cli.options import AsJson, RelayDir, verb
from lacrima.cli.said import say
from lacrima.relay import managing, said

app = verb()

Mailbox = Annotated[str, typer.Option("--mailbox", metavar="ID", help=said.MAILBOX)]


@app.command()
def close(where: RelayDir, mailbox: Mailbox, as_json: AsJson = False) -> int:
    """Delete a mailbox now, with its letters and briefs. Its secrets open nothing afterwards.

    Letters that the practice has not fetched are lost: ask it first.
    """
    closed = managing.close_mailbox(where, mailbox)
    result = {"mailbox": closed.id, "letters": closed.letters, "invitations": closed.invitations}
    say("relay-close", result, as_json=as_json, text=said.closed(closed))
    return 0
