"""Ana shows a moment to Hanna: what the tests of supervision begin with."""

from __future__ import annotations

from datetime import date
from typing import Any

from lacrima.practice import share_making
from lacrima.practice.share_making import Choice, Subject
from lacrima.records.models import Share, SharePurpose
from tests.support.things import Things

LAST_DAY = date(2026, 4, 1)
AGREED = date(2026, 3, 9)


def chosen(things: Things, *parts: str, **others: Any) -> Choice:
    """A choice of these parts, for Hanna."""
    said: dict[str, Any] = {
        "readers": frozenset({f"member:{things.cast.hanna.pk.hex}"}),
        "purpose": SharePurpose.LEARNING,
        "expires_on": LAST_DAY,
        "parts": frozenset(parts),
    }
    return Choice(**(said | others))


def of_moment(things: Things) -> Subject:
    """Ana's moment as something to show."""
    return share_making.subject_of(things.cast.ana, moment=things.moment.pk)


def shared(things: Things, *parts: str, **others: Any) -> Share:
    """Shown by Ana to Hanna."""
    ana, subject = things.cast.ana, of_moment(things)
    choice = chosen(things, *(parts or ("showed",)), **others)
    seen = share_making.mark_of(share_making.compose(ana, subject, choice))
    return share_making.share(ana, subject, choice, seen=seen)
