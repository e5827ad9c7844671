"""A relay in this process, as strange as a test wants it, and a phone that seals letters."""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

import pytest

from lacrima.errors import RelayAway
from lacrima.practice import drop_box, drop_box_invite, drop_box_relay
from lacrima.practice.drop_box_relay import Mailbox
from lacrima.records import clock
from lacrima.records.models import DropBoxInvitation, Member, Participant
from lacrima.vault import drop_box as boxes

ADDRESS = "https://relay.example"
PAGE = "https://answers.example"


@dataclass
class Relay:
    """What the relay holds. It answers as the real one does; a test may change what it holds."""

    briefs: dict[str, bytes] = field(default_factory=dict)
    letters: list[dict[str, Any]] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    is_away: bool = False
    fetch: str = field(default_factory=lambda: secrets.token_urlsafe(32))
    manage: str = field(default_factory=lambda: secrets.token_urlsafe(32))

    @property
    def code(self) -> str:
        """What whoever runs it gives to a practice."""
        told = {"v": 1, "relay": ADDRESS, "fetch": self.fetch, "manage": self.manage}
        return "lr1." + base64.urlsafe_b64encode(json.dumps(told).encode()).rstrip(b"=").decode()

    def take(self, name: str, letter_id: str, sealed: bytes, at: datetime | None = None) -> None:
        """A phone leaves a letter."""
        number = 1 + max((one["n"] for one in self.letters), default=0)
        told = base64.b64encode(sealed).decode()
        at = at or clock.now()
        self.letters.append(
            {"n": number, "invitation": name, "id": letter_id, "stored_at": at.isoformat(),
             "letter": told}
        )  # fmt: skip

    def answer(
        self, box: Mailbox, method: str, path: str, body: bytes | None, missing_is_fine: bool
    ) -> bytes:
        """In the place of a request over the network."""
        self.asked.append(f"{method} {path}")
        if self.is_away:
            raise RelayAway("the relay does not answer", where="relay")
        assert (box.manage or box.fetch) in {self.fetch, self.manage}
        name = path.rpartition("/")[2]
        if method == "PUT":
            self.briefs[name] = body or b""
        elif method == "DELETE":
            assert self.briefs.pop(name, None) is not None or missing_is_fine
        elif method == "GET":
            return self._list(int(urlsplit(path).query.removeprefix("after=")))
        else:
            gone = set(json.loads(body or b"")["ids"])
            self.letters = [one for one in self.letters if one["id"] not in gone]
        return b""

    def _list(self, after: int) -> bytes:
        behind = [one for one in self.letters if one["n"] > after]
        return json.dumps({"letters": behind[:100], "more": len(behind) > 100}).encode()


@pytest.fixture
def relay(monkeypatch: pytest.MonkeyPatch) -> Relay:
    """A relay that the practice can ask; nothing goes over a network."""
    there = Relay()

    def ask(
        box: Mailbox, method: str, path: str, body: bytes | None = None,
        _headers: Any = None, *, missing_is_fine: bool = False,
    ) -> bytes:  # fmt: skip
        return there.answer(box, method, path, body, missing_is_fine)

    monkeypatch.setattr(drop_box_relay, "_ask", ask)
    return there


@dataclass
class Phone:
    """A client's phone with the link open: it knows the secret, and nothing else of us."""

    relay: Relay
    secret: bytes
    brief: dict[str, Any] = field(default_factory=dict)
    sitting: str = field(default_factory=lambda: secrets.token_hex(16))
    parts: list[dict[str, Any]] = field(default_factory=list)
    sequence: int = 0

    @property
    def invitation(self) -> boxes.Invitation:
        """What follows from the secret."""
        return boxes.invitation(self.secret)

    def open(self) -> Phone:
        """Read the brief that lies at the relay now."""
        raw = boxes.open_brief(self.invitation, self.relay.briefs[self.invitation.name.hex()])
        self.brief = json.loads(raw) | {"_raw": raw}
        return self

    def say(self, kind: str, at: datetime | None = None, **more: Any) -> Phone:
        """One part more."""
        told = (at or clock.now()).astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        self.parts.append({"kind": kind, "at": told, **more})
        return self

    def sealed(self, letter_id: str, **changes: Any) -> bytes:
        """The letter as it leaves the phone."""
        raw = self.brief["_raw"]
        written = self.parts[-1]["at"] if self.parts else "2026-03-10T12:00:00Z"
        content = {
            "v": 1, "sitting": self.sitting, "sequence": self.sequence, "written_at": written,
            "language": "en", "parts": self.parts, **changes,
        }  # fmt: skip
        return boxes.seal_letter(
            self.invitation,
            json.dumps(content).encode(),
            public=base64.b64decode(self.brief["public"]),
            letter_id=bytes.fromhex(letter_id),
            brief_number=self.brief["number"],
            brief_digest=hashlib.sha256(raw).digest(),
        )

    def send(self, at: datetime | None = None, **changes: Any) -> str:
        """Leave it at the relay; its id."""
        self.sequence += 1
        letter_id = secrets.token_hex(16)
        self.relay.take(
            self.invitation.name.hex(), letter_id, self.sealed(letter_id, **changes), at
        )
        return letter_id


def set_up(relay: Relay, by: Member) -> None:
    """Name this relay."""
    drop_box.set_up(relay.code, PAGE, by=by)


def phone_of(relay: Relay, seat: Participant, by: Member, days: int = 90) -> Phone:
    """A client who was invited, with the page open."""
    made = drop_box_invite.invite(seat, by=by, days=days)
    return phone_by(relay, made.link).open()


def phone_by(relay: Relay, link: str) -> Phone:
    """A phone that read this link."""
    text = link.partition("#i=")[2]
    return Phone(relay, base64.urlsafe_b64decode(text + "="))


def invitation() -> DropBoxInvitation:
    """The only one."""
    return DropBoxInvitation.objects.get()
