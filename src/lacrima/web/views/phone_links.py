"""Links to the sealed page: made and shown once, printed, revoked."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpResponse
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _

from lacrima.errors import LacrimaError, NotReady
from lacrima.practice import drop_box_invite, pages_door
from lacrima.practice.care import Participant
from lacrima.practice.door_house import the_house
from lacrima.practice.qr_code import as_svg
from lacrima.practice.rights import Right
from lacrima.web.forms.door_care import LinkForm
from lacrima.web.keeping import keep, key_of, page, say
from lacrima.web.routes import POST, PageRequest, member
from lacrima.web.views.door_care import door_address, seat_meant
from lacrima.web.views.editing import Sheet


@member(right=Right.WRITE_CARE, keeps_drafts=False)
def phone_link_new(request: PageRequest, episode_id: UUID) -> HttpResponse:
    """A link to the sealed page. It stands on one page alone."""
    seat = seat_meant(request, episode_id)
    form = LinkForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        key_of(request)
        days = form.cleaned_data["days"]
        try:
            made = drop_box_invite.invite(seat, by=request.member, days=days)
        except NotReady as error:  # no relay named, or it does not answer
            form.add_error(None, _words(error))
        else:
            return _shown_once(request, seat, made)
    sheet = Sheet(
        _("A link for the client's own phone"),
        door_address("client-door", seat),
        above=pages_door.name_at(seat, request.member),
        lead=_(
            "The phone asks the same questions as the door, seals the answers for this practice "
            "alone, and leaves them at the relay until you fetch them. Whoever has the link can "
            "write as this client: give it to the client, and to nobody else."
        ),
        keep_label=_("Make the link"),
    )
    return page(request, "form", {"form": form, **sheet.context()})


def _words(error: LacrimaError) -> str:
    return f"{error.found}. {error.next_step}".strip()


def _shown_once(
    request: PageRequest, seat: Participant, made: drop_box_invite.Invited
) -> HttpResponse:
    context = {
        "house": the_house(),
        "until": made.invitation.until_at,
        "link": made.link,
        "picture": mark_safe(as_svg(made.link)),  # noqa: S308  dark squares alone
        "back": door_address("client-door", seat),
    }
    return page(request, "phone_link", context)


@member(right=Right.WRITE_CARE, methods=POST)
def phone_link_revoke(request: PageRequest, episode_id: UUID, phone_link_id: UUID) -> HttpResponse:
    """What is written from now on is not kept."""
    row = drop_box_invite.invitation_of(request.member, episode_id, phone_link_id)

    def do() -> str:
        drop_box_invite.revoke(row, by=request.member)
        say(request, _("Revoked. What is written by this link from now on is not kept."))
        return door_address("client-door", row.participant)

    return keep(request, do)
