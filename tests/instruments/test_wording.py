"""The words that a practice types in for a skeleton."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lacrima.errors import BadInput, OutOfRange
from lacrima.instruments.catalogue import shipped
from lacrima.instruments.scoring import score
from lacrima.instruments.wording import Wording, scales_of, with_wording

SKELETONS = [one for one in shipped().values() if one.is_skeleton]


def words_for(slug: str, **anchors: str) -> Wording:
    """Words for every item; anchors by value."""
    one = shipped()[slug]
    return Wording(
        language="de",
        instruction="Words above.",
        items={item.id: f"Words of {item.id}" for item in one.items},
        anchors={"answer": {int(value[1:]): text for value, text in anchors.items()}},
    )


@pytest.mark.parametrize("one", SKELETONS, ids=lambda one: one.slug)
def test_words_change_nothing_of_the_scoring(one):
    worded = with_wording(one, words_for(one.slug))
    assert not worded.is_skeleton
    assert (worded.language, worded.instruction) == ("de", "Words above.")

    @given(st.lists(st.integers(0, 8), min_size=len(one.items), max_size=len(one.items)))
    def law(raw):
        scale = one.items[0].scale
        span = scale.maximum - scale.minimum + 1
        answers = {
            item.id: scale.minimum + value % span
            for item, value in zip(one.items, raw, strict=True)
        }
        assert score(worded, answers) == score(one, answers)

    law()


def test_words_for_every_answer_become_choices():
    worded = with_wording(
        shipped()["dass-21"], words_for("dass-21", _0="a", _1="b", _2="c", _3=" d ")
    )
    texts = [(choice.value, choice.text) for choice in worded.items[20].scale.choices]
    assert texts == [(0, "a"), (1, "b"), (2, "c"), (3, "d")]


def test_words_for_the_ends_alone_become_a_line_with_their_numbers():
    scale = with_wording(shipped()["wsas"], words_for("wsas", _0="not", _8="very")).items[0].scale
    assert (scale.choices, scale.low_text, scale.high_text) == ((), "0: not", "8: very")


def test_without_anchors_there_are_numbers():
    assert with_wording(shipped()["k10"], words_for("k10")).items[0].scale.is_wordless


@pytest.mark.parametrize(
    "wrong",
    [
        {"instruction": " "},
        {"items": {}},
        {"items": {f"wsas_{number}": "words" for number in range(1, 7)}},
        {"items": {f"wsas_{number}": " " if number == 3 else "words" for number in range(1, 6)}},
        {"anchors": {"answer": {9: "too high"}}},
        {"anchors": {"other": {0: "no such scale"}}},
    ],
)
def test_words_that_do_not_fit_are_refused_without_repeating_them(wrong):
    with pytest.raises(BadInput) as refused:
        with_wording(shipped()["wsas"], replace(words_for("wsas"), **wrong))
    assert "words" not in refused.value.where
    assert "too high" not in str(refused.value)


@pytest.mark.parametrize("text", ["a" * 2_001, "with a nought \0"])
def test_words_without_end_are_refused(text):
    with pytest.raises(OutOfRange):
        with_wording(shipped()["wsas"], replace(words_for("wsas"), instruction=text))


def test_a_questionnaire_with_words_of_its_own_keeps_them():
    with pytest.raises(BadInput, match="has its own"):
        with_wording(shipped()["phq-9"], Wording("en", "x", {}, {}))


def test_each_scale_is_named_once():
    assert [scale.name for scale in scales_of(shipped()["phq-9"])] == ["frequency", "difficulty"]
