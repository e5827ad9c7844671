"""From an empty folder to Today, on a real server; interrupted, resumed, served only once."""

from __future__ import annotations

import re
import signal
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from lacrima.errors import UsageError
from lacrima.web import ports
from tests.support.served import Served, Visitor, served

pytestmark = pytest.mark.embedded  # its rows are in the folder that is made here

PASSPHRASE = "copper lantern meadow seventeen"
ABOUT = {
    "owner_name": "Ana Ruiz",
    "practice_name": "Practice at the Green",
    "zone": "Europe/Madrid",
    "country": "ES",
    "crisis_contacts": "024, at any hour",
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder that is not there yet."""
    return tmp_path / "Lacrima"


@pytest.fixture
def here(folder: Path) -> Iterator[Served]:
    """A server of it."""
    with served(folder) as running:
        yield running


def _choose_passphrase(visitor: Visitor) -> str:
    """The recovery code that is shown."""
    visitor.get("/welcome")
    answer = visitor.post("/welcome", passphrase=PASSPHRASE, passphrase_again=PASSPHRASE)
    assert answer.location == "/welcome/code", answer.text
    found = re.search(r'class="code">([^<]+)<', visitor.get("/welcome/code").text)
    assert found
    return found.group(1)


def _finish(visitor: Visitor, code: str) -> None:
    visitor.get("/welcome/prove")
    assert visitor.post("/welcome/prove", recovery_code=code).location == "/welcome/practice"
    visitor.get("/welcome/practice")
    assert visitor.post("/welcome/practice", **ABOUT).location == "/welcome/backup"
    visitor.get("/welcome/backup")
    assert visitor.post("/welcome/backup", later="yes").location == "/"


def test_an_empty_folder_becomes_a_practice_in_five_steps(here: Served, folder: Path) -> None:
    visitor = Visitor(here.port)
    assert visitor.get("/").location == "/welcome"
    code = _choose_passphrase(visitor)
    assert visitor.get("/welcome/code").text.count(code) == 1
    for later in ("/welcome/practice", "/welcome/backup"):
        assert visitor.get(later).location == "/welcome/prove"
    visitor.get("/welcome/prove")
    wrong = visitor.post("/welcome/prove", recovery_code="0000-" * 8 + "0000")
    assert wrong.status == 422
    _finish(visitor, code)
    assert visitor.get("/").status == 200
    settings = visitor.get("/settings").text
    assert "Practice at the Green" in settings
    assert "024, at any hour" in settings
    assert visitor.get("/welcome").location == "/"
    assert visitor.get("/welcome/code").location == "/"
    assert code not in "".join(
        path.read_bytes().decode("latin-1") for path in folder.rglob("*") if path.is_file()
    )


def test_a_weak_passphrase_is_advised_against_and_a_short_one_refused(here: Served) -> None:
    visitor = Visitor(here.port)
    visitor.get("/welcome")
    short = visitor.post("/welcome", passphrase="short", passphrase_again="short")
    assert (short.status, "at least 12" in short.text) == (422, True)
    unlike = visitor.post("/welcome", passphrase=PASSPHRASE, passphrase_again="other" * 4)
    assert (unlike.status, "not the same" in unlike.text) == (422, True)
    weak = visitor.post("/welcome", passphrase="password1234", passphrase_again="password1234")
    assert weak.status == 200
    assert "everybody tries first" in weak.text
    assert "password1234" not in weak.text


def test_another_browser_cannot_take_over_an_unfinished_first_run(here: Served) -> None:
    _choose_passphrase(Visitor(here.port))
    other = Visitor(here.port)
    assert other.get("/welcome").location == "/unlock"
    assert other.get("/welcome/code").location == "/welcome"


def test_an_interrupted_first_run_goes_on_after_unlocking_with_a_new_code(folder: Path) -> None:
    with served(folder) as running:
        old_code = _choose_passphrase(Visitor(running.port))
        assert running.stop()[0] == 0
    with served(folder) as running:
        visitor = Visitor(running.port)
        assert visitor.get("/").location == "/unlock"
        visitor.get("/unlock")
        assert visitor.post("/unlock", passphrase=PASSPHRASE).location == "/welcome"
        assert visitor.get("/welcome").location == "/welcome/code"
        assert "interrupted" in visitor.get("/welcome/code").text
        visitor.post("/welcome/code", passphrase=PASSPHRASE)
        found = re.search(r'class="code">([^<]+)<', visitor.get("/welcome/code").text)
        assert found
        assert found.group(1) != old_code
        _finish(visitor, found.group(1))
        assert visitor.get("/").status == 200


def test_a_folder_with_other_things_in_it_is_said_to_be_the_wrong_one(folder: Path) -> None:
    folder.mkdir()
    (folder / "holiday.txt").write_text("sun")
    with served(folder) as running:
        visitor = Visitor(running.port)
        assert visitor.get("/").location == "/welcome"
        answer = visitor.get("/welcome")
        assert answer.status == 409
        assert "not the folder of a practice" in answer.text
    assert [path.name for path in folder.iterdir()] == ["holiday.txt"]


def test_a_second_server_of_the_folder_is_refused_and_the_first_stops_cleanly(
    here: Served, folder: Path
) -> None:
    visitor = Visitor(here.port)
    _finish(visitor, _choose_passphrase(visitor))
    with pytest.raises(AssertionError, match="running for this folder already"), served(folder):
        pass
    code, said = here.stop()
    assert (code, said.strip()) == (0, "ended")
    assert (
        not (folder / "practice.db-wal").exists() or not (folder / "practice.db-wal").stat().st_size
    )


def test_opened_by_the_one_time_value_and_locked_by_the_signal(here: Served, folder: Path) -> None:
    visitor = Visitor(here.port)
    _finish(visitor, _choose_passphrase(visitor))
    here.stop()
    with served(folder, PASSPHRASE) as running:
        address, _, value = running.opening_address.partition("#t=")
        assert address == f"http://localhost:{running.port}/open"
        window = Visitor(running.port)
        assert value not in window.get("/open").text
        assert window.post("/open", once=value).location == "/"
        assert window.get("/settings").status == 200
        assert Visitor(running.port, host="127.0.0.1").get("/open").status == 307
        running.process.send_signal(signal.SIGTERM)
        assert running.process.wait(timeout=30) == 0


def test_a_body_of_hundreds_of_megabytes_is_refused_at_the_door(here: Served) -> None:
    with socket.create_connection(("127.0.0.1", here.port), timeout=10) as line:
        line.sendall(
            b"POST /unlock HTTP/1.1\r\nHost: localhost\r\nContent-Length: 2147483648\r\n\r\n"
        )
        line.sendall(b"\x00" * 65536)
        assert b" 413 " in line.recv(200)


def test_a_port_that_is_taken_is_said_so() -> None:
    sockets = ports.listen()
    try:
        with pytest.raises(UsageError, match="taken"):
            ports.listen(ports.port_of(sockets))
        hosts = {one.getsockname()[0] for one in sockets}
        assert hosts <= {"127.0.0.1", "::1"}
    finally:
        for one in sockets:
            one.close()
