"""Is all well with a clinic's server? One answer for each question; nothing of any client.

What a check finds is said with what to do next. Only hosts that the clinic itself named are asked:
its database, and its own address.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.db import connection

from lacrima.errors import AuditBroken, LacrimaError
from lacrima.practice import clinic_database
from lacrima.records import audit, clock
from lacrima.records.models import Practice

MOST_CLOCK_S = 5.0
OLDEST_BACKUP = timedelta(days=2)
_HOW = "docs/how-to/run-a-clinic.md"
_QUIET = {
    "log_statement": "none",
    "log_min_duration_statement": "-1",
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
}


@dataclass(frozen=True)
class Check:
    """One question: its name, whether all is well, what was found, and what to do."""

    name: str
    is_well: bool
    found: str
    next_step: str = ""


def of_database() -> Iterator[Check]:
    """The database server, the role, the tables, the clocks, the log and the last backup."""
    for ask in _ABOUT_DATABASE:
        yield asked(ask)


def asked(ask: Callable[[], Check]) -> Check:
    """The answer; where the question itself cannot be asked, what stood in the way."""
    try:
        return ask()
    except LacrimaError as error:
        name = ask.__name__.strip("_").replace("_", " ")
        return Check(name, False, error.sentence(), error.next_step)


def _reached() -> Check:
    clinic_database.refuse_unreachable()
    version = int(_one("SHOW server_version_num"))
    is_well = version >= clinic_database.OLDEST_SERVER
    found = f"PostgreSQL {version // 10000} answers"
    return Check("database", is_well, found, "" if is_well else "Use PostgreSQL 14 or newer.")


def _connection() -> Check:
    """Between machines only over TLS; on one machine nobody else can listen."""
    query = "SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()"
    is_sealed = _one(query) == "True"
    host = str(connection.settings_dict["HOST"])
    is_here = host.startswith("/") or host in {"", "localhost", "127.0.0.1", "::1"}
    found = "over TLS" if is_sealed else "on this machine" if is_here else "in the clear"
    next_step = "" if is_sealed or is_here else f"Ask for it: sslmode=verify-full ({_HOW})."
    return Check("connection", is_sealed or is_here, found, next_step)


def _encoding() -> Check:
    found = _one("SHOW server_encoding")
    next_step = "Make the database anew with ENCODING 'UTF8'."
    return Check("encoding", found == "UTF8", found, "" if found == "UTF8" else next_step)


def _written_down() -> Check:
    """What was acknowledged must be on the disk."""
    off = [name for name in ("fsync", "synchronous_commit", "full_page_writes") if _is_off(name)]
    found = f"{', '.join(off)} off" if off else "what is kept is on the disk"
    return Check("durability", not off, found, "Switch them on in postgresql.conf." if off else "")


def _database_log() -> Check:
    """The database's own log repeats statements, with the values in them, unless told not to."""
    loud = [name for name, said in _QUIET.items() if _setting(name) != said]
    found = f"it may repeat values: {', '.join(loud)}" if loud else "it repeats no values"
    next_step = "Set them for both roles as in deploy/database.sql." if loud else ""
    return Check("database's log", not loud, found, next_step)


def _role() -> Check:
    role = clinic_database.role_here()
    troubles = clinic_database.troubles_of(role)
    found = "; ".join(found for found, _ in troubles) or f"{role.name} owns nothing"
    return Check("role", not troubles, found, troubles[0][1] if troubles else "")


def _tables() -> Check:
    tables = clinic_database.tables_here()
    found = f"{len(tables.pending)} steps to take, {len(tables.unknown)} unknown"
    next_step = "" if tables.fit else "Stop the server, then: lacrima clinic migrate"
    return Check("tables", tables.fit, "as they have to be" if tables.fit else found, next_step)


def _clocks() -> Check:
    """Sessions, sign-in codes and backups go by this machine's clock, rows by the database's."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        theirs: datetime = cursor.fetchone()[0]
    apart_s = abs((datetime.now(UTC) - theirs).total_seconds())
    is_well = apart_s <= MOST_CLOCK_S
    next_step = "" if is_well else "Let both machines follow one clock (systemd-timesyncd)."
    return Check("clocks", is_well, f"{apart_s:.1f} s apart", next_step)


def _log() -> Check:
    try:
        found = audit.verify()
    except AuditBroken as broken:
        where = f" ({broken.where})" if broken.where else ""
        return Check("log", False, f"{broken.found}{where}", "Compare with the last backup.")
    return Check("log", True, f"{found.lines} lines fit together")


def _backup() -> Check:
    practice = Practice.objects.order_by("created_at").first()
    if practice is None:
        return Check("backup", False, "there is no clinic yet", "Begin: lacrima clinic init")
    to_do = "Make one: lacrima clinic backup --to FOLDER"
    if practice.last_backup_problem:
        return Check("backup", False, f"the last try: {practice.last_backup_problem}", to_do)
    if practice.last_backup_at is None:
        return Check("backup", False, "none was made yet", to_do)
    age = clock.now() - practice.last_backup_at
    hours = age.total_seconds() / 3600
    is_well = age <= OLDEST_BACKUP
    return Check("backup", is_well, f"{hours:.0f} hours old", "" if is_well else to_do)


def _one(statement: str) -> str:
    with connection.cursor() as cursor:
        cursor.execute(statement)
        row = cursor.fetchone()
    return str(row[0]) if row else ""


def _is_off(setting: str) -> bool:
    return _setting(setting) == "off"


def _setting(name: str) -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting(%s)", [name])
        return str(cursor.fetchone()[0])


_ABOUT_DATABASE = (
    _reached,
    _connection,
    _encoding,
    _written_down,
    _database_log,
    _role,
    _tables,
    _clocks,
    _log,
    _backup,
)
