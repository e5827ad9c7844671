"""Who may do what: rights as data, and the one place that answers what a person may see.

A stranger gets *not found*: that a thing exists is itself something to keep.
"""

from __future__ import annotations

import uuid
from datetime import UTC, date
from enum import StrEnum
from typing import TypeVar
from zoneinfo import ZoneInfo

from django.db import connection, models
from django.utils.translation import gettext_lazy as _

from lacrima.errors import NotAllowed, NotFound
from lacrima.records import (
    absence,
    agreement,
    care,
    clock,
    door,
    drop_box,
    findings,
    keeping,
    log,
    measures,
    people,
    reflection,
)
from lacrima.records.people import Member, Role
from lacrima.records.standing import Standing


class Right(StrEnum):
    """What somebody may be allowed to do."""

    READ_CARE = "read_care"
    WRITE_CARE = "write_care"
    WRITE_PRIVATELY = "write_privately"
    CHANGE_PRACTICE = "change_practice"
    HANDLE_VAULT = "handle_vault"
    BRING_IN_DATA = "bring_in_data"
    ERASE = "erase"
    READ_AUDIT = "read_audit"
    READ_PANEL = "read_panel"
    HEAR_FROM_THE_DOOR = "hear_from_the_door"


ROLE_SENTENCES = {
    Role.THERAPIST: _(
        "Works with her own clients: sees and writes their episodes, and those of whoever she "
        "stands in for today."
    ),
    Role.COLLEAGUE: _(
        "Another therapist of the practice: sees her own clients, and yours only on the days she "
        "stands in for you."
    ),
    Role.SUPERVISOR: _("Sees what was shared with her, and nothing else of any client."),
    Role.ADMINISTRATOR: _("Looks after people and settings; sees nothing of any client."),
    Role.RESEARCHER: _(
        "Takes rows without names of those who agreed to research; sees no client and no name."
    ),
}

_CARE = {
    Right.READ_CARE,
    Right.WRITE_CARE,
    Right.WRITE_PRIVATELY,
    Right.BRING_IN_DATA,
    Right.HEAR_FROM_THE_DOOR,
}
# Whoever looks after the people of a practice sees no client, and so erases none: she hands the
# course of care over to a therapist here, who does.
_OF_THERAPISTS = _CARE | {Right.ERASE}

ROLE_RIGHTS: dict[Role, frozenset[Right]] = {
    Role.THERAPIST: frozenset(_OF_THERAPISTS),
    Role.COLLEAGUE: frozenset(_OF_THERAPISTS),
    Role.SUPERVISOR: frozenset({Right.WRITE_PRIVATELY, Right.HEAR_FROM_THE_DOOR}),
    Role.ADMINISTRATOR: frozenset({Right.CHANGE_PRACTICE}),
    Role.RESEARCHER: frozenset({Right.READ_PANEL}),
}

OWNER_RIGHTS = frozenset(
    {Right.CHANGE_PRACTICE, Right.HANDLE_VAULT, Right.READ_AUDIT, Right.READ_PANEL}
)


def rights_of(member: Member) -> frozenset[Right]:
    """All that this person may do; the owner of the practice also looks after it."""
    if member.left_on is not None:
        return frozenset()
    rights = ROLE_RIGHTS[Role(member.role)]
    return rights | OWNER_RIGHTS if member.is_owner else rights


def may(member: Member, right: Right) -> bool:
    """May this person do this at all?"""
    return right in rights_of(member)


def require(member: Member, right: Right) -> None:
    """Go on only when this person may do this; NotAllowed otherwise."""
    if not may(member, right):
        raise NotAllowed(
            "this is not yours to do here",
            expected="a role that includes it",
            next_step="Ask the person who looks after the practice.",
        )


# How each kind of row belongs to an episode.
_ROAD_TO_EPISODE: dict[type[models.Model], str] = {
    care.Episode: "pk",
    care.Participant: "episode",
    care.Slot: "episode",
    care.Session: "episode",
    care.Contact: "episode",
    care.KeptInMind: "episode",
    care.RecordNote: "episode",
    absence.Safeguarding: "episode",
    door.Door: "participant__episode",
    door.DoorLink: "participant__episode",
    drop_box.DropBoxInvitation: "participant__episode",
    findings.Moment: "session__episode",
    findings.Voice: "moment__session__episode",
    findings.Expression: "voice__moment__session__episode",
    findings.Answers: "episode",
    findings.RiskItem: "answers__episode",
    findings.Offer: "moment__session__episode",
}
# How each kind of row belongs to a client, in whatever course of care.
_OF_A_CLIENT: dict[type[models.Model], str] = {
    agreement.Consent: "client",
    agreement.Representative: "client",
    keeping.LegalHold: "client",
    keeping.Disclosure: "client",
}
_DIRECT_ROADS = {"pk", "episode"}

ModelT = TypeVar("ModelT", bound=models.Model)


# What belongs to one person, whatever she does here: the field that says whose it is.
_OF_ONE_PERSON: dict[type[models.Model], tuple[str, Right]] = {
    absence.Absence: ("member", Right.WRITE_CARE),
    care.PrivateNote: ("member", Right.WRITE_PRIVATELY),
    reflection.Weighing: ("member", Right.WRITE_PRIVATELY),
    reflection.WeighingVersion: ("weighing__member", Right.WRITE_PRIVATELY),
    reflection.Colleague: ("member", Right.WRITE_PRIVATELY),
    reflection.Share: ("by", Right.WRITE_PRIVATELY),
    reflection.ReceivedShare: ("member", Right.WRITE_PRIVATELY),
    reflection.SupervisionHour: ("member", Right.WRITE_PRIVATELY),
    reflection.OwnCare: ("member", Right.WRITE_PRIVATELY),
    reflection.ShareNote: ("share__by", Right.WRITE_PRIVATELY),
    reflection.SupervisionGroup: ("made_by", Right.WRITE_PRIVATELY),
    log.ImportBatch: ("by", Right.BRING_IN_DATA),
    door.WayOut: ("to", Right.HEAR_FROM_THE_DOOR),
}
# Whoever else may see it: those whom it was shown to; the field that names the share. What was
# shown is a text of its own in that row, so nothing that it came from is seen with it.
_SHOWN_TO: dict[type[models.Model], str] = {
    reflection.Share: "pk",
    reflection.ShareNote: "share",
}
# What belongs to the practice and tells of nobody.
_OF_THE_PRACTICE: dict[type[models.Model], Right] = {
    findings.PlainScore: Right.READ_CARE,
    measures.NamedExpectation: Right.CHANGE_PRACTICE,
    door.DoorHouse: Right.CHANGE_PRACTICE,
    drop_box.DropBox: Right.CHANGE_PRACTICE,
    drop_box.DropBoxLetter: Right.CHANGE_PRACTICE,
    log.ColumnMap: Right.BRING_IN_DATA,
}


def visible(by: Member, model: type[ModelT]) -> models.QuerySet[ModelT]:
    """The rows of one kind that this person may see: those of her own episodes, or her own."""
    rows: models.QuerySet[ModelT] = model._default_manager.all()
    if model is people.Member:
        return rows.filter(pk=by.pk)
    if model in _OF_ONE_PERSON:
        whose, right = _OF_ONE_PERSON[model]
        hers = models.Q(**{whose: by}) | _shown_to(by, model) | _of_the_record(by, model)
        return rows.filter(hers) if may(by, right) else rows.none()
    if model in _OF_THE_PRACTICE:
        return rows if may(by, _OF_THE_PRACTICE[model]) else rows.none()
    if not may(by, Right.READ_CARE):
        return rows.none()
    return _of_her_episodes(by, model, rows)


def _shown_to(by: Member, model: type[models.Model]) -> models.Q:
    """What of this kind was shown to her, or is about it; a condition that nothing meets, else."""
    if model is reflection.SupervisionGroup:
        mine = model._default_manager.filter(people=by, pk=models.OuterRef("pk"))
        return models.Q(models.Exists(mine))
    if model not in _SHOWN_TO:
        return models.Q(pk__in=[])
    read = reflection.Share._default_manager.filter(
        readers=by, pk=models.OuterRef(_SHOWN_TO[model])
    )
    received = models.Q(received__member=by) if model is reflection.ShareNote else models.Q()
    return models.Q(models.Exists(read)) | received


PRACTICE = Standing(people.Practice)


def _with_her(by: Member) -> models.QuerySet[care.Participant]:
    """The seats of everybody who takes part where she, or whom she stands in for, has a seat."""
    hers = care.Participant.objects.filter(
        member__in=eyes_of(by), left_on=None, episode=models.OuterRef("episode")
    )
    return care.Participant.objects.filter(models.Exists(hers))


def eyes_of(by: Member) -> tuple[uuid.UUID, ...]:
    """Whose courses of care she sees now: her own, and those of whom she stands in for today.

    Looked up once for the row of a person, which a request reads anew.
    """
    known: tuple[uuid.UUID, ...] | None = by.__dict__.get("_eyes")
    if known is None:
        today = _today()
        away = absence.Absence.objects.filter(
            cover=by, from_on__lte=today, until_on__gte=today, member__left_on=None
        )
        known = (by.pk, *away.order_by().values_list("member_id", flat=True))
        by.__dict__["_eyes"] = known
    return known


def _today() -> date:
    """The day it is in the practice's own zone."""
    practice = PRACTICE.now()
    return clock.now().astimezone(ZoneInfo(practice.zone) if practice else UTC).date()


def _seats(by: Member, road: str) -> models.QuerySet[care.Participant]:
    """A seat of hers, or of whom she stands in for, in the course of care at the end of a road."""
    seats = care.Participant.objects.filter(left_on=None, episode=models.OuterRef(road))
    seen = eyes_of(by)
    return seats.filter(member=by) if len(seen) == 1 else seats.filter(member__in=seen)


# Begun by one person alone, until it was put in the record: from then on it is read by everybody
# who works in that course of care. The field that says that it was; the road to the episode.
_ONCE_RECORDED: dict[type[models.Model], tuple[str, str]] = {
    reflection.Weighing: ("recorded_at__isnull", "episode"),
    reflection.WeighingVersion: ("weighing__recorded_at__isnull", "weighing__episode"),
}


def _of_the_record(by: Member, model: type[models.Model]) -> models.Q:
    """What of this kind is in the record of her episodes; a condition that nothing meets, else."""
    if model not in _ONCE_RECORDED or not may(by, Right.READ_CARE):
        return models.Q(pk__in=[])
    is_private, road = _ONCE_RECORDED[model]
    return models.Q(models.Exists(_seats(by, road)), **{is_private: False})


def _of_her_episodes(
    by: Member, model: type[ModelT], rows: models.QuerySet[ModelT]
) -> models.QuerySet[ModelT]:
    if model is people.Client:
        return rows.filter(models.Exists(_with_her(by).filter(client=models.OuterRef("pk"))))
    if model in _OF_A_CLIENT:
        client = _OF_A_CLIENT[model]
        return rows.filter(models.Exists(_with_her(by).filter(client=models.OuterRef(client))))
    road = _ROAD_TO_EPISODE.get(model)
    if road is None:
        return rows.none()
    # EXISTS, and neither a join nor a list of ids: on a database without statistics both make
    # SQLite begin with all episodes of a person (measured: 1.5 ms against 86 ms for a day).
    return rows.filter(models.Exists(_seats(by, road)))


def find(by: Member, model: type[ModelT], key: uuid.UUID | str, *together: str) -> ModelT:
    """This one row, or NotFound, whether it does not exist or is not hers to see.

    `together` names relations whose rows are read in the same query.
    """
    is_direct = _ROAD_TO_EPISODE.get(model) in _DIRECT_ROADS
    rows = model._default_manager.all() if is_direct else visible(by, model)
    found = rows.select_related(*together or (None,)).filter(pk=key).order_by()
    row = next(iter(found), None)
    if row is None or (is_direct and not _is_of_hers(by, row)):
        raise NotFound("there is nothing here for you", next_step="Go back to Today.")
    return row


def _is_of_hers(by: Member, row: models.Model) -> bool:
    """What `visible` says, for one row in hand that knows its episode.

    In two light steps (this one is a single look-up in an index) instead of one query that Django
    takes three times as long to put together; a table test holds the two to the same answer.
    """
    if not may(by, Right.READ_CARE):
        return False
    episode = getattr(row, "pk" if isinstance(row, care.Episode) else "episode_id")
    return any(_has_seat(member, episode) for member in eyes_of(by))


def _has_seat(member: uuid.UUID, episode: uuid.UUID) -> bool:
    to_value = care.Participant._meta.pk.get_db_prep_value
    ids = [to_value(one, connection) for one in (member, episode)]
    seat = "SELECT 1 FROM participant WHERE member_id = %s AND episode_id = %s AND left_on IS NULL"
    with connection.cursor() as cursor:
        cursor.execute(seat, ids)
        return cursor.fetchone() is not None


def find_to_change(by: Member, model: type[ModelT], key: uuid.UUID | str) -> ModelT:
    """This one row, if she may see it and may write."""
    row = find(by, model, key)
    require(by, _OF_ONE_PERSON[model][1] if model in _OF_ONE_PERSON else Right.WRITE_CARE)
    return row


def find_to_erase(by: Member, key: uuid.UUID | str) -> people.Client:
    """This client, if all that is kept of her is this person's own to erase.

    Standing in for somebody is not enough, and neither is one course of care of several.
    """
    client = find(by, people.Client, key)
    require(by, Right.ERASE)
    own = care.Participant.objects.filter(
        member=by, left_on=None, episode=models.OuterRef("episode")
    )
    places = care.Participant.objects.filter(client=client)
    if places.exclude(models.Exists(own)).exists():
        raise NotAllowed(
            "not all that is kept about this client is yours to erase",
            expected="a seat of your own in every course of care of this client",
            next_step="Ask the person who looks after the practice.",
        )
    return client
