"""Briefs for the page's tests: Mia's, with one session this morning, and what a test changes."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec

from lacrima.practice.door_visits import DoorWay, visit_of
from lacrima.practice.drop_box_texts import texts_for
from tests.support.cast import NOON, ZONE, Cast
from tests.support.drop_box_reference import point_of

PRACTICE_KEY = ec.derive_private_key(20_260_310, ec.SECP256R1())
KEEPER_KEY = ec.derive_private_key(20_260_311, ec.SECP256R1())
SESSION = "5e" * 16
EARLIER = "5d" * 16
HOUSE = {
    "reading": "Ana reads this tomorrow after nine.",
    "read_by_hour": 10,
    "crisis_contacts": "Crisis line 0800 000\nEmergency 112",
    "outside": "Dr Nobody, 555 0100",
    "complaints": "The chamber of therapists",
}


def said(moment: datetime) -> str:
    """A time as the format writes it."""
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def public(key: ec.EllipticCurvePrivateKey) -> str:
    """A public key as a brief holds it."""
    return base64.b64encode(point_of(key.public_key())).decode()


def keeper() -> dict[str, str]:
    """Somebody outside the therapy, with a key."""
    return {"name": "Dr Weiss", "public": public(KEEPER_KEY)}


def met(session: str, number: int, start: datetime) -> dict[str, Any]:
    """One session of a brief."""
    return {"session": session, "number": number, "start": said(start), "length_min": 50}


def texts(cast: Cast, slugs: Sequence[str] = (), *, for_child: bool = False) -> dict[str, Any]:
    """The words of Mia's page in every language."""
    visit = visit_of(cast.place_of(cast.mia, cast.care_of_mia), DoorWay.LINK)
    return texts_for(replace(visit, for_child=for_child), slugs)


def settled(slugs: Sequence[str] = (), **changes: Any) -> dict[str, Any]:
    """How the door is settled."""
    forms = [{"slug": slug, "every_days": 7, "version": "1"} for slug in slugs]
    usual = {"every_sessions": 1, "forms": forms, "evening_hour": 20, "paused_until": None}
    return usual | {"is_stopped": False, "ask_until": None} | changes


def brief(words: dict[str, Any], slugs: Sequence[str] = (), **changes: Any) -> dict[str, Any]:
    """A brief of today, NOON; anything in it may be told otherwise."""
    usual = {
        "v": 1,
        "number": 7,
        "made_at": said(NOON - timedelta(days=1)),
        "from": said(NOON - timedelta(days=2)),
        "until": said(NOON + timedelta(days=28)),
        "public": public(PRACTICE_KEY),
        "keeper": None,
        "name": "Practice by the Park",
        "zone": ZONE,
        "her": "Ana",
        "is_simulated": False,
        "languages": list(words),
        "language": "",
        "has_read": True,
        "has_agreed": True,
        "needs_guardian": False,
        "settled": settled(slugs),
        "met": [met(EARLIER, 1, NOON - timedelta(days=7)), met(SESSION, 2, NOON.replace(hour=9))],
        "given": [],
        "filled": {},
        "arrived": {},
        "away": None,
        "house": HOUSE,
        "texts": words,
    }
    return usual | changes
