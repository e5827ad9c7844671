"""HPKE on the curve of browsers: held to the RFC, and opening for one key, secret and purpose."""

from __future__ import annotations

from dataclasses import replace

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from hypothesis import given
from hypothesis import strategies as st

from lacrima.vault import hpke_p256
from lacrima.vault.hpke_p256 import Bound, Psk, Suite

RECIPIENT, OTHER = hpke_p256.generate(), hpke_p256.generate()
BOUND = Bound(b"lacrima/1/for a test", b"beside it")
PSK = Psk(bytes(range(32)), b"a name")
PLAIN = b'{"words": "the letter to her mother"}'
AES_128_GCM = replace(hpke_p256.OURS, aead_id=b"\x00\x01", key_bytes=16)

# RFC 9180, appendices A.3.1 and A.3.2 (base and psk mode of DHKEM(P-256, HKDF-SHA256),
# HKDF-SHA256, AES-128-GCM), the first of their encryptions. Info and texts are the same in both.
INFO = bytes.fromhex("4f6465206f6e2061204772656369616e2055726e")
BESIDE = bytes.fromhex("436f756e742d30")
RFC_PLAIN = bytes.fromhex("4265617574792069732074727574682c20747275746820626561757479")
RFC = {
    "base": {
        "ephemeral": "4995788ef4b9d6132b249ce59a77281493eb39af373d236a1fe415cb0c2d7beb",
        "recipient": "f3ce7fdae57e1a310d87f1ebbde6f328be0a99cdbcadf4d6589cf29de4b8ffd2",
        "public": "04fe8c19ce0905191ebc298a9245792531f26f0cece2460639e8bc39cb7f706a826a779b4cf969b8"
        "a0e539c7f62fb3d30ad6aa8f80e30f1d128aafd68a2ce72ea0",
        "encapsulated": "04a92719c6195d5085104f469a8b9814d5838ff72b60501e2c4466e5e67b325ac98536d7b6"
        "1a1af4b78e5b7f951c0900be863c403ce65c9bfcb9382657222d18c4",
        "text": "5ad590bb8baa577f8619db35a36311226a896e7342a6d836d8b7bcd2f20b6c7f9076ac232e3ab2523f"
        "39513434",
    },
    "psk": {
        "ephemeral": "57427244f6cc016cddf1c19c8973b4060aa13579b4c067fd5d93a5d74e32a90f",
        "recipient": "438d8bcef33b89e0e9ae5eb0957c353c25a94584b0dd59c991372a75b43cb661",
        "public": "040d97419ae99f13007a93996648b2674e5260a8ebd2b822e84899cd52d87446ea394ca76223b766"
        "39eccdf00e1967db10ade37db4e7db476261fcc8df97c5ffd1",
        "encapsulated": "04305d35563527bce037773d79a13deabed0e8e7cde61eecee403496959e89e4d0ca701726"
        "696d1485137ccb5341b3c1c7aaee90a4a02449725e744b1193b53b5f",
        "text": "90c4deb5b75318530194e4bb62f890b019b1397bbf9d0d6eb918890e1fb2be1ac2603193b60a49c212"
        "6b75d0eb",
    },
}
RFC_PSK = Psk(
    bytes.fromhex("0247fd33b913760fa1fa51e1892d9f307fbe65eb171e8132c2af18555a738b82"),
    bytes.fromhex("456e6e796e20447572696e206172616e204d6f726961"),
)


def private_of(number: str) -> ec.EllipticCurvePrivateKey:
    """The private key with this number in hex."""
    return ec.derive_private_key(int(number, 16), ec.SECP256R1())


@pytest.mark.parametrize(("mode", "psk"), [("base", None), ("psk", RFC_PSK)])
def test_the_sealing_is_that_of_the_rfc(mode: str, psk: Psk | None) -> None:
    told = RFC[mode]
    recipient, public = private_of(told["recipient"]), bytes.fromhex(told["public"])
    bound = Bound(INFO, BESIDE)
    assert hpke_p256.public_of(recipient) == public
    found = hpke_p256.seal(
        RFC_PLAIN,
        recipient=public,
        bound=bound,
        psk=psk,
        ephemeral=private_of(told["ephemeral"]),
        suite=AES_128_GCM,
    )
    assert found.hex() == told["encapsulated"] + told["text"]
    again = hpke_p256.unseal(found, recipient=recipient, bound=bound, psk=psk, suite=AES_128_GCM)
    assert again == RFC_PLAIN


def sealed(plain: bytes = PLAIN, *, psk: Psk | None = None) -> bytes:
    """A message for RECIPIENT."""
    public = hpke_p256.public_of(RECIPIENT)
    return hpke_p256.seal(plain, recipient=public, bound=BOUND, psk=psk)


@given(plain=st.binary(max_size=5000), psk=st.sampled_from([None, PSK]))
def test_what_is_sealed_opens_for_its_recipient(plain: bytes, psk: Psk | None) -> None:
    found = sealed(plain, psk=psk)
    assert hpke_p256.unseal(found, recipient=RECIPIENT, bound=BOUND, psk=psk) == plain
    assert len(found) == hpke_p256.PUBLIC_BYTES + len(plain) + hpke_p256.TAG_BYTES


def test_it_opens_with_nothing_else() -> None:
    found = sealed(psk=PSK)
    others: list[tuple[ec.EllipticCurvePrivateKey, Bound, Psk | None]] = [
        (OTHER, BOUND, PSK),
        (RECIPIENT, replace(BOUND, info=b"lacrima/1/for another"), PSK),
        (RECIPIENT, replace(BOUND, beside=b""), PSK),
        (RECIPIENT, BOUND, None),
        (RECIPIENT, BOUND, Psk(bytes(32), PSK.name)),
        (RECIPIENT, BOUND, Psk(PSK.secret, b"another name")),
    ]
    for recipient, bound, psk in others:
        assert hpke_p256.unseal(found, recipient=recipient, bound=bound, psk=psk) is None


@pytest.mark.parametrize("suite", [AES_128_GCM, replace(hpke_p256.OURS, kem_id=b"\x00\x20")])
def test_a_message_of_another_suite_does_not_open(suite: Suite) -> None:
    assert hpke_p256.unseal(sealed(), recipient=RECIPIENT, bound=BOUND, suite=suite) is None


@given(place=st.integers(0, len(sealed()) - 1), bit=st.integers(0, 7))
def test_every_flipped_bit_is_found(place: int, bit: int) -> None:
    data = bytearray(sealed())
    data[place] ^= 1 << bit
    assert hpke_p256.unseal(bytes(data), recipient=RECIPIENT, bound=BOUND) is None


@pytest.mark.parametrize("cut", [0, 1, 64, 65, 80, 81, 100])
def test_what_was_cut_short_does_not_open(cut: int) -> None:
    assert hpke_p256.unseal(sealed()[:cut], recipient=RECIPIENT, bound=BOUND) is None


@pytest.mark.parametrize(
    "key", [b"", bytes(65), b"\x04" + bytes(64), b"\x00", b"\x04" + b"\xff" * 64]
)
def test_what_is_no_point_of_the_curve_is_refused(key: bytes) -> None:
    assert not hpke_p256.is_public(key)
    with pytest.raises(ValueError, match=r".*"):
        hpke_p256.seal(PLAIN, recipient=key, bound=BOUND)
    assert hpke_p256.unseal(key + sealed()[65:], recipient=RECIPIENT, bound=BOUND) is None


def test_a_compressed_point_is_no_key_here() -> None:
    numbers = RECIPIENT.public_key().public_numbers()
    compressed = bytes([2 + numbers.y % 2]) + numbers.x.to_bytes(32, "big")
    assert not hpke_p256.is_public(compressed)


@pytest.mark.parametrize(("secret", "name"), [(bytes(31), b"a"), (bytes(32), b""), (b"", b"")])
def test_a_pre_shared_key_is_long_and_has_a_name(secret: bytes, name: bytes) -> None:
    with pytest.raises(ValueError, match="32 bytes and a name"):
        Psk(secret, name)


def test_a_pre_shared_key_does_not_show_itself() -> None:
    assert "secret" not in repr(PSK)
