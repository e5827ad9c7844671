"""What leaves by a verb: a new file for this user alone, and a practice that comes back whole."""

from __future__ import annotations

import csv
import io
import json
import stat
import sys
import zipfile
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import PASSPHRASE, Answered, Ready, follows, lacrima

TABLE = "id,session,gad\nR 14,1,9\nR 14,2,12\nR 15,1,3\n"
MAP = 'client = "id"\n[[score]]\ninstrument = "gad-7"\nvalue = "gad"\nsession = "session"\n'


@pytest.fixture
def filled(ready: Ready) -> Ready:
    """A practice with two clients."""
    (ready.top / "t.csv").write_text(TABLE, encoding="utf-8")
    (ready.top / "m.toml").write_text(MAP, encoding="utf-8")
    made = lacrima("import", ready.top / "t.csv", "--map", ready.top / "m.toml", *ready.key)
    assert made.code == 0, made.err
    return ready


def export(filled: Ready, what: str, to: str, *more: str) -> Answered:
    return lacrima("export", what, *filled.key, "--to", filled.top / to, *more, "--json")


def files_of(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def test_a_practice_goes_out_and_comes_back_into_an_empty_one(filled: Ready) -> None:
    made = export(filled, "practice", "p.zip")
    assert made.code == 0, made.out + made.err
    follows(made.json, "export-practice")
    key = ["--passphrase-file", str(filled.top / "passphrase.txt")]
    empty = filled.top / "empty"
    assert lacrima("init", "--dir", empty, *key).code == 0
    tried = lacrima("import", filled.top / "p.zip", "--dir", empty, *key, "--dry-run", "--json")
    follows(tried.json, "import-practice")
    assert (tried.code, tried.json["added"]) == (0, 0)
    back = lacrima("import", filled.top / "p.zip", "--dir", empty, *key, "--json")
    assert back.code == 0, back.out + back.err
    follows(back.json, "import-practice")
    assert back.json["rows"] == made.json["rows"]
    again = lacrima("export", "practice", "--dir", empty, *key, "--to", filled.top / "q.zip")
    assert again.code == 0
    assert _without_owner(filled.top / "p.zip") == _without_owner(filled.top / "q.zip")
    verified = lacrima("audit", "verify", "--dir", empty, *key, "--json")
    assert (verified.code, verified.json["segments"]) == (0, 1)
    twice = lacrima("import", filled.top / "p.zip", "--dir", empty, *key, "--json")
    assert (twice.code, twice.json["code"]) == (3, "bad-input")
    undone = lacrima("import", "--undo", _batch_of(filled.top / "q.zip"), "--dir", empty, *key)
    assert undone.code == 0, undone.err


def _without_owner(path: Path) -> dict[str, list[list[str]]]:
    files = files_of(path)
    owner = _rows(files, "member")[0]["id"]
    return {
        name: [
            [cell.replace(owner, "owner") for cell in row.values()] for row in _rows(files, name)
        ]
        for name in ("client", "episode", "participant", "session", "answers", "import_batch")
    }


def _rows(files: dict[str, bytes], table: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(files[f"tables/{table}.csv"].decode(), newline="")))


def _batch_of(path: Path) -> str:
    return _rows(files_of(path), "import_batch")[0]["id"]


@pytest.mark.skipif(sys.platform == "win32", reason="modes are POSIX's")
def test_the_file_is_for_its_owner_alone_and_nothing_is_left_beside_it(filled: Ready) -> None:
    before = set(filled.top.iterdir())
    assert export(filled, "practice", "p.zip").code == 0
    path = filled.top / "p.zip"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert set(filled.top.iterdir()) - before == {path}


@pytest.mark.parametrize("what", ["practice", "rows"])
def test_nothing_is_overwritten_and_no_folder_is_made(filled: Ready, what: str) -> None:
    (filled.top / "there.zip").write_bytes(b"mine")
    for to in ("there.zip", "nowhere/p.zip"):
        refused = export(filled, what, to)
        assert (refused.code, refused.json["code"]) == (3, "bad-input")
    assert (filled.top / "there.zip").read_bytes() == b"mine"
    assert not (filled.top / "nowhere").exists()


def test_rows_without_names_and_the_names_again_by_a_key(filled: Ready) -> None:
    names = []
    for to in ("a.zip", "b.zip"):
        made = export(filled, "rows", to, "--key-file", str(filled.top / "key.txt"))
        assert made.code == 0, made.out + made.err
        follows(made.json, "export-rows")
        held = files_of(filled.top / to)
        assert b"R 14" not in b"".join(held.values())
        names.append({row["person"] for row in _rows(held, "answers")})
    assert names[0] == names[1]
    other = export(filled, "rows", "c.zip")
    assert {row["person"] for row in _rows(files_of(filled.top / "c.zip"), "answers")} != names[0]
    assert any("not anonymous" in one for one in other.json["warnings"])
    (filled.top / "key.txt").write_text("nonsense", encoding="utf-8")
    refused = export(filled, "rows", "d.zip", "--key-file", str(filled.top / "key.txt"))
    assert refused.code == 3
    assert "nonsense" not in refused.out + refused.err


@pytest.mark.parametrize("layout", ["bids", "redcap"])
def test_layouts_of_others_say_what_they_cannot_hold(filled: Ready, layout: str) -> None:
    made = export(filled, "rows", "r.zip", "--format", layout)
    assert made.code == 0, made.out + made.err
    follows(made.json, "export-rows")
    assert {"sessions"} <= {one["what"] for one in made.json["losses"]}


def test_a_client_leaves_by_code_and_the_code_is_no_argument(filled: Ready) -> None:
    (filled.top / "code.txt").write_text("R 14\n", encoding="utf-8")
    made = export(filled, "client", "c.zip", "--code-file", str(filled.top / "code.txt"))
    assert made.code == 0, made.out + made.err
    follows(made.json, "export-client")
    assert made.json["rows"]["answers"] == 2
    episode = _rows(files_of(filled.top / "c.zip"), "episode")[0]["id"]
    some = export(filled, "client", "d.zip", "--episode", episode, "--part", "sessions")
    assert some.json["rows"]["answers"] == 0
    unknown = export(filled, "client", "e.zip", "--episode", episode, "--part", "dreams")
    assert (unknown.code, "answers" in unknown.json["expected"]) == (3, True)
    (filled.top / "code.txt").write_text("Q 99\n", encoding="utf-8")
    nobody = export(filled, "client", "e.zip", "--code-file", str(filled.top / "code.txt"))
    assert (nobody.code, "Q 99" in nobody.out + nobody.err) == (7, False)
    assert export(filled, "client", "e.zip").code == 2


def test_a_copy_of_one_client_is_no_practice_to_take_in(filled: Ready) -> None:
    (filled.top / "code.txt").write_text("R 14\n", encoding="utf-8")
    export(filled, "client", "c.zip", "--code-file", str(filled.top / "code.txt"))
    empty, key = filled.top / "empty", ["--passphrase-file", str(filled.top / "passphrase.txt")]
    lacrima("init", "--dir", empty, *key)
    refused = lacrima("import", filled.top / "c.zip", "--dir", empty, *key, "--json")
    assert (refused.code, "not of a whole practice" in refused.json["found"]) == (3, True)


def test_a_questionnaire_for_redcap_needs_no_practice(tmp_path: Path) -> None:
    made = lacrima(
        "export", "instrument", "--instrument", "phq-9", "--to", tmp_path / "x.zip", "--json"
    )
    assert made.code == 0, made.out + made.err
    follows(made.json, "export-instrument")
    assert set(files_of(tmp_path / "x.zip")) == {"OriginID.txt", "instrument.csv"}
    skeleton = lacrima(
        "export", "instrument", "--instrument", "wai-sr", "--to", tmp_path / "y.zip", "--json"
    )
    assert skeleton.json["is_skeleton"] is True
    assert b"Item 1 of the form" in files_of(tmp_path / "y.zip")["instrument.csv"]
    unknown = lacrima(
        "export", "instrument", "--instrument", "xyz", "--to", tmp_path / "z.zip", "--json"
    )
    assert (unknown.code, "phq-9" in unknown.json["expected"]) == (3, True)


def test_every_part_of_an_export_is_told_in_words_too(filled: Ready) -> None:
    told = lacrima("export", "practice", *filled.key, "--to", filled.top / "p.zip")
    assert "private notes" in told.out
    assert "plain text" in told.out
    assert PASSPHRASE not in told.out + told.err
    manifest: dict[str, Any] = json.loads(files_of(filled.top / "p.zip")["manifest.json"])
    assert manifest["schema"] == "lacrima.export/1"
