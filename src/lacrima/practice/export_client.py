"""A copy of one course of care: what is in it is looked at first, then it leaves."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from django.utils.translation import gettext_lazy

from lacrima.errors import BadInput, NotFound
from lacrima.formats.archive import LeftOut
from lacrima.formats.document import Document, as_html
from lacrima.formats.export_formats import table_format
from lacrima.formats.fhir.bundle import ResponseValue, bundle_of, losses_of, to_json
from lacrima.formats.losses import Loss, together
from lacrima.practice.export_care import Care, chosen, read_care, tables_of
from lacrima.practice.export_choice import Choice, FreeText, Look, Part, not_chosen
from lacrima.practice.export_document import document_of
from lacrima.practice.export_door import door_texts
from lacrima.practice.export_made import PLAIN_TEXT, Contents, Exported, make
from lacrima.practice.export_weighings import weighing_line, weighing_text
from lacrima.practice.export_whole import stays_home
from lacrima.practice.export_words import Telling, session_words, side_words
from lacrima.practice.pages_parts import instrument_of
from lacrima.practice.people import the_practice
from lacrima.practice.words import Side
from lacrima.records import audit
from lacrima.records.access import Right, require, visible
from lacrima.records.models import (
    Answers,
    Client,
    Contact,
    DoorAnswer,
    Episode,
    Expression,
    KeptInMind,
    Member,
    Moment,
    Offer,
    Participant,
    RecordNote,
    RiskItem,
    Session,
    Slot,
    Voice,
    Weighing,
)
from lacrima.records.row import Row

KIND = "client"
NOT_PRIVATE_HERE = gettext_lazy(
    "Before it leaves: is it the right person's, and is nothing in it that somebody else told in "
    "confidence?"
)
_ALSO_HOME = (
    (
        gettext_lazy("marks of imports and calendars"),
        gettext_lazy("they tell nothing about the course of care"),
    ),
)
_KINDS: dict[Part, type[Row]] = {
    Part.SESSIONS: Session,
    Part.ANSWERS: Answers,
    Part.RISK: RiskItem,
    Part.MOMENTS: Moment,
    Part.DOOR: DoorAnswer,
    Part.KEPT_IN_MIND: KeptInMind,
    Part.CONTACTS: Contact,
    Part.RECORD_NOTES: RecordNote,
    Part.WEIGHINGS: Weighing,
    Part.APPOINTMENTS: Slot,
    Part.SUGGESTIONS: Offer,
}


def look(by: Member, episode_id: uuid.UUID | str) -> Look:
    """What there is to choose from: the parts with counts, every single text, who comes."""
    require(by, Right.READ_CARE)
    care, telling = read_care(by, episode_id), _telling()
    seats = [seat for seat in care.of(Participant) if seat.client_id]
    return Look(
        counts=dict(_counts(care)),
        texts=tuple(_texts(care, telling)),
        clients=tuple((seat.client_id, telling.name(seat)) for seat in seats if seat.client_id),
    )


def _telling() -> Telling:
    practice = the_practice()
    if practice is None:
        raise NotFound("no practice yet", next_step="Begin with the first page.")
    return Telling(practice)


def _counts(care: Care) -> Iterator[tuple[Part, int]]:
    for part, kind in _KINDS.items():
        yield part, len(care.rows[kind])
    sides = [Side(voice.side) for voice in care.of(Voice)]
    yield Part.CLIENT_VOICES, sides.count(Side.CLIENT)
    yield Part.OBSERVER_VOICES, sides.count(Side.OBSERVER)
    yield (
        Part.FELT,
        sum(
            row.felt is not None and row.participant.client_id is None
            for row in care.of(Expression)
        ),
    )


def _texts(care: Care, telling: Telling) -> Iterator[FreeText]:
    parts = {
        Side.THERAPIST: Part.MOMENTS,
        Side.CLIENT: Part.CLIENT_VOICES,
        Side.OBSERVER: Part.OBSERVER_VOICES,
    }
    for voice in care.of(Voice):
        when = session_words(voice.moment.session, telling)
        above = f"{side_words(voice, telling)} · {when}"
        yield FreeText(voice.pk, parts[Side(voice.side)], above, voice.words)
    yield from door_texts(care.of(DoorAnswer), telling)
    for kept in care.of(KeptInMind):
        yield FreeText(kept.pk, Part.KEPT_IN_MIND, telling.day(kept.agreed_on), kept.words)
    for contact in care.of(Contact):
        yield FreeText(contact.pk, Part.CONTACTS, telling.at(contact.at), contact.words)
    for note in care.of(RecordNote):
        yield FreeText(note.pk, Part.RECORD_NOTES, telling.day(note.created_at), note.words)
    for weighing in care.of(Weighing):
        above = weighing_line(weighing, telling)
        yield FreeText(weighing.pk, Part.WEIGHINGS, above, weighing_text(weighing))
    for risk in care.of(RiskItem):
        yield FreeText(risk.pk, Part.RISK, telling.at(risk.seen_at), risk.done)


@dataclass(frozen=True)
class Review:
    """What somebody reads before a copy leaves: the finished text, and what FHIR cannot hold."""

    document: Document
    losses: tuple[Loss, ...]


def reviewed(by: Member, episode_id: uuid.UUID | str, choice: Choice) -> Review:
    """The finished text, to be read before it leaves. Nothing leaves yet."""
    require(by, Right.READ_CARE)
    care = read_care(by, episode_id)
    meant = _meant(care, choice)
    _files, losses = _fhir(chosen(care, meant))
    return Review(document_of(care, meant), losses)


def export_client(
    episode_id: uuid.UUID | str,
    *,
    by: Member,
    choice: Choice | None = None,
    table_format_name: str = "csv",
) -> Exported:
    """The readable document with the tables, dictionary and FHIR beside it, in one zip.

    Raises NotFound where it is not hers to see.
    """
    choice = choice or Choice()
    form = table_format(table_format_name)
    with audit.change(by=by, action="client.exported") as line:
        require(by, Right.READ_CARE)
        care = read_care(by, episode_id)
        choice = _meant(care, choice)
        kept = chosen(care, choice)
        tables = tables_of(kept, choice)
        said = {"format": form.name, "parts": sorted(choice.parts), "words": choice.has_words}
        line.about(care.episode, **said, left_out=len(choice.without))
    fhir, losses = _fhir(kept)
    return make(
        Contents(
            kind=KIND,
            format=form,
            tables=tables,
            left_out=[*stays_home(), *_also_home(), *not_chosen(choice)],
            warnings=[PLAIN_TEXT, NOT_PRIVATE_HERE],
            losses=losses,
            more_files={"read-me.html": as_html(document_of(care, choice)), **fhir},
        )
    )


def _also_home() -> list[LeftOut]:
    return [LeftOut(str(what), str(why)) for what, why in _ALSO_HOME]


def _meant(care: Care, choice: Choice) -> Choice:
    """The same choice: a part in which nothing stands was not left out by anybody."""
    return replace(choice, parts=choice.parts | {part for part, n in _counts(care) if not n})


def _fhir(care: Care) -> tuple[dict[str, bytes], tuple[Loss, ...]]:
    """The questionnaires as a FHIR R4 Bundle, when there are any; and what it cannot hold."""
    responses = [found for row in care.of(Answers) if (found := _response(row))]
    if not responses:
        return {}, ()
    own = sum(instrument_of(row) is None for row in care.of(Answers))
    kept_here = "a FHIR questionnaire needs a questionnaire; they are in the tables"
    lost = (*losses_of(responses), *([Loss("scores of your own", kept_here, own)] if own else []))
    in_fhir = [Loss(f"FHIR: {one.what}", one.why, one.count) for one in lost]
    return {"fhir/bundle.json": to_json(bundle_of(responses))}, together(in_fhir)


def _response(row: Answers) -> ResponseValue | None:
    instrument = instrument_of(row)
    if instrument is None or (row.items is None and row.total is None):
        return None
    at = row.given_at or (row.session.start if row.session else None)
    return ResponseValue(
        instrument=instrument,
        answers=row.items or {},
        total=row.total if row.items is None else None,
        key=row.pk.hex,
        subject=row.client.code,
        authored=at,
    )


def episode_of_code(code: str, *, by: Member) -> uuid.UUID:
    """The one course of care of the client with this code, for verbs.

    Raises NotFound where there is none of hers; BadInput where there are several, with their ids.
    """
    require(by, Right.READ_CARE)
    clients: Iterable[Client] = visible(by, Client).filter(code=code)
    episodes = list(visible(by, Episode).filter(participants__client__in=clients).distinct())
    if not episodes:
        raise NotFound("nobody of this code among your clients", next_step="Look at the code.")
    if len(episodes) > 1:
        raise BadInput(
            "several courses of care",
            expected="one of " + ", ".join(str(one.pk) for one in episodes),
            next_step="Name one with --episode.",
        )
    return episodes[0].pk
