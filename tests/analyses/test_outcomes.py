"""Who got better and who did not: published results, and the same on data told differently."""

from __future__ import annotations

import doctest
import json
import random
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from lacrima.analyses import outcomes
from lacrima.analyses.outcomes import (
    ChangeRules,
    ScoreRow,
    change_from_rows,
    change_from_table,
    report_as_json,
)
from lacrima.errors import BadInput, BadTable, NoResult
from lacrima.formats.table import read_table, read_table_bytes
from lacrima.stats.change import Category

SHARED = Path(__file__).resolve().parents[2].parent / "shared" / "reference"
FIVE = ("recovered", "improved", "unchanged", "deteriorated", "harmed")

# INSTRUMENTS.md 4b: data of Claus et al. 2020 (10.1159/000505855), first against fourth time,
# results printed by the R package clinicalsignificance and worked out again by hand.
HAMD = ChangeRules(reliability=0.80)
HAMD_C = replace(HAMD, functional_mean=8, functional_sd=8)
BDI_C = ChangeRules(reliability=0.801, functional_mean=7.69, functional_sd=7.52)
PUBLISHED = [
    ("hamd", HAMD, (None, 29, 10, 1, None), 4.140, None),
    ("hamd", HAMD_C, (26, 3, 10, 1, 0), 4.140, 19.887),
    ("bdi", BDI_C, (10, 8, 22, 0, 0), 10.088, 21.017),
]


def test_the_examples_in_the_docstrings_run():
    assert doctest.testmod(outcomes).failed == 0


def claus(score: str) -> list[ScoreRow]:
    if not SHARED.exists():
        pytest.skip("the reference data are not beside the project")
    table = read_table(SHARED / "claus_2020.csv")
    return [
        ScoreRow(
            str(table.text(row, "id")),
            str(table.text(row, "time")),
            None if (number := table.number(row, score)) is None else float(number),
            row.number,
        )
        for row in table.rows
    ]


def five(report):
    return tuple(report_as_json(report)[key] for key in FIVE)


@pytest.mark.shared
@pytest.mark.parametrize(("score", "rules", "counts", "critical", "cut"), PUBLISHED)
def test_published_results_come_out(score, rules, counts, critical, cut):
    if not SHARED.exists():
        pytest.skip("the reference data are not beside the project")
    table = read_table(SHARED / "claus_2020.csv")
    report = change_from_table(
        table, person="id", time="time", score=score, pre="1", post="4", rules=rules
    )
    assert five(report) == counts
    assert report.n == 40
    assert report.critical_change == pytest.approx(critical, abs=0.0005)
    assert (report.cutoff is None) is (cut is None)
    if cut:
        assert report.cutoff == pytest.approx(cut, abs=0.0005)
    assert {each.reason for each in report.excluded} <= {"no score at 4", "no score at 1"}


@pytest.mark.shared
@pytest.mark.parametrize(("score", "rules", "counts", "critical", "cut"), PUBLISHED)
def test_the_same_people_told_in_another_order_and_under_other_names(
    score, rules, counts, critical, cut
):
    rows = claus(score)
    random.Random(7).shuffle(rows)
    renamed = [row._replace(person=f"Z{hash_of(row.person)}", time=f"T{row.time}") for row in rows]
    report = change_from_rows(renamed, pre="T1", post="T4", rules=rules)
    assert five(report) == counts
    assert report.critical_change == pytest.approx(critical, abs=0.0005)


def hash_of(person: str) -> int:
    return (int(person) * 7919) % 10_007


@pytest.mark.shared
@pytest.mark.parametrize(("score", "rules", "counts", "critical", "cut"), PUBLISHED)
@pytest.mark.parametrize(
    ("factor", "shift"), [(2, 0), (0.5, 3), (0.1, 0.7), (1 / 3, 0), (1, -40), (-1, 0), (-4, 100)]
)
def test_the_same_people_on_another_scale_or_reflected(
    score, rules, counts, critical, cut, factor, shift
):
    rows = [
        row._replace(score=None if row.score is None else row.score * factor + shift)
        for row in claus(score)
    ]
    mean, sd = rules.functional_mean, rules.functional_sd
    moved = replace(
        rules,
        functional_mean=None if mean is None else mean * factor + shift,
        functional_sd=None if sd is None else sd * abs(factor),
        higher_is_better=factor < 0,
    )
    report = change_from_rows(rows, pre="1", post="4", rules=moved)
    assert five(report) == counts
    assert report.critical_change == pytest.approx(critical * abs(factor), abs=0.0005 * 4)
    if cut:
        assert report.cutoff == pytest.approx(cut * factor + shift, abs=0.0005 * 4)


def small(*scores, **changes):
    rows = [
        ScoreRow(f"p{number}", time, score)
        for number, pair in enumerate(scores, start=1)
        for time, score in zip(("Before", "After"), pair, strict=True)
    ]
    rules = ChangeRules(**{"reliability": 0.8, "sd_pre": 5.0, **changes})
    return change_from_rows(rows, pre="Before", post="After", rules=rules)


def test_the_report_holds_everything_the_contract_names():
    report = small((20, 5), (20, None), (10, 12), functional_mean=8, functional_sd=4)
    said = report_as_json(report)
    assert said["schema"] == "lacrima.change/1"
    assert said["n"] == 2
    assert set(said) >= {"sd_pre", "critical_change", "cutoff", *FIVE, "people", "excluded", "why"}
    assert said["people"][0] == {
        "person": "p1",
        "pre": 20.0,
        "post": 5.0,
        "change": -15.0,
        "index": pytest.approx(15 / (5 * 0.4**0.5)),
        "category": "recovered",
    }
    assert said["excluded"] == [{"person": "p2", "reason": "no score at After"}]
    assert json.loads(json.dumps(said, allow_nan=False)) == said
    assert sum(said[key] for key in FIVE) == said["n"]


def test_index_is_positive_when_improved_in_either_direction():
    assert small((20, 5), (5, 6)).people[0].index > 0
    assert small((20, 5), (5, 6), higher_is_better=True).people[0].index < 0


@pytest.mark.parametrize(
    ("changes", "word"),
    [
        ({}, "no functional mean and SD"),
        ({"functional_mean": 8}, "no functional SD"),
        ({"cutoff": "b"}, "no functional mean and SD"),
        ({"cutoff": "c", "functional_sd": 3}, "no functional mean"),
    ],
)
def test_without_norms_recovered_harmed_and_cut_off_are_null_and_say_why(changes, word):
    said = report_as_json(small((20, 5), (10, 12), **changes))
    assert [said[key] for key in ("cutoff", "recovered", "harmed")] == [None, None, None]
    assert word in said["why"]
    assert {each["category"] for each in said["people"]} <= {
        "improved",
        "unchanged",
        "deteriorated",
    }


def test_cut_off_a_needs_nothing_but_the_data():
    report = small((20, 5), (10, 12), cutoff="a")
    assert report.cutoff == pytest.approx(15 - 2 * 50**0.5)


def test_clinical_norms_and_the_sd_before_may_be_given():
    report = small((20, 5), cutoff="c", functional_mean=5, functional_sd=5, clinical_mean=25,
                   clinical_sd=5)  # fmt: skip
    assert (report.n, report.cutoff, report.sd_pre) == (1, 15.0, 5.0)
    assert report.counts[Category.RECOVERED] == 1


def test_one_pair_alone_has_no_cut_off_from_the_data():
    said = report_as_json(small((20, 5), functional_mean=5, functional_sd=5))
    assert said["cutoff"] is None
    assert "1 scores" in said["why"]


def test_everybody_is_in_the_report_once_with_a_reason_if_left_out():
    rows = [
        ScoreRow("a", "1", 5), ScoreRow("a", "2", 6), ScoreRow("b", "1", None),
        ScoreRow("b", "2", 3), ScoreRow("c", "3", 3), ScoreRow("d", "1", 3),
    ]  # fmt: skip
    report = change_from_rows(rows, pre="1", post="2", rules=ChangeRules(reliability=0.8, sd_pre=5))
    assert [each.person for each in report.people] == ["a"]
    assert [(each.person, each.reason) for each in report.excluded] == [
        ("b", "no score at 1"), ("c", "no score at 1 and at 2"), ("d", "no score at 2"),
    ]  # fmt: skip


def test_times_are_one_time_where_they_are_one_number():
    rows = [ScoreRow("a", "1.0", 5), ScoreRow("a", "02", 6)]
    rules = ChangeRules(reliability=0.8, sd_pre=5)
    assert change_from_rows(rows, pre="1", post="2", rules=rules).n == 1


def table(text: str):
    return read_table_bytes(text.encode())


def from_table(text: str, **names):
    asked = {"person": "id", "time": "t", "score": "s", "pre": "Before", "post": "After", **names}
    return change_from_table(table(text), **asked, rules=ChangeRules(reliability=0.8, sd_pre=5))


def test_decimal_commas_and_semicolons_are_understood():
    report = from_table("id;t;s\nA;Before;20,5\nA;After;10\nB;Before;\n")
    assert report.people[0].change == -10.5
    assert report.excluded[0].reason == "no score at Before and at After"


@pytest.mark.parametrize(
    ("text", "where", "word"),
    [
        ("id,t,s\nA,Before,1\nA,After,2\nA,Before,3\n", "row 4", "twice"),
        ("id,t,s\nA,Before,\nA,Before,3\n", "row 3", "twice"),
        ("id,t,s\nA,Before,Mia\n", "row 2, column 's'", "text"),
        ("id,t,s\n,Before,1\n", "row 2, column 'id'", "without a person"),
        ("id,time,s\nA,Before,1\n", "row 1", "no column 't'"),
    ],
)
def test_a_wrong_row_is_named_and_nothing_in_it_repeated(text, where, word):
    with pytest.raises(BadTable) as refused:
        from_table(text)
    assert where in refused.value.where
    assert word in str(refused.value)
    assert "Mia" not in str(refused.value)


def test_other_times_are_left_alone_whatever_they_hold():
    text = "id,t,s\nA,Before,20\nA,After,2\nA,Other,x\nA,Other,y\nB,Other,1\n,,\n,Other,3\n"
    report = from_table(text)
    assert report.n == 1
    assert [each.person for each in report.excluded] == ["B"]


@pytest.mark.parametrize(
    ("call", "error"),
    [
        (lambda: from_table("id,t,s\nA,Before,1\n"), NoResult),
        (lambda: from_table("id,t,s\nA,Before,1\n", post="Before"), BadInput),
        (lambda: small((1, 2), (1, 3), sd_pre=None), NoResult),
        (lambda: small((1, 2), sd_pre=None), NoResult),
        (lambda: small((1, 2), reliability=1), BadInput),
        (lambda: small((1, 2), confidence=2), BadInput),
        (lambda: ChangeRules(reliability=0.8, cutoff="d"), BadInput),
        (lambda: ChangeRules(reliability=0.8, tie="loose"), BadInput),
        (lambda: small((1, 2), functional_mean=1, functional_sd=-1), BadInput),
    ],
)
def test_what_cannot_be_answered_is_refused_with_the_right_exit_code(call, error):
    with pytest.raises(error) as refused:
        call()
    assert refused.value.exit_code == error.exit_code
    assert refused.value.expected


def test_scores_with_many_decimals_keep_their_full_precision():
    report = small((Decimal("20.123456789012"), 5), (10, 12))
    assert report.people[0].pre == 20.123456789012
