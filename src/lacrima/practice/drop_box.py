"""The drop-box of a practice: which relay and page it named, and the keys letters are sealed to."""

from __future__ import annotations

import json
from datetime import timedelta

from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_der_private_key,
)
from django.db import transaction

from lacrima.errors import NotAllowed, NotReady
from lacrima.practice import drop_box_locked
from lacrima.practice.changing import make, put
from lacrima.practice.drop_box_relay import Mailbox, checked_address, mailbox_from
from lacrima.practice.mode import is_clinic
from lacrima.practice.removing import remove, remove_all
from lacrima.records import audit, clock
from lacrima.records.access import Right, require
from lacrima.records.models import DropBox, DropBoxInvitation, DropBoxKey, Member
from lacrima.vault import drop_box, hpke_p256

KEPT_AFTER = timedelta(days=60)  # a letter is on its way for at most thirty days


def the_box() -> DropBox | None:
    """The drop-box, if one was set up."""
    return DropBox.objects.order_by("created_at").first()


def needed() -> DropBox:
    """The drop-box; NotReady where none was set up, NotAllowed in a clinic."""
    if is_clinic():
        raise NotAllowed(
            "a clinic has its own links",
            expected="a practice on one's own computer",
            next_step="Make a link on the client's page, under The door.",
        )
    found = the_box()
    if found is None:
        raise NotReady(
            "no relay was named yet",
            expected="a relay code and the address of the page",
            next_step="Enter both under Settings, The drop-box, or with lacrima drop-box.",
        )
    return found


def mailbox_of(box: DropBox) -> Mailbox:
    """Where letters are fetched, with the secrets."""
    told = json.loads(box.secrets)
    return Mailbox(box.relay, told["fetch"], told["manage"])


def set_up(relay_code: str, page: str, *, by: Member) -> DropBox:
    """Name the relay and the page. Links that were made for another relay open there no more."""
    if is_clinic():
        needed()
    box, page = mailbox_from(relay_code), checked_address(page, "page")
    secrets = json.dumps({"fetch": box.fetch, "manage": box.manage})
    with audit.change(by=by, action="drop_box.set_up") as line:
        require(by, Right.CHANGE_PRACTICE)
        row = the_box()
        if row is None:
            row = make(DropBox, relay=box.address, page=page, secrets=secrets)
        elif row.relay == box.address and json.loads(row.secrets) == json.loads(secrets):
            put(row, page=page)
        else:
            put(row, relay=box.address, page=page, secrets=secrets, fetched_to=0)
            DropBoxInvitation.objects.update(put_at=None)  # the new relay has none of their briefs
        if not DropBoxKey.objects.filter(retired_at=None).exists():
            _new_key()
        line.about(row)
    drop_box_locked.write(box, after=row.fetched_to)
    return row


def stop(*, by: Member) -> None:
    """Nothing goes out or comes in any more. Keys stay, so that nothing on the way is lost."""
    with audit.change(by=by, action="drop_box.stopped") as line:
        require(by, Right.CHANGE_PRACTICE)
        row = needed()
        line.about(row)
        remove(row)
    drop_box_locked.remove()


def new_key(*, by: Member) -> DropBoxKey:
    """Letters are sealed to a new key from the next brief on; earlier ones are still opened."""
    with audit.change(by=by, action="drop_box.key_changed") as line:
        require(by, Right.CHANGE_PRACTICE)
        for row in DropBoxKey.objects.filter(retired_at=None):
            put(row, retired_at=clock.now())
        found = _new_key()
        line.about(found)
        return found


def _new_key() -> DropBoxKey:
    private = hpke_p256.generate()
    public = hpke_p256.public_of(private)
    text = private.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption()).hex()
    name = drop_box.key_id(public).hex()
    return make(DropBoxKey, key_id=name, public=public.hex(), private=text)


def key_now() -> DropBoxKey:
    """The key that a new brief names."""
    return DropBoxKey.objects.filter(retired_at=None).latest("created_at")


def key_called(key_id: str) -> EllipticCurvePrivateKey | None:
    """The private key of this name; None for one that is not ours, or was forgotten."""
    row = DropBoxKey.objects.filter(key_id=key_id).first()
    if row is None:
        return None
    found = load_der_private_key(bytes.fromhex(row.private), None)
    return found if isinstance(found, EllipticCurvePrivateKey) else None


def forget_old_keys() -> int:
    """Keys to which no letter can be under way any more; how many went."""
    old = DropBoxKey.objects.filter(retired_at__lt=clock.now() - KEPT_AFTER)
    with transaction.atomic():
        return remove_all(old)


def open_invitations() -> list[DropBoxInvitation]:
    """Those by which letters may still come."""
    rows = DropBoxInvitation.objects.filter(revoked_at=None, until_at__gt=clock.now())
    return list(rows.select_related("participant__client", "participant__episode"))
