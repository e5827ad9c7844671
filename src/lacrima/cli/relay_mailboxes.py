"""`lacrima relay mailboxes`: how full each is. No secret, no name of an invitation."""

from __future__ import annotations

from dataclasses import asdict

from lacrima.cli.options import AsJson, RelayDir, verb
from lacrima.cli.said import say
from lacrima.relay import managing, said

app = verb()


@app.command()
def mailboxes(where: RelayDir, as_json: AsJson = False) -> int:
    """List the mailboxes of a relay: id, since when, and how much waits in each."""
    found = managing.mailboxes(where)
    results = [{**asdict(one), "made_at": said.day_of(one.made_at)} for one in found]
    say("relay-mailboxes", {"results": results}, as_json=as_json, text=said.filled(found))
    return 0
