"""One of every kind of row for Ana, and one for Berta: what the walk over all routes needs.

`own_ids(...)` names, for every word that stands in an address, whose row it is. A route with a
new word fails the walk until the word is added here.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, time
from typing import Any
from uuid import UUID, uuid4

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from lacrima.formats.score_map import read_map_bytes
from lacrima.formats.table import read_table_bytes
from lacrima.practice import (
    absences,
    answers,
    care,
    colleagues,
    consents,
    disclosing,
    door_links,
    moments,
    notes,
    own_care,
    safeguarding,
    sessions,
    share_files,
    share_making,
    supervision_groups,
    supervision_hours,
    transfer,
    weighing,
)
from lacrima.practice.own_care_entries import Remind
from lacrima.records.models import (
    Client,
    ColumnMap,
    DropBoxInvitation,
    DropBoxLetter,
    Episode,
    LegalHold,
    LetterState,
    Member,
    Moment,
    NamedExpectation,
    Offer,
    Participant,
    ReceivedShare,
    RiskItem,
    Session,
    WayOut,
    WayOutKind,
)
from lacrima.vault import share_code
from lacrima.web import held_files
from lacrima.web.views import bringing_in_file
from tests.support.cast import NOON, Cast
from tests.support.expectations import expectation
from tests.support.things import about_oneself

# Words in addresses that name nobody: the same for all.
MAP_ID = UUID(int=7)
LETTER_ID = UUID(int=8)
EXPECTATION_ID = UUID(int=9)
FOR_ALL = {
    "purpose_slug": "supervision",
    "slug": "phq-9",
    "skeleton": "wsas",
    "draft_id": "0" * 32,
    "factor_id": "0",
    "browser_id": UUID(int=7),
    "member_id": UUID(int=7),
    "answer_id": UUID(int=7),  # at the door: the client's own alone
    "map_id": MAP_ID,
    "expectation_id": EXPECTATION_ID,
    "letter_id": LETTER_ID,  # whose it is nobody here knows: it is the practice's
    "study_slug": "tritt-2015",
    "claim_slug": "64",
    "question_slug": "how-much",
    "part_slug": "own-tears",
}


@dataclass(frozen=True)
class Rows:
    """For each word of an address, the id of this person's row."""

    ids: dict[str, Any]


def rows_of(by: Member, client: Client, episode: Episode) -> Rows:
    """Write one of every kind for this person, and name them."""
    session = Session.objects.filter(episode=episode).first() or _session(by, episode)
    place = episode.participants.get(client=client)
    moment = moments.log_moment(session, by=by, who="both", shown=2, spoken_of="planned")
    voice = moments.add_client_voice(
        moment, by=by, participant=place, occasion="same_evening", rating=2
    )
    filled = answers.record_answers(
        client,
        episode,
        by=by,
        instrument="phq-9",
        items={f"phq9_{number}": 1 for number in range(1, 10)},
        session=session,
    )
    expires_on = date(2026, 12, 31)
    private = notes.write_private_note(by=by, words="a thought", expires_on=expires_on)
    slot = care.add_slot(episode, by=by, weekday=1, local_time=time(15), from_on=date(2026, 3, 3))
    file_id, batch_id = _a_table(by, client)
    ids = {
        "file_id": file_id,
        "batch_id": batch_id,
        "episode_id": episode.pk,
        "client_id": client.pk,
        "participant_id": place.pk,
        "slot_id": slot.pk,
        "kept_id": notes.keep_in_mind(episode, by=by, words="no tissues").pk,
        "contact_id": notes.add_contact(episode, by=by, at=NOON).pk,
        "note_id": notes.write_record_note(episode, by=by, words="a note").pk,
        "private_note_id": private.pk,
        "session_id": session.pk,
        "moment_id": moment.pk,
        "voice_id": voice.pk,
        "offer_id": Offer.objects.get(moment=moment).pk,
        "answers_id": filled.pk,
        "risk_id": RiskItem.objects.get(answers=filled).pk,
        **_of_supervision(by, moment),
        "own_care_id": own_care.put_entry(about_oneself(moment), by=by).pk,
        "reminder_id": own_care.put_reminder(by=by, what=Remind.REST, first_on=NOON.date()),
        "consent_id": consents.give_consent(client, by=by, purpose="research").pk,
        "representative_id": consents.name_representative(
            client,
            by=by,
            name="N.",
            relation="mother",
            ground="custody",
            from_on=NOON.date(),
            may_read=True,
        ).pk,
        "hold_id": LegalHold.objects.create(client=client, reason="x", lifted_at=NOON).pk,
        "request_id": _declined(by, client),
        "link_id": door_links.make_link(place, by=by).link.pk,
        **_of_the_drop_box(by, place),
        "way_out_id": WayOut.objects.create(
            participant=place, to=by, kind=WayOutKind.OTHER, words="a word", sent_at=NOON
        ).pk,
        "worry_id": safeguarding.note_worry(episode, by=by, seen_at=NOON, seen="a bruise").pk,
        "absence_id": absences.add_absence(
            by=by, from_on=date(2026, 8, 3), until_on=date(2026, 8, 9), cover_contact="Dr N., 12"
        ).pk,
        "weighing_id": weighing.begin_weighing(moment, by=by, expires_on=date(2026, 6, 1)).pk,
    }
    return Rows(ids)


def _of_the_drop_box(by: Member, place: Participant) -> dict[str, UUID]:
    """A link to the sealed page; and a letter that was set aside."""
    row = DropBoxInvitation.objects.create(
        participant=place, name=uuid4().hex, secret="c2VjcmV0", until_at=NOON, made_by=by
    )
    fields = {"letter_id": uuid4().hex, "name": row.name, "came_at": NOON, "stored_at": NOON}
    fields |= {"state": LetterState.ASIDE, "reason": "altered", "content": "c2VhbGVk"}
    DropBoxLetter.objects.get_or_create(pk=LETTER_ID, defaults=fields)
    return {"phone_link_id": row.pk}


def _declined(by: Member, client: Client) -> UUID:
    """A request that was answered: an open one would hold everything."""
    row = disclosing.note_request(
        client, by=by, asked_on=NOON.date(), asked_by="a court", kind="authority"
    )
    return disclosing.decline_request(row, by=by, why="no ground").pk


def _of_supervision(by: Member, moment: Moment) -> dict[str, UUID]:
    """A moment shown to a colleague outside, what came from her, and an hour."""
    public = X25519PrivateKey.generate().public_key().public_bytes_raw()
    colleague = colleagues.add_colleague(by=by, name="N. N.", code=share_code.code_of(public))
    subject = share_making.subject_of(by, moment=moment.pk)
    choice = share_making.Choice(
        readers=frozenset({f"colleague:{colleague.pk.hex}"}),
        purpose="learning",
        expires_on=date(2026, 6, 1),
        parts=frozenset({"showed"}),
    )
    stella = Member.objects.get(name="Stella Fuchs")
    group = supervision_groups.add_group(by=by, name="Tuesdays", people=[by, stella])
    seen = share_making.compose(by, subject, choice)
    share = share_making.share(by, subject, choice, seen=share_making.mark_of(seen))
    came = ReceivedShare.objects.create(
        member=by,
        sender_key=public.hex(),
        file_id=uuid4().hex,
        purpose="learning",
        content=seen.to_text(),
        expires_on=date(2026, 6, 1),
    )
    note = share_files.say_of_received(came, by=by, kind="comment", words="a thought")
    hour = supervision_hours.add_hour(by=by, on=date(2026, 3, 2), minutes=50, is_group=False)
    return {
        "colleague_id": colleague.pk,
        "share_id": share.pk,
        "received_id": came.pk,
        "share_note_id": note.pk,
        "hour_id": hour.pk,
        "supervision_group_id": group.pk,
    }


def _a_table(by: Member, client: Client) -> tuple[UUID, UUID]:
    """A table that somebody looks at, and one that came in by a map of the practice."""
    rows = _table_of(client)
    held = _looked_at(rows, by)
    came = transfer.bring_in(read_table_bytes(rows), read_map_bytes(_MAP.encode()), by=by)
    fields = {"name": "a map", "text": _MAP, "used_at": NOON, "fingerprint": "f" * 64}
    ColumnMap.objects.get_or_create(pk=MAP_ID, defaults=fields)
    told = {"measure": "gad-7", "name": "Network north"}
    told["content"] = expectation(instrument="gad-7", maximum=21).decode()
    NamedExpectation.objects.get_or_create(pk=EXPECTATION_ID, defaults=told)
    return held.file_id, UUID(came.batch)


def _table_of(client: Client) -> bytes:
    return f"client,session,phq9\n{client.code},1,12\n".encode()


def _looked_at(rows: bytes, by: Member) -> held_files.HeldFile:
    held = held_files.hold(by.pk, rows)
    bringing_in_file.begin(held, by=by)
    return held


def hold_again(rows: Rows, by: Member, client: Client) -> None:
    """The table that she looks at is no row: where it was let go of, she looks at it again."""
    if held_files.find(by.pk, rows.ids["file_id"]) is None:
        rows.ids["file_id"] = _looked_at(_table_of(client), by).file_id


_MAP = """client = "client"

[[score]]
instrument = "phq-9"
value = "phq9"
assessment = "session"
"""


def _session(by: Member, episode: Episode) -> Session:
    from_day = NOON.replace(day=3)
    return sessions.add_session(episode, by=by, number=1, start=from_day)


def both_worlds(cast: Cast) -> tuple[Rows, Rows]:
    """Ana's rows, and Berta's."""
    return (
        rows_of(cast.ana, cast.mia, cast.care_of_mia),
        rows_of(cast.berta, cast.clara, cast.care_of_clara),
    )
