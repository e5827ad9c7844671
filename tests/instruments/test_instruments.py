"""The shipped instruments: their texts, their scoring, and what a mistake in a data file says."""

from __future__ import annotations

import doctest
import json
import math
from decimal import Decimal
from importlib import resources
from pathlib import Path
from statistics import NormalDist
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lacrima.errors import BadInput, BadInstrument, OutOfRange
from lacrima.instruments import plain, scoring, scoring_many, wording
from lacrima.instruments.catalogue import shipped
from lacrima.instruments.definition import When
from lacrima.instruments.plain import PlainScore
from lacrima.instruments.reading import read_instrument
from lacrima.instruments.scoring import Flag, score

SHARED = Path(__file__).resolve().parents[2].parent / "shared" / "reference"
PHQ_9 = (resources.files("lacrima.instruments") / "data" / "phq-9.toml").read_text("utf-8")


def phq_9(*values: int | None) -> dict[str, int | None]:
    return {f"phq9_{number}": value for number, value in enumerate(values, start=1)}


@pytest.mark.parametrize("module", [plain, scoring, scoring_many, wording])
def test_the_examples_in_the_docstrings_run(module):
    assert doctest.testmod(module).failed == 0


def test_these_are_shipped():
    assert list(shipped()) == [
        "alliance-check", "cgi", "core-10", "dass-21", "gad-2", "gad-7", "itq", "k10", "ors",
        "pcl-5", "phq-2", "phq-4", "phq-8", "phq-9", "proqol-5", "pswq", "srs", "wai-sr", "who-5",
        "wsas",
    ]  # fmt: skip


def test_the_lowest_answer_of_every_frequency_scale_is_not_at_all():
    """GAD-7 is often reprinted with "not at all sure": Zorowitz et al. 2021."""
    anchors = ["Not at all", "Several days", "More than half the days", "Nearly every day"]
    for slug in ("phq-9", "phq-8", "gad-7", "phq-4", "phq-2", "gad-2"):
        for item in shipped()[slug].scored_items:
            assert [choice.text for choice in item.scale.choices] == anchors
            assert [choice.value for choice in item.scale.choices] == [0, 1, 2, 3]


def test_loinc_codes_stand_as_published():
    """INSTRUMENTS.md section 3, read in the LOINC panels."""
    phq, gad = shipped()["phq-9"], shipped()["gad-7"]
    assert (phq.loinc_panel, phq.loinc_total) == ("44249-1", "44261-6")
    assert (gad.loinc_panel, gad.loinc_total) == ("69737-5", "70274-6")
    assert [item.loinc for item in phq.items] == [
        "44250-9", "44255-8", "44259-0", "44254-1", "44251-7", "44258-2", "44252-5", "44253-3",
        "44260-8", "69722-7",
    ]  # fmt: skip
    assert [item.loinc for item in gad.items] == [
        "69725-0", "68509-9", "69733-4", "69734-2", "69735-9", "69689-8", "69736-7",
    ]  # fmt: skip
    assert [item.text for item in shipped()["phq-8"].items] == [item.text for item in phq.items[:8]]


@pytest.mark.shared
def test_the_phq_9_says_what_an_independent_questionnaire_says():
    """reference/formats/phq9_questionnaire.json (LHNCBC lforms-fhir-app)."""
    if not SHARED.exists():
        pytest.skip("the reference data are not beside the project")
    form = json.loads((SHARED / "formats/phq9_questionnaire.json").read_text("utf-8"))
    theirs = {item["linkId"].strip("/"): item for item in form["item"]}

    def bare(text: str) -> str:
        return "".join(letter for letter in text.casefold() if letter.isalnum())

    for item in shipped()["phq-9"].items:
        other = theirs[str(item.loinc)]
        assert bare(other["text"]) in bare(item.text)
        assert [(c.loinc, c.text) for c in item.scale.choices] == [
            (o["valueCoding"]["code"], o["valueCoding"]["display"]) for o in other["answerOption"]
        ]


@pytest.mark.shared
def test_a_real_response_scores_12():
    """reference/formats/phq9_response_12.xml (HL7 us-behavioral-health-profiles): total 12."""
    if not SHARED.exists():
        pytest.skip("the reference data are not beside the project")
    instrument = shipped()["phq-9"]
    item_of = {item.loinc: item for item in instrument.scored_items}
    fhir = {"f": "http://hl7.org/fhir"}
    answers: dict[str, int | None] = {}
    root = ElementTree.parse(SHARED / "formats/phq9_response_12.xml").getroot()  # noqa: S314
    for node in root.findall("f:item", fhir):
        item = item_of.get(node.find("f:linkId", fhir).get("value").strip("/"))
        code = node.find("f:answer/f:valueCoding/f:code", fhir)
        if item and code is not None:
            answers[item.id] = next(
                choice.value for choice in item.scale.choices if choice.loinc == code.get("value")
            )
    assert score(instrument, answers).total == 12


@pytest.mark.parametrize(
    ("total_of_nine", "band"),
    [
        ((0,) * 9, "minimal"),
        ((0, 0, 1, 1, 1, 1, 0, 0, 0), "minimal"),
        ((1, 1, 1, 1, 1, 0, 0, 0, 0), "mild"),
        ((2, 2, 2, 2, 1, 0, 0, 0, 0), "mild"),
        ((2, 2, 2, 2, 2, 0, 0, 0, 0), "moderate"),
        ((3, 3, 3, 3, 2, 0, 0, 0, 0), "moderate"),
        ((3, 3, 3, 3, 3, 0, 0, 0, 0), "moderately severe"),
        ((3, 3, 3, 3, 3, 3, 1, 0, 0), "moderately severe"),
        ((3, 3, 3, 3, 3, 3, 2, 0, 0), "severe"),
        ((3,) * 9, "severe"),
    ],
)
def test_phq_9_bands_change_at_5_10_15_and_20(total_of_nine, band):
    scored = score(shipped()["phq-9"], phq_9(*total_of_nine))
    assert (scored.total, scored.band) == (sum(total_of_nine), band)


def test_up_to_two_missing_phq_9_items_count_as_the_mean_of_the_others_and_never_as_0():
    scored = score(shipped()["phq-9"], phq_9(2, 2, 2, 2, 2, 2, 2, None, None))
    assert scored.total == 18
    assert scored.is_prorated
    assert scored.missing == ("phq9_8", "phq9_9")
    assert score(shipped()["phq-9"], phq_9(1, 1, 1, 1, 1, 1, 1, 0)).total == Decimal(8)


def test_three_missing_phq_9_items_give_no_total_and_say_why():
    scored = score(shipped()["phq-9"], phq_9(3, 3, 3, 3, 3, 3))
    assert (scored.total, scored.band) == (None, None)
    assert scored.why == "3 of 9 items missing; at most 2 may be"


@pytest.mark.parametrize("slug", ["phq-8", "gad-7", "alliance-check"])
def test_without_a_published_rule_one_missing_item_means_no_total(slug):
    instrument = shipped()[slug]
    answers = {item.id: item.scale.maximum for item in instrument.items[1:]}
    scored = score(instrument, answers)
    assert scored.total is None
    assert scored.missing == (instrument.items[0].id,)
    assert "missing" in scored.why


@pytest.mark.parametrize(
    ("answer", "is_flagged"), [(0, False), (1, True), (3, True), (None, False)]
)
def test_the_last_phq_9_item_is_flagged_from_1_on(answer, is_flagged):
    scored = score(shipped()["phq-9"], phq_9(0, 0, 0, 0, 0, 0, 0, 0, answer))
    flag = Flag("phq9_9", "thoughts of death or self-harm", answer or 0)
    assert scored.flags == ((flag,) if is_flagged else ())


def test_the_flag_stands_even_where_no_total_can_be_formed():
    assert score(shipped()["phq-9"], {"phq9_9": 1}).flags


def test_the_difficulty_item_is_asked_and_not_counted():
    answers = {**phq_9(*(1,) * 9), "phq9_difficulty": 3}
    assert score(shipped()["phq-9"], answers).total == 9
    assert score(shipped()["phq-9"], phq_9(*(1,) * 9)).missing == ()


def test_the_alliance_check_is_a_mean_with_one_decimal_and_says_that_it_is_unvalidated():
    instrument = shipped()["alliance-check"]
    answers = {"alliance_goal": 7, "alliance_task": 8, "alliance_bond": 8}
    assert score(instrument, answers).total == Decimal("7.7")
    assert "unvalidated" in instrument.title
    assert (instrument.norms, instrument.bands, instrument.is_validated) == ((), (), False)
    assert (instrument.when, instrument.higher_is_better) == (When.AFTER_SESSION, True)


@pytest.mark.parametrize("slug", ["phq-9", "gad-7"])
def test_the_whole_point_rule_follows_from_the_numbers_beside_it(slug):
    """NHS Talking Therapies: PHQ-9 6 and 10, GAD-7 4 and 8 (INSTRUMENTS.md 4b)."""
    norm = shipped()[slug].norms[0]
    z = NormalDist().inv_cdf((1 + float(norm.confidence)) / 2)
    exact = z * float(norm.sd) * math.sqrt(2 * (1 - float(norm.reliability)))
    assert math.ceil(exact) == norm.reliable_change
    assert (norm.reliable_change, norm.cut_off) == {"phq-9": (6, 10), "gad-7": (4, 8)}[slug]
    assert norm.tie == "inclusive"


@pytest.mark.parametrize("value", [4, -1, True, 1.0, "2"])
def test_an_answer_outside_the_item_is_refused_without_repeating_it(value):
    with pytest.raises(OutOfRange) as refused:
        score(shipped()["phq-9"], {"phq9_1": value})
    assert str(value) not in refused.value.found
    assert "0 to 3" in refused.value.expected


def test_an_unknown_item_is_refused():
    with pytest.raises(BadInput):
        score(shipped()["phq-9"], {"phq9_10": 0})


@given(st.lists(st.sampled_from([None, 0, 1, 2, 3]), min_size=9, max_size=9))
def test_a_total_lies_in_the_range_and_answered_and_missing_make_the_whole(values):
    instrument = shipped()["phq-9"]
    scored = score(instrument, phq_9(*values))
    assert len(scored.answered) + len(scored.missing) == 9
    assert (scored.total is None) is (values.count(None) > 2)
    if scored.total is not None:
        assert instrument.minimum <= scored.total <= instrument.maximum
        assert scored.band


@pytest.mark.parametrize(
    ("change", "line_of", "found"),
    [
        (("higher_is_better = false", "higher_is_bettr = false"), "[score]", "missing"),
        (("decimals = 0", "decimal_places = 0\ndecimals = 0"), "decimal_places", "unknown"),
        (("recall_days = 14", 'recall_days = "two weeks"'), "recall_days", "text"),
        (('rule = "prorate"', 'rule = "zero"'), 'rule = "zero"', "zero"),
        (("maximum = 27\nloinc", "maximum = 28\nloinc"), "", "range"),
        (("minimum = 5\n", "minimum = 6\n"), "", "gap"),
        (("at_most = 2", "at_most = 9"), "", "missing rule"),
        (('item = "phq9_9"', 'item = "phq9_99"'), "", "phq9_99"),
        (('id = "phq9_2"', 'id = "phq9_1"'), "", "twice"),
        (("sd = 5.5\n", ""), "", "derivation"),
        (('scale = "difficulty"', 'scale = "dificulty"'), 'scale = "dificulty"', "unknown scale"),
    ],
)
def test_a_mistake_in_a_data_file_names_file_line_and_what_was_expected(change, line_of, found):
    text = PHQ_9.replace(*change)
    assert text != PHQ_9
    with pytest.raises(BadInstrument) as refused:
        read_instrument(text.encode(), name="phq-9.toml")
    assert found in refused.value.found
    assert "phq-9.toml" in refused.value.where
    assert refused.value.expected
    if line_of and found != "missing":
        lines = text.splitlines()
        number = next(place for place, line in enumerate(lines, 1) if line.startswith(line_of))
        assert f"line {number}," in refused.value.where


def test_a_missing_source_is_refused_with_its_line():
    marker = 'name = "mild"\nsource = '
    start = PHQ_9.index(marker)
    end = PHQ_9.index("\n", start + len(marker))
    text = PHQ_9[:start] + 'name = "mild"' + PHQ_9[end:]
    with pytest.raises(BadInstrument) as refused:
        read_instrument(text.encode(), name="phq-9.toml")
    assert "band[1].source" in refused.value.where
    line = text.splitlines()[int(refused.value.where.split("line ")[1].split(",")[0]) - 1]
    assert line == "[[band]]"


def test_broken_toml_and_wrong_bytes_are_told_apart():
    with pytest.raises(BadInstrument, match="line 1"):
        read_instrument(b"slug = \n", name="x.toml")
    with pytest.raises(BadInstrument, match="UTF-8"):
        read_instrument(b'a = 1\nb = "\xff"', name="x.toml")


BDI = PlainScore("bdi-ii", "BDI-II", Decimal(0), Decimal(63), False, 14)


def test_a_plain_score_takes_its_range_with_both_ends():
    BDI.check(Decimal(0))
    BDI.check(Decimal(63))
    for total in ("-0.1", "63.1", "NaN"):
        with pytest.raises(OutOfRange) as refused:
            BDI.check(Decimal(total))
        assert total not in str(refused.value)


@pytest.mark.parametrize(
    "change",
    [
        {"slug": "BDI II"},
        {"slug": "bdi\n"},
        {"name": " "},
        {"maximum": Decimal(0)},
        {"minimum": Decimal("NaN")},
        {"recall_days": -1},
    ],
)
def test_a_plain_score_that_cannot_be_used_is_refused(change):
    given_ = {
        "slug": "bdi-ii",
        "name": "BDI-II",
        "minimum": Decimal(0),
        "maximum": Decimal(63),
        "higher_is_better": False,
        "recall_days": 14,
    }
    with pytest.raises(OutOfRange):
        PlainScore(**{**given_, **change})
