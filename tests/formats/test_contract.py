"""One contract for every format: what is written is read again the same, or its loss is listed.

A new format is one row in CONTRACTS: a way to write, a way to read, what it cannot keep, and a
sample. BIDS and REDCap are read by nobody here but this test, by the plainest means there are.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lacrima.errors import BadInput
from lacrima.formats import bids, redcap
from lacrima.formats.answers_file import read_answers
from lacrima.formats.archive import LeftOut, Manifest, read_archive, write_archive
from lacrima.formats.cells import FORMULA_BEGINNINGS, sound
from lacrima.formats.dictionary import EMPTY, EMPTY_TEXT, Column, Kind, Shape, TableOut, Word
from lacrima.formats.export_formats import FORMATS
from lacrima.formats.fhir.bundle import ResponseValue, bundle_of, losses_of, to_json
from lacrima.formats.fhir.xml_out import to_xml
from lacrima.formats.losses import Loss
from lacrima.instruments.catalogue import shipped

WORDS = '=1+1, "said"; \r\n \'tis ä 😀\t|'
NOBODY = "a code that stands nowhere else"

# --- samples

SHAPE = Shape(
    "everything",
    "one of every kind of cell",
    tuple(
        Column(kind.value, kind, "a cell", missing=EMPTY_TEXT if kind is Kind.TEXT else EMPTY,
               words=(Word("x", "a word"),) if kind is Kind.TEXT else ())
        for kind in Kind
    ),
)  # fmt: skip
FULL: Mapping[str, Any] = {
    "id": "0" * 32,
    "text": WORDS,
    "integer": -4,
    "decimal": Decimal("33.0001"),
    "boolean": False,
    "date": dt.date(2026, 2, 28),
    "time": dt.time(23, 59, 58),
    "instant": dt.datetime(2026, 3, 29, 0, 59, 59, 1, tzinfo=dt.UTC),
    "json": {"a": [1, None, WORDS], "b": {}},
}
NONE: Mapping[str, Any] = dict.fromkeys(FULL) | {"text": ""}
TABLE = TableOut(SHAPE, (FULL, NONE, {**FULL, "json": [], "boolean": True, "text": "'"}))

FILLED = {
    slug: {item.id: item.scale.minimum if place % 3 else None for place, item in
           enumerate(one.items)}
    for slug, one in shipped().items()
    if one.items
}  # fmt: skip


def responses(slug: str) -> list[ResponseValue]:
    one, at = shipped()[slug], dt.datetime(2026, 3, 10, 12, tzinfo=dt.UTC)
    full = {item.id: item.scale.maximum for item in one.items}
    return [
        ResponseValue(instrument=one, answers=full, key="1", subject=NOBODY, authored=at),
        ResponseValue(instrument=one, answers=FILLED[slug], key="2", subject=NOBODY, authored=at),
    ]


# --- the table of formats


@dataclass(frozen=True)
class Contract:
    """One format: a sample, how it is written and read, and what it cannot keep of the sample."""

    sample: Any
    write: Callable[[Any], bytes]
    read: Callable[[bytes], Any]
    kept: Callable[[Any], Any]
    losses: Callable[[Any], tuple[Loss, ...]]


def _nothing_lost(_sample: Any) -> tuple[Loss, ...]:
    return ()


def _table(name: str) -> Contract:
    form = FORMATS[name]
    return Contract(
        TABLE,
        form.write,
        lambda data: TableOut(SHAPE, tuple(form.read(SHAPE, data, name=f"a.{name}"))),
        lambda sample: sample,
        _nothing_lost,
    )


def _answers_of(filled: Any) -> list[dict[str, int | None]]:
    return [dict(filled.answers_of(number)) for number in range(len(filled.rows))]


def _fhir(slug: str, write: Callable[[Any], bytes]) -> Contract:
    one = shipped()[slug]
    return Contract(
        responses(slug),
        lambda sample: write(bundle_of(sample)),
        lambda data: _again(slug, _answers_of(read_answers(data, one))),
        lambda sample: _again(slug, [dict(each.answers) for each in sample]),
        losses_of,
    )


def _again(slug: str, answers: list[dict[str, int | None]]) -> list[ResponseValue]:
    """Answers as values that can be written once more."""
    ids = [item.id for item in shipped()[slug].items]
    at = dt.datetime(2026, 3, 10, 12, tzinfo=dt.UTC)
    return [
        ResponseValue(
            instrument=shipped()[slug],
            answers={item: said.get(item) for item in ids},
            key=str(number),
            subject=NOBODY,
            authored=at,
        )
        for number, said in enumerate(answers, start=1)
    ]


Forms = list[tuple[str, str, dict[str, str]]]
PHQ_9 = shipped()["phq-9"]
FORMS: Forms = [
    ("abc", "1s001", {**{item.id: "2" for item in PHQ_9.items}, "total": "18"}),
    ("abc", "1s002", {**{item.id: "" for item in PHQ_9.items}, "total": ""}),
]


def _write_bids(sample: Forms) -> bytes:
    filled = [bids.Filled(*one) for one in sample]
    pair = (bids.tool_of(PHQ_9), filled)
    return bids.dataset([pair], name="a", program="b")["phenotype/phq_9.tsv"]


def _read_bids(data: bytes) -> Forms:
    rows = csv.DictReader(io.StringIO(data.decode()), delimiter="\t")
    told = [{name: "" if cell == "n/a" else cell for name, cell in row.items()} for row in rows]
    return [(row.pop("participant_id")[4:], row.pop("session_id")[4:], row) for row in told]


def _write_redcap(sample: Forms) -> bytes:
    form = redcap.form_of(PHQ_9)
    return redcap.records([(person, form, said) for person, _when, said in sample], [form])


def _read_redcap(data: bytes) -> Forms:
    names = {field.name: item for item, field in redcap.form_of(PHQ_9).fields.items()}
    rows = csv.DictReader(io.StringIO(data.decode(), newline=""))
    return [
        (row["record_id"], "", {item: row[name] for name, item in names.items()}) for row in rows
    ]


FILES = {"tables/a.csv": WORDS.encode(), "README.txt": b"", "b.bin": bytes(range(256)) * 500}
MANIFEST = Manifest("practice", "2026-03-10", "Lacrima", "csv", True, {"a": 3},
                    (LeftOut("a", "b"),))  # fmt: skip

CONTRACTS: dict[str, Contract] = {
    **{name: _table(name) for name in FORMATS},
    **{f"fhir-json {slug}": _fhir(slug, to_json) for slug in FILLED},
    **{f"fhir-xml {slug}": _fhir(slug, to_xml) for slug in FILLED},
    "bids": Contract(FORMS, _write_bids, _read_bids, lambda sample: sample, _nothing_lost),
    "redcap": Contract(
        FORMS,
        _write_redcap,
        _read_redcap,
        lambda sample: [(person, "", said) for person, _when, said in sample],
        lambda sample: (
            Loss("on which occasion a form was filled in", "instances have an order", len(sample)),
            *redcap.losses_of_form(PHQ_9),
        ),
    ),
    "archive": Contract(
        FILES,
        lambda sample: write_archive(sample, MANIFEST),
        lambda data: dict(read_archive(data).files),
        lambda sample: sample,
        _nothing_lost,
    ),
}
each_format = pytest.mark.parametrize("name", CONTRACTS)


@each_format
def test_what_is_written_is_read_again_the_same(name: str) -> None:
    one = CONTRACTS[name]
    assert one.read(one.write(one.sample)) == one.kept(one.sample)


@each_format
def test_what_was_read_is_written_the_same_once_more(name: str) -> None:
    one = CONTRACTS[name]
    read = one.read(one.write(one.sample))
    assert one.read(one.write(read)) == read


@each_format
def test_the_same_gives_the_same_bytes(name: str) -> None:
    one = CONTRACTS[name]
    assert one.write(one.sample) == one.write(one.sample)


@each_format
def test_what_is_lost_is_listed_in_words_that_tell_nothing(name: str) -> None:
    one = CONTRACTS[name]
    listed = one.losses(one.sample)
    if one.kept(one.sample) != one.sample:
        assert listed
    for loss in listed:
        assert loss.what
        assert loss.why
        assert loss.count > 0
        assert NOBODY not in f"{loss.what}{loss.why}"


@each_format
def test_half_a_file_is_refused_or_is_less_and_never_something_else(name: str) -> None:
    one = CONTRACTS[name]
    data = one.write(one.sample)
    try:
        read = one.read(data[: len(data) // 2])
    except BadInput:
        return
    except (KeyError, TypeError):
        assert name in {"bids", "redcap"}, "read by this test alone"
        return
    assert read != one.kept(one.sample)


def test_every_way_of_leaving_is_in_the_contract() -> None:
    assert {*FORMATS, "bids", "redcap", "archive"} <= set(CONTRACTS)


# --- laws of the tables

CELLS: dict[Kind, st.SearchStrategy[Any]] = {
    Kind.ID: st.uuids().map(lambda key: key.hex),
    Kind.INTEGER: st.integers(-(10**17), 10**17),
    Kind.DECIMAL: st.decimals(-(10**8), 10**8, places=4),
    Kind.BOOLEAN: st.booleans(),
    Kind.DATE: st.dates(dt.date(1, 1, 1), dt.date(9999, 12, 31)),
    Kind.TIME: st.times(),
    Kind.INSTANT: st.integers(-(10**15), 10**16).map(
        lambda us: dt.datetime(1970, 1, 1, tzinfo=dt.UTC) + dt.timedelta(microseconds=us)
    ),
    Kind.JSON: st.recursive(
        st.none() | st.booleans() | st.integers(-(10**9), 10**9) | st.text("aä'=\"\n\\😀"),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text("ab"), inner),
        max_leaves=5,
    ).filter(lambda value: value is not None),
}
TEXT = st.text(st.characters(exclude_categories=("Cs",), exclude_characters="\0"), max_size=30)
ROWS = st.fixed_dictionaries(
    {kind.value: TEXT if kind is Kind.TEXT else st.none() | CELLS[kind] for kind in Kind}
)


@pytest.mark.parametrize("name", FORMATS)
@settings(max_examples=40, deadline=None, derandomize=True)
@given(rows=st.lists(ROWS, max_size=4))
def test_every_table_comes_back_the_same(name: str, rows: list[dict[str, Any]]) -> None:
    form = FORMATS[name]
    data = form.write(TableOut(SHAPE, tuple(rows)))
    assert list(form.read(SHAPE, data, name="a")) == rows


@pytest.mark.parametrize("held", ["a\0", "\ud800"])
def test_what_no_database_may_hold_is_refused_in_every_depth(held: str) -> None:
    for value in (held, [held], {"a": {held: 1}}, {"a": ["b", {"c": held}]}):
        with pytest.raises(ValueError):
            sound(value)
    for value in ("\\u0000", ["\\u0000"], {"a": "\\\\u0000"}):
        assert sound(value) == value


@given(text=TEXT)
def test_no_cell_of_a_csv_begins_a_formula(text: str) -> None:
    row = {**NONE, "text": text}
    data = FORMATS["csv"].write(TableOut(SHAPE, (row,))).decode()
    (told,) = csv.DictReader(io.StringIO(data, newline=""))
    assert told["text"][:1] not in set(FORMULA_BEGINNINGS) - {"'"}


@pytest.mark.parametrize("name", FORMATS)
def test_a_wrong_cell_is_named_by_file_row_and_column_and_not_told(name: str) -> None:
    data = FORMATS[name].write(TABLE)
    other = Shape("everything", "", tuple(
        Column(one.name, Kind.DATE if one.kind is Kind.TEXT else one.kind, "") for one in
        SHAPE.columns))  # fmt: skip
    with pytest.raises(BadInput) as refusal:
        list(FORMATS[name].read(other, data, name=f"tables/a.{name}"))
    assert f"tables/a.{name}" in refusal.value.where
    assert "text" in refusal.value.where
    assert "said" not in refusal.value.sentence()


# --- what REDCap and BIDS demand


@pytest.mark.parametrize("slug", list(shipped()))
def test_every_questionnaire_is_a_form_of_redcap(slug: str) -> None:
    form = redcap.form_of(shipped()[slug])
    with zipfile.ZipFile(io.BytesIO(redcap.instrument_zip(form))) as archive:
        assert archive.namelist() == ["OriginID.txt", "instrument.csv"]
        text = archive.read("instrument.csv").decode()
    lines = list(csv.reader(io.StringIO(text, newline="")))
    assert lines[0] == list(redcap.HEADER)
    assert len(redcap.HEADER) == 18
    names = [line[0] for line in lines[1:]]
    assert len(set(names)) == len(names) == len(shipped()[slug].items) + 1
    for line in lines[1:]:
        assert line[3] in {"radio", "text"}
        assert (line[3] == "radio") == bool(line[5])
        for choice in filter(None, line[5].split(" | ")):
            assert choice.split(",")[0].lstrip("-").isdigit()


def test_skeletons_take_no_words_along() -> None:
    skeletons = [one for one in shipped().values() if one.is_skeleton]
    assert skeletons
    for one in skeletons:
        labels = [field.label for field in redcap.form_of(one).fields.values()]
        assert labels[0] == "Item 1 of the form"
        about = json.dumps(bids.tool_of(one).columns)
        assert "Levels" not in about
        assert "Item 1 of the form" in about


def test_a_form_twice_on_one_occasion_is_refused_by_bids() -> None:
    with pytest.raises(BadInput):
        _write_bids([FORMS[0], FORMS[0]])
