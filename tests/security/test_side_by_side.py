"""Eight at once, on either database: one whole chain, and what is sent twice is kept once."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest
from django.db import connection, connections

from lacrima.errors import EditConflict, LacrimaError
from lacrima.practice import care, notes, people, receipts, sessions
from lacrima.records import audit
from lacrima.records.models import AuditLine, KeptInMind, Practice, Receipt
from tests.support.cast import Cast

HOW_MANY = 8
EACH = 5

pytestmark = pytest.mark.django_db(transaction=True)


def side_by_side(work: Callable[[int], object], how_many: int = HOW_MANY) -> list[object]:
    """Start them all at one moment; what each returned or raised, in their order."""
    start, found = threading.Barrier(how_many), list[object]([None] * how_many)

    def one(number: int) -> None:
        try:
            start.wait(timeout=20)
            found[number] = work(number)
        except Exception as error:  # noqa: BLE001  the test looks at what came
            found[number] = error
        finally:
            connections.close_all()

    threads = [threading.Thread(target=one, args=(number,)) for number in range(how_many)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert not any(thread.is_alive() for thread in threads)
    return found


def test_the_first_lines_of_all_come_at_once_and_make_one_chain() -> None:
    def write(number: int) -> None:
        with audit.change(by=None, action="contact.added") as line:
            line.details["number"] = number

    assert side_by_side(write) == [None] * HOW_MANY
    assert audit.verify() == audit.Verified(lines=HOW_MANY, segments=1, head_lag=0)


def test_the_chain_stays_whole_while_eight_write(committed_cast: Cast) -> None:
    before = AuditLine.objects.count()
    ana, episode = committed_cast.ana, committed_cast.care_of_mia

    def write(number: int) -> None:
        for _ in range(EACH):
            notes.keep_in_mind(episode, by=ana, words=f"agreed by number {number}")

    assert side_by_side(write) == [None] * HOW_MANY
    found = audit.verify()
    assert (found.lines, found.head_lag) == (before + HOW_MANY * EACH, 0)
    assert KeptInMind.objects.count() == HOW_MANY * EACH
    ids = set(AuditLine.objects.filter(action__contains="kept").values_list("thing_id", flat=True))
    assert {row.pk.hex for row in KeptInMind.objects.all()} <= ids


def test_a_change_that_is_refused_among_others_leaves_no_gap(committed_cast: Cast) -> None:
    ana, episode = committed_cast.ana, committed_cast.care_of_mia

    def write(number: int) -> None:
        with audit.change(by=ana, action="contact.added"):
            if number % 2:
                raise EditConflict("not this one")
        notes.keep_in_mind(episode, by=ana, words="agreed")

    found = side_by_side(write)
    assert [isinstance(one, EditConflict) for one in found] == [False, True] * (HOW_MANY // 2)
    audit.verify()


def test_one_form_sent_eight_times_at_once_is_kept_once(committed_cast: Cast) -> None:
    ana, episode = committed_cast.ana, committed_cast.care_of_mia

    def do() -> str:
        return f"/kept/{notes.keep_in_mind(episode, by=ana, words='once').pk}"

    found = side_by_side(lambda _: receipts.once("a-form-sent-eight-times", by=ana, do=do))
    kept = KeptInMind.objects.get()
    assert found == [f"/kept/{kept.pk}"] * HOW_MANY
    assert Receipt.objects.count() == 1
    audit.verify()


def test_of_eight_changes_of_one_version_one_is_kept(committed_cast: Cast) -> None:
    ana, version = committed_cast.ana, Practice.objects.get().version
    found = side_by_side(
        lambda number: people.change_practice(
            by=ana, expected_version=version, name=f"Practice number {number}"
        )
    )
    assert sum(isinstance(one, EditConflict) for one in found) == HOW_MANY - 1, found
    assert Practice.objects.get().version == version + 1
    audit.verify()


def test_eight_sessions_at_once_get_eight_numbers_or_a_word_of_ours(committed_cast: Cast) -> None:
    ana, episode = committed_cast.ana, committed_cast.care_of_mia
    found = side_by_side(lambda _: sessions.add_session(episode, by=ana))
    refused = [one for one in found if isinstance(one, Exception)]
    assert all(isinstance(one, LacrimaError) for one in refused), refused
    numbers = sorted(episode.sessions.values_list("number", flat=True))
    assert numbers == list(range(1, HOW_MANY - len(refused) + 1))
    if connection.vendor == "sqlite":
        assert refused == []
    audit.verify()


def test_one_code_taken_by_eight_belongs_to_one(committed_cast: Cast) -> None:
    ana = committed_cast.ana
    found = side_by_side(
        lambda _: care.start_episode(
            by=ana, kind="individual", clients=[care.NewClient(code="N 01")]
        )
    )
    refused = [one for one in found if isinstance(one, Exception)]
    assert len(refused) == HOW_MANY - 1
    assert all(isinstance(one, LacrimaError) for one in refused), refused
    audit.verify()
