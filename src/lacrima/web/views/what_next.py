"""What next: a card to rehearse for the room, and the suggestions that stand."""

from __future__ import annotations

from django.http import HttpResponse

from lacrima.practice import pages_what_next
from lacrima.practice.rights import Right
from lacrima.web.keeping import page
from lacrima.web.routes import GET, PageRequest, member


@member(right=Right.READ_CARE, methods=GET)
def what_next(request: PageRequest) -> HttpResponse:
    """The card, and every suggestion that stands."""
    return page(request, "what_next", {"seen": pages_what_next.what_next_page(request.member)})
