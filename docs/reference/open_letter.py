"""Open a letter of the drop-box without Lacrima: Python, `cryptography`, and this page of code.

    python open_letter.py --link LINK --brief FILE
        what the page may ask, as JSON
    python open_letter.py --link LINK --brief FILE --letter FILE --id ID --key FILE
        what a letter says, as JSON; ID is its name at the relay
    python open_letter.py --keeper FILE --key FILE
        what was sealed for a keeper, as JSON

The key FILE holds a private key in hex (PKCS 8). A practice keeps its own sealed in the table
`drop_box_key`: open_vault.py opens it. The formats are explained in drop-box-format.md. Changes
nothing, asks nobody.
"""

import argparse
import base64
import hashlib
import hmac
import json
import sys
import zlib
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    PublicFormat,
    load_der_private_key,
)

BASE, PSK = b"\x00", b"\x01"
KEM = b"KEM\x00\x10"  # DHKEM(P-256, HKDF-SHA256)
HPKE = b"HPKE\x00\x10\x00\x01\x00\x02"  # and HKDF-SHA256, AES-256-GCM
POINT = 65


def hkdf(secret, label, length):
    return HKDF(algorithm=SHA256(), length=length, salt=None, info=label).derive(secret)


def extract(suite, salt, label, secret):
    text = b"HPKE-v1" + suite + label + secret
    return hmac.digest(salt or bytes(32), text, "sha256")


def expand(suite, secret, label, info, length):
    text = length.to_bytes(2, "big") + b"HPKE-v1" + suite + label + info
    made, block, count = b"", b"", 1
    while len(made) < length:
        block = hmac.digest(secret, block + text + bytes([count]), "sha256")
        made, count = made + block, count + 1
    return made[:length]


def public_of(private):
    return private.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)


def unseal(private, sealed, mode, info, aad, psk=b"", psk_id=b""):
    """One message of HPKE (RFC 9180)."""
    there = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), sealed[:POINT])
    secret = private.exchange(ec.ECDH(), there)
    both = sealed[:POINT] + public_of(private)
    shared = expand(KEM, extract(KEM, b"", b"eae_prk", secret), b"shared_secret", both, 32)
    hashes = extract(HPKE, b"", b"psk_id_hash", psk_id) + extract(HPKE, b"", b"info_hash", info)
    start = extract(HPKE, shared, b"secret", psk)
    key = expand(HPKE, start, b"key", mode + hashes, 32)
    nonce = expand(HPKE, start, b"base_nonce", mode + hashes, 12)
    return AESGCM(key).decrypt(nonce, sealed[POINT:], aad)


def unpad(filled):
    return filled[4 : 4 + int.from_bytes(filled[:4], "big")]


def key_in(path):
    return load_der_private_key(bytes.fromhex(Path(path).read_text().strip()), None)


class Invitation:
    """What follows from a link."""

    def __init__(self, link):
        text = link.strip().partition("#i=")[2]
        secret = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
        self.name = hkdf(secret, b"lacrima/1/invitation name", 16)
        self.brief_key = hkdf(secret, b"lacrima/1/invitation brief", 32)
        self.letter_secret = hkdf(secret, b"lacrima/1/invitation letter", 32)

    def brief(self, data):
        if data[:5] != b"LBRF\x01":
            sys.exit("This is no brief of version 1.")
        plain = AESGCM(self.brief_key).decrypt(data[9:21], data[21:], data[:9] + self.name)
        return zlib.decompress(unpad(plain), -15)

    def letter(self, data, letter_id, digest, private):
        if data[:5] != b"LLTR\x01":
            sys.exit("This is no letter of version 1.")
        info = b"lacrima/1/letter" + digest
        aad = data[:17] + self.name + bytes.fromhex(letter_id)
        return unpad(unseal(private, data[17:], PSK, info, aad, self.letter_secret, self.name))


def for_keeper(data, private):
    if data[:5] != b"LKPR\x01":
        sys.exit("This is not sealed for a keeper, in version 1.")
    return unpad(unseal(private, data[13:], BASE, b"lacrima/1/keeper", data[:13]))


def main():
    ask = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    for name in ("link", "brief", "letter", "id", "key", "keeper"):
        ask.add_argument(f"--{name}")
    asked = ask.parse_args()
    try:
        print(json.dumps(json.loads(opened(asked)), indent=1, ensure_ascii=False))  # noqa: T201
    except InvalidTag:
        sys.exit("It does not open: altered, or of another link, key, id or brief.")


def opened(asked):
    if asked.keeper:
        return for_keeper(Path(asked.keeper).read_bytes(), key_in(asked.key))
    told = Invitation(asked.link)
    brief = told.brief(Path(asked.brief).read_bytes())
    if not asked.letter:
        return brief
    digest = hashlib.sha256(brief).digest()
    letter = Path(asked.letter).read_bytes()
    return told.letter(letter, asked.id, digest, key_in(asked.key))


if __name__ == "__main__":
    main()
