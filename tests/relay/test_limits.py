"""How much is kept, and that who asks too often waits while nobody else does."""

from __future__ import annotations

from pathlib import Path

import pytest

from lacrima.relay import app, rates
from lacrima.relay.limits import MIB, Limits
from lacrima.relay.mailboxes import Made
from tests.relay.given import BEN, ELSEWHERE, MIA, ONE, Relay, letter

SMALL = Limits(most_bytes=MIB, waiting_letters=3, invitations=2)


@pytest.fixture
def small(tmp_path: Path) -> Relay:
    """A relay with little room."""
    return Relay(tmp_path / "small.db", SMALL)


def test_one_invitation_takes_only_so_many_letters(small: Relay) -> None:
    ana = small.keeper.make_mailbox()
    small.put(ana)
    small.put(ana, BEN)
    statuses = [small.post(letter(), id=f"{n:032x}").status for n in range(4)]
    assert statuses == [201, 201, 201, 507]
    assert small.post(letter(), id=f"{0:032x}").status == 200
    assert small.post(letter(), BEN).status == 201
    small.forget(ana, f"{0:032x}")
    assert small.post(letter(), id=f"{9:032x}").status == 201


def test_one_mailbox_takes_only_so_many_invitations(small: Relay) -> None:
    ana, hanna = small.keeper.make_mailbox(), small.keeper.make_mailbox()
    assert [small.put(ana, f"{n:032x}").status for n in range(3)] == [201, 201, 507]
    assert small.put(ana, f"{0:032x}").status == 200
    assert small.put(hanna, f"{3:032x}").status == 201


def test_one_mailbox_leaves_half_of_the_room_to_the_others(tmp_path: Path) -> None:
    relay = Relay(tmp_path / "relay.db", Limits(most_bytes=2 * MIB))
    ana, hanna = relay.keeper.make_mailbox(), relay.keeper.make_mailbox()
    relay.put(ana)
    relay.put(hanna, BEN)
    statuses = [relay.post(letter(size=65536), id=f"{n:032x}").status for n in range(16)]
    assert statuses == [201] * 15 + [507]
    assert relay.post(letter(size=65536), BEN).status == 201
    assert relay.put(ana).status == 200


def test_the_whole_relay_takes_only_so_much_and_goes_on_when_there_is_room(tmp_path: Path) -> None:
    relay = Relay(tmp_path / "relay.db", Limits(most_bytes=MIB))
    all_of_them = [relay.keeper.make_mailbox() for _ in range(4)]
    kept: dict[Made, int] = {}
    for place, one in enumerate(all_of_them):
        name = f"{place:032x}"
        if relay.put(one, name).status == 201:
            posts = [relay.post(letter(size=65536), name, f"{n:032x}").status for n in range(9)]
            kept[one] = posts.count(201)
            assert set(posts) <= {201, 507}
            assert [len(relay.listed(one))] == [kept[one]]
    assert 10 <= sum(kept.values()) <= 16
    assert (tmp_path / "relay.db").stat().st_size <= MIB
    relay.forget(all_of_them[0], *(f"{n:032x}" for n in range(9)))
    assert relay.post(letter(size=65536), f"{0:032x}", ONE).status == 201


def test_a_million_names_asked_for_are_answered_the_same_and_then_wait(
    relay: Relay, ana: Made
) -> None:
    statuses = [
        relay.ask("GET", f"/v1/briefs/{n:032x}", source=ELSEWHERE).status for n in range(2_000)
    ]
    assert statuses == [404] * rates.MISSES.at_once + [429] * (2_000 - rates.MISSES.at_once)
    reply = relay.ask("GET", f"/v1/briefs/{MIA}", source=ELSEWHERE)
    assert reply.status == 429, "a name that is there must not stand out among guesses"
    assert 1 <= int(reply.headers["Retry-After"]) <= 2
    assert reply.headers["Access-Control-Allow-Origin"] == "*"
    assert relay.ask("GET", f"/v1/briefs/{MIA}", source="192.0.2.8").status == 200
    relay.ticks[0] += 2
    assert relay.ask("GET", f"/v1/briefs/{MIA}", source=ELSEWHERE).status == 200


def test_secrets_are_guessed_no_quicker_than_names(relay: Relay, ana: Made) -> None:
    tried = [
        relay.ask("GET", "/v1/letters", secret=bytes([n]) * 32, source=ELSEWHERE).status
        for n in range(100)
    ]
    assert tried.count(401) == rates.MISSES.at_once
    assert tried.count(429) == 100 - rates.MISSES.at_once


def test_a_practice_is_never_made_to_wait_for_those_who_share_its_address(
    relay: Relay, ana: Made
) -> None:
    for n in range(100):
        relay.ask("GET", f"/v1/briefs/{n:032x}", source=ELSEWHERE)
    reply = relay.ask("GET", "/v1/letters", secret=ana.fetch, source=ELSEWHERE)
    assert reply.status == 200


def test_one_link_in_many_hands_is_slowed_down(relay: Relay, ana: Made) -> None:
    relay.put(ana, BEN)
    statuses = [
        relay.post(letter(), id=f"{n:032x}", source=f"198.51.100.{n}").status for n in range(70)
    ]
    assert statuses == [201] * 60 + [429] * 10
    assert relay.post(letter(), BEN).status == 201


def test_one_address_may_ask_often_and_not_without_end(relay: Relay, ana: Made) -> None:
    path = f"/v1/briefs/{MIA}"
    statuses = [relay.ask("GET", path, source=ELSEWHERE).status for _ in range(700)]
    assert statuses == [200] * 600 + [429] * 100
    assert relay.ask("GET", path, source="2001:db8::1").status == 200


def test_one_network_of_ipv6_is_one_address(relay: Relay, ana: Made) -> None:
    sources = [f"2001:db8:1:1::{n:x}" for n in range(100)]
    missed = [relay.ask("GET", f"/v1/briefs/{BEN}", source=one).status for one in sources]
    assert missed.count(404) == rates.MISSES.at_once
    assert relay.ask("GET", f"/v1/briefs/{BEN}", source="2001:db8:1:2::1").status == 404


def test_behind_a_proxy_that_it_does_not_believe_nobody_is_made_to_wait_for_others(
    relay: Relay, ana: Made
) -> None:
    for _ in range(700):
        relay.ask("GET", f"/v1/briefs/{BEN}", source="127.0.0.1", forwarded=ELSEWHERE)
    assert relay.ask("GET", f"/v1/briefs/{MIA}", source="::1").status == 200


def test_behind_a_proxy_the_last_word_of_the_proxy_counts(tmp_path: Path) -> None:
    relay = Relay(tmp_path / "relay.db", is_behind_proxy=True)
    for n in range(100):
        made_up = f"203.0.113.{n}, {ELSEWHERE}"
        last = relay.ask("GET", f"/v1/briefs/{BEN}", forwarded=made_up).status
    assert last == 429
    assert relay.ask("GET", f"/v1/briefs/{BEN}", forwarded="192.0.2.9").status == 404
    assert relay.ask("GET", f"/v1/briefs/{BEN}", forwarded="no address").status == 404
    assert relay.ask("GET", f"/v1/briefs/{BEN}", forwarded="[2001:db8::5]").status == 404


def test_without_that_option_nobody_is_believed(relay: Relay) -> None:
    statuses = [
        relay.ask("GET", f"/v1/briefs/{BEN}", source=ELSEWHERE, forwarded=f"203.0.113.{n}").status
        for n in range(100)
    ]
    assert statuses.count(429) == 40


def test_buckets_are_bounded_and_hold_no_address(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rates, "MOST_BUCKETS", 100)
    buckets = rates.Buckets(rates.MISSES)
    for n in range(1_000):
        buckets.take(n.to_bytes(4))
    assert len(buckets) == 100
    held = b"".join(buckets._held)
    assert (999).to_bytes(4) not in held


def test_a_bucket_fills_again_by_the_second() -> None:
    now = [100.0]
    buckets = rates.Buckets(rates.Rate(2, 0.5), lambda: now[0])
    assert [buckets.take(b"x") for _ in range(3)] == [0, 0, 2]
    now[0] += 1
    assert buckets.take(b"x") == 1
    now[0] += 1
    assert [buckets.take(b"x"), buckets.take(b"x")] == [0, 2]


def test_paths_that_are_not_there_hide_nothing_and_so_count_as_no_guess(relay: Relay) -> None:
    statuses = {relay.ask("GET", "/favicon.ico", source=ELSEWHERE).status for _ in range(100)}
    assert statuses == {404}


def test_a_full_mailbox_is_noted_once_a_minute_without_a_name(
    small: Relay, caplog: pytest.LogCaptureFixture
) -> None:
    ana = small.keeper.make_mailbox()
    small.put(ana)
    for n in range(9):
        small.post(letter(), id=f"{n:032x}")
    lines = [one.getMessage() for one in caplog.records]
    assert lines == [app.FULL]
    assert MIA not in caplog.text
