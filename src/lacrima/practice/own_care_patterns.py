"""What comes up in My care, in plain words: only when there are enough, else too early to tell.

Counts of what she herself noted. No mean, no verdict, no advice.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext

from lacrima.practice.own_care import Kept
from lacrima.practice.own_care_entries import Entry, OfOneself, Own, State, When
from lacrima.practice.own_care_tears import OwnMoment

LAST = 5  # of the latest moments; and the fewest that anything is said of
FULL_FROM = 7  # of 10


@dataclass(frozen=True)
class Pattern:
    """One thing in a sentence; `is_early` where there are too few to say it."""

    sentence: str
    is_early: bool = False


def patterns(own: Sequence[Kept], moments: Sequence[OwnMoment]) -> tuple[Pattern, ...]:
    """What came up lately. `moments` are those of her own tears, the latest first."""
    return (*_of_oneself(own, moments), *_held_back(moments), *_fuller_after(own))


def _of_oneself(own: Sequence[Kept], moments: Sequence[OwnMoment]) -> Iterator[Pattern]:
    latest = _occasions(own, moments)
    if len(latest) < LAST:
        yield _too_few_moments(len(latest))
        return
    counts = {one: sum(one in occasion.of for occasion in latest[:LAST]) for one in OfOneself}
    if not any(counts.values()):
        yield Pattern(
            _("Of your last five moments you noted neither your own life nor being worn out.")
        )
    if counts[OfOneself.OWN_LIFE]:
        yield Pattern(_own_life(counts[OfOneself.OWN_LIFE]))
    if counts[OfOneself.WORN_OUT]:
        yield Pattern(_worn_out(counts[OfOneself.WORN_OUT]))


@dataclass(frozen=True)
class _Occasion:
    """One moment of her own, and what of herself she noted of it."""

    day: date
    of: frozenset[OfOneself]


def _occasions(own: Sequence[Kept], moments: Sequence[OwnMoment]) -> list[_Occasion]:
    """Her own moments of the record, and those that stand here alone; the latest first."""
    left = {one.id: one.entry for one in own if isinstance(one.entry.content, Own)}
    found = []
    for moment in moments:
        of_it = {key: entry for key, entry in left.items() if _is_of(entry, moment)}
        found.append(_occasion(moment.day, of_it.values()))
        left = {key: entry for key, entry in left.items() if key not in of_it}
    alone: dict[uuid.UUID, list[Entry]] = {}
    for key, entry in left.items():
        alone.setdefault(entry.moment or entry.session or key, []).append(entry)
    found += [_occasion(several[0].day, several) for several in alone.values()]
    return sorted(found, key=lambda one: one.day, reverse=True)


def _is_of(entry: Entry, moment: OwnMoment) -> bool:
    """Is it about this moment, or about its session as a whole?"""
    if entry.moment is not None:
        return entry.moment == moment.moment
    return entry.session == moment.session


def _occasion(day: date, noted: Iterable[Entry]) -> _Occasion:
    contents = (entry.content for entry in noted)
    told = [content.of for content in contents if isinstance(content, Own)]
    return _Occasion(day, frozenset[OfOneself]().union(*told))


def _too_few_moments(n: int) -> Pattern:
    told = ngettext(
        "Too early to tell what comes up: there is %(n)s moment of your own so far. "
        "From five on it stands here.",
        "Too early to tell what comes up: there are %(n)s moments of your own so far. "
        "From five on it stands here.",
        n,
    )
    return Pattern(told % {"n": few(n) if n else pgettext("a number", "no")}, is_early=True)


_FEW = (
    gettext_lazy("none"),
    gettext_lazy("one"),
    gettext_lazy("two"),
    gettext_lazy("three"),
    gettext_lazy("four"),
    gettext_lazy("five"),
    gettext_lazy("six"),
    gettext_lazy("seven"),
    gettext_lazy("eight"),
    gettext_lazy("nine"),
    gettext_lazy("ten"),
)


def few(n: int) -> str:
    """A small number as a word, a large one in digits."""
    return str(_FEW[n]) if n < len(_FEW) else str(n)


def _own_life(n: int) -> str:
    return _("Your own life came up in %(n)s of your last five moments.") % {"n": few(n)}


def _worn_out(n: int) -> str:
    return _("You were worn out in %(n)s of your last five moments.") % {"n": few(n)}


def _held_back(moments: Sequence[OwnMoment]) -> Iterator[Pattern]:
    latest = moments[:LAST]
    held = sum(one.is_held_back for one in latest)
    if len(latest) == LAST and held:
        yield Pattern(
            _("Of your last five moments with tears, you held some back in %(n)s.")
            % {"n": few(held)}
        )


def _fuller_after(own: Sequence[Kept]) -> Iterator[Pattern]:
    pairs = _pairs(own)
    if len(pairs) < LAST:
        yield Pattern(
            _(
                "Too early to tell how sessions leave you: for that it takes five sessions "
                "before and after which you said how full you were. So far: %(n)s."
            )
            % {"n": few(len(pairs))},
            is_early=True,
        )
        return
    fuller = sum(after > before for before, after in pairs)
    lighter = sum(after < before for before, after in pairs)
    told = _("You said how full you were before and after %(n)s sessions.") % {"n": few(len(pairs))}
    said = {"fuller": few(fuller), "lighter": few(lighter)}
    left = _("%(fuller)s left you fuller, %(lighter)s with more room.") % said
    yield Pattern(f"{told} {left[:1].upper()}{left[1:]}")
    full = sum(before >= FULL_FROM for before, _after in pairs)
    if full:
        words = {"n": few(full), "step": FULL_FROM}
        yield Pattern(_("Before %(n)s of them you were at %(step)d or more already.") % words)


def _pairs(own: Sequence[Kept]) -> list[tuple[int, int]]:
    """How full she was before and after the same session; the latest tap of each counts."""
    said: dict[uuid.UUID, dict[When, int]] = {}
    for kept in own:
        content = kept.entry.content
        if isinstance(content, State) and kept.entry.session:
            said.setdefault(kept.entry.session, {}).setdefault(content.when, content.full)
    return [
        (one[When.BEFORE], one[When.AFTER])
        for one in said.values()
        if {When.BEFORE, When.AFTER} <= one.keys()
    ]
