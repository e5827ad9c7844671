"""How anything is deleted: through here, where it is asked whether that may be now.

While a hold stands for a client, or somebody's request to see the record is open, nothing about
this client is deleted, by a person or by its own day. Every other room deletes by these functions
(a test looks for those that do not), and every kind of row says here how it belongs to a client.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db import models
from django.db.models import Exists, OuterRef, QuerySet

from lacrima.errors import OnHold, OurFault
from lacrima.records.models import (
    Absence,
    Account,
    Answers,
    AuditHead,
    AuditLine,
    BrowserSession,
    Client,
    ClinicalWill,
    Colleague,
    ColumnMap,
    Consent,
    Contact,
    Disclosure,
    DisclosureState,
    Door,
    DoorAnswer,
    DoorHouse,
    DoorLink,
    DropBox,
    DropBoxInvitation,
    DropBoxKey,
    DropBoxLetter,
    DropBoxName,
    Episode,
    Expression,
    ImportBatch,
    InstrumentText,
    Invitation,
    KeptInMind,
    LegalHold,
    Member,
    Moment,
    NamedExpectation,
    Offer,
    OwnCare,
    Participant,
    PersonalKey,
    PlainScore,
    Practice,
    PrivateNote,
    Receipt,
    ReceivedShare,
    RecordNote,
    Representative,
    RiskItem,
    Safeguarding,
    Session,
    Share,
    ShareNote,
    Slot,
    SupervisionGroup,
    SupervisionHour,
    Voice,
    WayOut,
    Weighing,
    WeighingVersion,
)

Model = type[models.Model]

ROAD_TO_EPISODE: dict[Model, str] = {
    Episode: "pk",
    Participant: "episode",
    Slot: "episode",
    Session: "episode",
    Contact: "episode",
    KeptInMind: "episode",
    RecordNote: "episode",
    PrivateNote: "episode",
    Safeguarding: "episode",
    Answers: "episode",
    RiskItem: "answers__episode",
    Moment: "session__episode",
    Voice: "moment__session__episode",
    Expression: "voice__moment__session__episode",
    Offer: "moment__session__episode",
    Weighing: "episode",
    WeighingVersion: "weighing__episode",
    Share: "episode",
    ShareNote: "share__episode",
    Door: "participant__episode",
    DoorLink: "participant__episode",
    DropBoxInvitation: "participant__episode",
    DoorAnswer: "participant__episode",
    WayOut: "participant__episode",
}
ROAD_TO_CLIENT: dict[Model, str] = {
    Client: "pk",
    Consent: "client",
    Representative: "client",
    LegalHold: "client",
    Disclosure: "client",
}
_HER_OWN = "it is about the person who wrote it, and may be sealed to her alone"
_HOUSE = "it is about the practice and those who work in it"
_RELAY = "it holds sealed things and random names; what opens them is erased with the client"
_LOG = "it holds ids and counts, and is never deleted by a person"
OF_NO_CLIENT: dict[Model, str] = {
    OwnCare: _HER_OWN,
    SupervisionHour: _HER_OWN,
    Colleague: _HER_OWN,
    ReceivedShare: "it is about a client of another practice, which keeps it",
    SupervisionGroup: _HOUSE,
    Absence: _HOUSE,
    ClinicalWill: _HOUSE,
    Practice: _HOUSE,
    DoorHouse: _HOUSE,
    DropBox: _HOUSE,
    DropBoxKey: _HOUSE,
    DropBoxLetter: _RELAY,
    DropBoxName: _RELAY,
    Member: _HOUSE,
    Account: _HOUSE,
    BrowserSession: _HOUSE,
    Invitation: _HOUSE,
    PersonalKey: _HOUSE,
    PlainScore: _HOUSE,
    InstrumentText: _HOUSE,
    NamedExpectation: _HOUSE,
    ColumnMap: _HOUSE,
    AuditLine: _LOG,
    AuditHead: _LOG,
    Receipt: _LOG,
    ImportBatch: _LOG,
}


def remove(row: models.Model) -> None:
    """Delete one row with all that hangs on it. OnHold where that may not be now."""
    refuse_held(type(row)._default_manager.filter(pk=row.pk))
    row.delete()


def remove_all(rows: QuerySet[Any]) -> int:
    """Delete these rows, all of them or none; how many rows went. OnHold as above."""
    refuse_held(rows)
    return rows.delete()[0]


def free(rows: QuerySet[Any]) -> QuerySet[Any]:
    """Those of these rows that may go now; the others stay until they may."""
    return rows if rows.model in OF_NO_CLIENT else rows.exclude(pk__in=held(rows).values("pk"))


def refuse_held(rows: QuerySet[Any]) -> None:
    """Go on when none of these rows is about a client whose record is on hold."""
    if rows.model in OF_NO_CLIENT:
        return
    if _kept_by(rows, _hold_of).exists():
        raise OnHold(
            "the record of this client is on hold: nothing of it may be deleted now",
            expected="no hold",
            next_step="Look under Keep or erase. You can still write and correct.",
        )
    if _kept_by(rows, _request_of).exists():
        raise OnHold(
            "somebody asked to see the record of this client and was not answered yet: until then "
            "nothing of it may be deleted",
            expected="no open request",
            next_step="Answer it under Keep or erase. You can still write and correct.",
        )


def held(rows: QuerySet[Any]) -> QuerySet[Any]:
    """Those of these rows that are about a client whose record is on hold."""
    if rows.model in OF_NO_CLIENT:
        return rows.none()
    return _kept_by(rows, lambda client: _hold_of(client) | _request_of(client))


def _kept_by(rows: QuerySet[Any], what: Callable[[str], Any]) -> QuerySet[Any]:
    if rows.model in ROAD_TO_CLIENT:
        return rows.filter(what(ROAD_TO_CLIENT[rows.model]))
    road = ROAD_TO_EPISODE.get(rows.model)
    if road is None:
        raise OurFault("a kind of row that does not say whose it is", where=rows.model.__name__)
    seats = Participant.objects.filter(what("client"))
    return rows.filter(Exists(seats.filter(episode=OuterRef(road))))


def _hold_of(client: str) -> Any:
    return Exists(LegalHold.objects.filter(client=OuterRef(client), lifted_at=None))


def _request_of(client: str) -> Any:
    is_open = Disclosure.objects.filter(client=OuterRef(client), state=DisclosureState.ASKED)
    return Exists(is_open)
