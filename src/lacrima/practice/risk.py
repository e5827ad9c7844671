"""An answer that may mean danger stands until it is noted who saw it, when, what was done."""

from __future__ import annotations

from datetime import datetime

from django.db.models import QuerySet

from lacrima.errors import BadInput, OutOfRange
from lacrima.instruments.definition import Instrument
from lacrima.instruments.scoring import score
from lacrima.practice.changing import make, put, take
from lacrima.practice.removing import free, remove_all
from lacrima.records import audit, clock
from lacrima.records.access import visible
from lacrima.records.models import Answers, Member, RiskItem


def follow(answers: Answers, instrument: Instrument | None) -> dict[str, int]:
    """Raise what these answers raise; take back what nobody has seen and is no longer there.

    Part of the change of the answers. A risk that was seen stays, with what was done. Returns
    harmless counts for the line of the log.
    """
    if instrument is None or answers.items is None:
        return {}
    flags = {flag.item: flag.value for flag in score(instrument, answers.items).flags}
    standing = {row.item: row for row in answers.risk_items.all()}
    gone = [row for item, row in standing.items() if item not in flags and row.seen_at is None]
    if gone:  # while the record is on hold they stand on, until somebody notes them as seen
        gone = list(free(RiskItem.objects.filter(pk__in=[row.pk for row in gone])))
        remove_all(RiskItem.objects.filter(pk__in=[row.pk for row in gone]))
    raised = [_raise(answers, item, value) for item, value in flags.items() if item not in standing]
    for item, value in flags.items():
        if item in standing and standing[item].value != value:
            _follow_value(standing[item], value)
    counts = {"risks_raised": len(raised), "risks_taken_back": len(gone)}
    return {name: count for name, count in counts.items() if count}


def _raise(answers: Answers, item: str, value: int) -> RiskItem:
    return make(RiskItem, answers=answers, item=item, value=value, raised_at=clock.now())


def _follow_value(row: RiskItem, value: int) -> None:
    """A corrected answer; one that is higher than what was seen must be seen again."""
    if row.seen_at is not None and value > row.value:
        put(row, value=value, seen_at=None, seen_by=None)
    else:
        put(row, value=value)


# What a line about a risk says; other columns are not read for it.
_LINE_FIELDS = (
    "item",
    "value",
    "raised_at",
    "version",
    "answers__episode",
    "answers__instrument",
    "answers__client__code",
    "answers__client__name",
    "answers__session__number",
)


def open_risks(by: Member) -> list[RiskItem]:
    """All risks that nobody has noted as seen, of this person's clients, oldest first."""
    return list(open_risk_rows(by))


def open_risk_rows(by: Member) -> QuerySet[RiskItem]:
    """The same as a query, with what a line on a page needs of client and session."""
    rows = visible(by, RiskItem).filter(seen_at=None)
    rows = rows.select_related("answers__client", "answers__session").only(*_LINE_FIELDS)
    return rows.order_by("raised_at")


def note_risk_seen(
    risk: RiskItem, *, by: Member, done: str, seen_at: datetime | None = None
) -> RiskItem:
    """Note that you saw it, when, and what was done. What was done must be written."""
    with audit.change(by=by, action="risk.seen") as line:
        there = take(by, risk)
        if not done.strip():
            raise BadInput("nothing was written", where="done", expected="what was done")
        when = seen_at or clock.now()
        if when > clock.now():
            raise OutOfRange("a time to come", where="seen_at", expected="now or earlier")
        put(there, done=done, seen_at=when, seen_by=by)
        line.about(there)
        return there


def undo_risk_seen(risk: RiskItem, *, by: Member) -> RiskItem:
    """It was noted by mistake: it stands again. What was written is kept for the next note."""
    with audit.change(by=by, action="risk.seen_undone") as line:
        there = take(by, risk)
        put(there, seen_at=None, seen_by=None)
        line.about(there)
        return there
