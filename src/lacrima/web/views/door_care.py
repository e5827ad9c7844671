"""The practice's side of a client's door: how it stands, its plan, handing over, reminders."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from lacrima.errors import BadInput
from lacrima.practice import door_cards, door_plan, pages_door
from lacrima.practice.care import Participant
from lacrima.practice.rights import Right, may
from lacrima.web import door_entry
from lacrima.web.forms.door_care import PlanForm, plan_as_initial
from lacrima.web.half_typed import initial_from_draft
from lacrima.web.keeping import keep, key_of, page, say
from lacrima.web.routes import GET, POST, PageRequest, member
from lacrima.web.views.editing import Sheet, Standing, answer_form, today_here


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
