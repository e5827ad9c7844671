"""Reminders of the door: a file of evenings, neutral words, and the clinic's own mail."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote
from uuid import UUID

from django.db import transaction
from django.http import HttpResponse
from django.utils import translation
from django.utils.translation import gettext as _

from lacrima.errors import NotFound
from lacrima.practice import door_plan, door_reminders, pages_door
from lacrima.practice.care import Participant
from lacrima.practice.mode import is_clinic
from lacrima.practice.rights import Right
from lacrima.web import mail_out
from lacrima.web.forms.door_care import MailForm
from lacrima.web.keeping import hand_out, keep, key_of, page, say, see_other
from lacrima.web.routes import POST, PageRequest, member
from lacrima.web.views.door_care import come_in_address, door_address, seat_meant

REMINDERS_FILE = "a-moment-for-you.ics"


@member(right=Right.READ_CARE, keeps_drafts=False)
def reminders(request: PageRequest, episode_id: UUID) -> HttpResponse:
    """Evenings for a client's own calendar, and neutral words that she sends by herself."""
    seat = seat_meant(request, episode_id)
    times = door_reminders.times_for(seat)
    words = _to_send(request, seat)
    if request.method == "POST":
        data = door_reminders.calendar_file(
            seat, times, summary=words["subject"], description=words["address"]
        )
        return hand_out(request, data, REMINDERS_FILE, content_type="text/calendar; charset=utf-8")
    context = {
        "seat": seat,
        "who": pages_door.name_at(seat, request.member),
        "back": door_address("client-door", seat),
        "times": times,
        "mail_form": MailForm() if mail_out.is_set() else None,
        "mail_address": door_address("door-reminder-mail", seat),
        **words,
    }
    return page(request, "door_care_reminders", context)


@member(right=Right.WRITE_CARE, methods=POST, keeps_drafts=False)
def reminder_mail(request: PageRequest, episode_id: UUID) -> HttpResponse:
    """The neutral words, by the clinic's own mail, to an address that is kept nowhere."""
    key_of(request)
    if not mail_out.is_set():
        raise NotFound(_("no server for mail is named here"))
    seat = seat_meant(request, episode_id)
    form = MailForm(request.POST)
    back = door_address("door-reminders", seat)
    if form.is_valid():
        return keep(request, lambda: _mail(request, seat, form.cleaned_data["to"], back))
    say(request, _("That is no address of mail. Nothing was sent."))
    return see_other(back)


def _mail(request: PageRequest, seat: Participant, to: str, back: str) -> str:
    """Noted first; handed to the server after that is kept, so that nobody waits for a slow one."""
    door_reminders.note_mail(seat, by=request.member)
    words = _to_send(request, seat)

    def send() -> None:
        mail_out.send(to, subject=words["subject"], text=words["text"])
        say(request, _("Sent. The address was not kept."))

    transaction.on_commit(send)
    return back


def _to_send(request: PageRequest, seat: Participant) -> dict[str, Any]:
    """Words that tell nobody what they are about, in the language of the client."""
    address = come_in_address(request) if is_clinic() else ""
    with translation.override(door_plan.door_of(seat).language or translation.get_language()):
        subject = _("A moment for you")
        words = _("If you like, take a moment for yourself this evening.")
    text = f"{words} {address}".strip()
    return {
        "subject": subject,
        "address": address,
        "text": text,
        "by_mail": f"mailto:?subject={quote(subject)}&body={quote(text)}",
        "by_message": f"sms:?&body={quote(text)}",
    }
