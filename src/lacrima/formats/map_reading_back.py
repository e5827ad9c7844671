"""Reads a map back into a draft, where the choices of a page can say all of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import fields, is_dataclass, replace

from lacrima.errors import BadInput
from lacrima.formats.column_lines import ITEM, NUMBER, Line
from lacrima.formats.map_draft import MapDraft, NewScore, Place, Said, Use, problems_of
from lacrima.formats.map_fields import FIELDS, MapField
from lacrima.formats.map_writing import figure, map_text
from lacrima.formats.moment_map import MomentColumns, SessionMap, VoiceColumns
from lacrima.formats.score_map import ScoreColumns, ScoreMap, read_map_bytes
from lacrima.formats.told import Told
from lacrima.instruments.plain import PlainScore


def draft_of(text: str, lines: Sequence[Line], plain: Mapping[str, PlainScore]) -> MapDraft | None:
    """The draft that says the same as this map; None where no draft of these lines does.

    Raises BadMap where the text is no map at all.
    """
    whole = read_map_bytes(text.encode())
    draft = _as_draft(whole, lines, plain)
    if problems_of(draft, lines, plain):
        return None
    try:
        again = read_map_bytes(map_text(draft, lines, plain).encode())
    except BadInput:
        return None
    return draft if _bare(again) == _bare(whole) else None


def _bare(whole: ScoreMap) -> object:
    """The map without where each part stood, its blocks in one order, unused scores gone."""
    scores = sorted((replace(one, where="") for one in whole.scores), key=repr)
    plain = {one.slug: whole.plain[one.slug] for one in whole.scores if one.is_plain}
    return _without_where(replace(whole, scores=tuple(scores), plain=plain))


def _without_where(value: object) -> object:
    """The same as plain values, every `where` left out."""
    if is_dataclass(value) and not isinstance(value, type):
        parts = ((one.name, getattr(value, one.name)) for one in fields(value))
        return {name: _without_where(part) for name, part in parts if name != "where"}
    if isinstance(value, Mapping):
        return {name: _without_where(part) for name, part in value.items()}
    if isinstance(value, tuple):
        return tuple(_without_where(part) for part in value)
    return value


def _as_draft(whole: ScoreMap, lines: Sequence[Line], plain: Mapping[str, PlainScore]) -> MapDraft:
    said: dict[str, Said] = {}
    by_column = {column: line for line in lines for column in line.columns}
    if whole.client in by_column:
        said[by_column[whole.client].name] = Said(Use.CLIENT)
    for score in whole.scores:
        _say_places(score, said)
        line = _line_of(score, lines, by_column)
        if line is not None:
            said[line.name] = _said_of(score, line)
    _say_sessions(whole.sessions, said)
    new = [_as_new(one) for slug, one in whole.plain.items() if plain.get(slug) != one]
    session = whole.sessions.session
    return MapDraft(
        said,
        tuple(new),
        whole.client_prefix,
        whole.reading,
        who=_who(whole.sessions),
        lists_all_moments=session is not None and session.lists_all_moments,
    )


def _who(sessions: SessionMap) -> str:
    told = [one.told["who"] for one in sessions.moments if "who" in one.told]
    return next((str(one.fixed) for one in told if one.fixed is not None), "")


def _say_sessions(sessions: SessionMap, said: dict[str, Said]) -> None:
    session = sessions.session
    if session is None:
        return
    if session.number is not None and session.number.column:
        said[session.number.column] = Said(Use.SESSION)
    if session.date:
        said[session.date] = Said(Use.DATE, date_format=session.date_format or "")
    if session.time:
        said[session.time] = Said(Use.TOLD, told="session.time")
    for key, told in session.told.items():
        by = session.told.get(f"{key}_by")
        _say(said, f"session.{key}.{by.fixed}" if by else f"session.{key}", told)
    for moment in sessions.moments:
        _say_moment(moment, said)


def _say_moment(moment: MomentColumns, said: dict[str, Said]) -> None:
    for key, told in (*moment.told.items(), ("when", moment.when), ("key", moment.key)):
        _say(said, f"moment.{key}", told)
    for voice in moment.voices:
        for key, told in _of_voice(voice):
            _say(said, f"voice.{voice.told['side'].fixed}.{key}", told)


def _of_voice(voice: VoiceColumns) -> Iterator[tuple[str, Told]]:
    yield from voice.told.items()
    yield from voice.expression.items()
    for person, told in voice.of.items():
        yield from ((f"{person}.{key}", one) for key, one in told.items())
    yield from ((f"items.{key}", one) for key, one in voice.items.items())


def _say(said: dict[str, Said], path: str, told: Told | None) -> None:
    one: MapField | None = FIELDS.get(path)
    if told is not None and told.column and one is not None:
        words = tuple(told.values.items())
        said[told.column] = Said(Use.TOLD, told=path, words=words, separator=told.separator)


def _say_places(score: ScoreColumns, said: dict[str, Said]) -> None:
    if isinstance(score.session, str):
        said[score.session] = Said(Use.SESSION)
    if isinstance(score.assessment, str):
        said[score.assessment] = Said(Use.ASSESSMENT)
    if score.date:
        said[score.date] = Said(Use.DATE, date_format=score.date_format or "")


def _line_of(
    score: ScoreColumns, lines: Sequence[Line], by_column: Mapping[str, Line]
) -> Line | None:
    if score.pattern is not None:
        name = score.pattern.replace(f"{{{score.counts}}}", NUMBER)
        return next((line for line in lines if line.name == name and ITEM not in name), None)
    first = score.items[0] if score.items else score.column
    return by_column.get(first or "")


def _said_of(score: ScoreColumns, line: Line) -> Said:
    use = Use.ANSWERS if score.items else Use.TOTAL
    place, number = Place.DATE, ""
    for kind, each in (("session", score.session), ("assessment", score.assessment)):
        if isinstance(each, str) or (each is not None and line.rounds) or score.counts == kind:
            place = Place(kind)
        elif each is not None:
            place, number = Place(f"{kind}_number"), str(each)
    return Said(use, score.slug, place, number, score.date or "")


def _as_new(one: PlainScore) -> NewScore:
    return NewScore(
        slug=one.slug,
        name=one.name,
        minimum=figure(one.minimum),
        maximum=figure(one.maximum),
        direction="better" if one.higher_is_better else "worse",
        recall_days="" if one.recall_days is None else str(one.recall_days),
    )
