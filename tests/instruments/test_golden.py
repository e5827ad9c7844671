"""One filled form of every instrument beside those of test_instruments.py, with its source."""

from __future__ import annotations

import math
from decimal import Decimal
from statistics import NormalDist

import pytest

from lacrima.errors import BadInput, OutOfRange
from lacrima.instruments.catalogue import shipped
from lacrima.instruments.definition import Instrument, When, Who
from lacrima.instruments.scoring import Scored, score, score_total

WITH_ITEMS = [slug for slug, one in shipped().items() if not one.is_total_only]


def filled(slug: str, *values: int | None) -> Scored:
    """The form filled in with these values, in the order of its items."""
    items = shipped()[slug].items
    assert len(values) == len(items)
    return score(
        shipped()[slug], {item.id: value for item, value in zip(items, values, strict=True)}
    )


def alike(slug: str, value: int, **others: int | None) -> Scored:
    """The form filled in with one value throughout, but for the items named."""
    return score(shipped()[slug], {item.id: value for item in shipped()[slug].items} | others)


# Each line: arithmetic by the rule of the source named in the instrument's own file.
@pytest.mark.parametrize(
    ("slug", "values", "total", "band"),
    [
        # Bands: NINDS common data elements, report F2495 (none 0-2, mild 3-5, ...).
        ("phq-4", (1, 1, 0, 0), 2, "none"),
        ("phq-4", (1, 1, 1, 0), 3, "mild"),
        ("phq-4", (2, 2, 1, 1), 6, "moderate"),
        ("phq-4", (3, 3, 3, 0), 9, "severe"),
        ("phq-2", (2, 1), 3, None),
        ("gad-2", (1, 3), 4, None),
        ("pcl-5", (4,) * 20, 80, None),
        # measurely.com.au: 1, 3, 8, 10 and 11 are reversed. All 1: 11 x 1 + 5 x 5 = 36.
        ("pswq", (1,) * 16, 36, None),
        ("pswq", (3,) * 16, 48, None),
        ("pswq", (1, 5, 1, 5, 5, 5, 5, 1, 5, 1, 1, 5, 5, 5, 5, 5), 80, None),
        # CamCOPS core10.py: 2 and 3 count backwards. All 0: 2 x 4 = 8; bands of SOCAS.
        ("core-10", (0,) * 10, 8, "low"),
        ("core-10", (1, 3, 3, 1, 1, 0, 2, 2, 2, 1), 12, "mild"),
        ("core-10", (4, 0, 0, 4, 4, 4, 4, 4, 4, 4), 40, "severe"),
        # ABS, table D and E: all "none of the time" 10, all "all of the time" 50.
        ("k10", (1,) * 10, 10, "low"),
        ("k10", (2, 2, 2, 2, 2, 2, 1, 1, 1, 1), 16, "moderate"),
        ("k10", (3,) * 10, 30, "very high"),
        ("k10", (5,) * 10, 50, "very high"),
        # simplified.tools/assess_who_5: a raw sum of 21 is 84, of 12 is 48.
        ("who-5", (5, 4, 4, 4, 4), 84, None),
        ("who-5", (3, 3, 2, 2, 2), 48, None),
        # Mundt et al. 2002: below 10, 10 to 20, above 20.
        ("wsas", (2, 2, 2, 2, 1), 9, "subclinical"),
        ("wsas", (4, 4, 4, 4, 4), 20, "significant impairment"),
        ("wsas", (5, 4, 4, 4, 4), 21, "moderately severe or worse"),
        ("wai-sr", (5, 4, 3, 4, 5, 4, 5, 4, 4, 5, 4, 5), 52, None),
        # arc_measures DASS21.R: the sum of all, times two.
        ("dass-21", (1,) * 21, 42, None),
    ],
)  # fmt: skip
def test_a_filled_form_has_this_total(slug, values, total, band):
    scored = filled(slug, *values)
    assert (scored.total, scored.band, scored.why) == (total, band, "")


@pytest.mark.parametrize(
    ("slug", "values", "subscales"),
    [
        ("phq-4", (1, 2, 3, 0), {"anxiety": 3, "depression": 3}),
        (
            "pcl-5", (1,) * 5 + (2,) * 2 + (3,) * 7 + (4,) * 6,
            {"intrusion": 5, "avoidance": 4, "cognition-mood": 21, "arousal": 24},
        ),
        # Items 1, 2, 10, 12 tasks; 3, 5, 7, 9 bond; 4, 6, 8, 11 goals.
        ("wai-sr", (1, 1, 3, 2, 3, 2, 3, 2, 3, 1, 2, 1), {"task": 4, "bond": 12, "goal": 8}),
        # halpclub/sdlabFunctions: D 3 5 10 13 16 17 21, A 2 4 7 9 15 19 20, the others stress.
        (
            "dass-21", (0, 1, 2, 1, 2, 0, 1, 0, 1, 2, 0, 0, 2, 0, 1, 2, 2, 0, 1, 1, 2),
            {"depression": 28, "anxiety": 14, "stress": 0},
        ),
        ("cgi", (4, 2), {"severity": 4, "improvement": 2}),
        # eval.health: burnout reverses 1, 4, 15, 17, 29. All 1: 5 x 1 + 5 x 5 = 30.
        (
            "proqol-5", (1,) * 30,
            {"compassion-satisfaction": 10, "burnout": 30, "secondary-traumatic-stress": 10},
        ),
        (
            "itq", (4, 3, 2, 1, 0, 0, 4, 4, 4, 1, 1, 1, 1, 1, 1, 0, 0, 0),
            {"ptsd": 10, "dso": 6},
        ),
    ],
)  # fmt: skip
def test_a_filled_form_has_these_subscales(slug, values, subscales):
    assert filled(slug, *values).subscales == subscales


@pytest.mark.parametrize(
    ("subscale", "edges"),
    [
        ("depression", ((8, "normal"), (10, "mild"), (14, "moderate"), (22, "severe"), (28, "ex"))),
        ("anxiety", ((6, "normal"), (8, "mild"), (10, "moderate"), (16, "severe"), (20, "ex"))),
        ("stress", ((14, "normal"), (16, "mild"), (20, "moderate"), (26, "severe"), (34, "ex"))),
    ],
)
def test_dass_bands_begin_where_both_sources_say(subscale, edges):
    """psyctest.cn (times two) and PMC10560014 table 1 (not doubled) agree on these."""
    one = next(one for one in shipped()["dass-21"].subscales if one.slug == subscale)
    for number, name in edges:
        assert (one.band(Decimal(number)) or "").startswith(name)


def test_proqol_bands_are_those_of_the_self_score_sheet():
    bands = alike("proqol-5", 1).subscale_bands
    assert bands["burnout"] == "moderate"
    assert bands["compassion-satisfaction"] == "low"
    assert alike("proqol-5", 5).subscale_bands["compassion-satisfaction"] == "high"
    directions = {one.slug: one.higher_is_better for one in shipped()["proqol-5"].subscales}
    assert directions == {
        "compassion-satisfaction": True, "burnout": False, "secondary-traumatic-stress": False,
    }  # fmt: skip


@pytest.mark.parametrize("slug", ["cgi", "proqol-5", "itq"])
def test_some_give_scores_and_no_total_and_say_so(slug):
    scored = alike(slug, 2)
    count = len(shipped()[slug].subscales)
    assert (scored.total, scored.why) == (None, f"it gives {count} scores and no total")
    assert None not in scored.subscales.values()


PCL = [f"pcl5_{number}" for number in range(1, 21)]


@pytest.mark.parametrize(
    ("twos", "is_met"),
    [
        ((1, 6, 8, 9, 15, 16), True),
        ((1, 6, 8, 15, 16), False),
        ((1, 8, 9, 15, 16), False),
        ((2, 7, 13, 14, 19, 20), True),
        ((), False),
    ],
)
def test_the_pcl_5_pattern_asks_for_1_1_2_and_2_symptoms(twos, is_met):
    """comorbidityguidelines.org.au, appendix S: items rated 2 or higher."""
    values = {item: 2 if place in twos else 1 for place, item in enumerate(PCL, start=1)}
    assert list(score(shipped()["pcl-5"], values).patterns.values()) == [is_met]


def test_a_pattern_stays_open_where_a_missing_answer_could_decide_it():
    met = {"pcl5_1": 2, "pcl5_6": 2, "pcl5_8": 2, "pcl5_9": 2, "pcl5_15": 2}
    others = dict.fromkeys(PCL, 0) | met
    (name,) = (pattern.name for pattern in shipped()["pcl-5"].patterns)
    assert score(shipped()["pcl-5"], others | {"pcl5_16": None}).patterns[name] is None
    assert score(shipped()["pcl-5"], others | {"pcl5_16": 2}).patterns[name] is True
    assert (
        score(shipped()["pcl-5"], others | {"pcl5_16": 1, "pcl5_2": None}).patterns[name] is False
    )


def test_the_itq_rule_tells_ptsd_from_complex_ptsd():
    """comorbidityguidelines.org.au, appendix P."""
    nothing = {item.id: 0 for item in shipped()["itq"].items}
    ptsd = nothing | dict.fromkeys(("itq_p1", "itq_p4", "itq_p5", "itq_p9"), 2)
    dso = dict.fromkeys(("itq_c2", "itq_c3", "itq_c6", "itq_c7"), 2)
    assert list(score(shipped()["itq"], nothing).patterns.values()) == [False, False, False]
    assert list(score(shipped()["itq"], ptsd).patterns.values()) == [True, False, False]
    assert list(score(shipped()["itq"], ptsd | dso).patterns.values()) == [True, True, True]
    without_daily_life = ptsd | {"itq_p9": 1}
    assert list(score(shipped()["itq"], without_daily_life).patterns.values()) == [False] * 3


REFUSING = [
    slug for slug in WITH_ITEMS if slug not in {"phq-9", "phq-8", "gad-7", "core-10", "wsas"}
]


@pytest.mark.parametrize("slug", REFUSING)
def test_one_item_missing_leaves_no_total_and_no_subscale_it_belongs_to(slug):
    first = shipped()[slug].items[0]
    scored = alike(slug, first.scale.maximum, **{first.id: None})
    assert scored.total is None
    assert scored.missing == (first.id,)
    assert scored.why
    for one in shipped()[slug].subscales:
        is_touched = first in one.counting.items
        assert (scored.subscales[one.slug] is None) is is_touched
        assert (one.slug in scored.subscale_why) is is_touched


def test_one_core_10_item_may_be_missing_and_counts_as_the_mean_of_the_others():
    """coresystemtrust.org.uk, "What's in a name (1)": the mean times ten, one item missing."""
    scored = alike("core-10", 2, core10_1=None)
    assert (scored.total, scored.is_prorated) == (20, True)
    nine = alike("core-10", 1, core10_2=3, core10_3=3, core10_10=2, core10_6=None)
    assert nine.total == Decimal("11.1")  # 10 / 9 x 10
    assert nine.band == "mild"
    assert alike("core-10", 2, core10_1=None, core10_4=None).total is None


def test_somebody_without_work_leaves_the_first_wsas_item_out():
    """NHS Data Dictionary: replaced by the mean of the others; more than one: disregarded."""
    assert alike("wsas", 4, wsas_1=None).total == 20
    assert filled("wsas", None, 1, 2, 3, 4).total == 13  # 10 x 5 / 4 = 12.5, half up
    assert alike("wsas", 4, wsas_1=None, wsas_2=None).total is None


@pytest.mark.parametrize("answer", [0, 1, 4, None])
def test_plans_to_end_ones_life_are_flagged_in_the_core_10_from_1_on(answer):
    flags = alike("core-10", 0, core10_6=answer).flags
    assert [flag.item for flag in flags] == (["core10_6"] if answer else [])


@pytest.mark.parametrize("slug", ["core-10", "pcl-5"])
def test_the_whole_point_rule_follows_from_the_numbers_beside_it(slug):
    norm = shipped()[slug].norms[0]
    z = NormalDist().inv_cdf((1 + float(norm.confidence)) / 2)
    exact = z * float(norm.sd) * math.sqrt(2 * (1 - float(norm.reliability)))
    assert math.ceil(exact) == norm.reliable_change
    assert round(exact, 2) == {"core-10": 5.66, "pcl-5": 16.70}[slug]


def test_the_core_10_rule_is_one_of_90_percent():
    """INSTRUMENTS: 1.645 S = 5.66, so 6; at 95 % it would be 6.75, so 7."""
    norm = shipped()["core-10"].norms[0]
    assert (norm.reliable_change, norm.confidence, norm.cut_off) == (6, Decimal("0.9"), 11)
    at_95 = NormalDist().inv_cdf(0.975) * 7.7 * math.sqrt(2 * 0.1)
    assert math.ceil(at_95) == 7


@pytest.mark.parametrize("slug", ["ors", "srs"])
def test_ors_and_srs_are_a_total_alone(slug):
    instrument = shipped()[slug]
    assert instrument.is_total_only
    assert instrument.items == ()
    scored = score_total(instrument, Decimal("23.4"))
    assert (scored.total, scored.items, scored.why) == (Decimal("23.4"), {}, "")
    for wrong in ("40.1", "-1", "23.45", "NaN"):
        with pytest.raises(OutOfRange) as refused:
            score_total(instrument, Decimal(wrong))
        assert wrong not in str(refused.value)
    with pytest.raises(BadInput):
        score(instrument, {})
    with pytest.raises(BadInput):
        score_total(shipped()["phq-9"], Decimal(9))


def test_who_answers_and_about_whom_is_said():
    by_the_therapist = [slug for slug, one in shipped().items() if one.who is Who.THERAPIST]
    about_herself = [slug for slug, one in shipped().items() if one.about is Who.THERAPIST]
    assert (by_the_therapist, about_herself) == (["cgi", "proqol-5"], ["proqol-5"])


SKELETONS = ["core-10", "dass-21", "itq", "k10", "wai-sr", "who-5", "wsas"]


def test_skeletons_hold_no_word_of_the_form():
    assert [slug for slug, one in shipped().items() if one.is_skeleton] == SKELETONS
    for slug in SKELETONS:
        one = shipped()[slug]
        words = (one.instruction, *(item.text for item in one.items))
        assert not any(words)
        assert all(item.scale.is_wordless for item in one.items)


def _longest_why(instrument: Instrument) -> int:
    """The longest reason a form of this instrument can give."""
    missing = range(len(instrument.items) + 1)
    forms = [
        {item.id: item.scale.minimum for item in instrument.items[count:]} for count in missing
    ]
    return max(len(score(instrument, form).why) for form in forms)


@pytest.mark.parametrize("slug", WITH_ITEMS)
def test_why_there_is_no_total_fits_beside_the_answers(slug):
    assert _longest_why(shipped()[slug]) <= 40


def test_what_is_asked_about_no_stretch_of_time_says_so():
    assert shipped()["pswq"].recall_days is None
    assert shipped()["srs"].recall_days == 0
    assert shipped()["wai-sr"].when is When.AFTER_SESSION


def test_licence_lines_that_must_be_seen_are_there():
    for slug, words in {
        "core-10": "CORE System Trust",
        "dass-21": "psy.unsw.edu.au",
        "proqol-5": "(a) author is credited, (b) no changes are made, and (c) it is not sold",
        "phq-4": "Pfizer",
    }.items():
        assert words in shipped()[slug].licence.must_show
