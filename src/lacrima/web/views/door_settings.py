"""Settings of the door: the name shown, who reads when, who stands outside, who keeps."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from lacrima.practice import door_house, door_keeper, people
from lacrima.practice.door_house import KeeperPurpose
from lacrima.practice.mode import is_clinic
from lacrima.practice.rights import Right, may
from lacrima.web.forms.door_settings import DoorHouseForm
from lacrima.web.half_typed import initial_from_draft
from lacrima.web.keeping import say
from lacrima.web.routes import PageRequest, member
from lacrima.web.views.editing import Sheet, Standing, answer_form

_PLAIN = (
    "shown_name",
    "reading",
    "read_by_hour",
    "cover",
    "outside",
    "complaints",
    "keeper_name",
    "keeper_purpose",
    "keeper_code",
)


def _standing() -> Standing:
    row = door_house.the_row()
    values = {name: getattr(row, name, "") for name in _PLAIN}
    values["keeper_purpose"] = values["keeper_purpose"] or KeeperPurpose.OUTSIDE.value
    outside = row.outside_member_id if row else None
    return Standing(
        {**values, "outside_member": outside.hex if outside else ""}, row.version if row else 0
    )


def _members() -> list[tuple[str, str]]:
    """Who could read what a client writes: in a clinic alone."""
    if not is_clinic():
        return []
    readers = [one for one in people.members() if may(one, Right.HEAR_FROM_THE_DOOR)]
    return [(one.pk.hex, one.name) for one in readers]


@member(right=Right.CHANGE_PRACTICE, step_up_with="keeper_code")
def door(request: PageRequest) -> HttpResponse:
    """What holds for all doors."""
    now = _standing()
    form = DoorHouseForm(
        request.POST or None,
        members=_members(),
        initial=initial_from_draft(request, dict(now.values)),
        version=now.version or None,
    )

    def do() -> str:
        version = int(form.cleaned_data.get("version") or 0)
        door_house.change_house(by=request.member, expected_version=version, **_said(form))
        say(request, _("Kept. Every door says it from now on."))
        return reverse("settings")

    sheet = Sheet(
        _("The door"),
        reverse("settings"),
        above=_("Settings"),
        lead=_(
            "The door is where clients say how it was. What you write here is read there by all "
            "of them. What stays empty is left out, and the door says so."
        ),
        template="door_settings",
        more={
            "keeper_words": door_house.the_house().keeper_words,
            "has_keepers": bool(door_keeper.keepers()),
        },
    )
    return answer_form(request, form, do, sheet, standing=_standing)


def _said(form: DoorHouseForm) -> dict[str, Any]:
    said = form.said()
    if "outside_member" in said:
        chosen = said.pop("outside_member")
        said["outside_member"] = people.member(chosen) if chosen else None
    return said
