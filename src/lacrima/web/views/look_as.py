"""In a simulated practice: whose eyes one looks with. In a real one there is no such page."""

from __future__ import annotations

from django.http import HttpResponse

from lacrima.errors import NotFound
from lacrima.practice import people
from lacrima.web import doorway
from lacrima.web.keeping import see_other
from lacrima.web.routes import POST, PageRequest, member


@member(methods=POST, keeps_drafts=False)
def look_as(request: PageRequest) -> HttpResponse:
    """See it as this person, on Today: the page before may not be hers to see."""
    if not request.practice.is_simulated:
        raise NotFound("only a simulated practice can be seen with other eyes")
    doorway.look_as(request, people.member(request.POST.get("member", "")))
    return see_other("/")
