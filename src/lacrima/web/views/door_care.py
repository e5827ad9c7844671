"""The practice's side of a client's door: how it stands, its plan, handing over, reminders."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote
from uuid import UUID

from django.http import HttpResponse
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from lacrima.errors import BadInput, NotFound
from lacrima.practice import door_cards, door_paper, door_plan, door_reminders, pages_door
from lacrima.practice.care import Participant
from lacrima.practice.mode import is_clinic
from lacrima.practice.rights import Right, may
from lacrima.web import door_entry, mail_out
from lacrima.web.forms.door import AskedForm
from lacrima.web.forms.door_care import ByHandForm, MailForm, PlanForm, plan_as_initial
from lacrima.web.half_typed import initial_from_draft
from lacrima.web.keeping import hand_out, keep, key_of, page, say, see_other
from lacrima.web.routes import GET, POST, PageRequest, member
from lacrima.web.views.editing import Sheet, Standing, answer_form, today_here

REMINDERS_FILE = "a-moment-for-you.ics"


def seat_meant(request: PageRequest, episode_id: UUID) -> Participant:
    """Whose door: the only client's, or the one of several whose place stands in the address."""
    return pages_door.seat_of(request.member, episode_id, request.GET.get("who", ""))


def door_address(name: str, seat: Participant) -> str:
    """The address of a page about this client's door."""
    return f"{reverse(name, args=[seat.episode_id])}?who={seat.pk.hex}"


def come_in_address(request: PageRequest) -> str:
    """Where a client comes in, as it is typed on a phone."""
    return f"https://{request.get_host()}{reverse('door-come-in')}"


@member(right=Right.READ_CARE, methods=GET)
def door(request: PageRequest, episode_id: UUID) -> HttpResponse:
    """How the door stands, in words; what the client lets be known."""
    seen = pages_door.door_page(request.member, episode_id, request.GET.get("who", ""))
    context = {
        "seen": seen,
        "who_key": seen.seat.pk.hex,
        "today": today_here(),
        "may_write": may(request.member, Right.WRITE_CARE),
    }
    return page(request, "door_care", context)


@member(right=Right.WRITE_CARE)
def plan(request: PageRequest, episode_id: UUID) -> HttpResponse:
    """Another rhythm, other questionnaires, words for a child."""
    seat = seat_meant(request, episode_id)
    choices = pages_door.plan_choices(seat)
    initial = initial_from_draft(request, plan_as_initial(choices))
    form = PlanForm(request.POST or None, plan=choices, initial=initial, version=choices.version)
    back = door_address("client-door", seat)

    def do() -> str:
        _change(request, seat, form)
        say(request, _("Kept. It holds from the next time on."))
        return back

    sheet = _plan_sheet(request, seat, choices, back)
    return answer_form(request, form, do, sheet, standing=lambda: _plan_now(seat))


def _plan_now(seat: Participant) -> Standing:
    now = pages_door.plan_choices(seat)
    return Standing(plan_as_initial(now), now.version)


def _change(request: PageRequest, seat: Participant, form: PlanForm) -> None:
    said = form.cleaned_data
    try:
        door_plan.change_door(
            seat,
            by=request.member,
            every_sessions=said["every_sessions"],
            plan=form.plan(),
            for_child=bool(said["for_child"]),
            expected_version=form.expected_version(),
        )
    except BadInput as error:
        if error.where == "plan":  # said beside the questionnaire that it is about
            error.where = form.place_of_the_plan()
        raise


def _plan_sheet(
    request: PageRequest, seat: Participant, choices: pages_door.PlanChoices, back: str
) -> Sheet:
    lead = _(
        "At most three minutes a week in all. The two questions are the same for everybody and "
        "come whatever was logged."
    )
    if choices.lacks_item_of_danger:
        lead += " " + _(
            "The PHQ-9 asks about thoughts of death. It can be asked here once the settings of the "
            "door say by when answers are read, and who reads when nobody can. Until then the "
            "PHQ-8 asks the rest."
        )
    name = pages_door.name_at(seat, request.member)
    return Sheet(_("What the door asks"), back, above=name, lead=lead)


@member(right=Right.WRITE_CARE, methods=POST, keeps_drafts=False)
def hand_over(request: PageRequest, episode_id: UUID) -> HttpResponse:
    """This device is the client's now."""
    key_of(request)
    return door_entry.hand_over(request, seat_meant(request, episode_id))


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
    if not mail_out.is_set():
        raise NotFound(_("no server for mail is named here"))
    seat = seat_meant(request, episode_id)
    form = MailForm(request.POST)
    back = door_address("door-reminders", seat)
    if form.is_valid():
        words = _to_send(request, seat)

        def do() -> str:
            door_reminders.note_sent(seat, by=request.member)
            mail_out.send(form.cleaned_data["to"], subject=words["subject"], text=words["text"])
            say(request, _("Sent. The address was not kept."))
            return back

        return keep(request, do)
    say(request, _("That is no address of mail. Nothing was sent."))
    return see_other(back)


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


@member(right=Right.READ_CARE, methods=GET)
def open_asks(request: PageRequest, episode_id: UUID) -> HttpResponse:
    """Two asks stand open: what is known of that, and three things to try."""
    seat = seat_meant(request, episode_id)
    context = {
        "seat": seat,
        "who": pages_door.name_at(seat, request.member),
        "back": door_address("client-door", seat),
        "plan_address": door_address("door-plan", seat),
        "close_address": door_address("door-asks-close", seat),
        "grounds": door_cards.grounds_of_open_asks(),
        "may_write": may(request.member, Right.WRITE_CARE),
    }
    return page(request, "door_care_asks", context)


@member(right=Right.WRITE_CARE, methods=POST)
def close_asks(request: PageRequest, episode_id: UUID) -> HttpResponse:
    """Looked at: the card goes from Today."""
    seat = seat_meant(request, episode_id)

    def do() -> str:
        door_plan.close_open_asks(seat, by=request.member)
        say(request, _("The card is closed. It comes again when two later asks stand open."))
        return reverse("today")

    return keep(request, do)


@member(right=Right.WRITE_CARE)
def by_hand(request: PageRequest, episode_id: UUID) -> HttpResponse:
    """What the client wrote on the sheet, or told aloud."""
    seat = seat_meant(request, episode_id)
    back = door_address("client-door", seat)
    sessions = pages_door.sessions_by_hand(seat, request.member)
    form = ByHandForm(request.POST or None, sessions=sessions, initial=initial_from_draft(request))

    def do() -> str:
        door_paper.keep_by_hand(seat, by=request.member, **form.values())
        say(request, _("Kept, and marked as entered by hand."))
        return back

    sheet = Sheet(
        _("The two questions, by hand"),
        back,
        above=pages_door.name_at(seat, request.member),
        lead=_(
            "What your client wrote on the sheet or said aloud, as it was said. If something "
            "stood out and more was told, add it as your client's voice on the page of the session."
        ),
    )
    return answer_form(request, form, do, sheet)


@member(right=Right.READ_CARE, methods=GET)
def paper(request: PageRequest, episode_id: UUID) -> HttpResponse:
    """The two questions as a sheet to print: no name, nothing that tells what it is about."""
    seat = seat_meant(request, episode_id)
    visit = pages_door.visit_on_paper(seat)
    context = {
        "form": AskedForm(visit=visit),
        "visit": visit,
        "back": door_address("client-door", seat),
    }
    return page(request, "door_paper", context)
