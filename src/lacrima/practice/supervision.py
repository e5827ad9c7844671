"""What happens to a share: it is withdrawn, commented on, asked about, signed off.

Inside a practice it stays here, and ends at once when it is withdrawn. Who was shown something
sees what was shown and nothing that it came from.
"""

from __future__ import annotations

from datetime import date
from enum import StrEnum

from lacrima.errors import BadInput, NotAllowed, NotFound
from lacrima.practice.changing import make, take, text
from lacrima.practice.notes import today_here
from lacrima.practice.removing import remove
from lacrima.practice.share_ending import empty
from lacrima.practice.share_words import PURPOSES
from lacrima.records import audit, clock
from lacrima.records.access import find
from lacrima.records.models import (
    Member,
    ReceivedShare,
    Share,
    ShareNote,
    ShareNoteKind,
    SharePurpose,
)

__all__ = [
    "LONGEST_NOTE",
    "PURPOSES",
    "ShareNoteKind",
    "SharePurpose",
    "ShareState",
    "say_of_share",
    "state_of",
    "take_back_note",
    "withdraw_share",
]

LONGEST_NOTE = 20_000


class ShareState(StrEnum):
    """Where a share stands."""

    OPEN = "open"
    WITHDRAWN = "withdrawn"
    READER_LEFT = "reader_left"
    EXPIRED = "expired"


def state_of(share: Share | ReceivedShare) -> ShareState:
    """Whether it can still be read, and why not."""
    if isinstance(share, Share):
        if share.to_colleague_id is None and all(
            one.left_on is not None for one in share.readers.all()
        ):
            return ShareState.READER_LEFT
        if share.withdrawn_at is not None:
            return ShareState.WITHDRAWN
    return ShareState.EXPIRED if _is_over(share.expires_on) else ShareState.OPEN


def _is_over(expires_on: date) -> bool:
    return expires_on < today_here()


def withdraw_share(share: Share, *, by: Member) -> Share:
    """End it. Here nobody reads it from now on; a file that was sent stays out there."""
    with audit.change(by=by, action="share.withdrawn") as line:
        there = take(by, share)
        _check_is_hers(there, by)
        if there.withdrawn_at is None:
            empty(there, withdrawn_at=clock.now())
        line.about(there)
        return there


def _check_is_hers(share: Share, by: Member) -> None:
    if share.by_id != by.pk:
        raise NotAllowed("this was shown by somebody else", next_step="Go back to Supervision.")


def say_of_share(
    share: Share, *, by: Member, kind: ShareNoteKind | str, words: str = ""
) -> ShareNote:
    """Comment, ask or sign off what was shown to you here; who showed it may answer by a comment.

    Raises BadInput when it was withdrawn or has ended meanwhile: then nothing is kept.
    """
    with audit.change(by=by, action="share.said_of") as line:
        there = take(by, share)
        if there.to_colleague_id is not None:
            raise BadInput("this went out as a file", next_step="Its answer comes as a file.")
        refuse_ended(there)
        chosen = _kind(kind, only_comment=there.by_id == by.pk)
        note = make(
            ShareNote, share=there, by=by, kind=chosen, said_at=clock.now(),
            words=written(words, chosen),
        )  # fmt: skip
        line.about(there, kind=chosen)
        return note


def refuse_ended(share: Share | ReceivedShare) -> None:
    """Go on only while it can be read; BadInput says why not."""
    said = {
        ShareState.WITHDRAWN: "this was withdrawn meanwhile",
        ShareState.READER_LEFT: "whom this was shown to does not work here any more",
        ShareState.EXPIRED: "the last day of this has gone by",
    }.get(state_of(share))
    if said is not None:
        raise BadInput(said, next_step="Nothing was kept of what you wrote.")


def _kind(value: ShareNoteKind | str, *, only_comment: bool) -> str:
    offered = [ShareNoteKind.COMMENT] if only_comment else list(ShareNoteKind)
    if value not in offered:
        raise BadInput("not a way to say it", where="kind", expected=", ".join(offered))
    return str(ShareNoteKind(value))


def written(words: str, kind: str) -> str:
    """What was written; only a sign-off may stand without words."""
    kept = text(words, where="words", at_most=LONGEST_NOTE)
    if not kept and kind != ShareNoteKind.SIGN_OFF:
        raise BadInput("nothing was written", where="words", expected="a few words")
    return kept


def take_back_note(note: ShareNote, *, by: Member) -> None:
    """Take back what you said yourself, here or of a share from outside."""
    with audit.change(by=by, action="share.said_back") as line:
        there = find(by, ShareNote, note.pk, "share", "received")
        if there.by_id != by.pk:
            raise NotFound("there is nothing here for you", next_step="Go back to Supervision.")
        if there.share is not None:  # what came from outside is hers alone: no line names it
            line.about(there.share, kind=there.kind)
        remove(there)
