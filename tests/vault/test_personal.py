"""A member's own key: her ways open it, nothing else does, and what is written is not believed."""

from __future__ import annotations

import base64
import json
from copy import deepcopy
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lacrima import errors
from lacrima.vault import between_requests, in_hand, kdf, personal, personal_file, recovery_code
from lacrima.vault.in_hand import OneKey
from lacrima.vault.personal import NewKey
from lacrima.vault.personal_file import PersonalFile, PersonalWay
from lacrima.vault.process import Vault
from tests.vault.given import CHEAP, MIA, OTHER, PASSPHRASE, PLACE, Practice

ANA = "c3" * 16
BERTA = "d4" * 16
ANAS = f"member:{ANA}"
OWN = "seven quiet boats on Sunday"
CREDENTIAL, PRF = b"a credential id", b"p" * 32
PASSKEY = personal.by_passkey(CREDENTIAL, PRF)


@pytest.fixture
def clinic(opened: Practice) -> Vault:
    """An open vault of a clinic: members hold their own keys."""
    opened.vault.members_hold_their_own_keys = True
    return opened.vault


@pytest.fixture
def made(clinic: Vault) -> NewKey:
    """Ana's key, with a passkey too."""
    new = personal.make(ANA, OWN, vault=clinic)
    content = personal.with_way(new.content, new.key, PASSKEY, vault=clinic)
    return NewKey(content, new.code, new.key)


def ways(new: NewKey) -> list[personal.PersonalSecret]:
    """Her three ways."""
    typed = str(new.code).lower().replace("-", " ")
    return [personal.by_passphrase(OWN), personal.by_recovery_code(typed), PASSKEY]


def test_each_of_her_ways_opens_the_same_key(clinic: Vault, made: NewKey) -> None:
    for way in ways(made):
        assert personal.opened(made.content, way, vault=clinic) == made.key


def test_what_is_written_is_read_again_as_it_was(made: NewKey) -> None:
    written = json.loads(json.dumps(made.content.to_json()))
    assert personal_file.parse(written) == made.content


def test_other_words_another_code_and_another_passkey_open_nothing(
    clinic: Vault, made: NewKey
) -> None:
    with pytest.raises(errors.WrongPassphrase, match="not the password you sign in with"):
        personal.opened(made.content, personal.by_passphrase(PASSPHRASE), vault=clinic)
    other = personal.by_recovery_code(recovery_code.fresh())
    with pytest.raises(errors.WrongRecoveryCode):
        personal.opened(made.content, other, vault=clinic)
    for passkey in (
        personal.by_passkey(CREDENTIAL, b"q" * 32),
        personal.by_passkey(b"another", PRF),
    ):
        with pytest.raises(errors.Locked, match="not one of those"):
            personal.opened(made.content, passkey, vault=clinic)


def test_a_passkey_without_a_secret_value_is_refused() -> None:
    for credential_id, value in ((CREDENTIAL, b""), (CREDENTIAL, b"p" * 31), (b"", PRF)):
        with pytest.raises(errors.BadInput):
            personal.by_passkey(credential_id, value)


def test_without_the_vault_even_the_right_passphrase_opens_nothing(
    made: NewKey, shared_vault: Vault
) -> None:
    for way in ways(made):
        with pytest.raises(errors.Locked):
            personal.opened(made.content, way, vault=shared_vault)


def test_a_locked_vault_opens_nothing(clinic: Vault, made: NewKey) -> None:
    clinic.full_lock()
    with pytest.raises(errors.Locked):
        personal.opened(made.content, personal.by_passphrase(OWN), vault=clinic)


def test_a_new_passphrase_takes_the_place_of_the_old_one(clinic: Vault, made: NewKey) -> None:
    changed = personal.with_way(
        made.content, made.key, personal.by_new_passphrase(OTHER), vault=clinic
    )
    assert personal.opened(changed, personal.by_passphrase(OTHER), vault=clinic) == made.key
    with pytest.raises(errors.WrongPassphrase):
        personal.opened(changed, personal.by_passphrase(OWN), vault=clinic)
    for way in ways(made)[1:]:
        assert personal.opened(changed, way, vault=clinic) == made.key


def test_a_new_recovery_code_makes_the_old_sheet_useless(clinic: Vault, made: NewKey) -> None:
    changed, code = personal.with_new_recovery_code(made.content, made.key, vault=clinic)
    assert personal.opened(changed, personal.by_recovery_code(code), vault=clinic) == made.key
    with pytest.raises(errors.WrongRecoveryCode):
        personal.opened(changed, personal.by_recovery_code(made.code), vault=clinic)


def test_one_of_several_passkeys_can_be_taken_away(clinic: Vault, made: NewKey) -> None:
    second = personal.by_passkey(b"second", b"s" * 32)
    both = personal.with_way(made.content, made.key, second, vault=clinic)
    assert personal.opened(both, second, vault=clinic) == made.key
    left = both.without_passkey(CREDENTIAL)
    assert personal.opened(left, second, vault=clinic) == made.key
    with pytest.raises(errors.Locked):
        personal.opened(left, PASSKEY, vault=clinic)
    assert len(left.slots) == 3


def test_the_same_passkey_again_takes_its_own_place_and_there_are_not_endlessly_many(
    clinic: Vault, made: NewKey
) -> None:
    content = personal.with_way(made.content, made.key, PASSKEY, vault=clinic)
    assert len(content.of(PersonalWay.PASSKEY)) == 1
    for number in range(1, personal.MOST_PASSKEYS):
        one_more = personal.by_passkey(bytes([number]), PRF)
        content = personal.with_way(content, made.key, one_more, vault=clinic)
    with pytest.raises(errors.BadInput, match="as many passkeys"):
        personal.with_way(content, made.key, personal.by_passkey(b"x", PRF), vault=clinic)


def test_a_very_short_passphrase_is_refused(clinic: Vault) -> None:
    with pytest.raises(errors.BadInput):
        personal.make(ANA, "short", vault=clinic)


def test_the_key_of_one_member_cannot_pass_for_another_ones(clinic: Vault, made: NewKey) -> None:
    told = made.content.to_json()
    for change in ({"member": BERTA}, {"number": "00" * 16}):
        with pytest.raises(errors.Locked):
            personal.opened(
                personal_file.parse(told | change), personal.by_passphrase(OWN), vault=clinic
            )


def test_nothing_that_is_kept_holds_the_key_the_code_or_the_words(made: NewKey) -> None:
    kept = json.dumps(made.content.to_json())
    key = bytes(made.key)
    for secret in (OWN, str(made.code), str(made.code).replace("-", ""), key.hex()):
        assert secret not in kept
    assert base64.b64encode(key).decode() not in kept
    assert OWN not in repr(personal.by_passphrase(OWN))
    assert str(made.code) not in repr(made)


def test_a_cheap_slot_is_refused_even_when_it_opens(
    clinic: Vault, monkeypatch: pytest.MonkeyPatch
) -> None:
    new = personal.make(ANA, OWN, vault=clinic)
    monkeypatch.setattr(kdf, "FLOOR", kdf.KdfCost(memory_kib=128, iterations=1, lanes=1))
    with pytest.raises(errors.VaultDamaged, match="less work"):
        personal.opened(new.content, personal.by_passphrase(OWN), vault=clinic)


# --- the reader believes nothing


def test_a_newer_format_is_named_as_such(made: NewKey) -> None:
    with pytest.raises(errors.NewerVault):
        personal_file.parse(made.content.to_json() | {"version": 2})


@pytest.mark.parametrize("document", [None, 7, "x", [], {}, {"format": "other", "version": 1}])
def test_what_is_no_key_at_all_is_damage(document: Any) -> None:
    with pytest.raises(errors.VaultDamaged):
        personal_file.parse(document)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=6,
)


def _places(value: Any, before: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """The way to every value inside."""
    items = value.items() if isinstance(value, dict) else enumerate(value)
    found = []
    for name, inner in items:
        found.append((*before, name))
        if isinstance(inner, dict | list):
            found += _places(inner, (*before, name))
    return found


def _exchanged(document: dict[str, Any], place: tuple[Any, ...], new: Any) -> dict[str, Any]:
    changed = deepcopy(document)
    inner: Any = changed
    for name in place[:-1]:
        inner = inner[name]
    inner[place[-1]] = new
    return changed


@pytest.fixture(scope="module")
def given_key(shared_vault: Vault) -> NewKey:
    """One key for the laws, which look at many examples."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(kdf, "STANDARD", CHEAP)
        new = personal.make(ANA, OWN, vault=shared_vault)
        content = personal.with_way(new.content, new.key, PASSKEY, vault=shared_vault)
    return NewKey(content, new.code, new.key)


@settings(max_examples=300, deadline=None)
@given(data=st.data())
def test_whatever_stands_in_a_field_is_read_refused_or_opens_nothing_else(
    data: st.DataObject, given_key: NewKey, shared_vault: Vault
) -> None:
    document = given_key.content.to_json()
    place = data.draw(st.sampled_from(_places(document)))
    try:
        content = personal_file.parse(_exchanged(document, place, data.draw(JSON)))
    except (errors.VaultDamaged, errors.NewerVault):
        return
    _opens_hers_or_nothing(content, given_key, shared_vault)


def _opens_hers_or_nothing(content: PersonalFile, new: NewKey, vault: Vault) -> None:
    for way in ways(new):
        try:
            assert personal.opened(content, way, vault=vault) == new.key
        except (errors.Locked, errors.VaultDamaged):
            continue


@settings(max_examples=200, deadline=None)
@given(data=st.data())
def test_no_flipped_bit_opens_another_key(
    data: st.DataObject, given_key: NewKey, shared_vault: Vault
) -> None:
    text = bytearray(json.dumps(given_key.content.to_json()).encode())
    text[data.draw(st.integers(0, len(text) - 1))] ^= 1 << data.draw(st.integers(0, 6))
    try:
        content = personal_file.parse(json.loads(text))
    except (ValueError, errors.VaultDamaged, errors.NewerVault):
        return
    _opens_hers_or_nothing(content, given_key, shared_vault)


@settings(max_examples=30, deadline=None)
@given(text=st.text(min_size=8, max_size=40))
def test_every_passphrase_opens_what_it_made_and_nothing_else(
    text: str, shared_vault: Vault
) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(kdf, "STANDARD", CHEAP)
        patch.setattr(kdf, "FLOOR", CHEAP)
        new = personal.make(ANA, text, vault=shared_vault)
        found = personal.opened(new.content, personal.by_passphrase(text), vault=shared_vault)
        assert found == new.key
        with pytest.raises(errors.WrongPassphrase):
            personal.opened(new.content, personal.by_passphrase(f"{text}."), vault=shared_vault)


# --- in hand


def test_in_a_clinic_her_texts_open_only_while_her_key_is_in_hand(
    clinic: Vault, made: NewKey
) -> None:
    with in_hand.in_hand(OneKey(ANAS, lambda: bytearray(made.key))):
        text = clinic.seal(ANAS, PLACE, b"mine")
        assert clinic.open_sealed(PLACE, text) == b"mine"
        assert clinic.has_key(ANAS)
    with pytest.raises(errors.PersonalThingsClosed) as caught:
        clinic.open_sealed(PLACE, text)
    assert caught.value.exit_code == 5
    with pytest.raises(errors.PersonalThingsClosed):
        clinic.seal(ANAS, PLACE, b"more")
    assert not clinic.has_key(ANAS)


def test_another_ones_key_in_hand_opens_nothing_of_hers(clinic: Vault, made: NewKey) -> None:
    with in_hand.in_hand(OneKey(ANAS, lambda: bytearray(made.key))):
        text = clinic.seal(ANAS, PLACE, b"mine")
    with (
        in_hand.in_hand(OneKey(f"member:{BERTA}", lambda: bytearray(32))),
        pytest.raises(errors.PersonalThingsClosed),
    ):
        clinic.open_sealed(PLACE, text)


def test_a_key_in_hand_is_opened_once_when_first_needed_overwritten_and_let_go(
    clinic: Vault, made: NewKey
) -> None:
    buffers = []

    def open_it() -> bytearray:
        buffers.append(bytearray(made.key))
        return buffers[-1]

    one = OneKey(ANAS, open_it)
    with in_hand.in_hand(one):
        assert buffers == []
        clinic.seal(ANAS, PLACE, b"one")
        clinic.seal(ANAS, PLACE, b"two")
        assert buffers == [bytearray(32)]
        one.let_go()
        with pytest.raises(errors.PersonalThingsClosed):
            clinic.seal(ANAS, PLACE, b"three")


def test_a_key_that_cannot_be_opened_after_all_is_a_closed_one(clinic: Vault) -> None:
    with (
        in_hand.in_hand(OneKey(ANAS, lambda: None)),
        pytest.raises(errors.PersonalThingsClosed),
    ):
        clinic.seal(ANAS, PLACE, b"mine")


def test_in_a_clinic_no_members_key_ever_comes_to_the_keys_file(clinic: Vault) -> None:
    clinic.ensure_keys([ANAS, MIA])
    assert clinic.has_key(MIA)
    assert clinic.folder is not None
    kept = clinic.folder.client_keys.read_text()
    assert MIA in kept
    assert "member:" not in kept


def test_a_members_key_slipped_into_the_keys_file_is_not_used(opened: Practice) -> None:
    vault = opened.vault
    vault.ensure_keys([ANAS])
    text = vault.seal(ANAS, PLACE, b"mine")
    vault.members_hold_their_own_keys = True
    with pytest.raises(errors.PersonalThingsClosed):
        vault.seal(ANAS, PLACE, b"more")
    with pytest.raises(errors.PersonalThingsClosed):
        vault.open_sealed(PLACE, text)


def test_a_locked_vault_says_that_it_is_locked(clinic: Vault, made: NewKey) -> None:
    with in_hand.in_hand(OneKey(ANAS, lambda: bytearray(made.key))):
        clinic.full_lock()
        with pytest.raises(errors.Locked) as caught:
            clinic.seal(ANAS, PLACE, b"mine")
    assert not isinstance(caught.value, errors.PersonalThingsClosed)


# --- between two requests


def test_the_two_halves_give_the_key_and_neither_alone_does() -> None:
    key = bytearray(range(32))
    cookie, kept = between_requests.halves(key, "ana|1|1")
    assert between_requests.whole(cookie, kept, "ana|1|1") == key
    other_cookie, other_kept = between_requests.halves(key, "ana|1|1")
    pairs = [(other_cookie, kept), (cookie, other_kept), ("", kept), (cookie, ""), ("é", kept)]
    assert [between_requests.whole(*pair, "ana|1|1") for pair in pairs] == [None] * len(pairs)
    assert between_requests.whole(cookie, kept, "ana|1|2") is None
    for half in (cookie, kept):
        assert bytes(key) not in base64.b64decode(half)


@settings(max_examples=200, deadline=None)
@given(value=st.text(max_size=60), kept=st.text(max_size=60), about=st.text(max_size=20))
def test_whatever_comes_in_place_of_a_half_opens_nothing(value: str, kept: str, about: str) -> None:
    assert between_requests.whole(value, kept, about) is None
