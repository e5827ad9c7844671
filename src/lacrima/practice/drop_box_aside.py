"""Letters that were set aside: why, tried again, or thrown away by somebody who decides so."""

from __future__ import annotations

import base64
import uuid
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from lacrima.errors import BadInput, BadLetter, KeyGone, NoConsent, NotFound, OutOfRange
from lacrima.practice import drop_box_collect as collecting
from lacrima.practice.changing import put, take
from lacrima.practice.drop_box_relay import RelayLetter
from lacrima.records import audit
from lacrima.records.access import Right, require
from lacrima.records.models import DropBoxLetter, LetterState, Member

REASONS = {
    collecting.UNKNOWN: lazy(
        "It came by a link that is not known here: of somebody who was erased, of an older "
        "practice, or of another one."
    ),
    collecting.ALTERED: lazy("It was altered on the way, or put in the place of another."),
    collecting.STALE_KEY: lazy(
        "It is sealed to a key that is not here, as after the restore of an older backup."
    ),
    collecting.OTHER_BRIEF: lazy("It answers questions that this practice did not ask any more."),
    collecting.AFTER_ITS_TIME: lazy("It was written after the end of its link."),
    collecting.REVOKED: lazy("It was written after its link was revoked."),
    NoConsent.code: lazy("No agreement to be asked stands any more, so it is not read."),
    BadInput.code: lazy(
        "It holds something that cannot be kept, such as words on a session that is gone."
    ),
    OutOfRange.code: lazy("It holds something that no door asks."),
    KeyGone.code: lazy("Its client was erased: what opened it is gone."),
    BadLetter.code: lazy("It does not say what a letter may say, or asks for another version."),
}


@dataclass(frozen=True)
class Aside:
    """One letter that was set aside."""

    id: uuid.UUID
    came_at: datetime
    why: str
    can_be_tried: bool
    is_strange: bool = False


def set_aside(by: Member) -> list[Aside]:
    """Every letter that was set aside, the newest first. What it says nobody knows here."""
    require(by, Right.CHANGE_PRACTICE)
    rows = DropBoxLetter.objects.filter(state=LetterState.ASIDE).order_by("-came_at")
    return [
        Aside(
            row.pk,
            row.came_at,
            why(row.reason),
            can_be_tried=row.reason != collecting.ALTERED,
            is_strange=row.reason in collecting.STRANGE,
        )
        for row in rows
    ]


def why(reason: str) -> str:
    """A reason in words."""
    return str(REASONS.get(reason) or _("It could not be kept (%(code)s).") % {"code": reason})


def try_again(letter_id: uuid.UUID, *, by: Member) -> bool:
    """Try to keep it once more; is it kept now?"""
    require(by, Right.CHANGE_PRACTICE)
    with transaction.atomic():
        row = _aside(letter_id)
        tried = collecting.tried(_as_it_came(row))
        with audit.change(by=by, action="drop_box.letter_tried") as line:
            is_aside = tried.state is LetterState.ASIDE
            put(
                row,
                state=tried.state,
                reason=tried.reason,
                invitation=tried.invitation,
                sitting=tried.sitting,
                content=row.content if is_aside else "",
            )
            line.about(row, state=tried.state.value, reason=tried.reason)
        return not is_aside


def throw_away(letter_id: uuid.UUID, *, by: Member) -> None:
    """Its text goes for good; that it came stays noted."""
    with audit.change(by=by, action="drop_box.letter_thrown_away") as line:
        require(by, Right.CHANGE_PRACTICE)
        row = take(by, _aside(letter_id))
        put(row, state=LetterState.THROWN_AWAY, content="")
        line.about(row)


def throw_strange_away(*, by: Member) -> int:
    """The text of every letter that nobody here can have written goes for good; how many."""
    with audit.change(by=by, action="drop_box.letter_thrown_away") as line:
        require(by, Right.CHANGE_PRACTICE)
        rows = DropBoxLetter.objects.filter(state=LetterState.ASIDE, reason__in=collecting.STRANGE)
        count: int = rows.update(state=LetterState.THROWN_AWAY, content="")
        line.details = {"letters": count}
        return count


def _aside(letter_id: uuid.UUID) -> DropBoxLetter:
    row = DropBoxLetter.objects.filter(pk=letter_id, state=LetterState.ASIDE).first()
    if row is None:
        raise NotFound("there is no such letter aside", next_step="Look at the list again.")
    return row


def _as_it_came(row: DropBoxLetter) -> RelayLetter:
    sealed = base64.b64decode(row.content)
    return RelayLetter(0, row.name, row.letter_id, row.stored_at, sealed)
