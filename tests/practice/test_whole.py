"""What a practice exports, an empty practice takes in again: the same rows, private parts apart."""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lacrima.errors import BadInput, EditConflict, LacrimaError, NotAllowed
from lacrima.practice import answers, care, export_whole, moments, people, risk, sessions
from lacrima.practice.demo import make_demo
from lacrima.practice.export_shape import EXPORTED, rows_of, table, table_of
from lacrima.practice.export_whole import export_practice
from lacrima.practice.simulate import simulate_practice
from lacrima.practice.whole_import import bring_in_whole
from lacrima.records import audit
from lacrima.records.models import (
    AuditLine,
    Client,
    Episode,
    InstrumentText,
    Member,
    Moment,
    Practice,
    PrivateNote,
    RecordNote,
    Session,
    Voice,
    Weighing,
    WeighingVersion,
)
from lacrima.vault.process import VAULT
from tests.support.cast import NO_KEYS, NOON, Cast
from tests.support.things import PHQ_9, Things

FORMATS = ("csv", "parquet", "json")
FEW = settings(
    max_examples=12,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
    derandomize=True,
)

Tables = dict[str, list[dict[str, Any]]]


def everything() -> Tables:
    """Every exported field of every row, whoever the owner is."""
    owner = people.owner().pk.hex
    kept: Tables = {}
    for model in EXPORTED:
        rows = table(model, rows_of(model)).rows
        named = [{key: _named(value, owner) for key, value in row.items()} for row in rows]
        kept[table_of(model)] = sorted(named, key=lambda row: json.dumps(row, default=str))
    return kept


def _named(value: Any, owner: str) -> Any:
    return "the owner" if value == owner else value


@contextmanager
def _forgotten() -> Iterator[None]:
    """What happens inside is forgotten, rows and keys."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)
    assert VAULT.folder is not None
    VAULT.folder.client_keys.write_bytes(NO_KEYS[0])


def empty_practice() -> Member:
    return people.open_practice(owner_name="Somebody", practice_name="Empty", zone="UTC")


def there_and_back(fill: Callable[[], Any], form: str = "csv") -> tuple[Tables, Tables, bytes]:
    """Make a practice, export it, forget it, bring it into an empty one: both, and the file."""
    with _forgotten():
        fill()
        before = everything()
        data = export_practice(by=people.owner(), table_format_name=form).data
    with _forgotten():
        bring_in_whole(data, by=empty_practice())
        after = everything()
        lines = AuditLine.objects.order_by("sequence").values_list("action", flat=True)
        assert list(lines) == ["practice.opened", "practice.came_in"]
    return before, after, data


@pytest.mark.parametrize("form", FORMATS)
def test_the_demo_comes_back_the_same(db: None, still_clock: Any, form: str) -> None:
    before, after, _data = there_and_back(make_demo, form)
    assert after == before
    assert before["practice"][0]["is_simulated"] is True
    assert len(before["voice"]) > 10


@FEW
@given(
    clients=st.integers(1, 6),
    more=st.integers(0, 40),
    seed=st.integers(0, 10_000),
    form=st.sampled_from(FORMATS),
)
def test_every_simulated_practice_comes_back_the_same(
    db: None, still_clock: Any, clients: int, more: int, seed: int, form: str
) -> None:
    def fill() -> None:
        simulate_practice(clients=clients, sessions=clients + more, seed=seed)

    before, after, _data = there_and_back(fill, form)
    assert after == before


# --- odd ones, made by hand

PRIVATE = "thought over, and not in the record"

WORDS = st.text(
    st.characters(exclude_categories=("Cs",), exclude_characters="\0"), min_size=1, max_size=60
).filter(lambda text: bool(text.strip()))


@dataclass(frozen=True)
class Odd:
    """What is drawn about one odd practice."""

    kind: str
    words: str
    label: str
    total: Decimal
    is_dated: bool
    is_seen: bool
    is_told_aloud: bool
    is_let_go: bool
    missing: int


ODD = st.builds(
    Odd,
    kind=st.sampled_from(("couple", "family", "group", "child_and_parent")),
    words=WORDS,
    label=WORDS,
    total=st.decimals(0, 63, places=4),
    is_dated=st.booleans(),
    is_seen=st.booleans(),
    is_told_aloud=st.booleans(),
    is_let_go=st.booleans(),
    missing=st.integers(0, 9),
)


def make_odd(odd: Odd) -> None:
    """A practice with what simulated ones do not have."""
    ana = people.open_practice(owner_name="Ana", practice_name=odd.label, zone="Europe/Madrid")
    berta = people.add_member(by=ana, name="Berta", role="colleague")
    people.change_member(berta, by=ana, left_on=date(2026, 3, 1))
    episode = care.start_episode(
        by=ana,
        kind=odd.kind,
        clients=[care.NewClient("=1", odd.words), care.NewClient("-2", role="partner")],
        others=[
            care.NewParticipant("co_therapist", member=berta),
            care.NewParticipant("interpreter", odd.label),
        ],
        started_on=date(2026, 1, 6) if odd.is_dated else None,
    )
    start = NOON - timedelta(days=9) if odd.is_dated else None
    session = sessions.add_session(episode, by=ana, number=1, start=start)
    second = sessions.add_session(episode, by=ana, number=7, start=None)
    Session.objects.filter(pk=session.pk).update(number=0)  # as before the treatment, in tables
    session.refresh_from_db()
    session.present.set(episode.participants.all()[:3])
    one, other = Client.objects.order_by("created_at")
    places = {client.pk: episode.participants.get(client=client) for client in (one, other)}
    moment = moments.log_moment(
        session, by=ana, who=[places[one.pk].pk.hex, places[other.pk].pk.hex], shown=1,
        start_ms=0, end_ms=4_000, first=places[one.pk].pk.hex, words=odd.words,
    )  # fmt: skip
    moments.add_client_voice(
        moment, by=ana, participant=places[other.pk], occasion="later",
        told_aloud=odd.is_told_aloud, would_like_to_talk=True, words=odd.words,
        items={"worried": 3}, spoken_of="yes", spoken_by="client", spoken_session=second,
    )  # fmt: skip
    _answers(odd, ana, one, other, episode, session)
    kept = care.keep_in_mind(episode, by=ana, words=odd.words, agreed_on=date(2026, 2, 1))
    if odd.is_let_go:
        care.let_go(kept, by=ana)
    care.add_contact(
        episode, by=ana, at=NOON - timedelta(days=2), words=odd.words, participant=places[one.pk]
    )
    care.write_record_note(episode, by=ana, words=odd.words, session=second)
    care.write_private_note(by=ana, words="only mine", expires_on=date(2026, 5, 1))
    _weighings(odd, ana, episode, session, moment)
    InstrumentText.objects.create(
        slug="wai-sr", instrument_version="1", items={"1": odd.words}, anchors={"s": {"1": "a"}}
    )


def _weighings(odd: Odd, ana: Member, episode: Episode, session: Session, moment: Moment) -> None:
    """One that is in the record, with its version; one that is private still."""
    recorded = Weighing.objects.create(
        member=ana, episode=episode, moment=moment, thinking=odd.words, recorded_at=NOON
    )
    WeighingVersion.objects.create(
        weighing=recorded, number=1, by=ana, thinking=odd.words, content_hash="0" * 64
    )
    Weighing.objects.create(
        member=ana, episode=episode, session=session, thinking=PRIVATE, expires_on=NOON.date()
    )


def _answers(
    odd: Odd, ana: Member, one: Client, other: Client, episode: Episode, session: Session
) -> None:
    items = {key: None if place < odd.missing else 1 for place, key in enumerate(PHQ_9)}
    if any(value is not None for value in items.values()):
        answers.record_answers(one, episode, by=ana, instrument="phq-9", items=items, assessment=3)
    alliance = {"alliance_goal": 7, "alliance_task": None, "alliance_bond": 8}
    answers.record_answers(
        other, episode, by=ana, instrument="alliance-check", items=alliance, session=session
    )
    answers.define_plain_score(by=ana, slug="mood", name=odd.label, minimum=0, maximum=63)
    answers.record_answers(other, episode, by=ana, instrument="mood", total=odd.total)
    for found in answers.open_risks(by=ana) if odd.is_seen else ():
        risk.note_risk_seen(found, by=ana, done=odd.words)


@FEW
@given(odd=ODD, form=st.sampled_from(FORMATS))
def test_odd_practices_come_back_the_same(db: None, still_clock: Any, odd: Odd, form: str) -> None:
    before, after, _data = there_and_back(lambda: make_odd(odd), form)
    assert after == before
    assert before["session"][0]["present"] or before["session"][1]["present"]


def test_words_are_sealed_anew_and_private_notes_stay(db: None, still_clock: Any) -> None:
    odd = Odd("couple", "words", "label", Decimal(4), True, True, True, True, 3)
    with _forgotten():
        make_odd(odd)
        exported = export_practice(by=people.owner())
        held = _unpacked(exported.data)
        assert b"only mine" not in held
        assert PRIVATE.encode() not in held
        assert any("private notes" in one.what for one in exported.manifest.left_out)
    with _forgotten():
        bring_in_whole(exported.data, by=empty_practice())
        assert not PrivateNote.objects.exists()
        raw = RecordNote.objects.values_list("words", flat=True).get()
        assert b"words" not in bytes(raw)
        assert RecordNote.objects.get().words == "words"


def _unpacked(data: bytes) -> bytes:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return b"".join(archive.read(name) for name in archive.namelist())


def test_the_owner_keeps_the_id_she_has_here_and_everything_points_to_it(
    things: Things,
) -> None:
    data = export_practice(by=things.cast.ana).data
    with _a_new_folder():
        owner = empty_practice()
        bring_in_whole(data, by=owner)
        owner.refresh_from_db()
        assert (owner.name, owner.is_owner) == ("Ana Ruiz", True)
        assert Member.objects.count() == 4
        mias = Episode.objects.get(participants__client__code="M 01")
        assert mias.participants.filter(member=owner).exists()
        assert Voice.objects.filter(participant__member=owner).exists()
        risk.note_risk_seen(answers.open_risks(by=owner)[0], by=owner, done="spoken of")


@contextmanager
def _a_new_folder() -> Iterator[None]:
    """As if nothing had been here (the rows are forgotten at the end)."""
    with _forgotten():
        for model in reversed((*EXPORTED, PrivateNote, AuditLine)):
            model._default_manager.all().delete()
        yield


# --- what cannot come in changes nothing


@pytest.fixture
def file(things: Things) -> Iterator[bytes]:
    """A small practice as it leaves; the practice is empty afterwards."""
    data = export_practice(by=things.cast.ana, table_format_name="json").data
    with _a_new_folder():
        yield data


def rewritten(
    data: bytes, change: Callable[[dict[str, bytes]], None], *, honest: bool = True
) -> bytes:
    """The archive with its files changed; an honest one lists them as they are."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    change(files)
    if honest:
        manifest = json.loads(files["manifest.json"])
        manifest["files"] = [
            {"name": name, "bytes": len(held), "sha256": hashlib.sha256(held).hexdigest()}
            for name, held in files.items()
            if name != "manifest.json"
        ]
        files["manifest.json"] = json.dumps(manifest).encode()
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, held in files.items():
            archive.writestr(name, held)
    return packed.getvalue()


def in_table(name: str, change: Callable[[list[dict[str, Any]]], Any]) -> Callable[..., None]:
    """A change of the rows of one table."""

    def act(files: dict[str, bytes]) -> None:
        told = json.loads(files[f"tables/{name}.json"])
        change(told["rows"])
        files[f"tables/{name}.json"] = json.dumps(told).encode()

    return act


def in_manifest(**values: Any) -> Callable[..., None]:
    """Another word in the manifest."""

    def act(files: dict[str, bytes]) -> None:
        files["manifest.json"] = json.dumps(
            {**json.loads(files["manifest.json"]), **values}
        ).encode()

    return act


def put(name: str, row: int = 0, **values: Any) -> Callable[..., None]:
    """Other values in one row of a table."""
    return in_table(name, lambda rows: rows[row].update(values))


NOBODY = "0" * 32
WRONG: dict[str, tuple[Callable[..., None], str, str]] = {
    "a newer format": (in_manifest(schema="lacrima.export/2"), "manifest.json", "newer"),
    "another kind": (in_manifest(kind="client"), "", "not of a whole practice"),
    "no export": (in_manifest(schema="something"), "manifest.json", "no export"),
    "an unknown format": (in_manifest(format="xls"), "format", "unknown format"),
    "a table less": (lambda files: files.pop("tables/offer.json"), "", "other files"),
    "a table more": (lambda files: files.update({"tables/x.json": b"{}"}), "", "other files"),
    "the same id twice": (
        in_table("client", lambda rows: rows.append(dict(rows[0]))), "client.json, row 3", "twice",
    ),
    "an unknown column": (put("client", colour="red"), "client.json, row 1, column 10", "no table"),
    "a missing column": (
        in_table("client", lambda rows: rows[1].pop("name")), "client.json, row 2, column 'name'",
        "missing",
    ),
    "another kind of value": (put("session", number="one"), "session.json, row 1, column 'number'",
                              "does not stand"),
    "a word of no list": (put("moment", nature="magic"), "moment.json, row 1, column 'nature'", ""),
    "two words of no list": (put("voice", about=["grief", "x"]), "row 1, column 'about'", ""),
    "a number out of range": (put("session", heaviness=11), "column 'heaviness'", ""),
    "an empty text that may not be": (put("client", code=""), "column 'code'", ""),
    "a zero byte": (put("record_note", words="a\0b"), "column 'words'", ""),
    "half a sign": (put("record_note", words="\ud800"), "record_note.json", "half of a sign"),
    "an id that is none": (put("client", id="x"), "column 'id'", ""),
    "an id in capitals": (put("client", id=("A" * 32)), "column 'id'", ""),
    "a pointer to nothing": (put("session", episode=NOBODY), "column 'episode'", ""),
    "a code twice": (
        in_table("client", lambda rows: rows[1].update(code=rows[0]["code"])), "client.json, row 2",
        "the same as another row",
    ),
    "two owners": (put("member", 1, is_owner=True), "member.json, row 2, column 'is_owner'", ""),
    "no owner": (put("member", 0, is_owner=False), "", "nobody it belongs to"),
    "two practices": (
        in_table("practice", lambda rows: rows.append(dict(rows[0]))), "", "no practice",
    ),
    "an unknown zone": (put("practice", zone="Mars/Base"), "column 'zone'", ""),
    "another total": (put("answers", total="3"), "answers.json, row 1", "total"),
    "an unknown questionnaire": (put("answers", instrument="xyz"), "answers.json, row 1", "known"),
    "somebody present from nowhere": (put("session", present=[NOBODY]), "column 'present'", ""),
    "a moment that cannot be": (put("moment", nature="ordinary"), "moment.json, row 1", "shown"),
    "a key twice": (
        lambda files: files.update({"tables/offer.json": b'{"schema": 1, "schema": 2}'}),
        "offer.json", "key twice",
    ),
    "endless depth": (
        lambda files: files.update({"tables/offer.json": b"[" * 200_000}), "offer.json", "no JSON",
    ),
}  # fmt: skip


@pytest.mark.parametrize("what", WRONG)
def test_what_does_not_fit_is_named_and_changes_nothing(file: bytes, what: str) -> None:
    change, where, found = WRONG[what]
    owner = empty_practice()
    _refused(rewritten(file, change), owner, where, found)


def _refused(data: bytes, owner: Member, where: str, found: str) -> None:
    assert VAULT.folder is not None
    keys = VAULT.folder.client_keys.read_bytes()
    before = (AuditLine.objects.count(), people.the_practice())
    with pytest.raises(LacrimaError) as refusal:
        bring_in_whole(data, by=owner)
    assert isinstance(refusal.value, BadInput), refusal.value
    assert where in refusal.value.where
    assert found in refusal.value.found
    assert "M 01" not in refusal.value.sentence()
    assert (AuditLine.objects.count(), people.the_practice()) == before
    assert not any(model._default_manager.exists() for model in EXPORTED[2:])
    assert Member.objects.count() == 1
    assert VAULT.folder.client_keys.read_bytes() == keys


@pytest.mark.parametrize("kind", ["client", "episode", "record_note"])
def test_what_was_erased_here_does_not_come_in_by_an_older_export(file: bytes, kind: str) -> None:
    owner = empty_practice()
    with zipfile.ZipFile(io.BytesIO(file)) as archive:
        key = json.loads(archive.read(f"tables/{kind}.json"))["rows"][0]["id"]
    VAULT.forget_for_good([f"{kind}:{key}"], now=NOON)
    _refused(file, owner, "1 of its rows", "erased here")


def test_a_file_that_was_altered_is_refused(file: bytes) -> None:
    owner = empty_practice()
    _refused(
        rewritten(file, put("client", code="X"), honest=False), owner, "client.json", "altered"
    )
    added = rewritten(file, lambda files: files.update({"tables/y.json": b""}), honest=False)
    _refused(added, owner, "manifest.json", "added")


@pytest.mark.parametrize(
    "name", ["../evil", "/etc/passwd", "a/b/c", "C:\\x", "tables/..", "tables/é", "a\\b", ".hidden"]
)
def test_names_that_lead_elsewhere_are_refused(file: bytes, name: str) -> None:
    slipped = rewritten(file, lambda files: files.update({name: b"x"}))
    _refused(slipped, empty_practice(), "", "names, links or locked files")


def test_links_doubled_names_and_bombs_are_refused(file: bytes) -> None:
    owner = empty_practice()
    _refused(_with_entry(file, _link()), owner, "", "names, links")
    with pytest.warns(UserWarning, match="Duplicate name"):
        doubled = _with_entry(file, zipfile.ZipInfo("manifest.json"))
    _refused(doubled, owner, "", "names, links")
    bomb = io.BytesIO()
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive:
        with archive.open("tables/session.csv", "w") as held:
            for _ in range(80):
                held.write(b"\0" * 1024 * 1024)
        archive.writestr("manifest.json", b"{}")
    _refused(bomb.getvalue(), owner, "", "too large")
    for broken in (b"", b"PK\x03\x04", file[: len(file) // 2], b"x" * 1000):
        _refused(broken, owner, "", "damaged")


def _link() -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo("tables/link.json")
    entry.external_attr = 0o120777 << 16
    return entry


def _with_entry(file: bytes, entry: zipfile.ZipInfo) -> bytes:
    packed = io.BytesIO(file)
    with zipfile.ZipFile(packed, "a") as archive:
        archive.writestr(entry, b"x")
    return packed.getvalue()


def test_a_practice_in_which_something_is_kept_takes_nothing_in(things: Things) -> None:
    data = export_practice(by=things.cast.ana).data
    before = everything()
    with pytest.raises(BadInput, match="something is kept already"):
        bring_in_whole(data, by=things.cast.ana)
    assert everything() == before


def test_only_the_owner_exports_or_brings_in_a_practice(cast: Cast) -> None:
    with pytest.raises(NotAllowed):
        export_practice(by=cast.berta)
    data = export_practice(by=cast.ana).data
    with pytest.raises(NotAllowed):
        bring_in_whole(data, by=cast.berta)


def test_a_dry_run_reads_everything_and_keeps_nothing(file: bytes) -> None:
    owner = empty_practice()
    told = bring_in_whole(file, by=owner, dry_run=True)
    assert (told.is_dry_run, told.rows["client"], told.as_json()["added"]) == (True, 2, 0)
    assert not Client.objects.exists()
    assert Practice.objects.get().name == "Empty"


def test_nothing_is_kept_when_the_audit_line_cannot_be_written(
    file: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    owner = empty_practice()

    def fail(*_: object) -> None:
        raise OSError("no room")

    monkeypatch.setattr(audit, "_write", fail)
    with pytest.raises(OSError, match="no room"):
        bring_in_whole(file, by=owner)
    assert not Client.objects.exists()


def test_the_audit_line_of_an_export_has_counts_and_no_words(things: Things) -> None:
    export_practice(by=things.cast.ana)
    line = AuditLine.objects.order_by("segment", "sequence").last()
    assert line is not None
    assert (line.action, line.thing_id) == ("practice.exported", "")
    assert set(line.details) == {"format", "rows"}


def test_an_export_that_a_change_tore_apart_is_not_handed_over(
    things: Things, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As if somebody had begun a session after the sessions were read."""

    def read(model: Any) -> Any:
        return rows_of(model).none() if model is Session else rows_of(model)

    monkeypatch.setattr(export_whole, "rows_of", read)
    before = AuditLine.objects.count()
    with pytest.raises(EditConflict):
        export_practice(by=things.cast.ana)
    assert AuditLine.objects.count() == before
