"""Sudden gains in a table: published results, the same told differently, and what is refused."""

from __future__ import annotations

import csv
import doctest
import io
import json
import math
import random
from pathlib import Path

import pytest

from lacrima.analyses import gains
from lacrima.analyses.gains import (
    Course,
    GainRules,
    Kind,
    columns_between,
    gains_from_courses,
    gains_from_table,
    report_as_json,
)
from lacrima.errors import BadInput, BadTable, NoResult
from lacrima.formats.table import read_table_bytes

SGDATA = Path(__file__).resolve().parents[2].parent / "shared" / "reference" / "sgdata.csv"
COLUMNS = [f"bdi_s{number}" for number in range(1, 13)]
RULES = GainRules(cut=7)


def test_the_examples_in_the_docstrings_run():
    assert doctest.testmod(gains).failed == 0


@pytest.fixture(scope="module")
def sgdata():
    if not SGDATA.exists():
        pytest.skip("the reference data are not beside the project")
    with SGDATA.open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


def written(rows, **options):
    text = io.StringIO()
    writer = csv.DictWriter(text, list(rows[0]), **options)
    writer.writeheader()
    writer.writerows(rows)
    return read_table_bytes(text.getvalue().encode())


def told(rows, *, person="id", scores=COLUMNS, rules=RULES, **options):
    found = gains_from_table(written(rows, **options), person=person, scores=scores, rules=rules)
    return report_as_json(found)


# Birth certificate of the numbers: tests/stats/test_gains.py.
@pytest.mark.shared
def test_the_published_results_come_out(sgdata):
    found = told(sgdata)
    assert [found[key] for key in ("n", "gains", "people_with_gain", "people_with_several")] == [
        43, 24, 15, 8,
    ]  # fmt: skip
    assert round(100 * found["people_with_gain"] / found["n"], 2) == 34.88
    assert found["magnitude_mean"] == pytest.approx(11.00, abs=0.005)
    assert found["magnitude_sd"] == pytest.approx(3.43, abs=0.005)
    assert found["reversals"] == 4
    assert found["first_gains"]["magnitude_mean"] == pytest.approx(11.4)
    assert found["first_gains"]["magnitude_sd"] == pytest.approx(3.98, abs=0.005)
    assert found["first_gains"]["reversals"] == 3
    assert (found["steps"], found["steps_judged"]) == (43 * 11, 298)
    assert found["people_judged"] + len(found["excluded"]) == 43


@pytest.mark.shared
def test_with_full_windows_there_are_fewer(sgdata):
    found = told(sgdata, rules=GainRules(cut=7, full_windows=True))
    assert (found["gains"], found["people_with_gain"], found["people_with_several"]) == (21, 14, 7)


@pytest.mark.shared
def test_the_same_people_in_another_order_under_other_names_with_decimal_commas(sgdata):
    rows = [
        {
            "Therapeutin": "H",
            "Kürzel": f"Z{int(row['id']) * 7919 % 10_007}",
            **{f"Sitzung {column[5:]}": row[column].replace(".", ",") for column in COLUMNS},
        }
        for row in sgdata
    ]
    random.Random(3).shuffle(rows)
    names = {row["id"]: f"Z{int(row['id']) * 7919 % 10_007}" for row in sgdata}
    found = told(rows, person="Kürzel", scores=["Sitzung 1..Sitzung 12"], delimiter=";")
    expected = told(sgdata)
    for key in ("gains", "losses", "people_with_several", "reversals", "steps_judged"):
        assert found[key] == expected[key]
    assert found["magnitude_sd"] == pytest.approx(expected["magnitude_sd"])
    by_person = sorted(
        (event["person"], event["after"], event["size"]) for event in found["events"]
    )
    assert by_person == sorted(
        (names[event["person"]], f"Sitzung {event['after'][5:]}", event["size"])
        for event in expected["events"]
    )


@pytest.mark.shared
@pytest.mark.parametrize(
    ("factor", "shift", "percent"), [(0.1, 0, 25), (3, 0, 25), (0.7, 12.3, 0), (-1, 63, 0)]
)
def test_the_same_people_in_another_unit(sgdata, factor, shift, percent):
    rows = [
        {
            "id": row["id"],
            **{
                column: f"{float(row[column]) * factor + shift:.12g}" if row[column] else "NA"
                for column in COLUMNS
            },
        }
        for row in sgdata
    ]
    rules = GainRules(cut=7 * abs(factor), percent=percent, higher_is_better=factor < 0)
    found = told(rows, rules=rules)
    expected = told(sgdata, rules=GainRules(cut=7, percent=percent))
    assert found["magnitude_mean"] == pytest.approx(expected["magnitude_mean"] * abs(factor))
    for event, other in zip(found["events"], expected["events"], strict=True):
        assert event["size"] == pytest.approx(other["size"] * abs(factor))
        assert {**event, "size": 0} == {**other, "size": 0}


def small(text, scores=("s1..s6",), rules=RULES):
    table = read_table_bytes(text.encode())
    return gains_from_table(table, person="id", scores=scores, rules=rules)


HEAD = "id,s1,s2,s3,s4,s5,s6\n"


def test_the_event_names_the_column_before_the_step():
    text = "id,s1,s2,s3,s4,s5,s6,s7\na,30,30,30,10,10,10,25\nb,5,5,5,25,25,25,5\n"
    report = small(text, ["s1..s7"])
    assert [(event.person, event.kind, event.after, event.size) for event in report.events] == [
        ("a", Kind.GAIN, "s3", 20.0),
        ("b", Kind.LOSS, "s3", 20.0),
    ]
    assert [event.reversed for event in report.events] == [True, False]
    found = report_as_json(report)
    assert (found["reversals"], found["losses"], found["people_with_loss"]) == (1, 1, 1)


def test_who_cannot_be_judged_is_listed_with_the_reason():
    report = small(HEAD + "a,30,30,30,10,10,10\nb,,,,,,\nc,,9,,,,\nd,9,,9,,9,\ne,9,,9,,9,9\n")
    assert {each.person: each.reason for each in report.excluded} == {
        "b": "no scores",
        "c": "1 score",
        "d": "3 scores",
        "e": "no step between two scores in a row with two scores on each side",
    }
    assert (report.n, report.people_judged) == (5, 1)


def test_what_could_not_be_formed_is_null_and_says_why():
    none = report_as_json(small(HEAD + "a,9,9,9,9,9,9\n"))
    assert (none["gains"], none["magnitude_mean"], none["magnitude_sd"]) == (0, None, None)
    assert none["why"]
    one = report_as_json(small(HEAD + "a,30,30,30,10,10,10\n"))
    assert (one["magnitude_mean"], one["magnitude_sd"]) == (20.0, None)
    assert "standard deviation" in one["why"]
    text = "id,s1,s2,s3,s4,s5,s6,s7,s8,s9\na,60,60,60,40,40,40,20,20,20\n"
    two = report_as_json(small(text, ["s1..s9"]))
    assert two["magnitude_sd"] == 0.0
    assert two["first_gains"]["magnitude_sd"] is None
    assert two["why"]
    json.dumps([none, one, two], allow_nan=False)


def test_a_row_without_anything_is_left_alone_but_scores_need_a_person():
    assert small(HEAD + "a,30,30,30,10,10,10\n,,,,,,\n,NA,,,,,\n").n == 1
    with pytest.raises(BadTable, match="row 3"):
        small(HEAD + "a,30,30,30,10,10,10\n,1,,,,,\n")


@pytest.mark.parametrize(
    ("text", "where"),
    [
        (HEAD + "a,1,2,3,4,5,6\na,1,2,3,4,5,6\n", "row 3"),
        (HEAD + "a,1,2,3,4,5,six\n", "row 2, column 's6'"),
    ],
)
def test_a_row_that_cannot_be_used_is_named(text, where):
    with pytest.raises(BadTable) as error:
        small(text)
    assert error.value.where == where
    assert "six" not in error.value.sentence()


@pytest.mark.parametrize(
    "scores",
    [["s1", "s2", "s3"], ["s1", "s2", "s2", "s3"], ["id", "s1", "s2", "s3"], ["s6..s1"], ["s1..x"]],
)
def test_columns_that_make_no_course_are_refused(scores):
    with pytest.raises(BadInput):
        small(HEAD + "a,1,2,3,4,5,6\n", scores)


def test_a_column_that_is_not_there_is_named_with_those_that_are():
    with pytest.raises(BadTable, match="s9"):
        small(HEAD + "a,1,2,3,4,5,6\n", ["s1", "s2", "s3", "s9"])


def test_a_name_with_two_points_in_it_is_a_name():
    assert columns_between(["a..b", "a", "x", "b"], ["a..b", "x"]) == ("a..b", "x")


def test_nobody_to_judge_is_no_result():
    with pytest.raises(NoResult):
        small(HEAD + "a,9,,9,,9,\n")
    with pytest.raises(NoResult):
        gains_from_courses([], sessions=["a", "b", "c", "d"], rules=RULES)


@pytest.mark.parametrize("rule", [{"cut": 0}, {"cut": math.nan}, {"cut": 7, "percent": 120}])
def test_rules_that_are_none_are_refused(rule):
    with pytest.raises(BadInput):
        GainRules(**rule)


def test_people_keep_their_order():
    courses = [Course(name, [30, 30, 10, 10]) for name in ("z", "a", "m")]
    report = gains_from_courses(courses, sessions=["1", "2", "3", "4"], rules=RULES)
    assert [event.person for event in report.events] == ["z", "a", "m"]
