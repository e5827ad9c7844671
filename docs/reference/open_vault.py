"""Open a Lacrima practice without Lacrima: Python, `cryptography`, and this page of code.

    python open_vault.py FOLDER                          does the passphrase open it
    python open_vault.py FOLDER --value PLACE BASE64     one sealed value
    python open_vault.py FOLDER --own SLOTS PLACE BASE64 one value that is a member's own (clinic)
    python open_vault.py FOLDER --file FILE PLACE        one sealed file, to standard output
    python open_vault.py FOLDER --letter FILE            one letter of the spool
    python open_vault.py FOLDER --share FILE             one share file that was sent here
    python open_vault.py FOLDER --query "SELECT ..."     the database (needs `sqlcipher3`)
    python open_vault.py FOLDER --show-database-key      the raw key, for another SQLCipher

Asks for the passphrase, or with --recovery for the recovery code; reads a line where there is no
terminal. With --own it then asks for the member's own passphrase, or with --own-recovery for her
own recovery code; SLOTS is a file with what her row of `personal_key` holds in `slots`. The formats
are explained in crypto-format.md. Changes nothing.
"""

import argparse
import base64
import getpass
import hashlib
import hmac
import importlib
import json
import sys
import unicodedata
from pathlib import Path
from urllib.parse import quote

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id
from cryptography.hazmat.primitives.kdf.hkdf import HKDF, HKDFExpand


def expect(found, expected):
    if found != expected:
        sys.exit("This is not of format 1: look for a newer open_vault.py.")


def canonical(value):
    return json.dumps(value, sort_keys=True, separators=(",", ":")).encode()


def hkdf(secret, salt, label, length=32):
    return HKDF(algorithm=SHA256(), length=length, salt=salt, info=label).derive(secret)


def secret_of(text, kind):
    if kind == "passphrase":
        return unicodedata.normalize("NFC", text).encode()
    letters = "".join(letter for letter in text.upper() if letter not in " -\t\n")
    return letters.translate(str.maketrans("OILU", "011V"))[:32].encode()


def argon2id(kdf, secret):
    return Argon2id(
        salt=base64.b64decode(kdf["salt"]),
        length=32,
        iterations=kdf["iterations"],
        lanes=kdf["lanes"],
        memory_cost=kdf["memory_kib"],
    ).derive(secret)


def open_slot(vault, kind, secret):
    """The data key: AES-256-GCM under argon2id, all parameters covered."""
    slot = next(one for one in vault["slots"] if one["kind"] == kind)
    key = argon2id(slot["kdf"], secret)
    described = {name: slot[name] for name in ("kind", "cipher", "kdf")}
    covered = {name: vault[name] for name in ("format", "version", "vault_id")}
    nonce, wrapped = base64.b64decode(slot["nonce"]), base64.b64decode(slot["wrapped"])
    return AESGCM(key).decrypt(nonce, wrapped, canonical({**covered, "slot": described}))


def sub_key(vault, data_key, label):
    return hkdf(data_key, bytes.fromhex(vault["vault_id"]), b"lacrima/1/" + label)


def client_key(vault, data_key, keys, key_id):
    wrapped = base64.b64decode(keys["keys"][key_id])
    covered = f"lacrima.keys/1|{vault['vault_id']}|{key_id}".encode()
    return AESGCM(sub_key(vault, data_key, b"client keys")).decrypt(
        wrapped[:12], wrapped[12:], covered
    )


def open_value(vault, data_key, keys, place, sealed):
    expect(sealed[:1], b"\x01")
    key_id = sealed[2 : 2 + sealed[1]].decode()
    return open_value_with(client_key(vault, data_key, keys, key_id), place, sealed)


def open_value_with(key, place, sealed):
    expect(sealed[:1], b"\x01")
    end = 2 + sealed[1]
    nonce, text = sealed[end : end + 12], sealed[end + 12 :]
    return AESGCM(key).decrypt(nonce, text, sealed[:end] + place.encode())


def open_own(vault, data_key, chosen):
    slots, place, text = chosen.own
    kind = kind_of(chosen.own_recovery)
    secret = secret_of(typed(f"her own {kind}"), kind)
    key = own_key(vault, data_key, json.loads(Path(slots).read_bytes()), kind, secret)
    return open_value_with(key, place, base64.b64decode(text))


def own_key(vault, data_key, own, kind, secret):
    """A member's own key: her secret, then HKDF with a key of the vault, all parameters covered."""
    expect((own["format"], own["version"]), ("lacrima.personal-key", 1))
    slot = next(one for one in own["slots"] if one["kind"] == kind)
    kdf, salt = slot["kdf"], base64.b64decode(slot["kdf"]["salt"])
    if kind == "passkey":
        first = hkdf(secret, salt, b"lacrima/1/personal key by passkey")
    else:
        first = argon2id(kdf, secret)
    key = hkdf(first, sub_key(vault, data_key, b"personal keys"), b"lacrima/1/personal key")
    described = {name: slot[name] for name in slot if name not in ("nonce", "wrapped")}
    covered = {name: own[name] for name in ("format", "version", "member", "number")}
    nonce, wrapped = base64.b64decode(slot["nonce"]), base64.b64decode(slot["wrapped"])
    return AESGCM(key).decrypt(nonce, wrapped, canonical({**covered, "slot": described}))


def open_file(vault, data_key, keys, place, data):
    expect(data[:5], b"LFIL\x01")
    start = 7 + int.from_bytes(data[5:7], "big")
    cipher = AESGCM(open_value(vault, data_key, keys, place, data[7:start]))
    covered = hashlib.sha256(data[:start]).digest()
    step = 64 * 1024 + 16
    chunks = [data[at : at + step] for at in range(start, len(data), step)]
    ends = [*([0] * (len(chunks) - 1)), 1]
    nonces = [number.to_bytes(11, "big") + bytes([end]) for number, end in enumerate(ends)]
    return b"".join(cipher.decrypt(*pair, covered) for pair in zip(nonces, chunks, strict=True))


def open_letter(vault, data_key, letter):
    """A file of the spool: "LSPL", version, kind, then the letter itself."""
    expect(letter[:5], b"LSPL\x01")
    kind, sealed = letter[6 : 6 + letter[5]], letter[6 + letter[5] :]
    private, public = practice_pair(vault, data_key)
    theirs = sealed[1:33]
    shared = private.exchange(X25519PublicKey.from_public_bytes(theirs))
    both = hkdf(shared, theirs + public, b"lacrima/1/letter", 44)
    return AESGCM(both[:32]).decrypt(both[32:], sealed[33:], sealed[:1] + kind)


def practice_pair(vault, data_key):
    """The practice's own private and public key (X25519)."""
    practice = vault["practice_key"]
    wrapped, public = base64.b64decode(practice["wrapped"]), base64.b64decode(practice["public"])
    named = {name: vault[name] for name in ("format", "version", "vault_id")}
    pair = {"algorithm": practice["algorithm"], "public": practice["public"]}
    raw = AESGCM(sub_key(vault, data_key, b"practice private key")).decrypt(
        wrapped[:12], wrapped[12:], canonical({**named, "practice_key": pair})
    )
    return X25519PrivateKey.from_private_bytes(raw), public


def open_share(vault, data_key, data):
    """A share file for this practice: HPKE (RFC 9180) in mode 2, which also proves the sender."""
    expect(data[:5], b"LSHA\x01")
    expect(hashlib.sha256(data[:-32]).digest(), data[-32:])
    kind_end = 6 + data[5]
    head, sealed = data[: kind_end + 64], data[kind_end + 64 : -32]
    kind, sender, ephemeral = data[6:kind_end], data[kind_end : kind_end + 32], sealed[:32]
    private, public = practice_pair(vault, data_key)
    expect(data[kind_end + 32 : kind_end + 64], public)
    both = [private.exchange(X25519PublicKey.from_public_bytes(one)) for one in (ephemeral, sender)]
    kem, suite = b"KEM\x00\x20", b"HPKE\x00\x20\x00\x01\x00\x02"
    start = extract(kem, b"", b"eae_prk", b"".join(both))
    shared = expand(kem, start, b"shared_secret", ephemeral + public + sender, 32)
    about = extract(suite, b"", b"info_hash", b"lacrima/1/share file/" + kind)
    context = b"\x02" + extract(suite, b"", b"psk_id_hash", b"") + about
    secret = extract(suite, shared, b"secret", b"")
    key = expand(suite, secret, b"key", context, 32)
    nonce = expand(suite, secret, b"base_nonce", context, 12)
    return AESGCM(key).decrypt(nonce, sealed[32:], head).rstrip(b" ")


def extract(suite, salt, label, secret):
    return hmac.digest(salt or bytes(32), b"HPKE-v1" + suite + label + secret, "sha256")


def expand(suite, secret, label, info, length):
    labelled = length.to_bytes(2, "big") + b"HPKE-v1" + suite + label + info
    return HKDFExpand(algorithm=SHA256(), length=length, info=labelled).derive(secret)


def ask(path, key, query):
    sqlcipher = importlib.import_module("sqlcipher3")
    connection = sqlcipher.connect(f"file:{quote(str(path.resolve()))}?mode=ro", uri=True)
    connection.execute(f"PRAGMA key=\"x'{key.hex()}'\"")
    return connection.execute(query).fetchall()


def write_out(chosen, vault, keys, data_key):
    out = sys.stdout.buffer
    if chosen.value:
        place, text = chosen.value
        out.write(open_value(vault, data_key, keys, place, base64.b64decode(text)))
    if chosen.own:
        out.write(open_own(vault, data_key, chosen))
    if chosen.file:
        path, place = chosen.file
        out.write(open_file(vault, data_key, keys, place, Path(path).read_bytes()))
    if chosen.letter:
        out.write(open_letter(vault, data_key, chosen.letter.read_bytes()))
    if chosen.share:
        out.write(open_share(vault, data_key, chosen.share.read_bytes()))
    write_out_database(chosen, sub_key(vault, data_key, b"database"))


def write_out_database(chosen, database_key):
    out = sys.stdout.buffer
    if chosen.query:
        for row in ask(chosen.folder / "practice.db", database_key, chosen.query):
            out.write((repr(row) + "\n").encode())
    if chosen.show_database_key:
        out.write(f"{database_key.hex()}\n".encode())


def kind_of(is_recovery):
    return "recovery" if is_recovery else "passphrase"


def typed(what):
    said = getpass.getpass(f"{what}: ") if sys.stdin.isatty() else sys.stdin.readline()
    return said.rstrip("\n")


def main():
    parser = argparse.ArgumentParser(description="Open a Lacrima practice without Lacrima.")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--recovery", action="store_true", help="ask for the recovery code")
    parser.add_argument("--value", nargs=2, metavar=("PLACE", "BASE64"))
    parser.add_argument("--own", nargs=3, metavar=("SLOTS", "PLACE", "BASE64"))
    parser.add_argument("--own-recovery", action="store_true")
    parser.add_argument("--file", nargs=2, metavar=("FILE", "PLACE"))
    parser.add_argument("--letter", type=Path, metavar="FILE")
    parser.add_argument("--share", type=Path, metavar="FILE")
    parser.add_argument("--query", metavar="SQL")
    parser.add_argument("--show-database-key", action="store_true")
    chosen = parser.parse_args()
    kind = kind_of(chosen.recovery)
    secret = secret_of(typed(kind), kind)
    vault = json.loads((chosen.folder / "vault.json").read_bytes())
    keys = json.loads((chosen.folder / "client-keys.json").read_bytes())
    try:
        data_key = open_slot(vault, kind, secret)
    except InvalidTag:
        sys.exit(f"This {kind} does not open the practice.")
    write_out(chosen, vault, keys, data_key)
    sys.stderr.write(f"The {kind} opens the practice {vault['vault_id']}.\n")


if __name__ == "__main__":
    main()
