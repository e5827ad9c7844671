"""A clinical will opens with both of its parts, and with nothing less."""

from __future__ import annotations

import stat
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lacrima.errors import NewerVault, NotFound, SealBroken, WrongRecoveryCode
from lacrima.vault import will_box
from lacrima.vault.crockford import ALPHABET
from lacrima.vault.folder import Folder
from lacrima.vault.will_box import Parts

NOW = datetime(2026, 3, 10, 12, tzinfo=UTC)
PLAIN = b'{"care":[]}'
ID = "ab" * 16
PARTS, OTHERS = will_box.fresh(), will_box.fresh()


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    """A folder with one will."""
    here = Folder(tmp_path)
    will_box.write(here, ID, PARTS.public, PLAIN)
    return here


def test_both_parts_open_it_however_they_are_typed(folder: Folder) -> None:
    typed = will_box.parse(PARTS.one.lower().replace("-", " "), PARTS.two.replace("0", "O"))
    assert will_box.open_will(folder, typed, now=NOW) == will_box.Opened(ID, PLAIN)
    assert will_box.openings(folder, ID) == (NOW,)


def test_one_part_with_any_other_opens_nothing(folder: Folder) -> None:
    for parts in (Parts(PARTS.one, OTHERS.two), Parts(OTHERS.one, PARTS.two), OTHERS):
        with pytest.raises(NotFound):
            will_box.open_will(folder, parts, now=NOW)
    assert will_box.openings(folder, ID) == ()


@settings(max_examples=50, deadline=None)
@given(place=st.integers(0, 43), letter=st.sampled_from(ALPHABET), is_two=st.booleans())
def test_a_flipped_letter_is_found_before_anything_is_tried(
    place: int, letter: str, is_two: bool
) -> None:
    part = PARTS.two if is_two else PARTS.one
    wrong = part[:place] + letter + part[place + 1 :]
    if wrong == part or part[place] == "-":
        return
    with pytest.raises(WrongRecoveryCode) as told:
        will_box.parse(PARTS.one if is_two else wrong, wrong if is_two else PARTS.two)
    assert told.value.where == ("part_two" if is_two else "part_one")
    assert wrong not in str(told.value)


@settings(max_examples=50, deadline=None)
@given(place=st.integers(0, 4000), bit=st.integers(0, 7))
def test_a_flipped_bit_of_the_file_opens_nothing(place: int, bit: int) -> None:
    data = bytearray(will_box.seal(PARTS.public, PLAIN))
    data[place] ^= 1 << bit
    with pytest.raises((NotFound, SealBroken, NewerVault)):
        will_box.unseal(PARTS, bytes(data))


@settings(max_examples=25, deadline=None)
@given(plain=st.binary(max_size=9000).map(lambda raw: raw.rstrip(b" ")))
def test_whatever_is_written_comes_out_and_its_length_tells_little(plain: bytes) -> None:
    data = will_box.seal(PARTS.public, plain)
    assert will_box.unseal(PARTS, data) == plain
    assert (len(data) - len(will_box.seal(PARTS.public, b""))) % will_box.STEP_BYTES == 0


def test_exchanged_parts_are_called_so() -> None:
    with pytest.raises(WrongRecoveryCode, match="the other part"):
        will_box.parse(PARTS.two, PARTS.one)


def test_after_a_renewal_the_old_parts_open_nothing_and_the_new_ones_not_the_old_file(
    folder: Folder,
) -> None:
    old = will_box.seal(PARTS.public, PLAIN)
    will_box.write(folder, ID, OTHERS.public, PLAIN)
    with pytest.raises(NotFound):
        will_box.open_will(folder, PARTS, now=NOW)
    with pytest.raises(NotFound):
        will_box.unseal(OTHERS, old)
    assert will_box.open_will(folder, OTHERS, now=NOW).plain == PLAIN


def test_a_will_of_a_later_format_is_called_so() -> None:
    data = bytearray(will_box.seal(PARTS.public, PLAIN))
    data[4] = 2
    with pytest.raises(NewerVault):
        will_box.unseal(PARTS, bytes(data))


def test_only_the_owner_of_the_folder_reads_the_file_and_strangers_names_are_left(
    folder: Folder,
) -> None:
    path = folder.wills / f"{ID}.sealed"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    (folder.wills / "notes.sealed").write_bytes(b"LWIL")
    will_box.keep_only(folder, set())
    assert [one.name for one in folder.wills.iterdir()] == ["notes.sealed"]
    assert not will_box.is_any_here(folder)


def test_a_part_does_not_show_itself() -> None:
    assert PARTS.one not in f"{PARTS!r} {PARTS.one!r}"
