"""A keeper outside the therapy, whose key no practice of the tests has."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec

from lacrima.practice import door_house, door_keeper, people
from lacrima.practice.door_house import KeeperPurpose
from lacrima.records import clock
from lacrima.records.models import DoorAnswer, DoorHouse, DoorStep, Release
from lacrima.vault import hpke_p256, keeper_box, keeper_code, keeper_file
from lacrima.vault.keeper_box import Told
from lacrima.vault.slot_file import from_text

NAME = "Nora Outside"
# Always the same, so that tests have the same names in every process.
PRIVATE = ec.derive_private_key(0xACE1, ec.SECP256R1())
EARLIER = ec.derive_private_key(0xACE2, ec.SECP256R1())
CODE = keeper_code.code_of(hpke_p256.public_of(PRIVATE))
EARLIER_CODE = keeper_code.code_of(hpke_p256.public_of(EARLIER))
KEY_ID = keeper_box.key_id(hpke_p256.public_of(PRIVATE)).hex()
EARLIER_KEY_ID = keeper_box.key_id(hpke_p256.public_of(EARLIER)).hex()


def named(
    code: str = CODE, name: str = NAME, purpose: KeeperPurpose = KeeperPurpose.OUTSIDE
) -> DoorHouse:
    """The practice names this keeper."""
    fields = {"keeper_name": name, "keeper_code": code, "keeper_purpose": purpose}
    return door_house.change_house(by=people.owner(), **fields)


def there_is_one() -> None:
    """Name the keeper, where nobody is named yet."""
    if not DoorHouse.objects.exclude(keeper_code="").exists():
        named()


def sealed_fields(step: str, values: Mapping[str, Any], at: datetime | None = None) -> Any:
    """What a word carries that is for the keeper alone."""
    sealed = door_keeper.sealed_now(CODE, DoorStep(step), values, at or clock.now())
    return {"values": {}, "release": Release.KEEPER, "sealed": sealed}


def opened(row: DoorAnswer) -> Told:
    """What the keeper reads of an answer."""
    return keeper_box.unseal(from_text(row.for_keeper), keeper=PRIVATE)


def opened_file(data: bytes, keeper: Any = PRIVATE) -> list[Told]:
    """What the keeper reads of a file, without what fills it."""
    told = [keeper_box.unseal(one, keeper=keeper) for one in keeper_file.read(data).items]
    return [one for one in told if not one.is_filling]
