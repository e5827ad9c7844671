"""The words of the relay's verbs: `lacrima relay` and `python -m lacrima.relay` say the same."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from lacrima.relay.mailboxes import Filled
from lacrima.relay.managing import NewMailbox

MOST_KEEP_DAYS = 365
LEAST_MB, MOST_MB = 1, 1_000_000

DIR = "The relay's own folder; nothing else may be in it."
HOST = "Where it listens: this machine alone, for a proxy with TLS in front of it."
PAGE = "Serve this one file at / as well."
MOST = "How much may wait on the disk, in megabytes."
BEHIND_PROXY = (
    "Believe the proxy in front where a request comes from (the last entry of X-Forwarded-For). "
    "Only where nothing but the proxy can reach this port."
)
ADDRESS = "The address at which practices and pages reach the relay, with https://."
OUT = "A new file for the relay code; whoever has it can use the mailbox."
MAILBOX = "Which one; `relay mailboxes` lists them."


def ready(address: str) -> str:
    """The one line of a relay that can be asked now."""
    return f"The relay listens at {address} (Ctrl+C stops it)."


def made(mailbox: NewMailbox) -> str:
    """A mailbox was made."""
    return (
        f"Mailbox {mailbox.id} is made. Its relay code is in {mailbox.out}: "
        "hand it to the practice on a safe way, then delete the file."
    )


def filled(mailboxes: Sequence[Filled]) -> str:
    """One line a mailbox."""
    lines = [
        f"{one.id}  made {day_of(one.made_at)}, {one.invitations} invitations, "
        f"{one.letters} letters wait, {one.bytes} bytes"
        for one in mailboxes
    ]
    return "\n".join(lines) or "There is no mailbox yet."


def closed(mailbox: Filled) -> str:
    """A mailbox was closed."""
    return (
        f"Mailbox {mailbox.id} is closed; {mailbox.letters} letters and "
        f"{mailbox.invitations} invitations were deleted."
    )


def day_of(seconds: int) -> str:
    """A day, UTC."""
    return datetime.fromtimestamp(seconds, UTC).date().isoformat()
