"""Writes a map as text, and reads one back into a draft where a page can show it whole."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal

from lacrima.errors import BadInput
from lacrima.formats.column_lines import ITEM, NUMBER, Line
from lacrima.formats.map_draft import MapDraft, NewScore, Place, Said, Use, problems_of
from lacrima.formats.score_map import ScoreColumns, ScoreMap, read_map_bytes
from lacrima.instruments.catalogue import shipped
from lacrima.instruments.plain import PlainScore


def map_text(draft: MapDraft, lines: Sequence[Line], plain: Mapping[str, PlainScore]) -> str:
    """The draft as the text of a map. It has to be whole: see `problems_of`."""
    blocks = [_top(draft, lines), _file(draft), *_plain_blocks(draft, plain)]
    blocks += [block for line in lines for block in _score_blocks(draft, line, lines)]
    return "\n\n".join(block for block in blocks if block) + "\n"


def _text(value: str) -> str:
    """A TOML string. Like JSON's, but that the delete sign is spelt out too."""
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007F")


def _top(draft: MapDraft, lines: Sequence[Line]) -> str:
    said = [f"client = {_text(draft.only(lines, Use.CLIENT))}"]
    if draft.client_prefix:
        said.append(f"client_prefix = {_text(draft.client_prefix)}")
    return "\n".join(said)


def _file(draft: MapDraft) -> str:
    told = draft.reading
    said = {"delimiter": told.delimiter, "decimal": told.decimal, "encoding": told.encoding}
    given = [f"{key} = {_text(value)}" for key, value in said.items() if value is not None]
    return "\n".join(["[file]", *given]) if given else ""


def _plain_blocks(draft: MapDraft, plain: Mapping[str, PlainScore]) -> Iterator[str]:
    new = {one.slug: value for one in draft.new_scores if (value := one.value())}
    known = {**plain, **new}
    used = dict.fromkeys(said.measure for said in draft.said.values() if said.is_score)
    for slug in used:
        if slug not in shipped():
            yield _plain_block(known[slug])


def _plain_block(one: PlainScore) -> str:
    said = [
        f"[plain.{one.slug}]",
        f"name = {_text(one.name)}",
        f"minimum = {_figure(one.minimum)}",
        f"maximum = {_figure(one.maximum)}",
        f"higher_is_better = {'true' if one.higher_is_better else 'false'}",
    ]
    if one.recall_days is not None:
        said.append(f"recall_days = {one.recall_days}")
    return "\n".join(said)


def _figure(number: Decimal) -> str:
    plain = f"{number:f}"
    return plain.rstrip("0").rstrip(".") if "." in plain else plain


def _score_blocks(draft: MapDraft, line: Line, lines: Sequence[Line]) -> Iterator[str]:
    said = draft.of(line)
    if not said.is_score:
        return
    kind = "instrument" if said.measure in shipped() else "plain"
    head = ["[[score]]", f"{kind} = {_text(said.measure)}"]
    if said.use is Use.ANSWERS:
        for one in line.answers_together:
            items = ", ".join(_text(column) for column in one.columns)
            place = _place(draft, said, lines, number=one.number)
            yield "\n".join([*head, f"items = [{items}]", *place])
    elif line.numbers:
        pattern = line.name.replace(NUMBER, f"{{{said.place.value}}}")
        yield "\n".join([*head, f"columns = {_text(pattern)}"])
    else:
        yield "\n".join([*head, f"value = {_text(line.name)}", *_place(draft, said, lines)])


def _place(
    draft: MapDraft, said: Said, lines: Sequence[Line], *, number: int | None = None
) -> list[str]:
    if number is not None:
        return [f"{said.place.value} = {number}"]
    written = []
    if said.place in {Place.SESSION, Place.ASSESSMENT}:
        column = draft.only(lines, Use(said.place.value))
        written.append(f"{said.place.value} = {_text(column)}")
    elif said.place.is_number:
        written.append(f"{said.place.value.removesuffix('_number')} = {int(said.number)}")
    if said.date:
        written.append(f"date = {_text(said.date)}")
        date_format = draft.said[said.date].date_format
        written += [f"date_format = {_text(date_format)}"] if date_format else []
    return written


# --- and back ------------------------------------------------------------------------------------


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


def _bare(whole: ScoreMap) -> ScoreMap:
    """The map without where each block stood, its blocks in one order, its unused scores gone."""
    scores = sorted((replace(one, where="") for one in whole.scores), key=repr)
    plain = {one.slug: whole.plain[one.slug] for one in whole.scores if one.is_plain}
    return replace(whole, scores=tuple(scores), plain=plain)


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
    new = [_as_new(one) for slug, one in whole.plain.items() if plain.get(slug) != one]
    return MapDraft(said, tuple(new), whole.client_prefix, whole.reading)


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
        minimum=_figure(one.minimum),
        maximum=_figure(one.maximum),
        direction="better" if one.higher_is_better else "worse",
        recall_days="" if one.recall_days is None else str(one.recall_days),
    )
