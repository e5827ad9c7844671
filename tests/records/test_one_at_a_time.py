"""Chores of a clinic are done by one process at a time."""

from __future__ import annotations

from contextlib import closing

import psycopg
import pytest
from django.db import connection

from lacrima.records.one_at_a_time import HOUSEKEEPING, alone
from lacrima.web import housekeeping
from tests.support.cast import Cast

KEY = "SELECT pg_try_advisory_lock(%s, %s)"


@pytest.fixture
def elsewhere(db: None) -> psycopg.Connection[tuple[bool]]:
    """Another process's connection to the same database."""
    known = connection.settings_dict
    return psycopg.connect(
        host=known["HOST"], port=known["PORT"], user=known["USER"], dbname=known["NAME"]
    )


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
