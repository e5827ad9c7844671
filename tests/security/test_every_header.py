"""What every answer tells the browser: all pages are opened, on a laptop and in a clinic."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.http import HttpResponse
from django.test import Client

from lacrima.records.models import Member
from tests.support.cast import Cast
from tests.support.world import FOR_ALL, both_worlds
from tests.web.test_routes import ROUTES

EXACTLY = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "X-Frame-Options": "DENY",
}
FRONT = "/sign-in" if settings.IS_CLINIC else "/unlock"


def _wrong_with(answer: HttpResponse) -> list[str]:
    """The headers that are missing or too lenient."""
    wrong = [name for name, value in EXACTLY.items() if answer.get(name) != value]
    policy = answer.get("Content-Security-Policy", "")
    strict = "default-src 'none'" in policy and "frame-ancestors 'none'" in policy
    if not strict or "unsafe" in policy or "http" in policy or "*" in policy:
        wrong.append("Content-Security-Policy")
    if "no-store" not in answer.get("Cache-Control", ""):
        wrong.append("Cache-Control")
    return [*wrong, *(["Server"] if answer.has_header("Server") else [])]


def test_every_answer_is_kept_framed_sniffed_and_referred_by_nobody(
    cast: Cast, eyes_of: Callable[[Member], Client]
) -> None:
    rows, _ = both_worlds(cast)
    ids = {**FOR_ALL, **rows.ids}
    hers, strangers = eyes_of(cast.ana), Client(headers={"host": "localhost"})
    opened = 0
    for route in ROUTES:
        if not ids.keys() >= set(route.words) or route.name in {"lock", "account_logout"}:
            continue
        for window in (hers, strangers):
            answer = window.get(route.address(ids))
            assert _wrong_with(answer) == [], (route.name, answer.status_code)
            opened += 1
    assert opened > 200


def test_a_page_that_is_not_there_says_the_same_and_a_wrong_host_gets_nothing(
    window: Client,
) -> None:
    assert _wrong_with(window.get("/nowhere")) == []
    strange = window.get("/", headers={"host": "evil.example"})
    assert strange.status_code == 400
    assert "evil.example" not in strange.content.decode()
    assert not strange.cookies


def test_the_front_page_lets_no_other_site_in(cast: Cast, window: Client) -> None:
    answer = window.get(FRONT)
    assert answer.status_code == 200
    assert not any(name.startswith("Access-Control-") for name in answer.headers)
    assert "form-action 'self'" in answer["Content-Security-Policy"]


def test_cookies_are_for_this_host_and_no_script(cast: Cast) -> None:
    assert settings.SESSION_COOKIE_HTTPONLY
    assert settings.CSRF_COOKIE_SAMESITE == "Strict"
    assert settings.SESSION_COOKIE_DOMAIN is settings.CSRF_COOKIE_DOMAIN is None
    names = (settings.SESSION_COOKIE_NAME, settings.CSRF_COOKIE_NAME)
    if settings.IS_CLINIC:
        assert all(name.startswith("__Host-") for name in names)
        assert settings.SESSION_COOKIE_SECURE
        assert settings.CSRF_COOKIE_SECURE


def test_no_upload_is_larger_than_a_few_megabytes_unless_its_page_says_so() -> None:
    assert settings.DATA_UPLOAD_MAX_MEMORY_SIZE <= 8 * 1024 * 1024
    larger = {route.name for route in ROUTES if route.audience and route.audience.most_bytes}
    assert larger == {"bring-in"}
