"""Tables of sessions, moments and voices for the tests of bringing them in."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from lacrima.formats.score_map import ScoreMap, read_map, read_map_bytes
from lacrima.formats.table import read_table_bytes
from lacrima.practice.transfer import ImportResult, bring_in
from lacrima.records.models import (
    Answers,
    AuditLine,
    Client,
    Episode,
    Expression,
    ImportBatch,
    Moment,
    Offer,
    Session,
    Voice,
)

MAPS = Path(__file__).resolve().parents[2] / "docs" / "how-to" / "maps"
DIARY = read_map(MAPS / "diary.toml")
DIARY_NAMES = "client;session;date;minutes;where;heavy;tears;whose;how much;then;feelings;note"
DIARY_ROWS = (
    "R 14;1;03.05.2024;50;in person;4;0;;;;;",
    "R 14;2;10.05.2024;50;Zoom;6;1;her;2;went on;sad, touched;Her mother.",
    "R 14;3;17.05.2024;50;in person;;1;both;1;went on;touched;",
    "T 02;1;06.05.2024;45;in person;7;1;me;1;paused;helpless, sad;",
)
VOICES = read_map(MAPS / "voices.toml")
VOICE_NAMES = "client,session,moment,whose,speaker,asked,shown,noticed,burdened,helped"
SESSIONS = """client = "id"
[session]
number = "nr"
date = "day"
length_min = "min"
modality = "where"
face_visible = "face"
state = "state"
log_state = "log"
heaviness = "heavy"
heaviness_by = "by"
"""
SESSION_NAMES = "id,nr,day,min,where,face,state,log,heavy,by"
MOMENTS = """client = "id"
[session]
number = "nr"
[[moment]]
kind = "kind"
nature = "nature"
who = "who"
start_min = "from"
end_min = "to"
[[moment.voice]]
side = "side"
occasion = "asked"
shown = "shown"
held_back = "held"
felt = "felt"
came_about = "came"
emotions = { column = "feelings", separator = "|" }
first = "first"
flow = "flow"
about = { column = "about", separator = "|" }
noticed = "noticed"
spoken_of = "spoken"
spoken_by = "spoke"
spoken_session = "in"
focus_back_min = "back"
response = { column = "did", separator = "|" }
seemed = { column = "seemed", separator = "|" }
rating = "helped"
would_like_to_talk = "wish"
items.understood = "understood"
words = "words"
"""
MOMENT_NAMES = (
    "id,nr,kind,nature,who,from,to,side,asked,shown,held,felt,came,feelings,first,flow,about,"
    "noticed,spoken,spoke,in,back,did,seemed,helped,wish,understood,words"
)


def come_in(cast: Any, text: str, told: ScoreMap | str, **options: Any) -> ImportResult:
    """Bring a table in as Ana."""
    score_map = read_map_bytes(told.encode()) if isinstance(told, str) else told
    return bring_in(read_table_bytes(text.encode()), score_map, by=cast.ana, **options)


def diary(*rows: str) -> str:
    return "\n".join([DIARY_NAMES, *(rows or DIARY_ROWS), ""])


def moment(**cells: object) -> str:
    """A table of one moment of Mia's, in the first session."""
    usual = {"id": "M 01", "nr": 1, "who": "both", "side": "therapist"}
    return rows_of_moments(usual | cells)


def rows_of_moments(*rows: dict[str, object]) -> str:
    names = MOMENT_NAMES.split(",")
    lines = [",".join(str(row.get(name, "")) for name in names) for row in rows]
    return "\n".join([MOMENT_NAMES, *lines, ""])


def counts() -> tuple[int, ...]:
    """Everything that an import can make."""
    kinds = (
        Client, Episode, Session, Moment, Voice, Expression, Answers, ImportBatch, Offer, AuditLine,
    )  # fmt: skip
    return tuple(kind._default_manager.count() for kind in kinds)


def problems(result: ImportResult) -> list[tuple[int, str, str]]:
    return [(cell.row, cell.column, cell.found) for cell in result.refused]
