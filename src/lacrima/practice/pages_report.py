"""A report on one course of care: what the client's page says, in an order that can be printed."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.utils.translation import gettext as _

from lacrima.practice.answers import as_read
from lacrima.practice.change_words import JACOBSON_TRUAX, TANG_DERUBEIS
from lacrima.practice.pages_change import ChangeView, changes_of
from lacrima.practice.pages_client import ClientPage, client_page
from lacrima.practice.pages_parts import seeing
from lacrima.practice.words import SessionState
from lacrima.records import clock
from lacrima.records.models import Member


@dataclass(frozen=True)
class ReportFrame:
    """What stands on every report: whose practice, who made it, when; whether all is simulated."""

    practice_name: str
    by_name: str
    made_at: datetime
    is_simulated: bool


@dataclass(frozen=True)
class ClientReport:
    """One course of care for paper. Free text is there only `with_words`; private notes never."""

    frame: ReportFrame
    seen: ClientPage
    changes: tuple[ChangeView, ...]
    with_words: bool
    held: int
    not_logged: int
    first_day: date | None
    last_day: date | None
    sources: tuple[str, ...]


def frame_of(by: Member) -> ReportFrame:
    """The frame of a report that this person makes now."""
    eyes = seeing(by)
    now = eyes.local(clock.now()) or clock.now()
    return ReportFrame(eyes.practice.name, by.name, now, eyes.practice.is_simulated)


def client_report(
    by: Member, episode_id: uuid.UUID | str, *, with_words: bool = False
) -> ClientReport:
    """The report on one course of care; NotFound where it is not hers to see."""
    seen = client_page(by, episode_id)
    changes = changes_of(seen.course)
    held = [line for line in seen.sessions if line.state == SessionState.HELD and line.has_begun]
    days = sorted(line.start_local.date() for line in held if line.start_local)
    return ClientReport(
        frame=frame_of(by),
        seen=seen,
        changes=changes,
        with_words=with_words,
        held=len(held),
        not_logged=seen.not_logged,
        first_day=days[0] if days else None,
        last_day=days[-1] if days else None,
        sources=_sources(changes, (one.slug for one in seen.course.series if not one.is_own)),
    )


def _sources(changes: Iterable[ChangeView], slugs: Iterable[str]) -> tuple[str, ...]:
    """Where each rule comes from, and the line that an instrument's owner asks to be shown."""
    views = list(changes)
    has_rule, has_sudden = any(one.rule for one in views), any(one.sudden_said for one in views)
    said = [
        _("Reliable and clinically significant change: %(source)s.") % {"source": JACOBSON_TRUAX}
        if has_rule
        else "",
        _("Sudden gains and losses: %(source)s.") % {"source": TANG_DERUBEIS} if has_sudden else "",
        *(credit_of(slug) for slug in dict.fromkeys(slugs)),
    ]
    return tuple(words for words in said if words)


def credit_of(slug: str) -> str:
    """The name of a questionnaire and the line that has to be shown with it; empty for none."""
    instrument = as_read(slug)
    if instrument is None:
        return ""
    name, title = instrument.name, instrument.title
    said = title if title.startswith(name) else f"{name}: {title}"
    return f"{said}. {instrument.licence.must_show}".strip()
