"""What docs/reference/drop-box-format.md says about the relay, line by line."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

from lacrima.relay.mailboxes import Made
from tests.relay.given import BEN, BRIEF, MIA, ONE, TWO, Relay, letter, opened

CLIENTS = ("GET", f"/v1/briefs/{MIA}"), ("POST", f"/v1/letters/{MIA}/{ONE}")
PRACTICES = (
    ("PUT", f"/v1/briefs/{MIA}"),
    ("DELETE", f"/v1/briefs/{MIA}"),
    ("GET", "/v1/letters"),
    ("POST", "/v1/forget"),
)


def test_a_brief_is_given_to_whoever_has_its_name(relay: Relay, ana: Made) -> None:
    reply = relay.ask("GET", f"/v1/briefs/{MIA}")
    assert (reply.status, reply.body) == (200, BRIEF)
    assert reply.headers["Access-Control-Allow-Origin"] == "*"


def test_the_next_brief_stands_in_the_place_of_the_one_before(relay: Relay, ana: Made) -> None:
    later = BRIEF[:-1] + b"\1"
    assert relay.put(ana, brief=later).status == 200
    assert relay.ask("GET", f"/v1/briefs/{MIA}").body == later


def test_a_letter_is_kept_and_listed_byte_for_byte(relay: Relay, ana: Made) -> None:
    assert relay.post(letter("hello")).status == 201
    (told,) = relay.listed(ana)
    assert list(told) == ["n", "invitation", "id", "stored_at", "letter"]
    assert (told["n"], told["invitation"], told["id"]) == (1, MIA, ONE)
    assert told["stored_at"] == "2026-05-04T12:00:00Z"
    assert opened(told) == letter("hello")


def test_the_same_letter_again_is_there_already(relay: Relay, ana: Made) -> None:
    assert [relay.post(letter("hello")).status for _ in range(3)] == [201, 200, 200]
    assert len(relay.listed(ana)) == 1


def test_other_bytes_under_the_same_id_are_refused_and_change_nothing(
    relay: Relay, ana: Made
) -> None:
    relay.post(letter("hello"))
    assert relay.post(letter("other")).status == 409
    assert relay.post(letter("hello", 16384)).status == 409
    assert [opened(one) for one in relay.listed(ana)] == [letter("hello")]


def test_ids_swapped_between_two_clients_keep_both_letters(relay: Relay, ana: Made) -> None:
    relay.put(ana, BEN)
    assert relay.post(letter("of Mia"), MIA, ONE).status == 201
    assert relay.post(letter("of Ben"), BEN, ONE).status == 201
    assert [(one["invitation"], opened(one)) for one in relay.listed(ana)] == [
        (MIA, letter("of Mia")),
        (BEN, letter("of Ben")),
    ]


@pytest.mark.parametrize("size", [0, 1, 4095, 4097, 8192, 16383, 32768, 65535])
def test_a_letter_of_another_size_is_refused(relay: Relay, ana: Made, size: int) -> None:
    assert relay.post(letter(size=size)[:size]).status == 400


@pytest.mark.parametrize("size", [4096, 16384, 65536])
def test_a_letter_of_each_of_the_three_sizes_is_kept(relay: Relay, ana: Made, size: int) -> None:
    assert relay.post(letter("x", size)).status == 201
    assert opened(relay.listed(ana)[0]) == letter("x", size)


def test_what_is_longer_than_any_letter_is_too_large(relay: Relay, ana: Made) -> None:
    assert relay.post(letter(size=65537)).status == 413


@pytest.mark.parametrize("head", [b"LLTR\x02", b"LBRF\x01", b"lltr\x01", b"\0LLTR", b"PK\3\4\0"])
def test_what_does_not_begin_as_a_letter_is_refused(relay: Relay, ana: Made, head: bytes) -> None:
    assert relay.post(head.ljust(4096, b"\0")).status == 400


@pytest.mark.parametrize("size", [8192, 16384, 32768, 65536])
def test_a_brief_of_each_of_the_four_sizes_is_kept(relay: Relay, ana: Made, size: int) -> None:
    brief = BRIEF[:8].ljust(size, b"\2")
    assert relay.put(ana, BEN, brief).status == 201
    assert relay.ask("GET", f"/v1/briefs/{BEN}").body == brief


@pytest.mark.parametrize(
    ("brief", "status"),
    [
        (BRIEF[:-1], 400),
        (BRIEF[:8].ljust(4096, b"\0"), 400),
        (BRIEF.replace(b"LBRF\x01", b"LBRF\x02"), 400),
        (letter(size=8192), 400),
        (BRIEF.ljust(65537, b"\0"), 413),
    ],
)
def test_what_is_no_brief_is_refused(relay: Relay, ana: Made, brief: bytes, status: int) -> None:
    assert relay.put(ana, BEN, brief).status == status
    assert relay.ask("GET", f"/v1/briefs/{BEN}").status == 404


@pytest.mark.parametrize("days", [-1, 0, 200.001, 4000])
def test_a_brief_may_wait_two_hundred_days_and_not_longer(
    relay: Relay, ana: Made, days: float
) -> None:
    assert relay.put(ana, BEN, days=days).status == 400
    assert relay.put(ana, BEN, days=199.999).status == 201


@pytest.mark.parametrize(
    "until", [None, "", "soon", "2026-05-05", "2026-05-05T12:00:00+00:00", "2026-02-30T12:00:00Z"]
)
def test_a_brief_needs_a_time_in_the_one_spelling(
    relay: Relay, ana: Made, until: str | None
) -> None:
    reply = relay.ask("PUT", f"/v1/briefs/{BEN}", BRIEF, secret=ana.manage, until=until)
    assert reply.status == 400


def test_a_revoked_invitation_takes_no_more_letters_but_keeps_those_that_came(
    relay: Relay, ana: Made
) -> None:
    relay.post(letter("before"))
    assert relay.ask("DELETE", f"/v1/briefs/{MIA}", secret=ana.manage).status == 204
    assert relay.post(letter("after"), id=TWO).status == 404
    assert relay.ask("GET", f"/v1/briefs/{MIA}").status == 404
    assert [opened(one) for one in relay.listed(ana)] == [letter("before")]
    assert relay.ask("DELETE", f"/v1/briefs/{MIA}", secret=ana.manage).status == 404


def test_unknown_revoked_expired_and_misspelled_names_all_answer_the_same(
    relay: Relay, ana: Made
) -> None:
    unknown = [relay.ask("GET", f"/v1/briefs/{BEN}"), relay.post(letter(), BEN)]
    relay.ask("DELETE", f"/v1/briefs/{MIA}", secret=ana.manage)
    revoked = [relay.ask("GET", f"/v1/briefs/{MIA}"), relay.post(letter())]
    relay.put(ana, days=1)
    relay.clock.move(days=2)
    expired = [relay.ask("GET", f"/v1/briefs/{MIA}"), relay.post(letter())]
    assert unknown == revoked == expired
    assert unknown[0] == unknown[1]
    assert unknown[0].status == 404
    for odd in ("AB" * 16, "a1" * 15, "a1" * 17, "../" * 10, "g" * 32, ""):
        assert relay.ask("GET", f"/v1/briefs/{odd}").status == 404


def test_letters_are_listed_a_hundred_at_a_time_in_their_order(relay: Relay, ana: Made) -> None:
    for number in range(230):
        relay.ticks[0] += 60
        assert relay.post(letter(str(number)), id=f"{number:032x}").status == 201
    first = relay.ask("GET", "/v1/letters?after=0", secret=ana.fetch).json
    assert (len(first["letters"]), first["more"]) == (100, True)
    everything = relay.listed(ana)
    assert [one["n"] for one in everything] == list(range(1, 231))
    assert [opened(one) for one in everything] == [letter(str(n)) for n in range(230)]
    last = relay.ask("GET", "/v1/letters?after=130", secret=ana.fetch).json
    assert (len(last["letters"]), last["more"]) == (100, False)


def test_one_answer_holds_two_megabytes_of_letters_at_most(relay: Relay, ana: Made) -> None:
    for number in range(40):
        relay.post(letter(str(number), 65536), id=f"{number:032x}")
    first = relay.ask("GET", "/v1/letters", secret=ana.fetch).json
    assert (len(first["letters"]), first["more"]) == (32, True)
    assert len(relay.listed(ana)) == 40


def test_forgotten_letters_are_gone_and_their_numbers_never_come_again(
    relay: Relay, ana: Made
) -> None:
    for number in range(3):
        relay.post(letter(), id=f"{number:032x}")
    assert relay.forget(ana, f"{1:032x}", f"{2:032x}", "ff" * 16).status == 204
    assert [one["n"] for one in relay.listed(ana)] == [1]
    relay.post(letter("new"), id=TWO)
    assert [one["n"] for one in relay.listed(ana)] == [1, 4]


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        b"null",
        b'{"ids": "01"}',
        b'{"ids": [1]}',
        b'{"ids": ["01"]}',
        b"[" * 60_000,
        b"\xff",
        json.dumps({"ids": [ONE] * 1001}).encode(),
        b'{"ids": [' + b"1" * 9000 + b"]}",
    ],
)
def test_a_list_to_forget_that_makes_no_sense_forgets_nothing(
    relay: Relay, ana: Made, body: bytes
) -> None:
    relay.post(letter())
    assert relay.ask("POST", "/v1/forget", body, secret=ana.manage).status == 400
    assert len(relay.listed(ana)) == 1


def test_a_thousand_letters_are_forgotten_at_once(relay: Relay, ana: Made) -> None:
    assert relay.forget(ana, *(f"{number:032x}" for number in range(1000))).status == 204


@pytest.mark.parametrize("after", ["-1", "x", "1.5", "9" * 30, ""])
def test_a_number_that_makes_no_sense_is_refused_or_lists_all(
    relay: Relay, ana: Made, after: str
) -> None:
    status = relay.ask("GET", f"/v1/letters?after={after}", secret=ana.fetch).status
    assert status == (400 if after else 200)


def test_the_fetch_secret_lists_and_cannot_manage(relay: Relay, ana: Made) -> None:
    relay.post(letter())
    assert len(relay.listed(ana)) == 1
    for method, path in PRACTICES:
        if path != "/v1/letters":
            assert relay.ask(method, path, BRIEF, secret=ana.fetch).status == 403
    assert relay.ask("GET", f"/v1/briefs/{MIA}").status == 200
    assert len(relay.listed(ana)) == 1
    assert relay.ask("GET", "/v1/letters", secret=ana.manage).status == 200


@pytest.mark.parametrize("secret", [None, bytes(32), b"\1" * 32, b"short"])
def test_a_wrong_secret_opens_nothing(relay: Relay, ana: Made, secret: bytes | None) -> None:
    for method, path in PRACTICES:
        reply = relay.ask(method, path, BRIEF, secret=secret)
        assert reply.status == 401
        assert reply.headers["WWW-Authenticate"] == "Bearer"
        assert reply.body == b""


def test_another_mailboxs_letters_are_never_listed_counted_or_forgotten(
    relay: Relay, ana: Made, hanna: Made
) -> None:
    relay.put(hanna, BEN)
    relay.post(letter("for Ana"))
    relay.post(letter("for Hanna"), BEN, ONE)
    assert [opened(one) for one in relay.listed(ana)] == [letter("for Ana")]
    assert [(one["n"], opened(one)) for one in relay.listed(hanna)] == [(1, letter("for Hanna"))]
    relay.forget(hanna, ONE)
    assert len(relay.listed(ana)) == 1
    assert relay.listed(hanna) == []


def test_another_mailboxs_invitation_cannot_be_replaced_or_revoked(
    relay: Relay, ana: Made, hanna: Made
) -> None:
    assert relay.put(hanna, MIA, BRIEF[:-1] + b"\7").status == 404
    assert relay.ask("DELETE", f"/v1/briefs/{MIA}", secret=hanna.manage).status == 404
    assert relay.ask("GET", f"/v1/briefs/{MIA}").body == BRIEF


@pytest.mark.parametrize(("method", "path"), [*CLIENTS, *PRACTICES, ("GET", "/v1/health")])
def test_every_answer_says_what_a_browser_must_know(
    relay: Relay, ana: Made, method: str, path: str
) -> None:
    for reply in (relay.ask(method, path, letter()), relay.ask("TRACE", path)):
        assert reply.headers["Cache-Control"] == "no-store"
        assert reply.headers["X-Content-Type-Options"] == "nosniff"
        assert reply.headers["Content-Security-Policy"].startswith("default-src 'none'")
        assert "Set-Cookie" not in reply.headers


def test_only_the_clients_routes_may_be_read_by_other_pages(relay: Relay, ana: Made) -> None:
    for method, path in CLIENTS:
        reply = relay.ask(method, path, letter())
        assert reply.headers["Access-Control-Allow-Origin"] == "*"
    for method, path in PRACTICES:
        reply = relay.ask(method, path, secret=ana.manage)
        assert "Access-Control-Allow-Origin" not in reply.headers


@pytest.mark.parametrize("method", ["OPTIONS", "PATCH", "TRACE", "CONNECT", "BREW", ""])
def test_another_method_is_told_which_there_are(relay: Relay, method: str) -> None:
    reply = relay.ask(method, f"/v1/briefs/{MIA}")
    assert (reply.status, reply.body) == (405, b"")
    assert reply.headers["Allow"] == "DELETE, GET, HEAD, PUT"


def test_a_look_at_the_head_alone_has_no_body(relay: Relay, ana: Made) -> None:
    reply = relay.ask("HEAD", f"/v1/briefs/{MIA}")
    assert (reply.status, reply.body) == (200, b"")
    assert reply.headers["Content-Length"] == str(len(BRIEF))


def test_health_says_nothing_but_that_it_is_there(relay: Relay) -> None:
    reply = relay.ask("GET", "/v1/health")
    assert (reply.status, reply.body) == (204, b"")


def test_nothing_else_is_there(relay: Relay) -> None:
    for path in ("/", "/index.html", "/v1", "/v1/", "/v2/letters", "/robots.txt", "", "//"):
        assert relay.ask("GET", path).status == 404


def test_letters_beyond_the_window_of_days_are_forgotten(relay: Relay, ana: Made) -> None:
    relay.put(ana, days=100)
    relay.post(letter())
    relay.clock.move_to(relay.clock.at + timedelta(days=29, hours=23))
    assert len(relay.listed(ana)) == 1
    relay.clock.move(hours=2)
    assert relay.listed(ana) == []
    assert relay.post(letter("another, under the id of a forgotten one")).status == 201
