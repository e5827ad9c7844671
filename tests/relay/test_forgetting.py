"""What is over is given to nobody, and no clock brings it back."""

from __future__ import annotations

import sqlite3
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from lacrima import errors
from lacrima.relay.keeper import Keeper
from lacrima.relay.limits import Limits
from lacrima.relay.mailboxes import Made
from tests.relay.given import BEN, MIA, NOON, Relay, letter
from tests.support.still_clock import StillClock


def rows(relay: Relay, table: str) -> int:
    """How many rows really stand in the file."""
    question = f"SELECT count(*) FROM {table}"  # noqa: S608  one of ours
    return int(relay.store.read(lambda connection: connection.execute(question).fetchone()[0]))


def test_an_expired_brief_is_never_given_even_before_it_is_deleted(relay: Relay, ana: Made) -> None:
    relay.clock.move(days=20, seconds=1)
    assert rows(relay, "briefs") == 1
    assert relay.ask("GET", f"/v1/briefs/{MIA}").status == 404
    assert rows(relay, "briefs") == 0


def test_an_old_letter_is_never_listed_and_is_deleted_when_anybody_asks(
    relay: Relay, ana: Made
) -> None:
    relay.post(letter())
    relay.clock.move(days=30)
    relay.ask("GET", f"/v1/briefs/{MIA}")
    assert rows(relay, "letters") == 0
    assert relay.listed(ana) == []


def test_the_hourly_round_deletes_what_nobody_asks_for(relay: Relay, ana: Made) -> None:
    relay.post(letter())
    relay.clock.move(days=31)
    relay.keeper.forget_what_is_over()
    assert (rows(relay, "letters"), rows(relay, "briefs")) == (0, 0)


def test_room_that_became_free_is_given_back_to_the_disk(relay: Relay, ana: Made) -> None:
    for n in range(50):
        relay.post(letter(size=65536), id=f"{n:032x}")
    full = Path(relay.path).stat().st_size
    relay.forget(ana, *(f"{n:032x}" for n in range(50)))
    relay.keeper.forget_what_is_over()
    assert Path(relay.path).stat().st_size < full / 10


def test_a_clock_that_is_set_back_brings_nothing_back(relay: Relay, ana: Made) -> None:
    relay.post(letter())
    relay.clock.move(days=31)
    assert relay.listed(ana) == []
    relay.clock.move_to(NOON)
    assert relay.listed(ana) == []
    assert relay.ask("GET", f"/v1/briefs/{MIA}").status == 404


def test_what_came_while_the_clock_was_years_ahead_waits_no_longer_than_anything(
    relay: Relay, ana: Made
) -> None:
    relay.clock.move_to(NOON + timedelta(days=3650))
    assert relay.put(ana, days=200).status == 201
    assert relay.post(letter()).status == 201
    relay.clock.move_to(NOON)
    assert len(relay.listed(ana)) == 1
    relay.clock.move(days=30)
    assert relay.listed(ana) == []
    relay.clock.move(days=171)
    assert relay.ask("GET", f"/v1/briefs/{MIA}").status == 404


def test_a_clock_in_1970_deletes_nothing_and_breaks_nothing(relay: Relay, ana: Made) -> None:
    relay.post(letter())
    relay.clock.move_to(datetime(1970, 1, 1, tzinfo=UTC))
    assert len(relay.listed(ana)) == 1
    assert relay.post(letter(), id="03" * 16).status == 201
    relay.keeper.forget_what_is_over()
    relay.clock.move_to(datetime(2026, 1, 20, tzinfo=UTC))
    assert len(relay.listed(ana)) == 2


def test_a_relay_does_not_begin_by_a_clock_that_was_never_set(relay: Relay) -> None:
    with pytest.raises(errors.NotReady, match="clock"):
        Keeper(relay.store, Limits(), StillClock(datetime(1970, 1, 1, tzinfo=UTC)))


def test_fewer_days_hold_for_what_is_there_already(relay: Relay, ana: Made) -> None:
    relay.post(letter())
    stricter = Relay(relay.path, Limits(keep_days=5), StillClock(NOON))
    stricter.clock.move(days=6)
    assert stricter.listed(ana) != []  # from the first look on, five more days
    stricter.clock.move(days=5)
    assert stricter.listed(ana) == []
    stricter.store.close()


def test_what_was_deleted_is_overwritten_in_the_file(relay: Relay, ana: Made) -> None:
    relay.post(letter("Weissglut"))
    assert b"Weissglut" in Path(relay.path).read_bytes()
    relay.forget(ana, "01" * 16)
    assert b"Weissglut" not in Path(relay.path).read_bytes()
    journal = Path(f"{relay.path}-journal")
    assert not journal.exists() or journal.read_bytes() == b""


def test_the_settings_that_durability_stands_on_are_set(relay: Relay) -> None:
    def found(connection: sqlite3.Connection) -> list[object]:
        names = ("journal_mode", "synchronous", "secure_delete", "auto_vacuum")
        return [connection.execute(f"PRAGMA {name}").fetchone()[0] for name in names]

    assert relay.store.read(found) == ["truncate", 3, 1, 2]


def test_on_a_full_disk_what_is_over_is_not_given_out_and_all_else_is(
    relay: Relay, ana: Made, monkeypatch: pytest.MonkeyPatch
) -> None:
    relay.put(ana, BEN, days=100)
    relay.clock.move(days=21)

    def no_room(_: object) -> None:
        raise errors.FullDisk("There is no room left")

    monkeypatch.setattr(relay.store, "write", no_room)
    assert relay.ask("GET", f"/v1/briefs/{MIA}").status == 404
    assert relay.ask("GET", f"/v1/briefs/{BEN}").status == 200
    assert relay.listed(ana) == []
    assert relay.post(letter(), BEN).status == 507
