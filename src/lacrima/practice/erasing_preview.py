"""What erasing a client would take away and what would stay, before anything happens.

Counted by doing it in a transaction that is taken back: so what is said is what will be.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from django.db import models, transaction
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from lacrima.practice import erasing_after, erasing_rows, erasing_traces
from lacrima.practice.erasing_after import Afterwards
from lacrima.practice.erasing_joint import JointText, joint_texts
from lacrima.practice.erasing_rows import Extent, Ids, extent_of
from lacrima.practice.export_words import Telling
from lacrima.practice.people import Practice, display_name, zone_of
from lacrima.practice.removing import held
from lacrima.records import clock
from lacrima.records.access import find_to_erase
from lacrima.records.models import (
    Answers,
    AuditLine,
    Client,
    Consent,
    Contact,
    Disclosure,
    Episode,
    KeptInMind,
    LegalHold,
    Member,
    Moment,
    Participant,
    RecordNote,
    Representative,
    RiskItem,
    Safeguarding,
    Session,
    Share,
    Slot,
    Voice,
    WeighingVersion,
)
from lacrima.vault.process import VAULT

# In this order on the page. What somebody wrote for herself alone is said without a number.
_COUNTED: Mapping[type[models.Model], Promise] = {
    Session: _("sessions"),
    Answers: _("filled questionnaires and scores"),
    RiskItem: _("answers that may mean danger"),
    Moment: _("moments"),
    Voice: _("voices about moments"),
    KeptInMind: _("things kept in mind"),
    Contact: _("contacts between sessions"),
    RecordNote: _("notes of the record"),
    WeighingVersion: _("versions of weighings in the record"),
    Safeguarding: _("worries about safety"),
    Share: _("things shown for supervision, with what was said of them"),
    Slot: _("recurring appointments"),
    Consent: _("agreements"),
    Representative: _("people who decide or read for this client"),
    LegalHold: _("holds that were lifted"),
    Disclosure: _("requests to see the record, with their log"),
}
_LEFT = ("client.exported", "report.taken_out", "disclosure.given")


@dataclass(frozen=True)
class SharedCare:
    """A course of care that stays, because others come to it too."""

    episode: Episode
    others: str


@dataclass(frozen=True)
class Preview:
    """All that is said before it happens."""

    client: Client
    who: str
    whole: tuple[Episode, ...]
    shared: tuple[SharedCare, ...]
    counts: tuple[tuple[str, int], ...]
    joint: tuple[JointText, ...]
    sent_to: tuple[str, ...]
    copies_left_on: tuple[date, ...]
    letters: int
    afterwards: Afterwards


def is_held(client: Client) -> bool:
    """Is her record on hold, or that of somebody who comes to the same care?"""
    extent = extent_of(client.pk)
    episodes = Episode.objects.filter(pk__in=extent.whole | extent.shared)
    return held(Client.objects.filter(pk=client.pk)).exists() or held(episodes).exists()


def preview(by: Member, key: uuid.UUID | str, *, practice: Practice) -> Preview:
    """What would go and what would stay. NotFound or NotAllowed where it is not hers to erase."""
    client = find_to_erase(by, key)
    extent, telling = extent_of(client.pk), Telling(practice)
    gone, joint = _rehearsed(extent, telling)
    ids = erasing_rows.all_ids(gone)
    return Preview(
        client=client,
        who=display_name(client, practice),
        whole=tuple(Episode.objects.filter(pk__in=extent.whole).order_by("created_at")),
        shared=tuple(_shared(extent, client, telling)),
        counts=tuple(_counts(gone)),
        joint=joint,
        sent_to=_sent_to(by, extent),
        copies_left_on=_copies(extent, practice),
        letters=len(erasing_traces.letters_about(VAULT.folder, ids)) if VAULT.folder else 0,
        afterwards=erasing_after.afterwards(now=clock.now()),
    )


def _rehearsed(extent: Extent, telling: Telling) -> tuple[Ids, tuple[JointText, ...]]:
    """The rows that go, and the texts that are left to decide about then."""
    with transaction.atomic():
        gone = erasing_rows.take_away(extent)
        joint = tuple(joint_texts(extent.shared, telling))
        transaction.set_rollback(True)
    return gone, joint


def _counts(gone: Ids) -> Iterator[tuple[str, int]]:
    for model, words in _COUNTED.items():
        if gone.get(model):
            yield str(words), len(gone[model])


def _shared(extent: Extent, client: Client, telling: Telling) -> Iterator[SharedCare]:
    for episode in Episode.objects.filter(pk__in=extent.shared).order_by("created_at"):
        seats = Participant.objects.filter(episode=episode, client__isnull=False)
        others = seats.exclude(client=client).select_related("client").order_by("created_at")
        yield SharedCare(episode, ", ".join(telling.name(seat) for seat in others))


def _sent_to(by: Member, extent: Extent) -> tuple[str, ...]:
    """To which colleagues outside she sent something of it as a file, which stays with them."""
    sent = Share.objects.filter(
        by=by, to_colleague__isnull=False, episode__in=extent.whole | extent.shared
    )
    return tuple(sorted(set(sent.values_list("to_colleague__name", flat=True))))


def _copies(extent: Extent, practice: Practice) -> tuple[date, ...]:
    """On which days a copy, a report or an answer to a request left, as the log says."""
    things = [one.hex for one in (extent.client, *extent.whole, *extent.shared)]
    requests = Disclosure.objects.filter(client=extent.client).values_list("pk", flat=True)
    lines = AuditLine.objects.filter(
        action__in=_LEFT, thing_id__in=[*things, *(one.hex for one in requests)]
    )
    zone = zone_of(practice)
    days = {at.astimezone(zone).date() for at in lines.values_list("at", flat=True)}
    return tuple(sorted(days))
