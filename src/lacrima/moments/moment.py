"""A moment and the voices that speak of it, as values that refuse to be impossible.

Everything but *whose expression* is optional: a moment logged in three taps is whole.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from lacrima.errors import OutOfRange
from lacrima.moments.timeline import Span
from lacrima.moments.words import (
    About,
    CameAbout,
    Emotion,
    Felt,
    Flow,
    HeldBack,
    Kind,
    Nature,
    Noticed,
    Occasion,
    PublishedKind,
    Response,
    Seemed,
    Shown,
    Side,
    SpokenOf,
)

RATING_MIN, RATING_MAX = -4, 4
FOCUS_BACK_MAX_MIN = 600


def _refuse(is_impossible: bool, found: str, expected: str) -> None:
    if is_impossible:
        raise OutOfRange(found, expected=expected)


def published_kind(shown: Shown | None, flow: Flow | None) -> PublishedKind | None:
    """Which published kind of tears this is, or None when it is none or cannot be known.

    Paused or ended early is extreme, however little was seen; shown 1 is close to tears;
    shown 2 or 3 is open only where the session is known to have gone on.

    >>> published_kind(Shown.MOIST, None)
    <PublishedKind.CLOSE_TO_TEARS: 'close_to_tears'>
    >>> published_kind(Shown.SOBBING, None) is None
    True
    """
    if not shown:
        return None
    if flow in {Flow.PAUSED, Flow.ENDED_EARLY}:
        return PublishedKind.EXTREME
    if shown is Shown.MOIST:
        return PublishedKind.CLOSE_TO_TEARS
    return PublishedKind.OPEN if flow is Flow.WENT_ON else None


@dataclass(frozen=True, slots=True)
class Expression:
    """One person's emotion in a moment, as one voice tells it.

    Refuses, with OutOfRange: an emotion wholly held back that could still be seen; one that
    came as held back and was not held back.
    """

    participant: str
    shown: Shown | None = None
    held_back: HeldBack | None = None
    felt: Felt | None = None
    came_about: CameAbout | None = None
    emotions: frozenset[Emotion] = frozenset()
    kind: Kind = Kind.TEARS

    def __post_init__(self) -> None:
        """Refuse what cannot be."""
        _refuse(not self.participant, "an expression of nobody", "the person whose emotion it was")
        _refuse(
            self.held_back is HeldBack.WHOLLY and bool(self.shown),
            "wholly held back, and yet seen",
            "shown 0 with wholly held back, or partly held back",
        )
        _refuse(
            self.came_about is CameAbout.HELD_BACK and self.held_back is HeldBack.NO,
            "came as held back, and yet not held back",
            "partly or wholly held back, or another way it came",
        )


@dataclass(frozen=True, slots=True)
class Voice:
    """One side's account of a moment: what it saw, felt and thinks.

    `speaker` is the participant who speaks (None for an observer from outside). What was felt
    may be told by the speaker alone. `rating` runs from -4 (it hindered) over 0 to 4 (it helped).
    `first` is the participant whose emotion came first. `is_told_aloud` marks a client's voice
    that was written down by somebody else.
    """

    side: Side
    occasion: Occasion = Occasion.LATER
    expressions: tuple[Expression, ...] = ()
    first: str | None = None
    about: frozenset[About] = frozenset()
    flow: Flow | None = None
    noticed: Noticed | None = None
    spoken_of: SpokenOf | None = None
    focus_back_min: int | None = None
    response: frozenset[Response] = frozenset()
    seemed: frozenset[Seemed] = frozenset()
    rating: int | None = None
    speaker: str | None = None
    is_told_aloud: bool = False

    def __post_init__(self) -> None:
        """Refuse what cannot be, or what this side cannot know."""
        self._check_people()
        self._check_side()
        _refuse(
            self.rating is not None and not RATING_MIN <= self.rating <= RATING_MAX,
            "a rating outside its line",
            f"{RATING_MIN} to {RATING_MAX}",
        )
        _refuse(
            self.focus_back_min is not None and not 0 <= self.focus_back_min <= FOCUS_BACK_MAX_MIN,
            "minutes outside a session",
            f"0 to {FOCUS_BACK_MAX_MIN} minutes",
        )

    def _check_people(self) -> None:
        people = [expression.participant for expression in self.expressions]
        pairs = [(expression.participant, expression.kind) for expression in self.expressions]
        _refuse(
            len(set(pairs)) < len(pairs),
            "the same kind of expression twice for one person",
            "one of each kind for each person",
        )
        _refuse(
            self.first is not None and self.first not in people,
            "the one who began is not in this moment",
            "one of those whose emotion it was",
        )

    def _check_side(self) -> None:
        is_felt_by_another = any(
            expression.felt is not None
            and (
                self.side is Side.OBSERVER
                or (self.speaker is not None and expression.participant != self.speaker)
            )
            for expression in self.expressions
        )
        _refuse(is_felt_by_another, "what another person felt", "what the speaker felt")
        _refuse(
            self.side is Side.THERAPIST and bool(self.seemed),
            "how the therapist seemed, told by the therapist",
            "the client's or an observer's voice",
        )
        _refuse(
            self.is_told_aloud and self.side is not Side.CLIENT,
            "told aloud, but not by the client",
            "told aloud only for a client's voice",
        )

    def shown_by(self, participant: str | None = None, *, kind: Kind = Kind.TEARS) -> Shown | None:
        """The most that was seen of one person (of anyone, without a person); None if not told."""
        seen = [
            expression.shown
            for expression in self.expressions
            if expression.kind is kind
            and expression.shown is not None
            and participant in {None, expression.participant}
        ]
        return max(seen, default=None)

    def published_kind(self, participant: str | None = None) -> PublishedKind | None:
        """The published kind of tears in this voice's account; None if none or not known."""
        return published_kind(self.shown_by(participant), self.flow)


@dataclass(frozen=True, slots=True)
class Moment:
    """A span of a session in which somebody's emotion showed, was held back, or was missed.

    Voices may disagree, and stay apart. Only the voice that began the moment is held to its
    `nature`: others may have seen what that one did not.
    """

    nature: Nature
    voices: tuple[Voice, ...]
    begun_by: Side = Side.THERAPIST
    span: Span | None = None

    def __post_init__(self) -> None:
        """Refuse a moment without the voice that began it, a voice twice, or a contradiction."""
        keys = [(voice.side, voice.occasion, voice.speaker) for voice in self.voices]
        _refuse(len(set(keys)) < len(keys), "the same voice twice", "one voice an occasion")
        own = self.voices_of(self.begun_by)
        _refuse(not own, "a moment without the voice that began it", "at least that voice")
        _check_nature(self.nature, own)

    def voices_of(self, side: Side) -> tuple[Voice, ...]:
        """The voices of one side, in the order given."""
        return tuple(voice for voice in self.voices if voice.side is side)

    def published_kind(
        self, side: Side | None = None, participant: str | None = None
    ) -> PublishedKind | None:
        """The published kind as one side tells it (the side that began, unless given).

        Where that side spoke several times, the first voice that settles it counts.
        """
        voices = self.voices_of(side or self.begun_by)
        kinds = (voice.published_kind(participant) for voice in voices)
        return next((kind for kind in kinds if kind), None)


def _check_nature(nature: Nature, voices: Iterable[Voice]) -> None:
    expressions = [expression for voice in voices for expression in voice.expressions]
    is_seen = any(expression.shown for expression in expressions)
    _refuse(
        nature in {Nature.MISSED, Nature.ORDINARY} and is_seen,
        "emotion shown in a moment logged as missed or ordinary",
        "shown 0, or a moment that showed",
    )
    _refuse(
        nature is Nature.HELD_BACK
        and any(expression.held_back is HeldBack.NO for expression in expressions)
        and not any(
            expression.held_back in {HeldBack.PARTLY, HeldBack.WHOLLY} for expression in expressions
        ),
        "a moment logged as held back in which nobody held back",
        "partly or wholly held back, or another nature",
    )
