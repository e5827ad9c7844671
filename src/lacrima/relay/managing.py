"""What whoever runs a relay does beside it: make, look at and close mailboxes.

Each comes in by a connection of its own, also while the relay runs: SQLite lets one write after
the other, and both wait for some seconds.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from lacrima.relay import relay_code
from lacrima.relay.keeper import Keeper
from lacrima.relay.limits import Limits
from lacrima.relay.mailboxes import Filled
from lacrima.relay.place import Place
from lacrima.relay.store import Store

NO_LIMIT_BYTES = 1 << 42  # how much may be kept is the serving relay's to say


@dataclass(frozen=True)
class NewMailbox:
    """A mailbox that was made, without its secrets."""

    id: str
    out: Path


@contextmanager
def _kept(place: Place) -> Iterator[Keeper]:
    store = Store(place.database, most_bytes=NO_LIMIT_BYTES)
    try:
        yield Keeper(store, Limits())
    finally:
        store.close()


def make_mailbox(root: Path, *, address: str, out: Path) -> NewMailbox:
    """Make a mailbox; its code goes into a new file that its owner alone may read."""
    checked, place = relay_code.checked_address(address), Place(root.absolute())
    place.prepare()
    descriptor = relay_code.begin_file(out)
    try:
        with os.fdopen(descriptor, "w", encoding="ascii") as file, _kept(place) as keeper:
            made = keeper.make_mailbox()
            file.write(f"{relay_code.relay_code(checked, made)}\n")
            file.flush()
            os.fsync(file.fileno())
    except BaseException:
        out.unlink(missing_ok=True)
        raise
    return NewMailbox(made.id, out)


def mailboxes(root: Path) -> list[Filled]:
    """How full each mailbox is. Raises NotFound where no relay was begun."""
    place = Place(root.absolute())
    place.check()
    with _kept(place) as keeper:
        return keeper.filled_mailboxes()


def close_mailbox(root: Path, mailbox_id: str) -> Filled:
    """Close a mailbox and delete all in it. Raises NotFound."""
    place = Place(root.absolute())
    place.check()
    with _kept(place) as keeper:
        return keeper.close_mailbox(mailbox_id)
