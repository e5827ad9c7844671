"""Handing a course of care over to a colleague: a named act, with an end and a beginning.

Whoever hands over keeps a seat that has ended: what she told stays hers in the record, and she
reads no more from that day on. The colleague takes a seat of her own, because comparisons are
between a client and one therapist.
"""

from __future__ import annotations

from lacrima.errors import BadInput
from lacrima.practice.changing import make, put, take
from lacrima.practice.notes import today_here
from lacrima.practice.words import ParticipantRole
from lacrima.records import audit
from lacrima.records.access import Right, may, require
from lacrima.records.models import Episode, Member, Participant


def hand_over_episode(episode: Episode, *, by: Member, to: Member) -> Episode:
    """From now on `to` is its therapist, and `by` no more."""
    with audit.change(by=by, action="episode.handed_over") as line:
        there = take(by, episode)
        _hand_over(there, giver=by, to=to)
        line.about(there, to=to.pk.hex)
        return there


def hand_over_all(giver: Member, *, by: Member, to: Member) -> int:
    """All open courses of care of somebody who leaves, at once; how many.

    For whoever looks after the people of a practice: nothing of any client is seen by it.
    """
    with audit.change(by=by, action="member.handed_over") as line:
        require(by, Right.CHANGE_PRACTICE)
        episodes = open_episodes_of(giver)
        for episode in episodes:
            _hand_over(episode, giver=giver, to=to)
        line.about(giver, to=to.pk.hex, count=len(episodes))
        return len(episodes)


def open_episodes_of(member: Member) -> list[Episode]:
    """The courses of care in which she is a therapist now, and that have not ended."""
    seats = Participant.objects.filter(member=member, left_on=None, episode__ended_on=None)
    return [seat.episode for seat in seats.select_related("episode").order_by("created_at")]


def _hand_over(episode: Episode, *, giver: Member, to: Member) -> None:
    if to.pk == giver.pk or not may(to, Right.WRITE_CARE):
        raise BadInput(
            "nobody this can be handed over to", where="to", expected="another therapist here"
        )
    seat = episode.participants.get(member=giver, left_on=None)
    put(seat, left_on=today_here())
    _take_seat(episode, to, seat.role)


def _take_seat(episode: Episode, to: Member, role: str) -> None:
    there = episode.participants.filter(member=to).first()
    if there is None:
        make(Participant, episode=episode, role=role, member=to)
    elif there.left_on is not None:
        put(there, left_on=None)
    elif there.role == ParticipantRole.CO_THERAPIST:
        put(there, role=role)  # who was beside her leads it now
