"""What the drill of the door does inside a clinic, in a process of its own.

python -m drills.door_inside open CLIENTS    so many clients have a link and a session behind them
python -m drills.door_inside check           what was acknowledged, on standard input
"""

from __future__ import annotations

import json
import os
import sys
from datetime import UTC, datetime, timedelta
from typing import Any

import django


def open_doors(clients: int) -> list[str]:
    """The tokens of so many links; each client has read who reads what, and had a session today."""
    from lacrima.practice import door_links, door_own
    from lacrima.practice.people import owner
    from lacrima.records.models import Member, Participant, Session
    from lacrima.web import clinic_vault

    clinic_vault.open_it()
    by = owner()
    members = {seat.episode_id: seat.member for seat in Participant.objects.exclude(member=None)}
    seats = Participant.objects.filter(role="client", episode__kind="individual")
    tokens = []
    for seat in seats.order_by("pk")[:clients]:
        start = datetime.now(UTC) - timedelta(hours=2)
        Session.objects.create(episode=seat.episode, start=start)
        door_own.agree(seat.pk)
        member: Member = members.get(seat.episode_id) or by
        tokens.append(door_links.make_link(seat, by=member).token)
    return tokens


def check(said: dict[str, Any]) -> list[str]:
    """What does not hold: an answer lost, kept twice, or without its line in the log."""
    from drills.clinic_inside import chain
    from lacrima.records.models import AuditLine, DoorAnswer, Receipt
    from lacrima.web import clinic_vault

    clinic_vault.open_it()
    receipts = set(Receipt.objects.values_list("key", flat=True))
    lost = [key for key in said["keys"] if key not in receipts]
    faults = [f"{len(lost)} acknowledged answers are not there"] if lost else []
    asked = DoorAnswer.objects.filter(step="asked").count()
    told = DoorAnswer.objects.filter(step="statement").count()
    lines = AuditLine.objects.filter(action="door.answered").count()
    if asked != said["asked"]:
        faults.append(f"{said['asked']} clients answered, and {asked} answers are there")
    if not said["statements"] <= told <= said["statements"] + said["never"]:
        faults.append(f"{said['statements']} statements were kept, and {told} are there")
    if lines != asked + told:
        faults.append(f"{asked + told} answers have {lines} lines in the log")
    return faults + chain()


def main(what: str, *words: str) -> int:
    """Do it and print what came of it."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lacrima.web.settings")
    django.setup()
    said = json.loads(sys.stdin.read() or "null")
    print(json.dumps(open_doors(*map(int, words)) if what == "open" else check(said)))
    return 0


if __name__ == "__main__":
    raise SystemExit(main(*sys.argv[1:]))
