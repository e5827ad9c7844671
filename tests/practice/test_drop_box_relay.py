"""The practice asks its relay, over a real line: whatever answers there, nothing foreign enters."""

from __future__ import annotations

import base64
import json
import socketserver
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler
from typing import Any

import pytest

from lacrima.errors import RelayAway
from lacrima.practice import drop_box_relay
from lacrima.practice.drop_box_relay import Mailbox, delete_brief, forget, letters, put_brief

NOW = datetime(2026, 3, 10, 12, tzinfo=UTC)
LETTER = {
    "n": 1,
    "invitation": "a" * 32,
    "id": "b" * 32,
    "stored_at": "2026-03-10T12:00:00Z",
    "letter": base64.b64encode(b"sealed").decode(),
}
Answer = Callable[[BaseHTTPRequestHandler], None]


@contextmanager
def a_host(answer: Answer) -> Iterator[Mailbox]:
    """Something at an address that the practice named."""

    class Handler(BaseHTTPRequestHandler):
        def handle_one_request(self) -> None:
            self.raw_requestline = self.rfile.readline(65_537)
            if self.raw_requestline and self.parse_request():
                answer(self)
            self.close_connection = True

        def log_message(self, *_: Any) -> None:
            """Nothing."""

    class Server(socketserver.ThreadingTCPServer):
        daemon_threads = True

        def handle_error(self, *_: Any) -> None:
            """Whoever asked has had enough."""

    with Server(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield Mailbox(f"http://127.0.0.1:{server.server_address[1]}", "fetch", "manage")
        server.shutdown()
        thread.join()


def says(body: bytes, status: int = 200, **headers: str) -> Answer:
    """Always this."""

    def answer(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(status)
        handler.send_header("Content-Length", str(len(body)))
        for name, value in headers.items():
            handler.send_header(name, value)
        handler.end_headers()
        handler.wfile.write(body)

    return answer


def listed(*found: dict[str, Any], more: bool = False) -> Answer:
    """A list of letters."""
    return says(json.dumps({"letters": list(found), "more": more}).encode())


def all_letters(box: Mailbox, after: int = 0) -> list[Any]:
    """Everything that it lists."""
    return [one for some in letters(box, after=after) for one in some]


def test_a_list_is_read_as_the_contract_has_it() -> None:
    with a_host(listed(LETTER)) as box:
        (found,) = all_letters(box)
    assert (found.number, found.sealed) == (1, b"sealed")
    assert found.stored_at == NOW


@pytest.mark.parametrize(
    "answer",
    [
        says(b"<html><title>Welcome to the hotel</title>"),
        says(b""),
        says(b"[]"),
        says(b'{"letters": 7}'),
        says(b'{"letters": [7]}'),
        says(b"[" * 100_000),
        says(b'{"letters": [], "letters": []}'),
        listed(LETTER | {"id": "../../etc"}),
        listed(LETTER | {"invitation": 3}),
        listed(LETTER | {"stored_at": "2026-03-10T12:00:00"}),
        listed(LETTER | {"letter": "%%%"}),
        listed(LETTER | {"n": "1"}),
        listed(LETTER | {"n": 0}),
        listed({}),
    ],
)
def test_what_is_no_list_of_letters_is_refused_whole(answer: Answer) -> None:
    with a_host(answer) as box, pytest.raises(RelayAway) as refused:
        all_letters(box)
    assert "hotel" not in refused.value.sentence()


def test_a_relay_whose_numbers_do_not_rise_is_left() -> None:
    with a_host(listed(LETTER, more=True)) as box, pytest.raises(RelayAway):
        all_letters(box)


def test_an_endless_relay_is_left_after_a_while(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(drop_box_relay, "MOST_ROUNDS", 5)
    count = iter(range(1, 1000))

    def answer(handler: BaseHTTPRequestHandler) -> None:
        listed(LETTER | {"n": next(count)}, more=True)(handler)

    with a_host(answer) as box:
        assert len(all_letters(box)) == 5


def test_an_answer_without_end_is_not_read_to_its_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(drop_box_relay, "MOST_ANSWER_BYTES", 100_000)
    sent = 0

    def answer(handler: BaseHTTPRequestHandler) -> None:
        nonlocal sent
        handler.send_response(200)
        handler.end_headers()
        while True:
            sent += handler.wfile.write(b"x" * 65_536)

    with a_host(answer) as box, pytest.raises(RelayAway):
        all_letters(box)
    assert sent < 20_000_000


def test_an_answer_that_trickles_is_left_after_a_while(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(drop_box_relay, "LONGEST_S", 0.3)

    def answer(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        handler.end_headers()
        while True:
            handler.wfile.write(b" ")
            handler.wfile.flush()
            time.sleep(0.02)

    with a_host(answer) as box, pytest.raises(RelayAway):
        all_letters(box)


def test_a_head_that_is_longer_than_any_is_refused() -> None:
    def answer(handler: BaseHTTPRequestHandler) -> None:
        handler.wfile.write(b"HTTP/1.1 200 OK\r\nX: " + b"x" * 100_000 + b"\r\n\r\n")

    with a_host(answer) as box, pytest.raises(RelayAway):
        all_letters(box)


def test_no_redirect_is_followed_to_a_host_that_nobody_named() -> None:
    asked: list[str] = []

    def elsewhere(handler: BaseHTTPRequestHandler) -> None:
        asked.append(handler.path)
        listed(LETTER)(handler)

    with a_host(elsewhere) as other:
        for status in (301, 302, 303, 307, 308):
            there = says(b"", status, Location=f"{other.address}/x")
            with a_host(there) as box, pytest.raises(RelayAway):
                all_letters(box)
    assert asked == []


def test_no_proxy_of_the_machine_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "https_proxy", "all_proxy", "HTTP_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    with a_host(listed()) as box:
        assert all_letters(box) == []


@pytest.mark.parametrize("cut", ["at once", "in the head", "in the body"])
def test_a_line_that_breaks_is_said_and_nothing_of_it_is_taken(cut: str) -> None:
    def answer(handler: BaseHTTPRequestHandler) -> None:
        if cut == "in the head":
            handler.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Len")
        if cut == "in the body":
            handler.send_response(200)
            handler.send_header("Content-Length", "5000")
            handler.end_headers()
            handler.wfile.write(b'{"letters": [')

    with a_host(answer) as box, pytest.raises(RelayAway):
        all_letters(box)


def test_nobody_there_is_said_too() -> None:
    with pytest.raises(RelayAway) as refused:
        all_letters(Mailbox("http://127.0.0.1:1", "fetch", "manage"))
    assert "Nothing is lost" in refused.value.next_step


@pytest.mark.parametrize("status", [400, 401, 403, 404, 405, 413, 429, 500, 503, 507])
def test_each_refusal_is_said_in_words_and_the_secret_in_none(status: int) -> None:
    with a_host(says(b"no", status)) as box:
        for do in (
            lambda: put_brief(box, "a" * 32, b"x", until=NOW),
            lambda: forget(box, ["b" * 32]),
            lambda: all_letters(box),
        ):
            with pytest.raises(RelayAway) as refused:
                do()
            assert "manage" not in refused.value.sentence()


def test_a_brief_that_is_gone_already_is_no_mistake() -> None:
    with a_host(says(b"", 404)) as box:
        delete_brief(box, "a" * 32)


def test_what_is_told_to_the_relay_is_what_the_contract_says() -> None:
    told: list[tuple[str, str, str, bytes]] = []

    def answer(handler: BaseHTTPRequestHandler) -> None:
        length = int(handler.headers.get("Content-Length") or 0)
        until = handler.headers.get("Lacrima-Until", "")
        told.append((handler.command, handler.path, until, handler.rfile.read(length)))
        assert handler.headers["Authorization"] == "Bearer manage"
        says(b"", 204)(handler)

    with a_host(answer) as box:
        put_brief(box, "a" * 32, b"sealed", until=NOW)
        delete_brief(box, "a" * 32)
        forget(box, [f"{number:032x}" for number in range(1001)])
    assert told[0] == ("PUT", f"/v1/briefs/{'a' * 32}", "2026-03-10T12:00:00Z", b"sealed")
    assert told[1][:2] == ("DELETE", f"/v1/briefs/{'a' * 32}")
    assert [len(json.loads(body)["ids"]) for *_, body in told[2:]] == [1000, 1]
