"""What comes up in My care, in plain words: only when there are enough, else too early to tell.

Counts of what she herself noted. No mean, no verdict, no advice.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

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
        "Too early to tell what comes up: there is %(n)d moment of your own so far. "
        "From five on it stands here.",
        "Too early to tell what comes up: there are %(n)d moments of your own so far. "
        "From five on it stands here.",
        n,
    )
    return Pattern(told % {"n": n}, is_early=True)


def _own_life(n: int) -> str:
    told = ngettext(
        "Your own life came up in %(n)d of your last five moments.",
        "Your own life came up in %(n)d of your last five moments.",
        n,
    )
    return told % {"n": n}


def _worn_out(n: int) -> str:
    told = ngettext(
        "You were worn out in %(n)d of your last five moments.",
        "You were worn out in %(n)d of your last five moments.",
        n,
    )
    return told % {"n": n}


def _held_back(moments: Sequence[OwnMoment]) -> Iterator[Pattern]:
    latest = moments[:LAST]
    held = sum(one.is_held_back for one in latest)
    if len(latest) == LAST and held:
        yield Pattern(
            _("Of your last five moments with tears, you held some back in %(n)d.") % {"n": held}
        )


def _fuller_after(own: Sequence[Kept]) -> Iterator[Pattern]:
    pairs = _pairs(own)
    if len(pairs) < LAST:
        yield Pattern(
            _(
                "Too early to tell how sessions leave you: for that it takes five sessions "
                "before and after which you said how full you were. So far: %(n)d."
            )
            % {"n": len(pairs)},
            is_early=True,
        )
        return
    fuller = sum(after > before for before, after in pairs)
    lighter = sum(after < before for before, after in pairs)
    yield Pattern(
        _(
            "Of %(n)d sessions with both, you were fuller after %(fuller)d than before, "
            "and had more room after %(lighter)d."
        )
        % {"n": len(pairs), "fuller": fuller, "lighter": lighter}
    )
    full = sum(before >= FULL_FROM for before, _after in pairs)
    if full:
        yield Pattern(
            _("Before %(full)d of these %(n)d you were at %(step)d or more already.")
            % {"full": full, "n": len(pairs), "step": FULL_FROM}
        )


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
