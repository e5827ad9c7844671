"""Writes the part of a map that reads sessions, moments and voices."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence

from lacrima.formats.column_lines import Line
from lacrima.formats.map_draft import MapDraft, Said, Use
from lacrima.formats.map_fields import CLIENTS_VOICE, MOMENT_BLOCK, OWN_VOICE, SESSION_BLOCK


def toml_text(value: str) -> str:
    """A TOML string. Like JSON's, but that the delete sign is spelt out too."""
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007F")


def session_blocks(draft: MapDraft, lines: Sequence[Line]) -> list[str]:
    """[session], and [[moment]] with its voices where a column speaks of one."""
    blocks = ["\n".join(["[session]", *_session(draft, lines)])]
    if not draft.has_moments(lines):
        return blocks
    who = [f"who = {{ is = {toml_text(draft.who)} }}"] if draft.asks_who(lines) else []
    blocks.append("\n".join(["[[moment]]", *who, *_of_block(draft, lines, MOMENT_BLOCK)]))
    for side in (OWN_VOICE, CLIENTS_VOICE):
        told = list(_of_block(draft, lines, side))
        if told:
            head = ["[[moment.voice]]", f"side = {{ is = {toml_text(side)} }}"]
            blocks.append("\n".join([*head, *told]))
    return blocks


def _session(draft: MapDraft, lines: Sequence[Line]) -> Iterator[str]:
    number, date = draft.only(lines, Use.SESSION), draft.only(lines, Use.DATE)
    if number:
        yield f"number = {toml_text(number)}"
    if date:
        yield f"date = {toml_text(date)}"
        date_format = draft.said[date].date_format
        if date_format:
            yield f"date_format = {toml_text(date_format)}"
    yield from _of_block(draft, lines, SESSION_BLOCK)
    if draft.lists_all_moments:
        yield "lists_all_moments = true"


def _of_block(draft: MapDraft, lines: Sequence[Line], block: str) -> Iterator[str]:
    for name, one in draft.told_fields(lines).items():
        if one.block == block:
            yield f"{one.key} = {_told(name, draft.said[name], several=one.is_several)}"
            yield from (f"{k} = {{ is = {toml_text(v)} }}" for k, v in one.with_it.items())


def _told(column: str, said: Said, *, several: bool) -> str:
    words = ", ".join(f"{toml_text(theirs)} = {toml_text(ours)}" for theirs, ours in said.words)
    parts = [f"column = {toml_text(column)}"]
    parts += [f"values = {{ {words} }}"] if words else []
    parts += [f"separator = {toml_text(said.separator)}"] if said.separator and several else []
    return toml_text(column) if len(parts) == 1 else f"{{ {', '.join(parts)} }}"
