"""What the second practice does when it is asked to (see practice_there)."""

from __future__ import annotations

import base64
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

from lacrima.errors import LacrimaError
from lacrima.practice import colleagues, pages_supervision, people, share_ending, share_files
from lacrima.records import clock, migrating
from lacrima.records.models import Colleague, Member, ReceivedShare
from lacrima.vault import create, kdf
from lacrima.vault.folder import Folder
from lacrima.vault.process import VAULT
from tests.support.practice_there import NOON, PASSPHRASE


@dataclass
class House:
    """Hanna's own practice, where the clock stands until it is moved."""

    hanna: Member
    at: Any = NOON
    made: list[str] = field(default_factory=list)

    def do(self, told: dict[str, Any]) -> dict[str, Any]:
        """One thing; a refusal is an answer too."""
        try:
            with clock.held_at(self.at):
                found: dict[str, Any] = getattr(self, told.pop("do"))(**told)
        except LacrimaError as error:
            return {"error": error.sentence(), "code": error.code}
        return found

    def code(self) -> dict[str, Any]:
        """The code of this practice."""
        own = colleagues.own_code(self.hanna)
        return {"code": own.code, "words": list(own.words)}

    def colleague(self, name: str, code: str) -> dict[str, Any]:
        """Keep somebody's code."""
        row = colleagues.add_colleague(by=self.hanna, name=name, code=code)
        return {"words": list(colleagues.code_of(row).words)}

    def forget(self) -> dict[str, Any]:
        """Forget all codes and everything that came."""
        ReceivedShare.objects.all().delete()
        Colleague.objects.all().delete()
        return {}

    def open(self, file: str) -> dict[str, Any]:
        """Open a file, and read what is there."""
        opened = share_files.open_share_file(base64.b64decode(file), by=self.hanna)
        assert opened.received is not None
        return {"id": opened.received.pk.hex, "is_new": opened.is_new, **self.read(opened.received)}

    def read(self, row: ReceivedShare | str) -> dict[str, Any]:
        """One share as its page shows it."""
        key = row if isinstance(row, str) else row.pk
        page = pages_supervision.received_page(self.hanna, key)
        return {
            "state": page.state,
            "shown": page.shown.to_dict() if page.shown else None,
            "purpose": page.purpose,
            "from": page.from_whom,
            "until": page.expires_on.isoformat(),
            "notes": [note.words for note in page.notes],
        }

    def say(self, row: str, kind: str, words: str = "") -> dict[str, Any]:
        """Say something of a share."""
        there = ReceivedShare.objects.get(pk=row)
        note = share_files.say_of_received(there, by=self.hanna, kind=kind, words=words)
        return {"note": note.pk.hex}

    def answer(self, row: str) -> dict[str, Any]:
        """The sealed answer."""
        there = ReceivedShare.objects.get(pk=row)
        file = share_files.answer_file(there, by=self.hanna)
        return {"file": base64.b64encode(file).decode()}

    def seal(self, kind: str, plain: str, reader: str) -> dict[str, Any]:
        """A file with anything in it: what a newer or another program could send."""
        file = VAULT.seal_share(kind, plain.encode(), reader=bytes.fromhex(reader))
        return {"file": base64.b64encode(file).decode()}

    def move(self, days: int) -> dict[str, Any]:
        """Let days go by, and the housekeeper do its work."""
        self.at += timedelta(days=days)
        with clock.held_at(self.at):
            return {"ended": share_ending.forget_expired_shares(now=self.at)}


def begin(folder: Path) -> House:
    """A fresh practice of Hanna's."""
    usual, kdf.STANDARD = kdf.STANDARD, kdf.FLOOR
    create(Folder(folder), PASSPHRASE, now=NOON)
    VAULT.unlock(Folder(folder), PASSPHRASE)
    kdf.STANDARD = usual
    migrating.migrate()
    with clock.held_at(NOON):
        hanna = people.open_practice(
            owner_name="Hanna Weiss", practice_name="Room 4", zone="Europe/Vienna"
        )
    return House(hanna)
