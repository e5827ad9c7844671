"""Pages of groups: who is shown something together."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from lacrima import practice
from lacrima.errors import NotFound
from lacrima.practice import people, supervision_groups
from lacrima.practice.pages_supervision import group_lines
from lacrima.practice.rights import Member, Right
from lacrima.web.forms.supervision import GroupForm
from lacrima.web.half_typed import initial_from_draft
from lacrima.web.keeping import page, say
from lacrima.web.routes import GET, PageRequest, member
from lacrima.web.views.editing import Confirm, Sheet, Standing, answer_form, confirm


@member(right=Right.WRITE_PRIVATELY, methods=GET)
def group_list(request: PageRequest) -> HttpResponse:
    """Your groups, and those you are in."""
    return page(request, "supervision_groups", {"groups": group_lines(request.member)})


@member(right=Right.WRITE_PRIVATELY)
def group_new(request: PageRequest) -> HttpResponse:
    """A new group."""
    form = _form(request, {"people": [request.member.pk.hex]})

    def do() -> str:
        supervision_groups.add_group(by=request.member, **_said(form))
        say(request, _("Kept."))
        return reverse("supervision-groups")

    return answer_form(request, form, do, Sheet(_("A group"), reverse("supervision-groups")))


@member(right=Right.WRITE_PRIVATELY)
def group_change(request: PageRequest, supervision_group_id: UUID) -> HttpResponse:
    """Another name, other people."""
    row = _own(request, supervision_group_id)
    back = reverse("supervision-groups")

    def standing() -> Standing:
        there = _own(request, supervision_group_id)
        chosen = [one.pk.hex for one in there.people.all()]
        return Standing({"name": there.name, "people": chosen}, there.version)

    now = standing()
    form = _form(request, dict(now.values), now.version)

    def do() -> str:
        supervision_groups.change_group(
            row, by=request.member, expected_version=form.expected_version(), **_said(form)
        )
        say(request, _("Changed."))
        return back

    delete_url = reverse("supervision-group-delete", args=[supervision_group_id])
    sheet = Sheet(_("A group"), back, delete_url=delete_url)
    return answer_form(request, form, do, sheet, standing=standing)


@member(right=Right.WRITE_PRIVATELY)
def group_delete(request: PageRequest, supervision_group_id: UUID) -> HttpResponse:
    """Let a group go."""
    row = _own(request, supervision_group_id)
    back = reverse("supervision-groups")

    def do() -> str:
        supervision_groups.delete_group(row, by=request.member)
        say(request, _("Deleted."))
        return back

    question = Confirm(
        title=_("Let this group go?"),
        what=_("What was shown to it stays with those who read it, until you withdraw it."),
        confirm_label=_("Delete the group"),
        cancel_url=back,
    )
    return confirm(request, do, question)


def _own(request: PageRequest, key: UUID) -> Any:
    row = practice.find(request.member, "supervision_group", key)
    if row.made_by_id != request.member.pk:
        raise NotFound("there is nothing here for you", next_step="Go back to Supervision.")
    return row


def _form(request: PageRequest, initial: dict[str, Any], version: int | None = None) -> GroupForm:
    you = request.member
    others = [one for one in supervision_groups.people_to_choose(you) if one != you]
    offered = [(you.pk.hex, _("%(name)s (you)") % {"name": you.name})]
    offered += [(one.pk.hex, one.name) for one in others]
    return GroupForm(
        request.POST or None,
        people=offered,
        initial=initial_from_draft(request, initial),
        version=version,
    )


def _said(form: GroupForm) -> dict[str, Any]:
    said = form.said()
    find: Callable[[str], Member] = people.member
    return {"name": said["name"], "people": [find(key) for key in said["people"]]}
