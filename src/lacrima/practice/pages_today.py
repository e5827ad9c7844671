"""Today: what may be dangerous first, the sessions of the day, at most three other things."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from django.db.models import QuerySet
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from lacrima.practice import absences
from lacrima.practice.cards import (
    MOST_CARDS,
    Card,
    OffersOfToday,
    cards_of_today,
    offers_of_today,
    share_cards,
)
from lacrima.practice.due import local_to_utc
from lacrima.practice.pages_door import unseen_ways_out
from lacrima.practice.pages_parts import (
    LINE_FIELDS,
    RiskLine,
    Seeing,
    SessionLine,
    WorryLine,
    moments_by_session,
    names_by_episode,
    risk_line,
    seeing,
    session_line,
    worry_lines,
)
from lacrima.practice.risk import open_risks
from lacrima.practice.safeguarding import open_worries
from lacrima.practice.words import LogState, SessionState
from lacrima.records.access import Right, may, visible
from lacrima.records.models import Absence, Episode, Member, Offer, Session

EARLIER_DAYS = 14
MOST_EARLIER = 12
BACKUP_QUIET_DAYS = 2


@dataclass(frozen=True)
class TodayPage:
    """All that Today shows. Risks are never capped and never fade; cards are three at most."""

    now_local: datetime
    practice_name: str
    is_simulated: bool
    crisis_contacts: str
    risks: tuple[RiskLine, ...]
    worries: tuple[WorryLine, ...]
    away: Absence | None
    standing_in: tuple[Absence, ...]
    cards: tuple[Card, ...]
    sessions: tuple[SessionLine, ...]
    earlier: tuple[SessionLine, ...]
    earlier_count: int
    last_backup: str
    is_backup_recent: bool
    is_empty: bool
    ways_out: int = 0

    @property
    def could_be_nothing(self) -> tuple[SessionLine, ...]:
        """The sessions of today that have begun and were not looked back on."""
        return tuple(line for line in self.sessions if line.next_step == "log")


def today(by: Member, *, now: datetime) -> TodayPage:
    """What this person sees on the first page of the day."""
    eyes = seeing(by)
    begin, end = _day(now, eyes)
    of_day = list(_sessions(by).filter(start__gte=begin, start__lt=end))
    open_before = _open_before(by, begin)
    earlier = list(open_before.order_by("-start")[: MOST_EARLIER + 1])
    is_more = len(earlier) > MOST_EARLIER
    offers = offers_of_today(by, now=now)
    names = names_by_episode(_episodes(of_day, earlier, offers.rows), eyes)
    risks = open_risks(by)
    of_this_day = absences.of_day(by, now.astimezone(eyes.zone).date())
    return TodayPage(
        now_local=now.astimezone(eyes.zone),
        practice_name=eyes.practice.name,
        is_simulated=eyes.practice.is_simulated,
        crisis_contacts=eyes.practice.crisis_contacts,
        risks=tuple(risk_line(row, eyes) for row in risks),
        worries=worry_lines(open_worries(by), eyes),
        away=of_this_day.away,
        standing_in=of_this_day.standing_in,
        cards=_cards(offers, names, eyes, now),
        sessions=_lines(of_day, names, eyes, now),
        earlier=_lines(earlier[:MOST_EARLIER], names, eyes, now),
        earlier_count=open_before.count() if is_more else len(earlier),
        last_backup=backup_words(eyes, now),
        is_backup_recent=_is_backup_recent(eyes, now),
        is_empty=not of_day and not visible(by, Episode).exists(),
        ways_out=unseen_ways_out(by),
    )


def _day(now: datetime, eyes: Seeing) -> tuple[datetime, datetime]:
    day = now.astimezone(eyes.zone).date()
    return (
        local_to_utc(day, time(0), eyes.zone),
        local_to_utc(day + timedelta(days=1), time(0), eyes.zone),
    )


def _sessions(by: Member) -> QuerySet[Session]:
    return visible(by, Session).only(*LINE_FIELDS).order_by("start")


def _open_before(by: Member, begin: datetime) -> QuerySet[Session]:
    return _sessions(by).filter(
        log_state=LogState.NOT_YET,
        state=SessionState.HELD,
        start__gte=begin - timedelta(days=EARLIER_DAYS),
        start__lt=begin,
    )


def _episodes(
    of_day: Sequence[Session], earlier: Sequence[Session], offers: Sequence[Offer]
) -> set[uuid.UUID]:
    found = {row.episode_id for row in [*of_day, *earlier]}
    return found | {offer.moment.session.episode_id for offer in offers}


_Names = dict[uuid.UUID, str]


def _lines(
    rows: Sequence[Session], names: _Names, eyes: Seeing, now: datetime
) -> tuple[SessionLine, ...]:
    moments = moments_by_session(rows)
    return tuple(
        session_line(
            row,
            eyes,
            who=names[row.episode_id],
            moments=moments.get(row.pk, 0),
            now=now,
        )
        for row in rows
    )


def _cards(offers: OffersOfToday, names: _Names, eyes: Seeing, now: datetime) -> tuple[Card, ...]:
    """People first; a backup that needs somebody keeps the last place."""
    cards = [*cards_of_today(offers, names, eyes, now=now), *share_cards(eyes.by)]
    if may(eyes.by, Right.HANDLE_VAULT) and not _is_backup_recent(eyes, now):
        why = _("A copy in another place keeps the practice safe when this computer is lost.")
        cards = [*cards[: MOST_CARDS - 1], Card("backup", backup_words(eyes, now), why)]
    return tuple(cards[:MOST_CARDS])


def _is_backup_recent(eyes: Seeing, now: datetime) -> bool:
    made = eyes.practice.last_backup_at
    return (
        not eyes.practice.last_backup_problem
        and made is not None
        and now - made < timedelta(days=BACKUP_QUIET_DAYS)
    )


def backup_words(eyes: Seeing, now: datetime) -> str:
    """When the last backup was made, as people say it."""
    made = eyes.local(eyes.practice.last_backup_at)
    if made is None:
        return _("There is no backup yet.")
    days = (now.astimezone(eyes.zone).date() - made.date()).days
    at = made.strftime("%H:%M")
    if days <= 0:
        return _("Last backup today at %(at)s.") % {"at": at}
    if days == 1:
        return _("Last backup yesterday at %(at)s.") % {"at": at}
    if days < 7:
        return ngettext("Last backup %(n)d day ago.", "Last backup %(n)d days ago.", days) % {
            "n": days
        }
    return _("Last backup on %(day)s.") % {"day": date_format(made.date(), "DAY_MONTH_YEAR")}
