"""Sealing on the page: the RFC's own vectors, and letters that only the practice opens.

The vectors are those of RFC 9180, A.3.1 (base) and A.3.2 (pre-shared key), for DHKEM(P-256,
HKDF-SHA256), HKDF-SHA256, AES-128-GCM: the RFC prints none with AES-256-GCM for this curve, so the
cipher is named in the call. Read in the text of the RFC, 2026-11-27.
"""

from __future__ import annotations

import base64
from typing import Any

import pytest
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric import ec
from playwright.sync_api import Page

from tests.support.drop_box_briefs import PRACTICE_KEY
from tests.support.drop_box_phone import NewPhone
from tests.support.drop_box_reference import Bound, Invitation, open_letter, opened, point_of
from tests.support.drop_box_scripts import called
from tests.support.drop_box_there import There

PLAIN = "4265617574792069732074727574682c20747275746820626561757479"
SHARED = {"info": "4f6465206f6e2061204772656369616e2055726e", "aad": "436f756e742d30"}
BASE = SHARED | {
    "skEm": "4995788ef4b9d6132b249ce59a77281493eb39af373d236a1fe415cb0c2d7beb",
    "skRm": "f3ce7fdae57e1a310d87f1ebbde6f328be0a99cdbcadf4d6589cf29de4b8ffd2",
    "psk": "",
    "psk_id": "",
    "enc": (
        "04a92719c6195d5085104f469a8b9814d5838ff72b60501e2c4466e5e67b325ac98536d7b61a1af4"
        "b78e5b7f951c0900be863c403ce65c9bfcb9382657222d18c4"
    ),
    "ct": (
        "5ad590bb8baa577f8619db35a36311226a896e7342a6d836d8b7bcd2f20b6c7f9076ac232e3ab2523f39513434"
    ),
}
PSK = SHARED | {
    "skEm": "57427244f6cc016cddf1c19c8973b4060aa13579b4c067fd5d93a5d74e32a90f",
    "skRm": "438d8bcef33b89e0e9ae5eb0957c353c25a94584b0dd59c991372a75b43cb661",
    "psk": "0247fd33b913760fa1fa51e1892d9f307fbe65eb171e8132c2af18555a738b82",
    "psk_id": "456e6e796e20447572696e206172616e204d6f726961",
    "enc": (
        "04305d35563527bce037773d79a13deabed0e8e7cde61eecee403496959e89e4d0ca701726696d14"
        "85137ccb5341b3c1c7aaee90a4a02449725e744b1193b53b5f"
    ),
    "ct": (
        "90c4deb5b75318530194e4bb62f890b019b1397bbf9d0d6eb918890e1fb2be1ac2603193b60a49c2126b75d0eb"
    ),
}
VECTORS = pytest.mark.parametrize("vector", [BASE, PSK], ids=["base", "psk"])
_SEAL = """
  const bytes = (text) => Uint8Array.from(text.match(/../g) || [], (two) => parseInt(two, 16));
  const usages = ["deriveBits"];
  const pair = {
    privateKey: await crypto.subtle.importKey("jwk", given.once, CURVE, false, usages),
    publicKey: await crypto.subtle.importKey("jwk", { ...given.once, d: undefined }, CURVE,
      true, []),
  };
  const bound = {
    info: bytes(given.info), beside: bytes(given.aad), psk: bytes(given.psk),
    pskId: bytes(given.psk_id), cipher: { id: 1, keyBytes: 16 }, once: pair,
  };
  return hex(await hpkeSeal(bytes(given.plain), bytes(given.recipient), bound));
"""


def private(scalar: str) -> ec.EllipticCurvePrivateKey:
    return ec.derive_private_key(int(scalar, 16), ec.SECP256R1())


def as_jwk(key: ec.EllipticCurvePrivateKey) -> dict[str, Any]:
    point = point_of(key.public_key())
    scalar = key.private_numbers().private_value.to_bytes(32, "big")
    told = {"d": scalar, "x": point[1:33], "y": point[33:]}
    coded = {name: base64.urlsafe_b64encode(value) for name, value in told.items()}
    return {"kty": "EC", "crv": "P-256"} | {
        name: value.decode().rstrip("=") for name, value in coded.items()
    }


@VECTORS
def test_the_reference_opens_what_the_rfc_sealed(vector: dict[str, str]) -> None:
    bound = Bound(
        *(bytes.fromhex(vector[name]) for name in ("info", "aad", "psk", "psk_id")), 1, 16
    )
    sealed = bytes.fromhex(vector["enc"] + vector["ct"])
    assert opened(sealed, private(vector["skRm"]), bound).hex() == PLAIN


@pytest.mark.browser
@VECTORS
def test_the_page_seals_as_the_rfc_does(page: Page, fresh: There, vector: dict[str, str]) -> None:
    page.goto(fresh.page_address)
    given = vector | {
        "plain": PLAIN,
        "recipient": point_of(private(vector["skRm"]).public_key()).hex(),
        "once": as_jwk(private(vector["skEm"])),
    }
    assert called(page, ("bytes", "hpke"), _SEAL, given) == vector["enc"] + vector["ct"]


@pytest.mark.browser
def test_an_invitation_gives_the_same_names_and_keys(page: Page, fresh: There) -> None:
    page.goto(fresh.page_address)
    invitation = Invitation(bytes(range(100, 132)))
    body = """const found = await invitationFrom(given);
      return [found.hexName, hex(found.briefKey), hex(found.psk)];"""
    told = called(page, ("bytes", "hpke", "brief"), body, f"#{invitation.fragment}")
    ours = (invitation.name, invitation.brief_key, invitation.letter_secret)
    assert told == [one.hex() for one in ours]


@pytest.mark.browser
def test_every_letter_has_one_of_three_sizes_and_a_longest(page: Page, fresh: There) -> None:
    page.goto(fresh.page_address)
    body = "return given.map((n) => padded(new Uint8Array(n), 98, LETTER_SIZES)?.length ?? 0);"
    lengths = [0, 3994, 3995, 16282, 16283, 65434, 65435]
    told = called(page, ("bytes", "hpke", "letter"), body, lengths)
    sizes = (4096, 4096, 16384, 16384, 65536, 65536)
    assert told == [*(size - 98 for size in sizes), 0]


@pytest.mark.browser
def test_receipt_codes_use_every_sign_alike(page: Page, fresh: There) -> None:
    page.goto(fresh.page_address)
    body = "return Array.from({ length: given }, newCode).join('');"
    signs = called(page, ("bytes", "hpke", "letter"), body, 2_800)
    alphabet = "23456789ABCDEFGHJKMNPQRTVWXY"
    counts = [signs.count(one) for one in alphabet]
    assert sum(counts) == len(signs) == 12 * 2_800
    # 1200 of each are expected; chi-square with 27 degrees of freedom, beyond 99.9999 %
    assert sum((count - 1200) ** 2 / 1200 for count in counts) < 74


@pytest.mark.browser
def test_nobody_opens_a_letter_with_another_link_brief_or_id(new_phone: NewPhone) -> None:
    phone = new_phone()
    page = phone.come_in()
    page.get_by_label("+2", exact=True).check()
    phone.button("Go on")
    phone.letters(at_least=1)
    (sent,) = phone.there.relay.letters
    right = {"invitation": phone.invitation, "digest": phone.sealed.digest, "key": PRACTICE_KEY}
    wrongs: list[dict[str, Any]] = [
        {"digest": bytes(32)},
        {"invitation": Invitation(bytes(32))},
    ]
    for wrong in wrongs:
        with pytest.raises(InvalidTag):
            open_letter(sent.letter, sent.id, **right | wrong)
    with pytest.raises(InvalidTag):
        open_letter(sent.letter, "00" * 16, **right)
    with pytest.raises(InvalidTag):
        open_letter(sent.letter[:-1] + bytes([sent.letter[-1] ^ 1]), sent.id, **right)
