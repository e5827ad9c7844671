"""The map: a small TOML file that says which column of a table is what. Read strictly.

`docs/reference/maps.md` explains every key, `staging.py` applies a map to a table. What a map says
of sessions and moments is read in `moment_map.py`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from lacrima import strict_toml
from lacrima.errors import BadMap, BadTable, OutOfRange
from lacrima.formats.dates import problem_with_format
from lacrima.formats.moment_map import NOTHING, SessionMap, read_sessions_and_moments
from lacrima.formats.table import Reading
from lacrima.instruments.catalogue import shipped
from lacrima.instruments.counting import ScoreRule
from lacrima.instruments.definition import Instrument, Who
from lacrima.instruments.plain import PlainScore
from lacrima.strict_toml import Section

MAX_MAP_BYTES = 1_000_000
PLACES = ("session", "assessment")
_PLACEHOLDER = re.compile(r"\{(session|assessment)\}")


@dataclass(frozen=True, slots=True)
class ScoreColumns:
    """Which columns hold the scores of one measure, and how each score finds its place.

    Exactly one of `column` (totals), `pattern` (totals in many columns, with `{session}` or
    `{assessment}` in the name) and `items` (item answers, in the instrument's order) is given.
    session, assessment: a fixed number, the name of a column, or None. date: a column or None.
    """

    slug: str
    is_plain: bool
    column: str | None
    pattern: str | None
    items: tuple[str, ...]
    session: int | str | None
    assessment: int | str | None
    date: str | None
    date_format: str | None
    where: str

    def numbers_in(self, columns: tuple[str, ...]) -> list[tuple[str, int]]:
        """The columns that the pattern fits, each with the number in its name."""
        if self.pattern is None:
            return []
        before, after = _PLACEHOLDER.split(self.pattern)[0::2]
        name = re.compile(f"{re.escape(before)}([0-9]{{1,6}}){re.escape(after)}\\Z")
        return [(column, int(found[1])) for column in columns if (found := name.match(column))]

    @property
    def counts(self) -> str:
        """What the number in a column's name counts: session or assessment."""
        found = _PLACEHOLDER.search(self.pattern or "")
        return found[1] if found else ""


@dataclass(frozen=True, slots=True)
class ScoreMap:
    """A whole map: the column that names the client, the measures, how the file is read.

    `sessions` is what it says of sessions, moments and voices.

    client_prefix stands before each code of the file, so that the person 1 of one table is not
    taken for the person 1 of another.
    """

    client: str
    plain: Mapping[str, PlainScore]
    scores: tuple[ScoreColumns, ...]
    reading: Reading
    client_prefix: str = ""
    sessions: SessionMap = NOTHING


def read_map(path: Path) -> ScoreMap:
    """The map in a file. Raises BadMap as `read_map_bytes`, or where it cannot be read."""
    try:
        if not path.is_file() or path.stat().st_size > MAX_MAP_BYTES:
            raise BadMap("no such file, or a very large one", where="map", expected="a TOML file")
        return read_map_bytes(path.read_bytes(), name=path.name)
    except OSError as mistake:
        raise BadMap(
            f"a file that cannot be read ({mistake.strerror})", where="map", expected="a TOML file"
        ) from mistake


def read_map_bytes(data: bytes, *, name: str = "map") -> ScoreMap:
    """The map in a text.

    Raises BadMap with file and line for a mistake in the TOML, an unknown key or measure, a
    score without a place (session, assessment or date), two places of one kind, a date format
    without day, month and year, or a map that reads nothing.
    """
    top = strict_toml.read(
        strict_toml.decode(data, name=name, error=BadMap), name=name, error=BadMap
    )
    reading = _reading(top.section("file"))
    plain = {slug: _plain(slug, section) for slug, section in top.named_sections("plain")}
    scores = tuple(_score(section, plain) for section in top.sections("score"))
    client = top.need("client", str)
    client_prefix = top.take("client_prefix", str) or ""
    sessions = read_sessions_and_moments(top)
    if not scores and sessions.session is None:
        raise top.refuse(
            "score", "no scores and no sessions", "at least one [[score]], or [session]"
        )
    top.done("client, client_prefix, [file], [plain.NAME], [[score]], [session], [[moment]]")
    return ScoreMap(client, plain, scores, reading, client_prefix, sessions)


def _reading(section: Section | None) -> Reading:
    if section is None:
        return Reading()
    told = {key: section.take(key, str) for key in ("delimiter", "decimal", "encoding")}
    section.done("delimiter, decimal, encoding")
    try:
        return Reading(**told)
    except BadTable as mistake:
        raise BadMap(
            mistake.found, where=section.where(mistake.where), expected=mistake.expected
        ) from mistake


def _plain(slug: str, section: Section) -> PlainScore:
    values = (
        section.need("name", str),
        Decimal(repr(section.need("minimum", float))),
        Decimal(repr(section.need("maximum", float))),
        section.need("higher_is_better", bool),
        section.take("recall_days", int),
    )
    section.done("name, minimum, maximum, higher_is_better, recall_days")
    if slug in shipped():
        raise BadMap(
            f"the name {slug!r}, which a shipped instrument has",
            where=section.where(),
            expected="another name, or instrument = in [[score]]",
        )
    try:
        return PlainScore(slug, *values)
    except OutOfRange as mistake:
        raise BadMap(mistake.found, where=section.where(), expected=mistake.expected) from mistake


def _score(section: Section, plain: Mapping[str, PlainScore]) -> ScoreColumns:
    slug, is_plain = _measure(section, plain)
    where = section.where()
    column, pattern, items = _columns(section, None if is_plain else shipped()[slug])
    places = {key: section.number_or_text(key) for key in PLACES}
    date, date_format = section.take("date", str), section.take("date_format", str)
    section.done(
        "instrument or plain; column, columns, value or items; session, assessment, date, "
        "date_format"
    )
    score = ScoreColumns(
        slug, is_plain, column, pattern, items, places["session"], places["assessment"],
        date, date_format, where,
    )  # fmt: skip
    _check_place(score)
    return score


def _measure(section: Section, plain: Mapping[str, PlainScore]) -> tuple[str, bool]:
    instrument, own = section.take("instrument", str), section.take("plain", str)
    if (instrument is None) == (own is None):
        raise section.refuse("", "not exactly one measure", "instrument = or plain =")
    if instrument is not None:
        if instrument not in shipped():
            raise section.refuse(
                "instrument", f"the unknown instrument {instrument!r}", ", ".join(shipped())
            )
        if shipped()[instrument].about is Who.THERAPIST:
            raise section.refuse(
                "instrument",
                "an instrument about the therapist's own state",
                "one about the client",
            )
        return instrument, False
    if own not in plain:
        raise section.refuse("plain", f"the unknown plain score {own!r}", f"a table [plain.{own}]")
    return str(own), True


def _columns(
    section: Section, instrument: Instrument | None
) -> tuple[str | None, str | None, tuple[str, ...]]:
    given = [key for key in ("column", "value", "columns", "items") if section.has(key)]
    if len(given) != 1:
        raise section.refuse(
            "", "not exactly one way to find the scores", "one of column, columns, value, items"
        )
    if given != ["items"] and instrument and instrument.score_rule is ScoreRule.NONE:
        raise section.refuse(given[0], "a total of a measure that forms none", "items =")
    if given == ["items"]:
        items = section.texts("items")
        known = [len(instrument.items), len(instrument.scored_items)] if instrument else []
        if len(items) not in known or len(set(items)) < len(items):
            expected = f"{known[-1]} different columns" if known else "a shipped instrument"
            raise section.refuse("items", f"{len(items)} item columns", expected)
        return None, None, items
    name = section.need(given[0], str)
    if given == ["columns"]:
        if len(_PLACEHOLDER.findall(name)) != 1:
            raise section.refuse(
                "columns", "a pattern without one number in it", "{session} or {assessment} once"
            )
        return None, name, ()
    return name, None, ()


def _check_place(score: ScoreColumns) -> None:
    numbers = [each for each in (score.session, score.assessment) if isinstance(each, int)]
    problem = ""
    if score.counts and (score.session is not None or score.assessment is not None):
        problem = "a number in the columns' names and another beside it"
    elif not score.counts and score.session is None and score.assessment is None and not score.date:
        problem = "a score without a place"
    elif score.session is not None and score.assessment is not None:
        problem = "both a session and an assessment"
    elif any(number < 0 for number in numbers):
        problem = "a number below 0"
    elif score.date_format is not None:
        problem = (
            problem_with_format(score.date_format) if score.date else "a date_format without a date"
        )
    if problem:
        raise BadMap(
            problem,
            where=score.where,
            expected="session, assessment or date; a date may stand beside one of the others",
        )
