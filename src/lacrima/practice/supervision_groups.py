"""Groups of supervision: some people of this practice to whom something is shown together.

A group only chooses: whoever is in it when something is shown reads that, and goes on reading it.
Who joins later does not see what was shown before, and who leaves the group is shown nothing new.
"""

from __future__ import annotations

from collections.abc import Iterable

from lacrima.errors import BadInput, NotFound
from lacrima.practice.changing import make, put, take
from lacrima.practice.people import members
from lacrima.practice.removing import remove
from lacrima.records import audit
from lacrima.records.access import Right, may, require
from lacrima.records.models import Member, SupervisionGroup


def people_to_choose(by: Member) -> list[Member]:
    """Who can be in a group: everybody here who may read what is shown; herself first."""
    here = [one for one in members() if may(one, Right.WRITE_PRIVATELY)]
    return sorted(here, key=lambda one: (one.pk != by.pk, one.name))


def add_group(*, by: Member, name: str, people: Iterable[Member]) -> SupervisionGroup:
    """A new group. Whoever makes it may be in it or not."""
    with audit.change(by=by, action="supervision_group.added") as line:
        require(by, Right.WRITE_PRIVATELY)
        chosen = _checked(people)
        row = make(SupervisionGroup, name=name, made_by=by)
        row.people.set(chosen)
        line.about(row, people=len(chosen))
        return row


def change_group(
    group: SupervisionGroup,
    *,
    by: Member,
    expected_version: int,
    name: str,
    people: Iterable[Member],
) -> SupervisionGroup:
    """Another name, other people. What was shown before stays with those who read it then."""
    with audit.change(by=by, action="supervision_group.changed") as line:
        there = _take_own(group, by, expected_version)
        chosen = _checked(people)
        fields = put(there, name=name)
        there.people.set(chosen)
        line.about(there, fields=fields, people=len(chosen))
        return there


def delete_group(group: SupervisionGroup, *, by: Member) -> None:
    """Let the group go. What was shown to it stays with those who read it."""
    with audit.change(by=by, action="supervision_group.deleted") as line:
        there = _take_own(group, by)
        line.about(there)
        remove(there)


def _take_own(
    group: SupervisionGroup, by: Member, expected_version: int | None = None
) -> SupervisionGroup:
    there = take(by, group, expected_version)
    if there.made_by_id != by.pk:
        raise NotFound("there is nothing here for you", next_step="Go back to Supervision.")
    return there


def _checked(people: Iterable[Member]) -> list[Member]:
    chosen = {one.pk: one for one in people}
    allowed = {one.pk for one in members() if may(one, Right.WRITE_PRIVATELY)}
    if len(chosen) < 2 or set(chosen) - allowed:
        raise BadInput("a group of nobody or of one", where="people", expected="two people or more")
    return list(chosen.values())
