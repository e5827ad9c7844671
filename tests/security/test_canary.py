"""No word that anybody typed is found outside the cipher, whichever way it is spelled.

A canary in every text field of every model, in a real practice in a process of its own.
"""

from __future__ import annotations

import base64
import secrets
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.db import connection, models

from lacrima.records.sealed import SealedTextField
from lacrima.vault import create
from lacrima.vault.folder import Folder
from lacrima.vault.process import Vault
from tests.support import canary_house
from tests.support.canaries import (
    SHORTEST,
    Canaries,
    Place,
    in_folder,
    in_process,
    leaks,
    spellings,
)
from tests.support.canary_rows import NOT_FILLED, Filler, has_room, name_of, text_fields
from tests.support.houses import environment, secrets_of

linux_only = pytest.mark.skipif(sys.platform != "linux", reason="/proc is Linux's")


@dataclass
class House:
    """A running process with its folders, and all that must not be found there."""

    top: Path
    process: subprocess.Popen[str]
    secrets: dict[str, str | bytes]
    said: list[str] = field(default_factory=list)

    def ask(self, told: str) -> str:
        """Tell it something; its answer."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(f"{told}\n")
        self.process.stdin.flush()
        self.said.append(self.process.stdout.readline().strip())
        return self.said[-1]

    def places(self) -> Iterator[Place]:
        """Every file of the practice, its backups, the temporary folder, the home folder."""
        for name in ("practice", "backups", "temporary", "home", "logs"):
            yield from in_folder(self.top / name)

    def leaks(self) -> list[str]:
        """What is found in the folders now."""
        return leaks(self.secrets, self.places())


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """A practice full of canaries, open, in a process that shows what it shows."""
    top = tmp_path_factory.mktemp("canaries")
    for name in ("backups", "temporary", "home", "logs"):
        (top / name).mkdir()
    canaries, passphrase = Canaries(), f"{secrets.token_hex(8)} as a passphrase"
    folder = Folder(top / "practice")
    code = str(create(folder, passphrase, now=datetime.now(UTC)))
    with (top / "logs" / "stderr").open("w") as said:
        process = subprocess.Popen(
            [sys.executable, canary_house.__file__, folder.root, top / "backups"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=said,
            text=True,
            env=environment(top),
        )
    hidden = {"a canary": canaries.mark, **secrets_of(folder, passphrase, code)}
    found = House(top, process, hidden)
    try:
        assert process.stdin is not None
        process.stdin.write(f"{passphrase}\n")
        assert found.ask(canaries.mark) == "filled", (top / "logs" / "stderr").read_text()
        yield found
    finally:
        process.kill()
        process.communicate(timeout=20)


def test_every_text_field_holds_a_canary_or_has_a_reason() -> None:
    every = {name_of(one): one for _model, one in text_fields()}
    assert len(every) > 40
    assert set(NOT_FILLED) <= set(every), "a reason for a field that is gone"
    assert all(NOT_FILLED.values())
    no_room = [name for name, one in every.items() if name not in NOT_FILLED and not has_room(one)]
    assert no_room == [], "too short for a canary: say in NOT_FILLED why that is harmless"
    assert [name for name in NOT_FILLED if has_room(every[name])] == [], "a canary would fit"


@pytest.mark.embedded
@linux_only
def test_an_open_practice_shows_no_canary_and_no_key_in_any_file(house: House) -> None:
    names = {place.name for place in house.places()}
    assert "practice/practice.db" in names
    assert any(name.endswith("-wal") for name in names), "nothing was written to a log yet"
    assert house.leaks() == []


@pytest.mark.embedded
@linux_only
def test_the_process_shows_nothing_of_it_either(house: House) -> None:
    shown = list(in_process(house.process.pid))
    assert any(place.name.endswith("practice.db") for place in shown)
    assert leaks(house.secrets, shown) == []


@pytest.mark.embedded
@linux_only
def test_a_locked_practice_shows_nothing_and_has_no_file_open(house: House) -> None:
    assert house.ask("lock") == "locked"
    assert house.leaks() == []
    shown = list(in_process(house.process.pid))
    assert leaks(house.secrets, shown) == []
    assert [place.name for place in shown if "practice.db" in place.name] == []
    assert "practice/practice.db-wal" not in {
        place.name for place in house.places() if place.content
    }


@pytest.mark.embedded
def test_the_same_search_finds_what_is_not_encrypted(tmp_path: Path) -> None:
    canary = Canaries().fresh("here")
    for number, (name, spelled) in enumerate(spellings(canary).items()):
        (tmp_path / f"{number}.txt").write_bytes(b"xy" + spelled + b"z")
        assert leaks({"a canary": canary}, in_folder(tmp_path)), name
        (tmp_path / f"{number}.txt").unlink()
    for before in (b"", b"a", b"bc"):
        letter = base64.b64encode(before + canary.encode() + b"end")
        assert leaks({"a canary": canary}, [Place("a letter", letter)])
    (tmp_path / f"{canary}.txt").touch()
    assert leaks({"a canary": canary}, in_folder(tmp_path))
    assert len(canary) == SHORTEST


@pytest.mark.embedded
def test_keys_are_found_by_the_same_search(tmp_path: Path) -> None:
    folder = Folder(tmp_path / "practice")
    code = str(create(folder, "a passphrase to be found", now=datetime.now(UTC)))
    hidden = secrets_of(folder, "a passphrase to be found", code)
    assert leaks(hidden, in_folder(tmp_path)) == []
    vault = Vault()
    vault.unlock(folder, "a passphrase to be found")
    (tmp_path / "dump").write_bytes(b".." + base64.b64encode(b"1" + vault.database_key()))
    assert leaks(hidden, in_folder(tmp_path))
    vault.full_lock()


@pytest.mark.django_db(transaction=True)
def test_sealed_columns_are_sealed_on_either_database(vault_folder: Folder) -> None:
    canaries = Canaries()
    filler = Filler(canaries)
    filler.fill_all()
    assert filler.missing() == []
    sealed = [(model, one) for model, one in text_fields() if isinstance(one, SealedTextField)]
    assert len(sealed) >= 6
    for model, one in sealed:
        content = _raw(model, one)
        assert len(content) > SHORTEST
        assert leaks({"a canary": canaries.mark}, [Place(name_of(one), content)]) == []


def _raw(model: type[models.Model], one: models.Field[object, object]) -> bytes:
    """The column as the database has it."""
    with connection.cursor() as cursor:
        cursor.execute(f'SELECT "{one.column}" FROM "{model._meta.db_table}"')  # noqa: S608
        return b"".join(bytes(row[0]) for row in cursor.fetchall())
