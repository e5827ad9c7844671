"""Machine code is made ready once, by a process without a client's data; nobody waits for it."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from lacrima.analyses import getting_ready
from lacrima.analyses.getting_ready import BEGUN, get_ready
from lacrima.stats.compiled import mark_of_ready

WHETHER = "from lacrima.stats.compiled import is_compiled; print(is_compiled())"
AS_A_PAGE = "from lacrima.analyses.getting_ready import ask_everything; ask_everything()"


def python(*words: str, wanted: str, folder: Path) -> str:
    """What a process of its own prints, with machine code kept in this folder alone."""
    around = {**os.environ, "LACRIMA_NUMBA": wanted, "NUMBA_CACHE_DIR": str(folder)}
    return subprocess.check_output([sys.executable, *words], env=around, text=True).strip()


def code_in(folder: Path) -> set[Path]:
    """All machine code there."""
    return set(folder.rglob("*.nbc"))


@pytest.mark.timeout(300)
def test_what_is_asked_after_it_is_ready_needs_no_compiler(tmp_path: Path) -> None:
    assert python("-c", WHETHER, wanted="ready", folder=tmp_path) == "False"
    assert python("-m", "lacrima.analyses.getting_ready", wanted="1", folder=tmp_path) == ""
    made = code_in(tmp_path)
    assert len(made) > 40
    assert python("-c", WHETHER, wanted="ready", folder=tmp_path) == "True"
    python("-c", AS_A_PAGE, wanted="ready", folder=tmp_path)
    assert code_in(tmp_path) == made
    assert not list(tmp_path.rglob(BEGUN))


def test_where_machine_code_is_not_wanted_nothing_is_made(tmp_path: Path) -> None:
    assert python("-m", "lacrima.analyses.getting_ready", wanted="0", folder=tmp_path) == ""
    assert list(tmp_path.iterdir()) == []


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Instead of asking everything: how often it was asked."""
    times: list[str] = []
    monkeypatch.setattr(getting_ready, "ask_everything", lambda: times.append("asked"))
    return times


def test_it_is_done_once(tmp_path: Path, asked: list[str]) -> None:
    assert get_ready(tmp_path)
    assert mark_of_ready(tmp_path).exists()
    assert not get_ready(tmp_path)
    assert asked == ["asked"]


def test_two_at_once_do_not_both_do_it(tmp_path: Path, asked: list[str]) -> None:
    (tmp_path / BEGUN).touch()
    assert not get_ready(tmp_path)
    assert (tmp_path / BEGUN).exists()
    assert asked == []


def test_what_was_stopped_half_way_is_begun_again(tmp_path: Path, asked: list[str]) -> None:
    (tmp_path / BEGUN).touch()
    long_ago = time.time() - getting_ready.GIVEN_UP_AFTER_S - 1
    os.utime(tmp_path / BEGUN, (long_ago, long_ago))
    assert get_ready(tmp_path)
    assert asked == ["asked"]


def test_what_went_wrong_is_not_called_ready(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def goes_wrong() -> None:
        raise ArithmeticError

    monkeypatch.setattr(getting_ready, "ask_everything", goes_wrong)
    with pytest.raises(ArithmeticError):
        get_ready(tmp_path)
    assert list(tmp_path.iterdir()) == []
