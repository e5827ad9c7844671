"""The chain of the log: what is found, what is accepted, and what begins anew."""

from __future__ import annotations

import errno
import json

import pytest
from django.db import transaction

from lacrima.errors import AuditBroken
from lacrima.records import audit, head_file
from lacrima.records.models import AuditHead, AuditLine
from lacrima.vault.process import VAULT

SOME_ACTIONS = ("contact.added", "contact.changed", "slot.added", "slot.changed", "risk.seen")


@pytest.fixture
def chain(transactional_db: None, still_clock) -> list[AuditLine]:
    """Five lines, really committed, so that the file beside the database remembers the end."""
    for number in range(1, 6):
        with audit.change(by=None, action=SOME_ACTIONS[number % len(SOME_ACTIONS)]) as line:
            line.details["count"] = number
    return list(AuditLine.objects.order_by("sequence"))


def test_a_chain_that_nobody_touched_is_whole(chain):
    assert audit.verify() == audit.Verified(lines=5, segments=1, head_lag=0)


def test_an_empty_log_is_whole(db):
    assert audit.verify() == audit.Verified(lines=0, segments=0, head_lag=None)


@pytest.mark.parametrize(
    "edit",
    [
        {"action": "contact.deleted"},
        {"by": "0" * 32},
        {"details": {"count": 7}},
        {"thing_id": "1" * 32},
        {"at": "2020-01-01T00:00:00Z"},
    ],
)
def test_an_edited_line_is_found_and_named(chain, edit):
    AuditLine.objects.filter(pk=chain[2].pk).update(**edit)
    with pytest.raises(AuditBroken, match=r"line 1\.3: this line was changed"):
        audit.verify()


def test_an_edit_with_its_hash_made_anew_is_found_at_the_next_line(chain):
    row = chain[2]
    row.action = "contact.deleted"
    row.line_hash = audit.hash_of(row)
    row.save()
    with pytest.raises(AuditBroken, match=r"line 1\.4: this line does not follow"):
        audit.verify()


def test_a_line_taken_from_the_middle_is_found(chain):
    chain[2].delete()
    with pytest.raises(AuditBroken, match=r"line 1\.4: a line is missing"):
        audit.verify()


def test_two_lines_that_changed_places_are_found(chain):
    second, third = chain[1], chain[2]
    AuditLine.objects.filter(pk=second.pk).update(sequence=99)
    AuditLine.objects.filter(pk=third.pk).update(sequence=2)
    AuditLine.objects.filter(pk=second.pk).update(sequence=3)
    with pytest.raises(AuditBroken):
        audit.verify()


def _cut_off(chain: list[AuditLine], keep: int) -> None:
    for row in chain[keep:]:
        row.delete()


def test_a_tail_that_was_cut_off_is_found(chain):
    _cut_off(chain, 3)
    with pytest.raises(AuditBroken, match="missing at the end"):
        audit.verify()


def test_a_tail_cut_off_together_with_the_head_row_is_found_by_the_file(chain):
    _cut_off(chain, 3)
    AuditHead.objects.update(sequence=3, line_hash=chain[2].line_hash)
    with pytest.raises(AuditBroken, match="missing at the end, or the log was rewritten"):
        audit.verify()


def test_a_log_rewritten_from_the_beginning_is_found_by_the_file(chain):
    AuditLine.objects.all().delete()
    AuditHead.objects.all().delete()
    remembered = VAULT.folder.audit_head.read_bytes()
    for action in SOME_ACTIONS:
        with audit.change(by=None, action=action):
            pass
    VAULT.folder.audit_head.write_bytes(remembered)
    with pytest.raises(AuditBroken, match="rewritten"):
        audit.verify()


def test_a_file_that_lags_behind_is_accepted(chain):
    earlier = head_file.Head(1, 3, chain[2].line_hash)
    VAULT.folder.audit_head.unlink()
    head_file.write(earlier)
    assert audit.verify().head_lag == 2


def test_a_file_somebody_wrote_without_the_key_is_found(chain):
    path = VAULT.folder.audit_head
    kept = json.loads(path.read_text())
    path.write_text(json.dumps(kept | {"sequence": 3, "line_hash": chain[2].line_hash}))
    with pytest.raises(AuditBroken, match="was changed"):
        audit.verify()


def test_a_file_that_is_gone_is_found(chain):
    VAULT.folder.audit_head.unlink()
    with pytest.raises(AuditBroken, match="is gone"):
        audit.verify()


def test_the_file_never_goes_back(chain):
    head_file.write(head_file.Head(1, 2, chain[1].line_hash))
    assert head_file.read() == head_file.Head(1, 5, chain[4].line_hash)


def test_where_there_is_no_room_for_the_file_a_change_is_kept_and_the_next_one_catches_up(
    chain, monkeypatch
):
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(head_file, "_put", full)
        with audit.change(by=None, action="contact.added"):
            pass
    assert audit.verify() == audit.Verified(lines=6, segments=1, head_lag=1)
    with audit.change(by=None, action="contact.added"):
        pass
    assert audit.verify() == audit.Verified(lines=7, segments=1, head_lag=0)


def test_a_restore_begins_a_new_segment_linked_to_the_old_one(chain):
    audit.begin_segment(by=None, action="practice.restored")
    with audit.change(by=None, action="contact.added"):
        pass
    assert audit.verify() == audit.Verified(lines=7, segments=2, head_lag=0)
    first = AuditLine.objects.get(segment=2, sequence=1)
    assert first.previous_hash == chain[4].line_hash
    AuditLine.objects.filter(pk=chain[4].pk).delete()
    with pytest.raises(AuditBroken):
        audit.verify()


def _change_and_fall() -> None:
    with transaction.atomic():
        with audit.change(by=None, action="contact.added"):
            pass
        raise RuntimeError


def test_a_change_that_is_rolled_back_leaves_neither_line_nor_memory(chain):
    with pytest.raises(RuntimeError):
        _change_and_fall()
    assert audit.verify() == audit.Verified(lines=5, segments=1, head_lag=0)


def test_a_clock_set_back_breaks_neither_the_chain_nor_its_remembered_end(chain, still_clock):
    still_clock.move(days=-3)
    with audit.change(by=None, action="contact.added"):
        pass
    last = AuditLine.objects.get(sequence=6)
    assert last.at < chain[-1].at
    assert audit.verify() == audit.Verified(lines=6, segments=1, head_lag=0)
