"""What every answer tells the browser, and what never reaches a log."""

from __future__ import annotations

import logging
from collections.abc import Iterator

import pytest
from django.conf import settings
from django.test import Client

from lacrima.web.quiet_log import OnlyHarmless
from tests.support.cast import Cast

PAGES = ["/unlock", "/recovery", "/open", "/nowhere"]


def _directives(policy: str) -> dict[str, str]:
    pairs = (part.strip().partition(" ") for part in policy.split(";"))
    return {name: value for name, _, value in pairs}


@pytest.mark.django_db
@pytest.mark.parametrize("address", PAGES)
def test_the_content_policy_lets_nothing_in_but_our_own(window: Client, address: str) -> None:
    policy = _directives(window.get(address)["Content-Security-Policy"])
    assert policy["default-src"] == "'none'"
    assert policy["frame-ancestors"] == policy["base-uri"] == "'none'"
    for kind in ("script-src", "style-src", "img-src", "font-src", "connect-src", "form-action"):
        assert policy[kind] == "'self'"


@pytest.mark.django_db
@pytest.mark.parametrize("address", PAGES)
def test_no_page_is_stored_framed_sniffed_or_referred_elsewhere(
    window: Client, address: str
) -> None:
    answer = window.get(address)
    assert answer["Cache-Control"] == "no-store"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Referrer-Policy"] == "same-origin"
    assert answer["Cross-Origin-Opener-Policy"] == "same-origin"
    assert answer["X-Frame-Options"] == "DENY"
    assert "camera=()" in answer["Permissions-Policy"]


@pytest.mark.django_db
@pytest.mark.parametrize("address", ["/unlock", "/nowhere", "/"])
def test_every_page_says_how_long_it_is_so_that_the_connection_can_stay(
    cast: Cast, window: Client, address: str
) -> None:
    answer = window.get(address)
    assert int(answer["Content-Length"]) == len(answer.content)


@pytest.mark.django_db
def test_pages_hold_no_script_or_style_of_their_own(anas: Client) -> None:
    for address in [*PAGES, "/settings", "/vault"]:
        words = anas.get(address).content.decode()
        assert "<style" not in words
        assert " style=" not in words
        assert " onclick=" not in words
        assert "<script>" not in words


@pytest.mark.embedded
@pytest.mark.django_db
def test_bare_numbers_are_led_to_localhost_and_strange_names_refused() -> None:
    numbers = Client(headers={"host": "127.0.0.1:8123"}).get("/unlock")
    assert (numbers.status_code, numbers["Location"]) == (307, "http://localhost:8123/unlock")
    six = Client(headers={"host": "[::1]:8123"}).get("/unlock")
    assert six["Location"] == "http://localhost:8123/unlock"
    assert Client(headers={"host": "evil.example"}).get("/unlock").status_code == 400


@pytest.mark.embedded  # a clinic's: test_sign_in.py
@pytest.mark.django_db
def test_cookies_stay_with_this_site_and_end_with_the_browser(anas: Client) -> None:
    anas.get("/settings")
    session = anas.cookies[settings.SESSION_COOKIE_NAME]
    assert session["httponly"]
    assert session["samesite"] == "Lax"
    assert not session["max-age"]
    proof = anas.cookies[settings.CSRF_COOKIE_NAME]
    assert proof["samesite"] == "Strict"
    assert not proof["max-age"]


@pytest.mark.django_db  # closing an answer looks at the connection
def test_static_files_are_found_without_collecting_them(window: Client) -> None:
    answer = window.get("/static/lacrima/style.css?v=0")
    assert answer.status_code == 200
    assert b"--paper" in b"".join(answer)
    answer.close()
    assert "max-age=604800" in answer["Cache-Control"]


@pytest.fixture
def lines() -> Iterator[list[str]]:
    """What a handler with our filter would write."""
    found: list[str] = []

    class Keep(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            found.append(record.getMessage() + str(record.exc_info or "") + str(record.stack_info))

    handler = Keep()
    handler.addFilter(OnlyHarmless())
    logger = logging.getLogger("django")
    logger.addHandler(handler)
    yield found
    logger.removeHandler(handler)


@pytest.mark.django_db
def test_no_path_query_or_body_reaches_the_log(window: Client, lines: list[str]) -> None:
    window.get("/canary-in-path?t=canary-in-query")
    window.post("/canary-in-path", {"words": "canary-in-body"})
    window.generic("CANARY", "/unlock")
    assert lines
    assert not any("canary" in line.lower() for line in lines)
    assert any("no-route 404" in line for line in lines)


@pytest.mark.django_db
def test_an_accident_is_logged_by_kind_and_place_without_its_words(
    cast: Cast, anas: Client, lines: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def break_down(*_: object) -> None:
        raise ValueError("canary: what somebody said")

    monkeypatch.setattr("lacrima.web.views.settings.answers.instruments", break_down)
    anas.raise_request_exception = False
    answer = anas.get("/settings")
    assert answer.status_code == 500
    assert b"canary" not in answer.content
    assert b"Traceback" not in answer.content
    assert any("ValueError" in line and "settings 500" in line for line in lines)
    assert not any("canary" in line for line in lines)


@pytest.mark.django_db
def test_an_address_that_takes_a_form_alone_shows_a_page_when_it_is_opened(anas: Client) -> None:
    answer = anas.get("/lock")
    assert answer.status_code == 405
    assert answer["Allow"] == "POST"
    assert "takes a form" in answer.content.decode()
