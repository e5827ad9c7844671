"""The two questions without a device: a sheet to print, and what was written or told aloud."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpResponse
from django.utils.translation import gettext as _

from lacrima.practice import door_paper, pages_door
from lacrima.practice.rights import Right
from lacrima.web.forms.door import AskedForm
from lacrima.web.forms.door_care import ByHandForm
from lacrima.web.half_typed import initial_from_draft
from lacrima.web.keeping import page, say
from lacrima.web.routes import GET, PageRequest, member
from lacrima.web.views.door_care import door_address, seat_meant
from lacrima.web.views.editing import Sheet, answer_form


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
