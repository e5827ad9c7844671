"""After an erasure nothing is left of that client anywhere, and everything of the others is."""

from __future__ import annotations

import itertools
import json
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.apps import apps
from django.db import transaction
from hypothesis import HealthCheck, Phase, given, settings

from lacrima.errors import BadInput, EditConflict, KeyGone, NotAllowed, NotFound, OnHold
from lacrima.practice import (
    care,
    erasing,
    erasing_after,
    erasing_preview,
    holding,
    people,
    receipts,
)
from lacrima.practice.erasing_preview import _COUNTED, preview
from lacrima.practice.erasing_rows import extent_of
from lacrima.practice.voices import check_moment
from lacrima.records import audit
from lacrima.records.models import (
    Answers,
    AuditLine,
    Client,
    Contact,
    Episode,
    Expression,
    ImportBatch,
    KeptInMind,
    LegalHold,
    Member,
    Moment,
    Participant,
    PrivateNote,
    Receipt,
    RecordNote,
    Safeguarding,
    Session,
    Share,
    ShareNote,
    Voice,
)
from lacrima.vault import ledger, spool
from lacrima.vault.process import VAULT
from tests.support.cast import NOON, Cast
from tests.support.families import Families, Plan, Told, plans
from tests.support.showing import shared
from tests.support.things import Things, all_rows

_numbers = itertools.count(1)
TWO = Plan(
    episodes=((0, 1), (0,), (1,)),
    moments=(
        Told((0,), (0,), by_client=False, nature="showed"),
        Told((0, 1), (1,), by_client=False, nature="showed"),
        Told((1, 2), (0, 1), by_client=True, nature="held_back"),
    ),
    erased=0,
)


def erase(client: Client, by: Member, **more: Any) -> erasing.Erased:
    return erasing.erase_client(client, by=by, code=client.code, **more)


def _practice() -> people.Practice:
    found = people.the_practice()
    assert found is not None
    return found


@contextmanager
def _undone() -> Iterator[None]:
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


# --- laws


def _names(row: tuple[Any, ...], ids: set[uuid.UUID]) -> bool:
    """Does any column of this row hold one of these ids, as an id or inside a text?"""
    told = {one for one in row if isinstance(one, uuid.UUID)}
    text = json.dumps([one for one in row if isinstance(one, str | list | dict)], default=str)
    spelled = {spelling for one in ids for spelling in (one.hex, str(one))}
    return bool(told & ids) or any(one in text for one in spelled)


def pointing_at(ids: set[uuid.UUID]) -> set[str]:
    """Which tables hold one of these ids; the log may, it holds ids and never words."""
    rows = all_rows()
    del rows["AuditLine"]
    return {name for name, table in rows.items() for row in table if _names(row, ids)}


def rows_of_others(erased: Client) -> dict[str, set[Any]]:
    """All that is not about her: other clients, what they said, their own courses of care."""
    seats = set(Participant.objects.filter(client=erased).values_list("pk", flat=True))
    shared_ones = extent_of(erased.pk).shared | extent_of(erased.pk).whole
    keep: dict[str, Any] = {
        "Client": Client.objects.exclude(pk=erased.pk),
        "Answers": Answers.objects.exclude(client=erased),
        "Contact": Contact.objects.exclude(participant__in=seats).exclude(
            episode__in=extent_of(erased.pk).whole
        ),
        "Voice": Voice.objects.filter(side="client").exclude(participant__in=seats),
        "Participant": Participant.objects.filter(client__isnull=False).exclude(pk__in=seats),
        "Session": Session.objects.exclude(episode__in=shared_ones),
        "Moment": Moment.objects.exclude(session__episode__in=shared_ones),
        "Share": Share.objects.exclude(episode__in=shared_ones),
    }
    found = {name: set(map(_plain, rows.values_list())) for name, rows in keep.items()}
    others = Expression.objects.exclude(participant__in=seats).filter(
        participant__client__isnull=False, voice__side="client"
    )
    found["Expression"] = set(map(_plain, others.values_list()))
    for name in ("Consent", "Representative"):
        model = apps.get_model("records", name)
        rows = model._default_manager.exclude(client=erased).values_list("pk", "client_id")
        found[name] = set(rows)
    return found


def rows_of_hers(erased: Client | None, keys: Any = None) -> dict[str, set[Any]]:
    """Rows that tell of her; with `keys` those of them that are still there."""
    roads = {
        "Answers": "client",
        "Contact": "participant__client",
        "Safeguarding": "client",
        "Voice": "participant__client",
        "Expression": "participant__client",
        "Consent": "client",
        "Representative": "client",
    }
    found = {}
    for name, road in roads.items():
        rows = apps.get_model("records", name)._default_manager
        which = {road: erased} if keys is None else {"pk__in": keys[name]}
        found[name] = set(rows.filter(**which).values_list("pk", flat=True))
    return found


def _plain(row: tuple[Any, ...]) -> str:
    """Everything but which client a voice or a person points to: that may be the one who went."""
    return str([bytes(one) if isinstance(one, memoryview) else one for one in row])


@settings(
    max_examples=12,
    phases=[Phase.explicit, Phase.generate],
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(plan=plans)
def test_nothing_points_at_her_any_more_and_the_others_are_as_they_were(
    cast: Cast, plan: Plan
) -> None:
    with _undone():
        made = Families(cast, plan, next(_numbers))
        extent = extent_of(made.erased.pk)
        seen = preview(cast.ana, made.erased.pk, practice=_practice())
        before, hers = rows_of_others(made.erased), rows_of_hers(made.erased)
        done = erase(made.erased, cast.ana)
        places = {*extent.whole, *extent.seats, extent.client}
        assert pointing_at(places) == set()
        assert {name for name, rows in rows_of_hers(None, hers).items() if rows} == set()
        after = _now(before)
        for name, rows in before.items():
            assert rows <= after[name], name
        for moment in Moment.objects.all():
            check_moment(moment)
            assert moment.voices.exists()
        names = {str(words): model.__name__ for model, words in _COUNTED.items()}
        told = {names[words]: count for words, count in seen.counts}
        assert told == {name: n for name, n in done.rows.items() if name in names.values()}
        with pytest.raises(KeyGone):
            VAULT.seal(f"client:{extent.client.hex}", "a|b|c", b"words")


def _now(before: dict[str, set[Any]]) -> dict[str, set[Any]]:
    found = {}
    for name in before:
        model = apps.get_model("records", name)
        if name in {"Consent", "Representative"}:
            found[name] = set(model._default_manager.values_list("pk", "client_id"))
        else:
            found[name] = set(map(_plain, model._default_manager.values_list()))
    return found


# --- a couple


@pytest.fixture
def couple(cast: Cast) -> Families:
    """Two who come together, and each alone as well."""
    return Families(cast, TWO, next(_numbers))


def test_what_is_about_all_stays_unless_it_is_chosen(couple: Families) -> None:
    ana, both = couple.cast.ana, couple.episodes[0]
    seen = preview(ana, couple.erased.pk, practice=_practice())
    assert [one.others for one in seen.shared] == [couple.people[1].code]
    kinds = {one.id.partition(":")[0] for one in seen.joint}
    assert {"record_note", "kept_in_mind", "contact", "safeguarding", "weighing"} <= kinds
    assert all(one.words and one.above for one in seen.joint)
    note = next(one for one in seen.joint if one.id.startswith("record_note"))
    erase(couple.erased, ana, joint=[note.id])
    assert not RecordNote.objects.filter(episode=both).exists()
    assert KeptInMind.objects.filter(episode=both).exists()
    assert {one.id for one in ledger.read(VAULT.folder.ledger)} >= {note.id}  # type: ignore[union-attr]


def test_words_about_a_moment_of_both_can_go_while_the_moment_stays(couple: Families) -> None:
    ana = couple.cast.ana
    seen = preview(ana, couple.erased.pk, practice=_practice())
    voices = [one.id for one in seen.joint if one.id.startswith("voice")]
    erase(couple.erased, ana, joint=voices)
    left = Voice.objects.filter(side="therapist", moment__session__episode=couple.episodes[0])
    assert [voice.words for voice in left] == [""] * len(voices)
    assert voices


def test_what_was_shown_of_a_shared_care_is_shown_no_more_and_what_was_said_of_it_stays(
    couple: Families,
) -> None:
    erase(couple.erased, couple.cast.ana)
    rows = list(Share.objects.filter(episode=couple.episodes[0]))
    assert rows
    assert {row.content for row in rows} == {""}
    assert None not in {row.withdrawn_at for row in rows}
    assert ShareNote.objects.filter(share__in=rows).count() == len(rows)


def test_a_moment_of_her_alone_goes_and_its_session_is_not_logged_yet(couple: Families) -> None:
    both = couple.episodes[0]
    of_her = [
        moment.session
        for moment in Moment.objects.filter(session__episode=both)
        if {one.participant.client_id for voice in moment.voices.all()
            for one in voice.expressions.all()} == {couple.erased.pk}
    ]  # fmt: skip
    assert of_her
    erase(couple.erased, couple.cast.ana)
    for session in of_her:
        session.refresh_from_db()
        assert not session.moments.exists()
        assert session.log_state == "not_yet"


def test_what_was_told_of_her_alone_goes_also_where_the_other_one_spoke(cast: Cast) -> None:
    told = Told((0,), (1,), by_client=False, nature="held_back")
    made = Families(cast, Plan(episodes=((0, 1),), moments=(told,), erased=0), next(_numbers))
    erase(made.erased, cast.ana)
    moment = Moment.objects.get(session__episode=made.episodes[0])
    assert [voice.side for voice in moment.voices.all()] == ["client"]
    assert moment.started_by == "client"


@pytest.mark.parametrize("strange", ["record_note:" + "0" * 32, "nothing", "voice:x", "client:1"])
def test_only_texts_of_the_shared_care_can_be_chosen(couple: Families, strange: str) -> None:
    before = all_rows()
    with pytest.raises(BadInput), transaction.atomic():
        erase(couple.erased, couple.cast.ana, joint=[strange])
    assert all_rows() == before


def test_a_text_of_somebody_else_cannot_be_chosen(couple: Families) -> None:
    alone = RecordNote.objects.get(episode=couple.episodes[2])
    with pytest.raises(BadInput), transaction.atomic():
        erase(couple.erased, couple.cast.ana, joint=[f"record_note:{alone.pk.hex}"])


# --- who may, and when


def test_her_code_has_to_be_typed(things: Things) -> None:
    before = all_rows()
    for code in ("", "M 02", "m 01"):
        with pytest.raises(BadInput), transaction.atomic():
            erasing.erase_client(things.cast.mia, by=things.cast.ana, code=code)
    with pytest.raises(EditConflict), transaction.atomic():
        erase(things.cast.mia, things.cast.ana, expected_version=7)
    assert all_rows() == before
    assert _erased_ids() == set()


@pytest.mark.parametrize("who", ["berta", "hanna", "stella"])
def test_nobody_else_erases_or_looks(things: Things, who: str) -> None:
    by, before = getattr(things.cast, who), all_rows()
    with pytest.raises((NotFound, NotAllowed)), transaction.atomic():
        erase(things.cast.mia, by)
    with pytest.raises((NotFound, NotAllowed)):
        preview(by, things.cast.mia.pk, practice=_practice())
    assert all_rows() == before


def test_who_only_stands_in_erases_nobody(things: Things, still_clock: Any) -> None:
    still_clock.move(days=148)
    berta = Member.objects.get(pk=things.cast.berta.pk)
    assert care.find(berta, Client, things.cast.mia.pk)
    with pytest.raises(NotAllowed), transaction.atomic():
        erase(things.cast.mia, berta)


def test_one_course_of_care_of_several_is_not_enough(cast: Cast) -> None:
    other = care.start_episode(by=cast.ana, clients=[cast.mia])
    Participant.objects.filter(episode=other, member=cast.ana).update(member=cast.berta)
    with pytest.raises(NotAllowed), transaction.atomic():
        erase(cast.mia, cast.ana)


def test_whoever_looks_after_people_sees_and_erases_no_client(cast: Cast) -> None:
    boss = people.add_member(by=cast.ana, name="B.", role="administrator")
    with pytest.raises((NotFound, NotAllowed)), transaction.atomic():
        erase(cast.mia, boss)


def test_not_while_a_hold_stands_or_a_request_is_open(things: Things, couple: Families) -> None:
    cast = things.cast
    holding.set_hold(cast.mia, by=cast.ana, reason="a letter")
    holding.set_hold(couple.people[1], by=cast.ana, reason="a letter about the other one")
    for client in (cast.mia, couple.erased):
        assert erasing_preview.is_held(client)
        with pytest.raises(OnHold), transaction.atomic():
            erase(client, cast.ana)
    assert _erased_ids() == set()


# --- all of it or nothing, and traces


def _erased_ids() -> set[str]:
    assert VAULT.folder is not None
    return {line.id for line in ledger.read(VAULT.folder.ledger)}


def test_the_log_has_one_line_with_ids_and_counts(things: Things) -> None:
    key = things.cast.mia.pk.hex
    erase(things.cast.mia, things.cast.ana)
    line = AuditLine.objects.latest("sequence")
    assert (line.action, line.thing, line.thing_id) == ("client.erased", "client", key)
    assert line.details == {"whole": 1, "shared": 0}


def test_nothing_is_gone_when_the_line_cannot_be_written(
    things: Things, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_line(row: AuditLine) -> str:
        raise OSError("no line")

    before = all_rows()
    monkeypatch.setattr(audit, "hash_of", no_line)
    with pytest.raises(OSError, match="no line"), transaction.atomic():
        erase(things.cast.mia, things.cast.ana)
    assert all_rows() == before
    assert _erased_ids() == set()
    assert VAULT.has_key(f"client:{things.cast.mia.pk.hex}")


def test_what_was_written_for_oneself_about_it_goes_and_my_care_stays(things: Things) -> None:
    erase(things.cast.mia, things.cast.ana)
    assert not PrivateNote.objects.exists()
    rows = all_rows()
    left = {name: len(rows[name]) for name in ("Moment", "Weighing", "Safeguarding", "OwnCare")}
    assert left == {"Moment": 0, "Weighing": 0, "Safeguarding": 0, "OwnCare": 2}


def test_receipts_imports_and_letters_name_her_no_more(things: Things) -> None:
    cast, folder = things.cast, VAULT.folder
    assert folder is not None
    receipts.once("k" * 16, by=cast.ana, do=lambda: f"/sessions/{things.session.pk}")
    receipts.once("l" * 16, by=cast.ana, do=lambda: f"/clients/{cast.care_of_clara.pk}")
    batch = ImportBatch.objects.create(
        by=cast.ana,
        clients_made=[cast.mia.pk.hex, cast.clara.pk.hex],
        sessions_made=[[cast.care_of_mia.pk.hex, [1]]],
        sessions_completed=[[str(things.session.pk), ["start"], 2, "not_yet"]],
    )
    about = json.dumps({"action": f"/sessions/{things.session.pk}/moment", "fields": []})
    hers = spool.put(folder, "draft", about.encode())
    other = spool.put(folder, "draft", b"{}")
    seen = preview(cast.ana, cast.mia.pk, practice=_practice())
    assert seen.letters == 1
    erase(cast.mia, cast.ana)
    batch.refresh_from_db()
    assert batch.clients_made == [cast.clara.pk.hex]
    assert batch.sessions_made == batch.sessions_completed == []
    assert Receipt.objects.get(key="k" * 16).location == "/"
    assert Receipt.objects.get(key="l" * 16).location == f"/clients/{cast.care_of_clara.pk}"
    assert hers not in spool.names(folder)
    assert other in spool.names(folder)
    spool.remove(folder, other)
    assert receipts.once("k" * 16, by=cast.ana, do=lambda: "/never") == "/"


def test_a_look_says_what_left_before_and_changes_nothing(things: Things) -> None:
    cast = things.cast
    shared(things)
    with audit.change(by=cast.ana, action="client.exported") as line:
        line.about(cast.care_of_mia)
    before = all_rows()
    seen = preview(cast.ana, cast.mia.pk, practice=_practice())
    assert all_rows() == before
    assert [one.isoformat() for one in seen.copies_left_on] == ["2026-03-10"]
    counts = dict(seen.counts)
    assert counts["sessions"] == 2
    assert counts["filled questionnaires and scores"] == 1
    assert "notes for one person alone" not in counts
    assert seen.whole == (cast.care_of_mia,)
    assert seen.shared == seen.joint == ()


# --- after a restore


def test_an_erasure_that_was_cut_off_is_finished_and_asks_nobody(
    things: Things, couple: Families
) -> None:
    cast = things.cast
    note = RecordNote.objects.get(episode=couple.episodes[0])
    LegalHold.objects.create(client=cast.mia, reason="came back with it", set_by=cast.ana)
    ids = [*extent_of(cast.mia.pk).key_ids, *extent_of(couple.erased.pk).key_ids]
    VAULT.forget_for_good([*ids, f"record_note:{note.pk.hex}"], now=NOON)  # and then the power went
    gone = {cast.mia.pk, cast.care_of_mia.pk, couple.erased.pk, couple.episodes[1].pk}
    assert erasing_after.apply_ledger() == 5
    assert pointing_at(gone | {note.pk}) == set()
    assert AuditLine.objects.latest("sequence").action == "erasure.applied"
    assert Client.objects.filter(pk=couple.people[1].pk).exists()
    lines = AuditLine.objects.count()
    assert erasing_after.apply_ledger() == 0
    assert AuditLine.objects.count() == lines


def test_nothing_is_looked_at_where_nothing_was_erased(cast: Cast) -> None:
    assert erasing_after.apply_ledger() == 0
    assert Episode.objects.count() == 2
    assert Safeguarding.objects.count() == 0
