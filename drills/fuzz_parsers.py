"""Files altered at random. Each is read or refused in our own words; nothing else may happen."""

from __future__ import annotations

import json
import random
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import duckdb

from drills.outcome import Asked, Outcome, run_as_program
from lacrima.errors import LacrimaError
from lacrima.formats import answers_file, calendar, score_map, staging, table
from lacrima.formats.fhir.bundle import ResponseValue, bundle_of, to_json
from lacrima.formats.fhir.xml_out import to_xml
from lacrima.instruments.catalogue import shipped

SECONDS = 300.0
SECONDS_QUICK = 8.0

CSV = b'id,bdi_s0,bdi_s1\n1,33,35\n2,"26",\n3,40,3,5\n'
CSV_LATIN = "id;wert;tag\nM\xfcller;12,5;03.04.2025\n".encode("latin-1")
MAP = b"""client = "id"
[plain.bdi-ii]
name = "BDI-II"
minimum = 0
maximum = 63
higher_is_better = false
recall_days = 14
[[score]]
plain = "bdi-ii"
columns = "bdi_s{session}"
"""
DIARY_MAP = b"""client = "id"
[session]
number = "nr"
date = "day"
date_format = "%d.%m.%Y"
modality = { column = "where", values = { "in person" = "room" } }
lists_all_moments = true
[[moment]]
when = "cried"
who = "who"
[[moment.voice]]
side = { is = "therapist" }
client.shown = "shown"
emotions = { column = "emo", separator = "|" }
words = "note"
"""
DIARY = b"""id,nr,day,where,cried,who,shown,emo,note
A,1,03.05.2024,in person,1,both,2,sad|warm,"a ""note"", of words"
A,2,10.05.2024,video,0,,,,
B,1,,phone,yes,client,3,sad,
"""
ICS = b"""BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//x//y//EN\r\nBEGIN:VEVENT\r\nUID:1\r
DTSTART;TZID=Europe/Berlin:20250303T090000\r\nDTEND;TZID=Europe/Berlin:20250303T095000\r
RRULE:FREQ=WEEKLY;COUNT=20\r\nEXDATE;TZID=Europe/Berlin:20250310T090000\r\nSUMMARY:M L\r
END:VEVENT\r\nEND:VCALENDAR\r\n"""
PHQ_9 = shipped()["phq-9"]
FORMS = b"person;phq9_1;phq9_2;phq9_9\nR 14;1;2;0\nT 02;;Several days;3\n"
FORM = b'{"person": "R 14", "phq9_1": 2, "44255-8": null, "items": {"PHQ9-3": "1"}}'
FHIR = to_json(
    bundle_of(
        [ResponseValue(instrument=PHQ_9, answers={"phq9_1": 1, "phq9_9": 2}, key="a", subject="R")]
    )
)
FHIR_XML = to_xml(json.loads(FHIR))
FHIR_PLAIN = b"""{"resourceType": "QuestionnaireResponse", "status": "completed", "item": [
{"linkId": "H1/T1", "item": [{"linkId": "H1/T1/Q1", "answer": [{"valueInteger": 2}]},
{"linkId": "H1/T1/Q2", "answer": [{"valueCoding": {"code": "LA6569-3"}}]}]}],
"questionnaire": "http://example.org/phq-9|1"}"""
DIARY_READ = score_map.read_map_bytes(DIARY_MAP)
PIECES = (
    b"\0",
    b"\xff\xfe",
    b'"',
    b"\r",
    b"\n",
    b";",
    b",",
    b"9" * 400,
    b"[[",
    b"=",
    b"{",
    b"%",
    b"RRULE:FREQ=SECONDLY\r\n",
    b"DTSTART:99999999T999999Z\r\n",
    b"-1e999",
    b"\xef\xbb\xbf",
    b"null",
    b'"item": [',
    b"<item>",
    b'<!DOCTYPE a [<!ENTITY x "y">]>',
    b"&x;",
)


def parquet() -> bytes:
    """A small Parquet file of every plain kind."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "table.parquet"
        duckdb.sql(
            "SELECT i AS id, 'note ' || i AS note, i * 1.5 AS score, i % 2 = 0 AS cried, "
            "DATE '2024-05-03' + i::INTEGER AS day, TIMESTAMP '2024-05-03 14:30:00' AS at "
            "FROM range(40) t(i)"
        ).write_parquet(str(path))
        return path.read_bytes()


def altered(sample: bytes, chance: random.Random) -> bytes:
    """The sample with a few places flipped, cut, doubled or replaced."""
    data = bytearray(sample)
    for _ in range(chance.randint(1, 6)):
        at = chance.randrange(len(data) + 1)
        end = min(len(data), at + chance.randint(0, 12))
        how = chance.randrange(4)
        if how == 0:
            data[at:end] = bytes(chance.randrange(256) for _ in range(end - at))
        elif how == 1:
            del data[at:end]
        elif how == 2:
            data[at:at] = chance.choice(PIECES)
        else:
            data[at:at] = data[at:end] * chance.randint(1, 20)
    return bytes(data)


def read_table(path: Path) -> None:
    """As the import reads a table."""
    list(table.read_table(path).rows)


def read_map(path: Path) -> None:
    """As the import reads a map."""
    score_map.read_map(path)


def read_diary(path: Path) -> None:
    """As the import reads sessions, moments and voices."""
    staging.apply(DIARY_READ, table.read_table(path))


def read_calendar(path: Path) -> None:
    """As the settings page reads a calendar."""
    calendar.read_calendar(
        path.read_bytes(),
        window_start=datetime(2025, 1, 1, tzinfo=UTC),
        window_end=datetime(2025, 6, 1, tzinfo=UTC),
        zone=UTC,
    )


def read_answers(path: Path) -> None:
    """As `lacrima score` reads filled questionnaires."""
    answers_file.read_answers(path, PHQ_9)


PARSERS: tuple[tuple[str, Callable[[Path], None], tuple[bytes, ...]], ...] = (
    ("table", read_table, (CSV, CSV_LATIN)),
    ("parquet", read_table, (parquet(),)),
    ("map", read_map, (MAP, DIARY_MAP)),
    ("diary", read_diary, (DIARY,)),
    ("calendar", read_calendar, (ICS,)),
    ("answers", read_answers, (FORMS, FORM, FHIR, FHIR_XML, FHIR_PLAIN)),
)


def one_parser(
    read: Callable[[Path], None], samples: tuple[bytes, ...], until: float, chance: random.Random
) -> tuple[int, int, str]:
    """Alter and read until time is over: how often read, how often refused, the first fault."""
    was_read = refused = 0
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "file"
        while time.monotonic() < until:
            data = altered(chance.choice(samples), chance)
            path.write_bytes(data)
            try:
                read(path)
                was_read += 1
            except LacrimaError:
                refused += 1
            except Exception as other:  # anything else is what we look for
                return was_read, refused, f"{type(other).__name__} on {data[:200]!r}"
    return was_read, refused, ""


def drill(asked: Asked) -> Outcome:
    """Each parser in turn, for its share of the time."""
    outcome, chance = Outcome(), asked.chance()
    share = (SECONDS_QUICK if asked.quick else SECONDS) / len(PARSERS)
    for name, read, samples in PARSERS:
        result = one_parser(read, samples, time.monotonic() + share, chance)
        outcome.counts[f"{name} read"], outcome.counts[f"{name} refused"] = result[:2]
        outcome.expect(not result[2], f"{name}: {result[2]}")
    return outcome


if __name__ == "__main__":
    run_as_program(drill)
