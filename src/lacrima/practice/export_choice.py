"""What of one course of care may leave: its parts, its single texts, and whose words they are."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from lacrima.errors import BadInput
from lacrima.formats.archive import LeftOut


class Part(StrEnum):
    """A part that is ticked or not. Who takes part always goes along."""

    SESSIONS = "sessions"
    ANSWERS = "answers"
    RISK = "risk"
    MOMENTS = "moments"
    CLIENT_VOICES = "client-voices"
    DOOR = "door"
    OBSERVER_VOICES = "observer-voices"
    FELT = "felt"
    KEPT_IN_MIND = "kept-in-mind"
    CONTACTS = "contacts"
    RECORD_NOTES = "record-notes"
    WEIGHINGS = "weighings"
    APPOINTMENTS = "appointments"
    SUGGESTIONS = "suggestions"


@dataclass(frozen=True)
class About:
    """What a part is called, what stands in it, and whether it is ticked at first."""

    name: Promise
    holds: Promise
    is_usual: bool = True


PARTS: dict[Part, About] = {
    Part.SESSIONS: About(_("Sessions"), _("when, how long, where, how heavy")),
    Part.ANSWERS: About(_("Answers and scores"), _("every questionnaire, item by item")),
    Part.RISK: About(_("Answers that may mean danger"), _("who saw them, and what was done")),
    Part.MOMENTS: About(_("Moments, as the therapist tells them"), _("what showed, and the rest")),
    Part.CLIENT_VOICES: About(_("The client’s voice"), _("what the client said of the moments")),
    Part.DOOR: About(
        _("At the door"), _("how sessions were, in the client’s word, and the client’s statements")
    ),
    Part.OBSERVER_VOICES: About(
        _("Voices of others"), _("what somebody watching said"), is_usual=False
    ),
    Part.FELT: About(
        _("What the therapist felt inside"), _("private to the one who felt it"), is_usual=False
    ),
    Part.KEPT_IN_MIND: About(_("What is kept in mind"), _("in your own and the client’s words")),
    Part.CONTACTS: About(_("Contacts between sessions"), _("messages, calls, letters")),
    Part.RECORD_NOTES: About(_("Notes of the record"), _("what happened, and what was done")),
    Part.WEIGHINGS: About(
        _("Weighings in the record"), _("what was thought over, with every version")
    ),
    Part.APPOINTMENTS: About(_("Recurring appointments"), _("when you meet"), is_usual=False),
    Part.SUGGESTIONS: About(
        _("Suggestions of a next step"), _("what Lacrima offered you"), is_usual=False
    ),
}
USUAL = frozenset(part for part, about in PARTS.items() if about.is_usual)


def not_chosen(choice: Choice) -> list[LeftOut]:
    """The parts, texts and people that stay because whoever made the copy left them out."""
    why = str(_("whoever made this copy left it out"))
    out = [LeftOut(str(about.name), why) for part, about in PARTS.items() if not choice.has(part)]
    if not choice.has_words:
        out.append(LeftOut(str(_("everything written in own words")), why))
    elif choice.without:
        count = ngettext("one text", "%(n)d texts", len(choice.without))
        out.append(LeftOut(count % {"n": len(choice.without)}, why))
    if choice.clients is not None:
        out.append(LeftOut(str(_("what others who come said and answered")), why))
    return out


GAP = _("[left out: a whole text]")


@dataclass(frozen=True)
class FreeText:
    """One text that can be left out: the row it stands in, its part, when it was written."""

    row: uuid.UUID
    part: Part
    above: str
    words: str


@dataclass(frozen=True)
class Choice:
    """What goes in. `without` are rows whose words stay; `clients` None means all who come.

    `marks_gaps`: where such words stood, the document says that a text was left out.
    """

    parts: frozenset[Part] = USUAL
    without: frozenset[uuid.UUID] = frozenset()
    clients: frozenset[uuid.UUID] | None = None
    has_words: bool = True
    marks_gaps: bool = False

    def has(self, part: Part) -> bool:
        """Is this part in?"""
        return part in self.parts

    def has_client(self, client: uuid.UUID | None) -> bool:
        """Is what belongs to this client in? What belongs to no client is."""
        return client is None or self.clients is None or client in self.clients

    def has_words_of(self, row: uuid.UUID) -> bool:
        """Do the words of this row go along?"""
        return self.has_words and row not in self.without

    def told(self, row: uuid.UUID, words: str) -> str:
        """What the document says in the place of these words; empty where nothing stands there."""
        if not words or self.has_words_of(row):
            return words
        return str(GAP) if self.marks_gaps else ""


def choice_of(parts: Iterable[str] | None, *, has_words: bool = True) -> Choice:
    """The choice that a command line names; None: the usual parts. BadInput names them all."""
    if parts is None:
        return Choice(has_words=has_words)
    known = {part.value for part in Part}
    for name in parts:
        if name not in known:
            raise BadInput("an unknown part", where="--part", expected=", ".join(sorted(known)))
    return Choice(parts=frozenset(map(Part, parts)), has_words=has_words)


@dataclass(frozen=True)
class Look:
    """What there is, before anything is chosen: counts, texts, and whose."""

    counts: dict[Part, int] = field(default_factory=dict)
    texts: tuple[FreeText, ...] = ()
    clients: tuple[tuple[uuid.UUID, str], ...] = ()

    def parts(self) -> Iterator[tuple[Part, About, int]]:
        """Every part that holds something."""
        for part, about in PARTS.items():
            if self.counts.get(part):
                yield part, about, self.counts[part]
