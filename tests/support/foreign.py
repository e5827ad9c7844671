"""Ways to reach for what is somebody else's, as tables: walked by tests, printed into the docs.

tests/security/test_foreign_access.py tries each as each person of WHO; tools/docs_rights.py prints
them. A new word in an address, a new field that takes an id and a new kind of row fail the test
until they stand here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

Ids = Mapping[str, Any]

WHO = {
    "therapist": "with clients of her own",
    "colleague": "another therapist, with clients of her own",
    "supervisor": "to whom nothing of it was shown",
    "administrator": "who looks after people and settings",
    "researcher": "who takes rows without names",
    "stranger": "a therapist who has no client",
    "who-left": "a therapist who works here no more",
    "cover": "who stood in for the therapist until yesterday",
}

IN_AN_ADDRESS = {
    "episode_id": "a course of care",
    "client_id": "a client",
    "participant_id": "a seat in a course of care",
    "slot_id": "a recurring appointment",
    "kept_id": "what is kept in mind",
    "contact_id": "a contact",
    "note_id": "a note of the record",
    "private_note_id": "a private note",
    "session_id": "a session",
    "moment_id": "a moment",
    "voice_id": "a voice",
    "offer_id": "an offer",
    "answers_id": "answers",
    "risk_id": "an item of risk",
    "weighing_id": "a weighing",
    "own_care_id": "an entry of My care",
    "reminder_id": "a reminder of My care",
    "consent_id": "an agreement",
    "representative_id": "somebody who decides for a client",
    "worry_id": "a worry about safety",
    "absence_id": "days away",
    "hold_id": "a hold on deleting",
    "request_id": "a request to see a record",
    "share_id": "what was shown for supervision",
    "received_id": "what came for supervision",
    "share_note_id": "what was said about it",
    "hour_id": "an hour of supervision",
    "supervision_group_id": "a group of supervision",
    "colleague_id": "a colleague elsewhere",
    "file_id": "a table that is being looked at",
    "batch_id": "what came in together",
}
# Addresses that only one's own computer has.
IN_AN_ADDRESS_OF_A_LAPTOP = {
    "phone_link_id": "a link to the sealed page for a client",
}
# Addresses that only a clinic has.
IN_AN_ADDRESS_OF_A_CLINIC = {
    "link_id": "a link to the door of a client",
    "way_out_id": "a client's word to somebody outside of a therapy",
}


@dataclass(frozen=True)
class InAField:
    """A field that takes an id: the form it stands in, and what is put into it.

    `own` is what the therapist may choose there (the test sends it once, and it is kept), `foreign`
    what nobody may. `also` fills the rest of the form.
    """

    name: str
    route: str
    meant: str
    foreign: Callable[[Ids], str]
    own: Callable[[Ids], str] | None = None
    also: Mapping[str, str] = field(default_factory=dict)
    words: Mapping[str, Any] = field(default_factory=dict)


_ITEMS = {f"item_{place}": "1" for place in range(9)}

IN_A_FIELD = (
    InAField(
        "session",
        "answers-new",
        "answers put into a session of somebody else's",
        lambda ids: str(ids["session_id"]),
        lambda ids: str(ids["quiet_id"]),
        _ITEMS,
    ),
    InAField(
        "client",
        "answers-new",
        "answers put down for somebody else's client",
        lambda ids: str(ids["client_id"]),
        lambda ids: str(ids["one_of_two"]),
        {**_ITEMS, "assessment": "1"},
        {"episode_id": "couple_id"},
    ),
    InAField(
        "client",
        "worry-new",
        "a worry about somebody else's client",
        lambda ids: str(ids["client_id"]),
        lambda ids: str(ids["one_of_two"]),
        {"seen": "a bruise", "seen_on": "2026-03-09"},
        {"episode_id": "couple_id"},
    ),
    InAField(
        "session",
        "nothing-stood-out",
        "a session of somebody else's looked back on",
        lambda ids: str(ids["session_id"]),
        lambda ids: str(ids["quiet_id"]),
    ),
    InAField(
        "session",
        "nothing-undo",
        "the same taken back",
        lambda ids: str(ids["session_id"]),
    ),
    InAField(
        "session",
        "own-care-state",
        "a day of one's own put beside a session of somebody else's",
        lambda ids: str(ids["session_id"]),
        None,
        {"full": "3", "when": "after"},
    ),
    InAField(
        "present",
        "session-change",
        "somebody else's client put into a session",
        lambda ids: str(ids["participant_id"]),
        lambda ids: str(ids["participant_id"]),
    ),
    InAField(
        "first",
        "voice-change",
        "somebody else's client said to have been moved first",
        lambda ids: str(ids["participant_id"]),
    ),
    InAField(
        "who",
        "moment-new",
        "a moment of somebody else's client",
        lambda ids: str(ids["participant_id"]),
        lambda ids: str(ids["participant_id"]),
        {"form": "else", "kind": "laughter", "strength": "2"},
    ),
    InAField(
        "started_by",
        "contact-new",
        "a contact that somebody else's client began",
        lambda ids: str(ids["participant_id"]),
        lambda ids: str(ids["participant_id"]),
        {"on": "2026-03-09", "at": "10:00"},
    ),
    InAField(
        "to",
        "hand-over",
        "a course of care handed to somebody who is no therapist here",
        lambda ids: str(ids["supervisor"]),
        lambda ids: ids["stranger"].hex,
    ),
    InAField(
        "to",
        "hand-over",
        "the same, to somebody who left",
        lambda ids: ids["who-left"].hex,
    ),
    InAField(
        "cover",
        "away-new",
        "days covered by somebody who is no therapist here",
        lambda ids: ids["supervisor"].hex,
        lambda ids: ids["stranger"].hex,
        {"from_on": "2026-09-01", "until_on": "2026-09-02", "cover_contact": "Dr N., 12"},
    ),
    InAField(
        "readers",
        "share-moment",
        "shown to a colleague elsewhere whom somebody else knows",
        lambda ids: f"colleague:{ids['colleague_id'].hex}",
        None,
        {"parts": "showed", "purpose": "learning", "expires_on": "2026-06-01", "do": "send"},
    ),
    InAField(
        "readers",
        "share-moment",
        "shown to a group that is somebody else's",
        lambda ids: f"group:{ids['supervision_group_id'].hex}",
        None,
        {"parts": "showed", "purpose": "learning", "expires_on": "2026-06-01", "do": "send"},
    ),
    InAField(
        "given_by",
        "agreement-new",
        "an agreement by whoever decides for somebody else's client",
        lambda ids: ids["representative_id"].hex,
        None,
        {"given_on": "2026-03-09", "way": "aloud"},
    ),
    InAField(
        "people",
        "supervision-group-new",
        "a client put into a group of supervision",
        lambda ids: ids["client_id"].hex,
        lambda ids: ids["stranger"].hex,
        {"name": "Fridays"},
    ),
    InAField(
        "co_therapist",
        "client-new",
        "a course of care begun together with somebody who is no therapist",
        lambda ids: str(ids["supervisor"]),
        lambda ids: str(ids["stranger"]),
        {"client_code_0": "Z 99"},
    ),
    InAField(
        "client_code_0",
        "client-new",
        "a course of care begun with the code of somebody else's client",
        lambda ids: ids["code"],
        lambda _ids: "Z 98",
    ),
    InAField(
        "colleague",
        "participant-new",
        "somebody who is no therapist joins as one",
        lambda ids: str(ids["supervisor"]),
        lambda ids: str(ids["stranger"]),
        {"role": "co_therapist"},
    ),
    InAField(
        "texts",
        "export-client",
        "a note about somebody else's client taken along",
        lambda ids: ids["note_id"].hex,
        None,
        {"parts": "sessions", "table_format": "csv", "do": "take"},
    ),
    InAField(
        "clients",
        "export-client",
        "somebody else's client taken along with one's own",
        lambda ids: ids["client_id"].hex,
        None,
        {"parts": "sessions", "table_format": "csv", "do": "take"},
        {"episode_id": "couple_id"},
    ),
    InAField(
        "care0-texts",
        "request-give",
        "a note about somebody else's client given on request",
        lambda ids: ids["note_id"].hex,
        None,
        {"care0-parts": "sessions", "do": "look"},
        {"request_id": "open_request_id"},
    ),
    InAField(
        "care0-clients",
        "request-give",
        "somebody else's client given along on request",
        lambda ids: ids["client_id"].hex,
        None,
        {"care0-parts": "sessions", "do": "look"},
        {"request_id": "open_request_id"},
    ),
    InAField(
        "clients",
        "past-its-time",
        "somebody else's client erased because the time is past",
        lambda ids: ids["client_id"].hex,
        None,
        {"do": "erase"},
    ),
    InAField(
        "spoken_session",
        "voice-change",
        "a voice tied to a session of somebody else's",
        lambda ids: str(ids["session_id"]),
        lambda ids: str(ids["quiet_id"]),
        {},
        {"voice_id": "own_voice_id"},
    ),
)

# Fields that only a clinic has.
IN_A_FIELD_OF_A_CLINIC = (
    InAField(
        "outside_member",
        "door-settings",
        "somebody who left named as the one who hears from outside of a therapy",
        lambda ids: ids["who-left"].hex,
        lambda ids: ids["stranger"].hex,
    ),
)

EVIL = "evil.example"

# The value may name the address of somebody else's page, of which nothing may be seen.
IN_A_HEADER = {
    "Host": EVIL,
    "X-Forwarded-Host": EVIL,
    "X-Forwarded-For": "127.0.0.1",
    "X-Forwarded-Proto": "https",
    "X-Forwarded-User": "{owner}",
    "Forwarded": f"for=127.0.0.1;host={EVIL};proto=https",
    "Remote-User": "{owner}",
    "X-Real-IP": "127.0.0.1",
    "X-Original-URL": "{foreign}",
    "X-Rewrite-URL": "{foreign}",
    "X-HTTP-Method-Override": "DELETE",
    "Referer": "{foreign}",
    "HX-Request": "true",
    "HX-Current-URL": "{foreign}",
    "HX-Boosted": "true",
    "HX-Target": "main",
    "HX-Trigger-Name": "{foreign}",
    "HX-Prompt": "{foreign}",
    "HX-History-Restore-Request": "true",
}

AS_A_WAY_BACK = {
    "next=//evil.example/": "a way on to another house",
    "next={foreign}": "a way on to somebody else's page",
    "back=https://evil.example/": "a way back to another house",
    "back={foreign}": "a way back to somebody else's page",
    "back=javascript:alert(1)": "a way back that is a script",
    "page={foreign}": "somebody else's page as the number of a page",
    "kind={foreign}": "somebody else's page as a kind of care",
}

OF_ANOTHER_FORM = {
    "key": "the mark of a form that somebody else has sent",
    "version": "a version of something that is somebody else's",
    "draft": "what somebody else had half typed, by its id",
    "draft_id": "the same, in a form of one's own",
}
