"""What clients sealed for a keeper is handed over: one file, of nobody in particular.

Whoever hands it over learns neither whose it is nor how many there are: the file is filled up
with sealed pieces that say nothing (vault/keeper_file), and the log names no row and no count.
"""

from __future__ import annotations

from lacrima.errors import BadInput, NotFound
from lacrima.practice.changing import put
from lacrima.practice.door_keeper import Keeper, keepers
from lacrima.records import audit, clock
from lacrima.records.access import Right, require
from lacrima.records.models import DoorAnswer, Member, Release
from lacrima.vault import keeper_box, keeper_file
from lacrima.vault.keeper_file import ENDING
from lacrima.vault.slot_file import from_text

__all__ = ["FILE_NAME", "hand_to_keeper", "keepers_seen"]

FILE_NAME = f"for-the-keeper{ENDING}"


def keepers_seen(by: Member) -> list[Keeper]:
    """To whom something can be handed over: the keeper of now, and those before."""
    require(by, Right.CHANGE_PRACTICE)
    return keepers()


def hand_to_keeper(*, by: Member, key_id: str = "", again: bool = False) -> bytes:
    """The file for a keeper: what was not handed over yet, or once more all of it.

    key_id: of an earlier keeper, in hex; without it the keeper of now. What a client took back is
    not in it. Raises NotAllowed for who may not, NotFound where there is no such keeper.
    """
    with audit.change(by=by, action="keeper.handed_over") as line:
        require(by, Right.CHANGE_PRACTICE)
        keeper = _keeper(key_id)
        items = [_handed(row) for row in _sealed_for(keeper, again=again)]
        line.details = {"kind": "keeper"}  # not which rows, and not how many
        return keeper_file.written(keeper_file.filled(keeper.public, items))


def _keeper(key_id: str) -> Keeper:
    there = keepers()
    found = next((one for one in there if one.key_id.hex() == key_id), None) if key_id else None
    if not key_id and there:
        found = there[0]
    if found is None:
        raise NotFound(
            "there is no such keeper",
            where="key_id",
            expected="a keeper whose code stands in the settings of the door",
        )
    return found


def _sealed_for(keeper: Keeper, *, again: bool) -> list[DoorAnswer]:
    rows = DoorAnswer.objects.select_for_update(of=("self",)).filter(release=Release.KEEPER)
    if not again:
        rows = rows.filter(handed_over_at=None)
    told = rows.select_related("participant")
    return [row for row in told if _key_id_of(row) == keeper.key_id]


def _key_id_of(row: DoorAnswer) -> bytes | None:
    try:
        return keeper_box.key_id_of(from_text(row.for_keeper))
    except (BadInput, ValueError):
        return None


def _handed(row: DoorAnswer) -> bytes:
    if row.handed_over_at is None:
        put(row, handed_over_at=clock.now())
    return from_text(row.for_keeper)
