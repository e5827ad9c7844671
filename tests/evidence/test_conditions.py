"""Arguments are chosen by conditions that everybody can read, and each says why it is shown."""

from __future__ import annotations

from dataclasses import fields

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lacrima.errors import BadEvidence
from lacrima.evidence.conditions import (
    ALWAYS,
    VOCABULARY,
    Condition,
    Counted,
    Facts,
    When,
    condition_of,
    matching,
    values_of,
)
from lacrima.evidence.library import shipped
from lacrima.evidence.words import Grade
from lacrima.moments import words as of_the_record

ARGUMENTS = shipped().arguments


def chosen(**facts: object) -> dict[str, str]:
    """Which arguments these facts make relevant, and why."""
    return {one.id: why for one, why in matching(ARGUMENTS.values(), Facts(**facts))}  # type: ignore[arg-type]


def test_nothing_known_shows_only_what_always_holds() -> None:
    assert chosen() == {"ask-twice": ALWAYS, "nobody-followed-it": ALWAYS}


def test_a_session_that_paused_shows_what_clients_said_of_it_first() -> None:
    told = chosen(who="therapist", therapist_shown=3, is_paused=True)
    assert next(iter(told)) == "extreme-tears"
    assert told["extreme-tears"] == "the tears were yours and the session paused or ended early"
    assert told["sobbing"] == "you sobbed"
    assert "brief-and-on" not in told


def test_mias_session_nine_shows_both_sides() -> None:
    told = chosen(
        who="both",
        therapist_shown=2,
        client_shown=2,
        is_paused=False,
        about=frozenset({"grief", "goodbye"}),
        noticed_guess="unsure",
        spoken_of="planned",
        is_client_worried=True,
        client_felt="better",
    )
    assert {"client-worried", "noticed-is-a-guess", "both-cried"} <= set(told)
    assert {"client-says-better", "goodbye", "grief", "speak-of-it"} <= set(told)
    assert told["speak-of-it"] == "you plan to speak of it"


def test_the_closest_of_several_tables_says_why() -> None:
    told = chosen(noticed_guess="yes", spoken_of="planned")
    assert told["speak-of-it"] == "you think the client noticed and you plan to speak of it"


def test_several_words_of_one_fact_are_all_said() -> None:
    told = chosen(seemed=frozenset({"warm", "steady", "bored"}))
    assert told["seemed-steady"] == "the client found you steady and the client found you warm"
    assert told["seemed-anxious"] == "the client found you bored"


def test_a_weak_bond_is_an_idea_that_nobody_tested_and_is_graded_so() -> None:
    assert "weak-bond" in chosen(prior_alliance="weak", who="therapist")
    assert ARGUMENTS["weak-bond"].grade is Grade.UNSTUDIED
    assert "weak-bond" not in chosen(prior_alliance="weak", who="client")


def test_counts_say_the_number() -> None:
    assert "often-lately" not in chosen(own_tears_lately=2)
    told = chosen(own_tears_lately=7)
    assert told["often-lately"] == "your tears came 7 times in the last four weeks"


FACTS = st.fixed_dictionaries(
    {},
    optional={
        each.name: st.integers(0, 9)
        if isinstance(VOCABULARY[each.name], Counted)
        else st.frozensets(st.sampled_from([str(word) for word in VOCABULARY[each.name]]))
        if each.name in {"about", "seemed"}
        else st.sampled_from(list(VOCABULARY[each.name]))
        for each in fields(Facts)
    },
)


@given(FACTS)
def test_every_shown_argument_has_a_table_that_holds_and_a_reason_in_words(known) -> None:
    facts = Facts(**known)
    for argument, why in matching(ARGUMENTS.values(), facts):
        assert any(when.holds(facts) for when in argument.when)
        assert why
        assert "{" not in why


@given(FACTS, st.sampled_from(sorted(VOCABULARY)))
def test_forgetting_a_fact_never_shows_an_argument_that_was_not_there(known, name) -> None:
    fewer = {key: value for key, value in known.items() if key != name}
    assert set(chosen(**fewer)) <= set(chosen(**known))


@given(FACTS)
def test_the_order_is_by_how_many_conditions_hold_and_then_that_of_the_file(known) -> None:
    facts = Facts(**known)
    found = [one for one, _why in matching(ARGUMENTS.values(), facts)]
    most = [max(len(w.conditions) for w in one.when if w.holds(facts)) for one in found]
    assert most == sorted(most, reverse=True)
    again = [one.id for one, _why in matching(ARGUMENTS.values(), facts)]
    assert again == [one.id for one in found]


def test_every_fact_has_its_phrases_and_every_argument_can_be_reached() -> None:
    assert {each.name for each in fields(Facts)} == set(VOCABULARY)
    for argument in ARGUMENTS.values():
        for when in argument.when:
            facts = Facts(**_facts_for(when))
            assert when.holds(facts), argument.id


def _facts_for(when: When) -> dict[str, object]:
    """Facts that fulfil a table."""
    found: dict[str, object] = {}
    for one in when.conditions:
        value = one.values[0] if one.values else one.at_least or one.at_most or 0
        found[one.fact] = frozenset({value}) if one.fact in {"about", "seemed"} else value
    return found


@pytest.mark.parametrize(
    ("fact", "words"),
    [
        ("who", of_the_record.Party),
        ("held_back", of_the_record.HeldBack),
        ("came_about", of_the_record.CameAbout),
        ("about", of_the_record.About),
        ("noticed_guess", of_the_record.Noticed),
        ("client_noticed", of_the_record.Noticed),
        ("spoken_of", of_the_record.SpokenOf),
    ],
)
def test_the_words_are_those_of_the_record(fact: str, words) -> None:
    assert set(VOCABULARY[fact]) == {word.value for word in words}
    facts = Facts(**{fact: frozenset(words) if fact == "about" else next(iter(words))})
    assert values_of(facts, fact)


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("who", "nobody"),
        ("weather", "fine"),
        ("is_paused", 1),
        ("is_paused", "true"),
        ("therapist_shown", 2),
        ("therapist_shown_at_least", True),
        ("therapist_shown_at_least", "two"),
        ("who_at_least", 1),
        ("about", []),
    ],
)
def test_a_condition_that_nobody_can_check_is_refused(key: str, value: object) -> None:
    with pytest.raises(BadEvidence) as refused:
        condition_of(key, value)
    assert refused.value.expected


def test_facts_with_unknown_words_are_refused_without_the_word() -> None:
    with pytest.raises(BadEvidence) as refused:
        Facts(about=frozenset({"the name of somebody"}))
    assert "somebody" not in str(refused.value)


def test_a_range_holds_at_its_ends() -> None:
    between = Condition("client_shown", at_least=1, at_most=2)
    held = [number for number in range(4) if between.met_by(Facts(client_shown=number))]
    assert held == [1, 2]


@pytest.mark.parametrize(
    ("argument", "told"),
    [
        (
            "extreme-tears",
            "the tears were yours, or you both were in tears; "
            "and the session paused or ended early",
        ),
        ("sobbing", "you sobbed"),
        ("often-lately", "your tears came 3 or more times in the last four weeks"),
        ("ask-twice", ALWAYS),
    ],
)
def test_each_argument_says_in_general_when_it_is_shown(argument: str, told: str) -> None:
    assert ARGUMENTS[argument].when[0].in_general() == told


def test_levels_name_each_one_that_fits() -> None:
    told = Condition("client_shown", at_least=1).in_general()
    assert told.endswith("the client's tears fell, or the client sobbed")
    assert "nothing" not in told
