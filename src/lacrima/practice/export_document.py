"""One course of care as a document that its client can read: what was chosen, in plain words."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from lacrima.errors import NotFound
from lacrima.formats.document import Block, Document, Facts, Grid, Heading, Quote, Said, Section
from lacrima.practice.export_care import Care, chosen
from lacrima.practice.export_choice import Choice, Part, not_chosen
from lacrima.practice.export_door import door_told
from lacrima.practice.export_weighings import weighings_told
from lacrima.practice.export_whole import stays_home
from lacrima.practice.export_words import (
    Telling,
    one_of,
    session_words,
    side_words,
    voice_facts,
)
from lacrima.practice.pages_parts import (
    instrument_name,
    instrument_of,
    joined,
    score_words,
)
from lacrima.practice.people import the_practice
from lacrima.practice.words import (
    ContactKind,
    EpisodeKind,
    Kind,
    LogState,
    Modality,
    Nature,
    ParticipantRole,
    SessionState,
    label,
)
from lacrima.records import clock
from lacrima.records.models import (
    Answers,
    Contact,
    DoorAnswer,
    Expression,
    KeptInMind,
    Moment,
    Participant,
    RecordNote,
    RiskItem,
    Session,
    Voice,
)


def document_of(care: Care, choice: Choice) -> Document:
    """The document of what was chosen."""
    practice = the_practice()
    if practice is None:
        raise NotFound("no practice yet", next_step="Begin with the first page.")
    kept, telling = chosen(care, choice), Telling(practice)
    names = [telling.name(seat) for seat in kept.of(Participant)
             if seat.client_id and choice.has_client(seat.client_id)]  # fmt: skip
    said = {"practice": practice.name, "day": telling.day(clock.now())}
    return Document(
        title=_("What is kept about %(who)s") % {"who": joined(names)},
        above=_("%(practice)s · a copy made on %(day)s") % said,
        sections=(*sections_of(kept, choice, telling), left_out_of(choice)),
        simulated=_("Simulated: nobody here exists") if practice.is_simulated else "",
        language=get_language() or "en",
    )


def sections_of(kept: Care, choice: Choice, telling: Telling) -> tuple[Section, ...]:
    """What was chosen, part by part; a part in which nothing stands is not there."""
    parts = (
        Section(_("Who takes part"), (_people(kept, choice, telling),)),
        _section(_("Answers and scores"), _scores(kept, telling)),
        _section(_("Answers that may mean danger"), _risks(kept, choice, telling)),
        _section(_("Sessions"), _sessions(kept, choice, telling)),
        _section(_("Moments"), _moments(kept, choice, telling)),
        _section(_("At the door"), door_told(kept.of(DoorAnswer), choice, telling)),
        _section(_("What is kept in mind"), _kept_in_mind(kept, choice, telling)),
        _section(_("Between sessions"), _contacts(kept, choice, telling)),
        _section(_("Notes of the record"), _notes(kept, choice, telling)),
        _section(_("What was thought over"), weighings_told(kept, telling)),
    )
    return tuple(part for part in parts if part.blocks)


def left_out_of(choice: Choice) -> Section:
    """What is in no copy, and what whoever made this one left out."""
    return Section(_("What is not in this copy"), (_not_here(choice),))


def _section(title: str, blocks: Iterator[Block]) -> Section:
    return Section(title, tuple(blocks))


def _people(care: Care, choice: Choice, telling: Telling) -> Facts:
    rows = [
        (telling.name(seat), one_of(ParticipantRole, seat.role))
        for seat in care.of(Participant)
        if choice.has_client(seat.client_id)
    ]
    episode = care.episode
    days = [telling.day(episode.started_on), telling.day(episode.ended_on)]
    about = [
        (_("care for"), one_of(EpisodeKind, episode.kind)),
        (_("from"), days[0]),
        (_("until"), days[1]),
    ]
    return Facts(tuple(rows + [pair for pair in about if pair[1]]))


def _scores(care: Care, telling: Telling) -> Iterator[Block]:
    by_measure: dict[tuple[str, str], list[Answers]] = {}
    several = len({row.client_id for row in care.of(Answers)}) > 1
    for row in care.of(Answers):
        who = telling_client(row, telling) if several else ""
        by_measure.setdefault((who, instrument_name(row)), []).append(row)
    for (who, name), rows in sorted(by_measure.items()):
        yield Heading(": ".join(part for part in (who, name) if part))
        yield _grid(rows, telling)


def _grid(rows: list[Answers], telling: Telling) -> Grid:
    """One questionnaire over time; a column in which nothing stands is not there."""
    head = (_("when"), _("score"), _("published band"), _("answered"))
    told = [_score(row, telling) for row in sorted(rows, key=_place)]
    kept = [place for place in range(len(head)) if any(row[place] for row in told)]
    return Grid(
        tuple(head[place] for place in kept),
        tuple(tuple(row[place] for place in kept) for row in told),
    )


def telling_client(row: Answers, telling: Telling) -> str:
    """Who answered."""
    return telling.name(Participant(client=row.client))


def _place(row: Answers) -> tuple[float, int]:
    at = row.given_at or (row.session.start if row.session else None)
    number = row.session.number if row.session else row.assessment
    return (at.timestamp() if at else 0.0, number or 0)


def _when(row: Answers, telling: Telling) -> str:
    if row.session is not None:
        return session_words(row.session, telling)
    if row.assessment is not None:
        return _("assessment %(number)d") % {"number": row.assessment}
    return telling.at(row.given_at)


def _score(row: Answers, telling: Telling) -> tuple[str, ...]:
    instrument = instrument_of(row)
    band = instrument.band(row.total) if instrument and row.total is not None else None
    asked = [] if instrument is None or row.items is None else instrument.scored_items
    given = sum((row.items or {}).get(item.id) is not None for item in asked)
    answered = _("%(given)d of %(asked)d") % {"given": given, "asked": len(asked)} if asked else ""
    return (_when(row, telling), score_words(row) or row.why, band or "", answered)


def _risks(care: Care, choice: Choice, telling: Telling) -> Iterator[Block]:
    for row in care.of(RiskItem):
        instrument = instrument_of(row.answers)
        item = instrument.item(row.item) if instrument else None
        facts = [
            (_("question"), item.text if item and item.text else row.item),
            (_("answer"), str(row.value)),
            (_("when"), telling.at(row.raised_at)),
            (_("seen by"), row.seen_by.name if row.seen_by else _("not noted yet")),
            (_("seen"), telling.at(row.seen_at)),
        ]
        yield Facts(tuple(pair for pair in facts if pair[1]))
        if done := choice.told(row.pk, row.done):
            yield Quote(done, above=_("what was done"))


def _sessions(care: Care, choice: Choice, telling: Telling) -> Iterator[Block]:
    rows = care.of(Session)
    if not choice.has(Part.SESSIONS) or not rows:
        return
    ordered = sorted(rows, key=lambda row: (row.number or 0, str(row.start or "")))
    yield Grid(
        (_("session"), _("day"), _("length"), _("where"), _("how it went"), _("heaviness")),
        tuple(_session(row, telling) for row in ordered),
    )


def _session(row: Session, telling: Telling) -> tuple[str, ...]:
    state = one_of(SessionState, row.state)
    log = one_of(LogState, row.log_state)
    length = "" if row.length_min is None else _("%(n)d min") % {"n": row.length_min}
    return (
        "" if row.number is None else str(row.number),
        telling.day(row.start),
        length,
        one_of(Modality, row.modality),
        f"{state}, {log}",
        _heaviness(row),
    )


def _heaviness(row: Session) -> str:
    before = "" if row.heaviness is None else _("%(n)d before") % {"n": row.heaviness}
    after = "" if row.heaviness_after is None else _("%(n)d after") % {"n": row.heaviness_after}
    return ", ".join(part for part in (before, after) if part)


def _moments(care: Care, choice: Choice, telling: Telling) -> Iterator[Block]:
    for moment in care.of(Moment):
        voices = [voice for voice in care.of(Voice) if voice.moment_id == moment.pk]
        if not voices:
            continue
        what = f"{label(Kind(moment.kind))}, {label(Nature(moment.nature))}"
        yield Heading(": ".join([session_words(moment.session, telling), what]))
        for voice in voices:
            told = [one for one in care.of(Expression) if one.voice_id == voice.pk]
            facts = voice_facts(voice, told, moment, telling, with_felt=choice.has(Part.FELT))
            yield Facts(((_("told by"), side_words(voice, telling)), *facts))
            if words := choice.told(voice.pk, voice.words):
                yield Quote(words)


def _kept_in_mind(care: Care, choice: Choice, telling: Telling) -> Iterator[Block]:
    for row in care.of(KeptInMind):
        since = _("since %(day)s") % {"day": telling.day(row.agreed_on)}
        gone = _("let go on %(day)s") % {"day": telling.day(row.let_go_on)} if row.let_go_on else ""
        above = ", ".join(part for part in (since, gone) if part)
        yield Quote(choice.told(row.pk, row.words), above=above)


def _contacts(care: Care, choice: Choice, telling: Telling) -> Iterator[Block]:
    for row in care.of(Contact):
        minutes = "" if row.minutes is None else _("%(n)d min") % {"n": row.minutes}
        above = (telling.at(row.at), one_of(ContactKind, row.kind), minutes)
        line = ", ".join(part for part in above if part)
        if words := choice.told(row.pk, row.words):
            yield Quote(words, above=line)
        else:
            yield Said(line)


def _notes(care: Care, choice: Choice, telling: Telling) -> Iterator[Block]:
    for row in care.of(RecordNote):
        above = (telling.day(row.created_at), session_words(row.session, telling))
        line = ", ".join(part for part in above if part)
        yield Quote(choice.told(row.pk, row.words), above=line)


def _not_here(choice: Choice) -> Facts:
    home = stays_home()[:6]  # the others say nothing to a client
    return Facts(tuple((one.what, one.why) for one in (*home, *not_chosen(choice))))
