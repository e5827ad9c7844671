"""Pages of notes: those of the record, and those for the writer alone."""

from __future__ import annotations

import datetime as dt
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from lacrima import practice
from lacrima.practice import care
from lacrima.practice.rights import Right
from lacrima.web import own_things
from lacrima.web.forms.care import PRIVATE_NOTE_DAYS, PrivateNoteForm, RecordNoteForm
from lacrima.web.half_typed import initial_from_draft
from lacrima.web.keeping import say
from lacrima.web.routes import PageRequest, member
from lacrima.web.views.editing import (
    Confirm,
    Sheet,
    Standing,
    answer_form,
    client_place,
    confirm,
    today_here,
)
from lacrima.web.views.who import names_of


@member(right=Right.WRITE_CARE)
def record_note_new(request: PageRequest, episode_id: UUID) -> HttpResponse:
    """A note of the record."""
    episode = practice.find(request.member, "episode", episode_id)
    form = RecordNoteForm(request.POST or None, initial=initial_from_draft(request, {}))

    def do() -> str:
        note = care.write_record_note(episode, by=request.member, **form.said())
        say(
            request,
            _("The note is kept."),
            link=reverse("record-note-change", args=[note.pk]),
            link_label=_("Change"),
        )
        return client_place(episode.pk, "notes")

    sheet = Sheet(
        _("A note for the record"),
        client_place(episode.pk, "notes"),
        above=names_of(episode, request.practice),
    )
    return answer_form(request, form, do, sheet)


@member(right=Right.WRITE_CARE)
def record_note_change(request: PageRequest, note_id: UUID) -> HttpResponse:
    """Correct a note of the record."""
    note = practice.find(request.member, "record_note", note_id)
    back = client_place(note.episode_id, "notes")

    def standing() -> Standing:
        row = practice.find(request.member, "record_note", note_id)
        return Standing({"words": row.words}, row.version)

    now = standing()
    initial = initial_from_draft(request, dict(now.values))
    form = RecordNoteForm(request.POST or None, initial=initial, version=now.version)

    def do() -> str:
        version = form.expected_version()
        care.change_record_note(note, by=request.member, expected_version=version, **form.said())
        say(request, _("Changed."))
        return back

    sheet = Sheet(
        _("A note for the record"),
        back,
        above=names_of(note.episode, request.practice),
        delete_url=reverse("record-note-delete", args=[note.pk]),
    )
    return answer_form(request, form, do, sheet, standing=standing)


@member(right=Right.WRITE_CARE)
def record_note_delete(request: PageRequest, note_id: UUID) -> HttpResponse:
    """Take back a note written by mistake."""
    note = practice.find(request.member, "record_note", note_id)
    back = client_place(note.episode_id, "notes")

    def do() -> str:
        care.delete_record_note(note, by=request.member)
        say(request, _("Deleted."))
        return back

    question = Confirm(
        title=_("Delete this note?"),
        what=_("The words go from the record and cannot be brought back from here."),
        consequences=[
            _("The log keeps that a note was deleted, when and by whom."),
            _("Copies made before today may still hold it."),
        ],
        confirm_label=_("Delete the note"),
        cancel_url=back,
    )
    return confirm(request, do, question)


@member(right=Right.WRITE_PRIVATELY)
@own_things.needed
def private_note_new(request: PageRequest, episode_id: UUID) -> HttpResponse:
    """A note for yourself alone."""
    episode = practice.find(request.member, "episode", episode_id)
    today = today_here()
    initial = {"expires_on": today + dt.timedelta(days=PRIVATE_NOTE_DAYS)}
    form = PrivateNoteForm(
        request.POST or None, today=today, initial=initial_from_draft(request, initial)
    )

    def do() -> str:
        note = care.write_private_note(by=request.member, episode=episode, **form.said())
        say(
            request,
            _("Kept, for you alone."),
            link=reverse("private-note-change", args=[note.pk]),
            link_label=_("Change"),
        )
        return client_place(episode.pk, "private-notes")

    sheet = Sheet(
        _("A note for you alone"),
        client_place(episode.pk, "private-notes"),
        above=names_of(episode, request.practice),
    )
    return answer_form(request, form, do, sheet)


def _back_from_private(note: Any) -> str:
    return client_place(note.episode_id, "private-notes") if note.episode_id else reverse("today")


@member(right=Right.WRITE_PRIVATELY)
@own_things.needed
def private_note_change(request: PageRequest, private_note_id: UUID) -> HttpResponse:
    """Other words, or another last day."""
    note = practice.find(request.member, "private_note", private_note_id)

    def standing() -> Standing:
        row = practice.find(request.member, "private_note", private_note_id)
        return Standing({"words": row.words, "expires_on": row.expires_on}, row.version)

    now = standing()
    initial = initial_from_draft(request, dict(now.values))
    form = PrivateNoteForm(
        request.POST or None, today=today_here(), initial=initial, version=now.version
    )

    def do() -> str:
        version = form.expected_version()
        care.change_private_note(note, by=request.member, expected_version=version, **form.said())
        say(request, _("Changed."))
        return _back_from_private(note)

    sheet = Sheet(
        _("A note for you alone"),
        _back_from_private(note),
        delete_url=reverse("private-note-delete", args=[note.pk]),
    )
    return answer_form(request, form, do, sheet, standing=standing)


@member(right=Right.WRITE_PRIVATELY)
def private_note_delete(request: PageRequest, private_note_id: UUID) -> HttpResponse:
    """Delete it now, before its day."""
    note = practice.find(request.member, "private_note", private_note_id)

    def do() -> str:
        care.delete_private_note(note, by=request.member)
        say(request, _("Deleted."))
        return _back_from_private(note)

    question = Confirm(
        title=_("Delete this note now?"),
        what=_(
            "It goes before its day. Copies made before today may hold it until they are "
            "replaced, sealed with your own key."
        ),
        confirm_label=_("Delete the note"),
        cancel_url=_back_from_private(note),
    )
    return confirm(request, do, question)
