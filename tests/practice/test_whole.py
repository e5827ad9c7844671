"""A whole practice comes back the same: the demo, simulated ones and odd ones."""

from __future__ import annotations

import io
import zipfile
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lacrima.errors import EditConflict
from lacrima.practice import answers, care, export_whole, moments, people, risk, sessions
from lacrima.practice.demo import make_demo
from lacrima.practice.export_shape import rows_of
from lacrima.practice.export_whole import export_practice
from lacrima.practice.simulate import simulate_practice
from lacrima.practice.whole_import import bring_in_whole
from lacrima.records.models import (
    AuditLine,
    Client,
    Episode,
    InstrumentText,
    Member,
    Moment,
    PrivateNote,
    RecordNote,
    Session,
    Voice,
    Weighing,
    WeighingVersion,
)
from tests.support.cast import NOON
from tests.support.things import PHQ_9, Things
from tests.support.whole_practice import a_new_folder, empty_practice, forgotten, there_and_back

FORMATS = ("csv", "parquet", "json")
FEW = settings(
    max_examples=12,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
    derandomize=True,
)


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
    with forgotten():
        make_odd(odd)
        exported = export_practice(by=people.owner())
        held = _unpacked(exported.data)
        assert b"only mine" not in held
        assert PRIVATE.encode() not in held
        assert any("private notes" in one.what for one in exported.manifest.left_out)
    with forgotten():
        bring_in_whole(exported.data, by=empty_practice())
        assert not PrivateNote.objects.exists()
        raw = RecordNote.objects.values_list("words", flat=True).get()
        assert b"words" not in bytes(raw)
        assert RecordNote.objects.get().words == "words"


def _unpacked(data: bytes) -> bytes:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return b"".join(archive.read(name) for name in archive.namelist())


def test_the_owner_keeps_the_id_she_has_here_and_everything_points_to_it(things: Things) -> None:
    data = export_practice(by=things.cast.ana).data
    with a_new_folder():
        owner = empty_practice()
        bring_in_whole(data, by=owner)
        owner.refresh_from_db()
        assert (owner.name, owner.is_owner) == ("Ana Ruiz", True)
        assert Member.objects.count() == 4
        mias = Episode.objects.get(participants__client__code="M 01")
        assert mias.participants.filter(member=owner).exists()
        assert Voice.objects.filter(participant__member=owner).exists()
        risk.note_risk_seen(answers.open_risks(by=owner)[0], by=owner, done="spoken of")


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
