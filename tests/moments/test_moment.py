"""A moment, its voices and its place in a session."""

from __future__ import annotations

import doctest

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lacrima.errors import OutOfRange
from lacrima.moments import moment as moment_module
from lacrima.moments import timeline, words
from lacrima.moments.moment import Expression, Moment, Voice, published_kind
from lacrima.moments.timeline import Span
from lacrima.moments.words import (
    CameAbout,
    Felt,
    Flow,
    HeldBack,
    Kind,
    Nature,
    Occasion,
    PublishedKind,
    Seemed,
    Shown,
    Side,
)


@pytest.mark.parametrize("module", [moment_module, timeline, words])
def test_the_examples_in_the_docstrings_run(module):
    assert doctest.testmod(module).failed == 0


@pytest.mark.parametrize(
    ("shown", "flow", "kind"),
    [
        (Shown.NOTHING, Flow.WENT_ON, None),
        (None, Flow.PAUSED, None),
        (Shown.MOIST, Flow.WENT_ON, PublishedKind.CLOSE_TO_TEARS),
        (Shown.MOIST, None, PublishedKind.CLOSE_TO_TEARS),
        (Shown.TEARS_FALL, Flow.WENT_ON, PublishedKind.OPEN),
        (Shown.SOBBING, Flow.WENT_ON, PublishedKind.OPEN),
        (Shown.SOBBING, None, None),
        (Shown.MOIST, Flow.PAUSED, PublishedKind.EXTREME),
        (Shown.SOBBING, Flow.ENDED_EARLY, PublishedKind.EXTREME),
    ],
)
def test_the_published_kinds_follow_from_what_was_shown_and_what_the_session_did(shown, flow, kind):
    assert published_kind(shown, flow) is kind


def test_three_taps_make_a_whole_moment():
    voice = Voice(side=Side.THERAPIST, expressions=(Expression("mia"),))
    assert Moment(Nature.SHOWED, (voice,)).published_kind() is None


def test_voices_that_disagree_stand_side_by_side():
    therapist = Voice(
        side=Side.THERAPIST, flow=Flow.WENT_ON, expressions=(Expression("ana", Shown.MOIST),)
    )
    client = Voice(
        side=Side.CLIENT, flow=Flow.WENT_ON, expressions=(Expression("ana", Shown.TEARS_FALL),)
    )
    both = Moment(Nature.SHOWED, (therapist, client))
    assert both.published_kind(Side.THERAPIST) is PublishedKind.CLOSE_TO_TEARS
    assert both.published_kind(Side.CLIENT) is PublishedKind.OPEN
    assert both.published_kind(Side.OBSERVER) is None


def test_a_client_may_have_seen_what_the_therapist_logged_as_missed():
    therapist = Voice(side=Side.THERAPIST, expressions=(Expression("mia", Shown.NOTHING),))
    client = Voice(side=Side.CLIENT, expressions=(Expression("mia", Shown.MOIST),))
    assert len(Moment(Nature.MISSED, (therapist, client)).voices) == 2


def test_laughter_has_no_published_kind():
    laughter = Expression("ana", Shown.SOBBING, kind=Kind.LAUGHTER)
    voice = Voice(side=Side.THERAPIST, flow=Flow.WENT_ON, expressions=(laughter,))
    assert voice.published_kind() is None
    assert voice.shown_by("ana", kind=Kind.LAUGHTER) is Shown.SOBBING


def impossible():
    ana = Expression("ana")
    felt = Expression("mia", felt=Felt.STRONGLY)
    own = Voice(side=Side.THERAPIST, expressions=(ana,))
    seen = Voice(side=Side.THERAPIST, expressions=(Expression("ana", Shown.MOIST),))
    open_ = Voice(side=Side.THERAPIST, expressions=(Expression("ana", held_back=HeldBack.NO),))
    return [
        lambda: Expression(""),
        lambda: Expression("ana", Shown.MOIST, HeldBack.WHOLLY),
        lambda: Expression("ana", held_back=HeldBack.NO, came_about=CameAbout.HELD_BACK),
        lambda: Voice(side=Side.THERAPIST, expressions=(ana, ana)),
        lambda: Voice(side=Side.THERAPIST, expressions=(ana,), first="mia"),
        lambda: Voice(side=Side.THERAPIST, rating=5),
        lambda: Voice(side=Side.THERAPIST, rating=-5),
        lambda: Voice(side=Side.THERAPIST, focus_back_min=-1),
        lambda: Voice(side=Side.THERAPIST, seemed=frozenset({Seemed.WARM})),
        lambda: Voice(side=Side.THERAPIST, is_told_aloud=True),
        lambda: Voice(side=Side.OBSERVER, expressions=(felt,)),
        lambda: Voice(side=Side.THERAPIST, speaker="ana", expressions=(felt,)),
        lambda: Moment(Nature.SHOWED, ()),
        lambda: Moment(Nature.SHOWED, (own,), begun_by=Side.CLIENT),
        lambda: Moment(Nature.SHOWED, (own, own)),
        lambda: Moment(Nature.MISSED, (seen,)),
        lambda: Moment(Nature.ORDINARY, (seen,)),
        lambda: Moment(Nature.HELD_BACK, (open_,)),
        lambda: Span(5, 5),
        lambda: Span(-1, 5),
        lambda: Span(0, 1.5),
        lambda: Span(False, 5),
    ]


@pytest.mark.parametrize("make", impossible())
def test_what_cannot_be_is_refused(make):
    with pytest.raises(OutOfRange):
        make()


def test_a_client_may_speak_twice_about_one_moment():
    first = Voice(side=Side.CLIENT, occasion=Occasion.SAME_EVENING)
    second = Voice(side=Side.CLIENT, occasion=Occasion.SECOND_THOUGHTS)
    assert Moment(Nature.SHOWED, (first, second), begun_by=Side.CLIENT).voices == (first, second)


spans = st.tuples(st.integers(0, 10_000), st.integers(1, 10_000)).map(
    lambda pair: Span(pair[0], pair[0] + pair[1])
)


@given(spans, spans)
def test_overlap_is_the_same_from_both_sides_and_lies_in_both(one, other):
    shared = one.overlap(other)
    assert shared == other.overlap(one) == one.clip(to=other)
    assert one.has_overlap(other) is (shared is not None)
    if shared:
        assert shared.duration_ms <= min(one.duration_ms, other.duration_ms)
        assert one.overlap(shared) == other.overlap(shared) == shared


@given(spans)
def test_a_span_overlaps_itself_wholly_and_its_neighbour_not_at_all(span):
    assert span.overlap(span) == span
    assert span.overlap(Span(span.end_ms, span.end_ms + 1)) is None


def test_the_words_kept_in_the_database_stay_as_they_are():
    values = {name: [str(member.value) for member in getattr(words, name)] for name in (
        "Party", "Side", "Kind", "Nature", "HeldBack", "CameAbout", "Flow", "PublishedKind",
        "About", "Noticed", "SpokenOf", "Response", "Seemed", "Occasion", "LogState",
        "Modality", "EpisodeKind", "ParticipantRole",
    )}  # fmt: skip
    assert values == {
        "Party": ["therapist", "client", "both"],
        "Side": ["therapist", "client", "observer"],
        "Kind": ["tears", "laughter", "anger", "silence", "trembling", "other"],
        "Nature": ["showed", "held_back", "missed", "ordinary"],
        "HeldBack": ["no", "partly", "wholly"],
        "CameAbout": ["unbidden", "let_it_come", "held_back"],
        "Flow": ["went_on", "paused", "ended_early"],
        "PublishedKind": ["close_to_tears", "open", "extreme"],
        "About": [
            "grief", "trauma_or_abuse", "goodbye", "illness_or_dying", "joy_or_breakthrough",
            "relationship", "other",
        ],
        "Noticed": ["yes", "no", "unsure"],
        "SpokenOf": ["yes", "planned", "saw_no_need"],
        "Response": [
            "stayed_with_it", "gave_room", "steadied_or_moved_on", "touch", "tissue",
            "asked_to_stop",
        ],
        "Seemed": ["steady", "warm", "near", "anxious", "distant", "bored", "angry"],
        "Occasion": ["in_session", "same_evening", "second_thoughts", "later"],
        "LogState": ["not_yet", "nothing", "moments"],
        "Modality": ["room", "video", "phone"],
        "EpisodeKind": ["individual", "couple", "family", "group", "child_and_parent"],
        "ParticipantRole": [
            "client", "child", "parent", "partner", "therapist", "co_therapist", "interpreter",
        ],
    }  # fmt: skip
