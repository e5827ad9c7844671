"""Letters are fetched, opened, checked and kept, each once; what cannot be is set aside.

A letter is known by its id for good, so it may come as often as it likes: after a power cut, from
a relay that sends it again, after a restore. Each is one transaction with its audit lines.
"""

from __future__ import annotations

import base64
import logging
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q

from lacrima.errors import BadLetter, LacrimaError, RelayAway
from lacrima.practice import drop_box_locked, drop_box_relay, sessions
from lacrima.practice.changing import make, put
from lacrima.practice.drop_box import forget_old_keys, key_called, mailbox_of, needed, the_box
from lacrima.practice.drop_box_invite import refresh, told_by
from lacrima.practice.drop_box_parts import Clocks, Written, keep_part, written
from lacrima.practice.drop_box_relay import RelayLetter
from lacrima.practice.mode import is_clinic
from lacrima.practice.people import the_practice
from lacrima.records import audit, clock
from lacrima.records.access import Right, require
from lacrima.records.models import DropBox, DropBoxInvitation, DropBoxLetter, LetterState, Member
from lacrima.vault import drop_box, spool

_log = logging.getLogger("lacrima.drop_box")
EVERY = timedelta(minutes=15)
KEPT_AT_RELAY = timedelta(days=7)
MOST_STRANGE = 500  # letters set aside that nobody here can have written
UNKNOWN, ALTERED, STALE_KEY = "unknown-invitation", "altered", "unknown-key"
OTHER_BRIEF, AFTER_ITS_TIME, REVOKED = "other-brief", "after-its-time", "revoked"
STRANGE = (UNKNOWN, ALTERED, STALE_KEY, OTHER_BRIEF, BadLetter.code)


@dataclass
class Collected:
    """What one collecting did, in counts."""

    fetched: int = 0
    kept: int = 0
    known: int = 0
    taken_back: int = 0
    clock_off: int = 0
    briefs: int = 0
    aside: Counter[str] = field(default_factory=Counter)

    def note(self, row: DropBoxLetter | None) -> None:
        """One letter more; None for one that was known already."""
        self.fetched += 1
        if row is None:
            self.known += 1
        elif row.state == LetterState.ASIDE:
            self.aside[row.reason] += 1
        elif row.state == LetterState.TAKEN_BACK:
            self.taken_back += 1
        else:
            self.kept += 1
            self.clock_off += row.is_clock_off

    def as_json(self) -> dict[str, object]:
        """For the verb."""
        aside = [{"reason": reason, "n": count} for reason, count in sorted(self.aside.items())]
        plain = ("fetched", "kept", "known", "taken_back", "clock_off", "briefs")
        return {**{name: getattr(self, name) for name in plain}, "aside": aside}


def collect(*, by: Member | None) -> Collected:
    """Fetch and keep everything that came, and put briefs anew in which something has changed.

    Raises RelayAway where the relay does not answer: what was kept until then stays kept.
    """
    if by is not None:
        require(by, Right.WRITE_CARE)
    box, found = needed(), Collected()
    DropBox.objects.filter(pk=box.pk).update(asked_at=clock.now())
    sessions.make_due(now=clock.now())
    take_in_spooled(found)
    mailbox = mailbox_of(box)
    for some in drop_box_relay.letters(mailbox, after=box.fetched_to):
        take_in(some, found)
        _note_fetched(box, max(one.number for one in some))
    _forget_at_relay(box)
    found.briefs = refresh(box)
    forget_old_keys()
    _note_collected(box, by)
    return found


def take_in_spooled(found: Collected | None = None) -> Collected:
    """Keep what waited, still sealed, while the practice was locked. Asks no relay.

    It is done while the practice opens, so nothing that waits may keep it closed: what cannot be
    taken in now stays where it is.
    """
    told = found or Collected()
    for place, letter in drop_box_locked.waiting():
        try:
            take_in([letter], told)
        except LacrimaError as error:
            _log.warning("letters wait on in the spool: %s", type(error).__name__)
            break
        spool.remove(drop_box_locked.folder_here(), place)
    return told


def take_in(some: Iterable[RelayLetter], found: Collected) -> None:
    """Keep these letters, or set them aside. RelayAway where they cannot all be ours."""
    aside = DropBoxLetter.objects.filter(state=LetterState.ASIDE, reason__in=STRANGE)
    room = MOST_STRANGE - aside.count()
    for one in some:
        if room <= 0:
            _refuse_unknown(one)
        row = take(one)
        found.note(row)
        room -= row is not None and row.state == LetterState.ASIDE and row.reason in STRANGE


def _refuse_unknown(letter: RelayLetter) -> None:
    """Go on when this letter is here already; RelayAway while so many strange ones lie aside."""
    if not DropBoxLetter.objects.filter(letter_id=letter.letter_id).exists():
        raise RelayAway(
            "it sends more letters that nobody here can have written than are put by",
            where="relay",
            next_step="The rest was left there. Ask whoever runs the relay, and look at those "
            "that were set aside.",
        )


def take(letter: RelayLetter) -> DropBoxLetter | None:
    """Keep one letter; None when it was known. Whatever is in it, nothing of it is lost."""
    with transaction.atomic():
        if DropBoxLetter.objects.filter(letter_id=letter.letter_id).exists():
            return None
        return _noted(letter, tried(letter))


@dataclass(frozen=True)
class Tried:
    """What came of opening a letter."""

    state: LetterState
    reason: str = ""
    invitation: DropBoxInvitation | None = None
    sitting: str = ""
    is_clock_off: bool = False


def _noted(letter: RelayLetter, came: Tried) -> DropBoxLetter:
    is_aside = came.state is LetterState.ASIDE
    with audit.change(by=None, action="drop_box.letter_came") as line:
        row = make(
            DropBoxLetter,
            letter_id=letter.letter_id,
            name=letter.name,
            invitation=came.invitation,
            sitting=came.sitting,
            came_at=clock.now(),
            stored_at=letter.stored_at,
            state=came.state,
            reason=came.reason,
            is_clock_off=came.is_clock_off,
            content=base64.b64encode(letter.sealed).decode() if is_aside else "",
        )
        line.about(row, state=came.state.value, reason=came.reason)
    return row


def tried(letter: RelayLetter) -> Tried:
    """Open a letter and keep what it says; what came of it. Call it inside a transaction."""
    invitation = (
        DropBoxInvitation.objects.filter(name=letter.name)
        .select_related("participant__client", "participant__episode")
        .first()
    )
    if invitation is None:
        return Tried(LetterState.ASIDE, UNKNOWN)
    try:
        told = written(_opened(letter, invitation))
    except _Aside as aside:
        return Tried(LetterState.ASIDE, aside.reason, invitation)
    except LacrimaError as error:
        return Tried(LetterState.ASIDE, error.code, invitation)
    return _kept(letter, invitation, told)


class _Aside(Exception):
    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def _opened(letter: RelayLetter, invitation: DropBoxInvitation) -> bytes:
    outside = drop_box.read(letter.sealed)
    private = key_called(outside.key_id.hex())
    if private is None:
        raise _Aside(STALE_KEY)
    brief = invitation.briefs.get(str(outside.brief_number))
    if brief is None:
        raise _Aside(OTHER_BRIEF)
    try:
        return drop_box.open_letter(
            told_by(invitation),
            outside,
            private=private,
            letter_id=bytes.fromhex(letter.letter_id),
            brief_digest=bytes.fromhex(brief["digest"]),
        )
    except BadLetter:
        raise _Aside(ALTERED) from None


def _kept(letter: RelayLetter, invitation: DropBoxInvitation, told: Written) -> Tried:
    clocks = Clocks(invitation.created_at, letter.stored_at, clock.now(), told.written_at)
    reason = _out_of_time(invitation, clocks.written_at)
    if reason:
        return Tried(LetterState.ASIDE, reason, invitation, told.sitting)
    left_out, reasons = False, []
    for place in range(len(told.parts)):
        try:
            with transaction.atomic():  # a part that cannot be kept takes no other with it
                left_out |= keep_part(invitation, told, place, clocks)
        except LacrimaError as error:
            reasons.append(error.code)
        except (ValueError, TypeError, AttributeError, KeyError) as fault:
            _log.warning("a part of a letter was not understood: %s", type(fault).__name__)
            reasons.append(BadLetter.code)
    state = LetterState.TAKEN_BACK if left_out else LetterState.KEPT
    if reasons:
        state = LetterState.ASIDE
    first = reasons[0] if reasons else ""
    return Tried(state, first, invitation, told.sitting, clocks.is_off)


def _out_of_time(invitation: DropBoxInvitation, written_at: datetime) -> str:
    if written_at > invitation.until_at:
        return AFTER_ITS_TIME
    revoked = invitation.revoked_at
    return REVOKED if revoked is not None and written_at > revoked else ""


def _note_fetched(box: DropBox, number: int) -> None:
    put(box, fetched_to=number)
    drop_box_locked.write(mailbox_of(box), after=number)


def _forget_at_relay(box: DropBox) -> None:
    """The relay deletes what a backup of ours holds by now, or a week has kept safe.

    Until then it could be fetched again, if this computer broke. What was taken back goes at once.
    """
    practice, week = the_practice(), clock.now() - KEPT_AT_RELAY
    backed_up = practice.last_backup_at if practice else None
    gone = (LetterState.TAKEN_BACK, LetterState.THROWN_AWAY)
    is_safe = Q(came_at__lt=max(backed_up or week, week)) | Q(state__in=gone)
    rows = DropBoxLetter.objects.filter(is_safe, forgotten_at_relay=False)
    ids = list(rows.values_list("letter_id", flat=True))
    if ids:
        drop_box_relay.forget(mailbox_of(box), ids)
        rows.filter(letter_id__in=ids).update(forgotten_at_relay=True)


def _note_collected(box: DropBox, by: Member | None) -> None:
    with audit.change(by=by, action="drop_box.collected") as line:
        put(box, collected_at=clock.now())
        line.about(box)


def is_due(*, now: datetime) -> bool:
    """Is it time to ask the relay again? Never where none was named, and never in a clinic."""
    box = None if is_clinic() else the_box()
    if box is None:
        return False
    return box.asked_at is None or now - box.asked_at >= EVERY
