"""What could come next: the card for the room, and suggestions with their words and reasons."""

from __future__ import annotations

from dataclasses import dataclass

from lacrima.evidence import what_next
from lacrima.evidence.conditions import Facts
from lacrima.evidence.library import shipped
from lacrima.evidence.what_next import Guide
from lacrima.evidence.words import SAID_OF_GRADE, Grade
from lacrima.practice.cards import Card, offer_cards
from lacrima.practice.evidence_refs import Reference, references
from lacrima.practice.offers import open_offers
from lacrima.practice.pages_parts import names_by_episode, seeing
from lacrima.records import clock
from lacrima.records.models import Member

MOST_LISTED = 60


@dataclass(frozen=True)
class Advice:
    """How a suggestion could be said, why it stands here, and what that rests on."""

    words: str
    because: str
    grade: str
    is_unstudied: bool
    references: tuple[Reference, ...]


@dataclass(frozen=True)
class GuideView:
    """A guide with what it rests on."""

    guide: Guide
    grade: str
    references: tuple[Reference, ...]


@dataclass(frozen=True)
class WhatNextPage:
    """The card, words to ask beforehand, and what stands."""

    card: GuideView
    ahead: GuideView
    offers: tuple[Card, ...]
    is_more: bool


def what_next_page(by: Member) -> WhatNextPage:
    """The card, and every suggestion that stands for this person, the oldest first."""
    eyes = seeing(by)
    rows = open_offers(by, now=clock.now()).select_related("moment__session")
    found = list(rows[: MOST_LISTED + 1])
    names = names_by_episode({row.moment.session.episode_id for row in found}, eyes)
    return WhatNextPage(
        card=card_view(),
        ahead=ahead_view(),
        offers=tuple(offer_cards(found[:MOST_LISTED], names, eyes)),
        is_more=len(found) > MOST_LISTED,
    )


def card_view() -> GuideView:
    """The card to rehearse."""
    return _guide(what_next.shipped().card)


def ahead_view() -> GuideView:
    """Words to ask a client's preference before it matters."""
    return _guide(what_next.shipped().ahead)


def _guide(guide: Guide) -> GuideView:
    grounds = guide.grounds
    return GuideView(guide, SAID_OF_GRADE[grounds.grade], references(shipped(), grounds))


def advice_of(kind: str, facts: Facts) -> Advice | None:
    """The words for one kind of suggestion; None where there are none, as for a client's wish."""
    found = what_next.shipped().suggestion(kind)
    if found is None:
        return None
    return Advice(
        words=found.words,
        because=what_next.shipped().because(kind, facts),
        grade=SAID_OF_GRADE[found.grounds.grade],
        is_unstudied=found.grounds.grade is Grade.UNSTUDIED,
        references=references(shipped(), found.grounds),
    )
