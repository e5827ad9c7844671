"""What a client does with what is the client's own: see, correct, take back, pause, stop, leave."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from lacrima.errors import OutOfRange
from lacrima.practice import door_own, door_own_word, door_telling, door_way_out, receipts
from lacrima.practice.door_visits import Release, client_at
from lacrima.web import door_entry, patience
from lacrima.web.door_entry import DoorRequest
from lacrima.web.forms.door import (
    AskedForm,
    EveningForm,
    MomentForm,
    OwnWordForm,
    PauseForm,
    StatementForm,
    WayOutForm,
    told_before,
)
from lacrima.web.keeping import key_of, see_other
from lacrima.web.one_writer import in_turn
from lacrima.web.routes import GET, POST, PlainView, at_door
from lacrima.web.views.door import show

NEEDS_THE_OPEN_PRACTICE = 423


@dataclass(frozen=True)
class Told:
    """One answer as its own page shows it."""

    id: UUID
    title: str
    given_at: datetime
    who_reads: str
    lines: list[tuple[str, str]]
    is_closed: bool = False
    can_change: bool = True


def needs_open(view: PlainView) -> PlainView:
    """What was written before can be looked at only while the practice is open."""

    def guarded(request: DoorRequest, *args: object, **kwargs: object) -> HttpResponse:
        if not door_entry.is_open():
            return show(request, "locked", status=NEEDS_THE_OPEN_PRACTICE)
        return view(request, *args, **kwargs)

    return guarded


def once(request: DoorRequest, do: Any, to: str) -> HttpResponse:
    """Do this once for the form's key, and go there."""

    def run() -> str:
        do()
        return reverse(to)

    key = key_of(request)
    return see_other(in_turn(lambda: receipts.once(key, by=None, do=run)))


@at_door(methods=GET)
@needs_open
def answers(request: DoorRequest) -> HttpResponse:
    """Everything that was told here, the newest first."""
    who = request.visit.participant_id
    since = door_own_word.word_since(who)
    told = [_told(request, row, since) for row in door_own.answers_at(who)]
    context = {
        "answers": told,
        "has_word": since is not None,
        "is_any_closed": any(one.is_closed for one in told),
    }
    return show(request, "answers", context)


def _told(request: DoorRequest, row: Any, since: datetime | None) -> Told:
    """One answer; what is kept from everybody is closed until it is the client who looks."""
    is_open = row.release == Release.OPEN or door_entry.may_see(request, row.given_at, since)
    return Told(
        row.pk,
        door_telling.title_of(row),
        row.given_at,
        door_telling.who_reads(row, request.visit, is_open=is_open),
        door_telling.lines_of(row, request.visit, is_open=is_open),
        is_closed=not is_open,
        can_change=is_open and row.release != Release.KEEPER,
    )


@at_door
@needs_open
def own_word(request: DoorRequest) -> HttpResponse:
    """Give the word, or choose one."""
    who = request.visit.participant_id
    since = door_own_word.word_since(who)
    form = OwnWordForm(request.POST or None)
    wishes_new = since is None or "new" in request.GET
    if request.method == "POST" and form.is_valid():
        refused = _word_given(request, who, form.cleaned_data["word"], wishes_new=wishes_new)
        if not refused:
            return see_other(reverse("door-answers"))
        form.add_error("word", refused)
    context = {"form": form, "wishes_new": wishes_new, "has_word": since is not None}
    return show(request, "own_word", context)


def _word_given(request: DoorRequest, who: UUID, word: str, *, wishes_new: bool) -> str:
    """The words of a refusal; empty when all is well."""
    tries = patience.of_member(f"door {who.hex}")
    if wishes_new:
        try:
            in_turn(lambda: door_own_word.set_word(who, word))
        except OutOfRange as error:
            return f"{error.found}: {error.expected}"
    elif tries.wait_s():
        return _("Please wait a minute before the next try.")
    elif not door_own_word.is_the_word(who, word):
        tries.note_wrong()
        return _("That is not the word.")
    tries.note_right()
    door_entry.note_word(request)
    return ""


@at_door
@needs_open
def change(request: DoorRequest, answer_id: UUID) -> HttpResponse:
    """Other words, or somebody else may read it."""
    who = request.visit.participant_id
    row = door_own.answer_at(who, answer_id)
    since = door_own_word.word_since(who)
    if row.release != Release.OPEN and not door_entry.may_see(request, row.given_at, since):
        return see_other(reverse("door-own-word"))
    if row.release == Release.KEEPER:  # nobody here can open it
        return see_other(reverse("door-answer-take-back", args=[answer_id]))
    content = door_telling.content_of(row)
    form = _form(request, row, content)
    if request.method == "POST" and form.is_valid():
        is_moment = isinstance(form, MomentForm)
        release = form.release() if is_moment else Release(row.release)
        values = form.values() if hasattr(form, "values") else form.said()
        return once(
            request, lambda: door_own.correct(who, answer_id, values, release), "door-answers"
        )
    context = {
        "form": form,
        "is_asked": isinstance(form, AskedForm),
        "is_statement": isinstance(form, StatementForm),
    }
    return show(request, "change", context)


def _form(request: DoorRequest, row: Any, content: dict[str, Any]) -> Any:
    data = request.POST or None
    if row.step == "asked":
        where = content.get("stood_out", [])
        said = "both" if len(where) > 1 else (where or ["no"])[0]
        initial = {"rating": row.rating, "stood_out": said}
        return AskedForm(data, visit=request.visit, initial=initial)
    if row.step == "statement":
        return StatementForm(data, initial=content)
    stood_out = door_own.mentioned(row)
    initial = told_before(content, row.release)
    return MomentForm(data, visit=request.visit, stood_out=stood_out, initial=initial)


@at_door
@needs_open
def take_back(request: DoorRequest, answer_id: UUID) -> HttpResponse:
    """Asked once more, and then it is gone."""
    who = request.visit.participant_id
    if request.method != "POST":
        row, since = door_own.answer_at(who, answer_id), door_own_word.word_since(who)
        may_see = door_entry.may_see(request, row.given_at, since)
        is_sealed = may_see and row.release == Release.KEEPER
        return show(request, "take_back", {"is_sealed": is_sealed})
    return once(request, lambda: door_own.take_back(who, answer_id), "door-answers")


@at_door
@needs_open
def statement(request: DoorRequest) -> HttpResponse:
    """Words that stand beside the record."""
    form = StatementForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        visit, words = request.visit, form.cleaned_data["words"]
        return once(
            request,
            lambda: door_own.add_statement(visit.participant_id, words, visit.way),
            "door-answers",
        )
    return show(request, "statement", {"form": form})


@at_door
@needs_open
def pause(request: DoorRequest) -> HttpResponse:
    """A pause, another hour, a stop; and back."""
    who = request.visit.participant_id
    what = request.POST.get("do", "")
    pause_form = PauseForm(request.POST if what == "pause" else None)
    hour = {"evening_hour": request.visit.evening_hour}
    evening_form = EveningForm(request.POST if what == "evening" else None, initial=hour)
    if what == "stop":
        return once(request, lambda: door_own.stop(who), "door")
    if what == "go_on":
        return once(request, lambda: door_own.go_on(who), "door")
    if what == "pause" and pause_form.is_valid():
        until = pause_form.cleaned_data["until"]
        return once(request, lambda: door_own.pause(who, until=until), "door")
    if what == "evening" and evening_form.is_valid():
        told = evening_form.cleaned_data["evening_hour"]
        return once(request, lambda: door_own.settle(who, evening_hour=told), "door")
    status = 422 if pause_form.errors or evening_form.errors else 200
    context = {"pause_form": pause_form, "evening_form": evening_form}
    return show(request, "pause", context, status=status)


@at_door(methods=POST)
def language(request: DoorRequest) -> HttpResponse:
    """In which language the client reads from now on."""
    door_entry.choose_language(request, request.POST.get("language", ""))
    return see_other(reverse("door"))


@at_door
def way_out(request: DoorRequest) -> HttpResponse:
    """Somebody outside the therapy; on a laptop of one's own nothing is stored."""
    visit = request.visit
    can_send = door_entry.is_open() and door_way_out.can_be_sent(client_at(visit.participant_id))
    form = WayOutForm(request.POST or None)
    if request.method == "POST" and can_send and form.is_valid():
        key = key_of(request)
        said = form.said()

        def send() -> str:
            door_way_out.send(visit.participant_id, **said)
            return ""

        in_turn(lambda: receipts.once(key, by=None, do=send))
        return show(request, "way_out", {"sent": True, "told": said["may_tell_therapist"]})
    return show(request, "way_out", {"form": form, "can_send": can_send})
