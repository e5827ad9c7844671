"""A table that is being brought in is in memory alone, for a while, and few at a time."""

from __future__ import annotations

import os
import tempfile
import time
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from lacrima.records.models import Answers
from lacrima.web import held_files, locking
from lacrima.web.forms.bringing_in import MOST_BYTES
from tests.support.bringing_in import LONG, begin, choose, look
from tests.support.cast import Cast
from tests.support.windows import unlock

pytestmark = pytest.mark.usefixtures("no_file_is_held")


def test_a_file_that_is_too_large_is_refused_with_a_word_and_not_kept_anywhere(
    anas: Client, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = _watch_temporary_files(monkeypatch)
    answer = choose(anas, b"x" * (MOST_BYTES + 2_000_000))
    assert answer.status_code == 422
    assert "larger than 50 MB" in answer.content.decode()
    assert made == []
    assert held_files.how_many() == 0


@pytest.mark.embedded  # the lock of a laptop; a clinic's browser session ends otherwise
def test_a_browser_that_opened_nothing_cannot_fill_the_memory(cast: Cast, window: Client) -> None:
    answer = choose(window, b"x" * 6_000_000)
    assert answer["Location"] == "/unlock"


def _watch_temporary_files(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    made: list[str] = []

    def refuse(*_: object, **__: object) -> None:
        made.append("a temporary file")
        raise AssertionError("a temporary file")

    for name in ("NamedTemporaryFile", "TemporaryFile", "mkstemp", "SpooledTemporaryFile"):
        monkeypatch.setattr(tempfile, name, refuse)
    return made


def test_nothing_of_the_file_is_ever_on_the_disk(
    anas: Client, cast: Cast, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    made = _watch_temporary_files(monkeypatch)
    opened: list[str] = []
    usual = os.open

    def watched(path: Any, flags: int, *args: Any, **kwargs: Any) -> int:
        if flags & (os.O_WRONLY | os.O_RDWR | os.O_CREAT):
            opened.append(str(path))
        return usual(path, flags, *args, **kwargs)

    monkeypatch.setattr(os, "open", watched)
    rows = "".join(f"X {n},1,{n % 27}\n" for n in range(3_000))
    address = begin(anas, f"client,session,phq9\n{rows}")
    look(anas, address)
    assert made == []
    assert opened == []


def test_the_browser_session_holds_nothing_of_the_file(anas: Client, cast: Cast) -> None:
    begin(anas, LONG.replace("X 1", "Zirkonia"))
    assert "Zirkonia" not in str(dict(anas.session.items()))


def test_each_has_few_files_at_a_time_and_the_oldest_goes(anas: Client, cast: Cast) -> None:
    addresses = [begin(anas, LONG) for _ in range(held_files.MOST_EACH + 1)]
    assert anas.get(addresses[0]).status_code == 404
    assert all(anas.get(one).status_code == 200 for one in addresses[1:])


def test_half_an_hour_without_a_look_lets_go_of_a_file(
    anas: Client, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    address = begin(anas, LONG)
    later = time.monotonic() + held_files.LONGEST_QUIET_S + 1
    monkeypatch.setattr(time, "monotonic", lambda: later)
    answer = anas.get(address)
    assert answer.status_code == 404
    assert "not here any more" in answer.content.decode()
    assert held_files.how_many() == 0


def test_the_memory_for_all_files_together_is_bounded(
    anas: Client, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(held_files, "MOST_BYTES", 60)
    begin(anas, LONG)
    answer = choose(anas, LONG)
    assert answer.status_code == 422
    assert "several large files" in answer.content.decode().lower()


@pytest.mark.embedded  # the lock of a laptop; a clinic's browser session ends otherwise
def test_a_lock_lets_go_of_the_file_and_that_is_said(
    committed_anas: Client, committed_cast: Cast
) -> None:
    address = begin(committed_anas, LONG)
    look(committed_anas, address)
    locking.lock(fully=True)
    assert held_files.how_many() == 0
    assert committed_anas.get(f"{address}/check")["Location"] == "/unlock"
    answer = unlock(committed_anas).get(f"{address}/check")
    assert answer.status_code == 404
    page = answer.content.decode()
    assert "This file is not here any more" in page
    assert "Nothing of it was brought in" in page
    assert not Answers.objects.exists()
