"""A caseload in words: counts with their uncertainty, and what they cannot show."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from lacrima.practice.caseload_outcomes import Counted, Outcome, Tally
from lacrima.practice.caseload_rules import PERCENTS, Rule
from lacrima.practice.measures import Measure
from lacrima.stats.shares import Share, share_of

FEW = 30


def share_words(tally: Tally) -> str:
    """41 % (23 to 61 %): empty where there is nobody to be a share of."""
    if tally.of == 0:
        return ""
    return _("%(share)s %% (%(low)s to %(high)s %%)") % _percents(share_of(tally.count, tally.of))


def _percents(found: Share) -> dict[str, str]:
    named = {"share": found.share, "low": found.low, "high": found.high}
    return {name: f"{100 * value:.0f}" for name, value in named.items()}


def sentence_of(counted: Counted, rule: Rule, measure: Measure) -> str:
    """Everybody in one or two sentences."""
    everybody = len(counted.outcomes)
    said = {"judged": counted.judged, "all": everybody, "name": _rule_name(rule, measure)}
    if not everybody:
        return _("Nobody is in this period.")
    if not counted.tallies:
        return (
            _("No norm for change is known of the %(name)s, so change cannot be judged by it.")
            % said
        )
    if not counted.judged:
        return _("%(name)s: too early to tell for anybody. It takes two scores.") % said
    words = ngettext(
        "%(name)s: of one person, %(judged)s can be judged.",
        "%(name)s: of %(all)s people, %(judged)s can be judged.",
        everybody,
    )
    return " ".join([words % said, *(_count(one, counted) for one in counted.tallies)])


def _count(tally: Tally, counted: Counted) -> str:
    said = {"label": tally.label, "count": tally.count, "of": tally.of}
    if counted.is_exclusive:
        return _("%(label)s: %(count)s.") % said
    return _("%(label)s: %(count)s of %(of)s.") % said


def _rule_name(rule: Rule, measure: Measure) -> str:
    return _("NHS rule") if rule is Rule.NHS else measure.name


def uncertainty_of(counted: Counted) -> str:
    """The leading share, and where the share among many people like these may well lie."""
    headline = counted.headline
    if headline is None or not headline.of:
        return ""
    said = {"label": headline.label, "count": headline.count, "of": headline.of}
    words = _(
        "%(label)s: %(count)s of %(of)s. Among many people like these, the share could well be "
        "anywhere from %(low)s to %(high)s %% (95 %% interval of Wilson)."
    )
    return words % {**said, **_percents(share_of(headline.count, headline.of))}


def not_judged(outcomes: Sequence[Outcome]) -> tuple[tuple[str, int], ...]:
    """Why some cannot be judged, and how many."""
    return tuple(Counter(one.label for one in outcomes if not one.is_judged).items())


def caveats_of(counted: Counted, *, has_ended: bool) -> tuple[str, ...]:
    """What such counts cannot show; always said beside them."""
    early = _(
        "Their therapy goes on: the latest score is not the last. Who has one score only cannot "
        "be counted, and may be doing otherwise."
    )
    left = _("Who left before a second score cannot be counted, and may have been doing otherwise.")
    alone = _(
        "There is no group to compare with. Many come when they feel worst and feel better with "
        "time; on some waiting lists scores change as much. These numbers cannot show that the "
        "therapy did it, and they say nothing about how good a therapist is."
    )
    return (*_few(counted.judged), left if has_ended else early, alone)


def _few(judged: int) -> tuple[str, ...]:
    if not 0 < judged < FEW:
        return ()
    words = ngettext(
        "This is one person: a share says nothing.",
        "These are %(count)s people: one more or less moves a share by about %(points)s points.",
        judged,
    )
    return (words % {"count": judged, "points": round(100 / judged)},)


def rule_choices(measure: Measure | None) -> tuple[tuple[Rule, str], ...]:
    """The rules to choose from, in words."""
    name = measure.name if measure else _("questionnaire")
    percents = [
        (rule, _("%(percent)s %% better or worse") % {"percent": percent})
        for rule, percent in PERCENTS.items()
    ]
    return (
        (Rule.RELIABLE, _("Reliable change, by the norm of the %(name)s") % {"name": name}),
        *percents,
        (Rule.NHS, _("NHS Talking Therapies: PHQ-9 and GAD-7")),
    )
