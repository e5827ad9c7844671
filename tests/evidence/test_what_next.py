"""What could come next: data with grounds, rules that say why, mistakes refused with their line."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lacrima.errors import BadEvidence
from lacrima.evidence import what_next
from lacrima.evidence.conditions import Facts
from lacrima.evidence.library import shipped as library
from lacrima.evidence.what_next import MOST_CARD_WORDS, Grounds, read_what_next, shipped
from lacrima.evidence.words import Grade
from lacrima.records.findings import OfferKind
from tests.support.reading_grade import HIGHEST_GRADE, grade_of

SOBBED = Facts(who="therapist", therapist_shown=3)
_SMALL = """
schema = "lacrima.what-next/1"
[card]
title = "Card"
lead = "A lead."
grade = "unstudied"
[[card.step]]
title = "One"
text = "Breathe."
[ahead]
title = "Ahead"
lead = "A lead."
grade = "unstudied"
[[ahead.step]]
title = "One"
text = "Ask."
[[offer]]
kind = "ask"
title = "Ask"
words = "Ask."
grade = "unstudied"
[[offer.when]]
who = ["therapist"]
"""


def _all_grounds() -> list[Grounds]:
    told = shipped()
    return [told.card.grounds, told.ahead.grounds, *(one.grounds for one in told.suggestions)]


def test_the_card_has_at_most_110_words_and_four_parts() -> None:
    card = shipped().card
    assert card.words <= MOST_CARD_WORDS == 110
    assert [step.title for step in card.steps] == [
        "Steady",
        "Come back",
        "Say it simply, or let it be",
        "Leave room",
    ]


def test_every_text_rests_on_studies_that_are_in_the_library() -> None:
    for grounds in _all_grounds():
        assert grounds.studies or grounds.figures
        assert set(grounds.studies) <= set(library().studies)
        assert set(grounds.figures) <= set(library().figures)


def test_every_question_that_is_asked_beforehand_is_one_of_the_fourteen() -> None:
    asked = shipped().asked_ahead
    assert 5 <= len(asked) < len(library().questions)
    assert set(asked) <= set(library().questions)


def test_every_kind_of_suggestion_but_the_clients_wish_has_its_words() -> None:
    kinds = [one.kind for one in shipped().suggestions]
    assert set(kinds) == set(OfferKind) - {OfferKind.CLIENT_WOULD_TALK}
    for one in shipped().suggestions:
        sentences = one.words.replace("?", ".").count(".")
        assert 2 <= sentences <= 6, one.kind  # two or three sentences beside what could be said
        assert len(one.words.split()) <= 50, one.kind


def test_what_stands_here_is_easy_to_read() -> None:
    told = shipped()
    guides = (told.card, told.ahead)
    blocks = [one.words for one in told.suggestions]
    blocks += [guide.lead for guide in guides]
    blocks += [step.text for guide in guides for step in guide.steps]
    blocks += told.asked_ahead.values()
    assert grade_of(blocks) <= HIGHEST_GRADE


@pytest.mark.parametrize(
    ("facts", "kinds"),
    [
        (Facts(), []),
        (Facts(who="client", client_shown=3), []),
        (replace(SOBBED, therapist_shown=1), []),
        (SOBBED, ["supervision"]),
        (replace(SOBBED, noticed_guess="unsure"), ["supervision", "ask"]),
        (replace(SOBBED, noticed_guess="unsure", client_noticed="no"), ["supervision"]),
        (Facts(therapist_shown=1, client_noticed="yes"), ["speak_of_it"]),
        (Facts(therapist_shown=1, client_noticed="yes", spoken_of="yes"), []),
        (Facts(therapist_shown=1, client_noticed="no"), []),
        (Facts(therapist_shown=1, noticed_guess="yes"), ["ask"]),
        (Facts(therapist_shown=1, is_client_worried=True), ["speak_of_it"]),
        (Facts(client_shown=2, is_asked_to_stop=True), ["ask"]),
        (Facts(client_shown=2, client_felt="worse"), ["repair"]),
        (Facts(seemed=frozenset({"distant"})), ["repair"]),
        (
            Facts(seemed=frozenset({"distant"}), spoken_of="yes", client_felt="better"),
            [],
        ),
        (Facts(who="both", therapist_shown=2, is_paused=True), ["supervision"]),
        (Facts(who="client", client_shown=2, is_paused=True), []),
        (Facts(therapist_shown=1, own_tears_lately=3), ["supervision", "rest"]),
    ],
)
def test_the_rules_suggest(facts: Facts, kinds: list[str]) -> None:
    assert shipped().apt(facts) == kinds


def test_speaking_of_it_is_suggested_only_where_the_client_noticed_or_raised_it() -> None:
    rule = shipped().suggestion("speak_of_it")
    assert rule is not None
    asked = {one.fact for table in rule.when for one in table.conditions}
    assert asked == {"client_noticed", "is_client_worried", "therapist_shown"}


def test_nothing_is_suggested_from_what_lives_in_my_care_alone() -> None:
    for one in shipped().suggestions:
        for table in (*one.when, *one.unless):
            assert not {c.fact for c in table.conditions} & {"is_own_life", "is_exhausted"}


def test_a_suggestion_says_why_it_is_made() -> None:
    assert shipped().because("supervision", SOBBED) == "you sobbed"
    assert shipped().because("supervision", Facts()) == ""
    assert shipped().because("client_would_talk", SOBBED) == ""


def test_what_nobody_studied_says_so() -> None:
    rest = shipped().suggestion("rest")
    assert rest is not None
    assert rest.grounds.grade is Grade.UNSTUDIED
    assert "No study" in rest.words


@given(
    st.builds(
        Facts,
        therapist_shown=st.none() | st.integers(0, 3),
        client_shown=st.none() | st.integers(0, 3),
        own_tears_lately=st.none() | st.integers(0, 9),
        spoken_of=st.sampled_from([None, "yes", "planned", "saw_no_need"]),
        client_noticed=st.sampled_from([None, "yes", "no", "unsure"]),
        client_felt=st.sampled_from([None, "better", "same", "worse"]),
    )
)
def test_what_is_apt_keeps_the_order_of_the_file_and_always_has_a_reason(facts: Facts) -> None:
    kinds = shipped().apt(facts)
    order = [one.kind for one in shipped().suggestions]
    assert kinds == sorted(kinds, key=order.index)
    assert all(shipped().because(kind, facts) for kind in kinds)


def test_a_small_file_is_read() -> None:
    told = read_what_next(_SMALL.encode())
    assert told.apt(SOBBED) == ["ask"]
    assert told.suggestion("rest") is None


@pytest.mark.parametrize(
    ("before", "after", "where", "found"),
    [
        ('schema = "lacrima.what-next/1"', 'schema = "x"', "line 2", "another schema"),
        ('grade = "unstudied"\n[[card', "[[card", "line 3", "missing"),
        (
            'grade = "unstudied"\n[[card',
            'grade = "supported"\n[[card',
            "line 3",
            "rests on nothing",
        ),
        ('text = "Breathe."', 'text = "Breathe."\ncolour = "red"', "line 10", "unknown key"),
        ('text = "Breathe."', f'text = "{"word " * 111}"', "card", "words"),
        ('who = ["therapist"]', 'who = ["nobody"]', "line 23", "'nobody'"),
        ('who = ["therapist"]', 'mood = "low"', "line 23", "unknown fact"),
        ('who = ["therapist"]', "", "line 22", "without conditions"),
        ('[[offer.when]]\nwho = ["therapist"]', "", "line 17", "nothing would ever make"),
        ('words = "Ask."', 'words = " "', "line 20", "empty"),
        ("[ahead]", "[ahed]", "ahead", "missing"),
    ],
)
def test_a_mistake_is_refused_with_its_place(
    before: str, after: str, where: str, found: str
) -> None:
    assert before in _SMALL
    with pytest.raises(BadEvidence) as refusal:
        read_what_next(_SMALL.replace(before, after, 1).encode())
    assert what_next.FILE in refusal.value.where
    assert where in refusal.value.where
    assert found in refusal.value.found


def test_a_kind_given_twice_is_refused() -> None:
    twice = _SMALL + _SMALL[_SMALL.index("[[offer]]") :]
    with pytest.raises(BadEvidence, match="two of one kind"):
        read_what_next(twice.encode())
