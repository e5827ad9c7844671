"""Answers: filled questionnaires and plain scores, scored beside the row, and what they raise."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import get_language

from lacrima.errors import BadInput, NotFound, OutOfRange
from lacrima.instruments import plain
from lacrima.instruments.catalogue import shipped
from lacrima.instruments.definition import Instrument, Who
from lacrima.instruments.scoring import Scored, score, score_total
from lacrima.instruments.translations import in_language
from lacrima.practice import risk
from lacrima.practice.changing import make, put, take
from lacrima.practice.removing import remove
from lacrima.practice.risk import note_risk_seen, open_risks, undo_risk_seen
from lacrima.practice.words import AnswerSource
from lacrima.records import audit, clock
from lacrima.records.access import Right, find, require, visible
from lacrima.records.models import Answers, Client, Episode, Member, PlainScore, Session

__all__ = [
    "InstrumentChoice",
    "as_read",
    "change_answers",
    "choice_of",
    "define_plain_score",
    "delete_answers",
    "delete_plain_score",
    "instrument_choice",
    "instruments",
    "instruments_used",
    "note_risk_seen",
    "open_risks",
    "record_answers",
    "score_now",
    "undo_risk_seen",
]

MOST_ASSESSMENT = 9999


@dataclass(frozen=True)
class InstrumentChoice:
    """Something that can be filled in: a shipped instrument, or a plain score of the practice."""

    slug: str
    name: str
    title: str
    minimum: Decimal
    maximum: Decimal
    higher_is_better: bool
    recall_days: int | None
    instrument: Instrument | None = None
    plain_score: PlainScore | None = None

    @property
    def has_items(self) -> bool:
        """Whether single items are asked; a plain score, ORS and SRS have a total alone."""
        return self.instrument is not None and not self.instrument.is_total_only

    @property
    def is_by_therapist(self) -> bool:
        """Whether the therapist answers it, about the client."""
        return self.instrument is not None and self.instrument.who is Who.THERAPIST


def instruments() -> list[InstrumentChoice]:
    """Everything that can be filled in for a client, shipped instruments first.

    What a therapist answers about herself is not among them. A score of the practice's own
    hides a shipped instrument that came to have the same short name.
    """
    own = [_of_plain(row) for row in PlainScore.objects.order_by("name")]
    taken = {one.slug for one in own}
    offered = [one for one in shipped().values() if _is_for_clients(one) and one.slug not in taken]
    return [*(_of_shipped(one) for one in offered), *own]


def instruments_used(episode: Episode) -> frozenset[str]:
    """The slugs of what was filled in for this course of care."""
    return frozenset(episode.answers.order_by().values_list("instrument", flat=True).distinct())


def instrument_choice(slug: str) -> InstrumentChoice:
    """The one of this slug, as it would be filled in now; NotFound when there is none."""
    row = PlainScore.objects.filter(slug=slug).first()
    if row is not None:
        return _of_plain(row)
    instrument = shipped().get(slug)
    if instrument is None or not _is_for_clients(instrument):
        raise NotFound("no questionnaire of this name", next_step="Choose one of the list.")
    return _of_shipped(instrument)


def choice_of(answers: Answers) -> InstrumentChoice:
    """What these answers were filled in with."""
    if answers.plain_score is not None:
        return _of_plain(answers.plain_score)
    if answers.instrument in shipped():
        return _of_shipped(shipped()[answers.instrument])
    return instrument_choice(answers.instrument)


def _is_for_clients(one: Instrument) -> bool:
    return one.about is Who.CLIENT


def as_read(slug: str) -> Instrument | None:
    """A shipped instrument in the language of whoever reads, where official words are here."""
    original = shipped().get(slug)
    return None if original is None else in_language(original, get_language() or "")


def _of_shipped(original: Instrument) -> InstrumentChoice:
    one = in_language(original, get_language() or "")
    return InstrumentChoice(
        slug=one.slug,
        name=one.name,
        title=one.title,
        minimum=one.minimum,
        maximum=one.maximum,
        higher_is_better=one.higher_is_better,
        recall_days=one.recall_days,
        instrument=one,
    )


def _of_plain(row: PlainScore) -> InstrumentChoice:
    return InstrumentChoice(
        slug=row.slug,
        name=row.name,
        title=row.name,
        minimum=row.minimum,
        maximum=row.maximum,
        higher_is_better=row.higher_is_better,
        recall_days=row.recall_days,
        plain_score=row,
    )


def record_answers(
    client: Client,
    episode: Episode,
    *,
    by: Member,
    instrument: str,
    items: Mapping[str, int | None] | None = None,
    total: Decimal | int | float | str | None = None,
    session: Session | None = None,
    assessment: int | None = None,
    given_at: datetime | None = None,
    told_aloud: bool = False,
    source: AnswerSource | str = AnswerSource.HAND,
) -> Answers:
    """One filled questionnaire (`items`) or one plain score (`total`), scored beside it.

    It belongs to a session, an assessment number, or a time; without any of them, to now. A
    missing item is None and never 0; the instrument's own rule says whether there is a total.
    An answer that may mean danger stands at once in the list of risks.
    """
    with audit.change(by=by, action="answers.recorded") as line:
        there = take(by, episode)
        who = find(by, Client, client.pk)
        choice = instrument_choice(instrument)
        values = _scored_values(choice, items, total)
        place = _place(there, who, session, assessment, given_at)
        _check_not_there(there, who, choice.slug, place)
        answers = make(
            Answers,
            client=who,
            episode=there,
            instrument=choice.slug,
            instrument_version=choice.instrument.version if choice.instrument else "",
            plain_score=choice.plain_score,
            recall_days=choice.recall_days,
            source=AnswerSource.TOLD_ALOUD if told_aloud else AnswerSource(source),
            **place,
            **values,
        )
        raised = risk.follow(answers, choice.instrument)
        line.about(answers, instrument=choice.slug, missing=answers.missing, **raised)
        return answers


def _scored_values(
    choice: InstrumentChoice, items: Mapping[str, int | None] | None, total: Any
) -> dict[str, Any]:
    if choice.instrument is None:
        return _plain_values(choice, items, total)
    if choice.instrument.is_total_only:
        return _total_values(choice.instrument, items, total)
    if items is None:
        raise BadInput(
            "a total without its items",
            where="items",
            expected=f"the single answers of {choice.name}",
        )
    scored = score(choice.instrument, items)
    if not any(value is not None for value in scored.items.values()):
        raise BadInput("nothing was answered", where="items", expected="one answer at least")
    return {
        "items": dict(scored.items),
        "total": scored.total,
        "why": scored.why,
        "missing": len(scored.missing),
    }


def _plain_values(
    choice: InstrumentChoice, items: Mapping[str, int | None] | None, total: Any
) -> dict[str, Any]:
    row = choice.plain_score
    if row is None or items:
        raise BadInput("single items of a score that has none", where="items", expected="a total")
    value = _number(total)
    _plain(row).check(value)
    if value != round(value, 4):
        raise OutOfRange("too many decimals", where="total", expected="at most four decimals")
    return {"items": None, "total": value, "why": "", "missing": 0}


def _total_values(
    instrument: Instrument, items: Mapping[str, int | None] | None, total: Any
) -> dict[str, Any]:
    if items:
        raise BadInput("single items of a score that has none", where="items", expected="a total")
    scored = score_total(instrument, _number(total))
    return {"items": None, "total": scored.total, "why": "", "missing": 0}


def _number(total: Any) -> Decimal:
    try:
        return Decimal(str(total))
    except InvalidOperation:
        raise OutOfRange("no number", where="total", expected="a number") from None


def _plain(row: PlainScore) -> plain.PlainScore:
    return plain.PlainScore(
        row.slug, row.name, row.minimum, row.maximum, row.higher_is_better, row.recall_days
    )


def _place(
    episode: Episode,
    client: Client,
    session: Session | None,
    assessment: int | None,
    given_at: datetime | None,
) -> dict[str, Any]:
    if not episode.participants.filter(client=client).exists():
        raise BadInput("somebody who does not come to this care", where="client")
    if session is not None and session.episode_id != episode.pk:
        raise BadInput("a session of another course of care", where="session")
    if session is not None and assessment is not None:
        raise BadInput("a session and a number", where="assessment", expected="one of them")
    if assessment is not None and not 0 <= assessment <= MOST_ASSESSMENT:
        raise OutOfRange("a number", where="assessment", expected=f"0 to {MOST_ASSESSMENT}")
    if given_at is not None and given_at > clock.now():
        raise OutOfRange("a time to come", where="given_at", expected="now or earlier")
    if session is None and assessment is None and given_at is None:
        given_at = clock.now()
    return {"session": session, "assessment": assessment, "given_at": given_at}


def _check_not_there(
    episode: Episode,
    client: Client,
    slug: str,
    place: Mapping[str, Any],
    *,
    but: Answers | None = None,
) -> None:
    same = Answers.objects.filter(client=client, episode=episode, instrument=slug)
    if place["session"] is not None:
        same = same.filter(session=place["session"])
    elif place["assessment"] is not None:
        same = same.filter(assessment=place["assessment"])
    else:
        same = same.filter(session=None, assessment=None, given_at=place["given_at"])
    if (same.exclude(pk=but.pk) if but else same).exists():
        raise BadInput(
            "there are answers to this questionnaire for this session, number or time already",
            where="instrument",
            next_step="Open those answers and change them there.",
        )


def change_answers(
    answers: Answers,
    *,
    by: Member,
    expected_version: int | None = None,
    items: Mapping[str, int | None] | None = None,
    total: Decimal | int | float | str | None = None,
    place: Mapping[str, Any] | None = None,
) -> Answers:
    """Correct answers; the score is formed anew, by the version they were filled in with.

    `place`: another session, assessment or given_at. A risk that nobody has seen goes when the
    answer that raised it is gone; one that was seen stays.
    """
    with audit.change(by=by, action="answers.changed") as line:
        there = take(by, answers, expected_version)
        choice = choice_of(there)
        values: dict[str, Any] = {}
        if items is not None or total is not None:
            values = _scored_values(choice, items, total)
        if place is not None:
            where = {"session": None, "assessment": None, "given_at": None} | dict(place)
            new = _place(there.episode, there.client, **where)
            _check_not_there(there.episode, there.client, there.instrument, new, but=there)
            values |= new
        changed = put(there, **values)
        followed = risk.follow(there, choice.instrument)
        line.about(there, fields=changed, **followed)
        return there


def delete_answers(answers: Answers, *, by: Member) -> Episode:
    """Delete answers recorded by mistake, with the risk they raised. The episode."""
    with audit.change(by=by, action="answers.deleted") as line:
        there = take(by, answers)
        episode: Episode = there.episode
        line.about(there, instrument=there.instrument, risks=there.risk_items.count())
        remove(there)
        return episode


def define_plain_score(
    *,
    by: Member,
    slug: str,
    name: str,
    minimum: Decimal | int,
    maximum: Decimal | int,
    higher_is_better: bool = False,
    recall_days: int | None = None,
) -> PlainScore:
    """A score of the practice's own: a name, a range, a direction; totals only."""
    with audit.change(by=by, action="plain_score.defined") as line:
        require(by, Right.WRITE_CARE)
        plain.PlainScore(
            slug, name, Decimal(minimum), Decimal(maximum), higher_is_better, recall_days
        )
        is_taken = slug in shipped() or PlainScore.objects.filter(slug=slug).exists()
        if is_taken:
            raise BadInput("this short name is in use", where="slug", expected="another one")
        row = make(
            PlainScore,
            slug=slug,
            name=name,
            minimum=minimum,
            maximum=maximum,
            higher_is_better=higher_is_better,
            recall_days=recall_days,
        )
        line.about(row)
        return row


def delete_plain_score(row: PlainScore, *, by: Member) -> None:
    """Take back a score defined by mistake; only while nothing was kept with it."""
    with audit.change(by=by, action="plain_score.deleted") as line:
        there = take(by, row)
        if there.answers.exists():
            raise BadInput("there are answers with this score", where="slug")
        line.about(there)
        remove(there)


def score_now(answers: Answers) -> Scored | None:
    """The answers as their instrument reads them (band, subscales); None for a score of one's own.

    None as well where only a total is kept of a questionnaire that has items.
    """
    instrument = choice_of(answers).instrument
    if instrument is None:
        return None
    if instrument.is_total_only:
        return None if answers.total is None else score_total(instrument, answers.total)
    return None if answers.items is None else score(instrument, answers.items)


def answers_of(by: Member, client: Client, episode: Episode) -> QuerySet[Answers]:
    """All answers of one client in one course of care that this person may see."""
    return visible(by, Answers).filter(client=client, episode=episode)
