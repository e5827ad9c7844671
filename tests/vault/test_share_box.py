"""Files between practices: for one reader, from one sender, whole, and not newer than this."""

from __future__ import annotations

import hashlib
from dataclasses import replace

import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from lacrima import errors
from lacrima.vault import hpke, share_box, share_code
from lacrima.vault.spoken_words import WORDS

SENDER, READER, OTHER = (X25519PrivateKey.generate() for _ in range(3))
PLAIN = b'{"words": "the letter to her mother"}'

# RFC 9180, appendix A.1.3 (auth mode of DHKEM(X25519, HKDF-SHA256), HKDF-SHA256, AES-128-GCM),
# the first of its encryptions.
RFC = {
    "ephemeral": "ff4442ef24fbc3c1ff86375b0be1e77e88a0de1e79b30896d73411c5ff4c3518",
    "recipient": "fdea67cf831f1ca98d8e27b1f6abeb5b7745e9d35348b80fa407ff6958f9137e",
    "sender": "dc4a146313cce60a278a5323d321f051c5707e9c45ba21a3479fecdf76fc69dd",
    "info": "4f6465206f6e2061204772656369616e2055726e",
    "beside": "436f756e742d30",
    "plain": "4265617574792069732074727574682c20747275746820626561757479",
    "encapsulated": "23fb952571a14a25e3d678140cd0e5eb47a0961bb18afcf85896e5453c312e76",
    "text": "5fd92cc9d46dbf8943e72a07e42f363ed5f721212cd90bcfd072bfd9f44e06b80fd17824947496e21b68"
    "0c141b",
}


def public_of(key: X25519PrivateKey) -> bytes:
    """Its public key."""
    return key.public_key().public_bytes_raw()


def sealed(plain: bytes = PLAIN, kind: str = "share") -> bytes:
    """A file from SENDER to READER."""
    return share_box.seal(kind, plain, sender=SENDER, reader=public_of(READER))


def with_sum(body: bytes) -> bytes:
    """With a check sum that fits, as somebody would make it who alters a file on purpose."""
    return body + hashlib.sha256(body).digest()


def opened(data: bytes, reader: X25519PrivateKey = READER) -> bytes:
    """Read and opened."""
    return share_box.unseal(share_box.read(data), reader=reader)


def test_the_sealing_is_that_of_the_rfc() -> None:
    raw = {name: bytes.fromhex(text) for name, text in RFC.items()}
    keys = {
        name: X25519PrivateKey.from_private_bytes(raw[name])
        for name in ("ephemeral", "recipient", "sender")
    }
    bound = hpke.Bound(raw["info"], raw["beside"])
    suite = replace(hpke.OURS, aead_id=b"\x00\x01", key_bytes=16)
    found = hpke.seal(
        raw["plain"],
        sender=keys["sender"],
        recipient=public_of(keys["recipient"]),
        bound=bound,
        ephemeral=keys["ephemeral"],
        suite=suite,
    )
    assert found == raw["encapsulated"] + raw["text"]
    sender = public_of(keys["sender"])
    again = hpke.unseal(found, recipient=keys["recipient"], sender=sender, bound=bound, suite=suite)
    assert again == raw["plain"]


@given(plain=st.binary(max_size=9000).map(lambda one: one.rstrip(b" ")))
def test_what_is_sealed_opens_for_its_reader(plain: bytes) -> None:
    data = sealed(plain)
    assert opened(data) == plain
    envelope = share_box.read(data)
    assert (envelope.kind, envelope.sender) == ("share", public_of(SENDER))


def test_its_length_tells_little() -> None:
    assert len(sealed(b"a")) == len(sealed(b"a" * 4096)) < len(sealed(b"a" * 4097))


def test_it_is_for_one_reader_alone() -> None:
    with pytest.raises(errors.BadShare, match="another practice"):
        opened(sealed(), reader=OTHER)


def test_a_file_readdressed_to_another_reader_does_not_open() -> None:
    body = sealed()[:-32]
    for forged in (
        body.replace(public_of(READER), public_of(OTHER), 1),
        body.replace(public_of(SENDER), public_of(OTHER), 1),
    ):
        reader = OTHER if public_of(READER) not in forged else READER
        with pytest.raises(errors.BadShare, match="altered"):
            opened(with_sum(forged), reader=reader)


def test_nobody_can_write_in_the_name_of_somebody_else() -> None:
    envelope = share_box.read(
        share_box.seal("share", PLAIN, sender=OTHER, reader=public_of(READER))
    )
    forged = share_box.Envelope(envelope.kind, public_of(SENDER), envelope.reader, envelope.sealed)
    with pytest.raises(errors.BadShare, match="altered"):
        share_box.unseal(forged, reader=READER)


def test_a_share_is_not_taken_for_an_answer() -> None:
    body = sealed(kind="share")[:-32].replace(b"\x05share", b"\x05reply", 1)
    with pytest.raises(errors.BadShare, match="altered"):
        opened(with_sum(body))


@given(place=st.integers(min_value=0, max_value=len(sealed()) - 1), bit=st.integers(0, 7))
def test_every_flipped_bit_is_found(place: int, bit: int) -> None:
    data = bytearray(sealed())
    data[place] ^= 1 << bit
    with pytest.raises(errors.BadShare) as refused:
        share_box.read(bytes(data))
    assert "newer" not in refused.value.found


@given(place=st.integers(min_value=6, max_value=len(sealed()) - 33), bit=st.integers(0, 7))
def test_what_was_altered_with_a_fitting_check_sum_is_found_too(place: int, bit: int) -> None:
    body = bytearray(sealed()[:-32])
    body[place] ^= 1 << bit
    with pytest.raises(errors.BadShare):
        opened(with_sum(bytes(body)))


@pytest.mark.parametrize("cut", [0, 3, 4, 5, 20, 100, 4000])
def test_what_was_cut_short_is_found(cut: int) -> None:
    with pytest.raises(errors.BadShare):
        share_box.read(sealed()[:cut])


def test_a_newer_file_says_so() -> None:
    body = bytearray(sealed()[:-32])
    body[4] = 2
    with pytest.raises(errors.BadShare, match="newer Lacrima") as refused:
        share_box.read(with_sum(bytes(body)))
    assert "Update" in refused.value.next_step


def test_any_other_file_says_so_and_nothing_of_what_is_in_it() -> None:
    with pytest.raises(errors.BadShare) as refused:
        share_box.read(b"dear Hanna, the letter to her mother")
    assert "not a share file" in refused.value.found
    assert "mother" not in refused.value.sentence()


@pytest.mark.parametrize("key", [bytes(32), b"\x01" + bytes(31)])
def test_a_key_with_which_no_secret_can_be_shared_is_refused(key: bytes) -> None:
    with pytest.raises(errors.BadInput):
        share_box.seal("share", PLAIN, sender=SENDER, reader=key)
    envelope = share_box.read(sealed())
    forged = share_box.Envelope(envelope.kind, key, envelope.reader, envelope.sealed)
    with pytest.raises(errors.BadShare):
        share_box.unseal(forged, reader=READER)


def test_too_much_is_refused() -> None:
    with pytest.raises(errors.BadInput, match="too long"):
        sealed(b"a" * (share_box.MOST_BYTES + 1))


@given(key=st.binary(min_size=32, max_size=32))
def test_a_code_gives_its_key_back_however_it_is_typed(key: bytes) -> None:
    code = share_code.code_of(key)
    assert [len(group) for group in code.split("-")] == [4] * 14
    assert share_code.public_of(code) == key
    typed = code.lower().replace("-", " ").replace("0", "o").replace("1", "l")
    assert share_code.public_of(typed) == key


@given(
    key=st.binary(min_size=32, max_size=32), place=st.integers(0, 55), other=st.sampled_from("3P")
)
def test_a_slip_of_the_pen_is_found(key: bytes, place: int, other: str) -> None:
    letters = share_code.code_of(key).replace("-", "")
    slipped = letters[:place] + other + letters[place + 1 :]
    if slipped == letters:
        return
    with pytest.raises(errors.BadInput):
        share_code.public_of(slipped)


@pytest.mark.parametrize("typed", ["", "ABCD", "é" * 56, "0" * 57])
def test_what_is_no_code_is_refused(typed: str) -> None:
    with pytest.raises(errors.BadInput):
        share_code.public_of(typed)


def test_another_key_has_other_words() -> None:
    said = share_code.words_of(public_of(SENDER))
    assert len(said) == 10
    assert said != share_code.words_of(public_of(READER))


def test_no_spoken_word_can_be_taken_for_another() -> None:
    assert len(set(WORDS)) == len(WORDS) == 256
    assert all(word.isascii() and word.islower() and word.isalpha() for word in WORDS)
    for one in WORDS:
        for other in WORDS:
            assert one == other or not (other.startswith(one) or _is_near(one, other)), (one, other)


def _is_near(one: str, other: str) -> bool:
    """Whether a single letter is put in, left out or exchanged between them."""
    if abs(len(one) - len(other)) > 1:
        return False
    ends = range(len(max(one, other, key=len)) + 1)
    return any(
        one[:at] == other[:at] and one[at + a :] == other[at + b :]
        for at in ends
        for a, b in ((1, 1), (0, 1), (1, 0))
    )
