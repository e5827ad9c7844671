"""Pages of one voice of a moment: say more, write down what the client says, take it back."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from lacrima import practice
from lacrima.practice import moments
from lacrima.practice.rights import Right
from lacrima.practice.words import Side
from lacrima.web.forms.log_moment import Person
from lacrima.web.forms.voice import EXPRESSION_FIELDS, ClientVoiceForm, VoiceForm
from lacrima.web.half_typed import initial_from_draft
from lacrima.web.keeping import say
from lacrima.web.routes import PageRequest, member
from lacrima.web.views.editing import Confirm, Sheet, Standing, answer_form, confirm
from lacrima.web.views.who import above, people_of


def _voice_values(voice: Any, people: list[Person]) -> dict[str, Any]:
    values: dict[str, Any] = {name: getattr(voice, name) for name in _PLAIN_FIELDS}
    values["first"] = str(voice.first_id or "")
    values["spoken_session"] = str(voice.spoken_session_id or "")
    values["rating"] = _as_text(voice.rating)
    values |= {f"item_{key}": _as_text(value) for key, value in voice.items.items()}
    said = {str(one.participant_id): one for one in voice.expressions.all()}
    for place, person in enumerate(people):
        if person.id in said:
            values |= {
                f"{name}_{place}": _as_text(getattr(said[person.id], name))
                for name in EXPRESSION_FIELDS
            }
    return values


_PLAIN_FIELDS = (
    "flow",
    "about",
    "noticed",
    "burdened",
    "spoken_of",
    "spoken_by",
    "focus_back_min",
    "response",
    "seemed",
    "would_like_to_talk",
    "occasion",
    "words",
)


def _as_text(value: Any) -> Any:
    return str(value) if isinstance(value, int) else value


def _said(request: PageRequest, form: VoiceForm, voice: Any | None) -> dict[str, Any]:
    """What a voice says, with rows instead of ids, and only of people it speaks of."""
    said = form.values()
    if said.get("first"):
        said["first"] = practice.find(request.member, "participant", said["first"])
    if said.get("spoken_session"):
        said["spoken_session"] = practice.find(request.member, "session", said["spoken_session"])
    known = {str(one.participant_id) for one in voice.expressions.all()} if voice else set()
    said["expressions"] = {
        who: values
        for who, values in form.expressions().items()
        if who in known or any(value not in (None, "", []) for value in values.values())
    }
    return said


def _later_sessions(session: Any) -> list[tuple[str, str]]:
    rows = session.episode.sessions.filter(number__isnull=False).order_by("-number")
    if session.number is not None:
        rows = rows.filter(number__gte=session.number)
    return [(str(row.pk), _("session %(number)s") % {"number": row.number}) for row in rows]


@member(right=Right.WRITE_CARE)
def voice_change(request: PageRequest, voice_id: UUID) -> HttpResponse:
    """Say more, or say it otherwise: one voice of a moment, every field optional."""
    voice = practice.find(request.member, "voice", voice_id)
    people = people_of(request, voice.moment.session)

    def standing() -> Standing:
        row = practice.find(request.member, "voice", voice_id)
        return Standing(_voice_values(row, people), row.version)

    now = standing()
    form = VoiceForm(
        request.POST or None,
        side=voice.side,
        kind=voice.moment.kind,
        people=people,
        speaker=str(voice.participant_id),
        sessions=_later_sessions(voice.moment.session),
        initial=initial_from_draft(request, dict(now.values)),
        version=now.version,
    )
    back = reverse("moment", args=[voice.moment_id])

    def do() -> str:
        moments.say_more(
            voice,
            by=request.member,
            expected_version=form.expected_version(),
            **_said(request, form, voice),
        )
        say(
            request,
            _("Kept."),
            link=reverse("voice-change", args=[voice.pk]),
            link_label=_("Change"),
        )
        return back

    is_yours = voice.side == Side.THERAPIST
    sheet = Sheet(
        _("A little more") if is_yours else _("What the client says"),
        back,
        above=above(request, voice.moment.session),
        lead=_("Everything here may stay empty."),
        delete_url="" if is_yours else reverse("voice-delete", args=[voice.pk]),
        template="voice_form",
    )
    return answer_form(request, form, do, sheet, standing=standing)


@member(right=Right.WRITE_CARE)
def voice_new(request: PageRequest, moment_id: UUID, participant_id: UUID) -> HttpResponse:
    """What the client says of this moment, written down by you."""
    row = practice.find(request.member, "moment", moment_id)
    speaker = practice.find(request.member, "participant", participant_id)
    form = ClientVoiceForm(
        request.POST or None,
        side=Side.CLIENT.value,
        kind=row.kind,
        people=people_of(request, row.session),
        speaker=str(speaker.pk),
        initial=initial_from_draft(request, {"occasion": "later", "how": "aloud"}),
    )
    back = reverse("moment", args=[row.pk])

    def do() -> str:
        said = _said(request, form, None)
        voice = moments.add_client_voice(
            row, by=request.member, participant=speaker, told_aloud=form.is_told_aloud(), **said
        )
        link = reverse("voice-change", args=[voice.pk])
        say(
            request,
            _("Both voices stand beside each other now."),
            link=link,
            link_label=_("Change"),
        )
        return back

    sheet = Sheet(
        _("What the client says"),
        back,
        above=above(request, row.session),
        lead=_("In the client's words, not in yours. Everything may stay empty."),
        template="voice_form",
    )
    return answer_form(request, form, do, sheet)


@member(right=Right.WRITE_CARE)
def voice_delete(request: PageRequest, voice_id: UUID) -> HttpResponse:
    """Take back a voice that was kept by mistake."""
    voice = practice.find(request.member, "voice", voice_id)
    back = reverse("moment", args=[voice.moment_id])

    def do() -> str:
        moments.delete_voice(voice, by=request.member)
        say(request, _("That voice is deleted. The others stay."))
        return back

    question = Confirm(
        title=_("Delete this voice?"),
        what=_("What it says of this moment goes. The moment and its other voices stay."),
        confirm_label=_("Delete this voice"),
        cancel_url=back,
    )
    return confirm(request, do, question)
