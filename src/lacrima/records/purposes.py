"""What every change is for: a purpose that the client agreed to, or none, with the reason.

Nothing runs that is not named here (records/audit.py asks). A change with a purpose runs only
where every client it is about has agreed to that purpose and not withdrawn it.
"""

from __future__ import annotations

import uuid
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from lacrima.errors import NoConsent, OurFault
from lacrima.records.agreement import Consent, Purpose


@dataclass(frozen=True)
class Serves:
    """What a change serves. Without a purpose of its own, `because` says why none is needed."""

    purpose: Purpose | None
    because: str


_TREATMENT = "it is part of the treatment and its record, which the law asks to be kept"
_MOVES = "it moves a record that is kept already, or shows it to whoever keeps it"
_HER_OWN = "it is about the therapist herself, and about no client"
_PROTECTS = "it protects somebody, or what somebody may decide"
_HOUSE = "it is about the practice and those who work in it"
_ENDS = "it ends something: less is kept or shown afterwards"
_ASKED_FOR = "somebody with a ground asked for it, and whoever answers decides and is named"
_CHOSEN = (
    "each client chose it for each answer, by words that name who reads it, and takes it back by "
    "taking back the answer"
)
_BY_CODE = "nothing that a client said or answered is in it, and the duty to be supervised asks it"

_NONE: Mapping[str, tuple[str, ...]] = {
    _TREATMENT: (
        "answers.changed", "answers.deleted", "answers.recorded", "calendar.brought_in",
        "client.changed", "door.asks_closed", "door.changed", "door.link_made",
        "drop_box.invited", "drop_box.brief_put", "drop_box.letter_came", "drop_box.letter_tried",
        "contact.added", "contact.changed", "contact.deleted",
        "episode.changed", "episode.ended", "episode.handed_over", "episode.reopened",
        "episode.started", "episode.undone", "kept_in_mind.added", "kept_in_mind.changed",
        "kept_in_mind.deleted", "kept_in_mind.let_go", "moment.changed", "moment.deleted",
        "moment.logged", "offer.closed", "offer.reopened", "participant.added",
        "participant.removed", "record_note.changed", "record_note.deleted",
        "record_note.written", "second_look.closed", "session.added", "session.cancel_undone",
        "session.cancelled",
        "session.changed", "session.deleted", "session.heaviness", "session.nothing_stood_out",
        "session.nothing_stood_out_undone", "sessions.made", "slot.added", "slot.changed",
        "slot.deleted", "slot.ended", "voice.added", "voice.changed", "voice.deleted",
        "weighing.recorded", "weighing.revised",
    ),
    _MOVES: (
        "backup.made", "backup.not_made", "backup.place_chosen", "client.exported", "demo.made",
        "import.published", "import.undone", "practice.came_in", "practice.exported",
        "practice.restored", "practice.simulated", "report.taken_out", "rows.exported",
    ),
    _HER_OWN: (
        "colleague.added", "colleague.changed", "colleague.deleted", "own_care.changed",
        "own_key.begun_anew", "own_key.changed", "own_key.made",
        "private_note.changed", "private_note.deleted", "private_note.written",
        "supervision_group.added", "supervision_group.changed", "supervision_group.deleted",
        "supervision_hour.added", "supervision_hour.changed", "supervision_hour.deleted",
        "supervision_hours.taken_along", "weighing.begun", "weighing.changed", "weighing.deleted",
        "received_share.answered", "received_share.opened", "received_share.said_of",
        "share.answer_taken", "share.file_made", "share.said_back", "share.said_of",
    ),
    _PROTECTS: (
        "absence.added", "absence.changed", "absence.deleted", "consent.corrected",
        "consent.given", "consent.withdrawn", "door.settled", "way_out.seen", "way_out.sent",
        "representative.named", "representative.changed",
        "disclosure.asked", "disclosure.changed", "disclosure.withdrawn",
        "hold.lifted", "hold.set", "risk.seen", "risk.seen_undone",
        "safeguarding.changed", "safeguarding.closed", "safeguarding.noted",
        "safeguarding.reopened", "will.made", "will.opening_seen", "will.revoked",
    ),
    _HOUSE: (
        "clinic.opened", "column_map.forgotten", "column_map.remembered", "column_map.renamed",
        "expectation.removed", "expectation.taken_in",
        "member.added", "member.changed", "member.handed_over", "member.invited",
        "member.language_chosen",
        "member.invited_again", "member.left", "plain_score.defined",
        "door_house.changed", "drop_box.set_up", "drop_box.stopped", "drop_box.key_changed",
        "drop_box.collected",
        "plain_score.deleted", "practice.changed", "practice.opened",
        "practice.recovery_code_proved", "wording.put", "wording.removed",
    ),
    _ENDS: (
        "client.erased", "door.link_revoked", "drop_box.revoked", "drop_box.letter_thrown_away",
        "door.taken_back", "erasure.applied",
        "own_things.forgotten", "private_notes.forgotten",
        "received_share.deleted",
        "share.withdrawn", "shares.expired", "weighings.forgotten",
    ),
    _ASKED_FOR: ("disclosure.declined", "disclosure.given"),
    _CHOSEN: ("keeper.handed_over",),
    _BY_CODE: ("share.made",),
}  # fmt: skip

ACTIONS: Mapping[str, Serves] = {
    **{name: Serves(None, why) for why, names in _NONE.items() for name in names},
    "share.clients_words_shown": Serves(
        Purpose.SUPERVISION, "what a client said, wrote or answered is read by somebody else"
    ),
    "door.answered": Serves(
        Purpose.FEEDBACK, "a client is asked how it was, and what is answered is kept"
    ),
    "door.kept_by_hand": Serves(
        Purpose.FEEDBACK, "what a client wrote on paper or told aloud of a session is kept"
    ),
    "door.reminder_mailed": Serves(
        Purpose.FEEDBACK, "a mail without a word about it reminds a client of the door"
    ),
    "rows.exported_for_research": Serves(
        Purpose.RESEARCH, "rows about a client leave the practice for a question of others"
    ),
}
# Keys, passphrase, PIN: about the folder alone.
_FAMILIES: Mapping[str, Serves] = {
    "vault.": Serves(None, _HOUSE),
    "account.": Serves(None, _HOUSE),  # how somebody signs in
}


def serves(action: str) -> Serves:
    """What a change serves. Raises OurFault for one that nobody declared."""
    found = ACTIONS.get(action)
    if found is None:
        found = next((one for name, one in _FAMILIES.items() if action.startswith(name)), None)
    if found is None:
        raise OurFault("a change that does not say what it is for", where="records/purposes.py")
    return found


def purposes_in_use() -> tuple[Purpose, ...]:
    """The purposes that anything serves now: no other is shown to anybody."""
    used = {one.purpose for one in ACTIONS.values()}
    return tuple(purpose for purpose in Purpose if purpose in used)


def agreed(purpose: Purpose, clients: Collection[uuid.UUID]) -> frozenset[uuid.UUID]:
    """Which of these clients have agreed to this, and not withdrawn it."""
    active = Consent.objects.filter(purpose=purpose, withdrawn_at=None, client__in=clients)
    return frozenset(active.values_list("client_id", flat=True))


def require_consent(action: str, clients: Collection[uuid.UUID] | None) -> None:
    """Go on when this change needs no consent, or everybody it is about has given it.

    `clients` None: the change did not say whom it is about, which is our fault where it must.
    """
    purpose = serves(action).purpose
    if purpose is None:
        return
    if clients is None:
        raise OurFault("a change with a purpose that does not say whom it is about", where=action)
    if set(clients) - agreed(purpose, clients):
        raise NoConsent(
            "not everybody this is about has agreed to it",
            where=purpose.value,
            expected="an agreement that was not withdrawn",
            next_step="Note the agreement on the client’s page first, or leave that part out.",
        )
