"""When an argument is relevant: conditions held as data, and the facts of a moment they look at.

The rule is one sentence: an argument is shown when all conditions of at least one of its tables
hold, and the sentence beside it says which. A fact that nobody recorded never fulfils anything.
Nothing is weighed, counted or ranked here: more conditions only means closer to the moment.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Protocol, TypeVar

from lacrima.errors import BadEvidence
from lacrima.evidence.spoken import said

AT_LEAST, AT_MOST = "_at_least", "_at_most"
ALWAYS = "it is worth asking of every such moment"


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What is known of one moment, or of a session to come. None or empty: nobody said.

    The words are those of the record (`moments/words.py`); `prior_alliance` and `phase` are
    formed by whoever asks, by a rule of his own that he shows.
    """

    who: str | None = None
    therapist_shown: int | None = None
    client_shown: int | None = None
    is_paused: bool | None = None
    held_back: str | None = None
    came_about: str | None = None
    about: frozenset[str] = frozenset()
    is_own_life: bool | None = None
    is_exhausted: bool | None = None
    prior_alliance: str | None = None
    phase: str | None = None
    own_tears_lately: int | None = None
    noticed_guess: str | None = None
    client_noticed: str | None = None
    spoken_of: str | None = None
    client_felt: str | None = None
    is_client_worried: bool | None = None
    seemed: frozenset[str] = frozenset()
    is_kept_in_mind: bool | None = None
    modality: str | None = None
    is_minor: bool | None = None
    is_trauma_known: bool | None = None
    is_asked_to_stop: bool | None = None
    is_ahead: bool | None = None

    def __post_init__(self) -> None:
        """Refuse words that no condition knows."""
        for name, phrases in VOCABULARY.items():
            for value in values_of(self, name):
                if value not in phrases and not isinstance(phrases, Counted):
                    raise BadEvidence(
                        "a fact with an unknown word", where=name, expected=_words(phrases)
                    )


class Counted(dict[object, str]):
    """Phrases for numbers: `{n}` stands for the number; single numbers may have their own."""

    def __missing__(self, number: object) -> str:
        """The phrase for a number without one of its own."""
        return said(self["n"]).format(n=number)


_ABOUT: dict[object, str] = {
    "grief": "it was about grief",
    "trauma_or_abuse": "it was about trauma or abuse",
    "goodbye": "it was a goodbye",
    "illness_or_dying": "it was about illness or dying",
    "joy_or_breakthrough": "it was about joy or a breakthrough",
    "relationship": "it was about the two of you",
    "other": "it was about something else",
}
_SEEMED = ("steady", "warm", "near", "anxious", "distant", "bored", "angry")


class Levels(Counted):
    """Phrases for numbers that end with the last one named: nothing to sobbing."""


VOCABULARY: Mapping[str, dict[object, str]] = {
    "who": {
        "therapist": "the tears were yours",
        "client": "the tears were the client's",
        "both": "you both were in tears",
    },
    "therapist_shown": Levels({
        "n": "{n} was noted as how much you showed",
        0: "nothing showed on your side",
        1: "your eyes were moist or your voice broke",
        2: "your tears fell",
        3: "you sobbed",
    }),
    "client_shown": Levels({
        "n": "{n} was noted as how much the client showed",
        0: "nothing showed on the client's side",
        1: "the client's eyes were moist or the voice broke",
        2: "the client's tears fell",
        3: "the client sobbed",
    }),
    "is_paused": {
        True: "the session paused or ended early",
        False: "the session went on",
    },
    "held_back": {
        "no": "you held nothing back",
        "partly": "you held something back",
        "wholly": "you held it back",
    },
    "came_about": {
        "unbidden": "it came unbidden",
        "let_it_come": "you let it come",
        "held_back": "you held it back",
    },
    "about": dict(_ABOUT),
    "is_own_life": {True: "your own life came up", False: "your own life did not come up"},
    "is_exhausted": {True: "you were worn out", False: "you were not worn out"},
    "prior_alliance": {
        "weak": "the bond had been weak before",
        "middling": "the bond had been middling before",
        "strong": "the bond had been strong before",
    },
    "phase": {
        "early": "it is early in the therapy",
        "middle": "it is the middle of the therapy",
        "ending": "the therapy is near its end",
    },
    "own_tears_lately": Counted({
        "n": "your tears came {n} times in the last four weeks",
        0: "no other tears of yours in the last four weeks",
        1: "your tears came once in the last four weeks",
    }),
    "noticed_guess": {
        "yes": "you think the client noticed",
        "no": "you think the client did not notice",
        "unsure": "you are not sure that the client noticed",
    },
    "client_noticed": {
        "yes": "the client says that it was noticed",
        "no": "the client says that nothing was noticed",
        "unsure": "the client is not sure",
    },
    "spoken_of": {
        "yes": "it was spoken of",
        "planned": "you plan to speak of it",
        "saw_no_need": "you saw no need to speak of it",
    },
    "client_felt": {
        "better": "the client says that it helped",
        "same": "the client says that it changed nothing",
        "worse": "the client says that it made things worse",
    },
    "is_client_worried": {
        True: "the client was worried about you",
        False: "the client was not worried about you",
    },
    "seemed": {word: f"the client found you {word}" for word in _SEEMED},
    "is_kept_in_mind": {
        True: "there is something that you agreed to keep in mind",
        False: "nothing has been agreed to keep in mind",
    },
    "modality": {
        "room": "you met in a room",
        "video": "you met by video",
        "phone": "you met by phone",
    },
    "is_minor": {True: "the client is a child or a teenager", False: "the client is an adult"},
    "is_trauma_known": {
        True: "trauma or abuse is part of the client's story",
        False: "no trauma or abuse is known",
    },
    "is_asked_to_stop": {
        True: "the client was asked to stop crying",
        False: "nobody asked the client to stop",
    },
    "is_ahead": {
        True: "you are thinking ahead of a session",
        False: "the session is over",
    },
}  # fmt: skip


def _phrase(phrases: Mapping[object, str], value: object) -> str:
    """A named value in words; a number that has none of its own is said already."""
    return said(phrases[value]) if value in phrases else phrases[value]


def values_of(facts: Facts, name: str) -> tuple[object, ...]:
    """What is known of one fact: nothing, one value, or several."""
    held = getattr(facts, name)
    if held is None:
        return ()
    return tuple(sorted(held)) if isinstance(held, frozenset) else (_plain(held),)


def _plain(held: object) -> object:
    """A word or number of an enumeration as the word or number itself."""
    return held.value if isinstance(held, Enum) else held


@dataclass(frozen=True, slots=True)
class Condition:
    """One look at one fact: one of these `values`, or a number in a range."""

    fact: str
    values: tuple[object, ...] = ()
    at_least: int | None = None
    at_most: int | None = None

    def __post_init__(self) -> None:
        """Refuse facts and words that the vocabulary does not know."""
        phrases = VOCABULARY.get(self.fact)
        if phrases is None:
            raise BadEvidence(f"the unknown fact {self.fact!r}", expected=_words(VOCABULARY))
        is_range = self.at_least is not None or self.at_most is not None
        if is_range != isinstance(phrases, Counted) or is_range == bool(self.values):
            raise BadEvidence(
                f"{self.fact!r} asked in the wrong way",
                expected=f"{self.fact}_at_least, or _at_most, with a number"
                if isinstance(phrases, Counted)
                else _words(phrases),
            )
        self._check_words(phrases)

    def _check_words(self, phrases: Mapping[object, str]) -> None:
        for value in self.values:
            is_known = any(value == one and type(value) is type(one) for one in phrases)
            if not is_known:
                raise BadEvidence(f"{value!r} for {self.fact!r}", expected=_words(phrases))

    def met_by(self, facts: Facts) -> tuple[object, ...]:
        """The values of these facts that fulfil it; empty where it does not hold."""
        return tuple(value for value in values_of(facts, self.fact) if self._fits(value))

    def _fits(self, value: object) -> bool:
        return value in self.values if self.values else self._is_in_range(value)

    def _is_in_range(self, value: object) -> bool:
        return isinstance(value, int) and (
            (self.at_least is None or value >= self.at_least)
            and (self.at_most is None or value <= self.at_most)
        )

    def in_general(self) -> str:
        """When it holds, as a clause: every phrase that fits, or a number and more."""
        phrases = VOCABULARY[self.fact]
        if self.at_least is not None and not isinstance(phrases, Levels):
            return said(phrases["n"]).format(n=said("{n} or more").format(n=self.at_least))
        fitting = (said(words) for one, words in phrases.items() if self._fits(one))
        return said(", or ").join(fitting)

    def said(self, facts: Facts) -> str:
        """Why it holds, as a clause."""
        phrases = VOCABULARY[self.fact]
        return said(" and ").join(_phrase(phrases, value) for value in self.met_by(facts))


@dataclass(frozen=True, slots=True)
class When:
    """Conditions that must all hold together; none at all holds always."""

    conditions: tuple[Condition, ...] = ()

    def holds(self, facts: Facts) -> bool:
        """Whether each condition is met."""
        return all(one.met_by(facts) for one in self.conditions)

    def in_general(self) -> str:
        """When it holds, whatever the moment: all clauses, joined by "and"."""
        return said("; and ").join(one.in_general() for one in self.conditions) or said(ALWAYS)

    def because(self, facts: Facts) -> str:
        """The clauses of all conditions, as the end of a sentence that begins "shown because"."""
        return _listed([one.said(facts) for one in self.conditions]) or said(ALWAYS)


class Conditional(Protocol):
    """Anything with tables of conditions."""

    @property
    def when(self) -> tuple[When, ...]:
        """The tables; one that holds is enough."""
        ...


One = TypeVar("One", bound=Conditional)


def matching(arguments: Iterable[One], facts: Facts) -> list[tuple[One, str]]:
    """The arguments that these facts make relevant, each with why; those closest to them first.

    >>> from lacrima.evidence.library import shipped
    >>> facts = Facts(who="therapist", therapist_shown=3, is_paused=True)
    >>> argument, because = matching(shipped().arguments.values(), facts)[0]
    >>> argument.id, because
    ('extreme-tears', 'the tears were yours and the session paused or ended early')
    """
    found = [(one, when) for one in arguments if (when := _closest(one.when, facts)) is not None]
    found.sort(key=lambda pair: -len(pair[1].conditions))  # stable: then the order of the file
    return [(one, when.because(facts)) for one, when in found]


def _closest(tables: tuple[When, ...], facts: Facts) -> When | None:
    """Of the tables that hold, the one with most conditions."""
    held = [when for when in tables if when.holds(facts)]
    return max(held, key=lambda when: len(when.conditions), default=None)


def condition_of(key: str, value: object) -> Condition:
    """A condition as a data file writes it: `who = ["both"]`, `client_shown_at_least = 1`."""
    if key.endswith(AT_LEAST):
        return Condition(key.removesuffix(AT_LEAST), at_least=_number(key, value))
    if key.endswith(AT_MOST):
        return Condition(key.removesuffix(AT_MOST), at_most=_number(key, value))
    values = tuple(value) if isinstance(value, list) else (value,)
    return Condition(key, values)


def _number(key: str, value: object) -> int:
    if type(value) is not int:
        raise BadEvidence(f"{value!r} for {key!r}", expected="a whole number")
    return value


def _listed(clauses: Sequence[str]) -> str:
    if len(clauses) < 2:
        return "".join(clauses)
    return f"{', '.join(clauses[:-1])}{said(' and ')}{clauses[-1]}"


def _words(known: Iterable[object]) -> str:
    return ", ".join(str(one).lower() if isinstance(one, bool) else str(one) for one in known)
