"""Sealed values, letters and files: they open where they belong, unaltered, or not at all."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from hypothesis import given, settings
from hypothesis import strategies as st

from lacrima import errors
from lacrima.vault import practice_box, sealed_file
from lacrima.vault.process import Vault
from lacrima.vault.sealed_file import CHUNK_BYTES, SealedFile
from tests.vault.given import BEN, MIA, NOW, PLACE, Practice

places = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)
kinds = st.sampled_from(["answers", "draft", "letter"])
REFUSED = (errors.SealBroken, errors.KeyGone, errors.NewerVault)


@given(plain=st.binary(max_size=300), place=places)
def test_what_was_sealed_opens_in_its_place(shared_vault: Vault, plain: bytes, place: str) -> None:
    assert shared_vault.open_sealed(place, shared_vault.seal(MIA, place, plain)) == plain


@given(plain=st.binary(max_size=60), data=st.data())
def test_any_flipped_bit_breaks_the_seal(
    shared_vault: Vault, plain: bytes, data: st.DataObject
) -> None:
    text = bytearray(shared_vault.seal(MIA, PLACE, plain))
    bit = data.draw(st.integers(0, len(text) * 8 - 1))
    text[bit // 8] ^= 1 << bit % 8
    with pytest.raises(REFUSED):
        shared_vault.open_sealed(PLACE, bytes(text))


@given(plain=st.binary(max_size=60), data=st.data())
def test_any_cut_breaks_the_seal(shared_vault: Vault, plain: bytes, data: st.DataObject) -> None:
    text = shared_vault.seal(MIA, PLACE, plain)
    with pytest.raises(errors.SealBroken):
        shared_vault.open_sealed(PLACE, text[: data.draw(st.integers(0, len(text) - 1))])
    with pytest.raises(errors.SealBroken):
        shared_vault.open_sealed(PLACE, text + data.draw(st.binary(min_size=1, max_size=9)))


@given(here=places, there=places)
def test_a_moved_value_does_not_open(shared_vault: Vault, here: str, there: str) -> None:
    text = shared_vault.seal(MIA, here, b"hers")
    if here == there:
        assert shared_vault.open_sealed(there, text) == b"hers"
    else:
        with pytest.raises(errors.SealBroken):
            shared_vault.open_sealed(there, text)


def test_a_value_under_another_clients_name_does_not_open(shared_vault: Vault) -> None:
    text = shared_vault.seal(MIA, PLACE, b"hers")
    with pytest.raises(errors.SealBroken):
        shared_vault.open_sealed(PLACE, text.replace(MIA.encode(), BEN.encode()))


def test_the_same_words_never_look_the_same_twice(shared_vault: Vault) -> None:
    assert shared_vault.seal(MIA, PLACE, b"x") != shared_vault.seal(MIA, PLACE, b"x")


def test_a_forgotten_key_opens_nothing_and_never_comes_back(opened: Practice) -> None:
    opened.vault.ensure_keys([MIA, BEN])
    text = opened.vault.seal(MIA, PLACE, b"hers")
    opened.vault.forget_key(MIA, now=NOW)
    assert not opened.vault.has_key(MIA)
    assert opened.vault.has_key(BEN)
    with pytest.raises(errors.KeyGone):
        opened.vault.open_sealed(PLACE, text)
    with pytest.raises(errors.KeyGone):
        opened.vault.ensure_keys([MIA])
    assert MIA in opened.folder.ledger.read_text()
    assert "2026-03-10T12:00:00Z" in opened.folder.ledger.read_text()
    assert MIA not in opened.folder.client_keys.read_text()


@given(plain=st.binary(max_size=200), kind=kinds, other=kinds)
def test_a_letter_opens_as_its_own_kind_only(
    shared_vault: Vault, plain: bytes, kind: str, other: str
) -> None:
    letter = shared_vault.seal_for_practice(kind, plain)
    assert shared_vault.open_for_practice(kind, letter) == plain
    if other != kind:
        with pytest.raises(errors.SealBroken):
            shared_vault.open_for_practice(other, letter)


@given(plain=st.binary(max_size=40), data=st.data())
def test_an_altered_or_cut_letter_does_not_open(
    shared_vault: Vault, plain: bytes, data: st.DataObject
) -> None:
    letter = bytearray(shared_vault.seal_for_practice("draft", plain))
    bit = data.draw(st.integers(0, len(letter) * 8 - 1))
    letter[bit // 8] ^= 1 << bit % 8
    with pytest.raises((errors.SealBroken, errors.NewerVault)):
        shared_vault.open_for_practice("draft", bytes(letter))
    with pytest.raises(errors.SealBroken):
        shared_vault.open_for_practice("draft", bytes(letter[: data.draw(st.integers(0, 48))]))


def test_a_letter_from_a_point_without_a_secret_is_refused() -> None:
    private = X25519PrivateKey.generate()
    with pytest.raises(errors.SealBroken):
        practice_box.unseal(private, "draft", bytes([1]) + bytes(32) + bytes(40))


sizes = st.sampled_from([0, 1, CHUNK_BYTES - 1, CHUNK_BYTES, CHUNK_BYTES + 1, 3 * CHUNK_BYTES])


def _written(vault: Vault, path: Path, plain: bytes) -> bytes:
    sealed_file.write(path, key_id=MIA, place=PLACE, source=io.BytesIO(plain), vault=vault)
    return path.read_bytes()


def _read(vault: Vault, text: bytes, place: str = PLACE) -> bytes:
    return b"".join(SealedFile(io.BytesIO(text), place=place, vault=vault).chunks())


@settings(max_examples=25)
@given(size=sizes, start=st.integers(0, 3 * CHUNK_BYTES), length=st.integers(0, CHUNK_BYTES * 2))
def test_a_sealed_file_gives_back_the_whole_and_any_part(
    shared_vault: Vault,
    tmp_path_factory: pytest.TempPathFactory,
    size: int,
    start: int,
    length: int,
) -> None:
    plain = bytes(number % 251 for number in range(size))
    text = _written(shared_vault, tmp_path_factory.mktemp("file") / "sound", plain)
    file = SealedFile(io.BytesIO(text), place=PLACE, vault=shared_vault)
    assert file.size == size
    assert b"".join(file.chunks()) == plain
    assert file.read_range(start, length) == plain[start : start + length]


@settings(max_examples=60)
@given(data=st.data())
def test_a_sealed_file_that_was_altered_or_cut_does_not_open(
    shared_vault: Vault, tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    text = _written(shared_vault, tmp_path_factory.mktemp("file") / "sound", b"m" * 70_000)
    place = data.draw(st.integers(0, len(text) - 1))
    flipped = bytearray(text)
    flipped[place] ^= 1 << data.draw(st.integers(0, 7))
    for wrong in (bytes(flipped), text[:place], text + b"\0" * (place + 1)):
        with pytest.raises(REFUSED):
            _read(shared_vault, wrong)


def test_cut_at_a_chunk_swapped_or_moved_a_sealed_file_does_not_open(
    shared_vault: Vault, tmp_path: Path
) -> None:
    text = _written(shared_vault, tmp_path / "sound", b"m" * (3 * CHUNK_BYTES))
    step = CHUNK_BYTES + 16
    start = len(text) - 3 * step
    head, chunks = text[:start], [text[start + step * n : start + step * (n + 1)] for n in range(3)]
    for wrong in ([chunks[0], chunks[1]], [chunks[1], chunks[0], chunks[2]], chunks * 2):
        with pytest.raises(errors.SealBroken):
            _read(shared_vault, head + b"".join(wrong))
    with pytest.raises(errors.SealBroken):
        _read(shared_vault, text, place="care_note|text|8")


def test_a_sealed_file_is_written_whole_or_not_at_all(opened: Practice) -> None:
    class Breaks(io.BytesIO):
        def read(self, size: int | None = -1, /) -> bytes:
            raise OSError("the microphone is gone")

    opened.vault.ensure_keys([MIA])
    path = opened.folder.files / "sound"
    with pytest.raises(errors.OurFault):
        sealed_file.write(path, key_id=MIA, place=PLACE, source=Breaks(), vault=opened.vault)
    assert list(opened.folder.files.iterdir()) == []
