"""A table's columns are proposed, said in words, written as a map, and read back."""

from __future__ import annotations

import re
import string
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lacrima.errors import BadMap
from lacrima.formats.column_lines import Line, counts_sessions, lines_of
from lacrima.formats.column_looks import fitting_formats, look_at
from lacrima.formats.map_draft import (
    Lack,
    MapDraft,
    NewScore,
    Place,
    Problem,
    Said,
    Use,
    problems_of,
    slug_of,
)
from lacrima.formats.map_fields import FIELDS
from lacrima.formats.map_guess import propose, propose_lines
from lacrima.formats.map_reading_back import draft_of
from lacrima.formats.map_writing import map_text
from lacrima.formats.score_map import read_map_bytes
from lacrima.formats.staging import apply
from lacrima.formats.table import Table, read_table_bytes
from lacrima.instruments.plain import PlainScore

MAPS = Path(__file__).parents[2] / "docs" / "how-to" / "maps"
NO_PLAIN: dict[str, PlainScore] = {}
SLEEP = PlainScore("sleep", "Sleep", Decimal(0), Decimal(10), higher_is_better=True)
DIARY = """client;session;date;minutes;where;heavy;tears;whose;how much;then;feelings;note;room
R 14;1;03.05.2024;50;in person;4;0;;;;;;2
R 14;2;10.05.2024;50;Zoom;6;1;her;2;went on;sad, touched;She spoke of her mother.;
R 14;3;17.05.2024;50;in person;;1;both;1;went on;touched;;2
"""


def _table(text: str) -> Table:
    return read_table_bytes(text.encode())


def _proposed(text: str, plain: dict[str, PlainScore] = NO_PLAIN) -> tuple[MapDraft, list[Line]]:
    table = _table(text)
    lines = list(propose_lines(table.columns, plain))
    return propose(look_at(table), lines, plain), lines


def _used(draft: MapDraft) -> dict[str, str]:
    return {name: said.told or said.use.value for name, said in draft.said.items() if said.use}


# --- lines ---------------------------------------------------------------------------------------


def test_numbered_columns_are_one_line_and_others_stay_alone() -> None:
    found = lines_of(["id", "bdi_s0", "bdi_s1", "bdi_fu1", "bdi_fu2", "note"])
    assert [line.name for line in found] == ["id", "bdi_s{n}", "bdi_fu{n}", "note"]
    assert found[1].numbers == (0, 1)


def test_measures_with_a_number_in_their_name_are_not_parted() -> None:
    found = lines_of(["phq9", "phq8", "gad7"], measures={"phq9", "phq8", "gad7"})
    assert all(line.is_single for line in found)


def test_answers_by_session_are_one_line_of_rounds_whichever_number_comes_first() -> None:
    by_item = lines_of([f"phq{i}_s{s}" for s in (1, 2) for i in range(1, 10)])
    by_session = lines_of([f"s{s}_phq{i}" for s in (1, 2) for i in range(1, 10)])
    assert [len(line.rounds) for line in (*by_item, *by_session)] == [2, 2]
    assert by_item[0].rounds[1].columns[0] == "phq1_s2"
    assert by_session[0].rounds[1].columns[0] == "s2_phq1"


COLUMN = st.text(string.ascii_lowercase + "_0123456789{}", min_size=1, max_size=8)


@given(st.lists(COLUMN, unique=True, max_size=20))
def test_every_column_is_in_exactly_one_line(columns: list[str]) -> None:
    found = [column for line in lines_of(columns) for column in line.columns]
    # "a1" and "a01" say the same number: the second stays a line of its own.
    assert sorted(found) == sorted(columns)


def test_follow_ups_are_no_sessions() -> None:
    assert counts_sessions("bdi_s{n}")
    assert counts_sessions("sitzung {n}")
    assert not counts_sessions("bdi_fu{n}")
    assert not counts_sessions("bdi_t{n}")


# --- dates ---------------------------------------------------------------------------------------


def test_a_date_that_can_be_read_in_two_ways_has_both_named() -> None:
    assert fitting_formats(["03/05/2024", "04/06/2024"]) == ("%d/%m/%Y", "%m/%d/%Y")
    assert fitting_formats(["03/05/2024", "25/06/2024"]) == ("%d/%m/%Y",)
    assert fitting_formats(["2024-05-03"]) == ("",)
    assert fitting_formats(["yesterday"]) == ()


def test_day_and_month_are_never_guessed() -> None:
    draft, lines = _proposed("client,date,phq9\nA,03/05/2024,4\nA,04/05/2024,6\n")
    assert draft.said["date"].date_format is None
    assert Problem("date", Lack.DATE_FORMAT) in problems_of(draft, lines, NO_PLAIN)
    one_way, _ = _proposed("client,date,phq9\nA,13/05/2024,4\nA,14/05/2024,6\n")
    assert one_way.said["date"].date_format == "%d/%m/%Y"


# --- proposals -----------------------------------------------------------------------------------


def test_a_long_table_is_proposed_by_names_and_by_what_changes_within_a_client() -> None:
    draft, lines = _proposed(
        "id,age,time,bdi,sex\n1,54,1,33,m\n1,54,2,28,m\n2,40,1,9,f\n2,40,2,8,f\n"
    )
    assert _used(draft) == {"id": "client", "time": "assessment", "bdi": "total"}
    assert draft.said["bdi"].place is Place.ASSESSMENT
    lacking = {one.lack for one in problems_of(draft, lines, NO_PLAIN)}
    assert lacking == {Lack.RANGE, Lack.DIRECTION}


def test_single_answers_are_known_by_name_and_number() -> None:
    names = ",".join(f"phq9_{n}" for n in range(1, 10))
    draft, _lines = _proposed(f"client,session,{names}\nA,1,{','.join('123012301')}\n")
    assert draft.said["phq9_{n}"] == Said(Use.ANSWERS, "phq-9", Place.SESSION)


def test_the_practices_own_scores_are_recognized() -> None:
    draft, lines = _proposed("client,session,Sleep\nA,1,3\nA,2,4\n", {"sleep": SLEEP})
    assert draft.said["Sleep"].measure == "sleep"
    assert problems_of(draft, lines, {"sleep": SLEEP}) == []


def test_a_diary_of_sessions_is_proposed_with_its_moments() -> None:
    draft, lines = _proposed(DIARY)
    assert _used(draft)["where"] == "session.modality"
    assert _used(draft)["tears"] == "moment.when"
    assert _used(draft)["feelings"] == "voice.therapist.emotions"
    assert "room" not in _used(draft)
    assert problems_of(draft, lines, NO_PLAIN) == []


def test_the_files_own_words_are_named_where_they_are_none_of_ours() -> None:
    modality, emotions = FIELDS["session.modality"], FIELDS["voice.therapist.emotions"]
    assert modality.unknown_among(["in person", "Video", "video"], "") == ("in person",)
    assert emotions.unknown_among(["sad, wistful", "touched"], ",") == ("wistful",)


@pytest.mark.parametrize("path", FIELDS)
def test_each_thing_that_can_be_said_can_be_written_and_read(path: str) -> None:
    cell = "m1" if path == "moment.key" else ""  # an id alone may not be empty
    table = _table(f"client,session,day,what,whose\nA,1,2024-05-03,{cell},client\n")
    lines = propose_lines(table.columns, NO_PLAIN)
    said = {
        "client": Said(Use.CLIENT),
        "session": Said(Use.SESSION),
        "day": Said(Use.DATE, date_format=""),
        "what": Said(Use.TOLD, told=path),
    }
    if FIELDS[path].is_of_moment and path != "moment.who":
        said["whose"] = Said(Use.TOLD, told="moment.who")
    draft = MapDraft(said, offers_moments=True)
    assert problems_of(draft, lines, NO_PLAIN) == []
    text = map_text(draft, lines, NO_PLAIN)
    again = draft_of(text, lines, NO_PLAIN)
    assert again is not None
    assert again.said == draft.said
    assert apply(read_map_bytes(text.encode()), table).refused_count == 0


# --- the text, there and back --------------------------------------------------------------------


def test_the_maps_of_the_how_to_open_as_choices() -> None:
    for name, columns in (
        ("sgdata.toml", [f"{m}_{p}" for m in ("bdi", "rq") for p in _sgdata_places()]),
        ("claus.toml", ["age", "sex", "treatment", "time", "bdi", "shaps", "who", "hamd"]),
        ("diary.toml", DIARY.splitlines()[0].split(";")[1:]),
    ):
        text = (MAPS / name).read_text()
        first = re.search(r'client = "(.*)"', text)
        assert first is not None
        lines = propose_lines([first[1], *columns], NO_PLAIN)
        draft = draft_of(text, lines, NO_PLAIN)
        assert draft is not None, name
        assert draft_of(map_text(draft, lines, NO_PLAIN), lines, NO_PLAIN) == draft


def _sgdata_places() -> list[str]:
    return [*(f"s{n}" for n in range(13)), "fu1", "fu2"]


def test_a_map_that_choices_cannot_say_is_not_taken_for_one() -> None:
    lines = propose_lines(["client", "session", "side", "shown"], NO_PLAIN)
    assert draft_of((MAPS / "voices.toml").read_text(), lines, NO_PLAIN) is None
    with pytest.raises(BadMap):
        draft_of("client =", lines, NO_PLAIN)


NAMES = st.text(min_size=1, max_size=20).filter(
    lambda name: name.strip() == name and "{" not in name and not re.search("[0-9]", name)
)


@given(st.lists(NAMES, min_size=3, max_size=3, unique_by=str.casefold), st.text(max_size=10))
def test_whatever_columns_are_called_the_map_names_them_rightly(
    names: list[str], prefix: str
) -> None:
    client, session, total = names
    lines = lines_of(names)
    draft = MapDraft(
        {
            client: Said(Use.CLIENT),
            session: Said(Use.SESSION),
            total: Said(Use.TOTAL, "phq-9", Place.SESSION),
        },
        client_prefix=prefix,
    )
    whole = read_map_bytes(map_text(draft, lines, NO_PLAIN).encode("utf-8", "surrogatepass"))
    assert (whole.client, whole.client_prefix) == (client, prefix)
    assert (whole.scores[0].column, whole.scores[0].session) == (total, session)
    assert draft_of(map_text(draft, lines, NO_PLAIN), lines, NO_PLAIN) == draft


def test_a_score_of_ones_own_keeps_its_figures() -> None:
    lines = lines_of(["id", "s", "w"])
    new = NewScore("w", 'He said "w"', "-0,5", "100.25", "better", "7")
    total = Said(Use.TOTAL, "w", Place.SESSION)
    draft = MapDraft({"id": Said(Use.CLIENT), "s": Said(Use.SESSION), "w": total}, (new,))
    plain = read_map_bytes(map_text(draft, lines, NO_PLAIN).encode()).plain["w"]
    assert (plain.minimum, plain.maximum) == (Decimal("-0.5"), Decimal("100.25"))
    assert (plain.name, plain.recall_days) == ('He said "w"', 7)


# --- what is lacking -----------------------------------------------------------------------------


def test_what_is_lacking_is_named_where_it_is() -> None:
    lines = lines_of(["id", "code", "x1", "x2", "w"])
    said = {
        "id": Said(Use.CLIENT),
        "code": Said(Use.CLIENT),
        "x{n}": Said(Use.SESSION),
        "w": Said(Use.TOTAL, "unheard-of", Place.SESSION_NUMBER, "many"),
    }
    found = set(problems_of(MapDraft(said), lines, NO_PLAIN))
    assert found == {
        Problem("code", Lack.ONCE),
        Problem("x{n}", Lack.SINGLE),
        Problem("w", Lack.MEASURE),
        Problem("w", Lack.NUMBER),
    }


def test_sessions_need_a_place_and_moments_somebody() -> None:
    lines = lines_of(["id", "tears"])
    said = {"id": Said(Use.CLIENT), "tears": Said(Use.TOLD, told="moment.when")}
    draft = MapDraft(said)
    assert {one.lack for one in problems_of(draft, lines, NO_PLAIN)} == {Lack.SESSION, Lack.WHO}
    assert Lack.WHO not in {
        one.lack for one in problems_of(replace(draft, who="both"), lines, NO_PLAIN)
    }


@pytest.mark.parametrize(
    "new",
    [
        NewScore("w", "", "0", "1", "better"),
        NewScore("w", "W", "1", "0", "better"),
        NewScore("w", "W", "0", "ten", "better"),
        NewScore("w", "W", "0", "1", "sideways"),
        NewScore("w", "W", "0", "1", "worse", "400"),
    ],
)
def test_a_new_score_that_is_not_whole_has_no_value(new: NewScore) -> None:
    assert new.value() is None
    assert len(list(new.lacks())) == 1


@given(st.text(max_size=80))
def test_a_short_name_can_be_made_of_every_name(name: str) -> None:
    slug = slug_of(name, {"score"})
    assert PlainScore(slug, "N", Decimal(0), Decimal(1), higher_is_better=True).slug == slug
