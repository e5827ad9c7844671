"""The facts of a weighing: what the record says, and where she sees it otherwise."""

from __future__ import annotations

from lacrima.evidence.conditions import Facts
from lacrima.practice.moment_facts import facts_ahead, facts_of
from lacrima.practice.weighing_thinking import Thinking, with_lists_as_sets
from lacrima.records.models import Moment, Weighing, WeighingTime


def moment_of(weighing: Weighing) -> Moment | None:
    """The moment it is about, with all its voices; None where it is about a session to come."""
    if weighing.moment_id is None:
        return None
    told = "voices__expressions__participant"
    rows = Moment.objects.filter(pk=weighing.moment_id).select_related("session__episode")
    return rows.prefetch_related(f"{told}__client", f"{told}__member", "voices__participant").get()


def known_facts(weighing: Weighing, moment: Moment | None = None) -> Facts:
    """What the record says now. `moment`, when it is in hand with its voices."""
    moment = moment or moment_of(weighing)
    if weighing.time == WeighingTime.BEFOREHAND or moment is None:
        return facts_ahead(weighing.episode, weighing.session, member_id=weighing.member_id)
    return facts_of(moment)


def facts_as_seen(known: Facts, thinking: Thinking) -> Facts:
    """The same, with what she sees otherwise in its place."""
    return with_lists_as_sets(thinking.facts, known)
