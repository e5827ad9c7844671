"""A second look: found rarely, shown once, only to whoever may see that client."""

from __future__ import annotations

from datetime import timedelta

import pytest

from lacrima.errors import NotFound
from lacrima.practice import care, pages, second_looks
from lacrima.practice.expected_course import forget
from lacrima.practice.pages_second_look import second_look_page
from lacrima.practice.second_looks import About, close_look, looks_for, refresh
from lacrima.records.models import Episode, Member, Participant
from tests.practice.test_expected_course import a_caseload, comes
from tests.support.cast import NOON, Cast

WORSE = [12, 13, 18, 24, 25, 26]


@pytest.fixture(autouse=True)
def _nothing_kept() -> None:
    forget()
    second_looks.forget()


def seat(episode: Episode) -> Participant:
    return episode.participants.get(client__isnull=False)


def of_mine(by: Member, code: str) -> list[About]:
    return [
        look.sign.about
        for look in looks_for(by, now=NOON)
        if look.seat.client is not None and look.seat.client.code == code
    ]


def test_a_course_unlike_the_expected_one_comes_to_today_once(cast: Cast) -> None:
    a_caseload(cast.ana, 32)
    episode = comes(cast.ana, "Worse", WORSE)
    assert looks_for(cast.ana, now=NOON) == []
    refresh(now=NOON)
    assert of_mine(cast.ana, "Worse") == [About.COURSE]
    assert of_mine(cast.berta, "Worse") == []
    cards = [card for card in pages.today(cast.ana, now=NOON).cards if card.kind == "second_look"]
    assert cards
    assert len(pages.today(cast.ana, now=NOON).cards) <= 3
    close_look(seat(episode), About.COURSE, by=cast.ana)
    assert of_mine(cast.ana, "Worse") == []
    refresh(now=NOON)
    assert of_mine(cast.ana, "Worse") == []


def test_its_page_says_why_what_is_known_and_what_it_cannot_show(cast: Cast) -> None:
    a_caseload(cast.ana, 32)
    episode = comes(cast.ana, "Worse", WORSE)
    refresh(now=NOON)
    page = second_look_page(cast.ana, episode.pk, "course")
    assert "worse" in page.why
    assert page.references
    assert any("if therapy goes on" in words for words in page.cannot)
    assert second_look_page(cast.ana, episode.pk, "alliance").why == ""
    for by, about in ((cast.berta, "course"), (cast.ana, "other")):
        with pytest.raises(NotFound):
            second_look_page(by, episode.pk, about)


def test_it_fades_and_an_ended_course_asks_for_nothing(cast: Cast) -> None:
    a_caseload(cast.ana, 32)
    episode = comes(cast.ana, "Worse", WORSE)
    refresh(now=NOON)
    assert of_mine(cast.ana, "Worse")
    later = NOON + timedelta(days=60)
    assert looks_for(cast.ana, now=later) == []
    care.end_episode(episode, by=cast.ana, ended_on=NOON.date())
    assert of_mine(cast.ana, "Worse") == []


def test_with_few_clients_there_is_none(cast: Cast) -> None:
    comes(cast.ana, "Worse", WORSE)
    refresh(now=NOON)
    assert looks_for(cast.ana, now=NOON) == []
