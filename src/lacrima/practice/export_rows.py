"""Rows leave without names: for questions that many cases answer, and for research."""

from __future__ import annotations

from enum import StrEnum
from zoneinfo import ZoneInfo

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from lacrima.formats.archive import LeftOut
from lacrima.formats.export_formats import FORMATS, table_format
from lacrima.practice.export_forms import bids_files, redcap_files
from lacrima.practice.export_made import Contents, Exported, make, make_plain
from lacrima.practice.export_pseudonyms import Pseudonyms
from lacrima.practice.export_rows_made import Source, tables_of
from lacrima.practice.export_rows_outlook import agreed_to_research, small_numbers
from lacrima.practice.export_rows_shape import SHAPES
from lacrima.practice.export_whole import stays_home
from lacrima.practice.people import the_practice, zone_of
from lacrima.records import audit
from lacrima.records.access import Right, require, visible
from lacrima.records.models import (
    Episode,
    Member,
)

KIND = "rows"
NOT_ANONYMOUS = gettext_lazy(
    "Without names is not anonymous: whoever knows somebody's course, or a rare moment, may "
    "recognise the person. Treat these rows as health data, and share them only under an "
    "agreement that forbids looking for people in them."
)

STAYS_OUT = (
    (gettext_lazy("names, codes and labels"), gettext_lazy("they name people")),
    (gettext_lazy("everything written in own words"), gettext_lazy("words can name people")),
    (
        gettext_lazy("dates and times of day"),
        gettext_lazy("instead: days since the first session of the course of care"),
    ),
    (gettext_lazy("what somebody felt inside"), gettext_lazy("it is private to who felt it")),
    (
        gettext_lazy("contacts, appointments, what is kept in mind, notes of the record"),
        gettext_lazy("they are words and dates"),
    ),
    (gettext_lazy("names of the practice's own scores"), gettext_lazy("they can name people")),
    (
        gettext_lazy("who saw a risk and what was done"),
        gettext_lazy("it is written in own words; the answers themselves are there"),
    ),
    (gettext_lazy("the settings and people of the practice"), gettext_lazy("they name it")),
)


class Layout(StrEnum):
    """How the rows are laid out."""

    CSV = "csv"
    PARQUET = "parquet"
    JSON = "json"
    BIDS = "bids"
    REDCAP = "redcap"


def layout_of(name: str) -> Layout:
    """The layout of this name; BadInput for an unknown one."""
    if name in set(Layout):
        return Layout(name)
    table_format(name)  # refuses, and names what there is
    return Layout.CSV


def export_rows(
    *,
    by: Member,
    layout: str = "csv",
    key: bytes | None = None,
    of_everybody: bool = False,
    is_for_research: bool = False,
) -> Exported:
    """Rows as they were logged, without names: of your own clients, or of everybody's.

    Everybody's are for the owner, and for research also for a researcher. Names are random and new
    each time; with a `key` (32 bytes) they come out the same again.
    For research, a course of care is left out unless everybody who comes in it agreed to that.
    """
    require(by, _right_to(of_everybody=of_everybody, is_for_research=is_for_research))
    chosen = layout_of(layout)
    action = "rows.exported_for_research" if is_for_research else "rows.exported"
    with audit.change(by=by, action=action) as line:
        which = Episode.objects.all() if of_everybody else visible(by, Episode)
        asked, without = agreed_to_research(which) if is_for_research else (which, 0)
        source = _source(key, asked)
        line.of(seat.client_id for seat in source.seats.values() if seat.client_id)
        tables = tables_of(source)
        line.thing = "practice"
        line.details = {
            "layout": chosen.value,
            "of_everybody": of_everybody,
            "names_kept": key is not None,
            "rows": sum(len(one.rows) for one in tables),
            "without_agreement": without,
        }
    contents = Contents(
        kind=KIND,
        format=FORMATS.get(chosen.value) or FORMATS["csv"],
        tables=tables,
        left_out=[*stays_home(), *stays_out(), *_not_agreed(without)],
        warnings=[str(NOT_ANONYMOUS), *small_numbers(source)],
        more={"coarsened": coarsened()},
    )
    if chosen is Layout.BIDS:
        return make_plain(contents, *bids_files(source))
    if chosen is Layout.REDCAP:
        return make_plain(contents, *redcap_files(source))
    return make(contents)


def _right_to(*, of_everybody: bool, is_for_research: bool) -> Right:
    if not of_everybody:
        return Right.READ_CARE
    return Right.READ_PANEL if is_for_research else Right.HANDLE_VAULT


def _not_agreed(count: int) -> list[LeftOut]:
    if not count:
        return []
    said = ngettext("one course of care", "%(n)s courses of care", count) % {"n": count}
    return [LeftOut(said, _("not everybody in it agreed to research, or somebody withdrew"))]


def _source(key: bytes | None, rows: QuerySet[Episode]) -> Source:
    practice = the_practice()
    zone = zone_of(practice) if practice else ZoneInfo("UTC")
    return Source(Pseudonyms(key), zone, rows).read()


def stays_out() -> list[LeftOut]:
    """What rows without names do not hold, beyond what no export holds."""
    return [LeftOut(str(what), str(why)) for what, why in STAYS_OUT]


def coarsened() -> list[dict[str, str]]:
    """Which columns say less than what is kept, and how."""
    return [
        {"table": shape.name, "column": column.name, "how": column.coarsened}
        for shape in SHAPES
        for column in shape.columns
        if column.coarsened
    ]
