"""Filled questionnaires in tables and in plain JSON."""

from __future__ import annotations

import contextlib
import doctest
import json
import random
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lacrima.errors import BadForm, BadInput, BadTable, OutOfRange
from lacrima.formats.answers_file import read_answers
from lacrima.formats.filled import answer, telling_apart
from lacrima.formats.filled.answer import from_number, from_text
from lacrima.formats.filled.forms import Filled
from lacrima.instruments.catalogue import shipped

PHQ_9, GAD_7 = shipped()["phq-9"], shipped()["gad-7"]
WITH_ITEMS = [one for one in shipped().values() if one.items]
ROW = "2,2,2,2,1,1,2,0,0"


def table(columns: str, *rows: str, **options: Any) -> Filled:
    return read_answers("\n".join([columns, *rows, ""]).encode(), PHQ_9, **options)


def columns(pattern: str, first: int = 1) -> str:
    return ",".join(pattern.format(number) for number in range(first, first + 9))


def nine(filled: Filled, place: int = 0) -> list[int | None]:
    return [filled.answers_of(place)[f"phq9_{number}"] for number in range(1, 10)]


def test_the_examples_in_the_docstrings_run():
    assert doctest.testmod(answer).failed == 0
    assert doctest.testmod(telling_apart).failed == 0


class TestTables:
    """One column an item, one row a person."""

    @pytest.mark.parametrize(
        ("pattern", "is_noted"),
        [
            ("phq9_{}", False),
            ("PHQ9.{}", False),
            ("phq9-0{}", True),
            ("PHQ.{}", True),
            ("q{}", True),
            ("item_{}", True),
            ("H1/T1/Q{}", True),
            ("{}", True),
        ],
    )
    def test_every_way_to_name_a_column(self, pattern: str, is_noted: bool):
        filled = table(columns(pattern), ROW)
        assert nine(filled) == [2, 2, 2, 2, 1, 1, 2, 0, 0]
        assert any("number alone" in note for note in filled.notes) == is_noted

    def test_columns_named_by_loinc(self):
        codes = [item.loinc or "" for item in PHQ_9.scored_items]
        random.Random(1).shuffle(codes)
        filled = table(",".join(codes), ROW)
        assert [filled.answers_of(0)[i.id] for i in map(by_code, codes)] == [
            int(value) for value in ROW.split(",")
        ]

    def test_columns_named_by_the_questions_themselves(self):
        head = ",".join(f'"{item.text}?"' for item in PHQ_9.scored_items)
        filled = table(f"{head},mood", f"{ROW},9")
        assert nine(filled) == [2, 2, 2, 2, 1, 1, 2, 0, 0]
        assert any("wording alone" in note for note in filled.notes)

    def test_numbers_from_nought(self):
        assert nine(table(columns("q{}", first=0), ROW)) == [2, 2, 2, 2, 1, 1, 2, 0, 0]

    def test_two_questionnaires_in_one_table_are_told_apart(self):
        both = f"{columns('phq{}')},{','.join(f'gad{n}' for n in range(1, 8))}"
        data = f"{both}\n{ROW},1,1,1,1,1,1,1\n".encode()
        assert nine(read_answers(data, PHQ_9)) == [2, 2, 2, 2, 1, 1, 2, 0, 0]
        assert set(read_answers(data, GAD_7).answers_of(0).values()) == {1}

    def test_other_columns_are_listed_and_their_cells_are_not_looked_at(self):
        filled = table(f"person,mood,{columns('phq9_{}')}", f"R 14,I cried,{ROW}")
        assert filled.people == ("R 14",)
        assert "Columns that were not used: mood" in filled.notes
        assert [loss.count for loss in filled.losses] == [1]
        assert "cried" not in str((filled.notes, filled.losses))

    def test_a_column_that_is_not_there_is_missing_in_every_row(self):
        filled = table("phq9_1,phq9_2", "1,2", "3,")
        assert nine(filled, 1) == [3, *[None] * 8]
        assert any("missing in every row: phq9_3, phq9_4" in note for note in filled.notes)

    def test_gaps_are_missing(self):
        filled = table(columns("phq9_{}"), "1,,NA,n/a, ,1,1,1,1")
        assert nine(filled) == [1, None, None, None, None, 1, 1, 1, 1]

    def test_words_of_choices(self):
        filled = table(columns("phq9_{}"), 'Several days,"NOT AT ALL",LA6571-9,2.0,1,1,1,1,1')
        assert nine(filled)[:4] == [1, 0, 3, 2]

    def test_semicolons_and_decimal_commas(self):
        text = f"client;{columns('phq9_{}').replace(',', ';')}\nR;1,0;2,0;1;1;1;1;1;1;1\n"
        assert nine(read_answers(text.encode("utf-16"), PHQ_9))[:2] == [1, 2]

    def test_a_parquet_file_is_a_table_too(self, tmp_path: Path):
        path = tmp_path / "forms.parquet"
        values = "'R 14' AS client, 1 AS phq9_1, 2.0::DOUBLE AS phq9_2, NULL::INT AS phq9_3"
        duckdb.sql(f"COPY (SELECT {values}) TO '{path}' (FORMAT parquet)")
        filled = read_answers(path, PHQ_9)
        assert nine(filled)[:3] == [1, 2, None]
        assert filled.people == ("R 14",)

    def test_the_column_that_says_who_can_be_told(self):
        head, row = f"id,client,{columns('phq9_{}')}", f"7,R 14,{ROW}"
        unsure = table(head, row)
        assert unsure.people == (None,)
        assert any("--person" in note for note in unsure.notes)
        assert table(head, row, person="client").people == ("R 14",)
        with pytest.raises(BadTable, match="no column"):
            table(head, row, person="name")

    def test_rows_are_numbered_as_a_spreadsheet_counts(self):
        assert table(columns("phq9_{}"), ROW, ",,,,,,,,", ROW).rows == (2, 4)

    @pytest.mark.parametrize("cell", ["4", "-1", "1.5", "9e9", "1e9", "99999999999999999999"])
    def test_a_number_that_is_no_answer_is_named_by_row_and_column(self, cell: str):
        with pytest.raises(OutOfRange) as refused:
            table(columns("phq9_{}"), ROW, f"1,{cell},1,1,1,1,1,1,1")
        assert refused.value.where == "row 3, column 'phq9_2'"
        assert cell not in str(refused.value)

    def test_text_that_is_no_answer_is_never_said(self):
        with pytest.raises(BadForm) as refused:
            table(columns("phq9_{}"), "1,like drowning,1,1,1,1,1,1,1")
        assert "drowning" not in str(refused.value.as_json())

    @pytest.mark.parametrize(
        "head",
        [
            columns("gad7_{}"),
            columns("week{}").replace("week9", "week10"),
            "person,total",
            "a,b,c,d,e,f,g,h,i",
            columns("phq8_{}"),
        ],
    )
    def test_columns_of_something_else_are_no_items(self, head: str):
        with pytest.raises(BadForm, match="no question of PHQ-9"):
            table(head, ",".join("1" * (head.count(",") + 1)))

    def test_columns_that_could_be_two_questionnaires(self):
        with pytest.raises(BadForm, match="two groups"):
            table(f"{columns('a{}')},{columns('b{}')}", f"{ROW},{ROW}")

    def test_a_table_without_a_row(self):
        with pytest.raises(BadForm, match="without a row"):
            table(columns("phq9_{}"))

    def test_a_wrong_row_among_many_is_found_before_anything_is_given(self, tmp_path: Path):
        path = tmp_path / "many.csv"
        rows = [ROW] * 50_000
        rows[40_000] = "2,2,2,2,1,1,2,0,9"
        path.write_text("\n".join([columns("phq9_{}"), *rows]), encoding="utf-8")
        with pytest.raises(OutOfRange) as refused:
            read_answers(path, PHQ_9)
        assert refused.value.where == "row 40002, column 'phq9_9'"


def by_code(code: str) -> Any:
    return next(item for item in PHQ_9.items if item.loinc == code)


class TestPlainJson:
    """Our own plain form."""

    def test_an_object_a_list_and_the_result_of_scoring(self):
        form = {"phq9_1": 2, "phq9_2": None, "person": "R 14", "44259-0": "3", "mood": 4}
        for whole in (form, [form], {"results": [form]}, {"items": form, "person": "R 14"}):
            filled = read_answers(json.dumps(whole).encode(), PHQ_9)
            assert nine(filled)[:4] == [2, None, 3, None]
            assert filled.people == ("R 14",)
            assert filled.losses[0].what == "keys that are no items of PHQ-9"

    @pytest.mark.parametrize("wrapped", ["answers", "items", ""])
    def test_a_list_of_answers_in_their_order_is_noted(self, wrapped: str):
        answers = [2, 2, 2, 2, 1, 1, None, 0, 0]
        whole: Any = {wrapped: answers, "client": 7} if wrapped else answers
        filled = read_answers(json.dumps(whole).encode(), PHQ_9)
        assert nine(filled) == answers
        assert filled.people == ("7" if wrapped else None,)
        assert "number alone" in filled.notes[0]
        with pytest.raises(BadForm, match="no question"):
            read_answers(json.dumps(answers[:8]).encode(), PHQ_9)

    def test_one_object_a_line(self):
        text = '{"phq9_1": 1}\n\n{"phq9_1": 2}\n'
        filled = read_answers(text.encode(), PHQ_9)
        assert [nine(filled, place)[0] for place in (0, 1)] == [1, 2]

    @pytest.mark.parametrize(
        ("form", "kind"),
        [
            ({"phq9_1": 4}, OutOfRange),
            ({"phq9_1": 1.5}, OutOfRange),
            ({"phq9_1": True}, BadForm),
            ({"phq9_1": [1]}, BadForm),
            ({"phq9_1": {"a": 1}}, BadForm),
            ({"phq9_1": "often"}, BadForm),
            ({"phq9_1": 1, "person": ["a"]}, BadForm),
            ({"phq9_1": 1, "person": "\ud800"}, BadForm),
            ({"phq9_1": 1, "44250-9": 1}, BadForm),
            ({"gad7_1": 1}, BadForm),
            ([{"phq9_1": 1}, {"x": 1}], BadForm),
            ("a", BadForm),
            ([[]], BadForm),
            ([[1, 2]], BadForm),
        ],
    )
    def test_what_is_no_form_is_refused_with_its_number(self, form: Any, kind: type[BadInput]):
        with pytest.raises(kind) as refused:
            read_answers(json.dumps(form).encode(), PHQ_9)
        assert "often" not in str(refused.value)

    def test_a_column_cannot_be_asked_of_it(self):
        with pytest.raises(BadForm, match="no table"):
            read_answers(b'{"phq9_1": 1}', PHQ_9, person="client")


class TestAnswers:
    """One answer against its item."""

    @given(st.integers() | st.decimals(allow_nan=False, allow_infinity=False))
    def test_a_number_is_an_answer_or_out_of_range(self, number: int | Decimal):
        item = PHQ_9.items[0]
        if number in (0, 1, 2, 3):
            assert from_number(item, number, where="x") == number
        else:
            with pytest.raises(OutOfRange):
                from_number(item, number, where="x")

    @given(st.text())
    def test_any_text_is_an_answer_missing_or_refused(self, text: str):
        read = None
        with contextlib.suppress(BadInput):
            read = from_text(PHQ_9.items[0], text, where="x")
        assert read in (None, 0, 1, 2, 3)


@pytest.mark.parametrize("one", WITH_ITEMS, ids=lambda one: one.slug)
@settings(max_examples=10, deadline=None)
@given(data=st.data())
def test_every_instrument_is_read_by_its_own_ids(one: Any, data: st.DataObject):
    answers = {
        item.id: data.draw(st.sampled_from([None, *item.scale.values])) for item in one.items
    }
    cells = ["" if value is None else str(value) for value in answers.values()]
    text = f"person,{','.join(answers)}\nR 14,{','.join(cells)}\n"
    assert read_answers(text.encode(), one).answers_of(0) == answers
    assert read_answers(json.dumps(answers).encode(), one).answers_of(0) == answers


def test_an_instrument_of_which_only_the_total_is_kept_has_nothing_to_score():
    with pytest.raises(BadForm, match="only the total is kept"):
        read_answers(b"total\n12\n", shipped()["ors"])


def test_a_picture_and_a_missing_file_are_refused(tmp_path: Path):
    with pytest.raises(BadTable, match="picture"):
        read_answers(b"\x89PNG\r\n", PHQ_9)
    with pytest.raises(BadForm, match="cannot be read"):
        read_answers(tmp_path / "nothing", PHQ_9)
    with pytest.raises(BadForm, match="cannot be read"):
        read_answers(tmp_path, PHQ_9)


def test_what_is_packed_does_not_show_answers_by_accident():
    filled = table(f"person,{columns('phq9_{}')}", f"R 14,{ROW}")
    assert "R 14" not in repr(filled)
    assert "2." not in repr(filled).split("answers=", 1)[-1] or "answers=" not in repr(filled)
