"""What a client sealed for a keeper: nobody who holds a practice and all its keys reads it.

Mia tells it at the door, by the pages. Then somebody takes the database, the folder, and the
passphrase, opens all that these open, and tries every key on what is left. Beside it lies an
answer that nobody may read, which the practice's keys do open: so the search is one that finds.
The keeper's own key opens it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from django.conf import settings
from django.db import connection
from django.test import Client

from lacrima.errors import SealBroken
from lacrima.practice import door_keeper_file, door_own
from lacrima.records.models import DoorAnswer, Participant, Release
from lacrima.vault import client_keys, keeper_box, keeper_file, spool, subkeys
from lacrima.vault.client_keys import ClientKeys
from lacrima.vault.folder import Folder
from lacrima.vault.process import VAULT, LockState, Vault
from lacrima.vault.slot_file import from_text
from lacrima.web import opening
from tests.support import doors, keepers, spools
from tests.support.administrator import Administrator
from tests.support.at_the_door import at_the_door, sent
from tests.support.canaries import Canaries, Place, in_folder, leaks
from tests.support.cast import NOON, PASSPHRASE, Cast
from tests.support.form_keys import form_key

ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551  # of the curve


@dataclass
class House:
    """Mia's browser at the door, what she sealed, and what she only kept to herself."""

    mias: Client
    seat: Participant
    cast: Cast
    sealed: Canaries
    kept: Canaries

    def tell(self, release: str, words: str) -> None:
        """On the page of questions that is there now."""
        page = self.mias.get("/door/more").content.decode()
        fields = {"rating": "-4", "words": words, "release": release}
        if release == "keeper":
            fields["keeper_key"] = page.split('name="keeper_key" value="')[1].split('"')[0]
        answer = self.mias.post("/door/more", {"key": form_key(), **fields})
        assert answer.status_code == 303, answer.content.decode()


@pytest.fixture
def house(committed_cast: Cast, vault_folder: Folder) -> Iterator[House]:
    cast = committed_cast
    spools.empty(vault_folder)
    keepers.named()
    for number, hours in ((8, 50), (9, 2)):
        cast.session(number, start=NOON - timedelta(hours=hours))
    seat = cast.place_of(cast.mia, cast.care_of_mia)
    door_own.agree(seat.pk)
    made = House(at_the_door(seat, by=cast.ana), seat, cast, Canaries(), Canaries())
    sent(made.mias, made.mias.get("/door").content.decode(), rating="1", stood_out="both")
    yield made
    spools.empty(vault_folder)
    if VAULT.state is not LockState.OPEN:
        VAULT.unlock(vault_folder, PASSPHRASE)


def _sealed_row() -> DoorAnswer:
    return DoorAnswer.objects.select_related("participant").get(release="keeper")


def _tables() -> Iterator[Place]:
    """Every row of every table, as the open database gives it."""
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")  # noqa: S608
            for row in cursor.fetchall():
                told = (bytes(one) if isinstance(one, memoryview | bytes) else str(one).encode()
                        for one in row)  # fmt: skip
                yield Place(f"a row of {table}", b"\n".join(told))


def _opened(folder: Folder, administrator: Administrator) -> Iterator[Place]:
    """All that the keys open: every sealed text, every letter that waits."""
    vault = Vault()
    vault.unlock(folder, PASSPHRASE)
    yield from administrator._texts(vault)
    yield from administrator._letters(vault, folder)
    vault.full_lock()


def _keys(folder: Folder) -> list[bytes]:
    """Every key that the practice has: its own, those made of it, each client's, the passphrase's.

    As numbers of 32 bytes: whatever of them was a private key of the curve would be tried.
    """
    vault = Vault()
    vault.unlock(folder, PASSPHRASE)
    opened = vault._needed()
    keys = [bytes(opened.data_key), *(opened.key(one) for one in subkeys.Purpose)]
    keys += [opened.practice_private.private_bytes_raw(), vault.public_key()]
    keys += _client_keys(opened.clients)
    keys += [hashlib.sha256(PASSPHRASE.encode()).digest()]
    vault.full_lock()
    return keys


def _client_keys(clients: ClientKeys) -> list[bytes]:
    return [
        clients._wrapping.decrypt(
            wrapped[:12], wrapped[12:], client_keys.associated(clients._vault_id, name)
        )
        for name, wrapped in clients._wrapped.items()
    ]


def _assert_no_key_opens(sealed: bytes, keys: list[bytes]) -> None:
    assert len(keys) > len(subkeys.Purpose) + 4
    for key in keys:
        number = int.from_bytes(key, "big") % ORDER or 1
        with pytest.raises(SealBroken):
            keeper_box.unseal(sealed, keeper=ec.derive_private_key(number, ec.SECP256R1()))


def _search(house: House, folder: Folder, tmp_path: Path) -> tuple[list[Place], list[Place]]:
    administrator = Administrator(folder, PASSPHRASE, tmp_path / "backups", tmp_path / "desk")
    raw = [*_tables(), *in_folder(folder.root)]
    if settings.IS_CLINIC:
        raw += [*administrator._database_files(), administrator._dump()]
    return raw, [*_opened(folder, administrator)]


def test_who_has_the_practice_with_all_its_keys_reads_nothing_that_is_for_the_keeper(
    capfd: pytest.CaptureFixture[str],  # first: what is said while Mia writes is heard as well
    house: House,
    vault_folder: Folder,
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
) -> None:
    house.tell("keeper", house.sealed.fresh("for the keeper"))
    row = _sealed_row()
    _keep_from_everybody(house)
    raw, opened = _search(house, vault_folder, tmp_path)
    raw.append(Place("all that was said", ("".join(capfd.readouterr()) + caplog.text).encode()))
    assert leaks({"for the keeper": house.sealed.mark}, [*raw, *opened]) == []
    found = leaks({"kept to herself": house.kept.mark}, opened)
    assert any(one.startswith("DoorAnswer.content") for one in found), "the search finds nothing"
    assert any(place.name == "DoorAnswer.for_keeper" for place in opened)
    _assert_no_key_opens(from_text(row.for_keeper), _keys(vault_folder))
    assert house.sealed.mark in keepers.opened(row).values["words"]


def test_what_was_readable_before_is_so_no_more_once_it_is_for_the_keeper(
    house: House, vault_folder: Folder, tmp_path: Path
) -> None:
    """(A copy of a backup that was made before holds it until it is past: docs/how-to.)"""
    words = house.sealed.fresh("open at first")
    house.tell("open", words)
    row = DoorAnswer.objects.get(step="first")
    values = {"rating": -4, "words": words}
    door_own.correct(house.seat.pk, row.pk, values, Release.KEEPER)
    raw, opened = _search(house, vault_folder, tmp_path)
    assert leaks({"for the keeper": house.sealed.mark}, [*raw, *opened]) == []
    assert house.sealed.mark in keepers.opened(_sealed_row()).values["words"]


@pytest.mark.embedded
def test_while_the_practice_is_locked_it_waits_sealed_for_the_keeper_and_for_nobody_else(
    house: House, vault_folder: Folder, tmp_path: Path
) -> None:
    DoorAnswer.objects.all().delete()
    house.mias = at_the_door(house.seat, by=house.cast.ana)
    house.mias.get("/door")
    VAULT.full_lock()
    sent(house.mias, house.mias.get("/door").content.decode(), rating="1", stood_out="me")
    page = house.mias.get("/door").content.decode()
    assert "only Nora Outside: my therapist cannot read it" in page
    words = house.sealed.fresh("told while it is locked")
    fields = {"words": words, "release": "keeper", "keeper_key": keepers.KEY_ID}
    sent(house.mias, page, **fields)
    assert len(spool.names(vault_folder)) == 2
    VAULT.unlock(vault_folder, PASSPHRASE)
    raw, opened = _search(house, vault_folder, tmp_path)
    letters = [place for place in opened if place.name == "a letter that waits"]
    assert len(letters) == 2
    assert any(b'"release": "keeper"' in place.content for place in letters)
    assert leaks({"for the keeper": house.sealed.mark}, [*raw, *opened]) == []
    opening.bring_up_to_date()
    assert keepers.opened(_sealed_row()).values == {"words": words}


def test_a_file_that_is_handed_over_says_nothing_to_whoever_carries_it(
    house: House, vault_folder: Folder
) -> None:
    house.tell("keeper", house.sealed.fresh("for the keeper"))
    data = door_keeper_file.hand_to_keeper(by=house.cast.ana)
    assert leaks({"for the keeper": house.sealed.mark}, [Place("the file", data)]) == []
    keys = _keys(vault_folder)
    for sealed in keeper_file.read(data).items:
        _assert_no_key_opens(sealed, keys)
    assert house.sealed.mark in str(keepers.opened_file(data))


def _keep_from_everybody(house: House) -> None:
    """Another answer, which nobody is to read: the practice's keys do open it."""
    session = house.cast.care_of_mia.sessions.get(number=8)
    doors.asked(house.seat, session, "me")
    values = {"words": house.kept.fresh("kept to herself")}
    doors.told(house.seat, session, Release.NOBODY, values=values)
