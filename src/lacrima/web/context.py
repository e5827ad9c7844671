"""What the frame of every page knows."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _

from lacrima.practice import own_key, people
from lacrima.practice.mode import is_clinic
from lacrima.practice.rights import Member, Practice, Right, Role, may
from lacrima.web.marks import new_key

RARE = frozenset({"/what-came-after"})  # in its place where there is room; else behind *More*


def frame(request: HttpRequest) -> dict[str, Any]:
    """The practice and the person, when the practice is open to this browser; else only a key."""
    practice: Practice | None = getattr(request, "practice", None)
    member: Member | None = getattr(request, "member", None)
    if practice is None or member is None:
        return {"form_key": new_key(), "is_clinic": is_clinic()}
    return {
        "form_key": new_key(),
        "is_clinic": is_clinic(),
        "practice": practice,
        "member": member,
        "nav": _marked(request.path, _daily_ways(member)),
        "rare_ways": RARE,
        "more_ways": _marked(request.path, _other_ways(member)),
        "look_as": _eyes(member) if practice.is_simulated and not is_clinic() else [],
        # Asked of her key only where a page has something of hers to show.
        "own_things_are_closed": lambda: not own_key.is_open(member),
        "own_key_is_apart": own_key.needs_own_key(member),
        "idle_seconds": practice.idle_minutes * 60,
    }


def _daily_ways(member: Member) -> list[tuple[str, str]]:
    """What is opened every day; on a phone these stand at the thumb."""
    ways = [("/", _("Today"))]
    if may(member, Right.READ_CARE):
        ways.append(("/clients", _("Clients")))
        ways.append(("/what-came-after", _("What came after")))
    elif may(member, Right.READ_PANEL):
        ways.append(("/rows-for-research", _("Rows for research")))
    ways.append(("/evidence", _("Evidence")))
    if may(member, Right.WRITE_PRIVATELY):
        ways += [("/supervision", _("Supervision")), ("/my-care", _("My care"))]
    return ways


def _other_ways(member: Member) -> list[tuple[str, str]]:
    """What is opened now and then; on a phone behind one more tap."""
    ways = [("/settings", _("Settings"))]
    if is_clinic():
        ways.append(("/my-sign-in", _("Sign-in")))
        if may(member, Right.CHANGE_PRACTICE):
            ways.append(("/people", _("People")))
    elif may(member, Right.HANDLE_VAULT):
        ways.append(("/vault", _("Vault")))
    return ways


def _marked(path: str, ways: list[tuple[str, str]]) -> list[tuple[str, str, bool]]:
    return [(way, label, path == way or path.startswith(f"{way}/")) for way, label in ways]


def _eyes(member: Member) -> list[dict[str, Any]]:
    return [
        {
            "value": one.pk.hex,
            "label": f"{one.name} · {Role(one.role).label}",
            "current": one.pk == member.pk,
        }
        for one in people.members()
    ]
