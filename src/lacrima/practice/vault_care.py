"""Looking after the vault: backups, when the next is due, and whether the log fits together."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum
from pathlib import Path

from lacrima.errors import BadInput, LacrimaError
from lacrima.practice.changing import put
from lacrima.practice.rights import Right, require
from lacrima.records import audit, clock
from lacrima.records.dumping import rows_here
from lacrima.records.models import Member, Practice
from lacrima.vault import backup
from lacrima.vault.folder import Folder
from lacrima.vault.process import VAULT

EVERY = timedelta(days=1)
AFTER_TROUBLE = timedelta(hours=1)
STANDARD_RETENTION_DAYS = 35


def make_backup(*, by: Member | None, target: Path | None = None) -> backup.BackupReport:
    """Copy the practice, open the copy, look it over, and note in the practice when it was.

    `by` is None for the daily one and the one before a change of schema. Without a target it
    goes where the practice says. When it cannot be made, why is noted too, and the error goes on.
    """
    if by is not None:
        require(by, Right.HANDLE_VAULT)
    practice = Practice.objects.first()
    place = target or _place_of(practice)
    retention_days = practice.backup_retention_days if practice else STANDARD_RETENTION_DAYS
    try:
        report = _made(place, retention_days)
    except LacrimaError as error:
        _note_trouble(practice, error)
        raise
    _note_made(practice, by)
    return report


def make_backup_before_update() -> backup.BackupReport:
    """A backup before the rows change their form; beside the practice when no place was chosen.

    Reads two columns only and writes nothing: the tables are still those of the older version.
    """
    chosen = Practice.objects.values_list("backup_target", "backup_retention_days").first()
    target, retention_days = chosen or ("", STANDARD_RETENTION_DAYS)
    root = _folder().root
    place = Path(target).expanduser() if target else root.with_name(f"{root.name}-before-update")
    return _made(place, retention_days)


def remember_backup_place(place: Path) -> None:
    """From now on the daily backups of a clinic go there. Said by whoever looks after the server.

    No page says it: a place on the server is not for a browser to choose.
    """
    with audit.change(by=None, action="backup.place_chosen") as line:
        practice = Practice.objects.select_for_update().order_by("created_at").get()
        line.about(practice, fields=put(practice, backup_target=str(place)))


def _made(place: Path, retention_days: int) -> backup.BackupReport:
    return backup.make(
        _folder(), place, now=clock.now(), retention_days=retention_days, rows=rows_here()
    )


def backup_is_due(*, now: datetime) -> bool:
    """Was the last backup a day ago or more (an hour, when the last try did not work)?"""
    practice = Practice.objects.first()
    if practice is None or not practice.backup_target:
        return False
    if practice.last_backup_problem:
        return now - practice.changed_at >= AFTER_TROUBLE
    return practice.last_backup_at is None or now - practice.last_backup_at >= EVERY


class KeyChange(StrEnum):
    """What may be changed about the ways into the vault."""

    NEW_WORDS = "new_passphrase"
    RECOVERED = "opened_by_recovery_code"
    NEW_RECOVERY_CODE = "new_recovery_code"
    KEYRING_ADDED = "keyring_added"
    KEYRING_REMOVED = "keyring_removed"


def note_key_change(what: KeyChange, *, by: Member) -> None:
    """One line of the log for a way into the vault that was changed a moment ago.

    The slots are a file and not a row, so the line follows the change instead of being with it.
    """
    with audit.change(by=by, action=f"vault.{what}") as line:
        require(by, Right.HANDLE_VAULT)
        line.thing = "vault"


def verify_audit(*, by: Member) -> audit.Verified:
    """Does the chain of the log fit together? Raises AuditBroken that says where it does not."""
    require(by, Right.READ_AUDIT)
    return audit.verify()


def after_restore(*, by: Member | None) -> None:
    """Begin a new stretch of the log, linked to where the restored one ended."""
    audit.begin_segment(by=by, action="practice.restored")


def _folder() -> Folder:
    if VAULT.folder is None:
        raise BadInput("no practice is open", next_step="Unlock it first.")
    return VAULT.folder


def _place_of(practice: Practice | None) -> Path:
    if practice is None or not practice.backup_target:
        raise BadInput(
            "no place for backups was chosen yet",
            expected="a folder outside the practice, best on another disk",
            next_step="Choose one on the vault page, or name one with --to.",
        )
    return Path(practice.backup_target).expanduser()


def _note_made(practice: Practice | None, by: Member | None) -> None:
    """The version stays: a backup is no change that somebody could overwrite."""
    if practice is None:
        return
    with audit.change(by=by, action="backup.made") as line:
        now = clock.now()
        Practice.objects.filter(pk=practice.pk).update(
            last_backup_at=now, last_backup_problem="", changed_at=now
        )
        line.about(practice)


def _note_trouble(practice: Practice | None, error: LacrimaError) -> None:
    if practice is None:
        return
    with audit.change(by=None, action="backup.not_made") as line:
        Practice.objects.filter(pk=practice.pk).update(
            last_backup_problem=error.code, changed_at=clock.now()
        )
        line.about(practice, why=error.code)
