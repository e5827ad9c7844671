"""A whole practice that comes in, and what the record itself keeps as JSON."""

from __future__ import annotations

import json
import uuid
from datetime import date
from typing import Any

from drills.fuzz_targets.django_first import practice
from drills.fuzz_targets.target import Target, as_json, plain
from drills.house import fill, temporary_house, verb
from lacrima.formats.archive import Manifest, Opened, is_archive, read_archive, write_archive
from lacrima.practice.own_care_entries import Entry, State, When, desk_of, entry_of
from lacrima.practice.weighing_thinking import Thinking, thinking_from_version, thinking_of
from lacrima.practice.whole_checks import check_whole
from lacrima.practice.whole_rows import read_whole
from lacrima.records import head_file
from lacrima.records.models import Member
from lacrima.vault.process import VAULT


def an_archive(data: bytes) -> None:
    """The zip itself."""
    if is_archive(data):
        read_archive(data)
    read_archive(data)


def whole(data: bytes) -> None:
    """The tables inside, as JSON or CSV, with everything that holds between their rows."""
    told = plain(data)
    if isinstance(told, dict) and isinstance(told.get("tables"), dict):
        files = {str(name): _bytes(one) for name, one in told["tables"].items()}
        manifest = told.get("manifest")
        read = Opened(manifest if isinstance(manifest, dict) else {}, files)
        found = read_whole(read, owner_here=Member(pk=uuid.UUID(int=1)))
        check_whole(found)


def _bytes(one: Any) -> bytes:
    text = one if isinstance(one, str) else json.dumps(one)
    return text.encode("utf-8", "surrogatepass")


def an_audit_head(data: bytes) -> None:
    """The file that remembers the end of the log, as it is and vouched for by this practice."""
    practice().audit_head.write_bytes(_vouched_for(data))
    head_file.read()
    head_file.write(head_file.Head(1, 1, "0"))


def _vouched_for(data: bytes) -> bytes:
    told = plain(data)
    if not isinstance(told, dict) or told.get("mac") == "as it is":
        return data
    try:
        head = head_file.Head(int(told["segment"]), int(told["sequence"]), str(told["line_hash"]))
        return as_json({**told, "mac": VAULT.audit_mac(head.message()).hex()})
    except (ValueError, KeyError, TypeError, OverflowError, RecursionError):
        return data


def own_care(data: bytes) -> None:
    """An entry of My care, or her desk, as it was sealed."""
    text = data.decode("utf-8", "replace")
    (desk_of if '"desk"' in text else entry_of)(text)


def weighing(data: bytes) -> None:
    """What was thought in a weighing, as it was sealed."""
    text = data.decode("utf-8", "replace")
    (thinking_from_version if '"thinking"' in text else thinking_of)(text)


def _exported(kind: str) -> bytes:
    with temporary_house() as house:
        fill(house, clients=2, sessions=4, seed=1)
        to = house.root / "export.zip"
        verb("export", "practice", *house.arguments(), "--format", kind, "--to", str(to))
        return to.read_bytes()


def _opened_up(data: bytes) -> bytes:
    opened = read_archive(data)
    tables = {
        name: json.loads(text) if name.endswith(".json") else text.decode()
        for name, text in opened.files.items()
    }
    told = {key: value for key, value in opened.manifest.items() if key in ("kind", "format")}
    return as_json({"manifest": told, "tables": {**tables, "dictionary.json": ""}})


def _head_seed() -> bytes:
    practice().audit_head.unlink(missing_ok=True)
    head_file.write(head_file.Head(1, 7, "0" * 64))
    return practice().audit_head.read_bytes()


def _small_archive() -> bytes:
    about = Manifest("practice", "2026-03-10", "lacrima", "csv", is_simulated=True, rows={"a": 1})
    return write_archive({"tables/a.csv": b"id\r\n1\r\n", "README.txt": b"words"}, about)


_DAY = date(2026, 3, 10)
_IN_JSON, _IN_CSV = _exported("json"), _exported("csv")
_ENTRY = Entry(day=_DAY, content=State(when=next(iter(When)), full=3), words="a line").to_text()
TARGETS = {
    "archive": Target(an_archive, (_small_archive(),), most_bytes=65_536),
    "whole_json": Target(whole, (_opened_up(_IN_JSON),), is_json=True, most_bytes=400_000),
    "whole_csv": Target(whole, (_opened_up(_IN_CSV),), is_json=True, most_bytes=400_000),
    "audit_head": Target(an_audit_head, (_head_seed(),), is_json=True),
    "own_care": Target(own_care, (_ENTRY.encode(),), is_json=True),
    "weighing": Target(weighing, (Thinking().to_text().encode(),), is_json=True),
}
