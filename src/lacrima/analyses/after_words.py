"""What an answer says, in sentences that stand by themselves: a template, and what fills it.

English here; pages say the same templates in the reader's language (`Said.words`). "Associated",
"after", "comparable": never that something caused something.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from lacrima.analyses.after_states import ENOUGH_SESSIONS, MOST_AT_AN_END, State
from lacrima.stats.numbers import Numbers

NOT_THE_CAUSE = "This cannot show that the tears did it."


def gettext_noop(words: str) -> str:
    """Marks words for translators; pages translate them."""
    return words


@dataclass(frozen=True, slots=True)
class Number:
    """A number in a sentence: with so many decimals."""

    value: float
    digits: int = 2

    def __str__(self) -> str:
        """As it is written in English; never a negative nought."""
        return f"{round(self.value, self.digits) + 0.0:.{self.digits}f}"


Filling = str | int | Number


@dataclass(frozen=True, slots=True)
class Said:
    """One sentence or several: a template in English, and what stands in its places."""

    template: str
    filling: Mapping[str, Filling | Said] = field(default_factory=dict)

    def words(
        self,
        translate: Callable[[str], str] = str,
        number: Callable[[Number], str] = str,
    ) -> str:
        """The sentence; translate: the template into another language; number: as written there.

        >>> Said("%(n)s of %(of)s", {"n": 2, "of": Number(3.14159)}).words()
        '2 of 3.14'
        """
        filled = {
            name: one.words(translate, number)
            if isinstance(one, Said)
            else number(one)
            if isinstance(one, Number)
            else str(one)
            for name, one in self.filling.items()
        }
        return translate(self.template) % filled if filled else translate(self.template)

    def __str__(self) -> str:
        """In English."""
        return self.words()


SUBJECTS = {
    "csh": gettext_noop("Your clients’ tears"),
    "shed": gettext_noop("Your own tears"),
    "near": gettext_noop("Moments in which you were close to tears"),
    "held": gettext_noop("Tears that you held back"),
}
AFTER = {
    "csh": gettext_noop("After sessions in which your clients’ tears fell"),
    "shed": gettext_noop("After sessions in which your tears fell"),
    "near": gettext_noop("After sessions in which you were close to tears"),
    "held": gettext_noop("After sessions in which you held back tears"),
}
_TOO_EARLY = gettext_noop(
    "%(subject)s: too early to tell (sessions so far: %(sessions)s; clients: %(clients)s)."
)
_NO_ROOM = gettext_noop(
    "%(subject)s: this measure cannot tell, since %(percent)s %% of the scores lie at an end of "
    "the scale and can move no further."
)
_ALWAYS = gettext_noop(
    "%(subject)s: there is nothing to compare with, since there was such a moment in every session "
    "that has a score before and after it (%(sessions)s)."
)
_ALL_ALIKE = gettext_noop(
    "%(subject)s: this measure cannot tell, since the next score was the same every time."
)
_NO_DIRECTION = gettext_noop(
    "%(subject)s: no direction yet. %(after)s, the next score was on average anything from "
    "%(one)s to %(other)s than after comparable sessions."
)
_NOT_NAMED = gettext_noop(
    "%(subject)s: no direction is named yet, since this rests on few sessions (%(sessions)s, with "
    "%(clients)s clients). %(after)s, the next score was on average anything from %(one)s to "
    "%(other)s than after comparable sessions."
)
_LITTLE = gettext_noop(
    "%(subject)s: little difference on average. %(after)s, the next score was on average anything "
    "from %(one)s to %(other)s than after comparable sessions."
)
_LEANS = gettext_noop(
    "%(subject)s: leans towards %(side)s, and this is not settled (where nothing differs, about "
    "one practice in fifty leans like this within a year). %(after)s, the next score was on "
    "average %(size)s than after comparable sessions (90 %%: %(one)s to %(other)s). If the "
    "comparison is fair, %(fair)s in 100 that it goes this way; allowing for what we cannot see, "
    "%(biased)s in 100. This cannot show that the tears did it."
)
_CLEAR = gettext_noop(
    "%(subject)s: a fairly clear difference, and no proof of a cause. %(after)s, the next score "
    "was on average %(size)s than after comparable sessions (90 %%: %(one)s to %(other)s). If the "
    "comparison is fair, %(fair)s in 100 that it goes this way; allowing for what we cannot see, "
    "%(biased)s in 100. This cannot show that the tears did it."
)
EXPLORATORY_SAID = gettext_noop("Exploratory, one of several looks: %(rest)s")
_WORSE = gettext_noop("%(size)s SD worse")
_BETTER = gettext_noop("%(size)s SD better")
_SAME = gettext_noop("no different")
SIDES = {True: gettext_noop("better"), False: gettext_noop("worse")}
_ONE_LEANS = gettext_noop(
    "With this client: leans towards %(side)s, and this is not settled: anything from %(one)s to "
    "%(other)s than after comparable sessions (90 %%). This cannot show that the tears did it."
)
_ONE_DESCRIBED = gettext_noop(
    "With this client: no direction can be named (such sessions with a score before and after: "
    "%(sessions)s). Together with what is known of all your clients, the next score lies anywhere "
    "from %(one)s to %(other)s than after comparable sessions (90 %%)."
)
_ONE_NONE = gettext_noop(
    "With this client there is nothing to compare yet: no such session with a score before and "
    "after it, as of this look."
)


def size(value: float) -> Said:
    """0.40 SD worse; no different."""
    if round(value, 2) == 0:
        return Said(_SAME)
    template = _BETTER if round(value, 2) >= 0 else _WORSE
    return Said(template, {"size": Number(abs(value))})


@dataclass(frozen=True, slots=True)
class Early:
    """Why nothing but counts may be said: sessions with such a moment and a score before and
    after, with how many clients; others: sessions without it; at_an_end: the share of scores at
    one end of the scale; is_alike: every next score is the same.
    """

    sessions: int
    clients: int
    others: int
    at_an_end: float = 0.0
    is_alike: bool = False


def early_sentence(subject: Said, early: Early) -> Said:
    """That it is too early, or why it will not do, however many sessions there are."""
    if early.at_an_end > MOST_AT_AN_END:
        return Said(_NO_ROOM, {"subject": subject, "percent": round(100 * early.at_an_end)})
    if early.sessions and not early.others:
        return Said(_ALWAYS, {"subject": subject, "sessions": early.sessions})
    if early.sessions >= ENOUGH_SESSIONS and early.is_alike:
        return Said(_ALL_ALIKE, {"subject": subject})
    counts = {"sessions": early.sessions, "clients": early.clients}
    return Said(_TOO_EARLY, {"subject": subject, **counts})


def caseload_sentence(
    column: str,
    state: State,
    early: Early,
    *,
    interval: tuple[float, float, float] | None,
    p_fair: float | None,
    p_biased: float | None,
    is_primary: bool = True,
) -> Said:
    """What is said of a caseload, by its state; the first words say the state."""
    subject = Said(SUBJECTS[column])
    if state is State.TOO_EARLY or interval is None:
        return early_sentence(subject, early)
    low, middle, high = interval
    filling: dict[str, Filling | Said] = {
        "subject": subject,
        "after": Said(AFTER[column]),
        "one": size(low),
        "other": size(high),
        "size": size(middle),
        "side": Said(SIDES[middle >= 0]),
        "fair": in_hundred(p_fair),
        "biased": in_hundred(p_biased),
        "sessions": early.sessions,
        "clients": early.clients,
    }
    is_apart = state is State.NO_DIRECTION and low * high > 0
    said = Said(_NOT_NAMED if is_apart else _TEMPLATES[state], filling)
    is_new = state.has_direction and not is_primary
    return Said(EXPLORATORY_SAID, {"rest": said}) if is_new else said


_TEMPLATES = {
    State.NO_DIRECTION: _NO_DIRECTION,
    State.LITTLE_DIFFERENCE: _LITTLE,
    State.LEANS: _LEANS,
    State.FAIRLY_CLEAR: _CLEAR,
}


def one_sentence(state: State, *, sessions: int, interval: tuple[float, float, float]) -> Said:
    """What is said of one client."""
    low, middle, high = interval
    filling: dict[str, Filling | Said] = {
        "one": size(low),
        "other": size(high),
        "side": Said(SIDES[middle >= 0]),
        "sessions": sessions,
    }
    if not sessions:
        return Said(_ONE_NONE)
    return Said(_ONE_LEANS if state is State.LEANS else _ONE_DESCRIBED, filling)


def in_hundred(share: float | None) -> int:
    """Whole in a hundred, never 0 and never 100: nothing here is certain."""
    return 0 if share is None else min(99, max(1, round(100 * share)))


def numbers_said(values: Numbers) -> list[str]:
    """Numbers as they stand in a table."""
    return [str(Number(float(value))) for value in values]
