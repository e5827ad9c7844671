"""How good her guesses are: what she thought the client noticed or bore, and what the client said.

Counted, never scored. What the client said first counts: later voices answer what came between.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Q, QuerySet

from lacrima.practice.words import Noticed, Side
from lacrima.records.access import visible
from lacrima.records.models import Member, Voice

FEWEST_PAIRS = 5
_ASKED = ("noticed", "burdened")


@dataclass(frozen=True)
class Guesses:
    """One question: of `pairs` times that both said something, how the two lie to each other.

    `same` counts two equal answers. `missed`: the client said yes where she had not thought so.
    `feared`: she thought yes where the client did not say so. The rest was unsure against no.
    """

    asked: str
    pairs: int
    same: int
    missed: int
    feared: int

    @property
    def is_too_few(self) -> bool:
        """Whether nothing can be told from them yet."""
        return self.pairs < FEWEST_PAIRS


def guesses(by: Member) -> tuple[Guesses, ...]:
    """Both questions; two queries however many moments there are."""
    own = _saying_something(by).filter(side=Side.THERAPIST, participant__member=by)
    guessed: dict[uuid.UUID, dict[str, str]] = {}
    for moment, *said in own.order_by("-created_at").values_list("moment", *_ASKED):
        guessed[moment] = dict(zip(_ASKED, said, strict=True))
    heard = _saying_something(by).filter(side=Side.CLIENT).order_by("given_at", "created_at")
    first: dict[tuple[uuid.UUID, uuid.UUID | None, str], str] = {}
    for moment, speaker, *said in heard.values_list("moment", "participant", *_ASKED):
        for asked, word in zip(_ASKED, said, strict=True):
            if word and moment in guessed:
                first.setdefault((moment, speaker, asked), word)
    pairs = [(asked, guessed[moment][asked], word) for (moment, _who, asked), word in first.items()]
    return tuple(_counted(asked, pairs) for asked in _ASKED)


def _saying_something(by: Member) -> QuerySet[Voice]:
    """The voices she may see that say anything of the two questions."""
    return visible(by, Voice).filter(~Q(noticed="") | ~Q(burdened=""))


def _counted(asked: str, pairs: Iterable[tuple[str, str, str]]) -> Guesses:
    told = [(guess, said) for name, guess, said in pairs if name == asked and guess]
    yes = Noticed.YES.value
    return Guesses(
        asked=asked,
        pairs=len(told),
        same=sum(guess == said for guess, said in told),
        missed=sum(said == yes and guess != yes for guess, said in told),
        feared=sum(guess == yes and said != yes for guess, said in told),
    )
