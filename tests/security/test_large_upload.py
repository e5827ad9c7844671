"""A large table that is sent to a real server stays in its memory: no file is opened for it."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.support.served import served
from tests.support.wanderer import Form, Page, Wanderer, route_of

pytestmark = [
    pytest.mark.embedded,
    pytest.mark.timeout(180),
    pytest.mark.skipif(sys.platform != "linux", reason="/proc is Linux's"),
]

PASSPHRASE = "copper lantern meadow seventeen"
ROW = b"Z%07d,1,3\n"
MEGABYTE = 1024 * 1024


@contextmanager
def _files_of(pid: int) -> Iterator[set[str]]:
    """The names of all files that a process has open at any time meanwhile."""
    seen: set[str] = set()
    is_over = threading.Event()

    def look() -> None:
        while not is_over.wait(0.002):
            for one in Path(f"/proc/{pid}/fd").iterdir():
                try:
                    seen.add(os.readlink(one))
                except OSError:
                    continue  # closed meanwhile

    looking = threading.Thread(target=look)
    looking.start()
    try:
        yield seen
    finally:
        is_over.set()
        looking.join()


def _a_practice(folder: Path) -> Path:
    key = folder / "passphrase.txt"
    key.write_text(PASSPHRASE)
    practice = str(folder / "practice")
    command = [sys.executable, "-m", "lacrima", "init", "--dir", practice]
    command += ["--passphrase-file", str(key), "--your-name", "Ana Ruiz"]
    subprocess.run(command, check=True, capture_output=True, timeout=60)
    return folder / "practice"


def _form(page: Page, name: str) -> Form:
    return next(one for one in page.forms() if route_of(one.action) == name)


def _send_table(port: int, megabytes: int) -> Page:
    rows = b"".join(ROW % number for number in range(megabytes * MEGABYTE // len(ROW % 0)))
    files = {"table": b"client,session,phq9\n" + rows}
    wanderer = Wanderer(port, lambda where: where[:20], files)
    form = _form(wanderer.open("/unlock"), "unlock")
    hidden = [(one.name, one.value) for one in form.fields if one.kind == "hidden"]
    wanderer.send(form, [*hidden, ("passphrase", PASSPHRASE)])
    form = _form(wanderer.open("/bring-in"), "bring-in")
    answer = wanderer.send(form, wanderer.filled(form, as_meant=True))
    while answer.location and "One moment" in (answer := wanderer.open(answer.location)).text:
        time.sleep(0.2)
        answer = Page(answer.address, 303, answer.address, "")
    return answer


def test_a_large_table_is_taken_and_a_too_large_one_named_without_any_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    practice, temporary = _a_practice(tmp_path), tmp_path / "temporary"
    temporary.mkdir()
    monkeypatch.setenv("TMPDIR", str(temporary))
    with served(practice) as running, _files_of(running.process.pid) as seen:
        taken = _send_table(running.port, 12)
        assert "Which column is what?" in taken.text
        refused = _send_table(running.port, 55)
        assert "larger than 50 MB" in refused.text
    assert [name for name in seen if str(temporary) in name or "deleted" in name] == []
    assert list(temporary.iterdir()) == []
