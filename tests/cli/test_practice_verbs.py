"""The verbs on a practice, each as a process of its own."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from lacrima.vault.folder import Folder
from tests.cli.conftest import PASSPHRASE, Ready, faults, follows, lacrima, schema
from tests.vault.given import rewrite_slots

MAP = """client = "id"
[[score]]
instrument = "gad-7"
value = "gad"
session = "session"
"""


@pytest.fixture
def files(tmp_path: Path) -> list[str]:
    """A table and its map, as arguments."""
    (tmp_path / "scores.csv").write_text("id,session,gad\nR 14,1,9\nR 14,2,7\n", "utf-8")
    (tmp_path / "map.toml").write_text(MAP, "utf-8")
    return [str(tmp_path / "scores.csv"), "--map", str(tmp_path / "map.toml")]


def test_a_new_practice_shows_its_recovery_code_once(tmp_path: Path) -> None:
    made = lacrima(
        "init", "--dir", tmp_path / "new", "--passphrase-file", "-", "--json", typed=PASSPHRASE
    )
    assert made.code == 0
    follows(made.json, "init")
    code = made.json["recovery_code"]
    kept = b"".join(path.read_bytes() for path in (tmp_path / "new").rglob("*") if path.is_file())
    assert code.encode() not in kept
    again = lacrima("init", "--dir", tmp_path / "new", "--passphrase-file", "-", typed=PASSPHRASE)
    assert again.code == 3
    assert code not in again.out + again.err


def test_a_new_practice_without_a_passphrase_is_not_made(tmp_path: Path) -> None:
    for typed in ("", "\n"):
        refused = lacrima(
            "init", "--dir", tmp_path / "new", "--passphrase-file", "-", "--json", typed=typed
        )
        assert (refused.code, refused.json["code"]) == (3, "bad-input")
    assert not (tmp_path / "new").exists()


def test_scores_come_in_once_and_go_out_again(ready: Ready, files: list[str]) -> None:
    look = lacrima("import", *files, *ready.key, "--dry-run", "--json")
    assert (look.code, look.json["batch"], look.json["added"]) == (0, None, 2)
    first = lacrima("import", *files, *ready.key, "--json")
    follows(first.json, "import")
    assert (first.json["added"], first.json["unchanged"]) == (2, 0)
    again = lacrima("import", *files, *ready.key, "--json")
    assert (again.json["batch"], again.json["added"], again.json["unchanged"]) == (None, 0, 2)
    undone = lacrima("import", "--undo", first.json["batch"], *ready.key, "--json")
    follows(undone.json, "import-undo")
    assert (undone.json["removed"], undone.json["clients_removed"]) == (2, 1)
    assert lacrima("import", "--undo", first.json["batch"], *ready.key).code == 3
    assert lacrima("import", "--undo", "nonsense", *ready.key).code == 7


def test_a_bad_cell_is_named_and_nothing_comes_in(ready: Ready, files: list[str]) -> None:
    Path(files[0]).write_text("id,session,gad\nR 14,1,9\nR 14,2,22\n", "utf-8")
    refused = lacrima("import", *files, *ready.key, "--json")
    assert refused.code == 3
    follows(refused.json, "import")
    assert refused.json["refused"] == [
        {
            "row": 3,
            "column": "gad",
            "found": "a number above the maximum",
            "expected": "0 to 21",
        }
    ]
    in_words = lacrima("import", *files, *ready.key)
    assert "row 3, column gad" in in_words.out
    assert "22" not in in_words.out + in_words.err


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\0" * 100_000,
        b"PK\x03\x04 not a table",
        b"id,session,gad\n" + b"\xff\xc3\xa9,1,2\n" + "é,1,2\n".encode(),
        b",".join(b"c%d" % number for number in range(300_000)) + b"\n",
        b"id,session,gad\nR 14,1\n",
    ],
)
def test_a_file_that_is_no_table_is_refused_before_the_practice_is_opened(
    ready: Ready, files: list[str], data: bytes
) -> None:
    Path(files[0]).write_bytes(data)
    before = (ready.folder / "practice.db").read_bytes()
    refused = lacrima("import", *files, *ready.key, "--json")
    assert (refused.code, refused.json["code"]) == (3, "bad-table")
    assert (ready.folder / "practice.db").read_bytes() == before


def test_a_wrong_passphrase_says_so_and_changes_nothing(ready: Ready) -> None:
    before = {path: path.read_bytes() for path in ready.folder.rglob("*") if path.is_file()}
    folder = str(ready.folder)
    told = lacrima(
        "audit", "verify", "--dir", folder, "--passphrase-file", "-", "--json", typed="wrong one"
    )
    assert (told.code, told.json["code"]) == (5, "wrong-passphrase")
    assert "wrong one" not in told.out + told.err
    assert {path: path.read_bytes() for path in ready.folder.rglob("*") if path.is_file()} == before


def test_a_missing_passphrase_file_is_bad_input(ready: Ready) -> None:
    told = lacrima(
        "audit", "verify", "--dir", ready.folder, "--passphrase-file", "nowhere", "--json"
    )
    assert (told.code, told.json["code"]) == (3, "bad-input")


def test_damage_wrong_folder_and_newer_vault_are_three_messages(
    ready: Ready, tmp_path: Path
) -> None:
    key = ["--passphrase-file", str(ready.top / "passphrase.txt"), "--json"]
    newer = tmp_path / "newer"
    shutil.copytree(ready.folder, newer)
    rewrite_slots(Folder(newer), lambda document: document.update(version=99))
    (ready.folder / "practice.db").write_bytes(b"x" * 8192)
    found = {
        lacrima("audit", "verify", "--dir", where, *key).json["code"]: where
        for where in (ready.folder, tmp_path, newer)
    }
    assert set(found) == {"vault-damaged", "not-a-vault", "newer-vault"}


def test_the_audit_log_is_verified(ready: Ready, files: list[str]) -> None:
    lacrima("import", *files, *ready.key)
    told = lacrima("audit", "verify", *ready.key, "--json")
    assert told.code == 0
    follows(told.json, "audit-verify")
    assert told.json["lines"] >= 2
    (ready.folder / "audit-head.json").unlink()
    broken = lacrima("audit", "verify", *ready.key, "--json")
    assert (broken.code, broken.json["code"]) == (6, "audit-broken")


def test_the_doctor_says_nothing_of_any_client(ready: Ready, files: list[str]) -> None:
    lacrima("import", *files, *ready.key)
    told = lacrima("doctor", *ready.key, "--json")
    assert told.code == 0
    follows(told.json, "doctor")
    assert told.json["engine"]["cipher"]
    assert told.json["practice"]["audit"]["fits_together"] is True
    assert "R 14" not in told.out + told.err
    assert "Eva" not in told.out + told.err
    without = lacrima("doctor", "--json").json
    assert (without["folder"], without["practice"]) == (None, None)


def test_a_simulated_practice_tells_its_truth_beside_it(tmp_path: Path) -> None:
    where = tmp_path / "simulated"
    numbers = ["--clients", "4", "--sessions", "30", "--seed", "5"]
    made = lacrima("simulate", "practice", *numbers, "--dir", where, "--json")
    assert made.code == 0
    follows(made.json, "simulate-practice")
    truth = json.loads((where / "truth.json").read_text())
    assert list(faults(truth, schema("truth"))) == []
    assert len(truth["people"]) == 4
    told = lacrima(
        "doctor", "--dir", made.json["dir"], "--passphrase-file", made.json["passphrase_file"],
        "--json",
    )  # fmt: skip
    assert told.json["practice"]["is_simulated"] is True
    again = lacrima("simulate", "practice", *numbers, "--dir", where, "--json")
    assert (again.code, again.json["code"]) == (3, "folder-not-empty")
    too_few = ["--clients", "5", "--sessions", "4", "--seed", "1"]
    refused = lacrima("simulate", "practice", *too_few, "--dir", tmp_path / "other", "--json")
    assert (refused.code, refused.json["code"]) == (3, "out-of-range")


def test_a_backup_is_proven_and_comes_back_into_an_empty_folder(
    ready: Ready, files: list[str], tmp_path: Path
) -> None:
    lacrima("import", *files, *ready.key)
    made = lacrima("backup", *ready.key, "--to", tmp_path / "backups", "--json")
    assert made.code == 0
    follows(made.json, "backup")
    key = ["--passphrase-file", str(ready.top / "passphrase.txt"), "--json"]
    back = lacrima("restore", tmp_path / "backups", "--dir", tmp_path / "back", *key)
    assert back.code == 0
    follows(back.json, "restore")
    told = lacrima("audit", "verify", "--dir", tmp_path / "back", *key)
    assert (told.code, told.json["segments"]) == (0, 2)
    again = lacrima("import", *files, "--dir", tmp_path / "back", *key)
    assert (again.json["added"], again.json["unchanged"]) == (0, 2)
    refused = lacrima("restore", tmp_path / "backups", "--dir", tmp_path / "back", *key)
    assert (refused.code, refused.json["code"]) == (3, "folder-not-empty")


def test_a_damaged_backup_and_a_wrong_passphrase_bring_nothing_back(
    ready: Ready, tmp_path: Path
) -> None:
    made = lacrima("backup", *ready.key, "--to", tmp_path / "backups", "--json").json
    options = ["--dir", str(tmp_path / "back"), "--json", "--passphrase-file"]
    wrong = lacrima("restore", made["path"], *options, "-", typed="another one\n")
    assert (wrong.code, wrong.json["code"]) == (5, "wrong-passphrase")
    database = Path(made["path"]) / "practice.db"
    data = bytearray(database.read_bytes())
    data[len(data) // 2] ^= 1
    database.write_bytes(bytes(data))
    damaged = lacrima("restore", made["path"], *options, str(ready.top / "passphrase.txt"))
    assert (damaged.code, damaged.json["code"]) == (6, "backup-damaged")
    assert not (tmp_path / "back").exists()


def test_a_page_damaged_deep_in_the_database_is_said_as_damage(ready: Ready) -> None:
    database = ready.folder / "practice.db"
    whole = database.read_bytes()
    data = bytearray(whole)
    for page in range(8, len(data) // 4096):
        data[page * 4096 + 100] ^= 1
    database.write_bytes(data)
    told = lacrima("audit", "verify", *ready.key, "--json")
    database.write_bytes(whole)
    assert (told.code, told.json["code"]) == (6, "vault-damaged")
