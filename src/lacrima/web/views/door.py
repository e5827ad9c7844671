"""The door: coming in, who reads what, one page of questions after the other, leaving."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from lacrima import practice
from lacrima.errors import BadInput, NotFound
from lacrima.practice import door_keeper, door_own
from lacrima.practice.answers import instrument_choice
from lacrima.practice.door_answering import Word
from lacrima.practice.door_visits import Ask, DoorStep, Release, Visit
from lacrima.practice.mode import is_clinic
from lacrima.vault.process import VAULT
from lacrima.web import door_entry, patience
from lacrima.web.door_entry import DoorRequest
from lacrima.web.forms.door import (
    AskedForm,
    HeavinessForm,
    MomentForm,
    OpenerForm,
    QuestionnaireForm,
)
from lacrima.web.keeping import key_of, see_other
from lacrima.web.one_writer import in_turn
from lacrima.web.routes import POST, anyone, at_door

MOST_TOKEN = 40  # what is longer than a code can only be a link's own value


def show(
    request: HttpRequest, name: str, context: dict[str, Any] | None = None, *, status: int = 200
) -> HttpResponse:
    """A page of the door."""
    told = {"visit": getattr(request, "visit", None), **(context or {})}
    if status == 200 and getattr(told.get("form"), "errors", None):
        status = 422
    return render(request, f"lacrima/door/{name}.html", told, status=status)


@anyone
def come_in(request: HttpRequest) -> HttpResponse:
    """Where a link leads: the script sends what stands behind the `#`, or a code is typed."""
    if not is_clinic():
        return show(request, "come_in", {"by_code": False})
    form = OpenerForm(request.POST or None)
    refused = ""
    if request.method == "POST" and form.is_valid():
        refused = _try(request, form.cleaned_data["opener"])
        if not refused:
            return see_other(reverse("door"))
    status = 422 if refused else 200
    return show(request, "come_in", {"by_code": True, "form": form, "refused": refused},
                status=status)  # fmt: skip


def _try(request: HttpRequest, opener: str) -> str:
    """Come in, or the words of the refusal. Codes are tried at a limited rate; links need none."""
    is_code = len(opener) < MOST_TOKEN
    if is_code and patience.OF_DOORS.wait_s():
        return _("Somebody typed several wrong codes. Please wait a minute, or use the link.")
    try:
        with VAULT.in_use():
            door_entry.come_in(request, opener)
    except NotFound:
        if is_code:
            patience.OF_DOORS.note_wrong()
        return _("This link or code does not open anything any more. Ask for a new one.")
    if is_code:
        patience.OF_DOORS.note_right()
    return ""


@anyone(methods=POST)
def leave(request: HttpRequest) -> HttpResponse:
    """At once, from every page."""
    door_entry.leave(request)
    answer = see_other(reverse("door-left"))
    answer.headers["Clear-Site-Data"] = '"cache", "storage"'
    return answer


@anyone
def left(request: HttpRequest) -> HttpResponse:
    """Nothing is here any more."""
    return show(request, "left")


@at_door
def reads(request: DoorRequest) -> HttpResponse:
    """Who reads what, before the first question and at any time."""
    if request.method != "POST":
        return show(request, "reads")
    if not door_entry.is_open():
        return show(request, "locked", status=423)
    key_of(request)
    in_turn(lambda: door_own.agree(request.visit.participant_id))
    return see_other(reverse("door"))


@at_door
def door(request: DoorRequest) -> HttpResponse:
    """What is asked now, one page after the other."""
    visit = request.visit
    may_be_asked = visit.has_read and visit.has_agreed
    if request.method == "POST":
        return _answered(request) if may_be_asked else see_other(reverse("door"))
    if not may_be_asked and not visit.is_stopped:
        return see_other(reverse("door-reads"))
    if door_entry.has_danger_to_say(request):
        return show(request, "contacts")
    if visit.asks:
        return _asked(request, visit.asks[0], form_for(visit.asks[0], visit))
    context = {
        "thanks": door_entry.has_answered(request),
        "is_waiting": not door_entry.is_open(),
        "can_say_more": _mention(visit.participant_id) is not None,
    }
    return show(request, "done", context)


def form_for(ask: Ask, visit: Visit, data: Any = None) -> Any:
    """The form of one page of questions."""
    if ask.kind == "heaviness":
        return HeavinessForm(data)
    if ask.kind == "asked":
        return AskedForm(data, visit=visit)
    if ask.kind == "form":
        instrument = instrument_choice(ask.slug).instrument
        if instrument is None:
            raise NotFound("no questionnaire of this name")
        return QuestionnaireForm(data, instrument=instrument)
    return MomentForm(data, visit=visit, stood_out=ask.stood_out)


def _asked(request: DoorRequest, ask: Ask, form: Any) -> HttpResponse:
    context = {
        "ask": ask,
        "form": form,
        "mark": door_entry.mark_of(ask),
        "today": timezone.localdate(practice.now()),
        "asks_danger": ask.kind == "form" and bool(form.instrument.flags),
    }
    return show(request, "ask", context)


def _answered(request: DoorRequest) -> HttpResponse:
    """Kept, and on to the next. What was answered in another window is not asked again."""
    mark = request.POST.get("mark", "")
    ask = next((one for one in request.visit.asks if door_entry.mark_of(one) == mark), None)
    if ask is None:
        return see_other(reverse("door"))
    if "skip" in request.POST:
        door_entry.note_done(request, ask)
        return see_other(reverse("door"))
    form = form_for(ask, request.visit, request.POST)
    if not form.is_valid():
        return _asked(request, ask, form)
    _keep(request, ask, form)
    return see_other(reverse("door"))


def _keep(request: DoorRequest, ask: Ask, form: Any) -> None:
    values = {name: value for name, value in form.values().items() if value is not None}
    if not any(value not in ({}, [], "") for value in values.values()) and ask.kind != "asked":
        door_entry.note_done(request, ask)  # nothing was answered: as if skipped
        return
    word = word_of(request, ask, values, form)
    in_turn(lambda: door_entry.keep(word))
    door_entry.note_done(request, ask, answered=True)
    if isinstance(form, QuestionnaireForm) and form.may_mean_danger():
        door_entry.note_danger(request)
    if ask.kind == "asked":
        door_entry.mentioned_now(request, ask, tuple(values.get("stood_out", ())))


def word_of(request: DoorRequest, ask: Ask, values: dict[str, Any], form: Any) -> Word:
    """One page as it was sent; what is for a keeper alone is sealed here, before it goes on."""
    at = practice.now()
    release = form.release() if isinstance(form, MomentForm) else Release.NOT_YET
    sealed = ""
    if release == Release.KEEPER:
        code = request.visit.house.keeper_code
        sealed, values = door_keeper.sealed_now(code, DoorStep(ask.kind), values, at), {}
    return Word(
        key=key_of(request),
        participant_id=request.visit.participant_id,
        kind=ask.kind,
        way=request.visit.way,
        given_at=at,
        values=values,
        session_id=ask.session_id,
        slug=ask.slug,
        release=release,
        sealed=sealed,
    )


@at_door
def more(request: DoorRequest) -> HttpResponse:
    """Say more at once, and not first this evening."""
    ask = _mention(request.visit.participant_id)
    if ask is None:
        return see_other(reverse("door"))
    form = form_for(ask, request.visit, request.POST or None)
    if request.method == "POST" and form.is_valid():
        _keep(request, ask, form)
        return see_other(reverse("door"))
    context = {"ask": ask, "form": form, "mark": "", "send_to": reverse("door-more")}
    return show(request, "ask", context)


def _mention(participant_id: UUID) -> Ask | None:
    """The latest thing that was mentioned and not told of yet."""
    if not door_entry.is_open():
        return None
    try:
        return door_own.untold_mention(participant_id)
    except BadInput:
        return None
