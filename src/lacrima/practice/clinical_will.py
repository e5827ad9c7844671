"""The clinical will: who reaches a therapist's clients when she cannot, and with what.

Two people hold a part of a code each; only both parts open the file. What stands in it is kept
up to date while the practice is open (practice/will_content.py, vault/will_box.py).
"""

from __future__ import annotations

from datetime import datetime, timedelta

from lacrima.errors import BadInput, Locked, NotFound
from lacrima.practice.changing import make, put, text
from lacrima.practice.mode import is_clinic
from lacrima.practice.removing import remove
from lacrima.practice.will_content import content_of
from lacrima.records import audit, clock
from lacrima.records.access import Right, require
from lacrima.records.models import AuditLine, ClinicalWill, Member
from lacrima.vault import will_box
from lacrima.vault.folder import Folder
from lacrima.vault.process import VAULT
from lacrima.vault.will_box import Parts

EVERY = timedelta(days=1)
# With many wills on one server not each change writes all of them anew at once.
AT_CHANGES_EVERY = timedelta(0)
AT_CHANGES_EVERY_IN_A_CLINIC = timedelta(minutes=15)
LONGEST_NAME = 120


def will_of(by: Member) -> ClinicalWill | None:
    """Hers, if she left one."""
    return ClinicalWill.objects.filter(member=by).first()


def make_will(*, by: Member, colleague_name: str, second_name: str) -> Parts:
    """Leave a will with these two people, or renew it: what the parts before opened is gone.

    The two parts are returned here and kept nowhere.
    """
    parts = will_box.fresh()
    with audit.change(by=by, action="will.made") as line:
        require(by, Right.WRITE_CARE)
        names = _names(colleague_name, second_name)
        there = ClinicalWill.objects.select_for_update().filter(member=by).first()
        values = {**names, "public_key": parts.public.hex(), "written_at": None}
        row = there or make(ClinicalWill, member=by, **values)
        if there is not None:
            put(there, **values)
        line.about(row, is_renewed=there is not None)
    _write(row, _folder(), clock.now())
    return parts


def _names(colleague: str, second: str) -> dict[str, str]:
    names = {
        "colleague_name": text(colleague, where="colleague_name", at_most=LONGEST_NAME),
        "second_name": text(second, where="second_name", at_most=LONGEST_NAME),
    }
    for where, name in names.items():
        if not name:
            raise BadInput("nobody was named", where=where, expected="a name")
    if names["colleague_name"].casefold() == names["second_name"].casefold():
        raise BadInput("both parts with one person", where="second_name", expected="somebody else")
    return names


def revoke_will(*, by: Member) -> None:
    """The file goes, here and from the next backup: both parts open nothing any more."""
    with audit.change(by=by, action="will.revoked") as line:
        row = _own(by)
        will_id = row.pk.hex
        line.about(row)
        remove(row)
    will_box.remove(_folder(), will_id)
    will_box.forget_openings(_folder(), will_id)


def openings(by: Member) -> tuple[datetime, ...]:
    """When her will was opened, as far as she has not said that she saw it."""
    row = will_of(by)
    return will_box.openings(_folder(), row.pk.hex) if row else ()


def note_openings_seen(*, by: Member) -> None:
    """She saw that her will was opened; how often stays in the log."""
    with audit.change(by=by, action="will.opening_seen") as line:
        row = _own(by)
        line.about(row, count=len(openings(by)))
    will_box.forget_openings(_folder(), row.pk.hex)


def _own(by: Member) -> ClinicalWill:
    require(by, Right.WRITE_CARE)
    row = ClinicalWill.objects.select_for_update().filter(member=by).first()
    if row is None:
        raise NotFound("there is nothing here for you", next_step="Go back to Today.")
    return row


# --- kept up to date


def keep_current(*, now: datetime) -> int:
    """The chore: write anew what is a day old, or was followed by a change. How many it wrote.

    The file of somebody who left, and one that no row knows, go.
    """
    folder = _folder()
    rows = list(ClinicalWill.objects.filter(member__left_on=None).select_related("member"))
    will_box.keep_only(folder, {row.pk.hex for row in rows})
    due = [row for row in rows if _is_due(row, folder, now)]
    for row in due:
        _write(row, folder, now)
    return len(due)


def write_all_anew() -> None:
    """After an erasure: nobody who is gone may stand in a will. What cannot be written goes."""
    folder = VAULT.folder
    if folder is None:
        return
    try:
        for row in ClinicalWill.objects.filter(member__left_on=None).select_related("member"):
            _write(row, folder, clock.now())
    except BaseException:
        will_box.keep_only(folder, set())
        raise


def _is_due(row: ClinicalWill, folder: Folder, now: datetime) -> bool:
    written = row.written_at
    if written is None or now - written >= EVERY or not will_box.exists(folder, row.pk.hex):
        return True
    pause = AT_CHANGES_EVERY_IN_A_CLINIC if is_clinic() else AT_CHANGES_EVERY
    return now - written >= pause and _last_change() > written


def _last_change() -> datetime:
    lines = AuditLine.objects.order_by("-segment", "-sequence").values_list("at", flat=True)
    return lines.first() or clock.now()


def _write(row: ClinicalWill, folder: Folder, now: datetime) -> None:
    """A copy of what is kept already, so no line in the log: it would be full of them."""
    plain = content_of(row, now=now)
    will_box.write(folder, row.pk.hex, bytes.fromhex(row.public_key), plain)
    ClinicalWill.objects.filter(pk=row.pk).update(written_at=now)


def _folder() -> Folder:
    if VAULT.folder is None:
        raise Locked("the practice is locked", next_step="Unlock it first.")
    return VAULT.folder
