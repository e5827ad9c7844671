"""Whose record is past its time by the practice's own rule; who is held; erasing those ticked.

Nothing is deleted by itself: somebody looks, ticks, types each code, and erases.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from lacrima.errors import BadInput, NotFound, OutOfRange
from lacrima.practice import erasing
from lacrima.practice.changing import put, take
from lacrima.practice.erasing import Erased, Who
from lacrima.practice.notes import today_here
from lacrima.practice.people import display_name
from lacrima.practice.removing import held
from lacrima.practice.retention_rule import By, Rule, rule_of
from lacrima.practice.words import ParticipantRole
from lacrima.records import audit
from lacrima.records.access import Right, require, visible
from lacrima.records.models import (
    Client,
    Episode,
    Member,
    Participant,
    Practice,
    RiskItem,
    Safeguarding,
)

MOST_AT_ONCE = 20
LATEST_YEAR = 2200


class Held(StrEnum):
    """Why a record that is past its time is not erased now."""

    HOLD = "hold"
    RISK = "risk"
    WORRY = "worry"
    CHILD = "child"
    NOT_ALL_YOURS = "not_all_yours"


HELD_WORDS: dict[Held, Promise] = {
    Held.HOLD: _("a hold stands or a request is open, here or for who comes to the same care"),
    Held.RISK: _("an answer that may mean danger was not noted as seen"),
    Held.WORRY: _("a worry about somebody’s safety is open"),
    Held.CHILD: _("came as a child, and no year of birth is kept: note it first"),
    Held.NOT_ALL_YOURS: _("not all of this record is yours to erase"),
}


@dataclass(frozen=True)
class Line:
    """One client whose care is over: since when, until when it is kept, what holds it."""

    client: Client
    who: str
    last_end: date
    due_on: date
    by: By
    has_birth_year: bool
    held: tuple[Held, ...]

    @property
    def held_words(self) -> list[Promise]:
        """The same for people."""
        return [HELD_WORDS[one] for one in self.held]


@dataclass(frozen=True)
class Outlook:
    """By the rule: whose record is past its time, who is held, whose comes next."""

    rule: Rule
    due: tuple[Line, ...]
    held: tuple[Line, ...]
    coming: tuple[Line, ...]
    in_care: int


def outlook(by: Member, *, practice: Practice) -> Outlook:
    """Everybody whose care is over, by the rule of the practice. For who may erase."""
    require(by, Right.ERASE)
    rule, today = rule_of(practice), today_here()
    rows = list(_looked_at(by, today))
    over = [row for row in rows if row.last_end and not row.is_in_care]
    lines = sorted(_lines(over, rule, practice), key=lambda one: (one.due_on, one.client.code))
    past = [one for one in lines if one.due_on <= today]
    return Outlook(
        rule=rule,
        due=tuple(one for one in past if not one.held),
        held=tuple(one for one in past if one.held),
        coming=tuple(one for one in lines if one.due_on > today),
        in_care=len(rows) - len(over),
    )


def _looked_at(by: Member, today: date) -> QuerySet[Any]:
    """Her clients, with what decides about them."""
    places = Participant.objects.filter(client=OuterRef("pk"))
    ends = places.filter(episode__ended_on__isnull=False).order_by("-episode__ended_on")
    open_ones = Q(episode__ended_on=None) | Q(episode__ended_on__gte=today)
    own = Participant.objects.filter(member=by, left_on=None, episode=OuterRef("episode"))
    here = {"episode__participants__client": OuterRef("pk")}
    risks = RiskItem.objects.filter(
        answers__episode__participants__client=OuterRef("pk"), seen_at=None
    )
    rows: QuerySet[Any] = visible(by, Client).annotate(
        last_end=Subquery(ends.values("episode__ended_on")[:1]),
        is_in_care=Exists(places.filter(open_ones)),
        came_as_child=Exists(places.filter(role=ParticipantRole.CHILD)),
        is_not_all_hers=Exists(places.exclude(Exists(own))),
        has_risk=Exists(risks),
        has_worry=Exists(Safeguarding.objects.filter(**here, closed_at=None)),
        is_held=Exists(held(Episode.objects.all()).filter(participants__client=OuterRef("pk"))),
    )
    return rows


def standing_of(by: Member, client: Client, *, practice: Practice) -> Line | None:
    """How it stands with this client's record by the rule; None: in care, or no rule holds."""
    rows = _looked_at(by, today_here()).filter(pk=client.pk)
    over = [row for row in rows if row.last_end and not row.is_in_care]
    return next(iter(_lines(over, rule_of(practice), practice)), None)


def _lines(rows: Iterable[Any], rule: Rule, practice: Practice) -> Iterable[Line]:
    for row in rows:
        found = rule.due(row.last_end, birth_year=row.birth_year, keep_until=row.keep_until)
        if found is not None:
            yield Line(
                client=row,
                who=display_name(row, practice),
                last_end=row.last_end,
                due_on=found[0],
                by=found[1],
                has_birth_year=row.birth_year is not None,
                held=tuple(_held_by(row, rule)),
            )


def _held_by(row: Any, rule: Rule) -> Iterable[Held]:
    unknown = rule.child_until_age is not None and row.birth_year is None
    told = {
        Held.HOLD: row.is_held,
        Held.RISK: row.has_risk,
        Held.WORRY: row.has_worry,
        Held.CHILD: row.came_as_child and unknown,
        Held.NOT_ALL_YOURS: row.is_not_all_hers,
    }
    return (why for why, is_so in told.items() if is_so)


def ticked(by: Member, keys: Iterable[uuid.UUID], *, practice: Practice) -> tuple[Line, ...]:
    """These of those who are due and free; NotFound where one is not among them."""
    wanted = set(keys)
    found = tuple(one for one in outlook(by, practice=practice).due if one.client.pk in wanted)
    if len(found) != len(wanted):
        raise NotFound("there is nothing here for you", next_step="Go back to Today.")
    if not 0 < len(found) <= MOST_AT_ONCE:
        raise BadInput(
            "nobody, or too many at once", where="clients", expected=f"1 to {MOST_AT_ONCE} clients"
        )
    return found


def erase_due(whom: Sequence[Who], *, by: Member, practice: Practice) -> tuple[Erased, ...]:
    """Erase these for good, all of them or none; each code was typed once more.

    Raises NotFound where one is not past its time, or is held by anything.
    """
    ticked(by, (one.client.pk for one in whom), practice=practice)
    return erasing.erase_clients(whom, by=by, by_rule=True)


def change_keeping(
    client: Client,
    *,
    by: Member,
    expected_version: int,
    birth_year: int | None,
    keep_until: date | None,
) -> Client:
    """The year of birth, and until when this record is kept at least."""
    with audit.change(by=by, action="client.changed") as line:
        there = take(by, client, expected_version)
        if birth_year is not None and birth_year > today_here().year:
            raise OutOfRange("a year to come", where="birth_year", expected="a year until now")
        if keep_until is not None and keep_until.year > LATEST_YEAR:
            raise OutOfRange("too late", where="keep_until", expected=f"until {LATEST_YEAR}")
        line.about(there, fields=put(there, birth_year=birth_year, keep_until=keep_until))
        return there
