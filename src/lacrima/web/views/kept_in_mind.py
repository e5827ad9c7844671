"""Pages of what we keep in mind."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from lacrima import practice
from lacrima.practice import care
from lacrima.practice.rights import Right
from lacrima.web.forms.care import KeptInMindForm
from lacrima.web.half_typed import initial_from_draft
from lacrima.web.keeping import keep, say
from lacrima.web.routes import POST, PageRequest, member
from lacrima.web.views.editing import (
    Confirm,
    Sheet,
    Standing,
    answer_form,
    client_place,
    confirm,
    today_here,
)
from lacrima.web.views.who import names_of


@member(right=Right.WRITE_CARE)
def kept_in_mind_new(request: PageRequest, episode_id: UUID) -> HttpResponse:
    """Something more to keep in mind."""
    episode = practice.find(request.member, "episode", episode_id)
    initial = initial_from_draft(request, {"agreed_on": today_here()})
    form = KeptInMindForm(request.POST or None, initial=initial)

    def do() -> str:
        kept = care.keep_in_mind(episode, by=request.member, **form.said())
        say(
            request,
            _("Kept in mind."),
            link=reverse("kept-in-mind-change", args=[kept.pk]),
            link_label=_("Change"),
        )
        return client_place(episode.pk, "kept-in-mind")

    sheet = Sheet(
        _("What we keep in mind"),
        client_place(episode.pk, "kept-in-mind"),
        above=names_of(episode, request.practice),
    )
    return answer_form(request, form, do, sheet)


@member(right=Right.WRITE_CARE)
def kept_in_mind_change(request: PageRequest, kept_id: UUID) -> HttpResponse:
    """Other words, or another day."""
    kept = practice.find(request.member, "kept_in_mind", kept_id)
    back = client_place(kept.episode_id, "kept-in-mind")

    def standing() -> Standing:
        row = practice.find(request.member, "kept_in_mind", kept_id)
        return Standing({"words": row.words, "agreed_on": row.agreed_on}, row.version)

    now = standing()
    initial = initial_from_draft(request, dict(now.values))
    form = KeptInMindForm(request.POST or None, initial=initial, version=now.version)

    def do() -> str:
        care.change_kept_in_mind(
            kept, by=request.member, expected_version=form.expected_version(), **form.said()
        )
        say(request, _("Changed."))
        return back

    sheet = Sheet(
        _("What we keep in mind"),
        back,
        above=names_of(kept.episode, request.practice),
        delete_url=reverse("kept-in-mind-delete", args=[kept.pk]),
    )
    return answer_form(request, form, do, sheet, standing=standing)


@member(right=Right.WRITE_CARE, methods=POST)
def kept_in_mind_let_go(request: PageRequest, kept_id: UUID) -> HttpResponse:
    """It need no longer be kept in mind; or, with `undo`, it need again."""
    kept = practice.find(request.member, "kept_in_mind", kept_id)
    is_undo = request.POST.get("undo") == "1"

    def do() -> str:
        care.let_go(kept, by=request.member, undo=is_undo)
        say(request, _("Kept in mind again.") if is_undo else _("Let go. It stays readable below."))
        return client_place(kept.episode_id, "kept-in-mind")

    return keep(request, do)


@member(right=Right.WRITE_CARE)
def kept_in_mind_delete(request: PageRequest, kept_id: UUID) -> HttpResponse:
    """Take back what was written by mistake."""
    kept = practice.find(request.member, "kept_in_mind", kept_id)
    back = client_place(kept.episode_id, "kept-in-mind")

    def do() -> str:
        care.delete_kept_in_mind(kept, by=request.member)
        say(request, _("Deleted."))
        return back

    question = Confirm(
        title=_("Delete this?"),
        what=_("These words go from the page and from the record. The log keeps that it was done."),
        consequences=[_("If it was right once and no longer holds, let it go instead.")],
        confirm_label=_("Delete it"),
        cancel_url=back,
    )
    return confirm(request, do, question)
