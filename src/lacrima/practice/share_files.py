"""Share files: sealed for a colleague outside, opened from one, and what comes back.

Everything is made and read in memory. A file is taken only from somebody whose code was kept.
What came is the receiver's alone: its lines in the log name no object.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from lacrima.errors import BadInput, BadShare, NotAllowed
from lacrima.formats import share_file
from lacrima.formats.share_file import Answer, NoteKind, Purpose, Said, shown_of
from lacrima.practice.changing import make, take
from lacrima.practice.notes import today_here
from lacrima.practice.removing import remove
from lacrima.practice.supervision import ShareState, refuse_ended, state_of, written
from lacrima.records import audit, clock
from lacrima.records.access import Right, require, visible
from lacrima.records.models import (
    Colleague,
    Member,
    ReceivedShare,
    Share,
    ShareNote,
    ShareNoteKind,
)
from lacrima.vault import share_box
from lacrima.vault.process import VAULT
from lacrima.vault.share_box import Envelope

__all__ = [
    "FILE_ENDING",
    "Opened",
    "answer_file",
    "delete_received",
    "open_share_file",
    "say_of_received",
    "share_file_of",
]

FILE_ENDING = share_file.ENDING


@dataclass(frozen=True)
class Opened:
    """What a file turned out to be. `is_new`: something of it was not here before."""

    share: Share | None = None
    received: ReceivedShare | None = None
    is_new: bool = True
    notes: int = 0


# ---- out ----------------------------------------------------------------------------------------


def share_file_of(share: Share, *, by: Member) -> bytes:
    """The sealed file of a share to a colleague outside. It may be made again while it lasts."""
    with audit.change(by=by, action="share.file_made") as line:
        there = take(by, share)
        colleague = there.to_colleague
        if colleague is None:
            raise BadInput("this stays in the practice", next_step="It is read here.")
        refuse_ended(there)
        line.about(there)
        told = share_file.Share(
            file_id=there.file_id,
            sender_name=by.name,
            purpose=Purpose(there.purpose),
            expires_on=there.expires_on,
            shown=shown_of(there.content),
        )
        reader = bytes.fromhex(colleague.public_key)
        return VAULT.seal_share(share_file.SHARE, told.to_bytes(), reader=reader)


def answer_file(received: ReceivedShare, *, by: Member) -> bytes:
    """The sealed answer to a share from outside: all that was said of it until now."""
    with audit.change(by=by, action="received_share.answered"):
        there = take(by, received)
        notes = list(there.share_notes.all())
        if not notes:
            raise BadInput("nothing was said of it yet", next_step="Write a comment or a question.")
        there.returned_at = clock.now()
        there.save(update_fields=["returned_at"])
        said = tuple(_said(note) for note in notes)
        answer = Answer(file_id=there.file_id, sender_name=by.name, said=said)
        reader = bytes.fromhex(there.sender_key)
        return VAULT.seal_share(share_file.ANSWER, answer.to_bytes(), reader=reader)


def _said(note: ShareNote) -> Said:
    return Said(
        note_id=note.pk.hex, kind=NoteKind(note.kind), said_at=note.said_at, words=note.words
    )


# ---- in -----------------------------------------------------------------------------------------


def open_share_file(data: bytes, *, by: Member) -> Opened:
    """Open a file that came: a share, or the answer to one. Opened twice, it adds nothing.

    Raises BadShare: no share file, damaged, altered, for somebody else, from somebody whose code
    was not kept, past its last day, answering what was ended, or made by a newer Lacrima.
    """
    require(by, Right.WRITE_PRIVATELY)
    envelope = share_box.read(data)
    plain = VAULT.open_share(envelope)
    sender = _sender(envelope, by)
    if envelope.kind == share_file.SHARE:
        return _take_share(share_file.read_share(plain), sender, by)
    if envelope.kind == share_file.ANSWER:
        return _take_answer(share_file.read_answer(plain), sender, by)
    raise share_box.newer("another kind of file", "a share or an answer")


def _sender(envelope: Envelope, by: Member) -> Colleague:
    """Whose file it is. Nobody's name is believed from a file whose key nobody compared."""
    known = visible(by, Colleague).filter(public_key=envelope.sender.hex()).first()
    if known is None:
        raise BadShare(
            "this file comes from somebody whose code you have not kept",
            next_step="Nothing of it was taken. Ask the sender for the code, keep it with your "
            "colleagues and compare the words by phone; then open the file again.",
        )
    return known


def _take_share(told: share_file.Share, sender: Colleague, by: Member) -> Opened:
    if told.expires_on < today_here():
        raise BadShare(
            "the last day of this share has gone by",
            next_step="Nothing of it was kept. The sender can make it once more.",
        )
    before = visible(by, ReceivedShare).filter(file_id=told.file_id).first()
    if before is not None:
        return _opened_before(before, sender)
    with audit.change(by=by, action="received_share.opened"):
        row = make(
            ReceivedShare,
            member=by,
            sender_name=told.sender_name,
            sender_key=sender.public_key,
            file_id=told.file_id,
            purpose=told.purpose.value,
            content=told.shown.to_text(),
            expires_on=told.expires_on,
        )
    return Opened(received=row)


def _opened_before(before: ReceivedShare, sender: Colleague) -> Opened:
    if before.sender_key != sender.public_key:
        raise BadShare("another share has the mark of this one", next_step="Nothing was taken.")
    return Opened(received=before, is_new=False)


def _take_answer(told: Answer, sender: Colleague, by: Member) -> Opened:
    with audit.change(by=by, action="share.answer_taken") as line:
        share = _answered(told, sender, by)
        known = set(share.share_notes.values_list("pk", flat=True))
        fresh = [one for one in told.said if _note_id(share, one) not in known]
        for one in fresh:
            _keep(share, told.sender_name, one)
        line.about(share, notes=len(fresh))
    return Opened(share=share, is_new=bool(fresh), notes=len(fresh))


def _answered(told: Answer, sender: Colleague, by: Member) -> Share:
    share = visible(by, Share).filter(by=by, file_id=told.file_id, to_colleague=sender).first()
    if share is None:
        raise BadShare(
            "this answers something that was not shown to this colleague from here",
            next_step="Nothing of it was taken.",
        )
    if state_of(share) is ShareState.WITHDRAWN:
        raise BadShare(
            "this answers a share that you have ended",
            next_step="Nothing of it was taken. Show it once more if you want an answer.",
        )
    return share


def _keep(share: Share, sender_name: str, said: Said) -> None:
    make(
        ShareNote,
        id=_note_id(share, said),
        share=share,
        by_name=sender_name,
        kind=said.kind.value,
        said_at=said.said_at,
        words=said.words,
    )


def _note_id(share: Share, said: Said) -> uuid.UUID:
    """One id for one note of one share: a sender cannot choose the id of a row here."""
    return uuid.uuid5(share.pk, said.note_id)


# ---- what the reader does with it ----------------------------------------------------------------


def say_of_received(
    received: ReceivedShare, *, by: Member, kind: ShareNoteKind | str, words: str = ""
) -> ShareNote:
    """Comment, ask or sign off a share that came from outside."""
    with audit.change(by=by, action="received_share.said_of"):
        there = take(by, received)
        refuse_ended(there)
        if kind not in ShareNoteKind.values:
            raise BadInput("not a way to say it", where="kind", expected="one of the list")
        return make(
            ShareNote, received=there, by=by, kind=str(ShareNoteKind(kind)), said_at=clock.now(),
            words=written(words, str(kind)),
        )  # fmt: skip


def delete_received(received: ReceivedShare, *, by: Member) -> None:
    """Delete what was shown and what you said of it, here. An answer that was sent stays sent."""
    with audit.change(by=by, action="received_share.deleted"):
        there = take(by, received)
        if there.member_id != by.pk:
            raise NotAllowed("this came to somebody else")
        remove(there)
