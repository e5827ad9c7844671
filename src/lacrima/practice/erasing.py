"""Erasing a client for good: looked at first, then keys, rows and traces, and nothing comes back.

In this order: the ledger (so that no restore brings her back), the keys, sealed files and letters,
and with the commit the rows. Cut off in between, it is finished at the next opening. What is left
on backups, and until when, says practice/erasing_after.
"""

from __future__ import annotations

import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from django.db import transaction

from lacrima.errors import BadInput, NotFound
from lacrima.practice import erasing_after, erasing_joint, erasing_rows, erasing_traces
from lacrima.practice.changing import check_version
from lacrima.practice.erasing_rows import Extent, Ids, extent_of
from lacrima.practice.removing import refuse_held
from lacrima.records import audit, clock
from lacrima.records.access import find_to_erase
from lacrima.records.models import Client, Episode, Member
from lacrima.vault.process import VAULT


@dataclass(frozen=True)
class Erased:
    """What went: how many rows of which kind, of courses of care that went whole or stay."""

    rows: dict[str, int]
    whole: int
    shared: int


def erase_client(
    client: Client,
    *,
    by: Member,
    code: str,
    expected_version: int | None = None,
    joint: Collection[str] = (),
) -> Erased:
    """Erase this client for good. `code` is hers, typed once more; `joint` are texts that go too.

    Raises NotFound or NotAllowed where it is not hers to erase, OnHold while a hold stands or a
    request is open (also for somebody who comes to the same care), BadInput for another code.
    """
    return erase_clients([Who(client, code, expected_version)], by=by, joint=joint)[0]


@dataclass(frozen=True)
class Who:
    """Who is erased: the code as it was typed, and the version that was looked at."""

    client: Client
    code: str
    version: int | None = None


def erase_clients(
    whom: Sequence[Who], *, by: Member, joint: Collection[str] = (), by_rule: bool = False
) -> tuple[Erased, ...]:
    """Erase these for good, all of them or none. Raises as above, before anything is taken."""
    with transaction.atomic():
        there = [_held_for_erasing(one.client, by, one.code, one.version) for one in whom]
        for client in there:
            refuse_held_extent(extent_of(client.pk))
        taken = [_take(client, by, joint, by_rule=by_rule) for client in there]
        # Last before the commit: once the ledger has it, it is going to be gone whatever happens.
        for extent, gone in taken:
            forget(extent.key_ids, joint, erasing_rows.all_ids(gone))
        transaction.on_commit(erasing_after.finish)
    return tuple(_erased(extent, gone) for extent, gone in taken)


def _take(
    client: Client, by: Member, joint: Collection[str], *, by_rule: bool
) -> tuple[Extent, Ids]:
    """Rows and their line. What is about her is asked only now: who shared it may be gone."""
    with audit.change(by=by, action="client.erased") as line:
        line.about(client)
        extent = extent_of(client.pk)
        gone = take_all(extent, joint)
        line.details.update(whole=len(extent.whole), shared=len(extent.shared))
        if by_rule:
            line.details["by_rule"] = True
    return extent, gone


def _erased(extent: Extent, gone: Ids) -> Erased:
    counts = {model.__name__: len(keys) for model, keys in gone.items()}
    return Erased(counts, len(extent.whole), len(extent.shared))


def _held_for_erasing(client: Client, by: Member, code: str, version: int | None) -> Client:
    find_to_erase(by, client.pk)
    there = Client.objects.select_for_update().filter(pk=client.pk).first()
    if there is None:
        raise NotFound("there is nothing here for you", next_step="Go back to Clients.")
    check_version(there, version)
    if code.strip() != there.code:
        raise BadInput(
            "this is not the code of this client",
            where="typed_code",
            expected="the code as it stands on this page",
        )
    return there


def refuse_held_extent(extent: Extent) -> None:
    """Go on when neither her record nor one that she shares is on hold."""
    refuse_held(Client.objects.filter(pk=extent.client))
    refuse_held(Episode.objects.filter(pk__in=extent.whole | extent.shared))


def take_all(extent: Extent, joint: Collection[str] = ()) -> Ids:
    """Delete the rows, the chosen joint texts, and what receipts and imports tell of them."""
    gone = erasing_rows.take_away(extent)
    erasing_joint.let_go(joint, extent.shared)
    ids = erasing_rows.all_ids(gone)
    erasing_traces.clear_receipts(ids)
    erasing_traces.clear_imports(ids)
    return gone


def forget(key_ids: Collection[str], joint: Collection[str], gone: Collection[uuid.UUID]) -> None:
    """Note it in the ledger, drop the keys, take sealed files and letters away."""
    VAULT.forget_for_good([*key_ids, *joint], now=clock.now())
    if VAULT.folder is not None:
        erasing_traces.remove_letters_and_files(VAULT.folder, gone, key_ids)
