"""Chores of a clinic are done by one process at a time."""

from __future__ import annotations

import time
from contextlib import closing

import psycopg
import pytest
from django.db import connection

from lacrima.records.one_at_a_time import HOUSEKEEPING, alone
from lacrima.web import housekeeping
from tests.support.cast import Cast

KEY = "SELECT pg_try_advisory_lock(%s, %s)"
HELD = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND classid = %s AND objid = %s"
PATIENCE_S = 30


@pytest.fixture
def elsewhere(db: None) -> psycopg.Connection[tuple[bool]]:
    """Another process's connection to the same database."""
    known = connection.settings_dict
    return psycopg.connect(
        host=known["HOST"], port=known["PORT"], user=known["USER"], dbname=known["NAME"]
    )


def _wait_until_free() -> None:
    """A closed connection says goodbye and waits for no answer: the server lets go soon after."""
    until = time.monotonic() + PATIENCE_S
    with connection.cursor() as cursor:
        while time.monotonic() < until:
            cursor.execute(HELD, [0x6C616372, HOUSEKEEPING])
            if cursor.fetchone() == (0,):
                return
            time.sleep(0.01)
    raise AssertionError("the lock did not end with its connection")


@pytest.mark.clinic
def test_who_comes_second_does_nothing(
    cast: Cast, elsewhere: psycopg.Connection[tuple[bool]], monkeypatch: pytest.MonkeyPatch
) -> None:
    done: list[str] = []
    monkeypatch.setattr(housekeeping, "_CHORES", (lambda now: done.append("chore"),))
    with closing(elsewhere):
        elsewhere.execute(KEY, [0x6C616372, HOUSEKEEPING])
        with alone(HOUSEKEEPING) as is_ours:
            assert not is_ours
        housekeeping.do_chores()
        assert done == []
    _wait_until_free()
    housekeeping.do_chores()
    assert done == ["chore"]


@pytest.mark.clinic
def test_the_work_is_free_again_after_a_mishap(
    cast: Cast, elsewhere: psycopg.Connection[tuple[bool]]
) -> None:
    with pytest.raises(ZeroDivisionError), alone(HOUSEKEEPING):
        1 / 0  # noqa: B018  what happens inside
    with closing(elsewhere):
        found = elsewhere.execute(KEY, [0x6C616372, HOUSEKEEPING]).fetchone()
        assert found == (True,)


@pytest.mark.embedded
def test_in_ones_own_practice_nobody_has_to_ask(cast: Cast) -> None:
    with alone(HOUSEKEEPING) as first, alone(HOUSEKEEPING) as second:
        assert first
        assert second
