"""Somebody asked to see a record: who, on what ground, what was given and what was left out.

While a request is open nothing of that client is deleted and nothing expires (practice/removing).
What is given is chosen and looked at in practice/disclosure_bundle; it ends the request, and so do
a refusal with its ground, and taking back what was noted by mistake. The log keeps all of them.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.db.models import QuerySet

from lacrima.errors import BadInput, OutOfRange
from lacrima.practice import disclosure_bundle
from lacrima.practice.changing import make, only, put, take, text
from lacrima.practice.disclosure_bundle import Bundle, Pick
from lacrima.practice.notes import today_here
from lacrima.records import audit, clock
from lacrima.records.access import Right, find, require, visible
from lacrima.records.models import Client, Disclosure, DisclosureGround, DisclosureState, Member

FIELDS = frozenset({"asked_on", "asked_by", "kind", "ground"})
LONGEST = 2_000


def note_request(
    client: Client,
    *,
    by: Member,
    asked_on: date,
    asked_by: str,
    kind: DisclosureGround | str,
    ground: str = "",
) -> Disclosure:
    """Somebody asked. From now on nothing of this client is deleted, until it is answered."""
    with audit.change(by=by, action="disclosure.asked") as line:
        require(by, Right.WRITE_CARE)
        there = find(by, Client, client.pk)
        said = {"asked_on": asked_on, "asked_by": asked_by, "kind": kind, "ground": ground}
        row = make(Disclosure, client=there, noted_by=by, **_checked(said))
        line.about(row, kind=row.kind)
        return row


def change_request(
    request: Disclosure, *, by: Member, expected_version: int, **fields: Any
) -> Disclosure:
    """Correct who asked, when or on what ground; any of FIELDS."""
    with audit.change(by=by, action="disclosure.changed") as line:
        there = take(by, request, expected_version)
        line.about(there, fields=put(there, **_checked(only(fields, FIELDS))))
        return there


def _checked(said: dict[str, Any]) -> dict[str, Any]:
    for name in {"asked_by", "ground"} & said.keys():
        said[name] = text(said[name], where=name, at_most=LONGEST)
    if "asked_by" in said and not said["asked_by"]:
        raise BadInput("nothing was written", where="asked_by", expected="who asked")
    if "asked_on" in said and said["asked_on"] > today_here():
        raise OutOfRange("a day to come", where="asked_on", expected="today or earlier")
    if said.get("kind") == DisclosureGround.OTHER and not said.get("ground", " "):
        raise BadInput("nothing was written", where="ground", expected="the ground in words")
    return said


def decline_request(
    request: Disclosure, *, by: Member, why: str, expected_version: int | None = None
) -> Disclosure:
    """Nothing is given, and why. It holds nothing any more, and stays in the log."""
    with audit.change(by=by, action="disclosure.declined") as line:
        there = _open(by, request, expected_version)
        return _ended(line, there, DisclosureState.DECLINED, _said(why))


def withdraw_request(
    request: Disclosure, *, by: Member, why: str, expected_version: int | None = None
) -> Disclosure:
    """It was noted by mistake, or was taken back. It holds nothing any more; the log keeps it."""
    with audit.change(by=by, action="disclosure.withdrawn") as line:
        there = _open(by, request, expected_version)
        return _ended(line, there, DisclosureState.WITHDRAWN, _said(why))


def _said(why: str) -> str:
    said = text(why, where="why", at_most=LONGEST)
    if not said:
        raise BadInput("nothing was written", where="why", expected="a few words")
    return said


def _open(by: Member, request: Disclosure, version: int | None) -> Disclosure:
    there = take(by, request, version)
    if there.state != DisclosureState.ASKED:
        raise BadInput("a request that was answered already", next_step="Look at the log.")
    return there


def _ended(
    line: audit.Line, row: Disclosure, state: DisclosureState, outcome: str, **more: Any
) -> Disclosure:
    put(row, state=state, outcome=outcome, answered_at=clock.now(), **more)
    line.about(row)
    return row


def give(
    request: Disclosure,
    *,
    by: Member,
    picks: Sequence[Pick],
    covered: Sequence[str] = (),
    seen: str,
    remark: str = "",
) -> Bundle:
    """The text that was looked at, as a file; the request is answered with it.

    `seen` is the mark of the text that was looked at. Raises EditConflict where the record was
    changed since. The same text may be taken once more, should the file be lost on its way.
    """
    with audit.change(by=by, action="disclosure.given") as line:
        there = take(by, request)
        bundle = disclosure_bundle.compose(by, there, picks, covered)
        bundle.refuse_unless_seen(seen)
        line.about(there, bytes=len(bundle.data), redactions=bundle.redactions)
        if there.state == DisclosureState.GIVEN and there.content_hash == bundle.mark:
            line.details["again"] = True
            return bundle
        words = "\n".join(part for part in (bundle.told, _remark(remark)) if part)
        kept = {"content_hash": bundle.mark, "redactions": bundle.redactions}
        _ended(line, _open(by, there, None), DisclosureState.GIVEN, words, **kept)
        return bundle


def _remark(remark: str) -> str:
    return text(remark, where="remark", at_most=LONGEST)


def log_of(by: Member, client: Client | None = None) -> QuerySet[Disclosure]:
    """Every request about this client, or about all whom she sees; the latest first."""
    rows = visible(by, Disclosure).select_related("client", "noted_by")
    return rows if client is None else rows.filter(client=client)
