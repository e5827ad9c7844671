"""Maps that are remembered: the next table with the same columns is read in the same way.

A map is found by its columns' names, in whatever order they stand. Numbers that only count do not
matter: a table that has grown by the columns of a session is still the same table.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from uuid import UUID

from lacrima.errors import BadInput
from lacrima.formats.column_lines import lines_of
from lacrima.formats.score_map import MAX_MAP_BYTES, read_map_bytes
from lacrima.instruments.plain import PlainScore as PlainMeasure
from lacrima.practice.changing import check_version, make, put
from lacrima.practice.finding import as_id
from lacrima.practice.removing import remove
from lacrima.records import access, audit, clock
from lacrima.records.access import Right, require
from lacrima.records.models import ColumnMap, Member, PlainScore

__all__ = ["ColumnMap", "find", "fingerprint", "forget", "known_plain", "maps", "remember"]


def fingerprint(columns: Iterable[str]) -> str:
    """What tables with these columns have in common (SHA-256, hexadecimal)."""
    names = sorted(line.name for line in lines_of(list(columns)))
    return hashlib.sha256(json.dumps(names).encode()).hexdigest()


def maps(by: Member) -> list[ColumnMap]:
    """All remembered maps of the practice, the one used last first."""
    return list(access.visible(by, ColumnMap))


def find(by: Member, key: UUID | str) -> ColumnMap:
    """This one; NotFound when there is none, or who asks may not bring in anything."""
    return access.find(by, ColumnMap, as_id(key))


def of_columns(by: Member, columns: Iterable[str]) -> ColumnMap | None:
    """The map of tables with these columns, if one is remembered."""
    return access.visible(by, ColumnMap).filter(fingerprint=fingerprint(columns)).first()


def remember(columns: Iterable[str], *, by: Member, name: str, text: str) -> ColumnMap:
    """Keep this map for the next table with these columns; it takes the place of an earlier one.

    Raises BadMap where the text is no map, BadInput where it is far too long.
    """
    if len(text.encode()) > MAX_MAP_BYTES:
        raise BadInput("a map that is too long", expected=f"at most {MAX_MAP_BYTES} bytes")
    read_map_bytes(text.encode())
    mark = fingerprint(columns)
    with audit.change(by=by, action="column_map.remembered") as line:
        require(by, Right.BRING_IN_DATA)
        row = ColumnMap.objects.select_for_update().filter(fingerprint=mark).first()
        said = {"name": name, "text": text, "used_at": clock.now()}
        if row is None:
            row = make(ColumnMap, fingerprint=mark, **said)
        else:
            put(row, **said)
        line.about(row)
        return row


def rename(key: UUID | str, *, by: Member, name: str, expected_version: int) -> ColumnMap:
    """Call a map something else."""
    with audit.change(by=by, action="column_map.renamed") as line:
        require(by, Right.BRING_IN_DATA)
        row = find(by, key)
        check_version(row, expected_version)
        put(row, name=name)
        line.about(row)
        return row


def forget(key: UUID | str, *, by: Member) -> None:
    """Remember this map no longer. What came in by it stays."""
    with audit.change(by=by, action="column_map.forgotten") as line:
        require(by, Right.BRING_IN_DATA)
        row = find(by, key)
        line.about(row)
        remove(row)


def known_plain() -> Mapping[str, PlainMeasure]:
    """The practice's own scores, as a map would define them."""
    rows = PlainScore.objects.order_by("name")
    return {
        row.slug: PlainMeasure(
            row.slug, row.name, row.minimum, row.maximum, row.higher_is_better, row.recall_days
        )
        for row in rows
    }
