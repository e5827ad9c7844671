"""What the pages of bringing in show: values for the templates, files to download, sentences."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from lacrima.errors import BadInput, BadMap, BadTable, LacrimaError
from lacrima.formats import archive
from lacrima.formats.first_rows import first_rows
from lacrima.formats.map_draft import MapDraft
from lacrima.formats.score_map import MAX_MAP_BYTES, read_map_bytes
from lacrima.formats.staging import Refusal
from lacrima.formats.table import Table
from lacrima.instruments.catalogue import shipped
from lacrima.instruments.plain import PlainScore
from lacrima.practice.brought_in import BatchLine
from lacrima.practice.transfer import ImportResult, Undone
from lacrima.practice.transfer_preview import ComingRow
from lacrima.web.forms.bringing_in import delimiters
from lacrima.web.forms.column_map import MapForm
from lacrima.web.forms.map_words import short
from lacrima.web.held_files import Checked, Looked

Plain = Mapping[str, PlainScore]
PREVIEW_ROWS, PREVIEW_COLUMNS = 5, 40
SHOWN_REFUSALS = 50
_KEY = re.compile(r"[A-Za-z0-9_-]{16,64}")
_BEGINS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r")

# What stands in the field before anything was chosen: the least that a map needs.
FIRST_TEXT = """client = "client"

[[score]]
instrument = "phq-9"
value = "phq9"
session = "session"
"""


@dataclass(frozen=True)
class ShownTable:
    """A table for `parts/table.html`."""

    caption: str
    head: tuple[str, ...]
    rows: tuple[tuple[object, ...], ...]


def sentence(error: LacrimaError) -> str:
    """What was found, where, what was expected, and what to do, as one line for a page."""
    found = error.found[:1].upper() + error.found[1:]
    parts = [f"{found} ({error.where})" if error.where else found]
    if error.expected:
        parts.append(_("Expected: %(what)s") % {"what": error.expected})
    if error.next_step:
        parts.append(error.next_step)
    return " ".join(part if part[-1:] in ".?:" else f"{part}." for part in parts)


def unwatched(_what: str, _done: int) -> None:
    """Nobody watches what is done at once."""


def form_key(request: HttpRequest) -> str:
    """The form's own key, which makes a second sending harmless."""
    key = request.POST.get("key", "")
    if not _KEY.fullmatch(key):
        raise BadInput(
            _("This form came without its own mark, so it cannot be told from a second sending"),
            next_step=_("Open the page once more and send it there."),
        )
    return key


def refuse_exports(data: bytes) -> None:
    """An export of Lacrima is no table: say where it can be brought in. Raises BadTable."""
    head = data[:2000].lstrip()
    is_json = head.startswith(b"{") and b'"lacrima.' in head
    if is_json or (data.startswith(b"PK") and _has_manifest(data)):
        raise BadTable(
            _("this is an export of Lacrima"),
            expected=_("a table"),
            next_step=_(
                "An export goes whole into a new, empty practice, by the command line: "
                "lacrima import, with the file and the new folder."
            ),
        )


def _has_manifest(data: bytes) -> bool:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            return archive.MANIFEST in packed.namelist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        return False


def settled(draft: MapDraft, plain: Plain) -> MapDraft:
    """New scores that the practice has by now are its own, and no longer new."""
    new = tuple(one for one in draft.new_scores if one.slug not in plain)
    return draft if len(new) == len(draft.new_scores) else replace(draft, new_scores=new)


def bound_to_itself(form: MapForm) -> MapForm:
    """The same form as if it had been sent as it stands, so that it can carry errors."""
    data = {name: form.get_initial_for_field(field, name) for name, field in form.fields.items()}
    sent = {name: "" if value is None else str(value) for name, value in data.items()}
    return MapForm(sent, draft=form.draft, lines=form.lines, look=form.look, plain=form.plain)


# --- what was found ------------------------------------------------------------------------------


def found(table: Table) -> str:
    """How the file was understood, in a line."""
    size = _("%(rows)s rows and %(columns)s columns") % {
        "rows": f"{table.row_count:,}",
        "columns": f"{len(table.columns):,}",
    }
    if table.is_parquet:
        return _("%(size)s; a Parquet file.") % {"size": size}
    mark = dict(delimiters())[table.delimiter]
    decimal = _("a decimal comma") if table.decimal == "," else _("a decimal point")
    letters = {"utf-8": "UTF-8", "utf-8-sig": "UTF-8", "utf-16": "UTF-16"}
    said = {
        "size": size,
        "mark": mark,
        "decimal": decimal,
        "letters": letters.get(table.encoding, "Windows-1252"),
    }
    return _("%(size)s; between the cells: %(mark)s; %(decimal)s; letters in %(letters)s.") % said


def preview(looked: Looked) -> ShownTable:
    """The first rows, as they stand in the file. They are shown, and kept nowhere."""
    columns = looked.table.columns[:PREVIEW_COLUMNS]
    few = first_rows(looked.table, PREVIEW_ROWS)
    rows = tuple((row.number, *map(short, row.cells[: len(columns)])) for row in few.rows)
    more = len(looked.table.columns) - len(columns)
    caption = _("The first rows of the table")
    if more:
        caption = _("The first rows of the table, without its last %(count)s columns") % {
            "count": more
        }
    return ShownTable(caption, (_("Row"), *columns), rows)


# --- what would come in --------------------------------------------------------------------------


def checked(seen: Checked) -> dict[str, Any]:
    """What would come in, for the page."""
    result = seen.result
    return {
        "result": result,
        "is_ready": result.refused_count == 0 and result.added + result.completed > 0,
        "coming": _coming(seen.first),
        "refused": result.refused[:SHOWN_REFUSALS],
        "refused_more": result.refused_count - len(result.refused[:SHOWN_REFUSALS]),
        "is_cut": result.refused_count > len(result.refused),
        "unused": result.unused_columns,
        "said": coming_said(result),
    }


def _coming(rows: Sequence[ComingRow]) -> ShownTable:
    head = [_("Client"), _("What"), _("Belongs to"), _("Day"), _("Value")]
    cells = [(row.client, _what(row), _place(row), _day(row), _total(row)) for row in rows]
    said = [place for place in range(len(head)) if any(row[place] for row in cells)]
    return ShownTable(
        _("The first of them, as they would stand here"),
        tuple(head[place] for place in said),
        tuple(tuple(row[place] for place in said) for row in cells),
    )


def _what(row: ComingRow) -> str:
    if row.kind == "score":
        return row.name
    return _("a session") if row.kind == "session" else _("a moment: %(kind)s") % {"kind": row.name}


def _place(row: ComingRow) -> str:
    if row.session is not None:
        return _("session %(number)s") % {"number": row.session}
    if row.assessment is not None:
        return _("time point %(number)s") % {"number": row.assessment}
    return _("its date")


def _day(row: ComingRow) -> str:
    return (
        "" if row.time is None else str(date_format(timezone.localtime(row.time), "DAY_MONTH_YEAR"))
    )


def _total(row: ComingRow) -> str:
    if row.kind != "score":
        return ""
    return _("no total (too many gaps)") if row.total is None else f"{row.total.normalize():f}"


def name_for(text: str) -> str:
    """A first name for a map: what its scores are called."""
    whole = read_map_bytes(text.encode())
    names = [
        whole.plain[one.slug].name if one.is_plain else shipped()[one.slug].name
        for one in whole.scores
    ]
    return ", ".join(dict.fromkeys(names))[:100] or _("Sessions and moments")


def counted(kind: str, count: int) -> str:
    """So many of one kind."""
    said = {
        "scores": ngettext("%(count)s score", "%(count)s scores", count),
        "sessions": ngettext("%(count)s session", "%(count)s sessions", count),
        "moments": ngettext("%(count)s moment", "%(count)s moments", count),
        "voices": ngettext("%(count)s voice", "%(count)s voices", count),
        "clients": ngettext("%(count)s client", "%(count)s clients", count),
    }[kind]
    return said % {"count": f"{count:,}"}


def _listed(counts: Mapping[str, int]) -> str:
    """All kinds of which there are any, one after the other."""
    return ", ".join(counted(kind, count) for kind, count in counts.items() if count)


def coming_said(result: ImportResult) -> list[str]:
    """What the whole table would bring, in sentences."""
    if result.refused_count:
        said = ngettext(
            "Nothing would come in yet: one cell cannot be used.",
            "Nothing would come in yet: %(count)s cells cannot be used.",
            result.refused_count,
        )
        return [said % {"count": f"{result.refused_count:,}"}]
    if not result.read:
        return [_("The map finds nothing in this table.")]
    counts = result.counts
    new = _listed({kind: count.added for kind, count in counts.items()})
    more = _listed({kind: count.completed for kind, count in counts.items()})
    same = _listed({kind: count.unchanged for kind, count in counts.items()})
    if not new and not more:
        return [_("Everything in this table is here already. Nothing would be added.")]
    sentences = [_("This would come in: %(what)s.") % {"what": new}] if new else []
    if more:
        sentences.append(_("Here already, and completed: %(what)s.") % {"what": more})
    if same:
        sentences.append(_("Here already, and left as they are: %(what)s.") % {"what": same})
    return sentences


def kinds_said(line: BatchLine) -> list[str]:
    """What one table brought, kind by kind."""
    kinds = dict(line.counts or {"scores": line.added})
    kinds["sessions"] = max(kinds.get("sessions", 0), line.sessions)
    new = ngettext("%(count)s new client", "%(count)s new clients", line.clients)
    said = [counted(kind, count) for kind, count in kinds.items() if count]
    return [*said, new % {"count": f"{line.clients:,}"}] if line.clients else said


def undone_said(undone: Undone) -> str:
    """What an undo took away, and what it left."""
    made = {"sessions": undone.sessions_removed, "clients": undone.clients_removed}
    counts = {**undone.counts, **made}
    said = _("Taken back: %(what)s.") % {"what": _listed(counts) or _("nothing")}
    if undone.kept:
        kept = ngettext(
            "One thing stayed, because you worked with it since.",
            "%(count)s things stayed, because you worked with them since.",
            undone.kept,
        )
        said = f"{said} {kept % {'count': undone.kept}}"
    return said


# --- files ---------------------------------------------------------------------------------------


def toml_file(text: str) -> HttpResponse:
    """A map to keep."""
    return _file(text.encode(), "map.toml", "application/toml")


def refusals_file(refused: Iterable[Refusal]) -> HttpResponse:
    """What to mend, as a table. Nothing in it is read as a formula by a spreadsheet."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(["row", "column", "found", "expected"])
    for one in refused:
        writer.writerow([one.row, *map(_tame, (one.column, one.found, one.expected))])
    return _file(text.getvalue().encode("utf-8-sig"), "rows-to-mend.csv", "text/csv")


def _tame(cell: str) -> str:
    return f"'{cell}" if cell.startswith(_BEGINS_A_FORMULA) else cell


def _file(data: bytes, name: str, kind: str) -> HttpResponse:
    answer = HttpResponse(data, content_type=f"{kind}; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def with_one_line_end(text: str) -> str:
    """Browsers send two signs for each end of a line."""
    return text.replace("\r\n", "\n")


def as_text(data: bytes) -> str:
    """The text of a map that was sent. Raises BadMap where it is none."""
    if len(data) > MAX_MAP_BYTES:
        raise BadMap(_("a file far larger than a map"), expected=_("a TOML file"))
    try:
        return with_one_line_end(data.decode("utf-8-sig"))
    except UnicodeDecodeError:
        raise BadMap(_("a file that is no UTF-8 text"), expected=_("a TOML file")) from None
