"""Tables as people really have them."""

from __future__ import annotations

import contextlib
import csv
import doctest
import io
import time
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lacrima.errors import BadTable
from lacrima.formats import numbers
from lacrima.formats.table import Reading, read_table, read_table_bytes

PLAIN = "id,score\nA,1.5\nB,2\n"


def cells(data: bytes, how: Reading | None = None) -> list[tuple[str, ...]]:
    table = read_table_bytes(data, how)
    return [table.columns, *(row.cells for row in table.rows)]


def test_the_examples_in_the_docstrings_run():
    assert doctest.testmod(numbers).failed == 0


@pytest.mark.parametrize(
    ("encode", "encoding"),
    [
        ("utf-8", "utf-8"),
        ("utf-8-sig", "utf-8-sig"),
        ("utf-16", "utf-16"),
        ("cp1252", "cp1252"),
    ],
)
@pytest.mark.parametrize(("mark", "decimal"), [(",", "."), (";", ","), ("\t", ","), ("|", ".")])
def test_encoding_delimiter_and_decimal_mark_are_found(encode, encoding, mark, decimal):
    text = f"id{mark}größe\nA{mark}1{decimal}5\nB{mark}2\n"
    table = read_table_bytes(text.encode(encode))
    assert (table.encoding, table.delimiter, table.decimal) == (encoding, mark, decimal)
    assert [table.number(row, "größe") for row in table.rows] == [Decimal("1.5"), Decimal(2)]
    assert [row.number for row in table.rows] == [2, 3]


def test_big_endian_utf_16_is_read():
    assert cells(b"\xfe\xff" + PLAIN.encode("utf-16-be"))[1] == ("A", "1.5")


@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
def test_every_line_ending_will_do(ending):
    assert len(cells(PLAIN.replace("\n", ending).encode())) == 3


def test_the_line_that_excel_puts_first_is_understood_and_counted():
    table = read_table_bytes(b"sep=;\nid;score\nA;1,5\n")
    assert [row.number for row in table.rows] == [3]
    assert table.columns == ("id", "score")


def test_a_comma_between_cells_and_decimal_commas_in_quotation_marks():
    table = read_table_bytes(b'id,score\nA,"1,5"\n')
    assert [table.number(row, "score") for row in table.rows] == [Decimal("1.5")]


def test_quoted_cells_keep_marks_line_ends_and_quotation_marks():
    assert cells(b'id,note\nA,"x, ""y""\nz"\nB,w\n')[1:] == [("A", 'x, "y"\nz'), ("B", "w")]


def test_empty_rows_are_left_out_and_the_others_keep_their_numbers():
    table = read_table_bytes(b"id,score\n\nA,1\n,\n\nB,2\n")
    assert [row.number for row in table.rows] == [3, 6]


@pytest.mark.parametrize("cell", ["", " ", "NA", "NaN", "nan", "n/a", "#N/A"])
def test_an_empty_cell_na_and_nan_are_missing(cell):
    table = read_table_bytes(f"id,score\nA,{cell}\n".encode())
    assert [table.number(row, "score") for row in table.rows] == [None]


def test_initials_that_read_na_stay_a_name():
    table = read_table_bytes(b"id,score\nNA,1\n")
    assert [table.text(row, "id") for row in table.rows] == ["NA"]


def test_a_table_of_one_column_needs_no_mark():
    assert cells(b"score\n1\n2\n") == [("score",), ("1",), ("2",)]


@pytest.mark.parametrize(
    ("data", "word"),
    [
        (b"", "empty"),
        (b"PK\x03\x04 rest", "Excel"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "Excel"),
        (b"%PDF-1.7", "PDF"),
        (b"\x89PNG\r\n", "PNG"),
        (b"\x1f\x8b\x08", "gzip"),
        (b"SQLite format 3\x00", "SQLite"),
        (b"<html><table>", "web page"),
        (("a,b\n1,2\n" * 50).encode("utf-16-le"), "UTF-16"),
        (b"\x00" * 5000, "zero"),
        (b"id,score\nA,1\n" + b"x" * 5000 + b"\x00,1\n", "zero"),
        (b"\xff\xfe\x00\x00a\x00\x00\x00", "UTF-32"),
    ],
)
def test_a_file_that_is_no_text_table_is_called_what_it_is(data, word):
    with pytest.raises(BadTable, match=word):
        read_table_bytes(data)


def test_two_gigabytes_of_zeros_are_refused_at_once(tmp_path):
    path = tmp_path / "zeros.csv"
    with path.open("wb") as file:
        file.truncate(2_000_000_000)
    started = time.monotonic()
    with pytest.raises(BadTable):
        read_table(path)
    assert time.monotonic() - started < 1


def test_a_huge_file_is_refused_without_being_read(tmp_path):
    path = tmp_path / "huge.csv"
    with path.open("wb") as file:
        file.write(b"id,score\n" + b"A,1\n" * 2000)
        file.truncate(300_000_000)
    with pytest.raises(BadTable, match="200 MB"):
        read_table(path)


@pytest.mark.parametrize("count", [2001, 400_000, 1_000_000])
def test_far_too_many_columns_are_refused(count):
    with pytest.raises(BadTable, match="columns"):
        read_table_bytes(b",".join([b"c"] * count) + b"\n")


@pytest.mark.parametrize(
    ("data", "where", "word"),
    [
        (b"id,score\nA,1\nB\n", "row 3", "1 cells"),
        (b"id,score\nA,1\nB,2,3\n", "row 3", "3 cells"),
        (b"id,,score\nA,1,2\n", "row 1, column 2", "empty name"),
        (b"id,score,id\nA,1,2\n", "row 1, column 3", "twice"),
        (b"\n\n", "row 1", "no names"),
        (b'id,score\nA,"1\nB,2\n', "row", "quotation mark"),
        (b'id,score\nA,"1"2\n', "row 2", "quotation mark"),
        ("id,n\nA,größe\n".encode() + "B,größe\n".encode("cp1252"), "line 3", "encoding"),
        (b"id,n\nA,\x81\x8d\n", "line 2", "encoding"),
        (b"\xef\xbb\xbfid,n\nA,\xe4\n", "line 2", "encoding"),
        (b"\xff\xfe\x00\xd8a\x00", "line 1", "UTF-16"),
        (b"a,b;c\n1,2;3\n", "row 1", "comma or semicolon"),
    ],
)
def test_a_mistake_in_a_table_names_its_place(data, where, word):
    with pytest.raises(BadTable) as refused:
        read_table_bytes(data)
    assert where in refused.value.where
    assert word in str(refused.value)


def test_what_the_map_says_settles_what_cannot_be_found():
    assert cells(b"a,b;c\n1,2;3\n", Reading(delimiter=";"))[1] == ("1,2", "3")
    table = read_table_bytes(b"a;b\n1,234;x\n", Reading(decimal=","))
    assert [table.number(row, "a") for row in table.rows] == [Decimal("1.234")]
    assert read_table_bytes(b"a\n\xc3\xa4\n", Reading(encoding="windows-1252")).encoding == "cp1252"
    for wrong in ({"delimiter": "-"}, {"decimal": "'"}, {"encoding": "latin"}):
        with pytest.raises(BadTable):
            Reading(**wrong)


@pytest.mark.parametrize(("column", "place"), [("1,5\n2.5", "row 3"), ("1,234\n2,500", "row 2")])
def test_numbers_that_can_be_read_two_ways_are_refused(column, place):
    table = read_table_bytes(
        f"score\tid\n{column.replace(chr(10), chr(9) + 'A' + chr(10))}\tB\n".encode()
    )
    with pytest.raises(BadTable) as refused:
        [table.number(row, "score") for row in table.rows]
    assert place in refused.value.where


@pytest.mark.parametrize(
    "cell", ["Mia", "1.2.3", "1 000", "٣", "inf", "1e400", "0x10", "--1", "12-03"]
)
def test_text_where_a_number_was_expected_is_not_repeated(cell):
    table = read_table_bytes(f"id,score\nA,{cell}\n".encode())
    with pytest.raises(BadTable) as refused:
        [table.number(row, "score") for row in table.rows]
    assert cell not in str(refused.value)
    assert "row 2, column 'score'" in refused.value.where


def test_a_missing_column_lists_the_names_there_are():
    table = read_table_bytes(PLAIN.encode())
    with pytest.raises(BadTable, match="id, score"):
        table.index("bdi")


def test_a_file_that_is_not_there_and_a_folder_are_refused(tmp_path):
    for path in (tmp_path, tmp_path / "none.csv"):
        with pytest.raises(BadTable):
            read_table(path)


texts = st.text(st.characters(blacklist_categories=["Cs", "Cc"]), max_size=8)


@given(st.lists(st.tuples(texts, texts), min_size=1), st.sampled_from(",;\t|"))
def test_what_was_written_is_read_again(rows, mark):
    kept = [row for row in rows if any(row)]
    file = io.StringIO()
    csv.writer(file, delimiter=mark, quoting=csv.QUOTE_ALL).writerows([("id", "score"), *rows])
    assert cells(file.getvalue().encode(), Reading(delimiter=mark))[1:] == kept


pieces = st.sampled_from(
    [b"id,s\n", b"A,1\n", b'"', b";", b",", b"\t", b"\r", b"\n", b"\x00", b"\xe4", b"\xc3\xa4",
     b"\xff\xfe", b"\xef\xbb\xbf", b"1,5", b"1.5", b"sep=;\n", b"NaN"]
)  # fmt: skip


@given(st.lists(pieces, max_size=20).map(b"".join))
def test_whatever_the_bytes_there_is_a_table_or_a_clear_refusal(data):
    with contextlib.suppress(BadTable):
        table = read_table_bytes(data)
        assert all(len(row.cells) == len(table.columns) for row in table.rows)


def test_a_column_of_many_different_numbers_is_read_in_full():
    values = [Decimal(number) / 8 for number in range(9000)]
    text = "a,b\n" + "".join(f" {value} ,x\n" for value in values) + "NA,x\n"
    table = read_table_bytes(text.encode())
    read = table.numbers("a")
    assert [read(row) for row in table.rows] == [*values, None]
    with pytest.raises(BadTable, match="row 2, column 'b'"):
        [table.numbers("b")(row) for row in table.rows]
