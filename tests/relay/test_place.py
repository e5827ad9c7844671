"""A relay's folder is its own: never a practice, nothing strange in it, its owner's alone."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from lacrima import errors
from lacrima.relay import file_lock, managing, relay_code
from lacrima.relay.place import Place


def test_a_new_folder_is_its_owners_alone(tmp_path: Path) -> None:
    place = Place(tmp_path / "some" / "where")
    place.prepare()
    place.prepare()
    assert stat.S_IMODE(place.root.stat().st_mode) == 0o700
    assert stat.S_IMODE(place.database.stat().st_mode) == 0o600


def test_a_folder_that_others_could_look_into_is_closed_to_them(tmp_path: Path) -> None:
    (tmp_path / "open").mkdir(mode=0o755)
    Place(tmp_path / "open").prepare()
    assert stat.S_IMODE((tmp_path / "open").stat().st_mode) == 0o700


@pytest.mark.parametrize("name", ["vault.json", "vault.json.copy"])
def test_a_practice_is_refused(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text("{}")
    for refused in (Place(tmp_path).prepare, lambda: managing.mailboxes(tmp_path)):
        with pytest.raises((errors.FolderNotEmpty, errors.NotFound)):
            refused()
    assert os.listdir(tmp_path) == [name]


def test_a_folder_with_something_else_in_it_is_refused_and_left_alone(tmp_path: Path) -> None:
    (tmp_path / "letter.txt").write_text("mine")
    with pytest.raises(errors.FolderNotEmpty, match="something else"):
        Place(tmp_path).prepare()
    assert os.listdir(tmp_path) == ["letter.txt"]


def test_a_file_in_the_place_of_the_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("mine")
    with pytest.raises(errors.BadInput):
        Place(tmp_path / "file").prepare()


def test_two_relays_on_one_folder_are_refused(tmp_path: Path) -> None:
    lock = tmp_path / "relay.lock"
    with file_lock.hold(lock), pytest.raises(errors.FolderInUse), file_lock.hold(lock):
        pass
    with file_lock.hold(lock):
        pass


def test_a_code_goes_into_a_new_file_that_only_its_owner_may_read(tmp_path: Path) -> None:
    made = managing.make_mailbox(
        tmp_path / "relay", address="https://relay.example/", out=tmp_path / "code"
    )
    assert stat.S_IMODE(made.out.stat().st_mode) == 0o600
    assert made.out.read_text().startswith("lr1.")
    with pytest.raises(errors.BadInput, match="already"):
        managing.make_mailbox(
            tmp_path / "relay", address="https://relay.example", out=tmp_path / "code"
        )
    assert len(managing.mailboxes(tmp_path / "relay")) == 1


def test_when_a_mailbox_cannot_be_made_no_file_is_left(tmp_path: Path) -> None:
    root = tmp_path / "relay"
    Place(root).prepare()
    (root / "relay.db").write_bytes(b"no database at all " * 400)
    with pytest.raises(errors.Damaged):
        managing.make_mailbox(root, address="https://relay.example", out=tmp_path / "code")
    assert not (tmp_path / "code").exists()


@pytest.mark.parametrize(
    "address",
    [
        "relay.example",
        "http://relay.example",
        "ftp://relay.example",
        "https://",
        "https://relay.example/path",
        "https://relay.example?x=1",
        "https://ana@relay.example",
        "https://relay.example:port",
        "https://[::1",
        "",
    ],
)
def test_an_address_that_would_send_secrets_in_the_clear_or_nowhere_is_refused(
    address: str,
) -> None:
    with pytest.raises(errors.UsageError):
        relay_code.checked_address(address)


@pytest.mark.parametrize(
    "address", ["https://relay.example", "https://relay.example:8443", "http://localhost:8200"]
)
def test_a_good_address_stands_in_the_code_as_it_is(address: str) -> None:
    assert relay_code.checked_address(f" {address}/ ") == address


def test_a_folder_that_may_not_be_written_is_said() -> None:
    with pytest.raises(errors.BadInput, match="may not use"):
        Place(Path("/proc/relay")).prepare()
