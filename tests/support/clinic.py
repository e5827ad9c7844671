"""A clinic's own database for a test: two roles as on a real server, tables made once.

The cluster asks for no password, so the roles have none; everything else is as
deploy/database.sql makes it, because that file is what is run.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.support.nursery import nursery
from tests.support.postgres import USER, Cluster

OWNER, SERVER = "lacrima_owner", "lacrima_server"
MADE_BY = Path(__file__).parents[2] / "deploy" / "database.sql"
TEMPLATE = "lacrima"  # what database.sql calls its database


@dataclass(frozen=True)
class Database:
    """One database of the cluster, and how each role comes in."""

    cluster: Cluster
    name: str

    def dsn(self, role: str) -> str:
        """The address for one of the roles."""
        where = f"host={self.cluster.socket_folder}&port={self.cluster.port}"
        return f"postgresql://{role}@/{self.name}?{where}"

    def environment(self, folder: Path) -> dict[str, str]:
        """What a clinic's process finds in its environment: the keys lie in this folder."""
        return {
            **plain_environment(os.environ),
            "LACRIMA_DATABASE": "postgresql",
            "LACRIMA_DATABASE_DSN": self.dsn(SERVER),
            "LACRIMA_OWNER_DSN": self.dsn(OWNER),
            "LACRIMA_DIR": str(folder),
        }

    def tell(self, statement: str, *, role: str = USER) -> str:
        """Run one statement; what came back, and an error where it was refused."""
        done = psql(self.cluster, self.name, "--command", statement, role=role)
        if done.returncode:
            raise Refused(done.stderr)
        return done.stdout.strip()


class Refused(Exception):
    """The database said no; the text is what it said."""


def plain_environment(around: Mapping[str, str]) -> dict[str, str]:
    """Without what the tests' own practice needs."""
    ours = ("LACRIMA_", "DJANGO_")
    return {name: value for name, value in around.items() if not name.startswith(ours)}


def psql(
    cluster: Cluster, database: str, *options: str, role: str = USER
) -> subprocess.CompletedProcess[str]:
    """PostgreSQL's own terminal."""
    command = [str(cluster.binaries / "psql"), "--no-psqlrc", "--tuples-only", "--no-align"]
    where = [f"--host={cluster.socket_folder}", f"--port={cluster.port}", f"--username={role}"]
    return subprocess.run(
        [*command, *where, f"--dbname={database}", *options],
        capture_output=True,
        text=True,
        check=False,
    )


def prepare(cluster: Cluster) -> Database:
    """The two roles and an empty database, made by the file that a clinic's machine runs."""
    done = psql(cluster, "postgres", f"--file={MADE_BY}")
    assert done.returncode == 0, done.stderr
    return Database(cluster, TEMPLATE)


def prepared(cluster: Cluster) -> Database:
    """The same, where another test of this process may have made them before."""
    there = psql(
        cluster, "postgres", "--command", "SELECT 1 FROM pg_database WHERE datname='lacrima'"
    )
    return Database(cluster, TEMPLATE) if there.stdout.strip() else prepare(cluster)


def python(
    module: str, *arguments: str, environment: Mapping[str, str]
) -> subprocess.CompletedProcess[str]:
    """A module of Python as a process of its own."""
    code, out, err = nursery().run(
        module, arguments, environment=environment, cwd=None, typed="", patience_s=120
    )
    return subprocess.CompletedProcess([module, *arguments], code, out, err)


def migrate(database: Database, folder: Path) -> None:
    """Make the tables, as the owner."""
    done = python("lacrima", "clinic", "migrate", environment=database.environment(folder))
    assert done.returncode == 0, done.stderr


@contextmanager
def copy_of(database: Database) -> Iterator[Database]:
    """A database of one's own with the same tables and rows; gone afterwards."""
    name = f"lacrima_{uuid.uuid4().hex[:12]}"
    main = Database(database.cluster, "postgres")
    main.tell(f"CREATE DATABASE {name} OWNER {OWNER} TEMPLATE {database.name}")
    try:
        main.tell(f"REVOKE ALL ON DATABASE {name} FROM PUBLIC")
        main.tell(f"GRANT CONNECT ON DATABASE {name} TO {SERVER}")
        yield Database(database.cluster, name)
    finally:
        main.tell(f"DROP DATABASE {name} WITH (FORCE)")


PASSPHRASE = "copper lantern meadow seventeen"


@dataclass(frozen=True)
class Machine:
    """A clinic's machine: its database, the folder of its keys, its secret files."""

    database: Database
    top: Path

    @property
    def keys(self) -> Path:
        """The folder of the keys."""
        return self.top / "keys"

    @property
    def passphrase_file(self) -> Path:
        """What opens them."""
        return self.top / "vault-passphrase"

    def environment(self, **changed: str) -> dict[str, str]:
        """What its processes find in their environment."""
        return {
            **self.database.environment(self.keys),
            "LACRIMA_VAULT_PASSPHRASE_FILE": str(self.passphrase_file),
            "LACRIMA_SECRET_KEY_FILE": str(self.top / "secret-key"),
            "LACRIMA_HOSTS": "localhost",
            **changed,
        }

    def verb(self, *arguments: str | Path, **changed: str) -> subprocess.CompletedProcess[str]:
        """Run one verb there; with names in capitals the environment is another one."""
        return self.python("lacrima", *map(str, arguments), **changed)

    def python(
        self, module: str, *arguments: str, **changed: str
    ) -> subprocess.CompletedProcess[str]:
        """Run a module of Python there."""
        return python(module, *arguments, environment=self.environment(**changed))

    def beside(self, database: Database, name: str) -> Machine:
        """Another machine with a database of its own and the same secrets; no keys yet."""
        other = Machine(database, self.top / name)
        other.top.mkdir()
        for path in (self.passphrase_file, self.top / "secret-key"):
            shutil.copy(path, other.top / path.name)
        return other


@contextmanager
def empty_database(cluster: Cluster) -> Iterator[Database]:
    """A database of the owner's with nothing in it; gone afterwards."""
    name = f"lacrima_{uuid.uuid4().hex[:12]}"
    main = Database(cluster, "postgres")
    main.tell(f"CREATE DATABASE {name} OWNER {OWNER} TEMPLATE template0")
    found = Database(cluster, name)
    try:
        found.tell(f"ALTER SCHEMA public OWNER TO {OWNER}")
        yield found
    finally:
        main.tell(f"DROP DATABASE {name} WITH (FORCE)")


@contextmanager
def copy_of_keys(machine: Machine) -> Iterator[Machine]:
    """The same database, with a copy of the keys: for a server beside another one."""
    other = machine.beside(machine.database, f"beside-{uuid.uuid4().hex[:8]}")
    shutil.copytree(machine.keys, other.keys)
    try:
        yield other
    finally:
        shutil.rmtree(other.top)
