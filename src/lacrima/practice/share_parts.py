"""What can be shown of a moment or a weighing, part by part, each as it will be read.

A part is in what is shown only when it was ticked. What clients said, wrote or answered needs
that they agreed to it. What others of the practice wrote is never among it.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from lacrima.evidence.library import shipped
from lacrima.formats.share_file import ShownPart
from lacrima.practice.export_words import one_of, some_of, voice_facts
from lacrima.practice.pages_parts import instrument_name, instrument_of, score_words
from lacrima.practice.share_words import Called
from lacrima.practice.weighing_thinking import Thinking, benefit_words, said_of
from lacrima.practice.words import (
    About,
    CameAbout,
    Emotion,
    Felt,
    Flow,
    HeldBack,
    Kind,
    Modality,
    Nature,
    Noticed,
    Occasion,
    Response,
    Side,
    SpokenOf,
    label,
    shown_label,
)
from lacrima.records.models import Answers, Expression, KeptInMind, Member, Moment, Voice

Pair = tuple[str, str]


@dataclass(frozen=True)
class Part:
    """One part that can be shown.

    `group` is what the log calls it: never words, and the same for all of its kind.
    """

    id: str
    group: str
    shown: ShownPart
    is_of_client: bool = False
    is_usual: bool = False
    client: uuid.UUID | None = None  # whose words they are; None of a client's part: of all

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to show."""
        return not (self.shown.rows or self.shown.words)


def moment_parts(moment: Moment, by: Member, called: Called) -> list[Part]:
    """What can be shown of a moment; needs its voices with their people."""
    voices = sorted(moment.voices.all(), key=lambda one: one.created_at)
    own = [one for one in voices if _is_hers(one, by)]
    parts = [*_when(moment, called)]
    for number, voice in enumerate(own):
        parts += _own(voice, moment, called, number)
    parts += _kept_in_mind(moment)
    for voice in voices:
        if voice.side == Side.CLIENT:
            parts += _client_voice(voice, moment, called)
    for row in moment.session.answers.select_related("client", "plain_score"):
        parts += _answers(row, moment, called)
    return [part for part in parts if not part.is_empty]


def _is_hers(voice: Voice, by: Member) -> bool:
    speaker = voice.participant
    return voice.side == Side.THERAPIST and speaker is not None and speaker.member_id == by.pk


def _when(moment: Moment, called: Called) -> Iterator[Part]:
    session = moment.session
    number = "" if session.number is None else str(session.number)
    rows = (
        (_("session"), number),
        (_("where"), one_of(Modality, session.modality)),
        (_("what sort of moment"), str(label(Nature(moment.nature)))),
        (_("how it came out"), str(label(Kind(moment.kind)))),
    )
    yield _part("when", _("Which moment"), rows, is_usual=True)
    yield _part("day", _("The day"), [(_("day"), called.day(session.start))])


def _own(voice: Voice, moment: Moment, called: Called, number: int) -> Iterator[Part]:
    told = list(voice.expressions.all())
    more = f"-{number + 1}" if number else ""
    rows: list[Pair] = [(called.name(one.participant), _showed(one, moment)) for one in told]
    first = called.name(voice.first) if voice.first else ""
    yield _part(f"showed{more}", _("What showed"), [*rows, (_("first"), first)], is_usual=True)
    yield _part(f"about{more}", _("What it was about"),
                [(_("about"), some_of(About, voice.about))], is_usual=True)  # fmt: skip
    yield _part(f"course{more}", _("What happened then"), _course(voice), is_usual=True)
    yield _part(
        f"guesses{more}", _("How it was for the client, as the therapist guessed"), _guesses(voice)
    )
    own = [one for one in told if one.participant_id == voice.participant_id]
    yield _part(f"felt{more}", _("What the therapist felt"), _felt(own))
    yield _part(f"words{more}", _("The therapist’s own words"), words=voice.words)


def _showed(row: Expression, moment: Moment) -> str:
    told = (
        "" if row.shown is None else str(shown_label(moment.kind, row.shown)),
        _held(row.held_back),
        one_of(CameAbout, row.came_about),
    )
    return ", ".join(part for part in told if part) or _("how much was left open")


def _held(value: str) -> str:
    said = {
        HeldBack.NO.value: _("not held back"),
        HeldBack.PARTLY.value: _("partly held back"),
        HeldBack.WHOLLY.value: _("wholly held back"),
    }
    return said.get(value, "")


def _course(voice: Voice) -> Iterator[Pair]:
    yield _("the session"), one_of(Flow, voice.flow)
    yield _("what the therapist did"), some_of(Response, voice.response)
    back = voice.focus_back_min
    minutes = "" if back is None else _("%(n)d minutes") % {"n": back}
    yield _("the focus was back with the client after"), minutes
    number = voice.spoken_session.number if voice.spoken_session else None
    session = "" if number is None else _("session %(number)d") % {"number": number}
    told = [one_of(SpokenOf, voice.spoken_of), session]
    yield _("spoken of"), ", ".join(part for part in told if part)


def _guesses(voice: Voice) -> Iterator[Pair]:
    yield _("noticed"), one_of(Noticed, voice.noticed)
    yield _("burdened by it"), one_of(Noticed, voice.burdened)


def _felt(own: Iterable[Expression]) -> Iterator[Pair]:
    for one in own:
        yield _("felt"), "" if one.felt is None else str(label(Felt(one.felt)))
        yield _("emotions"), some_of(Emotion, one.emotions)


def _kept_in_mind(moment: Moment) -> Iterator[Part]:
    kept = KeptInMind.objects.filter(episode=moment.session.episode_id, let_go_on=None)
    for one in kept:
        yield _part(f"mind-{one.pk.hex}", _("What is kept in mind"), words=one.words,
                    group="kept_in_mind", is_of_client=True)  # fmt: skip


def _client_voice(voice: Voice, moment: Moment, called: Called) -> Iterator[Part]:
    voice.moment = moment  # its key to open the words is found over the moment
    who = called.name(voice.participant) if voice.participant else _("the client")
    whose = voice.participant.client_id if voice.participant else None
    said = {"who": who, "when": str(label(Occasion(voice.occasion)))}
    facts = voice_facts(voice, voice.expressions.all(), moment, called, with_felt=True)
    yield _part(f"voice-{voice.pk.hex}", _("What %(who)s answered, %(when)s") % said, facts,
                group="client_voice", is_of_client=True, client=whose)  # fmt: skip
    yield _part(
        f"voice-words-{voice.pk.hex}",
        _("What %(who)s wrote, %(when)s") % said,
        words=voice.words,
        group="client_words",
        is_of_client=True,
        client=whose,
    )


def _answers(row: Answers, moment: Moment, called: Called) -> Iterator[Part]:
    seats = moment.session.episode.participants.all()
    seat = next((one for one in seats if one.client_id == row.client_id), None)
    who = called.name(seat) if seat else _("the client")
    said = {"who": who, "form": instrument_name(row)}
    yield _part(f"score-{row.pk.hex}", _("Score of %(form)s, %(who)s") % said,
                [(_("total"), score_words(row))], group="scores")  # fmt: skip
    yield _part(f"answers-{row.pk.hex}", _("Single answers to %(form)s, %(who)s") % said,
                _items(row), group="answers", is_of_client=True, client=row.client_id)  # fmt: skip


def _items(row: Answers) -> Iterator[Pair]:
    """Each answer by its number; the questions' wording is others' and stays."""
    instrument = instrument_of(row)
    given = row.items or {}
    asked = [one.id for one in instrument.items] if instrument else sorted(given)
    for number, name in enumerate(asked, start=1):
        if name in given:
            value = given[name]
            yield (
                pgettext("question of a form", "question %(n)d") % {"n": number},
                _("left out") if value is None else str(value),
            )


def weighing_parts(thinking: Thinking) -> Iterator[Part]:
    """What can be shown of a weighing: each answered question, the benefit, what she takes."""
    titles = {one.id: one.title for one in shipped().questions.values()}
    for name, answer in thinking.answers.items():
        yield _part(f"weighed-{name}", titles.get(name, name), words=said_of(answer),
                    group="weighing_questions", is_usual=True)  # fmt: skip
    yield _part("benefit", _("Benefit to the client"), words=benefit_words(thinking),
                group="weighing_benefit", is_usual=True)  # fmt: skip
    yield _part("takes", _("What the therapist takes from it"), words=thinking.takes,
                group="weighing_takes", is_usual=True)  # fmt: skip


def _part(
    key: str,
    name: str,
    rows: Iterable[Pair] = (),
    *,
    words: str = "",
    group: str = "",
    is_of_client: bool = False,
    is_usual: bool = False,
    client: uuid.UUID | None = None,
) -> Part:
    pairs = tuple((what, how) for what, how in rows if how)
    group = group or key.partition("-")[0]
    return Part(key, group, ShownPart(name, pairs, words), is_of_client, is_usual, client)
