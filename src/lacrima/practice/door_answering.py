"""What a client answers at the door is kept once, at once or when the practice is opened again.

A `Word` is one page sent: it can be carried through the spool as JSON while the practice is
locked, and kept later as if it had come now. Its key makes a second sending change nothing.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from lacrima.errors import BadInput, OutOfRange
from lacrima.instruments.scoring import score
from lacrima.practice import receipts, risk
from lacrima.practice.answers import instrument_choice
from lacrima.practice.changing import make, put
from lacrima.practice.door_content import checked, sealed_text
from lacrima.practice.door_keeper import (
    NOTHING_SEALED,
    STEPS,
    check_sealed,
    refuse_forgetting,
    sealed_columns,
)
from lacrima.practice.door_release import follow
from lacrima.practice.door_visits import client_at, whose
from lacrima.practice.words import AnswerSource, Side
from lacrima.records import audit, clock
from lacrima.records.models import (
    Answers,
    DoorAnswer,
    DoorStep,
    DoorWay,
    Participant,
    Release,
    Session,
)

HEAVINESS = "heaviness"
FORM = "form"


@dataclass(frozen=True)
class Word:
    """One page of the door as it was sent."""

    key: str
    participant_id: uuid.UUID
    kind: str
    way: DoorWay
    given_at: datetime
    values: Mapping[str, Any]
    session_id: uuid.UUID | None = None
    slug: str = ""
    release: Release = Release.NOT_YET
    sitting: str = ""  # on the sealed page: whoever has its receipt code may take it back
    sealed: str = ""  # for a keeper, as base64: then nothing else of it is here

    def __post_init__(self) -> None:
        """Refuse what is for a keeper alone, and could be read on its way."""
        is_for_keeper = self.release == Release.KEEPER
        if is_for_keeper != bool(self.sealed) or (is_for_keeper and self.values):
            raise BadInput("something for a keeper that is not sealed", where="release")

    def as_json(self) -> bytes:
        """For a sealed letter in the spool."""
        plain = {
            "key": self.key,
            "participant": self.participant_id.hex,
            "kind": self.kind,
            "way": self.way.value,
            "given_at": self.given_at.isoformat(),
            "values": dict(self.values),
            "session": self.session_id.hex if self.session_id else "",
            "slug": self.slug,
            "release": self.release.value,
            "sealed": self.sealed,
        }
        return json.dumps(plain).encode()


def word_from(letter: bytes) -> Word:
    """The page again; BadInput for what is none."""
    try:
        told = json.loads(letter)
        given_at = datetime.fromisoformat(told["given_at"])
        if given_at.tzinfo is None or not isinstance(told["values"], dict):
            raise ValueError
        return Word(
            key=told["key"],
            participant_id=uuid.UUID(told["participant"]),
            kind=told["kind"],
            way=DoorWay(told["way"]),
            given_at=given_at,
            values=told["values"],
            session_id=uuid.UUID(told["session"]) if told["session"] else None,
            slug=told["slug"],
            release=Release(told["release"]),
            sealed=told.get("sealed", ""),
        )
    except (AttributeError, KeyError, TypeError, ValueError):
        raise BadInput("a letter that is no answer of the door", where="spool") from None


def keep(word: Word) -> None:
    """Keep one page, once for its key. What was kept for it before stays."""
    receipts.once(word.key, by=None, do=lambda: _keep(word))


def _keep(word: Word) -> str:
    seat = client_at(word.participant_id)
    if word.given_at > clock.now():
        raise OutOfRange("a time to come", where="given_at", expected="now or earlier")
    if word.kind == HEAVINESS:
        _heaviness(seat, word)
    elif word.kind == FORM:
        _form(seat, word)
    elif word.kind in {DoorStep.ASKED, DoorStep.FIRST, DoorStep.SECOND}:
        _told(seat, word)
    else:
        raise BadInput("something that no door asks", where="kind")
    return ""


def _session_of(seat: Participant, word: Word) -> Session:
    rows = Session.objects.filter(episode=seat.episode_id)
    found = rows.filter(pk=word.session_id).first() if word.session_id else None
    if found is None:
        raise BadInput("a session that is not there any more", where="session")
    return found


def _heaviness(seat: Participant, word: Word) -> None:
    with audit.change(by=None, action="door.answered") as line:
        line.of(whose(seat))
        session = _session_of(seat, word)
        value = word.values.get("value")
        if type(value) is not int or not 0 <= value <= 10:
            raise OutOfRange("a step that does not fit", where="value", expected="0 to 10")
        put(session, heaviness=value, heaviness_by=Side.CLIENT.value)
        line.about(session, step=word.kind)


def _form(seat: Participant, word: Word) -> None:
    with audit.change(by=None, action="door.answered") as line:
        line.of(whose(seat))
        choice = instrument_choice(word.slug)
        if choice.instrument is None:
            raise BadInput("a questionnaire that cannot be asked at a door", where="form")
        scored = score(choice.instrument, dict(word.values))
        if not any(value is not None for value in scored.items.values()):
            raise BadInput("nothing was answered", where="items", expected="one answer at least")
        row = make(
            Answers,
            client=seat.client,
            episode=seat.episode,
            instrument=choice.slug,
            instrument_version=choice.instrument.version,
            recall_days=choice.recall_days,
            source=AnswerSource.AT_THE_DOOR,
            given_at=word.given_at,
            items=dict(scored.items),
            total=scored.total,
            why=scored.why,
            missing=len(scored.missing),
        )
        raised = risk.follow(row, choice.instrument)
        line.about(row, instrument=choice.slug, missing=row.missing, **raised)


def _told(seat: Participant, word: Word) -> None:
    with audit.change(by=None, action="door.answered") as line:
        line.of(whose(seat))
        session = _session_of(seat, word)
        step = DoorStep(word.kind)
        told = _columns(step, word)
        row = DoorAnswer.objects.filter(participant=seat, session=session, step=step).first()
        if row is None:
            row = make(
                DoorAnswer,
                participant=seat,
                session=session,
                step=step,
                way=word.way,
                given_at=word.given_at,
                release=word.release,
                sitting=word.sitting,
                **told,
            )
        elif word.given_at >= row.given_at:
            # A second page of the same, from another window or phone: the later one holds, also
            # where the earlier one comes last.
            if word.sealed and row.content:
                refuse_forgetting(row)
            put(row, **_again(word), **told)
        follow(row)
        line.about(row, step=step.value)


def _again(word: Word) -> dict[str, Any]:
    return {
        "way": word.way,
        "release": word.release,
        "given_at": word.given_at,
        "sitting": word.sitting,
    }


def _columns(step: DoorStep, word: Word) -> dict[str, Any]:
    if not word.sealed:
        return {**NOTHING_SEALED, **columns(step, checked(step, word.values))}
    if step not in STEPS:
        raise BadInput("something that is not sealed for a keeper", where="release")
    check_sealed(word.sealed)
    return sealed_columns(word.sealed, clock.now())


def columns(step: DoorStep, told: Mapping[str, Any]) -> dict[str, Any]:
    """How what was told at a step lies in its row."""
    if step is not DoorStep.ASKED:
        return {"content": sealed_text(told)}
    rest = {name: value for name, value in told.items() if name != "rating"}
    return {"rating": told.get("rating"), "content": sealed_text(rest)}
