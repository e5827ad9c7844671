"""Where a server runs, forms are kept one after another; elsewhere where they are asked for."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection
from django.utils import timezone

from lacrima.errors import BadInput
from lacrima.web.one_writer import in_turn, one_writer

embedded = pytest.mark.embedded


def _thread() -> str:
    return threading.current_thread().name


def test_without_a_server_a_form_is_kept_where_it_is_asked_for() -> None:
    assert in_turn(_thread) == _thread()


@embedded
def test_with_a_server_all_of_them_are_kept_by_one_thread() -> None:
    with one_writer(), ThreadPoolExecutor(max_workers=8) as askers:
        threads = set(askers.map(lambda _number: in_turn(_thread), range(40)))
    assert len(threads) == 1
    assert threads.pop().startswith("writer")
    assert in_turn(_thread) == _thread()


@embedded
def test_two_are_never_kept_at_the_same_time() -> None:
    inside, most = 0, 0

    def keep(_number: int) -> None:
        nonlocal inside, most
        inside += 1
        most = max(most, inside)
        inside -= 1

    with one_writer(), ThreadPoolExecutor(max_workers=8) as askers:
        list(askers.map(lambda number: in_turn(lambda: keep(number)), range(200)))
    assert (inside, most) == (0, 1)


@embedded
def test_who_has_a_turn_goes_on_in_it_and_does_not_wait_for_herself() -> None:
    with one_writer():
        assert in_turn(lambda: in_turn(_thread)).startswith("writer")


@embedded
def test_a_refusal_comes_back_to_whoever_asked_and_the_next_is_kept() -> None:
    def refuse() -> None:
        raise BadInput("this cannot be kept")

    with one_writer():
        with pytest.raises(BadInput, match="cannot be kept"):
            in_turn(refuse)
        assert in_turn(lambda: 7) == 7


@embedded
def test_the_clock_of_whoever_asks_holds_in_her_turn() -> None:
    with one_writer(), timezone.override("Asia/Tokyo"):
        assert in_turn(timezone.get_current_timezone_name) == "Asia/Tokyo"
    with one_writer(), timezone.override("Europe/Madrid"):
        assert in_turn(timezone.get_current_timezone_name) == "Europe/Madrid"


def test_on_a_server_s_database_everybody_writes_for_herself() -> None:
    if connection.vendor == "sqlite":
        with one_writer():
            assert in_turn(_thread) != _thread()
    else:
        with one_writer():
            assert in_turn(_thread) == _thread()
