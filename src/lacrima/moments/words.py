"""Every word a moment is described with. The values are kept in the database: they never change.

Where a docstring says *ours*, no study has tested the wording; where it says *published*, the
division follows studies of therapist tears (close to tears, open, extreme).
"""

from __future__ import annotations

from enum import IntEnum, StrEnum


class Party(StrEnum):
    """Whose emotion it was, in one tap. Which client, and who began, is said in the voice."""

    THERAPIST = "therapist"
    CLIENT = "client"
    BOTH = "both"


class Side(StrEnum):
    """Whose account a voice is. Voices are kept apart and never averaged."""

    THERAPIST = "therapist"
    CLIENT = "client"
    OBSERVER = "observer"


class Kind(StrEnum):
    """How an emotion came out (ours)."""

    TEARS = "tears"
    LAUGHTER = "laughter"
    ANGER = "anger"
    SILENCE = "silence"
    TREMBLING = "trembling"
    OTHER = "other"


class Nature(StrEnum):
    """What sort of moment: it showed, was held back, was missed, or an ordinary one (ours).

    *Missed* is "none where one expected it". *Ordinary* moments are kept for comparison.
    """

    SHOWED = "showed"
    HELD_BACK = "held_back"
    MISSED = "missed"
    ORDINARY = "ordinary"


class Shown(IntEnum):
    """How much could be seen or heard. The names are those for tears.

    For laughter, anger, silence, trembling and others 1 to 3 read slight, clear, strong.
    The border between 1 and 2 is the published one between close to tears and open tears.
    """

    NOTHING = 0
    MOIST = 1
    TEARS_FALL = 2
    SOBBING = 3


class Felt(IntEnum):
    """How strong it was inside; private to the one who felt it (ours)."""

    NOTHING = 0
    A_LITTLE = 1
    CLEARLY = 2
    STRONGLY = 3


class HeldBack(StrEnum):
    """Whether the emotion was held back (ours)."""

    NO = "no"
    PARTLY = "partly"
    WHOLLY = "wholly"


class CameAbout(StrEnum):
    """How it came. Most therapist tears are not chosen, so "chosen" is no option."""

    UNBIDDEN = "unbidden"
    LET_IT_COME = "let_it_come"
    HELD_BACK = "held_back"


class Flow(StrEnum):
    """What the session did. Paused or ended early is the published "extreme"."""

    WENT_ON = "went_on"
    PAUSED = "paused"
    ENDED_EARLY = "ended_early"


class PublishedKind(StrEnum):
    """The three kinds of tears that studies tell apart; derived, never typed in."""

    CLOSE_TO_TEARS = "close_to_tears"
    OPEN = "open"
    EXTREME = "extreme"


class About(StrEnum):
    """What it was about; several may hold. One's own life and exhaustion live in My care alone."""

    GRIEF = "grief"
    TRAUMA_OR_ABUSE = "trauma_or_abuse"
    GOODBYE = "goodbye"
    ILLNESS_OR_DYING = "illness_or_dying"
    JOY_OR_BREAKTHROUGH = "joy_or_breakthrough"
    RELATIONSHIP = "relationship"
    OTHER = "other"


class Emotion(StrEnum):
    """Which emotion; several may hold (ours, after the emotions named in studies)."""

    SAD = "sad"
    TOUCHED = "touched"
    WARM = "warm"
    GRATEFUL = "grateful"
    JOYFUL = "joyful"
    RELIEVED = "relieved"
    HELPLESS = "helpless"
    OVERWHELMED = "overwhelmed"
    ANGRY = "angry"
    IRRITATED = "irritated"
    ANXIOUS = "anxious"
    ASHAMED = "ashamed"
    NUMB = "numb"
    DRAWN_TO = "drawn_to"
    OTHER = "other"


class Noticed(StrEnum):
    """Whether the client noticed: as the therapist guesses, or as the client says."""

    YES = "yes"
    NO = "no"
    UNSURE = "unsure"


class SpokenOf(StrEnum):
    """Whether the moment was spoken of afterwards."""

    YES = "yes"
    PLANNED = "planned"
    SAW_NO_NEED = "saw_no_need"


class Response(StrEnum):
    """What the therapist did when the client cried; several may hold.

    *Asked to stop* has its own word because clients in studies remember it.
    """

    STAYED_WITH_IT = "stayed_with_it"
    GAVE_ROOM = "gave_room"
    STEADIED_OR_MOVED_ON = "steadied_or_moved_on"
    TOUCH = "touch"
    TISSUE = "tissue"
    ASKED_TO_STOP = "asked_to_stop"


class Seemed(StrEnum):
    """How the therapist seemed to the client; several may hold.

    The studied words are happy, firm, consistent / anxious, bored, angry, about demeanour in
    general. Steady, warm, near and distant are ours.
    """

    STEADY = "steady"
    WARM = "warm"
    NEAR = "near"
    ANXIOUS = "anxious"
    DISTANT = "distant"
    BORED = "bored"
    ANGRY = "angry"


class Occasion(StrEnum):
    """When a voice spoke."""

    IN_SESSION = "in_session"
    SAME_EVENING = "same_evening"
    SECOND_THOUGHTS = "second_thoughts"
    LATER = "later"


class LogState(StrEnum):
    """Whether a session was looked back on. *Not yet* is missing, never "no tears"."""

    NOT_YET = "not_yet"
    NOTHING = "nothing"
    MOMENTS = "moments"


class Modality(StrEnum):
    """Where a session took place."""

    ROOM = "room"
    VIDEO = "video"
    PHONE = "phone"


class EpisodeKind(StrEnum):
    """Who an episode of care is for."""

    INDIVIDUAL = "individual"
    COUPLE = "couple"
    FAMILY = "family"
    GROUP = "group"
    CHILD_AND_PARENT = "child_and_parent"


class ParticipantRole(StrEnum):
    """What a person is in an episode or a session."""

    CLIENT = "client"
    CHILD = "child"
    PARENT = "parent"
    PARTNER = "partner"
    THERAPIST = "therapist"
    CO_THERAPIST = "co_therapist"
    INTERPRETER = "interpreter"
