"""What was typed when the practice locked: shown, kept now, taken up again, or let go."""

from __future__ import annotations

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from lacrima.web import doorway, half_typed
from lacrima.web.keeping import page, say, see_other
from lacrima.web.routes import GET, POST, PageRequest, member


@member(methods=GET)
def drafts(request: PageRequest) -> HttpResponse:
    """All that was not kept yet."""
    return page(request, "drafts", {"drafts": half_typed.waiting(request)})


@member(methods=POST, keeps_drafts=False)
def take_up(request: PageRequest, draft_id: str) -> HttpResponse:
    """Go back to the page, with the fields filled in."""
    draft = half_typed.find(request, draft_id)
    half_typed.point_at(request, draft)
    is_page = doorway.is_our_page(draft.came_from)
    return see_other(draft.came_from if is_page else reverse("drafts"))


@member(methods=POST, keeps_drafts=False)
def let_go(request: PageRequest, draft_id: str) -> HttpResponse:
    """It is not wanted any more."""
    half_typed.let_go(request, half_typed.find(request, draft_id).draft_id)
    say(request, _("Let go. Nothing of it is kept."))
    return see_other(reverse("drafts") if half_typed.waiting(request) else "/")
