"""A whole practice comes in from its export: all of it or nothing, into an empty practice only."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db import IntegrityError

from lacrima.errors import BadInput, BadTable
from lacrima.formats.archive import LeftOut, is_archive, read_archive
from lacrima.practice.export_shape import EXPORTED, fields_of
from lacrima.practice.export_whole import stays_home
from lacrima.practice.transfer_memory import AT_ONCE, little_cache
from lacrima.practice.whole_checks import check_whole, practice_of
from lacrima.practice.whole_rows import Whole, read_whole
from lacrima.records import audit
from lacrima.records.access import Right, require
from lacrima.records.models import Client, Episode, Member, Practice, PrivateNote, Session, Voice
from lacrima.records.row import Row
from lacrima.vault import ledger
from lacrima.vault.process import VAULT

__all__ = ["WholeResult", "bring_in_whole", "is_archive"]


@dataclass(frozen=True)
class WholeResult:
    """What came of it: rows by table, and what an export never holds."""

    rows: Mapping[str, int]
    left_out: tuple[LeftOut, ...]
    is_dry_run: bool
    is_simulated: bool

    def as_json(self) -> dict[str, Any]:
        """For the command line; the names are its contract."""
        return {
            "dry_run": self.is_dry_run,
            "is_simulated": self.is_simulated,
            "rows": dict(self.rows),
            "added": 0 if self.is_dry_run else sum(self.rows.values()),
            "left_out": [{"what": one.what, "why": one.why} for one in self.left_out],
        }


def bring_in_whole(data: bytes, *, by: Member, dry_run: bool = False) -> WholeResult:
    """Bring an export of a whole practice into this one, which has to be empty.

    Everything is read and checked first; then it is kept in one transaction with one audit line.
    The rows keep their ids, times and versions. The owner of the export is the owner here: she
    keeps the id she has here, and everything of hers points to it. The log of changes begins
    with what happened here; the other's is not continued.

    Raises NotAllowed; BadInput or BadTable that name file, row and column.
    """
    require(by, Right.HANDLE_VAULT)
    require(by, Right.BRING_IN_DATA)
    _refuse_filled(by)
    opened = read_archive(data)
    whole = read_whole(opened, owner_here=by)
    check_whole(whole)
    _refuse_erased(whole)
    if not dry_run:
        _keep(whole, by)
    return WholeResult(
        rows=whole.counts(),
        left_out=tuple(stays_home()),
        is_dry_run=dry_run,
        is_simulated=practice_of(whole).is_simulated,
    )


def _refuse_filled(by: Member) -> None:
    others = set(EXPORTED) - {Practice, Member} | {PrivateNote}
    is_filled = any(model._default_manager.exists() for model in others)
    if not by.is_owner or Member.objects.count() != 1 or is_filled:
        raise BadInput(
            "a practice in which something is kept already",
            expected="an empty one, with nobody in it but its owner",
            next_step="Make a new one: lacrima init --dir NEW",
        )


def _refuse_erased(whole: Whole) -> None:
    """Whoever was erased here does not come back by an export that was made before."""
    erased = {line.id for line in ledger.read(VAULT.folder.ledger)} if VAULT.folder else set()
    found = sum(_ledger_id(row) in erased and _tells(row) for row in _all_rows(whole))
    if found:
        raise BadInput(
            "somebody or something in this export was erased here",
            where=f"{found} of its rows",
            expected="an export that was made after the erasure",
            next_step="Nothing was kept. What was erased does not come back by an import.",
        )


def _all_rows(whole: Whole) -> Iterable[Row]:
    return (row for model in EXPORTED for row in whole.of(model))


def _ledger_id(row: Row) -> str:
    return f"{row._meta.db_table}:{row.pk.hex}"


def _tells(row: Row) -> bool:
    """Of a voice its words alone may have been erased."""
    return not isinstance(row, Voice) or bool(row.words)


def _keep(whole: Whole, by: Member) -> None:
    VAULT.ensure_keys(_key_ids(whole))
    with audit.change(by=by, action="practice.came_in") as line:
        here = Practice.objects.select_for_update().order_by("created_at").get()
        _refuse_filled(by)  # once more, now that nobody else can write
        _keep_practice(here, practice_of(whole))
        _keep_owner(whole.owner, by)
        with little_cache():
            for model in EXPORTED:
                if model is not Practice:
                    _keep_rows(whole, model, by)
        line.about(here, rows=whole.counts())


def _key_ids(whole: Whole) -> Iterable[str]:
    sealing: list[Member | Client | Episode] = [
        *whole.of(Member),
        *whole.of(Client),
        *whole.of(Episode),
    ]
    return [row.sealing_key_id() for row in sealing]


def _keep_practice(here: Practice, told: Practice) -> None:
    for field in fields_of(Practice):
        setattr(here, field.name, getattr(told, field.name))
    here.version += 1
    here.save()


def _keep_owner(told: Member | None, by: Member) -> None:
    """Everything but the id: the log of this practice knows her by the one she has here."""
    fields = {one.name: getattr(told, one.name) for one in fields_of(Member) if one.name != "id"}
    Member.objects.filter(pk=by.pk).update(**fields)


def _keep_rows(whole: Whole, model: type[Row], by: Member) -> None:
    rows = [row for row in whole.of(model) if row.pk != by.pk]
    try:
        model._default_manager.bulk_create(rows, batch_size=AT_ONCE)
        if model is Session:
            _keep_present(whole)
    except IntegrityError:
        raise BadTable(
            "rows that contradict each other",
            where=whole.files[model],
            expected="a practice as it was exported",
            next_step="Nothing was kept.",
        ) from None


def _keep_present(whole: Whole) -> None:
    through: Any = Session.present.through
    through.objects.bulk_create(
        (
            through(session_id=session, participant_id=seat)
            for session, seats in whole.present.items()
            for seat in seats
        ),
        batch_size=AT_ONCE,
    )
