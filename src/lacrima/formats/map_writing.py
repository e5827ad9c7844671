"""Writes a map as text: the scores, and by `map_writing_sessions.py` sessions and moments."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal

from lacrima.formats.column_lines import NUMBER, Line
from lacrima.formats.map_draft import MapDraft, Place, Said, Use
from lacrima.formats.map_writing_sessions import session_blocks, toml_text
from lacrima.instruments.catalogue import shipped
from lacrima.instruments.plain import PlainScore


def map_text(draft: MapDraft, lines: Sequence[Line], plain: Mapping[str, PlainScore]) -> str:
    """The draft as the text of a map. It has to be whole: see `problems_of`."""
    blocks = [_top(draft, lines), _file(draft), *_plain_blocks(draft, plain)]
    blocks += [block for line in lines for block in _score_blocks(draft, line, lines)]
    blocks += session_blocks(draft, lines) if draft.has_sessions(lines) else []
    return "\n\n".join(block for block in blocks if block) + "\n"


def _top(draft: MapDraft, lines: Sequence[Line]) -> str:
    said = [f"client = {toml_text(draft.only(lines, Use.CLIENT))}"]
    if draft.client_prefix:
        said.append(f"client_prefix = {toml_text(draft.client_prefix)}")
    return "\n".join(said)


def _file(draft: MapDraft) -> str:
    told = draft.reading
    said = {"delimiter": told.delimiter, "decimal": told.decimal, "encoding": told.encoding}
    given = [f"{key} = {toml_text(value)}" for key, value in said.items() if value is not None]
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
        f"name = {toml_text(one.name)}",
        f"minimum = {figure(one.minimum)}",
        f"maximum = {figure(one.maximum)}",
        f"higher_is_better = {'true' if one.higher_is_better else 'false'}",
    ]
    if one.recall_days is not None:
        said.append(f"recall_days = {one.recall_days}")
    return "\n".join(said)


def figure(number: Decimal) -> str:
    plain = f"{number:f}"
    return plain.rstrip("0").rstrip(".") if "." in plain else plain


def _score_blocks(draft: MapDraft, line: Line, lines: Sequence[Line]) -> Iterator[str]:
    said = draft.of(line)
    if not said.is_score:
        return
    kind = "instrument" if said.measure in shipped() else "plain"
    head = ["[[score]]", f"{kind} = {toml_text(said.measure)}"]
    if said.use is Use.ANSWERS:
        for one in line.answers_together:
            items = ", ".join(toml_text(column) for column in one.columns)
            place = _place(draft, said, lines, number=one.number)
            yield "\n".join([*head, f"items = [{items}]", *place])
    elif line.numbers:
        pattern = line.name.replace(NUMBER, f"{{{said.place.value}}}")
        yield "\n".join([*head, f"columns = {toml_text(pattern)}"])
    else:
        yield "\n".join([*head, f"value = {toml_text(line.name)}", *_place(draft, said, lines)])


def _place(
    draft: MapDraft, said: Said, lines: Sequence[Line], *, number: int | None = None
) -> list[str]:
    if number is not None:
        return [f"{said.place.value} = {number}"]
    written = []
    if said.place in {Place.SESSION, Place.ASSESSMENT}:
        column = draft.only(lines, Use(said.place.value))
        written.append(f"{said.place.value} = {toml_text(column)}")
    elif said.place.is_number:
        written.append(f"{said.place.value.removesuffix('_number')} = {int(said.number)}")
    if said.date:
        written.append(f"date = {toml_text(said.date)}")
        date_format = draft.said[said.date].date_format
        written += [f"date_format = {toml_text(date_format)}"] if date_format else []
    return written
