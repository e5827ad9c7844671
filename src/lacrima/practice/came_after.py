"""What came after, of this person's caseload or one client: as it stood at the last set look.

Worked out in memory and kept there until something changes or the practice is locked: the numbers
are of her clients, and nothing of them is written anywhere.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, TypeVar

from lacrima.analyses.after_check import Check
from lacrima.analyses.after_checks import all_checks
from lacrima.analyses.after_json import answer_as_json
from lacrima.analyses.after_model import Exposure
from lacrima.analyses.after_outcomes import Outcome, outcome_of
from lacrima.analyses.after_states import State, last_look, next_look
from lacrima.analyses.after_table import Yardstick, table_of_rows
from lacrima.analyses.panel_facts import Measured
from lacrima.analyses.panel_rows import PanelRow
from lacrima.analyses.what_came_after import (
    Answer,
    Looked,
    OwnAnswer,
    what_came_after,
)
from lacrima.errors import NotFound, UsageError
from lacrima.practice import panel
from lacrima.practice.finding import as_id
from lacrima.practice.panel import Kept
from lacrima.practice.people import the_practice, zone_of
from lacrima.records import clock
from lacrima.records.access import Right, find, require
from lacrima.records.models import AuditHead, Episode, Member, Practice
from lacrima.vault.process import VAULT

MOST_KEPT = 64
Found = TypeVar("Found")
_kept: OrderedDict[tuple[Any, ...], Any] = OrderedDict()


def _forget() -> None:
    _kept.clear()


VAULT.on_lock(_forget)


@dataclass(frozen=True)
class Asked:
    """What is asked: whose moments, by which measure; `is_primary`: declared beforehand."""

    exposure: Exposure
    outcome: Outcome
    is_primary: bool


def practice_of() -> Practice:
    """The practice; NotFound before the first run."""
    there = the_practice()
    if there is None:
        raise NotFound("no practice yet", next_step="Begin with the first page.")
    return there


def looks(practice: Practice) -> Looked:
    """When it was looked at last, and when next: the first days of February, May, August and
    November, on the practice's own clock.
    """
    looked = last_look(clock.now().astimezone(zone_of(practice)).date())
    return Looked(looked, next_look(looked))


def asked(by: Member, exposure: str = "", outcome: str = "") -> Asked | None:
    """The pair that is asked for; None where no measure was filled in that has a norm.

    Raises UsageError for an unknown exposure, or a measure that cannot be an outcome.
    """
    if exposure and exposure not in set(Exposure):
        raise UsageError("an exposure of another name", expected=", ".join(Exposure))
    chosen = Exposure(exposure or Exposure.CLIENT_SHED)
    used = measures(by)
    primary = next(iter(used), None)
    if outcome:
        found = next((one for one in used if one.slug == outcome), outcome_of(outcome))
        if found is None:
            raise UsageError(
                "a measure without a norm of which the spread is known",
                where="outcome",
                expected=", ".join(one.slug for one in used) or "phq-9, gad-7 or core-10",
            )
    else:
        found = primary
    if found is None:
        return None
    is_family = chosen in {Exposure.CLIENT_SHED, Exposure.SHED}
    return Asked(chosen, found, is_family and (primary is None or found.slug == primary.slug))


def measures(by: Member) -> tuple[Outcome, ...]:
    """The measures that can be an outcome in her courses of care, the primary one first."""
    return remembered(("outcomes", by.pk), lambda: panel.outcomes(by))


def kept_of(by: Member) -> Kept:
    """All that was read, as it is now."""
    return remembered(("read", by.pk), lambda: panel.read(by))


def rows(by: Member, outcome: Outcome, *, until: datetime) -> tuple[PanelRow, ...]:
    """The panel of one measure up to a time."""
    key = ("rows", by.pk, outcome.slug, until)
    return remembered(key, lambda: panel.panel(kept_of(by), outcome, until=until))


def answer(by: Member, what: Asked) -> Answer:
    """What the caseload says, at the last set look."""
    practice = practice_of()
    looked = looks(practice)
    key = ("answer", by.pk, what.exposure, what.outcome.slug, what.is_primary, looked.on)

    def work_out() -> Answer:
        until = panel.begin_of(looked.on or date.max, practice)
        table = table_of_rows(rows(by, what.outcome, until=until), what.outcome.yardstick)
        return what_came_after(table, what.exposure, is_primary=what.is_primary, looked=looked)

    return remembered(key, work_out)


def everybody(by: Member, what: Asked) -> tuple[OwnAnswer, ...]:
    """Each client with such a session; nobody where it is too early."""
    found = answer(by, what)
    if found.state is State.TOO_EARLY:
        return ()
    key = ("everybody", by.pk, what.exposure, what.outcome.slug, found.looked.on)
    return remembered(key, found.everybody)


def checks(by: Member, what: Asked) -> tuple[Check, ...]:
    """How far it is to be trusted, each with a number and a sentence."""
    looked = looks(practice_of())
    key = ("checks", by.pk, what.exposure, what.outcome.slug, looked.on)
    return remembered(key, lambda: all_checks(answer(by, what)))


def of_episode(by: Member, found: Answer, episode_id: Any) -> tuple[OwnAnswer, ...]:
    """The same for each client in a course of care. NotFound where it is not hers to see."""
    episode = find(by, Episode, as_id(episode_id))
    seats = [seat for seat in kept_of(by).seats if seat.episode == episode.pk]
    return tuple(found.of_client(seat.person) for seat in seats)


def as_json(
    by: Member, *, exposure: str = "", outcome: str = "", episode: str = ""
) -> tuple[dict[str, Any], str]:
    """For the verb: the keys of `lacrima came-after`, and the same in words."""
    require(by, Right.READ_CARE)
    what = asked(by, exposure, outcome)
    if what is None:
        chosen = Exposure(exposure or Exposure.CLIENT_SHED)
        what = Asked(chosen, _nothing_measured(), is_primary=True)
    found = answer(by, what)
    own = of_episode(by, found, episode)[:1] if episode else ()
    told = checks(by, what)
    result = answer_as_json(found, own[0] if own else None)
    result["checks"] = [one.as_json() for one in told]
    sentence = str(own[0].sentence if own else found.sentence)
    return result, "\n".join([sentence, *(f"  {one.sentence}" for one in told)])


def _nothing_measured() -> Outcome:
    """In a practice without any measure that has a norm: the usual one, of which nothing is."""
    found = outcome_of("phq-9")
    return found or Outcome("", "", Yardstick(""), Measured())


def remembered(key: tuple[Any, ...], make: Callable[[], Found]) -> Found:
    """What was worked out since the last change of the record; else it is worked out now."""
    whole = (*key, _version())
    if whole in _kept:
        _kept.move_to_end(whole)
        found: Found = _kept[whole]
        return found
    made = make()
    _kept[whole] = made
    while len(_kept) > MOST_KEPT:
        _kept.popitem(last=False)
    return made


def _version() -> tuple[Any, ...]:
    """Where the log of changes ends: it goes on with every change of the record."""
    head = AuditHead.objects.filter(pk=1).values_list("segment", "sequence", "line_hash").first()
    return tuple(head or ()), VAULT.generation
