"""Your caseload: everybody who comes to you, one line each, and what became of them by one rule.

Only the caseload of the person who looks; no order but the codes, no comparison of therapists.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from lacrima.practice.caseload_outcomes import Outcome, Tally
from lacrima.practice.caseload_rules import Rule, count_by, looked_at, rows_of
from lacrima.practice.caseload_scores import NO_SCORES, Comer, Ends, comers, ends_of
from lacrima.practice.caseload_words import (
    caveats_of,
    not_judged,
    rule_choices,
    sentence_of,
    share_words,
    uncertainty_of,
)
from lacrima.practice.change_words import Row
from lacrima.practice.measures import Measure, measures_of
from lacrima.practice.pages_parts import number_words, seeing
from lacrima.records.access import visible
from lacrima.records.models import Episode, Member

FIRST_CHOICE = "phq-9"


@dataclass(frozen=True)
class Period:
    """Whose scores are looked at: of those who come now, or whose care ended between two days."""

    has_ended: bool = False
    first_day: date | None = None
    last_day: date | None = None

    def of(self, episodes: QuerySet[Episode]) -> QuerySet[Episode]:
        """The courses of care in this period."""
        if not self.has_ended:
            return episodes.filter(ended_on=None)
        rows = episodes.filter(ended_on__isnull=False)
        if self.first_day:
            rows = rows.filter(ended_on__gte=self.first_day)
        return rows.filter(ended_on__lte=self.last_day) if self.last_day else rows


@dataclass(frozen=True)
class CaseloadLine:
    """One person: the scores in words, and what the rule calls it."""

    episode_id: uuid.UUID
    who: str
    first: str
    latest: str
    count: int
    outcome: str
    is_judged: bool


@dataclass(frozen=True)
class TallyLine:
    """How many of how many, with the share and how far it may lie from that of many."""

    label: str
    meaning: str
    count: int
    of: int
    share: str

    @property
    def count_words(self) -> str:
        """4 of 22."""
        return _("%(count)s of %(of)s") % {"count": self.count, "of": self.of}


@dataclass(frozen=True)
class CaseloadPage:
    """All that the page and its print show. `measure` is None where nothing was measured yet."""

    practice_name: str
    period: Period
    rule: Rule
    rules: tuple[tuple[Rule, str], ...]
    measure: Measure | None
    measures: tuple[Measure, ...]
    lines: tuple[CaseloadLine, ...]
    tallies: tuple[TallyLine, ...]
    sentence: str
    uncertainty: str
    not_judged: tuple[tuple[str, int], ...]
    caveats: tuple[str, ...]
    rule_rows: tuple[Row, ...]

    @property
    def judged(self) -> int:
        """How many people could be judged."""
        return sum(line.is_judged for line in self.lines)


def caseload(
    by: Member, *, measure: str = "", rule: Rule = Rule.RELIABLE, period: Period | None = None
) -> CaseloadPage:
    """The caseload of this person by one measure and one rule.

    A measure that was not used in this period: the usual one in its place.
    """
    eyes, period = seeing(by), period or Period()
    episodes = list(period.of(visible(by, Episode)).order_by().values_list("pk", flat=True))
    measures = measures_of(episodes)
    chosen = _chosen(measures, measure)
    people = comers(episodes, eyes)
    if chosen is None:
        return _empty(eyes.practice.name, period, rule, people)
    named = looked_at(rule, chosen)
    is_own = chosen.is_own and rule is not Rule.NHS
    scores = {slug: ends_of(episodes, slug, is_own=is_own) for slug in named}
    by_person = [
        {slug: found.get(one.seat, NO_SCORES) for slug, found in scores.items()} for one in people
    ]
    counted = count_by(rule, by_person, chosen)
    lines = tuple(
        _line(one, [(name, ends[slug]) for slug, name in named.items()], outcome)
        for one, ends, outcome in zip(people, by_person, counted.outcomes, strict=True)
    )
    return CaseloadPage(
        practice_name=eyes.practice.name,
        period=period,
        rule=rule,
        rules=rule_choices(chosen),
        measure=chosen,
        measures=measures,
        lines=lines,
        tallies=tuple(_tally_line(one) for one in counted.tallies),
        sentence=sentence_of(counted, rule, chosen),
        uncertainty=uncertainty_of(counted),
        not_judged=not_judged(counted.outcomes),
        caveats=caveats_of(counted, has_ended=period.has_ended),
        rule_rows=rows_of(rule, chosen),
    )


def _chosen(measures: Sequence[Measure], key: str) -> Measure | None:
    """The measure asked for, where it was used in this period; else the usual one; else any."""
    by_key = {one.key: one for one in measures}
    usual = by_key.get(FIRST_CHOICE, next(iter(measures), None))
    return by_key.get(key, usual)


def _empty(name: str, period: Period, rule: Rule, people: Sequence[Comer]) -> CaseloadPage:
    nothing = Outcome("none", _("no score yet"), is_judged=False)
    lines = tuple(_line(one, [("", NO_SCORES)], nothing) for one in people)
    rules = rule_choices(None)
    return CaseloadPage(name, period, rule, rules, None, (), lines, (), "", "", (), (), ())


def _line(one: Comer, named: Sequence[tuple[str, Ends]], outcome: Outcome) -> CaseloadLine:
    return CaseloadLine(
        episode_id=one.episode_id,
        who=one.who,
        first=_scores([(name, ends.first) for name, ends in named]),
        latest=_scores([(name, ends.latest) for name, ends in named if ends.count > 1]),
        count=max(ends.count for _name, ends in named),
        outcome=outcome.label,
        is_judged=outcome.is_judged,
    )


def _scores(named: Sequence[tuple[str, Decimal | None]]) -> str:
    """One score, or one a line with its name."""
    return "\n".join(f"{name}{number_words(value)}" for name, value in named if value is not None)


def _tally_line(tally: Tally) -> TallyLine:
    return TallyLine(tally.label, tally.meaning, tally.count, tally.of, share_words(tally))
