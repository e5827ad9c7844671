"""The panel of what came after, without names: long, and wide for cross-lagged models elsewhere."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import fields
from datetime import timedelta
from typing import Any

from lacrima.analyses.panel_rows import PanelRow
from lacrima.errors import NoResult
from lacrima.formats.dictionary import EMPTY, EMPTY_TEXT, Column, Kind, Record, Shape, TableOut
from lacrima.formats.export_formats import FORMATS
from lacrima.practice import came_after, panel
from lacrima.practice.export_made import Contents, Exported, make
from lacrima.practice.export_pseudonyms import Pseudonyms
from lacrima.practice.export_rows import NOT_ANONYMOUS, stays_out
from lacrima.practice.export_whole import stays_home
from lacrima.practice.people import zone_of
from lacrima.records import audit, clock
from lacrima.records.access import Right, require
from lacrima.records.models import Member

KIND = "panel"
_WHO = {"client": "who came, in one course of care", "therapist": "the therapist"}
_NUMBERS = {
    "session": "the session's number",
    "shed": "the therapist's tears fell, in her own voice: 0 or 1; empty where it was not logged",
    "near": "she was close to tears, and no more: 0 or 1",
    "held": "she held back tears that nobody saw: 0 or 1",
    "unseen": "both say that her tears went unnoticed: 0 or 1",
    "csh": "the client's tears fell, in the therapist's voice: 0 or 1",
    "cnear": "the client was close to tears, and no more: 0 or 1",
    "ctears_first": "the client's tears fell first or alone; 1 where the order is not known",
    "ttears_first": "the therapist's tears fell first or alone",
    "is_order_known": "whether it was told whose tears fell first: 0 or 1",
    "shed_heard": "the therapist's tears fell, in the client's voice; empty where it is silent",
    "csh_heard": "the client's tears fell, in the client's own voice; empty where it is silent",
    "ending_announced": "among the last two sessions before an agreed ending: 0 or 1",
    "no_return": "nobody came within 28 days, and no ending was agreed: 0 or 1",
}
_DECIMALS = {
    "day": "days since the first session of the course of care",
    "heavy": "how heavy things were before the first moment, 0 to 10",
    "heavy_after": "the same, rated after the session; never an adjustment",
    "score": "the score of the measure before the session",
    "score_first": "the first score of the course of care",
    "next_score": "the next score, before any later session and within 21 days",
    "days": "days from the session to the next score",
    "overlap": "the share of what the next form looks back on that lay before the session",
}
WIDE = ("score", "shed", "near", "csh", "heavy")


def _column(name: str) -> Column:
    if name in _WHO:
        return Column(name, Kind.ID, f"{_WHO[name]}: a random name, new each time")
    if name in _NUMBERS:
        return Column(name, Kind.INTEGER, _NUMBERS[name], missing=EMPTY)
    if name in _DECIMALS:
        return Column(name, Kind.DECIMAL, _DECIMALS[name], missing=EMPTY)
    return Column(name, Kind.TEXT, "why it may not be compared", missing=EMPTY_TEXT)


PANEL = Shape(
    "panel", "one session of one client", tuple(_column(one.name) for one in fields(PanelRow))
)


def export_panel(*, by: Member, outcome: str = "") -> Exported:
    """The panel of her courses of care up to today, for one measure, as CSV in an archive.

    Raises NoResult where no measure was filled in that has a norm.
    """
    require(by, Right.READ_CARE)
    asked = came_after.asked(by, outcome=outcome)
    practice = came_after.practice_of()
    if asked is None:
        raise NoResult("no measure with a norm was filled in", expected="PHQ-9, GAD-7 or CORE-10")
    today = clock.now().astimezone(zone_of(practice)).date()
    kept = panel.read(by)
    until = panel.begin_of(today + timedelta(days=1), practice)
    rows = panel.panel(kept, asked.outcome, until=until)
    with audit.change(by=by, action="rows.exported") as line:
        line.of(seat.client for seat in kept.seats)
        line.thing = "practice"
        line.details = {"layout": KIND, "measure": asked.outcome.slug, "rows": len(rows)}
    tables = tables_of(rows, Pseudonyms(None))
    return make(
        Contents(
            kind=KIND,
            format=FORMATS["csv"],
            tables=tables,
            left_out=[*stays_home(), *stays_out()],
            warnings=[str(NOT_ANONYMOUS)],
            more={"measure": asked.outcome.slug},
        )
    )


def tables_of(rows: Sequence[PanelRow], names: Pseudonyms) -> list[TableOut]:
    """The long table and the wide one, people under random names."""
    long = [_record(row, names) for row in rows]
    long.sort(key=lambda row: (row["client"], row["session"]))
    return [TableOut(PANEL, tuple(long)), _wide(long)]


def _record(row: PanelRow, names: Pseudonyms) -> dict[str, Any]:
    found = {one.name: getattr(row, one.name) for one in fields(row)}
    found["is_order_known"] = int(row.is_order_known)
    found |= {name: _rounded(found[name]) for name in _DECIMALS}
    return found | {name: _named(names, name, found[name]) for name in _WHO}


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 4)


def _named(names: Pseudonyms, kind: str, value: str) -> str | None:
    return names.of(kind, uuid.uuid5(uuid.NAMESPACE_OID, value))


def _wide(long: Iterable[Record]) -> TableOut:
    """One row a client, a column for each session's score, exposure and heaviness."""
    by_client: dict[str, dict[int, Record]] = {}
    for row in long:
        by_client.setdefault(row["client"], {})[row["session"]] = row
    most = max((number for rows in by_client.values() for number in rows), default=0)
    numbered = [(name, number) for number in range(1, most + 1) for name in WIDE]
    columns = [_column("client"), *(_at(name, number) for name, number in numbered)]
    rows = [
        {"client": client}
        | {
            f"{name}_{number}": there[number][name] if number in there else None
            for name, number in numbered
        }
        for client, there in sorted(by_client.items())
    ]
    shape = Shape("wide", "one client in one course of care", tuple(columns))
    return TableOut(shape, tuple(rows))


def _at(name: str, number: int) -> Column:
    one = _column(name)
    meaning = f"{one.meaning}; in session {number}"
    return Column(f"{name}_{number}", one.kind, meaning, missing=EMPTY)
