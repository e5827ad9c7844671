"""Two practices in two processes exchange real files: Ana's here, Hanna's there."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lacrima.errors import BadInput, BadShare, NotAllowed, NotFound
from lacrima.formats import share_file
from lacrima.practice import (
    colleagues,
    pages_supervision,
    people,
    share_files,
    share_making,
    supervision,
)
from lacrima.practice.share_making import Choice
from lacrima.practice.supervision import ShareState
from lacrima.records import audit
from lacrima.records.models import AuditLine, Colleague, Share, ShareNote
from lacrima.vault import share_code
from lacrima.vault.process import VAULT
from tests.support.practice_there import There
from tests.support.things import WORDS, Things, all_rows

LAST_DAY = date(2026, 4, 1)


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[There]:
    """Hanna's practice, once for all these tests."""
    there = There.begin(tmp_path_factory.mktemp("there") / "practice")
    yield there
    there.end()


@pytest.fixture
def there(house: There, things: Things) -> There:
    """The same as on the first day, with Ana's code kept."""
    house.ask("forget")
    house.ask("colleague", name="Ana", code=colleagues.own_code(things.cast.ana).code)
    return house


@pytest.fixture
def hanna_outside(there: There, things: Things) -> Colleague:
    """Hanna among Ana's colleagues."""
    code = there.ask("code")["code"]
    return colleagues.add_colleague(by=things.cast.ana, name="Hanna W.", code=code)


def sent(things: Things, colleague: Colleague, *parts: str, **others: Any) -> Share:
    """Shown by Ana to Hanna outside."""
    ana = things.cast.ana
    subject = share_making.subject_of(ana, moment=things.moment.pk)
    said: dict[str, Any] = {
        "readers": frozenset({f"colleague:{colleague.pk.hex}"}),
        "purpose": "learning",
        "expires_on": LAST_DAY,
        "parts": frozenset(parts or ("showed",)),
    }
    choice = Choice(**(said | others))
    seen = share_making.mark_of(share_making.compose(ana, subject, choice))
    return share_making.share(ana, subject, choice, seen=seen)


def file_of(things: Things, share: Share) -> bytes:
    """Its sealed file."""
    return share_files.share_file_of(share, by=things.cast.ana)


def opened(things: Things, data: bytes) -> share_files.Opened:
    """Opened here by Ana."""
    return share_files.open_share_file(data, by=things.cast.ana)


def test_the_words_of_a_code_are_the_same_on_both_sides(
    there: There, things: Things, hanna_outside: Colleague
) -> None:
    assert list(colleagues.code_of(hanna_outside).words) == there.ask("code")["words"]
    there.ask("forget")
    own = colleagues.own_code(things.cast.ana)
    assert there.ask("colleague", name="Ana", code=own.code)["words"] == list(own.words)


def test_what_was_shown_arrives_as_it_was_looked_at_and_comes_back_with_words(
    there: There, things: Things, hanna_outside: Colleague
) -> None:
    share = sent(things, hanna_outside, "showed", "when", question="What do you see?")
    came = there.open_file(file_of(things, share))
    assert came["is_new"] is True
    assert came["shown"] == share_file.shown_of(share.content).to_dict()
    assert (came["from"], came["purpose"], came["until"]) == ("Ana Ruiz", "learning", "2026-04-01")
    there.ask("say", row=came["id"], kind="question", words="what did she say then?")
    there.ask("say", row=came["id"], kind="sign_off")
    back = opened(things, there.file("answer", row=came["id"]))
    assert (back.share, back.notes) == (share, 2)
    page = pages_supervision.share_page(things.cast.ana, share.pk)
    assert [(one.by, one.kind, one.words) for one in page.notes] == [
        ("Hanna Weiss", "question", "what did she say then?"),
        ("Hanna Weiss", "sign_off", ""),
    ]
    assert not any(note.is_yours for note in page.notes)


def test_opened_twice_it_adds_nothing_and_leads_to_the_same(
    there: There, things: Things, hanna_outside: Colleague
) -> None:
    share = sent(things, hanna_outside)
    first = there.open_file(file_of(things, share))
    again = there.open_file(file_of(things, share))  # sealed anew, the same share
    assert (again["id"], again["is_new"]) == (first["id"], False)
    there.ask("say", row=first["id"], kind="comment", words="warm")
    answer = there.file("answer", row=first["id"])
    assert opened(things, answer).notes == 1
    assert (opened(things, answer).notes, opened(things, answer).is_new) == (0, False)
    there.ask("say", row=first["id"], kind="comment", words="one thing more")
    assert opened(things, there.file("answer", row=first["id"])).notes == 1
    assert ShareNote.objects.filter(share=share).count() == 2


def test_the_file_is_for_somebody_else(
    there: There, things: Things, hanna_outside: Colleague
) -> None:
    data = file_of(things, sent(things, hanna_outside))
    with pytest.raises(BadShare, match="sealed for another practice"):
        opened(things, data)


@settings(
    max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(place=st.integers(min_value=0), bit=st.integers(0, 7))
def test_an_altered_file_is_refused_and_nothing_is_kept(
    there: There, things: Things, hanna_outside: Colleague, place: int, bit: int
) -> None:
    share = Share.objects.first() or sent(things, hanna_outside)
    data = bytearray(file_of(things, share))
    data[place % len(data)] ^= 1 << bit
    said = there.open_file(bytes(data))
    assert said["code"] == "bad-share"
    assert "newer" not in said["error"]


def test_a_file_from_somebody_whose_code_was_not_kept_is_not_believed(
    there: There, things: Things, hanna_outside: Colleague
) -> None:
    data = file_of(things, sent(things, hanna_outside))
    there.ask("forget")
    said = there.open_file(data)
    assert "whose code you have not kept" in said["error"]
    assert "Ana" not in said["error"]


def test_a_file_past_its_last_day_is_not_kept(
    there: There, things: Things, hanna_outside: Colleague
) -> None:
    data = file_of(things, sent(things, hanna_outside, expires_on=date(2026, 3, 12)))
    there.ask("move", days=3)
    try:
        assert "last day of this share has gone by" in there.open_file(data)["error"]
    finally:
        there.ask("move", days=-3)


def test_after_its_last_day_what_came_is_forgotten_and_what_was_said_stays(
    there: There, things: Things, hanna_outside: Colleague
) -> None:
    share = sent(things, hanna_outside, "words", expires_on=date(2026, 3, 20))
    came = there.open_file(file_of(things, share))
    assert WORDS in json.dumps(came["shown"])
    there.ask("say", row=came["id"], kind="comment", words="warm")
    try:
        assert there.ask("move", days=11) == {"ended": 1}
        now = there.ask("read", row=came["id"])
        assert (now["state"], now["shown"], now["notes"]) == ("expired", None, ["warm"])
        assert "last day" in there.ask("say", row=came["id"], kind="comment", words="x")["error"]
        assert opened(things, there.file("answer", row=came["id"])).notes == 1
    finally:
        there.ask("move", days=-11)


def test_the_answer_to_a_share_that_was_ended_is_not_taken(
    there: There, things: Things, hanna_outside: Colleague
) -> None:
    share = sent(things, hanna_outside)
    came = there.open_file(file_of(things, share))
    there.ask("say", row=came["id"], kind="comment", words="warm")
    supervision.withdraw_share(share, by=things.cast.ana)
    with pytest.raises(BadShare, match="a share that you have ended"):
        opened(things, there.file("answer", row=came["id"]))
    with pytest.raises(BadInput, match="withdrawn"):
        file_of(things, share)
    assert pages_supervision.share_page(things.cast.ana, share.pk).state is ShareState.WITHDRAWN


def test_an_answer_to_what_was_never_shown_is_not_taken(
    there: There, things: Things, hanna_outside: Colleague
) -> None:
    share = sent(things, hanna_outside)
    came = there.open_file(file_of(things, share))
    there.ask("say", row=came["id"], kind="comment", words="warm")
    answer = there.file("answer", row=came["id"])
    Share.objects.filter(pk=share.pk).update(file_id="0" * 32)
    with pytest.raises(BadShare, match="not shown to this colleague"):
        opened(things, answer)
    with pytest.raises(BadShare):  # it was shown by Ana, and Berta keeps no code
        share_files.open_share_file(answer, by=things.cast.berta)


def _sealed_there(there: There, kind: str, told: object) -> bytes:
    reader = VAULT.public_key().hex()
    return there.file("seal", kind=kind, plain=json.dumps(told), reader=reader)


WHOLE = json.loads(
    share_file.Share(
        file_id="a" * 32,
        sender_name="Hanna Weiss",
        purpose=share_file.Purpose.LEARNING,
        expires_on=LAST_DAY,
        shown=share_file.Shown(about="A question", question="why?"),
    ).to_bytes()
)


def test_what_is_newer_says_so(there: There, things: Things, hanna_outside: Colleague) -> None:
    for kind, told in (
        ("share", {**WHOLE, "schema": "lacrima.share/2", "more": 1}),
        ("answer", {"schema": "lacrima.share-answer/3"}),
        ("recording", {}),
    ):
        with pytest.raises(BadShare, match="newer Lacrima"):
            opened(things, _sealed_there(there, kind, told))
    data = file_of(things, sent(things, hanna_outside))[:-32]
    body = data[:4] + b"\x02" + data[5:]
    assert "newer" in there.open_file(body + hashlib.sha256(body).digest())["error"]


@pytest.mark.parametrize(
    "change",
    [
        {"schema": "lacrima.share/0"},
        {"schema": "lacrima.share-answer/1"},
        {"schema": None},
        {"more": 1},
        {"file_id": "../../etc"},
        {"file_id": 7},
        {"sender_name": "x" * 121},
        {"purpose": "gossip"},
        {"expires_on": "soon"},
        {"expires_on": 20260401},
        {"shown": None},
        {"shown": {**WHOLE["shown"], "is_simulated": "no"}},
        {"shown": {**WHOLE["shown"], "parts": [{"name": "a"}]}},
        {"shown": {**WHOLE["shown"], "parts": [{"name": "a", "rows": [["b"]], "words": ""}]}},
        {"shown": {**WHOLE["shown"], "parts": [{"name": "a", "rows": [], "words": 1}]}},
        {"shown": {**WHOLE["shown"], "parts": [{"name": "", "rows": [], "words": ""}] * 201}},
        {"shown": {**WHOLE["shown"], "question": "x" * 100_001}},
        {"shown": {**WHOLE["shown"], "question": "a\0b"}},
    ],
)
def test_what_a_known_sender_writes_wrongly_is_refused_without_its_words(
    there: There, things: Things, hanna_outside: Colleague, change: dict[str, Any]
) -> None:
    with pytest.raises(BadShare) as refused:
        opened(things, _sealed_there(there, "share", {**WHOLE, **change}))
    assert "not written as Lacrima writes it" in refused.value.found
    assert not any(word in refused.value.sentence() for word in ("why", "gossip", "etc"))


@pytest.mark.parametrize("plain", ["", "[]", "null", "{", '{"schema":', "[" * 50_000])
def test_what_is_no_json_is_refused(
    there: There, things: Things, hanna_outside: Colleague, plain: str
) -> None:
    reader = VAULT.public_key().hex()
    with pytest.raises(BadShare):
        opened(things, there.file("seal", kind="share", plain=plain, reader=reader))


def test_two_shares_with_one_mark_are_not_mixed(
    there: There, things: Things, hanna_outside: Colleague
) -> None:
    first = opened(things, _sealed_there(there, "share", WHOLE))
    again = opened(things, _sealed_there(there, "share", {**WHOLE, "sender_name": "Other"}))
    assert first.received is not None
    assert again.received == first.received
    assert not again.is_new
    other = bytes(31) + b"\x09"
    type(first.received).objects.update(sender_key=other.hex())
    with pytest.raises(BadShare, match="mark"):
        opened(things, _sealed_there(there, "share", WHOLE))


def test_what_came_to_one_person_is_seen_by_no_other(
    there: There, things: Things, hanna_outside: Colleague
) -> None:
    came = opened(things, _sealed_there(there, "share", WHOLE)).received
    assert came is not None
    cast = things.cast
    for by in (cast.berta, cast.hanna, cast.stella):
        with pytest.raises(NotFound):
            pages_supervision.received_page(by, came.pk)
        with pytest.raises(NotFound):
            share_files.delete_received(came, by=by)
    share_files.delete_received(came, by=cast.ana)
    with pytest.raises(NotFound):
        pages_supervision.received_page(cast.ana, came.pk)


def test_a_code_is_kept_once_and_never_ones_own(
    there: There, things: Things, hanna_outside: Colleague
) -> None:
    ana = things.cast.ana
    with pytest.raises(BadInput, match="kept already"):
        colleagues.add_colleague(by=ana, name="H.", code=there.ask("code")["code"])
    with pytest.raises(BadInput, match="this practice itself"):
        colleagues.add_colleague(by=ana, name="me", code=colleagues.own_code(ana).code)
    assert (
        "this practice itself"
        in there.ask("colleague", name="me", code=there.ask("code")["code"])["error"]
    )


def test_a_colleague_to_whom_something_was_shown_stays(
    there: There, things: Things, hanna_outside: Colleague
) -> None:
    ana = things.cast.ana
    renamed = colleagues.rename_colleague(hanna_outside, by=ana, expected_version=1, name="H. W.")
    assert renamed.name == "H. W."
    sent(things, hanna_outside)
    with pytest.raises(BadInput, match="something was shown"):
        colleagues.delete_colleague(hanna_outside, by=ana)
    with pytest.raises(NotFound):
        colleagues.delete_colleague(hanna_outside, by=things.cast.berta)


def test_a_code_without_shares_goes(there: There, things: Things, hanna_outside: Colleague) -> None:
    colleagues.delete_colleague(hanna_outside, by=things.cast.ana)
    assert not Colleague.objects.exists()


def test_the_log_names_no_words_no_names_and_no_codes(
    there: There, things: Things, hanna_outside: Colleague
) -> None:
    share = sent(things, hanna_outside, "words", question="why?")
    came = there.open_file(file_of(things, share))
    there.ask("say", row=came["id"], kind="comment", words="warm")
    opened(things, there.file("answer", row=came["id"]))
    said = repr(list(AuditLine.objects.values_list("action", "details")))
    assert "share.answer_taken" in said
    words = (WORDS, "letter", "warm", "why?", "Hanna", "M 01", hanna_outside.public_key)
    assert not any(word in said for word in words)


def test_nothing_of_a_share_lies_unsealed_in_the_other_folder(
    there: There, things: Things, hanna_outside: Colleague
) -> None:
    share = sent(things, hanna_outside, "words")
    data = file_of(things, share)
    there.open_file(data)
    for path in there.folder.rglob("*"):
        if path.is_file():
            assert WORDS.encode() not in path.read_bytes(), path.name
    assert WORDS.encode() not in data


def test_an_answer_needs_something_said(
    there: There, things: Things, hanna_outside: Colleague
) -> None:
    came = there.open_file(file_of(things, sent(things, hanna_outside)))
    assert "nothing was said of it yet" in there.ask("answer", row=came["id"])["error"]


def test_only_who_may_keep_things_for_herself_opens_files(things: Things, there: There) -> None:
    nora = people.add_member(by=things.cast.ana, name="Nora", role="administrator")
    with pytest.raises(NotAllowed):
        share_files.open_share_file(b"", by=nora)


# ---- every change -------------------------------------------------------------------------------


def _acts(there: There, things: Things, outside: Colleague) -> dict[str, Callable[[], Any]]:
    ana = things.cast.ana
    share = sent(things, outside, "words")
    came = there.open_file(file_of(things, share))
    there.ask("say", row=came["id"], kind="comment", words=WORDS)
    answer = there.file("answer", row=came["id"])
    received = opened(things, _sealed_there(there, "share", WHOLE)).received
    assert received is not None
    share_files.say_of_received(received, by=ana, kind="comment", words=WORDS)
    other = X25519PrivateKey.generate().public_key().public_bytes_raw()
    code = share_code.code_of(other)
    fresh = _sealed_there(there, "share", {**WHOLE, "file_id": "b" * 32})
    return {
        "share.file_made": lambda: file_of(things, share),
        "share.answer_taken": lambda: opened(things, answer),
        "received_share.opened": lambda: opened(things, fresh),
        "received_share.said_of": lambda: share_files.say_of_received(
            received, by=ana, kind="question", words=WORDS
        ),
        "received_share.answered": lambda: share_files.answer_file(received, by=ana),
        "received_share.deleted": lambda: share_files.delete_received(received, by=ana),
        "colleague.added": lambda: colleagues.add_colleague(by=ana, name="N.", code=code),
        "colleague.changed": lambda: colleagues.rename_colleague(
            outside, by=ana, expected_version=1, name="H."
        ),
    }


def test_each_change_leaves_one_line_and_nothing_is_kept_without_it(
    there: There,
    things: Things,
    hanna_outside: Colleague,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    acts = _acts(there, things, hanna_outside)
    before, rows = AuditLine.objects.count(), all_rows()
    for name, act in acts.items():
        with transaction.atomic():
            act()
            lines = list(AuditLine.objects.order_by("sequence")[before:])
            assert [line.action for line in lines] == [name]
            assert "letter" not in repr(lines[0].details)
            transaction.set_rollback(True)

    def no_line(row: AuditLine) -> str:
        raise OSError("no line")

    monkeypatch.setattr(audit, "hash_of", no_line)
    for name, act in acts.items():
        with pytest.raises(OSError, match="no line"):
            act()
        assert all_rows() == rows, name
