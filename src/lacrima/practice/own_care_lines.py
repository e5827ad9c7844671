"""The entries of My care in lines for a page: what, when, about which session, her own words."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from lacrima.practice.own_care import Kept
from lacrima.practice.own_care_entries import HELD, OF_ONESELF, WHENS, Content, Own, State
from lacrima.practice.pages_parts import Seeing, joined, names_by_episode
from lacrima.records.access import visible
from lacrima.records.models import Session


@dataclass(frozen=True)
class EntryLine:
    """One entry. `where` names a session of hers; empty where there is none, or none any more."""

    id: uuid.UUID
    day: date
    said: str
    where: str
    session_id: uuid.UUID | None
    words: str


def entry_lines(kept: Sequence[Kept], eyes: Seeing) -> tuple[EntryLine, ...]:
    """These entries in lines; two queries for any number of them."""
    asked = {one.entry.session for one in kept if one.entry.session}
    where = session_words(asked, eyes)
    return tuple(_line(one, where) for one in kept)


def _line(kept: Kept, where: dict[uuid.UUID, str]) -> EntryLine:
    one = kept.entry
    session = one.session if one.session in where else None
    return EntryLine(
        id=kept.id,
        day=one.day,
        said=said_of(one.content),
        where=where[session] if session else "",
        session_id=session,
        words=one.words,
    )


def session_words(keys: Iterable[uuid.UUID], eyes: Seeing) -> dict[uuid.UUID, str]:
    """Who came and which session it was, for those of these that are still hers to see."""
    asked = set(keys)
    if not asked:
        return {}
    rows = visible(eyes.by, Session).filter(pk__in=asked).order_by()
    told = list(rows.values_list("pk", "episode_id", "number"))
    names = names_by_episode({episode for _key, episode, _number in told}, eyes)
    return {key: _numbered(names[episode], number) for key, episode, number in told}


def _numbered(who: str, number: int | None) -> str:
    if number is None:
        return who
    return _("%(who)s, session %(number)s") % {"who": who, "number": number}


def said_of(content: Content) -> str:
    """What an entry holds, in one line."""
    if isinstance(content, State):
        said = {"when": WHENS[content.when], "full": content.full}
        return _("%(full)s of 10, %(when)s") % said
    if isinstance(content, Own):
        return _own_words(content)
    return _("ProQOL 5 filled in")


def _own_words(own: Own) -> str:
    parts = [str(OF_ONESELF[one]) for one in OF_ONESELF if one in own.of]
    if own.held_back:
        parts.append(_("tears held back, %(how)s") % {"how": HELD[own.held_back]})
    return joined(parts) if parts else _("something of your own")
