"""Texts about several people at once: whoever erases one of them decides text by text."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.db import models
from django.utils.translation import gettext as _

from lacrima.errors import BadInput
from lacrima.practice.changing import put
from lacrima.practice.export_weighings import weighing_line, weighing_text
from lacrima.practice.export_words import Telling, session_words, side_words
from lacrima.practice.words import Side
from lacrima.records.models import (
    Contact,
    KeptInMind,
    RecordNote,
    Safeguarding,
    ShareNote,
    Voice,
    Weighing,
)

Rows = models.QuerySet[Any]


@dataclass(frozen=True)
class JointText:
    """One text: under which id the ledger would note it, what stands above it, its words."""

    id: str
    above: str
    words: str


def _notes(episodes: Collection[uuid.UUID]) -> Rows:
    return RecordNote.objects.filter(episode__in=episodes).select_related("session")


def _kept_in_mind(episodes: Collection[uuid.UUID]) -> Rows:
    return KeptInMind.objects.filter(episode__in=episodes)


def _contacts(episodes: Collection[uuid.UUID]) -> Rows:
    return Contact.objects.filter(episode__in=episodes, participant__client=None)


def _worries(episodes: Collection[uuid.UUID]) -> Rows:
    return Safeguarding.objects.filter(episode__in=episodes, client=None)


def _voices(episodes: Collection[uuid.UUID]) -> Rows:
    """What others than clients told: each client's own voice is that client's."""
    rows = Voice.objects.filter(moment__session__episode__in=episodes).exclude(side=Side.CLIENT)
    return rows.exclude(words=b"").select_related("moment__session", "participant__member")


def _weighings(episodes: Collection[uuid.UUID]) -> Rows:
    rows = Weighing.objects.filter(episode__in=episodes, recorded_at__isnull=False)
    return rows.select_related("moment__session", "session", "member")


def _said_of_shares(episodes: Collection[uuid.UUID]) -> Rows:
    rows = ShareNote.objects.filter(share__episode__in=episodes).exclude(words=b"")
    return rows.select_related("by", "share")


def _forget_words(row: Any) -> None:
    put(row, words="")


def _delete(row: Any) -> None:
    row.delete()


@dataclass(frozen=True)
class _Kind:
    rows: Callable[[Collection[uuid.UUID]], Rows]
    above: Callable[[Any, Telling], str]
    words: Callable[[Any], str]
    let_go: Callable[[Any], None] = _delete


def _words(row: Any) -> str:
    return str(row.words)


def _worry_words(row: Safeguarding) -> str:
    return "\n".join(part for part in (row.seen, row.told, row.done) if part)


_KINDS: Mapping[str, _Kind] = {
    "record_note": _Kind(
        _notes,
        lambda row, telling: _line(_("note"), telling.day(row.created_at)),
        _words,
    ),
    "kept_in_mind": _Kind(
        _kept_in_mind,
        lambda row, telling: _line(_("kept in mind"), telling.day(row.agreed_on)),
        _words,
    ),
    "contact": _Kind(
        _contacts, lambda row, telling: _line(_("contact"), telling.at(row.at)), _words
    ),
    "safeguarding": _Kind(
        _worries,
        lambda row, telling: _line(_("a worry about safety"), telling.at(row.seen_at)),
        _worry_words,
    ),
    "voice": _Kind(
        _voices,
        lambda row, telling: _line(
            side_words(row, telling), session_words(row.moment.session, telling)
        ),
        _words,
        _forget_words,
    ),
    "weighing": _Kind(_weighings, weighing_line, weighing_text),
    "share_note": _Kind(
        _said_of_shares,
        lambda row, telling: _line(_("said of what was shown"), telling.at(row.said_at)),
        _words,
    ),
}


def _line(*parts: str) -> str:
    return " · ".join(part for part in parts if part)


def joint_texts(episodes: Collection[uuid.UUID], telling: Telling) -> Iterator[JointText]:
    """Every text about all who come to these courses of care, the oldest of each kind first."""
    for name, kind in _KINDS.items():
        for row in kind.rows(episodes).order_by("created_at", "pk"):
            words = kind.words(row)
            yield JointText(f"{name}:{row.pk.hex}", kind.above(row, telling), words)


def let_go(chosen: Iterable[str], episodes: Collection[uuid.UUID]) -> None:
    """Let these texts go. BadInput for one that is not among the texts of these courses of care."""
    for text_id in sorted(set(chosen)):
        kind, key = _read(text_id)
        row = kind.rows(episodes).filter(pk=key).first() if kind and key else None
        if kind is None or row is None:
            raise BadInput(
                "a text that is not among those to choose from",
                where="joint",
                next_step="Look at the page once more.",
            )
        kind.let_go(row)


def came_back(ids: Iterable[str]) -> list[str]:
    """After a restore: which of the texts that were let go before are there again."""
    return [
        one for one in ids if (found := _came_back(one)) is not None and found[0].words(found[1])
    ]


def let_go_again(ids: Iterable[str]) -> None:
    """Let these go, wherever they belong now."""
    for kind, row in filter(None, map(_came_back, ids)):
        kind.let_go(row)


def _came_back(text_id: str) -> tuple[_Kind, Any] | None:
    kind, key = _read(text_id)
    if kind is None or key is None:
        return None
    row = kind.rows(()).model._default_manager.filter(pk=key).first()
    return None if row is None else (kind, row)


def _read(text_id: str) -> tuple[_Kind | None, uuid.UUID | None]:
    name, _colon, key = text_id.partition(":")
    try:
        return _KINDS.get(name), uuid.UUID(key)
    except ValueError:
        return None, None
