"""A second look at a client's course or alliance: the page behind a card of Today."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from lacrima.practice import pages_second_look, second_looks
from lacrima.practice.rights import Right, may
from lacrima.web.keeping import keep, page, say
from lacrima.web.routes import GET, POST, PageRequest, member


@member(right=Right.READ_CARE, methods=GET)
def second_look(request: PageRequest, episode_id: UUID) -> HttpResponse:
    """Why, what is known, three things to try, and what it cannot show."""
    seen = _seen(request, episode_id)
    close = reverse("second-look-close", args=[episode_id])
    context = {
        "seen": seen,
        "back": reverse("client", args=[episode_id]),
        "close_address": f"{close}?about={seen.about}&who={seen.seat.pk.hex}",
        "may_write": may(request.member, Right.WRITE_CARE),
    }
    return page(request, "second_look", context)


@member(right=Right.WRITE_CARE, methods=POST)
def close(request: PageRequest, episode_id: UUID) -> HttpResponse:
    """Looked at: the card goes from Today, and comes no more for this client."""
    seen = _seen(request, episode_id)

    def do() -> str:
        second_looks.close_look(seen.seat, seen.about, by=request.member)
        say(request, _("The card is closed. It comes no more in this course of care."))
        return reverse("today")

    return keep(request, do)


def _seen(request: PageRequest, episode_id: UUID) -> pages_second_look.SecondLook:
    who, about = request.GET.get("who", ""), request.GET.get("about", "")
    return pages_second_look.second_look_page(request.member, episode_id, about, who)
