"""A clinic's machine by its verbs: two roles, tables, keys, backups, and back again."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import follows
from tests.support import clinic, clinic_inside
from tests.support.clinic import OWNER, SERVER, Machine, Refused
from tests.support.postgres import Cluster
from tools import docs

pytestmark = pytest.mark.postgresql


@pytest.fixture(scope="module")
def began(
    postgresql_cluster: Cluster, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Machine, dict[str, Any]]:
    """A clinic that was begun, and what its beginning said."""
    machine = Machine(clinic.prepared(postgresql_cluster), tmp_path_factory.mktemp("clinic"))
    clinic.migrate(machine.database, machine.keys)
    options = ("--zone", "Europe/Madrid", "--your-name", "Eva Lind", "--json")
    return machine, told(machine.verb("clinic", "init", *options))


@pytest.fixture(scope="module")
def machine(began: tuple[Machine, dict[str, Any]]) -> Machine:
    """The machine alone, after a first backup."""
    made = began[0].verb("clinic", "backup", "--to", began[0].top / "backups")
    assert made.returncode == 0, made.stderr
    return began[0]


@pytest.fixture
def other(machine: Machine, tmp_path: Path) -> Iterator[Machine]:
    """A second machine with an empty database."""
    with clinic.empty_database(machine.database.cluster) as database:
        found = machine.beside(database, tmp_path.name)
        yield found
        shutil.rmtree(found.top)


def told(done: subprocess.CompletedProcess[str], code: int = 0) -> dict[str, Any]:
    """The JSON that a verb said."""
    assert done.returncode == code, done.stdout + done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found


# --- two roles -----------------------------------------------------------------------------------

FORBIDDEN = (
    "UPDATE audit_line SET action = 'other'",
    "DELETE FROM audit_line",
    "TRUNCATE audit_line",
    "TRUNCATE client CASCADE",
    "DROP TABLE audit_line",
    "DROP TABLE client CASCADE",
    "ALTER TABLE client ADD COLUMN more integer",
    "ALTER TABLE audit_line DISABLE TRIGGER ALL",
    "CREATE TABLE more (id integer)",
    "CREATE TEMPORARY TABLE more (id integer)",
    "CREATE FUNCTION more() RETURNS integer LANGUAGE sql AS 'SELECT 1'",
    "INSERT INTO django_migrations (app, name, applied) VALUES ('a', 'b', now())",
    "GRANT ALL ON audit_line TO lacrima_server; UPDATE audit_line SET action = 'other'",
    "SET ROLE lacrima_owner",
    "COPY client TO PROGRAM 'cat'",
)


@pytest.mark.parametrize("statement", FORBIDDEN)
def test_the_serving_role_cannot_touch_tables_or_lines_of_the_log(
    machine: Machine, statement: str
) -> None:
    with pytest.raises(Refused):
        machine.database.tell(statement, role=SERVER)


def test_the_serving_role_reads_and_writes_rows(machine: Machine) -> None:
    assert int(machine.database.tell("SELECT count(*) FROM audit_line", role=SERVER)) >= 1
    machine.database.tell("UPDATE practice SET country = 'ES'", role=SERVER)
    machine.database.tell("DELETE FROM browser_session", role=SERVER)


def test_a_table_that_is_nobodys_yet_is_the_serving_roles_after_the_next_migration(
    machine: Machine,
) -> None:
    machine.database.tell("CREATE TABLE brought_by_an_update (id integer)", role=OWNER)
    with pytest.raises(Refused):
        machine.database.tell("SELECT * FROM brought_by_an_update", role=SERVER)
    assert told(machine.verb("clinic", "migrate", "--json"))["steps"] == []
    machine.database.tell("SELECT * FROM brought_by_an_update", role=SERVER)
    machine.database.tell("DROP TABLE brought_by_an_update", role=OWNER)


def test_the_databases_own_log_repeats_no_values(machine: Machine) -> None:
    log = machine.database.cluster.folder / "log"
    canary = "Weissglut"
    half_a_row = "INSERT INTO receipt (key) VALUES ('Weissglut')"
    for role in (SERVER, OWNER):
        with pytest.raises(Refused):
            machine.database.tell(half_a_row, role=role)
    assert "violates not-null constraint" in log.read_text()
    assert canary not in log.read_text()


# --- the verbs ------------------------------------------------------------------------------------


def test_the_beginning_says_its_secrets_once_and_keeps_none(
    began: tuple[Machine, dict[str, Any]],
) -> None:
    machine, said = began
    follows(said, "clinic-init")
    assert sorted(said["made"]) == sorted(
        map(str, (machine.top / "secret-key", machine.passphrase_file))
    )
    for path in (machine.passphrase_file, machine.top / "secret-key"):
        assert path.stat().st_mode & 0o077 == 0
    kept = b"".join(path.read_bytes() for path in machine.keys.rglob("*") if path.is_file())
    assert said["recovery_code"].encode() not in kept
    again = machine.verb("clinic", "init", "--zone", "Europe/Madrid", "--json")
    assert told(again, 3)["code"] == "folder-not-empty"


def test_each_result_follows_its_schema(machine: Machine, other: Machine) -> None:
    follows(told(machine.verb("clinic", "migrate", "--json")), "clinic-migrate")
    follows(told(machine.verb("clinic", "backup", "--json")), "clinic-backup")
    follows(told(machine.verb("clinic", "tidy", "--json")), "clinic-tidy")
    back = other.verb("clinic", "restore", machine.top / "backups", "--json")
    follows(told(back), "clinic-restore")


def test_every_verb_of_a_clinic_has_a_schema_and_an_example() -> None:
    names = [name for name in docs.VERBS if name.startswith("clinic ")]
    assert len(names) == 6
    for name in names:
        assert all(one["x-example"].startswith(f"lacrima {name}") for one in docs.schemas_of(name))


def test_the_check_says_what_is_to_be_done_and_nothing_of_anybody(machine: Machine) -> None:
    said = told(machine.verb("clinic", "check", "--json"), 4)
    follows(said, "clinic-check")
    to_do = {one["name"] for one in said["checks"] if not one["is_well"]}
    # The tests' own server writes nothing down, and everything lies on one disk.
    assert to_do == {"durability", "backup place"}
    assert "Eva" not in json.dumps(said)


def test_the_check_finds_what_was_planted(machine: Machine, tmp_path: Path) -> None:
    open_to_all = tmp_path / "passphrase"
    shutil.copy(machine.passphrase_file, open_to_all)
    open_to_all.chmod(0o644)
    machine.database.tell("GRANT UPDATE ON audit_line TO lacrima_server")
    machine.database.tell("UPDATE practice SET last_backup_at = now() - interval '3 days'")
    try:
        changed = {"LACRIMA_VAULT_PASSPHRASE_FILE": str(open_to_all)}
        said = told(machine.verb("clinic", "check", "--json", **changed), 4)
    finally:
        machine.database.tell("REVOKE UPDATE ON audit_line FROM lacrima_server")
        machine.database.tell("UPDATE practice SET last_backup_at = now()")
    to_do = {one["name"]: one for one in said["checks"] if not one["is_well"]}
    assert {"vault passphrase", "vault", "role", "log", "backup"} <= to_do.keys()
    assert all(one["next_step"] for one in to_do.values() if one["name"] != "log")


# --- backups --------------------------------------------------------------------------------------


def rows(machine: Machine) -> dict[str, str]:
    """A print of each table's rows, but for what a restore itself changes."""
    listed = "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"
    tables = set(machine.database.tell(listed).split())
    changed = {"audit_line", "audit_head", "practice", "browser_session", "django_migrations"}
    prints = "SELECT md5(string_agg(t::text, '' ORDER BY t::text)) FROM"
    return {
        table: machine.database.tell(f"{prints} {table} t") for table in sorted(tables - changed)
    }


def test_a_backup_comes_back_whole_and_begins_a_new_stretch_of_the_log(
    machine: Machine, other: Machine
) -> None:
    told(other.verb("clinic", "restore", machine.top / "backups", "--json"))
    assert rows(other) == rows(machine)
    last = "SELECT action FROM audit_line ORDER BY segment DESC, sequence DESC LIMIT 1"
    assert other.database.tell(last) == "practice.restored"
    said = told(other.verb("clinic", "check", "--json"), 4)
    assert {one["name"]: one["is_well"] for one in said["checks"]}["log"]
    with pytest.raises(Refused):
        other.database.tell("DELETE FROM audit_line", role=SERVER)
    again = other.verb("clinic", "restore", machine.top / "backups", "--json")
    assert told(again, 3)["code"] == "folder-not-empty"


def test_nothing_in_a_backup_can_be_read_without_its_keys(machine: Machine) -> None:
    kept = b"".join(
        path.read_bytes() for path in (machine.top / "backups").rglob("*") if path.is_file()
    )
    for words in ("Eva Lind", "Eva", "PGDMP", "administrator"):
        assert words.encode() not in kept


def test_without_the_passphrase_the_printed_code_brings_a_clinic_back(
    began: tuple[Machine, dict[str, Any]], machine: Machine, other: Machine
) -> None:
    other.passphrase_file.chmod(0o600)
    other.passphrase_file.write_text("a new machine's own words\n")
    backups = machine.top / "backups"
    assert told(other.verb("clinic", "restore", backups, "--json"), 5)["code"] == "wrong-passphrase"
    assert other.database.tell("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'") == "0"
    code = other.top / "code"
    code.write_text(began[1]["recovery_code"] + "\n")
    told(other.verb("clinic", "restore", backups, "--recovery-code-file", code, "--json"))
    assert told(other.verb("clinic", "backup", "--to", other.top / "b", "--json"))["is_proven"]


def test_a_backup_that_was_cut_short_is_refused_and_nothing_is_filled(
    machine: Machine, other: Machine
) -> None:
    damaged = other.top / "damaged"
    shutil.copytree(machine.top / "backups", damaged)
    for dump in damaged.rglob("database.dump.sealed"):
        dump.write_bytes(dump.read_bytes()[:-4000])
    back = other.verb("clinic", "restore", damaged, "--json")
    assert told(back, 6)["code"] == "backup-damaged"
    assert other.database.tell("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'") == "0"
    assert not other.keys.exists()


def test_a_filled_database_takes_no_backup(machine: Machine, tmp_path: Path) -> None:
    changed = {"LACRIMA_DIR": str(tmp_path / "new")}
    back = machine.verb("clinic", "restore", machine.top / "backups", "--json", **changed)
    assert told(back, 4)["code"] == "not-ready"


def test_each_kind_of_backup_says_where_it_belongs(machine: Machine, tmp_path: Path) -> None:
    options = ("--dir", tmp_path / "own", "--passphrase-file", machine.passphrase_file, "--json")
    done = machine.verb("restore", machine.top / "backups", *options, LACRIMA_DATABASE="embedded")
    assert "lacrima clinic restore" in told(done, 3)["next"]


@pytest.fixture
def with_clients(postgresql_cluster: Cluster, tmp_path: Path) -> Iterator[Machine]:
    """A clinic of its own with two clients, and a backup from before anybody was erased."""
    with clinic.empty_database(clinic.prepared(postgresql_cluster).cluster) as database:
        machine = Machine(database, tmp_path / "with-clients")
        machine.top.mkdir()
        clinic.migrate(database, machine.keys)
        told(machine.verb("clinic", "init", "--zone", "Europe/Madrid", "--json"))
        assert inside(machine, "make")["codes"] == list(clinic_inside.CODES)
        told(machine.verb("clinic", "backup", "--to", machine.top / "backups", "--json"))
        yield machine


def inside(machine: Machine, *words: str) -> dict[str, Any]:
    """What a process of this clinic said."""
    done = machine.python("tests.support.clinic_inside", *words)
    return told(done)


def test_a_backup_from_before_an_erasure_brings_nobody_back(
    with_clients: Machine, other: Machine
) -> None:
    stays, goes = clinic_inside.CODES
    backups = with_clients.top / "backups"
    inside(with_clients, "erase", goes)
    shutil.copy(with_clients.passphrase_file, other.passphrase_file)
    back = told(other.verb("clinic", "restore", backups, "--json"))
    assert back["erased"] > 0
    found = inside(other, "look")
    assert found["codes"] == [stays]
    assert found["notes"] == [f"words about {stays}"]
    assert found["actions"].count("erasure.applied") == 1


def test_a_copy_of_the_backups_from_before_forgets_her_once_the_small_files_are_copied_again(
    with_clients: Machine, other: Machine
) -> None:
    stays, goes = clinic_inside.CODES
    backups, away = with_clients.top / "backups", with_clients.top / "away"
    shutil.copytree(backups, away)
    inside(with_clients, "erase", goes)
    for name in ("client-keys.json", "erased.json"):  # as the how-to says
        shutil.copy(backups / name, away / name)
    shutil.copy(with_clients.passphrase_file, other.passphrase_file)
    told(other.verb("clinic", "restore", away, "--json"))
    assert inside(other, "look")["codes"] == [stays]


# --- an update ------------------------------------------------------------------------------------


def test_an_update_is_backed_up_first_and_an_older_program_then_refuses_to_serve(
    machine: Machine, other: Machine
) -> None:
    told(other.verb("clinic", "restore", machine.top / "backups", "--json"))
    next_version = {"DJANGO_SETTINGS_MODULE": "drills.next_settings"}
    refused = told(other.verb("serve", "--clinic", "--json", **next_version), 4)
    assert "lacrima clinic migrate" in refused["next"]
    said = told(other.verb("clinic", "migrate", "--json", **next_version))
    assert said["steps"] == ["records.m9999_drill"]
    assert Path(said["backup"]).is_dir()
    older = told(other.verb("serve", "--clinic", "--json"), 4)
    assert "newer Lacrima" in older["found"]


# --- the how-to -----------------------------------------------------------------------------------

HOW_TO = docs.ROOT / "docs" / "how-to" / "run-a-clinic.md"
_FENCE = re.compile(r"```sh\n(.*?)```", re.DOTALL)


def lines_of_the_how_to() -> list[str]:
    """What a reader is told to type."""
    blocks = _FENCE.findall(HOW_TO.read_text(encoding="utf-8"))
    return [line for block in blocks for line in block.splitlines()]


def test_the_how_to_names_verbs_and_files_that_there_are() -> None:
    verbs = {
        " ".join(line.split()[1:3]) for line in lines_of_the_how_to() if "clinic clinic" in line
    }
    assert verbs == {f"clinic {name}" for name in ("migrate", "init", "check", "restore")}
    named = re.findall(r"/opt/lacrima/source/(deploy/[\w.-]+)", HOW_TO.read_text(encoding="utf-8"))
    assert len(set(named)) == 7
    for path in named:
        assert (docs.ROOT / path).is_file(), path


def test_the_example_settings_are_ones_that_the_program_reads() -> None:
    known = docs.SETTINGS.read_text(encoding="utf-8")
    given = (docs.ROOT / "deploy" / "clinic.env").read_text(encoding="utf-8")
    names = re.findall(r"^(LACRIMA_\w+)=", given, re.MULTILINE)
    assert len(names) == 5
    for name in names:
        assert name in known
