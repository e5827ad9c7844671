"""Handing over what clients sealed for a keeper, by whoever looks after the practice."""

from __future__ import annotations

from django.http import HttpResponse
from django.utils.translation import gettext as _

from lacrima.errors import NotFound
from lacrima.practice import door_keeper_file
from lacrima.practice.rights import Right
from lacrima.web.forms.keeper import HandOverForm
from lacrima.web.keeping import hand_out, key_of, page
from lacrima.web.routes import PageRequest, member


@member(right=Right.CHANGE_PRACTICE, keeps_drafts=False, step_up=True)
def hand_over(request: PageRequest) -> HttpResponse:
    """A file for the keeper; neither the page nor the file says whether there is anything."""
    keepers = door_keeper_file.keepers_seen(request.member)
    if not keepers:
        raise NotFound(_("no keeper is named here"))
    form = HandOverForm(request.POST or None, keepers=keepers)
    if request.method == "POST" and form.is_valid():
        key_of(request)
        data = door_keeper_file.hand_to_keeper(
            by=request.member,
            key_id=form.cleaned_data["key_id"],
            again=form.cleaned_data["again"],
        )
        name = door_keeper_file.FILE_NAME
        return hand_out(request, data, name, content_type="application/octet-stream")
    return page(request, "keeper_hand_over", {"form": form, "keepers": keepers})
