"""All rows in one place, where Django looks for them."""

from lacrima.records.care import (
    Contact,
    ContactKind,
    Episode,
    KeptInMind,
    Participant,
    PrivateNote,
    RecordNote,
    Session,
    SessionState,
    Slot,
)
from lacrima.records.findings import (
    Answers,
    AnswerSource,
    Expression,
    Moment,
    Offer,
    OfferKind,
    PlainScore,
    RiskItem,
    Voice,
)
from lacrima.records.log import AuditHead, AuditLine, ColumnMap, ImportBatch, Receipt
from lacrima.records.measures import InstrumentText
from lacrima.records.people import Client, Member, Practice, Role

__all__ = [
    "AnswerSource",
    "Answers",
    "AuditHead",
    "AuditLine",
    "Client",
    "ColumnMap",
    "Contact",
    "ContactKind",
    "Episode",
    "Expression",
    "ImportBatch",
    "InstrumentText",
    "KeptInMind",
    "Member",
    "Moment",
    "Offer",
    "OfferKind",
    "Participant",
    "PlainScore",
    "Practice",
    "PrivateNote",
    "Receipt",
    "RecordNote",
    "RiskItem",
    "Role",
    "Session",
    "SessionState",
    "Slot",
    "Voice",
]
