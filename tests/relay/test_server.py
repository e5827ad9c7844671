"""The relay as a server: what floods, drips and lies is refused, and it stops when it is told."""

from __future__ import annotations

import json
import signal
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from lacrima.relay import server
from lacrima.relay.place import Place
from tests.relay.given import BRIEF, MIA, ONE, TWO, Relay, letter
from tests.relay.served import PATIENCE_S, Served, mailbox, served, verb
from tests.support.still_clock import StillClock

POST = f"POST /v1/letters/{MIA}/{ONE} HTTP/1.1\r\nHost: relay.example\r\n"
TEN_GB = 10_000_000_000


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the relay of these tests lies, with codes beside it."""
    return tmp_path_factory.mktemp("served")


@pytest.fixture(scope="module")
def relay(home: Path) -> Iterator[Served]:
    """One relay for all tests of this file, with the page beside it."""
    (home / "page.html").write_text("<!doctype html><title>A page</title>")
    with served(home / "relay", "--page", home / "page.html") as running:
        yield running


@pytest.fixture(scope="module")
def code(relay: Served, home: Path) -> dict[str, str]:
    """A mailbox, made beside the running relay; Mia has a link."""
    made = mailbox(relay.root, home / "code")
    until = (datetime.now(UTC) + timedelta(days=9)).strftime("%Y-%m-%dT%H:%M:%SZ")
    headers = {"Authorization": f"Bearer {made['manage']}", "Lacrima-Until": until}
    assert relay.ask("PUT", f"/v1/briefs/{MIA}", BRIEF, headers)[0] == 201
    return made


def answered(relay: Served, *pieces: bytes) -> bytes:
    """The first line of what comes back for bytes as they are; empty when it hangs up."""
    with relay.line() as line:
        try:
            for piece in pieces:
                line.sendall(piece)
            return line.makefile("rb").readline()
        except (BrokenPipeError, ConnectionResetError):
            return b""


def memory_kib(relay: Served) -> int:
    """What its process holds in memory now."""
    text = Path(f"/proc/{relay.process.pid}/status").read_text()
    return int(text.partition("VmRSS:")[2].split()[0])


def open_files(relay: Served) -> list[str]:
    """What its process holds open."""
    links = Path(f"/proc/{relay.process.pid}/fd").iterdir()
    return [str(one.readlink()) for one in links if one.is_symlink()]


def test_a_letter_goes_through_the_server_byte_for_byte(
    relay: Served, code: dict[str, str]
) -> None:
    path = f"/v1/letters/{MIA}/{TWO}"
    for size, status in ((65536, 201), (65536, 200), (4096, 409)):
        assert relay.ask("POST", path, letter("x", size))[0] == status
    headers = {"Authorization": f"Bearer {code['fetch']}"}
    told = json.loads(relay.ask("GET", "/v1/letters?after=0", None, headers)[2])
    assert [one["id"] for one in told["letters"]] == [TWO]


def test_a_letter_in_chunks_is_taken_too(relay: Served, code: dict[str, str]) -> None:
    content = letter("in chunks", 65536)
    pieces = iter([content[n : n + 100] for n in range(0, len(content), 100)])
    assert relay.ask("POST", f"/v1/letters/{MIA}/{'0c' * 16}", pieces)[0] == 201


def test_ten_gigabytes_are_refused_by_what_their_head_says(relay: Served) -> None:
    head = f"{POST}Content-Length: {TEN_GB}\r\n\r\n".encode()
    assert answered(relay, head).split()[1] == b"413"


def test_a_body_that_expects_to_be_asked_for_is_refused_as_well(relay: Served) -> None:
    head = f"{POST}Content-Length: {TEN_GB}\r\nExpect: 100-continue\r\n\r\n".encode()
    with relay.line() as line:
        line.sendall(head)
        told = line.makefile("rb")
        first = told.readline().split()[1]
        if first == b"100":
            line.sendall(bytes(100_000))
            assert told.readline() == b"\r\n"
            first = told.readline().split()[1]
        assert first == b"413"


@pytest.mark.skipif(sys.platform != "linux", reason="/proc is Linux's")
def test_an_endless_body_ends_at_once_and_lies_nowhere(relay: Served) -> None:
    before = memory_kib(relay)
    chunk = b"10000\r\n" + bytes(65536) + b"\r\n"
    for _ in range(20):
        head = f"{POST}Transfer-Encoding: chunked\r\n\r\n".encode()
        said = answered(relay, head, *[chunk] * 200)
        assert said == b"" or said.split()[1] == b"413"
    for _ in range(20):
        lying = f"{POST}Content-Length: 4096\r\n\r\n".encode()
        answered(relay, lying, *[bytes(65536)] * 200)
    assert memory_kib(relay) - before < 30_000
    assert not [one for one in open_files(relay) if "tmp" in one and "relay" not in one]
    assert relay.ask("GET", "/v1/health")[0] == 204


@pytest.mark.parametrize(
    "sent",
    [
        b"\r\n\r\n\r\n\r\nx\r\n\r\n",
        b"GET / HTTP/1.1\r\nX: ".ljust(server.SETTINGS["max_request_header_size"], b"y"),
        b"get /v1/health HTTP/1.1\r\n\r\n",
        f"{POST}Content-Length: -1\r\n\r\n".encode(),
        f"{POST}Content-Length: 5\r\nContent-Length: 6\r\n\r\n".encode(),
        f"{POST}Transfer-Encoding: gzip\r\n\r\n".encode(),
        f"{POST}Transfer-Encoding: chunked\r\n\r\nxyz\r\n".encode(),
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n",
    ],
)
def test_what_is_no_request_is_refused_without_a_word(relay: Served, sent: bytes) -> None:
    with relay.line() as line:
        line.sendall(sent)
        head, _, body = line.makefile("rb").read().partition(b"\r\n\r\n")
    assert head.split()[1] in {b"400", b"413", b"431", b"501"}
    assert b"Cache-Control: no-store" in head
    assert b"Server:" not in head
    assert body == b""


def test_slow_bodies_hold_up_nobody_and_are_hung_up_on(relay: Served, code: dict[str, str]) -> None:
    slow = [relay.line() for _ in range(60)]
    for line in slow:
        line.sendall(f"{POST}Content-Length: 4096\r\n\r\nLLTR".encode())
    began = time.monotonic()
    for number in range(5):
        path = f"/v1/letters/{MIA}/{number + 40:032x}"
        assert relay.ask("POST", path, letter("quick"))[0] == 201
    assert time.monotonic() - began < 10
    for line in slow:
        line.close()


def test_a_request_that_drips_in_for_ever_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    made = server.Server(lambda *_: [], server.socket.create_server(("127.0.0.1", 0)))

    class Line:
        requests: tuple[object, ...] = ()
        last_activity = 1_000.0
        request: object | None = object()
        begun_at = 1_000.0 - server.REQUEST_DEADLINE_S - 1
        will_close = False

    dripping, waiting, quick = Line(), Line(), Line()
    waiting.request = None
    quick.begun_at = 999.0
    made.active_channels = {1: dripping, 2: waiting, 3: quick}
    made.maintenance(1_000.0)
    assert [one.will_close for one in (dripping, waiting, quick)] == [True, False, False]
    made.active_channels = {}
    made.task_dispatcher.shutdown()
    made.close()


def test_the_page_is_served_as_it_was_given(relay: Served, home: Path) -> None:
    status, headers, body = relay.ask("GET", "/")
    assert (status, body) == (200, (home / "page.html").read_bytes())
    assert headers["Content-Security-Policy"] == "frame-ancestors 'none'"


def test_a_second_relay_on_the_folder_is_refused(relay: Served) -> None:
    refused = verb("--dir", relay.root, "--port", "0")
    assert (refused.returncode, refused.stdout) == (7, "")
    assert "running" in refused.stderr


def test_a_port_that_is_taken_is_said(relay: Served, tmp_path: Path) -> None:
    refused = verb("--dir", tmp_path / "other", "--port", str(relay.port))
    assert refused.returncode == 2
    assert "taken" in refused.stderr


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_it_stops_cleanly_and_keeps_what_it_has(tmp_path: Path, number: int) -> None:
    with served(tmp_path / "relay") as first:
        made = mailbox(first.root, tmp_path / "code")
        assert first.stop(number) == (0, "")
    with served(tmp_path / "relay") as second:
        headers = {"Authorization": f"Bearer {made['fetch']}"}
        assert second.ask("GET", "/v1/letters", None, headers)[0] == 200
        assert second.ask("GET", "/")[0] == 404, "no page unless one is given"


def test_what_a_closed_mailbox_held_is_gone_while_the_relay_runs(tmp_path: Path) -> None:
    with served(tmp_path / "relay") as running:
        made = mailbox(running.root, tmp_path / "code")
        headers = {"Authorization": f"Bearer {made['fetch']}"}
        listed = verb("mailboxes", "--dir", running.root)
        mailbox_id = listed.stdout.split()[0]
        assert made["fetch"] not in listed.stdout
        assert verb("close", "--dir", running.root, "--mailbox", mailbox_id).returncode == 0
        assert running.ask("GET", "/v1/letters", None, headers)[0] == 401
        assert verb("close", "--dir", running.root, "--mailbox", mailbox_id).returncode == 7


def test_what_is_over_is_deleted_when_the_relay_starts(tmp_path: Path) -> None:
    Place(tmp_path / "relay").prepare()
    long_ago = StillClock(datetime(2026, 1, 10, tzinfo=UTC))
    before = Relay(tmp_path / "relay" / "relay.db", clock=long_ago)
    ana = before.keeper.make_mailbox()
    before.put(ana)
    assert before.post(letter()).status == 201
    until = time.monotonic() + PATIENCE_S
    with served(tmp_path / "relay"):
        while before.keeper.filled_mailboxes()[0].letters and time.monotonic() < until:
            time.sleep(0.05)
        (left,) = before.keeper.filled_mailboxes()
    assert (left.letters, left.invitations, left.bytes) == (0, 0, 0)
    before.store.close()


def test_it_may_hold_as_many_lines_as_it_serves(relay: Served) -> None:
    lines = [relay.line() for _ in range(300)]
    try:
        assert relay.ask("GET", "/v1/health")[0] == 204
    finally:
        for line in lines:
            line.close()


def test_a_stolen_disk_and_log_show_no_address_and_no_name_of_a_link(tmp_path: Path) -> None:
    """Names stand in the file, since letters are found by them; addresses, secrets and words
    stand nowhere, and in the log not even names."""
    address, canary = b"203.0.113.77", "Weissglut"
    with served(tmp_path / "relay", "--behind-proxy") as running:
        made = mailbox(running.root, tmp_path / "code")
        until = (datetime.now(UTC) + timedelta(days=9)).strftime("%Y-%m-%dT%H:%M:%SZ")
        own = {"Authorization": f"Bearer {made['manage']}", "Lacrima-Until": until}
        away = {"X-Forwarded-For": address.decode(), "User-Agent": canary, "Cookie": canary}
        running.ask("PUT", f"/v1/briefs/{MIA}", BRIEF, {**own, **away})
        running.ask("GET", f"/v1/briefs/{MIA}?{canary}", None, away)
        running.ask("POST", f"/v1/letters/{MIA}/{ONE}", letter(), away)
        for n in range(80):
            running.ask("GET", f"/v1/briefs/{n:032x}", None, away)
        answered(running, f"GET /{canary} HTTP/9 {canary}\r\n\r\n".encode())
        running.ask("GET", "/v1/letters", None, {**own, **away})
        exit_code, log = running.stop(signal.SIGTERM)
    assert exit_code == 0
    found = b"".join(one.read_bytes() for one in (tmp_path / "relay").iterdir())
    assert bytes.fromhex(MIA) in found
    for word in (address, b"203.0.113", bytes([203, 0, 113, 77]), canary.encode()):
        assert word not in found
    for secret in (made["fetch"], made["manage"]):
        assert secret.encode() not in found
    assert log == ""


def test_waiting_for_a_server_is_bounded() -> None:
    assert server.SETTINGS["connection_limit"] < 1024
    assert server.SETTINGS["channel_timeout"] <= PATIENCE_S
    most = server.SETTINGS["max_request_body_size"]
    assert 65536 < most <= server.SETTINGS["inbuf_overflow"]
