"""What a practice hands to a keeper: one file of sealed pieces, of nobody in particular.

JSON: `format`, `version`, `key_id` (hex), `items` (base64 of vault/keeper_box). In no order,
without a name, an id or a date outside the seals. It is filled up with pieces that say nothing,
sealed like the others: neither no answer at all nor a single one can be told from a few.
"""

from __future__ import annotations

import binascii
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from lacrima import errors, strict_json
from lacrima.vault import disk, keeper_box
from lacrima.vault.slot_file import as_text, from_text

FORMAT = "lacrima.keeper-file"
VERSION = 1
ENDING = ".lacrima-keeper"
MOST_BYTES = 256 * 1024 * 1024
# Of each size at least so many, or twice, four times, eight times as many.
FEWEST = dict(zip(keeper_box.SIZES, (8, 2, 1), strict=True))
_FILLING = keeper_box.Told("", "", {})


@dataclass(frozen=True)
class KeeperFile:
    """What stands in such a file, all of it still sealed."""

    key_id: bytes
    items: tuple[bytes, ...]


def filled(public: bytes, items: Sequence[bytes]) -> KeeperFile:
    """These pieces among fillings, in no order."""
    whole = list(items)
    for size in keeper_box.SIZES:
        there = sum(len(one) == size for one in items)
        missing = _rounded(there, FEWEST[size]) - there
        whole += [keeper_box.seal(public, _FILLING, least=size) for _ in range(missing)]
    secrets.SystemRandom().shuffle(whole)
    return KeeperFile(keeper_box.key_id(public), tuple(whole))


def _rounded(count: int, fewest: int) -> int:
    """The smallest of fewest, twice, four times ... as many that is not below this count."""
    return fewest if count <= fewest else fewest << (-(-count // fewest) - 1).bit_length()


def written(file: KeeperFile) -> bytes:
    """The file as it is handed over."""
    return disk.readable(
        {
            "format": FORMAT,
            "version": VERSION,
            "key_id": file.key_id.hex(),
            "items": [as_text(one) for one in file.items],
        }
    )


def read(data: bytes) -> KeeperFile:
    """What stands in it. BadInput for another file, Damaged, NewerVault."""
    body = _body(data)
    if body.get("version") != VERSION:
        raise errors.NewerVault(
            "this file was made by a newer Lacrima",
            expected=f"format {VERSION}",
            next_step="Update this Lacrima, then open it again.",
        )
    try:
        key_id = bytes.fromhex(str(body["key_id"]))
        return KeeperFile(key_id, tuple(from_text(one) for one in body["items"]))
    except (KeyError, TypeError, ValueError, binascii.Error):
        raise errors.Damaged(
            "this file was damaged on the way",
            next_step="Ask the practice to hand it over once more.",
        ) from None


def _body(data: bytes) -> dict[str, Any]:
    try:
        body = strict_json.read(data)
    except ValueError:
        body = None
    if not isinstance(body, dict) or body.get("format") != FORMAT:
        raise errors.BadInput(
            "this is not a file for a keeper", expected=f"a file that ends in {ENDING}"
        )
    return body
