"""Files that somebody is just looking at: in the memory of this process, and nowhere else.

Never on a disk, never in the browser's session (which is copied at each request). Each belongs to
one person, there are few at a time, half an hour without a look lets go of one, and every lock
lets go of all; in a clinic whoever signs out lets go of hers.
"""

from __future__ import annotations

import threading
import time
import uuid
from dataclasses import dataclass, field

from lacrima.errors import BadInput
from lacrima.formats.column_lines import Line
from lacrima.formats.column_looks import TableLook
from lacrima.formats.map_draft import MapDraft
from lacrima.formats.table import Table
from lacrima.practice.transfer import ImportResult
from lacrima.practice.transfer_preview import ComingRow
from lacrima.vault.process import VAULT
from lacrima.web.long_work import Work

LONGEST_QUIET_S = 30 * 60
MOST_EACH = 3
MOST_BYTES = 150 * 1024 * 1024


@dataclass(frozen=True)
class Looked:
    """A file that was read: its table, what its first rows show, its columns as lines."""

    table: Table
    look: TableLook
    lines: tuple[Line, ...]


@dataclass(frozen=True)
class Checked:
    """What would come in by this text of a map."""

    text: str
    result: ImportResult
    first: tuple[ComingRow, ...]


@dataclass
class HeldFile:
    """One file on its way in. `text` is a map as text, where the page cannot show it by choices."""

    owner: uuid.UUID
    data: bytes
    file_id: uuid.UUID = field(default_factory=uuid.uuid4)
    looked: Looked | None = None
    draft: MapDraft = field(default_factory=MapDraft)
    text: str = ""
    map_name: str = ""
    checked: Checked | None = None
    work: Work | None = None
    came_in_at: str = ""  # the address of what it became; by then nothing else is held
    seen_s: float = field(default_factory=time.monotonic)

    @property
    def is_busy(self) -> bool:
        """Is something long being done with it?"""
        return self.work is not None and not self.work.is_over

    def let_go(self, address: str) -> None:
        """It came in: remember where that can be seen, and nothing of the file."""
        self.data, self.looked, self.checked, self.text = b"", None, None, ""
        self.draft, self.came_in_at = MapDraft(), address


_held: dict[uuid.UUID, HeldFile] = {}
_lock = threading.RLock()


def hold(owner: uuid.UUID, data: bytes) -> HeldFile:
    """Hold this file for somebody; of too many, her oldest goes.

    Raises BadInput where many large files are held already, of whomever.
    """
    with _lock:
        _let_go_of_old_ones()
        own = sorted(
            (one for one in _held.values() if one.owner == owner and not one.is_busy),
            key=lambda one: one.seen_s,
        )
        for one in own[: max(0, len(own) - MOST_EACH + 1)]:
            del _held[one.file_id]
        if sum(len(one.data) for one in _held.values()) + len(data) > MOST_BYTES:
            raise BadInput(
                "several large files are being looked at already",
                expected=f"at most {MOST_BYTES // 1024 // 1024} MB together",
                next_step="Bring one of them in or leave it, then choose this file again.",
            )
        file = HeldFile(owner, data)
        _held[file.file_id] = file
        return file


def find(owner: uuid.UUID, file_id: uuid.UUID) -> HeldFile | None:
    """This file, if it is held and hers. Looking at it keeps it."""
    with _lock:
        _let_go_of_old_ones()
        file = _held.get(file_id)
        if file is None or file.owner != owner:
            return None
        file.seen_s = time.monotonic()
        return file


def take_up(file: HeldFile, work: Work) -> bool:
    """Let this be done with the file, unless something is being done with it already."""
    with _lock:
        if file.is_busy:
            return False
        file.work = work
        return True


def forget(file_id: uuid.UUID) -> None:
    """Let go of one."""
    with _lock:
        _held.pop(file_id, None)


def forget_of(owner: uuid.UUID) -> None:
    """Let go of all that one person looks at (she signs out)."""
    with _lock:
        for file_id in [one.file_id for one in _held.values() if one.owner == owner]:
            del _held[file_id]


def forget_all() -> None:
    """Let go of all of them (any lock, the end of the process)."""
    with _lock:
        _held.clear()


def how_many() -> int:
    """How many files are held?"""
    with _lock:
        _let_go_of_old_ones()
        return len(_held)


def _let_go_of_old_ones() -> None:
    oldest_allowed = time.monotonic() - LONGEST_QUIET_S
    for one in list(_held.values()):
        if one.seen_s < oldest_allowed and not one.is_busy:
            del _held[one.file_id]


VAULT.on_lock(forget_all)
