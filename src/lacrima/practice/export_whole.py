"""The whole practice leaves: everything that is not private, as tables that can come back."""

from __future__ import annotations

from lacrima.errors import EditConflict
from lacrima.formats.archive import LeftOut
from lacrima.formats.dictionary import Kind, TableOut
from lacrima.formats.export_formats import table_format
from lacrima.practice.export_made import PLAIN_TEXT, Contents, Exported, make
from lacrima.practice.export_meanings import STAYS_HOME
from lacrima.practice.export_shape import EXPORTED, rows_of, table
from lacrima.records import audit
from lacrima.records.access import Right, require
from lacrima.records.models import Member

KIND = "practice"
HOW_TO_GO_ON = (
    "To bring it into an empty practice: lacrima init --dir NEW, then\n"
    "lacrima import THIS-FILE --dir NEW"
)


def export_practice(*, by: Member, table_format_name: str = "csv") -> Exported:
    """Everybody's rows, in a zip with dictionary and manifest. Needs the right to the vault.

    Private notes, the log of changes and everything about this folder stay. The rows are read in
    one transaction with the audit line.
    """
    require(by, Right.HANDLE_VAULT)
    chosen = table_format(table_format_name)
    with audit.change(by=by, action="practice.exported") as line:
        tables = [table(model, rows_of(model)) for model in EXPORTED]
        _refuse_torn(tables)
        line.thing = "practice"
        line.details = {"format": chosen.name, "rows": sum(len(one.rows) for one in tables)}
    return make(
        Contents(
            kind=KIND,
            format=chosen,
            tables=tables,
            left_out=stays_home(),
            warnings=[PLAIN_TEXT],
            how_to_go_on=HOW_TO_GO_ON,
        )
    )


def _refuse_torn(tables: list[TableOut]) -> None:
    """Where others write meanwhile, a row may have come after the table it points to was read."""
    ids = {one.shape.name: {row.get("id") for row in one.rows} for one in tables}
    for one in tables:
        points = [column for column in one.shape.columns if column.kind is Kind.ID]
        for column in points:
            known = ids.get(column.points_to, set()) | {None}
            if column.points_to and any(row[column.name] not in known for row in one.rows):
                raise EditConflict(
                    "the practice was changed while it was read",
                    next_step="Nothing left. Try again.",
                )


def stays_home() -> list[LeftOut]:
    """What no export holds, and why."""
    return [LeftOut(str(what), str(why)) for what, why in STAYS_HOME]
