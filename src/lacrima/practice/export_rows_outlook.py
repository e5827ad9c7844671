"""What to know before rows without names leave: who agreed, how few there are, what is lost."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext as _

from lacrima.formats.losses import Loss
from lacrima.practice.export_forms import FORMS_ONLY
from lacrima.practice.export_rows_made import Source
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

FEW_PEOPLE = 10
FEW_OF_A_KIND = 5


def agreed_to_research(which: QuerySet[Episode]) -> tuple[QuerySet[Episode], int]:
    """Those in which everybody who comes agreed to research, and how many others there are."""
    clients = Participant.objects.filter(episode=OuterRef("pk"), client__isnull=False)
    agreed = Consent.objects.filter(
        purpose=Purpose.RESEARCH, withdrawn_at=None, client=OuterRef("client")
    )
    asked = which.exclude(Exists(clients.exclude(Exists(agreed))))
    return asked, which.count() - asked.count()


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
    counts = {
        _("sessions"): visible(by, Session).count(),
        _("moments"): visible(by, Moment).count(),
        _("voices"): visible(by, Voice).count(),
    }
    return _outlook(mine, counts)


@dataclass(frozen=True)
class ResearchOutlook:
    """What a researcher knows before she takes rows: how many courses of care, and warnings."""

    agreed: int
    not_agreed: int
    outlook: Outlook


def outlook_for_research(by: Member) -> ResearchOutlook:
    """The same for the rows of everybody who agreed to research: numbers alone."""
    require(by, Right.READ_PANEL)
    agreed, without = agreed_to_research(Episode.objects.all())
    asked = agreed.order_by().values("pk")
    counts = {
        _("sessions"): Session.objects.filter(episode__in=asked).count(),
        _("moments"): Moment.objects.filter(session__episode__in=asked).count(),
        _("voices"): Voice.objects.filter(moment__session__episode__in=asked).count(),
    }
    return ResearchOutlook(agreed.count(), without, _outlook(agreed, counts))


def _outlook(mine: QuerySet[Episode], counts: Mapping[str, int]) -> Outlook:
    which = mine.order_by()
    people = Participant.objects.filter(episode__in=which.values("pk"), client__isnull=False)
    kinds = Counter(which.values_list("kind", flat=True))
    return Outlook(
        warnings=tuple(_small_numbers(people.values("client").distinct().count(), kinds)),
        forms_lose=tuple(Loss(what, FORMS_ONLY, n) for what, n in counts.items() if n),
    )
