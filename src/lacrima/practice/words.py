"""The words people read for every value, and the choices of the forms.

Pages and verbs take the values from here too, so that one word goes through all floors.
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import Enum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from lacrima.errors import OutOfRange
from lacrima.moments.words import (
    About,
    CameAbout,
    Emotion,
    EpisodeKind,
    Felt,
    Flow,
    HeldBack,
    Kind,
    LogState,
    Modality,
    Nature,
    Noticed,
    Occasion,
    ParticipantRole,
    Party,
    PublishedKind,
    Response,
    Seemed,
    Shown,
    Side,
    SpokenOf,
)
from lacrima.records.absence import AbsenceKind
from lacrima.records.care import ContactKind, Ending, SessionState
from lacrima.records.findings import AnswerSource, OfferKind
from lacrima.records.keeping import DisclosureGround, DisclosureState
from lacrima.records.people import Role

__all__ = [
    "CLIENT_ROLES",
    "NOTICED_AS_GUESSED",
    "THERAPIST_ROLES",
    "VOICE_ITEMS",
    "VOICE_ITEM_STEPS",
    "WEEKDAYS",
    "About",
    "AbsenceKind",
    "AnswerSource",
    "CameAbout",
    "ContactKind",
    "DisclosureGround",
    "DisclosureState",
    "Emotion",
    "Ending",
    "EpisodeKind",
    "Felt",
    "Flow",
    "HeldBack",
    "Kind",
    "LogState",
    "Modality",
    "Nature",
    "Noticed",
    "Occasion",
    "OfferKind",
    "ParticipantRole",
    "Party",
    "PublishedKind",
    "Response",
    "Role",
    "Seemed",
    "SessionState",
    "Shown",
    "Side",
    "SpokenOf",
    "choices",
    "label",
    "shown_choices",
    "shown_label",
    "word",
    "words_of",
]

_SAID: tuple[tuple[Enum, Promise], ...] = (
    (Party.THERAPIST, _("I")),
    (Party.CLIENT, _("the client")),
    (Party.BOTH, _("both")),
    (Side.THERAPIST, _("you")),
    (Side.CLIENT, _("the client")),
    (Side.OBSERVER, _("somebody watching")),
    (Kind.TEARS, _("tears")),
    (Kind.LAUGHTER, _("laughter")),
    (Kind.ANGER, _("anger")),
    (Kind.SILENCE, _("silence")),
    (Kind.TREMBLING, _("trembling")),
    (Kind.OTHER, _("something else")),
    (Nature.SHOWED, _("it showed")),
    (Nature.HELD_BACK, _("it was held back")),
    (Nature.MISSED, _("none where one expected it")),
    (Nature.ORDINARY, _("an ordinary moment, kept for comparison")),
    (Felt.NOTHING, _("nothing")),
    (Felt.A_LITTLE, _("a little")),
    (Felt.CLEARLY, _("clearly")),
    (Felt.STRONGLY, _("strongly")),
    (HeldBack.NO, _("no")),
    (HeldBack.PARTLY, _("partly")),
    (HeldBack.WHOLLY, _("wholly")),
    (CameAbout.UNBIDDEN, _("unbidden")),
    (CameAbout.LET_IT_COME, _("let it come")),
    (CameAbout.HELD_BACK, _("held back")),
    (Flow.WENT_ON, _("it went on")),
    (Flow.PAUSED, _("it paused")),
    (Flow.ENDED_EARLY, _("it ended early")),
    (PublishedKind.CLOSE_TO_TEARS, _("close to tears")),
    (PublishedKind.OPEN, _("open tears")),
    (PublishedKind.EXTREME, _("tears that paused or ended the session")),
    (About.GRIEF, _("grief")),
    (About.TRAUMA_OR_ABUSE, _("trauma or abuse")),
    (About.GOODBYE, _("a goodbye")),
    (About.ILLNESS_OR_DYING, _("illness or dying")),
    (About.JOY_OR_BREAKTHROUGH, _("joy or a breakthrough")),
    (About.RELATIONSHIP, _("the relationship")),
    (About.OTHER, _("something else")),
    (Emotion.SAD, _("sad")),
    (Emotion.TOUCHED, _("touched")),
    (Emotion.WARM, _("warm")),
    (Emotion.GRATEFUL, _("grateful")),
    (Emotion.JOYFUL, _("joyful")),
    (Emotion.RELIEVED, _("relieved")),
    (Emotion.HELPLESS, _("helpless")),
    (Emotion.OVERWHELMED, _("overwhelmed")),
    (Emotion.ANGRY, _("angry")),
    (Emotion.IRRITATED, _("irritated")),
    (Emotion.ANXIOUS, _("anxious")),
    (Emotion.ASHAMED, _("ashamed")),
    (Emotion.NUMB, _("numb")),
    (Emotion.DRAWN_TO, _("drawn to")),
    (Emotion.OTHER, _("something else")),
    (Noticed.YES, _("yes")),
    (Noticed.NO, _("no")),
    (Noticed.UNSURE, _("not sure")),
    (SpokenOf.YES, _("yes")),
    (SpokenOf.PLANNED, _("planned")),
    (SpokenOf.SAW_NO_NEED, _("saw no need")),
    (Response.STAYED_WITH_IT, _("stayed with it")),
    (Response.GAVE_ROOM, _("gave room")),
    (Response.STEADIED_OR_MOVED_ON, _("steadied, or moved on")),
    (Response.TOUCH, _("touch")),
    (Response.TISSUE, _("a tissue")),
    (Response.ASKED_TO_STOP, _("asked to stop")),
    (Seemed.STEADY, _("steady")),
    (Seemed.WARM, _("warm")),
    (Seemed.NEAR, _("near")),
    (Seemed.ANXIOUS, _("anxious")),
    (Seemed.DISTANT, _("distant")),
    (Seemed.BORED, _("bored")),
    (Seemed.ANGRY, _("angry")),
    (Occasion.IN_SESSION, _("in the session")),
    (Occasion.SAME_EVENING, _("that evening")),
    (Occasion.SECOND_THOUGHTS, _("some days later")),
    (Occasion.LATER, _("later")),
    (LogState.NOT_YET, _("not logged yet")),
    (LogState.NOTHING, _("nothing stood out")),
    (LogState.MOMENTS, _("moments logged")),
    (Modality.ROOM, _("in the room")),
    (Modality.VIDEO, _("by video")),
    (Modality.PHONE, _("by phone")),
    (EpisodeKind.INDIVIDUAL, _("one person")),
    (EpisodeKind.COUPLE, _("a couple")),
    (EpisodeKind.FAMILY, _("a family")),
    (EpisodeKind.GROUP, _("a group")),
    (EpisodeKind.CHILD_AND_PARENT, _("a child and a parent")),
    (ParticipantRole.CLIENT, _("client")),
    (ParticipantRole.CHILD, _("child")),
    (ParticipantRole.PARENT, _("parent")),
    (ParticipantRole.PARTNER, _("partner")),
    (ParticipantRole.THERAPIST, _("therapist")),
    (ParticipantRole.CO_THERAPIST, _("co-therapist")),
    (ParticipantRole.INTERPRETER, _("interpreter")),
    (SessionState.HELD, _("took place")),
    (SessionState.CANCELLED, _("was cancelled")),
    (SessionState.NOT_ATTENDED, _("the client did not come")),
    (ContactKind.MESSAGE, _("a message")),
    (ContactKind.PHONE, _("a call")),
    (ContactKind.EMAIL, _("an email")),
    (ContactKind.OTHER, _("another way")),
    (AnswerSource.HAND, _("by hand")),
    (AnswerSource.TOLD_ALOUD, _("told aloud")),
    (AnswerSource.IMPORTED, _("from a table")),
    (AnswerSource.SIMULATED, _("simulated")),
    (AnswerSource.AT_THE_DOOR, _("at the door")),
    (OfferKind.CLIENT_WOULD_TALK, _("The client would like to talk about it.")),
    (OfferKind.SPEAK_OF_IT, _("You planned to speak of it.")),
    (OfferKind.ASK, _("Ask what it was like.")),
    (OfferKind.REPAIR, _("Mend what may have broken.")),
    (OfferKind.SUPERVISION, _("Take it to somebody you trust.")),
    (OfferKind.REST, _("Rest.")),
    (Role.THERAPIST, _("therapist")),
    (Role.COLLEAGUE, _("colleague")),
    (Role.SUPERVISOR, _("supervisor")),
    (Role.ADMINISTRATOR, _("administrator")),
    (Role.RESEARCHER, _("researcher")),
    *((kind, kind.label) for kind in AbsenceKind),
    *((ending, ending.label) for ending in Ending),
    *((ground, ground.label) for ground in DisclosureGround),
    *((state, state.label) for state in DisclosureState),
)

# By class and value: as texts, the same word of two lists would be one key.
LABELS: dict[tuple[type, object], Promise] = {(type(one), one.value): said for one, said in _SAID}

SHOWN_TEARS: dict[Shown, Promise] = {
    Shown.NOTHING: _("nothing"),
    Shown.MOIST: _("moist eyes or a breaking voice"),
    Shown.TEARS_FALL: _("tears fell"),
    Shown.SOBBING: _("sobbing"),
}

SHOWN_OTHERS: dict[Shown, Promise] = {
    Shown.NOTHING: _("nothing"),
    Shown.MOIST: _("slight"),
    Shown.TEARS_FALL: _("clear"),
    Shown.SOBBING: _("strong"),
}

NOTICED_AS_GUESSED: Promise = _("noticed, as you guess")

# Short items a client may answer about a moment. The wording is ours and not validated.
VOICE_ITEMS: dict[str, Promise] = {
    "understood": _("felt understood"),
    "cared_for": _("felt cared for"),
    "new_understanding": _("understood something new"),
    "relieved": _("felt relieved"),
    "worried": _("was worried about the therapist"),
    "free_to_feel": _("felt free to feel"),
    "felt_burdened": _("felt burdened"),
    "looked_after": _("had to look after the therapist"),
    "confused": _("was confused"),
    "frightened": _("was frightened"),
    "too_close": _("it was too close"),
}

VOICE_ITEM_STEPS: dict[int, Promise] = {
    0: _("not at all"),
    1: _("a little"),
    2: _("somewhat"),
    3: _("clearly"),
    4: _("very much"),
}

WEEKDAYS: dict[int, Promise] = {
    0: _("Monday"),
    1: _("Tuesday"),
    2: _("Wednesday"),
    3: _("Thursday"),
    4: _("Friday"),
    5: _("Saturday"),
    6: _("Sunday"),
}

CLIENT_ROLES = (
    ParticipantRole.CLIENT,
    ParticipantRole.CHILD,
    ParticipantRole.PARENT,
    ParticipantRole.PARTNER,
)
THERAPIST_ROLES = (ParticipantRole.THERAPIST, ParticipantRole.CO_THERAPIST)

Word = type[Enum]


def label(value: Enum) -> Promise:
    """What people read for this value. For how much showed, see shown_label."""
    return SHOWN_TEARS[value] if isinstance(value, Shown) else LABELS[type(value), value.value]


def shown_label(kind: Kind | str, shown: Shown | int) -> Promise:
    """How much showed, in the words of this kind of emotion."""
    words = SHOWN_TEARS if Kind(kind) is Kind.TEARS else SHOWN_OTHERS
    return words[Shown(shown)]


def choices(words: Word, *, only: Iterable[Enum] | None = None) -> list[tuple[str, Promise]]:
    """Value and label of every word of a list (or only some), in its order, for a form."""
    kept = list(words) if only is None else [one for one in words if one in set(only)]
    return [(str(one.value), label(one)) for one in kept]


def shown_choices(kind: Kind | str = Kind.TEARS) -> list[tuple[str, Promise]]:
    """How much showed, for a form, in the words of this kind of emotion."""
    return [(str(step.value), shown_label(kind, step)) for step in Shown]


def word(words: Word, value: object, *, where: str) -> str | int:
    """The value as it is kept, when it is one of these words; OutOfRange names the field."""
    try:
        kept: str | int = words(value).value
    except ValueError:
        offered = ", ".join(str(one.value) for one in words)
        raise OutOfRange("not one of the words", where=where, expected=offered) from None
    return kept


def words_of(words: Word, values: Iterable[object], *, where: str) -> list[str]:
    """Several words, each once, in the order of the list; OutOfRange names the field."""
    chosen = {word(words, value, where=where) for value in values}
    return [str(one.value) for one in words if one.value in chosen]
