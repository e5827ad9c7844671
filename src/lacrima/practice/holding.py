"""Legal hold: while it stands, nothing about a client is deleted, and nothing of it expires.

Writing and correcting go on as before; a correction overwrites what stood there, which the log
shows by its line. What is held back, and how, says practice/removing.
"""

from __future__ import annotations

from django.db.models import QuerySet

from lacrima.errors import BadInput
from lacrima.practice.changing import make, put, text
from lacrima.records import audit, clock
from lacrima.records.access import Right, find, find_to_erase, require, visible
from lacrima.records.models import Client, Disclosure, DisclosureState, LegalHold, Member

LONGEST_REASON = 2_000


def set_hold(client: Client, *, by: Member, reason: str) -> LegalHold:
    """From now on nothing about this client is deleted. Whoever sees the client may say so."""
    with audit.change(by=by, action="hold.set") as line:
        require(by, Right.WRITE_CARE)
        there = find(by, Client, client.pk)
        if holds_of(there).exists():
            raise BadInput(
                "a hold that stands already", next_step="Lift it first, or leave it as it is."
            )
        said = text(reason, where="reason", at_most=LONGEST_REASON)
        if not said:
            raise BadInput("nothing was written", where="reason", expected="a few words")
        hold = make(LegalHold, client=there, reason=said, set_by=by)
        line.about(hold)
        return hold


def lift_hold(hold: LegalHold, *, by: Member) -> LegalHold:
    """Deleting is possible again, and what was past its day goes. For who could erase her."""
    with audit.change(by=by, action="hold.lifted") as line:
        there = find(by, LegalHold, hold.pk)
        find_to_erase(by, there.client_id)
        if there.lifted_at is not None:
            raise BadInput("a hold that was lifted already")
        put(there, lifted_at=clock.now())
        line.about(there)
        return there


def holds_of(client: Client) -> QuerySet[LegalHold]:
    """The hold that stands for this client, if one does."""
    return LegalHold.objects.filter(client=client, lifted_at=None)


def open_requests_of(client: Client) -> QuerySet[Disclosure]:
    """Requests to see the record that nobody has answered yet: they hold everything too."""
    return Disclosure.objects.filter(client=client, state=DisclosureState.ASKED)


def is_held(client: Client) -> bool:
    """Does a hold stand, or is somebody's request open?"""
    return holds_of(client).exists() or open_requests_of(client).exists()


def past_holds(by: Member, client: Client) -> QuerySet[LegalHold]:
    """Those that were lifted, the latest first."""
    return visible(by, LegalHold).filter(client=client, lifted_at__isnull=False)
