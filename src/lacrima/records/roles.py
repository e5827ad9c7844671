"""Which database role may do what: one owns the tables, the other serves pages and owns nothing.

The serving role reads and writes rows. It can neither make, change, empty nor drop a table, and of
the log it can add lines and read them, never change or remove one.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.db import connection, transaction

from lacrima.records.log import AuditLine

READ, ADD, ALL = "SELECT", "SELECT, INSERT", "SELECT, INSERT, UPDATE, DELETE"
_MIGRATIONS = "django_migrations"


def rights_on(table: str) -> str:
    """What the serving role may do with the rows of this table."""
    if table == AuditLine._meta.db_table:
        return ADD
    return READ if table == _MIGRATIONS else ALL


def grant_to(role: str) -> int:
    """Give the serving role what it needs on every table, and nothing else; how many tables.

    Run by the owner after each migration: a new table belongs to nobody else until then.
    """
    tables = connection.introspection.table_names()
    with transaction.atomic(), connection.cursor() as cursor:
        for statement in _grants(role, tables):
            cursor.execute(statement)
    return len(tables)


def _grants(role: str, tables: list[str]) -> Iterator[str]:
    name = connection.ops.quote_name
    who = name(role)
    yield f"REVOKE ALL ON ALL TABLES IN SCHEMA public FROM {who}, PUBLIC"
    yield f"GRANT USAGE ON SCHEMA public TO {who}"
    for table in tables:
        yield f"GRANT {rights_on(table)} ON {name(table)} TO {who}"
    yield f"GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {who}"


@dataclass(frozen=True)
class RoleHere:
    """What the role of this connection is and can, as the database itself says it."""

    name: str
    is_superuser: bool
    may_make_tables: bool
    owns_tables: bool
    may_change_the_log: bool


_WHO = """
SELECT current_user,
       (SELECT rolsuper OR rolcreaterole OR rolcreatedb OR rolbypassrls
          FROM pg_roles WHERE rolname = current_user),
       has_schema_privilege('public', 'CREATE')
"""
_OWNS = """
SELECT EXISTS (SELECT 1 FROM pg_class
                WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p')
                  AND pg_has_role(relowner, 'USAGE'))
"""
_LOG = "SELECT has_table_privilege(%s, 'UPDATE, DELETE, TRUNCATE')"


def role_here() -> RoleHere:
    """Ask the database about the role of this connection."""
    with connection.cursor() as cursor:
        cursor.execute(_WHO)
        name, is_superuser, may_make_tables = cursor.fetchone()
        cursor.execute(_OWNS)
        (owns_tables,) = cursor.fetchone()
        return RoleHere(
            name=str(name),
            is_superuser=bool(is_superuser),
            may_make_tables=bool(may_make_tables),
            owns_tables=bool(owns_tables),
            may_change_the_log=_may_change_the_log(),
        )


def _may_change_the_log() -> bool:
    table = AuditLine._meta.db_table
    if table not in connection.introspection.table_names():
        return False
    with connection.cursor() as cursor:
        cursor.execute(_LOG, [table])
        return bool(cursor.fetchone()[0])


def write_anew() -> int:
    """Write each table of this owner anew, without the rows that were deleted; how many tables."""
    tables = connection.introspection.table_names()
    with connection.cursor() as cursor:
        for table in tables:
            cursor.execute(f"VACUUM (FULL, ANALYZE) {connection.ops.quote_name(table)}")
    return len(tables)
