"""Rows leave without names: for questions that many cases answer, and for research."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from zoneinfo import ZoneInfo

from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from lacrima.formats.archive import LeftOut
from lacrima.formats.export_formats import FORMATS, table_format
from lacrima.formats.losses import Loss
from lacrima.practice.export_forms import FORMS_ONLY, bids_files, redcap_files
from lacrima.practice.export_made import Contents, Exported, make, make_plain
from lacrima.practice.export_pseudonyms import Pseudonyms
from lacrima.practice.export_rows_made import Source, tables_of
from lacrima.practice.export_rows_shape import SHAPES
from lacrima.practice.export_whole import stays_home
from lacrima.practice.people import the_practice, zone_of
from lacrima.records import audit
from lacrima.records.access import Right, require, visible
from lacrima.records.models import (
    Consent,
    Episode,
    Member,
    Moment,
    Participant,
    Purpose,
    Session,
    Voice,
)

KIND = "rows"
FEW_PEOPLE = 10
FEW_OF_A_KIND = 5
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
    """Rows as they were logged, without names, of your clients or (owner) of everybody's.

    Names are random and new each time; with a `key` (32 bytes) they come out the same again.
    For research, a course of care is left out unless everybody who comes in it agreed to that.
    """
    require(by, Right.HANDLE_VAULT if of_everybody else Right.READ_CARE)
    chosen = layout_of(layout)
    action = "rows.exported_for_research" if is_for_research else "rows.exported"
    with audit.change(by=by, action=action) as line:
        which = Episode.objects.all() if of_everybody else visible(by, Episode)
        asked, without = _agreed_to_research(which) if is_for_research else (which, 0)
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


def _agreed_to_research(which: QuerySet[Episode]) -> tuple[QuerySet[Episode], int]:
    """Those in which everybody who comes agreed to research, and how many others there are."""
    clients = Participant.objects.filter(episode=OuterRef("pk"), client__isnull=False)
    agreed = Consent.objects.filter(
        purpose=Purpose.RESEARCH, withdrawn_at=None, client=OuterRef("client")
    )
    asked = which.exclude(Exists(clients.exclude(Exists(agreed))))
    return asked, which.count() - asked.count()


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


def small_numbers(source: Source) -> list[str]:
    """Words of warning where so few people are in the rows that they are easily recognised."""
    people = {seat.client_id for seat in source.seats.values() if seat.client_id}
    return _small_numbers(len(people), Counter(one.kind for one in source.episodes))


def _small_numbers(people: int, kinds: Mapping[str, int]) -> list[str]:
    said = []
    if people < FEW_PEOPLE:
        said.append(
            _("Fewer than %(few)s people are in these rows: who knows the practice may well "
              "recognise them.") % {"few": FEW_PEOPLE}
        )  # fmt: skip
    if len(kinds) > 1 and any(count < FEW_OF_A_KIND for count in kinds.values()):
        said.append(
            _("Some kinds of care stand here fewer than %(few)s times: such a row may be "
              "recognised by its kind alone.") % {"few": FEW_OF_A_KIND}
        )  # fmt: skip
    return said


@dataclass(frozen=True)
class Outlook:
    """What to know before rows of your own clients leave: warnings, and what forms cannot hold."""

    warnings: tuple[str, ...]
    forms_lose: tuple[Loss, ...]


def outlook(by: Member) -> Outlook:
    """The outlook, from counts alone: nothing is read but numbers."""
    require(by, Right.READ_CARE)
    mine = visible(by, Episode)
    people = Participant.objects.filter(episode__in=mine.values("pk"), client__isnull=False)
    kinds = Counter(mine.values_list("kind", flat=True))
    counts = {
        _("sessions"): visible(by, Session).count(),
        _("moments"): visible(by, Moment).count(),
        _("voices"): visible(by, Voice).count(),
    }
    return Outlook(
        warnings=tuple(_small_numbers(people.values("client").distinct().count(), kinds)),
        forms_lose=tuple(Loss(what, FORMS_ONLY, n) for what, n in counts.items() if n),
    )
