"""A long table is worked on beside the page, which says how far it is."""

from __future__ import annotations

import pytest
from django.test import Client

from lacrima.records.models import Answers
from lacrima.web import held_files, locking, long_work
from lacrima.web.views import bringing_in_file
from tests.support.bringing_in import LONG, begin, bring_in, send, until_done
from tests.support.cast import Cast
from tests.support.windows import unlock

pytestmark = pytest.mark.usefixtures("no_file_is_held")


def test_a_large_table_is_read_looked_at_and_brought_in_beside_the_page(
    committed_anas: Client, committed_cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bringing_in_file, "SHORT_BYTES", 10)
    monkeypatch.setattr(long_work, "PATIENCE_S", 0.0)
    window = committed_anas
    address = begin(window, LONG)
    until_done(address)
    assert window.get(address).status_code == 200
    send(window, address)
    until_done(address)
    answer = bring_in(window, address)
    assert answer["Location"] == f"{address}/check"
    until_done(address)
    came = window.get(f"{address}/check")["Location"]
    assert came.startswith("/brought-in/")
    assert Answers.objects.count() == 3
    told = window.get(f"{address}/check", headers={"hx-request": "true"})
    assert told["HX-Redirect"] == came


def test_while_it_is_long_the_page_says_how_far_it_is(anas: Client, cast: Cast) -> None:
    address = begin(anas, LONG)
    [file] = held_files._held.values()
    file.work = long_work.Work(lambda _watch: None, said="The table is coming in.", total=300)
    file.work.done = 200
    page = anas.get(address).content.decode()
    assert "The table is coming in." in page
    assert "200 of 300" in page
    assert 'hx-get="' in page
    file.work.at_once()
    refreshed = anas.get(address, headers={"hx-request": "true"})
    assert refreshed["HX-Refresh"] == "true"


@pytest.mark.embedded  # the lock of a laptop; a clinic's browser session ends otherwise
def test_a_lock_in_the_middle_of_long_work_keeps_nothing(
    committed_anas: Client, committed_cast: Cast
) -> None:
    work = long_work.Work(lambda _watch: None, said="")
    locking.lock(fully=True)
    work.begin()
    assert work.wait(20)
    assert work.error is not None
    assert "locked" in work.error.found
    unlock(committed_anas)
