"""What a locked practice needs to fetch sealed letters: where the relay is, and a secret that
opens its list and nothing else. Whoever steals it sees ciphertext; it can delete nothing.
"""

from __future__ import annotations

import base64
import json
from datetime import datetime

from django.conf import settings

from lacrima.errors import LacrimaError, NotReady, RelayAway
from lacrima.practice.drop_box_relay import Mailbox, RelayLetter, letters
from lacrima.vault import disk, spool
from lacrima.vault.folder import Folder

KIND = "drop-box"
MOST_WAITING = 2_000
_FORMAT = "lacrima.drop-box"


def folder_here() -> Folder:
    """The folder of this practice."""
    return Folder(settings.LACRIMA_DIR)


def write(box: Mailbox, *, after: int) -> None:
    """Remember the relay beside the database. The secret that may delete is not written."""
    told = {"format": _FORMAT, "version": 1, "relay": box.address, "fetch": box.fetch}
    disk.write_atomically(
        folder_here().drop_box, json.dumps({**told, "after": after}, sort_keys=True).encode()
    )


def remove() -> None:
    """No relay any more."""
    folder_here().drop_box.unlink(missing_ok=True)


def read() -> tuple[Mailbox, int]:
    """The relay, and up to which letter it was fetched. NotReady where none is remembered."""
    try:
        told = json.loads(folder_here().drop_box.read_bytes())
        if told["format"] != _FORMAT or told["version"] != 1:
            raise ValueError
        return Mailbox(str(told["relay"]), str(told["fetch"])), int(told["after"])
    except (OSError, KeyError, TypeError, ValueError):
        raise NotReady(
            "no relay is remembered for the time the practice is locked",
            expected="a drop-box that was set up, and opened once since",
            next_step="Open the practice and collect once.",
        ) from None


def fetch() -> int:
    """Put what has come by, still sealed, into the spool; how many letters.

    RelayAway once more waits than a practice gets: the rest is left at the relay.
    """
    box, after = read()
    folder, count = folder_here(), 0
    room = MOST_WAITING - len(spool.names(folder))
    for some in letters(box, after=after):
        if count + len(some) > room:
            raise RelayAway(
                "it sends more letters than can wait here",
                where="relay",
                next_step="Open the practice, so that they are kept; then collect again.",
            )
        for one in some:
            spool.put(folder, KIND, as_json(one))
            count += 1
        write(box, after=max(one.number for one in some))
    return count


def as_json(letter: RelayLetter) -> bytes:
    """A letter as it lies in the spool."""
    told = {
        "n": letter.number,
        "name": letter.name,
        "id": letter.letter_id,
        "stored_at": letter.stored_at.isoformat(),
        "letter": base64.b64encode(letter.sealed).decode(),
    }
    return json.dumps(told).encode()


def from_json(data: bytes) -> RelayLetter:
    """And out of it again."""
    told = json.loads(data)
    return RelayLetter(
        number=told["n"],
        name=told["name"],
        letter_id=told["id"],
        stored_at=datetime.fromisoformat(told["stored_at"]),
        sealed=base64.b64decode(told["letter"]),
    )


def waiting() -> list[tuple[str, RelayLetter]]:
    """The letters of the drop-box in the spool, each with its place there. Needs it open."""
    folder = folder_here()
    found = []
    for place in spool.names(folder):
        try:
            if spool.kind_of(folder, place) == KIND:
                found.append((place, from_json(spool.take(folder, KIND, place))))
        except LacrimaError:
            continue  # it stays where it is: vault care says that something is damaged there
    return found
