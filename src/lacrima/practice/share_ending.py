"""How shares end: on their last day, and when somebody leaves. What was said of them stays.

Only rows are known here, so that whoever changes people can end shares in the same transaction.
"""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.db.models import Q

from lacrima.practice import removing
from lacrima.records import audit, clock
from lacrima.records.models import Member, Practice, ReceivedShare, Share


def end_with_member(member: Member) -> None:
    """Somebody leaves: what she showed is taken away, and what was shown to her alone.

    Who reads it beside her goes on reading. Call it inside the transaction of the change that
    lets her leave.
    """
    for row in Share.objects.filter(by=member, withdrawn_at=None):
        empty(row, withdrawn_at=clock.now())
    for row in Share.objects.filter(readers=member, withdrawn_at=None):
        if not row.readers.filter(left_on=None).exclude(pk=member.pk).exists():
            empty(row, withdrawn_at=clock.now())


def empty(row: Share | ReceivedShare, **values: object) -> None:
    """Take away what was shown; the row and what was said of it stay.

    While the client's record is on hold the text is kept here, and nobody reads it.
    """
    is_held = removing.held(type(row)._default_manager.filter(pk=row.pk)).exists()
    for name, value in (values if is_held else {**values, "content": ""}).items():
        setattr(row, name, value)
    row.version += 1
    row.changed_at = clock.now()
    row.save(update_fields=["content", "version", "changed_at", *values])


def forget_expired_shares(*, now: datetime) -> int:
    """Take away what was shown, here and from outside, once it has ended; how many."""
    is_over = Q(expires_on__lt=_today(now))
    own = removing.free(Share.objects.filter(is_over | Q(withdrawn_at__isnull=False)))
    others = ReceivedShare.objects.filter(is_over)
    ended = [row for rows in (own, others) for row in rows.exclude(content=b"")]
    if not ended:
        return 0
    with audit.change(by=None, action="shares.expired") as line:
        for row in ended:
            empty(row)
        line.details["count"] = len(ended)
    return len(ended)


def _today(now: datetime) -> date:
    zone = Practice.objects.values_list("zone", flat=True).first()
    return now.astimezone(ZoneInfo(zone)).date() if zone else now.date()
