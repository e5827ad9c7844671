"""The rows of a practice that comes in: every table read, every cell checked, every id known.

Nothing is written here. Rows point to each other as objects, so that what is sealed under a
client's or an episode's key finds its key without asking the database.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

from django.db import models

from lacrima.errors import BadInput, BadTable
from lacrima.formats.archive import Opened
from lacrima.formats.dictionary import Record
from lacrima.formats.export_formats import TableFormat, table_format
from lacrima.practice.export_shape import EXPORTED, PRESENT, shape_of, table_of
from lacrima.practice.whole_cells import as_id, checks_of, expected_of, wrong
from lacrima.records.models import Member, Participant, Session
from lacrima.records.row import Row

RowT = TypeVar("RowT", bound=Row)

KIND = "practice"
BESIDE = frozenset({"dictionary.json", "dictionary.csv", "README.txt"})


@dataclass
class Whole:
    """A practice on its way in: all rows by kind and id, where each stood, and who was present."""

    rows: dict[type[Row], dict[uuid.UUID, Row]] = field(default_factory=dict)
    present: dict[uuid.UUID, list[uuid.UUID]] = field(default_factory=dict)
    files: dict[type[Row], str] = field(default_factory=dict)
    owner: Member | None = None

    def of(self, model: type[RowT]) -> list[RowT]:
        """The rows of one kind, in the order of the file."""
        return [row for row in self.rows[model].values() if isinstance(row, model)]

    def counts(self) -> dict[str, int]:
        """How many rows of each kind."""
        return {table_of(model): len(rows) for model, rows in self.rows.items()}

    def place(self, row: Row) -> str:
        """File and row, for a message: the order of the file is the order here."""
        rows = enumerate(self.rows[type(row)].values(), start=1)
        number = next(number for number, one in rows if one is row)
        return f"{self.files[type(row)]}, row {number}"


def read_whole(opened: Opened, *, owner_here: Member) -> Whole:
    """The rows of an opened archive. `owner_here` takes the place of the owner in the archive.

    Raises BadInput for another kind of export; BadTable with file, row and column for a table or
    a cell that does not fit, an id that is there twice, and one that points to nothing.
    """
    chosen = _format_of(opened)
    whole = Whole()
    for model in EXPORTED:
        whole.files[model] = chosen.file(table_of(model))
        whole.rows[model] = {}
        for number, record in enumerate(_records(opened, model, chosen), start=1):
            _take_in(whole, model, record, number, owner_here)
    if len(whole.rows[EXPORTED[0]]) != 1 or whole.owner is None:
        raise BadInput("no practice, or nobody it belongs to", expected="one of each")
    return whole


def _format_of(opened: Opened) -> TableFormat:
    if opened.manifest.get("kind") != KIND:
        raise BadInput(
            "an export that is not of a whole practice",
            expected="a file that `lacrima export practice` wrote",
            next_step="Scores from other tables come in with a map.",
        )
    chosen = table_format(str(opened.manifest.get("format")))
    expected = BESIDE | {chosen.file(table_of(model)) for model in EXPORTED}
    if set(opened.files) != expected:
        raise BadInput(
            "other files than a practice has",
            expected="the tables of this version of Lacrima",
            next_step="Bring it in with the version that wrote it, or export it anew.",
        )
    return chosen


def _records(opened: Opened, model: type[Row], chosen: TableFormat) -> Iterator[Record]:
    name = chosen.file(table_of(model))
    return chosen.read(shape_of(model), opened.files[name], name=name)


def _take_in(
    whole: Whole, model: type[Row], record: Record, number: int, owner_here: Member
) -> None:
    where = f"{whole.files[model]}, row {number}"
    row = _row(whole, model, record, where)
    key = as_id(record["id"]) if "id" in record else row.pk
    if key in whole.rows[model]:
        raise BadTable("an id that is there twice", where=f"{where}, column 'id'", expected="once")
    if isinstance(row, Member) and row.is_owner and row.left_on is None:
        if whole.owner is not None:
            raise wrong(where, "is_owner", "one person whom the practice belongs to")
        whole.owner = row
        row.pk = owner_here.pk
    whole.rows[model][key] = row
    if isinstance(row, Session):
        whole.present[row.pk] = _present(whole, record, where)


def _row(whole: Whole, model: type[Row], record: Record, where: str) -> Row:
    row = model()
    for one, check in checks_of(model):
        try:
            value = check(record[one.name])
        except (ValueError, TypeError, AttributeError):
            raise wrong(where, one.name, expected_of(model, one)) from None
        if isinstance(one, models.ForeignKey) and value is not None:
            value = _pointed_to(whole.rows, one, value, where)
        setattr(row, one.name, value)
    return row


def _pointed_to(
    rows: Mapping[type[Row], Mapping[uuid.UUID, Row]], one: Any, key: uuid.UUID, where: str
) -> Row:
    found = rows[one.related_model].get(key)
    if found is None:
        raise wrong(where, one.name, f"an id of the table {table_of(one.related_model)}")
    return found


def _present(whole: Whole, record: Record, where: str) -> list[uuid.UUID]:
    try:
        keys = [as_id(key) for key in record[PRESENT]]
    except (ValueError, TypeError, AttributeError):
        raise wrong(where, PRESENT, "a list of ids") from None
    known = whole.rows[Participant]
    if len(set(keys)) != len(keys) or any(key not in known for key in keys):
        raise wrong(where, PRESENT, "ids of the table participant, each once")
    return keys
