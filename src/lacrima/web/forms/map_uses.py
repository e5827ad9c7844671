"""What a column can be, in words: of the client, the session, a moment, a voice, a score."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from enum import Enum
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lacrima.formats.column_lines import Line
from lacrima.formats.column_looks import ColumnLook
from lacrima.formats.map_draft import Said, Use
from lacrima.formats.map_fields import FIELDS, MapField
from lacrima.practice import words

MOST_WORDS = 40


def uses_for(line: Line | None, *, moments: bool) -> list[tuple[str, Any]]:
    """What a line can be, in groups. Without a line: everything that one can."""
    nothing = (Use.NOTHING.value, _("not used"))
    total = (Use.TOTAL.value, _("a score (its total)"))
    answers = (Use.ANSWERS.value, _("single answers to a questionnaire"))
    if line is not None and not line.is_single:
        return [nothing, answers] if line.rounds else [nothing, total, answers]
    scores = [total] if line is not None else [total, answers]
    said = [(f"{_TOLD}{path}", str(label)) for path, label in SESSION_WORDS]
    groups: list[tuple[str, Any]] = [nothing, *_roles(), *scores, (_("Of the session"), said)]
    if moments:
        groups += [
            (title, [(f"{_TOLD}{path}", str(label)) for path, label in words])
            for title, words in (
                (_("Of a moment in it"), MOMENT_WORDS),
                (_("What you say of the moment"), OWN_WORDS),
                (_("What the client says of it"), CLIENTS_WORDS),
            )
        ]
    return groups


def _roles() -> list[tuple[str, str]]:
    return [
        (Use.CLIENT.value, _("the client's code")),
        (Use.SESSION.value, _("the number of the session")),
        (Use.ASSESSMENT.value, _("the number of a time point without a session")),
        (Use.DATE.value, _("a date")),
    ]


_TOLD = "told:"

SESSION_WORDS = (
    ("session.time", gettext_lazy("the time of day of the session")),
    ("session.length_min", gettext_lazy("the length of the session in minutes")),
    ("session.modality", gettext_lazy("where the session was: room, video, phone")),
    ("session.face_visible", gettext_lazy("on video: could your face be seen")),
    ("session.state", gettext_lazy("whether the session was held")),
    ("session.heaviness", gettext_lazy("how heavy it was (0 to 10), as you say")),
    (
        "session.heaviness.client",
        gettext_lazy("how heavy it was (0 to 10), as the client says"),
    ),
    ("session.heaviness_after", gettext_lazy("how heavy it was, given afterwards by you")),
    (
        "session.heaviness_after.client",
        gettext_lazy("how heavy it was, given afterwards by the client"),
    ),
    ("session.log_state", gettext_lazy("whether the session was logged")),
)
MOMENT_WORDS = (
    ("moment.when", gettext_lazy("whether there was a moment")),
    ("moment.who", gettext_lazy("whose emotion it was")),
    ("moment.kind", gettext_lazy("what it was: tears, laughter, anger")),
    ("moment.nature", gettext_lazy("whether it showed, was held back, or was missed")),
    ("moment.start_min", gettext_lazy("the beginning of the moment, in minutes")),
    ("moment.end_min", gettext_lazy("the end of the moment, in minutes")),
    ("moment.key", gettext_lazy("the table's own id of the moment")),
)
OWN_WORDS = (
    ("voice.therapist.shown", gettext_lazy("how much showed, as you say")),
    ("voice.therapist.therapist.shown", gettext_lazy("how much showed of yours alone")),
    ("voice.therapist.client.shown", gettext_lazy("how much showed of the client's alone")),
    ("voice.therapist.felt", gettext_lazy("how strong it was inside you")),
    ("voice.therapist.held_back", gettext_lazy("held back or not, as you say")),
    ("voice.therapist.came_about", gettext_lazy("how it came")),
    ("voice.therapist.emotions", gettext_lazy("which emotions, as you say")),
    ("voice.therapist.first", gettext_lazy("who came first")),
    ("voice.therapist.flow", gettext_lazy("whether the session went on")),
    ("voice.therapist.about", gettext_lazy("what it was about")),
    ("voice.therapist.response", gettext_lazy("what you did")),
    ("voice.therapist.focus_back_min", gettext_lazy("minutes until the focus was back")),
    ("voice.therapist.noticed", gettext_lazy("the client noticed, as you guess")),
    ("voice.therapist.burdened", gettext_lazy("it burdened the client, as you guess")),
    ("voice.therapist.spoken_of", gettext_lazy("whether it was spoken of")),
    ("voice.therapist.spoken_session", gettext_lazy("in which session it was spoken of")),
    ("voice.therapist.rating", gettext_lazy("how it was, from -4 to 4, as you guess")),
    ("voice.therapist.words", gettext_lazy("your own words")),
)
CLIENTS_WORDS = (
    ("voice.client.shown", gettext_lazy("how much showed, as the client says")),
    ("voice.client.felt", gettext_lazy("how strong it was inside, as the client says")),
    ("voice.client.held_back", gettext_lazy("held back or not, as the client says")),
    ("voice.client.emotions", gettext_lazy("which emotions, as the client says")),
    ("voice.client.noticed", gettext_lazy("the client noticed your emotion")),
    ("voice.client.burdened", gettext_lazy("the client was burdened by it")),
    ("voice.client.seemed", gettext_lazy("how you seemed to the client")),
    ("voice.client.rating", gettext_lazy("how it was for the client, from -4 to 4")),
    ("voice.client.items.understood", gettext_lazy("the client felt understood (0 to 4)")),
    ("voice.client.items.cared_for", gettext_lazy("the client felt cared for (0 to 4)")),
    (
        "voice.client.items.new_understanding",
        gettext_lazy("the client saw something anew (0 to 4)"),
    ),
    ("voice.client.items.relieved", gettext_lazy("the client felt relieved (0 to 4)")),
    ("voice.client.items.worried", gettext_lazy("the client was worried about you (0 to 4)")),
    ("voice.client.would_like_to_talk", gettext_lazy("the client would like to talk about it")),
    ("voice.client.words", gettext_lazy("the client's words")),
)


def chosen_for(said: Said) -> str:
    """The choice that says this."""
    return f"{_TOLD}{said.told}" if said.use is Use.TOLD else said.use.value


def said_by(sent: str, line: Line) -> Said:
    """What a choice says; nothing where it cannot be said of this line."""
    known = {key for key, _label in flat(uses_for(line, moments=True))}
    if sent not in known:
        return Said()
    path = sent.removeprefix(_TOLD)
    return Said(Use.TOLD, told=path) if path != sent else Said(Use(sent))


_ENUMS: dict[str, type[Enum]] = {
    "modality": words.Modality,
    "state": words.SessionState,
    "log_state": words.LogState,
    "kind": words.Kind,
    "nature": words.Nature,
    "who": words.Party,
    "first": words.Party,
    "held_back": words.HeldBack,
    "came_about": words.CameAbout,
    "emotions": words.Emotion,
    "flow": words.Flow,
    "about": words.About,
    "noticed": words.Noticed,
    "burdened": words.Noticed,
    "spoken_of": words.SpokenOf,
    "response": words.Response,
    "seemed": words.Seemed,
}


def our_words(one: MapField) -> list[tuple[str, Any]]:
    """The words of ours that a column's words can mean, with what people read for them."""
    key = one.key.rpartition(".")[2]
    if key == "shown":
        return list(words.shown_choices(words.Kind.TEARS))
    if key == "felt":
        return list(words.choices(words.Felt))
    if key in _ENUMS:
        return [each for each in words.choices(_ENUMS[key]) if each[0] in one.wanted.words]
    return [("yes", _("yes")), ("no", _("no"))]


def unknown_words(said: Said, look: ColumnLook) -> tuple[str, ...]:
    """The words of a column that are none of ours, as far as its first rows show."""
    one = FIELDS[said.told]
    cells = look.words if one.has_words else ()
    return one.unknown_among(cells, said.separator)[:MOST_WORDS]


def flat(choices: Iterable[tuple[str, Any]]) -> Iterator[tuple[str, Any]]:
    """Choices without their groups."""
    for key, label in choices:
        if isinstance(label, list):
            yield from label
        else:
            yield key, label
