"""Letters that arrive while the practice is locked."""

from __future__ import annotations

import pytest

from lacrima import errors
from lacrima.vault import spool
from tests.vault.given import PASSPHRASE, Practice, flip


@pytest.fixture(autouse=True)
def _own_vault(closed: Practice, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spool, "VAULT", closed.vault)


def test_a_locked_practice_takes_letters_and_opens_them_later(closed: Practice) -> None:
    first = spool.put(closed.folder, "answers", b"nine answers")
    second = spool.put(closed.folder, "draft", b"half a note")
    assert set(spool.names(closed.folder)) == {first, second}
    with pytest.raises(errors.Locked):
        spool.take(closed.folder, "answers", first)
    closed.vault.unlock(closed.folder, PASSPHRASE)
    assert spool.take(closed.folder, "answers", first) == b"nine answers"
    assert spool.take(closed.folder, "draft", second) == b"half a note"
    assert spool.kind_of(closed.folder, second) == "draft"
    spool.remove(closed.folder, first)
    spool.remove(closed.folder, first)
    assert spool.names(closed.folder) == (second,)


def test_the_letters_words_are_nowhere_in_the_folder(closed: Practice) -> None:
    spool.put(closed.folder, "draft", b"CANARY-half-a-note")
    assert not any(b"CANARY" in data for data in closed.contents().values())


def test_an_altered_letter_does_not_open_and_is_kept(opened: Practice) -> None:
    letter = spool.put(opened.folder, "answers", b"nine answers")
    path = opened.folder.spool / f"{letter}.letter"
    for offset in range(path.stat().st_size):
        flip(path, offset)
        with pytest.raises((errors.SealBroken, errors.NewerVault)):
            spool.take(opened.folder, "answers", letter)
        flip(path, offset)
    flip(path, -1)
    with pytest.raises(errors.SealBroken):
        spool.take(opened.folder, "answers", letter)
    assert spool.names(opened.folder) == (letter,)


def test_a_letter_of_another_kind_does_not_open(opened: Practice) -> None:
    letter = spool.put(opened.folder, "answers", b"nine answers")
    with pytest.raises(errors.SealBroken):
        spool.take(opened.folder, "draft", letter)


@pytest.mark.parametrize("name", ["../vault.json", "x", "", "ab" * 16, "AB" * 16])
def test_no_name_leads_out_of_the_spool(opened: Practice, name: str) -> None:
    with pytest.raises(errors.NotFound):
        spool.take(opened.folder, "answers", name)


def test_a_letter_without_end_is_refused(closed: Practice) -> None:
    with pytest.raises(errors.BadInput):
        spool.put(closed.folder, "draft", b"x" * (spool.MOST_BYTES + 1))
    assert spool.names(closed.folder) == ()


def test_the_order_is_that_of_arrival(closed: Practice) -> None:
    letters = [spool.put(closed.folder, "draft", b"x") for _ in range(5)]
    assert set(spool.names(closed.folder)) == set(letters)
    assert spool.names(closed.folder)[0] == letters[0]
