"""The drop-box's formats: the vectors open for ever, with Lacrima and without it."""

from __future__ import annotations

import base64
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey
from cryptography.hazmat.primitives.serialization import load_der_private_key

from lacrima.errors import BadLetter, OutOfRange
from lacrima.relay import limits
from lacrima.vault import drop_box, keeper_box, padded
from tests.vault import make_drop_box_vectors

REFERENCE = Path(__file__).resolve().parents[2] / "docs" / "reference"


@pytest.fixture(scope="module")
def vectors() -> dict[str, Any]:
    found: dict[str, Any] = json.loads((REFERENCE / "drop-box-vectors.json").read_bytes())
    return found


@pytest.fixture(scope="module")
def told(vectors: dict[str, Any]) -> drop_box.Invitation:
    text = vectors["link"].partition("#i=")[2]
    return drop_box.invitation(base64.urlsafe_b64decode(text + "="))


def _private(text: str) -> EllipticCurvePrivateKey:
    found = load_der_private_key(bytes.fromhex(text), None)
    assert isinstance(found, EllipticCurvePrivateKey)
    return found


def _open(vectors: dict[str, Any], told: drop_box.Invitation, data: bytes, **changes: Any) -> bytes:
    given: dict[str, Any] = {
        "private": _private(vectors["practice_key"]),
        "letter_id": bytes.fromhex(vectors["letter_id"]),
        "brief_digest": bytes.fromhex(vectors["brief_digest"]),
        **changes,
    }
    return drop_box.open_letter(told, drop_box.read(data), **given)


def _sealed(vectors: dict[str, Any], name: str) -> bytes:
    return base64.b64decode(vectors[name])


def test_all_that_follows_from_a_link(vectors: dict[str, Any], told: drop_box.Invitation) -> None:
    assert told.name.hex() == vectors["name"]
    assert told.brief_key.hex() == vectors["brief_key"]
    assert told.letter_secret.hex() == vectors["letter_secret"]
    assert make_drop_box_vectors.sitting_of(vectors["receipt_code"]) == vectors["sitting"]


def test_the_brief_opens(vectors: dict[str, Any], told: drop_box.Invitation) -> None:
    found = drop_box.open_brief(told, _sealed(vectors, "brief_sealed"))
    assert json.loads(found) == vectors["brief"]
    assert drop_box.digest(found).hex() == vectors["brief_digest"]


def test_the_letter_opens(vectors: dict[str, Any], told: drop_box.Invitation) -> None:
    found = _open(vectors, told, _sealed(vectors, "letter_sealed"))
    assert json.loads(found) == vectors["letter"]


def test_the_piece_for_a_keeper_opens(vectors: dict[str, Any]) -> None:
    found = keeper_box.unseal(
        _sealed(vectors, "keeper_sealed"), keeper=_private(vectors["keeper_key"])
    )
    assert {"step": found.step, "at": found.at, "values": found.values} == vectors["keeper_told"]


def test_made_anew_they_are_the_same(vectors: dict[str, Any]) -> None:
    assert make_drop_box_vectors.vectors() == vectors


@pytest.mark.parametrize("place", [0, 4, 5, 12, 13, 16, 17, 80, 82, 2000, 4095])
def test_a_flipped_bit_anywhere_is_found(
    vectors: dict[str, Any], told: drop_box.Invitation, place: int
) -> None:
    data = bytearray(_sealed(vectors, "letter_sealed"))
    data[place] ^= 0x10
    with pytest.raises(BadLetter):
        _open(vectors, told, bytes(data))


@pytest.mark.parametrize(
    "changes", [{"letter_id": bytes(16)}, {"brief_digest": bytes(32)}, {"private": None}]
)
def test_a_letter_is_bound_to_its_id_its_brief_and_its_practice(
    vectors: dict[str, Any], told: drop_box.Invitation, changes: dict[str, Any]
) -> None:
    if "private" in changes:
        changes = {"private": make_drop_box_vectors.key(9)}
    with pytest.raises(BadLetter):
        _open(vectors, told, _sealed(vectors, "letter_sealed"), **changes)


def test_a_letter_is_bound_to_its_invitation(vectors: dict[str, Any]) -> None:
    other = drop_box.invitation(bytes(32))
    with pytest.raises(BadLetter):
        _open(vectors, other, _sealed(vectors, "letter_sealed"))


def test_a_brief_altered_or_of_another_invitation_opens_nothing(
    vectors: dict[str, Any], told: drop_box.Invitation
) -> None:
    data = _sealed(vectors, "brief_sealed")
    for broken in (b"", data[:-1], b"X" + data[1:], data[:30] + b"!" + data[31:]):
        with pytest.raises(BadLetter):
            drop_box.open_brief(told, broken)
    with pytest.raises(BadLetter):
        drop_box.open_brief(drop_box.invitation(bytes(32)), data)


def test_a_brief_cannot_unpack_to_more_than_fits(told: drop_box.Invitation) -> None:
    with pytest.raises(BadLetter):
        drop_box.open_brief(told, drop_box.seal_brief(told, 1, bytes(50_000_000)))


def test_what_is_too_long_for_a_letter_is_refused() -> None:
    with pytest.raises(OutOfRange):
        padded.pad(bytes(70_000), drop_box.LETTER_BYTES, around=0)
    assert padded.unpad(b"\0\0\0\x09abc") is None
    assert padded.unpad(b"\0\0\0\x01ab") is None


def test_relay_and_practice_speak_of_the_same_sizes() -> None:
    assert tuple(sorted(limits.LETTER_BYTES)) == drop_box.LETTER_BYTES
    assert tuple(sorted(limits.BRIEF_BYTES)) == drop_box.BRIEF_BYTES


# ---- the stand-alone opener ---------------------------------------------------------------


def _script(place: Path, *words: str) -> Any:
    done = subprocess.run(
        [sys.executable, str(REFERENCE / "open_letter.py"), *words],
        cwd=place, capture_output=True, text=True, check=True,
    )  # fmt: skip
    return json.loads(done.stdout)


@pytest.fixture
def files(vectors: dict[str, Any], tmp_path: Path) -> Path:
    """The vectors as somebody without Lacrima would have them."""
    for name in ("brief", "letter", "keeper"):
        (tmp_path / name).write_bytes(_sealed(vectors, f"{name}_sealed"))
    for name in ("practice", "keeper"):
        (tmp_path / f"{name}-key").write_text(vectors[f"{name}_key"])
    return tmp_path


def test_the_opener_reads_brief_letter_and_piece(vectors: dict[str, Any], files: Path) -> None:
    known = ("--link", vectors["link"], "--brief", "brief")
    assert _script(files, *known) == vectors["brief"]
    more = ("--letter", "letter", "--id", vectors["letter_id"], "--key", "practice-key")
    assert _script(files, *known, *more) == vectors["letter"]
    piece = _script(files, "--keeper", "keeper", "--key", "keeper-key")
    assert {name: piece[name] for name in ("step", "at", "values")} == vectors["keeper_told"]


def test_the_opener_says_when_nothing_opens(vectors: dict[str, Any], files: Path) -> None:
    with pytest.raises(subprocess.CalledProcessError) as refused:
        _script(files, "--link", "https://x.example/#i=" + "A" * 43, "--brief", "brief")
    assert "does not open" in refused.value.stderr
