"""The part of a map that reads sessions, moments and voices."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lacrima.errors import BadMap
from lacrima.formats import moment_map
from lacrima.formats.score_map import read_map_bytes
from lacrima.formats.staging import apply
from lacrima.formats.table import read_table_bytes

ROOT = Path(__file__).resolve().parents[2]
REFERENCE = ROOT / "docs" / "reference" / "maps.md"

SESSION = 'client = "id"\n[session]\nnumber = "nr"\n'
MOMENT = SESSION + '[[moment]]\nwhen = "cried"\nwho = { is = "client" }\n'
VOICE = MOMENT + '[[moment.voice]]\nside = { is = "therapist" }\n'


def staged(map_text: str, table_text: str, **options):
    return apply(
        read_map_bytes(map_text.encode()), read_table_bytes(table_text.encode()), **options
    )


def problems(result):
    return [(one.row, one.column, one.found) for one in result.refused]


@pytest.mark.parametrize(
    ("text", "where", "found"),
    [
        ('client = "id"\n', "line 1", "no scores and no sessions"),
        ('client = "id"\n[session]\nlength_min = 50\n', "line 2", "a session without a place"),
        (SESSION + 'time = "t"\n', "line 2", "a time without a date"),
        (SESSION + 'date_format = "%d.%m.%Y"\n', "line 4", "a date_format without a date"),
        (SESSION + 'date = "d"\ndate_format = "%d.%m."\n', "line 5", "without day, month and year"),
        (SESSION + "modality = 3\n", "line 4", "a value that does not fit here"),
        (SESSION + "length_min = 700\n", "line 4", "a value that does not fit here"),
        (SESSION + 'modality = { is = "beach" }\n', "line 4", "a word that is not known here"),
        (SESSION + 'modality = { is = "room", column = "x" }\n', "line 4", "not exactly one way"),
        (SESSION + 'modality = { column = "x", values = { "a" = "beach" } }\n',
         "line 4", "no word of ours"),
        (SESSION + 'modality = { column = "x", values = { "a" = "room", "A" = "video" } }\n',
         "line 4", "translated twice"),
        (SESSION + 'modality = { column = "x", separator = "," }\n',
         "line 4", "a separator that cannot be"),
        (SESSION + 'modality = { columns = { room = "x" } }\n',
         "line 4", "columns for a single value"),
        (SESSION + '[session.modality]\ncolumn = "x"\n[session.modality.values]\n"a" = "beach"\n',
         "line 7", "no word of ours"),
        (SESSION + 'wether = "x"\n', "line 4", "the unknown key 'wether'"),
        (SESSION + "lists_all_moments = true\n", "line 2", "reads no moments"),
        (SESSION + 'log_state = "x"\nlists_all_moments = true\n[[moment]]\nwhen = "cried"\n'
         'who = { is = "client" }\n', "line 2", "lists_all_moments and log_state"),
        ('client = "id"\n[[moment]]\nwho = "w"\n', "line 1", "a moment without a session"),
        (SESSION + '[[moment]]\nwho = { is = "client" }\n', "line 4", "no column speaks of"),
        (SESSION + '[[moment]]\nwhen = "cried"\n', "line 4", "nobody whose moment it was"),
        (MOMENT + 'start_min = "a"\nstart_ms = "b"\n', "line 4", "minutes and milliseconds"),
        (MOMENT + '[[moment.voice]]\nshown = "s"\n', "line 7", "a voice of no side"),
        (VOICE + 'shwon = "s"\n', "line 9", "the unknown key 'shwon'"),
        (VOICE + 'client.shwon = "s"\n', "line 9", "the unknown key 'shwon'"),
        (VOICE + "client.shown = 4\n", "line 9", "a value that does not fit here"),
        (VOICE + 'emotions = { columns = { glad = "x" } }\n', "line 9", "the unknown key 'glad'"),
        (VOICE + 'emotions = { is = ["sad", "glad"] }\n', "line 9", "a word that is not known"),
        (VOICE + 'words = { column = "w", values = { "a" = "b" } }\n', "line 9", "no word of ours"),
        ('client = "id"\n[[score]]\ninstrument = "proqol-5"\nvalue = "x"\nsession = 1\n', "line 3",
         "the therapist's own state"),
    ],
)  # fmt: skip
def test_a_mistake_in_a_map_is_named_with_its_line(text, where, found):
    with pytest.raises(BadMap) as refused:
        read_map_bytes(text.encode())
    assert where in refused.value.where
    assert found in refused.value.found


@pytest.mark.parametrize(
    ("text", "missing"),
    [
        (SESSION, "nr"),
        (SESSION + 'date = "day"\n', "day"),
        (SESSION + 'length_min = "min"\n', "min"),
        (MOMENT, "cried"),
        (VOICE + 'emotions = { columns = { sad = "emo_sad" } }\n', "emo_sad"),
        (VOICE + 'date = "asked"\n', "asked"),
    ],
)
def test_a_column_that_the_table_lacks_is_named_before_a_row_is_read(text, missing):
    names = [name for name in ("nr", "cried") if name != missing]
    with pytest.raises(BadMap, match=f"no column '{missing}'"):
        staged(text, f"id,{','.join(names)}\nA,{','.join('1' for _ in names)}\n")


def test_words_may_be_ours_in_any_case_or_translated():
    text = SESSION + 'modality = { column = "where", values = { "In Person" = "room" } }\n'
    result = staged(text, "id,nr,where\nA,1,in person\nA,2,VIDEO\nA,3,NA\nA,4,\nA,5,Phone \n")
    assert [one.values.get("modality") for one in result.sessions] == [
        "room", "video", None, None, "phone",
    ]  # fmt: skip


def test_numbers_in_words_are_translated_and_then_held_to_their_range():
    text = VOICE + 'shown = { column = "s", values = { "tears" = 2, "none" = "0" } }\n'
    result = staged(text, "id,nr,cried,s\nA,1,1,tears\nA,2,1,3\nA,3,1,4\nA,4,1,some\n")
    assert [one.voices[0].people["client"]["shown"] for one in result.moments] == [2, 3]
    assert problems(result) == [
        (4, "s", "a number above the maximum"),
        (5, "s", "text"),
    ]


def test_several_words_stand_in_one_cell_only_with_a_separator():
    told = VOICE + 'emotions = { column = "e", separator = ";", values = { "blue" = "sad" } }\n'
    table = 'id,nr,cried,e\nA,1,1,"warm; blue;"\nA,2,1,warm\n'
    result = staged(told, table)
    assert [one.voices[0].people["client"]["emotions"] for one in result.moments] == [
        ("sad", "warm"), ("warm",),
    ]  # fmt: skip
    without = VOICE + 'emotions = "e"\n'
    refused = staged(without, table.replace("blue", "sad")).refused
    assert [(one.row, "separator" in one.expected) for one in refused] == [(2, True)]


def test_each_word_may_have_a_column_of_its_own():
    text = VOICE + (
        'emotions = { columns = { sad = "e1", touched = "e2" }, values = { "x" = "yes" } }\n'
    )
    result = staged(text, "id,nr,cried,e1,e2\nA,1,1,x,1\nA,2,1,0,yes\nA,3,1,no,maybe\n")
    assert [one.voices[0].people["client"]["emotions"] for one in result.moments] == [
        ("sad", "touched"), ("touched",),
    ]  # fmt: skip
    assert problems(result) == [(4, "e2", "a word that is not known here")]


@pytest.mark.parametrize(
    ("cell", "is_there"),
    [("1", True), ("3", True), ("0.5", True), ("yes", True), ("TRUE", True),
     ("0", False), ("0.0", False), ("no", False), ("", False), ("NA", False)],
)  # fmt: skip
def test_when_says_whether_there_was_a_moment(cell, is_there):
    result = staged(MOMENT, f"id,nr,cried\nA,1,{cell}\n")
    assert (len(result.moments), result.refused) == (int(is_there), [])


def test_without_when_there_is_a_moment_where_a_cell_says_something():
    text = SESSION + '[[moment]]\nwho = { is = "client" }\n[[moment.voice]]\n'
    text += 'side = { is = "therapist" }\nshown = "s"\n'
    result = staged(text, "id,nr,s\nA,1,2\nA,2,\nA,3,NA\n")
    assert [one.session.number for one in result.moments] == [1]


def test_a_wide_row_may_hold_several_moments_and_each_person_apart():
    block = (
        '[[moment]]\nkey = {n}\nwhen = "m{n}"\n[[moment.voice]]\nside = {{ is = "therapist" }}\n'
        'therapist.shown = "mine{n}"\nclient.shown = "hers{n}"\n'
    )
    text = SESSION + block.format(n=1) + block.format(n=2)
    names = "id,nr,m1,mine1,hers1,m2,mine2,hers2"
    result = staged(text, f"{names}\nA,1,1,0,2,1,1,\nA,2,,,,1,,3\n")
    assert [(one.session.number, one.key, sorted(one.who)) for one in result.moments] == [
        (1, "key:1", ["client", "therapist"]),
        (1, "key:2", ["therapist"]),
        (2, "key:2", ["client"]),
    ]


def test_day_and_time_in_two_columns_are_put_together():
    text = 'client = "id"\n[session]\ndate = "d"\ndate_format = "%d.%m.%Y"\ntime = "t"\n'
    zone = ZoneInfo("Europe/Madrid")
    result = staged(
        text, "id,d,t\nA,03.05.2024,14:30\nA,10.05.2024,\nA,11.05.2024,2pm\n", zone=zone
    )
    assert [(one.start.astimezone(UTC), one.has_time) for one in result.sessions] == [
        (datetime(2024, 5, 3, 12, 30, tzinfo=UTC), True),
        (datetime(2024, 5, 10, 10, 0, tzinfo=UTC), False),
    ]
    assert problems(result) == [(4, "t", "text that is no such time")]


def test_a_row_with_a_day_alone_finds_the_numbered_session_of_that_day():
    text = 'client = "id"\n[session]\nnumber = "nr"\ndate = "d"\n[[moment]]\nwhen = "cried"\n'
    text += 'who = { is = "client" }\n'
    result = staged(text, "id,nr,d,cried\nA,3,2024-05-03,\nA,,2024-05-03,1\nA,4,,1\n")
    assert [(one.number, one.has_moments) for one in result.sessions] == [(3, True), (4, True)]


def test_a_row_that_says_nothing_of_sessions_makes_none():
    text = 'client = "id"\n[session]\nnumber = "nr"\nlength_min = 50\n'
    result = staged(text, "id,nr\nA,\nA,1\n")
    assert ([one.number for one in result.sessions], result.refused) == ([1], [])


def test_rows_of_one_moment_are_put_together_and_must_agree():
    text = SESSION + '[[moment]]\nkey = "m"\nwho = "who"\nkind = "kind"\n[[moment.voice]]\n'
    text += 'side = "side"\nrating = "r"\n'
    table = (
        "id,nr,m,who,kind,side,r\n"
        "A,1,x,client,tears,therapist,1\nA,1,x,,,client,2\nA,1,x,,anger,observer,3\n"
    )
    result = staged(text, table)
    assert [len(one.voices) for one in result.moments] == [2]
    assert problems(result) == [(4, "kind", "another kind than in row 2 for the same moment")]


def test_what_could_not_be_is_refused_at_the_first_row_of_the_moment():
    text = VOICE + 'shown = "s"\nheld_back = "h"\n'
    result = staged(text, "id,nr,cried,s,h\nA,1,1,2,wholly\n")
    assert problems(result) == [(2, "cried", "wholly held back, and yet seen")]


def test_unused_columns_are_named_in_the_tables_order():
    assert staged(VOICE, "b,id,nr,cried,a\n,A,1,1,\n").unused == ("b", "a")


def test_every_key_stands_in_the_reference():
    text = REFERENCE.read_text(encoding="utf-8")
    several = (
        moment_map.SESSION, moment_map.MOMENT, moment_map.EXPRESSION, moment_map.VOICE,
        moment_map.ITEMS,
    )  # fmt: skip
    for wanted in several:
        for key, one in wanted.items():
            assert f"`{key}`" in text or f"`items.{key}`" in text, key
            for known in one.words:
                assert f"`{known}`" in text, f"{key}: {known}"


pieces = st.sampled_from(
    ["1", "2", "0", "", "NA", "yes", "client", "both", "tears", "sad", "2024-05-03", "03.05.2024",
     "partly", "wholly", "Mia cried", "7.5", "-3", "99999", "x"]
)  # fmt: skip
WHO = 'who = "who"\nstart_min = "from"\nend_min = "to"'
EVERYTHING = VOICE.replace('who = { is = "client" }', WHO) + (
    'shown = "shown"\nheld_back = "held"\nfelt = "felt"\nemotions = "emo"\nrating = "r"\n'
    'date = "asked"\nwords = "w"\n'
)  # fmt: skip
NAMES = (
    "id",
    "nr",
    "cried",
    "who",
    "from",
    "to",
    "shown",
    "held",
    "felt",
    "emo",
    "r",
    "asked",
    "w",
)


@given(st.lists(st.tuples(*[pieces] * len(NAMES)), max_size=6))
def test_whatever_the_cells_all_is_staged_or_refused_and_nothing_repeated(rows):
    table = "\n".join([",".join(NAMES), *(",".join(row) for row in rows), ""])
    result = staged(EVERYTHING, table)
    assert "Mia" not in repr(result.refused)
    for one in result.moments:
        assert one.session in result.sessions
        assert one.voices
