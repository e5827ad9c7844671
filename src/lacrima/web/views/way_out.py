"""What clients wrote to somebody outside their therapy: for the one it was sent to."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from lacrima.practice import door_way_out, pages_door
from lacrima.practice.rights import Right
from lacrima.web.forms.door_care import WayOutDoneForm
from lacrima.web.half_typed import initial_from_draft
from lacrima.web.keeping import page, say
from lacrima.web.routes import GET, PageRequest, member
from lacrima.web.views.editing import Sheet, answer_form


@member(right=Right.HEAR_FROM_THE_DOOR, methods=GET)
def way_out(request: PageRequest) -> HttpResponse:
    """What was sent to you, what waits first."""
    return page(request, "way_out", {"rows": door_way_out.sent_to(request.member)})


@member(right=Right.HEAR_FROM_THE_DOOR)
def way_out_seen(request: PageRequest, way_out_id: UUID) -> HttpResponse:
    """Note that you read it, and what was done."""
    row = pages_door.way_out_of(request.member, way_out_id)
    form = WayOutDoneForm(
        request.POST or None, initial=initial_from_draft(request, {"done": row.done})
    )

    def do() -> str:
        door_way_out.note_seen(row, by=request.member, done=form.cleaned_data["done"])
        say(request, _("Noted."))
        return reverse("way-out")

    sheet = Sheet(
        _("What was done"), reverse("way-out"), template="way_out_seen", more={"row": row}
    )
    return answer_form(request, form, do, sheet)
