"""A clinic's database as the server and its verbs need it: there, fitting, and with two roles."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import DatabaseError, InterfaceError, connection

from lacrima.errors import DatabaseAway, NotReady
from lacrima.records import migrating, roles
from lacrima.records.dumping import address_here
from lacrima.records.migrating import Tables
from lacrima.records.roles import RoleHere
from lacrima.vault.postgres_tools import Address

__all__ = ["Address", "RoleHere", "Tables", "address_here", "answers", "role_here", "tables_here"]

OLDEST_SERVER = 140000  # PostgreSQL 14, the oldest that is still looked after
_MIGRATE = "Run as the owner of the tables: lacrima clinic migrate"


def answers() -> bool:
    """Does the database answer at this moment?"""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
            return bool(cursor.fetchone() == (1,))
    except (DatabaseError, InterfaceError):
        connection.close()
        return False


def refuse_unreachable() -> None:
    """Raise DatabaseAway, with the likely reason, unless the database answers."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except (DatabaseError, InterfaceError) as error:
        connection.close()
        raise _unreachable(error) from error


def _unreachable(error: Exception) -> DatabaseAway:
    words = str(error).lower()
    likely = next((ours for theirs, ours in _LIKELY.items() if theirs in words), "")
    return DatabaseAway(
        likely or "the database does not answer",
        where="LACRIMA_DATABASE_DSN",
        expected="a PostgreSQL server that runs, and a role with its password",
        next_step="Look whether it runs: systemctl status postgresql",
    )


_LIKELY = {
    "password authentication failed": "the password does not fit this role",
    "no password supplied": "this role needs a password, and there is none",
    "peer authentication failed": "the server wants to know this role by the system's user name",
    "does not exist": "there is no such database or role",
    "no such file": "nobody listens at this socket",
    "connection refused": "nobody listens at this address",
    "could not translate host name": "there is no host of this name",
    "certificate": "the database's certificate is not one that we trust",
    "permission denied": "this role may not come in",
}


def role_here() -> RoleHere:
    """The role of this process, as the database knows it."""
    return roles.role_here()


def tables_here() -> Tables:
    """How the tables stand to this program."""
    return migrating.tables_here()


def refuse_unfit_for_serving() -> None:
    """Raise NotReady unless the tables fit and the role is one that owns nothing."""
    _refuse_unfit_tables(tables_here())
    for found, next_step in troubles_of(role_here()):
        raise NotReady(found, where="LACRIMA_DATABASE_DSN", next_step=next_step)


def _refuse_unfit_tables(tables: Tables) -> None:
    if tables.unknown:
        raise NotReady(
            f"the tables were made by a newer Lacrima ({tables.unknown[-1]})",
            next_step="Install that version again, or restore the backup made before the update.",
        )
    if tables.pending:
        state = "there are no tables yet" if tables.is_empty else "the tables are older than this"
        raise NotReady(f"{state}: {len(tables.pending)} steps are to be taken", next_step=_MIGRATE)


def troubles_of(role: RoleHere) -> list[tuple[str, str]]:
    """What speaks against serving pages as this role, and what to do about each."""
    use_other = "Serve as the role that owns nothing: docs/how-to/run-a-clinic.md"
    found = []
    if role.is_superuser:
        found.append(("this role may do everything in the database server", use_other))
    if role.owns_tables or role.may_make_tables:
        found.append(("this role owns the tables or may make some", use_other))
    if role.may_change_the_log:
        found.append(("this role may change or remove lines of the log", _MIGRATE))
    return found


@dataclass(frozen=True)
class Migrated:
    """What a migration did."""

    steps: tuple[str, ...]
    tables: int
    role: str


def migrate(*, serving_role: str) -> Migrated:
    """As the owner: let the tables follow the program, and give the serving role its rights."""
    pending = tables_here().pending
    migrating.migrate()
    return Migrated(pending, roles.grant_to(serving_role), serving_role)


def refuse_filled() -> None:
    """Raise NotReady unless this database is empty, so that a backup may be put into it."""
    if connection.introspection.table_names():
        raise NotReady(
            "there are tables in this database already",
            where="LACRIMA_DATABASE_DSN",
            expected="an empty database",
            next_step="Make a new one; nothing here was touched.",
        )


def write_anew() -> int:
    """As the owner: write every table anew without what was deleted; how many tables."""
    return roles.write_anew()
