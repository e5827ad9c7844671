"""A keeper's key file opens with its passphrase alone; a keeper's code finds every slip."""

from __future__ import annotations

import json
import os
import stat
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from hypothesis import given
from hypothesis import strategies as st

from lacrima import errors
from lacrima.vault import disk, hpke_p256, kdf, keeper_code, keeper_key
from lacrima.vault.slot_file import as_text

PASSPHRASE = "four words of a keeper"
NOW = datetime(2026, 3, 10, 12, tzinfo=UTC)
KEY = keeper_key.fresh(PASSPHRASE, now=NOW)
PUBLIC = hpke_p256.public_of(ec.derive_private_key(0xACE3, ec.SECP256R1()))
CODE = keeper_code.code_of(PUBLIC)


def test_a_key_file_opens_with_its_passphrase_and_no_other(tmp_path: Path) -> None:
    path = tmp_path / "keeper.json"
    keeper_key.write(path, KEY)
    there = keeper_key.read(path)
    assert there == KEY
    assert hpke_p256.public_of(keeper_key.private_of(there, PASSPHRASE)) == KEY.public
    with pytest.raises(errors.WrongPassphrase):
        keeper_key.private_of(there, "four words of a stranger")


@pytest.mark.skipif(os.name == "nt", reason="Windows keeps no such rights")
def test_a_key_file_is_its_owners_alone_and_nothing_is_overwritten(tmp_path: Path) -> None:
    path = tmp_path / "keeper.json"
    keeper_key.write(path, KEY)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    before = path.read_bytes()
    with pytest.raises((FileExistsError, errors.LacrimaError)):
        keeper_key.write(path, KEY)
    assert path.read_bytes() == before


def test_a_short_passphrase_is_refused() -> None:
    with pytest.raises(errors.BadInput):
        keeper_key.fresh("short", now=NOW)


def _with(**changed: Any) -> bytes:
    """The key file, changed on purpose, with a check sum that fits."""
    body = json.loads(KEY.to_bytes()) | changed
    body.pop("checksum")
    return disk.readable({**body, "checksum": keeper_key._checksum(body)})


@pytest.mark.parametrize("name", ["created", "public"])
def test_no_parameter_can_be_changed_unseen(name: str) -> None:
    other = {"created": "2027-01-01T00:00:00Z", "public": as_text(PUBLIC)}
    changed = keeper_key.parse(_with(**{name: other[name]}))
    with pytest.raises(errors.WrongPassphrase):
        keeper_key.private_of(changed, PASSPHRASE)


@pytest.mark.parametrize(
    "changed",
    [
        {"algorithm": "x25519"},
        {"cipher": "none"},
        {"public": "AAAA"},
        {"nonce": "AAAA"},
        {"wrapped": "%"},
        {"kdf": {}},
        {"kdf": {**KEY.cost.as_json(), "salt": "AAAA"}},
        {"kdf": {**KEY.described()["kdf"], "lanes": 99}},
        {"kdf": {**KEY.described()["kdf"], "iterations": True}},
    ],
)
def test_a_key_file_of_another_making_is_damaged(changed: dict[str, Any]) -> None:
    with pytest.raises(errors.Damaged, match="key file"):
        keeper_key.parse(_with(**changed))


def test_a_cheap_key_file_is_refused_whoever_wrote_it(monkeypatch: pytest.MonkeyPatch) -> None:
    dear = kdf.KdfCost(KEY.cost.memory_kib * 2, KEY.cost.iterations, KEY.cost.lanes)
    monkeypatch.setattr(kdf, "FLOOR", dear)
    with pytest.raises(errors.Damaged, match="key file"):
        keeper_key.parse(KEY.to_bytes())


def test_a_newer_key_file_says_so_and_a_flipped_bit_does_not_pass_for_one() -> None:
    with pytest.raises(errors.NewerVault):
        keeper_key.parse(_with(version=2))
    flipped = KEY.to_bytes().replace(b'"version": 1', b'"version": 3', 1)
    with pytest.raises(errors.Damaged):
        keeper_key.parse(flipped)


@pytest.mark.parametrize("data", [b"", b"[]", b"1", b"{}", b'{"format": "lacrima.vault"}'])
def test_another_file_is_no_key_file(data: bytes) -> None:
    with pytest.raises(errors.BadInput, match="not the key file"):
        keeper_key.parse(data)


def test_a_key_file_that_is_not_there_says_so(tmp_path: Path) -> None:
    with pytest.raises(errors.BadInput, match="cannot be read"):
        keeper_key.read(tmp_path / "keeper.json")


# --- the code


def test_a_code_gives_its_key_back_also_broken_over_lines() -> None:
    assert CODE.startswith("lk1.")
    assert len(CODE) == 96
    assert keeper_code.public_of(CODE) == PUBLIC
    assert keeper_code.public_of(f" {CODE[:40]}\n{CODE[40:]} ") == PUBLIC


@given(place=st.integers(4, 95), other=st.sampled_from("AZaz09-_"))
def test_a_slip_of_the_pen_is_found(place: int, other: str) -> None:
    slipped = CODE[:place] + other + CODE[place + 1 :]
    if slipped != CODE:
        with pytest.raises(errors.BadInput):
            keeper_code.public_of(slipped)


@pytest.mark.parametrize(
    ("code", "found"),
    [
        ("", "not the code of a keeper"),
        ("0123-4567", "not the code of a keeper"),
        ("lk1.", "cut short"),
        (CODE[:-1], "cut short"),
        (f"{CODE}A", "too long"),
        (f"{CODE[:-1]}%", "stands in no code"),
        (f"{CODE[:-1]}é", "stands in no code"),
        (keeper_code.code_of(bytes(65)), "not the code of a keeper"),
    ],
)
def test_a_wrong_code_says_what_is_wrong(code: str, found: str) -> None:
    with pytest.raises(errors.BadInput, match=found) as refused:
        keeper_code.public_of(code)
    assert refused.value.where == "keeper_code"
    assert refused.value.next_step


def test_another_key_has_other_words() -> None:
    other = hpke_p256.public_of(hpke_p256.generate())
    assert len(keeper_code.words_of(PUBLIC)) == 10
    assert keeper_code.words_of(PUBLIC) != keeper_code.words_of(other)
