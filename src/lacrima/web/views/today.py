"""Today: risk first, the sessions of the day, what was not looked back on, and little else."""

from __future__ import annotations

from django.http import HttpResponse
from django.urls import reverse

from lacrima import practice
from lacrima.practice import own_key, pages
from lacrima.practice.own_care_page import today_lines
from lacrima.practice.rights import ROLE_SENTENCES, Right, Role, may
from lacrima.web import own_things
from lacrima.web.keeping import page, see_other
from lacrima.web.routes import GET, PageRequest, member


@member(methods=GET)
def today(request: PageRequest) -> HttpResponse:
    """What a person of this practice sees first, each day.

    In a clinic whoever has just come is led once to making her own key, before the first Today.
    """
    if own_things.is_due(request):
        return see_other(reverse("own-key-make"))
    seen = pages.today(request.member, now=practice.now())
    context = {
        "seen": seen,
        "nothing_kept": request.session.pop("nothing_kept", []),
        "lacks_own_key": own_key.still_lacks_own_key(request.member),
        "for_you": today_lines(request.member, seen.now_local.date()),
        "may_write": may(request.member, Right.WRITE_CARE),
        "role_sentence": ROLE_SENTENCES[Role(request.member.role)],
    }
    return page(request, "today", context)
