"""The pages of supervision: what you showed, what you were shown, and your hours.

Of what somebody was shown nothing is counted, compared or ranked: lists follow the day alone.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from lacrima.errors import KeyGone
from lacrima.formats.share_file import Shown, shown_of
from lacrima.practice.colleagues import Code, code_of
from lacrima.practice.finding import as_id
from lacrima.practice.own_key import is_open
from lacrima.practice.pages_parts import Seeing, joined, seeing
from lacrima.practice.share_words import KINDS, PURPOSE_SENTENCES, PURPOSES
from lacrima.practice.supervision import ShareState, state_of
from lacrima.practice.supervision_hours import Totals, duration_words, hours_of, totals_of
from lacrima.records.access import find, visible
from lacrima.records.models import (
    Colleague,
    Member,
    Practice,
    ReceivedShare,
    Share,
    ShareNote,
    ShareNoteKind,
    SharePurpose,
    SupervisionGroup,
    SupervisionHour,
)

TOGETHER = ("by", "to_colleague", "episode", "group")
WITH_IT = ("share_notes__by", "readers")


@dataclass(frozen=True)
class NoteView:
    """One thing that was said."""

    id: uuid.UUID
    kind: str
    kind_label: str
    by: str
    said_at_local: datetime | None
    words: str
    is_yours: bool


@dataclass(frozen=True)
class ShareLine:
    """One share in a list."""

    id: uuid.UUID
    about: str
    whom: str
    purpose: str
    made_at_local: datetime | None
    state_words: str
    is_open: bool


@dataclass(frozen=True)
class HourLine:
    """One meeting in the list of hours."""

    id: uuid.UUID
    on: date
    duration: str
    is_group: bool
    with_whom: str
    topics: str


@dataclass(frozen=True)
class GroupLine:
    """A group that she made or is in."""

    id: uuid.UUID
    name: str
    people: str
    made_by: str
    is_yours: bool


@dataclass(frozen=True)
class ColleagueView:
    """A colleague outside, her code and the words to compare."""

    id: uuid.UUID
    name: str
    version: int
    code: Code


@dataclass(frozen=True)
class SupervisionPage:
    """All that the page of supervision shows."""

    shared: tuple[ShareLine, ...]
    shown_to_you: tuple[tuple[str, tuple[ShareLine, ...]], ...]
    received: tuple[tuple[str, tuple[ShareLine, ...]], ...]
    hours: tuple[HourLine, ...]
    totals: Totals
    has_colleagues: bool
    is_closed: bool = False  # in a clinic: what was sent to her, and her hours


@dataclass(frozen=True)
class SharePage:
    """One share: what is shown, and what was said of it."""

    id: uuid.UUID
    shown: Shown | None
    state: ShareState
    state_words: str
    purpose: str
    purpose_label: str
    purpose_sentence: str
    whom: str
    from_whom: str
    made_at_local: datetime | None
    expires_on: date
    notes: tuple[NoteView, ...]
    is_yours: bool
    is_file: bool
    moment_id: uuid.UUID | None
    returned_at_local: datetime | None = None

    @property
    def is_open(self) -> bool:
        """Whether it can be read."""
        return self.state is ShareState.OPEN

    @property
    def is_signed_off(self) -> bool:
        """Whether somebody signed it off."""
        return any(note.kind == ShareNoteKind.SIGN_OFF for note in self.notes)


def supervision_page(by: Member) -> SupervisionPage:
    """What this person showed and was shown, and her hours."""
    eyes = seeing(by)
    rows = visible(by, Share).select_related(*TOGETHER).prefetch_related(*WITH_IT)
    own = [row for row in rows if row.by_id == by.pk]
    others = [row for row in rows if row.by_id != by.pk and state_of(row) is ShareState.OPEN]
    is_closed = not is_open(by)
    received = () if is_closed else visible(by, ReceivedShare).select_related("member")
    hours = [] if is_closed else hours_of(by)
    return SupervisionPage(
        shared=tuple(_line(row, eyes, _whom(row)) for row in own),
        shown_to_you=_by_purpose([(row, row.by.name) for row in others], eyes),
        received=_by_purpose([(row, row.sender_name) for row in received], eyes),
        hours=tuple(_hour(one) for one in hours),
        totals=totals_of(hours),
        has_colleagues=visible(by, Colleague).exists(),
        is_closed=is_closed,
    )


def shares_of_moment(by: Member, moment_id: uuid.UUID, practice: Practice) -> tuple[ShareLine, ...]:
    """What this person showed of one moment; what others showed of it is theirs."""
    eyes = seeing(by, practice)
    rows = visible(by, Share).filter(by=by, moment=moment_id).select_related(*TOGETHER)
    return tuple(_line(row, eyes, _whom(row)) for row in rows.prefetch_related(*WITH_IT))


def _by_purpose(
    rows: list[tuple[Share | ReceivedShare, str]], eyes: Seeing
) -> tuple[tuple[str, tuple[ShareLine, ...]], ...]:
    """The two purposes apart, each by the day; what there is none of is left out."""
    groups = []
    for purpose in SharePurpose:
        lines = [_line(row, eyes, whom) for row, whom in rows if row.purpose == purpose]
        if lines:
            groups.append((str(PURPOSES[purpose]), tuple(lines)))
    return tuple(groups)


def _line(row: Share | ReceivedShare, eyes: Seeing, whom: str) -> ShareLine:
    state = state_of(row)
    shown = _shown(row)
    return ShareLine(
        id=row.pk,
        about=shown.about if shown else _("What was shown is no longer kept"),
        whom=whom,
        purpose=str(PURPOSES[SharePurpose(row.purpose)]),
        made_at_local=eyes.local(row.created_at),
        state_words=_state_words(row, state, eyes),
        is_open=state is ShareState.OPEN,
    )


def _shown(row: Share | ReceivedShare) -> Shown | None:
    """What was shown; None once it was taken away, its day has gone by, or its key was erased."""
    if state_of(row) is not ShareState.OPEN:
        return None
    try:
        return shown_of(row.content) if row.content else None
    except KeyGone:  # after a restore, until its rows are erased again
        return None


def _whom(row: Share) -> str:
    if row.to_colleague is not None:
        return str(row.to_colleague.name)
    return joined([one.name for one in row.readers.all()])


def _state_words(row: Share | ReceivedShare, state: ShareState, eyes: Seeing) -> str:
    if state is ShareState.WITHDRAWN and isinstance(row, Share):
        return _("withdrawn on %(day)s") % {"day": _day(eyes.local(row.withdrawn_at))}
    if state is ShareState.READER_LEFT and isinstance(row, Share):
        return _("ended: %(who)s does not work here any more") % {"who": _whom(row)}
    if state is ShareState.EXPIRED:
        return _("ended with its last day, %(day)s") % {"day": _day(row.expires_on)}
    said = [note.kind for note in row.share_notes.all() if note.by_id != _shower_of(row)]
    until = _("until %(day)s") % {"day": _day(row.expires_on)}
    return ", ".join([_said_words(said), until])


def _shower_of(row: Share | ReceivedShare) -> uuid.UUID | None:
    return row.by_id if isinstance(row, Share) else None


def _said_words(kinds: list[str]) -> str:
    if ShareNoteKind.SIGN_OFF in kinds:
        return _("signed off")
    if ShareNoteKind.QUESTION in kinds:
        return _("a question was asked")
    return _("commented") if kinds else _("open")


def _day(when: date | datetime | None) -> str:
    return "" if when is None else str(date_format(when, "DAY_MONTH_YEAR"))


def share_page(by: Member, key: uuid.UUID | str) -> SharePage:
    """One share, for who showed it and for whom it was shown to."""
    eyes = seeing(by)
    row = find(by, Share, as_id(key), *TOGETHER)
    is_yours = row.by_id == by.pk
    state = state_of(row)
    return SharePage(
        id=row.pk,
        shown=_shown(row),
        state=state,
        state_words=_state_words(row, state, eyes),
        whom=_whom(row),
        from_whom=row.by.name,
        notes=_notes(row, eyes) if is_yours or state is ShareState.OPEN else (),
        is_yours=is_yours,
        is_file=row.to_colleague_id is not None,
        moment_id=row.moment_id if is_yours else None,
        **_common(row, eyes),
    )


def received_page(by: Member, key: uuid.UUID | str) -> SharePage:
    """A share that came from outside."""
    eyes = seeing(by)
    row = find(by, ReceivedShare, as_id(key), "member")
    state = state_of(row)
    return SharePage(
        id=row.pk,
        shown=_shown(row),
        state=state,
        state_words=_state_words(row, state, eyes),
        whom=by.name,
        from_whom=row.sender_name,
        notes=_notes(row, eyes),
        is_yours=False,
        is_file=True,
        moment_id=None,
        returned_at_local=eyes.local(row.returned_at),
        **_common(row, eyes),
    )


def _common(row: Share | ReceivedShare, eyes: Seeing) -> dict[str, Any]:
    purpose = SharePurpose(row.purpose)
    return {
        "purpose": row.purpose,
        "purpose_label": str(PURPOSES[purpose]),
        "purpose_sentence": str(PURPOSE_SENTENCES[purpose]),
        "made_at_local": eyes.local(row.created_at),
        "expires_on": row.expires_on,
    }


def _notes(row: Share | ReceivedShare, eyes: Seeing) -> tuple[NoteView, ...]:
    field = "share" if isinstance(row, Share) else "received"
    rows = ShareNote.objects.filter(**{field: row}).select_related(
        "by", "share__episode", "received__member"
    )
    return tuple(_note(note, eyes) for note in rows.order_by("said_at", "created_at"))


def _note(note: ShareNote, eyes: Seeing) -> NoteView:
    return NoteView(
        id=note.pk,
        kind=note.kind,
        kind_label=str(KINDS[ShareNoteKind(note.kind)]),
        by=note.by.name if note.by else note.by_name,
        said_at_local=eyes.local(note.said_at),
        words=note.words,
        is_yours=note.by_id == eyes.by.pk,
    )


def _hour(row: SupervisionHour) -> HourLine:
    return HourLine(
        row.pk, row.on, duration_words(row.minutes), row.is_group, row.with_whom, row.topics
    )


def group_lines(by: Member) -> tuple[GroupLine, ...]:
    """Her groups and those she is in, by their names."""
    rows = visible(by, SupervisionGroup).select_related("made_by").prefetch_related("people")
    lines = [
        GroupLine(
            id=row.pk,
            name=row.name,
            people=joined([one.name for one in row.people.all() if one.left_on is None]),
            made_by=row.made_by.name,
            is_yours=row.made_by_id == by.pk,
        )
        for row in rows
    ]
    return tuple(sorted(lines, key=lambda one: (not one.is_yours, one.name)))


def colleague_views(by: Member) -> tuple[ColleagueView, ...]:
    """Her colleagues outside, with their codes."""
    return tuple(colleague_view(row) for row in visible(by, Colleague))


def colleague_view(row: Colleague) -> ColleagueView:
    """One of them."""
    return ColleagueView(row.pk, row.name, row.version, code_of(row))
