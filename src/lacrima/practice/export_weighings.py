"""Weighings of the record in the copy of one course of care: every version, in plain words."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext as _

from lacrima.formats.document import Block, Facts, Heading, Quote, Said
from lacrima.practice.export_care import Care
from lacrima.practice.export_words import Telling, session_words
from lacrima.practice.share_parts import weighing_parts
from lacrima.practice.weighing_thinking import Thinking, thinking_from_version, thinking_of
from lacrima.records.models import Weighing, WeighingTime, WeighingVersion


def weighing_line(weighing: Weighing, telling: Telling) -> str:
    """Which weighing, in one line: about what, whose, and since when it is in the record."""
    since = _("in the record since %(day)s") % {"day": telling.day(weighing.recorded_at)}
    return " · ".join(part for part in (_about(weighing, telling), weighing.member.name, since)
                      if part)  # fmt: skip


def _about(weighing: Weighing, telling: Telling) -> str:
    session = weighing.moment.session if weighing.moment else weighing.session
    when = session_words(session, telling)
    if weighing.time == WeighingTime.BEFOREHAND:
        return _("before %(session)s") % {"session": when} if when else _("beforehand")
    return when


def weighing_text(weighing: Weighing) -> str:
    """What it says now, as one text."""
    said = (f"{name}: {words}" for name, words in _said(thinking_of(weighing.thinking)))
    return "\n".join(said)


def _said(thinking: Thinking) -> Iterator[tuple[str, str]]:
    for part in weighing_parts(thinking):
        if part.shown.words:
            yield part.shown.name, part.shown.words


def weighings_told(care: Care, telling: Telling) -> Iterator[Block]:
    """Each weighing with its versions, the latest first."""
    for weighing in care.of(Weighing):
        yield Heading(weighing_line(weighing, telling))
        versions = [one for one in care.of(WeighingVersion) if one.weighing_id == weighing.pk]
        for version in reversed(versions):
            yield from _version(version, telling)


def _version(version: WeighingVersion, telling: Telling) -> Iterator[Block]:
    said = {
        "number": version.number,
        "at": telling.at(version.created_at),
        "who": version.by.name if version.by else _("somebody"),
    }
    yield Said(_("Version %(number)s, %(at)s, %(who)s") % said)
    pairs = tuple(_said(thinking_from_version(version.thinking)))
    weighed, told = pairs[:-1], pairs[-1:]
    yield Facts(weighed or told)
    if weighed:
        yield from (Quote(words, above=name) for name, words in told)
    yield Facts(((_("check sum (SHA-256)"), version.content_hash),))
