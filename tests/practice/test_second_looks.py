"""A second look: found rarely, shown once, only to whoever may see that client."""

from __future__ import annotations

from datetime import timedelta

import numpy as np
import pytest

from lacrima.errors import NotFound
from lacrima.practice import care, pages, second_looks, usual_alliance
from lacrima.practice.expected_course import forget
from lacrima.practice.pages_second_look import second_look_page
from lacrima.practice.second_looks import About, close_look, looks_for, refresh
from lacrima.records.models import Client, Episode, Member, Participant
from lacrima.web.views.course_picture import figures_of
from tests.practice.test_expected_course import a_caseload, comes, give
from tests.support.cast import NOON, Cast

WORSE = [12, 13, 18, 24, 25, 26]


@pytest.fixture(autouse=True)
def _nothing_kept() -> None:
    forget()
    second_looks.forget()
    usual_alliance.forget()


def rate(by: Member, code: str, totals: list[float]) -> Episode:
    """A client with one rating of the session a week."""
    episode = comes(by, code, [None] * len(totals))
    client = Client.objects.get(code=code)
    for session, total in zip(episode.sessions.order_by("number"), totals, strict=True):
        give(client, episode, session, total, slug="srs")
    return episode


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


def test_an_alliance_lower_than_usual_comes_to_today(cast: Cast) -> None:
    rng = np.random.default_rng(1)
    for who in range(14):
        level = rng.normal(26, 3)
        rate(cast.ana, f"A{who:02}", np.clip(np.rint(rng.normal(level, 2, 8)), 0, 40).tolist())
    episode = rate(cast.ana, "Low", [30, 31, 30, 29, 30, 31, 17, 16])
    refresh(now=NOON)
    assert of_mine(cast.ana, "Low") == [About.ALLIANCE]
    page = second_look_page(cast.ana, episode.pk, "alliance")
    assert "lower in the last two sessions" in page.why
    close_look(seat(episode), About.ALLIANCE, by=cast.ana)
    assert of_mine(cast.ana, "Low") == []


def test_its_page_says_why_what_is_known_and_what_it_cannot_show(cast: Cast) -> None:
    a_caseload(cast.ana, 32)
    episode = comes(cast.ana, "Worse", WORSE)
    refresh(now=NOON)
    page = second_look_page(cast.ana, episode.pk, "course")
    assert "worse" in page.why
    assert page.references
    assert any("if therapy goes on" in words for words in page.cannot)
    assert second_look_page(cast.ana, episode.pk, "alliance").why == ""
    with pytest.raises(NotFound):
        second_look_page(cast.berta, episode.pk, "course")


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


def test_where_many_answers_are_at_the_top_their_share_and_what_it_means_are_said(
    cast: Cast,
) -> None:
    rng = np.random.default_rng(2)
    for who in range(14):
        level = rng.normal(39, 3)
        rate(cast.ana, f"A{who:02}", np.clip(np.rint(rng.normal(level, 2, 8)), 0, 40).tolist())
    episode = rate(cast.ana, "Mia", [40, 40, 39, 40, 40, 40])
    page = pages.client_page(cast.ana, episode.pk)
    share, leaves = page.course.series[0].ceiling
    assert share.startswith("5 of 6 answers stand at the top of the scale; in this practice ")
    assert "in 100 of this client’s answers will lie below the top (8 in 10 sure:" in leaves
    (figure,) = figures_of(page.course, sentence="x")
    assert "5 of 6 at the top" in figure.wide
    steady = rate(cast.ana, "Top", [40] * 8)
    again = pages.client_page(cast.ana, steady.pk).course.series[0].ceiling[1]
    assert int(again.split("about ")[1].split()[0]) < int(leaves.split("about ")[1].split()[0])


def test_where_few_answers_are_at_the_top_only_their_share_is_said(cast: Cast) -> None:
    rng = np.random.default_rng(1)
    for who in range(14):
        level = rng.normal(26, 3)
        rate(cast.ana, f"A{who:02}", np.clip(np.rint(rng.normal(level, 2, 8)), 0, 40).tolist())
    none = rate(cast.ana, "None", [30, 31, 30])
    assert pages.client_page(cast.ana, none.pk).course.series[0].ceiling == ()
    one = rate(cast.ana, "One", [30, 31, 40])
    (share,) = pages.client_page(cast.ana, one.pk).course.series[0].ceiling
    assert "1 of 3 answers stand at the top of the scale; in this practice 1 in 100" in share


def test_the_page_of_a_lower_alliance_says_how_much_stood_at_the_top(cast: Cast) -> None:
    rng = np.random.default_rng(2)
    for who in range(14):
        level = rng.normal(39, 3)
        rate(cast.ana, f"A{who:02}", np.clip(np.rint(rng.normal(level, 2, 8)), 0, 40).tolist())
    episode = rate(cast.ana, "Low", [40, 40, 39, 40, 40, 40, 28, 27])
    refresh(now=NOON)
    page = second_look_page(cast.ana, episode.pk, "alliance")
    assert page.ceiling[0].startswith("5 of 8 answers stand at the top of the scale")
    assert len(page.ceiling) == 2
