"""Keeping in the demo: a rule of ten years, somebody past it, and a request that was answered."""

from __future__ import annotations

from datetime import timedelta

from lacrima.practice import disclosing, disclosure_bundle, people
from lacrima.practice.disclosure_bundle import Pick
from lacrima.practice.export_choice import Choice, Part
from lacrima.practice.notes import today_here
from lacrima.records.models import Client, DisclosureGround, Member, Participant

KEEP_YEARS, KEEP_CHILD_UNTIL_AGE = 10, 28
WHO = "Dr. K. Okafor, simulated, the new general practitioner of I 24"
GROUND = (
    "I 24 signed that scores and the days of sessions may be told. The letter is in the folder."
)
REMARK = "Read together with I 24 on the phone, then sent by registered post."
PARTS = frozenset({Part.SESSIONS, Part.ANSWERS})


def add_keeping(therapist: Member) -> None:
    """A rule, and a request of which as little was given as would do."""
    people.change_practice(
        by=therapist, keep_years=KEEP_YEARS, keep_child_until_age=KEEP_CHILD_UNTIL_AGE
    )
    client = Client.objects.get(code="I 24")
    seat = Participant.objects.get(client=client)
    request = disclosing.note_request(
        client,
        by=therapist,
        asked_on=today_here() - timedelta(days=9),
        asked_by=WHO,
        kind=DisclosureGround.PROFESSIONAL,
        ground=GROUND,
    )
    picks = [Pick(seat.episode_id, Choice(parts=PARTS))]
    seen = disclosure_bundle.compose(therapist, request, picks)
    disclosing.give(request, by=therapist, picks=picks, seen=seen.mark, remark=REMARK)
