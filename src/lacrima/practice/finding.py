"""One thing by its id, for somebody: the way from an address to a row."""

from __future__ import annotations

import uuid
from typing import Any

from django.db import models

from lacrima.errors import NotFound
from lacrima.records import access
from lacrima.records.models import (
    Absence,
    Answers,
    Client,
    Colleague,
    Consent,
    Contact,
    Disclosure,
    Episode,
    ImportBatch,
    KeptInMind,
    LegalHold,
    Member,
    Moment,
    Offer,
    Participant,
    PlainScore,
    PrivateNote,
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
    Weighing,
)

KINDS: dict[str, type[models.Model]] = {
    "absence": Absence,
    "answers": Answers,
    "client": Client,
    "colleague": Colleague,
    "consent": Consent,
    "contact": Contact,
    "disclosure": Disclosure,
    "episode": Episode,
    "import_batch": ImportBatch,
    "kept_in_mind": KeptInMind,
    "legal_hold": LegalHold,
    "moment": Moment,
    "offer": Offer,
    "participant": Participant,
    "plain_score": PlainScore,
    "private_note": PrivateNote,
    "received_share": ReceivedShare,
    "record_note": RecordNote,
    "representative": Representative,
    "risk_item": RiskItem,
    "safeguarding": Safeguarding,
    "session": Session,
    "share": Share,
    "share_note": ShareNote,
    "slot": Slot,
    "supervision_group": SupervisionGroup,
    "supervision_hour": SupervisionHour,
    "voice": Voice,
    "weighing": Weighing,
}

# What every page about such a row asks for too.
TOGETHER = {"session": ("episode",)}


def find(by: Member, kind: str, key: uuid.UUID | str) -> Any:
    """The row of this kind and id, or NotFound: it is not there, or not this person's to see.

    `kind` is one of KINDS. The answer is typed Any, since the kind decides which row it is.
    """
    return access.find(by, KINDS[kind], as_id(key), *TOGETHER.get(kind, ()))


def as_id(key: uuid.UUID | str) -> uuid.UUID:
    """An id out of an address; whatever is no id is not found."""
    try:
        return key if isinstance(key, uuid.UUID) else uuid.UUID(str(key))
    except ValueError:
        raise NotFound("there is nothing here for you", next_step="Go back to Today.") from None
