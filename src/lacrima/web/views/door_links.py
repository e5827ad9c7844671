"""Links into a client's door, in a clinic: made and shown once, printed, revoked."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpResponse
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from lacrima.practice import door_links, pages_door
from lacrima.practice.care import Participant
from lacrima.practice.door_house import the_house
from lacrima.practice.qr_code import as_svg
from lacrima.practice.rights import Right
from lacrima.web.forms.door_care import LinkForm
from lacrima.web.keeping import keep, key_of, page, say
from lacrima.web.routes import POST, PageRequest, member
from lacrima.web.views.door_care import come_in_address, door_address, seat_meant
from lacrima.web.views.editing import Sheet


@member(right=Right.WRITE_CARE, step_up=True, keeps_drafts=False)
def link_new(request: PageRequest, episode_id: UUID) -> HttpResponse:
    """A new way in for this client. What opens it stands on one page alone."""
    seat = seat_meant(request, episode_id)
    form = LinkForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        key_of(request)
        made = door_links.make_link(seat, by=request.member, days=form.cleaned_data["days"])
        return _shown_once(request, seat, made)
    sheet = Sheet(
        _("A link for the client's own phone"),
        door_address("client-door", seat),
        above=pages_door.name_at(seat, request.member),
        lead=_(
            "It opens the door without an account, and shows nothing else. Whoever has it comes "
            "in as this client: give it to the client, and to nobody else."
        ),
        keep_label=_("Make the link"),
    )
    return page(request, "form", {"form": form, **sheet.context()})


def _shown_once(request: PageRequest, seat: Participant, made: door_links.Made) -> HttpResponse:
    address = come_in_address(request)
    link = f"{address}#t={made.token}"
    context = {
        "house": the_house(),
        "until": made.link.expires_at,
        "link": link,
        "address": address,
        "code": made.shown_code,
        "picture": picture_of(link),
        "back": door_address("client-door", seat),
    }
    return page(request, "door_link", context)


def picture_of(text: str) -> SafeString:
    """The text as a QR code; nothing of it but dark squares reaches the page."""
    return mark_safe(as_svg(text))  # noqa: S308  squares alone


@member(right=Right.WRITE_CARE, methods=POST)
def link_revoke(request: PageRequest, episode_id: UUID, link_id: UUID) -> HttpResponse:
    """It opens nothing from this moment."""
    link = pages_door.link_of(request.member, episode_id, link_id)

    def do() -> str:
        door_links.revoke_link(link, by=request.member)
        say(request, _("Revoked. This link and its code open nothing any more."))
        return f"{reverse('client-door', args=[episode_id])}?who={link.participant_id.hex}"

    return keep(request, do)
