"""Maps: which column is what; and what a table holds under them."""

from __future__ import annotations

import doctest
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from lacrima.errors import BadMap, BadTable
from lacrima.formats import dates
from lacrima.formats.score_map import read_map, read_map_bytes
from lacrima.formats.staging import apply
from lacrima.formats.table import read_table, read_table_bytes

ROOT = Path(__file__).resolve().parents[2]
MAPS = ROOT / "docs" / "how-to" / "maps"
SHARED = ROOT.parent / "shared" / "reference"

BDI = """
[plain.bdi]
name = "BDI"
minimum = 0
maximum = 63
higher_is_better = false
"""
LONG = f"""
client = "id"
{BDI}
[[score]]
plain = "bdi"
value = "bdi"
"""


def staged(map_text: str, table_text: str, **options):
    return apply(
        read_map_bytes(map_text.encode()), read_table_bytes(table_text.encode()), **options
    )


def places(result):
    return [(s.client, s.session, s.assessment, s.total) for s in result.scores]


def test_the_examples_in_the_docstrings_run():
    assert doctest.testmod(dates).failed == 0


def test_a_wide_table_gives_a_score_for_each_filled_cell():
    text = f'client = "id"\n{BDI}\n[[score]]\nplain = "bdi"\ncolumns = "bdi_s{{session}}"\n'
    result = staged(text, "id;bdi_s0;bdi_s12;bdi_sum\nA;33;7,5;99\nB;;NA;\n")
    assert places(result) == [("A", 0, None, Decimal(33)), ("A", 12, None, Decimal("7.5"))]
    assert (result.read, result.refused) == (2, [])


def test_a_long_table_gives_a_score_a_row():
    result = staged(LONG + 'assessment = "time"\n', "id,time,bdi\nA,1,33\nA,2,28\nB,1,NA\n")
    assert places(result) == [("A", None, 1, Decimal(33)), ("A", None, 2, Decimal(28))]


def test_a_fixed_session_stands_for_every_row():
    assert places(staged(LONG + "session = 0\n", "id,bdi\nA,1\n")) == [("A", 0, None, Decimal(1))]


def test_item_columns_are_scored_by_the_instrument():
    names = [f"phq{number}" for number in range(1, 10)]
    text = f'client = "id"\n[[score]]\ninstrument = "phq-9"\nitems = {names}\nsession = "s"\n'
    table = "\n".join(
        [
            ",".join(["id", "s", *names]),
            "A,1,2,2,2,2,2,0,0,0,1",
            "B,1,,,,,,,,,",
            "C,1,3,3,3,,,,3,3,3",
            "D,1,3,3,3,3,4,3,3,3,3",
            "E,1,3,3,3,3,1.5,3,3,3,3",
        ]
    )
    result = staged(text, table)
    assert [(s.client, s.total) for s in result.scores] == [("A", Decimal(11)), ("C", None)]
    assert result.scores[0].items["phq9_9"] == 1
    assert [(r.row, r.column, r.found) for r in result.refused] == [
        (5, "phq5", "a number above the maximum"),
        (6, "phq5", "a number with a fraction"),
    ]


def test_totals_of_a_shipped_instrument_are_whole_and_in_its_range():
    text = 'client = "id"\n[[score]]\ninstrument = "gad-7"\nvalue = "gad"\nsession = "s"\n'
    result = staged(text, "id,s,gad\nA,1,21\nA,2,22\nA,3,-1\nA,4,7.5\n")
    assert places(result) == [("A", 1, None, Decimal(21))]
    assert [r.found for r in result.refused] == [
        "a number above the maximum",
        "a number below the minimum",
        "a number with a fraction",
    ]


def test_a_refusal_says_what_kind_of_thing_was_found_and_never_repeats_it():
    result = staged(
        LONG + 'session = "s"\n', "id,s,bdi\nA,1,Mia cried\nA,x,12\n,3,12\nA,1.5,3\nA,,3\nA,4,71\n"
    )
    assert [(r.row, r.column, r.found) for r in result.refused] == [
        (2, "bdi", "text"),
        (3, "s", "text"),
        (4, "id", "empty"),
        (5, "s", "a number with a fraction"),
        (6, "s", "empty"),
        (7, "bdi", "a number above the maximum"),
    ]
    assert not result.scores
    assert "Mia" not in repr(result)
    assert "71" not in repr(result)


def test_a_second_score_for_one_place_is_refused_and_names_the_first():
    result = staged(LONG + 'session = "s"\n', "id,s,bdi\nA,1,5\nA,2,5\nA,1,5\nB,1,5\n")
    assert len(result.scores) == 3
    assert (result.refused[0].row, "row 2" in result.refused[0].found) == (4, True)


def test_a_session_and_an_assessment_of_one_number_are_two_places():
    text = LONG + 'session = "s"\n[[score]]\nplain = "bdi"\nvalue = "after"\nassessment = 1\n'
    assert len(staged(text, "id,s,bdi,after\nA,1,5,6\n").scores) == 2


def test_dates_are_read_as_the_map_says_in_the_zone_of_the_practice():
    text = LONG + 'date = "day"\ndate_format = "%d.%m.%Y"\n'
    table = "id,day,bdi\nA,03.05.2024,5\nA,31.02.2024,5\nA,2024-05-04,5\nA,,5\n"
    result = staged(text, table, zone=ZoneInfo("Europe/Berlin"))
    assert [s.time.astimezone(UTC) for s in result.scores] == [datetime(2024, 5, 3, 10, tzinfo=UTC)]
    assert [(r.row, r.found) for r in result.refused] == [
        (3, "text that is no such date"),
        (4, "text that is no such date"),
        (5, "empty"),
    ]


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("2024-05-03", datetime(2024, 5, 3, 12, tzinfo=UTC)),
        ("2024-05-03 14:30", datetime(2024, 5, 3, 14, 30, tzinfo=UTC)),
        ("2024-05-03T14:30:00+02:00", datetime(2024, 5, 3, 12, 30, tzinfo=UTC)),
        ("03.05.2024", None),
        ("05/03/2024", None),
        ("20240503", None),
        ("2024-W18-5", None),
    ],
)
def test_without_a_format_only_iso_dates_are_read(cell, expected):
    result = staged(LONG + 'date = "day"\n', f"id,day,bdi\nA,{cell},5\n")
    assert [s.time for s in result.scores] == ([expected] if expected else [])
    assert len(result.refused) == (0 if expected else 1)


def test_a_date_may_stand_beside_a_session_and_be_unknown():
    result = staged(
        LONG + 'session = "s"\ndate = "day"\n', "id,s,day,bdi\nA,1,,5\nA,2,2024-01-02,6\n"
    )
    assert [s.time is None for s in result.scores] == [True, False]


def test_very_many_refusals_are_counted_and_not_all_kept():
    rows = "".join(f"A,{number},99\n" for number in range(1500))
    result = staged(LONG + 'session = "s"\n', "id,s,bdi\n" + rows)
    assert (len(result.refused), result.refused_count) == (1000, 1500)


@pytest.mark.parametrize(
    ("text", "word"),
    [
        (LONG, "without a place"),
        (LONG + 'sesion = "s"\n', "unknown key 'sesion'"),
        (LONG + "session = 1\nassessment = 1\n", "both"),
        (LONG + "session = -1\n", "below 0"),
        (LONG + "session = true\n", "true or false"),
        (LONG + 'session = 1\ncolumn = "x"\n', "exactly one way"),
        (LONG + 'session = 1\ninstrument = "phq-9"\n', "exactly one measure"),
        (LONG + 'session = 1\ndate_format = "%d.%m.%Y"\n', "without a date"),
        (LONG + 'date = "d"\ndate_format = "%d.%m."\n', "day, month and year"),
        (LONG + 'date = "d"\ndate_format = "%x"\n', "parts other than"),
        (LONG.replace('plain = "bdi"', 'plain = "bdii"') + "session = 1\n", "bdii"),
        (LONG.replace('plain = "bdi"', 'instrument = "bdi"') + "session = 1\n", "'bdi'"),
        (LONG.replace("minimum = 0", "minimum = 63") + "session = 1\n", "range"),
        (LONG.replace("minimum = 0", 'minimum = "0"') + "session = 1\n", "text"),
        (LONG.replace("[plain.bdi]", "[plain.phq-9]") + "session = 1\n", "shipped"),
        (LONG.replace('client = "id"', "") + "session = 1\n", "missing"),
        (LONG.replace('value = "bdi"', 'columns = "bdi"'), "pattern"),
        (LONG.replace('value = "bdi"', 'columns = "b{session}"') + "session = 1\n", "beside"),
        (LONG.replace('value = "bdi"', 'items = ["a"]') + "session = 1\n", "item columns"),
        ('client = "id"\n' + BDI, "no scores"),
        (LONG + 'session = 1\n[file]\ndecimal = ";"\n', "unknown decimal"),
        ("client = \n", "mistake in the TOML"),
    ],
)
def test_a_mistake_in_a_map_names_its_line(text, word):
    with pytest.raises(BadMap) as refused:
        read_map_bytes(text.encode(), name="my.toml")
    assert word in str(refused.value)
    assert "my.toml" in refused.value.where
    assert refused.value.expected


def test_the_line_is_the_line_of_the_key():
    text = LONG + 'sesion = "s"\n'
    with pytest.raises(BadMap) as refused:
        read_map_bytes(text.encode())
    assert f"line {text.count(chr(10))}," in refused.value.where


@pytest.mark.parametrize(
    ("text", "table", "word"),
    [
        (LONG + "session = 1\n", "id,x\nA,1\n", "'bdi'"),
        (LONG + 'session = "s"\n', "id,bdi\nA,1\n", "'s'"),
        (LONG + 'date = "d"\n', "id,bdi\nA,1\n", "'d'"),
        (LONG + "session = 1\n", "x,bdi\nA,1\n", "'id'"),
        (LONG.replace('value = "bdi"', 'columns = "b{session}"'), "id,c1\nA,1\n", "no column"),
        (
            LONG + 'session = 1\n[[score]]\nplain = "bdi"\nvalue = "bdi"\nsession = 2\n',
            "id,bdi\nA,1\n",
            "two scores",
        ),
    ],
)
def test_a_map_that_does_not_fit_the_table_is_refused(text, table, word):
    with pytest.raises(BadMap, match=word):
        staged(text, table)


def test_numbers_that_can_be_read_two_ways_are_refused_before_any_row():
    with pytest.raises(BadTable, match="decimal"):
        staged(LONG + 'session = "s"\n', "id;s;bdi\nA;1;1,5\nA;2;1.5\n")


def test_the_example_maps_can_be_read():
    assert {path.name for path in MAPS.glob("*.toml")} >= {"sgdata.toml", "claus.toml"}
    for path in MAPS.glob("*.toml"):
        read = read_map(path)
        assert read.scores or read.sessions.session


@pytest.mark.shared
def test_the_sudden_gains_table_comes_in_whole():
    """sgdata.csv, R package suddengains: 43 people; counts taken by another reader."""
    if not SHARED.exists():
        pytest.skip("the reference data are not beside the project")
    result = apply(read_map(MAPS / "sgdata.toml"), read_table(SHARED / "sgdata.csv"))
    assert (result.read, result.refused) == (43, [])
    assert len({score.client for score in result.scores}) == 43
    bdi = [score for score in result.scores if score.instrument == "bdi"]
    assert len([score for score in bdi if score.session == 0]) == 41
    assert len([score for score in bdi if score.assessment == 2]) == 41
    assert len(result.scores) == 563 + 587
    first = {s.session: s.total for s in bdi if s.client == "1" and s.session is not None}
    assert list(first.values()) == [33, 35, 37, 34, 23, 24, 21, 29, 17, 11, 11, 10, 7]


@pytest.mark.shared
def test_the_inpatient_table_comes_in_whole():
    """claus_2020.csv, R package clinicalsignificance: 163 BDI, 164 HAM-D, 162 SHAPS, 163 WHO-5."""
    if not SHARED.exists():
        pytest.skip("the reference data are not beside the project")
    result = apply(read_map(MAPS / "claus.toml"), read_table(SHARED / "claus_2020.csv"))
    assert (result.read, result.refused) == (172, [])
    counts = [[s.instrument for s in result.scores].count(slug) for slug in
              ("bdi-ii", "ham-d", "shaps", "who-5-raw")]  # fmt: skip
    assert counts == [163, 164, 162, 163]
    assert {score.assessment for score in result.scores} == {1, 2, 3, 4}


@pytest.mark.parametrize("number", ["9" * 400, "1e400", "nan", "inf"])
def test_a_number_out_of_all_bounds_is_refused(number: str) -> None:
    text = f'client = "id"\n[plain.x]\nname = "X"\nminimum = 0\nmaximum = {number}\n'
    with pytest.raises(BadMap):
        read_map_bytes(text.encode())


def test_a_prefix_keeps_the_people_of_two_tables_apart() -> None:
    text = 'client = "id"\nclient_prefix = "B "\n[[score]]\ninstrument = "phq-9"\n'
    text += 'value = "phq"\nsession = "n"\n'
    table = read_table_bytes(b"id,n,phq\n1,1,9\n2,1,7\n")
    staged = apply(read_map_bytes(text.encode()), table)
    assert [score.client for score in staged.scores] == ["B 1", "B 2"]
