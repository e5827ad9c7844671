"""Where the relay hosts the page too: the bytes as given, and what only a header can say."""

from __future__ import annotations

import gzip
import hashlib
from pathlib import Path

import pytest

from lacrima import errors
from lacrima.relay.page import MOST_PAGE_BYTES, page_answer
from tests.relay.given import MIA, Relay

CONTENT = '<!doctype html><meta charset="utf-8">\r\n<title>é</title>\0'.encode()


@pytest.fixture
def hosting(tmp_path: Path) -> Relay:
    """A relay that hosts a page."""
    (tmp_path / "page.html").write_bytes(CONTENT)
    return Relay(tmp_path / "relay.db", page=page_answer(tmp_path / "page.html"))


def test_the_page_is_given_byte_for_byte_with_its_hash(hosting: Relay) -> None:
    reply = hosting.ask("GET", "/")
    assert (reply.status, reply.body) == (200, CONTENT)
    assert reply.headers["Content-Type"] == "text/html; charset=utf-8"
    assert reply.headers["ETag"] == f'"{hashlib.sha256(CONTENT).hexdigest()}"'


def test_on_its_way_it_may_be_packed_and_is_the_same_unpacked(hosting: Relay) -> None:
    reply = hosting.ask("GET", "/", accepts="br, gzip;q=0.8")
    assert reply.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(reply.body) == CONTENT
    assert hosting.ask("GET", "/", accepts="br").body == CONTENT


def test_its_headers_do_not_fight_the_policy_in_its_head(hosting: Relay) -> None:
    headers = hosting.ask("GET", "/").headers
    assert headers["Content-Security-Policy"] == "frame-ancestors 'none'"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert headers["Referrer-Policy"] == "no-referrer"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Cache-Control"] == "no-store"
    assert "Access-Control-Allow-Origin" not in headers


def test_nothing_but_that_one_file_is_served(hosting: Relay) -> None:
    for path in ("/page.html", "/relay.db", "/..", "//", "/index.html", "/?x"):
        assert hosting.ask("GET", path).status == (200 if path == "/?x" else 404)
    assert hosting.ask("POST", "/").status == 405
    assert hosting.ask("GET", f"/v1/briefs/{MIA}").status == 404


def test_a_page_that_is_missing_empty_or_far_too_large_is_refused(tmp_path: Path) -> None:
    (tmp_path / "empty").touch()
    with (tmp_path / "large").open("wb") as file:
        file.truncate(MOST_PAGE_BYTES + 1)
    for name in ("missing", "empty", "large"):
        with pytest.raises(errors.BadInput, match=r"page"):
            page_answer(tmp_path / name)
