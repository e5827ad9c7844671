"""The words of supervision: what a share is for, how somebody is called in it, what was said."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from lacrima.practice.export_words import Telling
from lacrima.practice.people import Practice
from lacrima.practice.words import ParticipantRole, label
from lacrima.records.models import Member, Participant, ShareNoteKind, SharePurpose


class CalledBy(StrEnum):
    """How clients are called in what is shown."""

    CODE = "code"
    NEUTRAL = "neutral"
    NAME = "name"


CALLED: Mapping[CalledBy, Promise] = {
    CalledBy.CODE: _("by their code"),
    CalledBy.NEUTRAL: _("“the client”, and no more"),
    CalledBy.NAME: _("by their name"),
}

PURPOSES: Mapping[SharePurpose, Promise] = {
    SharePurpose.LEARNING: _("for learning"),
    SharePurpose.ASSESSMENT: _("for assessment"),
}

PURPOSE_SENTENCES: Mapping[SharePurpose, Promise] = {
    SharePurpose.LEARNING: _("To think about it together. It is not meant for a judgement."),
    SharePurpose.ASSESSMENT: _("Part of a training or a review. It may be judged."),
}

KINDS: Mapping[ShareNoteKind, Promise] = {
    ShareNoteKind.COMMENT: _("comment"),
    ShareNoteKind.QUESTION: _("question"),
    ShareNoteKind.SIGN_OFF: _("signed off"),
}


class Called(Telling):
    """Names as they stand in what is shown: nobody but the one who shows it is named by name."""

    def __init__(
        self, practice: Practice, by: Member, seats: Iterable[Participant], called: CalledBy
    ) -> None:
        """`seats`: everybody of the course of care, in their order."""
        super().__init__(practice)
        self._by = by
        self._called = called
        self._neutral = _neutral_names([seat for seat in seats if seat.client_id])

    def name(self, seat: Participant) -> str:
        """How somebody is called here."""
        if seat.client_id and seat.client:
            if self._called is CalledBy.NEUTRAL:
                return self._neutral.get(seat.pk.hex, str(label(ParticipantRole.CLIENT)))
            has_name = self._called is CalledBy.NAME and seat.client.name
            return str(seat.client.name if has_name else seat.client.code)
        if seat.member_id == self._by.pk:
            return str(self._by.name)
        return str(label(ParticipantRole(seat.role)))


def _neutral_names(clients: list[Participant]) -> dict[str, str]:
    """ "client"; where several have the same role, "client 1" and "client 2"."""
    roles = [seat.role for seat in clients]
    names: dict[str, str] = {}
    for place, seat in enumerate(clients):
        role = str(label(ParticipantRole(seat.role)))
        number = roles[: place + 1].count(seat.role)
        names[seat.pk.hex] = f"{role} {number}" if roles.count(seat.role) > 1 else role
    return names
