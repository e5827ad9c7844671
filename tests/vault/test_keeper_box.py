"""Sealed for a keeper: for one key alone, of few sizes, and told apart from anything else."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lacrima import errors
from lacrima.vault import hpke_p256, keeper_box, keeper_file
from lacrima.vault.keeper_box import Told

KEEPER, OTHER = hpke_p256.generate(), hpke_p256.generate()
PUBLIC = hpke_p256.public_of(KEEPER)
AT = "2026-03-10T20:00:00Z"
TOLD = Told("first", AT, {"rating": -2, "words": "the letter to her mother"})
SEALED = keeper_box.seal(PUBLIC, TOLD)


@given(words=st.text(max_size=10_000), rating=st.integers(-4, 4))
def test_what_is_sealed_opens_for_its_keeper(words: str, rating: int) -> None:
    told = Told("second", AT, {"words": words, "rating": rating})
    sealed = keeper_box.seal(PUBLIC, told)
    assert len(sealed) in keeper_box.SIZES
    assert keeper_box.key_id_of(sealed) == keeper_box.key_id(PUBLIC)
    assert keeper_box.unseal(sealed, keeper=KEEPER) == told


@pytest.mark.parametrize("sign", ["a", "é", "\U0001f622", "\x1f"])
def test_the_longest_words_of_a_form_have_room_in_any_script(sign: str) -> None:
    told = Told("first", AT, {"words": sign * 10_000})
    assert keeper_box.unseal(keeper_box.seal(PUBLIC, told), keeper=KEEPER) == told


def test_its_length_tells_little() -> None:
    lengths = {
        len(keeper_box.seal(PUBLIC, Told("first", AT, {"words": "a" * count})))
        for count in (0, 1, 100, 3_000)
    }
    assert lengths == {4096}


def test_it_stands_as_it_is_written_out() -> None:
    plain = hpke_p256.unseal(
        SEALED[13:], recipient=KEEPER, bound=hpke_p256.Bound(b"lacrima/1/keeper", SEALED[:13])
    )
    assert plain is not None
    length = int.from_bytes(plain[:4], "big")
    assert json.loads(plain[4 : 4 + length]) == {
        "v": 1, "step": "first", "at": AT, "values": dict(TOLD.values),
    }  # fmt: skip
    assert set(plain[4 + length :]) == {0}
    assert SEALED[:5] == b"LKPR\x01"


def test_it_opens_with_no_other_key() -> None:
    with pytest.raises(errors.SealBroken):
        keeper_box.unseal(SEALED, keeper=OTHER)


@given(place=st.integers(0, len(SEALED) - 1), bit=st.integers(0, 7))
def test_every_flipped_bit_is_found(place: int, bit: int) -> None:
    data = bytearray(SEALED)
    data[place] ^= 1 << bit
    with pytest.raises((errors.SealBroken, errors.BadInput)):
        keeper_box.unseal(bytes(data), keeper=KEEPER)


@pytest.mark.parametrize("data", [b"", b"LKPR", SEALED[:-1], SEALED + b"\0", bytes(4096)])
def test_what_has_another_form_is_no_sealed_piece(data: bytes) -> None:
    with pytest.raises(errors.BadInput):
        keeper_box.key_id_of(data)


def test_a_piece_of_a_newer_lacrima_says_so() -> None:
    with pytest.raises(errors.BadInput, match="newer"):
        keeper_box.key_id_of(b"LKPR\x02" + SEALED[5:])


def _sealed_raw(plain: bytes) -> bytes:
    """Anybody can seal anything for a keeper."""
    head = SEALED[:13]
    filled = plain.ljust(4096 - 13 - 65 - 16, b"\0")
    return head + hpke_p256.seal(
        filled, recipient=PUBLIC, bound=hpke_p256.Bound(b"lacrima/1/keeper", head)
    )


@pytest.mark.parametrize(
    "said",
    [
        b"[]", b"1", b"{", b"\xff", b'{"v":1}', b'{"v":2,"step":"first","at":"","values":{}}',
        b'{"v":1,"step":1,"at":"","values":{}}', b'{"v":1,"step":"","at":"","values":[]}',
        b'{"v":1,"step":"","at":"","values":{},"more":1}',
    ],
)  # fmt: skip
def test_what_no_door_wrote_is_refused_and_not_said(said: bytes) -> None:
    with pytest.raises(errors.SealBroken):
        keeper_box.unseal(_sealed_raw(len(said).to_bytes(4, "big") + said), keeper=KEEPER)


@pytest.mark.parametrize("length", [0, 3, 2**32 - 1])
def test_a_wrong_length_is_refused(length: int) -> None:
    said = b'{"v":1,"step":"","at":"","values":{}}'
    with pytest.raises(errors.SealBroken):
        keeper_box.unseal(_sealed_raw(length.to_bytes(4, "big") + said), keeper=KEEPER)


def test_too_much_and_a_bad_key_are_refused() -> None:
    with pytest.raises(errors.BadInput, match="too long"):
        keeper_box.seal(PUBLIC, Told("first", AT, {"words": "a" * 70_000}))
    with pytest.raises(errors.BadInput, match="not the key"):
        keeper_box.seal(bytes(65), TOLD)


# --- the file that is handed over


def _items(*counts: int) -> list[bytes]:
    words = ("", "a" * 5_000, "a" * 20_000)
    return [
        keeper_box.seal(PUBLIC, Told("first", AT, {"words": text}))
        for text, count in zip(words, counts, strict=True)
        for _ in range(count)
    ]


@pytest.mark.parametrize(
    ("counts", "whole"),
    [
        ((0, 0, 0), 11), ((1, 0, 0), 11), ((8, 2, 1), 11), ((9, 0, 0), 19), ((17, 3, 0), 37),
        ((0, 0, 2), 12), ((0, 0, 3), 14),
    ],
)  # fmt: skip
def test_a_file_tells_only_roughly_how_many_there_are(
    counts: tuple[int, int, int], whole: int
) -> None:
    items = _items(*counts)
    file = keeper_file.read(keeper_file.written(keeper_file.filled(PUBLIC, items)))
    assert len(file.items) == whole
    assert set(items) <= set(file.items)
    opened = [keeper_box.unseal(one, keeper=KEEPER) for one in file.items]
    assert sum(not one.is_filling for one in opened) == len(items)
    assert {keeper_box.key_id_of(one) for one in file.items} == {file.key_id}


def test_a_file_keeps_no_order() -> None:
    items = _items(8, 0, 0)
    orders = {
        tuple(one for one in keeper_file.filled(PUBLIC, items).items if one in items)
        for _ in range(5)
    }
    assert len(orders) > 1


def test_a_file_says_nothing_besides() -> None:
    said = json.loads(keeper_file.written(keeper_file.filled(PUBLIC, _items(1, 0, 0))))
    assert set(said) == {"format", "version", "key_id", "items"}
    assert said["key_id"] == keeper_box.key_id(PUBLIC).hex()


@pytest.mark.parametrize(
    ("data", "error"),
    [
        (b"", errors.BadInput),
        (b"[]", errors.BadInput),
        (b'{"format": "lacrima.vault", "version": 1}', errors.BadInput),
        (b'{"format": "lacrima.keeper-file", "version": 2}', errors.NewerVault),
        (b'{"format": "lacrima.keeper-file", "version": 1}', errors.Damaged),
        (
            b'{"format": "lacrima.keeper-file", "version": 1, "key_id": "00", "items": ["%"]}',
            errors.Damaged,
        ),
    ],
)
def test_another_file_says_what_it_is(data: bytes, error: type[errors.LacrimaError]) -> None:
    with pytest.raises(error):
        keeper_file.read(data)
