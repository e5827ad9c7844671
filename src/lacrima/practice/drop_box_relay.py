"""How a practice speaks to its relay, the one host that it named: puts briefs, fetches letters.

No redirect is followed and no proxy of the machine is used; what is read is bounded; nothing that
a relay answers is shown or logged.
"""

from __future__ import annotations

import base64
import binascii
import json
import re
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.client import HTTPException
from typing import Any
from urllib import error as url_errors
from urllib import request as url_requests
from urllib.parse import urlsplit

from lacrima import strict_json
from lacrima.errors import BadInput, RelayAway

WAIT_S = 20  # for the next bytes
LONGEST_S = 120  # for a whole answer
READ_BYTES = 65_536
MOST_ANSWER_BYTES = 12 * 1024 * 1024
MOST_FORGET = 1000
MOST_ROUNDS = 10_000
CODE_START = "lr1."
_AT_HOME = frozenset({"localhost", "127.0.0.1", "::1"})
_HEX = re.compile(r"[0-9a-f]{32}")


@dataclass(frozen=True)
class RelayLetter:
    """A letter as the relay hands it out. Only a claim until it is opened."""

    number: int
    name: str
    letter_id: str
    stored_at: datetime
    sealed: bytes


@dataclass(frozen=True)
class Mailbox:
    """Where our relay is, and what opens our mailbox there. The secrets show in no traceback."""

    address: str
    fetch: str = field(repr=False)
    manage: str = field(default="", repr=False)


def mailbox_from(code: str) -> Mailbox:
    """What a relay code says. BadInput for anything else; nothing of it is repeated."""
    try:
        if not code.strip().startswith(CODE_START):
            raise ValueError
        text = code.strip()[len(CODE_START) :]
        told = strict_json.read(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
        found = Mailbox(str(told["relay"]), str(told["fetch"]), str(told["manage"]))
        is_ours = told["v"] == 1 and found.fetch and found.manage
    except (ValueError, KeyError, TypeError, binascii.Error):
        is_ours = False
    if not is_ours:
        raise BadInput(
            "this is no relay code",
            where="relay_code",
            expected=f"the line that begins with {CODE_START}, whole",
            next_step="Ask whoever runs the relay for the file once more.",
        )
    return Mailbox(checked_address(found.address, "relay"), found.fetch, found.manage)


def checked_address(said: str, where: str) -> str:
    """An address over TLS, or of this computer itself; without a slash at the end."""
    if not _is_address(said.strip()):
        raise BadInput("no address of a relay or page", where=where, expected="https://...")
    return said.strip().rstrip("/")


def _is_address(said: str) -> bool:
    try:
        parts = urlsplit(said)
        host, _port = parts.hostname, parts.port
    except ValueError:  # a bracket too few, a port too large
        return False
    is_at_home = host in _AT_HOME and parts.scheme == "http"
    is_plain = not (parts.query or parts.fragment or parts.username or parts.password)
    return bool(host) and is_plain and (parts.scheme == "https" or is_at_home)


def put_brief(box: Mailbox, name: str, sealed: bytes, *, until: datetime) -> None:
    """Let the page find this brief under the name of its invitation."""
    stamp = until.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    _ask(box, "PUT", f"/v1/briefs/{name}", sealed, {"Lacrima-Until": stamp})


def delete_brief(box: Mailbox, name: str) -> None:
    """No more letters are taken for this invitation. One that is gone already is no mistake."""
    _ask(box, "DELETE", f"/v1/briefs/{name}", missing_is_fine=True)


def forget(box: Mailbox, letter_ids: list[str]) -> None:
    """These letters are kept here: the relay deletes them now."""
    for start in range(0, len(letter_ids), MOST_FORGET):
        some = json.dumps({"ids": letter_ids[start : start + MOST_FORGET]}).encode()
        _ask(box, "POST", "/v1/forget", some)


def letters(box: Mailbox, *, after: int) -> Iterator[list[RelayLetter]]:
    """All letters behind this number, some at a time. An endless relay is left after a while."""
    for _round in range(MOST_ROUNDS):
        told = _listed(_ask(box, "GET", f"/v1/letters?after={after}"))
        found = [_letter(one) for one in told["letters"]]
        if any(one.number <= after for one in found):
            raise _strange("its numbers do not rise")
        if found:
            after = max(one.number for one in found)
            yield found
        if not told["more"] or not found:
            return


def _listed(answer: bytes) -> dict[str, Any]:
    try:
        told = strict_json.read(answer)
    except ValueError:
        raise _strange("what it answered is no list of letters") from None
    if not isinstance(told, dict) or not isinstance(told.get("letters"), list):
        raise _strange("what it answered is no list of letters")
    return {"letters": told["letters"], "more": bool(told.get("more"))}


def _letter(told: Any) -> RelayLetter:
    try:
        name, letter_id = told["invitation"], told["id"]
        if not (_HEX.fullmatch(name) and _HEX.fullmatch(letter_id)):
            raise ValueError
        stored_at = datetime.fromisoformat(told["stored_at"])
        sealed = base64.b64decode(told["letter"], validate=True)
        if stored_at.tzinfo is None or type(told["n"]) is not int:
            raise ValueError
    except (KeyError, TypeError, ValueError):
        raise _strange("one of its letters is not as a relay lists them") from None
    return RelayLetter(told["n"], name, letter_id, stored_at, sealed)


class _NoRedirect(url_requests.HTTPRedirectHandler):
    """Another host was not named by the practice."""

    def redirect_request(self, *_args: Any, **_kwargs: Any) -> None:
        """None is followed."""
        return


_OPENER = url_requests.build_opener(url_requests.ProxyHandler({}), _NoRedirect())


def _ask(
    box: Mailbox,
    method: str,
    path: str,
    body: bytes | None = None,
    headers: dict[str, str] | None = None,
    *,
    missing_is_fine: bool = False,
) -> bytes:
    secret = box.manage or box.fetch
    told = {"Authorization": f"Bearer {secret}", "Content-Type": "application/octet-stream"}
    asked = url_requests.Request(  # noqa: S310  the scheme was checked when it was named
        box.address + path, data=body, method=method, headers={**told, **(headers or {})}
    )
    try:
        with _OPENER.open(asked, timeout=WAIT_S) as answer:
            return _read(answer)
    except url_errors.HTTPError as refused:
        refused.close()
        if refused.code == 404 and missing_is_fine:
            return b""
        raise _refused(refused.code) from None
    except (OSError, ValueError, HTTPException) as mishap:  # no way there, a broken line, no TLS
        raise RelayAway(
            "the relay does not answer",
            where="relay",
            next_step="Nothing is lost: letters wait there. Try again when you are on line.",
        ) from mishap


def _read(answer: Any) -> bytes:
    """All of an answer that is neither endless nor endlessly slow."""
    read, until = bytearray(), time.monotonic() + LONGEST_S
    while some := answer.read1(READ_BYTES):
        read += some
        if len(read) > MOST_ANSWER_BYTES:
            raise _strange("it answered more than a relay does")
        if time.monotonic() > until:
            raise _strange("it answered without coming to an end")
    return bytes(read)


def _refused(code: int) -> RelayAway:
    words = {
        401: "the relay does not know our mailbox (any more)",
        404: "the relay does not know our mailbox (any more)",
        429: "the relay asks us to wait a little",
        507: "the relay has no room left",
    }
    return RelayAway(
        words.get(code, f"the relay answered {code}"),
        where="relay",
        next_step="Nothing is lost here. Ask whoever runs the relay if it stays like this.",
    )


def _strange(found: str) -> RelayAway:
    return RelayAway(
        found,
        where="relay",
        expected="a relay of Lacrima",
        next_step="Nothing of it was taken. Ask whoever runs the relay.",
    )
