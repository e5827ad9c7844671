"""What a drill has to do inside a clinic, in a process of its own with the clinic's environment.

python -m drills.clinic_inside fill CLIENTS SESSIONS PEOPLE SEED
python -m drills.clinic_inside check      the forms that were acknowledged, on standard input
"""

from __future__ import annotations

import json
import os
import sys
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import django

MOST_PLACES = 200


def fill(clients: int, sessions: int, people: int, seed: int) -> dict[str, Any]:
    """Make the keys, people who do not exist, and a browser for each who works here."""
    from lacrima.practice import simulate
    from lacrima.records import clock
    from lacrima.records.models import Member, Role
    from lacrima.vault import create
    from lacrima.vault.folder import Folder
    from lacrima.web import clinic_vault

    create(
        Folder(Path(os.environ["LACRIMA_DIR"])), clinic_vault.passphrase(), now=datetime.now(UTC)
    )
    clinic_vault.open_it()
    simulate.simulate_practice(clients=clients, sessions=sessions, seed=seed)
    owner = Member.objects.get(is_owner=True)
    more = [
        Member.objects.create(name=f"Simulated {number}", role=Role.THERAPIST)
        for number in range(1, people)
    ]
    found = [_person(member) for member in _shared_out(owner, more)]
    return {"people": found, "since": clock.now().isoformat()}


def _shared_out(owner: Any, more: list[Any]) -> list[Any]:
    """Of so many people each has every so many'th client."""
    from lacrima.records.models import Participant

    seats = list(Participant.objects.filter(member=owner).order_by("created_at", "pk"))
    everybody = [owner, *more]
    for number, member in enumerate(everybody):
        hers = [seat.pk for seat in seats[number :: len(everybody)]]
        Participant.objects.filter(pk__in=hers).update(member=member)
    return everybody


def _person(member: Any) -> dict[str, Any]:
    from lacrima.records.models import Session

    hers = Session.objects.filter(episode__participants__member=member)
    rows = hers.filter(episode__kind="individual", start__lte=datetime.now(UTC))
    episodes = rows.order_by().values_list("episode", flat=True).distinct()
    return {
        "session": _signed_in(member),
        "episodes": [str(key) for key in episodes[:MOST_PLACES]],
        "sessions": [str(key) for key in rows.values_list("pk", flat=True)[:MOST_PLACES]],
    }


def _signed_in(member: Any) -> str:
    """The name of a session of a browser in which she has proved all that can be asked."""
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY

    from lacrima.records import clock
    from lacrima.records.accounts import Account
    from lacrima.web.kept_sessions import SessionStore

    account = Account(member=member, sign_in_name=member.pk.hex)
    account.save()
    session = SessionStore()
    session[SESSION_KEY] = str(account.pk)
    session[BACKEND_SESSION_KEY] = "allauth.account.auth_backends.AuthenticationBackend"
    session[HASH_SESSION_KEY] = account.get_session_auth_hash()
    proved = {"account": str(account.pk), "at": clock.now().isoformat(), "second": True}
    session["proved"] = proved
    session.save()
    return str(session.session_key)


def check(said: dict[str, Any]) -> list[str]:
    """What does not hold: a form that is lost, kept twice or without its line; the chain."""
    from lacrima.records.models import Answers, Moment, Receipt
    from lacrima.web import clinic_vault

    clinic_vault.open_it()
    faults = []
    receipts = dict(Receipt.objects.values_list("key", "location"))
    for kind, keys in said["acknowledged"].items():
        lost = [key for key in keys if key not in receipts]
        faults += [f"{len(lost)} acknowledged {kind} are not there"] if lost else []
    moments = Moment.objects.filter(created_at__gt=said["since"])
    faults += _against(receipts, "moment", "moment.logged", moments, "/moments/")
    kept = Answers.objects.filter(created_at__gt=said["since"])
    faults += _against(receipts, "answers", "answers.recorded", kept, "/clients/")
    twice = [n for n in Counter(kept.values_list("episode", "assessment")).values() if n > 1]
    faults += [f"{len(twice)} answers are there twice"] if twice else []
    return faults + chain()


def _against(
    receipts: dict[str, str], name: str, action: str, rows: Any, address: str
) -> list[str]:
    """Forms, rows and lines of the log are as many, and each line is about its row."""
    from lacrima.records.models import AuditLine

    ids = {key.hex for key in rows.values_list("pk", flat=True)}
    lines = list(AuditLine.objects.filter(action=action).values_list("thing_id", flat=True))
    led = sum(location.startswith(address) for location in receipts.values())
    faults = []
    if led != len(ids):
        faults.append(f"{led} forms of {name} were kept, and {len(ids)} rows are there")
    if Counter(lines) != Counter(ids):
        faults.append(f"{len(ids)} rows of {name} have {len(lines)} lines in the log")
    return faults


def chain() -> list[str]:
    """What is wrong with the log."""
    from lacrima.errors import LacrimaError
    from lacrima.records import audit

    try:
        audit.verify()
    except LacrimaError as broken:
        return [f"audit chain: {broken}"]
    return []


def main(what: str, *words: str) -> int:
    """Do it and print what came of it."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lacrima.web.settings")
    django.setup()
    said = json.loads(sys.stdin.read() or "null")
    told = fill(*map(int, words)) if what == "fill" else check(said)
    print(json.dumps(told))
    return 0


if __name__ == "__main__":
    raise SystemExit(main(*sys.argv[1:]))
