"""By the practice's own rule: who is past the time, who is held, and nobody goes by itself."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lacrima.errors import BadInput, EditConflict, NotAllowed, NotFound, OutOfRange
from lacrima.practice import (
    care,
    disclosing,
    erasing,
    holding,
    people,
    retention,
    risk,
    safeguarding,
)
from lacrima.practice.erasing import Who
from lacrima.practice.retention import Held, Outlook
from lacrima.practice.retention_rule import By, Rule
from lacrima.records.models import AuditLine, Client, Episode, Member, Practice
from lacrima.web import housekeeping
from tests.support.cast import NOON, Cast
from tests.support.families import Families, Plan, Told
from tests.support.things import WORDS, Things

TODAY = NOON.date()
OVER = date(2014, 2, 1)


def practice() -> Practice:
    found = people.the_practice()
    assert found is not None
    return found


def rule(by: Member, years: int | None = 10, age: int | None = None) -> None:
    people.change_practice(by=by, keep_years=years, keep_child_until_age=age)


def seen(by: Member) -> Outlook:
    return retention.outlook(by, practice=practice())


def codes(lines: Any) -> list[str]:
    return [one.client.code for one in lines]


def over(cast: Cast, code: str, *, ended_on: date = OVER, role: str = "client") -> Client:
    """Somebody whose care was over long ago."""
    new = care.NewClient(code, role=role)
    episode = care.start_episode(
        by=cast.ana, kind="individual", clients=[new], started_on=ended_on - timedelta(days=200)
    )
    care.end_episode(episode, by=cast.ana, ended_on=ended_on)
    client = episode.participants.exclude(client=None).get().client
    assert client is not None
    return client


def picked(client: Client, code: str | None = None) -> Who:
    return Who(client, client.code if code is None else code, client.version)


# --- the rule


def test_without_a_rule_nobody_is_ever_past_the_time(cast: Cast) -> None:
    over(cast, "O 01")
    told = seen(cast.ana)
    assert not told.rule.is_set
    assert told.due == told.held == told.coming == ()


@given(
    st.dates(date(1950, 1, 1), date(2100, 1, 1)),
    st.none() | st.integers(1, 100),
    st.none() | st.integers(18, 100),
    st.none() | st.integers(1900, 2100),
)
def test_a_rule_never_shortens_another(
    end: date, years: int | None, age: int | None, born: int | None
) -> None:
    both, first = Rule(years, age).due(end, birth_year=born), Rule(years).due(end)
    alone = Rule(None, age).due(end, birth_year=born)
    days = [found[0] for found in (first, alone) if found is not None]
    assert (both[0] if both else None) == max(days, default=None)
    if years is not None and both is not None:
        assert both[0] > end.replace(year=end.year + years, day=min(end.day, 28))
    if born is not None and alone is not None:
        assert alone[0].year - born > (age or 0)


@pytest.mark.parametrize("wrong", [{"keep_years": 0}, {"keep_years": 101},
                                   {"keep_child_until_age": 17}])  # fmt: skip
def test_a_rule_that_cannot_be_meant_is_refused(cast: Cast, wrong: dict[str, int]) -> None:
    with pytest.raises(OutOfRange):
        people.change_practice(by=cast.ana, **wrong)


def test_a_birth_to_come_and_a_day_without_end_are_refused(cast: Cast) -> None:
    for born, until in ((2027, None), (1899, None), (None, date(2201, 1, 1))):
        with pytest.raises(OutOfRange):
            retention.change_keeping(
                cast.mia, by=cast.ana, expected_version=1, birth_year=born, keep_until=until
            )


def test_each_is_past_the_time_from_her_own_day(cast: Cast) -> None:
    grown = over(cast, "O 01")
    child = over(cast, "O 02")
    longer = over(cast, "O 03")
    over(cast, "O 04", ended_on=date(2020, 1, 1))
    ana = cast.ana
    rule(ana, 10, 28)
    for client, born, until in ((grown, 1980, None), (child, 2004, None),
                                (longer, None, date(2030, 5, 1))):  # fmt: skip
        retention.change_keeping(
            client, by=ana, expected_version=1, birth_year=born, keep_until=until
        )
    told = seen(ana)
    assert codes(told.due) == ["O 01"]
    assert [(one.client.code, one.due_on, one.by, one.has_birth_year) for one in told.coming] == [
        ("O 04", date(2030, 1, 2), By.YEARS, False),
        ("O 03", date(2030, 5, 2), By.KEEP_UNTIL, False),
        ("O 02", date(2033, 1, 1), By.CHILD, True),
    ]
    assert told.in_care == 1


def test_the_last_end_of_several_courses_of_care_counts(cast: Cast) -> None:
    client, ana = over(cast, "O 01"), cast.ana
    rule(ana)
    assert codes(seen(ana).due) == ["O 01"]
    again = care.start_episode(
        by=ana, kind="individual", clients=[client], started_on=date(2019, 1, 1)
    )
    assert seen(ana).due == ()
    assert retention.standing_of(ana, client, practice=practice()) is None
    care.end_episode(again, by=ana, ended_on=date(2019, 6, 1))
    assert [one.due_on for one in seen(ana).coming] == [date(2029, 6, 2)]


def test_an_end_to_come_is_no_end_yet(cast: Cast) -> None:
    rule(cast.ana)
    care.end_episode(cast.care_of_mia, by=cast.ana, ended_on=TODAY + timedelta(days=3))
    assert (seen(cast.ana).coming, seen(cast.ana).in_care) == ((), 1)


# --- what holds


def _hold(things: Things) -> None:
    holding.set_hold(things.cast.mia, by=things.cast.ana, reason="a letter")


def _request(things: Things) -> None:
    disclosing.note_request(
        things.cast.mia, by=things.cast.ana, asked_on=TODAY, asked_by="x", kind="client"
    )


def _risk(things: Things) -> None:
    risk.undo_risk_seen(things.risk, by=things.cast.ana)


def _worry(things: Things) -> None:
    safeguarding.reopen_worry(things.worry, by=things.cast.ana)


def _colleague(things: Things) -> None:
    cast = things.cast
    other = care.start_episode(
        by=cast.berta, kind="individual", clients=[care.NewClient("X 01")],
        started_on=date(2013, 1, 1),
    )  # fmt: skip
    other.participants.exclude(client=None).update(client=cast.mia)
    care.end_episode(other, by=cast.berta, ended_on=OVER)


@pytest.fixture
def past(things: Things, still_clock: Any) -> Things:
    """Mia, past her time, with nothing open."""
    ana = things.cast.ana
    risk.note_risk_seen(things.risk, by=ana, done="we spoke")
    safeguarding.close_worry(things.worry, by=ana, done="all was done")
    care.end_episode(things.cast.care_of_mia, by=ana, ended_on=TODAY)
    rule(ana, 1)
    still_clock.move(days=400)
    return things


@pytest.mark.parametrize(
    ("what", "why"),
    [
        (_hold, Held.HOLD),
        (_request, Held.HOLD),
        (_risk, Held.RISK),
        (_worry, Held.WORRY),
        (_colleague, Held.NOT_ALL_YOURS),
    ],
)
def test_whoever_is_held_is_said_why_and_is_not_erased(past: Things, what: Any, why: Held) -> None:
    cast = past.cast
    assert codes(seen(cast.ana).due) == ["M 01"]
    what(past)
    told = seen(cast.ana)
    assert told.due == ()
    assert [(one.client.code, one.held) for one in told.held] == [("M 01", (why,))]
    assert all(str(words) for words in told.held[0].held_words)
    with pytest.raises(NotFound):
        retention.erase_due([picked(cast.mia)], by=cast.ana, practice=practice())
    assert Client.objects.filter(pk=cast.mia.pk).exists()


def test_who_came_as_a_child_without_a_year_of_birth_waits_for_it(cast: Cast) -> None:
    client, ana = over(cast, "O 01", role="child"), cast.ana
    rule(ana, 10)
    assert codes(seen(ana).due) == ["O 01"]
    rule(ana, 10, 28)
    assert [one.held for one in seen(ana).held] == [(Held.CHILD,)]
    retention.change_keeping(client, by=ana, expected_version=1, birth_year=1990, keep_until=None)
    assert codes(seen(ana).due) == ["O 01"]


COUPLE = Plan(
    episodes=((0, 1),),
    moments=(Told((0,), (0,), by_client=False, nature="showed"),),
    erased=0,
)


def test_half_a_couple_on_hold_holds_the_other_half(cast: Cast, still_clock: Any) -> None:
    made = Families(cast, COUPLE, 5)
    _close_all(cast)
    care.end_episode(made.episodes[0], by=cast.ana, ended_on=TODAY)
    rule(cast.ana, 1)
    still_clock.move(days=400)
    both = sorted(one.code for one in made.people.values())
    assert codes(seen(cast.ana).due) == both
    holding.set_hold(made.people[1], by=cast.ana, reason="a letter")
    assert codes(seen(cast.ana).held) == both


def _close_all(cast: Cast) -> None:
    for worry in safeguarding.open_worries(cast.ana):
        safeguarding.close_worry(worry, by=cast.ana, done="done")
    for one in risk.open_risks(cast.ana):
        risk.note_risk_seen(one, by=cast.ana, done="done")


# --- erasing


def test_both_of_a_couple_go_together_with_all_of_their_care(cast: Cast, still_clock: Any) -> None:
    made = Families(cast, COUPLE, 5)
    _close_all(cast)
    care.end_episode(made.episodes[0], by=cast.ana, ended_on=TODAY)
    rule(cast.ana, 1)
    still_clock.move(days=400)
    whom = [picked(one) for one in made.people.values()]
    told = retention.erase_due(whom, by=cast.ana, practice=practice())
    assert [(one.whole, one.shared) for one in told] == [(0, 1), (1, 0)]
    assert not Episode.objects.filter(pk=made.episodes[0].pk).exists()


def test_those_ticked_go_and_the_others_stay(cast: Cast) -> None:
    gone, stays = over(cast, "O 01"), over(cast, "O 02")
    rule(cast.ana)
    before = AuditLine.objects.count()
    retention.erase_due([picked(gone)], by=cast.ana, practice=practice())
    assert set(Client.objects.filter(pk__in=[gone.pk, stays.pk])) == {stays}
    line = AuditLine.objects.order_by("sequence")[before]
    assert (line.action, line.details["by_rule"]) == ("client.erased", True)


def test_all_of_them_or_none(cast: Cast) -> None:
    first, second = over(cast, "O 01"), over(cast, "O 02")
    rule(cast.ana)
    for wrong, error in (
        (picked(second, "O 01"), BadInput),
        (Who(second, "O 02", 7), EditConflict),
        (picked(cast.mia), NotFound),
    ):
        with pytest.raises(error):
            retention.erase_due([picked(first), wrong], by=cast.ana, practice=practice())
        assert Client.objects.filter(pk__in=[first.pk, second.pk]).count() == 2
    with pytest.raises(BadInput):
        retention.erase_due([], by=cast.ana, practice=practice())


def test_a_key_is_only_dropped_once_all_are_taken(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    whom = [picked(over(cast, code)) for code in ("O 01", "O 02")]
    rule(cast.ana)
    taken: list[Any] = []

    def fails_second(*args: Any) -> Any:
        taken.append(args)
        if len(taken) == 2:
            raise BadInput("no")
        return real(*args)

    real = erasing.take_all
    monkeypatch.setattr(erasing, "take_all", fails_second)
    with pytest.raises(BadInput):
        retention.erase_due(whom, by=cast.ana, practice=practice())
    for one in whom:
        there = Client.objects.get(pk=one.client.pk)
        assert care.change_client(
            there, by=cast.ana, expected_version=1, code=there.code, reach=WORDS
        ).reach == WORDS  # fmt: skip


@pytest.mark.parametrize("who", ["berta", "stella", "hanna"])
def test_nobody_sees_whose_record_of_others_is_past_its_time(cast: Cast, who: str) -> None:
    client, by = over(cast, "O 01"), getattr(cast, who)
    rule(cast.ana)
    if who == "hanna":
        with pytest.raises(NotAllowed):
            seen(by)
    else:
        assert "O 01" not in codes((*seen(by).due, *seen(by).held, *seen(by).coming))
    with pytest.raises((NotFound, NotAllowed)):
        retention.erase_due([picked(client)], by=by, practice=practice())


def test_looking_changes_nothing_and_time_alone_erases_nobody(
    past: Things, still_clock: Any
) -> None:
    before = AuditLine.objects.count()
    assert codes(seen(past.cast.ana).due) == ["M 01"]
    assert AuditLine.objects.count() == before
    still_clock.move(days=4_000)
    housekeeping.do_chores()
    assert Client.objects.filter(pk=past.cast.mia.pk).exists()
    assert not AuditLine.objects.filter(action="client.erased").exists()
