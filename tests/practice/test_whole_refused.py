"""What does not fit in a whole practice is named, and nothing is kept."""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from lacrima.errors import BadInput, LacrimaError, NotAllowed
from lacrima.practice import people
from lacrima.practice.export_shape import EXPORTED
from lacrima.practice.export_whole import export_practice
from lacrima.practice.whole_import import bring_in_whole
from lacrima.records import audit
from lacrima.records.models import AuditLine, Client, Member, Practice
from lacrima.vault.process import VAULT
from tests.support.cast import NOON, Cast
from tests.support.things import Things
from tests.support.whole_practice import a_new_folder, empty_practice, everything


@pytest.fixture
def file(things: Things) -> Iterator[bytes]:
    """A small practice as it leaves; the practice is empty afterwards."""
    data = export_practice(by=things.cast.ana, table_format_name="json").data
    with a_new_folder():
        yield data


def rewritten(
    data: bytes, change: Callable[[dict[str, bytes]], None], *, honest: bool = True
) -> bytes:
    """The archive with its files changed; an honest one lists them as they are."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    change(files)
    if honest:
        manifest = json.loads(files["manifest.json"])
        manifest["files"] = [
            {"name": name, "bytes": len(held), "sha256": hashlib.sha256(held).hexdigest()}
            for name, held in files.items()
            if name != "manifest.json"
        ]
        files["manifest.json"] = json.dumps(manifest).encode()
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, held in files.items():
            archive.writestr(name, held)
    return packed.getvalue()


def in_table(name: str, change: Callable[[list[dict[str, Any]]], Any]) -> Callable[..., None]:
    """A change of the rows of one table."""

    def act(files: dict[str, bytes]) -> None:
        told = json.loads(files[f"tables/{name}.json"])
        change(told["rows"])
        files[f"tables/{name}.json"] = json.dumps(told).encode()

    return act


def in_manifest(**values: Any) -> Callable[..., None]:
    """Another word in the manifest."""

    def act(files: dict[str, bytes]) -> None:
        files["manifest.json"] = json.dumps(
            {**json.loads(files["manifest.json"]), **values}
        ).encode()

    return act


def put(name: str, row: int = 0, **values: Any) -> Callable[..., None]:
    """Other values in one row of a table."""
    return in_table(name, lambda rows: rows[row].update(values))


NOBODY = "0" * 32
WRONG: dict[str, tuple[Callable[..., None], str, str]] = {
    "a newer format": (in_manifest(schema="lacrima.export/2"), "manifest.json", "newer"),
    "another kind": (in_manifest(kind="client"), "", "not of a whole practice"),
    "no export": (in_manifest(schema="something"), "manifest.json", "no export"),
    "an unknown format": (in_manifest(format="xls"), "format", "unknown format"),
    "a table less": (lambda files: files.pop("tables/offer.json"), "", "other files"),
    "a table more": (lambda files: files.update({"tables/x.json": b"{}"}), "", "other files"),
    "the same id twice": (
        in_table("client", lambda rows: rows.append(dict(rows[0]))), "client.json, row 3", "twice",
    ),
    "an unknown column": (put("client", colour="red"), "client.json, row 1, column 10", "no table"),
    "a missing column": (
        in_table("client", lambda rows: rows[1].pop("name")), "client.json, row 2, column 'name'",
        "missing",
    ),
    "another kind of value": (put("session", number="one"), "session.json, row 1, column 'number'",
                              "does not stand"),
    "a word of no list": (put("moment", nature="magic"), "moment.json, row 1, column 'nature'", ""),
    "two words of no list": (put("voice", about=["grief", "x"]), "row 1, column 'about'", ""),
    "a number out of range": (put("session", heaviness=11), "column 'heaviness'", ""),
    "an empty text that may not be": (put("client", code=""), "column 'code'", ""),
    "a zero byte": (put("record_note", words="a\0b"), "column 'words'", ""),
    "half a sign": (put("record_note", words="\ud800"), "record_note.json", "half of a sign"),
    "an id that is none": (put("client", id="x"), "column 'id'", ""),
    "an id in capitals": (put("client", id=("A" * 32)), "column 'id'", ""),
    "a pointer to nothing": (put("session", episode=NOBODY), "column 'episode'", ""),
    "a code twice": (
        in_table("client", lambda rows: rows[1].update(code=rows[0]["code"])), "client.json, row 2",
        "the same as another row",
    ),
    "two owners": (put("member", 1, is_owner=True), "member.json, row 2, column 'is_owner'", ""),
    "no owner": (put("member", 0, is_owner=False), "", "nobody it belongs to"),
    "two practices": (
        in_table("practice", lambda rows: rows.append(dict(rows[0]))), "", "no practice",
    ),
    "an unknown zone": (put("practice", zone="Mars/Base"), "column 'zone'", ""),
    "another total": (put("answers", total="3"), "answers.json, row 1", "total"),
    "an unknown questionnaire": (put("answers", instrument="xyz"), "answers.json, row 1", "known"),
    "somebody present from nowhere": (put("session", present=[NOBODY]), "column 'present'", ""),
    "a moment that cannot be": (put("moment", nature="ordinary"), "moment.json, row 1", "shown"),
    "a key twice": (
        lambda files: files.update({"tables/offer.json": b'{"schema": 1, "schema": 2}'}),
        "offer.json", "key twice",
    ),
    "endless depth": (
        lambda files: files.update({"tables/offer.json": b"[" * 200_000}), "offer.json", "no JSON",
    ),
}  # fmt: skip


@pytest.mark.parametrize("what", WRONG)
def test_what_does_not_fit_is_named_and_changes_nothing(file: bytes, what: str) -> None:
    change, where, found = WRONG[what]
    owner = empty_practice()
    _refused(rewritten(file, change), owner, where, found)


def _refused(data: bytes, owner: Member, where: str, found: str) -> None:
    assert VAULT.folder is not None
    keys = VAULT.folder.client_keys.read_bytes()
    before = (AuditLine.objects.count(), people.the_practice())
    with pytest.raises(LacrimaError) as refusal:
        bring_in_whole(data, by=owner)
    assert isinstance(refusal.value, BadInput), refusal.value
    assert where in refusal.value.where
    assert found in refusal.value.found
    assert "M 01" not in refusal.value.sentence()
    assert (AuditLine.objects.count(), people.the_practice()) == before
    assert not any(model._default_manager.exists() for model in EXPORTED[2:])
    assert Member.objects.count() == 1
    assert VAULT.folder.client_keys.read_bytes() == keys


@pytest.mark.parametrize("kind", ["client", "episode", "record_note"])
def test_what_was_erased_here_does_not_come_in_by_an_older_export(file: bytes, kind: str) -> None:
    owner = empty_practice()
    with zipfile.ZipFile(io.BytesIO(file)) as archive:
        key = json.loads(archive.read(f"tables/{kind}.json"))["rows"][0]["id"]
    VAULT.forget_for_good([f"{kind}:{key}"], now=NOON)
    _refused(file, owner, "1 of its rows", "erased here")


def test_a_file_that_was_altered_is_refused(file: bytes) -> None:
    owner = empty_practice()
    _refused(
        rewritten(file, put("client", code="X"), honest=False), owner, "client.json", "altered"
    )
    added = rewritten(file, lambda files: files.update({"tables/y.json": b""}), honest=False)
    _refused(added, owner, "manifest.json", "added")


@pytest.mark.parametrize(
    "name", ["../evil", "/etc/passwd", "a/b/c", "C:\\x", "tables/..", "tables/é", "a\\b", ".hidden"]
)
def test_names_that_lead_elsewhere_are_refused(file: bytes, name: str) -> None:
    slipped = rewritten(file, lambda files: files.update({name: b"x"}))
    _refused(slipped, empty_practice(), "", "names, links or locked files")


def test_links_doubled_names_and_bombs_are_refused(file: bytes) -> None:
    owner = empty_practice()
    _refused(_with_entry(file, _link()), owner, "", "names, links")
    with pytest.warns(UserWarning, match="Duplicate name"):
        doubled = _with_entry(file, zipfile.ZipInfo("manifest.json"))
    _refused(doubled, owner, "", "names, links")
    bomb = io.BytesIO()
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive:
        with archive.open("tables/session.csv", "w") as held:
            for _ in range(80):
                held.write(b"\0" * 1024 * 1024)
        archive.writestr("manifest.json", b"{}")
    _refused(bomb.getvalue(), owner, "", "too large")
    for broken in (b"", b"PK\x03\x04", file[: len(file) // 2], b"x" * 1000):
        _refused(broken, owner, "", "damaged")


def _link() -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo("tables/link.json")
    entry.external_attr = 0o120777 << 16
    return entry


def _with_entry(file: bytes, entry: zipfile.ZipInfo) -> bytes:
    packed = io.BytesIO(file)
    with zipfile.ZipFile(packed, "a") as archive:
        archive.writestr(entry, b"x")
    return packed.getvalue()


def test_a_practice_in_which_something_is_kept_takes_nothing_in(things: Things) -> None:
    data = export_practice(by=things.cast.ana).data
    before = everything()
    with pytest.raises(BadInput, match="something is kept already"):
        bring_in_whole(data, by=things.cast.ana)
    assert everything() == before


def test_only_the_owner_exports_or_brings_in_a_practice(cast: Cast) -> None:
    with pytest.raises(NotAllowed):
        export_practice(by=cast.berta)
    data = export_practice(by=cast.ana).data
    with pytest.raises(NotAllowed):
        bring_in_whole(data, by=cast.berta)


def test_a_dry_run_reads_everything_and_keeps_nothing(file: bytes) -> None:
    owner = empty_practice()
    told = bring_in_whole(file, by=owner, dry_run=True)
    assert (told.is_dry_run, told.rows["client"], told.as_json()["added"]) == (True, 2, 0)
    assert not Client.objects.exists()
    assert Practice.objects.get().name == "Empty"


def test_nothing_is_kept_when_the_audit_line_cannot_be_written(
    file: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    owner = empty_practice()

    def fail(*_: object) -> None:
        raise OSError("no room")

    monkeypatch.setattr(audit, "_write", fail)
    with pytest.raises(OSError, match="no room"):
        bring_in_whole(file, by=owner)
    assert not Client.objects.exists()
