"""A word of the client's own: it shows again what the client kept from everybody else.

Whoever makes a link or hands over a device could come to the door as well. So what is not released
is shown in the sitting in which it was told, and later only to whoever knows this word. A new word
opens nothing that was told before it.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
import uuid
from datetime import datetime

from lacrima.errors import OutOfRange
from lacrima.practice.changing import put
from lacrima.practice.door_plan import kept_door
from lacrima.practice.door_visits import client_at
from lacrima.records import audit, clock
from lacrima.records.models import Door

FEWEST_CHARACTERS, MOST_CHARACTERS = 6, 100
_COST = {"n": 2**15, "r": 8, "p": 1, "maxmem": 64 * 1024 * 1024}


def word_since(participant_id: uuid.UUID) -> datetime | None:
    """From when on a word of the client's own holds; None where there is none."""
    found = Door.objects.filter(participant=participant_id).exclude(own_word="").first()
    return found.own_word_since if found else None


def set_word(participant_id: uuid.UUID, word: str) -> None:
    """A word, or another one. What was kept back before stays closed to a new word."""
    if not FEWEST_CHARACTERS <= len(word) <= MOST_CHARACTERS:
        raise OutOfRange(
            "a word that is too short or too long",
            where="word",
            expected=f"{FEWEST_CHARACTERS} to {MOST_CHARACTERS} signs",
        )
    seat = client_at(participant_id)
    with audit.change(by=None, action="door.settled") as line:
        row = kept_door(seat)
        put(row, own_word=_hashed(word, secrets.token_bytes(16)), own_word_since=clock.now())
        line.about(row, fields=["own_word"])


def is_the_word(participant_id: uuid.UUID, word: str) -> bool:
    """Is it this client's word?"""
    found = Door.objects.filter(participant=participant_id).exclude(own_word="").first()
    if found is None or len(word) > MOST_CHARACTERS:
        return False
    salt = bytes.fromhex(found.own_word.partition("$")[0])
    return hmac.compare_digest(_hashed(word, salt), found.own_word)


def _hashed(word: str, salt: bytes) -> str:
    made = hashlib.scrypt(word.strip().encode(), salt=salt, dklen=32, **_COST)
    return f"{salt.hex()}${made.hex()}"
