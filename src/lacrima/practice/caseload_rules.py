"""The rules by which a caseload can be counted, each with its outcomes in words.

A rule takes the ends of everybody's scores and gives each person one outcome; what cannot be
judged is an outcome too, with its reason. No rule compares therapists.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import Decimal
from enum import StrEnum

from django.utils.translation import gettext as _

from lacrima.practice.caseload_nhs import NHS_NAMES, by_nhs, nhs_rows
from lacrima.practice.caseload_outcomes import Counted, Outcome, Scores, Tally
from lacrima.practice.caseload_scores import NO_SCORES, Ends
from lacrima.practice.change_rules import OUTCOMES, Verdict, Yardstick, judge_all, yardstick_of
from lacrima.practice.change_words import Row, outcome_label, outcome_meaning, rule_rows
from lacrima.practice.measures import Measure
from lacrima.stats.simple_change import percentage_change


class Rule(StrEnum):
    """By what change is judged."""

    RELIABLE = "reliable"
    NHS = "nhs"
    PERCENT_30 = "percent-30"
    PERCENT_50 = "percent-50"


PERCENTS = {Rule.PERCENT_30: 30, Rule.PERCENT_50: 50}


def count_by(rule: Rule, people: Scores, measure: Measure) -> Counted:
    """Judge everybody by one rule. people: for each, the ends of their scores by measure."""
    if rule is Rule.NHS:
        return by_nhs(people)
    ends = [one.get(measure.slug, NO_SCORES) for one in people]
    if rule is Rule.RELIABLE:
        return _by_reliable_change(ends, measure)
    return _by_percent(ends, measure, PERCENTS[rule])


def looked_at(rule: Rule, measure: Measure) -> dict[str, str]:
    """The measures that a rule looks at, and what stands before each score (nothing for one)."""
    return (
        {slug: f"{name} " for slug, name in NHS_NAMES.items()}
        if rule is Rule.NHS
        else {measure.slug: ""}
    )


def rows_of(rule: Rule, measure: Measure) -> tuple[Row, ...]:
    """The rule in full, with its sources."""
    if rule is Rule.NHS:
        return nhs_rows()
    if rule in PERCENTS:
        return _percent_rows(PERCENTS[rule])
    yardstick = _yardstick(measure)
    return rule_rows(measure.slug, yardstick) if yardstick else ()


Pair = tuple[Decimal, Decimal]
Judge = Callable[[Sequence[Pair]], Sequence[Outcome]]


def _judged(ends: Sequence[Ends], judge: Judge) -> tuple[Outcome, ...]:
    """Judge those with two scores at once; say why not for the others."""
    pairs = [one.pair for one in ends]
    found = iter(judge([pair for pair in pairs if pair is not None]))
    return tuple(
        next(found) if pair is not None else _too_early(one)
        for one, pair in zip(ends, pairs, strict=True)
    )


def _too_early(ends: Ends) -> Outcome:
    label = _("one score so far") if ends.count else _("no score yet")
    return Outcome("one" if ends.count else "none", label, is_judged=False)


def _tallies(outcomes: Sequence[Outcome], kinds: Sequence[Outcome]) -> tuple[Tally, ...]:
    of = sum(one.is_judged for one in outcomes)
    keys = [one.key for one in outcomes]
    return tuple(Tally(kind.label, kind.meaning, keys.count(kind.key), of) for kind in kinds)


def _headline(label: str, outcomes: Sequence[Outcome]) -> Tally:
    judged = [one for one in outcomes if one.is_judged]
    better = sum(one.is_better for one in judged)
    return Tally(label, "", better, len(judged))


# --- Jacobson and Truax


def _yardstick(measure: Measure) -> Yardstick | None:
    return None if measure.is_own else yardstick_of(measure.slug)


def _by_reliable_change(ends: Sequence[Ends], measure: Measure) -> Counted:
    yardstick = _yardstick(measure)
    if yardstick is None:
        unknown = Outcome("no_norm", outcome_label(Verdict.NO_NORM), is_judged=False)
        return Counted((unknown,) * len(ends))
    kinds = {verdict: _outcome(verdict) for verdict in OUTCOMES}
    found = _judged(ends, lambda pairs: [kinds[verdict] for verdict in judge_all(pairs, yardstick)])
    headline = _headline(_("Better by more than chance would explain"), found)
    return Counted(found, _tallies(found, list(kinds.values())), headline)


def _outcome(verdict: Verdict) -> Outcome:
    is_better = verdict in {Verdict.RECOVERED, Verdict.IMPROVED}
    return Outcome(
        verdict.value, outcome_label(verdict), outcome_meaning(verdict), is_better=is_better
    )


# --- per cent of the first score


def _by_percent(ends: Sequence[Ends], measure: Measure, percent: int) -> Counted:
    said = {"percent": percent}
    kinds = (
        Outcome("better", _("Better by %(percent)s %% or more") % said, is_better=True),
        Outcome("between", _("In between")),
        Outcome("worse", _("Worse by %(percent)s %% or more") % said),
        Outcome("at_best", _("began at the best score, so no percentage exists"), is_judged=False),
    )

    def judge(pairs: Sequence[Pair]) -> list[Outcome]:
        change = percentage_change(
            [float(first) for first, _latest in pairs],
            [float(latest) for _first, latest in pairs],
            percent=float(percent),
            best=float(measure.best),
            higher_is_better=measure.higher_is_better,
        )
        at_best = [first == measure.best for first, _latest in pairs]
        flags = zip(at_best, change.is_improved.tolist(), change.is_worse.tolist(), strict=True)
        return [_percent_outcome(kinds, *three) for three in flags]

    found = _judged(ends, judge)
    return Counted(found, _tallies(found, kinds[:3]), _headline(kinds[0].label, found))


def _percent_outcome(
    kinds: Sequence[Outcome], is_at_best: bool, is_better: bool, is_worse: bool
) -> Outcome:
    better, between, worse, at_best = kinds
    if is_at_best:
        return at_best
    return better if is_better else worse if is_worse else between


def _percent_rows(percent: int) -> tuple[Row, ...]:
    words = _(
        "the first score of each course of care with the latest; %(percent)s %% of what lay "
        "between the first score and the best one of the scale"
    )
    return (
        (_("Compared"), words % {"percent": percent}),
        (
            _("What it does not say"),
            _("nothing about chance: from 4 to 2 on a scale of 27 is half as well"),
        ),
        (_("Source"), "Obermeier et al. 2011, 10.1186/1471-244X-11-113"),
    )
